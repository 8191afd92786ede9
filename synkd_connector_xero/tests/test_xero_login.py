# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging
from unittest.mock import patch
from urllib.parse import parse_qs, urlencode, urlsplit

import requests

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from odoo.addons.synkd_connector_http.lib import oauth
from odoo.addons.synkd_connector_http.lib.access import Tenant

from ..const import SCOPES
from .common import CALLBACK_PATH, XeroCommon


@tagged("post_install", "-at_install")
class TestXeroLogin(XeroCommon, HttpCase):
    """A person connects a ledger: from the button to the organisation, over HTTP."""

    def setUp(self):
        super().setUp()
        self.env["synkd.http.token"].search([]).unlink()
        self.control.reset()
        self.ledger.write({"http_tenant_key": False, "http_tenant_name": False})
        self.control.set_options(auto_allow=[self.tenant])
        self.boss = self.create_user("xero_boss", "base.group_system")
        self.authenticate("xero_boss", "xero_boss")

    def begin(self, user=None):
        """Press Connect; return the address that the browser is sent to."""
        ledger = self.ledger.with_user(user or self.boss)
        action = ledger.action_connect()
        self.assertEqual(action["type"], "ir.actions.act_url")
        return action["url"]

    def allow(self, url):
        """Log in to Xero and allow; return the way back, relative to this Odoo."""
        answer = requests.get(url, allow_redirects=False, timeout=10)
        back = urlsplit(answer.headers["Location"])
        return f"{back.path}?{back.query}"

    def come_back(self, way):
        """Follow the way back; return the answer, and forget what was cached."""
        answer = self.url_open(way, allow_redirects=False)
        self.env.invalidate_all()
        return answer

    def problem(self, answer):
        """Return what the ledger says after a login that did not go through."""
        self.assertEqual(answer.status_code, 303, "back to the ledger")
        back = urlsplit(answer.headers["Location"]).path
        self.assertEqual(back, f"/odoo/ledgers/{self.ledger.id}")
        return self.ledger.http_login_problem

    # === THE WAY THERE === #

    def test_the_login_asks_for_what_is_needed_and_no_more(self):
        url = urlsplit(self.begin())
        query = {name: values[0] for name, values in parse_qs(url.query).items()}
        self.assertEqual(url.path, "/identity/connect/authorize")
        self.assertEqual(query["response_type"], "code")
        self.assertEqual(query["scope"].split(), list(SCOPES))
        self.assertNotIn("accounting.transactions", query["scope"])
        self.assertEqual(query["code_challenge_method"], "S256")
        self.assertTrue(query["redirect_uri"].endswith(CALLBACK_PATH))
        self.assertGreater(len(query["state"]), 40)

    def test_neither_state_nor_verifier_are_kept_readable(self):
        query = parse_qs(urlsplit(self.begin()).query)
        login = self.env["synkd.http.login"].search([])
        self.env.cr.execute("SELECT * FROM synkd_http_login")
        self.assertNotIn(query["state"][0], str(self.env.cr.fetchall()))
        verifier = self.env["synkd.vault"]._unseal(login.verifier_sealed, self.ledger)
        self.assertEqual(oauth.challenge(verifier), query["code_challenge"][0])

    def test_only_administrators_connect(self):
        manager = self.create_user("xero_man", "synkd_connector.group_manager")
        with self.assertRaises(AccessError):
            self.begin(manager)
        user = self.create_user("xero_user", "synkd_connector.group_user")
        with self.assertRaises(AccessError):
            self.begin(user)

    def test_a_manager_may_log_in_again(self):
        self.ledger.http_tenant_key = self.tenant
        manager = self.create_user("xero_man", "synkd_connector.group_manager")
        self.assertIn("code_challenge", self.begin(manager))

    def test_without_a_client_id_nobody_is_sent_away(self):
        self.ledger.http_client_id = False
        with self.assertRaisesRegex(UserError, "has no Client ID"):
            self.begin()

    # === THE WAY BACK === #

    def test_one_organisation_is_taken_at_once(self):
        answer = self.come_back(self.allow(self.begin()))
        self.assertEqual(answer.status_code, 303)
        self.assertIn(f"/odoo/ledgers/{self.ledger.id}", answer.headers["Location"])
        self.assertEqual(self.ledger.http_state, "live")
        self.assertEqual(self.ledger.http_tenant_name, "Kudu Trading (Pty) Ltd")
        self.assertEqual(self.ledger.http_tenant_key, self.tenant)
        self.assertIn("accounting.contacts", self.ledger.http_scopes)
        self.assertEqual(self.run_ledger().state, "done")

    def test_the_access_log_tells_neither_code_nor_state(self):
        way = self.allow(self.begin())
        query = parse_qs(urlsplit(way).query)
        secrets = [query[name][0] for name in ("code", "state")]
        again = f"/web/login?{urlencode({'redirect': way})}"
        paths = (way, again, "/web?debug=1")
        lines = "\n".join(map(self.get_access_line, paths))
        self.assertEqual(lines.count("(hidden)"), 2, lines)
        self.assertIn("/web?debug=1 HTTP", lines, "of others nothing is hidden")
        for secret in secrets:
            self.assertNotIn(secret, lines)

    def test_the_server_s_own_line_of_a_login_tells_neither(self):
        way = self.allow(self.begin())
        query = parse_qs(urlsplit(way).query)
        with self.assertLogs("werkzeug", logging.INFO) as caught:
            answer = self.url_open(way, allow_redirects=False)
        self.assertEqual(answer.status_code, 303)
        lines = "\n".join(caught.output)
        self.assertIn(f"{CALLBACK_PATH}?(hidden)", lines)
        for name in ("code", "state"):
            self.assertNotIn(query[name][0], lines)

    def get_access_line(self, path):
        """Return what the server logs of a request, whatever the level is now."""
        logger = logging.getLogger("werkzeug")
        args = (f"GET {path} HTTP/1.1", "303", "-")
        text = '127.0.0.1 - - "%s" %s %s'
        record = logger.makeRecord("werkzeug", logging.INFO, "", 0, text, args, None)
        self.assertTrue(logger.filter(record))
        return record.getMessage()

    def test_of_several_organisations_a_person_chooses(self):
        self.control.set_options(auto_allow=True)
        self.come_back(self.allow(self.begin()))
        self.assertEqual(self.ledger.http_state, "choose")
        with self.enter_registry_test_mode():
            action = self.ledger.with_user(self.boss).action_choose_tenant()
        wizard = self.env[action["res_model"]].browse(action["res_id"])
        names = wizard.line_ids.mapped("name")
        self.assertEqual(names, ["Kudu Trading (Pty) Ltd", "Tui Services Limited"])
        wizard.line_ids[0].with_user(self.boss).action_choose()
        self.assertEqual(self.ledger.http_state, "live")
        self.assertEqual(self.ledger.http_tenant_key, self.tenant)

    def test_nobody_makes_up_an_organisation(self):
        wizards, lines = (
            self.env[f"synkd.http.tenant.{n}"] for n in ("wizard", "line")
        )
        wizard = wizards.create({"ledger_id": self.ledger.id})
        told = {"wizard_id": wizard.id, "tenant_key": "x", "connection_key": "../x"}
        line = lines.create(told)
        manager = self.create_user("xero_man", "synkd_connector.group_manager")
        for user in (manager, self.boss):
            for call in (
                lambda u=user: wizards.with_user(u).create(
                    {"ledger_id": self.ledger.id, "line_ids": [Command.create(told)]}
                ),
                lambda u=user: lines.with_user(u).create(told),
                lambda u=user: line.with_user(u).write({"connection_key": "../y"}),
                lambda u=user: wizard.with_user(u).write(
                    {"line_ids": [Command.create(told)]}
                ),
            ):
                with self.subTest(user=user.login), self.assertRaises(AccessError):
                    call()

    def test_nobody_writes_what_only_xero_tells(self):
        manager = self.create_user("xero_man", "synkd_connector.group_manager")
        for user in (manager, self.boss):
            ledger = self.ledger.with_user(user)
            for name, value in (
                ("http_tenant_key", "x"),
                ("http_tenant_name", "x"),
                ("http_connection_key", "../Users"),
                ("xero_app_remaining", 5),
                ("http_token_ids", [Command.clear()]),
            ):
                with (
                    self.subTest(user=user.login, name=name),
                    self.assertRaises(AccessError),
                ):
                    ledger.write({name: value})

    def test_an_odd_id_of_a_connection_leads_nowhere_else(self):
        self.come_back(self.allow(self.begin()))
        self.ledger.http_connection_key = "../api.xro/2.0/Contacts?x=1#"
        self.ledger.action_disconnect()
        self.env["synkd.http.token"].search([])._leave()
        (call,) = self.http_calls("DELETE", path="/")
        self.assertTrue(call["path"].startswith("/connections/"), call["path"])
        self.assertNotIn("/", call["path"].removeprefix("/connections/"))
        odd = self.control.violations(clear=True)
        self.assertEqual(len(odd), 1, "not even the right form, but only this call")

    def test_odd_organisations_are_left_out(self):
        answers = [None, 5, "x", [], {}, {"tenantId": 5}, {"tenantId": ["x"]}]
        answers += [{"tenantId": "y", "id": 5}, {"tenantId": "y", "tenantName": {}}]
        good = {"tenantId": self.tenant, "tenantName": "Kudu", "id": "z"}
        client = self.ledger._get_http_client(lambda _refused: "x")
        practice = {**good, "tenantType": "PRACTICE"}
        for found in ([*answers, practice, good], {"tenantId": "x"}, None, "x"):
            with patch.object(type(client), "_call", return_value=found):
                kudu = Tenant(self.tenant, "Kudu", "z")
                expected = [kudu] if isinstance(found, list) else []
                self.assertEqual(client.read_tenants(), expected)

    def test_a_state_works_once(self):
        way = self.allow(self.begin())
        self.assertEqual(self.come_back(way).status_code, 303)
        again = self.come_back(way)
        self.assertEqual(again.status_code, 200)
        self.assertIn("not begun by you here", again.text)
        self.assertEqual(self.ledger.http_state, "live")

    def test_a_state_of_somebody_else_is_refused(self):
        way = self.allow(self.begin())
        self.create_user("xero_thief", "base.group_system")
        self.authenticate("xero_thief", "xero_thief")
        answer = self.come_back(way)
        self.assertIn("not begun by you here", answer.text)
        self.assertEqual(self.ledger.http_state, "none")

    def test_a_made_up_state_is_refused(self):
        answer = self.come_back(f"{CALLBACK_PATH}?code=x&state=y")
        self.assertIn("not begun by you here", answer.text)
        self.assertEqual(self.come_back(CALLBACK_PATH).status_code, 200)

    def test_an_old_state_is_refused(self):
        way = self.allow(self.begin())
        self.env.cr.execute(
            "UPDATE synkd_http_login SET create_date = create_date - interval '1 hour'"
        )
        self.assertIn("too long ago", self.come_back(way).text)

    def test_nobody_logged_in_here_gets_nothing(self):
        way = self.allow(self.begin())
        self.logout()
        answer = self.come_back(way)
        self.assertIn("/web/login", answer.headers["Location"])
        self.assertEqual(self.ledger.http_state, "none")

    def test_a_refusal_over_there_is_told(self):
        state = parse_qs(urlsplit(self.begin()).query)["state"][0]
        answer = self.come_back(f"{CALLBACK_PATH}?error=access_denied&state={state}")
        self.assertIn("was not allowed to connect", self.problem(answer))
        self.assertIn("was not allowed to connect", self.ledger.step_text)
        state = parse_qs(urlsplit(self.begin()).query)["state"][0]
        evil = "%3Cscript%3E"
        answer = self.come_back(f"{CALLBACK_PATH}?error={evil}&state={state}")
        self.assertIn("did not log you in (<script>)", self.problem(answer))
        self.assertEqual(self.ledger._fields["http_login_problem"].type, "text")

    def test_odd_arguments_of_the_way_back_get_an_answer(self):
        odd = ("", "%00", "a%00b", "%ED%A0%80", "%FF%FE", "%C2%B2", "[]", "x" * 5000)
        odd += ("&state=x", "%0D%0ASet-Cookie:x", "..%2F..", "%25s", "{}", "-1")
        for value in odd:
            for query in (
                f"state={value}",
                f"state={value}&code={value}&error={value}",
                f"{value}={value}",
            ):
                with self.subTest(made_up=query[:40]):
                    answer = self.come_back(f"{CALLBACK_PATH}?{query}")
                    self.assertEqual(answer.status_code, 200)
                    self.assertIn("not begun by you here", answer.text)
            for name in "error", "code":
                state = parse_qs(urlsplit(self.begin()).query)["state"][0]
                query = f"state={state}&{name}={value}"
                with self.subTest(begun_here=query[:80]):
                    told = self.problem(self.come_back(f"{CALLBACK_PATH}?{query}"))
                    self.assertIn("Xero", told)
                    self.assertNotIn("\x00", told)
                    self.assertLess(len(told), 500)
        self.assertEqual(self.ledger.http_state, "none")

    def test_a_ledger_of_other_books_is_not_connected_to_xero(self):
        self.ledger.connector = False
        for press in ("action_connect", "action_choose_tenant"):
            with (
                self.subTest(press),
                self.assertRaisesRegex(UserError, "need no login"),
            ):
                getattr(self.ledger.with_user(self.boss), press)()

    def test_a_wrong_secret_is_told_without_the_secret(self):
        way = self.allow(self.begin())
        self.ledger.http_client_secret = "wr0ng-s3cret"
        self.env.flush_all()
        answer = self.come_back(way)
        self.assertIn("its secret is wrong", self.problem(answer))
        self.assertNotIn("wr0ng", self.problem(answer))

    def test_an_identity_server_that_is_away_is_told(self):
        way = self.allow(self.begin())
        self.control.add_fault("lost_before", path="/connect/token", times=None)
        answer = self.come_back(way)
        self.assertIn("Xero does not answer", self.problem(answer))
        self.assertEqual(self.ledger.http_state, "none")

    def test_nothing_ticked_at_the_consent_leads_back_to_the_ledger(self):
        self.control.set_options(auto_allow=[])
        answer = requests.post(
            self.begin(), data={"allow": "1"}, allow_redirects=False, timeout=10
        )
        back = urlsplit(answer.headers["Location"])
        answer = self.come_back(f"{back.path}?{back.query}")
        self.assertIn("was not allowed to connect", self.problem(answer))
        self.control.set_options(auto_allow=[self.tenant])
        self.come_back(self.allow(self.begin()))
        self.assertFalse(self.ledger.http_login_problem, "a good login ends it")

    # === AGAIN === #

    def test_a_login_again_loses_nothing(self):
        self.come_back(self.allow(self.begin()))
        account = self.create_account("Hope Works")
        self.run_ledger()
        cursor = self.ledger.pull_cursor
        self.xero.world.identity.access.clear()
        self.xero.world.identity.refresh.clear()
        account.city = "Durban"
        with mute_logger("odoo.addons.synkd_connector.models.engine.synkd_engine"):
            self.run_ledger()
        self.assertTrue(self.ledger.needs_person)
        self.assertEqual(len(self.ledger.activity_ids), 1)
        self.assertIn("Press Reconnect", self.ledger.pause_reason)
        self.come_back(self.allow(self.begin()))
        self.assertEqual(self.ledger.http_state, "live")
        self.assertFalse(self.ledger.needs_person)
        self.assertFalse(self.ledger.activity_ids)
        self.assertEqual(self.ledger.pull_cursor, cursor)
        self.run_ledger()
        self.assertEqual(account.sync_state, "synced", account.sync_message)

    def test_other_books_are_refused(self):
        self.come_back(self.allow(self.begin()))
        self.create_account("Hope Works")
        self.run_ledger()
        self.control.disconnect()
        other = list(self.control.tenants())[1]
        self.control.set_options(auto_allow=[other])
        answer = self.come_back(self.allow(self.begin()))
        self.assertIn("this login reaches only: Tui Serv", self.problem(answer))
        self.assertEqual(self.ledger.http_tenant_key, self.tenant)

    def test_other_books_cannot_be_chosen_either(self):
        self.come_back(self.allow(self.begin()))
        self.create_account("Hope Works")
        self.run_ledger()
        with self.assertRaisesRegex(UserError, "create another ledger"):
            self.ledger._choose_http_tenant(Tenant("x", "Other"))

    # === THE END === #

    def test_disconnecting_removes_the_connection_over_there(self):
        self.come_back(self.allow(self.begin()))
        self.ledger.with_user(self.boss).action_disconnect()
        self.assertEqual(self.ledger.http_state, "leaving")
        self.assertTrue(self.xero.world.identity.connections, "not in the request")
        run = self.run_ledger()
        self.assertEqual(run.state, "paused")
        self.assertIn("is not connected to Xero", run.message)
        with self.enter_registry_test_mode():
            self.env.ref(
                "synkd_connector_http.ir_cron_disconnect"
            ).method_direct_trigger()
        self.env.invalidate_all()
        self.assertFalse(self.xero.world.identity.connections)
        self.assertFalse(self.env["synkd.http.token"].search([]))
        self.assertEqual(self.ledger.http_state, "none")
        self.assertEqual(self.ledger.http_tenant_key, self.tenant, "known for later")

    def test_a_disconnection_that_xero_cannot_be_told_of_is_tried_again(self):
        self.come_back(self.allow(self.begin()))
        self.ledger.action_disconnect()
        self.control.add_fault("lost_before", method="DELETE", times=None)
        tokens = self.env["synkd.http.token"]
        for left in (1, 1, 1, 1, 0):
            tokens.search([])._leave()
            self.assertEqual(tokens.search_count([]), left)

    def test_a_custom_connection_needs_no_browser(self):
        self.ledger.write(
            {
                "http_login": "app",
                "http_client_id": "sim-custom",
                "http_client_secret": "sim-custom-secret",
            }
        )
        self.env.flush_all()
        with self.enter_registry_test_mode():
            self.ledger.with_user(self.boss).action_connect()
        run = self.run_ledger()
        self.assertEqual(
            self.ledger.check_message, "The connection works.", run.message
        )
        self.assertEqual(self.ledger.http_state, "live")
        self.assertEqual(self.ledger.http_tenant_name, "Kudu Trading (Pty) Ltd")
        account = self.create_account("Hope Works")
        self.run_ledger()
        self.assertEqual(account.sync_state, "synced", account.sync_message)
        form = [c["body"] for c in self.http_calls("POST", path="/connect/token")]
        self.assertIn("grant_type=client_credentials", form[0])
        self.assertNotIn("offline_access", form[0])

    def test_an_organisation_in_another_currency_is_not_taken(self):
        self.company.currency_id = self.env.ref("base.AUD")
        self.env.flush_all()
        answer = self.come_back(self.allow(self.begin()))
        self.assertIn("are kept in ZAR, but company Test", self.problem(answer))
        self.assertFalse(self.ledger.http_tenant_key)
        self.assertEqual(self.ledger.http_state, "none")

    def test_the_picker_shows_currencies_and_refuses_the_wrong_one(self):
        self.control.set_options(auto_allow=True)
        self.come_back(self.allow(self.begin()))
        with self.enter_registry_test_mode():
            action = self.ledger.with_user(self.boss).action_choose_tenant()
            wizard = self.env[action["res_model"]].browse(action["res_id"])
            self.assertEqual(wizard.line_ids.mapped("currency"), ["ZAR", "NZD"])
            self.assertFalse(wizard.line_ids[0].problem)
            self.assertIn("are kept in NZD", wizard.line_ids[1].problem)
            with self.assertRaisesRegex(UserError, "are kept in NZD"):
                wizard.line_ids[1].with_user(self.boss).action_choose()
            self.assertFalse(self.ledger.http_tenant_key)
            wizard.line_ids[0].with_user(self.boss).action_choose()
        self.assertEqual(self.ledger.books_currency, "ZAR")
        self.assertEqual(self.ledger.books_key, self.tenant)

    def test_a_wrong_organisation_is_taken_back(self):
        world = self.xero.world.tenants
        for tenant in world.values():
            self.patch(
                tenant, "organisation", tenant.organisation | {"BaseCurrency": "ZAR"}
            )
        self.control.set_options(auto_allow=True)
        self.come_back(self.allow(self.begin()))
        with self.enter_registry_test_mode():
            action = self.ledger.with_user(self.boss).action_choose_tenant()
            lines = self.env[action["res_model"]].browse(action["res_id"]).line_ids
            lines[1].with_user(self.boss).action_choose()
        account = self.create_account("Hope Works")
        self.run_ledger()
        wrong = account.external_id
        self.assertTrue(wrong)
        with self.enter_registry_test_mode():
            self.ledger.with_user(self.boss).action_change_books()
            self.assertEqual(self.ledger.http_state, "choose")
            action = self.ledger.with_user(self.boss).action_choose_tenant()
            lines = self.env[action["res_model"]].browse(action["res_id"]).line_ids
            lines[0].with_user(self.boss).action_choose()
        self.assertEqual(self.run_ledger().state, "done")
        self.assertEqual(
            self.contact(Name="Hope Works")["ContactID"], account.external_id
        )
        self.assertNotEqual(account.external_id, wrong)

    def test_an_organisation_of_another_ledger_is_not_taken(self):
        self.come_back(self.allow(self.begin()))
        other = self.env["res.company"].create(
            {"name": "Second Shop", "currency_id": self.company.currency_id.id}
        )
        self.env.user.company_ids |= other
        self.boss.company_ids |= other
        two = self.create_ledger(name="Second books", company_id=other.id)
        both = (self.company | other).ids
        self.patch(type(self), "ledger", two.with_context(allowed_company_ids=both))
        self.authenticate("xero_boss", "xero_boss")
        answer = self.come_back(self.allow(self.begin()))
        self.assertIn("is the organisation of another", self.problem(answer))
        self.assertFalse(two.http_tenant_key)
        two.number_prefix = "B-"
        self.env.flush_all()
        self.come_back(self.allow(self.begin()))
        self.assertEqual(two.books_key, self.tenant)
