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
            links = line._get_links(line.model, line.res_id)
            line.account_customer_id = links["account_customer_id"]

    @api.model
    def _get_links(self, model, res_id):
        """Override: what is sent may be of this room.

        :rtype: dict
        """
        mine = model == self._fields["account_customer_id"].comodel_name
        return super()._get_links(model, res_id) | {
            "account_customer_id": mine and res_id
        }
