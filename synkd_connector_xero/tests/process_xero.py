# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Documents that processes send to a simulated Xero; what proves that all is well."""

from collections import defaultdict
from decimal import Decimal

from odoo.addons.synkd_connector.lib.identity import find_key
from odoo.addons.synkd_connector_demo.tests.process_documents import (
    DEMO_LISTS,
    EQUAL_MAKE,
)
from odoo.addons.synkd_connector_http.tests.process_books import ProcessBooks

# What a connected ledger needs; its company keeps its books in rand, as Xero's.
CONNECT = """
from odoo.addons.synkd_connector_http.lib.oauth import Tokens
ledger = env["synkd.ledger"].search([], limit=1)
ledger.company_id.currency_id = env.ref("base.ZAR")
ledger.write({"connector": "xero", "http_client_id": "sim-client",
    "http_client_secret": "sim-secret", "http_api_url": %(url)r,
    "http_identity_url": %(url)r, "http_login_url": %(url)r,
    "http_tenant_key": %(tenant)r, "http_tenant_name": "Kudu"})
tokens = Tokens(%(access)r, %(refresh)r, %(seconds)s, "all")
env["synkd.http.token"]._set_live(ledger, tokens)
"""
LISTS = """
lists = ledger._get_connector()._pull_lists(ledger)
env["synkd.books.item"]._take(ledger, lists)
def find(kind, code):
    return env["synkd.books.item"].search([
        ("ledger_id", "=", ledger.id), ("kind", "=", kind), ("code", "=", code)])
def map_to(kind, code, record):
    mapping = env["synkd.mapping"]._ensure(ledger, {(kind, str(record.id))})
    mapping.item_id = find(kind, code)
map_to("tax", "OUTPUT", company.account_sale_tax_id)
map_to("bank", "090", env["account.journal"].search(
    [("type", "=", "bank"), ("company_id", "=", company.id)], limit=1))
item = find("item", "WIDGET")
"""
XERO_MAKE = EQUAL_MAKE.replace(DEMO_LISTS, LISTS)
OVER = ("DELETED", "VOIDED")
MONEY = ("payments", "bank_transactions", "overpayments")


class XeroBooks(ProcessBooks):
    """A simulated Xero and the processes that send to it."""

    methods, path = "PUT,POST", "/api.xro"

    def __init__(self, books, workers):
        super().__init__(books, workers)
        self.tenant = next(iter(books.control.tenants()))

    def connect(self, seconds=1800):
        """Connect the ledger of the database, as a login would."""
        granted = self.books.control.grant()
        values = {
            "url": self.books.url,
            "tenant": self.tenant,
            "access": granted["access_token"],
            "refresh": granted["refresh_token"],
            "seconds": seconds,
        }
        return self.workers.do(code=CONNECT % values)

    def empty(self):
        books = self.books.world.tenants[self.tenant]
        for table in ("invoices", "credit_notes", "prepayments", *MONEY):
            getattr(books, table).clear()

    def live(self, table):
        """Return what is not deleted of a table."""
        books = self.books.world.tenants[self.tenant]
        return [
            record
            for record in getattr(books, table).values()
            if record["Status"] not in OVER
        ]

    def documents(self):
        return [
            (
                find_key(record[mark]),
                (record["Total"], record["TotalTax"], record[left]),
            )
            for table, mark, left in (
                ("invoices", "Url", "AmountDue"),
                ("credit_notes", "Reference", "RemainingCredit"),
            )
            for record in self.live(table)
        ]

    def money(self):
        money = defaultdict(Decimal)
        for table, name in (("payments", "Amount"), ("bank_transactions", "Total")):
            for record in self.live(table):
                money[find_key(record["Reference"])] += record[name]
        return money
