# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    pos_synkd_summary_mode = fields.Selection(
        related="pos_config_id.synkd_summary_mode", readonly=False
    )
    pos_walk_in_class_id = fields.Many2one(
        related="pos_config_id.walk_in_class_id", readonly=False
    )
    pos_synkd_cashiers_answer = fields.Boolean(
        related="pos_config_id.synkd_cashiers_answer", readonly=False
    )
    pos_new_customer_class_id = fields.Many2one(
        related="pos_config_id.new_customer_class_id", readonly=False
    )
