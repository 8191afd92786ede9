# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What invoices and credit notes have in common: finding, changing, status, view."""

import calendar
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlsplit

from . import contacts, lines, seed, wire
from .dates import read_day
from .errors import Invalid
from .lines import ZERO, Rules
from .state import new_id

LOCKED_BY_MONEY = (
    "This document cannot be edited as it has a payment or credit note allocated to it."
)
# What may not change once money is on a document, and what not once it is all paid.
FROZEN = (
    *("Type", "Contact", "LineItems", "Date", "LineAmountTypes"),
    *("CurrencyCode", "CurrencyRate", "InvoiceNumber", "CreditNoteNumber"),
)
FROZEN_PAID = ("DueDate", "Reference", "BrandingThemeID")
# These alone do not move UpdatedDateUTC on a part-paid document.
QUIET = {"DueDate", "SentToContact"}
NEXT = {
    "": ("DRAFT", "SUBMITTED", "AUTHORISED"),
    "DRAFT": ("DRAFT", "SUBMITTED", "AUTHORISED", "DELETED"),
    "SUBMITTED": ("DRAFT", "SUBMITTED", "AUTHORISED", "DELETED"),
    "AUTHORISED": ("AUTHORISED", "VOIDED"),
    "PAID": ("PAID",),
}


@dataclass(frozen=True)
class Kind:
    """What tells invoices from credit notes."""

    table: str
    word: str
    key: str
    number: str
    prefix: str
    types: tuple
    category: str


def find(tenant, kind, element, only_new=False):
    """Return the document that an element means, or None for a new one.

    :param only_new: refuse to mean one that exists.
    :raises Invalid: for an unknown id, or a number that is taken.
    """
    table = getattr(tenant, kind.table)
    key, number = element.get(kind.key), element.get(kind.number)
    if key and key not in table:
        raise Invalid(f"The {kind.word.lower()} with this {kind.key} does not exist")
    record = table.get(key)
    sold = element.get("Type", (record or {}).get("Type")) in (None, kind.types[0])
    same = numbered(tenant, kind, number) if sold else None
    if same and same is not record:
        # By its number a document can be changed, but not one that is over.
        if only_new or record or same["Status"] == "VOIDED":
            raise Invalid(f"{kind.word} # must be unique.")
        return same
    if record and only_new:
        raise Invalid(f"The {kind.word.lower()} exists already")
    return record


def numbered(tenant, kind, number):
    """Return the sales document with a number that is not deleted, or None."""
    record = tenant.find(kind.table, kind.number, number)
    return record if record and record["Status"] != "DELETED" else None


def has_money(record):
    """Return whether a payment or an allocation stands on a document."""
    return bool(record.get("_payments") or record.get("_credits"))


def check_change(kind, record, element):
    """Refuse what may not be changed any more.

    :raises Invalid: with Xero's sentence.
    """
    status = record["Status"]
    wanted = element.get("Status", status)
    if status in ("VOIDED", "DELETED") or wanted not in NEXT[status]:
        if has_money(record) and wanted == "VOIDED":
            raise Invalid(LOCKED_BY_MONEY)
        raise Invalid(f"{kind.word} not of valid status for modification")
    if not has_money(record):
        return
    frozen = FROZEN + (FROZEN_PAID if status == "PAID" else ())
    if wanted == "VOIDED" or any(_differs(record, element, name) for name in frozen):
        raise Invalid(LOCKED_BY_MONEY)


def _differs(record, element, name):
    if name not in element:
        return False
    sent = element[name]
    if name == "Contact":
        return sent != {"ContactID": record["_contact"]}
    if name in ("Date", "DueDate"):
        return day(sent, name) != record.get(name)
    return name == "LineItems" or sent != record.get(name)


