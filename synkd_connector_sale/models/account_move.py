# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class AccountMove(models.Model):
    _inherit = "account.move"

    def _get_synkd_sources(self):
        """Override of `synkd_connector` to tell documents of sales orders.

        Sales reads the same lines when it posts, so this costs no query of its own.
        """
        sources = super()._get_synkd_sources()
        for move in self:
            if orders := move.line_ids.sale_line_ids.order_id:
                sources.setdefault(move.id, self._get_synkd_order_source(orders))
        return sources

    def _get_synkd_order_source(self, orders):
        """Return the source app of sales orders: of the web shop, or typed in.

        :param recordset orders: `sale.order`.
        :rtype: str
        """
        # The web shop, where it is installed, marks its orders with their website.
        if "website_id" in orders._fields and orders.website_id:
            return "web"
        return "sale"

    def _filter_synkd_begun(self):
        """Override: an invoice of an order finishes what was accepted before."""
        # Who posts it need not have access to sales.
        ordered = self.filtered(lambda m: m.sudo().line_ids.sale_line_ids)
        return super()._filter_synkd_begun() | ordered
