# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Consent, tokens, scopes and connections of the simulated Xero."""

import base64
import hashlib
import json
from urllib.parse import parse_qs, urlencode, urlsplit

from odoo.tests import tagged

from .simulator_case import SimulatorCase, send

BACK = "http://127.0.0.1:8069/xero/callback"
SCOPES = "offline_access accounting.contacts accounting.settings.read"
FORM = "application/x-www-form-urlencoded"
VERIFIER = "v" * 64
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest())
CHALLENGE = CHALLENGE.decode().rstrip("=")


class IdentityCase(SimulatorCase):
    """Calls to the identity server."""

    def setUp(self):
        super().setUp()
        self.control.set_scale(0)
        self.xero.world.identity.connections.clear()

    def authorize(self, method="GET", form=None, **query):
        """Ask for consent, or give it with a form; return the reply."""
        asked = {
            "response_type": "code",
            "client_id": "sim-client",
            "redirect_uri": BACK,
            "scope": SCOPES,
            "state": "xyz",
            **query,
        }
        asked = {key: each for key, each in asked.items() if each is not None}
        path = f"/identity/connect/authorize?{urlencode(asked)}"
        body = urlencode(form, doseq=True) if form else None
        return send(self.xero.url, method, path, body, {"Content-Type": FORM})

    def allow(self, *tenants, **query):
        """Allow as a person would; return what the redirect carries."""
        form = {"tenant": tenants or (self.first,), "allow": "1"}
        reply = self.authorize("POST", form, **query)
        self.assertEqual(reply.status, 302, reply.data)
        return self.carried(reply)

    def carried(self, reply):
        """Return the parameters of a redirect to us."""
        place = reply.headers["Location"]
        self.assertTrue(place.startswith(BACK))
        return {k: v[0] for k, v in parse_qs(urlsplit(place).query).items()}

    def exchange(self, app="sim-client", secret="sim-secret", path="token", **form):
        """Call the token endpoint with HTTP Basic; return the reply."""
        headers = {"Content-Type": FORM}
        if secret is not None:
            coded = base64.b64encode(f"{app}:{secret}".encode()).decode()
            headers["Authorization"] = f"Basic {coded}"
        return send(self.xero.url, "POST", f"/connect/{path}", urlencode(form), headers)

    def by_code(self, code, **form):
        """Exchange a code for tokens; return the reply."""
        grant = {"grant_type": "authorization_code", "redirect_uri": BACK}
        return self.exchange(code=code, **{**grant, **form})

    def by_refresh(self, token):
        """Refresh; return the reply."""
        return self.exchange(grant_type="refresh_token", refresh_token=token)

    def denied(self, reply, error="invalid_grant", status=400):
        """Check that the token endpoint refused with an error."""
        self.assertEqual((reply.status, reply.json), (status, {"error": error}))

    def connections(self, token, path=""):
        """Return the connections that a token sees."""
        headers = {"Authorization": f"Bearer {token}"}
        return send(self.xero.url, "GET", f"/connections{path}", None, headers).json


