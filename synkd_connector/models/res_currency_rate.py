# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models


class ResCurrencyRate(models.Model):
    _inherit = "res.currency.rate"

    @api.model_create_multi
    def create(self, vals_list):
        """Override to let go what waits for a rate."""
        rates = super().create(vals_list)
        rates._synkd_redecide()
        return rates

    def write(self, vals):
        """Override to let go what waits for a rate."""
        result = super().write(vals)
        self._synkd_redecide()
        return result

    def _synkd_redecide(self):
        """Decide again what waits for a rate of exchange."""
        self.env["synkd.transaction"]._redecide([("reason", "=", "no_rate")])
