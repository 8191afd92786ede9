# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A second Odoo that keeps the books: a real server with a database of its own.

In a test class::

    cls.remote = SecondOdoo.open(cls.env.cr.dbname)    # serves within some 15 s
    ledger.write(cls.remote.reached)       # address, database, login and key
    self.remote.reset()                    # empty books again, in a second

``remote.proxy`` stands between: it counts calls and lets them meet faults. The server
is plain: none of our addons is installed there. As a script, this file is the server.
"""

import atexit
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from odoo.tools import config

LOGIN = "synkd"
# Who may post invoices there, and nothing that administrators may.
GROUPS = (
    "base.group_user",
    "base.group_partner_manager",
    "account.group_account_invoice",
)
SERVED = "served"
_OPEN = []
# Everything of the books; what a bookkeeper set up stays.
EMPTY = """
DELETE FROM account_payment_register;
DELETE FROM account_partial_reconcile;
DELETE FROM account_full_reconcile;
UPDATE account_move SET origin_payment_id = NULL WHERE origin_payment_id IS NOT NULL;
DELETE FROM account_payment;
DELETE FROM account_move;
DELETE FROM res_partner WHERE create_date > (
    SELECT value::timestamp FROM ir_config_parameter WHERE key = 'test.prepared');
DELETE FROM ir_model_data WHERE module = '__synkd__';
DELETE FROM res_partner_category WHERE create_date > (
    SELECT value::timestamp FROM ir_config_parameter WHERE key = 'test.prepared');
