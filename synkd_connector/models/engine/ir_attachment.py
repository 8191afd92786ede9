# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class IrAttachment(models.Model):
    """Files for books without an answer: who has one may have imported it."""

    _inherit = "ir.attachment"

    def _to_http_stream(self):
        """Override to note on a request who downloads its file."""
        stream = super()._to_http_stream()
        if self.res_model == "synkd.request" and self.res_id:
            request_sudo = self.env[self.res_model].sudo().browse(self.res_id)
            request_sudo.exists()._note_download(self.name)
        return stream
