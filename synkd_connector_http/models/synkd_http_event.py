# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging
from datetime import timedelta

from odoo import api, fields, models

from odoo.addons.synkd_connector.lib.errors import MisconfiguredError
from odoo.addons.synkd_connector.lib.odd import printable

from ..lib import webhooks

_logger = logging.getLogger(__name__)

KEEP = timedelta(days=3)
# So many are removed at once.
MOST_REMOVED = 10000
CATEGORY_LENGTH = 40


class SynkdHttpEvent(models.Model):
    """A webhook that arrived: it only wakes the ledger's cron, which reads.

    Kept for a while, so that the same one sent again wakes nobody.
    """

    _name = "synkd.http.event"
    _description = "Webhook of the Books"
    _order = "id desc"
    _rec_name = "event_key"

    ledger_id = fields.Many2one("synkd.ledger", required=True, ondelete="cascade")
    event_key = fields.Char(required=True)
    categories = fields.Char()

    _event_uniq = models.Constraint(
        "unique(ledger_id, event_key)", "This event of the books arrived already."
    )

    @api.model
    def _receive(self, system, body, headers):
        """Take a webhook: check who signed it, and wake the ledgers it is about.

        :param str system: code of the connector that it is meant for.
        :param bytes body: exactly as it arrived.
        :param headers: a mapping that knows no case.
        :return: whether one of our keys signed it.
        :rtype: bool
        """
        signed = self._find_signed(system, body, headers)
        if not signed:
            return False
        for ledger, events in self._group(signed, body).items():
            if self._is_new(ledger, events):
                ledger._wake()
        return True

    def _find_signed(self, system, body, headers):
        """Return the live ledgers whose key signed a body; all keys are compared."""
        vault = self.env["synkd.vault"]
        domain = [("connector", "=", system), ("http_webhook_sealed", "!=", False)]
        ledgers = self.env["synkd.ledger"].search(domain)
        found = ledgers.browse()
        for ledger in ledgers:
            header = ledger._get_http_access().signature
            try:
                key = vault._unseal(ledger.http_webhook_sealed, ledger)
            except MisconfiguredError as error:
                _logger.warning("A webhook was not looked at: %s", error.message)
                continue
            given = headers.get(header) or ""
            if webhooks.is_signed(body, key, given):
                found += ledger
        return found

    def _group(self, ledgers, body):
        """Return the events of a body by ledger.

        :rtype: dict
        """
        by_tenant = {}
        for event in ledgers[0]._get_connector()._read_events(body):
            by_tenant.setdefault(event.tenant, []).append(event)
        return {
            ledger: by_tenant[ledger.http_tenant_key]
            for ledger in ledgers
            if ledger.http_tenant_key in by_tenant
        }

    def _is_new(self, ledger, events):
        """Note some events of one ledger; False when they arrived before.

        Retries may be bundled differently, so each counts for itself.
        """
        rows = {e.key: printable(e.category, CATEGORY_LENGTH) for e in events}
        self.env.cr.execute(
            "INSERT INTO synkd_http_event (ledger_id, event_key, categories,"
            " create_date) SELECT %s, s, c, now() AT TIME ZONE 'UTC'"
            " FROM unnest(%s, %s) AS rows(s, c)"
            " ON CONFLICT DO NOTHING",
            [ledger.id, list(rows), list(rows.values())],
        )
        return bool(self.env.cr.rowcount)

    @api.autovacuum
    def _gc_events(self):
        """Remove events that are not sent again any more.

        :return: how many went, and whether there may be more, for the autovacuum.
        :rtype: tuple[int, bool]
        """
        before = fields.Datetime.now() - KEEP
        old = self.search([("create_date", "<", before)], limit=MOST_REMOVED)
        old.unlink()
        return len(old), len(old) == MOST_REMOVED
