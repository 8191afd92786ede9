# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta
from decimal import Decimal

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ...lib.credit_control import ORDER, Case
from ..common_documents import DocumentsCommon

GROUPS = "base.group_user,base.group_partner_manager,account.group_account_invoice"


@tagged("-at_install", "post_install")
class TestCreditControl(DocumentsCommon):
    """What customers' standing allows, asked by invoices and by the service."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.control = cls.env["synkd.credit.control"]
        cls.chief = cls.create_user(
            "credit-chief", f"{GROUPS},synkd_connector.group_credit"
        )
        cls.clerk = cls.create_user("credit-clerk", GROUPS)
        cls.branch = cls.create_partner("Hope East", parent_id=cls.partner.id)
        cls.person = cls.create_partner(
            "Ann", parent_id=cls.branch.id, is_company=False
        )

    def draft(self, amount=100, partner=None, **values):
        """Return a draft of an invoice without tax."""
        line = self.line(price=amount, taxes=self.env["account.tax"])
        values = {"partner_id": (partner or self.partner).id} | values
        return self.create_invoice(line, post=False, **values)

    def exposure(self, partner=None):
        """Return what a customer's family owes and has ordered."""
        known = self.control._get_known(
            self.company, (partner or self.partner).ids, money=True
        )
        return known[(partner or self.partner).id].owed.exposure

    def limit(self, amount, action="reason", partner=None):
        """Give a customer a credit limit."""
        partner = (partner or self.partner).with_company(self.company)
        partner.write({"credit_limit": amount, "limit_action": action})

    def ask(self, amount, partner=None):
        """Ask about an order, and return the advice."""
        partner = partner or self.partner
        case = Case(1, partner.id, Decimal(amount), self.company.currency_id.id)
        return self.control._ask(self.company, ORDER, [case])[1]

    # === EXPOSURE === #

    def test_families_owe_as_one(self):
        self.assertEqual(self.exposure(), 0)
        self.draft(100).action_post()
        self.draft(30, self.branch).action_post()
        self.draft(7, self.person)
        for member in (self.partner, self.branch, self.person):
            self.assertEqual(self.exposure(member), Decimal("137.0"))

    def test_money_lowers_what_is_owed(self):
        invoice = self.draft(100)
        invoice.action_post()
        self.pay(invoice, amount=40)
        self.assertEqual(self.exposure(), Decimal("60.0"))

    def test_foreign_debts_count_at_todays_rate(self):
        own = self.company.currency_id
        other = self.euro if own == self.dollar else self.dollar
        other.active = True
        self.create_rate(other, 0.5, "2020-01-01")
        self.draft(50, currency_id=other.id).action_post()
        self.assertEqual(self.exposure(), Decimal("100.0"))

    def test_drafts_of_credit_notes_lower_it(self):
        self.draft(100)
        self.draft(40, move_type="out_refund")
        self.assertEqual(self.exposure(), Decimal("60.0"))

    def test_the_books_balance_counts_once(self):
        """What the books have is in their balance; the rest is added from here."""
        self.account.class_id = self.class_account
        in_books = self.draft(100)
        in_books.action_post()
        in_books.synkd_transaction_ids._set_synced({"external_id": "x1"})
        self.account.write({"outstanding": 90, "overdue": 15})
        self.ledger.balance_cursor = {"at": "now"}
        self.assertEqual(self.exposure(), Decimal("90.0"))
        self.draft(30, self.branch).action_post()
        self.assertEqual(self.exposure(), Decimal("120.0"))
        owed = self.control._get_known(self.company, self.partner.ids, money=True)
        self.assertEqual(owed[self.partner.id].owed.overdue, Decimal("15.0"))

    def test_money_on_its_way_to_the_books_counts(self):
        self.account.class_id = self.class_account
        invoice = self.draft(100)
        invoice.action_post()
        invoice.synkd_transaction_ids._set_synced({"external_id": "x1"})
        self.account.outstanding = 100
        self.ledger.balance_cursor = {"at": "now"}
        self.pay(invoice)
        self.assertEqual(self.exposure(), Decimal(0))

    def test_a_shared_account_customer_is_nobodys_balance(self):
        stranger = self.create_partner("Stranger")
        self.env["synkd.customer.link"]._link([(stranger, self.account)])
        self.account.outstanding = 5000
        self.ledger.balance_cursor = {"at": "now"}
        self.assertEqual(self.exposure(), 0)
        self.assertEqual(self.exposure(stranger), 0)

    def test_other_companies_do_not_count(self):
        other = self.env["res.company"].create({"name": "Elsewhere"})
        self.draft(100).action_post()
        known = self.control._get_known(other, self.partner.ids, money=True)
        self.assertEqual(known[self.partner.id].owed.exposure, 0)

    def test_the_currency_of_the_customer_counts(self):
        own = self.company.currency_id
        other = self.euro if own == self.dollar else self.dollar
        other.active = True
        self.create_rate(other, 0.5, "2020-01-01")
        self.partner.customer_currency_id = other
        self.draft(100, currency_id=own.id).action_post()
        self.draft(10, currency_id=other.id).action_post()
        self.assertEqual(self.exposure(), Decimal("60.0"))
        self.assertEqual(self.partner.credit_currency_id, other)

    # === SITES AND THE WEB === #

    def test_a_site_that_does_not_serve_the_customer(self):
        elsewhere = self.env["res.company"].create({"name": "Elsewhere"})
        self.partner.site_ids = elsewhere
        advice = self.ask(10, self.branch)
        self.assertTrue(advice.answer.refused)
        self.assertIn("is not served by Test Company", advice.text)
        self.branch.site_ids = self.company | elsewhere
        self.assertFalse(self.ask(10, self.branch).answer.refused)
        self.assertTrue(self.ask(10).answer.refused)

    def test_web_orders_where_web_sales_are_off(self):
        self.partner.web_sales = False
        currency = self.company.currency_id.id
        cases = [
            Case(1, self.branch.id, Decimal(1), currency, web=True),
            Case(2, self.branch.id, Decimal(1), currency),
        ]
        advices = self.control._ask(self.company, ORDER, cases)
        self.assertIn("Web Sales is off", advices[1].text)
        self.assertFalse(advices[2].answer.refused)

    # === LIMITS === #

    def test_whose_limit_counts(self):
        self.account.class_id = self.class_account
        self.account.credit_limit = 300
        self.class_account.write({"sales_limit": 200, "limit_action": "block"})
        known = self.control._get_known(self.company, self.person.ids)[self.person.id]
        standing = known.standing
        self.assertEqual(standing.credit_limit, 300)
        self.assertEqual(standing.sales_limit, 200)
        self.assertEqual(standing.limit_action, "block")
        self.limit(500, "notify")
        self.partner.with_company(self.company).sales_limit = 20
        known = self.control._get_known(self.company, self.person.ids)[self.person.id]
        self.assertEqual(known.standing.credit_limit, 500)
        self.assertEqual(known.standing.sales_limit, 20)
        self.assertEqual(known.standing.limit_action, "notify")

    def test_the_limit_of_walk_ins_is_nobodys(self):
        self.counter.credit_limit = 1
        walk_in = self.create_partner("Walk-In")
        self.env["synkd.customer.link"]._link([(walk_in, self.counter)])
        known = self.control._get_known(self.company, walk_in.ids)[walk_in.id]
        self.assertEqual(known.standing.credit_limit, 0)

    def test_orders_of_one_call_count_for_each_other(self):
        self.limit(150)
        currency = self.company.currency_id.id
        cases = [
            Case(1, self.partner.id, Decimal(100), currency),
            Case(2, self.person.id, Decimal(100), currency),
            Case(3, self.branch.id, Decimal(50), currency),
        ]
        advices = self.control._ask(self.company, ORDER, cases)
        refused = {key: a.answer.refused for key, a in advices.items()}
        self.assertEqual(refused, {1: False, 2: True, 3: False})
        self.assertIn("Hope Works would owe", advices[2].text)
        self.assertIn("150.00", advices[2].text)
        with self.assertRaisesRegex(UserError, "Allow With a Reason"):
            self.control._require(self.company, ORDER, cases)

    def test_the_number_of_queries_does_not_grow(self):
        partners = (
            self.env["res.partner"]
            .create([{"name": f"Many {n}", "is_company": True} for n in range(60)])
            .with_company(self.company)
        )
        partners.write({"credit_limit": 10, "limit_action": "reason"})
        currency = self.company.currency_id.id
        self.env.flush_all()

        def count(some):
            self.env.invalidate_all()
            cases = [Case(p.id, p.id, Decimal(5), currency) for p in some]
            start = self.env.cr.sql_log_count
            self.control._require(self.company, ORDER, cases)
            return self.env.cr.sql_log_count - start

        few = count(partners[:3])
        self.assertLessEqual(count(partners), few)
        self.assertLess(few, 30)

    # === INVOICES === #

    def test_a_held_customer_is_not_invoiced(self):
        invoice = self.draft(partner=self.person)
        self.partner.with_user(self.chief).action_synkd_hold("Two cheques bounced")
        pattern = (
            r"(?s)Hope Works is on hold since .*Two cheques bounced.*Release is ex"
        )
        with self.assertRaisesRegex(UserError, pattern):
            invoice.with_user(self.clerk).action_post()
        self.assertEqual(invoice.state, "draft")
        alerts = invoice.with_user(self.clerk).alerts
        self.assertEqual(alerts["synkd_credit"]["level"], "danger")
        self.partner.with_user(self.chief).action_synkd_release()
        invoice.with_user(self.clerk).action_post()
        self.assertEqual(invoice.state, "posted")

    def test_a_reason_lets_one_invoice_through(self):
        self.partner.with_user(self.chief).action_synkd_hold("Wait")
        invoice = self.draft(100)
        other = self.draft(100)
        with self.assertRaisesRegex(AccessError, "Only a credit manager"):
            invoice.with_user(self.clerk).action_synkd_permit("Please")
        with self.assertRaisesRegex(UserError, "Type the reason"):
            invoice.with_user(self.chief).action_synkd_permit("  ")
        invoice.with_user(self.chief).action_synkd_permit("The director agreed")
        invoice.with_user(self.clerk).action_post()
        self.assertEqual(invoice.state, "posted")
        with self.assertRaises(UserError):
            other.with_user(self.clerk).action_post()
        permit = self.partner.credit_permit_ids
        self.assertEqual(permit.reason, "The director agreed")
        self.assertEqual(permit.user_id, self.chief)
        self.assertIn("on hold", permit.findings)
        self.assertIn("The director agreed", self.partner.message_ids[:1].body)
        with self.assertRaisesRegex(UserError, "history"):
            permit.unlink()

    def test_what_a_reason_was_given_for_is_not_for_everybody(self):
        self.partner.credit_limit = 50
        self.partner.limit_action = "reason"
        self.draft(100).with_user(self.chief).action_synkd_permit("Agreed")
        permit = self.partner.credit_permit_ids
        self.assertIn("would owe", permit.findings)
        said = self.partner.message_ids[:1].body
        self.assertIn("Agreed", said)
        self.assertNotIn("50.00", said)
        stranger = self.create_user("stranger-permit", "base.group_user")
        mine = self.partner.with_user(stranger)
        with self.assertRaises(AccessError):
            mine.read(["credit_permit_ids"])
        with self.assertRaises(AccessError):
            permit.with_user(stranger).read(["findings", "amount"])
        for user in (self.clerk, self.chief):
            permit.with_user(user).read(["findings", "amount"])

    def test_nobodys_own_defaults_are_limits(self):
        groups = "base.group_user,base.group_partner_manager"
        seller = self.create_user("sly-seller", groups)
        wanted = {"credit_limit": 9000, "sales_limit": 9000, "limit_action": "notify"}
        wanted |= {"overdue_since": "2026-01-01", "city": "Durban"}
        for user, taken in ((seller, {"city"}), (self.chief, set(wanted))):
            defaults = self.env["ir.default"].with_user(user)
            for name, value in wanted.items():
                defaults.set("res.partner", name, value, user_id=True)
            made = self.env["res.partner"].with_user(user).create({"name": "Mine"})
            (values,) = made.sudo().read([*wanted])
            with self.subTest(user=user.login):
                self.assertEqual({name for name in wanted if values[name]}, taken)
        for name, value in (("limit_action", "block"), ("overdue_since", "2026-02-01")):
            of_all = self.company.id if name == "limit_action" else False
            self.env["ir.default"].set("res.partner", name, value, company_id=of_all)
        made = self.env["res.partner"].with_user(seller).create({"name": "Ours"})
        (values,) = made.sudo().read(["limit_action", "overdue_since"])
        self.assertEqual(values["limit_action"], "block", "of the company")
        self.assertEqual(str(values["overdue_since"]), "2026-02-01", "of everybody")

    def test_what_grew_asks_again(self):
        self.partner.with_user(self.chief).action_synkd_hold("Wait")
        invoice = self.draft(100)
        invoice.with_user(self.chief).action_synkd_permit("Agreed")
        invoice.invoice_line_ids.price_unit = 101
        with self.assertRaisesRegex(UserError, "on hold"):
            invoice.action_post()

    def test_a_reason_is_not_given_for_nothing(self):
        invoice = self.draft(100)
        with self.assertRaisesRegex(UserError, "No reason has to be given"):
            invoice.with_user(self.chief).action_synkd_permit("Just so")

    def test_overdue_refuses_until_it_is_cleared(self):
        self.partner.overdue_since = fields.Date.today()
        invoice = self.draft(partner=self.branch)
        with self.assertRaisesRegex(UserError, "Hope East is overdue: since"):
            invoice.action_post()
        self.partner.overdue_since = False
        invoice.action_post()
        self.assertEqual(invoice.state, "posted")

    def test_overdue_by_odoos_invoices_where_the_company_wants_it(self):
        day = fields.Date.today() - timedelta(days=10)
        self.draft(100, invoice_date=day, invoice_date_due=day).action_post()
        self.draft(10).action_post()
        self.company.synkd_overdue_check = True
        with self.assertRaisesRegex(UserError, r"overdue: .*100\.00"):
            self.draft(10).action_post()
        self.company.synkd_overdue_days = 10
        self.draft(10).action_post()

    def test_credit_notes_are_always_posted(self):
        self.partner.with_user(self.chief).action_synkd_hold("Wait")
        note = self.draft(100, move_type="out_refund")
        note.action_post()
        self.assertEqual(note.state, "posted")

    def test_an_archived_customer_gets_no_new_invoice(self):
        invoice = self.draft(100)
        self.partner.active = False
        with self.assertRaisesRegex(UserError, r"Hope Works is inactive \(archived\)"):
            invoice.action_post()

    def test_one_refusal_names_all(self):
        second = self.create_partner("Second")
        third = self.create_partner("Third")
        (second | third).with_user(self.chief).action_synkd_hold("Wait")
        drafts = self.draft(1, second) | self.draft(1, third) | self.draft(1)
        with self.assertRaisesRegex(UserError, r"(?s)Second is on hold.*Third is on h"):
            drafts.action_post()

    def test_later_days_are_asked_about_on_their_day(self):
        later = fields.Date.today() + timedelta(days=5)
        invoice = self.draft(100, invoice_date=later, date=later)
        invoice.auto_post = "at_date"
        self.partner.with_user(self.chief).action_synkd_hold("Wait")
        invoice._post(soft=True)
        self.assertEqual(invoice.state, "draft")

    def test_the_customer_page_tells(self):
        self.draft(100).action_post()
        self.limit(50)
        partner = self.partner.with_user(self.chief).with_company(self.company)
        self.assertEqual(partner.credit_exposure, 100)
        self.assertEqual(partner.credit_limit_used, 50)
        self.assertIn("above the credit limit", partner.credit_notice)
