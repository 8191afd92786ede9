# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Holds calls and answers against what Xero publishes about its interface.

`contract.json` is made by `make contract` out of Xero's OpenAPI files. A kind is one
text: `string 255` (longest), `uuid`, `date`, `moment`, `integer`, `number`, `boolean`,
`enum A|B`, `#Schema`, `[kind]` for a list, with `readonly` in front for what only Xero
writes. In a schema, a name that ends with `*` has to be there.
"""

import json
import re
from functools import cache
from pathlib import Path
from urllib.parse import unquote

from .routing import PREFIX

FILE = Path(__file__).parent / "contract.json"
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
DAY = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d)?")
MOMENT = re.compile(r"/Date\(-?\d+([+-]\d{4})?\)/")
SINCE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d")
# Xero's front writes these as texts next to the dates that they belong to.
TWIN = re.compile(r"^(\w*Date|UpdatedDateUTC)String$")
# On answers, though not published: around all, and on elements of a batch.
ENVELOPE = ("Id", "Status", "ProviderName", "DateTimeUTC")
MARKS = ("StatusAttributeString", "Description")
KEY_LENGTH = 128
CONNECTIONS = "/connections"


@cache
def load():
    """Return the contract, with a pattern for the path of each call."""
    found = json.loads(FILE.read_text())
    for key, call in found["calls"].items():
        method, path = key.split(" ")
        pattern = re.sub(r"\\{(\w+)\\}", r"(?P<\1>[^/]+)", re.escape(path))
        call["method"], call["pattern"] = method, re.compile(pattern, re.IGNORECASE)
    return found


def find(method, path):
    """Return the call of the contract that a path is, and its parameters.

    :param str path: with the prefix of the Accounting API, or `/connections`.
    :return: `(None, {})` when Xero publishes no such call.
    """
    rest = path.removeprefix(PREFIX)
    matches = [
        (call, match.groupdict())
        for call in load()["calls"].values()
        if call["method"] == method and (match := call["pattern"].fullmatch(rest))
    ]
    # An id comes before a number: `/Contacts/{ContactID}`, `/Contacts/{ContactNumber}`.
    fitting = [
        (call, given)
        for call, given in matches
        if not any(_parameters(call.get("path", {}), given))
    ]
    return (fitting or matches or [(None, {})])[0]


def _parameters(known, given):
    for name, text in given.items():
        yield from _text(known[name], unquote(text), name)


def is_covered(path):
    """Whether the contract tells about calls to a path."""
    return path.startswith(PREFIX) or path.lower().startswith(CONNECTIONS)


def check_request(method, path, query, headers, body):
    """Return what is wrong with a call, as a list of sentences.

    :param dict headers: with lower-case names; secret ones may be missing.
    :param body: the body's JSON; None or "" for none.
    """
    call, given = find(method, path)
    if not call:
        return [f"{method} {path}: there is no such call"]
    found = list(_parameters(call.get("path", {}), given))
    for name, text in query.items():
        kind = call.get("query", {}).get(name)
        found += _text(kind, text, name) if kind else [f"{name}: no such parameter"]
    found += _headers(call, headers, path)
    if not call.get("body"):
        return found + ["a body where there is none"] * bool(body)
    return found + list(_value(call["body"], body, "body", sent=True))


def _headers(call, headers, path):
    known = {name.lower() for name in call.get("header", {})}
    since = headers.get("if-modified-since")
    for name in ("if-modified-since", "idempotency-key"):
        if name in headers and name not in known:
            yield f"{name}: not on this call"
    if since and not SINCE.fullmatch(since):
        yield f"if-modified-since: {since!r}"
    if len(headers.get("idempotency-key", "")) > KEY_LENGTH:
        yield "idempotency-key: too long"
    if path.startswith(PREFIX) and "application/json" not in headers.get("accept", ""):
        yield "accept: XML would come back"


def check_answer(method, path, body):
    """Return what is wrong with the JSON of an answer to a call that was done.

    What is answered to a deletion is known to be looser than what is published.
    """
    call, _given = find(method, path)
    if not call or not call.get("answer") or method == "DELETE":
        return []
    return list(_value(call["answer"], body, "answer", sent=False))


def _text(kind, text, name):
    """Yield what is wrong with a value in an address."""
    if kind.startswith("["):
        for part in text.split(","):
            yield from _text(kind[1:-1], part, name)
    elif kind == "integer" and not text.lstrip("-").isdigit():
        yield f"{name}: {text!r} is no integer"
    elif kind == "boolean" and text not in ("true", "false"):
        yield f"{name}: {text!r} is neither true nor false"
    elif kind == "uuid" and not UUID.fullmatch(text):
        yield f"{name}: {text!r} is no id"


def _value(kind, value, name, sent):
    """Yield what is wrong with a value of a body.

    :param bool sent: to Xero; else it comes from there.
    """
    if kind.startswith("readonly "):
        if sent:
            yield f"{name}: only Xero writes this"
            return
        kind = kind[len("readonly ") :]
    if kind.startswith("["):
        if not isinstance(value, list):
            yield f"{name}: no list"
            return
        for number, each in enumerate(value):
            yield from _value(kind[1:-1], each, f"{name}[{number}]", sent)
    elif kind.startswith("#"):
        yield from _schema(load()["schemas"][kind[1:]], value, name, sent)
    elif not _fits(kind, value, sent):
        yield f"{name}: {str(value)[:60]!r} is no {kind[:60]}"


def _schema(schema, value, name, sent):
    if isinstance(schema, str):
        yield from _value(schema, value, name, sent)
        return
    if not isinstance(value, dict):
        yield f"{name}: no object"
        return
    if not sent and value.get("ValidationErrors"):
        # What was refused comes back as it was sent.
        return
    known = {key.rstrip("*"): kind for key, kind in schema.items()}
    for key, each in value.items():
        place = f"{name}.{key}"
        if key in known:
            yield from _value(known[key], each, place, sent)
        elif sent or not _is_loose(name, key):
            yield f"{place}: no such field"
    for key in schema:
        if sent and key.endswith("*") and key[:-1] not in value:
            yield f"{name}.{key[:-1]}: missing"


def _is_loose(name, key):
    """Whether Xero answers a field that it does not publish."""
    if TWIN.match(key) or key in MARKS:
        return True
    return name == "answer" and key in ENVELOPE


def _fits(kind, value, sent):
    """Whether a plain value is of a kind."""
    name, _blank, rest = kind.partition(" ")
    if name in ("integer", "number"):
        types = int if name == "integer" else (int, float)
        return isinstance(value, types) and not isinstance(value, bool)
    if name == "boolean":
        return isinstance(value, bool)
    if name == "any":
        return True
    if not isinstance(value, str):
        return False
    if name == "uuid":
        return bool(UUID.fullmatch(value))
    if name in ("date", "moment"):
        return bool((DAY if sent else MOMENT).fullmatch(value))
    if name == "enum":
        return value in rest.split("|")
    return not rest or len(value) <= int(rest)
