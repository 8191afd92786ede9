# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Figures of the transaction queue; `make bench QUEUE=1 N=1000` runs it in the shell.

Posting invoices with and without the queue, in turns since machines are noisy, each
time on the same drafts; sending them; opening the lists over a million rows; and
killing a run of 500 documents at random points (KILLS=100, ROWS=1000000). The demo
books live in the same process: what they take is told apart where it matters.
"""

import math
import os
import resource
import statistics
import subprocess
import threading
import time
from unittest.mock import patch

from odoo import SUPERUSER_ID, Command, api
from odoo.modules.registry import Registry
from odoo.tools import config

from odoo.addons.synkd_connector.const import QUEUE_TABS
from odoo.addons.synkd_connector.tests.process_worker import Workers
from odoo.addons.synkd_connector_demo.tests import process_documents

SIZES = [int(size) for size in os.environ["SYNKD_BENCH_SIZES"].split()]
ROWS = int(os.environ.get("ROWS") or 10**6)
KILLS = int(os.environ.get("KILLS") or 100)
TURNS = int(os.environ.get("TURNS") or 5)
ORDERS = {"attention": "id", "pending": "id", "synced": "posted_at desc, id desc"}
# A third waits, a third is ready, a third was posted: more than a queue ever holds.
FILL = """
INSERT INTO synkd_transaction (own_key, ledger_id, company_id, kind, channel,
       res_model, res_id, sync_state, reason, live, source, operation, currency_id,
       queued_at, posted_at, number, partner_id, amount, amount_company, create_date,
       date)
SELECT 'SK' || n, %s, %s, 'invoice', 'documents', 'account.move', 10000000 + n,
       (ARRAY['pending', 'attention', 'synced'])[1 + n %% 3],
       CASE WHEN n %% 3 = 1 THEN 'unmapped' END, TRUE, 'manual', 'post', %s,
       now() - (n %% 999983) * interval '1 second',
       CASE WHEN n %% 3 = 2 THEN now() - n * interval '1 second' END,
       'INV/' || n, %s, 115, 115, now() - n * interval '1 second', now()
  FROM generate_series(1, %s) n
"""
# All that is ready but for a hundredth was tried in vain before.
LATER = """
UPDATE synkd_transaction SET retry_at = now() + interval '1 hour'
 WHERE sync_state = 'pending' AND res_id % 100 > 0
