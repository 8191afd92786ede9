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

    @property
    def _sent_fields(self):
        """Override: the contact group goes with each account customer."""
        return super()._sent_fields | {"xero_contact_group"}
