# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Whether a record of an answer has the shape that its readers count on."""

from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation

from odoo.addons.synkd_connector.lib.odd import Oddity, printable

# An amount has fewer, whatever the currency.
DIGITS = 18
ID_LENGTH = 100
SCALARS = (str, int, Decimal, type(None))
# How a reader fails with data that it does not expect.
FAULTS = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)
# Where a body tells how many of its records cannot be read.
ODD = "(odd)"


@dataclass(frozen=True)
class Shape:
    """What the readers of one kind of books count on, by name of the field.

    A field may always be missing or null. What is not named here is not looked at.

    :param frozenset texts: texts, or numbers that are read as such.
    :param frozenset amounts: numbers, also as texts.
    :param frozenset objects: records in the record.
    :param frozenset lists: lists of records.
    """

    texts: frozenset = frozenset()
    amounts: frozenset = frozenset()
    objects: frozenset = frozenset()
    lists: frozenset = frozenset()

    def find_oddity(self, record, key=""):
        """Return what is odd about a record; "" when all is as it should be.

        :param record: an element of a list of an answer.
        :param str key: the field with its identity, if it must have one.
        :return: a few words.
        :rtype: str
        """
        if not isinstance(record, dict):
            return "no record"
        if key and not is_identity(record.get(key)):
            return f"{key} is no identity"
        # Answers have no more levels than are read, so this comes to an end.
        found = (self._find_odd_field(name, value) for name, value in record.items())
        return next(filter(None, found), "")

    def _find_odd_field(self, name, value):
        if name in self.texts and not _is_text(value):
            return f"{name} is no text"
        if name in self.amounts and not _is_amount(value):
            return f"{name} is no amount"
        if name in self.objects and value is not None:
            inner = self.find_oddity(value)
            return inner and f"{name}: {inner}"
        if name in self.lists and value is not None:
            if not isinstance(value, list):
                return f"{name} is no list"
            found = (self.find_oddity(each) for each in value)
            inner = next(filter(None, found), "")
            return inner and f"{name}: {inner}"
        return ""


@dataclass(frozen=True)
class Lists:
    """The lists of one kind of books: what their records are known by, and their shape.

    :param dict keys: name of the field with a record's identity ("": it has none), by
        the name of the list.
    :param tuple names: fields by which a person finds a record, the best first.
    :param Shape shape: what the readers count on.
    """

    keys: dict = field(default_factory=dict)
    names: tuple = ()
    shape: Shape = Shape()

    def split(self, body, needs_keys=True):
        """Return a body with the records that can be read, and what is odd of others.

        :param dict body: of an answer.
        :param bool needs_keys: each record has to have its identity.
        :rtype: tuple[dict, list[Oddity]]
        """
        found, odd = dict(body), []
        for name, key in self.keys.items():
            if body.get(name) is None:
                continue
            records = body[name] if isinstance(body[name], list) else [body[name]]
            key = key if needs_keys else ""
            reasons = [self.shape.find_oddity(record, key) for record in records]
            pairs = list(zip(records, reasons, strict=True))
            found[name] = [record for record, reason in pairs if not reason]
            odd += [self.to_oddity(name, record, why) for record, why in pairs if why]
        if odd:
            found[ODD] = len(odd)
        return found, odd

    def to_oddity(self, name, record, reason):
        """Return what people are told of a record that cannot be read.

        :param str name: of its list.
        :param record: whatever it is.
        :param str reason: a few words.
        :rtype: Oddity
        """
        record = record if isinstance(record, dict) else {}
        values = (record.get(each) for each in (*self.names, self.keys.get(name)))
        texts = (printable(value) for value in values if isinstance(value, str))
        return Oddity(name, next(filter(None, texts), ""), reason)


def is_identity(value):
    """Whether a value can be an identity of the books.

    :rtype: bool
    """
    is_short = isinstance(value, str) and 0 < len(value) <= ID_LENGTH
    return is_short and value.isprintable() and value.strip() == value


def _is_text(value):
    if not isinstance(value, SCALARS) or isinstance(value, bool):
        return False
    return "\0" not in (text := str(value)) and _is_whole(text)


def _is_whole(text):
    """Whether a text has no half of a letter in it."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _is_amount(value):
    """Whether a value is a number, or no number at all."""
    if value in (None, ""):
        return True
    if not isinstance(value, SCALARS) or isinstance(value, bool):
        return False
    try:
        amount = Decimal(str(value))
    except (InvalidOperation, ValueError):
        return False
    return amount.is_finite() and amount.adjusted() < DIGITS
