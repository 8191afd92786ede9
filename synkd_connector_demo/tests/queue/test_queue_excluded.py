# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What is excluded stays out as long as it is what was excluded."""

from odoo.tests import tagged

from ..faults_common import FaultsCommon


@tagged("post_install", "-at_install")
class TestQueueExcluded(FaultsCommon):
    def setUp(self):
        super().setUp()
        self.invoice = self.post_invoice()
        self.row = self.row_of(self.invoice)
        self.row.action_exclude("Typed into the books by hand")

    def remarks(self):
        """Return what the history of the row says."""
        return " ".join(self.row.message_ids.mapped("body"))

    def test_posted_again_as_it_was_it_stays_out(self):
        self.edit(self.invoice, ref="PO 12")
        self.assertEqual(self.row_of(self.invoice), self.row, "no second row")
        self.assertEqual(self.row.sync_state, "excluded")
        self.assertEqual(self.row.note, "Typed into the books by hand")
        self.assertEqual(self.row.reference, "PO 12")
        self.assertIn("Taken back in Odoo", self.remarks())
        self.post_all(expect_ready=False)
        self.assertFalse(self.stored_documents(self.row))

    def test_with_another_amount_it_enters_the_queue_again(self):
        self.edit(self.invoice, price_unit=200)
        self.assertEqual(self.row_of(self.invoice), self.row)
        self.assertEqual((self.row.sync_state, self.row.amount), ("pending", 230))
        self.assertFalse(self.row.note)
        self.assertIn("Typed into the books by hand", self.remarks())
        self.assertIn("115.00", self.remarks())
        self.post_all()
        self.assert_posted(self.invoice)

    def test_of_another_customer_it_enters_the_queue_again(self):
        other = self.create_partner("Joy")
        self.edit(self.invoice, partner_id=other.id)
        self.assertEqual(
            (self.row.sync_state, self.row.reason), ("attention", "not_linked")
        )
        self.assertIn("Hope Works", self.remarks())

    def test_in_draft_it_is_not_posted(self):
        self.invoice.button_draft()
        self.assertEqual((self.row.sync_state, self.row.live), ("excluded", True))
        self.invoice.invoice_line_ids.price_unit = 200
        self.assertEqual(self.row.sync_state, "excluded")

    def test_included_again_in_draft_it_waits_for_its_posting(self):
        self.invoice.button_draft()
        self.row.action_include()
        self.post_all(expect_ready=False)
        self.assertFalse(self.row.live, "it was taken back before it was sent")
        self.invoice.action_post()
        self.post_all()
        self.assert_posted(self.invoice)

    def test_deleted_meanwhile_it_ends_when_it_is_included(self):
        self.invoice.button_draft()
        self.invoice.with_context(force_delete=True).unlink()
        self.assertTrue(self.row.live, "it is listed still")
        self.row.action_include()
        self.assertEqual((self.row.sync_state, self.row.live), ("excluded", False))
        self.post_all(expect_ready=False)
        self.assertFalse(self.stored_documents(self.row))

    def test_a_payment_stays_out_as_well(self):
        self.keep_entries()
        payment = self.pay(self.post_invoice())
        row = self.row_of(payment)
        row.action_exclude("Typed into the books by hand")
        payment.action_draft()
        payment.action_post()
        self.assertEqual(self.row_of(payment), row)
        self.assertEqual(row.sync_state, "excluded")
        payment.action_draft()
        payment.amount = 60
        payment.action_post()
        self.assertEqual((row.sync_state, row.amount), ("pending", 60))

    def test_paying_it_changes_nothing(self):
        self.keep_entries()
        self.pay(self.invoice)
        self.assertEqual(self.row.sync_state, "excluded")
