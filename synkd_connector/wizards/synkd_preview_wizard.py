# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import json

from odoo import api, fields, models


class SynkdPreviewWizard(models.TransientModel):
    """Shows exactly what would be sent for one account customer, or one document."""

    _name = "synkd.preview.wizard"
    _description = "Preview of What Is Sent"

    account_customer_id = fields.Many2one("synkd.account.customer")
    transaction_id = fields.Many2one("synkd.transaction")
    message = fields.Text(compute="_compute_payload")
    payload = fields.Text(compute="_compute_payload")

    @api.depends("account_customer_id", "transaction_id")
    def _compute_payload(self):
        for wizard in self:
            record = wizard.transaction_id or wizard.account_customer_id
            record.check_access("read")
            record = record.sudo()
            payload = record._get_payload()
            wizard.payload = json.dumps(payload, indent=2, sort_keys=True)
            wizard.message = record._explain_next_push(payload)

    def _get_action(self):
        """Return the action that opens this preview.

        :rtype: dict
        """
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("What Is Sent to the Books"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
        }
