# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Payments of invoices, and refunds of credit notes, overpayments and prepayments."""

from . import allocations, batch, documents, invoices, listing, wire
from .credit_notes import CREDIT_NOTE
from .errors import Invalid
from .lines import amount
from .routing import one, route
from .state import new_id
from .wire import cents

EXCEEDS = "Payment amount exceeds the amount outstanding on this document"
REMAINS = "RemainingCredit"
# Field of the payment, table, id field, what is open, how its type starts.
TARGETS = [
    ("Invoice", "invoices", "InvoiceID", "AmountDue", "ACCREC"),
    ("CreditNote", "credit_notes", "CreditNoteID", REMAINS, "ARCREDIT"),
    (
        "Overpayment",
        "overpayments",
        "OverpaymentID",
        "RemainingCredit",
        "AROVERPAYMENT",
    ),
    ("Prepayment", "prepayments", "PrepaymentID", "RemainingCredit", "ARPREPAYMENT"),
]
NUMBERS = {"InvoiceNumber": "Invoice", "CreditNoteNumber": "CreditNote"}


@route("GET", "/Payments", "payments")
def read_list(call):
    """Answer a list of payments."""

    def shown(record, _detailed):
        return view(call.tenant, record)

    records = list(call.tenant.payments.values())
    return listing.answer(call, "Payments", "PaymentID", records, shown)


@route("GET", "/Payments/{id}", "payments")
def read_one(call, key):
    """Answer one payment."""
    return {"Payments": [view(call.tenant, one(call.tenant.payments, key))]}


@route("PUT", "/Payments", "payments")
def create(call):
    """Create payments."""
    return batch.save(call, "Payments", "PaymentID", _store(call), FLAG)


@route("POST", "/Payments", "payments")
def create_or_delete(call):
    """Create payments; one with its id and Status DELETED is deleted."""
    return batch.save(call, "Payments", "PaymentID", _store(call), FLAG)


@route("POST", "/Payments/{id}", "payments")
def delete(call, key):
    """Delete a payment: Status DELETED is all that may be sent."""
    one(call.tenant.payments, key)
    element = {**call.element("Payments"), "PaymentID": key}
    return batch.save_one(call, "Payments", "PaymentID", _store(call), element, FLAG)


FLAG = "HasValidationErrors"


def _store(call):
    tenant = call.tenant

    def store(element):
        known = element.get("PaymentID")
        record = _delete(tenant, element) if known else _create(tenant, element)
        return view(tenant, record), []

    return store


def _create(tenant, element):
    kind, document = _target(tenant, element)
    field, _table, key, open_amount, payment_type = kind
    if document["Status"] not in ("AUTHORISED", "PAID"):
        raise Invalid("Payments can only be made against Authorised documents")
    value = cents(amount(element.get("Amount", 0), "Amount"))
    if value <= 0:
        raise Invalid("Payment amount must be greater than zero")
    if value > document[open_amount]:
        raise Invalid(EXCEEDS)
    when = documents.day(element.get("Date"), "Date")
    if not when:
        raise Invalid("Date must be specified")
    tenant.check_open(when)
    account = _account(tenant, element, document)
    if document["Type"].startswith(("ACCPAY", "SPEND")):
        payment_type = payment_type.replace("AR", "AP").replace("ACCREC", "ACCPAY")
    rate = element.get("CurrencyRate") or document["CurrencyRate"]
    record = {
        "PaymentID": new_id(),
        "Date": when,
        "Amount": value,
        "BankAmount": value,
        "Reference": str(element.get("Reference", ""))[:255],
        "CurrencyRate": amount(rate, "CurrencyRate"),
        "PaymentType": f"{payment_type}PAYMENT",
        "Status": "AUTHORISED",
        "HasAccount": True,
        "IsReconciled": element.get("IsReconciled") is True,
        "_account": account["AccountID"],
        "_target": (field, document[key]),
    }
    tenant.payments[record["PaymentID"]] = tenant.touch(record)
    document["_payments"].append(record["PaymentID"])
    _moved(tenant, document)
    return record


