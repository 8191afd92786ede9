# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models
from odoo.fields import Domain


class SynkdMappingSearch(models.AbstractModel):
    """What waits in the queue wants its journal to be mapped."""

    _inherit = "synkd.mapping.search"

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
