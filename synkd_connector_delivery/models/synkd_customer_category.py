# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


class SynkdCustomerCategory(models.Model):
    _inherit = "synkd.customer.category"

    delivery_carrier_id = fields.Many2one(
        "delivery.carrier",
        string="Delivery Method",
        company_dependent=True,
        check_company=True,
        help="Delivery method of new customers.",
    )

    @api.model
    def _get_customer_fields(self):
        """Override: new customers take the delivery method too."""
        return super()._get_customer_fields() | {
            "delivery_carrier_id": "property_delivery_carrier_id"
        }
