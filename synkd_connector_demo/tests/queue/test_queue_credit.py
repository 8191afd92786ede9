# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What is credited in the books is open no more, nor is what credits it."""

from dataclasses import replace
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.synkd_connector.models.queue.synkd_transaction_credit import REVERSED

from ..agreement_common import AgreementMixin
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

    def test_a_credit_of_another_total_is_voided_and_made_again(self):
        """What it took back counts there meanwhile, beside what was posted anew."""
        for kind in ("out_invoice", "out_refund"):
            with self.subTest(kind=kind):
                document = self.post_invoice(move_type=kind)
                self.post_all()
                row = self.row_of(document)
                self.edit(document, price_unit=200)
                row.action_credit()
                self.ledger.demo_fault = "cent"
                self.post_all()
                self.ledger.demo_fault = False
                first = self.own_row(row, REVERSED[row.kind])
                self.assert_waits(first, "difference", "115.00")
                action = first.action_resolve()
                wizard = self.env[action["res_model"]].browse(action["res_id"])
                self.assertEqual((wizard.can_void, wizard.can_credit), (True, False))
                with self.assertRaisesRegex(UserError, "not credited itself"):
                    first.action_credit()
                waiting = self.rows.search([("sync_state", "=", "attention")])
                waiting.action_void()
                for _run in range(4):
                    self.post_all(expect_ready=False)
                self.assertEqual(first.sync_state, "voided", first.reason_text)
                again = self.own_row(row, REVERSED[row.kind]) - first
                self.assertEqual(again.mapped("sync_state"), ["synced"])
                settling = self.own_row(row).filtered("live")
                self.assertEqual(settling.mapped("sync_state"), ["synced"])
                live = self.all_documents().filtered(lambda d: d.status != "void")
                numbers = (row.number, again.number)
                both = live.filtered(lambda d, n=numbers: d.sent_number in n)
                self.assertEqual(both.mapped("total"), [115, 115])
                self.assertEqual(both.mapped("outstanding"), [0, 0])
                self.assert_posted(document)

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


