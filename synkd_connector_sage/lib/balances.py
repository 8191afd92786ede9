# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What customers owe: Sage tells the sum of each; what is late is added up here."""

from decimal import Decimal

from odoo.addons.synkd_connector.lib.results import Balance
from odoo.addons.synkd_connector_http.lib import dates

from . import push, reading
from .documents import as_cents
from .refs import INVOICE

ZERO = Decimal(0)
# So many pages of long lists are read by one run: what waits to be sent goes between.
SHARE = reading.DAY_CALLS


def read(client, cursor, today):
    """Yield pages of what customers owe, each with the cursor behind it.

    First all invoices are read, of which those count that are late, then all customers.
    Long lists are not read at each run, nor by one run, which would keep documents from
    being sent. What is late is so as of the day on which the first pages were read.

    :param dict cursor: of the last page; {} at first.
    :param str today: ISO 8601; what fell due before is late.
    :return: the pages, and whether no next one is asked for by this run.
    :rtype: Iterator[tuple[list, dict, bool]]
    """
    if "skip" not in cursor and not reading.is_due(cursor, dates.utc_now()):
        yield [], cursor, True
        return
    is_short = cursor.get("pages", 0) <= reading.SHORT
    if "skip" not in cursor or (is_short and cursor["day"] != today):
        cursor = {"day": today, "service": INVOICE, "skip": 0, "late": {}, "pages": 0}
    is_last = False
    while not is_last:
        owed, cursor = _read_page(client, cursor)
        is_last = "skip" not in cursor or cursor["pages"] % SHARE == 0
        yield owed, cursor, is_last


def _read_page(client, cursor):
    """Return what one page tells, and the cursor behind it."""
    service, late, owed = cursor["service"], cursor["late"], []
    records, count, total = client.page(service, cursor["skip"])
    if service == INVOICE:
        late = _with_late(late, records, cursor["day"])
    else:
        owed = client.read_each(service, records, lambda r: to_balance(r, late))
    after = {**cursor, "pages": cursor["pages"] + 1, "late": late}
    after["skip"] += count
    if not count or after["skip"] >= total:
        if service == INVOICE:
            return owed, {**after, "service": push.SERVICE, "skip": 0}
        done = dates.write_moment(dates.utc_now())
        return owed, {"done": done, "pages": after["pages"]}
    return owed, after


def _with_late(late, records, today):
    """Return what is late of each customer, with that of some more invoices.

    :param dict late: texts by identity of the customer.
    """
    found = dict(late)
    for record in records:
        due = dates.read_moment(record.get("DueDate"))
        if due and due.date().isoformat() < today:
            owner = str(record.get("CustomerId") or "")
            rate = Decimal(str(record.get("Customer_ExchangeRate") or 1))
            amount = as_cents(record.get("AmountDue")) * rate
            found[owner] = str(as_cents(Decimal(found.get(owner, 0)) + amount))
    return found


def to_balance(record, late):
    """Return what a customer owes; not more of it is late than that.

    :param dict record: as Sage shows it.
    :param dict late: texts by identity of the customer.
    :rtype: Balance
    """
    owed = as_cents(record.get("Balance"))
    overdue = min(Decimal(late.get(record["ID"], 0)), max(owed, ZERO))
    return Balance(record["ID"], owed, overdue)
