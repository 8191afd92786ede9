# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging
import random
from datetime import timedelta
from typing import NamedTuple

import psycopg2
from psycopg2.extensions import TransactionRollbackError

from odoo import api, fields, models
from odoo.tools import SQL

from ...lib.errors import ConnectorError, MisconfiguredError

_logger = logging.getLogger(__name__)

BACKOFF_FIRST = 30
BACKOFF_LONGEST = 6 * 3600
STEP_TRIES = 5
# So often something is begun that cannot be cut, and of which workers die.
MOST_TRIES = 3


class Phase(NamedTuple):
    """One thing that runs do, at its place in their order.

    The method of `synkd.engine` gets the run, and returns False when its time is up.
    Which runs have it hangs on its part, see `synkd.run._has_part`.
    """

    sequence: int
    name: str
    method: str
    part: str


class Channel(NamedTuple):
    """One kind of write call: what travels in it, and by which contract method.

    The model has the sync states, the size is the name of a capability; the part is
    that of its phase.
    """

    name: str
    part: str
    model: str
    size: str
    method: str
    domain: tuple = ()


class SynkdEngine(models.AbstractModel):
    """Makes the runs of ledgers: batches out, results in, whatever dies in between.

    A run goes through phases. Each works in small steps; a step is one database
    transaction, or one call to the books with a commit before and after it, so that
    no transaction is open while the books think. The worker may be killed anywhere:
    the next call takes the run up at its phase, after it has asked the books about
    every request whose answer is unknown.

    What runs do is added by the rooms above, see ``_get_phases`` and
    ``_get_channels``.
    """

    _name = "synkd.engine"
    _description = "Engine"

    # === WHAT THE ROOMS ADD TO A RUN === #

    @api.model
    def _get_phases(self):
        """Return what runs do, in any order.

        This method serves as a hook: rooms add their phases to those of super.

        :rtype: list[Phase]
        """
        return [Phase(50, "scope", "_scope", "customers")]

    @api.model
    def _get_channels(self):
        """Return the kinds of write calls.

        This method serves as a hook: rooms add theirs to those of super.

        :return: by their names, which are kinds of `synkd.request`.
        :rtype: dict[str, Channel]
        """
        return {}

    def _phases(self, run):
        """Return the phases of a run in their order.

        :rtype: list[Phase]
        """
        return sorted(p for p in self._get_phases() if run._has_part(p.part))

    # === THE RUN === #

    @api.model
    def _run(self, ledger):
        """Make one pass of a ledger: its cron calls this.

        Errors end the run with a sentence; they never reach the cron, which would
        switch itself off after a few. A lost database does reach it.

        :param recordset ledger: one `synkd.ledger`.
        """
        run = self._step(self.env["synkd.run"]._next_of, ledger)
        if not run:
            return
        was_away = run._was_away()
        self._step(self._begin, run)
        self._progress(run)
        try:
            if self._run_phases(run, was_away):
                self._end(run, self._finish)
            else:
                # Its time is up: it goes on once the others had their turn, where
                # Odoo's workers would look at it again in a minute.
                run.ledger_id._wake()
        except ConnectorError as error:
            self._end(run, self._stop, error)
        except TransactionRollbackError:
            # Somebody keeps changing the same rows; the run goes on in a minute.
            self._end(run, self._stop_busy)
        except Exception:
            # A lost connection fails here again, and so reaches the cron.
            self.env.cr.rollback()
            _logger.exception("%s stopped by an unexpected error", run)
            self._end(run, self._stop_unexpected)

    def _begin(self, run):
        """Begin a run, and note in which database its ledger works."""
        run._set_running()
        run.ledger_id._take_database()

    def _run_phases(self, run, was_away=False):
        """Go through the phases that are left.

        In a copy of the database nothing happens at all. Whatever phase a killed run
        was in, open requests come first, once it is sure that these are the books that
        they were sent to. The books may have changed while nobody worked on it, so they
        are read again before anything is sent.

        :return: False when the time is up.
        :rtype: bool
        """
        run.ledger_id._get_connector()
        run.ledger_id._check_database()
        if run.origin == "check":
            return self._check(run)
        self._check_books(run)
        if not self._recover(run):
            return False
        phases = self._phases(run)
        names = [phase.name for phase in phases]
        start = names.index(run.phase) if run.phase in names else 0
        if was_away and start and not self._catch_up(run):
            return False
        for phase in phases[start:]:
            if run.phase != phase.name:
                run.write({"phase": phase.name, "position": 0})
                self._commit()
            if not getattr(self, phase.method)(run):
                return False
        return True

    def _catch_up(self, run):
        """Read again what may have changed while nobody worked on a run.

        This method serves as a hook for phases that read.

        :return: False when the time is up.
        :rtype: bool
        """
        return True

    def _end(self, run, function, *args):
        """Put the end of a run down in a transaction of its own.

        When even that fails, the next call of the cron takes the run up again.
        """
        self.env.cr.rollback()
        try:
            self._step(function, run, *args)
            self.env["ir.cron"]._commit_progress(remaining=0)
        except (psycopg2.OperationalError, psycopg2.InterfaceError):
            raise
        except Exception:
            self.env.cr.rollback()
            _logger.exception("The end of %s could not be written down", run)
            if function != self._stop_unexpected:
                self._end(run, self._stop_unexpected)

    def _finish(self, run):
        """End a run that went through all phases."""
        ledger = run.ledger_id
        if run.origin == "check":
            self._finish_check(run)
        else:
            if ledger.pause_reason or ledger.failures:
                ledger._set_resumed()
            run._set_ended(*self._outcome(run))
        self._plan_next(run)

    def _finish_check(self, run):
        """End a connection test; when all is well, the ledger goes on."""
        ledger = run.ledger_id
        works = not run.notes
        if works and ledger.pause_reason:
            ledger._set_resumed()
        run._set_ended("done" if works else "attention", ledger.check_message)

    def _outcome(self, run):
        """Return the state and the sentence of a run that went through.

        :rtype: tuple[str, str]
        """
        attention = run._count_left()
        message = run._describe(attention)
        if run.notes:
            message = f"{message}\n{run.notes}"
        return "attention" if attention or run.notes else "done", message

    def _plan_next(self, run):
        """Wake the cron for what waits already, or for the next try of something."""
        ledger = run.ledger_id
        if run._has_next():
            ledger._wake()
        elif ledger.active and (retry_at := self._next_try(run)):
            ledger._wake_at(retry_at)

    def _next_try(self, run):
        """Return when the first of what could not be sent is due again, or None.

        :rtype: datetime
        """
        ledger, soon = run.ledger_id, fields.Datetime.now() + timedelta(minutes=1)
        open_ = [("ledger_id", "=", ledger.id), ("state", "in", ("open", "answered"))]
        groups = self.env["synkd.request"]._read_group(
            open_, [], ["__count", "retry_at:min"]
        )
        times = [retry_at or soon for count, retry_at in groups if count]
        for channel in self._get_channels().values() if ledger.post_accounts else ():
            records = self.env[channel.model]
            times += [time or soon for time in records._next_tries(run, channel.name)]
        return max(min(times), soon) if times else None

    def _stop(self, run, error):
        """Stop a run because of an error, and pause the ledger as its kind asks.

        What only needs time goes on later by itself, the rest after a person pressed
        Resume: in both cases from the phase that the run is in.
        """
        ledger = run.ledger_id
        if run.origin == "check":
            ledger.check_message = error.message
        if error.kind in ("retryable", "throttled"):
            until = self._get_wait(ledger, error)
            ledger._set_paused(error.message, until=until)
            if error.kind == "throttled" and ledger._get_capabilities().pace.breach:
                # Not even Resume makes a call while they shut us out.
                ledger.quiet_until = until
        else:
            ledger._set_paused(error.message, needs_person=True)
        if run.origin == "check":
            run._set_ended("failed", error.message)
        else:
            run._set_paused(error.message)

    def _stop_busy(self, run):
        """Leave a run as it is, and let the cron go on with it in a minute."""
        soon = fields.Datetime.now() + timedelta(minutes=1)
        run.ledger_id._wake_at(soon)

    def _stop_unexpected(self, run):
        """End a run because of a fault of the program; the schedule tries again."""
        run._set_ended("failed", self._unexpected_message(run.ledger_id))

    def _unexpected_message(self, ledger):
        """Return the sentence for a fault of the program."""
        return self.env._(
            "The run of ledger %s stopped unexpectedly; the next run tries again. If"
            " this comes again, ask your administrator to look into the server's log.",
            ledger.name,
        )

    def _progress(self, run, processed=0, done=None):
        """Commit a step and report how far the run is.

        :param int processed: records of the run's total that this step dealt with.
        :param int done: records that it dealt with in all; the cron counts them.
        :return: False when the time is up.
        :rtype: bool
        """
        run.processed += processed
        run._notify()
        remaining = max(run.total - run.processed, 1)
        done = processed if done is None else done
        left = self.env["ir.cron"]._commit_progress(done, remaining=remaining)
        self.env.invalidate_all()
        return left > 0

    def _commit(self):
        """Commit; ``_progress`` does, and tells the cron how far the run is."""
        # Without progress to tell, Odoo only commits: that costs no query.
        crons = self.env["ir.cron"].with_context(ir_cron_progress_id=False)
        crons._commit_progress()

    def _step(self, function, *args):
        """Do one transaction, again when somebody changed the same rows meanwhile.

        What the user saved is read anew, so nothing of it is lost. The caller has
        committed what came before, and commits this.
        """
        for attempt in range(STEP_TRIES):
            try:
                result = function(*args)
                self.env.flush_all()
                return result
            except TransactionRollbackError:
                self.env.cr.rollback()
                self.env.invalidate_all()
                if attempt == STEP_TRIES - 1:
                    raise
        return None

    def _may_try(self, run, message):
        """Count the tries of what cannot be cut, or give it up after too many.

        Odoo kills a worker that overstays its time. Then the run would begin the same
        again and again, and what comes after it would never be done.

        :param recordset run: in a phase that remembers no record.
        :param str message: what is given up, and what to do now.
        :return: False when it is given up; that is noted.
        :rtype: bool
        """
        if run.position >= MOST_TRIES:
            self._step(run._note, message)
            return False
        self._step(run.write, {"position": run.position + 1})
        self._commit()
        return True

    @api.model
    def _backoff(self, attempts):
        """Return how long to wait before the next try, with jitter.

        :param int attempts: failed attempts so far.
        :return: seconds; doubles each time up to six hours.
        :rtype: float
        """
        wait = min(BACKOFF_FIRST * 2 ** min(attempts, 20), BACKOFF_LONGEST)
        return wait * random.uniform(0.8, 1.2)

    # === CONNECTION TEST: a run of its own === #

    def _check(self, run):
        """Test the connection, since a button asked for it."""
        ledger = run.ledger_id
        connector = ledger._get_connector()
        sentences = connector._check(ledger)
        if not sentences:
            self._await_turn(ledger)
            books = connector._read_books(ledger)
            if books:
                self._step(self._note_read, run, books)
            sentences = [*filter(None, [ledger._find_books_problem(books)])]
            if not sentences:
                self._step(ledger._take_books, books)
        message = "\n".join(sentences) or self.env._("The connection works.")
        self._step(ledger.write, {"check_message": message})
        self._step(run.write, {"notes": "\n".join(sentences)})
        self._progress(run)
        return True

    # === BEFORE ANYTHING ELSE: which books these are === #

    def _check_books(self, run):
        """Make sure that these are the ledger's books, kept in the company's currency.

        :raise MisconfiguredError: before anything is read or written.
        """
        ledger = run.ledger_id
        if ledger._are_books_due():
            self._await_turn(ledger)
            books = ledger._get_connector()._read_books(ledger)
            self._step(self._take_books, run, books)
        problem = ledger._find_known_problem()
        # What they told is kept, and shown, also when they are the wrong ones.
        self._commit()
        if problem:
            raise MisconfiguredError(problem)

    def _take_books(self, run, books):
        """Remember what the books told."""
        if books:
            self._note_read(run, books)
        run.ledger_id._take_books(books)

    # === PHASE: which records are meant === #

    def _scope(self, run):
        """Mark the records that this run is about, and count what is due."""
        self._step(self._mark_and_count, run)
        return self._progress(run)

    def _mark_and_count(self, run):
        """Mark them, and count what is due."""
        run._mark_scope()
        if run.ledger_id.post_accounts:
            run.total = run.processed + self._count_due(run)

    def _count_due(self, run):
        """Return how many records this run is going to send.

        :rtype: int
        """
        counts = [
            records._search(records._push_domain(run, channel.name) & way)
            for channel in self._get_channels().values()
            if run._has_part(channel.part)
            for records in [self._records_of(channel)]
            for way, _order in records._due_ways()
        ]
        # One question for all: each count still goes by an index of its own.
        parts = [SQL("(%s)", query.select(SQL("COUNT(*)"))) for query in counts]
        total = SQL("SELECT %s", SQL(" + ").join([*parts, SQL("0")]))
        return self.env.execute_query(total)[0][0]

    def _records_of(self, channel):
        """Return the model of a kind of write call, with archived records."""
        return self.env[channel.model].with_context(active_test=False)
