# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models

from ...const import SIGNS

# Journals whose entries are money that moved.
MONEY_JOURNALS = ("bank", "cash", "credit")


class SynkdEnqueuer(models.AbstractModel):
    """Entries that settle customer documents without a payment: bank lines and such."""

    _inherit = "synkd.enqueuer"

    def _enqueue_entries(self, moves):
        """Queue entries that are money without a payment of their own."""
        for ledger, some in self._by_ledger(moves).items():
            due = some.filtered(lambda m, l=ledger: l._takes(m.date))
            rows = [vals for move in due if (vals := self._entry_vals(move))]
            self._enqueue_undecided(ledger, rows)

    def _entry_vals(self, move):
        """Return the columns of an entry; none when it is no money of a customer.

        :rtype: dict
        """
        lines = self._money_lines(move)
        amount = self._money(move)
        if not lines.currency_id or len(lines.currency_id) > 1 or not amount:
            return {}
        kind = "payment" if amount > 0 else "refund"
        return {
            "kind": kind,
            "res_model": "account.move",
            "res_id": move.id,
            "move_id": move.id,
            "number": move.name,
            "document_number": move.name,
            "reference": move.ref or None,
            "date": move.date,
            "currency_id": lines.currency_id.id,
            "amount": abs(amount),
            "amount_company": SIGNS[kind] * abs(sum(lines.mapped("balance"))),
            "partner_id": lines.partner_id[:1].id or None,
            "company_id": move.company_id.id,
        }

    def _money_lines(self, move):
        """Return the lines of an entry that change what a customer owes."""
        return move.line_ids.filtered(
            lambda line: line.account_id.account_type == "asset_receivable"
        )

    def _find_entries(self, moves):
        """Return the entries that are money without a payment of their own.

        Exchange differences are not; nor is the bank line of a payment that has no
        entry itself, since that payment is queued.

        :param recordset moves: `account.move` that settle documents.
        """
        moves = moves.filtered(
            lambda m: (
                not m.origin_payment_id
                and m.journal_id != m.company_id.currency_exchange_journal_id
            )
        )
        return moves.filtered(
            lambda m: not m.statement_line_id or not self._is_announced(m)
        )

    def _is_announced(self, move, row=None):
        """Whether payments without an entry told of the money of a bank line before.

        Nothing joins the two in Odoo but the documents that both settle, the journal,
        and the amount: that of one payment, of all, or of one for each document. Each
        payment tells of one line.

        :param recordset row: the line's own `synkd.transaction`, if it has one: only
            payments that were queued before it told of it before.
        :rtype: bool
        """
        lines = self._money_lines(move)
        invoices = self._get_partners_of(lines).move_id
        payments = invoices.matched_payment_ids.filtered(
            lambda p: (
                not p.move_id
                and p.state in ("in_process", "paid")
                and (p.journal_id, p.currency_id)
                == (move.journal_id, lines.currency_id)
                and (not row or self._is_before(p, row))
            )
        )
        told = [p.amount_signed for p in payments]
        others = self._get_partners_of(self._money_lines(invoices)).move_id - move
        for other in others.filtered("statement_line_id"):
            amount = self._money(other)
            if amount in told and not self._is_queued(other):
                told.remove(amount)
        if told and self._money(move) in (*told, sum(told)):
            return True
        return bool(told) and self._is_told_in_parts(move, payments, told)

    def _is_before(self, payment, row):
        """Whether a payment was queued before a row."""
        rows = payment.sudo().synkd_transaction_ids.filtered("live")
        return any(each.id < row.id for each in rows)

    def _is_told_in_parts(self, move, payments, told):
        """Whether each part of a bank line is a payment for what that part settles.

        So banks credit what was collected or deposited together, while others of its
        documents wait for another payment still.

        :param list told: amounts of the payments that no other line took already.
        """
        left = list(told)
        for invoice, amount in self._get_parts(move):
            for_it = payments.filtered(lambda p, i=invoice: p.invoice_ids == i)
            if amount not in for_it.mapped("amount_signed") or amount not in left:
                return False
            left.remove(amount)
        return True

    def _get_parts(self, move):
        """Return what an entry settles of which document, signed as its money.

        :rtype: list[tuple]
        """
        lines = self._money_lines(move).sudo()
        came = [
            (part.debit_move_id.move_id, part.credit_amount_currency)
            for part in lines.matched_debit_ids
        ]
        left = [
            (part.credit_move_id.move_id, -part.debit_amount_currency)
            for part in lines.matched_credit_ids
        ]
        return came + left

    def _enqueue_untold(self, payments):
        """Queue the bank lines of which payments told that are taken back.

        :param recordset payments: `account.payment` that the books do not have, or not
            any more.
        """
        loose = payments.sudo().filtered(lambda p: not p.move_id)
        untold = self._find_entries(self._get_bank_lines(loose.invoice_ids))
        self._enqueue_entries(untold.filtered(lambda m: not self._is_queued(m)))

    def _get_bank_lines(self, invoices):
        """Return the entries of bank lines that settle documents."""
        settling = self._get_partners_of(self._money_lines(invoices)).move_id
        return settling.filtered("statement_line_id")

    def _is_told_by_line(self, payment):
        """Whether a bank line tells the books of a payment without an entry already.

        So it is when the payment was taken back, and is posted again: its documents are
        settled without it.

        :rtype: bool
        """
        invoices = payment.invoice_ids
        if payment.move_id or not invoices or any(invoices.mapped("amount_residual")):
            return False
        return any(
            self._money(line) == payment.amount_signed
            and line.journal_id == payment.journal_id
            and self._is_queued(line)
            for line in self._get_bank_lines(invoices)
        )

    def _drop_announced(self, moves):
        """End what waits of bank lines whose payments told of them, as is seen now.

        Who sets a bank line against one document after the other shows only with the
        last one which payment it is.

        :param recordset moves: `account.move` that were reconciled.
        """
        for move in moves.filtered("statement_line_id"):
            mine = [("move_id", "=", move.id), ("live", "=", True)]
            row = self.env["synkd.transaction"].sudo().search(mine, limit=1)
            if row and self._is_announced(move, row):
                row._set_withdrawn()

    def _money(self, move):
        """Return what an entry lowers the debt of a customer by."""
        lines = self._money_lines(move)
        currency = lines.currency_id[:1] or move.currency_id
        return currency.round(-sum(lines.mapped("amount_currency")))

    # === MONEY THAT GOES BACK === #

    def _enqueue_given_back(self, moves):
        """Queue bank entries that are set against money which the books are told of.

        An overpayment that is paid back, a payment that the bank returns, the entry of
        a payment that is reversed: no document is settled, but where the books know of
        one side and not of the other, the customer's credit stays there for ever.

        :param recordset moves: `account.move` that were reconciled.
        """
        todo = moves.filtered(self._is_of_bank)
        while todo:
            found = todo.browse()
            for move in todo:
                others = self._get_partners_of(self._money_lines(move)).move_id
                others = others.filtered(lambda m: m.move_type == "entry")
                if self._is_told(move):
                    found |= others.filtered(self._is_of_bank)
                elif any(map(self._is_told, others)):
                    found |= move
            fresh = self._find_entries(found).filtered(lambda m: not self._is_queued(m))
            self._enqueue_entries(fresh)
            todo = fresh.filtered(self._is_queued)

    def _is_of_bank(self, move):
        """Whether an entry is money that moved, and no payment tells of it."""
        is_bank = move.journal_id.type in MONEY_JOURNALS
        return move.move_type == "entry" and is_bank and not move.origin_payment_id

    def _is_told(self, move):
        """Whether the books are told of the money of an entry."""
        rows = self.env["synkd.transaction"].sudo()
        mine = [("move_id", "=", move.id), ("live", "=", True)]
        row = rows.search(mine, limit=1)
        if row:
            return row.sync_state != "excluded"
        return bool(move.statement_line_id) and self._is_announced(move)

    # === CREDIT NOTES === #

    def _enqueue_settling(self, moves):
        """Queue what those of some credit notes settle that settle invoices."""
        credits = moves.filtered(lambda move: move.move_type == "out_refund")
        for credit in credits:
            settled = self._get_partners_of(self._money_lines(credit)).move_id
            if settled.filtered(
                lambda m: m.move_type in ("out_invoice", "out_receipt")
            ):
                self._enqueue_allocations(credit)

    def _get_partners_of(self, lines):
        """Return the lines that some lines are reconciled with."""
        lines = lines.sudo()
        return (
            lines.matched_debit_ids.debit_move_id
            | lines.matched_credit_ids.credit_move_id
        )

    def _is_queued(self, move):
        """Whether an entry has a row of its own in the queue."""
        rows = self.env["synkd.transaction"].sudo()
        return bool(
            rows.search_count([("move_id", "=", move.id), ("live", "=", True)], limit=1)
        )
