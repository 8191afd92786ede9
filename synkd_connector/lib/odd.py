# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Records of the books that make no sense: named for people, kept out of the database.

Books tell whatever they like. A record that cannot be read is left out by itself, and
whoever reads the run learns which one it was.
"""

import math
from dataclasses import dataclass

import psycopg2
from psycopg2.errorcodes import CLASS_PROGRAM_LIMIT_EXCEEDED

from .errors import ConnectorError

NAME_LENGTH = 80
# Fields by which people know a record, the best first.
NAMES = ("number", "code", "reference", "name", "external_id", "document")


@dataclass(frozen=True)
class Oddity:
    """A record of the books that a connector could not read.

    :param str what: the list that it is in, as people know it.
    :param str name: by what a person finds it there; "" when it has nothing.
    :param str reason: what is odd about it, a few words.
    """

    what: str
    name: str = ""
    reason: str = ""


def printable(value, length=NAME_LENGTH):
    """Return anything as a short text that can be stored, logged and shown.

    :param value: any value at all.
    :rtype: str
    """
    try:
        text = value if isinstance(value, str) else str(value)
    except (ValueError, RecursionError):
        # Numbers of some thousand digits have no text.
        return ""
    text = text[: 4 * length]
    text = "".join(each if each.isprintable() else " " for each in text)
    return " ".join(text.split())[:length]


def storable(value):
    """Return plain data as PostgreSQL keeps it: no NUL, no half of a letter.

    :param value: whatever JSON may hold; other things become texts.
    """
    if value is None or isinstance(value, (bool, int)):
        return value
    if isinstance(value, str):
        if value.isascii() and "\0" not in value:
            return value
        return value.replace("\0", "").encode("utf-8", "replace").decode()
    if isinstance(value, dict):
        return {storable(str(key)): storable(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [storable(each) for each in value]
    is_number = isinstance(value, float) and math.isfinite(value)
    return value if is_number else printable(value)


def name_of(member):
    """Return by what a person knows a record of the contract.

    :param member: a record of lib.results or lib.documents.
    :rtype: str
    """
    texts = (printable(getattr(member, name, None) or "") for name in NAMES)
    first = next(filter(None, texts), "")
    name = printable(getattr(member, "name", None) or "")
    return first if name in ("", first) else f"{first} {name}"[:NAME_LENGTH]


def is_beyond(error):
    """Whether an error is about more than the record at hand.

    The database may be lost or busy, the books away: then no record is to blame.

    :param Exception error: what happened.
    :rtype: bool
    """
    if isinstance(error, ConnectorError | psycopg2.InterfaceError):
        return True
    if not isinstance(error, psycopg2.OperationalError):
        return False
    # Too long for an index, too deep to store: that is data.
    return (error.pgcode or "")[:2] != CLASS_PROGRAM_LIMIT_EXCEEDED
