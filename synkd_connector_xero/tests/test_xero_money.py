# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import Command
from odoo.tests import tagged

from .test_xero_flow import XeroFlowCommon


class XeroMoneyCommon(XeroFlowCommon):
    """What is sent to Xero, and whether it is there to the cent."""

    def row_of(self, document):
        """Return the live row of a document."""
        mine = [("res_model", "=", document._name), ("res_id", "=", document.id)]
        return self.env["synkd.transaction"].search([*mine, ("live", "=", True)])

    def post_lines(self, lines, **values):
        """Post an invoice with lines of these values."""
        default = {
            "product_id": self.widget.id,
            "quantity": 1,
            "tax_ids": [Command.set(self.tax.ids)],
        }
        lines = [Command.create(default | line) for line in lines]
        return self.create_invoice(invoice_line_ids=lines, **values)

    def sent(self, path="/Invoices"):
        """Return the element that was sent last."""
        return self.http_calls("PUT", "POST", path=path)[-1]["body"][path[1:]][-1]

    def assert_in_xero(self, *documents):
        """Fail unless Xero has documents with their total and tax."""
        for document in documents:
            row = self.row_of(document)
            self.assertEqual(row.sync_state, "synced", row.reason_text)
            refund = document.move_type == "out_refund"
            number = "CreditNoteNumber" if refund else "InvoiceNumber"
            table = self.in_xero("credit_notes" if refund else "invoices")
            found = [each for each in table if each[number] == document.name]
            self.assertEqual(len(found), 1)
            self.assertEqual(float(found[0]["Total"]), document.amount_total)
            self.assertEqual(float(found[0]["TotalTax"]), document.amount_tax)


@tagged("post_install", "-at_install")
class TestXeroRates(XeroMoneyCommon):
    """Foreign money without a rate waits, or takes Xero's own rate of the day."""

    def setUp(self):
        super().setUp()
        self.dollar = self.env.ref("base.USD")
        self.dollar.active = True
        money = self.dollar | self.company.currency_id
        rates = self.env["res.currency.rate"]
        rates.search([("currency_id", "in", money.ids)]).unlink()
        self.map("currency", "USD", self.dollar)

    def test_without_a_rate_nothing_goes_out(self):
        invoice = self.create_invoice(currency_id=self.dollar.id)
        payment = self.pay(invoice, currency_id=self.dollar.id)
        self.run_ledger()
        for document in (invoice, payment):
            row = self.row_of(document)
            self.assertEqual((row.sync_state, row.reason), ("attention", "no_rate"))
            self.assertIn("no rate of USD for 03/", row.reason_text)
        self.assertFalse(self.in_xero("invoices"))

    def test_xero_s_own_rate_is_taken_where_the_ledger_says_so(self):
        invoice = self.create_invoice(currency_id=self.dollar.id)
        payment = self.pay(invoice, currency_id=self.dollar.id)
        row = self.row_of(invoice)
        self.assertEqual(row.reason, "no_rate")
        self.ledger.missing_rates = "books"
        self.assertEqual(row.sync_state, "pending", row.reason_text)
        self.run_all()
        self.assertNotIn("CurrencyRate", self.sent())
        self.assertNotIn("CurrencyRate", self.sent("/Payments"))
        self.assert_in_xero(invoice)
        (stored,) = self.in_xero("invoices")
        self.assertNotEqual(float(stored["CurrencyRate"]), 1)
        self.assertEqual(float(stored["AmountDue"]), 0)
        self.ledger.missing_rates = "ask"
        before = self.write_calls()
        (row | self.row_of(payment))._note_change()
        self.run_all()
        self.assertEqual(self.write_calls(), before, "that is no change of it")

    def test_locks_of_odoo_do_not_stop_what_was_posted_before_them(self):
        invoice = self.create_invoice()
        self.company.sudo().fiscalyear_lock_date = "2026-03-31"
        self.run_ledger()
        self.assert_in_xero(invoice)
        self.assertEqual(self.sent()["Date"], "2026-03-10")
