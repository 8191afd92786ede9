# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models


class SaleOrder(models.Model):
    """The question of the customer's standing has the one of Financial Risk in it."""

    _inherit = "sale.order"

    def action_confirm(self):
        """Override to refuse once, and not by a dialog that no reason is kept of.

        :raise UserError: when a customer may not order now: why, what to do.
        """
        return super(SaleOrder, self.with_context(bypass_risk=True)).action_confirm()
