# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Invoices and credit notes as Pastel imports batches of them."""

from decimal import ROUND_HALF_UP, Decimal

from .shape import (
    ITEM,
    MESSAGE,
    MOST_LINES,
    SALES,
    TEXT,
    Misfit,
    Texts,
    customer_code,
    find_period,
    is_kept,
    ledger_account,
    show_amount,
    show_date,
    show_number,
    show_rate,
    tax_type,
    write_rows,
)

HEADER_COLUMNS = 29
NUMBER_MESSAGE, REFERENCE_MESSAGE, KEY_MESSAGE = 10, 11, 12
INVENTORY, GENERAL, REMARK = "4", "6", "7"
CENT = Decimal("0.01")
# What bears no tax, in every company of Pastel; which lines do is mapped as any other.
NO_TAX = "0"


def to_document(data, settings):
    """Return an invoice or credit note as the rows of its file.

    What a file adds, its number and our key, is added by ``write_documents``.

    :param DocumentData data: as Pastel keeps it, see ``lib.adapt``.
    :param Settings settings: of the company.
    :rtype: dict
    :raise Misfit: when it does not fit.
    """
    texts = Texts()
    lines = [row for line in data.lines for row in _lines(line, data, settings, texts)]
    if len(lines) >= MOST_LINES:
        count = len(lines) + 1
        raise Misfit("lines", number=data.number, count=count, most=MOST_LINES)
    show_amount(Decimal(data.total), settings)
    return {
        "kind": data.kind,
        "number": data.number,
        "customer": customer_code(data.customer or data.customer_code),
        "date": data.date,
        "total": data.total,
        "tax": data.tax,
        "header": _header(data, settings, texts),
        "lines": lines,
        "changed": texts.changed,
    }


def _header(data, settings, texts):
    """Return the 29 columns of a document's header."""
    order = texts.plain(data.number)
    if len(order) > settings.order_width:
        width = settings.order_width
        raise Misfit("order", number=data.number, count=len(order), width=width)
    _worth, rate = show_rate(data, settings)
    columns = {
        1: "Header",
        4: " ",
        5: customer_code(data.customer or data.customer_code),
        6: str(find_period(data.date, settings)),
        7: show_date(data.date),
        8: order,
        9: "Y" if data.tax_included else "N",
        10: "0",
        11: order[:MESSAGE],
        12: texts.cut(data.reference, MESSAGE),
        19: settings.sales_code[:SALES],
        20: "0",
        21: show_date(data.due_date),
        25: rate,
        28: "N",
        29: " ",
    }
    return [columns.get(number, "") for number in range(1, HEADER_COLUMNS + 1)]


def _lines(line, data, settings, texts):
    """Return the row of a line, and the remarks with the rest of its text."""
    first, *more = texts.wrap(line.description, TEXT)
    code, kind = _posted_as(line)
    if not line.tax_code:
        raise Misfit("untaxed", line=first, number=data.number)
    quantity = Decimal(line.quantity)
    exclusive, inclusive = unit_prices(line, data.tax_included)
    row = [
        "Detail",
        "0",
        show_number(quantity, settings, 4).rstrip("0").rstrip(".,"),
        show_amount(exclusive, settings),
        show_amount(inclusive, settings),
        "",
        tax_type(line.tax_code),
        "0",
        "0",
        code,
        first,
        kind,
    ]
    return [row, *(remark(text) for text in more)]


def unit_prices(line, included):
    """Return the prices of one unit, without and with tax, to the cent.

    The one that Pastel works with is the line's own; the other is worked out.

    :rtype: tuple[Decimal, Decimal]
    """
    quantity, price = Decimal(line.quantity), Decimal(line.price)
    net, tax = Decimal(line.net), Decimal(line.tax)
    other = (net if included else net + tax) / (quantity or 1)
    other = other.quantize(CENT, ROUND_HALF_UP)
    return (other, price) if included else (price, other)


def _posted_as(line):
    """Return the code of a line, and which kind it is."""
    if not line.item:
        if not line.account:
            raise Misfit("nowhere", line=line.description)
        return ledger_account(line.account), GENERAL
    if len(line.item) > ITEM or not is_kept(line.item):
        raise Misfit("item", code=line.item, length=ITEM)
    return line.item, INVENTORY


def remark(text):
    """Return a row that says something and costs nothing.

    :rtype: list[str]
    """
    return ["Detail", "0", "1", "0", "0", "", "0", "0", "0", "'", text, REMARK]


def write_documents(members, number):
    """Return documents of one kind as a file.

    :param members: ``Member``.
    :param int number: of the batch.
    :rtype: bytes
    """
    return write_rows(row for member in members for row in _rows(member, number))


def _rows(member, number):
    """Yield the rows of one document; the last one says in which file it was."""
    header = [*member.payload["header"]]
    header[KEY_MESSAGE] = member.own_key
    yield header
    yield from member.payload["lines"]
    yield remark(f"Odoo {number:06} {member.own_key}")
