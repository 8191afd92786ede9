# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""How near the limits of Xero a run works; `make bench XERO=1 N=10000`.

A simulated Xero with the real limits, 60 calls a minute, 5 at once and 5,000 or 1,000
a day, in a process of its own, and an Odoo with two cron workers as it comes: waits for
a minute's limit are waited for, since how punctually a worker wakes is what is to be
measured. A wait for the next day is jumped over: the simulator's clock is moved on, and
what Odoo has noted is moved back.

What the limit allows is a minute for every 60 calls that were made.
"""

import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from odoo import SUPERUSER_ID, api, fields
from odoo.modules.registry import Registry
from odoo.tools import config

from odoo.addons.synkd_connector_http.lib.oauth import Tokens
from odoo.addons.synkd_connector_xero import simulator
from odoo.addons.synkd_connector_xero.const import SCOPES
from odoo.addons.synkd_connector_xero.simulator import ControlClient

SIZES = [int(size) for size in os.environ["SYNKD_BENCH_SIZES"].split()]
SIMULATOR = Path(simulator.__file__).parent
MINUTE, DAY_CALLS, STARTER_CALLS = 60, 5000, 1000
# A wait that is longer than this one is jumped over.
LONGEST_WAIT = timedelta(minutes=3)
LOOK_EVERY = 0.2
# So many customers for each call that is left of a Starter's day, when the changed
# ones are sent.
PER_CALL = 400
WRITES = ("PUT", "POST", "DELETE")


@contextmanager
def process(*command, **options):
    """Yield a process, and end it by SIGINT."""
    started = subprocess.Popen([str(part) for part in command], **options)
    try:
        yield started
    finally:
        started.send_signal(signal.SIGINT)
        started.wait()


class XeroBench:
    """One size, on a database of its own, which an Odoo with cron workers serves."""

    def __init__(self, size, control, url):
        self.size, self.control, self.url = size, control, url
        self.database = f"{env.cr.dbname}_{size}"  # noqa: F821

    def __enter__(self):
        template = os.environ["SYNKD_TEMPLATE_DB"]
        subprocess.run(["createdb", "-T", template, self.database], check=True)
        self.cr = Registry(self.database).cursor()
        self.env = api.Environment(self.cr, SUPERUSER_ID, {})
        self.ledger = self.env["synkd.ledger"].search([], limit=1)
        self.connect()
        self.make()
        self.cr.commit()
        return self

    def __exit__(self, *_exc):
        import odoo.sql_db

        self.cr.close()
        Registry.delete(self.database)
        odoo.sql_db.close_db(self.database)
        subprocess.run(["dropdb", "--force", self.database], check=True)

    def connect(self):
        """Give the ledger its organisation in the simulated Xero."""
        self.control.reset()
        granted = self.control.grant(scopes=" ".join(SCOPES), tenants=["Kudu"])
        rand = self.env.ref("base.ZAR")
        rand.active = True
        self.ledger.company_id.currency_id = rand
        addresses = ("http_api_url", "http_identity_url", "http_login_url")
        self.ledger.write(
            {
                "connector": "xero",
                "http_client_id": "sim-client",
                "http_client_secret": "sim-secret",
                "http_tenant_key": next(iter(self.control.tenants())),
                "http_tenant_name": "Kudu",
                "post_accounts": True,
                **dict.fromkeys(addresses, self.url),
            }
        )
        names = ("access_token", "refresh_token", "expires_in", "scope")
        tokens = Tokens(*(granted[name] for name in names))
        self.env["synkd.http.token"]._set_live(self.ledger, tokens)

    def make(self):
        """Create customers until there are as many as asked for."""
        accounts = self.env["synkd.account.customer"]
        accounts = accounts.with_context(tracking_disable=True)
        there = accounts.search_count([])
        posting = [("posting", "=", "account")]
        base = {
            "ledger_id": self.ledger.id,
            "class_id": self.env["synkd.customer.class"].search(posting, limit=1).id,
            "city": "Durban",
        }
        for start in range(there, self.size, 1000):
            numbers = range(start, min(start + 1000, self.size))
            accounts.create([base | {"name": f"Customer {n:06}"} for n in numbers])
            self.cr.commit()
            self.env.invalidate_all()

    @contextmanager
    def served(self):
        """Serve the crons of the database, as `odoo` does, in another process."""
        known = os.environ | {"SYNKD_ALLOW_LOOPBACK": "1"}
        odoo = (sys.argv[0], "-c", config["config"], "-d", self.database)
        options = ("--no-http", "--log-level=warn")
        with process(*odoo, *options, env=known, stdin=subprocess.DEVNULL):
            yield

    # === ONE RUN === #

    def run(self, what):
        """Let the ledger's cron work until nothing is left, and print its figures."""
        self.control.log(clear=True)
        self.env["synkd.run"].sudo().create(
            {"ledger_id": self.ledger.id, "origin": "user"}
        )
        self.ledger._wake()
        self.cr.commit()
        while self.state() == "waiting":
            # The server may not listen yet.
            self.env["ir.cron"]._notifydb()
            time.sleep(LOOK_EVERY)
        start, pauses = time.monotonic(), set()
        while self.state() in ("running", "paused"):
            until = self.ledger.paused_until
            if until and until not in pauses:
                pauses.add(until)
                self.jump(until)
            time.sleep(LOOK_EVERY)
        self.tell(what, time.monotonic() - start, len(pauses))

    def state(self):
        """Return the state of the newest run."""
        self.cr.rollback()
        self.env.invalidate_all()
        mine = [("ledger_id", "=", self.ledger.id)]
        return self.env["synkd.run"].search(mine, limit=1).state

    def jump(self, until):
        """Jump over a wait if it is long."""
        wait = until - fields.Datetime.now()
        if wait < LONGEST_WAIT:
            return
        print(f"  paused until {until} UTC: {self.ledger.pause_reason}")
        self.control.advance(seconds=wait.total_seconds())
        self.cr.execute("UPDATE synkd_ledger SET paused_until = NULL")
        self.ledger._wake()
        self.cr.commit()

    def tell(self, what, seconds, pauses):
        """Print calls, and the time against what the limit allows."""
        calls = [c for c in self.control.log() if "/api.xro/" in c["path"]]
        taken = [c for c in calls if c["status"] != 429]
        writes = sum(c["method"] in WRITES for c in taken)
        allowed = len(taken) / MINUTE
        print(
            f"  {what}: {writes} write calls, {len(taken) - writes} reads,"
            f" {len(calls) - len(taken)} refused, {pauses} pauses;"
            f" {seconds / MINUTE:.2f} minutes, the limit allows {allowed:.2f}"
            f" ({100 * (seconds / MINUTE / allowed - 1):+.1f} %)"
        )

    # === WHAT IS MEASURED === #

    def measure(self):
        """New ones, nothing new, changed ones at the end of a Starter's day."""
        with self.served():
            for what in ("created", "echoes of what was created", "unchanged"):
                # Each at the beginning of a minute and of a day.
                self.control.set_limits(day=DAY_CALLS)
                self.run(what)
            self.cr.execute(
                "UPDATE synkd_account_customer SET sync_state = 'pending',"
                " city = 'Paarl', revision = revision + 1 WHERE name IN ("
                " SELECT name FROM synkd_account_customer WHERE city = 'Durban'"
                " ORDER BY name LIMIT %s)",
                [self.size // 10],
            )
            self.cr.commit()
            self.control.set_limits(day=STARTER_CALLS)
            self.control.spend(day=self.size // PER_CALL)
            self.run("a tenth changed, a night jumped over")


def main():
    """Measure each size."""
    print()
    env.cr.rollback()  # noqa: F821
    pipe = {"stdout": subprocess.PIPE, "stdin": subprocess.DEVNULL, "text": True}
    with process(sys.executable, SIMULATOR, **pipe) as xero:
        url = xero.stdout.readline().strip()
        for size in SIZES:
            print(f"N = {size:,}: {-(-size // 50)} write calls expected")
            with XeroBench(size, ControlClient(url), url) as bench:
                bench.measure()


os.environ["SYNKD_ALLOW_LOOPBACK"] = "1"
main()
