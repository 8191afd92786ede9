# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""OAuth 2.0: the address of the login, and the three ways to a token."""

import base64
import hashlib
import secrets
from dataclasses import dataclass
from urllib.parse import urlencode

from . import body, problems, session, wire
from .problems import ApiError

SECONDS = 20
# Tokens are small.
MOST_BYTES = 256 * 1024
# A token that is said to live longer is asked for anew after a day.
LONGEST = 86400


@dataclass(frozen=True)
class Tokens:
    """What the identity server gave.

    :param str access: opens the API for a short while.
    :param str refresh: gives the next pair, once; "" for an app's own login.
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


def authorize_url(page, client_id, redirect_uri, scopes, state, verifier):
    """Return the address that a person logs in at.

    :param str page: address of the login, without a query.
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
    return f"{page}?{urlencode(query)}"


class IdentityClient:
    """Asks the identity server for tokens."""

    def __init__(
        self, token_url, client_id, client_secret="", to_error=None, own_session=None
    ):
        """Prepare calls.

        :param str token_url: address of the token endpoint.
        :param str client_secret: "" for an app that proves itself by PKCE alone.
        :param callable to_error: makes an ApiError of a reply that OAuth says nothing
            about.
        """
        self.url = token_url
        self.client_id = client_id
        self._secret = client_secret
        self._to_error = to_error or _unknown_error
        self.session = own_session or session.open_session()

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

        An answer that is lost is asked for again with the same token: servers that
        make it new each time take the old one for a while more.

        :rtype: Tokens
        """
        return self._ask(
            repeatable=True, grant_type="refresh_token", refresh_token=refresh
        )

    def by_secret(self, scopes):
        """Log in as the app itself.

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
        reply = wire.send(
            self.session, "POST", self.url, repeatable, MOST_BYTES, **given
        )
        told = body.read_dict(reply)
        if reply.status != 200:
            raise _refusal(reply, told) or self._to_error(reply)
        return _read_tokens(told)


def _read_tokens(told):
    """Return the tokens of an answer.

    :raise ApiError: when it holds none.
    """
    access, refresh = told.get("access_token"), told.get("refresh_token") or ""
    if not access or not isinstance(access, str) or not isinstance(refresh, str):
        raise ApiError(problems.UNREADABLE)
    if not (access + refresh).isascii() or not (access + refresh).isprintable():
        raise ApiError(problems.UNREADABLE)
    return Tokens(access, refresh, _seconds(told), str(told.get("scope") or ""))


def _seconds(told):
    """Return how long a token lives; 0 when that makes no sense."""
    try:
        return max(0, min(int(told.get("expires_in") or 0), LONGEST))
    except (TypeError, ValueError, OverflowError):
        return 0


def _refusal(reply, told):
    """Return the error of a refused call as OAuth tells it, or None."""
    code = str(told.get("error") or "")[:60]
    if code == "invalid_grant":
        return ApiError(problems.LOGIN, code)
    if code == "invalid_scope":
        return ApiError(problems.SCOPE, code)
    if reply.status in (400, 401, 403):
        return ApiError(problems.CLIENT, code or str(reply.status))
    return None


def _unknown_error(reply):
    """Return the error of a status that says nothing about the login."""
    problem = problems.SERVER if reply.status >= 500 else problems.ADDRESS
    return ApiError(problem, str(reply.status))
