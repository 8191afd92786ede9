# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    synkd_customer_approval = fields.Boolean(
        related="company_id.synkd_customer_approval", readonly=False
    )
    synkd_overdue_check = fields.Boolean(
        related="company_id.synkd_overdue_check", readonly=False
    )
    synkd_overdue_days = fields.Integer(
        related="company_id.synkd_overdue_days", readonly=False
    )
    synkd_only_complete = fields.Boolean(
        related="company_id.synkd_only_complete", readonly=False
    )
    synkd_tracking_automatic = fields.Boolean(
        related="company_id.synkd_tracking_automatic", readonly=False
    )
    synkd_tracking_sequence_id = fields.Many2one(
        related="company_id.synkd_tracking_sequence_id", readonly=False
    )
