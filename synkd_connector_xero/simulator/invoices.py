# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Invoices to customers (ACCREC) and, as far as needed, bills (ACCPAY)."""

from odoo.addons.synkd_connector_http.simulator.errors import Refused
from odoo.addons.synkd_connector_http.simulator.message import Answer

from . import batch, documents, lines, listing, wire
from .documents import Kind
from .errors import Invalid
from .routing import one, route

INVOICE = Kind(
    table="invoices",
    word="Invoice",
    key="InvoiceID",
    number="InvoiceNumber",
    prefix="INV",
    types=("ACCREC", "ACCPAY"),
    category="INVOICE",
)
LIMIT_REACHED = "You have reached the limit of invoices you can approve."
NOT_IN_SUMMARY = ("LineItems", "Payments", "CreditNotes", "Prepayments", "Overpayments")
PDF = b"%PDF-1.4\n%simulated\n1 0 obj<<>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
CREDITS = {
    "credit_notes": ("CreditNotes", "CreditNoteID"),
    "overpayments": ("Overpayments", "OverpaymentID"),
    "prepayments": ("Prepayments", "PrepaymentID"),
}


@route("GET", "/Invoices", "invoices")
def read_list(call):
    """Answer a list of invoices."""
    summary = call.request.flag("summaryOnly")

    def shown(record, detailed):
        return view(call, call.tenant.invoices[record["InvoiceID"]], detailed, summary)

    records = _chosen(call)
    return listing.answer(call, "Invoices", "InvoiceID", records, shown)


def _chosen(call):
    """Return the invoices that the query's own filters leave, with their contact."""
    wanted = {
        "InvoiceID": listing.listed(call, "IDs"),
        "InvoiceNumber": listing.listed(call, "InvoiceNumbers"),
        "_contact": listing.listed(call, "ContactIDs"),
        "Status": listing.listed(call, "Statuses"),
    }
    if call.request.flag("createdByMyApp"):
        wanted["_app"] = [call.app]
    term = call.query.get("searchTerm", "").casefold()
    return [
        with_contact(call.tenant, record)
        for record in call.tenant.invoices.values()
        if all(v is None or record[key] in v for key, v in wanted.items())
        and term in f"{record['InvoiceNumber']} {record.get('Reference')}".casefold()
    ]


def with_contact(tenant, record):
    """Return a copy of a document in which `where` can reach the contact."""
    contact = tenant.contacts[record["_contact"]]
    brief = {"ContactID": contact["ContactID"], "Name": contact["Name"]}
    return {**record, "Contact": brief}


def _one(call, key):
    numbered = call.tenant.find("invoices", "InvoiceNumber", key)
    return numbered or one(call.tenant.invoices, key)


@route("GET", "/Invoices/{id}", "invoices")
def read_one(call, key):
    """Answer one invoice by id or number; as PDF if that is what was asked for."""
    record = _one(call, key)
    if "application/pdf" in call.request.header("accept"):
        return Answer(200, PDF, {"Content-Type": "application/pdf"})
    return {"Invoices": [view(call, record)]}


@route("GET", "/Invoices/{id}/pdf", "invoices")
def read_pdf(call, key):
    """Answer an invoice as PDF."""
    _one(call, key)
    return Answer(200, PDF, {"Content-Type": "application/pdf"})


@route("GET", "/Invoices/{id}/OnlineInvoice", "invoices")
def read_online(call, key):
    """Answer where the customer can see an invoice."""
    record = _one(call, key)
    url = f"https://in.xero.com/{record['InvoiceID'].replace('-', '')}"
    return {"OnlineInvoices": [{"OnlineInvoiceUrl": url}]}


@route("POST", "/Invoices/{id}/Email", "invoices")
def email(call, key):
    """Note that an invoice was sent to its customer."""
    record = _one(call, key)
    contact = call.tenant.contacts[record["_contact"]]
    sendable = record["Status"] in ("SUBMITTED", "AUTHORISED", "PAID")
    if not sendable or not contact.get("EmailAddress"):
        text = "The invoice is not of valid status, or its contact has no email address"
        raise Refused(400, {"ErrorNumber": 10, "Type": "Email", "Message": text})
    record["SentToContact"] = True
    return Answer(204)


@route("PUT", "/Invoices", "invoices")
def create(call):
    """Create invoices; a known number is an error."""
    return batch.save(call, "Invoices", "InvoiceID", _store(call, True))


@route("POST", "/Invoices", "invoices")
def create_or_update(call):
    """Create invoices, or change those whose id or number is known."""
    return batch.save(call, "Invoices", "InvoiceID", _store(call))