@tagged("post_install", "-at_install")
class TestCreditOfAltered(AgreementMixin, FaultsCommon):
    """Somebody changed in the books what is to be credited there."""

    def changed(self, move_type="out_invoice"):
        """Return a posted document that was changed here since, and its row."""
        document = self.post_invoice(move_type=move_type)
        self.post_all()
        row = self.row_of(document)
        self.edit(document, price_unit=200)
        return document, row

    def alter(self, row, amount=10.0):
        """Let the bookkeeper change the total of what was posted; return it."""
        posting = self.all_documents().filtered(
            lambda each: each.external_id == row.external_id
        )
        posting.total += amount
        posting._update_open()
        return posting

    def test_what_is_known_to_be_altered_is_not_credited(self):
        """A credit of what was posted would leave the rest open there."""
        for move_type in ("out_invoice", "out_refund"):
            with self.subTest(move_type=move_type):
                document, row = self.changed(move_type)
                self.alter(row)
                self.compare()
                action = row.action_resolve()
                wizard = self.env[action["res_model"]].browse(action["res_id"])
                self.assertTrue(wizard.can_void)
                self.assertFalse(wizard.can_credit)
                with self.assertRaisesRegex(UserError, "Void it there"):
                    row.action_credit()
                self.assertEqual(row.sync_state, "attention")
                row.action_void()
                self.post_all()
                self.post_all(expect_ready=False)
                self.assert_posted(document)
                self.assertFalse(self.open_lines_of(self.compare()))

    def test_once_it_was_changed_back_it_is_credited(self):
        _document, row = self.changed()
        posting = self.alter(row)
        self.compare()
        with self.assertRaisesRegex(UserError, "compare again"):
            row.action_credit()
        self.alter(row, -10.0)
        self.compare()
        row.action_credit()
        self.post_all()
        self.assertEqual(posting.outstanding, 0)

    def test_a_total_that_the_books_answered_is_credited(self):
        """A cent of theirs is in their credit too."""
        self.ledger.demo_fault = "cent"
        invoice = self.post_invoice()
        self.post_all(expect_ready=False)
        self.ledger.demo_fault = False
        row = self.row_of(invoice)
        self.assertEqual(row.reason, "difference")
        self.compare()
        row.action_credit()
        self.assertEqual(row.sync_state, "credited")

    def test_a_credit_comes_to_what_the_books_have_or_is_shown(self):
        """Theirs is a cent more both times; or only when it was posted."""
        for again in (True, False):
            with self.subTest(again=again):
                self.ledger.demo_fault = "cent"
                invoice = self.post_invoice()
                self.post_all(expect_ready=False)
                row = self.row_of(invoice)
                row.action_credit()
                self.ledger.demo_fault = "cent" if again else False
                self.post_all(expect_ready=False)
                mine = [("res_model", "=", row._name), ("res_id", "=", row.id)]
                mine.append(("channel", "=", "documents"))
                reversal = self.rows.search(mine)
                if again:
                    self.assertEqual(reversal.sync_state, "synced")
                    continue
                self.assert_waits(reversal, "difference", "115.01")

    def test_what_was_altered_before_a_credit_is_named(self):
        """Nobody knew of it: the rest is open there, and a person has to look."""
        for move_type in ("out_invoice", "out_refund"):
            with self.subTest(move_type=move_type):
                _document, row = self.changed(move_type)
                posting = self.alter(row)
                row.action_credit()
                self.post_all()
                self.assertAlmostEqual(posting.outstanding, 10)
                line = self.line_of_row(self.compare(), row)
                self.assertEqual((line.verdict, line.state), ("differs", "open"))
                self.assertIn("was credited there as it was posted", line.why)
                self.assertNotIn("Resolve", line.why)
                self.assertFalse(line.may_resolve)
                with self.assertRaises(UserError):
                    line.action_resolve()
                self.alter(row, -10.0)
                self.assertFalse(self.line_of_row(self.compare(), row))

    def test_a_half_that_was_deleted_there_is_named(self):
        """Of two that make nothing together, one alone makes something."""
        for half in ("original", "reversal"):
            with self.subTest(half=half):
                _document, row = self.changed()
                row.action_credit()
                self.post_all()
                own = [("res_model", "=", row._name), ("res_id", "=", row.id)]
                reversal = self.rows.search([*own, ("channel", "=", "documents")])
                gone = row if half == "original" else reversal
                posting = self.all_documents().filtered(
                    lambda each, gone=gone: each.external_id == gone.external_id
                )
                settled = self.env["synkd.demo.allocation"].search([])
                self.assertEqual(len(settled), 1)
                settled.unlink()
                self.delete_there(posting)
                line = self.line_of_row(self.compare(), gone)
                self.assertEqual((line.verdict, line.state), ("missing", "open"))
                self.assertIn("counts alone now", line.why)
                self.assertNotIn("Post Anew", line.why)
                self.assertFalse(line.may_post_anew)
                with self.assertRaises(UserError):
                    line.action_post_anew()
                line.action_leave("Voided both")

    def test_what_was_voided_there_before_its_credit_is_named(self):
        _document, row = self.changed()
        self.all_documents().write({"status": "void", "outstanding": 0})
        row.action_credit()
        self.post_all(expect_ready=False)
        self.post_all(expect_ready=False)
        own = self.rows.search([("res_model", "=", row._name)])
        settling = own.filtered(lambda each: each.kind == "allocation")
        self.assertEqual(settling.reason, "refused", "and Requires Attention shows it")
        line = self.line_of_row(self.compare(), row)
        self.assertIn("counts alone now", line.why)
        with self.assertRaisesRegex(UserError, "cannot be excluded"):
            (own - settling).action_exclude("By hand")
        settling.action_exclude("Voided there by hand")
        self.assertEqual(settling.sync_state, "excluded")

    def test_what_is_known_to_be_voided_there_is_not_credited(self):
        _document, row = self.changed()
        self.all_documents().write({"status": "void", "outstanding": 0})
        self.compare()
        with self.assertRaisesRegex(UserError, "changed or voided"):
            row.action_credit()

    def line_of_row(self, agreement, row):
        """Return the line about a row, if it says that anything differs."""
        lines = self.open_lines_of(agreement)
        return lines.filtered(lambda line: line.transaction_id == row)

    def open_lines_of(self, agreement):
        """Return the lines that wait for a person."""
        return agreement.line_ids.filtered(lambda line: line.state == "open")