"""


def median(values):
    """Return the median of some figures."""
    return statistics.median(values)


def resident_mb():
    """Return the memory that this process holds now."""
    with open("/proc/self/statm") as file:
        pages = int(file.read().split()[1])
    return pages * resource.getpagesize() / 2**20


class Stopwatch:
    """Counts queries, their time in the database, CPU and wall time of a piece."""

    def __enter__(self):
        self.before = self.now()
        return self

    def __exit__(self, *_exc):
        pairs = zip(self.before, self.now(), strict=True)
        self.queries, self.database, self.cpu, self.wall = (b - a for a, b in pairs)

    def now(self):
        """Return the counters."""
        thread = threading.current_thread()
        counted = thread.query_count, thread.query_time
        return *counted, time.process_time(), time.perf_counter()


class QueueBench:
    """Measures on a copy of the database of its own."""

    def __init__(self, name):
        self.database = f"{env.cr.dbname}_{name}"  # noqa: F821

    def __enter__(self):
        template = os.environ["SYNKD_TEMPLATE_DB"]
        subprocess.run(["createdb", "-T", template, self.database], check=True)
        self.cr = Registry(self.database).cursor()
        names = {"env": api.Environment(self.cr, SUPERUSER_ID, {})}
        exec(process_documents.SET_UP, names)  # noqa: S102
        self.env, self.ledger = names["env"], names["ledger"]
        self.partners, self.product = names["partners"], names["product"]
        self.cr.commit()
        return self

    def __exit__(self, *_exc):
        import odoo.sql_db

        self.cr.close()
        Registry.delete(self.database)
        odoo.sql_db.close_db(self.database)
        subprocess.run(["dropdb", self.database], check=True)

    def drafts(self, number):
        """Create draft invoices of one line with tax."""
        taxes = [Command.set(self.ledger.company_id.account_sale_tax_id.ids)]
        line = {"product_id": self.product.id, "price_unit": 100, "tax_ids": taxes}
        invoices = self.env["account.move"].create(
            [
                {
                    "move_type": "out_invoice",
                    "partner_id": self.partners[n % len(self.partners)].id,
                    "invoice_date": "2026-06-15",
                    "company_id": self.ledger.company_id.id,
                    "invoice_line_ids": [Command.create(line)],
                }
                for n in range(number)
            ]
        )
        self.cr.commit()
        return invoices

    # === POSTING === #

    def posting(self, number):
        """Post the same drafts with and without the queue, in turns."""
        invoices = self.drafts(number)
        enqueuer = type(self.env["synkd.enqueuer"])
        self.post(invoices)
        turns = {True: [], False: []}
        for turn in range(2 * TURNS):
            queued = bool(turn % 2)
            if queued:
                turns[queued].append(self.post(invoices))
                continue
            with (
                patch.object(enqueuer, "_enqueue_moves", lambda *_args: None),
                patch.object(enqueuer, "_note_changes", lambda *_args: None),
            ):
                turns[queued].append(self.post(invoices))
        for name in ("wall", "cpu", "database"):
            with_, without = (
                median([getattr(watch, name) for watch in turns[queued]])
                for queued in (True, False)
            )
            print(
                f"  posting, {name:<8}: {with_:7.2f} s with, {without:7.2f} s without"
                f" the queue: {100 * (with_ / without - 1):+.1f} %"
            )
        counts = [turns[queued][-1].queries for queued in (True, False)]
        print(f"  posting, queries : {counts[0]} with, {counts[1]} without")
        return invoices

    def post(self, invoices):
        """Post drafts, and take it back; return what it took."""
        self.env.invalidate_all()
        with Stopwatch() as watch:
            invoices.action_post()
            self.env.flush_all()
        self.cr.rollback()
        self.env.invalidate_all()
        return watch

    # === SENDING === #

    def sending(self, invoices):
        """Send posted invoices, and tell what each batch took, the books apart."""
        invoices.action_post()
        self.cr.commit()
        engine = type(self.env["synkd.engine"])
        connector = type(self.env["synkd.connector.demo"])
        batches, books, memory = [], [], []
        real, push = engine._push_batch, connector._push_documents

        def measured(this, run, channel, size):
            with Stopwatch() as watch:
                done = real(this, run, channel, size)
            if done and channel.name == "documents":
                batches.append(watch)
                memory.append(resident_mb())
            return done

        def remote(this, ledger, batch):
            with Stopwatch() as watch:
                answer = push(this, ledger, batch)
            books.append(watch)
            return answer

        with (
            patch.object(engine, "_push_batch", measured),
            patch.object(connector, "_push_documents", remote),
        ):
            self.run()
        self.tell_sending(len(invoices), batches, books, memory)

    def tell_sending(self, number, batches, books, memory):
        """Print the figures of sending."""
        size = self.ledger._get_capabilities().document_batch
        ours = [b.queries - r.queries for b, r in zip(batches, books, strict=True)]
        cpu = sum(b.cpu for b in batches) - sum(r.cpu for r in books)
        wall = sum(b.wall for b in batches) - sum(r.wall for r in books)
        print(
            f"  sending: {len(books)} write calls, expected {math.ceil(number / size)};"
            f" queries per batch {min(ours)}/{median(ours):g}/{max(ours)};"
            f" {1000 * cpu / number:.2f} ms CPU, {1000 * wall / number:.2f} ms wall per"
            f" document; memory {memory[-1] - memory[0]:+.0f} MB; the demo books took"
            f" {1000 * sum(r.cpu for r in books) / number:.2f} ms CPU per document"
        )
        domain = [("ledger_id", "=", self.ledger.id), ("sync_state", "!=", "synced")]
        left = self.env["synkd.transaction"].search_count(domain)
        print(f"  sending: not posted {left}")

    def run(self):
        """Call the ledger's cron until nothing is left."""
        runs = self.env["synkd.run"]
        while True:
            self.ledger.cron_id.method_direct_trigger()
            self.cr.commit()
            self.env.invalidate_all()
            run = runs.search([("ledger_id", "=", self.ledger.id)], limit=1)
            if run.state not in ("waiting", "running"):
                return run

    # === A MILLION ROWS === #

    def lists(self, number):
        """Fill the queue, and tell how long picks and lists take in the database."""
        company = self.ledger.company_id
        partner = self.partners[0]
        values = [self.ledger.id, company.id, company.currency_id.id, partner.id]
        self.cr.execute(FILL, [*values, number])
        self.tidy()
        user = self.env.ref("base.user_admin")
        user.group_ids |= self.env.ref("synkd_connector.group_manager")
        user.company_ids |= company
        context = {"allowed_company_ids": company.ids}
        self.clerk = self.env(user=user.id, context=context)["synkd.transaction"]
        self.time("pick a batch", self.pick)
        for state, _action, _path, states in QUEUE_TABS:
            self.time(f"open tab {state or 'all'}", self.open, state, states)
        self.time("counts of the tabs", self.clerk.get_queue_tabs)
        self.time("counts of the ledger's card", self.counts)
        self.time("search a number", self.find, number)
        self.cr.execute(LATER)
        self.tidy()
        self.time("pick, the others try later", self.pick)

    def tidy(self):
        """Commit, and do what autovacuum would do some time later."""
        self.cr.commit()
        connection = self.cr._cnx
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE synkd_transaction")
        connection.autocommit = False

    def find(self, number):
        """Search a document by its number, as the box above the list does."""
        names = ("number", "reference", "books_number")
        words = [(name, "ilike", f"INV/{number // 2}") for name in names]
        self.clerk.web_search_read(["|", "|", *words], {"number": {}}, 0, 80, "id desc")

    def pick(self):
        """Pick a batch as the engine does."""
        engine = self.env["synkd.engine"]
        channel = engine._get_channels()["documents"]
        run = self.env["synkd.run"].create({"ledger_id": self.ledger.id})
        self.env.flush_all()
        with Stopwatch() as watch:
            engine._pick(run, channel, 50)
        self.cr.rollback()
        return watch

    def open(self, state, states):
        """Read the first page of a tab as the web client does."""
        names = ("number", "kind", "partner_id", "amount", "sync_state", "reason_text")
        order = ORDERS.get(state, "id desc")
        domain = [("sync_state", "in", states)] if states else []
        self.clerk.web_search_read(
            domain, {name: {} for name in names}, 0, 80, order, 10001
        )

    def counts(self):
        """Read the counts on the ledger's card."""
        ledger = self.ledger.with_env(self.clerk.env)
        return ledger.transaction_attention_count, ledger.transaction_ready_count

    def time(self, what, function, *args):
        """Print the median of some times in the database."""
        times = []
        for _turn in range(TURNS):
            self.env.invalidate_all()
            with Stopwatch() as watch:
                inner = function(*args)
            times.append(inner if isinstance(inner, Stopwatch) else watch)
        found = 1000 * median([watch.database for watch in times])
        print(f"  {what:<28} {found:7.1f} ms in the database")


