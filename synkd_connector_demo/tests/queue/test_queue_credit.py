# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What is credited in the books is open no more, nor is what credits it."""

from dataclasses import replace
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import tagged

from ..faults_common import FaultsCommon


@tagged("post_install", "-at_install")
class TestQueueCredit(FaultsCommon):
    def credit(self, document, **values):
        """Change a posted document, have it credited in the books, and post all."""
        row = self.row_of(document).filtered(lambda r: r.channel == "documents")
        self.edit(document, **(values or {"price_unit": 200}))
        self.assert_waits(row, "changed", "changed in Odoo")
        row.action_credit()
        self.post_all()
        return row

    def assert_closed(self, row):
        """Fail unless a credited posting and its credit settle each other."""
        self.env.invalidate_all()
        stored = self.all_documents().filtered(
            lambda d: d.sent_number in (row.number, f"{row.number}-R")
        )
        self.assertEqual(len(stored), 2)
        self.assertEqual(stored.mapped("outstanding"), [0, 0])

    def own_row(self, row, kind="allocation"):
        """Return the row that takes another one back, or sets it off."""
        return self.rows.search(
            [
                ("res_model", "=", row._name),
                ("res_id", "=", row.id),
                ("kind", "=", kind),
            ]
        )

    def test_an_invoice_and_its_credit_settle_each_other(self):
        invoice = self.post_invoice()
        self.post_all()
        row = self.credit(invoice)
        self.assert_closed(row)
        settling = self.own_row(row)
        self.assertEqual(settling.sync_state, "synced", settling.reason_text)
        self.assert_posted(invoice)
        self.assert_settled(invoice)
        self.assertEqual(self.customer().outstanding, 230)
        calls = self.write_calls()
        self.run_ledger()
        self.assertEqual(self.write_calls(), calls, "nothing is left to say")

    def test_the_allocation_waits_for_the_credit(self):
        invoice = self.post_invoice()
        self.post_all()
        row = self.row_of(invoice)
        self.edit(invoice, price_unit=200)
        row.action_credit()
        settling, reversal = self.own_row(row), self.own_row(row, "credit_note")
        self.assertEqual(settling.blocker_id, reversal)
        self.assertIn("is in the books", settling.reason_text)
        self.post_all()
        self.assertEqual(settling.sync_state, "synced")

    def test_what_takes_back_a_posting_cannot_be_excluded(self):
        """The books would keep both: what was credited, and what is posted anew."""
        for kind in ("out_invoice", "out_refund"):
            document = self.post_invoice(move_type=kind)
            self.post_all()
            row = self.row_of(document)
            self.edit(document, price_unit=200)
            row.action_credit()
            own = self.rows.search([("res_model", "=", row._name)]).filtered(
                lambda each, row=row: each.res_id == row.id
            )
            self.assertEqual(len(own), 2)
            for each in own:
                for note in ("By hand", None):
                    with self.assertRaisesRegex(UserError, "press Hold until"):
                        each.action_exclude(note)
            self.assertFalse(own._set_excluded("By hand"))
            self.post_all()
            self.assert_closed(row)

    def test_what_was_paid_is_paid_anew(self):
        self.keep_entries()
        invoice = self.post_invoice()
        payment = self.pay(invoice)
        self.post_all()
        row = self.row_of(invoice)
        invoice.button_draft()
        invoice.invoice_line_ids.price_unit = 200
        invoice.action_post()
        self.settle(invoice, payment.move_id)
        row.action_credit()
        self.post_all()
        self.post_all(expect_ready=False)
        self.assert_closed(row)
        self.assert_posted(payment)
        self.assert_settled(invoice)
        self.assertEqual(self.stored_payments().unallocated, 0)

    def test_a_credit_note_lets_go_of_its_invoice(self):
        invoice = self.post_invoice()
        self.post_all()
        note = self.reverse(invoice)
        self.post_all()
        self.assert_settled(invoice)
        row = self.credit(note)
        self.post_all(expect_ready=False)
        self.assert_closed(row)
        self.settle(invoice, note)
        self.post_all(expect_ready=False)
        self.assert_settled(invoice)
        again = self.stored_documents(self.row_of(note, "credit_note"))
        self.assertEqual(again.outstanding, note.amount_residual)

    def test_a_lost_answer_settles_once(self):
        invoice = self.post_invoice()
        self.post_all()
        row = self.row_of(invoice)
        self.edit(invoice, price_unit=200)
        row.action_credit()
        settling = self.own_row(row)
        settling.action_hold("Let the documents go first")
        self.post_all()
        settling.action_release()
        self.ledger.demo_fault = "lost_after"
        self.post_all()
        self.assertEqual(settling.sync_state, "sending")
        self.mend()
        self.assertEqual(settling.sync_state, "synced")
        self.assert_closed(row)
        self.assert_clean()

    def test_books_that_cannot_be_told_are_told_nothing(self):
        connector = self.env.registry["synkd.connector.demo"]
        real = connector._capabilities
        for cannot in ({"reallocate": False}, {"allocation_batch": 0}):
            with self.subTest(**cannot):
                self.env.registry.clear_cache()
                with patch.object(
                    connector,
                    "_capabilities",
                    lambda this, ledger, c=cannot: replace(real(this, ledger), **c),
                ):
                    invoice = self.post_invoice()
                    self.post_all()
                    row = self.credit(invoice)
                    self.assertFalse(self.own_row(row))
                    self.assertEqual(
                        self.own_row(row, "credit_note").sync_state, "synced"
                    )
                self.env.registry.clear_cache()
