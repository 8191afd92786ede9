# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What the other Odoo has: balances, payments, and documents for the comparison."""

from datetime import date, timedelta
from itertools import chain

from odoo.addons.synkd_connector.lib.results import Balance, BooksPayment, BooksPosting
from odoo.addons.synkd_connector_http.lib import dates
from odoo.addons.synkd_connector_http.lib.cursor import chunks

from . import loading, payments, reversal, settling
from .client import PAGE_SIZE
from .documents import LINE, TYPES, money
from .documents import MODEL as MOVE
from .documents import READ as MOVE_READ

# A reading is dated so much earlier: what is written meanwhile comes again.
OVERLAP = timedelta(minutes=5)
STAMP = "%Y-%m-%d %H:%M:%S"
KINDS = {theirs: ours for ours, theirs in TYPES.items()}
MONEY_KINDS = {theirs: ours for ours, theirs in payments.TYPES.items()}
# The documents of customers, and the money that comes from them or goes to them.
MOVES = [("move_type", "in", sorted(KINDS))]
MONEY = [("partner_type", "=", "customer")]


def receivable(client):
    """Return what tells the lines that customers owe by.

    :rtype: tuple
    """
    if client.series < 16:
        return ("account_id.internal_type", "=", "receivable")
    return ("account_id.account_type", "=", "asset_receivable")


# === BALANCES === #


def read_money(client, cursor):
    """Yield what customers owe and what was paid, page by page.

    All that owe at first, later those of whom something changed since.

    :param dict cursor: with the moment of the last reading; that of one which was cut
        also with the moment of the next, and with the last settlement and customer of
        which was told. {} at first.
    :return: balances, payments, and the cursor behind them.
    :rtype: Iterator[tuple[tuple[Balance], tuple[BooksPayment], dict]]
    """
    since = dates.read_moment(cursor.get("since"))
    at = {"next": dates.write_moment(dates.utc_now() - OVERLAP), **cursor}
    partners = None
    if since:
        for last, paid in read_settled(client, since, at.get("paid", 0)):
            at = {**at, "paid": last}
            yield (), paid, at
        partners = read_touched(client, since, since.date())
    told = at.get("owed", 0)
    owed = [b for b in read_balances(client, partners) if int(b.external_id) > told]
    for some in chunks(owed, PAGE_SIZE):
        at = {**at, "owed": int(some[-1].external_id)}
        yield tuple(some), (), at
    yield (), (), {"since": at["next"]}


def is_under_way(cursor):
    """Whether something comes behind a cursor in the same reading.

    :rtype: bool
    """
    return "next" in cursor


def read_balances(client, partners, today=None):
    """Return what customers owe, by two grouped reads, in the order of their ids.

    :param partners: ids; None for all that owe something.
    :rtype: tuple[Balance]
    """
    if partners is not None and not partners:
        return ()
    today = today or date.today()
    domain = [receivable(client), ("parent_state", "=", "posted")]
    domain += [("reconciled", "=", False), ("partner_id", "!=", False)]
    if partners is not None:
        domain.append(("partner_id", "in", sorted(partners)))
    late = [("date_maturity", "<", today.isoformat())]
    owed, overdue = _sum_open(client, domain), _sum_open(client, domain + late)
    known = set(owed) if partners is None else partners
    zero = money(0)
    return tuple(
        Balance(str(id_), owed.get(id_, zero), overdue.get(id_, zero))
        for id_ in sorted(known)
    )


def _sum_open(client, domain):
    """Return what is open on some lines, by customer.

    By XML-RPC they are added up here: there each group tells its whole domain again,
    with all the customers that were asked about.
    """
    if client.speaks_json:
        found = _sum_there(client, domain)
    else:
        names = ["partner_id", "amount_residual"]
        pages = client.read_pages(LINE, domain, names)
        lines = chain.from_iterable(pages)
        found = ((line["partner_id"], line["amount_residual"]) for line in lines)
    sums = {}
    for partner, amount in found:
        if partner:
            sums[partner[0]] = sums.get(partner[0], money(0)) + money(amount)
    return sums


def _sum_there(client, domain):
    """Return what is open on some lines, by customer, as the other Odoo adds it up."""
    name = "amount_residual:sum"
    groups = client.call(
        LINE,
        "formatted_read_group",
        domain=domain,
        groupby=["partner_id"],
        aggregates=[name],
    )
    return [(group["partner_id"], group[name]) for group in groups]


def read_touched(client, since, before):
    """Return the customers whose balance may have changed.

    :param datetime since: naive UTC, of the last read.
    :param date before: the day of the last read: what fell due since is overdue now.
    :rtype: set[int]
    """
    stamp = since.strftime(STAMP)
    # An entry that is reset to draft leaves its lines as they were.
    changed = ["|", ("write_date", ">=", stamp), ("move_id.write_date", ">=", stamp)]
    due = [
        ("date_maturity", ">=", (before - timedelta(days=1)).isoformat()),
        ("date_maturity", "<=", date.today().isoformat()),
        ("reconciled", "=", False),
    ]
    domains = ([receivable(client), *some] for some in (changed, due))
    return {id_ for domain in domains for id_ in _sum_open(client, domain)}


def read_settled(client, since, last=0):
    """Yield the money that came to documents since a moment, whoever took it.

    :param datetime since: naive UTC.
    :param int last: id of the last settlement that is known already.
    :return: that id behind a page, and the money of the page.
    :rtype: Iterator[tuple[int, tuple[BooksPayment]]]
    """
    name, operator, kind = receivable(client)
    domain = [("create_date", ">=", since.strftime(STAMP))]
    domain.append((f"debit_move_id.{name}", operator, kind))
    for page in client.read_pages(settling.MODEL, domain, settling.READ, last):
        yield page[-1]["id"], _to_payments(client, page)


