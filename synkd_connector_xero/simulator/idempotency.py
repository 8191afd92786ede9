# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Idempotency-Key: the same call within six minutes gets the same answer again."""

import hashlib

from .errors import bad_request

KEEP_SECONDS = 360
MAX_LENGTH = 128
METHODS = ("POST", "PUT", "PATCH")


class Keys:
    """The keys that apps have used, and what was answered to each.

    A key belongs to an app, not to a tenant: the tenant is a header and no part of
    what is compared, which is how a key used for two tenants answers for the wrong one.
    """

    def __init__(self, clock):
        """Keep keys for six minutes of `clock`."""
        self.clock = clock
        self.kept = {}

    def lookup(self, app, key, request):
        """Return the kept answer to the same request, or None.

        :param request: `(method, url, body bytes)`.
        :raises Refused: 400, for a key that is too long or was used otherwise.
        """
        if len(key) > MAX_LENGTH:
            raise bad_request(
                "Idempotency-Key is longer than 128 characters", 0, "BadRequest"
            )
        found = self.kept.get((app, key))
        if not found or self.clock.timestamp() - found["first"] >= KEEP_SECONDS:
            return None
        if found["print"] != _fingerprint(request):
            text = "Idempotency-Key was already used for a different request"
            raise bad_request(text, 0, "BadRequest")
        return found["answer"]

    def keep(self, app, key, request, answer):
        """Remember an answer, errors too; the six minutes run from now."""
        self.kept[app, key] = {
            "first": self.clock.timestamp(),
            "print": _fingerprint(request),
            "answer": answer,
        }


def _fingerprint(request):
    method, url, body = request
    return hashlib.sha256(f"{method} {url}\n".encode() + body).hexdigest()
