# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    @api.depends("product_id")
    def _compute_discount(self):
        """Override of `sale`: what the order's rep gives this customer.

        Where a price list gives a discount of its own, that one counts.
        """
        result = super()._compute_discount()
        for line in self:
            order = line.order_id
            goods = line.product_id and not (line.display_type or line.is_downpayment)
            if goods and order.user_id and not line.discount:
                partner = order.partner_id.sudo()
                line.discount = partner._get_rep_discount(order.user_id)
        return result
