# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import HttpCase, tagged

from .common import PastelFlowHooks, PastelQueueCommon

LOGIN = "pastel_bookkeeper"


@tagged("post_install", "-at_install")
class TestPastelTours(PastelFlowHooks, PastelQueueCommon, HttpCase):
    """A bookkeeper gets files, and says what became of them, in a real browser."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        groups = "account.group_account_invoice,synkd_connector.group_manager"
        cls.create_user(LOGIN, groups)

    def file(self, number):
        """Let an invoice be in a file; return its row."""
        invoice = self.create_invoice(name=number)
        self.run_ledger()
        row = self.env["synkd.transaction"].search([("move_id", "=", invoice.id)])
        self.assertEqual(row.sync_state, "in_file")
        return row

    def test_one_list_confirms_a_file_and_another_was_not_imported(self):
        self.run_ledger()
        waiting = [("ledger_id", "=", self.ledger.id), ("state", "=", "handed")]
        self.env["synkd.request"].search(waiting).action_all_imported()
        self.assertEqual(self.account.external_id, "HOP001")
        first, second = self.file("A/0001"), self.file("A/0002")
        url = f"/odoo/ledgers/{self.ledger.id}"
        self.start_tour(url, "synkd_pastel_bookkeeper", login=LOGIN)
        self.env.invalidate_all()
        self.assertEqual(first.sync_state, "synced")
        self.assertEqual(first.books_number, "IN100001")
        self.assertEqual(second.sync_state, "pending", "it waits for the next file")
