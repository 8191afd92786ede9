# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The Accounting API: calls, limits and errors of one organisation."""

from dataclasses import dataclass

from odoo.addons.synkd_connector_http.lib import body, problems
from odoo.addons.synkd_connector_http.lib import dates as moments
from odoo.addons.synkd_connector_http.lib.access import Tenant
from odoo.addons.synkd_connector_http.lib.address import part
from odoo.addons.synkd_connector_http.lib.client import HttpClient
from odoo.addons.synkd_connector_http.lib.problems import ApiError

from . import shape
from .elements import find_words

ACCOUNTING_PATH = "/api.xro/2.0"
CONNECTIONS_PATH = "/connections"
# What a login to Xero Practice Manager reaches, which keeps no books.
PRACTICE = "PRACTICE"
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

    lists = shape.LISTS
    numbers = NUMBERS

    def __init__(self, api_url, tenant_id, get_token, session=None):
        """Prepare calls.

        :param str api_url: address without a path, such as https://api.xero.com.
        :param str tenant_id: the organisation; "" with a custom connection.
        :param callable get_token: see ``HttpClient``.
        """
        super().__init__(api_url, get_token, session)
        self.tenant_id = tenant_id
        self.limits = Limits()

    # === CALLS === #

    def get(self, path, params=None, since=None, most=None):
        """Read; {} when nothing changed, or when the answer is no object.

        :param str path: below the Accounting API, such as "/Contacts".
        :param datetime.datetime since: naive UTC; only what changed since then.
        :param int most: bytes of the answer, where it may be longer than others.
        :rtype: dict
        """
        headers = {"If-Modified-Since": moments.write_moment(since)} if since else {}
        return super().get(path, params, headers, most)

    def read_tenants(self):
        """Override: the organisations that the login reaches, without practices."""
        found = self._call("GET", self.base_url + CONNECTIONS_PATH)
        found = found if isinstance(found, list) else []
        return [
            Tenant(each["tenantId"], each.get("tenantName") or "", each.get("id") or "")
            for each in found
            if _is_connection(each) and each.get("tenantType") != PRACTICE
        ]

    def leave(self, connection):
        """Override: disconnect one organisation over there."""
        self._delete(f"{self.base_url}{CONNECTIONS_PATH}/{part(connection)}")

    def _url(self, path):
        """Override: all is below the Accounting API, but for connections."""
        return f"{self.base_url}{ACCOUNTING_PATH}{path}"

    # === HOOKS === #

    def _headers(self):
        """Override: Xero wants to know which organisation is meant."""
        tenant = {"xero-tenant-id": self.tenant_id} if self.tenant_id else {}
        return {**super()._headers(), **tenant}

    def _key_headers(self, key):
        """Override: keys belong to an app, so that one is told from another books'."""
        found = f"{self.tenant_id}:{key}"[:128]
        return {"Idempotency-Key": found} if key else {}

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
    return moments.read_retry_after(
        answer.headers.get("Retry-After"), moments.utc_now()
    )


def _plain_words(answer):
    """Return a short plain text of an answer."""
    text = answer.text.strip()
    return "" if text[:1] in ("<", "{") else " ".join(text.split())[:200]
