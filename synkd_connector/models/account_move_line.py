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
