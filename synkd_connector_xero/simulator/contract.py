# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Holds calls and answers against what Xero publishes about its interface.

`contract.json` is made by `make contract` out of Xero's OpenAPI files.
"""

import re
from pathlib import Path

from odoo.addons.synkd_connector_http.simulator import Contract

from .routing import PREFIX

FILE = Path(__file__).parent / "contract.json"
SINCE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d")
# Xero's front writes these as texts next to the dates that they belong to.
TWIN = re.compile(r"^(\w*Date|UpdatedDateUTC)String$")
# On answers, though not published: around all, and on elements of a batch.
ENVELOPE = ("Id", "Status", "ProviderName", "DateTimeUTC")
MARKS = ("StatusAttributeString", "Description")
KEY_LENGTH = 128


class XeroContract(Contract):
    """What Xero publishes, and what it does beside that."""

    day = moment = re.compile(r"/Date\(-?\d+([+-]\d{4})?\)/")

    def check_headers(self, call, headers, path):
        """Yield what is wrong with the headers of a call."""
        known = {name.lower() for name in call.get("header", {})}
        since = headers.get("if-modified-since")
        for name in ("if-modified-since", "idempotency-key"):
            if name in headers and name not in known:
                yield f"{name}: not on this call"
        if since and not SINCE.fullmatch(since):
            yield f"if-modified-since: {since!r}"
        if len(headers.get("idempotency-key", "")) > KEY_LENGTH:
            yield "idempotency-key: too long"
        is_json = "application/json" in headers.get("accept", "")
        if path.startswith(PREFIX) and not is_json:
            yield "accept: XML would come back"

    def is_echo(self, value):
        """Whether an answered record was refused, and comes back as it was sent."""
        return bool(value.get("ValidationErrors"))

    def is_loose(self, name, key):
        """Whether Xero answers a field that it does not publish."""
        if TWIN.match(key) or key in MARKS:
            return True
        return name == "answer" and key in ENVELOPE


CONTRACT = XeroContract(FILE, PREFIX, ("/connections",))
