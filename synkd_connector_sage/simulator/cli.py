# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The command line of the simulated Sage."""

from odoo.addons.synkd_connector_http.simulator import cli

from .server import Simulator


def main(arguments=None):
    """Serve until interrupted, or check a log; see the kit.

    :rtype: int
    """
    return cli.main(Simulator, arguments)
