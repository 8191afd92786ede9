# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import tagged

from ..files_common import FilesMixin
from ..queue_common import QueueCommon
from ..tours_common import ToursCommon

LOGIN = "files_bookkeeper"


@tagged("post_install", "-at_install")
class TestFilesTours(FilesMixin, QueueCommon, ToursCommon):
    """A bookkeeper at what waits in files, in a real browser."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        groups = "account.group_account_invoice,synkd_connector.group_manager"
        cls.create_user(LOGIN, groups)

    def test_a_file_is_opened_and_told_member_by_member(self):
        self.run_ledger()
        self.handed().action_all_imported()
        rows = self.row_of(self.post_invoice()) | self.row_of(self.post_invoice())
        self.post_all()
        self.assertEqual(set(rows.mapped("sync_state")), {"in_file"})
        self.start("/odoo/in-a-file", "synkd_files", LOGIN)
        self.assertEqual(sorted(rows.mapped("sync_state")), ["attention", "synced"])
        refused = rows.filtered(lambda row: row.sync_state == "attention")
        self.assertIn("Period 3 is closed", refused.reason_text)