def draft(call, kind, element, record):
    """Return the fields that a document will have, nothing being changed yet.

    :param record: what it has, None for a new one.
    :raises Invalid: when a rule is broken.
    """
    tenant, old = call.tenant, record or {}
    new = {**old, "Type": element.get("Type", old.get("Type"))}
    if new["Type"] not in kind.types:
        raise Invalid(f"{kind.word} Type must be one of {', '.join(kind.types)}")
    new["Status"] = element.get("Status", old.get("Status", "DRAFT"))
    if new["Status"] == "VOIDED" and not tenant.world.options["void_number"]:
        element = {key: each for key, each in element.items() if key != kind.number}
    if not record and new["Status"] not in NEXT[""]:
        raise Invalid(f"{kind.word} not of valid status for creation")
    contact = element.get("Contact")
    if not isinstance(contact, dict) and (contact or not record):
        raise Invalid("A Contact must be specified for this type of transaction")
    _texts(tenant, kind, element, new)
    new["Date"] = day(element.get("Date", old.get("Date")), "Date")
    new["Date"] = new["Date"] or tenant.world.clock.today()
    tenant.check_open(new["Date"], old.get("Date"))
    _currency(tenant, element, new)
    if "LineItems" in element or "LineAmountTypes" in element or not record:
        _lines(call, element, new)
    elif new["Status"] in ("SUBMITTED", "AUTHORISED"):
        _lines(call, {"LineItems": old["LineItems"]}, new, kept=True)
    return new


def day(value, name):
    """Return the date that a request wrote, None for nothing.

    :raises Invalid: when it is not a date.
    """
    if not value or not isinstance(value, str):
        return value or None
    try:
        return read_day(value)
    except ValueError:
        raise Invalid(f"{name} is not a valid date") from None


def _texts(tenant, kind, element, new):
    for name in ("Reference", "Url", kind.number):
        if name in element:
            new[name] = str(element[name])
    # Of references no length is published.
    if len(new.get(kind.number, "")) > 255:
        raise Invalid(f"{kind.number} must be 255 characters or less")
    check_url(element)
    theme = element.get("BrandingThemeID")
    if theme and theme not in tenant.themes:
        raise Invalid("The branding theme does not exist")
    if theme:
        new["BrandingThemeID"] = theme


def check_url(element):
    """Refuse an address that leads nowhere.

    :raises Invalid: with a sentence.
    """
    url = str(element.get("Url") or "")
    if url and not (url.startswith(("http://", "https://")) and urlsplit(url).hostname):
        raise Invalid("Url must be a valid absolute URL")


def _currency(tenant, element, new):
    contact = tenant.contacts.get((element.get("Contact") or {}).get("ContactID"), {})
    preset = new.get("CurrencyCode") or contact.get("DefaultCurrency")
    code = element.get("CurrencyCode") or preset or tenant.currency
    if code not in tenant.currencies:
        raise Invalid(f"Organisation is not subscribed to currency {code}")
    rate = element.get("CurrencyRate") or new.get("CurrencyRate")
    if code == tenant.currency:
        rate = 1
    elif code != new.get("CurrencyCode") and "CurrencyRate" not in element:
        rate = seed.day_rate(tenant.currency, code)
    new.update(CurrencyCode=code, CurrencyRate=lines.amount(rate, "CurrencyRate"))
    if new["CurrencyRate"] <= 0:
        raise Invalid("CurrencyRate must be greater than zero")


def _lines(call, element, new, kept=False):
    preset = new.get("LineAmountTypes", "Exclusive")
    new["LineAmountTypes"] = element.get("LineAmountTypes", preset)
    if new["LineAmountTypes"] not in lines.AMOUNT_TYPES:
        raise Invalid(f"LineAmountTypes must be one of {', '.join(lines.AMOUNT_TYPES)}")
    rules = Rules(
        new["LineAmountTypes"],
        4 if kept else digits(call),
        discounts=new["Type"] == "ACCREC",
        approved=new["Status"] in ("SUBMITTED", "AUTHORISED"),
    )
    before = new.get("LineItems", ())
    untaxed = [{k: v for k, v in e.items() if k != "TaxAmount"} for e in before]
    asked = element.get("LineItems", untaxed)
    new["LineItems"] = lines.read(call.tenant, asked, rules, before)
    new.update(lines.totals(new["LineItems"], new["LineAmountTypes"]))


