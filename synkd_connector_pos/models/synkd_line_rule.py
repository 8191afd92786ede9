# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models
from odoo.tools import SQL


class SynkdLineRule(models.AbstractModel):
    _inherit = "synkd.line.rule"

    def _money_journal_sql(self):
        """Override: money of the shop is in the journal of its payment method."""
        return SQL(
            """
            COALESCE((
                SELECT %s
                  FROM pos_payment till
                  JOIN pos_payment_method method ON method.id = till.payment_method_id
                 WHERE till.account_move_id = move.id
                 ORDER BY till.id LIMIT 1
            ), %s)
            """,
            self.env["pos.payment.method"]._synkd_journal_sql("method", "till"),
            super()._money_journal_sql(),
        )
