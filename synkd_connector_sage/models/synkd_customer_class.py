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

    @property
    def _sent_fields(self):
        """Override: the category goes with each account customer."""
        return super()._sent_fields | {"sage_category"}
