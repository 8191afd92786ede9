# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import tagged

from ..faults_common import FaultsCommon


@tagged("post_install", "-at_install")
class TestSubAccount(FaultsCommon):
    """The Sub Acc # of a sub-customer in books that keep it."""

    def test_it_arrives_with_the_document_and_its_change_sends_nothing(self):
        branch = self.create_partner(
            "Hope North", parent_id=self.partner.id, sub_account_code="HOP-01"
        )
        invoice = self.post_invoice(branch)
        self.post_all()
        self.assert_posted(invoice)
        row = self.row_of(invoice)
        stored = self.stored_documents(row)
        self.assertEqual(stored.sub_account, "HOP-01")
        self.assertEqual(row.account_customer_id, self.account)
        branch.sub_account_code = "HOP-02"
        invoice.button_draft()
        invoice.action_post()
        self.run_ledger()
        self.assertEqual(row.sync_state, "synced", "nothing of the document changed")
        self.assertEqual(self.stored_documents(row).sub_account, "HOP-01")

    def test_without_one_the_payload_has_no_word_of_it(self):
        row = self.row_of(self.post_invoice())
        self.assertNotIn("sub_account", row._get_payload())
