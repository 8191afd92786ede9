# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""How near the pace of Sage a run works; `make bench SAGE=1 N=100`.

A simulated Sage with the real limits, in a process of its own, and runs in this one:
N customers, an invoice for each, then its payment. Sage advises one call a second, so N
calls can take N seconds at best; what a run reaches of that is printed, and that
nothing was refused. Each of the three begins with a day of its own, since Sage takes
5,000 calls a day, and the payments of 1,000 invoices are 3,000.

Work takes the time that it takes. Waits pass at once: all clocks, that of the simulator
too, are put forward instead. REAL=1 really waits, and puts off nothing to another day.
A run that pauses goes on when its time has come; that counts as time as well.
"""

import os
import signal
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

from odoo.fields import Command, Datetime

from odoo.addons.synkd_connector.models.engine.synkd_engine_pace import SynkdEngine
from odoo.addons.synkd_connector.models.ledger import synkd_ledger_connection
from odoo.addons.synkd_connector_http.lib import client
from odoo.addons.synkd_connector_http.simulator import ControlClient
from odoo.addons.synkd_connector_sage import simulator
from odoo.addons.synkd_connector_sage.simulator.world import COMPANY

SIZES = [int(size) for size in os.environ["SYNKD_BENCH_SIZES"].split()]
PROGRAM = Path(simulator.__file__).parent
MOST_CALLS = 1000
# So long that no call of before counts for a day's limit any more.
NEXT_DAY = 25 * 3600


class Waits:
    """The time of this process: it goes on by itself, and waits put it forward."""

    def __init__(self, control):
        self.control, self.waited, self.is_real = control, 0.0, True
        self.real_now = synkd_ledger_connection._now

    def take_over(self):
        """Let all that waits between calls wait here."""
        self.is_real, client.time = False, self
        SynkdEngine._rest = lambda _engine, seconds: self.sleep(seconds)
        synkd_ledger_connection._now = self.now

    def sleep(self, seconds):
        """Put all clocks forward, or wait."""
        if self.is_real:
            time.sleep(seconds)
            return
        self.waited += seconds
        self.control.advance(seconds=seconds)

    def monotonic(self):
        """Return the seconds that passed since some moment."""
        return time.monotonic() + self.waited

    def now(self):
        """Return the moment that it is, naive and in UTC."""
        return self.real_now() + timedelta(seconds=self.waited)


class SageBench:
    """A company whose books are in the simulated Sage."""

    def __init__(self, env, url):
        self.env, self.control = env, ControlClient(url)
        self.waits = Waits(self.control)
        if not os.environ.get("REAL"):
            self.waits.take_over()
        self.ledger = env["synkd.ledger"].search([], limit=1)
        self.company = self.ledger.company_id
        rand = env.ref("base.ZAR")
        rand.active = True
        self.company.currency_id = rand
        self.company.synkd_only_complete = False
        if not env["account.journal"].search([("type", "=", "sale")], limit=1):
            charts = env["account.chart.template"]
            charts.try_loading("generic_coa", self.company, install_demo=False)
            self.company.currency_id = rand
        self.ledger.write(
            {
                "connector": "sage",
                "http_client_secret": "sim-key",
                "sage_user": "books@example.com",
                "sage_password": "sim-password",
                "http_api_url": url,
                "http_tenant_key": str(COMPANY),
                "http_tenant_name": "Marula",
                "start_date": False,
                "post_accounts": True,
            }
        )

    # === WHAT IS SENT === #

    def make_customers(self, size):
        """Create customers with account customers, all of which wait."""
        posting = [("posting", "=", "account"), ("company_id", "=", self.company.id)]
        some_class = self.env["synkd.customer.class"].search(posting, limit=1)
        names = [f"Customer {number:06}" for number in range(size)]
        partners = self.env["res.partner"].create([{"name": name} for name in names])
        accounts = self.env["synkd.account.customer"].create(
            [
                {"name": name, "ledger_id": self.ledger.id, "class_id": some_class.id}
                for name in names
            ]
        )
        pairs = list(zip(partners, accounts, strict=True))
        self.env["synkd.customer.link"]._link(pairs)
        return partners

    def map_lists(self):
        """Map what invoices need to what Sage has."""
        items = self.env["synkd.books.item"]
        tax = self.company.account_sale_tax_id
        tax.amount = 15
        mappings = self.env["synkd.mapping"]
        mapping = mappings._ensure(self.ledger, {("tax", str(tax.id))})
        mine = [("ledger_id", "=", self.ledger.id)]
        mapping.item_id = items.search([*mine, ("name", "=", "Standard Rate")])
        journals = [("type", "=", "bank"), ("company_id", "=", self.company.id)]
        bank = self.env["account.journal"].search(journals, limit=1)
        mapping = mappings._ensure(self.ledger, {("bank", str(bank.id))})
        mapping.item_id = items.search(
            [*mine, ("kind", "=", "bank"), ("name", "=", "Standard Bank")]
        )
        item = items.search([*mine, ("code", "=", "WIDGET")], limit=1)
        product_class = self.env["synkd.product.class"].create(
            {
                "name": "Bench",
                "company_id": self.company.id,
                "posting": "department",
                "item_id": item.id,
            }
        )
        return self.env["product.product"].create(
            {"name": "Bench", "synkd_product_class_id": product_class.id}
        )

    def make_invoices(self, partners, product):
        """Post an invoice for each customer; return them."""
        line = {
            "product_id": product.id,
            "quantity": 3,
            "price_unit": 10.07,
            "tax_ids": [Command.set(self.company.account_sale_tax_id.ids)],
        }
        values = [
            {
                "move_type": "out_invoice",
                "partner_id": partner.id,
                "company_id": self.company.id,
                "invoice_date": "2026-06-15",
                "invoice_line_ids": [Command.create(line)],
            }
            for partner in partners
        ]
        invoices = self.env["account.move"].create(values)
        invoices.action_post()
        return invoices

    def pay(self, invoices):
        """Let each invoice be paid by a payment of its own."""
        wizards = self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=invoices.ids
        )
        wizards.create({"group_payment": False})._create_payments()

    # === ONE RUN === #

    def run(self, what):
        """Run until nothing is left, and print its figures."""
        if not self.waits.is_real:
            self.waits.sleep(NEXT_DAY)
        self.control.log(clear=True)
        before = self.counted()
        start, paused = self.waits.monotonic(), 0.0
        run = self.finish_run()
        while run.state == "paused" and self.ledger.paused_until:
            wait = (self.ledger.paused_until - Datetime.now()).total_seconds()
            self.waits.sleep(max(wait, 0))
            paused += wait
            self.ledger._set_resumed()
            run = self.finish_run()
        seconds = self.waits.monotonic() - start
        log = self.control.log()
        refused = sum(entry["status"] == 429 for entry in log)
        writes = sum(entry["method"] != "GET" for entry in log)
        if run.state != "done":
            print(f"  {run.display_name}: {run.message or ''} {run.notes or ''}")
        counted = self.counted() - before if self.waits.is_real else self.counted()
        print(
            f"  {what}: {len(log)} calls ({writes} write), {counted} counted, {refused}"
            f" refused, run {run.state}; {seconds:.1f} s, {paused:.0f} of them paused;"
            f" the pace allows {len(log)} s: {len(log) / seconds:.3f} of it"
        )

    def counted(self):
        """Return how many calls of the last day the ledger counts."""
        return sum((self.ledger.calls_made or {}).get("hours", {}).values())

    def finish_run(self):
        """Begin a run, and let it go on until it ends or pauses; return it."""
        runs = self.env["synkd.run"].sudo()
        runs.create({"ledger_id": self.ledger.id, "origin": "user"})
        self.env.cr.commit()
        for _call in range(MOST_CALLS):
            self.ledger.cron_id.method_direct_trigger()
            # What the run did is in transactions of its own.
            self.env.cr.rollback()
            self.env.invalidate_all()
            run = runs.search([("ledger_id", "=", self.ledger.id)], limit=1)
            if run.state not in ("waiting", "running"):
                break
        return run


def main(env):
    """Measure each size."""
    print()
    pipe = {"stdout": subprocess.PIPE, "stdin": subprocess.DEVNULL, "text": True}
    sage = subprocess.Popen([sys.executable, str(PROGRAM)], **pipe)
    try:
        url = sage.stdout.readline().strip()
        bench = SageBench(env, url)
        bench.run("the lists, and what every company has")
        product = bench.map_lists()
        for size in SIZES:
            print(f"N = {size:,}")
            partners = bench.make_customers(size)
            bench.run("customers")
            invoices = bench.make_invoices(partners, product)
            bench.run("invoices")
            bench.pay(invoices)
            bench.run("payments")
            bench.run("nothing new")
    finally:
        sage.send_signal(signal.SIGINT)
        sage.wait()


os.environ["SYNKD_ALLOW_LOOPBACK"] = "1"
main(env)  # noqa: F821
