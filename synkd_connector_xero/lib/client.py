# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The Accounting API: calls, limits and errors of one organisation."""

from dataclasses import dataclass

from . import dates, problems, wire
from .elements import find_words
from .problems import ApiError

ACCOUNTING_PATH = "/api.xro/2.0"
CONNECTIONS_PATH = "/connections"
OFFLINE_SECONDS = 300
CONCURRENT_SECONDS = 5
UNKNOWN_SECONDS = 60
LIMITS = {
    "minute": problems.MINUTE,
    "day": problems.DAY,
    "concurrent": problems.CONCURRENT,
    "appminute": problems.APP,
}
# Without Retry-After, for a day limit, when Xero forgot to tell.
DAY_SECONDS = 3600


@dataclass
class Limits:
    """Calls that are left, as the last answer told; -1 = unknown."""

    minute: int = -1
    day: int = -1
    app: int = -1


class XeroClient:
    """Talks to one organisation; knows nothing of Odoo.

    Nothing is sent again, except after a broken connection with the same key, and
    once with a fresh token after a 401.
    """

    def __init__(self, api_url, tenant_id, get_token, session=None):
        """Prepare calls.

        :param str api_url: address without a path, such as https://api.xero.com.
        :param str tenant_id: the organisation; "" with a custom connection.
        :param callable get_token: returns an access token; gets the one that was
            refused, or "".
        """
        self.api_url = api_url.rstrip("/")
        self.tenant_id = tenant_id
        self.get_token = get_token
        self.session = session or wire.open_session()
        self.limits = Limits()
        self.calls = 0

    # === CALLS === #

    def get(self, path, params=None, since=None):
        """Read; {} when nothing changed.

        :param str path: below the Accounting API, such as "/Contacts".
        :param datetime.datetime since: naive UTC; only what changed since then.
        :rtype: dict
        """
        headers = {"If-Modified-Since": dates.write_moment(since)} if since else {}
        return self._call("GET", self._accounting(path), params=params, headers=headers)

    def save(self, method, path, body, key="", params=None):
        """Create or change.

        :param str method: PUT or POST.
        :param dict body: sent as JSON.
        :param str key: makes the call repeatable for a few minutes.
        :rtype: dict
        """
        headers = {"Content-Type": "application/json"}
        if key:
            headers["Idempotency-Key"] = f"{self.tenant_id}:{key}"[:128]
        return self._call(
            method,
            self._accounting(path),
            params=params,
            headers=headers,
            data=wire.write_json(body),
            repeatable=bool(key),
        )

    def delete(self, path):
        """Remove; what is gone already counts as removed.

        :param str path: below the Accounting API.
        """
        self._delete(self._accounting(path))

    def read_connections(self):
        """Return the organisations that the login reaches.

        :rtype: list[dict]
        """
        found = self._call("GET", self.api_url + CONNECTIONS_PATH)
        return [each for each in found if isinstance(each, dict)]

    def delete_connection(self, connection_id):
        """Disconnect one organisation over there."""
        self._delete(f"{self.api_url}{CONNECTIONS_PATH}/{connection_id}")

    def _delete(self, url):
        try:
            self._call("DELETE", url)
        except ApiError as error:
            if error.problem != problems.NOT_FOUND:
                raise

    def _accounting(self, path):
        return f"{self.api_url}{ACCOUNTING_PATH}{path}"

    # === ONE CALL === #

    def _call(self, method, url, **given):
        """Make one call and return its body; {} for an empty one."""
        token = self.get_token("")
        answer = self._send(method, url, token, **given)
        if answer.status_code == 401 and not _lacks_scope(answer):
            answer = self._send(method, url, self.get_token(token), **given)
        if answer.status_code in (204, 304):
            return {}
        if answer.status_code != 200:
            raise to_error(answer)
        return wire.read_json(answer)

    def _send(self, method, url, token, headers=None, repeatable=False, **given):
        """Send once, and note the limits."""
        given["headers"] = {"Accept": "application/json", **(headers or {})}
        if self.tenant_id:
            given["headers"]["xero-tenant-id"] = self.tenant_id
        given["auth"] = _Bearer(token)
        repeatable = repeatable or method == "GET"
        self.calls += 1
        answer = wire.send(self.session, method, url, repeatable, **given)
        self._note_limits(answer.headers)
        return answer

    def _note_limits(self, headers):
        """Remember what is left."""
        names = {"minute": "MinLimit", "day": "DayLimit", "app": "AppMinLimit"}
        for name, header in names.items():
            told = headers.get(f"X-{header}-Remaining", "")
            if told.isdigit():
                setattr(self.limits, name, int(told))


class _Bearer:
    """Puts the token on a call; given as ``auth``, so that no .netrc replaces it."""

    def __init__(self, token):
        self._token = token

    def __call__(self, request):
        request.headers["Authorization"] = f"Bearer {self._token}"
        return request


# === ERRORS === #


def to_error(answer):
    """Return the error that an answer other than 200 means.

    :param requests.Response answer: the answer.
    :rtype: ApiError
    """
    status = answer.status_code
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
    return ApiError(problems.REFUSED, find_words(wire.read_dict(answer)) or str(status))


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
