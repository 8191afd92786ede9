# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.tools import SQL

from ...const import BILLED
from ...lib.documents import VOID
from ...lib.lookup import Bill, number


class SynkdDocumentLookup(models.AbstractModel):
    """Looks up what the payloads of summaries and of their money are made of."""

    _inherit = "synkd.document.lookup"

    @api.model
    def _make(self, transactions, answers=None):
        """Override to add the postings of summaries, and where they are."""
        lookup = super()._make(transactions, answers)
        rows = transactions.filtered("summary_id")
        rule = self.env["synkd.summary.rule"]
        for ledger, some in rows.grouped("ledger_id").items():
            documents = some.filtered(lambda row: row.channel == "documents")
            sources = {row.summary_id.id: row.source for row in documents}
            found = rule._answer(ledger, sources)
            lookup.summary_postings |= found.postings
            lookup.rateless.update(
                row.id
                for row in documents
                if found.obstacles[row.summary_id.id].rateless
            )
            money = some - documents
            payments = [(row.id, 0, row.res_id) for row in money]
            lookup.rateless |= rule._find_rateless(payments)
            lookup.journals |= rule._find_journals(payments)
            lookup.summaries |= self._find_summaries(ledger, money.summary_id)
        for ledger in transactions.ledger_id:
            self._add_bills(lookup, ledger)
        return lookup

    def _add_bills(self, lookup, ledger):
        """Let bills stand for their members among the documents that are settled."""
        asked = [
            move_id for ledger_id, move_id in lookup.documents if ledger_id == ledger.id
        ]
        rows = self.env["synkd.transaction"].sudo()
        billed = [("move_id", "in", asked), ("sync_state", "=", BILLED)]
        members = asked and rows.search([*billed, ("ledger_id", "=", ledger.id)])
        for bill, some in (members or rows).grouped("batch_id").items():
            row, first = bill.transaction_id, min(some.move_id.ids)
            known = Bill(bill.id, first, row.kind, number(row.amount))
            for move in some.move_id:
                key = ledger.id, move.id
                lookup.billed[key] = known
                name = row.books_number or row.number or ""
                lookup.documents[key] = (row.external_id or "", name)
                if row.operation == VOID:
                    lookup.leaving.add(key)
        bills = {bill.id for bill in lookup.billed.values()}
        if bills:
            lookup.earlier |= self._find_earlier(list(bills))

    def _find_earlier(self, bill_ids):
        """Return how much of bills is settled by whom from outside: one query.

        :rtype: dict[int, list[tuple[int, Decimal]]]
        """
        found = {}
        for bill_id, move_id, amount in self.env.execute_query(
            SQL(
                """SELECT m.batch_id, o.move_id, SUM(p.amount)
                     FROM synkd_transaction m
                     JOIN synkd_batch b ON b.id = m.batch_id
                     JOIN synkd_transaction r ON r.id = b.transaction_id
                      AND r.kind = m.kind
                     JOIN account_move_line l ON l.move_id = m.move_id
             JOIN LATERAL (SELECT credit_move_id AS line_id,
                                  debit_amount_currency AS amount
                             FROM account_partial_reconcile WHERE debit_move_id = l.id
                            UNION ALL
                           SELECT debit_move_id, credit_amount_currency
                             FROM account_partial_reconcile WHERE credit_move_id = l.id
                          ) p ON TRUE
                     JOIN account_move_line o ON o.id = p.line_id
                    WHERE m.batch_id = ANY(%s) AND NOT EXISTS (
                          SELECT FROM synkd_transaction n
                           WHERE n.move_id = o.move_id AND n.batch_id = m.batch_id)
                 GROUP BY 1, 2 ORDER BY 1, 2""",
                bill_ids,
            )
        ):
            found.setdefault(bill_id, []).append((move_id, number(float(amount))))
        return found

    def _find_summaries(self, ledger, summaries):
        """Return identity and number of summaries that the books have or will have.

        :rtype: dict[tuple[int, int], tuple[str, str]]
        """
        rows = summaries.sudo().transaction_ids.filtered(
            lambda row: (
                row.live
                and row.ledger_id == ledger
                and row.channel == "documents"
                and row._get_poster().operation != VOID
                and row.sync_state != "excluded"
            )
        )
        return {
            (ledger.id, row.summary_id.id): (
                poster.external_id or "",
                poster.books_number or poster.number or "",
            )
            for row in rows
            if (poster := row._get_poster()).kind == row.kind
        }
