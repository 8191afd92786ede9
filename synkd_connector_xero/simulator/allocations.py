# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Using credit on invoices: of credit notes, overpayments and prepayments."""

from odoo.addons.synkd_connector_http.simulator.message import Answer

from . import batch, documents, invoices, listing, wire
from .dates import twin
from .errors import Invalid
from .lines import ZERO, amount
from .routing import one, route
from .state import new_id
from .wire import cents

# Plural, table, id field, scope.
KINDS = [
    ("CreditNotes", "credit_notes", "CreditNoteID", "invoices"),
    ("Overpayments", "overpayments", "OverpaymentID", "payments"),
    ("Prepayments", "prepayments", "PrepaymentID", "payments"),
]


def settle(tenant, credit):
    """Work out again what remains of a credit, and whether it is used up."""
    used = sum((each["Amount"] for each in credit["_allocations"]), ZERO)
    refunded, _last = documents.paid_on(tenant, credit)
    remains = credit["Total"] - used - refunded
    credit.update(RemainingCredit=remains, AppliedAmount=used)
    if credit["Status"] in ("VOIDED", "DELETED"):
        credit["RemainingCredit"] = ZERO
    elif credit["Status"] in ("AUTHORISED", "PAID"):
        credit["Status"] = "AUTHORISED" if remains else "PAID"


def moved(tenant, credit):
    """Settle a credit after a refund or an allocation changed."""
    settle(tenant, credit)
    tenant.touch(credit)
    if "CreditNoteID" in credit:
        tenant.world.webhooks.note(tenant, "CREDITNOTE", "UPDATE", credit)


def shown(tenant, credit):
    """Return the allocations of a credit as they are sent."""
    return [wire.plain(_view(tenant, each)) for each in credit["_allocations"]]


def _view(tenant, allocation):
    invoice = tenant.invoices[allocation["_invoice"]]
    brief = {k: invoice[k] for k in ("InvoiceID", "InvoiceNumber")}
    names = ("AllocationID", "Amount", "Date")
    found = {name: allocation[name] for name in names}
    return {**found, "Invoice": brief, "IsDeleted": False}


def _store(call, table, key, credit):
    tenant = call.tenant

    def store(element):
        invoice = invoices.payable(tenant, element.get("Invoice") or {})
        value = cents(amount(element.get("Amount", 0), "Amount"))
        _check(tenant, credit, invoice, value)
        # Whatever day was sent: Xero takes the later one of the two documents.
        day = max(credit["Date"], invoice["Date"])
        tenant.check_open(day)
        allocation = {"AllocationID": new_id(), "Amount": value, "Date": day}
        allocation["_invoice"] = invoice["InvoiceID"]
        credit["_allocations"].append(allocation)
        credit["_credits"].append(allocation["AllocationID"])
        link = (table, credit[key], allocation["AllocationID"])
        invoice["_credits"].append(link)
        invoices.moved(tenant, invoice)
        moved(tenant, credit)
        view = _view(tenant, allocation)
        return {**wire.plain(view), "DateString": twin(day)}, []

    return store


def _check(tenant, credit, invoice, value):
    if not invoice:
        raise Invalid("The invoice to allocate to could not be found")
    if value <= 0:
        raise Invalid("The amount to allocate must be greater than zero")
    if credit["Status"] not in ("AUTHORISED", "PAID"):
        raise Invalid("Only an AUTHORISED document can be allocated")
    if invoice["Status"] not in ("AUTHORISED", "PAID"):
        raise Invalid("Credit can only be allocated to an AUTHORISED invoice")
    if credit["_contact"] != invoice["_contact"]:
        raise Invalid("The invoice and the credit must have the same contact")
    if credit["CurrencyCode"] != invoice["CurrencyCode"]:
        raise Invalid("The invoice and the credit must have the same currency")
    if value > invoice["AmountDue"]:
        raise Invalid("The amount to allocate exceeds the amount due of the invoice")
    if value > credit["RemainingCredit"]:
        raise Invalid("The amount to allocate exceeds the remaining credit")


def _register(plural, table, key, area):
    @route("PUT", f"/{plural}/{{id}}/Allocations", area)
    def allocate(call, credit):
        """Use credit on invoices."""
        record = one(getattr(call.tenant, table), credit)
        store = _store(call, table, key, record)
        return batch.save(call, "Allocations", "AllocationID", store, "")

    @route("DELETE", f"/{plural}/{{id}}/Allocations/{{allocation}}", area)
    def remove(call, credit, allocation):
        """Take an allocation back."""
        tenant = call.tenant
        record = one(getattr(tenant, table), credit)
        found = one({e["AllocationID"]: e for e in record["_allocations"]}, allocation)
        try:
            tenant.check_open(found["Date"])
        except Invalid as error:
            raise batch.refused(call, error) from None
        invoice = tenant.invoices[found["_invoice"]]
        record["_allocations"].remove(found)
        record["_credits"].remove(allocation)
        invoice["_credits"].remove((table, credit, allocation))
        invoices.moved(tenant, invoice)
        moved(tenant, record)
        brief = [{"InvoiceID": invoice["InvoiceID"]}]
        # Xero's own example spells the id this way here, and lists the invoice.
        return {"AllocationId": allocation, "Invoice": brief, "IsDeleted": True}


def _register_reading(plural, table, key, area):
    @route("GET", f"/{plural}", area)
    def read_list(call):
        """Answer a list."""
        table_of = getattr(call.tenant, table)
        records = [invoices.with_contact(call.tenant, r) for r in table_of.values()]

        def seen(record, detailed):
            return view(call, table_of[record[key]], detailed)

        return listing.answer(call, plural, key, records, seen)

    @route("GET", f"/{plural}/{{id}}", area)
    def read_one(call, wanted):
        """Answer one."""
        table_of = getattr(call.tenant, table)
        numbered = call.tenant.find(table, "CreditNoteNumber", wanted)
        return {plural: [view(call, numbered or one(table_of, wanted))]}


def view(call, credit, detailed=True):
    """Return a credit note, overpayment or prepayment as it is sent."""
    found = documents.view(call, credit, detailed)
    found["Allocations"] = shown(call.tenant, credit)
    if "CreditNoteID" in credit:
        found["HasErrors"] = False
    return wire.plain(found, twins=True)


@route("GET", "/CreditNotes/{id}/pdf", "invoices")
def read_pdf(call, key):
    """Answer a credit note as PDF."""
    one(call.tenant.credit_notes, key)
    return Answer(200, invoices.PDF, {"Content-Type": "application/pdf"})


for _kind in KINDS:
    _register(*_kind)
    _register_reading(*_kind)
