# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Figures of a synchronisation; `make bench N="1000 10000"` runs it in Odoo's shell.

Each size starts from a fresh copy of the database: account customers are made, their
ledger's cron sends them, and sends nothing when it runs again. Then as many customers
of the books are imported, missing account customers created, and matches proposed. The
demo books live in the same process, so their work is in the figures.
"""

import gc
import math
import os
import random
import resource
import statistics
import subprocess
import threading
import time

import psycopg2.errors

from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry

SIZES = [int(size) for size in os.environ["SYNKD_BENCH_SIZES"].split()]
WARM_UP_BATCHES = 3
MATCH_SECONDS = 30
CONSONANTS, VOWELS = "bcdfghjklmnprstvwxz", "aeiouy"
# So many words that no two names look alike: twins would wait in Match.
PATTERN = (CONSONANTS, VOWELS, CONSONANTS, VOWELS, CONSONANTS, VOWELS, CONSONANTS)
TRADES = ("Works", "Motors", "Dental", "Foods", "Traders", "Plumbing", "Supplies")


def name_of(number):
    """Return a company's name that looks like a real one; always the same."""
    dice = random.Random(str(number))  # of -1 and 1 it would be the same
    words = [
        "".join(dice.choice(letters) for letters in PATTERN).capitalize()
        for _index in (1, 2)
    ]
    return f"{words[0]} {words[1]} {dice.choice(TRADES)}"


def resident_mb():
    """Return the memory that this process holds now."""
    with open("/proc/self/statm") as file:
        pages = int(file.read().split()[1])
    return pages * resource.getpagesize() / 2**20


class Meter:
    """Counts the queries, time and memory of the batches of one phase."""

    def __init__(self, engine, name):
        self.engine, self.name = engine, name
        self.batches, self.first, self.peak = [], None, 0

    def __enter__(self):
        self.original = getattr(self.engine, self.name)
        original, meter = self.original, self

        def measured(engine, *args):
            if getattr(args[1], "name", "customers") != "customers":
                return original(engine, *args)
            before = meter.now()
            result = original(engine, *args)
            meter.note(before)
            return result

        setattr(self.engine, self.name, measured)
        return self

    def __exit__(self, *_exc):
        setattr(self.engine, self.name, self.original)

    def now(self):
        """Return the counters."""
        queries = threading.current_thread().query_count
        return queries, time.process_time(), time.perf_counter()

    def note(self, before):
        """Remember what one batch took."""
        self.batches.append([b - a for a, b in zip(before, self.now(), strict=True)])
        self.peak = max(self.peak, resident_mb())
        if len(self.batches) == WARM_UP_BATCHES:
            self.first = resident_mb()

    def tell(self, what, count):
        """Print the figures of the batches that did something."""
        busy = [batch for batch in self.batches if batch[0] > 5]
        if not busy:
            return
        queries = [batch[0] for batch in busy]
        cpu, wall = (1000 * sum(batch[i] for batch in busy) / count for i in (1, 2))
        growth = self.peak - self.first if self.first else 0
        spread = f"{min(queries)}/{statistics.median(queries):g}/{max(queries)}"
        print(
            f"  {what:<28} {cpu:7.2f} ms CPU {wall:7.2f} ms wall per customer;"
            f" queries per batch {spread}; memory +{growth:.0f} MB"
        )


