# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from unittest.mock import patch

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.synkd_connector_demo.tests.queue_common import QueueCommon

SELLER = "base.group_user,sales_team.group_sale_salesman_all_leads"


@tagged("post_install", "-at_install")
class TestOrderGrowth(QueueCommon):
    """What is added to a confirmed order is asked about as the order was."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.seller = cls.create_user("growth-seller", SELLER)
        cls.clerk = cls.create_user(
            "growth-clerk", f"{SELLER},account.group_account_user"
        )
        cls.chief = cls.create_user("growth-chief", "synkd_connector.group_credit")
        cls.product.write({"invoice_policy": "order", "list_price": 400})

    def setUp(self):
        super().setUp()
        self.limit(500)
        self.order = self.env["sale.order"].create(
            {
                "partner_id": self.partner.id,
                "company_id": self.company.id,
                "order_line": [Command.create(self.goods(400))],
            }
        )
        self.order.action_confirm()
        self.order = self.order.with_user(self.seller)
        self.line = self.order.order_line

    def limit(self, amount, action="reason"):
        """Give the customer a credit limit."""
        partner = self.partner.with_company(self.company)
        partner.write({"credit_limit": amount, "limit_action": action})

    def goods(self, price):
        """Return the values of a line without tax."""
        return {"product_id": self.product.id, "price_unit": price, "tax_ids": False}

    def ways(self):
        """Return how something is added to the order: 300 each."""
        lines, values = self.env["sale.order.line"], self.goods(300)
        lines, mine = lines.with_user(self.seller), {"order_id": self.order.id}
        return {
            "form": lambda: self.order.write({"order_line": [Command.create(values)]}),
            "changed in the form": lambda: self.order.write(
                {"order_line": [Command.update(self.line.id, {"price_unit": 700})]}
            ),
            "rpc": lambda: lines.create(values | mine),
            "quantity": lambda: self.line.write({"product_uom_qty": 2}),
            "price": lambda: self.line.write({"price_unit": 700}),
            "said to be spent": lambda: lines.create(
                values | mine | {"is_expense": True}
            ),
            "with a word": lambda: lines.with_context(synkd_asked=True).create(
                values | mine
            ),
            "import": lambda: self.load({"price_unit": "700"}),
        }

    def load(self, values):
        """Import a file with other values of the line."""
        row = [str(self.line.id), *values.values()]
        told = self.line.load([".id", *values], [row])
        if told["messages"]:
            raise UserError(told["messages"][0]["message"])

    def test_more_than_the_limit_is_refused_whatever_the_way(self):
        for way, add in self.ways().items():
            with (
                self.subTest(way),
                self.assertRaisesRegex(UserError, "a quotation of its own") as told,
                self.env.cr.savepoint(),
            ):
                add()
            self.assertIn(self.order.name, str(told.exception))
            self.assertIn("500.00", str(told.exception), "the limit")
            self.env.invalidate_all(flush=False)
            self.assertEqual(self.order.amount_total, 400, way)

    def test_as_much_as_the_limit_allows_is_added(self):
        self.order.write({"order_line": [Command.create(self.goods(100))]})
        self.assertEqual(self.order.amount_total, 500)

    def test_a_limit_that_only_tells_refuses_nothing(self):
        self.limit(500, "notify")
        for way, add in self.ways().items():
            with self.subTest(way):
                add()
        self.assertGreater(self.order.amount_total, 700)

    def test_less_is_always_possible(self):
        self.limit(100)
        self.line.price_unit = 300
        self.line.product_uom_qty = 0
        self.assertEqual(self.order.amount_total, 0)

    def test_who_takes_a_discount_off_again_is_asked(self):
        self.limit(1000)
        off = self.goods(-300)
        self.order.write({"order_line": [Command.create(off)]})
        self.limit(200)
        with self.assertRaisesRegex(UserError, "Make a quotation of its own"):
            (self.order.order_line - self.line).product_uom_qty = 0

    def test_nothing_is_added_for_a_customer_on_hold(self):
        self.partner.with_user(self.chief).action_synkd_hold("Wait")
        with self.assertRaisesRegex(UserError, "(?s)on hold.*Make a quotation"):
            self.line.product_uom_qty = 2

    def test_a_quotation_grows_as_it_likes_until_it_is_confirmed(self):
        quotation = self.order.copy()
        quotation.order_line.price_unit = 9000
        self.assertEqual(quotation.amount_total, 9000)
        with self.assertRaises(UserError):
            quotation.action_confirm()

    def test_it_is_asked_once_however_many_lines_a_form_saves(self):
        control = type(self.env["synkd.credit.control"])
        with patch.object(control, "_require", autospec=True) as asked:
            values = [Command.create(self.goods(price)) for price in (1, 2, 3)]
            values.append(Command.update(self.line.id, {"price_unit": 401}))
            self.order.write({"order_line": values})
        self.assertEqual(asked.call_count, 1)

    def test_what_odoo_adds_by_itself_is_added(self):
        """The cost of a delivery, and what was spent for the customer."""
        self.order.sudo().write({"order_line": [Command.create(self.goods(50))]})
        self.limit(100)
        self.order.sudo().write({"order_line": [Command.create(self.goods(50))]})
        bill = self.env["account.move"].create(
            {
                "move_type": "in_invoice",
                "partner_id": self.create_partner("Courier").id,
                "company_id": self.company.id,
                "invoice_date": "2026-06-15",
                "invoice_line_ids": [Command.create(self.goods(300))],
            }
        )
        self.product.expense_policy = "cost"
        spent = bill.invoice_line_ids.with_user(self.clerk)
        found = {line.id: self.order.with_env(spent.env) for line in spent}
        told = patch.object(type(spent), "_sale_determine_order", lambda _lines: found)
        with told:
            spent._sale_create_reinvoice_sale_line()
        self.assertEqual(self.order.amount_total, 845, "with tax")
        with self.assertRaises(UserError):
            self.line.price_unit = 401
