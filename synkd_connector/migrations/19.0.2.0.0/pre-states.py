# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Rows of the queue are never changed on both sides: only customers are read."""


def migrate(cr, version):
    """Let rows in the state that goes away wait for a person, or be decided again.

    :param Cursor cr: of the upgrade.
    :param str version: of the addon before.
    """
    cr.execute(
        """UPDATE synkd_transaction
              SET sync_state = 'attention', stale = external_id IS NULL,
                  reason = CASE WHEN external_id IS NOT NULL THEN 'changed' END
            WHERE sync_state = 'conflict'"""
    )
