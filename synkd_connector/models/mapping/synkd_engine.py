# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models

from ..engine.synkd_engine import Phase


class SynkdEngine(models.AbstractModel):
    """What runs do about the lists of the books."""

    _inherit = "synkd.engine"

    @api.model
    def _get_phases(self):
        """Override to read the lists that documents are mapped to.

        :rtype: list[Phase]
        """
        return [*super()._get_phases(), Phase(20, "lists", "_lists", "lists")]

    def _lists(self, run):
        """Read taxes, accounts and the like, when that was asked for or is due."""
        ledger = run.ledger_id
        if ledger._get_capabilities().lists and ledger._are_lists_due():
            self._await_turn(ledger)
            lists = ledger._get_connector()._pull_lists(ledger)
            self._step(self._take_lists, run, lists)
            return self._progress(run)
        return True

    def _take_lists(self, run, lists):
        """Take the lists over; what was not mapped may be now."""
        self._note_read(run, lists)
        left = self.env["synkd.books.item"]._take(run.ledger_id, lists)
        run._note_odd((*lists.odd, *left))
