# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.tools import SQL

SETTLED = {"inbound": ("out_invoice", "out_receipt"), "outbound": ("out_refund",)}


class SynkdLoosePayments(models.AbstractModel):
    """What payments without an entry are meant for: nothing is reconciled with them.

    Each takes of its invoices, the one that is due first in front, what older payments
    and what was reconciled with them leave. Three queries, however many payments.
    """

    _name = "synkd.loose.payments"
    _description = "What Payments Without an Entry Settle"

    @api.model
    def _find_expected(self, ledger, payments):
        """Return what payments are meant for.

        :param recordset ledger: one `synkd.ledger`.
        :param recordset payments: `account.payment` without an entry.
        :return: id of each payment -> list of id of a document, amount in its
            currency, and amount in the payment's.
        :rtype: dict[int, list[tuple]]
        """
        if not payments:
            return {}
        self.env.flush_all()
        together = self._find_together(ledger, payments)
        invoices = together.invoice_ids
        used = dict(self._query_reconciled(ledger, invoices))
        left = {
            invoice.id: invoice.amount_total - used.get(invoice.id, 0.0)
            for invoice in invoices
        }
        return {
            payment.id: self._share(payment, left)
            for payment in together.sorted(lambda p: (p.date, p.id))
        }

    def _find_together(self, ledger, payments):
        """Return payments with all those that share documents with them, or with one
        that does: who is first decides what the others are left."""
        rows = self.env.execute_query(
            SQL(
                """
                WITH RECURSIVE together(payment_id) AS (
                    SELECT unnest(%s::int[])
                    UNION
                    SELECT payment.id
                      FROM together
                      JOIN account_move__account_payment mine
                        ON mine.payment_id = together.payment_id
                      JOIN account_move__account_payment theirs
                        ON theirs.invoice_id = mine.invoice_id
                      JOIN account_payment payment ON payment.id = theirs.payment_id
                       AND payment.move_id IS NULL
                     WHERE %s
                )
                SELECT payment_id FROM together
                """,
                payments.ids,
                self._told_sql(ledger, SQL("told.payment_id = payment.id")),
            )
        )
        return payments.browse(row[0] for row in rows)

    def _query_reconciled(self, ledger, invoices):
        """Return documents and what the books are told that is set against them.

        The bank line of a payment that is meant here tells the books nothing.
        """
        return self.env.execute_query(
            SQL(
                """
                SELECT own.move_id, SUM(part.amount)
                  FROM account_move_line own
                  JOIN account_account account ON account.id = own.account_id
                   AND account.account_type = 'asset_receivable'
                  JOIN LATERAL (
                        SELECT debit_move_id AS line_id,
                               credit_amount_currency AS amount
                          FROM account_partial_reconcile WHERE credit_move_id = own.id
                        UNION ALL
                        SELECT credit_move_id, debit_amount_currency
                          FROM account_partial_reconcile WHERE debit_move_id = own.id
                  ) part ON true
                  JOIN account_move_line other ON other.id = part.line_id
                 WHERE own.move_id = ANY(%s) AND %s
                 GROUP BY own.move_id
                """,
                invoices.ids,
                self._told_sql(ledger, SQL("told.move_id = other.move_id")),
            )
        )

    def _told_sql(self, ledger, which):
        """Return whether the books are or will be told of some money or allocation."""
        return SQL(
            """
            EXISTS (
                SELECT FROM synkd_transaction told
                 WHERE %s AND told.ledger_id = %s AND told.live
                   AND told.channel <> 'documents' AND told.operation = 'post'
                   AND told.sync_state <> 'excluded'
            )
            """,
            which,
            ledger.id,
        )

    def _share(self, payment, left):
        """Return what a payment takes, and take it.

        :param dict left: what is left of each document, changed here.
        :rtype: list[tuple]
        """
        kinds = SETTLED[payment.payment_type]
        invoices = payment.invoice_ids.filtered(lambda move: move.move_type in kinds)
        company, date = payment.company_id, payment.date
        have, pairs = payment.amount, []
        for move in invoices.sorted(lambda m: (m.invoice_date_due or m.date, m.id)):
            theirs = payment.currency_id._convert(have, move.currency_id, company, date)
            amount = min(theirs, move.currency_id.round(left[move.id]))
            if move.currency_id.compare_amounts(amount, 0) > 0:
                left[move.id] -= amount
                used = move.currency_id._convert(
                    amount, payment.currency_id, company, date
                )
                pairs.append((move.id, amount, used))
                have = payment.currency_id.round(have - used)
        return pairs
