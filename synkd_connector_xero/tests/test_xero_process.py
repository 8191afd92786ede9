# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import os
import time
from unittest.mock import patch

from odoo.tests import BaseCase, tagged
from odoo.tools import config

from odoo.addons.synkd_connector.tests.process_worker import Workers
from odoo.addons.synkd_connector_http.lib.address import LOOPBACK_OPTION

from ..simulator import Simulator

SET_UP = """
from odoo.addons.synkd_connector_http.lib.oauth import Tokens
ledger = env["synkd.ledger"].search([], limit=1)
ledger.company_id.currency_id = env.ref("base.ZAR")
ledger.write({"connector": "xero", "http_client_id": "sim-client",
    "http_client_secret": "sim-secret", "http_api_url": %(url)r,
    "http_identity_url": %(url)r, "http_login_url": %(url)r,
    "http_tenant_key": %(tenant)r, "http_tenant_name": "Kudu"})
tokens = Tokens(%(access)r, %(refresh)r, -60, "all")
env["synkd.http.token"]._set_live(ledger, tokens)
"""
USE = """
ledger = env["synkd.ledger"].search([], limit=1)
access = env["synkd.http.token"]._get_access(ledger)
name = "synkd_test.access.%s"
env["ir.config_parameter"].set_param(name, access)
"""
# A run that has just written on the ledger, and has not committed yet.
WORK = """
env.cr.execute("UPDATE synkd_ledger SET failures = failures + 1")
pause()
"""
# A person's login from the button to the way back, each step as its own request.
LOG_IN = """
from urllib.parse import parse_qs, urlsplit
import requests
ledger = env["synkd.ledger"].search([], limit=1)
url = ledger.action_connect()["url"]
env.cr.commit()
answer = requests.get(url, allow_redirects=False, timeout=20)
back = parse_qs(urlsplit(answer.headers["Location"]).query)
found, verifier = env["synkd.http.login"]._finish(back["state"][0])
env.cr.execute("SELECT failures FROM synkd_ledger")
found._finish_http_login(back["code"][0], verifier)
"""
WAITS = (
    "SELECT count(*) FROM pg_stat_activity, pg_sleep(0.02)"
    " WHERE wait_event_type = 'Lock' AND datname = '%s' AND query LIKE '%%%s%%'"
)


@tagged("post_install", "-at_install")
class TestXeroProcess(BaseCase):
    """Real processes with real commits share one login."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        allowed = patch.dict(os.environ, {LOOPBACK_OPTION: "1"})
        allowed.start()
        cls.addClassCleanup(allowed.stop)
        cls.xero = cls.enterClassContext(Simulator())
        cls.workers = Workers.open(cls, config["config"])

    def setUp(self):
        super().setUp()
        control = self.xero.control
        control.reset()
        granted = control.grant()
        tenant = next(iter(control.tenants()))
        code = SET_UP % {
            "url": self.xero.url,
            "tenant": tenant,
            "access": granted["access_token"],
            "refresh": granted["refresh_token"],
        }
        self.workers.sql(
            "DELETE FROM synkd_http_token;"
            "DELETE FROM ir_config_parameter WHERE key LIKE 'synkd_test.%'"
        )
        self.assertEqual(self.workers.do(code=code), "")

    def refreshes(self):
        """Return how many pairs the identity server was asked for."""
        log = self.xero.control.log()
        return sum(entry["path"].endswith("/connect/token") for entry in log)

    def wait_until(self, query):
        """Wait until a query of the database counts something."""
        for _look in range(500):
            if self.workers.sql(query) != [["0"]]:
                return
        self.fail(query)

    def test_two_workers_refresh_once_and_use_the_same_pair(self):
        self.xero.control.add_fault("hold", path="/connect/token")
        first = self.workers.start(code=USE % 1)
        second = self.workers.start(code=USE % 2)
        self.wait_until(WAITS % (self.workers.database, "synkd_http_token"))
        self.xero.control.release()
        for pid in (first, second):
            self.assertEqual(self.workers.wait(pid, "ended"), "ended")
        self.assertEqual(self.refreshes(), 1)
        rows = self.workers.sql(
            "SELECT count(*), count(DISTINCT value) FROM ir_config_parameter"
            " WHERE key LIKE 'synkd_test.access.%'"
        )
        self.assertEqual(rows, [["2", "1"]])

    def test_the_new_pair_is_kept_although_the_worker_dies_before_it_uses_it(self):
        old = self.workers.sql("SELECT refresh_sealed FROM synkd_http_token")
        pid = self.workers.start(code=USE % 3 + "\npause()")
        self.assertEqual(self.workers.wait(pid, "paused", "ended"), "paused")
        self.workers.kill(pid)
        kept = self.workers.sql("SELECT refresh_sealed FROM synkd_http_token")
        self.assertNotEqual(kept, old)
        rows = self.workers.sql(
            "SELECT count(*) FROM ir_config_parameter WHERE key = 'synkd_test.access.3'"
        )
        self.assertEqual(rows, [["0"]], "the work of the dead worker is gone")
        self.assertEqual(self.workers.do(code=USE % 4), "")
        self.assertEqual(self.refreshes(), 1, "its pair is used")

    def test_a_worker_killed_while_it_refreshes_loses_no_login(self):
        self.xero.control.add_fault("hold", path="/connect/token")
        pid = self.workers.start(code=USE % 5)
        deadline = time.monotonic() + 20
        (held,) = self.xero.world.faults.waiting
        while held.times:
            self.assertLess(time.monotonic(), deadline)
        self.workers.kill(pid)
        self.xero.control.release()
        self.assertEqual(self.workers.do(code=USE % 6), "")
        self.assertEqual(
            self.workers.sql("SELECT state FROM synkd_http_token"), [["live"]]
        )

    def test_a_login_is_kept_although_a_run_works_at_the_same_moment(self):
        tenant = next(iter(self.xero.control.tenants()))
        self.xero.control.set_options(auto_allow=[tenant])
        self.workers.sql(
            "DELETE FROM synkd_http_token;"
            "UPDATE synkd_ledger SET http_tenant_name = NULL"
        )
        run = self.workers.start(code=WORK)
        self.assertEqual(self.workers.wait(run, "paused", "ended"), "paused")
        login = self.workers.start(code=LOG_IN)
        self.wait_until(WAITS % (self.workers.database, "UPDATE %synkd_ledger"))
        self.workers.go_on(run)
        for pid in (run, login):
            self.assertEqual(self.workers.wait(pid, "ended"), "ended")
        rows = self.workers.sql(
            "SELECT t.state, l.http_tenant_name FROM synkd_http_token t"
            " JOIN synkd_ledger l ON l.id = t.ledger_id"
        )
        self.assertEqual(rows, [["live", "Kudu Trading (Pty) Ltd"]])
        self.assertEqual(self.workers.sql("SELECT id FROM synkd_http_login"), [])
