# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Documents that processes put into files, and a bookkeeper who imports each once."""

import tempfile
from collections import Counter, defaultdict
from decimal import Decimal
from pathlib import Path

from odoo.addons.synkd_connector_demo.tests.process_documents import (
    DEMO_LISTS,
    EQUAL_MAKE,
    RESET,
    UNSENT,
)

from ..simulator import PastelCompany

CONNECT = """
from odoo.addons.synkd_connector_pastel.simulator import PastelCompany
import base64
ledger = env["synkd.ledger"].search([], limit=1)
ledger.write({"connector": "pastel", "pastel_company": "KUDU",
    "pastel_year_start": "2026-03-01"})
pastel = PastelCompany()
for kind in ("taxes", "accounts", "items"):
    export = env["synkd.pastel.export"].create({"ledger_id": ledger.id, "kind": kind,
        "file": base64.b64encode(getattr(pastel, f"export_{kind}")())})
    export.action_test()
    export._set_ready()
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
map_to("tax", "1", company.account_sale_tax_id)
map_to("bank", "8400000", env["account.journal"].search(
    [("type", "=", "bank"), ("company_id", "=", company.id)], limit=1))
ledger.pastel_contra_id = find("account", "9990000")
item = find("item", "SALES")
"""
PASTEL_MAKE = EQUAL_MAKE.replace(DEMO_LISTS, LISTS)
# The bookkeeper takes what waits, in the order of the files' numbers, and says so.
IMPORT = """
from pathlib import Path
waiting = env["synkd.request"].search([("state", "=", "handed")], order="id")
for request in waiting:
    for file in request.file_ids.sorted("id"):
        Path(%r, file.name).write_bytes(file.raw)
    request._say_all("ok")
"""
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
# In one live file at most, whatever happened.
IN_TWO_FILES = """
SELECT model, res_id, count(*) FROM synkd_request_line
 WHERE state IN ('handed', 'ok') GROUP BY model, res_id HAVING count(*) > 1
"""


class PastelWorkers:
    """Workers beside whom a bookkeeper imports files after each run that ends."""

    def __init__(self, workers, case):
        """Prepare.

        :param Workers workers: on a database of their own.
        :param case: the class of tests, which ends the folder of files.
        """
        self.workers = workers
        self.folder = Path(case.enterClassContext(tempfile.TemporaryDirectory()))
        self.pastel = PastelCompany()

    def __getattr__(self, name):
        return getattr(self.workers, name)

    def do(self, **job):
        """Do a job; after a run the bookkeeper does his."""
        error = self.workers.do(**job)
        return error or ("run" in job and self.import_files()) or ""

    def import_files(self):
        """Import what waits, and say that it was imported."""
        error = self.workers.do(code=IMPORT % str(self.folder))
        for path in sorted(self.folder.iterdir(), key=lambda p: p.name.split("-")[-2]):
            self.pastel.import_file(path.name, path.read_bytes())
            path.unlink()
        return error


class PastelBooks:
    """A made-up company of Pastel, and what proves that it has all, each once."""

    def __init__(self, workers):
        """Prepare.

        :param PastelWorkers workers: on a database of their own.
        """
        self.workers = workers
        self.customers = {}

    @property
    def pastel(self):
        """The company of Pastel."""
        return self.workers.pastel

    def reset(self):
        """Let all documents wait again, and Pastel have none of them."""
        self.workers.sql(
            RESET + "; DELETE FROM ir_attachment WHERE res_model = 'synkd.request'"
        )
        self.workers.pastel = PastelCompany(customers=self.customers)

    def disturb(self, dice):
        """Let the bookkeeper come by now and then, also between two ends."""
        if dice.random() < 0.3:
            error = self.workers.import_files()
            assert not error, error

    def find_faults(self):
        """Return what is wrong in Pastel or here; empty when all is well.

        :rtype: dict
        """
        found = {
            "stuck rows": self.workers.sql(UNSENT + " HAVING count(*) > 0"),
            "requests without an end": self.workers.sql(OPEN_REQUESTS),
            "in two files": self.workers.sql(IN_TWO_FILES),
            "refused by Pastel": self.pastel.errors,
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
            (d.key, (abs(d.total), abs(d.tax), abs(self.pastel.outstanding(d))))
            for d in self.pastel.documents
        ]
        return self._differences(ours, theirs)

    def _compare_payments(self):
        """Return the payments that are missing, more or less than in Odoo."""
        ours = {key: (Decimal(amount),) for key, amount in self.workers.sql(PAYMENTS)}
        money = defaultdict(Decimal)
        for entry in self.pastel.entries:
            if entry.contra == "8400000":
                money[entry.text.split()[0]] -= entry.amount
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
