# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What is looked up once for a batch of documents, and how numbers are written."""

from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal

# Digits of prices and quantities behind the point.
PRICE_DIGITS = 6
RATE_DIGITS = 10


@dataclass
class Lookup:
    """The codes of the books for a batch of transactions.

    :param dict postings: id of a document's line -> ``Posting``.
    :param dict codes: (ledger id, kind, key) -> kind and code of the item.
    :param dict documents: (ledger id, id of an entry) -> identity and number of the
        document in the books; the identity is "" while it is not there.
    :param set leaving: those of them that are to be voided there.
    :param dict settled: id of an entry that settles -> list of id of the settled
        entry, amount in its currency, and amount in the currency of the entry that
        settles; in the order of due dates.
    :param dict expected: id of a payment without an entry -> the same list, of what it
        is meant for.
    :param dict journals: id of a row of money -> the journal that it is in.
    :param set rateless: ids of rows of a foreign currency that no rate is known of.
    :param dict before: id of a row of money -> names of the documents that it settles
        and that the books did not get from here.
    :param dict differences: id of an entry -> list of account id and amount.
    :param dict summary_postings: id of a line of a summary -> ``Posting``.
    :param dict summaries: (ledger id, id of a summary) -> as ``documents``.
    :param dict billed: (ledger id, id of an entry) -> ``Bill`` that it is part of.
    :param dict earlier: id of a bill -> list of id of an entry that settles it, and how
        much of it, in the order of those ids.
    """

    postings: dict = field(default_factory=dict)
    codes: dict = field(default_factory=dict)
    documents: dict = field(default_factory=dict)
    leaving: set = field(default_factory=set)
    settled: dict = field(default_factory=dict)
    expected: dict = field(default_factory=dict)
    journals: dict = field(default_factory=dict)
    rateless: set = field(default_factory=set)
    before: dict = field(default_factory=dict)
    differences: dict = field(default_factory=dict)
    summary_postings: dict = field(default_factory=dict)
    summaries: dict = field(default_factory=dict)
    billed: dict = field(default_factory=dict)
    earlier: dict = field(default_factory=dict)


@dataclass(frozen=True)
class Bill:
    """A bill of several documents, as those who settle one of them see it.

    :param int move_id: entry of the member that stands for all, see ``documents``.
    :param str kind: invoice or credit_note.
    :param Decimal total: what it comes to.
    """

    id: int
    move_id: int
    kind: str
    total: Decimal


def number(value):
    """Return a float as a decimal number, without the noise of floats.

    :rtype: Decimal
    """
    return Decimal(repr(round(value or 0.0, RATE_DIGITS)))


def fixed(value, places):
    """Return a number as text with so many places, never "-0.00".

    :rtype: str
    """
    rounded = Decimal(value).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    return format(rounded if rounded else abs(rounded), "f")


def short(value, least=0, most=PRICE_DIGITS):
    """Return a number as text with as few places as it needs, between two bounds.

    :rtype: str
    """
    text = fixed(value, most)
    whole, _point, places = text.partition(".")
    places = places.rstrip("0").ljust(least, "0")
    return f"{whole}.{places}" if places else whole
