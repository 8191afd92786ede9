# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging
import os
import tempfile
from pathlib import Path
from unittest.mock import patch
from uuid import uuid4

from odoo.tests import BaseCase, tagged

from odoo.addons.synkd_connector_http.lib import problems, session, wire
from odoo.addons.synkd_connector_http.lib.address import LOOPBACK_OPTION
from odoo.addons.synkd_connector_http.lib.oauth import IdentityClient
from odoo.addons.synkd_connector_http.lib.problems import ApiError

from ..const import ACCESS
from ..lib.client import XeroClient, to_error
from ..simulator import Simulator

_logger = logging.getLogger(__name__)
CONTACTS = {"Contacts": [{"Name": "Hope Works", "ContactNumber": "N-1"}]}


def open_identity(url, client_id, secret=""):
    """Return the client of Xero's identity server."""
    return IdentityClient(url + ACCESS.token_path, client_id, secret, to_error)


@tagged("post_install", "-at_install")
class TestXeroClient(BaseCase):
    """The client alone, against a real HTTP server."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.xero = cls.enterClassContext(Simulator())
        cls.control = cls.xero.control

    def setUp(self):
        super().setUp()
        allowed = patch.dict(os.environ, {LOOPBACK_OPTION: "1"})
        allowed.start()
        self.addCleanup(allowed.stop)
        self.control.reset()
        self.tenant = next(iter(self.control.tenants()))
        self.granted = self.control.grant()
        self.asked = []
        self.client = self.make()

    def make(self, url=None, tenant=None):
        """Return a client that notes for which tokens it asked."""

        def get_token(refused):
            self.asked.append(refused)
            return self.granted["access_token"]

        tenant = self.tenant if tenant is None else tenant
        return XeroClient(url or self.xero.url, tenant, get_token)

    def fail_with(self, problem, call=None):
        """Fail unless a call fails with a problem; return the error."""
        with self.assertRaises(ApiError) as caught:
            (call or self.read_contacts)()
        self.assertEqual(caught.exception.problem, problem)
        return caught.exception

    def read_contacts(self):
        return self.client.get("/Contacts", {"page": 1})

    def create_contact(self, key="key"):
        return self.client.save("PUT", "/Contacts", CONTACTS, key)

    def calls(self, method):
        return [entry for entry in self.control.log() if entry["method"] == method]

    # === LIMITS === #

    def test_each_limit_is_told_from_the_others(self):
        for kind, problem, seconds in (
            ("429_minute", problems.MINUTE, (1, 60)),
            ("429_day", problems.DAY, (1, 86400)),
            ("429_appminute", problems.APP, (1, 60)),
            ("429_concurrent", problems.CONCURRENT, (5, 5)),
        ):
            self.control.add_fault(kind)
            error = self.fail_with(problem)
            self.assertGreaterEqual(error.seconds, seconds[0])
            self.assertLessEqual(error.seconds, seconds[1])
            self.assertEqual(len(self.calls("GET")), 1, "not asked again")
            self.control.log(clear=True)

    def test_what_is_left_is_read_from_every_answer(self):
        self.control.set_limits(minute=60, day=1000, app=10000)
        self.read_contacts()
        limits = self.client.limits
        self.assertEqual((limits.minute, limits.day, limits.app), (59, 999, 9999))
        self.control.add_fault("429_minute")
        self.fail_with(problems.MINUTE)
        self.assertEqual(limits.minute, 59)

    # === FAULTS === #

    def test_faults_of_the_server_are_told_apart(self):
        for kind, problem in (
            ("500", problems.SERVER),
            ("503", problems.PAUSED),
            ("wrong_json", problems.UNREADABLE),
        ):
            self.control.add_fault(kind)
            error = self.fail_with(problem)
            self.assertEqual(len(self.calls("GET")), 1, kind)
            self.control.log(clear=True)
        self.assertNotIn("{", error.words)

    def test_an_organisation_offline_is_asked_again_in_minutes(self):
        self.control.add_fault("503")
        error = self.fail_with(problems.PAUSED)
        self.assertEqual(error.seconds, 300)
        self.assertIn("offline", error.words)

    def test_a_connection_that_breaks_is_tried_once_more(self):
        self.control.add_fault("lost_before")
        self.assertEqual(self.read_contacts()["Contacts"], [])
        self.control.add_fault("lost_before", times=2)
        self.fail_with(problems.OFFLINE)

    def test_half_an_answer_is_none(self):
        self.control.add_fault("truncated")
        self.assertEqual(self.read_contacts()["Contacts"], [], "asked once more")
        self.control.add_fault("truncated", times=2)
        with self.assertRaises(ApiError) as caught:
            self.read_contacts()
        unknown = (problems.OFFLINE, problems.UNREADABLE)
        self.assertIn(caught.exception.problem, unknown)

    def test_a_write_without_a_key_is_never_sent_again(self):
        self.control.add_fault("lost_after")
        self.fail_with(problems.OFFLINE, lambda: self.create_contact(key=""))
        self.assertEqual(len(self.calls("PUT")), 1)

    def test_the_library_sends_nothing_again_by_itself(self):
        opened = session.open_session()
        for scheme in ("http://x", "https://x"):
            self.assertEqual(opened.get_adapter(scheme).max_retries.total, 0)

    def test_nobody_there(self):
        self.client = self.make("http://127.0.0.1:1")
        self.fail_with(problems.OFFLINE)

    def test_too_slow_counts_as_no_answer(self):
        # Odoo's tests allow ten seconds at least, so the library is asked directly.
        class Slow:
            def request(self, *_args, **_given):
                raise wire.requests.ReadTimeout()

        with self.assertRaises(ApiError) as caught:
            wire.send(Slow(), "GET", "http://x", repeatable=True)
        self.assertEqual(caught.exception.problem, problems.OFFLINE)

    # === LOGIN === #

    def test_a_refused_token_is_refreshed_once_and_never_in_a_loop(self):
        self.xero.world.identity.access.clear()
        self.fail_with(problems.LOGIN)
        self.assertEqual(self.asked, ["", self.granted["access_token"]])
        self.assertEqual(len(self.calls("GET")), 2)

    def test_a_token_that_ended_is_replaced_in_the_same_call(self):
        first = self.granted
        second = self.control.grant()
        del self.xero.world.identity.access[first["access_token"]]
        tokens = {"": first, first["access_token"]: second}
        self.client.get_token = lambda refused: tokens[refused]["access_token"]
        self.assertEqual(self.create_contact()["Contacts"][0]["Name"], "Hope Works")
        keys = {call["headers"]["idempotency-key"] for call in self.calls("PUT")}
        self.assertEqual(len(keys), 1)

    def test_scopes_are_told_from_logins(self):
        self.granted = self.control.grant(scopes="accounting.settings.read")
        self.fail_with(problems.SCOPE)
        self.assertEqual(self.asked, [""], "a refresh would not help")

    def test_an_organisation_that_is_not_connected(self):
        self.client = self.make(tenant="00000000-0000-0000-0000-000000000001")
        self.fail_with(problems.TENANT)

    def test_netrc_replaces_no_token(self):
        with tempfile.TemporaryDirectory() as home:
            netrc = Path(home) / ".netrc"
            netrc.write_text("machine 127.0.0.1 login a password b\n")
            netrc.chmod(0o600)
            with patch.dict(os.environ, {"HOME": home, "NETRC": str(netrc)}):
                self.assertEqual(self.read_contacts()["Contacts"], [])

    # === DATA === #

    def test_xero_s_words_about_a_refused_call(self):
        self.create_contact()
        error = self.fail_with(problems.REFUSED, lambda: self.create_contact("other"))
        self.assertIn("already assigned to another contact", error.words)

    def test_a_key_with_another_body_is_refused(self):
        self.create_contact()
        other = {"Contacts": [{"Name": "Other"}]}
        self.fail_with(
            problems.REFUSED,
            lambda: self.client.save("PUT", "/Contacts", other, "key"),
        )

    def test_a_key_answers_the_same_again(self):
        first, again = self.create_contact(), self.create_contact()
        self.assertEqual(first["Contacts"], again["Contacts"])
        self.assertEqual(len(self.control.state()["contacts"]), 1)

    def test_what_is_gone(self):
        self.fail_with(problems.NOT_FOUND, lambda: self.client.get("/Contacts/none"))
        self.client.delete(f"/ContactGroups/{uuid4()}/Contacts/{uuid4()}")

    def test_an_address_too_long_is_not_found(self):
        ids = ",".join([self.tenant] * 60)
        call = lambda: self.client.get("/Contacts", {"IDs": ids})
        self.fail_with(problems.NOT_FOUND, call)

    def test_names_in_all_scripts_arrive(self):
        name = "Ünïcode Öz 漢字 & Søn"
        self.client.save("PUT", "/Contacts", {"Contacts": [{"Name": name}]}, "k")
        self.assertEqual(self.control.state()["contacts"][0]["Name"], name)

    # === THE LOGIN ITSELF === #

    def test_the_app_s_own_id_and_secret(self):
        for client_id, secret in (("nobody", "x"), ("sim-client", "wrong")):
            identity = open_identity(self.xero.url, client_id, secret)
            refresh = self.granted["refresh_token"]
            error = self.fail_with(
                problems.CLIENT, lambda i=identity, r=refresh: i.by_refresh(r)
            )
            self.assertNotIn("wrong", str(error))

    def test_broad_scopes_of_old_apps_are_refused_to_new_ones(self):
        identity = open_identity(self.xero.url, "sim-custom", "sim-custom-secret")
        error = self.fail_with(
            problems.SCOPE, lambda: identity.by_secret(("accounting.transactions",))
        )
        self.assertEqual(error.words, "invalid_scope")

    def test_an_app_without_a_secret_proves_itself_by_pkce(self):
        granted = self.control.grant(app="sim-public")
        tokens = open_identity(self.xero.url, "sim-public").by_refresh(
            granted["refresh_token"]
        )
        self.assertTrue(tokens.access)

    def test_nothing_secret_is_logged(self):
        with self.assertLogs(level=logging.DEBUG) as caught:
            _logger.debug("so that there is one")
            open_identity(self.xero.url, "sim-client", "sim-secret").by_refresh(
                self.granted["refresh_token"]
            )
            self.create_contact()
        text = "\n".join(caught.output)
        for secret in ("sim-secret", *self.granted.values()):
            if isinstance(secret, str) and len(secret) > 9 and " " not in secret:
                self.assertNotIn(secret, text)
