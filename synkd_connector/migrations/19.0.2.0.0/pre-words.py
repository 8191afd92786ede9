# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""One word for each thing: what the books list is an item, not an entry.

An entry of a ledger is a posting to any accountant. A request has a channel, as the
rows that travel in it have; a kind is what one of them is, such as a refund.
"""

MODELS = {
    "synkd.ledger.entry": "synkd.books.item",
    "synkd.demo.entry": "synkd.demo.item",
}
FIELDS = {
    "synkd.mapping": {
        "entry_id": "item_id",
        "suggested_entry_id": "suggested_item_id",
    },
    "synkd.product.class": {
        "entry_id": "item_id",
        "shop_entry_id": "shop_item_id",
        "service_entry_id": "service_item_id",
        "web_entry_id": "web_item_id",
    },
    "synkd.request": {"kind": "channel"},
}


def migrate(cr, version):
    """Rename models and fields with all that names them; the data stays.

    :param Cursor cr: of the upgrade.
    :param str version: of the addon before.
    """
    for old, new in MODELS.items():
        rename_model(cr, old, new)
    for model, names in FIELDS.items():
        for old, new in names.items():
            rename_field(cr, model, old, new)
    # Runs that wait for their next call go on in the phase that bears another name.
    cr.execute("UPDATE synkd_run SET phase = 'create' WHERE phase = 'adopt'")


def rename_model(cr, old, new):
    """Give a model another name: table, sequence, indexes, external ids, filters."""
    table, other = old.replace(".", "_"), new.replace(".", "_")
    cr.execute("SELECT to_regclass(%s)", [table])
    if not cr.fetchone()[0]:
        return
    cr.execute(f"ALTER TABLE {table} RENAME TO {other}")
    cr.execute(f"ALTER SEQUENCE IF EXISTS {table}_id_seq RENAME TO {other}_id_seq")
    _rename_constraints(cr, table, other)
    _rename_indexes(cr, table, other)
    cr.execute("UPDATE ir_model SET model = %s WHERE model = %s", [new, old])
    cr.execute("UPDATE ir_model_fields SET model = %s WHERE model = %s", [new, old])
    cr.execute(
        "UPDATE ir_model_fields SET relation = %s WHERE relation = %s", [new, old]
    )
    cr.execute("UPDATE ir_filters SET model_id = %s WHERE model_id = %s", [new, old])
    cr.execute(
        "UPDATE ir_act_window SET res_model = %s WHERE res_model = %s", [new, old]
    )
    cr.execute("UPDATE ir_ui_view SET model = %s WHERE model = %s", [new, old])
    cr.execute(
        "UPDATE ir_attachment SET res_model = %s WHERE res_model = %s", [new, old]
    )
    for names in ("ir_model_constraint", "ir_model_data"):
        cr.execute(
            f"""UPDATE {names} SET name = replace(name, %s, %s)
                 WHERE name ~ %s""",
            [table, other, rf"(^|_){table}(_|$)"],
        )


def _rename_constraints(cr, table, other):
    """Rename the constraints of a table, which carry its name."""
    cr.execute(
        """SELECT conname FROM pg_constraint
            WHERE conrelid = to_regclass(%s) AND starts_with(conname, %s)""",
        [other, f"{table}_"],
    )
    for (name,) in cr.fetchall():
        new = name.replace(table, other, 1)
        cr.execute(f'ALTER TABLE {other} RENAME CONSTRAINT "{name}" TO "{new}"')


def _rename_indexes(cr, table, other):
    """Rename the indexes of a table that its constraints did not rename already."""
    cr.execute(
        """SELECT indexname FROM pg_indexes
            WHERE tablename = %s AND schemaname = current_schema()
              AND strpos(indexname, %s) > 0""",
        [other, table],
    )
    for (name,) in cr.fetchall():
        new = name.replace(table, other, 1)
        cr.execute(f'ALTER INDEX "{name}" RENAME TO "{new}"')


def rename_field(cr, model, old, new):
    """Give a field another name: column, field, external ids, filters."""
    table = model.replace(".", "_")
    cr.execute(
        """SELECT 1 FROM information_schema.columns
            WHERE table_name = %s AND column_name = %s
              AND table_schema = current_schema()""",
        [table, old],
    )
    if cr.fetchone():
        cr.execute(f"ALTER TABLE {table} RENAME COLUMN {old} TO {new}")
    cr.execute(
        "UPDATE ir_model_fields SET name = %s WHERE model = %s AND name = %s",
        [new, model, old],
    )
    cr.execute(
        """UPDATE ir_model_data SET name = regexp_replace(name, %s, %s)
            WHERE name ~ %s AND model IN ('ir.model.fields',
                                          'ir.model.fields.selection')""",
        [f"__{old}(__|$)", rf"__{new}\1", f"^(field|selection)_+{table}__{old}(__|$)"],
    )
    cr.execute(
        """UPDATE ir_filters
              SET domain = replace(domain, %(old)s, %(new)s),
                  context = replace(context, %(old)s, %(new)s)
            WHERE model_id = %(model)s""",
        {"model": model, "old": f"'{old}'", "new": f"'{new}'"},
    )
