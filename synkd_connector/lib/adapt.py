# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A document as one accounting system keeps it: its decimals, its lengths of texts."""

from dataclasses import replace
from decimal import Decimal

from .lookup import short
from .prices import fit

DOTS = "…"


def shorten(text, length):
    """Return a text that ends in dots where books would not keep all of it.

    What has two halves in UTF-16 counts twice, as it does in most books, and is never
    cut in two.

    :param int length: longest text that the books keep; 0: any.
    :rtype: str
    """
    if not length or len(text.encode("utf-16-le", "surrogatepass")) <= 2 * length:
        return text
    units = text.encode("utf-16-le", "surrogatepass")[: 2 * (length - len(DOTS))]
    return units.decode("utf-16-le", "ignore") + DOTS


def adapt(data, capable):
    """Return a document as the books keep it; its amounts stay to the cent.

    :param DocumentData data: the neutral record.
    :param Capabilities capable: of the accounting system.
    :rtype: DocumentData
    """
    digits = capable.digits
    if data.kind == "credit_note" and not capable.credit_discounts:
        digits = replace(digits, discount=-1)
    return replace(
        data,
        reference=shorten(data.reference, capable.reference_length),
        lines=tuple(
            _adapt_line(line, data.tax_included, digits, capable.description_length)
            for line in data.lines
        ),
    )


def _adapt_line(line, tax_included, digits, length):
    """Return a line as the books keep it."""
    places = len(line.net.partition(".")[2])
    amount = Decimal(line.net) + (Decimal(line.tax) if tax_included else 0)
    typed = tuple(Decimal(each) for each in (line.quantity, line.price, line.discount))
    quantity, price, discount = fit(typed, amount, digits, places)
    return replace(
        line,
        description=shorten(line.description, length),
        quantity=short(quantity),
        price=short(price, least=places),
        discount=short(discount, least=2),
    )


def find_cuts(data, capable):
    """Return the texts of a document that the books do not keep whole.

    :return: whether the reference is one, and the descriptions.
    :rtype: tuple[bool, tuple[str]]
    """
    longest = capable.description_length
    texts = [line.description for line in data.lines]
    return (
        shorten(data.reference, capable.reference_length) != data.reference,
        tuple(text for text in texts if shorten(text, longest) != text),
    )
