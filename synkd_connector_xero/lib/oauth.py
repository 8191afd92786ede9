# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""OAuth 2.0: the address of the login, and the three ways to a token."""

import base64
import hashlib
import secrets
from dataclasses import dataclass
from urllib.parse import urlencode

from . import problems, wire
from .client import to_error
from .problems import ApiError

AUTHORIZE_PATH = "/identity/connect/authorize"
TOKEN_PATH = "/connect/token"
SECONDS = 20


@dataclass(frozen=True)
class Tokens:
    """What the identity server gave.

    :param str access: opens the API for a short while.
    :param str refresh: gives the next pair, once; "" for custom connections.
    :param int seconds: how long the access token lives.
    :param str scopes: what it opens, separated by blanks.
    """

    access: str
    refresh: str
    seconds: int
    scopes: str

    def __repr__(self):
        """Keep tokens out of logs and tracebacks."""
        return f"Tokens(seconds={self.seconds}, scopes={self.scopes!r})"


def new_secret():
    """Return a text that nobody guesses: a state, or a verifier of PKCE.

    :rtype: str
    """
    return secrets.token_urlsafe(48)


def challenge(verifier):
    """Return what PKCE shows of a verifier.

    :rtype: str
    """
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def authorize_url(login_url, client_id, redirect_uri, scopes, state, verifier):
    """Return the address that a person logs in at.

    :param str login_url: address without a path.
    :param tuple scopes: names of scopes.
    :rtype: str
    """
    query = {
        "response_type": "code",
        "client_id": client_id,
        "redirect_uri": redirect_uri,
        "scope": " ".join(scopes),
        "state": state,
        "code_challenge": challenge(verifier),
        "code_challenge_method": "S256",
    }
    return f"{login_url.rstrip('/')}{AUTHORIZE_PATH}?{urlencode(query)}"


class IdentityClient:
    """Asks the identity server for tokens."""

    def __init__(self, identity_url, client_id, client_secret="", session=None):
        """Prepare calls.

        :param str identity_url: address without a path.
        :param str client_secret: "" for an app that proves itself by PKCE alone.
        """
        self.url = identity_url.rstrip("/") + TOKEN_PATH
        self.client_id = client_id
        self._secret = client_secret
        self.session = session or wire.open_session()

    def by_code(self, code, redirect_uri, verifier):
        """Exchange the code that a login gave; it can be used once.

        :rtype: Tokens
        """
        return self._ask(
            grant_type="authorization_code",
            code=code,
            redirect_uri=redirect_uri,
            code_verifier=verifier,
        )

    def by_refresh(self, refresh):
        """Exchange a refresh token.

        An answer that is lost is asked for again with the same token: Xero takes the
        old one for half an hour more.

        :rtype: Tokens
        """
        return self._ask(
            repeatable=True, grant_type="refresh_token", refresh_token=refresh
        )

    def by_secret(self, scopes):
        """Log in as a custom connection.

        :param tuple scopes: names of scopes.
        :rtype: Tokens
        """
        scope = " ".join(name for name in scopes if name != "offline_access")
        return self._ask(repeatable=True, grant_type="client_credentials", scope=scope)

    def _ask(self, repeatable=False, **form):
        """Make one call to the token endpoint.

        :raise ApiError: LOGIN when a person must log in again, CLIENT when the app's
            own id or secret is wrong.
        """
        given = {"data": form, "timeout": SECONDS}
        given["headers"] = {"Accept": "application/json"}
        if self._secret:
            given["auth"] = (self.client_id, self._secret)
        else:
            form["client_id"] = self.client_id
        answer = wire.send(self.session, "POST", self.url, repeatable, **given)
        body = wire.read_dict(answer)
        if answer.status_code != 200:
            raise _to_error(answer, body)
        return _read_tokens(body)


def _read_tokens(body):
    """Return the tokens of an answer.

    :raise ApiError: when it holds none.
    """
    if not body.get("access_token"):
        raise ApiError(problems.UNREADABLE)
    return Tokens(
        access=str(body["access_token"]),
        refresh=str(body.get("refresh_token") or ""),
        seconds=int(body.get("expires_in") or 0),
        scopes=str(body.get("scope") or ""),
    )


def _to_error(answer, body):
    """Return the error of a refused call to the token endpoint."""
    told = str(body.get("error") or "")
    if told == "invalid_grant":
        return ApiError(problems.LOGIN, told)
    if told == "invalid_scope":
        return ApiError(problems.SCOPE, told)
    if answer.status_code in (400, 401, 403):
        return ApiError(problems.CLIENT, told or str(answer.status_code))
    return to_error(answer)
