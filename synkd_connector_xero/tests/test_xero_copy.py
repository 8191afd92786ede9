# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import os
import subprocess
from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import BaseCase, tagged
from odoo.tools import config

from odoo.addons.synkd_connector.lib.errors import MisconfiguredError
from odoo.addons.synkd_connector.tests.process_worker import Workers
from odoo.addons.synkd_connector_http.lib.address import LOOPBACK_OPTION

from ..simulator import Simulator
from .common import XeroCommon
from .test_xero_process import SET_UP

MAKE = """
ledger = env["synkd.ledger"].search([], limit=1)
some_class = env["synkd.customer.class"].search([("posting", "=", "account")], limit=1)
env["synkd.account.customer"].create(
    {"ledger_id": ledger.id, "class_id": some_class.id, "name": %r})
"""
RELEASE = "env['synkd.ledger'].search([], limit=1).action_live_database()"
ENDS_IN = (
    "UPDATE synkd_http_token SET expires_at = now() AT TIME ZONE 'UTC' + interval '%s'"
)
STATE = "SELECT needs_person, pause_reason LIKE '%This Is the Live%' FROM synkd_ledger"


@tagged("post_install", "-at_install")
class TestXeroCopy(XeroCommon):
    """What a copy of a database must not do with the login of its original."""

    def setUp(self):
        super().setUp()
        self.run_ledger()
        self.control.log(clear=True)
        self.env["ir.config_parameter"].set_param("database.is_neutralized", "true")
        self.env.invalidate_all()

    def test_a_copy_neither_uses_nor_renews_the_login(self):
        tokens = self.env["synkd.http.token"]
        for ends in (30, -30):
            ends_at = fields.Datetime.now() + timedelta(minutes=ends)
            tokens._of(self.ledger).expires_at = ends_at
            with self.assertRaisesRegex(MisconfiguredError, "this one is a copy"):
                tokens._get_access(self.ledger)
        self.assertEqual(self.control.log(), [])

    def test_a_copy_is_not_connected(self):
        with self.assertRaisesRegex(UserError, "this one is a copy"):
            self.ledger.action_connect()
        with self.assertRaisesRegex(MisconfiguredError, "this one is a copy"):
            self.ledger._finish_http_login("code", "verifier")
        self.assertEqual(self.control.log(), [])

    def test_a_copy_that_is_disconnected_leaves_the_connection_of_the_original(self):
        self.ledger.action_disconnect()
        self.env["synkd.http.token"]._of(self.ledger)._leave()
        self.assertFalse(self.env["synkd.http.token"]._of(self.ledger))
        self.assertIn("this one is a copy", self.ledger.message_ids[0].body)
        self.assertEqual(self.control.log(), [])


@tagged("post_install", "-at_install")
class TestXeroCopyProcess(BaseCase):
    """A real copy of a database that works, beside it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.startClassPatcher(patch.dict(os.environ, {LOOPBACK_OPTION: "1"}))
        cls.xero = cls.enterClassContext(Simulator())
        cls.live = Workers.open(cls, config["config"])
        cls.ledger = int(cls.live.sql("SELECT min(id) FROM synkd_ledger")[0][0])

    def copy_live(self):
        """Return workers on a copy of the live database."""
        name = f"{self.live.database}_copy"[-60:]
        # Who has just ended may be connected still.
        self.live.sql(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        subprocess.run(["createdb", "-T", self.live.database, name], check=True)
        workers = Workers(name, config["config"])
        self.addCleanup(workers.close)
        return workers

    def connect(self):
        """Connect the live database's ledger; its access token has ended."""
        granted = self.xero.control.grant()
        code = SET_UP % {
            "url": self.xero.url,
            "tenant": next(iter(self.xero.control.tenants())),
            "access": granted["access_token"],
            "refresh": granted["refresh_token"],
        }
        self.assertEqual(self.live.do(code=code), "")

    def names(self):
        """Return the names of the customers in Xero."""
        (tenant, *_others) = self.xero.control.tenants()
        return [c["Name"] for c in self.xero.control.state(tenant)["contacts"]]

    def test_a_copy_waits_until_a_person_says_that_it_is_the_live_one(self):
        self.connect()
        self.assertEqual(self.live.do(code=MAKE % "First", run=self.ledger), "")
        self.assertIn("First", self.names())
        self.live.do(code=MAKE % "Second")
        copy = self.copy_live()
        copy.sql(ENDS_IN % "-1 day")
        self.xero.control.log(clear=True)
        self.assertEqual(copy.do(run=self.ledger), "")
        self.assertEqual(copy.sql(STATE), [["t", "t"]])
        self.assertEqual(self.xero.control.log(), [], "nothing was sent or renewed")
        self.assertEqual(self.live.do(run=self.ledger), "")
        self.assertEqual(self.names().count("Second"), 1, "the live one goes on")
        copy.sql(ENDS_IN % "20 minutes")
        self.assertEqual(copy.do(code=RELEASE + MAKE % "Third", run=self.ledger), "")
        self.assertIn("Third", self.names(), "now it is the live one")
        self.assertEqual(copy.sql(STATE), [["f", ""]])
