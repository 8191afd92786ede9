# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import datetime, timezone

from odoo import fields, models
from odoo.tools import plaintext2html

from ...lib.odd import storable

# No books allow more, and no integer of the database holds more.
MOST_CALLS = 2**31 - 1


def _now():
    """Return this moment, naive and in UTC, to the microsecond: seconds are counted."""
    return datetime.now(timezone.utc).replace(tzinfo=None)


# Only the engine writes these.
ENGINE_FIELDS = frozenset(
    (
        "cron_id",
        "paused_until",
        "pause_reason",
        "needs_person",
        "pull_cursor",
        "balance_cursor",
        "balances_read_at",
        "failures",
        "check_message",
        "minute_remaining",
        "day_remaining",
        "day_limit",
        "calls_made",
        "quiet_until",
        "next_run",
        "lists_lock_date",
        "lists_pulled_at",
        "books_key",
        "books_name",
        "books_currency",
        "books_read_at",
        "database_key",
    )
)


class SynkdLedger(models.Model):
    """A record that talks to books: its pauses, cursors and budget of calls.

    Only the engine moves these fields; people press Resume.
    """

    _inherit = "synkd.ledger"
    _engine_fields = ENGINE_FIELDS

    paused_until = fields.Datetime(readonly=True, copy=False)
    pause_reason = fields.Text(readonly=True, copy=False)
    needs_person = fields.Boolean(readonly=True, copy=False)
    pull_cursor = fields.Json(readonly=True, copy=False)
    balance_cursor = fields.Json(readonly=True, copy=False)
    balances_read_at = fields.Datetime(
        readonly=True,
        copy=False,
        help="What customers owe in the books was read wholly at that moment.",
    )
    failures = fields.Integer(readonly=True, copy=False)
    check_message = fields.Text(string="Connection Test", readonly=True, copy=False)
    minute_remaining = fields.Integer(readonly=True, copy=False, default=-1)
    day_remaining = fields.Integer(readonly=True, copy=False, default=-1)
    day_limit = fields.Integer(readonly=True, copy=False, default=-1)
    calls_made = fields.Json(
        readonly=True,
        copy=False,
        help="Counted where the books do not tell how many are left, see lib.pace.",
    )
    quiet_until = fields.Datetime(
        readonly=True, copy=False, help="The books want no call before that moment."
    )

    def _get_engine_message(self):
        """Override to name the buttons of a ledger."""
        return self.env._(
            "Only runs write the connection state of a ledger. Use the buttons Run Now,"
            " Test Connection or Resume."
        )

    # === PAUSES === #

    def _is_paused(self):
        """Whether calls are not allowed at present."""
        until = self.paused_until
        return self.needs_person or bool(until and until > fields.Datetime.now())

    def _set_paused(self, reason, until=False, needs_person=False):
        """Stop calls until a time, or until a person resumes.

        :param str reason: a sentence for the user.
        :param datetime until: naive UTC.
        :param bool needs_person: schedule one activity for the responsible.
        """
        reason = storable(reason)
        was_waiting = self.needs_person
        self.write(
            {
                "pause_reason": reason,
                "paused_until": until,
                "needs_person": needs_person,
                "failures": self.failures + 1,
            }
        )
        if until:
            self._wake_at(until)
        if needs_person and not was_waiting:
            self._call_person(reason)

    def _call_person(self, reason):
        """Give the responsible one activity; the cron's user when he is archived."""
        user = self.user_id.filtered("active") or self.env.user
        self.activity_schedule(
            "mail.mail_activity_data_warning",
            summary=self.env._("The books need you"),
            # What the books say is text, whatever it looks like.
            note=plaintext2html(reason),
            user_id=user.id,
        )

    def _set_resumed(self):
        """Forget a pause, and mark its activity done."""
        self.filtered("needs_person").activity_unlink(
            ["mail.mail_activity_data_warning"]
        )
        self.write(
            {
                "pause_reason": False,
                "paused_until": False,
                "needs_person": False,
                "failures": 0,
            }
        )

    def _set_budget(self, budget):
        """Remember how many calls the ledger still allows; -1 means unknown.

        :param Budget budget: as the last answer told.
        """
        self._note_calls(budget.calls - 1)  # one was counted before it was made
        if budget.until and budget.until != self.quiet_until:
            self.quiet_until = budget.until
        names = ("minute_remaining", "day_remaining", "day_limit")
        changed = {
            n: min(getattr(budget, n), MOST_CALLS)
            for n in names
            if getattr(budget, n) >= 0
        }
        if any(self[name] != value for name, value in changed.items()):
            self.write(changed)

    # === PACE === #

    def _note_calls(self, count):
        """Count calls, where the books have limits and do not tell what is left.

        :param int count: calls that were made; -1: none was, of one that was counted.
        """
        pace = self._get_capabilities().pace if count else None
        if pace:
            self.calls_made = pace.note(self.calls_made or {}, _now(), count)

    def _get_call_wait(self):
        """Return how long the books want no further call.

        :return: seconds; 0: one may be made now.
        :rtype: float
        """
        now = _now()
        quiet = ((self.quiet_until or now) - now).total_seconds()
        pace = self._get_capabilities().pace
        return max(quiet, pace.wait(self.calls_made or {}, now) if pace else 0)
