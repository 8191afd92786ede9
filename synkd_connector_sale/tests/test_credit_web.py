# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from unittest.mock import patch

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from odoo.addons.synkd_connector_demo.tests.queue_common import QueueCommon

SELLER = "base.group_user,sales_team.group_sale_salesman_all_leads"
CHIEF = f"{SELLER},synkd_connector.group_credit"


@tagged("post_install", "-at_install")
class TestCreditWeb(QueueCommon):
    """Orders that customers place themselves: in the web shop, by a link."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.chief = cls.create_user("web-chief", CHIEF)
        cls.visitor = new_test_user(
            cls.env,
            "web-visitor",
            groups="base.group_portal",
            company_id=cls.company.id,
        )
        cls.provider = cls.env["payment.provider"].create(
            {"name": "Test Pay", "code": "none", "company_id": cls.company.id}
        )
        methods = cls.env["payment.method"].with_context(active_test=False)
        cls.method = methods.search([], limit=1)

    def setUp(self):
        super().setUp()
        # Orders of the web shop, where that is installed, are those with a website.
        orders = type(self.env["sale.order"])
        self.startPatcher(
            patch.object(orders, "_filter_synkd_web", lambda orders: orders)
        )

    def cart(self):
        """Return the cart of a visitor."""
        line = {"product_id": self.product.id, "price_unit": 100, "tax_ids": False}
        return (
            self.env["sale.order"]
            .with_user(self.visitor)
            .sudo()
            .create(
                {
                    "partner_id": self.partner.id,
                    "company_id": self.company.id,
                    "order_line": [Command.create(line)],
                }
            )
        )

    def pay(self, order):
        """Ask a visitor for the money of an order, as each page of Odoo does."""
        return self.env["payment.transaction"].create(
            {
                "provider_id": self.provider.id,
                "payment_method_id": self.method.id,
                "amount": order.amount_total,
                "currency_id": order.currency_id.id,
                "partner_id": order.partner_id.id,
                "sale_order_ids": [Command.set(order.ids)],
            }
        )

    def test_who_reads_his_own_record_is_not_told_what_is_known(self):
        """By a program, with the login of a customer."""
        self.visitor.partner_id.parent_id = self.partner
        self.partner.limit_action = "reason"
        self.partner.credit_limit = 50
        order = self.cart()
        self.partner.with_user(self.chief).action_synkd_hold("Two cheques bounced")
        self.env.invalidate_all()
        self.assertIn("cheques", order.with_user(self.chief).synkd_credit_notice)
        mine = order.with_user(self.visitor)
        names = ["synkd_credit_notice", "synkd_credit_weight"]
        (values,) = mine.read(["name", *names])
        self.assertEqual([values[name] for name in names], [False, 0])
        me = self.partner.with_user(self.visitor)
        told = me.read(["credit_notice", "credit_owed", "credit_limit_used"])[0]
        told.pop("id")
        self.assertFalse(any(told.values()), told)
        for name in ("hold_reason", "hold_until", "hold_user_id"):
            with self.subTest(name), self.assertRaises(AccessError):
                me.read([name])
            with self.subTest(name), self.assertRaises(AccessError):
                me.search([(name, "!=", False)])

    def assert_refused(self, order, why):
        """Neither may it be paid nor confirmed; the visitor is not told why."""
        ours = order.with_user(self.chief)
        for act in (lambda: self.pay(ours.sudo()), ours.action_confirm):
            with self.assertRaisesRegex(UserError, why):
                act()
        theirs = order.with_user(self.visitor).sudo()
        with self.assertRaisesRegex(UserError, "Please contact") as refused:
            theirs.action_confirm()
        self.assertNotIn("Hope", str(refused.exception))
        self.assertEqual(order.state, "draft")

    def test_web_sales_off(self):
        order = self.cart()
        self.partner.web_sales = False
        self.assert_refused(order, "Web Sales is off")

    def test_web_sales_off_for_the_main_customer(self):
        branch = self.create_partner("North", parent_id=self.partner.id)
        order = self.cart()
        order.partner_id = branch
        self.partner.web_sales = False
        self.assert_refused(order, "Web Sales is off")

    def test_on_hold(self):
        order = self.cart()
        self.partner.with_user(self.chief).action_synkd_hold("Cheque came back")
        self.assert_refused(order, "Cheque came back")

    def test_archived(self):
        order = self.cart()
        self.partner.active = False
        self.assert_refused(order, "inactive")

    def test_above_the_limit(self):
        here = self.partner.with_company(self.company)
        here.write({"credit_limit": 50, "limit_action": "block"})
        self.assert_refused(self.cart(), "above the credit limit")

    def test_in_good_standing_it_is_paid(self):
        order = self.cart()
        self.assertEqual(self.pay(order).sale_order_ids, order)
        order.action_confirm()
        self.assertEqual(order.state, "sale")

    def test_a_cart_is_no_quotation(self):
        """Whoever looks around in the shop meets no refusal before he wants to pay."""
        self.partner.web_sales = False
        order = self.cart()
        order.partner_id = self.create_partner("Other")
        order.partner_id = self.partner
        self.assertEqual(order.state, "draft")

    def test_a_seller_may_order_for_whom_the_web_shop_is_closed(self):
        self.partner.web_sales = False
        orders = type(self.env["sale.order"])
        with patch.object(orders, "_filter_synkd_web", lambda o: o.browse()):
            order = self.cart()
            order.with_user(self.chief).action_confirm()
        self.assertEqual(order.state, "sale")

    def test_a_confirmed_order_can_be_paid_whatever_happens(self):
        order = self.cart()
        order.action_confirm()
        self.partner.active = False
        self.assertTrue(self.pay(order))


@tagged("post_install", "-at_install")
class TestCreditSites(QueueCommon):
    """A customer orders where he is served."""

    def test_another_site_is_refused(self):
        site = self.env["res.company"].create({"name": "Durban"})
        line = {"product_id": self.product.id, "price_unit": 100, "tax_ids": False}
        order = self.env["sale.order"].create(
            {
                "partner_id": self.partner.id,
                "company_id": self.company.id,
                "order_line": [Command.create(line)],
            }
        )
        self.partner.site_ids = site
        self.assertIn("is not served by", order.synkd_credit_notice)
        with self.assertRaisesRegex(UserError, "is not served by"):
            order.copy()
        with self.assertRaisesRegex(UserError, "is not served by"):
            order.action_confirm()
        self.partner.site_ids |= self.company
        order.action_confirm()
        self.assertEqual(order.state, "sale")
