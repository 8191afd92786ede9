# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging

import psycopg2

from odoo import fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ...lib.errors import ConnectorError, RejectedError, RetryableError

_logger = logging.getLogger(__name__)


class SynkdEngine(models.AbstractModel):
    """The half of the engine that writes to the books, and asks what was written.

    prepare (commit) → send → keep the answer (commit) → put it on the records. What
    dies in between leaves a request that the next run recovers.
    """

    _inherit = "synkd.engine"

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
            if request.state == "open" and request.by_file:
                self._hand_over(run, request)
            elif request.state == "answered" or self._ask(run, request):
                self._step(request._apply, run)
            else:
                continue
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
        self._step(request._note_asked)
        batch = request._as_batch()
        self._step(run._count, "read_calls")
        try:
            self._await_turn(run.ledger_id)
            answer = connector._reconcile(run.ledger_id, batch)
        except RejectedError as error:
            message = error.message
        except (ConnectorError, psycopg2.Error):
            raise
        except Exception:
            _logger.exception("%s could not be reconciled", request)
            message = self._unreadable_message()
        else:
            self._keep(run, request, answer)
            return True
        self._put_off(run, request, message)
        return False

    def _hand_over(self, run, request):
        """Make the files of a request anew: nobody got them when it was killed."""
        ledger = run.ledger_id
        if ledger.post_accounts and not ledger._get_capabilities().answers:
            self._send(run, request)
        else:
            message = self.env._("The ledger was changed before the file was there.")
            self._step(self._release, request, message)

    def _put_off(self, run, request, message):
        """Let a request wait whose answer made no sense; the others go on.

        :param str message: why.
        """
        self.env.cr.rollback()
        self._step(self._leave_open, run, request, message)
        self._commit()

    def _unreadable_message(self):
        """Return the sentence about an answer that no program can read."""
        return self.env._(
            "Their answer makes no sense to this program; the server's log tells what"
            " it was."
        )

    def _leave_open(self, run, request, why):
        """Let a request wait that the books cannot clear up, and say so to people."""
        request._set_waiting(why)
        message = self.env._(
            "%(request)s: nobody can tell yet whether the books have what it carried,"
            " so it is not sent again. The books are asked again after %(time)s UTC; a"
            " manager can look into them and say on the request what he sees. %(why)s",
            request=request.display_name,
            time=request.retry_at.replace(microsecond=0),
            why=why,
        )
        run._note(message)
        lines = request.line_ids.filtered(lambda line: line.state == "open")
        lines._get_records().sync_message = message

    def _keep(self, run, request, answer):
        """Commit an answer before anything is done with it."""
        self._step(self._write_answer, run.ledger_id, request, answer)
        self._commit()

    def _write_answer(self, ledger, request, answer):
        """Write an answer down, and what it tells about the connection."""
        ledger._set_budget(answer.budget)
        if ledger.failures:
            ledger._set_resumed()
        request._set_answered(answer)

    # === TO THE BOOKS: batch after batch of one kind === #

    def _push_channel(self, run, channel):
        """Send what is due, batch after batch, oldest first."""
        while run.ledger_id.post_accounts:
            size = getattr(run.ledger_id._get_capabilities(), channel.size)
            count = size and self._push_batch(run, channel, size)
            if not count:
                break
            if not self._progress(run, count):
                return False
        return True

    def _push_batch(self, run, channel, size):
        """Send one batch.

        :return: how many records were dealt with; 0 when nothing is due.
        :rtype: int
        """
        request, count = self._step(self._prepare, run, channel, size)
        if request:
            self._send(run, request)
        return count

    def _prepare(self, run, channel, size):
        """Pick the next batch and write its request down; the caller commits.

        :return: the request (empty when nothing needs a call) and the records picked.
        """
        due = self._pick(run, channel, size)
        due.write({"run_id": run.id})
        return self._write_request(run, channel, due), len(due)

    def _pick(self, run, channel, size):
        """Lock the next records; what a user is saving at this moment is left out.

        Records whose requests failed before go in ever smaller batches, without the
        others: so what makes the books fail ends up alone.
        """
        records = self._records_of(channel).with_context(tracking_disable=True)
        records.flush_model()
        domain = records._push_domain(run, channel.name) & Domain(channel.domain)
        due = records.browse()
        for way, order in records._due_ways():
            query = records._search(domain & way, order=order, limit=size)
            lock = SQL("%s FOR NO KEY UPDATE SKIP LOCKED", query.select())
            due |= records.browse(id_ for (id_,) in self.env.execute_query(lock))
        due = due.sorted(lambda record: (record.queued_at, record.id))[:size]
        first = due[:1].attempts
        if first > 1:
            alike = due.filtered(lambda record: record.attempts == first)
            return alike[: max(len(alike) // 2, 1)]
        return due.filtered(lambda record: record.attempts <= 1)

    def _write_request(self, run, channel, due):
        """Look at some records once more, and write the request for them down.

        :return: the request, empty when none of them needs a call.
        """
        records, known = due._before_push()
        members, sent = self._map(run, records, known)
        if not members:
            return self.env["synkd.request"]
        records.browse(sent)._set_sending(sent)
        run._count("write_calls")
        return self.env["synkd.request"]._write_down(run, channel.name, members)

    def _map(self, run, records, known):
        """Map records to payloads; what is unchanged or impossible needs no call.

        :param known: what was found out about them already, see ``_before_push``.
        :return: tuples of record, payload and both fingerprints; and by id of the
            record the neutral record that is sent.
        :rtype: tuple[list[tuple], dict]
        """
        members, sent, unchanged = [], {}, records.browse()
        lookup = records._look_up(known)
        for record in records:
            data, payload, problem = self._map_one(record, lookup)
            if problem:
                record._set_attention(problem)
                run._count("refused")
                continue
            digest = record._get_fingerprint(data, payload)
            if record._is_as_sent(digest):
                unchanged += record
            else:
                back = record._get_books_fingerprint(data)
                members.append((record, payload, digest, back))
                sent[record.id] = data
        unchanged._set_synced()
        unchanged._after_answers()
        run._count("unchanged", len(unchanged))
        return members, sent

    def _map_one(self, record, lookup):
        """Return the neutral record of one record, its payload, and why there is none.

        :param lookup: what was looked up for it and the others.
        :rtype: tuple
        """
        try:
            data = record._to_data(lookup)
            return data, record._to_payload(data), None
        except RejectedError as error:
            return None, None, error.message
        except (ConnectorError, psycopg2.Error):
            raise
        except Exception:
            _logger.exception("No payload of %s", record)
            message = self.env._(
                "What is sent of %s could not be put together. Look for something odd"
                " in its fields; if you see nothing, ask your administrator to look"
                " into the server's log.",
                record.display_name,
            )
            return None, None, message

    def _send(self, run, request):
        """Make the one write call of a request, and put its answer on the records.

        A network error leaves the request open: the next run asks the books first.
        """
        ledger, batch = run.ledger_id, request._as_batch()
        channel = self._get_channels()[request.channel]
        push = getattr(ledger._get_connector(), channel.method)
        try:
            self._await_turn(ledger)
            answer = push(ledger, batch)
            request._check_files(batch, answer)
        except RejectedError as error:
            self._refused(run, request, error)
            return
        except RetryableError:
            raise
        except ConnectorError as error:
            self._step(self._release, request, error.message)
            self._commit()
            raise
        except psycopg2.Error:
            raise
        except Exception:
            # The books may have taken it: they are asked before it is sent again.
            _logger.exception("The answer to %s could not be read", request)
            self._put_off(run, request, self._unreadable_message())
            return
        # Whatever the connector read ends here, so that what users saved is seen.
        self._commit()
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
        self._commit()
        records = request.line_ids._get_records().with_context(tracking_disable=True)
        middle = len(records) // 2
        for half in (records[:middle], records[middle:]) if middle else ():
            again = self._step(self._prepare_again, run, request.channel, half)
            self._commit()
            if again:
                self._send(run, again)

    def _settle_refusal(self, run, request, message):
        """Release the members of a refused batch; one that was alone is to blame."""
        records = self._release(request, message)
        if request.member_count == 1:
            if records.revision == request.line_ids.revision:
                records._set_attention(message)
            run._count("refused")

    def _prepare_again(self, run, name, records):
        """Write down a request for one half of a refused batch."""
        waiting = records.filtered(lambda record: record.sync_state == "pending")
        if not run.ledger_id.post_accounts:
            return self.env["synkd.request"]
        channel = self._get_channels()[name]
        return self._write_request(run, channel, waiting)
