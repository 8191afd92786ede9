# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Xero's webhooks: what an event tells, and the body around some of them."""

import secrets

from odoo.addons.synkd_connector_http.simulator import Webhooks

from .dates import twin

CATEGORIES = {
    "CONTACT": ("Contacts", "ContactID"),
    "INVOICE": ("Invoices", "InvoiceID"),
    "CREDITNOTE": ("CreditNotes", "CreditNoteID"),
}


class XeroWebhooks(Webhooks):
    """All subscriptions of one world."""

    categories = tuple(CATEGORIES)
    header = "x-xero-signature"

    def note(self, tenant, category, kind, record):
        """Collect an event: `kind` is CREATE or UPDATE."""
        plural, key = CATEGORIES[category]
        event = {
            "resourceUrl": f"https://api.xero.com/api.xro/2.0/{plural}/{record[key]}",
            "resourceId": record[key],
            "eventDateUtc": twin(self.world.clock.now()),
            "eventType": kind,
            "eventCategory": category,
            "tenantId": tenant.id,
            "tenantType": "ORGANISATION",
        }
        if category == "CREDITNOTE":
            event["data"] = {"Type": record["Type"], "Status": record["Status"]}
        self.add(category, event)

    def body(self, events, first, last):
        """Return Xero's body around some events."""
        return {
            "events": events,
            "firstEventSequence": first,
            "lastEventSequence": last,
            "entropy": secrets.token_urlsafe(12).upper(),
        }
