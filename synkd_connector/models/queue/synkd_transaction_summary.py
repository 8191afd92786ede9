# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.fields import Domain


class SynkdTransaction(models.Model):
    """Rows that are about a summary, or about the money of one."""

    _inherit = "synkd.transaction"

    summary_id = fields.Many2one(
        "synkd.summary", readonly=True, index="btree_not_null", ondelete="restrict"
    )

    def _is_posted(self):
        """Override: a summary holds as long as something is left in it."""
        if not self.summary_id:
            return super()._is_posted()
        summary = self.summary_id
        record = self.env[self.res_model].sudo().browse(self.res_id)
        if not record.exists() or summary.withdrawn:
            return False
        return self.channel != "documents" or summary._is_sold()

    def _is_paid(self):
        """Override: a summary's money is in it."""
        if self.summary_id and self.channel == "documents":
            return self.summary_id._is_paid()
        return super()._is_paid()

    def _get_number(self, prefix=""):
        """Override: a summary, and its money, keep the names that they were given."""
        if not self.summary_id:
            return super()._get_number(prefix)
        return self._join_number(prefix, self.document_number, self.copy_number)

    def _wait_before_push(self):
        """Override: a summary that others may join waits until they have."""
        now = fields.Datetime.now()
        waiting = self.filtered(lambda row: (row.summary_id.open_until or now) > now)
        for summary, rows in waiting.grouped("summary_id").items():
            rows._wait_for_others(summary.open_until)
        return waiting | super(SynkdTransaction, self - waiting)._wait_before_push()

    def _wait_for_others(self, moment):
        """Let rows wait until a moment, and say so."""
        self.write(
            {
                "retry_at": moment,
                "sync_message": self.env._(
                    "Waits until the day is over, since other sessions of the shop may"
                    " join it. Press Post to send it before."
                ),
            }
        )

    def _retry_at_once(self, domain):
        """Override: who presses Post waits for no other session."""
        asked = Domain([*domain, ("summary_id.open_until", "!=", False)])
        rows = self.sudo().search(asked & Domain("sync_state", "=", "pending"))
        rows.summary_id.open_until = False
        return super()._retry_at_once(domain)

    def _enqueue_anew(self):
        """Override: a summary that was voided in the books is posted anew.

        So is its money alone: what is queued already stays as it is.
        """
        result = super()._enqueue_anew()
        left = self.summary_id.filtered(lambda summary: not summary.withdrawn)
        self.env["synkd.enqueuer"]._enqueue_summaries(left)
        self.env["synkd.settlement"]._refresh(left.transaction_ids.filtered("live"))
        return result

    def action_view_document(self):
        """Override: money is shown on its summary."""
        if not self.summary_id:
            return super().action_view_document()
        self.check_access("read")
        return self.summary_id._get_records_action()
