# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from unittest.mock import patch

from odoo.tests import HttpCase, tagged
from odoo.tests.common import ChromeBrowser

from odoo.addons.synkd_connector.models.engine.synkd_run import SynkdRun
from odoo.addons.synkd_connector_http.lib.access import Tenant

from .common import XeroCommon

BOSS = "xero_boss"
# What a person does on Xero's own page, where no tour reaches: the browser runs it on
# each page of another address than this Odoo's.
CONSENT = """
if (location.origin === %r) {
    addEventListener("DOMContentLoaded", () => {
        for (const box of document.querySelectorAll("input[type=checkbox]")) {
            box.checked = true;
        }
        document.querySelector("button[name=%s]").click();
    });
}
"""


@tagged("post_install", "-at_install")
class TestXeroTours(XeroCommon, HttpCase):
    """From the ledger to Xero's consent page and back, in a real browser."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        groups = "base.group_system,synkd_connector.group_manager"
        cls.boss = cls.create_user(BOSS, f"{groups},account.group_account_invoice")

    def start(self, tour, answer="allow"):
        """Run a tour on the ledger; the panel's question stands in for the cron.

        :param str answer: the button that is pressed on the consent page.
        """
        ask, navigate = SynkdRun.get_progress, ChromeBrowser.navigate_to
        script = {"source": CONSENT % (self.xero.url, answer)}

        def get_progress(runs):
            runs.sudo().ledger_id.cron_id.method_direct_trigger()
            runs.env.invalidate_all()
            return ask(runs)

        def navigate_to(browser, *args, **kwargs):
            browser._websocket_request(
                "Page.addScriptToEvaluateOnNewDocument", params=script
            )
            return navigate(browser, *args, **kwargs)

        with (
            patch.object(SynkdRun, "get_progress", get_progress),
            patch.object(ChromeBrowser, "navigate_to", navigate_to),
        ):
            self.start_tour(f"/odoo/ledgers/{self.ledger.id}", tour, login=BOSS)
        self.env.invalidate_all()

    def consents(self):
        """Return the calls of Xero's consent page."""
        return self.http_calls("GET", "POST", path="/authorize")

    def test_connecting_choosing_testing_pulling_and_syncing(self):
        self.env["synkd.http.token"].search([]).unlink()
        self.control.reset()
        self.ledger._set_http_tenant(Tenant(""))
        self.ledger.http_tenant_name = False
        account = self.create_account("Hope Works")
        self.start("synkd_xero_connect")
        self.assertEqual(
            [call["method"] for call in self.consents()], ["GET", "POST"], "a person"
        )
        self.assertEqual(self.ledger.http_tenant_key, self.tenant)
        self.assertEqual(self.ledger.http_state, "live")
        self.assertTrue(self.ledger.lists_pulled_at)
        self.assertEqual(account.sync_state, "synced", account.sync_message)
        self.assertEqual(
            self.contact(Name="Hope Works")["ContactID"], account.external_id
        )

    def test_disconnecting(self):
        self.start("synkd_xero_disconnect")
        self.assertEqual(self.ledger.http_state, "leaving")
        self.assertEqual(self.ledger.http_tenant_key, self.tenant, "not forgotten")

    def test_reconnecting_after_xero_ended_the_login(self):
        account = self.create_account("Hope Works")
        self.run_ledger()
        key = account.external_id
        account.city = "Durban"
        # As after two months without a call.
        self.xero.world.identity.access.clear()
        self.xero.world.identity.refresh.clear()
        self.ledger.user_id = self.boss
        run = self.run_ledger()
        # Kept by a transaction of its own, which in tests is part of the run's.
        self.env["synkd.http.token"].search([])._set_lost()
        self.assertEqual((run.state, self.ledger.http_state), ("paused", "lost"))
        self.assertEqual(len(self.ledger.activity_ids), 1)
        self.start("synkd_xero_reconnect")
        self.assertEqual(self.ledger.http_state, "live")
        self.assertFalse(self.ledger.activity_ids, "done by the new login")
        self.assertEqual(account.sync_state, "synced", account.sync_message)
        self.assertEqual(account.external_id, key)
        self.assertEqual(len(self.contacts()), 2, "nobody twice: with Counter Sales")
