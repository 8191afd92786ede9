# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import json

from odoo import api, fields, models


class SynkdPreviewWizard(models.TransientModel):
    """Shows exactly what would be sent for one account customer."""

    _name = "synkd.preview.wizard"
    _description = "Preview of What Is Sent"

    account_customer_id = fields.Many2one("synkd.account.customer", required=True)
    message = fields.Text(compute="_compute_payload")
    payload = fields.Text(compute="_compute_payload")

    @api.depends("account_customer_id")
    def _compute_payload(self):
        for wizard in self:
            wizard.account_customer_id.check_access("read")
            account = wizard.account_customer_id.sudo()
            payload = account._get_payload()
            wizard.payload = json.dumps(payload, indent=2, sort_keys=True)
            wizard.message = account._explain_next_push(payload)
