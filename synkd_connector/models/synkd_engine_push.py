# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging

import psycopg2

from odoo import fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..lib.errors import ConnectorError, RejectedError, RetryableError
from ..lib.fingerprint import fingerprint

_logger = logging.getLogger(__name__)

ACCOUNT = "synkd.account.customer"


class SynkdEnginePush(models.AbstractModel):
    """The half of the engine that writes to the books, and asks what was written.

    prepare (commit) → send → keep the answer (commit) → put it on the records. What
    dies in between leaves a request that the next run recovers.
    """

    _name = "synkd.engine.push"
    _description = "Engine: Writing to the Books"

    # === PHASE: requests whose answer is unknown === #

    def _recover(self, run):
        """Ask the books what became of each open request, oldest first."""
        domain = [
            ("ledger_id", "=", run.ledger_id.id),
            ("state", "in", ("open", "answered")),
            "|",
            ("retry_at", "=", False),
            ("retry_at", "<=", fields.Datetime.now()),
        ]
        for request in self.env["synkd.request"].search(domain, order="id"):
            if request.state == "open" and not self._ask(run, request):
                continue
            self._step(request._apply, run)
            if not self._progress(run, done=request.member_count):
                return False
        return True

    def _ask(self, run, request):
        """Reconcile one open request and keep the answer.

        :return: False when the books could not make sense of the question; the
            request waits, and does not keep the others from going on.
        :rtype: bool
        """
        connector = run.ledger_id._get_connector()
        batch = request._as_batch()
        self._step(run._count, "read_calls")
        self.env["ir.cron"]._commit_progress()
        try:
            answer = connector._reconcile(run.ledger_id, batch)
        except RejectedError as error:
            message = error.message
        except (ConnectorError, psycopg2.Error):
            raise
        except Exception:
            _logger.exception("%s could not be reconciled", request)
            message = self._unexpected_message(run.ledger_id)
        else:
            self._keep(run, request, answer)
            return True
        self.env.cr.rollback()
        self._step(self._leave_open, run, request, message)
        self.env["ir.cron"]._commit_progress()
        return False

    def _leave_open(self, run, request, why):
        """Let a request wait that the books cannot clear up, and say so to people."""
        request._set_waiting(why)
        message = self.env._(
            "%(request)s: nobody can tell yet whether the books have its customers, so"
            " they are not sent again. The books are asked again after %(time)s UTC; a"
            " manager can look into them and say on the request what he sees. %(why)s",
            request=request.display_name,
            time=request.retry_at,
            why=why,
        )
        run._note(message)
        lines = request.line_ids.filtered(lambda line: line.state == "open")
        lines._get_records().sync_message = message

    def _keep(self, run, request, answer):
        """Commit an answer before anything is done with it."""
        self._step(self._write_answer, run.ledger_id, request, answer)
        self.env["ir.cron"]._commit_progress()

    def _write_answer(self, ledger, request, answer):
        """Write an answer down, and what it tells about the connection."""
        ledger._set_budget(answer.budget)
        if ledger.failures:
            ledger._set_resumed()
        request._set_answered(answer)

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
        while run.ledger_id.post_accounts:
            size = run.ledger_id._get_capabilities().customer_batch
            count = self._push_batch(run, size)
            if not count:
                break
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
            self._send(run, request)
        return count

    def _prepare(self, run, size):
        """Pick the next batch and write its request down; the caller commits.

        :return: the request (empty when nothing needs a call) and the records picked.
        """
        due = self._pick(run, size)
        due.write({"run_id": run.id})
        return self._write_request(run, due), len(due)

    def _pick(self, run, size):
        """Lock the next records; what a user is saving at this moment is left out.

        Records whose requests failed before go in ever smaller batches, without the
        others: so what makes the books fail ends up alone.
        """
        accounts = self.env[ACCOUNT].with_context(
            active_test=False, tracking_disable=True
        )
        accounts.flush_model()
        query = accounts._search(
            self._due_domain(run), order="queued_at, id", limit=size
        )
        lock = SQL("%s FOR NO KEY UPDATE SKIP LOCKED", query.select())
        due = accounts.browse(id_ for (id_,) in self.env.execute_query(lock))
        first = due[:1].attempts
        if first > 1:
            alike = due.filtered(lambda account: account.attempts == first)
            return alike[: max(len(alike) // 2, 1)]
        return due.filtered(lambda account: account.attempts <= 1)

    def _write_request(self, run, accounts):
        """Write the request for some records down.

        :return: the request, empty when none of them needs a call.
        """
        members = self._map(run, accounts)
        if not members:
            return self.env["synkd.request"]
        accounts.browse([record.id for record, *_rest in members])._set_sending()
        run._count("write_calls")
        return self.env["synkd.request"]._write_down(run, "customers", members)

    def _map(self, run, accounts):
        """Map records to payloads; what is unchanged or impossible needs no call.

        :return: tuples of record, payload and fingerprint.
        :rtype: list[tuple]
        """
        members, unchanged = [], accounts.browse()
        for account in accounts:
            payload, problem = self._map_one(run, account)
            if problem:
                account._set_attention(problem)
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

    def _map_one(self, run, account):
        """Return the payload of one record, or None and why there is none.

        :rtype: tuple[dict, str]
        """
        try:
            return run.ledger_id._get_connector()._customer_payload(account), None
        except RejectedError as error:
            return None, error.message
        except (ConnectorError, psycopg2.Error):
            raise
        except Exception:
            _logger.exception("No payload of %s", account)
            return None, self.env._(
                "What is sent of %s could not be put together. Look for something odd"
                " in its fields; if you see nothing, ask your administrator to look"
                " into the server's log.",
                account.display_name,
            )

    def _send(self, run, request):
        """Make the one write call of a request, and put its answer on the records.

        A network error leaves the request open: the next run asks the books first.
        """
        ledger, batch = run.ledger_id, request._as_batch()
        connector = ledger._get_connector()
        self.env["ir.cron"]._commit_progress()
        try:
            answer = connector._push_customers(ledger, batch)
        except RejectedError as error:
            self._refused(run, request, error)
            return
        except RetryableError:
            raise
        except ConnectorError as error:
            self._step(self._release, request, error.message)
            self.env["ir.cron"]._commit_progress()
            raise
        # Whatever the connector read ends here, so that what users saved is seen.
        self.env["ir.cron"]._commit_progress()
        self._keep(run, request, answer)
        self._step(request._apply, run)

    def _release(self, request, message):
        """Let the members of a request that wrote nothing wait for the next run."""
        request._set_void(message)
        records = request.line_ids._get_records().with_context(tracking_disable=True)
        return records._set_pending(from_states=("sending",))

    def _refused(self, run, request, error):
        """Split a batch that was refused as a whole, until the culprit is alone."""
        self._step(self._settle_refusal, run, request, error.message)
        self.env["ir.cron"]._commit_progress()
        records = request.line_ids._get_records().with_context(tracking_disable=True)
        middle = len(records) // 2
        for half in (records[:middle], records[middle:]) if middle else ():
            again = self._step(self._prepare_again, run, half)
            self.env["ir.cron"]._commit_progress()
            if again:
                self._send(run, again)

    def _settle_refusal(self, run, request, message):
        """Release the members of a refused batch; one that was alone is to blame."""
        records = self._release(request, message)
        if request.member_count == 1:
            if records.revision == request.line_ids.revision:
                records._set_attention(message)
            run._count("refused")

    def _prepare_again(self, run, accounts):
        """Write down a request for one half of a refused batch."""
        waiting = accounts.filtered(lambda account: account.sync_state == "pending")
        return self._write_request(run, waiting)
