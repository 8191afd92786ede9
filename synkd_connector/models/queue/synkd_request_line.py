# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


class SynkdRequestLine(models.Model):
    """Knows a member that is a row of the queue."""

    _inherit = "synkd.request.line"

    transaction_id = fields.Many2one(
        "synkd.transaction",
        compute="_compute_transaction_id",
        store=True,
        precompute=True,
        index="btree_not_null",
        ondelete="restrict",
    )

    @api.depends("model", "res_id")
    def _compute_transaction_id(self):
        for line in self:
            links = line._get_links(line.model, line.res_id)
            line.transaction_id = links["transaction_id"]

    @api.model
    def _get_links(self, model, res_id):
        """Override: what is sent may be of this room.

        :rtype: dict
        """
        mine = model == self._fields["transaction_id"].comodel_name
        return super()._get_links(model, res_id) | {"transaction_id": mine and res_id}
