# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class SynkdAccountCustomer(models.Model):
    """Account customers are the *Financial Data* of the Data Manager."""

    _name = "synkd.account.customer"
    _inherit = ["synkd.account.customer", "synkd.data.mixin"]
    _selected_in = "account_ids"
    _data_action = "synkd_connector.synkd_data_action_accounts"
