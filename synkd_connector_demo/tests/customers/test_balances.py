# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from unittest.mock import Mock

from odoo import fields
from odoo.tests import freeze_time, tagged

from odoo.addons.synkd_connector.lib.errors import RetryableError

from ..common import DemoCommon


@tagged("post_install", "-at_install")
class TestBalances(DemoCommon):
    """When what customers owe was read, which a statement tells."""

    def test_a_run_notes_when_all_was_read(self):
        account = self.create_account("Hope Works")
        self.assertFalse(account.balances_read_at)
        with freeze_time("2026-03-31 08:15:00"):
            self.run_ledger()
        read_at = fields.Datetime.to_datetime("2026-03-31 08:15:00")
        self.assertEqual(account.balances_read_at, read_at)

    def test_what_was_read_in_part_is_as_old_as_before(self):
        with freeze_time("2026-03-31 08:15:00"):
            self.run_ledger()
        before = self.ledger.balances_read_at
        self.patch(
            type(self.env["synkd.connector.demo"]),
            "_pull_balances",
            Mock(side_effect=RetryableError("The line is dead.")),
        )
        self.run_ledger()
        self.assertTrue(before)
        self.assertEqual(self.ledger.balances_read_at, before)
