# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields
from odoo.tests import tagged

from ..queue_common import QueueCommon


@tagged("post_install", "-at_install")
class TestTransaction(QueueCommon):
    def test_a_posted_invoice_is_in_the_queue(self):
        invoice = self.create_invoice()
        self.assertFalse(self.row_of(invoice))
        invoice.action_post()
        row = self.row_of(invoice)
        self.assertEqual(row.sync_state, "pending")
        self.assertEqual(row.number, invoice.name)
        self.assertEqual(row.account_customer_id, self.account)

    def test_an_invoice_of_a_stranger_requires_attention(self):
        invoice = self.create_invoice(self.create_partner("Stranger"))
        invoice.action_post()
        row = self.row_of(invoice)
        self.assertEqual(row.sync_state, "attention")
        self.assertEqual(row.reason, "not_linked")
        self.assertIn("Stranger has no account customer", row.reason_text)

    def test_documents_before_the_start_never_enter(self):
        self.ledger.start_date = fields.Date.today()
        invoice = self.create_invoice(invoice_date="2020-01-31")
        invoice.action_post()
        self.assertFalse(self.row_of(invoice))

    def test_payment_waits_for_its_invoice(self):
        invoice = self.post_invoice()
        payment = self.pay(invoice)
        row = self.row_of(payment)
        self.assertEqual(row.kind, "payment")
        self.assertEqual(row.sync_state, "pending")
        self.assertEqual(row.blocker_id, self.row_of(invoice))

    def test_reset_to_draft_withdraws(self):
        invoice = self.post_invoice()
        row = self.row_of(invoice)
        invoice.button_draft()
        self.assertFalse(row.live)
        invoice.action_post()
        self.assertTrue(self.row_of(invoice))
        self.assertNotEqual(self.row_of(invoice), row)
