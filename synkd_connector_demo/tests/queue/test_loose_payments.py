# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Payments without an entry share what is left of the documents they are meant for."""

import threading
from unittest.mock import patch

from odoo import Command
from odoo.tests import tagged

from ..faults_common import FaultsCommon


@tagged("post_install", "-at_install")
class TestLoosePayments(FaultsCommon):
    def setUp(self):
        super().setUp()
        self.keep_entries(False)

    def allocated(self, payment):
        """Return what a payment would settle now, by the document's number."""
        row = self.env["synkd.transaction"].browse(self.row_of(payment).id)
        found = row.sudo()._to_data()
        known = self.rows.search([("ledger_id", "=", self.ledger.id)])
        names = {each.books_number or each.number: each.move_id.name for each in known}
        return {names[each.number]: float(each.amount) for each in found.allocations}

    def pay_late(self, invoices, amount, date="2026-06-20", **values):
        """Pay so much for documents on a day."""
        return self.pay(invoices, amount=amount, payment_date=date, **values)

    def test_two_for_one_invoice_do_not_settle_more_than_it_is(self):
        invoice = self.post_invoice()
        first = self.pay_late(invoice, 60)
        second = self.pay_late(invoice, 100)
        self.assertEqual(self.allocated(first), {invoice.name: 60})
        self.assertEqual(self.allocated(second), {invoice.name: 55})
        self.post_all()
        self.assert_posted(first)
        self.assert_posted(second)
        stored = self.stored_payments().sorted("amount")
        self.assertEqual(stored.mapped("unallocated"), [0, 45])
        document = self.stored_documents(self.row_of(invoice))
        self.assertEqual(document.outstanding, 0)

    def test_the_older_one_counts_first(self):
        invoice = self.post_invoice()
        late = self.pay_late(invoice, 100, "2026-07-20")
        early = self.pay_late(invoice, 60, "2026-06-20")
        self.assertEqual(self.allocated(early), {invoice.name: 60})
        self.assertEqual(self.allocated(late), {invoice.name: 55})

    def test_an_earlier_one_that_comes_later_takes_its_part(self):
        """What is in the books already lets go of what the older payment settles."""
        invoice = self.post_invoice()
        late = self.pay_late(invoice, 100, "2026-07-20")
        self.post_all()
        early = self.pay_late(invoice, 60, "2026-06-20")
        self.assertEqual(self.row_of(late).sync_state, "pending")
        self.post_all()
        self.assert_posted(early)
        self.assert_posted(late)
        stored = self.stored_payments().sorted("amount")
        self.assertEqual(stored.mapped("unallocated"), [0, 45])

    def test_what_an_earlier_one_lets_go_the_next_one_takes(self):
        invoice = self.post_invoice()
        first = self.pay_late(invoice, 60)
        second = self.pay_late(invoice, 100)
        self.post_all()
        first.action_cancel()
        self.row_of(first).action_void()
        self.assertEqual(self.allocated(second), {invoice.name: 100})
        self.post_all()
        self.assertEqual(self.row_of(first), self.rows)
        document = self.stored_documents(self.row_of(invoice))
        self.assertEqual(document.outstanding, 15)

    def test_one_that_is_excluded_settles_nothing(self):
        invoice = self.post_invoice()
        first = self.pay_late(invoice, 60)
        second = self.pay_late(invoice, 100)
        row = self.row_of(first)
        row.action_hold("To be looked at")
        self.post_all()
        row.action_exclude("Paid twice by mistake")
        self.assertEqual(self.allocated(second), {invoice.name: 100})
        self.assertEqual(self.row_of(second).sync_state, "pending")
        self.post_all()
        self.assertEqual(self.stored_payments().unallocated, 0)
        row.action_include()
        self.assertEqual(self.allocated(second), {invoice.name: 55})
        self.post_all()
        self.assert_posted(first)

    def test_what_a_credit_note_settles_is_not_paid_again(self):
        invoice = self.post_invoice()
        payment = self.pay_late(invoice, 115)
        self.post_all()
        note = self.post_invoice(
            move_type="out_refund", lines=[{"price_unit": 50.0, "tax_ids": []}]
        )
        self.settle(invoice, note)
        self.assertEqual(self.allocated(payment), {invoice.name: 65})
        self.post_all()
        self.assert_posted(payment)
        self.assert_posted(note, "allocation")
        self.assertEqual(self.stored_payments().unallocated, 50)

    def test_one_for_two_invoices_leaves_out_what_another_paid(self):
        first, second = self.post_invoice(), self.post_invoice()
        self.pay_late(first, 100)
        both = self.pay_late(first | second, 120)
        self.assertEqual(self.allocated(both), {first.name: 15, second.name: 105})

    def test_what_hangs_together_over_several_invoices_is_counted_whole(self):
        """The third invoice is left to a payment that knows nothing of the first."""
        first, second, third = (self.post_invoice() for _n in range(3))
        self.pay_late(first | second, 200)
        self.pay_late(second | third, 100)
        last = self.pay_late(third, 115)
        self.assertEqual(self.allocated(last), {third.name: 45})

    def test_an_invoice_and_a_credit_note_paid_together(self):
        """The money settles the invoice; the note waits to be set against it."""
        invoice = self.post_invoice()
        note = self.post_invoice(move_type="out_refund", lines=[{"price_unit": 50.0}])
        payment = self.pay(invoice | note)
        self.assertAlmostEqual(payment.amount, 57.5)
        self.assertEqual(self.allocated(payment), {invoice.name: 57.5})

    def test_its_own_bank_line_leaves_it_what_it_settles(self):
        invoice = self.post_invoice()
        payment = self.pay_late(invoice, 115)
        self.match(self.bank_line(115), invoice)
        self.assertEqual(self.allocated(payment), {invoice.name: 115})

    def test_another_bank_line_does_not(self):
        invoice = self.post_invoice()
        payment = self.pay_late(invoice, 115)
        self.match(self.bank_line(75), invoice)
        self.assertEqual(self.allocated(payment), {invoice.name: 40})

    def match_step(self, line, invoice, rest):
        """Set a part of a bank line against an invoice, as a bookkeeper goes on.

        :param float rest: what of the line is still open behind it.
        """
        _liquidity, suspense, _other = line._seek_for_lines()
        part = suspense.amount_currency + rest
        receivable = self.open_lines(invoice).account_id
        vals = {"account_id": receivable.id, "partner_id": self.partner.id}
        entry = line.move_id.with_context(skip_readonly_check=True)
        entry.line_ids = [
            Command.update(suspense.id, {"amount_currency": -rest, "balance": -rest}),
            Command.create(vals | {"amount_currency": part, "balance": part}),
        ]
        fresh = self.open_lines(line.move_id).filtered(lambda new: not new.reconciled)
        (fresh | self.open_lines(invoice)).reconcile()
        return line.move_id

    def test_a_bank_line_that_is_matched_step_by_step_is_sent_once(self):
        first, second = self.post_invoice(), self.post_invoice(lines=[{"quantity": 2}])
        payment = self.pay(first | second)
        self.assertEqual((payment.amount, payment.move_id.id), (345, False))
        line = self.bank_line(345)
        entry = self.match_step(line, first, 230)
        row = self.row_of(entry)
        self.assertEqual(row.amount, 115, "it might be other money still")
        self.match_step(line, second, 0)
        self.assertFalse((first | second).filtered("amount_residual"))
        self.assertFalse(row.live, "it is that of the payment")
        self.post_all()
        self.assertEqual(self.stored_payments().mapped("amount"), [345])
        self.assert_settled(first, second)

    def test_a_payment_that_comes_after_a_bank_line_is_other_money(self):
        first, second = self.post_invoice(), self.post_invoice(lines=[{"quantity": 3}])
        entry = self.match(self.bank_line(230), first)
        payment = self.pay(second, amount=230)
        self.open_lines(entry, second).reconcile()
        self.assertEqual((first | second).mapped("amount_residual"), [0, 230])
        self.post_all()
        self.assert_posted(entry)
        self.assert_posted(payment)
        self.assertEqual(self.stored_payments().mapped("amount"), [230, 230])

    def test_collected_together_while_one_waits_for_more(self):
        first, second = self.post_invoice(), self.post_invoice()
        one, half = self.pay(first), self.pay(second, amount=60)
        rest = self.pay(second, amount=55)
        entry = self.match(self.bank_line(175))
        self.open_lines(entry, first).reconcile()
        lines = self.open_lines(entry, second)
        self.assertFalse(first.amount_residual)
        lines.reconcile()
        self.assertEqual(second.amount_residual, 55)
        self.assertFalse(self.row_of(entry), "two of the payments told of it")
        self.post_all()
        for payment in (one, half, rest):
            self.assert_posted(payment)
        amounts = sorted(self.stored_payments().mapped("amount"))
        self.assertEqual(amounts, [55, 60, 115])

    def announce(self):
        """Return an invoice, its payment and the bank line of which that told."""
        invoice = self.post_invoice()
        payment = self.pay(invoice)
        entry = self.match(self.bank_line(115), invoice)
        self.assertFalse(self.row_of(entry))
        return invoice, payment, entry

    def assert_paid_once(self, invoice):
        """Fail unless the books have the money once, and the invoice is paid."""
        self.post_all(expect_ready=False)
        self.assertEqual(self.stored_payments().mapped("amount"), [115])
        self.assert_settled(invoice)

    def test_the_line_of_a_payment_that_is_cancelled_tells_of_the_money(self):
        invoice, payment, entry = self.announce()
        payment.action_cancel()
        self.assertFalse(self.row_of(payment))
        self.assertEqual(self.row_of(entry).amount, 115)
        self.assert_paid_once(invoice)

    def test_the_line_of_a_payment_that_is_voided_tells_of_the_money(self):
        invoice, payment, entry = self.announce()
        self.assert_paid_once(invoice)
        payment.action_cancel()
        row = self.row_of(payment)
        self.assert_waits(row, "changed", "taken back in Odoo")
        self.assertFalse(self.row_of(entry), "the books have the payment still")
        row.action_void()
        self.post_all()
        self.assertEqual(row.sync_state, "voided")
        self.assert_paid_once(invoice)
        self.assert_posted(entry)

    def test_a_payment_that_is_posted_again_is_not_sent_beside_its_line(self):
        invoice, payment, entry = self.announce()
        payment.action_draft()
        self.assertTrue(self.row_of(entry))
        payment.action_post()
        self.assertEqual(len(self.row_of(entry) | self.row_of(payment)), 1)
        self.assert_paid_once(invoice)

    def test_looking_up_costs_the_same_for_many(self):
        costs = []
        thread = threading.current_thread()
        for number in (2, 2, 6):
            invoice = self.post_invoice()
            payments = self.env["account.payment"]
            for _n in range(number):
                payments |= self.pay_late(invoice, 10)
            rows = self.row_of(payments).sudo()
            self.env.flush_all()
            self.env.invalidate_all()
            with (
                patch.object(thread, "query_count", 0, create=True),
                patch.object(thread, "query_time", 0, create=True),
            ):
                self.env["synkd.document.lookup"]._make(rows)
                costs.append(thread.query_count)
        self.assertEqual(costs[1], costs[2])
