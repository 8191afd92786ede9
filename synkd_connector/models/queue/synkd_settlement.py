# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.tools import SQL

from ...const import BILLED
from ...lib.queue import Settled


class SynkdSettlement(models.AbstractModel):
    """Who settles whom, and what therefore waits for what.

    Rows of money settle documents: by reconciliation, or because a payment without an
    entry names them. Each question is one statement, however many rows are asked about.
    """

    _name = "synkd.settlement"
    _description = "Who Settles Whom"

    @api.model
    def _find_settled(self, rows):
        """Return what rows of money settle: one query.

        A draft that is reconciled still (Odoo leaves it so) is from no other time: who
        posts it again queues it.

        :param recordset rows: `synkd.transaction` of payments and allocations.
        :return: by the row's id; not for what settles nothing.
        :rtype: dict[int, Settled]
        """
        if not rows.ids:
            return {}
        self.env.flush_all()
        query = SQL(
            """SELECT s.id,
                      array_agg(DISTINCT d.account_customer_id)
                          FILTER (WHERE d.account_customer_id IS NOT NULL),
                      array_agg(m.name ORDER BY m.name)
                          FILTER (WHERE k.counts AND d.id IS NULL),
                      bool_or(k.counts AND d.id IS NOT NULL)
                 FROM (%s) s
                 JOIN synkd_transaction t ON t.id = s.id
                 JOIN account_move m ON m.id = s.settled
                 JOIN LATERAL (SELECT t.channel = 'payments' AND m.state = 'posted'
                      AND m.move_type IN ('out_invoice', 'out_refund', 'out_receipt')
                      AS counts) k ON true
            LEFT JOIN synkd_transaction d ON d.move_id = m.id AND d.live
                  AND d.ledger_id = t.ledger_id AND d.channel = 'documents'
             GROUP BY s.id""",
            self._settled_sql(SQL("t.id = ANY(%s)", rows.ids)),
        )
        return {
            row_id: Settled(
                tuple(accounts or ()), tuple(before or ()), bool(before) and not others
            )
            for row_id, accounts, before, others in self.env.execute_query(query)
        }

    @api.model
    def _filter_settling(self, rows):
        """Return those of some allocations that settle an invoice: one query.

        :param recordset rows: `synkd.transaction`.
        """
        if not rows:
            return rows
        self.env.flush_all()
        pairs = self.env.execute_query(
            self._settled_sql(SQL("t.id = ANY(%s)", rows.ids))
        )
        own = {row.id: row.move_id.id for row in rows}
        found = {row_id for row_id, move_id in pairs if move_id != own[row_id]}
        # A credit note that is part of a bill is taken off that, so it settles nothing.
        billed = [("move_id", "in", rows.move_id.ids), ("sync_state", "=", BILLED)]
        taken = self.env["synkd.transaction"].sudo().search(billed).move_id
        return rows.filtered(lambda row: row.id in found and row.move_id not in taken)

    @api.model
    def _find_settling(self, documents):
        """Return the live payments and allocations that settle documents: one query.

        :param recordset documents: `synkd.transaction` of invoices and credit notes.
        """
        known = documents | documents._get_members()
        found = known.summary_id.transaction_ids.filtered(
            lambda row: row.live and row.channel != "documents"
        )
        found |= known._get_settings_off()
        if not known.move_id:
            return documents.browse(found.ids)
        self.env.flush_all()
        rows = self.env.execute_query(self._settling_sql(known.move_id.ids))
        return documents.browse([*found.ids, *(row_id for (row_id,) in rows)])

    # === WHAT WAITS FOR WHAT === #

    @api.model
    def _refresh(self, rows):
        """Find out anew what rows of money have to wait for: one statement.

        :param recordset rows: `synkd.transaction`.
        """
        if rows:
            self._refresh_where(SQL("t.id = ANY(%s)", rows.ids))

    @api.model
    def _refresh_blocked_by(self, rows):
        """Find out anew what those have to wait for that waited for some rows.

        :param recordset rows: `synkd.transaction` that got into the books, or left.
        """
        if rows:
            self._refresh_where(SQL("t.blocker_id = ANY(%s)", rows.ids))

    def _refresh_where(self, condition):
        """Write down what rows have to wait for.

        :param SQL condition: on the rows ``t`` of payments and allocations.
        """
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """UPDATE synkd_transaction t SET blocker_id = n.blocker
                     FROM (SELECT t.id, COALESCE(min(%(d)s), min(%(u)s)) AS blocker
                             FROM synkd_transaction t
                        LEFT JOIN synkd_transaction u ON u.summary_id = t.summary_id
                              AND u.ledger_id = t.ledger_id
                              AND u.live AND u.channel = 'documents'
                              AND u.external_id IS NULL
                              AND u.sync_state <> 'excluded'
                        LEFT JOIN synkd_batch ub ON ub.id = u.batch_id
                        LEFT JOIN synkd_transaction uc ON uc.id = ub.transaction_id
                        LEFT JOIN (%(settled)s) s ON s.id = t.id
                        LEFT JOIN synkd_transaction d ON d.move_id = s.settled
                              AND d.ledger_id = t.ledger_id
                              AND d.live AND d.channel = 'documents'
                              AND d.external_id IS NULL
                              AND d.sync_state <> 'excluded'
                        LEFT JOIN synkd_batch db ON db.id = d.batch_id
                        LEFT JOIN synkd_transaction dc ON dc.id = db.transaction_id
                            WHERE t.live AND t.channel <> 'documents' AND (%(rows)s)
                         GROUP BY t.id) n
                    WHERE t.id = n.id AND t.blocker_id IS DISTINCT FROM n.blocker""",
                d=self._blocker_sql("d", "dc"),
                u=self._blocker_sql("u", "uc"),
                settled=self._settled_sql(condition),
                rows=condition,
            )
        )
        self.env["synkd.transaction"].invalidate_model(["blocker_id"])

    def _blocker_sql(self, document, bill):
        """Return which row a document that is not there lets others wait for.

        That of the bill that it is part of, until the books have that; else itself.

        :param str document: alias of the document's row.
        :param str bill: alias of the row of its bill.
        :rtype: SQL
        """
        return SQL(
            """CASE WHEN %(bill)s.id IS NULL THEN %(document)s.id
                    WHEN %(bill)s.external_id IS NULL THEN %(bill)s.id END""",
            document=SQL.identifier(document),
            bill=SQL.identifier(bill),
        )

    # === STATEMENTS === #

    def _settled_sql(self, condition):
        """Return the query of what payments and allocations (``t``) settle.

        Columns: ``id`` of the row, ``settled``: the entry of an invoice, of a credit
        note, or for an allocation that of the credit note itself.

        It starts from the rows and takes one index after the other (OFFSET 0 keeps the
        planner from turning that round): without statistics, as in a first import, it
        would rather read all lines of all entries, for each payment.

        :param SQL condition: on the rows ``t``.
        :rtype: SQL
        """
        rows = SQL(
            """SELECT id, move_id, kind FROM synkd_transaction t
                WHERE t.live AND t.channel <> 'documents' AND (%s) OFFSET 0""",
            condition,
        )
        halves = SQL(" UNION ").join(
            SQL(
                """SELECT t.id, o.move_id AS settled
                     FROM (%s) t
                     JOIN LATERAL (SELECT id, account_id FROM account_move_line
                                    WHERE move_id = t.move_id OFFSET 0) l ON true
                     JOIN account_account a ON a.id = l.account_id
                      AND a.account_type = 'asset_receivable'
                     JOIN LATERAL (SELECT %s AS line_id FROM account_partial_reconcile
                                    WHERE %s = l.id OFFSET 0) p ON true
                     JOIN LATERAL (SELECT move_id FROM account_move_line
                                    WHERE id = p.line_id OFFSET 0) o ON true
                     JOIN LATERAL (SELECT move_type FROM account_move
                                    WHERE id = o.move_id OFFSET 0) m ON true
                    WHERE m.move_type IN ('out_invoice', 'out_receipt', 'out_refund')
                      AND (t.kind <> 'allocation' OR m.move_type <> 'out_refund')""",
                rows,
                SQL.identifier(other),
                SQL.identifier(mine),
            )
            for mine, other in (
                ("debit_move_id", "credit_move_id"),
                ("credit_move_id", "debit_move_id"),
            )
        )
        return SQL(
            """%(halves)s UNION
               SELECT t.id, r.invoice_id FROM synkd_transaction t
                 JOIN account_payment y ON y.id = t.payment_id AND y.move_id IS NULL
                 JOIN account_move__account_payment r ON r.payment_id = y.id
                WHERE t.live AND (%(condition)s)
                UNION
               SELECT t.id, t.move_id FROM synkd_transaction t
                WHERE t.live AND t.kind = 'allocation' AND (%(condition)s)""",
            halves=halves,
            condition=condition,
        )

    def _settling_sql(self, move_ids):
        """Return the query of the rows that settle some documents; the other way.

        :param list move_ids: entries of invoices and credit notes.
        :rtype: SQL
        """
        halves = SQL(" UNION ").join(
            SQL(
                """SELECT o.move_id FROM account_move_line l
                     JOIN account_partial_reconcile p ON p.%s = l.id
                     JOIN account_move_line o ON o.id = p.%s
                    WHERE l.move_id = ANY(%s)""",
                SQL.identifier(mine),
                SQL.identifier(other),
                move_ids,
            )
            for mine, other in (
                ("debit_move_id", "credit_move_id"),
                ("credit_move_id", "debit_move_id"),
            )
        )
        return SQL(
            """SELECT t.id FROM synkd_transaction t
                WHERE t.live AND t.channel <> 'documents'
                  AND t.move_id IN (%(halves)s UNION SELECT unnest(%(moves)s))
                UNION
               SELECT t.id FROM synkd_transaction t
                 JOIN account_move__account_payment r ON r.payment_id = t.payment_id
                WHERE t.live AND r.invoice_id = ANY(%(moves)s)""",
            halves=halves,
            moves=move_ids,
        )
