# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The demo books are an addon of their own; who used them keeps them.

What belonged to this addon is given to that one, which is installed with this upgrade.
Without it Odoo would remove the books at the end of the upgrade, with all that is in
them: so it does with books that nobody used.
"""

ADDON = "synkd_connector_demo"
# External ids of models and fields of the demo books, and of what their files made.
OURS = (
    r"^((model|field|selection|constraint)_+)?synkd_(connector_)?demo(_|$)"
    r"|^model_inherit__synkd_(connector_)?demo_"
    r"|^(field|selection)_+synkd_ledger__demo_"
    r"|^(customer|product_product)_.+_demo(_product_template)?$"
)


def migrate(cr, version):
    """Give the demo books to their addon, and let this upgrade install it.

    :param Cursor cr: of the upgrade.
    :param str version: of the addon before.
    :raise RuntimeError: when the books are in use, but their addon is not there.
    """
    cr.execute("SELECT id, state FROM ir_module_module WHERE name = %s", [ADDON])
    addon, state = cr.fetchone() or (None, None)
    if state == "installed" or (state != "to install" and not _are_used(cr)):
        return
    if not addon:
        raise RuntimeError(
            f"The demo books are in use here, and they are in the addon {ADDON} now."
            " Put it beside synkd_connector on the addons path, then upgrade again."
        )
    _move(cr, addon)
    # Odoo looks for such addons once more after it loaded the others.
    cr.execute(
        "UPDATE ir_module_module SET state = 'to install' WHERE id = %s", [addon]
    )


def _are_used(cr):
    """Whether a ledger is kept in demo books, or anything is in any."""
    cr.execute(
        """SELECT relname FROM pg_class
            WHERE relkind = 'r' AND relnamespace = current_schema::regnamespace
              AND starts_with(relname, 'synkd_demo_')"""
    )
    uses = [f"FROM {table}" for (table,) in cr.fetchall()]
    uses.append("FROM synkd_ledger WHERE active AND connector = 'demo'")
    cr.execute(f"SELECT {' OR '.join(f'EXISTS (SELECT {use})' for use in uses)}")
    return cr.fetchone()[0]


def _move(cr, addon):
    """Give what belongs to the demo books to their addon.

    :param int addon: its id.
    """
    cr.execute(
        """UPDATE ir_model_data SET module = %s
            WHERE module = 'synkd_connector' AND name ~ %s""",
        [ADDON, OURS],
    )
    for table in ("ir_model_constraint", "ir_model_relation"):
        cr.execute(
            f"""UPDATE {table} SET module = %s
                 WHERE name ~ '^synkd_(ledger_)?demo_'
                   AND module = (SELECT id FROM ir_module_module
                                  WHERE name = 'synkd_connector')""",
            [addon],
        )
