# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A ledger that is connected to a simulated Xero on this machine."""

import os
from unittest.mock import patch

from odoo.addons.synkd_connector.lib.results import Books
from odoo.addons.synkd_connector.tests.common import SynkdCommon
from odoo.addons.synkd_connector_http.lib.access import Tenant
from odoo.addons.synkd_connector_http.lib.address import LOOPBACK_OPTION
from odoo.addons.synkd_connector_http.lib.oauth import Tokens

from ..const import SCOPES
from ..simulator import Simulator, contacts

WRITES = ("PUT", "POST", "DELETE")
API = "/api.xro/"
# As they are registered with Xero: they stay what they are.
CALLBACK_PATH = "/synkd_xero/callback"
WEBHOOK_PATH = "/synkd_xero/webhook"


class XeroCommon(SynkdCommon):
    """Each test has a Xero of its own: a real HTTP server with nobody in it."""

    xero = None

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.tenant = next(iter(cls.control.tenants()))

    @classmethod
    def create_ledger(cls, **values):
        """Create a ledger of the simulated Xero, whose first books are kept in rand."""
        if not cls.xero:
            cls._start_xero()
        rand = cls.env.ref("base.ZAR")
        rand.active = True
        cls.company.currency_id = rand
        defaults = {
            "connector": "xero",
            "name": "Xero books",
            "http_client_id": "sim-client",
            "http_client_secret": "sim-secret",
            "http_api_url": cls.xero.url,
            "http_identity_url": cls.xero.url,
            "http_login_url": cls.xero.url,
        }
        return super().create_ledger(**defaults | values)

    @classmethod
    def _start_xero(cls):
        """Serve a simulated Xero, and allow the ledger to talk to it."""
        allowed = patch.dict(os.environ, {LOOPBACK_OPTION: "1"})
        allowed.start()
        cls.addClassCleanup(allowed.stop)
        cls.xero = cls.enterClassContext(Simulator())
        cls.control = cls.xero.control

    def setUp(self):
        super().setUp()
        self.control.reset()
        self.control.violations(clear=True)
        self.addCleanup(self.assert_contract)
        self.connect()

    def assert_contract(self):
        """Fail when a call of the test was not as Xero publishes it."""
        self.assertEqual(self.control.violations(clear=True), [])

    def connect(self, ledger=None, **grant):
        """Connect the ledger to the first organisation, as a login would."""
        ledger = ledger or self.ledger
        defaults = {"scopes": " ".join(SCOPES), "tenants": ["Kudu"]}
        given = self.control.grant(**defaults | grant)
        tokens = Tokens(
            given["access_token"],
            given["refresh_token"],
            given["expires_in"],
            given["scope"],
        )
        connection = next(iter(self.xero.world.identity.connections.values()))
        self.env["synkd.http.token"]._set_live(ledger, tokens)
        told = self.xero.world.tenants[connection["tenantId"]].organisation
        books = Books(connection["tenantId"], told["Name"], told["BaseCurrency"])
        name = connection["tenantName"]
        tenant = Tenant(connection["tenantId"], name, connection["id"])
        ledger._set_http_tenant(tenant, books)
        self.env.flush_all()

    # === THE BOOKS === #

    def contacts(self):
        """Return the contacts in Xero, oldest first."""
        found = self.control.state(self.tenant)["contacts"]
        return sorted(found, key=lambda c: c["UpdatedDateUTC"])

    def contact(self, **wanted):
        """Return the one contact whose fields have these values."""
        found = [
            c for c in self.contacts() if all(c.get(n) == v for n, v in wanted.items())
        ]
        self.assertEqual(len(found), 1, wanted)
        return found[0]

    def create_contact(self, name, **fields):
        """Create a contact as the bookkeeper would; return its id."""
        world = self.xero.world
        with world.lock:
            tenant = world.tenants[self.tenant]
            return contacts.save(tenant, {"Name": name, **fields})["ContactID"]

    def http_calls(self, *methods, path=API):
        """Return the logged calls of some methods to some path."""
        methods = methods or (*WRITES, "GET")
        return [
            entry
            for entry in self.control.log()
            if entry["method"] in methods and path in entry["path"]
        ]

    def write_calls(self, ledger=None):
        """Return how many write calls reached Xero."""
        return len(self.http_calls(*WRITES))
