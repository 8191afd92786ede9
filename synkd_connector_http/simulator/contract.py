# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Holds calls and answers against what is published about an interface.

The published interface is condensed into a file of JSON: `calls`, by method and path,
each with the kinds of what may be in its `path`, `query` and `header`, of its `body`
and its `answer`; and `schemas`. A kind is one text: `string 255` (longest), `uuid`,
`date`, `moment`, `integer`, `number`, `boolean`, `enum A|B`, `#Schema`, `[kind]` for a
list, with `readonly` in front for what only the books write. In a schema, a name that
ends with `*` has to be there.
"""

import json
import re
from functools import cached_property
from urllib.parse import unquote

UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
DAY = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d)?")
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)?")


class Contract:
    """What is published about one interface; an heir knows its peculiarities."""

    # How days and moments are written in answers.
    day, moment = DAY, MOMENT

    def __init__(self, file, prefix="", others=()):
        """Hold calls against a file.

        :param Path file: JSON, see above.
        :param str prefix: what the paths of calls begin with, left out in the file.
        :param tuple others: beginnings of paths that are covered too, in lower case.
        """
        self.file, self.prefix, self.others = file, prefix, others

    @cached_property
    def told(self):
        """The contract, with a pattern for the path of each call."""
        found = json.loads(self.file.read_text())
        for key, call in found["calls"].items():
            method, path = key.split(" ")
            pattern = re.sub(r"\\{(\w+)\\}", r"(?P<\1>[^/]+)", re.escape(path))
            call["method"] = method
            call["pattern"] = re.compile(pattern, re.IGNORECASE)
        return found

    def find(self, method, path):
        """Return the call of the contract that a path is, and its parameters.

        :param str path: with the prefix, or one of the others.
        :return: `(None, {})` when no such call is published.
        """
        rest = path.removeprefix(self.prefix)
        matches = [
            (call, match.groupdict())
            for call in self.told["calls"].values()
            if call["method"] == method and (match := call["pattern"].fullmatch(rest))
        ]
        # An id comes before a number: `/things/{id}`, `/things/{number}`.
        fitting = [
            (call, given)
            for call, given in matches
            if not any(self._parameters(call.get("path", {}), given))
        ]
        return (fitting or matches or [(None, {})])[0]

    def _parameters(self, known, given):
        for name, text in given.items():
            yield from self._text(known[name], unquote(text), name)

    def is_covered(self, path):
        """Whether the contract tells about calls to a path."""
        return path.startswith(self.prefix) or path.lower().startswith(self.others)

    def check_request(self, method, path, query, headers, body):
        """Return what is wrong with a call, as a list of sentences.

        :param dict headers: with lower-case names; secret ones may be missing.
        :param body: the body's JSON; None or "" for none.
        """
        call, given = self.find(method, path)
        if not call:
            return [f"{method} {path}: there is no such call"]
        found = list(self._parameters(call.get("path", {}), given))
        for name, text in query.items():
            kind = call.get("query", {}).get(name)
            found += (
                self._text(kind, text, name) if kind else [f"{name}: no such parameter"]
            )
        found += self.check_headers(call, headers, path)
        if not call.get("body"):
            return found + ["a body where there is none"] * bool(body)
        return found + list(self._value(call["body"], body, "body", sent=True))

    def check_headers(self, call, headers, path):
        """Yield what is wrong with the headers of a call."""
        yield from ()

    def check_answer(self, method, path, body):
        """Return what is wrong with the JSON of an answer to a call that was done.

        What is answered to a deletion is often looser than what is published.
        """
        call, _given = self.find(method, path)
        if not call or not call.get("answer") or method == "DELETE":
            return []
        return list(self._value(call["answer"], body, "answer", sent=False))

    def _text(self, kind, text, name):
        """Yield what is wrong with a value in an address."""
        if kind.startswith("["):
            for part in text.split(","):
                yield from self._text(kind[1:-1], part, name)
        elif kind == "integer" and not text.lstrip("-").isdigit():
            yield f"{name}: {text!r} is no integer"
        elif kind == "boolean" and text not in ("true", "false"):
            yield f"{name}: {text!r} is neither true nor false"
        elif kind == "uuid" and not UUID.fullmatch(text):
            yield f"{name}: {text!r} is no id"

    def _value(self, kind, value, name, sent):
        """Yield what is wrong with a value of a body.

        :param bool sent: to the books; else it comes from there.
        """
        if kind.startswith("readonly "):
            if sent:
                yield f"{name}: only the books write this"
                return
            kind = kind[len("readonly ") :]
        if kind.startswith("["):
            if not isinstance(value, list):
                yield f"{name}: no list"
                return
            for number, each in enumerate(value):
                yield from self._value(kind[1:-1], each, f"{name}[{number}]", sent)
        elif kind.startswith("#"):
            schema = self.told["schemas"][kind[1:]]
            yield from self._schema(schema, value, name, sent)
        elif not self.fits(kind, value, sent):
            yield f"{name}: {str(value)[:60]!r} is no {kind[:60]}"

    def _schema(self, schema, value, name, sent):
        if isinstance(schema, str):
            yield from self._value(schema, value, name, sent)
            return
        if not isinstance(value, dict):
            yield f"{name}: no object"
            return
        if not sent and self.is_echo(value):
            return
        known = {key.rstrip("*"): kind for key, kind in schema.items()}
        for key, each in value.items():
            place = f"{name}.{key}"
            if key in known:
                yield from self._value(known[key], each, place, sent)
            elif sent or not self.is_loose(name, key):
                yield f"{place}: no such field"
        for key in schema:
            if sent and key.endswith("*") and key[:-1] not in value:
                yield f"{name}.{key[:-1]}: missing"

    def is_echo(self, value):
        """Whether an answered record was refused, and comes back as it was sent."""
        return False

    def is_loose(self, name, key):
        """Whether a field is answered that is not published."""
        return False

    def fits(self, kind, value, sent):
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
        if name in ("uuid", "date", "moment"):
            written = {"uuid": UUID, "date": self.day, "moment": self.moment}
            pattern = DAY if sent and name != "uuid" else written[name]
            return bool(pattern.fullmatch(value))
        if name == "enum":
            return value in rest.split("|")
        return not rest or len(value) <= int(rest)
