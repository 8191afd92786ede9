# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import split_every

from ...lib.odd import storable
from ..engine.synkd_engine import Channel, Phase

CREATE_BATCH = 200
# Who has no link is asked for so many at a time: it means looking at all links.
CREATE_SLICE = 10000
ACCOUNT = "synkd.account.customer"
CUSTOMERS = Channel(
    "customers", "customers", ACCOUNT, "customer_batch", "_push_customers"
)


class SynkdEngine(models.AbstractModel):
    """What runs do about customers: read, create, send, and read what they owe."""

    _inherit = "synkd.engine"

    @api.model
    def _get_phases(self):
        """Override to read customers before anything is sent, and send them first.

        :rtype: list[Phase]
        """
        return [
            *super()._get_phases(),
            Phase(10, "pull", "_pull", "customers"),
            Phase(30, "create", "_create_missing", "customers"),
            Phase(60, "push", "_push", "customers"),
            Phase(110, "balances", "_balances", "customers"),
        ]

    @api.model
    def _get_channels(self):
        """Override to send account customers.

        :rtype: dict[str, Channel]
        """
        return super()._get_channels() | {CUSTOMERS.name: CUSTOMERS}

    def _catch_up(self, run):
        """Override: customers may have changed in the books.

        :rtype: bool
        """
        return super()._catch_up(run) and self._pull(run)

    # === PHASE: what changed in the books === #

    def _pull(self, run):
        """Take over what changed in the books since the last read."""
        ledger = run.ledger_id
        if not ledger._get_capabilities().pull or self._is_birth_unknown(ledger):
            return True
        read = ledger._get_connector()._pull_customers
        for page in self._each_page(run, read, ledger.pull_cursor or {}):
            self._step(self._take_page, run, page)
            if not self._end_page(run, page, len(page.customers)):
                return False
        return True

    def _is_birth_unknown(self, ledger):
        """Whether the books may hold a customer of ours whose identity we await.

        Reading it now would import it as a stranger; the next run reads it. By its code
        it is none.
        """
        if ledger._get_capabilities().code_is_identity:
            return False
        unknown = [
            ("request_id.ledger_id", "=", ledger.id),
            ("model", "=", ACCOUNT),
            ("state", "in", ("open", "asked", "handed")),
            ("external_id", "=", False),
        ]
        return bool(self.env["synkd.request.line"].search_count(unknown, limit=1))

    def _take_page(self, run, page):
        """Take one page over, and remember where the next one begins."""
        self.env["synkd.importer"]._take_page(run, page)
        # Last, so that ledger and run are written once.
        self._note_read(run, page)
        run.ledger_id.pull_cursor = storable(page.cursor)

    # === PHASE: customers without an account customer === #

    def _create_missing(self, run):
        """Create account customers for those asked for, when the user said so."""
        if not run.create_class_id:
            return True
        if not run.position:
            self._step(self._begin_creating, run)
            self._progress(run)
        while ids := self._next_unlinked(run):
            for batch in split_every(CREATE_BATCH, ids):
                self._step(self._create_batch, run, batch)
                if not self._progress(run, len(batch)):
                    return False
        return True

    def _begin_creating(self, run):
        """Look for twins, and count: each customer is created, then sent.

        Who is linked to a shared account customer brings nothing to send.
        """
        self.env["synkd.match"]._propose(run.ledger_id)
        waiting = run._get_partners_env().search_count(self._unlinked_domain(run))
        times = 1 if run.create_class_id.posting == "generic" else 2
        run.total = run.processed + times * waiting

    def _create_batch(self, run, ids):
        """Create and link some, and remember where the next ones begin."""
        partners = run._get_partners_env().browse(ids).exists().sudo()
        self.env["synkd.customer.creator"]._create_missing(run, partners)
        run.position = ids[-1]

    def _unlinked_domain(self, run):
        """Return the customers asked for that have no account customer yet.

        :rtype: Domain
        """
        return run._unlinked_domain() & Domain("id", ">", run.position)

    def _next_unlinked(self, run):
        """Return ids of the next customers asked for without an account customer."""
        partners = run._get_partners_env()
        domain = self._unlinked_domain(run)
        return partners.search(domain, order="id", limit=CREATE_SLICE).ids

    # === PHASE: to the books === #

    def _push(self, run):
        """Send the account customers that are due."""
        return self._push_channel(run, CUSTOMERS)

    # === PHASE: what customers owe === #

    def _balances(self, run):
        """Read what customers owe, as far as it changed since the last read."""
        ledger = run.ledger_id
        if not ledger._get_capabilities().balances:
            return True
        cursor = ledger.balance_cursor or {}
        read = ledger._get_connector()._pull_balances
        for page in self._each_page(run, read, cursor):
            self._step(self._take_balances, run, page)
            if not self._end_page(run, page, len(page.balances)):
                return False
        self._step(ledger.write, {"balances_read_at": fields.Datetime.now()})
        self._commit()
        return True

    def _take_balances(self, run, page):
        """Take one page over, and remember where the next one begins."""
        self.env["synkd.importer"]._take_money(run, page)
        self._note_read(run, page)
        run.ledger_id.balance_cursor = storable(page.cursor)
