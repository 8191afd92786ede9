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
            mine = line.model == line._fields["transaction_id"].comodel_name
            line.transaction_id = mine and line.res_id

    @api.model
    def _get_links(self, record):
        """Override: what is sent may be of this room.

        :rtype: dict
        """
        mine = record._name == self._fields["transaction_id"].comodel_name
        return super()._get_links(record) | {"transaction_id": mine and record.id}
