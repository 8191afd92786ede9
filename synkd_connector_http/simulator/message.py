# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""One request in, one answer out, without sockets."""

import json
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from urllib.parse import parse_qs, urlsplit

from .errors import Refused


@dataclass
class Request:
    """What a client sent. `headers` has lower-case names."""

    method: str
    url: str
    headers: dict
    body: bytes = b""
    query: dict = field(init=False)
    path: str = field(init=False)

    def __post_init__(self):
        """Take the URL apart; of a repeated parameter the last counts."""
        parts = urlsplit(self.url)
        self.path = parts.path
        found = parse_qs(parts.query, keep_blank_values=True)
        self.query = {key: values[-1] for key, values in found.items()}

    def header(self, name):
        """Return a header or an empty string."""
        return self.headers.get(name.lower(), "")

    def form(self):
        """Return the fields of an HTML form, as lists."""
        return parse_qs(self.body.decode("utf-8", "replace"), keep_blank_values=True)

    def json(self):
        """Return the body's JSON, its numbers as Decimal.

        :raises Refused: 400, when it is none.
        """
        try:
            return json.loads(self.body, parse_float=Decimal, parse_int=Decimal)
        except ValueError:
            raise Refused(400, {"message": "The body is no JSON"}) from None

    @property
    def wants_json(self):
        """Return whether the client asked for JSON."""
        return "application/json" in self.header("accept")

    def flag(self, name):
        """Return whether a query parameter says true."""
        return self.query.get(name, "").lower() == "true"


@dataclass
class Answer:
    """What goes back. `body` is bytes."""

    status: int = 200
    body: bytes = b""
    headers: dict = field(default_factory=dict)

    @classmethod
    def json(cls, value, status=200, headers=None):
        """Return an answer of JSON; amounts are numbers in it, days ISO 8601."""
        kind = {"Content-Type": "application/json; charset=utf-8"}
        body = json.dumps(value, default=_plain).encode()
        return cls(status, body, {**kind, **(headers or {})})

    @classmethod
    def text(cls, text, status=200, kind="text/plain", headers=None):
        """Return an answer of text."""
        kinds = {"Content-Type": f"{kind}; charset=utf-8"}
        return cls(status, text.encode(), {**kinds, **(headers or {})})

    @classmethod
    def refused(cls, error):
        """Return the answer that an `errors.Refused` stands for."""
        if isinstance(error.body, str):
            return cls.text(error.body, error.status, headers=error.headers)
        return cls.json(error.body, error.status, error.headers)


def _plain(value):
    """Return what JSON has no word for: an amount, a day or a moment."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(value)
