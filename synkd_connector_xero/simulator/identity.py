# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The identity server: apps, consent, tokens, connections."""

import base64
import hashlib
import html
import json
import secrets
import uuid
from urllib.parse import urlencode

from odoo.addons.synkd_connector_http.simulator.errors import Refused
from odoo.addons.synkd_connector_http.simulator.message import Answer

from .dates import twin
from .errors import forbidden, insufficient_scope, unauthorised

CODE_SECONDS = 5 * 60
ACCESS_SECONDS = 30 * 60
REFRESH_SECONDS = 60 * 86400
GRACE_SECONDS = 30 * 60
GRANULAR = (
    *("contacts", "invoices", "payments", "settings", "banktransactions"),
    *("attachments", "manualjournals", "budgets"),
)
SCOPES = {
    *("openid", "profile", "email", "offline_access"),
    *(f"accounting.{each}" for each in GRANULAR),
    *(f"accounting.{each}.read" for each in GRANULAR),
    "accounting.reports.balancesheet.read",
    "accounting.reports.profitandloss.read",
}
# What only apps from before March 2026 may still ask for, and what it opens.
BROAD = {
    f"accounting.transactions{read}": {
        f"accounting.{each}{read}"
        for each in ("invoices", "payments", "banktransactions", "manualjournals")
    }
    for read in ("", ".read")
}
APPS = {
    "sim-client": {"secret": "sim-secret"},
    "sim-public": {"secret": None},
    "sim-legacy": {"secret": "sim-legacy-secret", "legacy": True},
    "sim-custom": {"secret": "sim-custom-secret", "custom": True},
}
USER = "b3a1f6de-4c0f-4f5d-8a0e-6d2f1f3f9c03"
PAGE = """<!DOCTYPE html>
<meta charset="utf-8">
<title>Simulated Xero</title>
<style>
body {{font: 16px system-ui, sans-serif; background: #e9edf0; color: #1d252c}}
form {{max-width: 30rem; margin: 8vh auto; padding: 2rem; background: white;
      border-radius: 6px; box-shadow: 0 1px 6px #0003}}
h1 {{font-size: 1.3rem}} h2 {{font-size: 1rem; margin-top: 1.5rem}}
label {{display: block; padding: .4rem 0}} small, li {{color: #5b6770}}
ul {{font-size: .85rem; padding-left: 1.2rem}}
button {{font: inherit; padding: .5rem 1.2rem; margin-right: .5rem; cursor: pointer;
        border: 1px solid #0a78b5; border-radius: 4px; background: white}}
button[name=allow] {{background: #0a78b5; color: white}}
</style>
<form method="post">
<small>Simulated Xero</small>
<h1>{app} wants access to your organisations</h1>
<h2>Which ones?</h2>
{boxes}
<h2>It may</h2>
<ul>{scopes}</ul>
<button name="allow" value="1">Allow access</button>
<button name="deny" value="1">Cancel</button>
</form>
"""


def _oauth_error(error, status=400):
    return Refused(status, {"error": error})


