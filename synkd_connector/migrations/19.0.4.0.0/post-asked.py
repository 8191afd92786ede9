# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Requests that the books were asked about before know since when."""


def migrate(cr, version):
    """Take the last time that they answered, or that somebody asked, for the first.

    :param Cursor cr: of the upgrade.
    :param str version: that was installed.
    """
    cr.execute(
        """UPDATE synkd_request SET asked_at = COALESCE(answered_at, write_date)
            WHERE state = 'open' AND attempts > 0 AND asked_at IS NULL"""
    )
