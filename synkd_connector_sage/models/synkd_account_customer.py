# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models

from odoo.addons.synkd_connector_http.lib.marks import clean, clean_texts

from ..const import CONNECTOR


class SynkdAccountCustomer(models.Model):
    _inherit = "synkd.account.customer"

    @property
    def _synced_fields(self):
        """Override: the class says which category it is in Sage."""
        synced = super()._synced_fields
        is_sage = CONNECTOR in self.ledger_id.mapped("connector")
        return synced | {"class_id"} if is_sage else synced

    def _to_data(self, lookup=None):
        """Override to name the category, and to write texts as Sage keeps them."""
        data = super()._to_data(lookup)
        if self.ledger_id.connector != CONNECTOR:
            return data
        return clean_texts(data, category=clean(self.class_id.sage_category))