@tagged("-at_install", "post_install")
class TestSimulatorConsent(IdentityCase):
    def test_page_lists_the_organisations(self):
        reply = self.authorize()
        self.assertEqual(reply.status, 200)
        page = reply.data.decode()
        self.assertEqual(page.count('type="checkbox"'), 2)
        self.assertIn("Tui Services Limited", page)
        self.assertIn("Allow", page)

    def test_allow_carries_code_and_state(self):
        found = self.allow()
        self.assertEqual(found["state"], "xyz")
        self.assertTrue(found["code"])

    def test_cancel_and_none_chosen(self):
        reply = self.authorize("POST", {"deny": "1"})
        self.assertEqual(self.carried(reply)["error"], "access_denied")
        reply = self.authorize("POST", {"allow": "1"})
        self.assertEqual(self.carried(reply)["error"], "access_denied")

    def test_without_a_person(self):
        self.assertIn("code", self.carried(self.authorize(auto="1")))
        self.control.set_options(auto_allow=[self.second])
        code = self.carried(self.authorize())["code"]
        token = self.by_code(code).json["access_token"]
        names = [each["tenantName"] for each in self.connections(token)]
        self.assertIn("Tui Services Limited", names)

    def test_unknown_app_or_redirect(self):
        for query in ({"client_id": "nobody"}, {"redirect_uri": None}):
            self.assertEqual(self.authorize(**query).status, 400)
        self.control.add_app("strict", "s", redirect_uris=[BACK])
        self.assertEqual(self.authorize(client_id="strict").status, 200)
        other = {"client_id": "strict", "redirect_uri": f"{BACK}2"}
        self.assertEqual(self.authorize(**other).status, 400)

    def test_scopes_must_be_granular_for_new_apps(self):
        broad = {"scope": "offline_access accounting.transactions"}
        found = self.carried(self.authorize(**broad))
        self.assertEqual(found, {"error": "invalid_scope", "state": "xyz"})
        for scope in ("", "accounting.everything"):
            found = self.carried(self.authorize(scope=scope))
            self.assertEqual(found["error"], "invalid_scope")
        old = self.authorize(client_id="sim-legacy", **broad)
        self.assertEqual(old.status, 200, "an old app may")

    def test_other_response_type(self):
        found = self.carried(self.authorize(response_type="token"))
        self.assertEqual(found["error"], "unsupported_response_type")


