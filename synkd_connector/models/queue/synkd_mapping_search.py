# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

from ...lib.documents import ACCOUNT, BANK, CURRENCY, TAX


class SynkdMappingSearch(models.AbstractModel):
    """What waits in the queue wants its journal to be mapped."""

    _inherit = "synkd.mapping.search"

    @api.model
    def _find_used(self, ledger):
        """Override: what documents wait for, however old they are."""
        self.env["synkd.transaction"].flush_model(["reason_data", "sync_state"])
        query = SQL(
            """
            SELECT DISTINCT need->>'kind', need->>'key'
              FROM synkd_transaction waiting,
                   jsonb_array_elements(waiting.reason_data->'unmapped') need
             WHERE waiting.ledger_id = %s AND waiting.sync_state = 'attention'
               AND need->>'kind' = ANY(%s)
            """,
            ledger.id,
            [TAX, ACCOUNT, BANK, CURRENCY],
        )
        return super()._find_used(ledger) | {*self.env.execute_query(query)}

    def _find_money_journals(self, companies):
        """Override: the journals of entries that are money and wait."""
        rows = self.env["synkd.transaction"].sudo()
        waiting = rows._undecided_domain() & Domain("company_id", "in", companies.ids)
        waiting &= Domain("channel", "=", "payments")
        money = rows.search(waiting & Domain("payment_id", "=", False))
        used = self.env["synkd.line.rule"]._find_journals(
            [(row.id, row.move_id.id, 0) for row in money]
        )
        return {*used.values()}
