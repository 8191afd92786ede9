# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class SynkdCustomerClass(models.Model):
    _inherit = "synkd.customer.class"

    xero_contact_group = fields.Char(
        string="Contact Group in Xero",
        tracking=True,
        help="Account customers of this class are put into this contact group in Xero;"
        " it is made there when it is missing. Empty: none.",
    )

    def write(self, vals):
        """Override to send the account customers whose contact group changes."""
        result = super().write(vals)
        if "xero_contact_group" in vals:
            self.sudo().account_customer_ids._queue()
        return result
