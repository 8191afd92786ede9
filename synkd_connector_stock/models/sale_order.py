# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.tools.sql import column_exists, create_column


class SaleOrder(models.Model):
    _inherit = "sale.order"

    transport_partner_id = fields.Many2one(
        "res.partner",
        string="Carrier",
        compute="_compute_transport_partner_id",
        store=True,
        readonly=False,
        precompute=True,
        check_company=True,
        help="The transport company that brings the goods.",
    )

    def _auto_init(self):
        """Override: orders from before have none, which need not be computed."""
        if not column_exists(self.env.cr, "sale_order", "transport_partner_id"):
            create_column(self.env.cr, "sale_order", "transport_partner_id", "int4")
        return super()._auto_init()

    @api.depends("partner_id")
    def _compute_warehouse_id(self):
        """Override of `sale_stock`: the customer's own warehouse comes first."""
        result = super()._compute_warehouse_id()
        for order in self.filtered(lambda o: o.state in ("draft", "sent")):
            if warehouse := order._get_of_customer("customer_warehouse_id"):
                order.warehouse_id = warehouse.sudo(False)
        return result

    @api.depends("partner_id", "partner_shipping_id")
    def _compute_transport_partner_id(self):
        for order in self.filtered(lambda o: o.state in ("draft", "sent")):
            carrier = order._get_of_customer("transport_partner_id")
            order.transport_partner_id = carrier.sudo(False)

    def _get_of_customer(self, name):
        """Return a value of the delivery address, else of the customer.

        Each without one has that of the nearest above.

        :param str name: of a many2one field of `res.partner`.
        :rtype: recordset, as superuser
        """
        self.ensure_one()
        found = self.env[self.partner_id._fields[name].comodel_name].sudo()
        for partner in (self.partner_shipping_id, self.partner_id):
            mine = partner.sudo().with_company(self.company_id)
            found = found or mine._get_inherited(name)
        return found
