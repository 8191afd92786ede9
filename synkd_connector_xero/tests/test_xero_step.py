# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import Form, tagged
from odoo.tools.safe_eval import safe_eval

from .common import XeroCommon


@tagged("post_install", "-at_install")
class TestXeroNextStep(XeroCommon):
    """The ledger says what is next, and who cannot do it asks who can."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        groups = "base.group_user,synkd_connector.group_manager"
        cls.fiona = cls.create_user("xero_fiona", groups)
        cls.boss = cls.create_user("xero_boss", f"{groups},base.group_system")
        cls.ledger.user_id = cls.boss

    def shown(self, user):
        """Return the ledger as a user sees it."""
        ledger = self.ledger.with_user(user).with_company(self.company)
        ledger.invalidate_recordset()
        return ledger

    def buttons(self, user):
        """Return the primary buttons that a user has in the header."""
        form = Form(self.shown(user))
        header = form._view["tree"].find("header")
        return [
            button.get("name")
            for button in header.iter("button")
            if "btn-primary" in (button.get("class") or "")
            and not self._is_hidden(form, button)
        ]

    def _is_hidden(self, form, button):
        """Evaluate the modifier of a button, with the values of the form."""
        values = dict(form._values) | {"id": self.ledger.id}
        return bool(safe_eval(button.get("invisible") or "False", values))

    def forget(self, state=None):
        """End the login; with a state, as Xero or a person ended it."""
        if not state:
            self.env["synkd.http.token"].search([]).unlink()
        self.ledger.write({"http_tenant_key": False, "http_tenant_name": False})
        self.env.invalidate_all()

    def test_a_live_ledger_has_no_step_and_runs(self):
        self.assertFalse(self.ledger.next_step)
        self.assertEqual(self.buttons(self.fiona), ["action_run_now"])

    def test_a_manager_asks_an_administrator_to_connect(self):
        self.forget()
        self.assertEqual(self.shown(self.boss).next_step, "connect")
        self.assertEqual(self.ledger.state, "login")
        self.assertEqual(self.buttons(self.boss), ["action_connect"])
        self.assertEqual(self.buttons(self.fiona), ["action_ask_administrator"])
        ledger = self.shown(self.fiona)
        self.assertIn("Only an administrator may do that", ledger.step_text)
        self.assertIn(
            self.boss.name, ledger.action_ask_administrator()["params"]["message"]
        )
        self.assertEqual(self.ledger.activity_ids.user_id, self.boss)
        ledger.action_ask_administrator()
        self.assertEqual(len(self.ledger.activity_ids), 1, "asked once")

    def test_after_consent_with_two_organisations_the_banner_says_choose(self):
        self.ledger._set_paused(
            "Press Connect on the ledger's page.", needs_person=True
        )
        self.forget("live")
        ledger = self.shown(self.boss)
        self.assertEqual(ledger.next_step, "choose")
        self.assertIn("Choose which of them", ledger.step_text)
        self.assertNotIn("Connect", ledger.step_text)
        self.assertEqual(self.buttons(self.boss), ["action_choose_tenant"])

    def test_after_disconnect_nothing_says_connected(self):
        self.ledger.with_user(self.boss).action_disconnect()
        ledger = self.shown(self.fiona)
        self.assertEqual((ledger.next_step, ledger.state), ("leaving", "login"))
        self.assertIn("was disconnected", ledger.step_text)
        self.assertEqual(self.buttons(self.fiona), [])

    def test_a_manager_logs_in_again_himself(self):
        self.env["synkd.http.token"].search([])._set_lost()
        self.assertEqual(self.shown(self.fiona).next_step, "reconnect")
        self.assertTrue(self.shown(self.fiona).can_step)
        self.assertEqual(self.buttons(self.fiona), ["action_connect"])