@tagged("-at_install", "post_install")
class TestSimulatorTokens(IdentityCase):
    def test_answer(self):
        found = self.by_code(self.allow()["code"]).json
        self.assertEqual(found["expires_in"], 1800)
        self.assertEqual(found["token_type"], "Bearer")
        self.assertEqual(found["scope"], SCOPES)
        self.assertIn("refresh_token", found)
        payload = found["access_token"].split(".")[1]
        claims = json.loads(base64.urlsafe_b64decode(payload + "=="))
        self.assertIn("xero_userid", claims)
        event = claims["authentication_event_id"]
        seen = self.connections(found["access_token"], f"?authEventId={event}")
        self.assertEqual([each["tenantId"] for each in seen], [self.first])

    def test_no_refresh_token_without_offline_access(self):
        code = self.allow(scope="openid accounting.contacts")["code"]
        found = self.by_code(code).json
        self.assertNotIn("refresh_token", found)
        self.assertIn("id_token", found)

    def test_code_counts_once_for_five_minutes(self):
        code = self.allow()["code"]
        self.assertEqual(self.by_code(code).status, 200)
        self.denied(self.by_code(code))
        code = self.allow()["code"]
        self.control.advance(300)
        self.denied(self.by_code(code))

    def test_code_is_bound(self):
        code = self.allow()["code"]
        self.denied(self.by_code(code, redirect_uri=f"{BACK}2"))
        code = self.allow()["code"]
        other = {"app": "sim-legacy", "secret": "sim-legacy-secret"}
        self.denied(self.by_code(code, **other))

    def test_pkce(self):
        public = {"client_id": "sim-public", "secret": None}
        found = self.carried(self.authorize(client_id="sim-public"))
        self.assertEqual(found["error"], "invalid_request", "a challenge is needed")
        challenge = {
            "client_id": "sim-public",
            "code_challenge": CHALLENGE,
            "code_challenge_method": "S256",
        }
        for verifier in ("wrong", ""):
            code = self.allow(**challenge)["code"]
            self.denied(self.by_code(code, code_verifier=verifier, **public))
        code = self.allow(**challenge)["code"]
        reply = self.by_code(code, code_verifier=VERIFIER, **public)
        self.assertEqual(reply.status, 200)
        plain = {**challenge, "code_challenge_method": "plain"}
        found = self.carried(self.authorize(**plain))
        self.assertEqual(found["error"], "invalid_request")

    def test_client_must_prove_itself(self):
        code = self.allow()["code"]
        self.denied(self.by_code(code, secret="wrong"), "invalid_client", 401)
        self.denied(self.by_code(code, app="nobody"), "invalid_client", 401)
        self.denied(self.by_code(code, secret=None), "invalid_client", 401)
        named = {"client_id": "sim-client", "client_secret": "sim-secret"}
        self.assertEqual(self.by_code(code, secret=None, **named).status, 200)

    def test_unknown_grant(self):
        reply = self.exchange(grant_type="password")
        self.denied(reply, "unsupported_grant_type")

    def test_refresh_rotates_with_half_an_hour_of_grace(self):
        old = self.by_code(self.allow()["code"]).json["refresh_token"]
        new = self.by_refresh(old).json["refresh_token"]
        self.assertNotEqual(new, old)
        self.control.advance(29 * 60)
        self.assertEqual(self.by_refresh(old).status, 200, "the answer may be lost")
        self.control.advance(60)
        self.denied(self.by_refresh(old))
        self.assertEqual(self.by_refresh(new).status, 200)

    def test_refresh_token_lives_sixty_days(self):
        old = self.by_code(self.allow()["code"]).json["refresh_token"]
        self.control.advance(60 * 86400 - 1)
        new = self.by_refresh(old).json["refresh_token"]
        self.control.advance(60 * 86400)
        self.denied(self.by_refresh(new))
        self.denied(self.by_refresh("made up"))

    def test_refresh_token_of_another_app(self):
        old = self.by_code(self.allow()["code"]).json["refresh_token"]
        other = {"app": "sim-legacy", "secret": "sim-legacy-secret"}
        form = {"grant_type": "refresh_token", "refresh_token": old}
        self.denied(self.exchange(**other, **form))

    def test_lost_answer_of_a_refresh(self):
        old = self.by_code(self.allow()["code"]).json["refresh_token"]
        self.control.add_fault("lost_after", path="/connect/token")
        with self.assertRaises(OSError):
            self.by_refresh(old)
        self.assertEqual(self.by_refresh(old).status, 200)

    def test_custom_connection(self):
        app = {"app": "sim-custom", "secret": "sim-custom-secret"}
        found = self.exchange(grant_type="client_credentials", **app).json
        self.assertNotIn("refresh_token", found)
        token = found["access_token"]
        self.assertEqual(len(self.connections(token)), 1)
        reply = self.api("GET", "/Organisation", token=token, xero_tenant_id="")
        self.assertEqual(reply.status, 200, "it needs no tenant id")
        broad = "accounting.transactions"
        asked = self.exchange(grant_type="client_credentials", scope=broad, **app)
        self.denied(asked, "invalid_scope")
        self.denied(
            self.exchange(grant_type="client_credentials"), "unauthorized_client"
        )

    def test_revoke(self):
        found = self.by_code(self.allow()["code"]).json
        reply = self.exchange(path="revocation", token=found["refresh_token"])
        self.assertEqual(reply.status, 200)
        self.denied(self.by_refresh(found["refresh_token"]))
        gone = self.api("GET", "/Contacts", token=found["access_token"])
        self.assertEqual(gone.status, 401)
        self.assertEqual(self.xero.world.identity.connections, {})