ALTER TABLE res_partner DROP CONSTRAINT IF EXISTS test_refused;
ALTER TABLE account_move DROP CONSTRAINT IF EXISTS test_refused;
UPDATE res_company SET fiscalyear_lock_date = NULL, sale_lock_date = NULL;
"""


class SecondOdoo:
    """The process, its database, and how it is reached."""

    def __init__(self, name, port):
        """Copy the base database and serve it.

        :param str name: of the database; it is dropped at the end.
        :param int port: free, of 127.0.0.1.
        """
        self.database, self.port = name, port
        base = os.environ.get("SYNKD_BASE_DB")
        assert base, "SYNKD_BASE_DB names no database; run this by make test."
        subprocess.run(["createdb", "-T", base, name], check=True)
        self.home = Path(tempfile.mkdtemp(prefix="synkd-second-"))
        self.told, self.process = {}, None
        self.start()

    @classmethod
    def open(cls, database):
        """Return the second Odoo of this process, with a proxy before it.

        One serves all classes of tests; it ends with the process.

        :param str database: name of the one under test, which its own begins with.
        :rtype: SecondOdoo
        """
        if not _OPEN:
            from odoo.addons.synkd_connector.tests.process_server import free_port

            from .fault_proxy import FaultProxy

            second = cls(f"{database}_{os.getpid()}_second"[-60:], free_port())
            second.proxy = FaultProxy(second.port)
            _OPEN.append(second)
            atexit.register(second.close)
        elif _OPEN[0].process.poll() is not None:
            _OPEN[0].start()
        return _OPEN[0]

    @property
    def reached(self):
        """Return what a ledger needs to reach these books through the proxy.

        :rtype: dict
        """
        return {
            "http_api_url": self.proxy.url,
            "http_client_secret": self.told["key"],
            "odoo_database": self.database,
            "odoo_login": LOGIN,
        }

    # === LIFE === #

    def start(self):
        """Serve, and wait until calls are answered."""
        script = [sys.executable, "-P", __file__, config["config"], self.database]
        with (self.home / "log").open("a") as log:
            self.process = subprocess.Popen(
                [*script, str(self.port), str(self.home)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
        for line in self.process.stdout:
            word, _blank, rest = line.partition(" ")
            if word == "prepared":
                self.told = json.loads(rest)
            if word.strip() == SERVED:
                return
        raise AssertionError((self.home / "log").read_text()[-3000:])

    def kill(self):
        """Kill -9, as a machine that loses its power."""
        self.process.kill()
        self.process.wait()
        self.process.stdin.close()
        self.process.stdout.close()

    def close(self):
        """End the server, and drop its database."""
        self.proxy.close()
        self.kill()
        leave = (
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            f" WHERE datname = '{self.database}' AND usename = current_user"
        )
        psql = ["psql", "-XqAtd", "postgres", "-c", leave]
        subprocess.run(psql, check=True, stdout=subprocess.DEVNULL)
        subprocess.run(["dropdb", self.database], check=True)
        shutil.rmtree(self.home)

    # === THE BOOKS === #

    def sql(self, query):
        """Execute statements in a transaction of its own; return the rows.

        :rtype: list[list[str]]
        """
        command = [
            "psql",
            "-XAtq1d",
            self.database,
            "-v",
            "ON_ERROR_STOP=1",
            "-c",
            query,
        ]
        found = subprocess.run(command, check=False, capture_output=True, text=True)
        assert not found.returncode, found.stderr
        return [line.split("|") for line in found.stdout.splitlines()]

    def reset(self):
        """Begin with nobody and nothing in the books, and no fault."""
        self.proxy.reset()
        self.sql(EMPTY)

    def refuse(self, table, column, text):
        """Let the database there take no record with a text, until the next reset."""
        self.sql(
            f"ALTER TABLE {table} ADD CONSTRAINT test_refused"
            f" CHECK ({column} NOT LIKE '%{text}%')"
        )

    def ask(self, model, method, *args, **kwargs):
        """Call the server as its administrator does, past the proxy.

        :return: what the method returns.
        """
        import xmlrpc.client

        proxy = xmlrpc.client.ServerProxy(
            f"http://127.0.0.1:{self.port}/xmlrpc/2/object"
        )
        call = (self.database, 2, self.told["admin"], model, method, args, kwargs)
        with proxy:
            try:
                return proxy.execute_kw(*call)
            except xmlrpc.client.Fault as fault:
                # It was done; an empty result has no word on this wire.
                if "cannot marshal None" not in fault.faultString:
                    raise
                return None


# === THE OTHER SIDE === #


def set_up(env):
    """Set up a company as a bookkeeper would; return the connector's user.

    :rtype: odoo.models.Model
    """
    from odoo import Command

    company = env.ref("base.main_company")
    company.country_id = env.ref("base.us")
    env["account.chart.template"].try_loading(
        "generic_coa", company, install_demo=False
    )
    env["account.tax"].create(
        {
            "name": "VAT 15",
            "amount": 15,
            "type_tax_use": "sale",
            "company_id": company.id,
        }
    )
    env["product.product"].create({"name": "Widget", "default_code": "WIDGET"})
    outstanding = env["account.account"].create(
        {
            "name": "Outstanding",
            "code": "111998",
            "account_type": "asset_current",
            "reconcile": True,
        }
    )
    banks = env["account.journal"].search([("type", "in", ("bank", "cash"))])
    methods = banks.inbound_payment_method_line_ids
    methods |= banks.outbound_payment_method_line_ids
    methods.payment_account_id = outstanding
    groups = [Command.set([env.ref(name).id for name in GROUPS])]
    return env["res.users"].create(
        {"name": "Synkd", "login": LOGIN, "group_ids": groups}
    )


def make_key(env, user):
    """Return a new key of a user, which holds until it is deleted.

    :rtype: str
    """
    return (
        env["res.users.apikeys"].with_user(user).sudo()._generate("rpc", "Synkd", None)
    )


def prepare(env):
    """Set the books up, and note the moment; return the keys.

    :rtype: dict
    """
    from odoo import fields

    users = {"key": set_up(env), "admin": env.ref("base.user_admin")}
    keys = {name: make_key(env, user) for name, user in users.items()}
    # What is made here is older than the moment, and what a test makes is younger,
    # though the moment is a whole second.
    env.cr.execute("SELECT pg_sleep(1.1)")
    moment = fields.Datetime.to_string(fields.Datetime.now())
    env["ir.config_parameter"].set_param("test.prepared", moment)
    return keys


def serve(options, database, port, home):
    """Prepare the database once, then answer calls until the end."""
    from odoo import SUPERUSER_ID, api
    from odoo.modules.registry import Registry
    from odoo.service import server

    names = {"db_host": "PGHOST", "db_port": "PGPORT", "db_user": "PGUSER"}
    reached = [f"--{o}={os.environ[n]}" for o, n in names.items() if n in os.environ]
    place = [f"--http-port={port}", "--http-interface=127.0.0.1", f"--data-dir={home}"]
    quiet = ["--max-cron-threads=0", "--workers=0", "--log-level=warn"]
    only = ["-d", database, f"--db-filter=^{database}$", "--no-database-list"]
    config.parse_config(["-c", options, *only, *place, *quiet, *reached])
    registry = Registry(database)
    with registry.cursor() as cursor:
        env = api.Environment(cursor, SUPERUSER_ID, {})
        if not env["ir.config_parameter"].get_param("test.prepared"):
            tell("prepared " + json.dumps(prepare(env)))
    tell_when_served(port)
    end_with_the_tests()
    server.start(preload=[database], stop=False)


def tell_when_served(port):
    """Tell the tests from a thread once the port answers."""
    import socket
    import threading

    def wait():
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                return tell(SERVED)
            except OSError:
                time.sleep(0.05)

    threading.Thread(target=wait, daemon=True).start()


def end_with_the_tests():
    """End this process when the one that started it is gone."""
    import threading

    def wait():
        sys.stdin.read()
        os._exit(0)

    threading.Thread(target=wait, daemon=True).start()


def tell(line):
    """Write one whole line to the tests."""
    os.write(1, f"{line}\n".encode())


if __name__ == "__main__":
    serve(*sys.argv[1:])
