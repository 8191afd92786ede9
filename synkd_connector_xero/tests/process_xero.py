# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Documents that processes send to a simulated Xero; what proves that all is well."""

from collections import Counter, defaultdict
from decimal import Decimal

from odoo.addons.synkd_connector.lib.identity import find_key
from odoo.addons.synkd_connector_demo.tests.process_documents import (
    DEMO_LISTS,
    EQUAL_MAKE,
    RESET,
    UNSENT,
)

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
# What is open in Odoo on each document, and what payments are of; by our keys.
DOCUMENTS = """
SELECT t.own_key, m.amount_total, m.amount_tax, m.amount_residual
  FROM synkd_transaction t JOIN account_move m ON m.id = t.move_id
 WHERE t.channel = 'documents'
"""
PAYMENTS = """
SELECT t.own_key, p.amount FROM synkd_transaction t
  JOIN account_payment p ON p.id = t.payment_id
"""
OPEN_REQUESTS = (
    "SELECT id, state FROM synkd_request WHERE state NOT IN ('done', 'void')"
)
OVER = ("DELETED", "VOIDED")
MONEY = ("payments", "bank_transactions", "overpayments")
# What goes wrong beside the kills; each for one call of a process, or for none.
DISTURBANCES = (
    *("lost_before", "lost_after", "500", "500_after", "503", "truncated"),
    *("wrong_json", "429_minute", "429_concurrent", "429_day"),
    *(None, None, None, None, None),
)


class XeroBooks:
    """A simulated Xero and the processes that send to it: emptied, and proved."""

    def __init__(self, xero, workers):
        """Prepare.

        :param Simulator xero: serves already.
        :param Workers workers: on a database of their own.
        """
        self.xero = xero
        self.workers = workers
        self.tenant = next(iter(xero.control.tenants()))

    def connect(self, seconds=1800):
        """Connect the ledger of the database, as a login would."""
        granted = self.xero.control.grant()
        values = {
            "url": self.xero.url,
            "tenant": self.tenant,
            "access": granted["access_token"],
            "refresh": granted["refresh_token"],
            "seconds": seconds,
        }
        return self.workers.do(code=CONNECT % values)

    def reset(self):
        """Let all documents wait again, and Xero have none of them."""
        self.workers.sql(RESET)
        self.xero.control.clear_faults()
        world = self.xero.world
        with world.lock:
            books = world.tenants[self.tenant]
            for table in ("invoices", "credit_notes", "prepayments", *MONEY):
                getattr(books, table).clear()
            world.log.clear()

    def disturb(self, dice):
        """Let something go wrong in one of the next calls, most of the time."""
        self.xero.control.clear_faults()
        kind = dice.choice(DISTURBANCES)
        if kind:
            every, methods = dice.randint(1, 4), dice.choice(("PUT,POST", ""))
            where = {"method": methods, "path": "/api.xro", "every": every}
            self.xero.control.add_fault(kind, **where)

    def live(self, table):
        """Return what is not deleted of a table."""
        books = self.xero.world.tenants[self.tenant]
        return [
            record
            for record in getattr(books, table).values()
            if record["Status"] not in OVER
        ]

    # === PROOFS === #

    def find_faults(self):
        """Return what is wrong in Xero or here; empty when all is well.

        :rtype: dict
        """
        found = {
            "stuck rows": self.workers.sql(UNSENT + " HAVING count(*) > 0"),
            "requests without an end": self.workers.sql(OPEN_REQUESTS),
            "documents": self._compare_documents(),
            "payments": self._compare_payments(),
        }
        return {name: rows for name, rows in found.items() if rows}

    def _compare_documents(self):
        """Return the documents that are missing, twice, or other than in Odoo."""
        ours = {
            key: tuple(map(Decimal, amounts))
            for key, *amounts in self.workers.sql(DOCUMENTS)
        }
        theirs = [
            (find_key(record["Url"]), self._amounts(record, "AmountDue"))
            for record in self.live("invoices")
        ]
        theirs += [
            (find_key(record["Reference"]), self._amounts(record, "RemainingCredit"))
            for record in self.live("credit_notes")
        ]
        return self._differences(ours, theirs)

    def _amounts(self, record, left):
        return record["Total"], record["TotalTax"], record[left]

    def _compare_payments(self):
        """Return the payments that are missing, more or less than in Odoo."""
        ours = {key: (Decimal(amount),) for key, amount in self.workers.sql(PAYMENTS)}
        money = defaultdict(Decimal)
        for table, name in (("payments", "Amount"), ("bank_transactions", "Total")):
            for record in self.live(table):
                money[find_key(record["Reference"])] += record[name]
        return self._differences(ours, [(k, (v,)) for k, v in money.items()])

    def _differences(self, ours, theirs):
        """Return what is not the same on both sides, and what is there twice."""
        counts = Counter(key for key, _amounts in theirs)
        found = [("twice", key) for key, count in counts.items() if count > 1]
        there = dict(theirs)
        for key in ours | there:
            if ours.get(key) != there.get(key):
                found.append((key, ours.get(key), there.get(key)))
        return found
