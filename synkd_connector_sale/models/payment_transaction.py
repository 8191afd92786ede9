# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models

from odoo.addons.synkd_connector.lib.credit_control import ORDER


class PaymentTransaction(models.Model):
    _inherit = "payment.transaction"

    @api.model_create_multi
    def create(self, vals_list):
        """Override to ask about the customer before he is asked for his money.

        In the web shop, and by the link of a quotation.

        :raise UserError: when the order that it is for could not be confirmed.
        """
        transactions = super().create(vals_list)
        orders = transactions.sale_order_ids
        fresh = orders.filtered(lambda order: order.state in ("draft", "sent"))
        fresh._check_synkd_credit(ORDER)
        return transactions
