# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Which books are outside the database is told by connectors: all are loaded by now."""

from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    """Let the connectors of all ledgers tell.

    :param Cursor cr: of the upgrade.
    :param str version: of the addon before.
    """
    env = api.Environment(cr, SUPERUSER_ID, {"active_test": False})
    ledgers = env["synkd.ledger"].search([])
    ledgers.env.add_to_compute(ledgers._fields["is_outside"], ledgers)
    ledgers.flush_recordset(["is_outside"])
