# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What books may tell in place of what was expected; for every reader to survive."""

from dataclasses import fields, replace
from decimal import Decimal


def deep(levels):
    """Return a record in a record, and so on."""
    found = {"end": "x"}
    for _level in range(levels):
        found = {"a": found}
    return found


# In place of any value; what of it is odd depends on where it stands.
ODD_VALUES = (
    *(None, "", " ", True, False, 0, -1, 10**30, -(10**30), 1.5, float("nan")),
    *(float("inf"), Decimal("1e400"), Decimal("NaN"), Decimal("0.333333333333")),
    *("\ud800", "a\udfffb", "\0", "a\0b", "\x1b[31m", "\u202e", "\r\n", "x" * 100_000),
    *("9" * 20, "²", "1e5", "NaN", "Infinity", "12,5", "R 5.00", "--5"),
    *("0001-01-01", "9999-12-31", "2026-02-30", "20260101", "12345678901234567890-1-1"),
    *("/Date(99999999999999999999)/", "/Date(-62135596800000)/", "/Date(x)/"),
    *("/Date(1439434356790+9999)/", "2026-01-01T00:00:00+24:00"),
    *("../../etc", "a/b?c#d", "<script>alert(1)</script>", "%s %(name)s {0}"),
    *("'; DROP TABLE res_partner; --", "ZZ", "00000000-0000-0000-0000-000000000000"),
    *([], {}, [None], [[]], [5], ["a"], [{}], {"a": None}, {"": ""}, deep(35)),
    *([{"a": [{"b": []}]}], [deep(30)] * 3, {"__proto__": 1}, list(range(500))),
)


def variants(record, names=None):
    """Yield copies of a dict, each with something odd in one field, or without it.

    :param dict record: a good one.
    :param names: fields to spoil; default: all.
    """
    for name in names or record:
        yield {key: value for key, value in record.items() if key != name}
        for value in ODD_VALUES:
            yield {**record, name: value}


def odd_records(record):
    """Yield copies of one of our frozen records, each with something odd in one field.

    :param record: a good one.
    """
    for field in fields(record):
        for value in ODD_VALUES:
            yield replace(record, **{field.name: value})
