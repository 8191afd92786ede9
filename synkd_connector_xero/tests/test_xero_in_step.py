# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""24 customers with all they buy, return and pay, in step with Xero while it fails."""

from odoo.tests import tagged

from .test_xero_flow import XeroFlowCommon

CUSTOMERS = 24
# One after the other, each for one call: what the network and Xero do on a bad day.
FAULTS = (
    *("lost_before", "lost_after", "429_minute", "500", "500_after", "truncated"),
    *("503", "wrong_json", "429_day", "429_concurrent"),
)


@tagged("post_install", "-at_install")
class TestXeroInStep(XeroFlowCommon):
    def setUp(self):
        super().setUp()
        self.control.set_limits(minute=1000)
        self.addCleanup(self.control.set_limits, minute=60)
        self.partners = self.env["res.partner"]
        links = []
        for number in range(CUSTOMERS):
            partner = self.create_partner(f"Shop {number:02}")
            links.append((partner, self.create_account(partner.name)))
            self.partners |= partner
        self.env["synkd.customer.link"]._link(links)

    def sell(self, partners):
        """Invoice customers; some return it, some pay: whole, in part, too much."""
        for partner in partners:
            number = partners.ids.index(partner.id)
            invoice = self.create_invoice(10 + partner.id / 7, partner_id=partner.id)
            if number % 4 == 0:
                credit = invoice._reverse_moves([{"invoice_date": invoice.date}])
                credit.action_post()
            elif number % 4 == 1:
                self.pay(invoice)
            elif number % 4 == 2:
                self.pay(invoice, amount=invoice.amount_total / 2)
            else:
                self.pay(invoice, amount=invoice.amount_total + number)

    def run_with(self, fault):
        """Run while something goes wrong; return whether it struck."""
        # A call that broke off is made once more with the same key: twice, then.
        times = 2 if fault.startswith("lost") else 1
        where = {"method": "PUT,POST", "path": "/api.xro"}
        self.control.add_fault(fault, times=times, **where)
        self.run_ledger()
        (left,) = self.control.faults()
        self.control.clear_faults()
        # As if the times had come that the pauses and back-offs told.
        self.ledger._set_resumed()
        for model in ("transaction", "account.customer", "request"):
            waiting = self.env[f"synkd.{model}"].search([("retry_at", "!=", False)])
            waiting.sudo().write({"retry_at": False})
        return not left["times"]

    def finish(self):
        """Run until nothing waits any more."""
        for _run in range(2):
            self.run_ledger()
        rows = self.env["synkd.transaction"]
        left = rows.search([("live", "=", True), ("sync_state", "!=", "synced")])
        self.assertFalse([(r.number, r.sync_state, r.reason_text) for r in left])

    def assert_in_step(self):
        """Fail unless Xero has each document once, and each customer owes the same."""
        moves = self.env["account.move"].search(
            [("move_type", "in", ("out_invoice", "out_refund"))]
        )
        ours = sorted((m.name, m.amount_total, m.amount_tax) for m in moves)
        theirs = [
            (record[name], float(record["Total"]), float(record["TotalTax"]))
            for table, name in (
                ("invoices", "InvoiceNumber"),
                ("credit_notes", "CreditNoteNumber"),
            )
            for record in self.in_xero(table)
        ]
        self.assertEqual(sorted(theirs), ours)
        self.run_ledger()
        for partner in self.partners:
            lines = self.env["account.move.line"].search(
                [
                    ("partner_id", "=", partner.id),
                    ("account_id.account_type", "=", "asset_receivable"),
                    ("parent_state", "=", "posted"),
                ]
            )
            account = partner.account_customer_id
            owed = sum(lines.mapped("balance"))
            self.assertAlmostEqual(account.outstanding, owed, 2, partner.name)

    def test_24_customers_and_what_they_buy_return_and_pay(self):
        for number, fault in enumerate(FAULTS):
            self.sell(self.partners[number :: len(FAULTS)])
            self.assertTrue(self.run_with(fault), fault)
        self.finish()
        self.assertEqual(len(self.in_xero("invoices")), CUSTOMERS)
        self.assert_in_step()

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
        before = self.write_calls()
        self.run_ledger()
        self.assertEqual(self.write_calls(), before, "what is in step is not written")
