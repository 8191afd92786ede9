# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class ProductTemplate(models.Model):
    _inherit = "product.template"

    synkd_product_class_id = fields.Many2one(
        "synkd.product.class",
        string="Product Class",
        company_dependent=True,
        check_company=True,
        ondelete="restrict",
        help="How invoice lines of this product are posted to the books. Empty: as its"
        " category says.",
    )

    def write(self, vals):
        """Override to let waiting documents be decided by the new class."""
        res = super().write(vals)
        if {"synkd_product_class_id", "categ_id"} & set(vals):
            products = [("product_tmpl_id", "in", self.ids)]
            self.env["synkd.line.rule"]._products_changed(products)
        return res
