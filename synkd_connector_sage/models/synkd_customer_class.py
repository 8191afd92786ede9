# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class SynkdCustomerClass(models.Model):
    _inherit = "synkd.customer.class"

    sage_category = fields.Char(
        string="Category in Sage",
        size=100,
        tracking=True,
        help="Account customers of this class are put into this customer category in"
        " Sage; it is made there when it is missing. Empty: they keep the one they"
        " have.",
    )

    def write(self, vals):
        """Override to send the account customers whose category changes."""
        result = super().write(vals)
        if "sage_category" in vals:
            self.sudo().account_customer_ids._queue()
        return result
