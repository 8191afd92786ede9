# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What Sage has of documents and money, whoever made it there.

Sage forgets what it deleted, and tells nothing for sure of what changed: all is read
each time. What of ours was taken back is told as gone, and what did that is not told.
"""

from odoo.addons.synkd_connector.lib.identity import find_key
from odoo.addons.synkd_connector.lib.results import BooksPosting
from odoo.addons.synkd_connector_http.lib.marks import without_key

from . import refs
from .documents import as_cents, is_over, key_of, read_day, taken_back

SERVICES = (refs.INVOICE, refs.RETURN, refs.RECEIPT)
KINDS = {service: kind for kind, service in refs.KINDS.items()}


def read(client, cursor, currencies, base):
    """Yield pages of postings, each with the cursor behind it and whether it ends.

    :param dict cursor: of the last page; {} from the beginning.
    :param dict currencies: codes by identity.
    :param str base: currency of the company.
    :rtype: Iterator[tuple[list, dict, bool]]
    """
    service, skip = cursor.get("service", SERVICES[0]), cursor.get("skip", 0)
    gone = list(cursor.get("gone", ()))
    for each in SERVICES[SERVICES.index(service) :]:
        skip, total = skip if each == service else 0, skip + 1
        while skip < total:
            records, count, total = client.page(each, skip)
            skip += count or total
            told = lambda r, each=each: to_posting(each, r, currencies, base)
            found = client.read_each(each, records, told)
            gone += [ref for record in records if (ref := taken_back(record))]
            is_last = each == SERVICES[-1] and skip >= total
            over = [_gone(ref) for ref in gone] if is_last else []
            after = {"service": each, "skip": skip, "gone": gone}
            yield [*filter(None, found), *over], after, is_last


def _gone(ref):
    """Return that a document of ours was taken back."""
    kind = KINDS.get(refs.service_of(ref), "payment")
    return BooksPosting(ref, kind, gone=True)


def to_posting(service, record, currencies, base):
    """Return a document or money as the core takes it; None for what is told as gone.

    :rtype: BooksPosting
    """
    if is_over(record):
        return None
    kind = KINDS.get(service)
    total = as_cents(record.get("Total"))
    is_money = service == refs.RECEIPT
    reference = record.get("Reference")
    return BooksPosting(
        refs.to_ref(service, record["ID"]),
        kind or ("payment" if total >= 0 else "refund"),
        number=str(record.get("DocumentNumber") or ""),
        reference=without_key(reference),
        own_key=find_key(reference) if is_money else key_of(record),
        customer=str(record.get("CustomerId") or ""),
        name=str((record.get("Customer") or {}).get("Name") or ""),
        date=read_day(record),
        currency=currencies.get(str(record.get("Customer_CurrencyId")), base),
        total=str(abs(total)),
        tax="" if is_money else str(as_cents(record.get("Tax"))),
        open=str(as_cents(record["AmountDue"])) if "AmountDue" in record else "",
    )
