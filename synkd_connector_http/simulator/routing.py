# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Which function answers which call."""

import re
from urllib.parse import unquote

from .errors import Refused


def not_found():
    """Return the refusal of a path or record that is not there."""
    return Refused(404, {"message": "There is no such thing"})


class Routes:
    """The calls of one interface."""

    def __init__(self, prefix="", missing=not_found):
        """Begin without any.

        :param prefix: what all their paths begin with.
        :param missing: makes the refusal of what is not there.
        """
        self.prefix, self.missing = prefix, missing
        self.routes = []

    def add(self, method, pattern, *areas):
        """Register a function for a method and a path below the prefix.

        :param pattern: such as `/customers/{id}`; each part in braces is passed on.
        :param areas: what opens it, for interfaces with scopes.
        """
        form = re.compile(re.sub(r"\{\w+\}", "([^/]+)", pattern) + "/?", re.IGNORECASE)

        def register(function):
            self.routes.append((method, form, function, areas))
            return function

        return register

    def find(self, method, path):
        """Return `(function, parameters, areas)` for a call.

        :raises Refused: 404 for an unknown path, 405 for a method it does not know.
        """
        rest = path[len(self.prefix) :]
        known = False
        for each, form, function, areas in self.routes:
            if match := form.fullmatch(rest):
                known = True
                if each == method:
                    return function, [unquote(part) for part in match.groups()], areas
        refused = self.missing()
        if known:
            refused.status, refused.body = 405, "Method Not Allowed"
        raise refused


def one(records, *keys, missing=not_found):
    """Return the record that one of the keys finds.

    :raises Refused: 404.
    """
    for key in keys:
        if key in records:
            return records[key]
    raise missing()
