# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


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
        record = self.env[self.res_model].sudo().browse(self.res_id)
        return bool(record.exists()) and not self.summary_id.withdrawn

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

    def action_view_document(self):
        """Override: money is shown on its summary."""
        if not self.summary_id:
            return super().action_view_document()
        self.check_access("read")
        return self.summary_id._get_records_action()
