# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Bodies in JSON: exact amounts out, and anything at all in."""

import html
import json
import re
from decimal import Decimal, InvalidOperation

from . import problems
from .problems import ApiError

# So deep a record may be; what is deeper is nothing, and does not spoil its neighbours.
DEPTH = 40
# Python refuses to read a number of more digits than some thousands.
DIGITS = 40
# Where books say in words what they do not take, the best first.
WORDS = (
    *("message", "Message", "error_description", "detail", "title", "error", "Error"),
    *("Description", "ErrorMessage"),
)
_TAGS = re.compile(r"(?is)<(script|style|head)\b.*?</\1\s*>|<[^>]*>")
_TOKEN = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*(?:"|\Z)|[\[\]{}]', re.DOTALL)


def write_json(body, numbers=()):
    """Return a body as bytes; amounts become numbers of the same digits.

    :param body: dict or list; amounts in it are texts or numbers.
    :param numbers: names of the fields whose texts are numbers over there.
    :rtype: bytes
    """
    return json.dumps(_with_numbers(body, numbers), ensure_ascii=False).encode()


def _with_numbers(value, numbers, name=""):
    if isinstance(value, dict):
        return {key: _with_numbers(each, numbers, key) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [_with_numbers(each, numbers, name) for each in value]
    if isinstance(value, Decimal) or name in numbers and isinstance(value, str):
        return _to_number(value)
    return value


def _to_number(value):
    """Return a number that is written with the same digits, or else the text."""
    try:
        exact = Decimal(value)
        number = int(exact) if exact == exact.to_integral_value() else float(exact)
    except (InvalidOperation, OverflowError, ValueError):
        return str(value)
    return number if Decimal(repr(number)) == exact else str(value)


def read_json(reply):
    """Return the body of an answer; amounts become Decimal, NaN becomes None.

    :param Reply reply: the answer; whatever it holds, at most DEPTH levels come back.
    :raise ApiError: when it is no JSON, such as half an answer.
    """
    text = reply.content.decode("utf-8-sig", "replace")
    try:
        try:
            found = _load(text)
        except RecursionError:
            return _load(_flatten(text))
        return _load(_flatten(text)) if is_deep(found) else found
    except ValueError as error:
        is_page = text.lstrip()[:1] == "<"
        problem = problems.PAGE if is_page else problems.UNREADABLE
        raise ApiError(problem) from error


def read_dict(reply):
    """Return the body of an answer if it is an object; {} otherwise.

    :rtype: dict
    """
    try:
        body = read_json(reply)
    except ApiError:
        return {}
    return body if isinstance(body, dict) else {}


def _load(text):
    return json.loads(
        text,
        parse_float=Decimal,
        parse_int=_to_int,
        parse_constant=lambda _name: None,
    )


def _to_int(text):
    return int(text) if len(text) <= DIGITS else Decimal(text)


def is_deep(value):
    """Whether something has more levels than a record may have.

    :param value: dict, list or anything that is in one.
    :rtype: bool
    """
    level = [value]
    for _depth in range(DEPTH + 1):
        level = [each for one in level for each in _parts(one)]
    return bool(level)


def _parts(value):
    """Return what is directly in a dict or list; nothing is in anything else."""
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()


def _flatten(text):
    """Return a text of JSON with null for whatever lies deeper than DEPTH levels."""
    kept, start, depth = [], 0, 0
    for found in _TOKEN.finditer(text):
        if found[0] in "[{":
            depth += 1
            if depth == DEPTH + 1:
                kept += [text[start : found.start()], "null"]
        elif found[0] in "]}":
            if depth == DEPTH + 1:
                start = found.end()
            depth -= 1
    return "".join(kept) + text[start:] if depth <= DEPTH else ""


def read_words(reply):
    """Return what an answer says in words, whatever its shape.

    :param Reply reply: an object, a list, a text, or a page for people.
    :return: on one line; "" when it says nothing.
    :rtype: str
    """
    try:
        found = _find_words(read_json(reply))
    except ApiError:
        found = [html.unescape(_TAGS.sub(" ", reply.text))]
    return " ".join(" ".join(dict.fromkeys(found)).split())


def _find_words(value):
    """Return the texts in what was answered: of an object the one that tells."""
    if isinstance(value, str):
        return [value]
    if not isinstance(value, dict):
        return [word for each in _parts(value) for word in _find_words(each)]
    told = next((value[name] for name in WORDS if value.get(name)), "")
    nested = [each for each in value.values() if isinstance(each, (dict, list))]
    more = [word for each in nested for word in _find_words(each)]
    return [*_find_words(told), *more]
