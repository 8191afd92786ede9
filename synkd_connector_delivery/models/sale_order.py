# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def _action_confirm(self):
        """Override of `sale`: orders without a delivery method take the customer's.

        Deliveries take theirs from the order. What delivery costs is put on an order by
        Odoo's own *Add Shipping*, which proposes the same method. In the web shop
        customers choose for themselves.
        """
        chosen = self._filter_synkd_web() | self.filtered("carrier_id")
        for order in self - chosen:
            order.carrier_id = order._get_default_delivery_method()
        return super()._action_confirm()

    def _get_default_delivery_method(self):
        """Return the method that the customer's record says, as far as it is possible.

        :rtype: recordset of `delivery.carrier`
        """
        method = self._get_of_customer("property_delivery_carrier_id").sudo(False)
        return method.available_carriers(self.partner_shipping_id, self)

    def action_open_delivery_wizard(self):
        """Override of `delivery`: a sub-customer has the main one's method."""
        action = super().action_open_delivery_wizard()
        context = action["context"]
        if not context.get("default_carrier_id"):
            method = self._get_default_delivery_method()
            action["context"] = context | {"default_carrier_id": method.id}
        return action
