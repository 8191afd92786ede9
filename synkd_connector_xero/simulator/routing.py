# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Which function answers which call of the Accounting API."""

from dataclasses import dataclass
from typing import Any

from odoo.addons.synkd_connector_http.simulator import life
from odoo.addons.synkd_connector_http.simulator import routing as kit
from odoo.addons.synkd_connector_http.simulator.errors import Refused

from .errors import bad_request, not_found

PREFIX = "/api.xro/2.0"
ROUTES = kit.Routes(PREFIX, not_found)
route = ROUTES.add


@dataclass
class Call(life.Call):
    """One authenticated call: who, on which organisation, and what was sent."""

    tenant: Any = None

    def elements(self, plural):
        """Return the objects of the body: `{plural: [...]}`, a list, or one object.

        :raises Refused: 400, when there are none.
        """
        try:
            body = self.request.json()
        except Refused:
            raise bad_request("JSON for post data was invalid") from None
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


def one(records, *keys):
    """Return the record that one of the keys finds.

    :raises Refused: 404.
    """
    return kit.one(records, *keys, missing=not_found)
