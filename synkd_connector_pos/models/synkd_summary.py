# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class SynkdSummary(models.Model):
    _inherit = "synkd.summary"

    session_id = fields.Many2one(
        "pos.session", readonly=True, index="btree_not_null", ondelete="restrict"
    )
    cash_difference = fields.Monetary(
        readonly=True,
        copy=False,
        help="Counted too much, or too little, when the till was closed.",
    )
    order_ids = fields.One2many("pos.order", "synkd_summary_id", string="Orders")
    out_order_ids = fields.One2many(
        "pos.order", "synkd_out_id", string="Orders Taken Out"
    )

    def _choose_walk_in(self, some_class):
        """Override to let the shop keep it, for what else waits and what comes."""
        chosen = super()._choose_walk_in(some_class)
        self.session_id.config_id.walk_in_class_id = some_class
        return chosen
