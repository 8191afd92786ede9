# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A simulated Xero: Accounting API and identity server over real HTTP, with state.

It runs alone (`python synkd_connector_xero/simulator --port 8300`) and inside a test
(`with Simulator() as xero:`). It needs nothing but Python and knows nothing of Odoo.
"""

from odoo.addons.synkd_connector_http.simulator import ControlClient

from .server import Simulator
