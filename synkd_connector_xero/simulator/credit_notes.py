# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Credit notes, to customers (ACCRECCREDIT) and of suppliers (ACCPAYCREDIT)."""

from . import allocations, batch, documents
from .documents import Kind
from .routing import one, route

CREDIT_NOTE = Kind(
    table="credit_notes",
    word="Credit note",
    key="CreditNoteID",
    number="CreditNoteNumber",
    prefix="CN",
    types=("ACCRECCREDIT", "ACCPAYCREDIT"),
    category="CREDITNOTE",
)


@route("PUT", "/CreditNotes", "invoices")
def create(call):
    """Create credit notes; a known number is an error."""
    return batch.save(call, "CreditNotes", "CreditNoteID", _store(call, True))


@route("POST", "/CreditNotes", "invoices")
def create_or_update(call):
    """Create credit notes, or change those whose id or number is known."""
    return batch.save(call, "CreditNotes", "CreditNoteID", _store(call))


@route("POST", "/CreditNotes/{id}", "invoices")
def update_one(call, key):
    """Change one credit note."""
    one(call.tenant.credit_notes, key)
    element = {**call.element("CreditNotes"), "CreditNoteID": key}
    return batch.save_one(call, "CreditNotes", "CreditNoteID", _store(call), element)


def _store(call, only_new=False):
    def store(element):
        return allocations.view(call, save(call, element, only_new)), []

    return store


def save(call, element, only_new):
    """Create or change a credit note and return its record.

    :raises Invalid: when a rule is broken; then nothing has changed.
    """
    # SentToContact is read only here.
    element = {k: each for k, each in element.items() if k != "SentToContact"}
    record = documents.find(call.tenant, CREDIT_NOTE, element, only_new)
    if record:
        documents.check_change(CREDIT_NOTE, record, element)
    new = documents.draft(call, CREDIT_NOTE, element, record)
    new.setdefault("SentToContact", False)
    new.setdefault("_allocations", [])
    record = documents.commit(call, CREDIT_NOTE, record, new, element)
    allocations.settle(call.tenant, record)
    return record
