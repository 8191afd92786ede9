# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import Command
from odoo.tests import tagged

from ..faults_common import FaultsCommon


@tagged("post_install", "-at_install")
class TestGivenBack(FaultsCommon):
    """Money that goes back settles no document, and reaches the books all the same."""

    def setUp(self):
        super().setUp()
        self.keep_entries()

    def overpay(self, amount=150):
        """Return an invoice of 115 and the payment of more than that."""
        invoice = self.post_invoice()
        return invoice, self.pay(invoice, amount=amount)

    def set_against(self, line, entry):
        """Reconcile a bank line with the money of an entry, as the bookkeeper does."""
        return self.match(line, entry)

    def money_there(self):
        """Return kind and amount of the money in the books, sorted."""
        return sorted((p.kind, p.amount) for p in self.stored_payments())

    def balance(self):
        """Return what the customer owes in Odoo."""
        self.env.invalidate_all()
        lines = self.env["account.move.line"].search(
            [
                ("partner_id", "=", self.partner.id),
                ("account_type", "=", "asset_receivable"),
                ("parent_state", "=", "posted"),
            ]
        )
        return sum(lines.mapped("balance"))

    def customer_balance(self):
        """Return what the customer owes in the books."""
        self.env.invalidate_all()
        return self.customer().outstanding

    def assert_alike(self, expected):
        """Fail unless the customer owes the same on both sides."""
        self.assertEqual((self.balance(), self.customer_balance()), (expected,) * 2)

    def test_an_overpayment_that_is_paid_back(self):
        invoice, payment = self.overpay()
        self.post_all()
        self.assertEqual(self.customer_balance(), -35)
        entry = self.set_against(self.bank_line(-35), payment.move_id)
        row = self.row_of(entry)
        self.assertEqual((row.kind, row.amount), ("refund", 35))
        self.post_all()
        self.assert_posted(entry)
        self.assert_settled(invoice)
        self.assertEqual(self.money_there(), [("payment", 150), ("refund", 35)])
        self.assert_alike(0)

    def test_a_payment_that_the_bank_returns(self):
        invoice, payment = self.overpay(115)
        self.post_all()
        self.assert_settled(invoice)
        payment.move_id.line_ids.remove_move_reconcile()
        entry = self.set_against(self.bank_line(-115), payment.move_id)
        self.post_all()
        self.assert_posted(entry)
        self.assert_settled(invoice)
        self.assertEqual(self.money_there(), [("payment", 115), ("refund", 115)])
        self.assert_alike(115)

    def test_what_a_bank_line_brought_too_much(self):
        invoice = self.post_invoice()
        first = self.match(self.bank_line(150), invoice)
        self.post_all()
        entry = self.set_against(self.bank_line(-35), first)
        self.post_all()
        self.assert_posted(entry)
        self.assertEqual(self.money_there(), [("payment", 150), ("refund", 35)])
        self.assert_alike(0)

    def test_paid_back_before_it_is_known_what_for_it_came(self):
        invoice = self.post_invoice()
        first, second = self.match(self.bank_line(150)), self.match(self.bank_line(-35))
        self.open_lines(first, second).reconcile()
        self.assertFalse(self.row_of(first) | self.row_of(second))
        self.open_lines(first, invoice).reconcile()
        self.post_all()
        self.assert_posted(first)
        self.assert_posted(second)
        self.assertEqual(self.money_there(), [("payment", 150), ("refund", 35)])
        self.assert_alike(0)

    def test_a_payment_without_an_entry_told_of_it(self):
        self.keep_entries(False)
        invoice, payment = self.overpay()
        self.assertFalse(payment.move_id)
        first = self.match(self.bank_line(150), invoice)
        self.assertFalse(self.row_of(first))
        entry = self.set_against(self.bank_line(-35), first)
        self.post_all()
        self.assert_posted(entry)
        self.assertFalse(self.row_of(first), "the payment told of it")
        self.assertEqual(self.money_there(), [("payment", 150), ("refund", 35)])
        self.assert_alike(0)

    def test_the_entry_of_a_payment_that_is_reversed(self):
        invoice, payment = self.overpay(115)
        self.post_all()
        payment.move_id.line_ids.remove_move_reconcile()
        back = payment.move_id._reverse_moves(
            [{"date": "2026-06-20", "journal_id": self.bank.id}], cancel=True
        )
        row = self.row_of(back)
        self.assertEqual((row.kind, row.amount), ("refund", 115))
        self.post_all()
        self.assert_posted(back)
        self.assert_settled(invoice)
        self.assert_alike(115)

    def test_a_balance_from_before_that_was_typed_as_an_entry(self):
        debt = {
            "account_id": self.partner.property_account_receivable_id.id,
            "partner_id": self.partner.id,
            "debit": 80,
        }
        other = {"account_id": self.income().id, "credit": 80}
        lines = [Command.create(debt), Command.create(other)]
        owed = self.env["account.move"].create(
            {"date": "2026-05-15", "line_ids": lines}
        )
        owed.action_post()
        account = [("ledger_id", "=", self.ledger.id), ("kind", "=", "account")]
        self.ledger.write(
            {
                "start_date": "2026-06-01",
                "opening_choice": "post",
                "opening_item_id": self.env["synkd.books.item"].search(account)[:1].id,
                "before_choice": "credit",
            }
        )
        self.ledger._post_openings()
        self.post_all()
        self.assert_alike(80)
        entry = self.set_against(self.bank_line(80), owed)
        self.post_all()
        self.assert_posted(entry)
        self.assertEqual(self.money_there(), [("payment", 80)])
        self.assert_alike(0)

    def income(self):
        """Return an account of income."""
        mine = [
            ("company_ids", "in", self.company.ids),
            ("account_type", "=", "income"),
        ]
        return self.env["account.account"].search(mine, limit=1)

    def test_undone_before_it_was_sent_it_stays_here(self):
        _invoice, payment = self.overpay()
        line = self.bank_line(-35)
        row = self.row_of(self.set_against(line, payment.move_id))
        self.assertEqual(row.kind, "refund")
        line.action_undo_reconciliation()
        self.post_all()
        self.assertFalse(row.live)
        self.assertEqual(self.money_there(), [("payment", 150)])

    def test_two_bank_lines_that_the_books_do_not_know(self):
        first, second = self.match(self.bank_line(35)), self.match(self.bank_line(-35))
        self.open_lines(first, second).reconcile()
        self.assertFalse(self.row_of(first) | self.row_of(second))

    def test_against_money_that_was_excluded_it_stays_with_the_bookkeeper(self):
        _invoice, payment = self.overpay()
        self.row_of(payment).action_exclude("entered by hand")
        entry = self.set_against(self.bank_line(-35), payment.move_id)
        self.assertFalse(self.row_of(entry))

    def test_a_plain_payment_asks_nothing_more(self):
        invoice = self.post_invoice()
        enqueuer = self.env["synkd.enqueuer"]
        payment = self.pay(invoice)
        self.env.flush_all()
        start = self.env.cr.sql_log_count
        enqueuer._enqueue_given_back(payment.move_id | invoice)
        self.assertEqual(self.env.cr.sql_log_count, start)
