# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Idempotency-Key: the same call within a while gets the same answer again."""

import hashlib

from .errors import Refused

METHODS = ("POST", "PUT", "PATCH")


class Keys:
    """The keys that apps have used, and what was answered to each."""

    # How long a key is known, and how long it may be.
    seconds = 86400
    length = 255

    def __init__(self, clock):
        """Keep keys by the time of `clock`."""
        self.clock = clock
        self.kept = {}

    def refuse(self, text):
        """Return the refusal of a key."""
        return Refused(400, {"message": text})

    def lookup(self, app, key, request):
        """Return the kept answer to the same request, or None.

        :param request: `(method, url, body bytes)`.
        :raises Refused: for a key that is too long or was used otherwise.
        """
        if len(key) > self.length:
            raise self.refuse(
                f"Idempotency-Key is longer than {self.length} characters"
            )
        found = self.kept.get((app, key))
        if not found or self.clock.timestamp() - found["first"] >= self.seconds:
            return None
        if found["print"] != _fingerprint(request):
            raise self.refuse(
                "Idempotency-Key was already used for a different request"
            )
        return found["answer"]

    def keep(self, app, key, request, answer):
        """Remember an answer, errors too; its time runs from now."""
        self.kept[app, key] = {
            "first": self.clock.timestamp(),
            "print": _fingerprint(request),
            "answer": answer,
        }


def _fingerprint(request):
    method, url, body = request
    return hashlib.sha256(f"{method} {url}\n".encode() + body).hexdigest()