def digits(call):
    """Return how many decimals of UnitAmount count in this call: 2, or 4 if asked."""
    return 4 if call.query.get("unitdp") == "4" else 2


def commit(call, kind, record, new, element):
    """Write the fields of `draft` down and return the record."""
    tenant = call.tenant
    if "Contact" in element:
        new["_contact"] = contacts.of_document(tenant, element["Contact"])["ContactID"]
    contact = tenant.contacts[new["_contact"]]
    side = "IsCustomer" if new["Type"].startswith("ACCREC") else "IsSupplier"
    contact[side] = True
    kind_of_event = "UPDATE" if record else "CREATE"
    if record is None:
        record = {kind.key: new_id(), "_payments": [], "_credits": [], "_app": call.app}
        if not new.get(kind.number):
            ours = new["Type"] == kind.types[0]
            new[kind.number] = _next_number(tenant, kind) if ours else ""
        getattr(tenant, kind.table)[record[kind.key]] = record
    sent = set(element) - {kind.key, kind.number}
    quiet = has_money(record) and sent <= QUIET
    record.update(new)
    if record["Type"] == kind.types[0]:
        tenant.note(kind.table, kind.key, record, kind.number)
    if not quiet:
        tenant.touch(record)
    tenant.world.webhooks.note(tenant, kind.category, kind_of_event, record)
    return record


def _next_number(tenant, kind):
    while True:
        number = tenant.next_number(kind.prefix)
        if not numbered(tenant, kind, number):
            return number


def due_date(contact, issued):
    """Return when a document of a day is due by its contact's terms for sales."""
    terms = (contact.get("PaymentTerms") or {}).get("Sales") or {}
    kind, days = terms.get("Type"), int(terms.get("Day", 0))
    last = issued.replace(day=calendar.monthrange(issued.year, issued.month)[1])
    if kind == "DAYSAFTERBILLDATE":
        return issued + timedelta(days=days)
    if kind == "DAYSAFTERBILLMONTH":
        return last + timedelta(days=days)
    if kind == "OFCURRENTMONTH":
        return issued.replace(day=min(max(days, 1), last.day))
    if kind == "OFFOLLOWINGMONTH":
        first = last + timedelta(days=1)
        most = calendar.monthrange(first.year, first.month)[1]
        return first.replace(day=min(max(days, 1), most))
    return issued


def view(call, record, detailed=True):
    """Return what all kinds of documents show alike."""
    found = {key: each for key, each in record.items() if key != "LineItems"}
    if detailed:
        shown = [lines.shown(line, digits(call)) for line in record["LineItems"]]
        found["LineItems"] = wire.plain(shown)
    else:
        found["LineItems"] = []
    contact = call.tenant.contacts[record["_contact"]]
    found["Contact"] = {"ContactID": record["_contact"], "Name": contact["Name"]}
    found["Payments"] = payments_of(call.tenant, record)
    found.setdefault("HasAttachments", False)
    return found


def payments_of(tenant, record):
    """Return the payments of a document, briefly and without text twins of dates."""
    names = ("PaymentID", "Date", "Amount", "Reference", "CurrencyRate", "HasAccount")
    found = [tenant.payments[key] for key in record["_payments"]]
    return [wire.plain({name: each[name] for name in names}) for each in found]


def paid_on(tenant, record):
    """Return the amount of a document's payments, and the latest day of them."""
    found = [tenant.payments[key] for key in record["_payments"]]
    total = sum((each["Amount"] for each in found), ZERO)
    return total, max((each["Date"] for each in found), default=None)
