# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models
from odoo.tools import SQL


class SynkdLineRule(models.AbstractModel):
    _inherit = "synkd.line.rule"

    def _default_class_sql(self, ledger):
        """Override to post down payments, and their deductions, as the ledger says."""
        found = super()._default_class_sql(ledger)
        class_id = ledger._get_down_payment_class_id()
        if not class_id:
            return found
        return SQL(
            """
            CASE WHEN (SELECT down.is_downpayment FROM account_move_line down
                        WHERE down.id = line.id)
                 THEN %s ELSE %s END
            """,
            class_id,
            found,
        )

    def _execute(self, query):
        """Override to write down which lines are down payments before it is asked."""
        self.env["account.move.line"].flush_model(["is_downpayment"])
        return super()._execute(query)
