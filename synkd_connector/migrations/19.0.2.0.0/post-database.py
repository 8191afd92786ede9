# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The database of an upgrade counts as the live one, so that live ledgers go on.

Who upgrades a copy to try it archives its ledgers or neutralizes it first.
"""

from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    """Note the database on all ledgers.

    :param Cursor cr: of the upgrade.
    :param str version: of the addon before.
    """
    env = api.Environment(cr, SUPERUSER_ID, {"active_test": False})
    for ledger in env["synkd.ledger"].search([]):
        ledger._take_database()
