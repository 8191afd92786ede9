# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import ValidationError
from odoo.tests import tagged

from odoo.addons.synkd_connector.lib.documents import ListItem, Lists

from ..faults_common import FaultsCommon


@tagged("post_install", "-at_install")
class TestRates(FaultsCommon):
    """Foreign money that no rate in Odoo is behind never counts as one to one."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.euro = cls.env.ref("base.EUR")
        cls.euro.active = True
        cls.rates = cls.env["res.currency.rate"]
        money = cls.euro | cls.company.currency_id
        cls.rates.search([("currency_id", "in", money.ids)]).unlink()
        cls.env["synkd.demo.item"].create(
            {"ledger_id": cls.ledger.id, "kind": "currency"}
            | {"code": "EUR", "name": "Euro"}
        )
        cls.close_books("")
        cls.env["synkd.mapping"]._ensure(cls.ledger, {("currency", str(cls.euro.id))})
        cls.env["synkd.mapping"]._accept_suggestions(cls.ledger)

    def rate(self, rate, day="2026-01-01", currency=None):
        """Create a rate of the company's."""
        return self.rates.create(
            {
                "name": day,
                "rate": rate,
                "currency_id": (currency or self.euro).id,
                "company_id": self.company.id,
            }
        )

    def post_euro(self, **values):
        """Post an invoice in euro; return it and its row."""
        invoice = self.post_invoice(currency_id=self.euro.id, **values)
        return invoice, self.row_of(invoice)

    def assert_rateless(self, row):
        """Fail unless a row waits for a rate, and says of what, when and where."""
        self.assert_waits(row, "no_rate", "no rate of EUR for 06/", "Add the rate")
        self.assertNotIn("Missing Rates", row.reason_text, "the demo books have none")

    def test_documents_without_a_rate_wait(self):
        invoice, row = self.post_euro()
        note, note_row = self.post_euro(move_type="out_refund")
        for waiting in (row, note_row):
            self.assert_rateless(waiting)
        self.post_all(expect_ready=False)
        self.assertFalse(self.all_documents())
        self.rate(0.5)
        self.assert_rateless(row)
        for document in (invoice, note):
            document.button_draft()
            document.invoice_currency_rate = document.expected_currency_rate
            document.action_post()
        self.post_all()
        for document in (invoice, note):
            row = self.assert_posted(document)
            self.assertEqual(self.stored_documents(row).rate, 0.5)

    def test_money_without_a_rate_waits(self):
        for kept in (False, True):
            with self.subTest(entry=kept):
                self.keep_entries(kept)
                payment = self.env["account.payment"].create(
                    {
                        "partner_id": self.partner.id,
                        "journal_id": self.bank.id,
                        "currency_id": self.euro.id,
                        "amount": 50,
                        "date": "2026-06-20",
                    }
                )
                payment.action_post()
                row = self.row_of(payment)
                self.assert_rateless(row)
                rate = self.rate(0.5)
                if kept:
                    self.assert_rateless(row)
                    payment.action_draft()
                    payment.date = "2026-06-21"
                    payment.action_post()
                self.assertEqual(self.row_of(payment).sync_state, "pending")
                self.post_all()
                self.assert_posted(payment)
                stored = self.stored_payments().sorted("id")[-1]
                self.assertEqual(stored.rate, 0.5)
                rate.unlink()

    def test_cents_that_are_as_many_of_ours_have_the_rate_of_the_day(self):
        self.keep_entries()
        self.rate(0.917431)
        for amount in (0.01, 0.05):
            payment = self.env["account.payment"].create(
                {
                    "partner_id": self.partner.id,
                    "journal_id": self.bank.id,
                    "currency_id": self.euro.id,
                    "amount": amount,
                    "date": "2026-06-20",
                }
            )
            payment.action_post()
            booked = {abs(line.balance) for line in payment.move_id.line_ids}
            self.assertEqual(booked, {amount}, "one to one")
            row = self.row_of(payment)
            self.assertEqual(row.sync_state, "pending", row.reason_text)
            self.post_all()
            self.assert_posted(payment)

    def test_a_cent_is_a_cent_though_the_rate_was_changed_since(self):
        self.keep_entries()
        rate = self.rate(0.917431)
        values = {"partner_id": self.partner.id, "journal_id": self.bank.id}
        values |= {"currency_id": self.euro.id, "amount": 0.01, "date": "2026-06-20"}
        payment = self.env["account.payment"].create(values)
        payment.action_post()
        rate.rate = 0.45
        self.post_all()
        self.assert_posted(payment)

    def test_a_rate_that_was_typed_counts(self):
        invoice = self.create_invoice(currency_id=self.euro.id)
        invoice.invoice_currency_rate = 0.6
        invoice.action_post()
        self.post_all()
        row = self.assert_posted(invoice)
        self.assertEqual(self.stored_documents(row).rate, 0.6)

    def test_currencies_of_one_value_need_a_rate_that_says_so(self):
        rate = self.rate(1)
        invoice, row = self.post_euro()
        self.assertEqual(row.sync_state, "pending", row.reason_text)
        rate.rate = 2
        self.env["synkd.transaction"]._redecide([("id", "=", row.id)])
        self.assert_rateless(row)
        rate.rate = 1
        self.assertEqual(row.sync_state, "pending", row.reason_text)
        self.post_all()
        self.assert_posted(invoice)

    def test_a_rate_of_the_own_currency_alone_counts(self):
        self.rate(18, currency=self.company.currency_id)
        _invoice, row = self.post_euro()
        self.assertEqual(row.sync_state, "pending", row.reason_text)

    def test_only_a_later_rate_is_what_odoo_booked(self):
        self.rate(0.7, "2026-12-01")
        invoice, row = self.post_euro()
        self.assertEqual(invoice.invoice_currency_rate, 0.7)
        self.assertEqual(row.sync_state, "pending", row.reason_text)

    def test_a_rate_of_another_company_is_none(self):
        other = self.env["res.company"].create({"name": "Elsewhere"})
        self.rate(1).company_id = other
        _invoice, row = self.post_euro()
        self.assert_rateless(row)

    def test_books_without_rates_of_their_own_cannot_be_asked(self):
        with self.assertRaisesRegex(ValidationError, "no rates of their own"):
            self.ledger.missing_rates = "books"

    def test_own_currency_needs_no_rate(self):
        invoice = self.post_invoice()
        self.assertEqual(self.row_of(invoice).sync_state, "pending")

    def test_lists_without_currencies_change_nothing(self):
        entry = ListItem("account", "a1", "4000", "Sales")
        self.env["synkd.books.item"]._take(self.ledger, Lists((entry,)))
        _invoice, row = self.post_euro()
        self.assertIn("no_rate", row._get_reasons())
