# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import threading
from datetime import UTC, datetime, time, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import ValidationError
from odoo.modules.registry import Registry

CRON_FIELDS = frozenset(
    ("active", "name", "schedule", "interval_minutes", "daily_time")
)
# What is due within this time is done on the second; a later one may be a minute late.
SOON = timedelta(minutes=10)


class SynkdLedger(models.Model):
    """A record that owns a cron, and a schedule that a user understands.

    Odoo runs one cron record once at a time, over all workers and hosts. The
    inheriting model has `name`, `active`, `company_id`, `user_id` and `_cron_run`.
    """

    _inherit = "synkd.ledger"

    cron_id = fields.Many2one("ir.cron", readonly=True, copy=False, ondelete="restrict")
    schedule = fields.Selection(
        [("interval", "Every so many minutes"), ("daily", "Once a day")],
        default="interval",
        required=True,
    )
    interval_minutes = fields.Integer(default=15)
    daily_time = fields.Float(
        default=2.0,
        help="Time of day, in the time zone of the company's contact, else of the"
        " responsible.",
    )
    next_run = fields.Datetime(related="cron_id.nextcall", string="Next Run")

    # === CONSTRAINT METHODS === #

    @api.constrains("interval_minutes", "daily_time", "schedule")
    def _check_schedule(self):
        for ledger in self:
            if ledger.schedule == "interval" and ledger.interval_minutes < 1:
                raise ValidationError(
                    self.env._(
                        "Ledger %s must run every 1 minute or more. Type the minutes.",
                        ledger.name,
                    )
                )
            if not 0 <= ledger.daily_time < 24:
                raise ValidationError(
                    self.env._(
                        "The daily time of ledger %s must lie between 00:00 and 23:59.",
                        ledger.name,
                    )
                )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Override to give each record its cron."""
        records = super().create(vals_list)
        for record in records:
            record._create_cron()
        records._sync_cron()
        return records

    def write(self, vals):
        """Override to keep the cron in step with the schedule."""
        result = super().write(vals)
        if vals.keys() & CRON_FIELDS:
            self._sync_cron()
        return result

    # === CRON === #

    def _create_cron(self):
        """Create the cron that this ledger owns."""
        self.ensure_one()
        self.sudo().cron_id = (
            self.env["ir.cron"]
            .sudo()
            .create(
                {
                    "name": self.name,
                    "model_id": self.env["ir.model"]._get_id(self._name),
                    "state": "code",
                    "code": f"model.browse({self.id})._cron_run()",
                    "user_id": self.env.ref("base.user_root").id,
                    "interval_number": 1,
                    "interval_type": "days",
                }
            )
        )

    def _sync_cron(self):
        """Write schedule, name and switch of each ledger on its cron.

        :raise UserError: when a run is under way; it can be tried again after it.
        """
        for ledger in self.filtered("cron_id"):
            daily = ledger.schedule == "daily"
            ledger.cron_id.sudo().write(
                {
                    "name": self.env._("Ledger: %s", ledger.name),
                    "active": ledger.active,
                    "interval_type": "days" if daily else "minutes",
                    "interval_number": 1 if daily else ledger.interval_minutes,
                    "nextcall": ledger._next_call(),
                }
            )

    def _get_zone(self):
        """Return the time zone of a ledger: one that does not depend on who asks.

        :return: as IANA calls it.
        :rtype: str
        """
        return self.company_id.partner_id.tz or self.user_id.tz or "UTC"

    def _next_call(self):
        """Return when the schedule runs next.

        The time zone is one that does not depend on who asks: a user who saves, or
        the cron.

        :return: naive UTC time.
        :rtype: datetime
        """
        now = fields.Datetime.now()
        if self.schedule == "interval":
            return now + timedelta(minutes=self.interval_minutes)
        zone = ZoneInfo(self._get_zone())
        now = now.replace(tzinfo=UTC)
        today = now.astimezone(zone).date()
        minutes = min(round(self.daily_time * 60), 24 * 60 - 1)
        at = time(minutes // 60, minutes % 60)
        # Compared in UTC, since the clocks show an hour twice, or not at all.
        call = datetime.combine(today, at, zone).astimezone(UTC)
        if call <= now:
            tomorrow = today + timedelta(days=1)
            call = datetime.combine(tomorrow, at, zone).astimezone(UTC)
        return call.replace(tzinfo=None)

    def _wake(self):
        """Let the cron of each ledger run right after this transaction.

        Once per transaction is enough, however many records are saved in it.
        """
        crons = self.filtered("active").cron_id.sudo()
        # Emptied when the transaction, or a savepoint in it, is rolled back.
        woken = self.env.cr.precommit.data.setdefault("synkd_woken", set())
        for cron in crons.filtered(lambda cron: cron.id not in woken):
            woken.add(cron.id)
            cron._trigger()

    def _wake_at(self, at):
        """Let the cron run at a time to come.

        Odoo's workers look once a minute at what is due later, and books that count
        calls a minute would wait for us twice as long as they ask. So a timer triggers
        the cron once more, then; when this process ends before, they still look.

        :param datetime at: naive UTC.
        """
        cron = self.cron_id.sudo()
        cron._trigger(at=at)
        wait = at - datetime.now(UTC).replace(tzinfo=None)
        if wait <= SOON:
            seconds = wait.total_seconds()
            ring = partial(trigger_after, seconds, self.env.cr.dbname, cron.id)
            self.env.cr.postcommit.add(ring)


def trigger_after(seconds, database, cron_id):
    """Trigger a cron after some time, in a transaction of its own.

    :param float seconds: at once when not above 0.
    :param str database: its name.
    :param int cron_id: id of the `ir.cron`; nothing happens when it is gone by then.
    """
    timer = threading.Timer(seconds, trigger_now, (database, cron_id))
    timer.daemon = True
    timer.start()


def trigger_now(database, cron_id):
    """Trigger a cron, as ``trigger_after`` does when its time has come."""
    with Registry(database).cursor() as cr:
        env = api.Environment(cr, SUPERUSER_ID, {})
        for cron in env["ir.cron"].browse(cron_id).exists():
            cron._trigger()
