# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models

from ..door import check_one


class SynkdPermitWizard(models.TransientModel):
    """Asks why a document may go on in spite of a hold or a limit."""

    _name = "synkd.permit.wizard"
    _inherit = ["synkd.dialog.mixin"]
    _description = "Allow With a Reason"

    res_model = fields.Char(required=True, readonly=True)
    res_id = fields.Many2oneReference(
        model_field="res_model", required=True, readonly=True
    )
    message = fields.Text(readonly=True)
    reason = fields.Char()

    @api.model
    def _open(self, document):
        """Open the dialog.

        :param recordset document: one that inherits `synkd.credit.mixin`.
        :rtype: dict
        """
        document.check_access("read")
        wizard = self._create_dialog(
            {
                "res_model": document._name,
                "res_id": document.id,
                "message": document._get_synkd_found(),
            }
        )
        return wizard._get_dialog_action()

    def action_confirm(self):
        """Allow it, with the reason typed.

        :rtype: dict
        :raise AccessError: when the user is no credit manager.
        :raise UserError: without a reason.
        """
        check_one(self)
        document = self.env[self.res_model].browse(self.res_id)
        document.action_synkd_permit(self.reason)
        return {"type": "ir.actions.act_window_close"}
