# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models

from odoo.addons.synkd_connector.models.engine.synkd_engine import Phase

from ..const import CALCULATION

# So many documents are looked up at once.
SLICE = 100


class SynkdEngine(models.AbstractModel):
    """What runs do when somebody asked what Sage makes of a document."""

    _inherit = "synkd.engine"

    @api.model
    def _get_phases(self):
        """Override to ask before documents are sent."""
        return [
            *super()._get_phases(),
            Phase(75, "calculate", "_calculate", CALCULATION),
        ]

    def _calculate(self, run):
        """Let Sage work out what people asked for, one document a call."""
        wished = [("ledger_id", "=", run.ledger_id.id), ("sage_calculate", "=", True)]
        rows = self.env["synkd.transaction"]
        while found := rows.search(wished, order="id", limit=SLICE):
            for row in found:
                self._await_turn(run.ledger_id)
                self._step(row._note_calculated, row._ask_sage())
                self._step(run._count, "read_calls")
                if not self._progress(run, done=1):
                    return False
        return True
