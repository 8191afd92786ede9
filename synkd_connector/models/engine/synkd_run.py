# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import hashlib
import json
import logging
from datetime import timedelta

from psycopg2.errors import UniqueViolation

from odoo import api, fields, models
from odoo.exceptions import ConcurrencyError, UserError
from odoo.fields import Domain
from odoo.tools import SQL

from ...lib import odd

_logger = logging.getLogger(__name__)

COUNTERS = (
    "created",
    "changed",
    "unchanged",
    "imported",
    "handed",
    "refused",
    "skipped",
)
# After so long the books may have changed since they were read.
AWAY = timedelta(minutes=5)
LIVE_STATES = ("waiting", "running", "paused")
NOTES_KEPT = 20


class SynkdRun(models.Model):
    """One pass of a ledger: what it was asked, how far it is, what it did.

    waiting: written down by a button; the cron takes it. running: survives a killed
    worker, the next call of the cron goes on with its phase. paused: the books cannot
    be reached or allow no calls; it goes on by itself. The other states are final.
    """

    _name = "synkd.run"
    _description = "Run"
    _inherit = ["synkd.fields.mixin"]
    _order = "id desc"

    ledger_id = fields.Many2one(
        "synkd.ledger", required=True, readonly=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one(related="ledger_id.company_id", store=True)
    state = fields.Selection(
        [
            ("waiting", "Waiting"),
            ("running", "Running"),
            ("done", "Complete"),
            ("attention", "Requires Attention"),
            ("paused", "Paused"),
            ("failed", "Failed"),
        ],
        default="waiting",
        required=True,
        readonly=True,
    )
    origin = fields.Selection(
        [
            ("schedule", "Schedule"),
            ("user", "Button"),
            ("check", "Connection Test"),
        ],
        default="schedule",
        required=True,
        readonly=True,
    )
    content = fields.Selection(
        [("all", "Everything")], default="all", required=True, readonly=True
    )
    requested_by_id = fields.Many2one("res.users", readonly=True)
    phase = fields.Char(readonly=True)
    position = fields.Integer(
        readonly=True, help="Where the phase goes on after a break: the last record."
    )
    notes = fields.Text(
        readonly=True, help="Records that the run had to leave out, and why."
    )
    scoped = fields.Boolean(readonly=True, help="Only the records asked for are sent.")
    wish = fields.Char(
        readonly=True,
        copy=False,
        help="Digest of what was asked for: who asks for the same while it waits gets"
        " this run.",
    )
    started_at = fields.Datetime(readonly=True)
    ended_at = fields.Datetime(readonly=True)
    duration = fields.Float(
        string="Duration (s)", compute="_compute_duration", digits=(16, 1)
    )
    total = fields.Integer(readonly=True)
    processed = fields.Integer(readonly=True)
    progress = fields.Integer(string="Progress (%)", compute="_compute_progress")
    created = fields.Integer(readonly=True)
    changed = fields.Integer(readonly=True)
    unchanged = fields.Integer(readonly=True)
    imported = fields.Integer(readonly=True)
    handed = fields.Integer(string="In a File", readonly=True)
    refused = fields.Integer(readonly=True)
    skipped = fields.Integer(
        readonly=True,
        help="Records that were left out: their data does not do, or a customer of the"
        " books looks like them and waits in Match.",
    )
    write_calls = fields.Integer(readonly=True)
    read_calls = fields.Integer(readonly=True)
    message = fields.Text(readonly=True)
    request_ids = fields.One2many("synkd.request", "run_id", readonly=True)

    _live_idx = models.Index(
        "(ledger_id, id) WHERE state IN ('waiting', 'running', 'paused')"
    )

    _wish_uniq = models.UniqueIndex(
        "(ledger_id, wish) WHERE state = 'waiting' AND wish IS NOT NULL",
        "A run that was asked for the same waits already.",
    )

    # === COMPUTE METHODS === #

    @api.depends("ledger_id", "create_date")
    def _compute_display_name(self):
        for run in self:
            run.display_name = self.env._(
                "Run %(number)s of %(ledger)s",
                number=run.id or "",
                ledger=run.ledger_id.sudo().name or "",
            )

    @api.depends("started_at", "ended_at")
    def _compute_duration(self):
        for run in self:
            end = run.ended_at or fields.Datetime.now()
            seconds = run.started_at and (end - run.started_at).total_seconds()
            run.duration = max(seconds or 0, 0)

    @api.depends("state", "total", "processed")
    def _compute_progress(self):
        for run in self:
            share = 100 * run.processed // run.total if run.total else 0
            run.progress = min(share, 99) if run.state in LIVE_STATES else 100

    # === ASKING FOR ONE === #

    @api.model
    def _ask(self, vals):
        """Return the run that waits for the same wish, or write a new one down.

        However often, and by however many at the same moment, a button is pressed.

        :param dict vals: ledger, who asks, and what ``_get_wishes`` reads.
        :return: a run that has not begun, and does not before this transaction ends.
        :rtype: recordset of `synkd.run`
        :raise ConcurrencyError: when another transaction has just written it down,
            which this one cannot see; Odoo tries the request again.
        """
        wish = self._get_wish(vals)
        if run := self._find_asked(vals["ledger_id"], wish):
            return run
        try:
            with self.env.cr.savepoint():
                return self.create(vals | {"wish": wish})
        except UniqueViolation as error:
            raise ConcurrencyError("The same run was asked for just now") from error

    @api.model
    def _get_wish(self, vals):
        """Return the digest of what is asked for.

        :rtype: str
        """
        asked = json.dumps(self._get_wishes(vals), sort_keys=True)
        return hashlib.sha256(asked.encode()).hexdigest()

    @api.model
    def _get_wishes(self, vals):
        """Return what tells one wish from another; two who ask for the same share.

        This method serves as a hook: rooms add what else people may ask for.

        :param dict vals: as for ``_ask``.
        :rtype: list
        """
        return [vals.get(name) or False for name in ("origin", "content", "scoped")]

    @api.model
    def _find_asked(self, ledger_id, wish):
        """Return the run that waits for a wish, and keep it from beginning yet.

        A run that has begun may be past the records that this transaction changes.
        """
        self.flush_model(["ledger_id", "wish", "state"])
        found = self.env.execute_query(
            SQL(
                "SELECT id FROM synkd_run WHERE ledger_id = %s AND wish = %s"
                " AND state = 'waiting' FOR SHARE",
                ledger_id,
                wish,
            )
        )
        return self.browse(row[0] for row in found)

    # === STATE: the only methods that move it === #

    @api.model
    def _next_of(self, ledger):
        """Return the run that the ledger's cron works on now.

        An unfinished one first, then the oldest that waits; else the schedule starts
        a new one. While the ledger waits for a person, only a connection test runs.

        :return: the run; empty when the ledger is archived or paused.
        :rtype: recordset of `synkd.run`
        """
        live = self.search(
            [("ledger_id", "=", ledger.id), ("state", "in", LIVE_STATES)], order="id"
        )
        if not ledger.active or ledger._is_paused():
            is_open = ledger.active and ledger.needs_person
            return live.filtered(lambda run: is_open and run.origin == "check")[:1]
        begun = live.filtered("started_at")
        return (begun or live)[:1] or self.create({"ledger_id": ledger.id})

    def _set_running(self):
        """Begin a *waiting* run, or go on with a *paused* one."""
        if self.state in ("waiting", "paused"):
            started = self.started_at or fields.Datetime.now()
            self.write({"state": "running", "started_at": started, "message": False})

    def _set_paused(self, message):
        """Let a *running* run go on later, from the phase that it is in.

        :param str message: a sentence for the user.
        """
        if self.state == "running":
            self.write({"state": "paused", "message": message})
            self._notify()

    def _set_ended(self, state, message):
        """End a *running* run.

        :param str state: done, attention or failed.
        :param str message: a sentence for the user.
        """
        if self.state in LIVE_STATES:
            self.write(
                {"state": state, "message": message, "ended_at": fields.Datetime.now()}
            )
            self._notify()

    # === WHAT THE ROOMS ADD === #

    def _has_part(self, part):
        """Whether this run does what belongs to a part of the work.

        This method serves as a hook for what people may ask for (``content``).

        :param str part: of phases and channels: lists, customers, documents, files.
        :rtype: bool
        """
        return part != "files" or self.ledger_id._gives_files_out()

    @api.model
    def _get_counters(self):
        """Return the fields that count what became of records.

        :rtype: tuple[str]
        """
        return COUNTERS

    def _mark_scope(self):
        """Mark the records that a narrowed run is about.

        This method serves as a hook for each kind of records.
        """

    def _count_left(self):
        """Return how many records this run left to a person.

        :rtype: int
        """
        engine = self.env["synkd.engine"]
        names = {channel.model for channel in engine._get_channels().values()}
        kinds = [self.env[name].with_context(active_test=False) for name in names]
        return sum(kind.search_count(self._left_domain(kind)) for kind in kinds)

    def _left_domain(self, records):
        """Return the domain of the records that these runs left to a person.

        :param recordset records: of the kind that is looked for.
        :rtype: Domain
        """
        left = Domain("sync_state", "in", records._left_states)
        # A person is asked which one of the books it is.
        asked = Domain("request_line_ids.state", "=", "asked")
        left |= Domain("sync_state", "=", "sending") & asked
        return Domain("run_id", "in", self.ids) & left

    def _describe(self, left):
        """Return the sentence about what this run did.

        This method serves as a hook for what people may ask for (``content``).

        :param int left: records that wait for a person.
        :rtype: str
        """
        if not self.ledger_id.post_accounts:
            return self.env._(
                "Post Accounts is off: nothing was written to the books. What changed"
                " waits until a manager of the books switches it on."
            )
        if left:
            return self.env._(
                "The synchronisation is over. Records that wait for a person, under"
                " Requires Attention: %s.",
                left,
            )
        if self.notes:
            return self.env._("The synchronisation is over.")
        return self.env._("The synchronisation is complete.")

    # === BUSINESS METHODS === #

    def _count(self, counter, number=1):
        """Add to one of ``_get_counters``, or to a count of calls."""
        if counter and number:
            self[counter] += number

    def _note(self, sentence):
        """Remember why something was left out; the end of the run tells it.

        :param str sentence: which record, why, and what to do.
        """
        sentence = odd.storable(sentence)
        lines = (self.notes or "").splitlines()
        if len(lines) < NOTES_KEPT:
            self.notes = "\n".join([*lines, sentence])
        elif len(lines) == NOTES_KEPT:
            more = self.env._("There are more; correct these, then run again.")
            self.notes = "\n".join([*lines, more])

    def _note_odd(self, oddities):
        """Count and note records of the books that the connector could not read.

        :param tuple oddities: ``Oddity``.
        """
        for each in oddities:
            self._note(
                self.env._(
                    "%(what)s: %(name)s was left out, since the books tell something"
                    " odd about it (%(reason)s). Look at it there and correct it; if"
                    " you see nothing, ask your administrator.",
                    what=odd.printable(each.what),
                    name=odd.printable(each.name) or self.env._("one without a name"),
                    reason=odd.printable(each.reason) or "?",
                )
            )
        self._count("skipped", len(oddities))

    def _leave_out(self, member, error):
        """Count and note a record that could not be taken over.

        :param member: a record, or what the books told of one.
        :param Exception error: why.
        """
        self._note(self._left_out_message(member, error))
        self._count("skipped")

    def _left_out_message(self, member, error):
        """Return the sentence about a record that could not be taken over."""
        name = odd.name_of(member) or self.env._("A record without a name")
        if isinstance(error, UserError):
            return self.env._(
                "%(name)s was left out: %(reason)s", name=name, reason=error
            )
        _logger.warning("%s was left out", name, exc_info=error)
        return self.env._(
            "%s was left out, since its data cannot be kept here. Look for something"
            " odd in its fields, correct it, and run again.",
            name,
        )

    def _has_next(self):
        """Whether another run of the same ledger waits, or was interrupted.

        :rtype: bool
        """
        domain = [
            ("ledger_id", "=", self.ledger_id.id),
            ("id", "!=", self.id),
            ("state", "in", LIVE_STATES),
        ]
        return bool(self.search_count(domain, limit=1))

    def _notify(self):
        """Tell the user who asked how far the run is, over the bus."""
        for run in self.filtered("requested_by_id"):
            run.requested_by_id._bus_send("synkd_run", run._get_progress())

    def _get_progress(self):
        """Return what the progress panel shows.

        :rtype: dict
        """
        self.ensure_one()
        counts = {name: self[name] for name in self._get_counters()}
        return counts | {
            "id": self.id,
            "ledger": self.ledger_id.name,
            "origin": self.origin,
            "content": self.content,
            "state": self.state,
            "progress": self.progress,
            "message": self._get_progress_message() or "",
        }

    def _get_progress_message(self):
        """Return the sentence that the progress panel shows."""
        if self.origin == "check" and self.state in ("done", "attention"):
            return self.ledger_id.check_message
        return self.message

    def get_progress(self):
        """Return how far these runs are, for a panel that missed the bus.

        :rtype: list[dict]
        """
        self.check_access("read")
        return [run._get_progress() for run in self.sudo()]

    def _get_watch_action(self):
        """Return the client action that shows the progress of this run.

        :rtype: dict
        """
        return {
            "type": "ir.actions.client",
            "tag": "synkd_watch_run",
            "params": self.sudo()._get_progress(),
        }

    def action_view_requests(self):
        """Open the requests of this run.

        :rtype: dict
        """
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "synkd_connector.synkd_request_action"
        )
        action["domain"] = [("run_id", "in", self.ids)]
        return action

    def _was_away(self):
        """Whether nobody worked on this run for a while: it was paused, or killed.

        :rtype: bool
        """
        before = fields.Datetime.now() - AWAY
        return self.state == "paused" or bool(
            self.started_at and self.write_date < before
        )

    @api.autovacuum
    def _gc_runs(self):
        """Remove ended runs without requests that are older than kept."""
        ended = [("state", "not in", LIVE_STATES), ("request_ids", "=", False)]
        return self.env["synkd.ledger"]._vacuum(self._name, ended)
