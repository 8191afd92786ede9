# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models

from ...lib.errors import ConnectorError
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
        if not (ledger._get_capabilities().lists and ledger._are_lists_due()):
            return True
        if not self._may_try(run, self._no_lists_message(ledger)):
            # Those that are known do until tomorrow, or until somebody asks.
            self._step(ledger.write, {"lists_pulled_at": fields.Datetime.now()})
            return self._progress(run)
        try:
            self._await_turn(ledger)
            lists = ledger._get_connector()._pull_lists(ledger)
        except ConnectorError:
            # That took no worker with it.
            self.env.cr.rollback()
            self._step(run.write, {"position": 0})
            self._commit()
            raise
        self._step(self._take_lists, run, lists)
        return self._progress(run)

    def _no_lists_message(self, ledger):
        """Return the sentence about lists whose reading is given up."""
        return self.env._(
            "The lists of %s are not read: that takes longer than the server lets a"
            " scheduled action work. Documents go on with what is known of them. Ask"
            " your administrator to raise limit_time_real_cron in the server's"
            " configuration, then press Pull Lists.",
            ledger.name,
        )

    def _take_lists(self, run, lists):
        """Take the lists over; what was not mapped may be now."""
        self._note_read(run, lists)
        left = self.env["synkd.books.item"]._take(run.ledger_id, lists)
        run._note_odd((*lists.odd, *left))
