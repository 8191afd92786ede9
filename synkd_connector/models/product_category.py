# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class ProductCategory(models.Model):
    _inherit = "product.category"

    synkd_product_class_id = fields.Many2one(
        "synkd.product.class",
        string="Product Class",
        company_dependent=True,
        check_company=True,
        ondelete="restrict",
        help="How invoice lines of its products are posted to the books. Empty: as the"
        " parent category says.",
    )

    def write(self, vals):
        """Override to let waiting documents be decided by the new class."""
        res = super().write(vals)
        if {"synkd_product_class_id", "parent_id"} & set(vals):
            products = [("categ_id", "child_of", self.ids)]
            self.env["synkd.line.rule"]._products_changed(products)
        return res