def kills():
    """Kill a run again and again, and prove that nothing is lost or doubled."""
    database = f"{env.cr.dbname}_kills"  # noqa: F821
    template = os.environ["SYNKD_TEMPLATE_DB"]
    subprocess.run(["createdb", "-T", template, database], check=True)
    workers = Workers(database, config["config"])
    try:
        counts = {"invoices": 270, "credits": 40, "payments": 150}
        ledger = process_documents.make_twins(workers, counts)
        phases = process_documents.kill_again_and_again(
            process_documents.DemoBooks(workers), ledger, KILLS, batch=20, longest=260
        )
        print(f"  {sum(phases.values())} kills, nothing lost or doubled: {phases}")
    finally:
        workers.close()


def main():
    """Measure each size, then the lists, then kill."""
    thread = threading.current_thread()
    thread.query_count = thread.query_time = 0
    env.cr.rollback()  # noqa: F821
    for size in SIZES:
        print(f"\n{size:,} invoices")
        with QueueBench(f"queue{size}") as bench:
            bench.sending(bench.posting(size))
    if ROWS:
        print(f"\n{ROWS:,} rows")
        with QueueBench("rows") as bench:
            bench.lists(ROWS)
    if KILLS:
        print("\nkill -9 in a run of 500 documents")
        kills()


main()
