# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import base64
import hashlib
import hmac
import json
import logging
from datetime import timedelta

from odoo import api, fields, models

from odoo.addons.synkd_connector.lib.errors import MisconfiguredError
from odoo.addons.synkd_connector.lib.odd import printable
from odoo.addons.synkd_connector_http.lib.shapes import is_identity

from ..const import CONNECTOR

_logger = logging.getLogger(__name__)

KEEP = timedelta(days=3)


class SynkdXeroEvent(models.Model):
    """A webhook that arrived: it only wakes the ledger's cron, which reads.

    Kept for a while, so that the same one sent again wakes nobody.
    """

    _name = "synkd.xero.event"
    _description = "Webhook of Xero"
    _order = "id desc"
    _rec_name = "event_key"

    ledger_id = fields.Many2one("synkd.ledger", required=True, ondelete="cascade")
    event_key = fields.Char(required=True)
    categories = fields.Char()

    _event_uniq = models.Constraint(
        "unique(ledger_id, event_key)", "This event of Xero arrived already."
    )

    @api.model
    def _receive(self, body, signature):
        """Take a webhook: check who signed it, and wake the ledgers it is about.

        :param bytes body: exactly as it arrived.
        :param str signature: of the header.
        :return: whether one of our keys signed it.
        :rtype: bool
        """
        signed = self._find_signed(body, signature or "")
        if not signed:
            return False
        for ledger, events in self._group(signed, body).items():
            if self._is_new(ledger, events):
                ledger._wake()
        return True

    def _find_signed(self, body, signature):
        """Return the live ledgers whose key signed a body; all keys are compared."""
        vault = self.env["synkd.vault"]
        domain = [("connector", "=", CONNECTOR), ("xero_webhook_sealed", "!=", False)]
        ledgers = self.env["synkd.ledger"].search(domain)
        given = signature.encode(errors="replace")
        found = ledgers.browse()
        for ledger in ledgers:
            try:
                key = vault._unseal(ledger.xero_webhook_sealed, ledger)
            except MisconfiguredError as error:
                _logger.warning("A webhook was not looked at: %s", error.message)
                continue
            digest = hmac.new(key.encode(), body, hashlib.sha256).digest()
            if key and hmac.compare_digest(base64.b64encode(digest), given):
                found += ledger
        return found

    def _group(self, ledgers, body):
        """Return the events of a body by ledger.

        :rtype: dict
        """
        by_tenant = {}
        for event in self._read_events(body):
            by_tenant.setdefault(event["tenantId"], []).append(event)
        return {
            ledger: by_tenant[ledger.xero_tenant_key]
            for ledger in ledgers
            if ledger.xero_tenant_key in by_tenant
        }

    def _read_events(self, body):
        """Return what a body tells of organisations; whatever else is in it, nothing.

        :rtype: list[dict]
        """
        try:
            told = json.loads(body)
        except (ValueError, RecursionError):
            return []
        events = told.get("events") if isinstance(told, dict) else None
        events = events if isinstance(events, list) else ()
        records = [event for event in events if isinstance(event, dict)]
        return [event for event in records if is_identity(event.get("tenantId"))]

    def _is_new(self, ledger, events):
        """Note some events of one ledger; False when they arrived before.

        Nothing tells one event from another, but what they say: which record changed,
        and when. Retries may be bundled differently, so each counts for itself.
        """
        rows = {
            self._name_of(event): printable(event.get("eventCategory") or "", 40)
            for event in events
        }
        self.env.cr.execute(
            "INSERT INTO synkd_xero_event (ledger_id, event_key, categories,"
            " create_date) SELECT %s, s, c, now() AT TIME ZONE 'UTC'"
            " FROM unnest(%s, %s) AS rows(s, c)"
            " ON CONFLICT DO NOTHING",
            [ledger.id, list(rows), list(rows.values())],
        )
        return bool(self.env.cr.rowcount)

    def _name_of(self, event):
        names = ("resourceId", "eventType", "eventDateUtc")
        text = "|".join(printable(event.get(name)) for name in names)
        return hashlib.sha256(text.encode()).hexdigest()[:40]

    @api.autovacuum
    def _gc_events(self):
        """Remove events that Xero does not send again any more."""
        old = fields.Datetime.now() - KEEP
        self.search([("create_date", "<", old)], limit=10000).unlink()
