# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The Accounting API: calls, limits and errors of one organisation."""

from dataclasses import dataclass

from ..http import body, problems
from ..http.address import part
from ..http.client import HttpClient
from ..http.oauth import IdentityClient
from ..http.problems import ApiError
from . import dates, shape
from .elements import find_words

ACCOUNTING_PATH = "/api.xro/2.0"
CONNECTIONS_PATH = "/connections"
AUTHORIZE_PATH = "/identity/connect/authorize"
TOKEN_PATH = "/connect/token"
OFFLINE_SECONDS = 300
CONCURRENT_SECONDS = 5
UNKNOWN_SECONDS = 60
LIMITS = {
    "minute": problems.MINUTE,
    "day": problems.DAY,
    "concurrent": problems.CONCURRENT,
    "appminute": problems.APP,
}
# What payloads keep as exact texts, and Xero's contract wants as numbers.
NUMBERS = frozenset(
    ("Quantity", "UnitAmount", "LineAmount", "TaxAmount", "DiscountRate")
    + ("DiscountAmount", "Amount", "BankAmount", "CurrencyRate")
)
# A count of calls has fewer.
DIGITS = 10
# Without Retry-After, for a day limit, when Xero forgot to tell.
DAY_SECONDS = 3600


@dataclass
class Limits:
    """Calls that are left, as the last answer told; -1 = unknown."""

    minute: int = -1
    day: int = -1
    app: int = -1


class XeroClient(HttpClient):
    """Talks to one organisation."""

    def __init__(self, api_url, tenant_id, get_token, session=None):
        """Prepare calls.

        :param str api_url: address without a path, such as https://api.xero.com.
        :param str tenant_id: the organisation; "" with a custom connection.
        :param callable get_token: see ``HttpClient``.
        """
        super().__init__(api_url, get_token, session)
        self.tenant_id = tenant_id
        self.limits = Limits()
        # What the answers told that no reader can read: ``Oddity``.
        self.odd = []

    # === CALLS === #

    def get(self, path, params=None, since=None):
        """Read; {} when nothing changed, or when the answer is no object.

        :param str path: below the Accounting API, such as "/Contacts".
        :param datetime.datetime since: naive UTC; only what changed since then.
        :rtype: dict
        """
        headers = {"If-Modified-Since": dates.write_moment(since)} if since else {}
        url = self._accounting(path)
        return self._readable(self._call("GET", url, params=params, headers=headers))

    def save(self, method, path, content, key="", params=None):
        """Create or change.

        :param str method: PUT or POST.
        :param dict content: sent as JSON.
        :param str key: makes the call repeatable for a few minutes.
        :rtype: dict
        """
        self._check_read()
        headers = {"Content-Type": "application/json"}
        if key:
            headers["Idempotency-Key"] = f"{self.tenant_id}:{key}"[:128]
        answer = self._call(
            method,
            self._accounting(path),
            params=params,
            headers=headers,
            data=body.write_json(content, NUMBERS),
            repeatable=bool(key),
        )
        return self._readable(answer, needs_keys=False)

    def delete(self, path):
        """Remove; what is gone already counts as removed.

        :param str path: below the Accounting API.
        """
        self._check_read()
        self._delete(self._accounting(path))

    def read_connections(self):
        """Return the organisations that the login reaches.

        :rtype: list[dict]
        """
        found = self._call("GET", self.base_url + CONNECTIONS_PATH)
        found = found if isinstance(found, list) else []
        return [each for each in found if _is_connection(each)]

    def delete_connection(self, connection_id):
        """Disconnect one organisation over there."""
        self._delete(f"{self.base_url}{CONNECTIONS_PATH}/{part(connection_id)}")

    def take_odd(self):
        """Return what could not be read since the last time.

        :rtype: tuple[Oddity]
        """
        odd, self.odd = tuple(self.odd), []
        return odd

    def _check_read(self):
        """Refuse to write after something was read that made no sense.

        What is there may be what is about to be written.

        :raise ApiError: REFUSED, with what it was: nothing was written.
        """
        if self.odd:
            words = [f"{odd.what} {odd.name}: {odd.reason}" for odd in self.odd[:3]]
            raise ApiError(problems.REFUSED, "; ".join(words))

    def _readable(self, answer, needs_keys=True):
        """Return a body without the records that no reader can read."""
        if not isinstance(answer, dict):
            return {}
        found, odd = shape.split(answer, needs_keys)
        self.odd += odd
        return found

    def _delete(self, url):
        try:
            self._call("DELETE", url)
        except ApiError as error:
            if error.problem != problems.NOT_FOUND:
                raise

    def _accounting(self, path):
        return f"{self.base_url}{ACCOUNTING_PATH}{path}"

    # === HOOKS === #

    def _headers(self):
        """Override: Xero wants to know which organisation is meant."""
        tenant = {"xero-tenant-id": self.tenant_id} if self.tenant_id else {}
        return {**super()._headers(), **tenant}

    def _note_limits(self, headers):
        """Override: remember what is left."""
        names = {"minute": "MinLimit", "day": "DayLimit", "app": "AppMinLimit"}
        for name, header in names.items():
            told = headers.get(f"X-{header}-Remaining", "")
            if told.isascii() and told.isdigit() and len(told) < DIGITS:
                setattr(self.limits, name, int(told))

    def _is_hopeless(self, reply):
        """Override: a fresh token has no more scopes."""
        return _lacks_scope(reply)

    def _to_error(self, reply):
        """Override: what Xero's statuses mean."""
        return to_error(reply)


