# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import os
from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.synkd_connector.lib import vault
from odoo.addons.synkd_connector.tests.common import load_migration
from odoo.addons.synkd_connector_http.lib import problems
from odoo.addons.synkd_connector_http.lib.oauth import Tokens
from odoo.addons.synkd_connector_http.lib.problems import ApiError

from .common import XeroCommon


@tagged("post_install", "-at_install")
class TestXeroToken(XeroCommon):
    """Tokens: sealed, refreshed once, never lost."""

    def setUp(self):
        super().setUp()
        self.tokens = self.env["synkd.http.token"]
        self.token = self.tokens._of(self.ledger)
        self.vault = self.env["synkd.vault"]

    def get(self, refused=""):
        """Ask for an access token, as the client does."""
        self.env.flush_all()
        try:
            with self.enter_registry_test_mode():
                return self.tokens._get_access(self.ledger, refused)
        finally:
            self.env.invalidate_all()

    def expire(self):
        """Let the access token end."""
        self.token.expires_at = fields.Datetime.now() - timedelta(minutes=1)

    def refreshes(self):
        """Return how many pairs the identity server was asked for."""
        return len(self.http_calls("POST", path="/connect/token"))

    def test_tokens_are_not_readable_in_the_database(self):
        access = self.get()
        refresh = self.vault._unseal(self.token.refresh_sealed, self.ledger)
        self.env.cr.execute("SELECT * FROM synkd_http_token")
        row = str(self.env.cr.fetchall())
        self.assertNotIn(access, row)
        self.assertNotIn(refresh, row)
        self.assertNotIn("sim-secret", str(self.ledger.sudo().read()))

    def test_a_token_that_lives_is_used_without_a_call(self):
        self.assertIn(self.get(), self.xero.world.identity.access)
        self.assertEqual(self.refreshes(), 0)

    def test_a_token_that_ended_is_refreshed_and_rotates(self):
        before = self.token.refresh_sealed
        self.expire()
        access = self.get()
        self.assertIn(access, self.xero.world.identity.access)
        self.assertEqual(self.refreshes(), 1)
        self.assertNotEqual(self.token.refresh_sealed, before)
        self.assertEqual(self.get(), access, "kept")
        self.assertEqual(self.refreshes(), 1)

    def test_a_token_that_was_refused_is_refreshed_once(self):
        first = self.get()
        second = self.get(refused=first)
        self.assertNotEqual(first, second)
        self.assertEqual(
            self.get(refused=first), second, "somebody has done it already"
        )
        self.assertEqual(self.refreshes(), 1)

    def test_a_lost_answer_is_asked_for_again_with_the_old_token(self):
        self.expire()
        self.control.add_fault("lost_after", path="/connect/token")
        self.assertIn(self.get(), self.xero.world.identity.access)
        self.assertEqual(self.refreshes(), 2)

    def test_two_lost_answers_are_survived_by_the_next_run(self):
        self.expire()
        before = self.token.refresh_sealed
        self.control.add_fault("lost_after", path="/connect/token", times=2)
        run = self.run_ledger()
        self.assertEqual(run.state, "paused")
        self.assertFalse(self.ledger.needs_person)
        self.assertEqual(self.token.refresh_sealed, before, "the old one is kept")
        self.ledger._set_resumed()
        self.assertEqual(self.run_ledger().state, "done")

    def test_a_refused_refresh_changes_no_token(self):
        self.expire()
        before = (self.token.access_sealed, self.token.refresh_sealed)
        self.xero.world.identity.refresh.clear()
        try:  # assertRaises would undo what the refresh committed
            self.fail(self.get())
        except ApiError as error:
            self.assertEqual(error.problem, problems.LOGIN)
        after = (self.token.access_sealed, self.token.refresh_sealed)
        self.assertEqual(after, before)
        self.assertEqual(self.ledger.http_state, "lost")

    def test_a_refused_login_pauses_with_one_activity(self):
        self.xero.world.identity.access.clear()
        self.xero.world.identity.refresh.clear()
        for _run in range(2):
            self.run_ledger()
        self.assertTrue(self.ledger.needs_person)
        self.assertEqual(len(self.ledger.activity_ids), 1)
        self.assertEqual(self.ledger.state, "person")
        self.assertIn("Press Reconnect", self.ledger.pause_reason)

    def test_a_renewed_login_that_is_refused_is_waited_for_before_a_person_is(self):
        self.control.add_fault(kind="401", path="/api.xro/", times=None)
        for number in range(1, 4):
            run = self.run_ledger()
            self.assertEqual(run.state, "paused")
            self.assertFalse(self.ledger.needs_person, f"pause {number}")
            self.assertIn("renewed it just now", self.ledger.pause_reason)
            self.assertTrue(self.ledger.paused_until)
            self.ledger.sudo().paused_until = False
        self.run_ledger()
        self.assertTrue(self.ledger.needs_person, "after three times")
        self.assertIn("Press Reconnect", self.ledger.pause_reason)
        self.control.clear_faults()
        self.ledger._set_resumed()
        self.assertEqual(self.run_ledger().state, "done")

    def test_a_page_for_people_is_called_maintenance(self):
        account = self.create_account("Hope Works")
        self.control.add_fault(kind="page", method="PUT,POST", path="/Contacts")
        run = self.run_ledger()
        self.assertIn("a web page in place of data", run.message)
        self.assertNotIn("in pieces", run.message)
        self.assertFalse(self.ledger.needs_person)
        self.ledger._set_resumed()
        self.run_ledger()
        self.assertEqual(account.sync_state, "synced")
        self.assertTrue(self.contact(Name="Hope Works"))

    def lose_key(self):
        """Let nothing that was sealed before be opened any more."""
        self.env["ir.config_parameter"].set_param("database.secret", "of a copy")

    def test_a_lost_key_stops_the_run_and_asks_nobody_without_the_secret(self):
        for expired in (False, True):
            with self.subTest(expired=expired):
                if expired:
                    self.expire()
                self.lose_key()
                run = self.run_ledger()
                self.assertEqual(run.state, "paused")
                self.assertTrue(self.ledger.needs_person)
                reason = self.ledger.pause_reason
                self.assertIn("Xero books cannot be opened", reason)
        self.assertEqual(self.control.log(), [], "never as an app without a secret")

    def test_a_lost_key_lets_go_of_a_connection_and_says_so(self):
        self.token._set_leaving("connection-1")
        self.lose_key()
        self.token._leave()
        self.assertFalse(self.tokens._of(self.ledger))
        said = self.ledger.message_ids[0].body
        self.assertIn("Remove the app there", said)
        self.assertEqual(self.control.log(), [])

    def test_a_key_that_can_be_guessed_is_said_where_secrets_are_typed(self):
        with patch.dict(os.environ, {"SYNKD_SECRET": "x"}):
            with self.assertRaisesRegex(UserError, "can be guessed"):
                self.ledger.http_client_secret = "typed"
            with self.assertRaisesRegex(UserError, "can be guessed"):
                self.ledger.action_connect()

    def test_the_upgrade_seals_anew_and_loses_no_login(self):
        secret = self.env["ir.config_parameter"].get_param("database.secret")
        access = self.get()
        sealed = {
            (record, name): self.vault._unseal(record[name], self.ledger)
            for record, names in (
                (self.token, ("access_sealed", "refresh_sealed")),
                (self.ledger, ("http_secret_sealed",)),
            )
            for name in names
        }
        for (record, name), text in sealed.items():
            old = vault._fernet(secret, "").encrypt(text.encode())
            record[name] = old.decode()
        self.env.flush_all()
        script = load_migration("synkd_connector_xero", "19.0.2.0.0", "post-vault")
        script.migrate(self.env.cr, "19.0.1.0.0")
        self.env.invalidate_all()
        for (record, name), text in sealed.items():
            self.assertEqual(self.vault._unseal(record[name], self.ledger), text)
        self.assertEqual(self.get(), access)

    def test_another_app_forgets_the_login(self):
        self.ledger.http_client_id = "sim-client"
        self.assertTrue(self.tokens._of(self.ledger), "the same one")
        self.ledger.http_client_id = "sim-legacy"
        self.assertFalse(self.tokens._of(self.ledger))
        self.assertEqual(self.ledger.http_state, "none")

    def test_tokens_hide_themselves(self):
        tokens = Tokens("acc3ss", "r3fresh", 1800, "accounting.contacts")
        self.assertNotIn("acc3ss", repr(tokens))
        self.assertNotIn("r3fresh", f"{tokens}")

    def test_scopes_that_lack_are_told_without_a_refresh(self):
        self.connect(scopes="offline_access accounting.settings.read")
        self.control.log(clear=True)
        run = self.run_ledger()
        self.assertIn("may not do this in Xero", run.message)
        self.assertTrue(self.ledger.needs_person)
        self.assertEqual(self.refreshes(), 0)

    def test_a_connection_removed_over_there_is_told(self):
        self.control.disconnect()
        run = self.run_ledger()
        self.assertIn("not connected to its organisation", run.message)
        self.assertTrue(self.ledger.needs_person)
