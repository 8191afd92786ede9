# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import hashlib
import json
from datetime import timedelta

from psycopg2.errors import UniqueViolation

from odoo import api, fields, models
from odoo.exceptions import ConcurrencyError
from odoo.fields import Domain
from odoo.tools import SQL

from ...const import ENDED_STATES
from ...lib.errors import MisconfiguredError
from ...lib.odd import storable

COUNTERS = (
    "created",
    "linked",
    "changed",
    "unchanged",
    "imported",
    "refused",
    "skipped",
)
# After so long the books may have changed since they were read.
AWAY = timedelta(minutes=5)
LIVE_STATES = ("waiting", "running", "paused")
# What people may ask for; two who ask for the same share one run.
WISH_FIELDS = ("origin", "content", "scoped", "partner_domain", "create_class_id")
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
        [
            ("all", "Customers and Documents"),
            ("customers", "Customers"),
            ("documents", "Documents and Their Customers"),
            ("lists", "Lists of the Books"),
        ],
        default="all",
        required=True,
        readonly=True,
    )
    requested_by_id = fields.Many2one("res.users", readonly=True)
    phase = fields.Char(readonly=True)
    position = fields.Integer(
        readonly=True, help="Where the phase goes on after a break: the last customer."
    )
    notes = fields.Text(
        readonly=True, help="Records that the run had to leave out, and why."
    )
    partner_domain = fields.Json(
        string="Customers Asked For",
        readonly=True,
        help="The filter of the customer list when Sync was pressed; empty: all.",
    )
    create_class_id = fields.Many2one(
        "synkd.customer.class",
        string="Create in Class",
        readonly=True,
        help="Customers without an account customer get one of this class, or are"
        " linked to its shared one.",
    )
    scoped = fields.Boolean(
        readonly=True, help="Only the customers or documents asked for are sent."
    )
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
    linked = fields.Integer(
        readonly=True,
        help="Customers linked to the shared account customer of a generic class.",
    )
    changed = fields.Integer(readonly=True)
    unchanged = fields.Integer(readonly=True)
    imported = fields.Integer(readonly=True)
    refused = fields.Integer(readonly=True)
    skipped = fields.Integer(
        readonly=True,
        help="Customers that got no account customer, since one of the"
        " books looks like them and waits in Match, or their data does not do.",
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

        :param dict vals: ledger, who asks, and any of ``WISH_FIELDS``.
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
        asked = [vals.get(name) or False for name in WISH_FIELDS]
        # Which customers a filter finds hangs on who looks.
        if vals.get("partner_domain") or vals.get("create_class_id"):
            asked.append(vals.get("requested_by_id"))
        return hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()

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

    # === BUSINESS METHODS === #

    def _count(self, counter, number=1):
        """Add to one of the COUNTERS, or to a count of calls."""
        if counter and number:
            self[counter] += number

    def _note(self, sentence):
        """Remember why something was left out; the end of the run tells it.

        :param str sentence: which record, why, and what to do.
        """
        sentence = storable(sentence)
        lines = (self.notes or "").splitlines()
        if len(lines) < NOTES_KEPT:
            self.notes = "\n".join([*lines, sentence])
        elif len(lines) == NOTES_KEPT:
            more = self.env._("There are more; correct these, then run again.")
            self.notes = "\n".join([*lines, more])

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
        counts = {name: self[name] for name in COUNTERS}
        return counts | {
            "id": self.id,
            "ledger": self.ledger_id.name,
            "origin": self.origin,
            "content": self.content,
            "state": self.state,
            "attention": self.state == "attention" and self._has_left_documents(),
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

    def _is_narrow(self):
        """Whether this run sends only the customers that it has marked.

        :rtype: bool
        """
        return self.scoped or self.content in ("documents", "lists")

    def _has_left_documents(self):
        """Whether this run left a document to a person.

        :rtype: bool
        """
        left = [("run_id", "in", self.ids), ("sync_state", "=", "attention")]
        return bool(self.env["synkd.transaction"].search_count(left, limit=1))

    def _count_left(self):
        """Return how many customers and documents this run left to a person.

        :rtype: int
        """
        accounts = self.env["synkd.account.customer"].with_context(active_test=False)
        left = [("run_id", "in", self.ids), ("sync_state", "=", "attention")]
        rows = self.env["synkd.transaction"].search_count(left)
        return rows + accounts.search_count(self._attention_domain())

    def _describe_documents(self):
        """Return the sentences about what became of the documents of this run.

        :rtype: str
        """
        rows = self.env["synkd.transaction"]
        groups = rows._read_group(
            [("run_id", "in", self.ids)], ["sync_state"], ["__count"]
        )
        counts = dict(groups)
        posted = counts.get("synced", 0)
        texts = [self.env._("Documents posted to the books: %s.", posted)]
        if ended := sum(counts.get(state, 0) for state in ENDED_STATES):
            texts.append(self.env._("Taken back there: %s.", ended))
        if left := counts.get("attention"):
            texts.append(self.env._("Require attention: %s.", left))
        if later := counts.get("pending"):
            texts.append(self.env._("Go on waiting: %s.", later))
        return " ".join(texts)

    def _attention_domain(self):
        """Return the account customers that this run left to a person.

        :rtype: Domain
        """
        return Domain("run_id", "in", self.ids) & Domain(
            "sync_state", "in", ("attention", "conflict")
        )

    def action_view_attention(self):
        """Open what this run left to a person: documents, else account customers.

        :rtype: dict
        """
        sent = [("request_line_ids.request_id.run_id", "in", self.ids)]
        rows = self.env["synkd.transaction"]
        if rows.search_count([("sync_state", "=", "attention"), *sent], limit=1):
            return rows._view_state("attention", sent)
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "synkd_connector.synkd_account_customer_action"
        )
        action["domain"] = list(self._attention_domain())
        action["context"] = {"active_test": False}
        return action

    def action_view_requests(self):
        """Open the requests of this run.

        :rtype: dict
        """
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "synkd_connector.synkd_request_action"
        )
        action["domain"] = [("run_id", "in", self.ids)]
        return action

    @api.autovacuum
    def _gc_runs(self):
        """Remove ended runs without requests that are older than kept."""
        ended = [("state", "not in", LIVE_STATES), ("request_ids", "=", False)]
        return self.env["synkd.ledger"]._vacuum(self._name, ended)

    # === WHICH CUSTOMERS === #

    def _get_partners_env(self):
        """Return `res.partner` with the eyes of the user who pressed Sync.

        :rtype: recordset of `res.partner`
        :raise MisconfiguredError: when that user lost the company meanwhile.
        """
        user = self.requested_by_id or self.env.user
        allowed = [
            company.id
            for company in self.ledger_id._get_companies()
            if company in user.company_ids
        ]
        if not allowed:
            raise MisconfiguredError(
                self.env._(
                    "%(user)s asked for this run, but has no access to %(company)s any"
                    " more. Press Sync again as somebody who has.",
                    user=user.name,
                    company=self.company_id.name,
                )
            )
        return (
            self.env["res.partner"]
            .with_user(user)
            .with_context(allowed_company_ids=allowed)
        )

    def _unlinked_domain(self):
        """Return the customers asked for that have no account customer.

        :rtype: Domain
        """
        return Domain(self.partner_domain or []) & Domain(
            "account_customer_id", "=", False
        )

    def _was_away(self):
        """Whether nobody worked on this run for a while: it was paused, or killed.

        :rtype: bool
        """
        before = fields.Datetime.now() - AWAY
        return self.state == "paused" or bool(
            self.started_at and self.write_date < before
        )

    @api.model
    def _accounts_of(self, ledger, domain, partners=None):
        """Return the query of the account customers of some operational ones.

        :param Domain domain: which `res.partner`.
        :param recordset partners: an empty `res.partner` with a user's eyes.
        :rtype: SQL
        """
        partners = self.env["res.partner"] if partners is None else partners
        links = self.env["synkd.customer.link"]
        links.flush_model()
        partners.flush_model(["parent_id"])
        return links._accounts_sql(partners._search(domain).subselect(), ledger)

    def _mark_scope(self):
        """Mark the account customers that a narrowed run is about."""
        if not self.scoped or self.content == "documents":
            return
        domain = Domain(self.partner_domain or [])
        query = self._accounts_of(self.ledger_id, domain, self._get_partners_env())
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                "UPDATE synkd_account_customer SET run_id = %s"
                " WHERE ledger_id = %s AND id IN (%s)",
                self.id,
                self.ledger_id.id,
                query,
            )
        )
        self.env["synkd.account.customer"].invalidate_model(["run_id"])