@tagged("-at_install", "post_install")
class TestSimulatorAccess(IdentityCase):
    def unauthorised(self, reply, detail):
        """Check the 401 and return its headers."""
        self.assertEqual(reply.status, 401)
        body = reply.json
        self.assertEqual((body["Title"], body["Detail"]), ("Unauthorized", detail))
        self.assertIsNone(body["Type"])
        return reply.headers

    def test_token_expires(self):
        token = self.by_code(self.allow()["code"]).json["access_token"]
        self.assertEqual(self.api("GET", "/Contacts", token=token).status, 200)
        self.control.advance(1800)
        headers = self.unauthorised(
            self.api("GET", "/Contacts", token=token), "TokenExpired"
        )
        self.assertNotIn("WWW-Authenticate", headers)

    def test_wrong_or_no_token(self):
        reply = self.api("GET", "/Contacts", token="nonsense")
        self.unauthorised(reply, "AuthenticationUnsuccessful")
        reply = self.api("GET", "/Contacts", Authorization="")
        self.unauthorised(reply, "AuthenticationUnsuccessful")

    def test_scope(self):
        code = self.allow(scope="accounting.contacts.read accounting.invoices")
        token = self.by_code(code["code"]).json["access_token"]
        self.assertEqual(self.api("GET", "/Contacts", token=token).status, 200)
        self.assertEqual(self.api("GET", "/Invoices", token=token).status, 200)
        for method, path in (
            ("PUT", "/Contacts"),
            ("GET", "/Payments"),
            ("GET", "/Organisation"),
            ("PUT", "/BankTransactions"),
        ):
            reply = self.api(method, path, {}, token=token)
            headers = self.unauthorised(reply, "AuthorizationUnsuccessful")
            self.assertEqual(headers["WWW-Authenticate"], "insufficient_scope")

    def test_broad_scope_of_an_old_app(self):
        grant = {"app": "sim-legacy", "scopes": "accounting.transactions"}
        token = self.control.grant(**grant)["access_token"]
        for path in ("/Invoices", "/Payments", "/BankTransactions"):
            self.assertEqual(self.api("GET", path, token=token).status, 200, path)
        self.assertEqual(self.api("GET", "/Contacts", token=token).status, 401)

    def test_tenant_must_be_connected(self):
        token = self.by_code(self.allow(self.first)["code"]).json["access_token"]
        for tenant in (self.second, "nonsense"):
            reply = self.api("GET", "/Contacts", token=token, tenant=tenant)
            self.assertEqual(reply.status, 403)
        missing = self.api("GET", "/Contacts", token=token, xero_tenant_id="")
        self.assertEqual(missing.status, 403)

    def test_connections(self):
        code = self.allow(self.first, self.second)["code"]
        token = self.by_code(code).json["access_token"]
        found = self.connections(token)
        self.assertEqual({c["tenantId"] for c in found}, {self.first, self.second})
        self.assertTrue(all(c["id"] != c["tenantId"] for c in found))
        self.assertEqual({c["tenantType"] for c in found}, {"ORGANISATION"})
        headers = {"Authorization": f"Bearer {token}"}
        path = f"/connections/{found[0]['id']}"
        for status in (204, 404):
            gone = send(self.xero.url, "DELETE", path, None, headers)
            self.assertEqual(gone.status, status)
        reply = self.api("GET", "/Contacts", token=token, tenant=found[0]["tenantId"])
        self.assertEqual(reply.status, 403)
        self.assertEqual(len(self.connections(token)), 1)

    def test_connecting_again_keeps_the_id(self):
        first = self.by_code(self.allow()["code"]).json["access_token"]
        before = self.connections(first)[0]
        self.control.advance(60)
        again = self.by_code(self.allow()["code"]).json["access_token"]
        after = self.connections(again)[0]
        self.assertEqual(after["id"], before["id"])
        self.assertNotEqual(after["authEventId"], before["authEventId"])
        self.assertGreater(after["updatedDateUtc"], before["updatedDateUtc"])

    def test_user_disconnects(self):
        token = self.by_code(self.allow()["code"]).json["access_token"]
        self.control.disconnect()
        self.assertEqual(self.api("GET", "/Contacts", token=token).status, 403)
        self.assertEqual(self.connections(token), [])

    def test_connections_need_a_token(self):
        reply = send(self.xero.url, "GET", "/connections")
        self.assertEqual(reply.status, 401)
        self.assertEqual(send(self.xero.url, "GET", "/nonsense").status, 404)
