# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import threading
from decimal import Decimal

import psycopg2.errors

from odoo import Command, api
from odoo.exceptions import UserError
from odoo.modules.registry import Registry
from odoo.tests import tagged

from odoo.addons.synkd_connector_demo.tests.queue_common import QueueCommon

GROUPS = "base.group_user,sales_team.group_sale_salesman_all_leads"


@tagged("post_install", "-at_install")
class TestCredit(QueueCommon):
    """Orders ask what their customers' standing allows."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.seller = cls.create_user("credit-seller", GROUPS)
        cls.chief = cls.create_user(
            "order-chief", f"{GROUPS},synkd_connector.group_credit"
        )
        cls.product.invoice_policy = "order"

    def order(self, price=100, partner=None, **values):
        """Return a quotation without tax."""
        line = {"product_id": self.product.id, "price_unit": price, "tax_ids": False}
        return self.env["sale.order"].create(
            {
                "partner_id": (partner or self.partner).id,
                "company_id": self.company.id,
                "order_line": [Command.create(line)],
            }
            | values
        )

    def hold(self, partner=None):
        """Put a customer on hold."""
        (partner or self.partner).with_user(self.chief).action_synkd_hold("Wait")

    def limit(self, amount, action="reason", partner=None):
        """Give a customer a credit limit."""
        partner = (partner or self.partner).with_company(self.company)
        partner.write({"credit_limit": amount, "limit_action": action})

    def owed(self):
        """Return what the customer owes and has ordered."""
        control = self.env["synkd.credit.control"]
        known = control._get_known(self.company, self.partner.ids, money=True)
        return known[self.partner.id].owed

    def test_quotations_are_allowed_and_orders_refused_on_hold(self):
        self.hold()
        order = self.order().with_user(self.seller)
        self.assertIn("on hold", order.synkd_credit_notice)
        for way, confirm in (
            ("button", order.action_confirm),
            ("write", lambda: order.write({"state": "sale"})),
            ("create", lambda: self.order(state="sale")),
        ):
            with (
                self.subTest(way),
                self.assertRaisesRegex(UserError, "is on hold since"),
            ):
                confirm()
        order.with_user(self.chief).action_synkd_permit("Agreed")
        order.action_confirm()
        self.assertEqual(order.state, "sale")

    def test_an_archived_customer_is_not_quoted_to(self):
        order = self.order()
        self.partner.active = False
        with self.assertRaisesRegex(UserError, "inactive"):
            self.order()
        other = self.create_partner("Other")
        moved = self.order(partner=other)
        with self.assertRaisesRegex(UserError, "inactive"):
            moved.partner_id = self.partner
        with self.assertRaisesRegex(UserError, "inactive"):
            order.action_confirm()

    def test_what_was_ordered_is_invoiced_all_the_same(self):
        order = self.order()
        order.action_confirm()
        self.partner.active = False
        invoice = order._create_invoices()
        invoice.action_post()
        self.assertEqual(invoice.state, "posted")

    def test_orders_count_once_until_they_are_invoiced(self):
        order = self.order(100)
        self.assertEqual(self.owed().exposure, 0, "a quotation is no sale")
        order.action_confirm()
        self.assertEqual(self.owed().open_sales, Decimal("100.0"))
        invoice = order._create_invoices()
        self.assertEqual(self.owed().exposure, Decimal("100.0"))
        invoice.action_post()
        self.assertEqual(self.owed().exposure, Decimal("100.0"))
        self.assertEqual(self.owed().open_sales, 0)

    def test_down_payments_are_taken_off(self):
        order = self.order(100)
        order.action_confirm()
        wizard = self.env["sale.advance.payment.inv"].with_context(
            active_ids=order.ids, active_model="sale.order"
        )
        wizard = wizard.create({"advance_payment_method": "fixed", "fixed_amount": 30})
        wizard.create_invoices()
        order.invoice_ids.action_post()
        owed = self.owed()
        self.assertEqual((owed.debt, owed.open_sales), (Decimal(30), Decimal(70)))

    def test_limits_of_orders(self):
        self.limit(150)
        self.order(100).action_confirm()
        order = self.order(100)
        self.assertIn("above the credit limit", order.synkd_credit_notice)
        with self.assertRaisesRegex(UserError, r"(?s)would owe .*200\.00.*Allow With"):
            order.with_user(self.seller).action_confirm()
        mine = order.with_user(self.chief)
        dialog = mine.action_synkd_open_permit()
        dialog = mine.env[dialog["res_model"]].browse(dialog["res_id"])
        self.assertIn("above the credit limit", dialog.message)
        self.assertNotIn("ask a credit manager", dialog.message, "he is one")
        dialog.reason = "Paid tomorrow"
        dialog.action_confirm()
        findings = self.partner.credit_permit_ids.findings
        self.assertEqual(findings, dialog.message)
        order.with_user(self.seller).action_confirm()
        invoice = order._create_invoices()
        invoice.action_post()
        self.assertEqual(invoice.state, "posted")

    def test_a_limit_that_only_notifies(self):
        self.limit(10, "notify")
        order = self.order(100)
        self.assertIn("above the credit limit", order.synkd_credit_notice)
        order.action_confirm()
        self.assertEqual(order.state, "sale")

    def test_confirming_many_adds_a_constant_number_of_queries(self):
        partners = self.env["res.partner"].create(
            [{"name": f"Many {n}", "is_company": True} for n in range(40)]
        )
        partners = partners.with_company(self.company)
        partners.write({"credit_limit": 1000, "limit_action": "reason"})
        orders = self.env["sale.order"].concat(
            *[self.order(partner=partner) for partner in partners]
        )
        self.env.flush_all()

        def count(some):
            self.env.invalidate_all()
            start = self.env.cr.sql_log_count
            some._check_synkd_credit("order")
            return self.env.cr.sql_log_count - start

        self.assertLessEqual(count(orders), count(orders[:4]) + 1)


@tagged("post_install", "-at_install")
class TestCreditTogether(QueueCommon):
    """Two real transactions at once: both cannot slip under a limit."""

    def test_the_second_starts_anew_and_sees_the_first(self):
        dbname = self.env.cr.dbname
        registry = Registry(dbname)
        with registry.cursor() as cr:
            env = api.Environment(cr, 1, {})
            partner = env["res.partner"].create(
                {"name": "Contended", "is_company": True, "limit_action": "block"}
            )
            partner.with_company(env.company).credit_limit = 150
            product = env["product.product"].create(
                {"name": "Thing", "type": "service"}
            )
            line = {"product_id": product.id, "price_unit": 100, "tax_ids": False}
            orders = env["sale.order"].create(
                [
                    {"partner_id": partner.id, "order_line": [Command.create(line)]}
                    for _n in range(2)
                ]
            )
            ids, partner_id, product_id = orders.ids, partner.id, product.id
        self.addCleanup(self._clean, registry, ids, partner_id, product_id)
        asked, outcome = threading.Event(), {}

        def confirm_second():
            with registry.cursor() as other:
                mine = api.Environment(other, 1, {})["sale.order"].browse(ids[1])
                mine.partner_id.read(["name"])
                asked.set()
                try:
                    mine.action_confirm()
                except psycopg2.errors.SerializationFailure:
                    other.rollback()
                    outcome["conflict"] = True
                    try:
                        mine.action_confirm()
                    except UserError as error:
                        outcome["refused"] = str(error)
                    other.rollback()

        with registry.cursor() as cr:
            first = api.Environment(cr, 1, {})["sale.order"].browse(ids[0])
            first.action_confirm()
            second = threading.Thread(target=confirm_second)
            second.start()
            self.assertTrue(asked.wait(20))
        second.join(30)
        self.assertFalse(second.is_alive())
        self.assertTrue(outcome.get("conflict"))
        self.assertIn("above the credit limit", outcome["refused"])

    def _clean(self, registry, ids, partner_id, product_id):
        """Remove what was committed."""
        with registry.cursor() as cr:
            env = api.Environment(cr, 1, {})
            orders = env["sale.order"].browse(ids)
            orders._action_cancel()
            orders.unlink()
            env["res.partner"].browse(partner_id).unlink()
            env["product.product"].browse(product_id).unlink()
