# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A client that puts a login on each call, and tells what answers mean."""

import time

from . import body, dates, problems, session, shapes, wire
from .problems import ApiError

# What statuses mean; others say that the data was refused.
STATUSES = {
    401: problems.LOGIN,
    403: problems.SCOPE,
    404: problems.NOT_FOUND,
    429: problems.MINUTE,
    503: problems.PAUSED,
}
# A longer wait than this is no matter of a minute.
MINUTES = 3600
# How long to wait where nobody tells.
WAITS = {problems.MINUTE: 60, problems.PAUSED: 300}
MOST_WORDS = 500
# What stands in place of a secret that the other side repeats.
HIDDEN = "(hidden)"


class HttpClient:
    """Talks to one server; knows nothing of Odoo.

    Nothing is sent again, except after a broken connection with the same key, and
    once with a fresh token after a 401. Nor is anything written after something was
    read that made no sense: what is there may be what is about to be written.
    """

    # What can be read of answers; heirs tell the lists of their books.
    lists = shapes.Lists()
    # Fields whose exact texts are numbers over there.
    numbers = frozenset()
    # Seconds from one call of a client to its next, for books that want them apart.
    rest = 0.0

    def __init__(self, base_url, get_token, own_session=None):
        """Prepare calls.

        :param str base_url: address without a path, checked before.
        :param callable get_token: returns an access token; gets the one that was
            refused, or "".
        """
        self.base_url = base_url.rstrip("/")
        self.get_token = get_token
        self.session = own_session or session.open_session()
        self.calls = 0
        self._last_call = None
        # Which of the books that a login reaches calls are about; "": there is one.
        self.tenant_id = ""
        # What the answers told that no reader can read: ``Oddity``.
        self.odd = []

    # === CALLS === #

    def get(self, path, params=None, headers=None, most=None):
        """Read; {} when nothing changed, or when the answer is no object.

        :param str path: below the base address, with its slash.
        :param int most: bytes of the answer, where it may be longer than others.
        :rtype: dict
        """
        given = {"params": params, "headers": headers, "most": most}
        return self._readable(self._call("GET", self._url(path), **given))

    def find(self, path, params=None):
        """Read one record; None where there is none.

        :param str path: below the base address.
        :param dict params: of the address.
        :rtype: dict
        :raise ApiError: whatever else went wrong.
        """
        try:
            return self.get(path, params)
        except ApiError as error:
            if error.problem != problems.NOT_FOUND:
                raise
            return None

    def save(self, method, path, content, key="", params=None):
        """Create or change.

        :param str method: PUT, POST or PATCH.
        :param dict content: sent as JSON.
        :param str key: makes the call repeatable, for books that know such keys.
        :rtype: dict
        """
        self._check_read()
        headers = {"Content-Type": "application/json", **self._key_headers(key)}
        answer = self._call(
            method,
            self._url(path),
            params=params,
            headers=headers,
            data=body.write_json(content, self.numbers),
            repeatable=bool(key),
        )
        return self._readable(answer, needs_keys=False)

    def delete(self, path):
        """Remove; what is gone already counts as removed.

        :param str path: below the base address.
        """
        self._check_read()
        self._delete(self._url(path))

    def take_odd(self):
        """Return what could not be read since the last time.

        :rtype: tuple[Oddity]
        """
        odd, self.odd = tuple(self.odd), []
        return odd

    def take_calls(self):
        """Return how many calls were made since the last time.

        :rtype: int
        """
        calls, self.calls = self.calls, 0
        return calls

    def read_each(self, name, records, read):
        """Return what each record means; one that means nothing is told as odd.

        :param str name: of the list that they are from.
        :param callable read: gets a record.
        :rtype: list
        """
        found = []
        for record in records:
            try:
                found.append(read(record))
            except shapes.FAULTS as error:
                why = type(error).__name__
                self.odd.append(self.lists.to_oddity(name, record, why))
        return found

    def _check_read(self):
        """Refuse to write after something was read that made no sense.

        :raise ApiError: REFUSED, with what it was: nothing was written.
        """
        if self.odd:
            words = [f"{odd.what} {odd.name}: {odd.reason}" for odd in self.odd[:3]]
            raise ApiError(problems.REFUSED, "; ".join(words))

    def _readable(self, answer, needs_keys=True):
        """Return a body without the records that no reader can read."""
        if not isinstance(answer, dict):
            return {}
        found, odd = self.lists.split(answer, needs_keys)
        self.odd += odd
        return found

    def _delete(self, url):
        try:
            self._call("DELETE", url)
        except ApiError as error:
            if error.problem != problems.NOT_FOUND:
                raise

    def _url(self, path):
        return self.base_url + path

    # === HOOKS === #

    def read_tenants(self):
        """Return the books that the login reaches; [] where it reaches one only.

        :rtype: list[Tenant]
        """
        return []

    def leave(self, connection):
        """Tell the books that they are not talked to any more.

        :param str connection: see ``Tenant``.
        """

    def _key_headers(self, key):
        """Return the headers that make a write repeatable.

        :param str key: "" for none.
        :rtype: dict
        """
        return {"Idempotency-Key": key} if key else {}

    def _headers(self):
        """Return the headers that every call carries.

        :rtype: dict
        """
        return {"Accept": "application/json"}

    def _auth(self, token):
        """Return what puts the login on a call, as the library takes it.

        :param str token: as ``get_token`` gave it.
        """
        return _Bearer(token)

    def _secrets(self):
        """Return what must not be told to people, though the other side repeats it.

        :return: texts, the longest first.
        :rtype: list[str]
        """
        return []

    def _note_limits(self, headers):
        """Remember what an answer tells about limits."""

    def _is_hopeless(self, reply):
        """Whether a fresh token would not help after a 401."""
        return False

    def _to_error(self, reply):
        """Return the error that an answer other than 200 means.

        :param Reply reply: the answer.
        :rtype: ApiError
        """
        status = reply.status
        default = problems.SERVER if status >= 500 else problems.REFUSED
        problem = STATUSES.get(status, default if status >= 400 else problems.ADDRESS)
        if problem == problems.REFUSED:
            return ApiError(problem, self._words(reply) or str(status))
        told = reply.headers.get("Retry-After")
        seconds = dates.read_retry_after(told, dates.utc_now())
        if seconds is None:
            seconds = WAITS.get(problem)
        elif problem == problems.MINUTE and seconds > MINUTES:
            problem = problems.DAY
        return ApiError(problem, str(status), seconds)

    def _words(self, reply):
        """Return what an answer says about what was not taken, in its own words.

        :rtype: str
        """
        return self._hide(body.read_words(reply))[:MOST_WORDS]

    def _hide(self, text):
        """Return a text of the other side without our secrets in it.

        :rtype: str
        """
        for secret in self._secrets():
            text = text.replace(secret, HIDDEN)
        return text

    # === ONE CALL === #

    def _call(self, method, url, **given):
        """Make one call and return its body; {} for an empty one.

        :raise ApiError: when it failed.
        """
        token = self.get_token("")
        reply = self._send(method, url, token, **given)
        if reply.status == 401 and not self._is_hopeless(reply):
            fresh = self.get_token(token)
            reply = self._send(method, url, fresh, **given)
            if reply.status == 401 and fresh != token and not self._is_hopeless(reply):
                # The login itself was renewed just now, so it is not lost.
                raise ApiError(problems.RENEWED)
        if reply.status in (204, 304):
            return {}
        if reply.status not in wire.DONE:
            raise self._to_error(reply)
        return body.read_json(reply)

    def _send(self, method, url, token, headers=None, repeatable=False, **given):
        """Send once, and note the limits."""
        given["headers"] = {**self._headers(), **(headers or {})}
        given["auth"] = self._auth(token)
        self._await_turn()
        self.calls += 1
        repeatable = repeatable or method == "GET"
        reply = wire.send(self.session, method, url, repeatable, **given)
        self._note_limits(reply.headers)
        return reply

    def _await_turn(self):
        """Let a moment pass where books want calls apart; the engine sees to others."""
        now = time.monotonic()
        if self.rest and self._last_call is not None:
            pause = max(self._last_call + self.rest - now, 0)
            time.sleep(pause)
            now += pause
        self._last_call = now


class _Bearer:
    """Puts the token on a call; given as ``auth``, so that nothing replaces it."""

    def __init__(self, token):
        self._token = token

    def __call__(self, request):
        request.headers["Authorization"] = f"Bearer {self._token}"
        return request
