# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What a run takes beside the other Odoo itself; `make bench ODOO=1 N=1000`.

N customers, an invoice for each, then nothing new, sent by runs in this process to a
second Odoo, a real server with a database of its own. Of each run are printed its
calls, and of its time the part in which it waited for answers: that is what the other
Odoo takes; the rest is ours.
"""

import os
import time

from odoo.fields import Command

from odoo.addons.synkd_connector_http.lib import wire
from odoo.addons.synkd_connector_odoo.lib.client import READS
from odoo.addons.synkd_connector_odoo.tests.second_odoo import LOGIN, SecondOdoo

SIZES = [int(size) for size in os.environ["SYNKD_BENCH_SIZES"].split()]
MOST_STEPS = 1000


class Watch:
    """Counts calls and the time until they were answered, while it is entered."""

    def __init__(self):
        self.reads, self.writes, self.seconds = 0, 0, 0.0

    def __enter__(self):
        self.send, wire.send = wire.send, self.watch
        return self

    def __exit__(self, *_exc):
        wire.send = self.send

    def watch(self, session, method, url, *args, **given):
        """Make one call."""
        start = time.monotonic()
        try:
            return self.send(session, method, url, *args, **given)
        finally:
            self.seconds += time.monotonic() - start
            is_read = method == "GET" or url.rpartition("/")[2] in READS
            self.reads += is_read
            self.writes += not is_read


class OdooBench:
    """A company whose books are in the second Odoo."""

    def __init__(self, env):
        self.env = env
        self.ledger = env["synkd.ledger"].search([], limit=1)
        self.company = self.ledger.company_id
        self.company.synkd_only_complete = False
        if not env["account.journal"].search([("type", "=", "sale")], limit=1):
            charts = env["account.chart.template"]
            charts.try_loading("generic_coa", self.company, install_demo=False)
        second = SecondOdoo.open(env.cr.dbname)
        self.ledger.write(
            {
                "connector": "odoo",
                # Not through the proxy of the tests, which takes its time too.
                "http_api_url": f"http://127.0.0.1:{second.port}",
                "http_client_secret": second.told["key"],
                "odoo_database": second.database,
                "odoo_login": LOGIN,
                "start_date": False,
                "post_accounts": True,
            }
        )

    # === WHAT IS SENT === #

    def map_lists(self):
        """Map what invoices need; return the product that is sold."""
        company = [("company_id", "=", self.company.id)]
        tax = self.company.account_sale_tax_id
        tax.amount = 15
        sales = self.env["account.journal"].search([*company, ("type", "=", "sale")])
        self.map("tax", tax, ("name", "=", "VAT 15"))
        self.map("account", sales[0].default_account_id, ("code", "=", "400000"))
        direct = self.env["synkd.product.class"].search(
            [*company, ("posting", "=", "direct")], limit=1
        )
        return self.env["product.product"].create(
            {
                "name": "Bench",
                "default_code": "WIDGET",
                "synkd_product_class_id": direct.id,
            }
        )

    def map(self, kind, source, named):
        """Map one of our records to an item of the lists."""
        mine = [("ledger_id", "=", self.ledger.id), ("kind", "=", kind), named]
        mapping = self.env["synkd.mapping"]._ensure(
            self.ledger, {(kind, str(source.id))}
        )
        mapping.item_id = self.env["synkd.books.item"].search(mine, limit=1)

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

    def make_invoices(self, partners, product):
        """Post an invoice for each customer."""
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
        self.env["account.move"].create(values).action_post()

    # === ONE RUN === #

    def run(self, what):
        """Run until nothing is left, and print its figures."""
        self.env["synkd.run"].sudo().create(
            {"ledger_id": self.ledger.id, "origin": "user"}
        )
        self.env.cr.commit()
        start = time.monotonic()
        with Watch() as watch:
            for _step in range(MOST_STEPS):
                self.ledger.cron_id.method_direct_trigger()
                # What the run did is in transactions of its own.
                self.env.cr.rollback()
                self.env.invalidate_all()
                mine = [("ledger_id", "=", self.ledger.id)]
                run = self.env["synkd.run"].search(mine, limit=1)
                if run.state not in ("waiting", "running"):
                    break
        seconds = time.monotonic() - start
        print(
            f"  {what}: {watch.writes} write calls, {watch.reads} reads;"
            f" {seconds:.1f} s, of which the other Odoo {watch.seconds:.1f}:"
            f" {1 - watch.seconds / seconds:.1%} is ours; run {run.state}"
        )

    def tell_states(self):
        """Print what became of the documents."""
        rows = self.env["synkd.transaction"]
        found = rows._read_group([], ["sync_state"], ["__count"])
        print("  documents:", ", ".join(f"{count} {state}" for state, count in found))


def main(env):
    """Measure each size."""
    print()
    bench = OdooBench(env)
    bench.run("the lists, and what every company has")
    product = bench.map_lists()
    for size in SIZES:
        print(f"N = {size:,}")
        partners = bench.make_customers(size)
        bench.run("customers")
        bench.make_invoices(partners, product)
        bench.run("invoices")
        bench.run("nothing new")
        bench.tell_states()


os.environ["SYNKD_ALLOW_LOOPBACK"] = "1"
main(env)  # noqa: F821
