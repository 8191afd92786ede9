# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Money of every kind: what it settles in Odoo, it settles in the books."""

from odoo import Command
from odoo.tests import tagged

from ..faults_common import FaultsCommon


@tagged("post_install", "-at_install")
class TestQueuePayments(FaultsCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.expense = cls.env["account.account"].search(
            [
                ("company_ids", "in", cls.company.ids),
                ("account_type", "=", "expense"),
            ],
            limit=1,
        )
        cls.map_account(cls.expense, "WOFF")

    @classmethod
    def map_account(cls, account, code):
        """Map an account of ours to one of the books."""
        entry = cls.env["synkd.books.item"].search(
            [("ledger_id", "=", cls.ledger.id), ("code", "=", code)]
        )
        mapping = cls.env["synkd.mapping"]._ensure(
            cls.ledger, {("account", str(account.id))}
        )
        mapping.item_id = entry

    def customer_balance(self):
        """Return what the books say that the customer owes."""
        self.env.invalidate_all()
        return self.customer().outstanding

    def test_overpayment_stays_on_the_account_until_it_settles_more(self):
        self.keep_entries()
        invoice = self.post_invoice()
        payment = self.pay(invoice, amount=150)
        self.post_all()
        self.assert_posted(payment)
        self.assert_settled(invoice)
        self.assertEqual(self.stored_payments().unallocated, 35)
        second = self.post_invoice()
        (self.open_lines(second) | self.open_lines(payment.move_id)).filtered(
            lambda line: not line.reconciled
        ).reconcile()
        self.post_all()
        self.assert_posted(payment)
        self.assert_settled(invoice, second)
        self.assertEqual(len(self.stored_payments()), 1)
        self.assertEqual(self.customer_balance(), second.amount_residual)

    def test_payment_before_any_invoice(self):
        self.keep_entries()
        payment = self.env["account.payment"].create(
            {
                "partner_id": self.partner.id,
                "payment_type": "inbound",
                "partner_type": "customer",
                "amount": 40,
                "date": "2026-06-01",
                "journal_id": self.bank.id,
            }
        )
        payment.action_post()
        self.post_all()
        self.assert_posted(payment)
        self.assertEqual(self.customer_balance(), -40)

    def test_refund_paid_out_settles_the_credit_note(self):
        self.keep_entries()
        note = self.post_invoice(move_type="out_refund")
        refund = self.pay(note)
        row = self.row_of(refund)
        self.assertEqual((row.kind, row.blocker_id.kind), ("refund", "credit_note"))
        self.post_all()
        self.assert_posted(refund)
        self.assert_settled(note)
        self.assertEqual(self.stored_payments().kind, "refund")
        self.assertEqual(self.customer_balance(), 0)

    def test_difference_that_is_written_off(self):
        self.keep_entries()
        invoice = self.post_invoice()
        payment = self.pay(
            invoice,
            amount=110,
            payment_difference_handling="reconcile",
            writeoff_account_id=self.expense.id,
        )
        self.assertEqual(invoice.amount_residual, 0)
        self.post_all()
        self.assert_posted(payment)
        self.assert_settled(invoice)
        stored = self.stored_payments()
        self.assertEqual((stored.amount, stored.unallocated), (110, 0))
        self.assertEqual(stored.difference_ids.mapped("amount"), [5])
        self.assertEqual(self.customer_balance(), 0)

    def test_difference_without_counterpart_in_the_books(self):
        self.keep_entries()
        other = self.expense.copy({"name": "Unknown Losses"})
        payment = self.pay(
            self.post_invoice(),
            amount=110,
            payment_difference_handling="reconcile",
            writeoff_account_id=other.id,
        )
        self.assert_waits(self.row_of(payment), "unmapped", "Unknown Losses", "mapping")

    def test_cash_rounding(self):
        self.map_account(self.expense, "ROUND")
        rounding = self.env["account.cash.rounding"].create(
            {
                "name": "To five cents",
                "rounding": 0.05,
                "strategy": "add_invoice_line",
                "rounding_method": "HALF-UP",
                "profit_account_id": self.expense.id,
                "loss_account_id": self.expense.id,
            }
        )
        invoice = self.post_invoice(
            lines=[{"price_unit": 10.02}], invoice_cash_rounding_id=rounding.id
        )
        self.assertEqual(invoice.amount_total, 11.5)
        payment = self.pay(invoice)
        self.post_all()
        self.assert_posted(invoice)
        self.assert_posted(payment)
        self.assert_settled(invoice)

    def test_bank_line_that_settles_invoices_itself(self):
        first, second = self.post_invoice(), self.post_invoice()
        entry = self.match(self.bank_line(200), first, second)
        row = self.row_of(entry)
        self.assertEqual((row.kind, row.amount), ("payment", 200))
        self.assertEqual(row.blocker_id, self.row_of(first))
        self.post_all()
        self.assert_posted(entry)
        self.assert_settled(first, second)
        stored = self.stored_payments()
        self.assertEqual((stored.amount, stored.account), (200, "BNK1"))

    def test_bank_line_that_is_undone_asks_a_person(self):
        invoice = self.post_invoice()
        line = self.bank_line(115)
        entry = self.match(line, invoice)
        self.post_all()
        row = self.assert_posted(entry)
        line.action_undo_reconciliation()
        self.run_ledger()
        self.assert_waits(row, "changed", "taken back in Odoo")
        row.action_void()
        self.post_all()
        self.assertFalse(self.stored_payments())
        self.assert_settled(invoice)
        self.match(line, invoice)
        self.post_all()
        self.assert_posted(entry)
        self.assert_settled(invoice)

    def test_payment_without_entry_and_its_bank_line_are_sent_once(self):
        self.keep_entries(False)
        invoice = self.post_invoice()
        payment = self.pay(invoice)
        self.assertFalse(payment.move_id)
        self.post_all()
        self.assert_posted(payment)
        stored = self.stored_documents(self.row_of(invoice))
        self.assertEqual(stored.outstanding, 0)
        entry = self.match(self.bank_line(115), invoice)
        self.assertFalse(self.row_of(entry), "the payment is in the books already")
        self.post_all(expect_ready=False)
        self.assertEqual(len(self.stored_payments()), 1)

    def test_payment_without_entry_and_another_bank_line_are_both_sent(self):
        self.keep_entries(False)
        invoice = self.post_invoice()
        payment = self.pay(invoice, amount=40)
        entry = self.match(self.bank_line(75), invoice)
        self.post_all()
        self.assert_posted(payment)
        self.assert_posted(entry)
        self.assertEqual(sum(self.stored_payments().mapped("amount")), 115)
        stored = self.stored_documents(self.row_of(invoice))
        self.assertEqual(stored.outstanding, 0)

    def test_a_bank_line_of_another_journal_is_other_money(self):
        """Cash was taken for a part, and the same amount came by bank."""
        self.keep_entries(False)
        drawer = self.env["account.journal"].create(
            {"name": "Drawer", "type": "cash", "company_id": self.company.id}
        )
        bank = self.env["synkd.books.item"].search(
            [("ledger_id", "=", self.ledger.id), ("kind", "=", "bank")], limit=1
        )
        mapping = self.env["synkd.mapping"]._ensure(
            self.ledger, {("bank", str(drawer.id))}
        )
        mapping.item_id = bank
        invoice = self.post_invoice()
        payment = self.pay(invoice, amount=57.5, journal_id=drawer.id)
        self.assertFalse(payment.move_id)
        entry = self.match(self.bank_line(57.5), invoice)
        self.assertTrue(self.row_of(entry), "it tells of money that nobody told of")
        self.post_all()
        self.assertEqual(self.stored_payments().mapped("amount"), [57.5, 57.5])
        stored = self.stored_documents(self.row_of(invoice))
        self.assertEqual(stored.outstanding, 0)

    def test_one_payment_of_several_account_customers(self):
        row = self.row_of(self.pay_for_two_customers())
        self.assert_waits(row, "mixed", "several account customers", "one payment for")
        self.post_all()
        self.assertFalse(self.stored_payments())

    def test_credit_note_without_its_invoice_in_the_queue(self):
        self.ledger.start_date = "2026-06-01"
        old = self.post_invoice(invoice_date="2026-05-15")
        self.assertFalse(self.row_of(old))
        note = self.reverse(old)
        note_row = self.row_of(note, "credit_note")
        if not note_row:  # dated like today by the wizard
            self.fail(f"{note.invoice_date} is after the start")
        self.post_all()
        self.assert_posted(note, "credit_note")
        self.assertEqual(self.stored_documents(note_row).outstanding, 115)
        row = self.row_of(note, "allocation")
        self.assertNotIn(row.sync_state, ("sending", "pending"), "it settles nothing")
        self.assert_clean()

    def test_chain_waits_for_its_first_link(self):
        newcomer = self.create_partner("Newcomer")
        account = self.create_account("Newcomer")
        newcomer.account_customer_id = account
        self.ledger.demo_refuse = "newcomer"
        invoice = self.post_invoice(newcomer)
        note = self.reverse(invoice)
        allocation = self.row_of(note, "allocation")
        self.assertTrue(allocation.blocker_id)
        self.post_all()
        self.assertEqual(account.sync_state, "attention")
        for row in (self.row_of(invoice), self.row_of(note, "credit_note")):
            self.assert_waits(row, "refused_customer", "Newcomer", "press Retry")
        self.assert_waits(allocation, "refused_customer", "Newcomer")
        self.assertFalse(self.all_documents())
        self.ledger.demo_refuse = False
        account.action_retry()
        self.env.cr.flush()
        self.post_all()
        self.assert_posted(invoice)
        self.assert_posted(note, "credit_note")
        self.assert_posted(note, "allocation")
        self.assert_settled(invoice)
        self.assert_clean()

    def test_allocation_waits_for_a_refused_credit_note(self):
        invoice = self.post_invoice()
        note = self.reverse(invoice)
        self.ledger.demo_refuse = note.name
        self.post_all()
        self.assert_waits(self.row_of(note, "credit_note"), "refused", note.name)
        allocation = self.row_of(note, "allocation")
        self.assertEqual(allocation.sync_state, "pending")
        self.assertIn(f"Waits until Credit Note {note.name}", allocation.reason_text)
        self.ledger.demo_refuse = False
        self.row_of(note, "credit_note").action_retry()
        self.post_all()
        self.assert_posted(note, "allocation")
        self.assert_settled(invoice)

    def test_foreign_invoice_paid_at_another_rate(self):
        euro = self.env.ref("base.EUR")
        euro.active = True
        for date, rate in (("2026-01-01", 0.5), ("2026-07-01", 0.8)):
            self.env["res.currency.rate"].create(
                {"name": date, "rate": rate, "currency_id": euro.id}
                | {"company_id": self.company.id}
            )
        self.env["synkd.demo.item"].create(
            {"ledger_id": self.ledger.id, "kind": "currency"}
            | {"code": "EUR", "name": "Euro"}
        )
        self.ledger.lists_pulled_at = False
        self.run_ledger()
        invoice = self.post_invoice(currency_id=euro.id)
        self.env["synkd.mapping"]._accept_suggestions(self.ledger)
        self.keep_entries()
        payment = self.pay(invoice, payment_date="2026-07-15", currency_id=euro.id)
        self.assertEqual(invoice.amount_residual, 0)
        rows = self.rows.search([("ledger_id", "=", self.ledger.id)])
        self.assertEqual(len(rows), 2, "an exchange difference is no payment")
        self.post_all()
        self.assert_posted(invoice)
        self.assert_posted(payment)
        self.assert_settled(invoice)

    def test_receipt_paid_in_cash(self):
        receipt = self.post_invoice(move_type="out_receipt")
        payment = self.pay(receipt)
        self.post_all()
        self.assert_posted(receipt)
        self.assert_posted(payment)
        self.assert_settled(receipt)

    def test_entry_of_hand_that_credits_a_customer(self):
        invoice = self.post_invoice()
        receivable = self.open_lines(invoice).account_id
        entry = self.env["account.move"].create(
            {
                "move_type": "entry",
                "date": "2026-06-20",
                "line_ids": [
                    Command.create(
                        {
                            "account_id": receivable.id,
                            "partner_id": self.partner.id,
                            "credit": 15,
                        }
                    ),
                    Command.create({"account_id": self.expense.id, "debit": 15}),
                ],
            }
        )
        entry.action_post()
        (self.open_lines(invoice) | self.open_lines(entry)).reconcile()
        row = self.row_of(entry)
        self.assert_waits(row, "unmapped", "Miscellaneous", "mapping")
