# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What the tests that break the queue share: a customer in the books, and proofs."""

from freezegun import freeze_time

from odoo import fields

from odoo.addons.synkd_connector.tests.explore.entries import (
    Entries,
    create_outstanding,
    pay_through,
)

from .queue_common import QueueCommon


class FaultsCommon(Entries, QueueCommon):
    """The customer of the tests is in the books; calls are counted from there."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rows = cls.env["synkd.transaction"]
        cls.payments = cls.env["synkd.demo.payment"]

    def setUp(self):
        super().setUp()
        self.run_ledger()
        self.assertTrue(self.account.external_id)

    def run_ledger(self, ledger=None):
        """Override to go on when a slow machine needs more than one pass."""
        for _pass in range(10):
            run = super().run_ledger(ledger)
            if run.state != "running":
                break
        return run

    def customer(self):
        """Return the customer of the tests as the books have him."""
        return self.stored().filtered(lambda c: c.number == self.account.external_id)

    def calls_made(self, kind=None):
        """Return how many calls the books received."""
        domain = [("ledger_id", "=", self.ledger.id)]
        return self.calls.search_count(domain + [("kind", "=", kind)] * bool(kind))

    def mend(self):
        """Switch the simulated faults off, press Resume, and let the run go on."""
        self.ledger.write({"demo_fault": False, "demo_refuse": False})
        self.ledger.sudo()._set_resumed()
        self.env["synkd.request"].search([]).write({"retry_at": False})
        return self.run_ledger()

    def go_on_at(self, time):
        """Call the ledger's cron at a later time."""
        with freeze_time(time, tick=True):
            return self.run_ledger()

    def assert_posted(self, document, kind=None):
        """Fail unless the books have a document once, as it is here."""
        row = self.row_of(document, kind)
        self.assertEqual(len(row), 1)
        self.assertEqual(row.sync_state, "synced", row.reason_text)
        if row.channel == "documents":
            stored = self.stored_documents(row).filtered(lambda d: d.kind == row.kind)
            stored = stored.filtered(lambda d: d.status != "void")
            self.assertEqual(len(stored), 1)
            self.assertEqual(stored.total, document.amount_total)
            self.assertEqual(stored.tax, document.amount_tax)
            self.assertEqual(row.external_id, stored.external_id)
        return row

    def assert_settled(self, *documents):
        """Fail unless as much is open in the books as here."""
        self.env.invalidate_all()
        for document in documents:
            stored = self.stored_documents(self.row_of(document))
            stored = stored.filtered(lambda d: d.status != "void")
            self.assertAlmostEqual(stored.outstanding, document.amount_residual)

    def assert_waits(self, row, reason, *words):
        """Fail unless a row needs a person, and says why in words."""
        self.assertEqual((row.sync_state, row.reason), ("attention", reason))
        for word in words:
            self.assertIn(word, row.reason_text)
        self.assertRegex(row.reason_text.strip(), r"[.]$", "it is a sentence")

    def assert_clean(self):
        """Fail unless nothing is under way, and nothing is in the books twice."""
        rows = self.rows.search([("ledger_id", "=", self.ledger.id)])
        self.assertNotIn("sending", rows.mapped("sync_state"))
        open_ = [("state", "in", ("open", "answered"))]
        self.assertFalse(self.env["synkd.request"].search(open_))
        for model in (self.env["synkd.demo.document"], self.payments):
            stored = model.search([("ledger_id", "=", self.ledger.id)])
            live = stored.filtered(lambda d: d.status != "void")
            keys = live.filtered("sender_key").mapped("sender_key")
            self.assertEqual(len(keys), len(set(keys)))

    def stored_payments(self):
        """Return the payments in the books that are not void."""
        domain = [("ledger_id", "=", self.ledger.id), ("status", "!=", "void")]
        return self.payments.search(domain)

    def keep_entries(self, kept=True):
        """Override: let payments have entries of their own, or not."""
        pay_through(self, kept and create_outstanding(self))
        if not kept:
            # As with Odoo's accounting app, which reconciles the bank line instead.
            moves = type(self.env["account.move"])
            self.patch(moves, "_get_invoice_in_payment_state", lambda _m: "in_payment")

    def bank_line(self, amount, partner=None, **values):
        """Create a line of the bank's statement."""
        return self.env["account.bank.statement.line"].create(
            {
                "journal_id": self.bank.id,
                "date": "2026-06-20",
                "payment_ref": "EFT",
                "partner_id": (partner or self.partner).id,
                "amount": amount,
            }
            | values
        )

    def match(self, line, *invoices):
        """Reconcile a bank line with invoices, as the bookkeeper does in Odoo."""
        _liquidity, suspense, _other = line._seek_for_lines()
        receivable = self.open_lines(*invoices).account_id[:1]
        suspense.account_id = receivable or self.partner.property_account_receivable_id
        if invoices:
            (suspense | self.open_lines(*invoices)).reconcile()
        return line.move_id

    def pay_for_two_customers(self):
        """Return a payment of a customer and his branch, which is billed apart."""
        branch = self.create_partner("Branch", parent_id=self.partner.id)
        branch.account_customer_id = self.create_account("Branch")
        first, second = self.post_invoice(), self.post_invoice(branch)
        self.keep_entries()
        payment = self.pay(first)
        payment.action_draft()
        payment.amount = 230
        payment.action_post()
        self.open_lines(first, second, payment.move_id).reconcile()
        return payment

    def settle(self, *moves):
        """Reconcile what is open of documents and entries, if anything is."""
        lines = self.open_lines(*moves).filtered(lambda line: not line.reconciled)
        if len(lines) > 1:
            lines.reconcile()

    def edit(self, invoice, **values):
        """Reset a posted document to draft, change it, and post it again."""
        invoice.button_draft()
        price = values.pop("price_unit", None)
        if price is not None:
            invoice.invoice_line_ids.price_unit = price
        if values:
            invoice.write(values)
        invoice.action_post()

    def date_after(self, **delta):
        """Return a time later than now."""
        return fields.Datetime.add(fields.Datetime.now(), **delta)
