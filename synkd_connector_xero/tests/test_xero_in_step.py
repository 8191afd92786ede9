# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import tagged

from odoo.addons.synkd_connector_http.tests.contract_in_step import (
    CUSTOMERS,
    InStepContract,
)

from .test_xero_flow import XeroFlowCommon


@tagged("post_install", "-at_install")
class TestXeroInStep(InStepContract, XeroFlowCommon):
    """24 customers in step with Xero while it fails."""

    # What the network and Xero do on a bad day.
    faults = (
        *("lost_before", "lost_after", "429_minute", "500", "500_after", "truncated"),
        *("503", "wrong_json", "429_day", "429_concurrent"),
    )
    path = "/api.xro"
    # A call that broke off is made once more with the same key.
    tries = 2

    def setUp(self):
        super().setUp()
        self.control.set_limits(minute=1000)
        self.addCleanup(self.control.set_limits, minute=60)

    def books_totals(self):
        return [
            (record[name], float(record["Total"]), float(record["TotalTax"]))
            for table, name in (
                ("invoices", "InvoiceNumber"),
                ("credit_notes", "CreditNoteNumber"),
            )
            for record in self.in_xero(table)
        ]

    def books_owed(self, account):
        return account.outstanding

    def test_both_sides_change_something(self):
        self.sell(self.partners)
        self.finish()
        for number in range(0, CUSTOMERS, 6):
            contact = self.contact(Name=f"Shop {number:02}")
            self.control.edit_contact(
                contact["ContactID"], EmailAddress=f"shop{number}@example.com"
            )
        self.partners[1].account_customer_id.city = "Durban"
        payment = self.env["account.payment"].search([], limit=1, order="id")
        moves = payment.reconciled_invoice_ids
        payment.move_id.line_ids.remove_move_reconcile()
        paid = self.pay(moves)
        self.assertTrue(paid)
        self.assertTrue(self.run_with("lost_after"))
        self.finish()
        self.assert_in_step()
        mails = self.partners.account_customer_id.mapped("email")
        self.assertEqual(len([mail for mail in mails if mail]), 4)
        contact = self.contact(Name="Shop 01")
        self.assertIn("Durban", {a.get("City") for a in contact["Addresses"]})
