# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""From what is kept to what is sent: JSON with Xero's dates, or XML."""

import json
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from xml.sax.saxutils import escape

from .dates import milliseconds, twin

CENT = Decimal("0.01")
# The fields that are sent a second time as readable text, "DateString" and so on.
TWINS = ("Date", "DueDate", "UpdatedDateUTC")


def cents(amount):
    """Return a Decimal rounded half up to two places."""
    return Decimal(amount).quantize(CENT, ROUND_HALF_UP)


def plain(value, twins=False):
    """Return `value` with everything JSON has no word for put Xero's way.

    Keys that start with an underscore are the simulator's own and are left out.

    :param twins: whether dates get their `...String` twins.
    """
    if isinstance(value, dict):
        return _plain_dict(value, twins)
    if isinstance(value, (list, tuple)):
        return [plain(each, twins) for each in value]
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, date):
        return milliseconds(value)
    return value


def _plain_dict(value, twins):
    found = {}
    for key, each in value.items():
        if key.startswith("_"):
            continue
        found[key] = plain(each, twins)
        if twins and key in TWINS and isinstance(each, date):
            found[f"{key}String"] = twin(each)
    return found


def to_json(value):
    """Return bytes of JSON of a plain value."""
    return json.dumps(value).encode()


def from_json(data):
    """Return the value of JSON bytes, numbers as Decimal.

    :raises ValueError: when it is not JSON.
    """
    return json.loads(data, parse_float=Decimal, parse_int=Decimal)


def to_xml(name, value):
    """Return a value as XML text below an element `name`."""
    if isinstance(value, dict):
        inner = "".join(to_xml(key, each) for key, each in value.items())
    elif isinstance(value, list):
        inner = "".join(to_xml(name.rstrip("s") or "Item", each) for each in value)
    else:
        inner = escape("" if value is None else str(value))
    return f"<{name}>{inner}</{name}>"
