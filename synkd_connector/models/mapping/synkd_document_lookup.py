# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.tools import SQL

from ...lib.documents import VOID
from ...lib.lookup import Lookup, number
from ...lib.obstacles import LineAnswers, Obstacles

DOCUMENT_KINDS = ("invoice", "credit_note")
CLEAR = Obstacles()
SETTLED_TYPES = ("out_invoice", "out_refund", "out_receipt")


class SynkdDocumentLookup(models.AbstractModel):
    """Looks up, for a batch of transactions, all that their payloads are made of.

    A constant number of queries for each ledger, however many transactions.
    """

    _name = "synkd.document.lookup"
    _description = "What Payloads Are Made Of"

    @api.model
    def _answer_lines(self, transactions):
        """Return how the lines of some transactions are posted: a query per ledger.

        :param recordset transactions: `synkd.transaction`.
        :rtype: LineAnswers
        """
        answers = LineAnswers()
        documents = transactions.filtered(
            lambda row: row.kind in DOCUMENT_KINDS and row.operation == "post"
        )
        for ledger, rows in documents.grouped("ledger_id").items():
            sources = {row.move_id.id: row.source for row in rows if row.move_id}
            found = self.env["synkd.line.rule"]._answer(ledger, sources)
            answers.obstacles |= found.obstacles
            answers.postings |= found.postings
        return answers

    @api.model
    def _make(self, transactions, answers=None):
        """Return the codes of the books for some transactions.

        :param recordset transactions: `synkd.transaction`.
        :param LineAnswers answers: of their lines, when these were asked for already.
        :rtype: Lookup
        """
        answers = answers or self._answer_lines(transactions)
        lookup = Lookup(postings=answers.postings)
        for ledger, rows in transactions.grouped("ledger_id").items():
            documents = rows.filtered(
                lambda row: row.kind in DOCUMENT_KINDS and row.operation == "post"
            )
            others = rows.filtered(lambda row: row.operation == "post") - documents
            # Odoo reads these for each line that it computes; here for all at once.
            documents.move_id.line_ids.fetch(["tax_ids", "tax_tag_ids"])
            lookup.codes |= self._find_codes(ledger)
            lookup.rateless.update(
                row.id
                for row in documents
                if answers.obstacles.get(row.move_id.id, CLEAR).rateless
            )
            money = others.filtered(lambda row: row.channel == "payments")
            foreign = money.filtered(lambda row: row._is_foreign())
            rule = self.env["synkd.line.rule"]
            lookup.rateless |= rule._find_rateless(self._as_payments(foreign))
            lookup.journals |= rule._find_journals(self._as_payments(money))
            lookup.before |= money._find_before()
            self._add_settled(lookup, ledger, others)
        return lookup

    def _as_payments(self, rows):
        """Return rows of money as `synkd.line.rule` asks about payments.

        :rtype: list[tuple]
        """
        return [(row.id, row.move_id.id, row.payment_id.id) for row in rows]

    def _find_codes(self, ledger):
        """Return the mapping of a ledger."""
        mappings = self.env["synkd.mapping"].sudo()
        domain = [("ledger_id", "=", ledger.id), ("is_mapped", "=", True)]
        return {
            (ledger.id, mapping.kind, mapping.key or ""): (
                mapping.item_id.kind,
                mapping.item_id.code,
            )
            for mapping in mappings.search(domain)
        }

    def _add_settled(self, lookup, ledger, rows):
        """Add what payments and credit notes settle, and what they leave out."""
        moves = rows.move_id
        if not rows:
            return
        self.env["account.partial.reconcile"].flush_model()
        self.env["account.move.line"].flush_model()
        for move_id, *settled in self._query_settled(moves):
            lookup.settled.setdefault(move_id, []).append(tuple(settled))
        loose = rows.payment_id.filtered(lambda payment: not payment.move_id)
        lookup.expected |= self.env["synkd.loose.payments"]._find_expected(
            ledger, loose
        )
        for move_id, account_id, amount in self._query_differences(moves):
            found = lookup.differences.setdefault(move_id, [])
            found.append((account_id, number(amount)))
        documents = set(moves.ids)
        for pairs in (*lookup.settled.values(), *lookup.expected.values()):
            documents.update(document_id for document_id, *_amounts in pairs)
        found = self._find_documents(rows, ledger, list(documents))
        lookup.leaving |= {
            (ledger.id, row.move_id.id) for row in found if row.operation == VOID
        }
        lookup.documents |= {
            (ledger.id, row.move_id.id): (
                row.external_id or "",
                row.books_number or row.number or "",
            )
            for row in found
        }

    def _query_settled(self, moves):
        """Return settling entry, settled document, and amount in both currencies.

        What an opening document was lowered by already stays out.

        That of the document comes first.

        Exchange differences are entries of their own, no documents, so they stay out.
        """
        return self.env.execute_query(
            SQL(
                """
                SELECT own.move_id, document.id, SUM(part.amount), SUM(part.paid)
                  FROM account_move_line own
                  JOIN account_account account ON account.id = own.account_id
                   AND account.account_type = 'asset_receivable'
                  JOIN LATERAL (
                        SELECT debit_move_id AS line_id, max_date, create_date,
                               debit_amount_currency AS amount,
                               credit_amount_currency AS paid
                          FROM account_partial_reconcile WHERE credit_move_id = own.id
                        UNION ALL
                        SELECT credit_move_id, max_date, create_date,
                               credit_amount_currency,
                               debit_amount_currency
                          FROM account_partial_reconcile WHERE debit_move_id = own.id
                  ) part ON true
                  JOIN account_move_line other ON other.id = part.line_id
                  JOIN account_move document ON document.id = other.move_id
                   AND document.move_type = ANY(%s)
                 WHERE own.move_id = ANY(%s)
                   AND NOT EXISTS (
                       SELECT FROM synkd_transaction t
                        WHERE t.move_id = document.id AND t.live
                          AND t.opening_date > part.max_date
                          AND t.create_date >= part.create_date)
                 GROUP BY own.move_id, document.id
                 ORDER BY MIN(other.date_maturity), document.id
                """,
                list(SETTLED_TYPES),
                moves.ids,
            )
        )

    def _query_differences(self, moves):
        """Return entry, account and amount of what no money came for."""
        return self.env.execute_query(
            SQL(
                """
                SELECT asked.move_id, other.account_id, SUM(other.amount_currency)
                  FROM unnest(%s::int[]) asked(move_id)
                  JOIN LATERAL (%s) other ON true
                 GROUP BY asked.move_id, other.account_id
                HAVING SUM(other.amount_currency) != 0
                 ORDER BY asked.move_id, other.account_id
                """,
                moves.ids,
                self.env["synkd.line.rule"]._differences_sql(SQL("asked.move_id")),
            )
        )

    def _find_documents(self, rows, ledger, move_ids):
        """Return the rows of documents that the books have or will have.

        What was excluded never gets there, so it is left out.
        """
        return rows.sudo().search_fetch(
            [
                ("ledger_id", "=", ledger.id),
                ("move_id", "in", move_ids),
                ("kind", "in", DOCUMENT_KINDS),
                ("live", "=", True),
                ("sync_state", "!=", "excluded"),
            ],
            ["move_id", "external_id", "books_number", "number", "operation"],
        )
