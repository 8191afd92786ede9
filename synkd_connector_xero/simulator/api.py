# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What happens to a call of the Accounting API, from the token to the answer."""

from odoo.addons.synkd_connector_http.simulator import Answer, Life, Refused

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
from .errors import not_found, unauthorised
from .routing import ROUTES, Call
from .state import new_id

HOST = "https://api.xero.com"
# Beyond this, Xero's front answers 404: about 52 to 56 ids in `IDs=`.
MAX_URL = 2091


class XeroLife(Life):
    """The life of a call to Xero."""

    def denied(self):
        """Return Xero's 401."""
        return unauthorised()

    def paused(self):
        """Return Xero's 503."""
        return Refused(503, "The Organisation is offline")

    def broken(self):
        """Return Xero's 500."""
        return Refused(500, {"Type": None, "Title": "Internal Server Error"})

    def refused(self, error):
        """Return the answer of a refusal, with Xero's dates and amounts."""
        body = error.body if isinstance(error.body, str) else wire.plain(error.body)
        return Answer.refused(Refused(error.status, body, error.headers))

    def render(self, call, found):
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


LIFE = XeroLife()


def handle(world, request, struck):
    """Answer one call below /api.xro/2.0; `struck` are the faults that hit it."""
    if len(HOST + request.url) > MAX_URL:
        raise not_found()
    kept = world.identity.bearer(request)
    tenant = world.identity.tenant_of(request, kept)
    function, parts, areas = ROUTES.find(request.method, request.path)
    world.identity.check_scope(request, kept, areas)
    call = Call(world, request, tenant.id, kept["app"], tenant)
    answer = LIFE.run(call, function, parts, struck)
    answer.headers.update(world.limits.headers(tenant.id))
    if not request.path.endswith("/Organisation"):
        world.egress += len(answer.body)
    return answer
