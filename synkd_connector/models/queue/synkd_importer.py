# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models


class SynkdImporter(models.AbstractModel):
    """Takes over what was paid in the books, beside what customers owe."""

    _inherit = "synkd.importer"

    @api.model
    def _get_money_takers(self, page):
        """Override: payments of our documents come with the balances.

        :rtype: list[tuple[tuple, callable]]
        """
        take = self.env["synkd.books.payment"]._take
        return [*super()._get_money_takers(page), (page.payments, take)]
