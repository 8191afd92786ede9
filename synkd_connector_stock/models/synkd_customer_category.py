# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


class SynkdCustomerCategory(models.Model):
    _inherit = "synkd.customer.category"

    warehouse_id = fields.Many2one(
        "stock.warehouse",
        company_dependent=True,
        check_company=True,
        help="Warehouse of new customers.",
    )
    transport_partner_id = fields.Many2one(
        "res.partner",
        string="Carrier",
        check_company=True,
        help="Transport company of new customers.",
    )

    @api.model
    def _get_customer_fields(self):
        """Override: new customers take warehouse and carrier too."""
        return super()._get_customer_fields() | {
            "warehouse_id": "customer_warehouse_id",
            "transport_partner_id": "transport_partner_id",
        }
