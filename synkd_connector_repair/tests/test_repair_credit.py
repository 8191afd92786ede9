# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from decimal import Decimal

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged
from odoo.tools.safe_eval import safe_eval

from odoo.addons.synkd_connector_demo.tests.queue_common import QueueCommon

WORKSHOP = "base.group_user,stock.group_stock_user"
ON_HOLD = "is on hold since"


@tagged("post_install", "-at_install")
class TestRepairCredit(QueueCommon):
    """Jobs ask what their customers' standing allows."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.chief = cls.create_user(
            "job-chief", f"{WORKSHOP},synkd_connector.group_credit"
        )
        cls.mechanic = cls.create_user("mechanic", WORKSHOP)
        cls.product.taxes_id = False

    def repair(self, partner=None, quantity=1, **values):
        """Return a new repair with one kind of part, at 100 each."""
        part = {
            "product_id": self.product.id,
            "product_uom_qty": quantity,
            "repair_line_type": "add",
        }
        return self.env["repair.order"].create(
            {
                "partner_id": (partner or self.partner).id,
                "company_id": self.company.id,
                "move_ids": [Command.create(part)],
            }
            | values
        )

    def hold(self):
        """Put the customer on hold."""
        self.partner.with_user(self.chief).action_synkd_hold("Cheque came back")

    def limit(self, amount, action="reason"):
        """Give the customer a credit limit."""
        here = self.partner.with_company(self.company)
        here.write({"credit_limit": amount, "limit_action": action})

    def owed(self):
        """Return what the customer owes and has ordered."""
        control = self.env["synkd.credit.control"]
        known = control._get_known(self.company, self.partner.ids, money=True)
        return known[self.partner.id].owed

    def test_on_hold_refuses_every_way_to_begin(self):
        self.hold()
        repair = self.repair().with_user(self.mechanic)
        self.assertIn("on hold", repair.synkd_credit_notice)
        for way, begin in {
            "button": repair.action_validate,
            "start": repair.action_repair_start,
            "write confirmed": lambda: repair.write({"state": "confirmed"}),
            "write under repair": lambda: repair.write({"state": "under_repair"}),
            "create": lambda: self.repair(state="confirmed"),
        }.items():
            with self.subTest(way), self.assertRaisesRegex(UserError, ON_HOLD):
                begin()
        self.assertEqual(repair.state, "draft")

    def test_whom_the_class_does_not_show_is_not_offered(self):
        domain = self.env["repair.order"]._fields["partner_id"].domain
        self.assertIn("shown_service", domain)
        other = self.create_partner("Titan Group")
        self.account.class_id = self.class_account
        self.env["synkd.customer.link"]._link([(self.partner, self.account)])
        both = [("id", "in", (self.partner | other).ids)]
        partners = self.env["res.partner"].with_user(self.mechanic)
        offered = safe_eval(domain)
        self.assertEqual(len(partners.search(both + offered)), 2)
        begun = self.repair()
        self.account.class_id.show_service = False
        self.assertEqual(partners.search(both + offered), other)
        begun.action_validate()
        self.assertEqual(begun.state, "confirmed", "what is under way goes on")

    def test_a_hold_after_it_was_taken_on_keeps_it_from_being_started(self):
        repair = self.repair()
        repair.action_validate()
        self.hold()
        with self.assertRaisesRegex(UserError, ON_HOLD):
            repair.action_repair_start()
        with self.assertRaises(AccessError):
            repair.with_user(self.mechanic).action_synkd_permit("Go")
        repair.with_user(self.chief).action_synkd_permit("Promised")
        repair.with_user(self.mechanic).action_repair_start()
        self.assertEqual(repair.state, "under_repair")

    def test_what_was_started_is_finished(self):
        repair = self.repair()
        repair.action_validate()
        repair.action_repair_start()
        self.hold()
        repair.action_repair_end()
        self.assertEqual(repair.state, "done")

    def test_an_archived_customer_gets_no_new_job(self):
        repair, begun = self.repair(), self.repair()
        begun.action_validate()
        other = self.create_partner("Other")
        theirs = self.repair(other)
        self.partner.active = False
        for way, act in {
            "new": self.repair,
            "confirm": repair.action_validate,
            "another customer": lambda: theirs.write({"partner_id": self.partner.id}),
        }.items():
            with self.subTest(way), self.assertRaisesRegex(UserError, "inactive"):
                act()
        begun.action_repair_start()
        self.assertEqual(begun.state, "under_repair")

    def test_another_customer_on_a_job_is_asked_about(self):
        repair = self.repair(self.create_partner("Other"))
        repair.action_validate()
        self.hold()
        with self.assertRaisesRegex(UserError, ON_HOLD):
            repair.partner_id = self.partner

    def test_the_form_says_it_and_saves_the_draft(self):
        self.hold()
        repairs = self.env["repair.order"].with_user(self.mechanic)
        with Form(repairs.with_company(self.company)) as form:
            form.partner_id = self.partner
        repair = form.record
        self.assertEqual(repair.state, "draft")
        self.assertIn("on hold", repair.synkd_credit_notice)

    def test_an_import_cannot_begin_one(self):
        self.hold()
        text = f"Customer/Database ID,Status\n{self.partner.id},Confirmed\n"
        importer = (
            self.env["base_import.import"]
            .with_company(self.company)
            .create(
                {
                    "res_model": "repair.order",
                    "file": text.encode(),
                    "file_type": "text/csv",
                }
            )
        )
        options = {"quoting": '"', "separator": ",", "has_headers": True}
        names = ["partner_id/.id", "state"]
        result = importer.execute_import(names, names, options)
        self.assertIn("on hold", result["messages"][0]["message"])
        self.assertFalse(result["ids"])

    def test_overdue_is_said_and_not_refused(self):
        self.partner.overdue_since = fields.Date.today()
        repair = self.repair()
        self.assertIn("is overdue", repair.synkd_credit_notice)
        repair.action_validate()
        self.assertEqual(repair.state, "confirmed")

    def test_a_job_above_the_limit_wants_a_reason(self):
        self.limit(150)
        self.repair().action_validate()
        repair = self.repair()
        with self.assertRaisesRegex(UserError, r"would owe .*200\.00"):
            repair.action_validate()
        repair.with_user(self.chief).action_synkd_permit("Deposit paid")
        repair.with_user(self.mechanic).action_validate()
        self.assertEqual(repair.state, "confirmed")

    def test_a_limit_that_blocks_and_one_that_notifies(self):
        self.limit(50, "block")
        repair = self.repair()
        with self.assertRaisesRegex(UserError, "raise the limit"):
            repair.action_validate()
        self.limit(50, "notify")
        repair.action_validate()
        self.assertEqual(repair.state, "confirmed")

    def test_a_job_counts_once_until_it_is_invoiced(self):
        self.product.invoice_policy = "order"
        repair = self.repair(quantity=2)
        self.assertEqual(self.owed().exposure, 0)
        repair.action_validate()
        self.assertEqual(self.owed().open_sales, Decimal("200.0"))
        repair.action_create_sale_order()
        order = repair.sale_order_id
        self.assertEqual(self.owed().open_sales, Decimal("200.0"), "a quotation")
        order.action_confirm()
        self.assertEqual(self.owed().open_sales, Decimal("200.0"), "the order has it")
        order._create_invoices().action_post()
        self.assertEqual(self.owed().exposure, Decimal("200.0"))
        self.assertEqual(self.owed().open_sales, 0)

    def test_warranty_and_what_was_called_off_cost_nothing(self):
        self.repair(under_warranty=True).action_validate()
        gone = self.repair()
        gone.action_validate()
        gone.action_repair_cancel()
        self.assertEqual(self.owed().exposure, 0)

    def test_tax_counts_as_on_the_order(self):
        self.product.taxes_id = self.tax
        repair = self.repair()
        repair.action_validate()
        repair.action_create_sale_order()
        total = repair.sale_order_id.amount_total
        self.assertGreater(total, 100)
        self.assertEqual(self.owed().open_sales, Decimal(str(total)))

    def test_a_part_that_a_job_takes_is_not_asked_about_again(self):
        repair = self.repair()
        repair.action_create_sale_order()
        order = repair.sale_order_id
        order.action_confirm()
        self.limit(order.amount_total)
        groups = f"{WORKSHOP},sales_team.group_sale_salesman_all_leads"
        foreman = self.create_user("foreman", groups)
        values = {"product_id": self.product.id, "product_uom_qty": 3}
        repair.with_user(foreman).move_ids = [
            Command.create(values | {"repair_line_type": "add"})
        ]
        self.assertEqual(order.order_line.mapped("product_uom_qty"), [1, 3])

    def test_an_order_that_was_allowed_makes_its_job(self):
        """The reason was given for the order: the job that it makes does not ask."""
        service = self.env["product.product"].create(
            {"name": "Refit", "type": "service", "service_tracking": "repair"}
        )
        line = {"product_id": service.id, "price_unit": 10, "tax_ids": False}
        order = self.env["sale.order"].create(
            {
                "partner_id": self.partner.id,
                "company_id": self.company.id,
                "order_line": [Command.create(line)],
            }
        )
        self.hold()
        order.with_user(self.chief).sudo().action_synkd_permit("Promised")
        order.action_confirm()
        repair = order.repair_order_ids
        self.assertEqual(repair.state, "confirmed")
        with self.assertRaisesRegex(UserError, ON_HOLD):
            repair.action_repair_start()

    def test_many_are_asked_about_with_the_same_queries(self):
        partners = self.env["res.partner"].create(
            [{"name": f"Job {n}", "is_company": True} for n in range(20)]
        )
        partners.with_company(self.company).write(
            {"credit_limit": 1000, "limit_action": "reason"}
        )
        repairs = self.env["repair.order"].concat(*[self.repair(p) for p in partners])
        self.env.flush_all()

        def count(some):
            self.env.invalidate_all()
            start = self.env.cr.sql_log_count
            some._check_synkd_credit("job")
            return self.env.cr.sql_log_count - start

        self.assertLessEqual(count(repairs), count(repairs[:3]) + 1)
