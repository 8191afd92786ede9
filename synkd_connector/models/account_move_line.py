# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    synkd_product_class_id = fields.Many2one(
        "synkd.product.class",
        string="Posted As",
        check_company=True,
        index="btree_not_null",
        ondelete="restrict",
        help="Product class chosen for this one line; it comes before that of the"
        " product.",
    )

    def write(self, vals):
        """Override to let waiting documents be decided by the new class."""
        result = super().write(vals)
        if "synkd_product_class_id" in vals:
            mine = [("move_id", "in", self.move_id.ids)]
            self.env["synkd.transaction"]._redecide(mine)
        return result
