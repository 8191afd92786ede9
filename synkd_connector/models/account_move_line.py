# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


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

    @api.onchange("product_id")
    def _onchange_rep_discount(self):
        """Propose the discount that the document's sales rep gives the customer."""
        for line in self:
            move = line.move_id
            is_ours = move.is_sale_document(include_receipts=True) and line.product_id
            if is_ours and not line.discount and move.invoice_user_id:
                given = move.partner_id._get_rep_discount(move.invoice_user_id)
                line.discount = given

    def write(self, vals):
        """Override to let waiting documents be decided by the new class."""
        result = super().write(vals)
        if "synkd_product_class_id" in vals:
            mine = [("move_id", "in", self.move_id.ids)]
            self.env["synkd.transaction"]._redecide(mine)
        return result
