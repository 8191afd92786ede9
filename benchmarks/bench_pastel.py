# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Figures of Pastel's files; `make bench PASTEL=1 N=10000` runs it.

So many customers are read from an export into the database, and written into files;
then ROWS=100000 documents are made and written, batch after batch as runs do it, and a
list of them is read: rows per second, and whether memory stays flat.
"""

import base64
import os
import resource
import time
from dataclasses import replace

from odoo.addons.synkd_connector.lib.documents import DocumentData, LineData
from odoo.addons.synkd_connector.lib.results import CustomerData, Member
from odoo.addons.synkd_connector_pastel.lib import customers, documents, report
from odoo.addons.synkd_connector_pastel.lib.shape import Settings

SIZES = [int(size) for size in os.environ["SYNKD_BENCH_SIZES"].split()]
ROWS = int(os.environ.get("ROWS") or 100000)
BATCH = 200
SETTINGS = Settings("2026-03-01", currency="ZAR", home="ZAR")
LINE = LineData("Glue", "3", "33.33", "0.00", "99.99", "15.00", "GLUE", "", "1")
INVOICE = DocumentData(
    *("", "post", "invoice", "INV/1", "PO 1", "HOP001", "HOP001"),
    *("2026-04-10", "2026-05-10", "ZAR", "1", False, "574.95", "75.00"),
    lines=(LINE,) * 5,
)


def megabytes():
    """Return the most memory that this process had."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def say(what, count, seconds):
    """Print one figure."""
    print(f"{what:<44} {count:>8} in {seconds:7.1f} s: {count / seconds:>9.0f} /s")


def read_customers(env, size):
    """Read so many customers from an export, as a run does."""
    company = env["res.company"].create({"name": f"Bench {size}"})
    ledger = env["synkd.ledger"].create(
        {
            "name": "Bench",
            "company_id": company.id,
            "connector": "pastel",
            "pastel_year_start": "2026-03-01",
        }
    )
    rows = "".join(f"C{n:05},Customer {n},011 555 {n},N,{n}\r\n" for n in range(size))
    content = f"Code,Name,Telephone,Blocked,Credit Limit\r\n{rows}".encode()
    export = env["synkd.pastel.export"].create({"ledger_id": ledger.id})
    export.file = base64.b64encode(content)
    export.action_test()
    export._set_ready()
    run = env["synkd.run"].create({"ledger_id": ledger.id})
    begun = time.monotonic()
    for page in ledger._get_connector()._pull_customers(ledger, {}):
        env["synkd.importer"]._take_page(run, page)
        env.flush_all()
        env.invalidate_all()
    say("customers read from an export", size, time.monotonic() - begun)


def write_customers(size):
    """Write so many customers into files."""
    begun = time.monotonic()
    for start in range(0, size, BATCH):
        members = []
        for number in range(start, min(start + BATCH, size)):
            data = CustomerData(code=f"C{number % 99999:05}", name=f"Customer {number}")
            payload = customers.to_customer(data, SETTINGS)
            members.append(Member(number, payload, "", f"SK{number:016}"))
        customers.write_headed(members, start)
    say("customers written", size, time.monotonic() - begun)


def write_documents(size):
    """Write so many documents of five lines into files."""
    begun, first = time.monotonic(), 0
    for start in range(0, size, BATCH):
        members = []
        for number in range(start, min(start + BATCH, size)):
            data = replace(INVOICE, number=f"INV/{number:08}")
            payload = documents.to_document(data, SETTINGS)
            members.append(Member(number, payload, "", f"SK{number:016}"))
        documents.write_documents(members, start)
        first = first or megabytes()
    say("documents written (5 lines)", size, time.monotonic() - begun)
    print(
        f"   memory: {first:.0f} MB after the first file, {megabytes():.0f} at the end"
    )


def read_list(size):
    """Read a list of so many transactions."""
    rows = "".join(
        f'"HOP001","IN{n:06}","INV/{n:08}","Invoice","574.95"\r\n' for n in range(size)
    )
    heads = "Customer Code,Reference,Order Number,Description,Amount\r\n"
    content = (heads + rows).encode()
    del rows
    begun, first = time.monotonic(), megabytes()
    found, _odd = report.read_transactions(content)
    report.find_doubles(found, ())
    report.find_doubled_money(found, ())
    say("transactions read from a list", len(found), time.monotonic() - begun)
    print(f"   memory: {first:.0f} MB before, {megabytes():.0f} at most")


for each in SIZES:
    read_customers(env, each)  # noqa: F821 the shell's
    env.cr.rollback()  # noqa: F821
    write_customers(each)
write_documents(ROWS)
read_list(ROWS)
