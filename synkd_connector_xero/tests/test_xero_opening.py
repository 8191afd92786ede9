# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from .test_xero_flow import XeroFlowCommon


@tagged("post_install", "-at_install")
class TestXeroOpening(XeroFlowCommon):
    """Go-Live with books in Xero: what was open, and money for what came before."""

    def setUp(self):
        super().setUp()
        self.today = fields.Date.context_today(self.env["synkd.ledger"])
        self.old = self.create_invoice(invoice_date=self.today - timedelta(days=9))
        row = self.env["synkd.transaction"].search([("move_id", "=", self.old.id)])
        row._set_excluded("from before")
        row.live = False
        self.ledger.start_date = self.today

    def pay_old(self, amount=None, days=0):
        """Register a payment of the old invoice, so many days before the first one."""
        wizard = self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=self.old.ids
        )
        vals = {"journal_id": self.bank.id, "group_payment": True}
        vals["payment_date"] = self.today - timedelta(days=days)
        if amount:
            vals["amount"] = amount
        return wizard.create(vals)._create_payments()

    def row_of(self, document):
        """Return the live row of a document."""
        return self.env["synkd.transaction"].search(
            [
                ("res_model", "=", document._name),
                ("res_id", "=", document.id),
                ("live", "=", True),
            ]
        )

    def go_live(self, opening, before):
        """Take the guided step."""
        entries = self.env["synkd.books.item"]
        mine = [("ledger_id", "=", self.ledger.id)]
        sales = entries.search([*mine, ("kind", "=", "account"), ("code", "=", "260")])
        no_tax = entries.search([*mine, ("kind", "=", "tax"), ("code", "=", "NONE")])
        mapping = self.env["synkd.mapping"]
        mapping._ensure(self.ledger, {("tax", "")}).item_id = no_tax
        action = self.ledger.action_go_live()
        wizard = self.env[action["res_model"]].browse(action["res_id"])
        wizard.write(
            {
                "opening_choice": opening,
                "opening_item_id": sales.id,
                "before_choice": before,
            }
        )
        wizard.action_confirm()

    def invoices(self):
        """Return the invoices in Xero."""
        return list(self.control.state(self.tenant)["invoices"])

    def test_what_was_open_is_an_invoice_without_tax_there_and_is_settled(self):
        self.pay_old(amount=40.0, days=3)
        self.go_live("post", "credit")
        self.run_ledger()
        row = self.row_of(self.old)
        self.assertEqual(row.sync_state, "synced", row.reason_text)
        found = self.invoices()
        self.assertEqual(len(found), 1)
        self.assertAlmostEqual(float(found[0]["Total"]), self.old.amount_total - 40)
        self.assertEqual(float(found[0]["TotalTax"]), 0)
        self.assertIn("Opening balance on", found[0]["Reference"])
        self.assertIn("Opening balance on", found[0]["LineItems"][0]["Description"])
        payment = self.row_of(self.pay_old())
        self.run_ledger()
        self.assertEqual(payment.sync_state, "synced", payment.reason_text)
        self.assertEqual(float(self.invoices()[0]["AmountDue"]), 0)

    def test_money_for_what_the_bookkeeper_entered_is_credit_that_says_so(self):
        payment = self.row_of(self.pay_old())
        self.run_ledger()
        self.assertEqual((payment.sync_state, payment.reason), ("attention", "before"))
        self.go_live("bookkeeper", "credit")
        self.run_ledger()
        self.assertEqual(payment.sync_state, "synced", payment.reason_text)
        self.assertIn(self.old.name, payment.before_text)
        found = self.control.state(self.tenant)["bank_transactions"]
        self.assertEqual([each["Type"] for each in found], ["RECEIVE-OVERPAYMENT"])
        words = found[0]["LineItems"][0]["Description"]
        self.assertIn(f"Settles {self.old.name}, which the books did not", words)

    def test_money_that_is_left_out_reaches_nothing(self):
        payment = self.row_of(self.pay_old())
        self.go_live("bookkeeper", "exclude")
        self.run_ledger()
        self.assertEqual(payment.sync_state, "excluded")
        state = self.control.state(self.tenant)
        self.assertFalse(state["payments"])
        self.assertFalse(state["bank_transactions"])
