# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Customers: from the neutral record to Sage's and back.

Sage has no field for a code: it stands in the first text field, with our key behind it.
Of an address it has five free lines.
"""

from decimal import Decimal

from odoo.addons.synkd_connector.lib.results import CustomerData
from odoo.addons.synkd_connector_http.lib.marks import clean, with_key, without_key

from .shape import DELIVERY, POSTAL

CENT = Decimal("0.01")
CODE_LENGTH = 50
LENGTH = 100
LENGTHS = {"Telephone": 30, "TaxReference": 30}
MARK = "TextField1"
# Sage's names of plain texts, by ours.
NAMES = {
    "name": "Name",
    "contact_name": "ContactName",
    "email": "Email",
    "phone": "Telephone",
    "website": "WebAddress",
    "vat": "TaxReference",
}
# What stands in the five lines; of the fourth nothing is read, since it is free text.
LINES = ("street", "street2", "city", "", "zip")
ADDRESSES = {"": POSTAL, "delivery_": DELIVERY}
FIELDS = (
    *("code", *NAMES, "credit_limit", "archived", "currency"),
    *(f"{prefix}{name}" for prefix in ADDRESSES for name in LINES if name),
)
# Which method a term is, as far as it can be told; the days are its value.
METHODS = {
    "": 0,
    "after_invoice": 1,
    "after_month_end": 2,
    "current_month": 3,
    "following_month": 4,
}
KINDS = {method: kind for kind, method in METHODS.items()}
TERMS = ("DueDateMethodId", "DueDateMethodValue")
# What a payload says in words that go as identities.
CATEGORY, CURRENCY = "Category", "Currency"
# What only Sage writes.
THEIRS = ("Balance", "Created", "Modified", "HasActivity", "CustomerZoneGuid")


# === HERE TO SAGE === #


def to_payload(data, base_currency, with_terms):
    """Return what Sage should have of a customer, in words.

    :param CustomerData data: with clean texts.
    :param str base_currency: of the company.
    :param bool with_terms: terms of payment as well.
    :rtype: dict
    """
    values = data.as_dict()
    payload = {theirs: values[ours] for ours, theirs in NAMES.items()}
    for prefix, names in ADDRESSES.items():
        payload |= zip(names, _to_lines(values, prefix), strict=True)
    payload |= {
        MARK: data.code,
        "Active": not data.archived,
        "CreditLimit": data.credit_limit,
        CATEGORY: data.category,
        CURRENCY: "" if data.currency == base_currency else data.currency,
    }
    if with_terms:
        payload |= zip(TERMS, (METHODS[data.term_kind], data.term_days), strict=True)
    return payload


def _to_lines(values, prefix):
    """Return the five lines of an address."""
    names = (values[f"{prefix}{each}"] for each in ("state_name", "country_name"))
    region = ", ".join(filter(None, names))
    return [values[f"{prefix}{name}"] if name else region for name in LINES]


def find_too_long(payload):
    """Return the first text that is too long: name, text and longest; None for none.

    :rtype: tuple
    """
    for name, value in payload.items():
        longest = LENGTHS.get(name, LENGTH)
        if isinstance(value, str) and len(value) > longest:
            return name, value, longest
    return None


def to_record(member, current, category, currency):
    """Return the whole record that is saved: what Sage has, with ours over it.

    :param Member member: what is sent.
    :param dict current: as Sage shows it; {} for a new one.
    :param category: identity of its category; None leaves the one that is there.
    :param currency: identity of its currency; None for the company's own.
    :rtype: dict
    """
    words = (CATEGORY, CURRENCY)
    ours = {k: v for k, v in member.payload.items() if k not in words}
    kept = {k: v for k, v in current.items() if k not in THEIRS}
    ours[MARK] = with_key(member.payload[MARK], member.own_key, LENGTH)
    ours["CurrencyId"] = currency
    if category:
        ours[CATEGORY] = {"ID": category}
    if "ID" in kept:
        kept["ID"] = int(kept["ID"])
    return {**kept, **ours}


# === SAGE TO HERE === #


def from_record(record, currencies, base_currency):
    """Return a customer as Sage shows it.

    :param dict currencies: codes by identity.
    :param str base_currency: of the company.
    :rtype: CustomerData
    """
    texts = {ours: clean(record.get(theirs)) for ours, theirs in NAMES.items()}
    for prefix, names in ADDRESSES.items():
        lines = zip(LINES, names, strict=True)
        texts |= {f"{prefix}{n}": clean(record.get(line)) for n, line in lines if n}
    kind, days = read_terms(record)
    return CustomerData(
        external_id=record["ID"],
        code=read_code(record),
        archived=record.get("Active") is False,
        credit_limit=str(Decimal(str(record.get("CreditLimit") or 0)).quantize(CENT)),
        category=clean((record.get(CATEGORY) or {}).get("Description")),
        currency=currencies.get(str(record.get("CurrencyId"))) or base_currency,
        term_kind=kind,
        term_days=days,
        **texts,
    )


def read_code(record):
    """Return the code in the first text field; "" when that says something else.

    :rtype: str
    """
    text = clean(without_key(record.get(MARK)))
    return "" if " " in text or len(text) > CODE_LENGTH else text


def read_terms(record):
    """Return kind and days of a customer's terms.

    :rtype: tuple[str, int]
    """
    method, days = (int(record.get(name) or 0) for name in TERMS)
    kind = KINDS.get(method, "")
    return kind, days if kind else 0


def find_differences(payload, record, currencies, base_currency):
    """Return the names of what Sage does not have as it should be.

    :param dict payload: of ``to_payload``.
    :param dict record: as Sage shows it.
    :param dict currencies: codes by identity.
    :param str base_currency: of the company; Sage may tell it or not.
    :rtype: list[str]
    """
    currency = currencies.get(str(record.get("CurrencyId")), "")
    category = clean((record.get(CATEGORY) or {}).get("Description"))
    there = {
        **{name: record.get(name) for name in payload},
        MARK: without_key(record.get(MARK)),
        CATEGORY: category,
        CURRENCY: "" if currency == base_currency else currency,
        "Active": record.get("Active") is not False,
    }
    return [
        name for name, value in payload.items() if _differ(name, value, there[name])
    ]


def _differ(name, ours, theirs):
    if name == "CreditLimit":
        return Decimal(ours) != Decimal(str(theirs or 0)).quantize(CENT)
    if name == CATEGORY:
        # None of ours leaves the bookkeeper's.
        return bool(ours) and ours.casefold() != theirs.casefold()
    if isinstance(ours, str):
        return ours != clean(theirs)
    return ours != (theirs or 0)
