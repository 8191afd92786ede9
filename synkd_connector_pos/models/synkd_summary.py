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
    bank_differences = fields.Json(
        readonly=True,
        copy=False,
        help="Counted otherwise of cards and the like, by id of the journal.",
    )
    order_ids = fields.One2many("pos.order", "synkd_summary_id", string="Orders")
    out_order_ids = fields.One2many(
        "pos.order", "synkd_out_id", string="Orders Taken Out"
    )

    def _get_counted(self):
        """Return what was counted otherwise and is in it, by journal.

        :rtype: dict[recordset, float]
        """
        journals = self.env["account.journal"]
        counted = {
            journals.browse(int(journal_id)): amount
            for journal_id, amount in (self.bank_differences or {}).items()
        }
        if self.cash_difference:
            counted[self.session_id.cash_journal_id] = self.cash_difference
        return counted

    def _set_counted(self, counted):
        """Write down what was counted otherwise.

        :param dict counted: amounts by journal.
        """
        cash = self.session_id.cash_journal_id
        self.cash_difference = counted.get(cash, 0)
        self.bank_differences = {
            journal.id: amount for journal, amount in counted.items() if journal != cash
        }

    def _choose_walk_in(self, some_class):
        """Override to let the shop keep it, for what else waits and what comes."""
        chosen = super()._choose_walk_in(some_class)
        self.session_id.config_id.walk_in_class_id = some_class
        return chosen
