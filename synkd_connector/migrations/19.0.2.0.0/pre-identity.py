# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Rows from before there were keys get one each; the books do not know these yet.

What older versions let happen is put right before the database forbids it: two rows
that are one record of the books, and two documents that were sent with one number.
"""

# What of the alphabet of base32 stands for five bits.
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
NEVER_SENT = (
    "It stood here as posted, with the identity that another document has in the books:"
    " the books never got it. Look for it there by its number and its total; if it is"
    " missing, press Retry, and it is posted."
)


def migrate(cr, version):
    """Give each row what identity needs; Odoo would give all rows one value.

    :param Cursor cr: of the upgrade.
    :param str version: of the addon before.
    """
    for table in ("synkd_transaction", "synkd_account_customer"):
        _make_keys(cr, table)
    cr.execute(
        """ALTER TABLE synkd_transaction
             ADD COLUMN IF NOT EXISTS document_number varchar,
             ADD COLUMN IF NOT EXISTS sent_number varchar"""
    )
    _part_twins(cr)
    _keep_numbers(cr)


def _make_keys(cr, table):
    """Give each row of a table a key."""
    cr.execute(f"ALTER TABLE {table} ADD COLUMN IF NOT EXISTS own_key varchar")
    # The condition on the row keeps PostgreSQL from making one key for all.
    cr.execute(
        f"""UPDATE {table} t SET own_key = 'SK' || (
                SELECT string_agg(substr(%s, (get_byte(r.bytes, i) & 31) + 1, 1), '')
                  FROM (SELECT uuid_send(gen_random_uuid()) AS bytes
                         WHERE t.id IS NOT NULL OFFSET 0) r,
                       generate_series(0, 15) i)
             WHERE own_key IS NULL""",
        [LETTERS],
    )


def _part_twins(cr):
    """Leave an identity to the oldest live row that has it; the others wait."""
    cr.execute(
        """UPDATE synkd_transaction t
              SET external_id = NULL, fingerprint = NULL, posted_at = NULL,
                  books_number = NULL, sync_state = 'attention', reason = 'refused',
                  reason_data = NULL, operation = 'post', sync_message = %s
             FROM (SELECT id, row_number() OVER (
                              PARTITION BY ledger_id, channel, external_id
                                  ORDER BY id) AS place
                     FROM synkd_transaction
                    WHERE live AND external_id IS NOT NULL) twin
            WHERE twin.id = t.id AND twin.place > 1""",
        [NEVER_SENT],
    )


def _keep_numbers(cr):
    """Note which numbers documents have in Odoo, and with which they were sent.

    A posted document whose number is not the one in Odoo any more keeps the one that it
    was sent with, so that the difference is noticed.
    """
    cr.execute(
        """UPDATE synkd_transaction t
              SET document_number = CASE
                      WHEN t.external_id IS NULL
                        OR position(d.name IN COALESCE(t.number, '')) > 0
                      THEN d.name ELSE t.number END
             FROM (SELECT t.id, COALESCE(NULLIF(p.name, '/'), NULLIF(m.name, '/'),
                                         t.number) AS name
                     FROM synkd_transaction t
                LEFT JOIN account_payment p ON p.id = t.payment_id
                LEFT JOIN account_move m ON m.id = t.move_id) d
            WHERE d.id = t.id AND t.document_number IS NULL
              AND t.kind <> 'allocation' AND t.res_model <> 'synkd.transaction'"""
    )
    cr.execute(
        """UPDATE synkd_transaction t SET sent_number = t.number
             FROM (SELECT id, row_number() OVER (
                              PARTITION BY ledger_id, kind, upper(number)
                                  ORDER BY live DESC, id) AS place
                     FROM synkd_transaction
                    WHERE channel = 'documents' AND number IS NOT NULL
                      AND (external_id IS NOT NULL OR sync_state = 'sending')) sent
            WHERE sent.id = t.id AND sent.place = 1 AND t.sent_number IS NULL"""
    )
