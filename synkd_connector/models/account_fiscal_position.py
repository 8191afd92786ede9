# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models


class AccountFiscalPosition(models.Model):
    _inherit = "account.fiscal.position"

    @api.model
    def _get_fiscal_position(self, partner, delivery=None):
        """Override of `account`: a sub-customer without one has the main customer's.

        What somebody chose, for it or above it, comes before what Odoo finds.
        """
        name = "property_account_position_id"
        for each in (delivery, partner):
            chosen = each and each.with_company(self.env.company)._get_inherited(name)
            if chosen:
                return chosen
        return super()._get_fiscal_position(partner, delivery)
