# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models


class IrCron(models.Model):
    _inherit = "ir.cron"

    def _switch_on(self):
        """Let crons of ours run from the first need of them on.

        A fresh database has none that runs. One that ran before and is off now was
        switched off by a person, and stays so.
        """
        fresh = self.sudo().filtered(lambda cron: not cron.active and not cron.lastcall)
        fresh.active = True

    @api.model
    def _reschedule_later(self, job):
        """Override: a daily ledger runs by the clock of its company, also next time.

        Odoo adds a day in the time zone of the cron's user, who is nobody, and loses
        an hour when the clocks change. Nothing public says when a job is next: while
        it runs, its row is locked.
        """
        result = super()._reschedule_later(job)
        daily = [("cron_id", "=", job["id"]), ("schedule", "=", "daily")]
        for ledger in self.env["synkd.ledger"].search(daily):
            cron = ledger.cron_id
            cron.invalidate_recordset(["nextcall"])  # Odoo wrote it beside the cache
            cron.nextcall = ledger._next_call()
        return result
