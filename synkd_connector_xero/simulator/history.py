# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""History and notes of contacts, documents and payments."""

from . import batch, wire
from .errors import Invalid
from .routing import one, route

KINDS = [
    ("Contacts", "contacts", "contacts"),
    ("Invoices", "invoices", "invoices"),
    ("CreditNotes", "credit_notes", "invoices"),
    ("Payments", "payments", "payments"),
    ("Overpayments", "overpayments", "payments"),
    ("Prepayments", "prepayments", "payments"),
]


def _register(plural, table, area):
    @route("GET", f"/{plural}/{{id}}/History", area)
    def read(call, key):
        """Answer the notes of a record."""
        one(getattr(call.tenant, table), key)
        return {"HistoryRecords": call.tenant.history.get(key, [])}

    @route("PUT", f"/{plural}/{{id}}/History", area)
    def add(call, key):
        """Add a note, at most 450 characters."""
        one(getattr(call.tenant, table), key)

        def store(element):
            details = element.get("Details") or ""
            if not 0 < len(details) <= 450:
                raise Invalid("Details must have 1 to 450 characters")
            now = wire.plain(call.world.clock.now())
            note = {"Details": details, "Changes": "Note", "DateUTC": now}
            call.tenant.history.setdefault(key, []).append(note)
            return note, []

        return batch.save(call, "HistoryRecords", "HistoryID", store, "")


for _kind in KINDS:
    _register(*_kind)
