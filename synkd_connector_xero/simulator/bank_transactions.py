# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Bank transactions, as far as they make overpayments and prepayments."""

from . import allocations, batch, contacts, documents, lines, listing, seed, wire
from .errors import Invalid
from .lines import Rules
from .routing import one, route
from .state import new_id

AREA = "banktransactions"
MADE = {
    "OVERPAYMENT": ("overpayments", "OverpaymentID"),
    "PREPAYMENT": ("prepayments", "PrepaymentID"),
}
TYPES = [
    f"{way}{made}"
    for way in ("RECEIVE", "SPEND")
    for made in ("", *map("-{}".format, MADE))
]


@route("GET", "/BankTransactions", AREA)
def read_list(call):
    """Answer a list of bank transactions."""
    table = call.tenant.bank_transactions
    return listing.answer(
        call, "BankTransactions", "BankTransactionID", list(table.values()), _view(call)
    )


@route("GET", "/BankTransactions/{id}", AREA)
def read_one(call, key):
    """Answer one bank transaction."""
    record = one(call.tenant.bank_transactions, key)
    return {"BankTransactions": [_view(call)(record)]}


@route("PUT", "/BankTransactions", AREA)
def create(call):
    """Create bank transactions."""
    return batch.save(call, "BankTransactions", "BankTransactionID", _store(call), "")


@route("POST", "/BankTransactions", AREA)
def create_or_delete(call):
    """Create bank transactions, or delete with id and Status DELETED."""
    return create(call)


@route("POST", "/BankTransactions/{id}", AREA)
def delete(call, key):
    """Delete one bank transaction."""
    element = {**call.element("BankTransactions"), "BankTransactionID": key}
    return batch.save_one(
        call, "BankTransactions", "BankTransactionID", _store(call), element, ""
    )


def _store(call):
    def store(element):
        known = element.get("BankTransactionID")
        record = _delete(call.tenant, element) if known else _create(call, element)
        return _view(call)(record), []

    return store


def _create(call, element):
    tenant = call.tenant
    kind = element.get("Type")
    if kind not in TYPES:
        raise Invalid(f"Type must be one of {', '.join(TYPES)}")
    made = kind.partition("-")[2]
    bank = _bank(tenant, element.get("BankAccount") or {})
    documents.check_url(element)
    when = documents.day(element.get("Date"), "Date") or tenant.world.clock.today()
    tenant.check_open(when)
    taxed = "NoTax" if made == "OVERPAYMENT" else "Exclusive"
    rules = Rules(element.get("LineAmountTypes", taxed), approved=made != "OVERPAYMENT")
    rules.system_accounts = made == "OVERPAYMENT"
    found = lines.read(tenant, element.get("LineItems"), rules)
    currency = bank["CurrencyCode"]
    base = tenant.currency
    record = {
        "BankTransactionID": new_id(),
        "Type": kind,
        "Date": when,
        "Status": "AUTHORISED",
        "Reference": _reference(tenant, element, made),
        "Url": str(element.get("Url", "")),
        "LineAmountTypes": rules.amount_types,
        "LineItems": found,
        **lines.totals(found, rules.amount_types),
        "CurrencyCode": currency,
        "CurrencyRate": 1 if currency == base else seed.day_rate(base, currency),
        "IsReconciled": False,
        "_bank": bank["AccountID"],
        "_payments": [],
        "_credits": [],
    }
    contact = contacts.of_document(tenant, element.get("Contact"))
    record["_contact"] = contact["ContactID"]
    tenant.bank_transactions[record["BankTransactionID"]] = tenant.touch(record)
    if made:
        _make(tenant, record, *MADE[made])
    return record


def _reference(tenant, element, made):
    if made and not tenant.world.options["overpayment_reference"]:
        return ""
    return str(element.get("Reference", ""))


def _bank(tenant, asked):
    for account in tenant.accounts.values():
        named = any(asked.get(k) == account[k] for k in ("AccountID", "Code"))
        if named and account["Type"] == "BANK" and account["Status"] == "ACTIVE":
            return account
    raise Invalid("BankAccount must be an active bank account")


def _make(tenant, record, table, key):
    """Make the overpayment or prepayment that a bank transaction stands for."""
    record[key] = new_id()
    own = ("BankTransactionID", "_bank", "IsReconciled", "Url")
    credit = {name: each for name, each in record.items() if name not in own}
    credit.update(_allocations=[], _payments=[], _credits=[])
    getattr(tenant, table)[record[key]] = credit
    allocations.settle(tenant, credit)


def _delete(tenant, element):
    record = tenant.bank_transactions.get(element["BankTransactionID"])
    if not record or element.get("Status") != "DELETED":
        raise Invalid("A bank transaction can only be deleted, not changed")
    tenant.check_open(record["Date"])
    for table, key in MADE.values():
        credit = getattr(tenant, table).get(record.get(key))
        if credit:
            if documents.has_money(credit):
                raise Invalid(documents.LOCKED_BY_MONEY)
            credit["Status"] = "VOIDED"
            allocations.moved(tenant, credit)
    record["Status"] = "DELETED"
    return tenant.touch(record)


def _view(call):
    def view(record, detailed=True):
        found = documents.view(call, record, detailed)
        account = call.tenant.accounts[record["_bank"]]
        names = ("AccountID", "Code", "Name")
        found["BankAccount"] = {name: account[name] for name in names}
        del found["Payments"]
        found = wire.plain(found, twins=True)
        found.pop("UpdatedDateUTCString")
        return found

    return view
