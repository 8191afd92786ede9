# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Rows from before there were keys get one each; the books do not know these yet."""

# What of the alphabet of base32 stands for five bits.
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
TABLES = ("synkd_transaction", "synkd_account_customer")


def migrate(cr, version):
    """Add the column of the keys and fill it: Odoo would give all rows one value.

    :param Cursor cr: of the upgrade.
    :param str version: of the addon before.
    """
    for table in TABLES:
        cr.execute(f"ALTER TABLE {table} ADD COLUMN IF NOT EXISTS own_key varchar")
        # The condition on the row keeps PostgreSQL from making one key for all.
        cr.execute(
            f"""UPDATE {table} t SET own_key = 'SK' || (
                    SELECT string_agg(
                           substr(%s, (get_byte(r.bytes, i) & 31) + 1, 1), '')
                      FROM (SELECT uuid_send(gen_random_uuid()) AS bytes
                             WHERE t.id IS NOT NULL OFFSET 0) r,
                           generate_series(0, 15) i)
                 WHERE own_key IS NULL""",
            [LETTERS],
        )
