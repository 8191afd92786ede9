# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from functools import partial

from odoo import api, fields, models

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
            Phase(120, "agreement", "_agree", "agreement"),
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

    # === PHASE: whether both sides agree === #

    def _agree(self, run):
        """Read what the books have, then compare; a read that is cut says nothing."""
        ledger = run.ledger_id
        if run.content == "agreement" and not (self._pull(run) and self._balances(run)):
            return False
        self._step(self._begin_agreement, ledger)
        self._commit()
        agreement = ledger.agreement_open_id
        read = partial(
            ledger._get_connector()._pull_documents, since=ledger.postings_since
        )
        for page in self._each_page(run, read, ledger.postings_cursor or {}):
            self._step(self._take_postings, run, page)
            if not self._end_page(run, page, len(page.postings)):
                return False
        if self._may_try(run, self._not_compared_message(ledger)):
            self._step(self._end_agreement, agreement)
        else:
            self._step(self._give_up_agreement, agreement)
        # It is compared: when the time is up by now, another read would not end either.
        self._progress(run)
        return True

    def _end_agreement(self, agreement):
        """Note what is gone and compare: one transaction, begun again as a whole."""
        agreement.ledger_id._end_postings(agreement.odd_count)
        self.env["synkd.comparer"]._compare(agreement)

    def _give_up_agreement(self, agreement):
        """End what cannot be compared; it is asked for again tomorrow."""
        ledger = agreement.ledger_id
        ledger._end_postings(agreement.odd_count)
        ledger.write({"agreement_open_id": False, "agreement_day": ledger._get_today()})
        agreement.unlink()

    def _not_compared_message(self, ledger):
        """Return the sentence about both sides that are not compared after all."""
        return self.env._(
            "Odoo and the books of %s are not compared: that takes longer than the"
            " server lets a scheduled action work. Ask your administrator to raise"
            " limit_time_real_cron in the server's configuration, then press Compare.",
            ledger.name,
        )

    def _begin_agreement(self, ledger):
        """Write down that both sides are compared, and begin to read.

        What is compared is as of the moment that its read began.
        """
        agreement = self.env["synkd.agreement"]._ask(ledger)
        ledger._begin_postings()
        if not agreement.as_of:
            agreement.as_of = fields.Datetime.now()

    def _take_postings(self, run, page):
        """Take one page over, and note what of it makes no sense."""
        odd = run.ledger_id._take_postings(run, page)
        run.ledger_id.agreement_open_id.odd_count += odd
