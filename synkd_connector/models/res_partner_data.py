# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class ResPartner(models.Model):
    """Operational customers are the *Operational Data* of the Data Manager."""

    _name = "res.partner"
    _inherit = ["res.partner", "synkd.data.mixin"]
    _selected_in = "partner_ids"
    _data_action = "synkd_connector.synkd_data_action_partners"
