# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The simulated Xero as an HTTP server on the loopback."""

from odoo.addons.synkd_connector_http.simulator import Refused
from odoo.addons.synkd_connector_http.simulator import Simulator as KitSimulator

from . import api
from .contract import CONTRACT
from .control import Control
from .errors import not_found
from .routing import PREFIX
from .state import World


class Simulator(KitSimulator):
    """A simulated Xero, to be used as a context manager.

    ::

        with Simulator() as xero:
            xero.url                       # http://127.0.0.1:<free port>
            xero.control.add_fault("lost_after", method="PUT", path="/Invoices")
    """

    world_class, control_class = World, Control
    life = api.LIFE
    contract = CONTRACT
    log_variable = "SYNKD_XERO_LOG"
    server_version = "XeroSimulator"

    def handle(self, request, struck):
        """Answer a call of the Accounting API, or of the identity server."""
        if request.path.startswith(PREFIX):
            return api.handle(self.world, request, struck)
        return self._identity(request, struck)

    def _identity(self, request, struck):
        """Answer what is not the Accounting API: consent, tokens, connections."""
        identity = self.world.identity
        self.life.gate(self.world, struck)
        if "500" in struck:
            raise Refused(500, {"error": "server_error"})
        calls = {
            ("GET", "authorize"): identity.authorize,
            ("POST", "authorize"): identity.authorize,
            ("POST", "token"): identity.token,
            ("POST", "revocation"): identity.revoke,
        }
        head, _slash, name = request.path.rpartition("/")
        with self.world.lock:
            if request.path.lower().split("/")[1] == "connections":
                return identity.connections_call(request)
            call = calls.get((request.method, name))
            if not call or head not in ("/identity/connect", "/connect"):
                raise not_found()
            return call(request)
