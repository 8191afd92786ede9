# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What happens to a call of the Accounting API, from the token to the answer."""

import time

from . import (  # noqa: F401  these register their routes
    allocations,
    bank_transactions,
    contacts,
    credit_notes,
    groups,
    history,
    invoices,
    payments,
    settings,
    wire,
)
from .errors import Dropped, Refused, not_found, unauthorised
from .idempotency import METHODS
from .message import Answer
from .routing import Call, find
from .state import new_id

HOST = "https://api.xero.com"
# Beyond this, Xero's front answers 404: about 52 to 56 ids in `IDs=`.
MAX_URL = 2091
MAX_BODY = 3_500_000
HOLD_SECONDS = 60


def handle(world, request, struck):
    """Answer one call below /api.xro/2.0; `struck` are the faults that hit it."""
    if len(HOST + request.url) > MAX_URL:
        raise not_found()
    kept = world.identity.bearer(request)
    tenant = world.identity.tenant_of(request, kept)
    function, parts, areas = find(request.method, request.path)
    world.identity.check_scope(request, kept, areas)
    answer = _within_limits(
        Call(world, tenant, request, kept["app"]), function, parts, struck
    )
    answer.headers.update(world.limits.headers(tenant.id))
    if not request.path.endswith("/Organisation"):
        world.egress += len(answer.body)
    return answer


def _within_limits(call, function, parts, struck):
    """Limits come first: a replay costs a call too, and a 429 wrote nothing."""
    limits, tenant_id = call.world.limits, call.tenant.id
    try:
        for kind in struck:
            if kind.startswith("429_"):
                raise limits.refusal(tenant_id, kind[4:])
        limits.enter(tenant_id)
    except Refused as error:
        return Answer.refused(error)
    try:
        gate(call.world, struck)
        with call.world.lock:
            return _once(call, function, parts, struck)
    finally:
        limits.leave(tenant_id)


def gate(world, struck):
    """Let the faults strike that come before anything is done.

    :raises Dropped: to close the connection; :raises Refused: 503.
    """
    if "slow" in struck:
        time.sleep(struck["slow"].seconds)
    if "hold" in struck:
        world.faults.hold(HOLD_SECONDS)
    if "lost_before" in struck:
        raise Dropped()
    if "401" in struck:
        raise unauthorised()
    if "page" in struck:
        raise Refused(200, "<html><body>We will be back soon</body></html>")
    if "503" in struck:
        raise Refused(503, "The Organisation is offline")


def _once(call, function, parts, struck):
    """Answer a call, or answer again what its Idempotency-Key was answered."""
    request, keys = call.request, call.world.keys
    key = request.header("idempotency-key")
    if not key or request.method not in METHODS:
        return _answer(call, function, parts, struck)
    what = (request.method, request.url, request.body)
    try:
        found = keys.lookup(call.app, key, what)
    except Refused as error:
        return Answer.refused(error)
    if found is None:
        found = _answer(call, function, parts, struck)
        keys.keep(call.app, key, what, found)
    return Answer(found.status, found.body, dict(found.headers))


def _answer(call, function, parts, struck):
    broken = Refused(500, {"Type": None, "Title": "Internal Server Error"})
    try:
        if "500" in struck:
            raise broken
        if len(call.request.body) > MAX_BODY:
            raise Refused(413, "Request Entity Too Large")
        found = function(call, *parts)
        if "500_after" in struck:
            raise broken
    except Refused as error:
        return Answer.refused(error)
    return found if isinstance(found, Answer) else _rendered(call, found)


def _rendered(call, found):
    """Return what a function found, with Xero's envelope, as JSON or as XML."""
    envelope = {
        "Id": new_id(),
        "Status": "OK",
        "ProviderName": "Xero simulator",
        "DateTimeUTC": wire.plain(call.world.clock.now()),
        **found,
    }
    if call.request.wants_json:
        return Answer.json(envelope)
    return Answer.text(wire.to_xml("Response", envelope), kind="text/xml")
