# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Lists: If-Modified-Since, where, order, pages."""

import re
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from functools import cmp_to_key

from odoo.addons.synkd_connector_http.simulator.message import Answer

from .dates import read_since
from .errors import bad_request

DEFAULT_SIZE, MAX_SIZE = 100, 1000
_TERM = re.compile(
    r"\s*(?P<field>\w+(?:\.\w+)*?)"
    r"(?:\s*(?P<sign>==|!=|>=|<=|=|>|<)\s*(?P<value>\"(?:[^\"\\]|\\.)*\"|"
    r"(?:guid|DateTime)\([^)]*\)|[\w.+-]+)"
    r"|\.(?P<call>StartsWith|EndsWith|Contains)\(\"(?P<text>[^\"]*)\"\))\s*",
    re.IGNORECASE,
)
_JOIN = re.compile(r"(AND|&&|OR|\|\|)", re.IGNORECASE)
_SIGNS = {
    "==": lambda a, b: a == b,
    "=": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
    ">": lambda a, b: a is not None and b is not None and a > b,
    "<": lambda a, b: a is not None and b is not None and a < b,
    ">=": lambda a, b: a is not None and b is not None and a >= b,
    "<=": lambda a, b: a is not None and b is not None and a <= b,
}
_CALLS = {
    "startswith": str.startswith,
    "endswith": str.endswith,
    "contains": str.__contains__,
}


def _not_understood(text):
    return bad_request(
        f"The query {text!r} is not understood", 16, "QueryParseException"
    )


def where(text):
    """Return a function that tells whether a record fits Xero's `where`.

    Known: comparisons and StartsWith, EndsWith, Contains, joined by AND and OR.

    :raises Refused: 400 QueryParseException.
    """
    either, place = [[]], 0
    while True:
        match = _TERM.match(text, place)
        if not match:
            raise _not_understood(text)
        either[-1].append(_test(match, text))
        place = match.end()
        if place == len(text):
            break
        join = _JOIN.match(text, place)
        if not join:
            raise _not_understood(text)
        if join[1].upper() in ("OR", "||"):
            either.append([])
        place = join.end()
    return lambda record: any(all(t(record) for t in each) for each in either)


def _test(match, text):
    path = match["field"].split(".")
    if match["call"]:
        call, wanted = _CALLS[match["call"].lower()], match["text"].casefold()
        return lambda record: call(_folded(_reach(record, path)) or "", wanted)
    sign, wanted = _SIGNS[match["sign"]], _value(match["value"], text)

    def test(record):
        try:
            return sign(_folded(_reach(record, path)), _folded(wanted))
        except TypeError:
            raise _not_understood(text) from None

    return test


def _reach(record, path):
    for name in path:
        record = record.get(name) if isinstance(record, dict) else None
    return record


def _folded(value):
    """Return a value as it is compared: text without case, moments as days."""
    if isinstance(value, str):
        return value.casefold()
    return value.date() if isinstance(value, datetime) else value


def _value(text, whole):
    low = text.lower()
    if text[0] == '"':
        return re.sub(r"\\(.)", r"\1", text[1:-1])
    if low.startswith("guid("):
        return text[5:-1].strip(" \"'")
    if low in ("null", "true", "false"):
        return {"null": None, "true": True, "false": False}[low]
    try:
        if low.startswith("datetime("):
            return date(*[int(part) for part in text[9:-1].split(",")[:3]])
        return Decimal(text)
    except (ValueError, TypeError, InvalidOperation):
        raise _not_understood(whole) from None


def _order(text, key):
    """Return the sort key of Xero's `order`; the id settles what is left."""
    steps = []
    for part in (text or "UpdatedDateUTC ASC").split(","):
        name, _blank, way = part.strip().partition(" ")
        steps.append((name.split("."), -1 if way.strip().upper() == "DESC" else 1))
    steps.append(([key], 1))
    if all(way > 0 for _path, way in steps):
        return lambda record: [_rank(_reach(record, path)) for path, _way in steps]

    def compare(one, other):
        for path, way in steps:
            a, b = (_rank(_reach(record, path)) for record in (one, other))
            if a != b:
                return way if a > b else -way
        return 0

    return cmp_to_key(compare)


def _rank(value):
    return (value is not None, value.casefold() if isinstance(value, str) else value)


def changed_since(call, records):
    """Return the records that changed since the If-Modified-Since header."""
    since = read_since(call.request.header("if-modified-since"))
    if not since:
        return records
    strict = call.world.options["strict_since"]

    def fits(record):
        moment = record["UpdatedDateUTC"].replace(microsecond=0)
        return moment > since if strict else moment >= since

    return [record for record in records if fits(record)]


def number(call, name, default, least, most):
    """Return a whole number of the query, clamped; `default` when it is none."""
    try:
        return min(max(int(call.query[name]), least), most)
    except (KeyError, ValueError):
        return default


def answer(call, plural, key, records, view, paging=True):
    """Return the body of a list, or a 304.

    :param key: name of the id field.
    :param view: function of `(record, detailed)` to a plain dict.
    :param paging: whether this endpoint knows pages; without a page the answer has
        all records but not all their fields.
    """
    if call.request.header("if-modified-since"):
        records = changed_since(call, records)
        if not records and call.world.options["not_modified"]:
            return Answer(304)
    if text := call.query.get("where"):
        fits = where(text)
        records = [record for record in records if fits(record)]
    records = sorted(records, key=_order(call.query.get("order"), key))
    if not paging or not {"page", "pageSize"} & set(call.query):
        return {plural: [view(record, not paging) for record in records]}
    page = number(call, "page", 1, 1, 10**9)
    size = number(call, "pageSize", DEFAULT_SIZE, 1, MAX_SIZE)
    shown = records[(page - 1) * size : page * size]
    pagination = {
        "page": page,
        "pageSize": size,
        "pageCount": -(-len(records) // size),
        "itemCount": len(records),
    }
    return {
        "pagination": pagination,
        plural: [view(record, True) for record in shown],
    }


def listed(call, name):
    """Return the values of a comma list in the query, or None."""
    text = call.query.get(name)
    return [each.strip() for each in text.split(",")] if text else None
