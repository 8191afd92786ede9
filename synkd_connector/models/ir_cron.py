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
        daily = [("schedule", "=", "daily")]
        for ledger in self._find_synkd_ledgers(job, daily):
            self.env.cr.execute(
                "UPDATE ir_cron SET nextcall = %s WHERE id = %s",
                [ledger._next_call(), job["id"]],
            )
        return result

    @api.model
    def _reschedule_asap(self, job):
        """Override: a ledger whose time was up goes on once the others had their turn.

        Odoo's workers would look at it again with their next look, in a minute.
        """
        result = super()._reschedule_asap(job)
        if self._find_synkd_ledgers(job):
            self.env.cr.postcommit.add(self._notifydb)
        return result

    @api.model
    def _find_synkd_ledgers(self, job, domain=()):
        """Return the ledgers that own a job, at most one."""
        ledgers = self.env["synkd.ledger"]
        return ledgers.search([("cron_id", "=", job["id"]), *domain])
