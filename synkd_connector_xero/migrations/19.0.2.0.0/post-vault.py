# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What is sealed is bound to its database from now on.

What cannot be opened while upgrading (its key is not there, or can be guessed) stays as
it is: the ledger says so with its next run, and how it is mended.
"""

import logging

from odoo import SUPERUSER_ID, api

_logger = logging.getLogger(__name__)

SEALED = {
    "synkd_ledger": ("http_secret_sealed", "http_webhook_sealed"),
    "synkd_http_token": ("access_sealed", "refresh_sealed"),
}


def migrate(cr, version):
    """Seal all secrets anew; logins that were begun are begun again.

    :param Cursor cr: of the upgrade.
    :param str version: of the addon before.
    """
    vault = api.Environment(cr, SUPERUSER_ID, {})["synkd.vault"]
    cr.execute("DELETE FROM synkd_http_login")
    for table, columns in SEALED.items():
        for column in columns:
            _reseal(cr, vault, table, column)


def _reseal(cr, vault, table, column):
    """Seal one column anew."""
    cr.execute(f"SELECT id, {column} FROM {table} WHERE {column} IS NOT NULL")
    for row_id, sealed in cr.fetchall():
        anew = vault._reseal(sealed)
        if anew == sealed:
            _logger.warning("%s of %s %s cannot be opened", column, table, row_id)
        cr.execute(f"UPDATE {table} SET {column} = %s WHERE id = %s", [anew, row_id])
