# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging
import random
from datetime import timedelta

import psycopg2.errors

from odoo import api, fields, models
from odoo.fields import Domain

from ..lib.errors import (
    ConnectorError,
    RejectedError,
    RetryableError,
)
from ..lib.fingerprint import fingerprint

_logger = logging.getLogger(__name__)

BACKOFF_FIRST = 30
BACKOFF_LONGEST = 6 * 3600
ADOPT_BATCH = 200
STEP_TRIES = 5


class SynkdEngine(models.AbstractModel):
    """Makes the runs of ledgers: batches out, results in, whatever dies in between.

    A run goes through phases. Each works in small steps; a step is one database
    transaction, or one call to the books with a commit before and after it. So the
    worker may be killed anywhere: the next call takes the run up at its phase, after
    it has asked the books about every request whose answer is unknown.
    """

    _name = "synkd.engine"
    _description = "Engine"

    def _phases(self):
        """Return the phases of a run in their order: name and method.

        A method gets the run, and returns False when its time is up.

        :rtype: list[tuple[str, callable]]
        """
        return [
            ("recover", self._recover),
            ("check", self._check),
            ("pull", self._pull),
            ("adopt", self._adopt),
            ("scope", self._scope),
            ("push", self._push),
            ("balances", self._balances),
        ]

    # === THE RUN === #

    @api.model
    def _run(self, ledger):
        """Make one pass of a ledger: its cron calls this.

        Errors end the run with a sentence; they never reach the cron, which would
        switch itself off after a few. A lost database does reach it.

        :param recordset ledger: one `synkd.ledger`.
        """
        if ledger._is_paused():
            return
        run = self.env["synkd.run"]._take(ledger)
        self._progress(run)
        try:
            if self._run_phases(run):
                self._finish(run)
        except ConnectorError as error:
            self.env.cr.rollback()
            self._stop(run, error)
        except (psycopg2.OperationalError, psycopg2.InterfaceError):
            raise
        except Exception:
            self.env.cr.rollback()
            _logger.exception("%s stopped by an unexpected error", run)
            self._stop_unexpected(run)

    def _run_phases(self, run):
        """Go through the phases that are left.

        :return: False when the time is up.
        :rtype: bool
        """
        phases = self._phases()
        names = [name for name, _method in phases]
        # Whatever phase a killed run was in, open requests come first.
        start = names.index(run.phase) if run.phase in names else 0
        for name, method in phases[:1] + phases[max(start, 1) :]:
            run.phase = name
            if not method(run):
                return False
        return True

    def _finish(self, run):
        """End a run that went through all phases."""
        ledger = run.ledger_id
        if ledger.pause_reason or ledger.failures:
            ledger._set_resumed()
        left = self.env["synkd.account.customer"].with_context(active_test=False)
        attention = left.search_count(run._attention_domain(), limit=1)
        message = self.env._("The synchronisation is complete.")
        if not ledger.post_accounts:
            message = self.env._(
                "Post Accounts is off: nothing was written to the books. What changed"
                " waits there until an administrator switches it on."
            )
        run._set_ended("attention" if attention else "done", message)
        if run._has_next():
            ledger._wake()
        self.env["ir.cron"]._commit_progress(remaining=0)

    def _stop(self, run, error):
        """Stop a run because of an error, and pause the ledger as its kind asks.

        What only needs time goes on later by itself; the rest needs a person.
        """
        ledger = run.ledger_id
        if error.kind in ("retryable", "throttled"):
            wait = timedelta(seconds=self._backoff(ledger.failures))
            until = getattr(error, "until", None) or fields.Datetime.now() + wait
            ledger._set_paused(error.message, until=until)
            run._set_paused(error.message)
        else:
            ledger._set_paused(error.message, needs_person=True)
            run._set_ended("failed", error.message)
        self.env["ir.cron"]._commit_progress(remaining=0)

    def _stop_unexpected(self, run):
        """End a run because of a fault of the program; the schedule tries again."""
        run._set_ended("failed", self._unexpected_message(run.ledger_id))
        self.env["ir.cron"]._commit_progress(remaining=0)

    def _unexpected_message(self, ledger):
        """Return the sentence for a fault of the program."""
        return self.env._(
            "The run of ledger %s stopped unexpectedly; it goes on by itself later. If"
            " this comes again, ask your administrator to look into the server's log.",
            ledger.name,
        )

    def _progress(self, run, processed=0):
        """Commit a step and report how far the run is.

        :param int processed: records that this step dealt with.
        :return: False when the time is up.
        :rtype: bool
        """
        run.processed += processed
        run._notify()
        remaining = max(run.total - run.processed, 1)
        left = self.env["ir.cron"]._commit_progress(processed, remaining=remaining)
        self.env.invalidate_all()
        return left > 0

    def _step(self, function, *args):
        """Run one transaction again when somebody changed the same rows meanwhile.

        What the user saved is read anew, so nothing of it is lost.
        """
        for attempt in range(STEP_TRIES):
            try:
                result = function(*args)
                self.env.flush_all()
                return result
            except (
                psycopg2.errors.SerializationFailure,
                psycopg2.errors.DeadlockDetected,
            ):
                self.env.cr.rollback()
                self.env.invalidate_all()
                if attempt == STEP_TRIES - 1:
                    raise
        return None

    @api.model
    def _backoff(self, attempts):
        """Return how long to wait before the next try, with jitter.

        :param int attempts: failed attempts so far.
        :return: seconds; doubles each time up to six hours.
        :rtype: float
        """
        wait = min(BACKOFF_FIRST * 2 ** min(attempts, 20), BACKOFF_LONGEST)
        return wait * random.uniform(0.8, 1.2)

    # === PHASE: requests whose answer is unknown === #

    def _recover(self, run):
        """Ask the books what became of each open request, oldest first."""
        requests = self.env["synkd.request"].search(
            [
                ("ledger_id", "=", run.ledger_id.id),
                ("state", "in", ("open", "answered")),
                "|",
                ("retry_at", "=", False),
                ("retry_at", "<=", fields.Datetime.now()),
            ],
            order="id",
        )
        for request in requests:
            if request.state == "open":
                self._ask(run, request)
            self._step(request._apply, run)
            if not self._progress(run):
                return False
        return True

    def _ask(self, run, request):
        """Reconcile one open request and keep the answer."""
        connector = run.ledger_id._get_connector()
        run._count("read_calls")
        answer = connector._reconcile(run.ledger_id, request._as_batch())
        self._keep(run, request, answer)

    def _keep(self, run, request, answer):
        """Commit an answer before anything is done with it."""
        ledger = run.ledger_id
        ledger._set_budget(answer.budget)
        if ledger.failures:
            ledger._set_resumed()
        request._set_answered(answer)
        self.env["ir.cron"]._commit_progress()

    # === PHASE: connection test === #

    def _check(self, run):
        """Test the connection when a button asked for it."""
        if run.origin != "check":
            return True
        ledger = run.ledger_id
        sentences = ledger._get_connector()._check(ledger)
        ledger.check_message = "\n".join(sentences) or self.env._(
            "The connection works."
        )
        return self._progress(run)

    # === PHASE: what changed in the books === #

    def _pull(self, run):
        """Take over what changed in the books since the last read."""
        ledger = run.ledger_id
        if not ledger._get_capabilities().pull:
            return True
        connector = ledger._get_connector()
        importer = self.env["synkd.importer"]
        for page in connector._pull_customers(ledger, ledger.pull_cursor or {}):
            run._count("read_calls")
            self._step(importer._take_page, run, page)
            ledger.pull_cursor = page.cursor
            if not self._progress(run):
                return False
        return self._progress(run)

    # === PHASE: customers without an account customer === #

    def _adopt(self, run):
        """Create account customers for those asked for, when the user said so."""
        if not run.create_class_id:
            return True
        self.env["synkd.match"]._propose(run.ledger_id)
        self._progress(run)
        last_id = 0
        while partners := self._next_unlinked(run, last_id):
            last_id = partners[-1].id
            self._step(self.env["synkd.importer"]._adopt, run, partners)
            if not self._progress(run):
                return False
        return True

    def _next_unlinked(self, run, after_id):
        """Return the next customers asked for that have no account customer."""
        partners = run._get_partners_env()
        domain = Domain(run.partner_domain or []) & Domain(
            [("account_customer_id", "=", False), ("id", ">", after_id)]
        )
        return partners.search(domain, order="id", limit=ADOPT_BATCH).sudo()

    # === PHASE: which account customers are meant === #

    def _scope(self, run):
        """Mark the account customers that this run is about, in one statement."""
        self._step(run._mark_scope)
        run.total = run.processed + self.env["synkd.account.customer"].with_context(
            active_test=False
        ).search_count(self._due_domain(run))
        return self._progress(run)

    def _due_domain(self, run):
        """Return the account customers that are due now.

        :rtype: Domain
        """
        domain = Domain(
            [("ledger_id", "=", run.ledger_id.id), ("sync_state", "=", "pending")]
        )
        domain &= Domain("retry_at", "=", False) | Domain(
            "retry_at", "<=", fields.Datetime.now()
        )
        return domain & Domain("run_id", "=", run.id) if run.scoped else domain

    # === PHASE: account customers to the books === #

    def _push(self, run):
        """Send what is due, batch after batch, oldest first."""
        ledger = run.ledger_id
        if not ledger.post_accounts:
            return True
        size = ledger._get_capabilities().customer_batch
        while count := self._push_batch(run, size):
            if not self._progress(run, count):
                return False
        return True

    def _push_batch(self, run, size):
        """Send one batch.

        :return: how many records were dealt with; 0 when nothing is due.
        :rtype: int
        """
        request, count = self._step(self._prepare, run, size)
        if request:
            self.env["ir.cron"]._commit_progress()
            self._send(run, request)
        return count

    def _prepare(self, run, size):
        """Pick the next batch and write its request down; the caller commits.

        :return: the request (empty when nothing needs a call) and the records picked.
        """
        accounts = self.env["synkd.account.customer"].with_context(
            active_test=False, tracking_disable=True
        )
        due = accounts.search(
            self._due_domain(run), order="queued_at, id", limit=size
        ).try_lock_for_update()
        due.run_id = run
        members = self._map(run, due)
        requests = self.env["synkd.request"]
        if members:
            due.browse([record.id for record, *_rest in members])._set_sending()
            requests = requests._write_down(run, "customers", members)
        return requests, len(due)

    def _map(self, run, accounts):
        """Map records to payloads; what is unchanged or impossible needs no call.

        :return: tuples of record, payload and fingerprint.
        :rtype: list[tuple]
        """
        connector = run.ledger_id._get_connector()
        members, unchanged = [], accounts.browse()
        for account in accounts:
            try:
                payload = connector._customer_payload(account)
            except RejectedError as error:
                account._set_attention(error.message)
                run._count("refused")
                continue
            mark = fingerprint(payload)
            if account.external_id and mark == account.fingerprint:
                unchanged += account
            else:
                members.append((account, payload, mark))
        unchanged._set_synced()
        run._count("unchanged", len(unchanged))
        return members

    def _send(self, run, request):
        """Make the one write call of a request, and put its answer on the records.

        A network error leaves the request open: the next run asks the books first.
        """
        connector = run.ledger_id._get_connector()
        run._count("write_calls")
        try:
            answer = connector._push_customers(run.ledger_id, request._as_batch())
        except RejectedError as error:
            self._refused(run, request, error)
            return
        except RetryableError:
            raise
        except ConnectorError as error:
            self._step(self._release, request, error.message)
            self.env["ir.cron"]._commit_progress()
            raise
        self._keep(run, request, answer)
        self._step(request._apply, run)

    def _release(self, request, message):
        """Let the members of a request that wrote nothing wait for the next run."""
        request._set_void(message)
        records = request.line_ids._get_records().with_context(tracking_disable=True)
        return records._set_pending(from_states=("sending",))

    def _refused(self, run, request, error):
        """Split a batch that was refused as a whole, until the culprit is alone."""
        self._step(self._release, request, error.message)
        records = request.line_ids._get_records()
        if len(records) == 1:
            records.with_context(tracking_disable=True)._set_attention(error.message)
            run._count("refused")
            return
        middle = len(records) // 2
        for half in (records[:middle], records[middle:]):
            again = self._step(self._prepare_again, run, half)
            self.env["ir.cron"]._commit_progress()
            if again:
                self._send(run, again)

    def _prepare_again(self, run, accounts):
        """Write down a request for one half of a refused batch."""
        accounts = accounts.with_context(tracking_disable=True)
        members = self._map(run, accounts.filtered(lambda a: a.sync_state == "pending"))
        requests = self.env["synkd.request"]
        if not members:
            return requests
        accounts.browse([record.id for record, *_rest in members])._set_sending()
        return requests._write_down(run, "customers", members)

    # === PHASE: what customers owe === #

    def _balances(self, run):
        """Read what customers owe, as far as it changed since the last read."""
        ledger = run.ledger_id
        if not ledger._get_capabilities().balances:
            return True
        importer = self.env["synkd.importer"]
        cursor = ledger.balance_cursor or {}
        for page in ledger._get_connector()._pull_balances(ledger, cursor):
            run._count("read_calls")
            self._step(importer._take_balances, ledger, page.balances)
            ledger.balance_cursor = page.cursor
            if not self._progress(run):
                return False
        return True
