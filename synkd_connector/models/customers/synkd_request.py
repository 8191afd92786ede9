# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class SynkdRequest(models.Model):
    """A write call that carries customers."""

    _inherit = "synkd.request"

    channel = fields.Selection(
        selection_add=[("customers", "Customers")], ondelete={"customers": "cascade"}
    )
