# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


class SynkdRequestLine(models.Model):
    """Knows a member that is an account customer."""

    _inherit = "synkd.request.line"

    account_customer_id = fields.Many2one(
        "synkd.account.customer",
        compute="_compute_account_customer_id",
        store=True,
        precompute=True,
        index="btree_not_null",
        ondelete="restrict",
    )

    @api.depends("model", "res_id")
    def _compute_account_customer_id(self):
        for line in self:
            mine = line.model == line._fields["account_customer_id"].comodel_name
            line.account_customer_id = mine and line.res_id
