# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class SynkdCustomerClass(models.Model):
    """What a till has to know of the customers of a class."""

    _inherit = "synkd.customer.class"

    need_names = fields.Boolean(
        string="First and Last Name",
        tracking=True,
        help="Of a company: a contact person.",
    )
    need_address = fields.Boolean(
        string="Full Billing Address",
        tracking=True,
        help="Street, city and country; state and ZIP where the country has them.",
    )
    need_email = fields.Boolean(string="E-Mail", tracking=True)
