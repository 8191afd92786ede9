# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import tagged

from ..queue_common import QueueCommon
from ..tours_common import ToursCommon

CLERK, MANAGER, READER = "queue_clerk", "queue_manager", "queue_reader"
ATTENTION = "/odoo/requires-attention"
READY = "/odoo/ready-to-post"
POSTED = "/odoo/posted-to-books"


@tagged("post_install", "-at_install")
class TestQueueTours(QueueCommon, ToursCommon):
    """People at the lists of the queue, in a real browser."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        clerk = (
            "base.group_user,base.group_partner_manager,account.group_account_invoice"
        )
        cls.create_user(CLERK, clerk)
        cls.create_user(MANAGER, f"{clerk},synkd_connector.group_manager")
        cls.create_user(READER, "account.group_account_readonly")
        cls.stranger = cls.create_partner("Stranger")

    def start(self, url, tour, login=CLERK):
        """Run a tour, of the clerk unless said otherwise."""
        return super().start(url, tour, login)

    def refuse(self, invoice):
        """Let the books refuse a document, as the engine does."""
        row = self.row_of(invoice)
        row._set_sending()
        row._set_attention("Amount is wrong")
        return row

    def test_tabs_are_switched_and_a_refused_document_is_retried(self):
        self.post_invoice(self.stranger)
        self.post_invoice()
        partner = self.create_partner("Refused")
        partner.account_customer_id = self.create_account("Refused")
        row = self.refuse(self.post_invoice(partner))
        self.start(ATTENTION, "synkd_queue_tabs")
        self.assertEqual(row.sync_state, "pending")

    def test_post_all(self):
        rows = self.row_of(self.post_invoice()) | self.row_of(self.post_invoice())
        self.start(READY, "synkd_queue_post_all")
        self.assertEqual(set(rows.mapped("sync_state")), {"synced"})
        self.assertEqual(rows.request_line_ids.mapped("state"), ["ok", "ok"])

    def test_post_selected(self):
        rows = self.row_of(self.post_invoice()) | self.row_of(self.post_invoice())
        self.start(READY, "synkd_queue_post_selected")
        self.assertEqual(sorted(rows.mapped("sync_state")), ["pending", "synced"])

    def test_preview(self):
        row = self.row_of(self.post_invoice())
        self.start(READY, "synkd_queue_preview")
        self.assertEqual(row.sync_state, "pending")
        self.assertFalse(row.request_line_ids)

    def test_hold_release_exclude_and_include(self):
        row = self.row_of(self.post_invoice())
        self.start(READY, "synkd_queue_exclude")
        self.assertEqual(row.sync_state, "pending")
        self.assertFalse(row.note)

    def test_resolve_many_of_one_cause(self):
        rows = self.row_of(self.post_invoice(self.stranger))
        rows |= self.row_of(self.post_invoice(self.stranger))
        self.start(ATTENTION, "synkd_queue_resolve")
        self.assertEqual(set(rows.mapped("sync_state")), {"pending"})
        self.assertTrue(self.stranger.account_customer_id)

    def test_the_invoice_leads_to_its_row(self):
        invoice = self.post_invoice(self.stranger)
        url = f"/odoo/action-account.action_move_out_invoice/{invoice.id}"
        self.start(url, "synkd_queue_invoice")

    def test_a_reader_sees_what_was_posted(self):
        row = self.row_of(self.post_invoice())
        row.sudo().write({"external_id": "1", "sync_state": "sending"})
        row._set_synced({"books_number": "BI000001"})
        self.start(POSTED, "synkd_queue_reader", READER)


@tagged("post_install", "-at_install")
class TestPhoneTours(QueueCommon, ToursCommon):
    """People on the road: a small screen that is touched."""

    browser_size = "390x844"
    touch_enabled = True

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        groups = "base.group_user,base.group_partner_manager"
        groups += ",account.group_account_invoice,synkd_connector.group_manager"
        cls.create_user(MANAGER, groups)

    def test_a_document_is_resolved_and_posted_on_a_phone(self):
        row = self.row_of(self.post_invoice(self.create_partner("Stranger")))
        self.start(ATTENTION, "synkd_phone_queue", MANAGER)
        self.assertEqual(row.sync_state, "synced", row.reason_text)
        self.assertEqual(row.account_customer_id.name, "Stranger")

    def test_customers_are_synchronised_and_looked_up_on_a_phone(self):
        partner = self.create_partner("Pink Shoes")
        action = "account.res_partner_action_customer"
        self.start(f"/odoo/action-{action}", "synkd_phone_customers", MANAGER)
        self.assertEqual(partner.account_customer_id.sync_state, "synced")
