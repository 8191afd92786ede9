# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What Xero has of documents and money, as the core compares it."""

from decimal import Decimal
from uuid import UUID

from odoo.addons.synkd_connector.lib.results import BooksPosting
from odoo.addons.synkd_connector_http.lib.marks import without_key

from . import dates, documents, identity, payments, reading

# What a payment is on: an element of these names, and what it means.
PAID = {
    "ACCRECPAYMENT": ("Invoice", "payment"),
    "ARCREDITPAYMENT": ("CreditNote", "refund"),
    "AROVERPAYMENTPAYMENT": ("Overpayment", "refund"),
    "ARPREPAYMENTPAYMENT": ("Prepayment", "refund"),
}
# Bank transactions that are a customer's money, whoever made them; others if ours.
ON_ACCOUNT = ("RECEIVE-OVERPAYMENT", "RECEIVE-PREPAYMENT")
LEFT = {"invoice": "AmountDue", "credit_note": "RemainingCredit"}


def read_document(kind, element):
    """Return an invoice or credit note.

    :param str kind: invoice or credit_note.
    :param dict element: as Xero shows it.
    :return: None for one of a supplier.
    :rtype: BooksPosting | None
    """
    names = documents.KINDS[kind]
    if element.get("Type") != names.type:
        return None
    told = documents.to_result(0, names, element)
    return BooksPosting(
        element[names.key],
        kind,
        number=told.number,
        date=told.date,
        total=told.total,
        tax=told.tax,
        open=_amount(element.get(LEFT[kind])),
        **_common(element, element),
    )


def read_payment(element):
    """Return a payment of a customer's document, or one that pays money back.

    :param dict element: as Xero shows it.
    :return: None for one of a supplier.
    :rtype: BooksPosting | None
    """
    name, kind = PAID.get(element.get("PaymentType"), ("", ""))
    if not kind:
        return None
    # What it settles names the customer, and the currency that its amount is in.
    settled = element.get(name) or {}
    return _money(element["PaymentID"], kind, element, settled, element.get("Amount"))


def read_bank(element):
    """Return a bank transaction that is a customer's money.

    :param dict element: as Xero shows it.
    :return: None for other money of the books.
    :rtype: BooksPosting | None
    """
    type_ = element.get("Type") or ""
    if type_ not in ON_ACCOUNT and not identity.key_of(element):
        return None
    kind = "payment" if type_.startswith("RECEIVE") else "refund"
    key = element["BankTransactionID"]
    return _money(key, kind, element, element, element.get("Total"))


def _money(key, kind, element, owner, amount):
    day = dates.read_day(element, "Date")
    return BooksPosting(
        key,
        kind,
        number=without_key(element.get("Reference")),
        date=day.isoformat() if day else "",
        total=_amount(amount),
        **_common(element, owner),
    )


def _common(element, owner):
    """Return what all have: key, customer, currency, and whether it counts.

    :param dict owner: the element that has customer and currency.
    """
    contact = owner.get("Contact") or {}
    return {
        "reference": without_key(element.get("Reference")),
        "own_key": identity.key_of(element),
        "customer": contact.get("ContactID") or "",
        "name": contact.get("Name") or "",
        "currency": owner.get("CurrencyCode") or "",
        "gone": element.get("Status") in payments.OVER,
    }


def _amount(value):
    return "" if value in (None, "") else str(Decimal(str(value)))


# Lists that are read one after the other: name, id field, parameters, what makes a
# posting of a record, and the kinds that are in it.
LISTS = (
    (
        *("Invoices", "InvoiceID", 'Type=="ACCREC"'),
        lambda element: read_document("invoice", element),
        ("invoice",),
    ),
    (
        *("CreditNotes", "CreditNoteID", 'Type=="ACCRECCREDIT"'),
        lambda element: read_document("credit_note", element),
        ("credit_note",),
    ),
    ("Payments", "PaymentID", "", read_payment, ("payment", "refund")),
    ("BankTransactions", "BankTransactionID", "", read_bank, ("payment", "refund")),
)
# In a cursor: all is read for the first time, and of a day or later.
FIRST = "first"


def read_pages(client, cursor, since):
    """Yield pages of what changed: postings, and where the next one begins.

    What changes later is told whatever its date is.

    :param dict cursor: of the last page; {} reads everything.
    :param datetime.date since: first day of what is asked for, or None.
    """
    cursor = cursor or {FIRST: True}
    is_first = since and FIRST in cursor
    day = f"Date>={dates.write_filter_day(since)}" if is_first else ""
    for place, (plural, key, type_, read, _kinds) in enumerate(LISTS):
        if place < cursor.get("place", 0):
            continue
        where = " AND ".join(filter(None, [type_, day]))
        pages = reading.read_changed(
            client,
            plural,
            key,
            cursor.get(plural, {}),
            {"where": where} if where else {},
            without=("LineItems",),
        )
        is_last_list = place == len(LISTS) - 1
        for found, after, is_end in pages:
            postings = filter(None, client.read_each(plural, found, read))
            # The next list, or from the first one again with what changes from now on.
            following = 0 if is_last_list else place + 1
            cursor = cursor | {plural: after, "place": following if is_end else place}
            if is_end and is_last_list:
                cursor.pop(FIRST, None)
            yield tuple(postings), cursor


def read_by_id(client, wanted):
    """Return the postings of these identities that Xero has, whatever their date is.

    :param dict wanted: identities by kind.
    :rtype: tuple[BooksPosting]
    """
    found = []
    for plural, key, _type, read, kinds in LISTS:
        ids = {id_ for kind in kinds for id_ in wanted.get(kind, ()) if _is_guid(id_)}
        records = reading.read_filtered(client, plural, key, ids, reading.GUID)
        found += filter(None, client.read_each(plural, records, read))
    return tuple(found)


def _is_guid(text):
    try:
        return bool(UUID(text))
    except ValueError:
        return False
