# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models

from ..engine.synkd_engine import Channel, Phase

TRANSACTION = "synkd.transaction"
DECIDE_BATCH = 500
IN_THE_BOOKS = (("external_id", "!=", False),)
CHANNELS = {
    name: Channel(name, "documents", TRANSACTION, size, method)
    for name, size, method in (
        ("documents", "document_batch", "_push_documents"),
        ("payments", "payment_batch", "_push_payments"),
        ("allocations", "allocation_batch", "_push_allocations"),
    )
}


class SynkdEngine(models.AbstractModel):
    """What runs do about the queue: decide again, then send."""

    _inherit = "synkd.engine"

    @api.model
    def _get_phases(self):
        """Override to decide and send documents, and the money that settles them.

        :rtype: list[Phase]
        """
        return [
            *super()._get_phases(),
            Phase(40, "decide", "_decide", "lists"),
            Phase(70, "releases", "_push_releases", "documents"),
            Phase(80, "documents", "_push_documents", "documents"),
            Phase(90, "payments", "_push_payments", "documents"),
            Phase(100, "allocations", "_push_allocations", "documents"),
        ]

    @api.model
    def _get_channels(self):
        """Override to send documents, payments and allocations.

        :rtype: dict[str, Channel]
        """
        return super()._get_channels() | CHANNELS

    def _decide(self, run):
        """Decide documents again that a change of class or mapping touched."""
        decide = self.env["synkd.transaction"]._decide_stale
        while count := self._step(decide, run.ledger_id, DECIDE_BATCH):
            if not self._progress(run, done=count):
                return False
        return True

    def _bill(self, run):
        """Bill the classes with batch billing whose day has come."""
        bill = self.env["synkd.biller"]._bill_due
        while count := self._step(bill, run.ledger_id):
            if not self._progress(run, done=count):
                return False
        return True

    def _push_releases(self, run):
        """Send anew what settles documents otherwise than before, or nothing now.

        It goes before the documents: what is settled in the books cannot be voided. And
        what is due to be billed together is, so that it is sent with them.
        """
        return self._bill(run) and all(
            self._push_channel(run, CHANNELS[name]._replace(domain=IN_THE_BOOKS))
            for name in ("payments", "allocations")
        )

    def _push_documents(self, run):
        """Send the invoices and credit notes that are due."""
        return self._push_channel(run, CHANNELS["documents"])

    def _push_payments(self, run):
        """Send the payments whose documents are in the books."""
        return self._push_channel(run, CHANNELS["payments"])

    def _push_allocations(self, run):
        """Tell the books what credit notes settle."""
        return self._push_channel(run, CHANNELS["allocations"])