def _to_payments(client, partials):
    """Return the payments among some settlements.

    :rtype: tuple[BooksPayment]
    """
    ids = {
        partial[side][0]
        for partial in partials
        for side in ("debit_move_id", "credit_move_id")
    }
    lines = client.read_ids(LINE, ids, ["move_id", "date"])
    moves = {line["move_id"][0] for line in lines.values()}
    link = payments.link_of(client)
    names = ["move_type", "ref", "name", "date", "journal_id", link]
    known = client.read_ids(MOVE, moves, names)
    found = []
    for partial in partials:
        debit, credit = (
            known.get(lines[partial[side][0]]["move_id"][0])
            for side in ("debit_move_id", "credit_move_id")
        )
        found += _to_payment(partial, debit, credit, link)
    return tuple(found)


def _to_payment(partial, debit, credit, link):
    """Return the payment that a partial is, as a list; nothing for credit notes.

    :param str link: name of the entry's field with its payment, if it has one.
    """
    for document, other, side in ((debit, credit, "debit"), (credit, debit, "credit")):
        is_money = other and other["move_type"] == "entry"
        if is_money and document and document["move_type"] in KINDS:
            return [
                BooksPayment(
                    # As ours are kept, by which they are told from others.
                    settling.to_part(settling.PARTIAL, partial["id"])["id"],
                    str(document["id"]),
                    str(other["ref"] or other["name"] or ""),
                    str(other["date"]),
                    str(money(partial[f"{side}_amount_currency"])),
                    money=payments.identity(other[link][0]) if other[link] else "",
                )
            ]
    return []


# === DOCUMENTS === #


def find_reversed(client, records):
    """Return that documents we reversed are gone, with what reverses them.

    What a bookkeeper credited there is a document of theirs, and stays. So does what we
    reversed and they have cancelled the reversal of.

    :param list records: of a page; one that reverses has a later id than the other.
    :rtype: tuple[BooksPosting]
    """
    moves = {
        r["id"]: r
        for r in records
        if r.get("reversed_entry_id") and r["state"] == "posted"
    }
    keys = loading.read_keys(client, MOVE, moves)
    found = []
    for id_, record in moves.items():
        if any(key.endswith(reversal.REVERSAL) for key in keys.get(id_, ())):
            kind = KINDS[record["move_type"]]
            origin = str(record["reversed_entry_id"][0])
            found.append(BooksPosting(str(id_), kind, gone=True))
            found.append(BooksPosting(origin, reversal.OPPOSITE[kind], gone=True))
    return tuple(found)


def find_left(client, kinds):
    """Return the differences that still count though their payments do not any more.

    They are told as money that comes to nothing, so that a person is asked about it.

    :param dict kinds: of these payments, by the part that is the difference's entry.
    :rtype: tuple[BooksPosting]
    """
    parts = {settling.part_id({"id": part}): part for part in kinds}
    moves = client.read_ids(MOVE, parts, ["name", "state", "date"])
    moves = {id_: move for id_, move in moves.items() if move["state"] == "posted"}
    keys = loading.read_keys(client, MOVE, moves)
    return tuple(
        BooksPosting(
            parts[id_],
            kinds[parts[id_]],
            number=str(move["name"] or ""),
            date=str(move["date"]),
            total="0.00",
        )
        for id_, move in moves.items()
        if any(key.endswith(payments.DIFFERENCE) for key in keys.get(id_, ()))
    )


def read_pages(client, model, last, day):
    """Yield pages of customers' documents or money, by their ids.

    What was deleted leaves no trace, so all is read each time; what is not told of
    counts as deleted. So ours are told of whatever date somebody gave them: they were
    made since that day.

    :param str model: MOVE, or that of payments.
    :param int last: id of the last record that was read.
    :param date day: earliest of their dates, or of when they were made; None: any.
    :rtype: Iterator[list[dict]]
    """
    domain, names = MOVES, (*MOVE_READ, "reversed_entry_id")
    if model == payments.MODEL:
        domain, names = MONEY, (*payments.READ, payments.memo_of(client))
    if day:
        # A day begins elsewhere up to 14 hours before it does in UTC.
        made = (day - timedelta(days=1)).isoformat()
        made_since = [("date", ">=", day.isoformat()), ("create_date", ">=", made)]
        domain = [*domain, "|", *made_since]
    return client.read_pages(model, domain, names, last)


def from_move(record):
    """Return a document as the comparison takes it.

    :rtype: BooksPosting
    """
    is_gone = record["state"] in payments.CANCELLED
    return BooksPosting(
        str(record["id"]),
        KINDS[record["move_type"]],
        reference=str(record["invoice_origin"] or ""),
        total=str(money(record["amount_total"])),
        tax=str(money(record["amount_tax"])),
        open="0.00" if is_gone else str(money(record["amount_residual"])),
        gone=is_gone,
        draft=record["state"] == "draft",
        **_common(record),
    )


def from_money(record, memo):
    """Return money as the comparison takes it.

    :param str memo: name of the field with what it is for.
    :rtype: BooksPosting
    """
    return BooksPosting(
        payments.identity(record["id"]),
        MONEY_KINDS[record["payment_type"]],
        reference=str(record[memo] or ""),
        total=str(money(record["amount"])),
        gone=record["state"] in payments.CANCELLED,
        draft=record["state"] == "draft",
        **_common(record),
    )


def _common(record):
    partner, currency = record["partner_id"], record["currency_id"]
    return {
        "number": str(record["name"] or ""),
        "customer": str(partner[0]) if partner else "",
        "name": str(partner[1]) if partner else "",
        "date": str(record["date"] or ""),
        "currency": currency[1] if currency else "",
    }
