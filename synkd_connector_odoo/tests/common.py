# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A ledger whose books are in a second Odoo on this machine, over real HTTP."""

import os
from unittest.mock import patch

from odoo.addons.synkd_connector.tests.common import SynkdCommon
from odoo.addons.synkd_connector.tests.contract import (
    DAY,
    LOGIN,
    LOST_AFTER,
    LOST_BEFORE,
    MINUTE,
    OFFLINE,
)
from odoo.addons.synkd_connector_http.lib.address import LOOPBACK_OPTION

from ..lib import client
from .second_odoo import SecondOdoo

# The contract's faults as the proxy calls them.
FAULTS = {
    OFFLINE: "503",
    LOST_BEFORE: "lost_before",
    LOST_AFTER: "lost_after",
    MINUTE: "429_minute",
    DAY: "429_day",
    LOGIN: "401",
}


class SecondOdooCommon(SynkdCommon):
    """One second Odoo for each class; each test begins with empty books there."""

    connector_code = "odoo"
    # Whether calls go by JSON-2; else by XML-RPC, as before Odoo 19.
    speaks_json = True

    @classmethod
    def create_ledger(cls, **values):
        """Override for a ledger of the second Odoo."""
        cls.startClassPatcher(patch.dict(os.environ, {LOOPBACK_OPTION: "1"}))
        told = patch.object(client.OdooClient, "speaks_json", cls.speaks_json)
        cls.startClassPatcher(told)
        cls.remote = SecondOdoo.open(cls.env.cr.dbname)
        cls.proxy = cls.remote.proxy
        return super().create_ledger(**cls.remote.reached | values)

    def setUp(self):
        """Begin with empty books."""
        self.remote.reset()
        super().setUp()

    def pull_lists(self):
        """Take over the lists of the second Odoo, and note codes to map to."""
        with self.enter_registry_test_mode():
            lists = self.ledger._get_connector()._pull_lists(self.ledger)
        items = self.env["synkd.books.item"]
        items.sudo()._take(self.ledger, lists)
        named = {"tax": ("name", "VAT 15"), "item": ("code", "WIDGET")}
        named |= {"account": ("code", "400000"), "bank": ("code", "BNK1")}
        named |= {"difference": ("code", "600000")}
        kinds = {"difference": "account"}
        self.codes_there = {
            kind: next(
                item.code
                for item in lists.items
                if item.kind == kinds.get(kind, kind) and getattr(item, name) == value
            )
            for kind, (name, value) in named.items()
        }

    def write_calls(self):
        """Return how many calls that write reached the other Odoo."""
        return len(self.proxy.writes())


class SecondOdooHooks:
    """The hooks of the contracts that are the same for all that is written."""

    def break_next(self, fault):
        """Let calls that write meet a fault of the contract, until it is mended."""
        self.proxy.break_calls(fault and FAULTS[fault])