class Bench:
    """One size on a database of its own."""

    def __init__(self, size):
        self.size = size
        self.template = os.environ["SYNKD_TEMPLATE_DB"]
        self.database = f"{env.cr.dbname}_{size}"  # noqa: F821

    def __enter__(self):
        command = ["createdb", "-T", self.template, self.database]
        subprocess.run(command, check=True)
        registry = Registry(self.database)
        self.cr = registry.cursor()
        self.env = api.Environment(self.cr, SUPERUSER_ID, {})
        self.ledger = self.env["synkd.ledger"].search([], limit=1)
        return self

    def __exit__(self, *_exc):
        self.cr.close()
        Registry.delete(self.database)
        import odoo.sql_db

        odoo.sql_db.close_db(self.database)
        subprocess.run(["dropdb", self.database], check=True)

    def run(self):
        """Let the ledger's cron work until nothing is left; return the run."""
        cron = self.ledger.cron_id
        runs = self.env["synkd.run"].sudo()
        self.cr.commit()
        while True:
            cron.method_direct_trigger()
            self.cr.commit()
            self.env.invalidate_all()
            run = runs.search([("ledger_id", "=", self.ledger.id)], limit=1)
            if run.state not in ("waiting", "running"):
                return run

    def calls(self):
        """Return how many write calls the demo books received."""
        domain = [("ledger_id", "=", self.ledger.id), ("kind", "=", "write")]
        return self.env["synkd.demo.call"].search_count(domain)

    def make(self, create):
        """Create in batches of a thousand, and forget them."""
        for start in range(0, self.size, 1000):
            create(range(start, min(start + 1000, self.size)))
            self.cr.commit()
            self.env.invalidate_all()
        gc.collect()

    def metered(self, name, what):
        """Run once, and print what the batches of one phase took."""
        with Meter(type(self.env["synkd.engine"]), name) as meter:
            run = self.run()
        meter.tell(what, self.size)
        return run

    def push(self):
        """Send new customers, then nothing, then changed ones."""
        accounts = self.env["synkd.account.customer"]
        base = {
            "ledger_id": self.ledger.id,
            "class_id": self.env["synkd.customer.class"]
            .search([("posting", "=", "account")], limit=1)
            .id,
        }
        self.make(
            lambda numbers: accounts.with_context(tracking_disable=True).create(
                [base | {"name": name_of(n), "city": "Durban"} for n in numbers]
            )
        )
        batch = self.ledger._get_capabilities().customer_batch
        expected = math.ceil(accounts.search_count([]) / batch)
        before = self.calls()
        self.metered("_push_batch", "push, created")
        print(f"  write calls {self.calls() - before}, expected {expected}")
        self.again("unchanged")
        self.cr.execute(
            "UPDATE synkd_account_customer SET sync_state = 'pending', city = 'Paarl',"
            " revision = revision + 1 WHERE city = 'Durban'"
        )
        self.metered("_push_batch", "push, changed")
        self.again("unchanged after a change")

    def again(self, what):
        """Run once more, and tell what it cost."""
        before = self.calls(), threading.current_thread().query_count
        self.run()
        queries = threading.current_thread().query_count - before[1]
        calls = self.calls() - before[0]
        print(f"  {what}: write calls {calls}, {queries} queries in all")

    def pull(self):
        """Import customers that are new in the books."""
        books = self.env["synkd.demo.customer"]
        self.make(
            lambda numbers: books.create(
                [
                    {
                        "ledger_id": self.ledger.id,
                        "code": f"P{n:07}",
                        "name": name_of(n + 10**6),
                        "credit_limit": 100,
                    }
                    for n in numbers
                ]
            )
        )
        self.metered("_take_page", "pull, new in the books")

    def create_missing(self):
        """Create account customers for operational ones."""
        partners = self.env["res.partner"].with_context(tracking_disable=True)
        self.make(
            lambda numbers: partners.create(
                [
                    {"name": name_of(-n - 1), "ref": f"A{n}", "customer_rank": 1}
                    for n in numbers
                ]
            )
        )
        some_class = self.env["synkd.customer.class"].search(
            [("posting", "=", "account")], limit=1
        )
        matches = type(self.env["synkd.match"])
        propose = matches._propose
        if not self.match():
            matches._propose = lambda model, ledger: 0
        self.env["synkd.run"].create(
            {
                "ledger_id": self.ledger.id,
                "origin": "user",
                "partner_domain": [["ref", "like", "A%"]],
                "create_class_id": some_class.id,
                "scoped": True,
            }
        )
        self.metered("_create_batch", "create")
        matches._propose = propose

    def match(self):
        """Propose matches; tell whether that was done within the time it may take."""
        start = time.perf_counter()
        self.cr.execute("SET LOCAL statement_timeout = %s", [1000 * MATCH_SECONDS])
        try:
            found = self.env["synkd.match"]._propose(self.ledger)
        except psycopg2.errors.QueryCanceled:
            self.cr.rollback()
            print(f"  match: not done within {MATCH_SECONDS} s")
            return False
        print(f"  match: {found} proposals in {time.perf_counter() - start:.1f} s wall")
        self.cr.rollback()
        return True


def main():
    """Measure each size."""
    threading.current_thread().query_count = 0
    threading.current_thread().query_time = 0
    print()
    env.cr.rollback()  # noqa: F821
    for size in SIZES:
        print(f"N = {size:,}")
        with Bench(size) as bench:
            bench.push()
            bench.pull()
            bench.create_missing()


main()
