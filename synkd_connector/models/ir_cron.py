# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models


class IrCron(models.Model):
    _inherit = "ir.cron"

    @api.model
    def _reschedule_later(self, job):
        """Override: a daily ledger runs by the clock of its company, also next time.

        Odoo adds a day in the time zone of the cron's user, who is nobody.
        """
        result = super()._reschedule_later(job)
        owned = [("cron_id", "=", job["id"]), ("schedule", "=", "daily")]
        for ledger in self.env["synkd.ledger"].search(owned):
            self.env.cr.execute(
                "UPDATE ir_cron SET nextcall = %s WHERE id = %s",
                [ledger._next_call(), job["id"]],
            )
        return result
