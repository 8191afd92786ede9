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
        for line in self.filtered(lambda line: line._is_synkd_goods()):
            order = line.order_id
            if order.user_id and not line.discount:
                partner = order.partner_id.sudo()
                line.discount = partner._get_rep_discount(order.user_id)
        return result

    def _is_synkd_goods(self):
        """Whether this is something sold: no note, down payment, fee or reward.

        :rtype: bool
        """
        other = self.display_type or self.is_downpayment or self._is_delivery()
        # Rewards come with Odoo's loyalty programs, where those are installed.
        reward = "reward_id" in self._fields and self.reward_id
        return bool(self.product_id and not (other or reward))
