# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import os
from unittest.mock import patch

from odoo.tests import BaseCase, tagged
from odoo.tools import config

from odoo.addons.synkd_connector.tests.process_worker import Workers
from odoo.addons.synkd_connector_http.lib.address import LOOPBACK_OPTION

from ..simulator import Simulator
from .test_xero_copy import MAKE
from .test_xero_process import SET_UP

FIELDS = (
    *("client_id", "client_secret", "secret_sealed", "webhook_key", "webhook_sealed"),
    *("redirect_url", "webhook_url", "api_url", "identity_url", "login_url"),
    *("tenant_key", "tenant_name", "connection_key", "token_ids", "scopes"),
    *("login_until", "state", "login_problem", "login"),
)
STORED = (
    *("client_id", "secret_sealed", "webhook_sealed", "api_url", "identity_url"),
    *("login_url", "tenant_key", "tenant_name", "connection_key", "login_problem"),
    "login",
)
MODELS = ("token", "login", "event")
NEW = "synkd_connector_http"
# They came after it, and depend on it.
YOUNGER = ("synkd_connector_odoo", "synkd_connector_sage")
# The state that an upgrade finds: one addon with everything that Xero needs.
ONE_ADDON = (
    f"""DELETE FROM ir_ui_view v USING ir_model_data d
         WHERE d.module IN {(NEW, "synkd_connector_xero", *YOUNGER)}
           AND d.model = 'ir.ui.view' AND v.id = d.res_id""",
    f"""DELETE FROM ir_model_data d USING ir_model_data x
         WHERE d.module = '{NEW}' AND d.name = x.name
           AND x.module IN ('synkd_connector', 'synkd_connector_xero')""",
    f"""DELETE FROM ir_model_data
         WHERE module = '{NEW}'
           AND (name ~ 'connector_http' OR model = 'ir.ui.view')""",
    "DELETE FROM ir_model WHERE model = 'synkd.connector.http'",
    f"""UPDATE ir_model_data SET module = 'synkd_connector_xero',
               name = replace(name, 'http', 'xero') WHERE module = '{NEW}'""",
    *(f"ALTER TABLE synkd_http_{name} RENAME TO synkd_xero_{name}" for name in MODELS),
    *(
        f"ALTER TABLE synkd_ledger RENAME COLUMN http_{name} TO xero_{name}"
        for name in STORED
    ),
    """UPDATE ir_model SET model = replace(model, '.http.', '.xero.')
        WHERE model LIKE 'synkd.http.%'""",
    """UPDATE ir_model_fields SET model = replace(model, '.http.', '.xero.')
        WHERE model LIKE 'synkd.http.%'""",
    f"""UPDATE ir_model_fields SET name = replace(name, 'http_', 'xero_')
         WHERE model = 'synkd.ledger'
           AND name IN ({", ".join(f"'http_{name}'" for name in FIELDS)})""",
    f"""UPDATE ir_model_constraint c SET module = xero.id,
               name = replace(c.name, 'http', 'xero')
          FROM ir_module_module xero, ir_module_module http
         WHERE xero.name = 'synkd_connector_xero' AND http.name = '{NEW}'
           AND c.module = http.id""",
    "UPDATE synkd_ledger SET xero_login = 'custom' WHERE xero_login = 'app'",
    f"""UPDATE ir_module_module SET state = 'uninstalled', latest_version = NULL
         WHERE name IN {(NEW, *YOUNGER)}""",
    f"DELETE FROM ir_module_module_dependency WHERE name = '{NEW}'",
    """UPDATE ir_module_module SET latest_version = '19.0.2.0.0'
        WHERE name = 'synkd_connector_xero'""",
)
UPGRADE = """
env["ir.module.module"].search(
    [("name", "=", "synkd_connector_xero")]).button_immediate_upgrade()
"""
KEPT = {
    "ledger": "SELECT id, {0}_client_id, {0}_secret_sealed, {0}_webhook_sealed,"
    " {0}_tenant_key, {0}_tenant_name, {0}_api_url FROM synkd_ledger",
    "token": "SELECT ledger_id, access_sealed, refresh_sealed, expires_at, state"
    " FROM synkd_{0}_token",
    "event": "SELECT ledger_id, event_key, create_date FROM synkd_{0}_event",
}
HOOK = """
ledger = env["synkd.ledger"].search([], limit=1)
ledger.http_webhook_key = "h00k"
env.cr.execute("INSERT INTO synkd_http_event (ledger_id, event_key, create_date)"
    " VALUES (%s, 'one', now() AT TIME ZONE 'UTC')", [ledger.id])
"""
LEFT = """
SELECT count(*) FROM (
    SELECT 1 FROM ir_model WHERE model ~ '^synkd.xero.(token|login|event|tenant)'
    UNION ALL SELECT 1 FROM ir_cron c JOIN ir_model_data d ON d.res_id = c.id
     AND d.model = 'ir.cron' WHERE d.module = 'synkd_connector_xero'
    UNION ALL SELECT 1 FROM information_schema.columns
     WHERE table_name = 'synkd_ledger' AND column_name ~ '^xero_(secret|client|tenant)'
) AS found
"""


@tagged("post_install", "-at_install")
class TestXeroUpgrade(BaseCase):
    """A database whose logins were kept by Xero's addon keeps them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.startClassPatcher(patch.dict(os.environ, {LOOPBACK_OPTION: "1"}))
        cls.xero = cls.enterClassContext(Simulator())
        cls.workers = Workers.open(cls, config["config"])

    def read_kept(self, prefix):
        """Return what has to be kept, by name."""
        return {n: self.workers.sql(q.format(prefix)) for n, q in KEPT.items()}

    def test_a_login_goes_on_after_the_upgrade(self):
        control = self.xero.control
        granted, (tenant, *_others) = control.grant(), control.tenants()
        tokens = {name: granted[f"{name}_token"] for name in ("access", "refresh")}
        code = SET_UP % {"url": self.xero.url, "tenant": tenant, **tokens}
        self.assertEqual(self.workers.do(code=code), "")
        self.assertEqual(self.workers.do(code=HOOK), "")
        for statement in ONE_ADDON:
            self.workers.sql(statement)
        before = self.read_kept("xero")
        for name, rows in before.items():
            self.assertTrue(rows, f"there is a {name} to be kept")
        self.assertEqual(self.workers.do(code=UPGRADE), "")
        self.assertEqual(self.read_kept("http"), before)
        self.assertEqual(self.workers.sql(LEFT), [["0"]])
        ledger = int(self.workers.sql("SELECT min(id) FROM synkd_ledger")[0][0])
        self.assertEqual(self.workers.do(code=MAKE % "First", run=ledger), "")
        names = [c["Name"] for c in control.state(tenant)["contacts"]]
        self.assertIn("First", names, "nobody had to log in again")
