# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class StockMove(models.Model):
    _inherit = "stock.move"

    def _create_repair_sale_order_line(self):
        """Override: a job is asked about when it starts, not with each part."""
        orders = self.repair_id.sale_order_id
        with self.env["synkd.credit.control"]._as_asked(orders):
            return super()._create_repair_sale_order_line()

    def _get_synkd_price(self, repair):
        """Return what this part of a repair will be invoiced at, with tax.

        :param recordset repair: the `repair.order`.
        :rtype: float
        """
        product = self.product_id.with_company(repair.company_id)
        taxes = product.taxes_id._filter_taxes_by_company(repair.company_id)
        price = self.price_unit or product.lst_price
        found = taxes.compute_all(
            price,
            currency=repair.company_id.currency_id,
            quantity=self.product_qty,
            product=product,
            partner=repair.partner_id,
        )
        return found["total_included"]
