# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What a list that Pastel exported tells of what was in a file: there, doubled, other.

Members are found by our key where a row has one, documents by their order number else.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass
from decimal import Decimal
from math import gcd

from odoo.addons.synkd_connector.lib.identity import find_key

from . import exports
from .documents import CENT, REMARK

ZERO = Decimal(0)


@dataclass(frozen=True)
class Row:
    """One row of a list of transactions."""

    line: int
    code: str
    amount: Decimal
    tax: Decimal | None
    number: str
    order: str
    date: str
    key: str


def read_transactions(content):
    """Return the rows of a list of transactions.

    :param bytes content: of the file.
    :return: rows, and the numbers of lines that make no sense.
    :rtype: tuple[list[Row], list[int]]
    :raise exports.Unreadable: when it is no such list.
    """
    table = exports.read_table("transactions", content)
    columns = exports.find_columns("transactions", table.headings)
    missing = {*exports.NEEDED["transactions"]} - {*columns}
    if missing:
        raise exports.Unreadable("columns", missing=", ".join(sorted(missing)))
    rows, odd = [], list(table.short)
    for line, cells in exports.each_row(table, columns):
        try:
            rows.append(_to_row(line, cells))
        except ValueError:
            odd.append(line)
    return rows, odd


def _to_row(line, cells):
    """Return one row.

    :raise ValueError: when its amounts are none.
    """
    if not cells["code"] or not cells["amount"]:
        raise ValueError(line)
    tax = cells.get("tax", "")
    texts = " ".join(cells.get(name, "") for name in ("message", "text", "order"))
    return Row(
        line,
        cells["code"].upper(),
        exports.to_amount(cells["amount"]),
        exports.to_amount(tax) if tax else None,
        cells.get("number", ""),
        cells.get("order", "").upper(),
        cells.get("date", ""),
        find_key(texts),
    )


def group_by_member(rows, members):
    """Return the rows that are about each member.

    A row with a key is about whose key that is, and nobody else; one without is about
    the document with its order number.

    :param list rows: ``Row``.
    :param members: ``Member``.
    :rtype: dict[int, list[Row]]
    """
    by_key = {member.own_key: member.res_id for member in members}
    by_order = {
        (member.payload["kind"], member.payload["header"][7].upper()): member.res_id
        for member in members
        if "header" in member.payload
    }
    found = defaultdict(list)
    for row in rows:
        kind = "invoice" if row.amount >= 0 else "credit_note"
        res_id = by_key.get(row.key) if row.key else by_order.get((kind, row.order))
        if res_id:
            found[res_id].append(row)
    return found


def is_strange(member, rows, total):
    """Whether a document may be another company's, which numbers as ours does.

    Without a key its total tells: Pastel works tax out by line, so a cent for each line
    may be between.

    :param Member member: of documents.
    :param list rows: about one number of Pastel.
    :param Decimal total: of them.
    :rtype: bool
    """
    lines = [line for line in member.payload["lines"] if line[-1] != REMARK]
    most = CENT * len(lines)
    has_key = any(row.key for row in rows)
    return not has_key and abs(total - Decimal(member.payload["total"])) > most


def count_times(member, rows):
    """Return how often a record of money is in the books; 0: it is there otherwise.

    :param Member member: of payments or allocations.
    :param list rows: about it.
    :rtype: int
    """
    debit, credit = (Decimal(member.payload[side]) for side in ("debit", "credit"))
    there = (
        sum((row.amount for row in rows if row.amount > 0), ZERO),
        sum((row.amount for row in rows if row.amount < 0), ZERO),
    )
    for times in range(1, len(rows) + 1):
        if there == (times * debit, times * credit):
            return times
    return 0


def find_doubles(rows, members):
    """Return what is in a list of documents more than once, and no member.

    Rows of one document have one number of Pastel, and those with one key, or all of
    customer, order number, amount and date alike, are one of ours.

    :param members: those that are looked at anyway.
    :return: the numbers over there, by key or order number.
    :rtype: dict[str, list[str]]
    """
    mine = {member.own_key for member in members}
    mine |= {m.payload["header"][7].upper() for m in members if "header" in m.payload}
    numbers = defaultdict(dict)
    for row in rows:
        if row.order and not {row.key, row.order} & mine:
            alike = row.key or (row.code, row.order, row.amount, row.date)
            numbers[alike, row.order][row.number] = True
    return {
        order: list(found) for (_a, order), found in numbers.items() if len(found) > 1
    }


def find_doubled_money(rows, members):
    """Return how often records of money are in a list, where that is more than once.

    A second import has all rows of one again. Documents have an order number.

    :param members: those that are looked at anyway.
    :return: times by key.
    :rtype: dict[str, int]
    """
    mine = {member.own_key for member in members}
    counts = defaultdict(Counter)
    for row in rows:
        if row.key and not row.order and row.key not in mine:
            counts[row.key][row.code, row.number, row.amount, row.date] += 1
    times = {key: gcd(*found.values()) for key, found in counts.items()}
    return {key: count for key, count in times.items() if count > 1}
