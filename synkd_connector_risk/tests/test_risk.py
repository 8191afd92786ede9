# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from unittest.mock import patch

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from odoo.addons.synkd_connector_demo.tests.queue_common import QueueCommon

SELLS = (
    "base.group_user,sales_team.group_sale_salesman_all_leads,"
    "account.group_account_invoice,synkd_connector.group_user"
)
ABOVE = "Hope Works would be above a limit of Financial Risk"


class RiskCommon(QueueCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.seller = cls.create_user("risk-seller", SELLS)
        cls.chief = cls.create_user(
            "risk-chief", f"{SELLS},synkd_connector.group_credit"
        )
        cls.product.invoice_policy = "order"

    def limit(self, partner=None, **values):
        """Give a customer limits of Financial Risk."""
        (partner or self.partner).with_company(self.company).write(values)

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

    def invoice(self, price=100, partner=None, **values):
        """Return a draft of today without tax."""
        line = {"price_unit": price, "tax_ids": False}
        today = {"invoice_date": fields.Date.today()}
        return self.create_invoice(partner, [line], **(today | values))

    def room(self, action, partner=None):
        """Return what is left to a customer, or None."""
        partner = partner or self.partner
        control = self.env["synkd.credit.control"]
        known = control._get_known(self.company, partner.ids)
        return known[partner.id].standing.rooms.get(action)


@tagged("post_install", "-at_install")
class TestRisk(RiskCommon):
    """What Financial Risk says of a customer is said by the one rule."""

    def test_each_limit_acts_where_it_grows(self):
        self.limit(risk_sale_order_limit=250, risk_invoice_open_limit=150)
        self.assertEqual(
            [self.room("order").left, self.room("invoice").left], [250, 150]
        )
        self.order(200).action_confirm()
        self.invoice(120).action_post()
        self.assertEqual([self.room("order").left, self.room("invoice").left], [50, 30])
        with self.assertRaisesRegex(UserError, ABOVE):
            self.order(51).action_confirm()
        self.order(50).action_confirm()
        with self.assertRaisesRegex(UserError, ABOVE):
            self.invoice(31).action_post()
        self.invoice(30).action_post()

    def test_the_sentence_names_limit_use_and_what_to_do(self):
        self.limit(risk_sale_order_limit=150)
        self.order(100).action_confirm()
        words = (
            r"(?s)Limit Sales Orders .*150\.00, of which .*100\.00 is used.*Allow With"
        )
        with self.assertRaisesRegex(UserError, words):
            self.order(100).action_confirm()

    def test_every_way_to_an_order_is_refused_without_a_dialog(self):
        self.limit(risk_sale_order_limit=50)
        order = self.order()
        mine = order.with_user(self.seller)
        self.assertIn(ABOVE, mine.synkd_credit_notice)
        wizard = self.env["partner.risk.exceeded.wiz"].with_user(self.seller)
        dialog = wizard.create(
            {
                "origin_reference": f"sale.order,{order.id}",
                "continue_method": "action_confirm",
            }
        )
        for way, confirm in {
            "form": mine.action_confirm,
            "list": (mine + self.order(10).with_user(self.seller)).action_confirm,
            "rpc": lambda: mine.write({"state": "sale"}),
            "their bypass": mine.with_context(bypass_risk=True).action_confirm,
            "their dialog": dialog.button_continue,
            "import": lambda: self.order(state="sale"),
        }.items():
            with self.subTest(way), self.assertRaisesRegex(UserError, ABOVE):
                confirm()
        self.assertEqual(order.state, "draft")

    def test_every_way_to_an_invoice_is_refused_without_a_dialog(self):
        self.limit(risk_invoice_open_limit=50)
        invoice = self.invoice()
        mine = invoice.with_user(self.seller)
        self.assertIn(ABOVE, mine.alerts["synkd_credit"]["message"])
        context = {"active_model": "account.move", "active_ids": mine.ids}
        many = mine.env["validate.account.move"].with_context(**context).create({})
        for way, post in {
            "form": mine.action_post,
            "list": many.validate_move,
            "their bypass": mine.with_context(bypass_risk=True).action_post,
            "server": lambda: invoice.sudo()._post(soft=False),
        }.items():
            with self.subTest(way), self.assertRaisesRegex(UserError, ABOVE):
                post()
        self.assertEqual(invoice.state, "draft")

    def test_the_cron_posts_the_others(self):
        self.limit(risk_invoice_open_limit=50)
        yesterday = fields.Date.subtract(fields.Date.today(), days=1)
        dates = {"invoice_date": yesterday, "date": yesterday, "auto_post": "at_date"}
        other = self.create_partner("Good Standing")
        bad, good = self.invoice(**dates), self.invoice(partner=other, **dates)
        with self.enter_registry_test_mode():
            cron = self.env.ref("account.ir_cron_auto_post_draft_entry")
            cron.method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual((bad.state, good.state), ("draft", "posted"))

    def test_a_service_job_is_an_order(self):
        if "repair.order" not in self.env:
            self.fail("Repairs belong to the database of the tests.")
        self.limit(risk_sale_order_limit=50)
        part = {"product_id": self.product.id, "repair_line_type": "add"}
        repair = self.env["repair.order"].create(
            {
                "partner_id": self.partner.id,
                "company_id": self.company.id,
                "move_ids": [Command.create(part | {"product_uom_qty": 1})],
            }
        )
        with self.assertRaisesRegex(UserError, ABOVE):
            repair.action_validate()

    def test_a_till_is_told(self):
        control = self.env["synkd.credit.control"]
        self.limit(risk_invoice_open_limit=50)
        self.assertEqual(self.room("on_account").left, 50)
        self.assertIsNone(self.room("cash"))
        self.assertFalse(control._ask(self.company, "cash", []))

    def test_a_reason_lets_one_document_through_and_is_kept(self):
        self.limit(risk_sale_order_limit=50)
        order, other = self.order(), self.order()
        with self.assertRaises(AccessError):
            order.with_user(self.seller).action_synkd_permit("I say so")
        order.with_user(self.chief).action_synkd_permit("Paid tomorrow")
        order.with_user(self.seller).action_confirm()
        self.assertEqual(order.state, "sale")
        permit = self.partner.credit_permit_ids
        self.assertEqual((permit.reason, permit.user_id), ("Paid tomorrow", self.chief))
        self.assertIn(ABOVE, permit.findings)
        with self.assertRaisesRegex(UserError, ABOVE):
            other.with_user(self.seller).action_confirm()

    def test_its_invoice_is_finished(self):
        self.limit(risk_sale_order_limit=50, risk_invoice_open_limit=50)
        order = self.order()
        order.with_user(self.chief).action_synkd_permit("Paid tomorrow")
        order.action_confirm()
        invoice = order._create_invoices()
        self.assertEqual(invoice.synkd_credit_weight, 1, "said, and let through")
        invoice.action_post()
        self.assertEqual(invoice.state, "posted")

    def test_several_in_one_go_count_together(self):
        self.limit(risk_sale_order_limit=150, risk_invoice_open_limit=150)
        with self.assertRaisesRegex(UserError, ABOVE):
            (self.order() + self.order()).action_confirm()
        with self.assertRaisesRegex(UserError, ABOVE):
            (self.invoice() + self.invoice()).action_post()

    def test_one_sentence_for_one_limit(self):
        """Our own limit counts more: theirs is said where it is stricter."""
        self.limit(credit_limit=50, limit_action="reason", risk_sale_order_include=True)
        notice = self.order().synkd_credit_notice
        self.assertIn("would owe", notice)
        self.assertNotIn("Financial Risk", notice)
        self.limit(limit_action="notify")
        order = self.order()
        self.assertEqual(order.synkd_credit_weight, 2, "theirs wants a reason")
        self.assertIn("Financial Risk", order.synkd_credit_notice)


@tagged("post_install", "-at_install")
class TestRiskAmounts(RiskCommon):
    """Which limits there are, and what counts."""

    def test_the_credit_limit_counts_what_is_included(self):
        self.limit(credit_limit=150, limit_action="notify")
        self.assertIsNone(self.room("order"), "nothing is included")
        self.limit(risk_invoice_open_include=True)
        self.invoice().action_post()
        self.assertEqual(self.room("invoice").left, 50)
        self.assertIsNone(self.room("order"), "orders are not")
        self.limit(risk_sale_order_include=True)
        self.assertEqual(self.room("order").left, 50)
        self.invoice(200).with_user(self.chief).action_synkd_permit("Agreed")

    def test_zero_is_no_limit(self):
        """Included without a limit: it would refuse all by its own dialog."""
        self.limit(risk_sale_order_include=True, credit_limit=0)
        self.assertIsNone(self.room("order"))
        order = self.order()
        order.action_confirm()
        self.assertEqual(order.state, "sale")

    def test_what_is_exceeded_refuses_whatever_comes(self):
        old = fields.Date.subtract(fields.Date.today(), days=90)
        self.limit(risk_invoice_unpaid_limit=50)
        self.assertIsNone(self.room("order"), "there is nothing overdue")
        self.invoice(invoice_date=old, invoice_date_due=old).action_post()
        for action in ("order", "invoice", "job", "on_account"):
            self.assertEqual(self.room(action).left, -50)
        with self.assertRaisesRegex(UserError, "Limit In Unpaid Invoices"):
            self.order(0).action_confirm()

    def test_a_draft_that_counts_does_not_count_twice(self):
        self.limit(
            credit_limit=150,
            limit_action="notify",
            risk_invoice_open_include=True,
            risk_invoice_draft_include=True,
        )
        self.invoice(150).action_post()
        draft = self.invoice(1)
        with self.assertRaisesRegex(UserError, ABOVE):
            draft.action_post()

    def test_the_company_may_switch_it_off(self):
        self.limit(risk_sale_order_limit=50, risk_invoice_open_limit=50)
        self.company.allow_overrisk_sale_confirmation = True
        self.assertIsNone(self.room("order"))
        self.order().action_confirm()
        self.company.allow_overrisk_invoice_validation = True
        self.invoice().action_post()

    def test_a_person_is_billed_as_his_company_and_a_branch_as_itself(self):
        self.limit(risk_sale_order_limit=50)
        person = self.create_partner("Ann", parent_id=self.partner.id, is_company=False)
        branch = self.create_partner("Pier", parent_id=self.partner.id)
        self.assertEqual(self.room("order", person).left, 50)
        self.assertIsNone(self.room("order", branch), "it knows of no families")

    def test_another_company_has_its_own(self):
        other = self.env["res.company"].create({"name": "Elsewhere"})
        self.limit(risk_sale_order_limit=150)
        self.order().action_confirm()
        # A screen that shows both has computed both.
        both = self.partner.with_context(
            allowed_company_ids=[other.id, self.company.id]
        )
        self.assertEqual(both.risk_sale_order, 100)
        control = self.env["synkd.credit.control"]
        known = control._get_known(other, self.partner.ids)[self.partner.id]
        self.assertEqual(known.standing.rooms["order"].left, 150)

    def test_in_the_currency_of_the_customers_limits(self):
        euro = self.env.ref("base.EUR")
        euro.active = True
        self.env["res.currency.rate"].create(
            {
                "currency_id": euro.id,
                "company_id": self.company.id,
                "name": fields.Date.today(),
                "rate": 0.5,
            }
        )
        self.limit(risk_sale_order_limit=100)
        self.partner.customer_currency_id = euro
        self.assertEqual(self.room("order").left, 50)

    def test_sales_people_get_the_sentence_without_a_right_to_the_amounts(self):
        self.limit(risk_sale_order_limit=50)
        seller = self.create_user(
            "risk-plain", "base.group_user,sales_team.group_sale_salesman_all_leads"
        )
        with self.assertRaisesRegex(UserError, ABOVE):
            self.order().with_user(seller).action_confirm()

    def test_who_has_no_limit_costs_nothing(self):
        def never(*args):
            raise AssertionError("asked for amounts that limit nothing")

        partners = type(self.env["res.partner"])
        with patch.object(partners, "_compute_risk_account_amount", never):
            self.order().action_confirm()
            self.invoice().action_post()

    def test_many_cost_as_much_as_few(self):
        partners = self.env["res.partner"].create(
            [{"name": f"Many {n}", "is_company": True} for n in range(40)]
        )
        self.limit(partners, risk_sale_order_limit=1000, credit_limit=900)
        self.limit(partners, risk_invoice_open_include=True)
        orders = self.env["sale.order"].concat(
            *[self.order(partner=partner) for partner in partners]
        )
        self.env.flush_all()

        def count(some):
            self.env.invalidate_all()
            start = self.env.cr.sql_log_count
            some._check_synkd_credit("order")
            return self.env.cr.sql_log_count - start

        count(orders[:1])
        self.assertLessEqual(count(orders), count(orders[:4]) + 1)

    def test_whoever_is_limited_takes_turns(self):
        """Two at the same moment: the second starts anew and sees the first."""
        self.limit(risk_sale_order_limit=500)
        turns = self.env["synkd.credit.turn"].sudo()
        mine = [("partner_id", "=", self.partner.id)]
        self.assertFalse(turns.search(mine))
        self.order().action_confirm()
        self.assertTrue(turns.search(mine))
