# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models


class StockMove(models.Model):
    """However goods leave for a customer, it is by a move that becomes done."""

    _inherit = "stock.move"

    @api.model_create_multi
    def create(self, vals_list):
        """Override to ask before more goods are added to what was delivered.

        :raise UserError: when a customer may not have them now: why, what to do.
        """
        moves = super().create(vals_list)
        done = moves.filtered(lambda move: move.state == "done")
        done.picking_id._check_synkd_delivery()
        return moves

    def write(self, vals):
        """Override to ask for the customer's standing before goods leave.

        :raise UserError: when a customer may not have them now: why, what to do.
        """
        if vals.get("state") == "done":
            leaving = self.filtered(lambda move: move.state != "done")
            leaving.picking_id._check_synkd_delivery()
        return super().write(vals)
