# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class ResPartner(models.Model):
    _inherit = "res.partner"

    customer_warehouse_id = fields.Many2one(
        "stock.warehouse",
        string="Warehouse",
        company_dependent=True,
        check_company=True,
        help="Orders of the customer are delivered from it. Empty: that of the main"
        " customer, else as Odoo chooses by sales rep.",
    )
    transport_partner_id = fields.Many2one(
        "res.partner",
        string="Carrier",
        index="btree_not_null",
        check_company=True,
        help="The transport company that brings the customer's goods. It is printed on"
        " picking and delivery slips. Empty: that of the main customer.",
    )
