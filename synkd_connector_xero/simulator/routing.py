# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Which function answers which call of the Accounting API."""

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from .errors import bad_request, not_found

PREFIX = "/api.xro/2.0"
ROUTES = []


@dataclass
class Call:
    """One authenticated call: who, on which organisation, and what was sent."""

    world: Any
    tenant: Any
    request: Any
    app: str = ""

    @property
    def query(self):
        """Return the query parameters."""
        return self.request.query

    def elements(self, plural):
        """Return the objects of the body: `{plural: [...]}`, a list, or one object.

        :raises Refused: 400, when there are none.
        """
        body = self.request.json()
        if isinstance(body, dict):
            body = body.get(plural, [body])
        if isinstance(body, dict):
            body = [body]
        if not isinstance(body, list) or not all(isinstance(e, dict) for e in body):
            raise bad_request(f"No {plural} were found in the post data")
        return [_cleaned(element) for element in body]

    def element(self, plural):
        """Return the one object of the body.

        :raises Refused: 400, when there are none or several.
        """
        found = self.elements(plural)
        if len(found) != 1:
            raise bad_request(f"Exactly one of {plural} was expected")
        return found[0]


def _cleaned(element):
    """Return an element without what was sent as null, which Xero takes as left out."""
    return {key: value for key, value in element.items() if value is not None}


def route(method, pattern, *areas):
    """Register a function for a method and a path below the API's prefix.

    :param pattern: such as `/Contacts/{id}`; each part in braces is passed on.
    :param areas: the scopes that open it, without `accounting.`.
    """
    form = re.compile(re.sub(r"\{\w+\}", "([^/]+)", pattern) + "/?", re.IGNORECASE)

    def register(function):
        ROUTES.append((method, form, function, areas))
        return function

    return register


def find(method, path):
    """Return `(function, parameters, areas)` for a call.

    :raises Refused: 404 for an unknown path, 405 for a method it does not know.
    """
    rest = path[len(PREFIX) :]
    known = False
    for each, form, function, areas in ROUTES:
        if match := form.fullmatch(rest):
            known = True
            if each == method:
                return function, [unquote(part) for part in match.groups()], areas
    refused = not_found()
    if known:
        refused.status, refused.body = 405, "Method Not Allowed"
    raise refused


def one(records, *keys):
    """Return the record that one of the keys finds.

    :raises Refused: 404.
    """
    for key in keys:
        if key in records:
            return records[key]
    raise not_found()
