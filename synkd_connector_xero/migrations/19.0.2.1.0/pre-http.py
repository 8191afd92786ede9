# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Logins, secrets and organisations belong to the addon for all books over HTTP.

That one is new to this addon and was installed just now, so its columns and tables are
there. What is left here is removed by Odoo at the end of the upgrade.
"""

from odoo import SUPERUSER_ID, api
from odoo.tools import sql

# Fields of a ledger, with the same name there but for the prefix.
FIELDS = (
    *("client_id", "secret_sealed", "webhook_sealed"),
    *("api_url", "identity_url", "login_url"),
    *("tenant_key", "tenant_name", "connection_key", "login_problem"),
)
LOG = ("create_uid", "create_date", "write_uid", "write_date")
TABLES = {
    "token": (
        *("ledger_id", "access_sealed", "refresh_sealed", "expires_at", "scopes"),
        *("state", "connection_key", "tries", *LOG),
    ),
    "event": ("ledger_id", "event_key", "categories", *LOG),
}
CRON = "synkd_connector_xero.ir_cron_disconnect"


def migrate(cr, version):
    """Give what was kept of logins to Xero to the other addon.

    Logins that were begun are begun again: they last some minutes.

    :param Cursor cr: of the upgrade.
    :param str version: of the addon before.
    """
    if not sql.column_exists(cr, "synkd_ledger", "xero_client_id"):
        return
    names = ", ".join(f"http_{name} = xero_{name}" for name in FIELDS)
    cr.execute(
        f"""UPDATE synkd_ledger SET {names},
                   http_login = CASE xero_login WHEN 'custom' THEN 'app' ELSE 'web' END
             WHERE connector = 'xero'"""
    )
    for name, columns in TABLES.items():
        some = ", ".join(columns)
        cr.execute(
            f"INSERT INTO synkd_http_{name} ({some})"
            f" SELECT {some} FROM synkd_xero_{name}"
        )
    # Odoo removes no record that people may change.
    cron = api.Environment(cr, SUPERUSER_ID, {}).ref(CRON, raise_if_not_found=False)
    if cron:
        cron.unlink()
