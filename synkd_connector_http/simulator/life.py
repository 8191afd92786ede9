# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What happens to an authenticated call: limits, faults, idempotency, answer."""

import time
from dataclasses import dataclass
from typing import Any

from .errors import Dropped, Refused
from .idempotency import METHODS
from .message import Answer

HOLD_SECONDS = 60


@dataclass
class Call:
    """One authenticated call: whose, on which books, and what was sent."""

    world: Any
    request: Any
    tenant_id: str = ""
    app: str = ""

    @property
    def query(self):
        """Return the query parameters."""
        return self.request.query


class Life:
    """The life of a call; an heir says how its books fail."""

    max_body = 3_500_000

    # How these books say it

    def denied(self):
        """Return the refusal of a token that is worth nothing."""
        return Refused(401, {"message": "Unauthorized"})

    def paused(self):
        """Return the refusal of books that are away for a while."""
        return Refused(503, "Service Unavailable")

    def broken(self):
        """Return the refusal that tells of a fault of the books."""
        return Refused(500, {"message": "Internal Server Error"})

    def render(self, call, found):
        """Return the answer of what a function found that is none yet."""
        return Answer.json(found)

    def refused(self, error):
        """Return the answer that a refusal stands for."""
        return Answer.refused(error)

    # From the limits to the answer

    def run(self, call, function, parts, struck):
        """Answer a call.

        Limits come first: a replay costs a call too, and a 429 wrote nothing.

        :param function: gets the call and the parts of its path.
        :param struck: the faults that hit it.
        :raises Dropped: when the connection is to be closed without an answer.
        """
        limits, tenant = call.world.limits, call.tenant_id
        try:
            for kind in struck:
                if kind.startswith("429_"):
                    raise limits.refusal(tenant, kind[4:])
            limits.enter(tenant)
        except Refused as error:
            return self.refused(error)
        try:
            self.gate(call.world, struck)
            with call.world.lock:
                return self._once(call, function, parts, struck)
        finally:
            limits.leave(tenant)

    def gate(self, world, struck):
        """Let the faults strike that come before anything is done.

        :raises Dropped: to close the connection; :raises Refused: 401, 503.
        """
        if "slow" in struck:
            time.sleep(struck["slow"].seconds)
        if "hold" in struck:
            world.faults.hold(HOLD_SECONDS)
        if "lost_before" in struck:
            raise Dropped()
        if "401" in struck:
            raise self.denied()
        if "page" in struck:
            raise Refused(200, "<html><body>We will be back soon</body></html>")
        if "503" in struck:
            raise self.paused()

    def _once(self, call, function, parts, struck):
        """Answer a call, or answer again what its Idempotency-Key was answered."""
        request, keys = call.request, call.world.keys
        key = request.header("idempotency-key")
        if not key or request.method not in METHODS:
            return self._answer(call, function, parts, struck)
        what = (request.method, request.url, request.body)
        try:
            found = keys.lookup(call.app, key, what)
        except Refused as error:
            return self.refused(error)
        if found is None:
            found = self._answer(call, function, parts, struck)
            keys.keep(call.app, key, what, found)
        return Answer(found.status, found.body, dict(found.headers))

    def _answer(self, call, function, parts, struck):
        try:
            if "500" in struck:
                raise self.broken()
            if len(call.request.body) > self.max_body:
                raise Refused(413, "Request Entity Too Large")
            found = function(call, *parts)
            if "500_after" in struck:
                raise self.broken()
        except Refused as error:
            return self.refused(error)
        return found if isinstance(found, Answer) else self.render(call, found)
