# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class SynkdRequest(models.Model):
    """A write call that carries documents, or the money that settles them."""

    _inherit = "synkd.request"

    channel = fields.Selection(
        selection_add=[
            ("documents", "Invoices and Credit Notes"),
            ("payments", "Payments"),
            ("allocations", "Allocations of Credit Notes"),
        ],
        ondelete=dict.fromkeys(("documents", "payments", "allocations"), "cascade"),
    )
