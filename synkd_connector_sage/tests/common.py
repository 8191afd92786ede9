# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A ledger whose company is in a simulated Sage on this machine."""

from odoo.addons.synkd_connector.lib.pace import Pace
from odoo.addons.synkd_connector_http.tests.common import SimulatedCommon

from ..lib.client import BLOCKED_SECONDS, SageClient
from ..simulator import Simulator
from ..simulator.world import COMPANY

REACHED = {
    "connector": "sage",
    "name": "Sage books",
    "http_client_secret": "sim-key",
    "sage_user": "books@example.com",
    "sage_password": "sim-password",
    "http_tenant_key": str(COMPANY),
    "http_tenant_name": "Marula Trading",
    "sage_terms": True,
}
PLENTY = 10**6


class SageCommon(SimulatedCommon):
    """Each test begins with a Sage of its own, whose first company keeps its in rand.

    Nobody waits between two calls, and what was written shows at once: tests of both
    say otherwise.
    """

    connector_code = "sage"
    simulator_class = Simulator
    reached = REACHED

    @classmethod
    def create_ledger(cls, **values):
        """Override for a company in rand, and calls without waits."""
        rand = cls.env.ref("base.ZAR")
        rand.active = True
        cls.company.currency_id = rand
        connector = type(cls.env["synkd.connector.sage"])
        cls.classPatch(SageClient, "rest", 0)
        cls.classPatch(connector, "_pace", Pace(breach=BLOCKED_SECONDS))
        cls.classPatch(connector, "_settle_seconds", 0)
        return super().create_ledger(**values)

    def setUp(self):
        super().setUp()
        self.control.set_limits(minute=PLENTY)

    def begin(self):
        """Let what every company has be in the books, and forget the calls."""
        self.run_ledger()
        self.known = {each["ID"] for each in self.records("Customer")}
        self.control.log(clear=True)

    def made(self):
        """Return the customers in Sage since it began, oldest first."""
        return [c for c in self.records("Customer") if c["ID"] not in self.known]

    # === THE BOOKS === #

    def records(self, table):
        """Return the records of a table in Sage, oldest first."""
        return self.control.records(table)

    def record(self, table, **wanted):
        """Return the one record with these values."""
        found = [
            each
            for each in self.records(table)
            if all(each.get(name) == value for name, value in wanted.items())
        ]
        self.assertEqual(len(found), 1, wanted)
        return found[0]

    def calls(self, *methods, path=""):
        """Return the logged calls of some methods to some path."""
        methods = methods or ("GET", "POST", "DELETE")
        return [
            entry
            for entry in self.control.log()
            if entry["method"] in methods and path in entry["path"]
        ]

    def go_on(self):
        """Let the time pass that the ledger, and what waits in it, waits for."""
        self.ledger._set_resumed()
        self.ledger.quiet_until = False
        for model in ("transaction", "account.customer", "request"):
            waiting = self.env[f"synkd.{model}"].search([("retry_at", "!=", False)])
            waiting.sudo().write({"retry_at": False})
