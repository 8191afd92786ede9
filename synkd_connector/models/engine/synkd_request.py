# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import uuid
from datetime import timedelta

from odoo import api, fields, models

from ...lib.alone import each_alone
from ...lib.odd import storable
from ...lib.results import Batch

# The states in which nobody knows yet what the books hold.
OPEN_STATES = ("open", "answered", "asked", "handed")


class SynkdRequest(models.Model):
    """One write call to a ledger, written down before the first byte leaves.

    open: committed; it may or may not have reached the books. After a crash the
    engine asks the books about it and never sends it blindly again.
    answered: the books' answer is committed, but not yet on the records.
    asked: the books have something that may be a member, and only a person can tell.
    handed: it is a file that somebody imports; the word about members is awaited.
    done: every member knows what became of it. void: it certainly wrote nothing.
    """

    _name = "synkd.request"
    _description = "Request to the Books"
    _inherit = ["synkd.fields.mixin"]
    _order = "id desc"
    _rec_name = "key"

    ledger_id = fields.Many2one(
        "synkd.ledger", required=True, readonly=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one(related="ledger_id.company_id", store=True)
    run_id = fields.Many2one("synkd.run", readonly=True, index="btree_not_null")
    # Rooms add theirs, see ``synkd.engine._get_channels``.
    channel = fields.Selection([], required=True, readonly=True)
    state = fields.Selection(
        [
            ("open", "Answer Unknown"),
            ("answered", "Answered"),
            ("asked", "A Person Is Asked"),
            ("handed", "In a File"),
            ("done", "Done"),
            ("void", "Wrote Nothing"),
        ],
        default="open",
        required=True,
        readonly=True,
    )
    key = fields.Char(
        string="Idempotency Key",
        required=True,
        readonly=True,
        default=lambda self: self._default_key(),
    )
    line_ids = fields.One2many("synkd.request.line", "request_id", readonly=True)
    member_count = fields.Integer(readonly=True)
    answer = fields.Json(readonly=True)
    message = fields.Text(readonly=True)
    attempts = fields.Integer(readonly=True)
    retry_at = fields.Datetime(readonly=True)
    asked_at = fields.Datetime(
        string="First Asked At",
        readonly=True,
        help="When the books were first asked what became of it: whoever sent it has"
        " ended by then.",
    )
    answered_at = fields.Datetime(readonly=True)

    _key_uniq = models.UniqueIndex("(key)", "Another request has this key already.")
    _open_idx = models.Index("(ledger_id, id) WHERE state IN ('open', 'answered')")

    def _default_key(self):
        return str(uuid.uuid4())

    @api.model
    def _write_down(self, run, channel, members):
        """Write a request down: members, payloads and key, ready to be sent.

        :param recordset run: the `synkd.run`.
        :param str channel: a value of the field.
        :param list members: tuples (record, payload, fingerprint, fingerprint of what
            the books would give back).
        :return: the open request; the caller commits before it sends.
        """
        request = self.create(
            {
                "ledger_id": run.ledger_id.id,
                "run_id": run.id,
                "channel": channel,
                "by_file": not run.ledger_id._get_capabilities().answers,
                "member_count": len(members),
            }
        )
        request.line_ids._write_down(request, members)
        return request

    def _as_batch(self):
        """Return the members without an outcome, as connectors take them.

        :rtype: Batch
        """
        members = tuple(
            line._as_member() for line in self.line_ids if line.state == "open"
        )
        since, asked = (
            moment.isoformat() if moment else ""
            for moment in (self.create_date, self.asked_at)
        )
        return Batch(self.key, members, self.channel, since, self.id, asked)

    @api.depends("channel", "member_count")
    def _compute_display_name(self):
        for request in self:
            request.display_name = self.env._(
                "Request %(number)s (members: %(count)s)",
                number=request.id or "",
                count=request.member_count,
            )

    def _note_asked(self):
        """Note that the books are asked about it, if that is for the first time."""
        if not self.asked_at:
            self.asked_at = fields.Datetime.now()

    # === STATE: the only methods that move it === #

    def _set_answered(self, answer):
        """Keep the answer: from *open*. The caller commits.

        :param Answer answer: as the connector gave it.
        """
        if self.state == "open":
            self.write(
                {
                    "state": "answered",
                    "answer": storable([each.as_dict() for each in answer.results]),
                    "answered_at": fields.Datetime.now(),
                }
            )
            self._keep_files(answer.files)

    def _set_applied(self):
        """Close an *answered* request, or open it again for members without a word."""
        if self.state != "answered":
            return
        if any(line.state == "open" for line in self.line_ids):
            self.state = "open"
            self._set_waiting(self.env._("The books did not tell about all members."))
        else:
            self._set_settled()

    def _set_settled(self):
        """Close a request whose members all know, or wait on for a word about some.

        From *open*, *answered*, *asked* and *handed*; from *done* when a word is taken
        back. Not while the books are to be asked about a member.
        """
        states = set(self.line_ids.mapped("state"))
        if self.state in (*OPEN_STATES, "done") and "open" not in states:
            left = [state for state in ("handed", "asked") if state in states]
            self.state = left[0] if left else "done"

    def _set_waiting(self, message):
        """Let an *open* request wait longer with each attempt to clear it up.

        :param str message: why the books could not be asked, or did not tell.
        """
        if self.state == "open":
            wait = self.env["synkd.engine"]._backoff(self.attempts)
            self.write(
                {
                    "message": message,
                    "attempts": self.attempts + 1,
                    "retry_at": fields.Datetime.now() + timedelta(seconds=wait),
                }
            )

    def _set_void(self, message):
        """Close an *open* request that certainly wrote nothing.

        :param str message: why.
        """
        if self.state == "open":
            self.write({"state": "void", "message": message})
            lines = self.line_ids.filtered(lambda line: line.state == "open")
            lines._set_outcome("void")

    # === BUSINESS METHODS === #

    def _apply(self, run):
        """Put the kept answer on the members' records.

        :param recordset run: the `synkd.run` that counts them.
        """
        results = {result["res_id"]: result for result in self.answer or []}
        lines = self.line_ids.filtered(
            lambda line: line.state == "open" and line.res_id in results
        )
        doubtful = lines._refuse_taken(results, run)
        each_alone(
            self.env.cr.savepoint,
            lines - doubtful,
            lambda some: some._apply_all(results, run),
            lambda line, error: line._apply_failed(error, run),
        )
        self._set_applied()

    @api.autovacuum
    def _gc_requests(self):
        """Remove closed requests that are older than their ledger keeps them."""
        closed = [("state", "not in", OPEN_STATES)]
        return self.env["synkd.ledger"]._vacuum(self._name, closed)
