# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models

# What makes a line come to more.
PRICED = frozenset(
    ("product_id", "product_uom_qty", "product_uom_id", "price_unit", "discount")
    + ("tax_ids", "order_id")
)


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    @api.model_create_multi
    def create(self, vals_list):
        """Override to ask again about confirmed orders that come to more by it.

        :raise UserError: when a customer may not have more: why, what to do.
        """
        ids = {vals["order_id"] for vals in vals_list if vals.get("order_id")}
        orders = self.env["sale.order"].browse(ids)
        with orders.exists()._watch_synkd_growth():
            return super().create(vals_list)

    def write(self, vals):
        """Override to ask again about confirmed orders that come to more by it.

        :raise UserError: when a customer may not have more: why, what to do.
        """
        priced = self.order_id if PRICED & vals.keys() else self.order_id.browse()
        with priced._watch_synkd_growth():
            return super().write(vals)

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
