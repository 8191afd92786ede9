# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields
from odoo.tests import tagged

from ..queue_common import QueueCommon
from ..tours_common import ToursCommon

CUSTOMERS = "/odoo/action-account.res_partner_action_customer"
INVOICES = "/odoo/action-account.action_move_out_invoice_type"
CLERK = (
    "base.group_user,base.group_partner_manager,account.group_account_invoice,"
    "synkd_connector.group_user"
)
CHIEF = f"{CLERK},synkd_connector.group_credit"


@tagged("post_install", "-at_install")
class TestCreditTours(QueueCommon, ToursCommon):
    """A credit manager and a clerk, in a real browser."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.clerk = cls.create_user("clerk", CLERK)
        cls.chief = cls.create_user("chief", CHIEF)
        cls.late = cls.create_partner("Zebra Late")

    def test_hold_and_release(self):
        self.start(f"{CUSTOMERS}/{self.late.id}", "synkd_credit_hold", "chief")
        self.assertEqual(self.late.customer_status, "active")
        changes = self.late.customer_status_ids
        self.assertEqual(changes.mapped("to_status"), ["active", "hold"])
        self.assertEqual(changes[0].comment, "Paid in cash")
        self.assertEqual(changes[0].user_id, self.chief)

    def test_approval_from_the_list(self):
        self.company.synkd_customer_approval = True
        fresh = self.create_partner("Zebra Fresh", company_id=self.company.id)
        fresh.with_user(self.clerk).action_synkd_ask_approval()
        self.start("/odoo/customers-to-approve", "synkd_credit_approve", "chief")
        self.assertEqual(fresh.customer_status, "active")
        self.assertEqual(fresh.customer_status_ids[:1].comment, "Seen the shop")

    def test_overdue_at_the_invoice(self):
        self.late.overdue_since = fields.Date.today()
        invoice = self.create_invoice(partner_id=self.late.id)
        url = f"{INVOICES}/{invoice.id}"
        self.start(url, "synkd_credit_refused", "clerk")
        self.assertEqual(invoice.state, "draft")
        self.start(url, "synkd_credit_permit", "chief")
        self.assertEqual(invoice.state, "posted")
        self.assertEqual(self.late.credit_permit_ids.reason, "The director agreed")

    def test_limits_on_the_customers_page(self):
        self.create_invoice(partner_id=self.late.id).action_post()
        url = f"{CUSTOMERS}/{self.late.id}"
        self.start(url, "synkd_credit_limits", "chief")
        self.assertEqual(self.late.with_company(self.company).credit_limit, 50)