def _moved(tenant, document):
    settle = invoices.moved if "InvoiceID" in document else allocations.moved
    settle(tenant, document)


def _target(tenant, element):
    """Return `(entry of TARGETS, document)` that an element pays."""
    named = {**element}
    for short, field in (
        ("InvoiceNumber", "Invoice"),
        ("CreditNoteNumber", "CreditNote"),
    ):
        if short in element:
            named.setdefault(field, {short: element[short]})
    asked = [kind for kind in TARGETS if isinstance(named.get(kind[0]), dict)]
    if len(asked) != 1:
        raise Invalid("Exactly one invoice, credit note, overpayment or prepayment")
    field, table, key, _open, _type = asked[0]
    document = getattr(tenant, table).get(named[field].get(key))
    if not document and field == "Invoice":
        document = invoices.payable(tenant, named[field])
    if not document and field == "CreditNote":
        number = named[field].get("CreditNoteNumber")
        document = documents.numbered(tenant, CREDIT_NOTE, number)
    if not document:
        raise Invalid(f"The {field.lower()} to pay could not be found")
    return asked[0], document


def _account(tenant, element, document):
    asked = element.get("Account") or {}
    for account in tenant.accounts.values():
        if asked.get("AccountID") == account["AccountID"] or (
            asked.get("Code") and asked["Code"] == account["Code"]
        ):
            return _checked_account(tenant, account, document)
    raise Invalid("The account of the payment could not be found")


def _checked_account(tenant, account, document):
    usable = account["Type"] == "BANK" or account["EnablePaymentsToAccount"]
    if account["Status"] != "ACTIVE" or not usable:
        raise Invalid(
            f"Account {account['Code']} is not a bank account and payments to it are "
            "not enabled"
        )
    currency = account.get("CurrencyCode", tenant.currency)
    if currency not in (tenant.currency, document["CurrencyCode"]):
        raise Invalid("The currency of the bank account does not fit the document")
    return account


def _delete(tenant, element):
    record = tenant.payments.get(element["PaymentID"])
    if not record:
        raise Invalid("The payment does not exist")
    if element.get("Status") != "DELETED":
        raise Invalid("Payments cannot be changed, only deleted")
    if record["Status"] == "DELETED" or record["IsReconciled"]:
        raise Invalid("The payment is deleted or reconciled and cannot be deleted")
    tenant.check_open(record["Date"])
    document = document_of(tenant, record)
    document["_payments"].remove(record["PaymentID"])
    record["Status"] = "DELETED"
    tenant.touch(record)
    _moved(tenant, document)
    return record


def document_of(tenant, record):
    """Return the document that a payment is for."""
    field, key = record["_target"]
    table = next(kind[1] for kind in TARGETS if kind[0] == field)
    return getattr(tenant, table)[key]


def view(tenant, record):
    """Return a payment as it is sent; its dates have no text twins."""
    account = tenant.accounts[record["_account"]]
    document = document_of(tenant, record)
    contact = tenant.contacts[document["_contact"]]
    names = (*("InvoiceID", "InvoiceNumber", "CreditNoteID", "CreditNoteNumber"),)
    names += ("OverpaymentID", "PrepaymentID", "Type", "CurrencyCode")
    brief = {name: document[name] for name in names if name in document}
    brief["Contact"] = {"ContactID": contact["ContactID"], "Name": contact["Name"]}
    found = {**record, record["_target"][0]: brief, "HasValidationErrors": False}
    found["Account"] = {"AccountID": account["AccountID"], "Code": account["Code"]}
    if tenant.world.options["loose_types"]:
        found["IsReconciled"] = str(found["IsReconciled"]).lower()
        found["BankAmount"] = f"{found['BankAmount']:.2f}"
    return wire.plain(found)
