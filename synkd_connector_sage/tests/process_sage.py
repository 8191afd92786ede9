# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Documents that processes send to a simulated Sage; what proves that all is well."""

from collections import defaultdict
from decimal import Decimal

from odoo.addons.synkd_connector.lib.identity import find_key
from odoo.addons.synkd_connector_demo.tests.process_documents import (
    DEMO_LISTS,
    EQUAL_MAKE,
)
from odoo.addons.synkd_connector_http.tests.process_books import ProcessBooks

from ..simulator.world import COMPANY, DOCUMENTS

# What a connected ledger needs; its company keeps its books in rand, as Sage's.
CONNECT = """
ledger = env["synkd.ledger"].search([], limit=1)
ledger.company_id.currency_id = env.ref("base.ZAR")
ledger.write({"connector": "sage", "http_client_secret": "sim-key",
    "sage_user": "books@example.com", "sage_password": "sim-password",
    "http_api_url": %(url)r, "http_tenant_key": %(company)r,
    "http_tenant_name": "Marula"})
"""
# Nobody waits between two calls, and what was written shows at once.
PATIENCE = """
from odoo.addons.synkd_connector.lib.pace import Pace
from odoo.addons.synkd_connector_sage.lib.client import SageClient
SageClient.rest = 0
connector = type(env["synkd.connector.sage"])
connector._pace, connector._settle_seconds = Pace(breach=3600), 0
"""
LISTS = """
lists = ledger._get_connector()._pull_lists(ledger)
env["synkd.books.item"]._take(ledger, lists)
def find(kind, name):
    return env["synkd.books.item"].search([
        ("ledger_id", "=", ledger.id), ("kind", "=", kind), ("name", "=", name)])
def map_to(kind, name, record):
    mapping = env["synkd.mapping"]._ensure(ledger, {(kind, str(record.id))})
    mapping.item_id = find(kind, name)
map_to("tax", "Standard Rate", company.account_sale_tax_id)
map_to("bank", "Standard Bank", env["account.journal"].search(
    [("type", "=", "bank"), ("company_id", "=", company.id)], limit=1))
item = find("item", "Widget")
"""
SAGE_MAKE = EQUAL_MAKE.replace(DEMO_LISTS, LISTS)


class SageBooks(ProcessBooks):
    """A simulated Sage and the processes that send to it."""

    methods, path = "POST,DELETE", "/api"

    def __init__(self, books, workers):
        super().__init__(books, workers)
        workers.before = PATIENCE

    def connect(self):
        """Connect the ledger of the database."""
        values = {"url": self.books.url, "company": str(COMPANY)}
        return self.workers.do(code=CONNECT % values)

    def empty(self):
        for table in (*DOCUMENTS, "Allocation"):
            self.books.world.tables[table].clear()

    def documents(self):
        world = self.books.world
        return [
            (
                find_key(record["ExternalReference"]),
                (record["Total"], record["Tax"], world.open_of(record["ID"])),
            )
            for table in DOCUMENTS[:2]
            for record in world.tables[table].values()
        ]

    def money(self):
        money = defaultdict(Decimal)
        for record in self.books.world.tables["CustomerReceipt"].values():
            money[find_key(record["Reference"])] += record["Total"]
        return money
