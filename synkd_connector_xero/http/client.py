# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A client that puts a login on each call; what answers mean is its heirs' business."""

from . import body, problems, session, wire
from .problems import ApiError


class HttpClient:
    """Talks to one server; knows nothing of Odoo.

    Nothing is sent again, except after a broken connection with the same key, and
    once with a fresh token after a 401.
    """

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

    # === HOOKS === #

    def _headers(self):
        """Return the headers that every call carries.

        :rtype: dict
        """
        return {"Accept": "application/json"}

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
        raise NotImplementedError

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
        if reply.status != 200:
            raise self._to_error(reply)
        return body.read_json(reply)

    def _send(self, method, url, token, headers=None, repeatable=False, **given):
        """Send once, and note the limits."""
        given["headers"] = {**self._headers(), **(headers or {})}
        given["auth"] = _Bearer(token)
        self.calls += 1
        repeatable = repeatable or method == "GET"
        reply = wire.send(self.session, method, url, repeatable, **given)
        self._note_limits(reply.headers)
        return reply


class _Bearer:
    """Puts the token on a call; given as ``auth``, so that nothing replaces it."""

    def __init__(self, token):
        self._token = token

    def __call__(self, request):
        request.headers["Authorization"] = f"Bearer {self._token}"
        return request
