# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from types import SimpleNamespace

from odoo.tests import tagged

from odoo.addons.synkd_connector.lib.results import ALTERED, OK, REJECTED, Result
from odoo.addons.synkd_connector_http.tests.flow import FlowCommon

from .common import XeroCommon


class XeroFlowCommon(FlowCommon, XeroCommon):
    """A company that sells, with its books in the simulated Xero."""

    books_names = {"tax": "OUTPUT", "account": "200", "bank": "090"}

    def in_xero(self, table):
        """Return what lives in a table of Xero's."""
        over = ("DELETED", "VOIDED")
        state = self.control.state(self.tenant)[table]
        return [record for record in state if record["Status"] not in over]


@tagged("post_install", "-at_install")
class TestXeroFlow(XeroFlowCommon):
    """From an invoice here to the invoice in Xero, through the engine."""

    def test_an_invoice_and_its_credit_note_arrive_to_the_cent(self):
        invoice = self.create_invoice()
        credit = invoice._reverse_moves([{"invoice_date": invoice.date}])
        credit.action_post()
        self.run_all()
        (stored,) = self.in_xero("invoices")
        (returned,) = self.in_xero("credit_notes")
        kept = self.xero.world.tenants[self.tenant].invoices[stored["InvoiceID"]]
        self.assertEqual(kept["_contact"], self.account.external_id)
        self.assertEqual(float(stored["Total"]), invoice.amount_total)
        self.assertEqual(float(stored["TotalTax"]), invoice.amount_tax)
        self.assertEqual(float(returned["Total"]), credit.amount_total)
        self.assertEqual(float(stored["AmountDue"]), 0.0, "one settles the other")
        self.assertEqual(float(returned["RemainingCredit"]), 0.0)

    def test_a_credit_note_that_is_deleted_lets_go_of_its_invoice_and_is_voided(self):
        invoice = self.credit_and_delete()
        self.assertFalse(self.in_xero("credit_notes"))
        (stored,) = self.in_xero("invoices")
        self.assertEqual(float(stored["AmountDue"]), invoice.amount_total)

    def test_a_write_off_that_settles_nothing_any_more_is_shown(self):
        self.control.set_limits(minute=100000, day=1000000)
        expense = self.env["account.account"].search(
            [("company_ids", "=", self.company.id), ("account_type", "=", "expense")],
            limit=1,
        )
        self.map("account", "425", expense)
        invoice = self.create_invoice()
        values = {"payment_difference_handling": "reconcile"}
        values["writeoff_account_id"] = expense.id
        payment = self.pay(invoice, amount=invoice.amount_total - 1, **values)
        self.run_all()
        self.assertEqual(float(self.in_xero("invoices")[0]["AmountDue"]), 0.0)
        row = self.env["synkd.transaction"].search([("payment_id", "=", payment.id)])
        self.assertEqual(row.sync_state, "synced")
        receivable = payment.move_id.line_ids.filtered("matched_debit_ids")
        for _time in range(2):
            receivable.remove_move_reconcile()
            self.run_ledger()
            (stored,) = self.in_xero("invoices")
            self.assertEqual(float(stored["AmountDue"]), invoice.amount_total)
            self.assertEqual((row.sync_state, row.reason), ("attention", "altered"))
            self.assertIn("writes off 1.00 that settles no", row.reason_text)
            self.run_ledger()
            self.assertEqual(row.sync_state, "attention", "until somebody answers")
            self.settle(payment, invoice)
            self.run_all()
            self.assertEqual(row.sync_state, "synced", row.reason_text)
            self.assertEqual(float(self.in_xero("invoices")[0]["AmountDue"]), 0.0)

    def test_a_write_off_alone_is_known_after_a_lost_answer(self):
        """What is found there says the same as the answer would have."""
        batch = SimpleNamespace(
            members=[
                SimpleNamespace(res_id=1, payload={"number": "P1", "alone": "1.00"}),
                SimpleNamespace(res_id=2, payload={"number": "P2"}),
                SimpleNamespace(res_id=3, payload={"number": "P3", "alone": "2.00"}),
            ]
        )
        given = (Result(1, OK, "a"), Result(2, OK, "b"), Result(3, REJECTED, "c"))
        connector = self.env["synkd.connector.xero"]
        first, second, third = connector._tell_alone(batch, given)
        self.assertEqual((first.outcome, first.external_id), (ALTERED, "a"))
        self.assertIn("P1 writes off 1.00", first.message)
        self.assertEqual((second, third), given[1:])

    def test_a_payment_of_two_invoices_and_more_arrives_to_the_cent(self):
        one, two = self.create_invoice(), self.create_invoice(10.0)
        self.pay(one | two, amount=200.0)
        self.run_all()
        self.assertEqual(
            [float(i["AmountDue"]) for i in self.in_xero("invoices")], [0, 0]
        )
        (rest,) = self.in_xero("overpayments")
        owed = one.amount_total + two.amount_total
        self.assertAlmostEqual(float(rest["RemainingCredit"]), 200.0 - owed)

    def test_a_payment_that_is_taken_back_opens_the_invoice(self):
        invoice = self.create_invoice()
        payment = self.pay(invoice)
        self.run_all()
        self.assertEqual(float(self.in_xero("invoices")[0]["AmountDue"]), 0.0)
        payment.action_draft()
        payment.action_cancel()
        row = self.env["synkd.transaction"].search(
            [("payment_id", "=", payment.id), ("live", "=", True)]
        )
        self.assertEqual(row.sync_state, "attention")
        row.action_void()
        self.run_all()
        self.assertFalse(self.in_xero("payments"))
        (stored,) = self.in_xero("invoices")
        self.assertEqual(float(stored["AmountDue"]), invoice.amount_total)

    def test_a_payment_of_the_bookkeeper_comes_back_and_ours_does_not(self):
        one, two = self.create_invoice(), self.create_invoice(10.0)
        self.pay(one)
        self.run_all()
        client = self.ledger._get_http_client()
        stored = {i["InvoiceNumber"]: i for i in self.in_xero("invoices")}
        paid = {
            "Invoice": {"InvoiceID": stored[two.name]["InvoiceID"]},
            "Account": {"Code": "090"},
            "Date": "2026-03-13",
            "Amount": "12.34",
            "Reference": "EFT Hope",
        }
        with self.enter_registry_test_mode():
            answer = client.save("PUT", "/Payments", {"Payments": [paid]})
        self.run_ledger()
        found = self.env["synkd.books.payment"].search([])
        self.assertEqual(found.move_id, two)
        self.assertEqual((found.amount, found.reference), (12.34, "EFT Hope"))
        self.assertEqual((str(found.date), found.account), ("2026-03-13", "090"))
        self.assertIn("12.34", str(two._get_synkd_alerts()))
        path = f"/Payments/{answer['Payments'][0]['PaymentID']}"
        with self.enter_registry_test_mode():
            client.save("POST", path, {"Status": "DELETED"})
        self.run_ledger()
        self.assertFalse(self.env["synkd.books.payment"].search([]))

    def test_what_the_bookkeeper_received_is_not_received_twice(self):
        invoice = self.create_invoice()
        self.run_all()
        (stored,) = self.in_xero("invoices")
        paid = {
            "Invoice": {"InvoiceID": stored["InvoiceID"]},
            "Account": {"Code": "090"},
            "Date": "2026-03-13",
            "Amount": stored["Total"],
        }
        with self.enter_registry_test_mode():
            client = self.ledger._get_http_client()
            client.save("PUT", "/Payments", {"Payments": [paid]})
        payment = self.pay(invoice)
        self.run_ledger()
        row = self.env["synkd.transaction"].search([("payment_id", "=", payment.id)])
        self.assertEqual((row.sync_state, row.reason), ("attention", "refused"))
        self.assertIn(f"{invoice.name} 0.00", row.reason_text)
        self.assertEqual(len(self.in_xero("payments")), 1)

    def test_what_was_taken_back_and_refused_is_not_taken_for_settled(self):
        one, two = self.create_invoice(), self.create_invoice()
        payment = self.pay(one)
        self.run_all()
        stored = {i["InvoiceNumber"]: i for i in self.in_xero("invoices")}
        paid = {
            "Invoice": {"InvoiceID": stored[two.name]["InvoiceID"]},
            "Account": {"Code": "090"},
            "Date": "2026-03-13",
            "Amount": stored[two.name]["Total"],
        }
        with self.enter_registry_test_mode():
            client = self.ledger._get_http_client()
            client.save("PUT", "/Payments", {"Payments": [paid]})
        self.settle(payment, two)
        self.run_ledger()
        row = self.env["synkd.transaction"].search([("payment_id", "=", payment.id)])
        self.assertEqual(row.sync_state, "attention")
        self.settle(payment, one)
        self.run_all()
        due = {i["InvoiceNumber"]: i["AmountDue"] for i in self.in_xero("invoices")}
        self.assertEqual(float(due[one.name]), 0.0)

    def settle(self, payment, invoice):
        """Let a payment settle one invoice, and nothing else."""
        lines = payment.move_id.line_ids.filtered(
            lambda line: line.account_id.account_type == "asset_receivable"
        )
        lines.remove_move_reconcile()
        lines += invoice.line_ids.filtered(
            lambda line: line.account_id.account_type == "asset_receivable"
        )
        lines.reconcile()
