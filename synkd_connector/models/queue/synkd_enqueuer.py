# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.tools import SQL

from ...const import KIND_CHANNELS, SIGNS
from ...lib.identity import new_key
from ...lib.queue import Candidate

MOVE_KINDS = {
    "out_invoice": "invoice",
    "out_receipt": "invoice",
    "out_refund": "credit_note",
}
PAID_STATES = ("paid", "in_payment", "reversed")
COLUMNS = (
    "own_key",
    "ledger_id",
    "company_id",
    "kind",
    "channel",
    "res_model",
    "res_id",
    "move_id",
    "payment_id",
    "summary_id",
    "source",
    "number",
    "document_number",
    "reference",
    "date",
    "currency_id",
    "amount",
    "amount_company",
    "partner_id",
    "account_customer_id",
    "class_id",
    "copy_number",
    "opening_date",
    "sync_state",
    "reason",
    "reason_data",
    "stale",
    "live",
    "operation",
    "revision",
    "attempts",
    "queued_at",
    "create_uid",
    "create_date",
    "write_uid",
    "write_date",
)


class SynkdEnqueuer(models.AbstractModel):
    """Writes documents into the queue, in the transaction that posts them.

    Who settles whom, and what therefore waits for what, is `synkd.settlement`'s.
    Set-based, and without network: posting a thousand invoices costs three queries
    more. The hooks are in account_move.py, account_payment.py and
    account_partial_reconcile.py.
    """

    _name = "synkd.enqueuer"
    _description = "From Documents to the Queue"

    # === INVOICES AND CREDIT NOTES === #

    @api.model
    def _enqueue_moves(self, moves, fresh=None):
        """Queue customer invoices and credit notes that were posted.

        What is in the queue already is looked at again instead.

        :param recordset moves: posted `account.move` of any type.
        :param recordset fresh: those that were never posted before, if known.
        """
        fresh = moves.browse() if fresh is None else fresh
        moves = moves.sudo().filtered(lambda move: move.move_type in MOVE_KINDS)
        for ledger, some in self._by_ledger(moves).items():
            due = some.filtered(lambda m, l=ledger: l._takes(m.invoice_date or m.date))
            if due:
                self._enqueue_documents(ledger, due, due - fresh)

    def _by_ledger(self, documents):
        """Return documents by the ledger of their company; without one: left out.

        :rtype: dict
        """
        found = {}
        for company, some in documents.grouped("company_id").items():
            if ledger := company._get_synkd_live_ledger():
                found[ledger] = found.get(ledger, documents.browse()) | some
        return found

    def _enqueue_documents(self, ledger, moves, again):
        """Queue invoices and credit notes of one ledger: three queries.

        Only what was posted before can have been in the books and taken back there.

        :param recordset again: those of them that were posted before.
        """
        sources = (moves | moves.reversed_entry_id)._get_synkd_sources()
        self._flush_documents(moves)
        candidates = [self._move_candidate(move, sources) for move in moves]
        verdicts = self.env["synkd.decider"]._decide_candidates(ledger, candidates)
        copies = self._count_copies(ledger, again) if again else {}
        rows = [
            self._move_vals(move)
            | {"source": candidate.source, "copy_number": copies.get(move.id, 0)}
            | self._verdict_vals(verdicts[move.id], move.name, copies.get(move.id))
            for move, candidate in zip(moves, candidates, strict=True)
        ]
        new = self._insert(ledger, rows)
        known = moves.filtered(lambda move: move.id not in new)
        self._note_changes(known)
        # A payment without an entry may be there before the document is posted, and one
        # with an entry settles a draft still that was posted before.
        paid = moves.filtered("matched_payment_ids") | again
        rows = [new[move.id] for move in paid if move.id in new]
        if rows:
            self.env["synkd.transaction"].sudo().browse(rows)._resettle()

    def _count_copies(self, ledger, moves):
        """Return how often documents were posted and taken back before, by their id.

        What was credited stays there under its number; what was voided may, in books
        that want each number once.

        :rtype: dict[int, int]
        """
        states = ["credited"]
        if ledger._get_capabilities().unique_numbers:
            states.append("voided")
        ended = [("ledger_id", "=", ledger.id), ("sync_state", "in", states)]
        ended += [("move_id", "in", moves.ids), ("channel", "=", "documents")]
        groups = self.env["synkd.transaction"]._read_group(
            ended, ["move_id"], ["copy_number:max"]
        )
        return {move.id: (most or 0) + 1 for move, most in groups}

    def _flush_documents(self, moves):
        """Write what the queries of the decision read."""
        self.env["account.move"].flush_model()
        self.env["account.move.line"].flush_model()

    def _move_candidate(self, move, sources):
        """Return an invoice as the decision takes it.

        :rtype: Candidate
        """
        return Candidate(
            move.id,
            MOVE_KINDS[move.move_type],
            move.partner_id.id,
            move.id,
            0,
            # What takes a document back comes from where that came from.
            sources.get(move.id) or sources.get(move.reversed_entry_id.id, "manual"),
            move.invoice_date or move.date,
            move.company_id.id,
            move._is_synkd_paid(),
        )

    def _move_vals(self, move):
        """Return the columns of an invoice.

        :rtype: dict
        """
        kind = MOVE_KINDS[move.move_type]
        return {
            "kind": kind,
            "res_model": "account.move",
            "res_id": move.id,
            "move_id": move.id,
            "document_number": move.name,
            "reference": move.ref or None,
            "date": move.invoice_date or move.date,
            "currency_id": move.currency_id.id,
            "amount": move.amount_total,
            "amount_company": SIGNS[kind] * abs(move.amount_total_signed),
            "partner_id": move.partner_id.id or None,
            "company_id": move.company_id.id,
        }

    def _verdict_vals(self, verdict, name, copy_number=0):
        """Return the columns that a verdict fills.

        :param int copy_number: postings of the document that were credited before.
        :rtype: dict
        """
        return {
            "sync_state": verdict.state,
            "reason": verdict.reason,
            "reason_data": self.env["synkd.transaction"]._as_json(verdict.data),
            "account_customer_id": verdict.account_id,
            "class_id": verdict.class_id,
            "number": self.env["synkd.transaction"]._join_number(
                verdict.prefix, name, copy_number
            ),
        }

    # === PAYMENTS === #

    @api.model
    def _enqueue_payments(self, payments):
        """Queue customer payments and refunds that were posted.

        :param recordset payments: `account.payment` in any state.
        """
        payments = payments.sudo().filtered(lambda p: p._is_synkd_money())
        for ledger, some in self._by_ledger(payments).items():
            due = some.filtered(lambda p, l=ledger: l._takes(p.date))
            due = due.filtered(lambda p: not self._is_told_by_line(p))
            self._enqueue_undecided(ledger, [self._payment_vals(p) for p in due])

    def _payment_vals(self, payment):
        """Return the columns of a payment.

        :rtype: dict
        """
        kind = "payment" if payment.payment_type == "inbound" else "refund"
        return {
            "kind": kind,
            "res_model": "account.payment",
            "res_id": payment.id,
            "move_id": payment.move_id.id or None,
            "payment_id": payment.id,
            "number": payment.name or payment.move_id.name,
            "document_number": payment.name or payment.move_id.name,
            "reference": payment.memo or None,
            "date": payment.date,
            "currency_id": payment.currency_id.id,
            "amount": payment.amount,
            "amount_company": SIGNS[kind] * abs(payment.amount_company_currency_signed),
            "partner_id": payment.partner_id.id or None,
            "company_id": payment.company_id.id,
        }

    def _enqueue_allocations(self, moves):
        """Queue what credit notes settle."""
        for ledger, some in self._by_ledger(moves).items():
            if not ledger._get_capabilities().allocation_batch:
                continue
            due = some.filtered(lambda m, l=ledger: l._takes(m.invoice_date or m.date))
            due |= ledger._get_opening_moves(some - due)
            rows = [self._allocation_vals(move) for move in due]
            self._enqueue_undecided(ledger, rows)

    def _allocation_vals(self, move):
        """Return the columns of what a credit note settles.

        :rtype: dict
        """
        return {
            "kind": "allocation",
            "res_model": "account.move",
            "res_id": move.id,
            "move_id": move.id,
            "number": move.name,
            "date": move.invoice_date or move.date,
            "currency_id": move.currency_id.id,
            "amount": move.amount_total,
            "amount_company": 0,
            "partner_id": move.partner_id.id or None,
            "company_id": move.company_id.id,
        }

    def _enqueue_undecided(self, ledger, rows):
        """Queue rows, then decide them: what they settle has to be there first."""
        new = self._insert(ledger, rows)
        added = self.env["synkd.transaction"].sudo().browse(new.values())
        if added:
            self.env["synkd.settlement"]._refresh(added)
            self.env["synkd.decider"]._decide(added)

    # === CHANGES === #

    def _document_vals(self, row):
        """Return the columns of a row as its document is now; none when it is gone.

        :param recordset row: one `synkd.transaction`.
        :rtype: dict
        """
        if row.opening_date:
            # It is as of a day: only who owes it may change.
            partner = row.move_id.is_invoice() and row.move_id.partner_id.id
            return {"partner_id": partner} if partner else {}
        if row.payment_id:
            return self._payment_vals(row.payment_id)
        if not row.move_id or row.res_model != "account.move":
            return {}
        if row.kind == "allocation":
            return self._allocation_vals(row.move_id)
        if row.channel == "documents":
            return self._move_vals(row.move_id)
        return self._entry_vals(row.move_id)

    @api.model
    def _after_reconcile(self, partials):
        """Queue what now settles customer documents, and look at what is queued.

        :param recordset partials: new `account.partial.reconcile`.
        """
        moves = self._get_moves(partials)
        documents = moves.filtered(lambda move: move.move_type in MOVE_KINDS)
        if not documents:
            self._enqueue_given_back(moves)
            return
        others = moves - documents
        paying = others.origin_payment_id
        self._enqueue_payments(paying)
        self._enqueue_entries(self._find_entries(others))
        credits = documents.filtered(lambda move: move.move_type == "out_refund")
        # Money from before is a credit note in the books where it is an opening one.
        credits |= self.env["synkd.ledger"]._get_opening_moves(others)
        if credits and documents - credits:
            self._enqueue_allocations(credits)
        self._note_changes(moves)
        self._drop_announced(others)
        self._enqueue_given_back(others)

    def _get_moves(self, partials):
        """Return the entries that partial reconciliations bring together."""
        lines = partials.sudo().debit_move_id | partials.sudo().credit_move_id
        return lines.move_id

    @api.model
    def _note_changes(self, moves, payments=None):
        """Look again at the rows of documents that changed.

        Payments without an entry settle what others leave of their invoices.

        :param recordset moves: `account.move`.
        :param recordset payments: `account.payment`, for those without an entry.
        """
        shared = moves.sudo().matched_payment_ids.filtered(lambda p: not p.move_id)
        ids = (moves.ids, [*(payments.ids if payments else ()), *shared.ids])
        if not any(ids):
            return
        rows = self.env["synkd.transaction"].sudo()
        domain = ["|", ("move_id", "in", ids[0]), ("payment_id", "in", ids[1])]
        rows.search([("live", "=", True), *domain])._note_change()

    # === SQL === #

    def _insert(self, ledger, rows):
        """Insert rows; documents that have a live one already are left out.

        :param list rows: dicts of columns.
        :return: the id of the new row, by the id of its document.
        :rtype: dict[int, int]
        """
        if not rows:
            return {}
        # A row that has just ended no longer counts.
        self.env["synkd.transaction"].flush_model(["live"])
        now, uid = fields.Datetime.now(), self.env.uid
        common = {
            "ledger_id": ledger.id,
            "source": "manual",
            "sync_state": "attention",
            "stale": True,
            "live": True,
            "operation": "post",
            "revision": 0,
            "attempts": 0,
            "queued_at": now,
            "create_uid": uid,
            "create_date": now,
            "write_uid": uid,
            "write_date": now,
        }
        full = [common | {"stale": "reason_data" not in row} | row for row in rows]
        values = SQL(", ").join(
            SQL("%s", tuple(self._column(name, row) for name in COLUMNS))
            for row in full
        )
        query = SQL(
            "INSERT INTO synkd_transaction (%s) VALUES %s"
            " ON CONFLICT (ledger_id, res_model, res_id, kind) WHERE live DO NOTHING"
            " RETURNING res_id, id",
            SQL(", ").join(SQL.identifier(name) for name in COLUMNS),
            values,
        )
        new = dict(self.env.execute_query(query))
        self.env["synkd.transaction"]._forget_badges()
        return new

    def _column(self, name, row):
        """Return the value of one column of a row."""
        if name == "channel":
            return KIND_CHANNELS[row["kind"]]
        if name == "own_key":
            return new_key()
        return row.get(name)
