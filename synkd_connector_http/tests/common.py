# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What the tests of every connector over HTTP share."""

import os
from unittest.mock import patch

from odoo.addons.synkd_connector.tests.common import SynkdCommon

from ..lib.address import LOOPBACK_OPTION

WRITES = ("POST", "PUT", "PATCH", "DELETE")


class SimulatedCommon(SynkdCommon):
    """A ledger whose books are simulated on this machine: a real HTTP server.

    Each test begins with nobody in them. A connector's class names its
    ``connector_code`` and the ``simulator_class`` of its books.
    """

    simulator_class = None
    # How the ledger reaches them, beside the address.
    reached = {"http_client_secret": "sim-key"}

    @classmethod
    def create_ledger(cls, **values):
        """Override for a ledger of simulated books."""
        cls.startClassPatcher(patch.dict(os.environ, {LOOPBACK_OPTION: "1"}))
        cls.books = cls.enterClassContext(cls.simulator_class())
        cls.control = cls.books.control
        reached = {"http_api_url": cls.books.url, **cls.reached}
        return super().create_ledger(**reached | values)

    def setUp(self):
        """Begin with empty books in the currency of the company."""
        super().setUp()
        self.control.reset()
        if "currency" in self.books.world.options:
            self.control.set_options(currency=self.company.currency_id.name)

    def write_calls(self):
        """Return how many write calls reached the books."""
        return sum(entry["method"] in WRITES for entry in self.control.log())