@route("POST", "/Invoices/{id}", "invoices")
def update_one(call, key):
    """Change one invoice."""
    element = {**call.element("Invoices"), "InvoiceID": _one(call, key)["InvoiceID"]}
    return batch.save_one(call, "Invoices", "InvoiceID", _store(call), element)


def _store(call, only_new=False):
    def store(element):
        record, warnings = save(call, element, only_new)
        return view(call, record), warnings

    return store


def save(call, element, only_new):
    """Create or change an invoice; return its record and warnings.

    :raises Invalid: when a rule is broken; then nothing has changed.
    """
    tenant = call.tenant
    record = documents.find(tenant, INVOICE, element, only_new)
    if record:
        documents.check_change(INVOICE, record, element)
    new = documents.draft(call, INVOICE, element, record)
    new["DueDate"] = documents.day(
        element.get("DueDate", new.get("DueDate")), "DueDate"
    )
    for name in ("ExpectedPaymentDate", "PlannedPaymentDate"):
        if name in element:
            new[name] = documents.day(element[name], name)
    approves = new["Status"] == "AUTHORISED" and (record or {}).get("Status") not in (
        *("AUTHORISED", "PAID"),
    )
    if approves:
        _check_plan(tenant, new)
    warnings = _sent_to_contact(element, new)
    record = documents.commit(call, INVOICE, record, new, element)
    if approves:
        record["_approved"] = tenant.world.clock.today().replace(day=1)
    if not record["DueDate"]:
        contact = tenant.contacts[record["_contact"]]
        record["DueDate"] = documents.due_date(contact, record["Date"])
    discount = lines.discount_of(record["LineItems"])
    record.update(IsDiscounted=bool(discount), TotalDiscount=discount)
    settle(tenant, record)
    return record, warnings


def _check_plan(tenant, new):
    most = tenant.world.options["invoice_limit"]
    if most is None or new["Type"] != "ACCREC":
        return
    month = tenant.world.clock.today().replace(day=1)
    used = [r for r in tenant.invoices.values() if r.get("_approved") == month]
    if len(used) >= most:
        raise Invalid(LIMIT_REACHED)


def _sent_to_contact(element, new):
    new.setdefault("SentToContact", False)
    if not element.get("SentToContact"):
        return []
    if new["Status"] not in ("AUTHORISED", "PAID"):
        return ["SentToContact can only be set on an AUTHORISED invoice"]
    new["SentToContact"] = True
    return []


def settle(tenant, record):
    """Work out again what is paid, credited and due, and whether that is all."""
    paid, last = documents.paid_on(tenant, record)
    used = [_allocation(tenant, *credit) for credit in record["_credits"]]
    credited = sum((each["Amount"] for each in used), lines.ZERO)
    due = record["Total"] - paid - credited
    record.update(AmountPaid=paid, AmountCredited=credited, AmountDue=due)
    record.pop("FullyPaidOnDate", None)
    if record["Status"] in ("VOIDED", "DELETED"):
        record["AmountDue"] = lines.ZERO
    elif record["Status"] in ("AUTHORISED", "PAID"):
        record["Status"] = "AUTHORISED" if due else "PAID"
        if not due:
            days = [each["Date"] for each in used] + ([last] if last else [])
            record["FullyPaidOnDate"] = max(days, default=record["Date"])


def moved(tenant, record):
    """Settle an invoice after a payment or an allocation changed."""
    settle(tenant, record)
    tenant.touch(record)
    tenant.world.webhooks.note(tenant, "INVOICE", "UPDATE", record)


def _allocation(tenant, table, credit, key):
    found = getattr(tenant, table)[credit]["_allocations"]
    return next(each for each in found if each["AllocationID"] == key)


def view(call, record, detailed=True, summary=False):
    """Return an invoice as it is sent."""
    found = documents.view(call, record, detailed)
    found["HasErrors"] = False
    for table, (plural, key) in CREDITS.items():
        found[plural] = [
            wire.plain(_credit(call.tenant, table, key, credit, allocation))
            for where, credit, allocation in record["_credits"]
            if where == table
        ]
    if summary:
        found = {k: each for k, each in found.items() if k not in NOT_IN_SUMMARY}
    return wire.plain(found, twins=True)


def _credit(tenant, table, key, credit, allocation):
    record = getattr(tenant, table)[credit]
    used = _allocation(tenant, table, credit, allocation)
    found = {key: credit, "AppliedAmount": used["Amount"]}
    number = {"CreditNoteNumber": record.get("CreditNoteNumber")}
    found.update(number if table == "credit_notes" else {})
    return {**found, "Date": used["Date"], "Total": record["Total"]}


def payable(tenant, element):
    """Return the invoice that a payment or an allocation names, or None."""
    number = element.get("InvoiceNumber")
    found = tenant.invoices.get(element.get("InvoiceID"))
    return found or documents.numbered(tenant, INVOICE, number)
