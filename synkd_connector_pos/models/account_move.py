# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class AccountMove(models.Model):
    _inherit = "account.move"

    def _get_synkd_sources(self):
        """Override of `synkd_connector` to tell documents of the shop.

        A sales order that the shop settles is a sale of the shop; a repair is not.
        """
        sources = super()._get_synkd_sources()
        for move in self:
            if move.sudo().pos_order_ids and sources.get(move.id) != "service":
                sources[move.id] = "shop"
        return sources

    def _get_synkd_credit_action(self):
        """Override: what the till took was asked about there."""
        return "" if self.sudo().pos_order_ids else super()._get_synkd_credit_action()
