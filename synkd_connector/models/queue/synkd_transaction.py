# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, format_date

from ...const import (
    BATCH,
    DECISION_SENTENCES,
    IN_FILE,
    KINDS,
    QUEUE_REASONS,
    QUEUE_SENTENCES,
    QUEUE_STATES,
    SOURCES,
    UNSURE,
    WAITING_STATES,
)


class SynkdTransaction(models.Model):
    """One business document on its way to the books.

    Written down in the same database transaction that posts the document (see
    `synkd.enqueuer`), without network. The posting decision (`synkd.decider`) says
    whether it is Ready to Post (*pending*) or needs *attention*, and is asked again
    just before sending. A run sends it (`synkd.engine`): *sending*, then *synced*,
    which people read as Posted; between the two *in_file*, when the books take files.
    People may hold it back (*held*) or exclude it for good (*excluded*). What was
    posted and then taken back over there is *voided* or *credited*: history, no longer
    ``live``, as is a document *withdrawn* before it was sent. The database
    allows one live row for each document and ledger.
    """

    _name = "synkd.transaction"
    _description = "Transaction"
    _inherit = ["synkd.sync.mixin", "mail.thread", "mail.activity.mixin"]
    _order = "id desc"
    _rec_name = "number"
    # Nobody writes a row, and all who may read one may comment it.
    _mail_post_access = "read"

    # The document
    ledger_id = fields.Many2one(readonly=True)
    company_id = fields.Many2one(
        "res.company", string="Site", required=True, readonly=True
    )
    kind = fields.Selection(KINDS, required=True, readonly=True)
    channel = fields.Char(required=True, readonly=True)
    res_model = fields.Char(string="Document Model", required=True, readonly=True)
    res_id = fields.Many2oneReference(
        string="Document", model_field="res_model", required=True, readonly=True
    )
    move_id = fields.Many2one(
        "account.move",
        string="Journal Entry",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    payment_id = fields.Many2one(
        "account.payment", readonly=True, index="btree_not_null", ondelete="set null"
    )
    live = fields.Boolean(default=True, readonly=True)
    source = fields.Selection(
        SOURCES, default="manual", required=True, readonly=True, string="Source App"
    )
    number = fields.Char(
        readonly=True, index="trigram", help="As it is sent to the books."
    )
    document_number = fields.Char(readonly=True, help="As Odoo calls the document.")
    sent_number = fields.Char(
        readonly=True,
        help="The number that it was sent with: no other document ever is, in books"
        " that want each number once.",
    )
    reference = fields.Char(readonly=True, index="trigram")
    date = fields.Date(readonly=True)
    post_date = fields.Date(
        string="Date in the Books",
        readonly=True,
        tracking=True,
        help="Chosen by a person, since the document's own date is closed over there.",
    )
    currency_id = fields.Many2one("res.currency", required=True, readonly=True)
    amount = fields.Monetary(string="Total", readonly=True)
    company_currency_id = fields.Many2one(
        related="company_id.currency_id", string="Company Currency"
    )
    amount_company = fields.Monetary(
        string="Amount",
        currency_field="company_currency_id",
        readonly=True,
        help="In the company's currency; what lowers the customer's debt is negative.",
    )

    # Where it goes, or why it waits
    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    account_customer_id = fields.Many2one(
        "synkd.account.customer",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    class_id = fields.Many2one(
        "synkd.customer.class", readonly=True, index="btree_not_null"
    )
    sync_state = fields.Selection(QUEUE_STATES, default="attention", tracking=True)
    reason = fields.Selection(QUEUE_REASONS, readonly=True)
    reason_data = fields.Json(readonly=True)
    reason_text = fields.Text(string="Why", compute="_compute_reason_text")
    stale = fields.Boolean(readonly=True, help="Has to be decided again.")
    blocker_id = fields.Many2one(
        "synkd.transaction",
        string="Waits for",
        readonly=True,
        index="btree_not_null",
        help="Has to be in the books first.",
    )
    operation = fields.Selection(
        [("post", "Post"), ("void", "Void")],
        default="post",
        required=True,
        readonly=True,
    )
    opening_date = fields.Date(
        string="Opening Balance On",
        readonly=True,
        help="It stands for what was open of its document when this day began.",
    )
    before_text = fields.Text(
        string="From Before", compute="_compute_before_text", compute_sudo=True
    )
    copy_number = fields.Integer(
        readonly=True, help="Counts the postings of a document credited before."
    )
    note = fields.Char(string="Reason Given", readonly=True, tracking=True)

    # In the books
    books_number = fields.Char(
        string="Number in the Books", readonly=True, index="trigram"
    )
    books_date = fields.Date(string="Dated in the Books", readonly=True)
    books_total = fields.Monetary(string="Total in the Books", readonly=True)
    books_tax = fields.Monetary(string="Tax in the Books", readonly=True)
    books_parts = fields.Json(
        readonly=True,
        groups="base.group_system",
        help="What it made in the books, where that is more than one record.",
    )
    posted_at = fields.Datetime(readonly=True)
    sent_data = fields.Json(readonly=True, groups="base.group_system")
    request_line_ids = fields.One2many("synkd.request.line", "transaction_id")
    books_payment_ids = fields.One2many(
        "synkd.books.payment", "transaction_id", string="Payments Made There"
    )

    _live_uniq = models.UniqueIndex(
        "(ledger_id, res_model, res_id, kind) WHERE live",
        "This document is in the queue already.",
    )
    _due_idx = models.Index(
        "(ledger_id, channel, queued_at, id)"
        " WHERE sync_state = 'pending' AND blocker_id IS NULL AND retry_at IS NULL"
    )
    _retry_idx = models.Index(
        "(ledger_id, channel, retry_at, id)"
        " WHERE sync_state = 'pending' AND blocker_id IS NULL AND retry_at IS NOT NULL"
    )
    _in_file_idx = models.Index("(id) WHERE sync_state = 'in_file'")
    _attention_idx = models.Index("(id) WHERE sync_state = 'attention'")
    _batch_idx = models.Index("(ledger_id, class_id, id) WHERE sync_state = 'batch'")
    _ready_idx = models.Index("(id) WHERE sync_state IN ('pending', 'sending', 'held')")
    _posted_idx = models.Index(
        "(posted_at DESC, id DESC) WHERE sync_state IN ('synced', 'voided', 'credited')"
    )
    _waiting_idx = models.Index(
        "(ledger_id, id)"
        " WHERE sync_state IN ('attention', 'pending', 'sending', 'held', 'batch')"
    )
    _identity_idx = models.Index(
        "(ledger_id, external_id)"
        " WHERE external_id IS NOT NULL AND channel = 'documents'"
    )
    _external_uniq = models.UniqueIndex(
        "(ledger_id, channel, external_id) WHERE live AND external_id IS NOT NULL",
        "Another document is this record of the books already.",
    )
    _sent_number_uniq = models.UniqueIndex(
        "(ledger_id, kind, upper(sent_number)) WHERE sent_number IS NOT NULL",
        "Another document was sent with this number already.",
    )
    _parts_idx = models.Index(
        "USING gin (books_parts jsonb_path_ops) WHERE books_parts IS NOT NULL"
    )
    _payment_idx = models.Index("(ledger_id, number) WHERE channel = 'payments'")
    _stale_idx = models.Index("(ledger_id, id) WHERE stale")

    # === COMPUTE METHODS === #

    @api.depends("kind", "number")
    def _compute_display_name(self):
        labels = dict(self._fields["kind"]._description_selection(self.env))
        for row in self:
            row.display_name = f"{labels.get(row.kind, '')} {row.number or ''}".strip()

    @api.depends(
        *("sync_state", "reason", "reason_data", "sync_message", "blocker_id"),
        *("note", "operation", "account_customer_id.sync_message", "file_text"),
    )
    @api.depends_context("lang")
    def _compute_reason_text(self):
        for row in self:
            row.reason_text = "\n".join(row._explain())

    @api.depends("sync_state", "channel")
    @api.depends_context("lang")
    def _compute_before_text(self):
        before = self._find_before()
        for row in self:
            names = before.get(row.id)
            row.before_text = bool(names) and self.env._(
                "The books did not get from here what this settles: %s. What it pays of"
                " that is credit on the customer's account in the books, until the"
                " bookkeeper settles it there.",
                ", ".join(names),
            )

    def _find_before(self):
        """Return what rows of money settle that the books did not get from here.

        :return: names of documents, by the row's id: one query.
        :rtype: dict[int, tuple[str]]
        """
        paying = self.filtered(lambda row: row.channel == "payments")
        found = self.env["synkd.settlement"]._find_settled(paying)
        return {id_: each.before for id_, each in found.items() if each.before}

    def _explain(self):
        """Return why this waits, one sentence for each reason.

        :rtype: list[str]
        """
        if self.sync_state == "attention":
            sentences = [self._sentence(reason) for reason in self._get_reasons()]
            return [sentence for sentence in sentences if sentence]
        if self.sync_state == "held":
            return [self.env._("Held back: %s", self.note or "")]
        if self.sync_state == "excluded":
            why = self.note or self.sync_message or ""
            if names := (self.reason_data or {}).get("before"):
                why = f"{why}: {', '.join(names)}."
            return [self.env._("Not posted: %s", why)]
        if self.sync_state == IN_FILE:
            return [self.file_text]
        if self.sync_state == "pending" and self.operation == "void":
            return [self.env._("The next run takes it back in the books.")]
        if self.sync_state == "pending" and self.blocker_id:
            name = self.blocker_id.sudo().display_name
            return [self.env._("Waits until %s is in the books.", name)]
        return [self.sync_message] if self.sync_message else []

    def _get_reasons(self):
        """Return all reasons, the one to mend first in front.

        :rtype: list[str]
        """
        reasons = (self.reason_data or {}).get("reasons") or []
        return reasons if self.reason in reasons else [self.reason or "refused"]

    def _sentence(self, reason):
        """Return the sentence of one reason.

        :rtype: str
        """
        lazy_sentence = DECISION_SENTENCES.get(reason) or QUEUE_SENTENCES.get(reason)
        said = self.sync_message or ""
        names_itself = reason == "refused" and self.number and self.number in said
        if not lazy_sentence or names_itself:
            return said
        return lazy_sentence._translate(self.env.lang or "en_US") % self._words()

    def _words(self):
        """Return what the sentences name.

        :rtype: dict
        """
        data, me = self.reason_data or {}, self.sudo()
        return {
            "customer": me.partner_id.display_name or "",
            "account": me.account_customer_id.display_name or "",
            "complaint": me.account_customer_id.sync_message or "",
            "document": self.display_name,
            "lines": ", ".join(data.get("lines") or []),
            "unmapped": ", ".join(need["label"] for need in data.get("unmapped") or []),
            "closed": format_date(self.env, data.get("closed")),
            "before": ", ".join(data.get("before") or []),
            "place": data.get("place", ""),
            "currency": me.currency_id.name,
            "own": me.company_currency_id.name,
            "date": format_date(self.env, me.date),
            "own_rates": self._say_own_rates(),
            "books_number": self.books_number or "",
            "books_total": data.get("books_total", ""),
            "books_tax": data.get("books_tax", ""),
            "our_total": data.get("our_total", ""),
            "our_tax": data.get("our_tax", ""),
            "message": self.sync_message or "",
        }

    def _say_own_rates(self):
        """Return the other way out where Odoo has no rate, if these books have it.

        :rtype: str
        """
        if not self.sudo().ledger_id._get_capabilities().own_rates:
            return ""
        return self.env._(
            " Or let the books use their own rate: Missing Rates on the ledger."
        )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_always(self):
        raise UserError(
            self.env._(
                "%s cannot be deleted, since the queue is the record of what went to"
                " the books. Exclude it instead.",
                self[:1].display_name,
            )
        )

    # === STATE: the only methods that move it, besides those of the mixin === #

    def _set_decided(self, verdicts):
        """Move rows that were not sent yet to where the posting decision puts them.

        From *attention*, *pending* or *held*; what a person holds back stays so while
        it could be posted. One statement, since each row gets values of its own: the
        ORM would write a hundred at a time, through all overrides, whenever a document
        is posted.

        :param dict verdicts: ``Verdict`` by row id.
        """
        rows = self._waiting_for_decision()
        if not rows:
            return
        rows.flush_recordset()
        values = SQL(", ").join(
            row._verdict_sql(verdicts[row.id]) for row in rows if row.id in verdicts
        )
        self.env.cr.execute(
            SQL(
                """UPDATE synkd_transaction t SET sync_state = v.state,
                       reason = v.reason, reason_data = v.data,
                       account_customer_id = v.account::int, class_id = v.class::int,
                       number = v.number, stale = FALSE,
                       sync_message = CASE WHEN v.state = t.sync_state
                                      THEN t.sync_message END,
                       queued_at = CASE WHEN v.state = t.sync_state
                                   THEN t.queued_at ELSE now() AT TIME ZONE 'UTC' END
                  FROM (VALUES %s)
                    AS v(id, state, reason, data, account, class, number)
                 WHERE t.id = v.id""",
                values,
            )
        )
        rows.invalidate_recordset()
        self._set_left_out(verdicts)

    def _set_left_out(self, verdicts):
        """Say why rows are excluded by the rule of their ledger, and let others go."""
        left = self.browse(k for k, v in verdicts.items() if v.state == "excluded")
        left = left.with_context(tracking_disable=True)
        left.note = self.env._(
            "It settles only documents that the books did not get from here, and the"
            " ledger leaves such money to the bookkeeper"
        )
        left._unblock()

    def _verdict_sql(self, verdict):
        """Return one row of values for the statement above.

        :rtype: SQL
        """
        held = self.sync_state == "held" and verdict.state in ("pending", BATCH)
        return SQL(
            "(%s, %s, %s, %s::jsonb, %s, %s, %s)",
            self.id,
            "held" if held else verdict.state,
            verdict.reason,
            self._as_json(verdict.data),
            verdict.account_id,
            verdict.class_id,
            self._get_number(verdict.prefix),
        )

    @api.model
    def _as_json(self, data):
        """Return what the sentences name as the column takes it."""
        return self._fields["reason_data"].convert_to_column(data, self)

    def _set_attention(self, message):
        """Override to tell what the books refused from what a person has to decide."""
        moved = self.filtered(lambda r: r.sync_state in ("pending", "sending"))
        result = super()._set_attention(message)
        moved.write({"reason": "refused", "reason_data": False, "stale": False})
        return result

    def _set_pending(self, from_states=("attention", "sending")):
        """Override to forget the reason of what waits for the next run again.

        What a person is asked about stays: nobody knows yet whether it is there.
        """
        sure = self.filtered(lambda row: row.reason != UNSURE)
        moved = super(SynkdTransaction, sure)._set_pending(from_states)
        moved.write({"reason": False, "reason_data": False})
        return moved

    def _set_altered(self, message):
        """Override: a person decides what becomes of it."""
        self._set_changed(message, "altered")

    def _set_unsure(self, message):
        """Override: it stands under Requires Attention, see ``_set_sure``."""
        moved = super()._set_unsure(message)
        moved.write({"sync_state": "attention", "reason": UNSURE})
        return moved

    def _set_sure(self):
        """Override: rows that a person was asked about are under Requires Attention."""
        super()._set_sure()
        moved = self.filtered(
            lambda row: row.sync_state == "attention" and row.reason == UNSURE
        )
        moved.write({"sync_state": "sending", "reason": False})
        return moved

    def _get_values_before(self, line):
        """Override: it was not in the books, unless it was sent before."""
        values = super()._get_values_before(line)
        values |= {"reason": False, "reason_data": False, "stale": False}
        if not line.external_id:
            values |= dict.fromkeys(("posted_at", "books_number", "books_date"), False)
            values |= {"books_total": 0, "books_tax": 0}
        return values | {"books_parts": line.sudo().books_parts or False}

    def _set_synced(self, values=None, each=None):
        """Override to note when it got into the books, or was taken back there."""
        posted = {"reason": False, "reason_data": False, "stale": False}
        fresh = self.filtered(lambda row: not row.posted_at)
        fresh.write({"posted_at": fields.Datetime.now()})
        result = super()._set_synced(posted | (values or {}), each)
        voided = self.filtered(lambda row: row.operation == "void")
        voided.write({"sync_state": "voided", "live": False})
        return result

    def _set_changed(self, message, reason="changed", data=None):
        """Let rows that are in the books wait for a person.

        From *synced*, *pending*, and *attention*: the last word counts.

        :param str message: what happened to the document.
        """
        moved = self.filtered(
            lambda row: (
                row.external_id
                and row.sync_state in ("synced", "pending", "attention")
                and row.operation != "void"
            )
        )
        moved.write({"sync_state": "pending", "queued_at": fields.Datetime.now()})
        moved._set_attention(message)
        moved.write({"reason": reason, "reason_data": data})

    def _filter_holdable(self):
        """Return those of these rows that can be held back."""
        return self.filtered(lambda row: row.sync_state == "pending")

    def _filter_excludable(self):
        """Return those of these rows that can be taken out of the queue."""
        return self.filtered(
            lambda row: (
                row.sync_state in WAITING_STATES
                and not row.external_id
                and row.reason != UNSURE
            )
        )

    def _set_held(self, note):
        """Keep rows from being sent until a person releases them: from *pending*.

        :param str note: why.
        """
        moved = self._filter_holdable()
        moved.write({"sync_state": "held", "note": note})
        return moved

    def _set_released(self):
        """Let *held* rows wait for the next run again; they are decided again."""
        moved = self.filtered(lambda row: row.sync_state == "held")
        moved.write({"note": False})
        moved._set_pending(from_states=("held",))
        return moved

    def _set_excluded(self, note):
        """Take rows out of the queue for good: from *attention*, *pending* or *held*.

        :param str note: why.
        """
        moved = self._filter_excludable()
        moved.write({"sync_state": "excluded", "note": note, "reason": False})
        moved.sent_number = False  # the books never had it
        moved._unblock()
        return moved

    def _set_sending(self, sent=None):
        """Override to keep what is sent, to compare the books' answer with it."""
        moved = super()._set_sending(sent)
        rows = moved.sudo()
        rows._write_each({row.id: row._get_sent_values(sent) for row in rows})
        return moved

    def _get_sent_values(self, sent):
        """Return what is kept of what is sent of this row.

        :param dict sent: as for ``_set_sending``.
        :rtype: dict
        """
        data = sent[self.id] if sent else self._to_data()
        numbered = {"sent_number": self.number} if self._needs_number() else {}
        return {"sent_data": data.as_dict(), **numbered}

    def _get_expected_totals(self):
        """Return the total and tax that the books should come to, as texts.

        :rtype: tuple[str | None, str | None]
        """
        sent = self.sent_data or {}
        return sent.get("total"), sent.get("tax")

    def _set_withdrawn(self):
        """End rows whose document went back to draft before it was sent.

        From *attention*, *pending* or *held*.
        """
        moved = self._filter_excludable()
        message = self.env._("The document was taken back in Odoo before it was sent.")
        moved.write({"sync_state": "excluded", "live": False, "sync_message": message})
        moved.sent_number = False
        moved._unblock()
        self.env["synkd.enqueuer"]._enqueue_untold(moved.payment_id)

    def _set_void_wanted(self):
        """Let the next run void in the books what was posted: from *attention*."""
        moved = self.filtered(
            lambda row: row.sync_state == "attention" and row.external_id
        )
        moved.write({"operation": "void"})
        moved._set_pending(from_states=("attention",))
        moved._resettle()
        return moved

    def _set_credited(self):
        """End rows whose posting is taken back by a credit of its own."""
        moved = self.filtered(
            lambda row: row.sync_state == "attention" and row.external_id
        )
        moved.write({"sync_state": "credited", "live": False, "reason": False})
        moved._unblock()
        return moved

    def _set_voided(self):
        """End rows whose posting went with that of another one: from every state."""
        self.write({"sync_state": "voided", "live": False, "reason": False})

    def _set_left(self, note):
        """Accept a difference between Odoo and the books: from *attention*.

        :param str note: why.
        """
        if self.sync_state == "attention" and self.external_id:
            self._write_changed(self._get_changed_values())
            # It stays there, though somebody asked to void it: so it is compared.
            self.operation = "post"
            digest = self._get_sent_fingerprint() or self.fingerprint
            self._set_synced({"fingerprint": digest, "note": note})

    def _set_taken_over(self, posting):
        """Note that the books have this, since a person entered it there: unsent rows.

        It is known by the identity that they gave it; our key is not on it.

        :param recordset posting: the `synkd.books.posting`.
        :raise RejectedError: when what it says here cannot be told; says why.
        """
        data = self._to_data()
        number = posting.number or posting.reference
        if self._needs_number() and not self._find_sent_numbers():
            self.sent_number = self.number
        self._set_synced(
            {
                "external_id": posting.external_id,
                "books_number": number,
                "books_date": posting.date,
                "books_total": posting.total,
                "books_tax": posting.tax,
                "fingerprint": self._get_fingerprint(data, self._to_payload(data)),
                "sent_data": data.as_dict(),
                "note": False,
            }
        )
        # It was told as a payment that somebody else made there.
        if self.channel == "payments":
            self.env["synkd.books.payment"]._forget(posting)

    # === WHAT WAITS FOR WHAT === #

    def _unblock(self):
        """Look anew at the rows that waited for these."""
        self.env["synkd.settlement"]._refresh_blocked_by(self)

    def _enqueue_anew(self):
        """Queue the documents of voided rows that are posted in Odoo still."""
        self._end_allocations()
        if moves := self.move_id.filtered(lambda move: move.state == "posted"):
            self.env["synkd.enqueuer"]._enqueue_moves(moves)
            self.env["synkd.enqueuer"]._enqueue_settling(moves)
        payments = self.payment_id
        if payments := payments.filtered(lambda p: p.state in ("in_process", "paid")):
            self.env["synkd.enqueuer"]._enqueue_payments(payments)
        self.env["synkd.enqueuer"]._enqueue_untold(self.payment_id - payments)
        entries = self.filtered(lambda row: row.channel == "payments").move_id
        entries = entries.filtered(lambda move: move.state == "posted")
        self.env["synkd.enqueuer"]._enqueue_entries(entries - payments.move_id)
        self._resettle()

    def _end_allocations(self):
        """End the allocations of credit notes that the books have voided."""
        credits = self.filtered(lambda row: row.kind == "credit_note").move_id
        mine = [("move_id", "in", credits.ids), ("kind", "=", "allocation")]
        ended = self.search([*mine, ("live", "=", True)]) if credits else self.browse()
        ended._set_voided()

    def _resettle(self):
        """Let what settles these documents be sent again, as it settles them now.

        Before one of them is voided it lets go of it; when one is new in the books it
        settles it, after it got there.
        """
        settlement = self.env["synkd.settlement"]
        settling = settlement._find_settling(self)
        sent = (settling - settling._note_under_way()).filtered(
            lambda row: row.external_id and row.sync_state in ("synced", "pending")
        )
        sent.filtered(lambda row: row.operation == "post")._queue()
        settlement._refresh(settlement._find_settling(self))

    def _wake_ledgers(self):
        """Override: documents wait for the schedule, or for Post All."""
