# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models

from ..const import CALCULATION, CONNECTOR


class SynkdRun(models.Model):
    """Runs of ledgers in Sage let it work documents out, and some do nothing else."""

    _inherit = "synkd.run"

    content = fields.Selection(
        selection_add=[(CALCULATION, "What Sage Makes of Documents")],
        ondelete={CALCULATION: "cascade"},
    )

    def _has_part(self, part):
        """Override: who asks what Sage makes of documents sends nothing by that.

        :rtype: bool
        """
        if part == CALCULATION:
            is_mine = self.ledger_id.connector == CONNECTOR
            return is_mine and (self.content == part or super()._has_part(part))
        return self.content != CALCULATION and super()._has_part(part)

    def _describe(self, left):
        """Override: who asked is told where the answer is.

        :rtype: str
        """
        if self.content == CALCULATION:
            return self.env._(
                "Sage was asked. What it makes of each document is in the history of"
                " that; nothing was kept there."
            )
        return super()._describe(left)
