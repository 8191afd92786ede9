# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import time
from datetime import timedelta

from odoo import fields, models

from ...lib.errors import ThrottledError

# So many seconds a run waits within a step; for more it pauses, and frees the worker.
LONGEST_REST = 2


class SynkdEngine(models.AbstractModel):
    """The engine's pace: no call before the books want one.

    Books that tell what is left are believed. Of others ``Capabilities.pace`` tells the
    limits, and the calls are counted here.
    """

    _inherit = "synkd.engine"

    def _await_turn(self, ledger):
        """Wait until the next call is allowed, and count it; before each call.

        It is committed before it is made, with all that came before: also a call that
        fails is one, and no transaction is open while the books are asked.

        :raise ThrottledError: when that takes long; the run goes on by itself then.
        """
        wait = ledger._get_call_wait()
        if wait > LONGEST_REST:
            raise ThrottledError(
                self.env._(
                    "The books of %s take no more calls for now. The run goes on by"
                    " itself.",
                    ledger.name,
                ),
                fields.Datetime.now() + timedelta(seconds=wait),
            )
        if wait:
            self._rest(wait)
        if ledger._get_capabilities().pace:
            self._step(ledger._note_calls, 1)
        self._commit()

    def _rest(self, seconds):
        """Let a moment pass.

        :param float seconds: at most LONGEST_REST.
        """
        time.sleep(seconds)

    def _each_page(self, run, read, cursor):
        """Yield pages of the books, each when it is the turn of its call.

        :param callable read: a connector's method.
        :param dict cursor: where to go on.
        """
        pages, page = None, None
        while not (page and page.is_last):
            self._await_turn(run.ledger_id)
            pages = pages or iter(read(run.ledger_id, cursor))
            page = next(pages, None)
            if not page:
                return
            yield page

    def _end_page(self, run, page, done):
        """Commit a page, and tell whether its phase goes on now.

        The last page ends its phase even when the time is up: read again, it would be
        what was there just now.

        :param int done: records that it brought.
        :rtype: bool
        """
        return self._progress(run, done=done) or page.is_last

    def _note_read(self, run, told):
        """Count an answer to a question, and keep what it told of the calls left.

        :param told: what has a ``budget``: books, lists or a page.
        """
        run._count("read_calls")
        run.ledger_id._set_budget(told.budget)

    def _get_wait(self, ledger, error):
        """Return until when a ledger pauses after an error that needs only time.

        :param ConnectorError error: what the books said.
        :return: the time told, else after what a breach costs, else a growing time.
        :rtype: datetime
        """
        breach = ledger._get_capabilities().pace.breach
        wait = breach if error.kind == "throttled" and breach else 0
        wait = wait or self._backoff(ledger.failures)
        return error.until or fields.Datetime.now() + timedelta(seconds=wait)
