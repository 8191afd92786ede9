# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Receipts, refunds, write-offs and allocations as rows of cashbooks and journals."""

from decimal import Decimal

from odoo.addons.synkd_connector.lib.identity import KEY_PREFIX, find_key

from .shape import (
    ENTRY_TEXT,
    REFERENCE,
    Misfit,
    customer_code,
    find_period,
    ledger_account,
    short_number,
    show_amount,
    show_date,
    show_rate,
    write_rows,
)

CASHBOOK, JOURNAL = "cashbook", "journal"
ORIGINAL, ALLOCATION = "O", "A"
MOST_BATCHES = 99
ZERO = Decimal(0)


def to_payment(data, settings):
    """Return a payment or refund as the rows of its files.

    The money is in the cashbook of its bank, what no money came for in a journal
    against the account that bears it.

    :param PaymentData data: the neutral record.
    :param Settings settings: of the company.
    :rtype: dict
    :raise Misfit: when it does not fit.
    """
    bank = ledger_account(data.account)
    pots = [[CASHBOOK, bank, Decimal(data.amount)]]
    for difference in data.differences:
        contra = ledger_account(difference.account)
        pots.append([JOURNAL, contra, Decimal(difference.amount)])
    sign = -1 if data.kind == "payment" else 1
    parts = [
        (book, contra, sign * amount, part)
        for book, contra, amount, part in _share(pots, data.allocations)
    ]
    return _to_entry(data, parts, settings)


def _share(pots, allocations):
    """Yield which part of money and differences settles what.

    :param list pots: book, contra account and amount; emptied by the way.
    """
    for part in allocations:
        left = Decimal(part.paid or part.amount)
        for pot in pots:
            taken = min(pot[2], left) if pot[2] > 0 else ZERO
            if taken > 0:
                pot[2] -= taken
                left -= taken
                yield pot[0], pot[1], taken, part
    for book, contra, amount in pots:
        if amount:
            yield book, contra, amount, None


def to_allocation(data, settings):
    """Return what a credit note settles as rows of a journal that come to nothing.

    :param CreditData data: the neutral record.
    :param Settings settings: of the company.
    :rtype: dict
    :raise Misfit: when it does not fit.
    """
    if not settings.contra:
        raise Misfit("contra")
    contra = ledger_account(settings.contra)
    parts = []
    for part in data.allocations:
        amount = Decimal(part.paid or part.amount)
        parts.append((JOURNAL, contra, amount, data))
        parts.append((JOURNAL, contra, -amount, part))
    return _to_entry(data, parts, settings)


def _to_entry(data, parts, settings):
    """Return the rows of a record of money, as plain data."""
    code = customer_code(data.customer or getattr(data, "customer_code", ""))
    period = str(find_period(data.date, settings))
    rate = (Decimal(1), "1")
    if hasattr(data, "currency"):
        rate = show_rate(data, settings)
    rows = [
        _row(data, (book, contra, amount, part), rate, settings)
        for book, contra, amount, part in parts
    ]
    return {
        "number": data.number,
        "customer": code,
        "date": data.date,
        "period": period,
        "rows": rows,
        "debit": str(sum((a for _b, _c, a, _p in parts if a > 0), ZERO)),
        "credit": str(sum((a for _b, _c, a, _p in parts if a < 0), ZERO)),
    }


def _row(data, part, rate, settings):
    """Return one row of a record of money, by name."""
    book, contra, amount, settled = part
    worth, shown = rate
    return {
        "book": book,
        "contra": contra,
        "amount": show_amount(amount, settings),
        "home": show_amount(amount * worth, settings),
        "rate": shown,
        "open": ALLOCATION if settled else ORIGINAL,
        "reference": reference_of(settled.number if settled else data.number),
        # By which key the settled document is found: references are short.
        "settles": find_key(settled.document) if settled else "",
    }


def reference_of(number):
    """Return eight places of a number: Pastel's own whole, the end of ours.

    :rtype: str
    """
    plain = number.isascii() and number.isalnum() and len(number) <= REFERENCE
    return number.upper() if plain else short_number(number)


def write_entries(pairs, number):
    """Return rows of one book as a file.

    :param pairs: tuples of ``Member`` and one of its rows.
    :param int number: of the batch.
    :rtype: bytes
    """
    batch = str(number % MOST_BATCHES + 1)
    return write_rows(_columns(member, row, batch) for member, row in pairs)


def _columns(member, row, batch):
    """Return the 18 columns of a row."""
    return [
        member.payload["period"],
        show_date(member.payload["date"]),
        "D",
        member.payload["customer"],
        row["reference"],
        _text(member, row),
        row["amount"],
        "0",
        "0",
        row["open"],
        "",
        row["contra"],
        row["rate"],
        "1",
        batch,
        "0",
        "0",
        row["home"],
    ]


def _text(member, row):
    """Return the text of a row: our key, and what it settles or its number."""
    if row["settles"]:
        return f"{member.own_key} {row['settles'].removeprefix(KEY_PREFIX)}"
    room = ENTRY_TEXT - len(member.own_key) - 1
    number = "".join(c for c in member.payload["number"] if c.isascii())
    return f"{member.own_key} {number.replace(chr(34), '')[-room:]}".strip()