def _is_connection(found):
    """Whether Xero tells of a connection as it should: all that is used are texts."""
    if not isinstance(found, dict) or not found.get("tenantId"):
        return False
    names = ("id", "tenantId", "tenantName", "tenantType")
    return all(isinstance(found.get(name), (str, type(None))) for name in names)


def open_identity(identity_url, client_id, client_secret=""):
    """Return the client of Xero's identity server.

    :param str identity_url: address without a path.
    :rtype: IdentityClient
    """
    url = identity_url.rstrip("/") + TOKEN_PATH
    return IdentityClient(url, client_id, client_secret, to_error)


# === ERRORS === #


def to_error(answer):
    """Return the error that an answer other than 200 means.

    :param Reply answer: the answer.
    :rtype: ApiError
    """
    status = answer.status
    if status == 429:
        return _limit_error(answer)
    if status == 503:
        seconds = _wait_of(answer) or OFFLINE_SECONDS
        return ApiError(problems.PAUSED, _plain_words(answer), seconds)
    if status >= 500:
        return ApiError(problems.SERVER, str(status), _wait_of(answer))
    if status == 401:
        problem = problems.SCOPE if _lacks_scope(answer) else problems.LOGIN
        return ApiError(problem)
    known = {403: problems.TENANT, 404: problems.NOT_FOUND, 412: problems.ADDRESS}
    if status in known:
        return ApiError(known[status], str(status))
    if status < 400:
        return ApiError(problems.ADDRESS, str(status))
    return ApiError(problems.REFUSED, find_words(body.read_dict(answer)) or str(status))


def _lacks_scope(answer):
    """Whether a 401 is about scopes: Xero's own pages spell it in two ways."""
    told = answer.headers.get("WWW-Authenticate", "").lower().replace("_", "")
    return "insufficientscope" in told or "insufficentscope" in told


def _limit_error(answer):
    """Return the error of a 429, with the time that Xero told."""
    told = answer.headers.get("X-Rate-Limit-Problem", "").lower()
    problem = LIMITS.get(told, problems.MINUTE)
    default = {problems.CONCURRENT: CONCURRENT_SECONDS, problems.DAY: DAY_SECONDS}
    seconds = _wait_of(answer)
    if seconds is None:
        seconds = default.get(problem, UNKNOWN_SECONDS)
    return ApiError(problem, "", seconds)


def _wait_of(answer):
    return dates.read_retry_after(answer.headers.get("Retry-After"), dates.utc_now())


def _plain_words(answer):
    """Return a short plain text of an answer."""
    text = answer.text.strip()
    return "" if text[:1] in ("<", "{") else " ".join(text.split())[:200]