class Identity:
    """Consent, tokens and connections of one world."""

    def __init__(self, world):
        """Start with the apps of `APPS` and nobody connected."""
        self.world, self.clock = world, world.clock
        self.apps = {key: dict(app) for key, app in APPS.items()}
        self.codes, self.access, self.refresh, self.connections = {}, {}, {}, {}

    # Consent

    def authorize(self, request):
        """Answer `/identity/connect/authorize`: the page, or where it leads."""
        form = request.form() if request.method == "POST" else {}
        query = request.query
        app = self.apps.get(query.get("client_id"))
        target = query.get("redirect_uri", "")
        allowed = app and app.get("redirect_uris")
        if not app or not target or (allowed and target not in allowed):
            text = "Error: unauthorized_client. Invalid client_id or redirect_uri"
            return Answer.text(text, 400)
        if problem := self._consent_problem(app, query):
            return self._redirect(target, query, error=problem)
        if self.world.options["auto_allow"] or query.get("auto"):
            return self._allow(query, target, self._auto_tenants())
        if request.method != "POST":
            return Answer.text(self._page(query), kind="text/html")
        if "allow" not in form or not form.get("tenant"):
            return self._redirect(target, query, error="access_denied")
        return self._allow(query, target, form["tenant"])

    def _auto_tenants(self):
        chosen = self.world.options["auto_allow"]
        return chosen if isinstance(chosen, list) else list(self.world.tenants)

    def _consent_problem(self, app, query):
        if query.get("response_type") != "code":
            return "unsupported_response_type"
        known = SCOPES | (set(BROAD) if app.get("legacy") else set())
        asked = query.get("scope", "").split()
        if not asked or not set(asked) <= known:
            return "invalid_scope"
        method = query.get("code_challenge_method")
        if "code_challenge" in query and method != "S256":
            return "invalid_request"
        public = app["secret"] is None
        return "invalid_request" if public and "code_challenge" not in query else ""

    def _redirect(self, target, query, **found):
        if "state" in query:
            found["state"] = query["state"]
        glue = "&" if "?" in target else "?"
        return Answer(302, b"", {"Location": f"{target}{glue}{urlencode(found)}"})

    def _page(self, query):
        app = html.escape(query["client_id"])
        boxes = "".join(
            f'<label><input type="checkbox" name="tenant" value="{each.id}"> '
            f"{html.escape(each.organisation['Name'])}"
            f" <small>({html.escape(each.currency)})</small></label>"
            for each in self.world.tenants.values()
        )
        scopes = "".join(
            f"<li>{html.escape(scope)}</li>" for scope in query.get("scope", "").split()
        )
        return PAGE.format(app=app, boxes=boxes, scopes=scopes)

    def _allow(self, query, target, tenant_ids):
        event = str(uuid.uuid4())
        for tenant_id in tenant_ids:
            self.connect(query["client_id"], tenant_id, event)
        code = secrets.token_urlsafe(24)
        self.codes[code] = {
            "app": query["client_id"],
            "redirect_uri": target,
            "scopes": query["scope"].split(),
            "challenge": query.get("code_challenge"),
            "event": event,
            "until": self.clock.timestamp() + CODE_SECONDS,
        }
        return self._redirect(target, query, code=code)

    def connect(self, app, tenant_id, event):
        """Connect an app to an organisation, or renew its connection."""
        now = self.clock.now()
        for found in self.connections.values():
            if (found["_app"], found["tenantId"]) == (app, tenant_id):
                found.update(authEventId=event, updatedDateUtc=twin(now))
                return found
        connection = {
            "id": str(uuid.uuid4()),
            "authEventId": event,
            "tenantId": tenant_id,
            "tenantType": "ORGANISATION",
            "tenantName": self.world.tenants[tenant_id].organisation["Name"],
            "createdDateUtc": twin(now),
            "updatedDateUtc": twin(now),
            "_app": app,
        }
        self.connections[connection["id"]] = connection
        return connection

    # Tokens

    def token(self, request):
        """Answer `/connect/token`."""
        form = {key: values[-1] for key, values in request.form().items()}
        app = self._client(request, form)
        grants = {
            "authorization_code": self._by_code,
            "refresh_token": self._by_refresh,
            "client_credentials": self._by_secret,
        }
        grant = grants.get(form.get("grant_type"))
        if not grant:
            raise _oauth_error("unsupported_grant_type")
        return Answer.json(grant(app, form), headers={"Cache-Control": "no-store"})

    def _client(self, request, form):
        name, secret = form.get("client_id"), form.get("client_secret")
        scheme, _blank, coded = request.header("authorization").partition(" ")
        if scheme.lower() == "basic":
            try:
                name, _colon, secret = base64.b64decode(coded).decode().partition(":")
            except ValueError:
                name = None
        app = self.apps.get(name)
        if not app or app["secret"] != secret:
            raise _oauth_error("invalid_client", 401)
        return name

    def _by_code(self, app, form):
        code = self.codes.pop(form.get("code"), None)
        if (
            not code
            or code["app"] != app
            or code["until"] <= self.clock.timestamp()
            or code["redirect_uri"] != form.get("redirect_uri")
            or not _proves(code["challenge"], form.get("code_verifier"))
        ):
            raise _oauth_error("invalid_grant")
        return self.mint(app, code["scopes"], code["event"])

    def _by_refresh(self, app, form):
        kept = self.refresh.get(form.get("refresh_token"))
        now = self.clock.timestamp()
        if not kept or kept["app"] != app or kept["until"] <= now:
            raise _oauth_error("invalid_grant")
        # The old token may be used again for half an hour: the answer may be lost.
        kept["until"] = min(kept["until"], now + GRACE_SECONDS)
        return self.mint(app, kept["scopes"], kept["event"])

    def _by_secret(self, app, form):
        if not self.apps[app].get("custom"):
            raise _oauth_error("unauthorized_client")
        asked = form.get("scope", "").split() or sorted(SCOPES - {"offline_access"})
        if not set(asked) <= SCOPES - {"offline_access"}:
            raise _oauth_error("invalid_scope")
        event = str(uuid.uuid4())
        if not any(each["_app"] == app for each in self.connections.values()):
            self.connect(app, next(iter(self.world.tenants)), event)
        return self.mint(app, asked, event)

    def mint(self, app, scopes, event):
        """Return a token answer for an app; the tokens are kept."""
        now = self.clock.timestamp()
        kept = {"app": app, "scopes": scopes, "event": event}
        claims = {
            "iss": "simulated-xero",
            "client_id": app,
            "xero_userid": USER,
            "authentication_event_id": event,
            "nbf": int(now),
            "exp": int(now) + ACCESS_SECONDS,
            "scope": scopes,
            "jti": secrets.token_hex(16),
        }
        access = _token(claims)
        self.access[access] = {**kept, "until": now + ACCESS_SECONDS}
        found = {
            "access_token": access,
            "expires_in": ACCESS_SECONDS,
            "token_type": "Bearer",
            "scope": " ".join(scopes),
        }
        if "openid" in scopes:
            found["id_token"] = _token({**claims, "aud": app, "sub": USER})
        if "offline_access" in scopes:
            found["refresh_token"] = secrets.token_urlsafe(32)
            self.refresh[found["refresh_token"]] = {
                **kept,
                "until": now + REFRESH_SECONDS,
            }
        return found

    def revoke(self, request):
        """Answer `/connect/revocation`: all of the app's tokens and connections go."""
        form = {key: values[-1] for key, values in request.form().items()}
        app = self._client(request, form)
        if form.get("token") in self.refresh:
            for table in (self.access, self.refresh):
                for token in [key for key, kept in table.items() if kept["app"] == app]:
                    del table[token]
            for key, each in list(self.connections.items()):
                if each["_app"] == app:
                    del self.connections[key]
        return Answer(200)

    # What a token may do

    def bearer(self, request):
        """Return what is kept of a request's access token.

        :raises Refused: 401.
        """
        scheme, _blank, token = request.header("authorization").partition(" ")
        kept = self.access.get(token) if scheme == "Bearer" else None
        if not kept:
            raise unauthorised("AuthenticationUnsuccessful", request.path)
        if kept["until"] <= self.clock.timestamp():
            raise unauthorised("TokenExpired", request.path)
        return kept

    def tenant_of(self, request, kept):
        """Return the organisation that a request is for.

        :raises Refused: 403, when the token's app is not connected to it.
        """
        wanted = request.header("xero-tenant-id")
        for each in self.connections.values():
            custom = self.apps[kept["app"]].get("custom") and not wanted
            if each["_app"] == kept["app"] and (custom or each["tenantId"] == wanted):
                return self.world.tenants[each["tenantId"]]
        raise forbidden(request.path)

    def check_scope(self, request, kept, areas):
        """Refuse a call that none of the token's scopes opens.

        :param areas: names such as "invoices", one of which must be granted.
        :raises Refused: 401 with `WWW-Authenticate: insufficient_scope`.
        """
        granted = set(kept["scopes"])
        for broad, opened in BROAD.items():
            if broad in granted:
                granted |= opened
        wanted = {f"accounting.{area}" for area in areas}
        if request.method == "GET":
            wanted |= {f"accounting.{area}.read" for area in areas}
        if not granted & wanted:
            raise insufficient_scope(request.path)

    # Connections

    def connections_call(self, request):
        """Answer `/connections` and `/connections/{id}`."""
        kept = self.bearer(request)
        mine = [c for c in self.connections.values() if c["_app"] == kept["app"]]
        wanted = request.path.strip("/").split("/")[1:]
        if request.method == "GET" and not wanted:
            event = request.query.get("authEventId")
            shown = [c for c in mine if not event or c["authEventId"] == event]
            return Answer.json([_shown(connection) for connection in shown])
        found = [c for c in mine if wanted == [c["id"]]]
        if request.method != "DELETE" or not found:
            return Answer(404)
        del self.connections[found[0]["id"]]
        return Answer(204)


def _shown(connection):
    return {key: value for key, value in connection.items() if key[0] != "_"}


def _proves(challenge, verifier):
    if not challenge:
        return True
    digest = hashlib.sha256((verifier or "").encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode() == challenge


def _token(claims):
    parts = ({"alg": "RS256", "typ": "JWT"}, claims)
    coded = [base64.urlsafe_b64encode(json.dumps(p).encode()) for p in parts]
    coded.append(secrets.token_urlsafe(24).encode())
    return ".".join(part.rstrip(b"=").decode() for part in coded)
