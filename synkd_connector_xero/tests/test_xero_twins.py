# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Numbers that Odoo gave twice, from a document here to the one in Xero."""

from datetime import date
from decimal import Decimal

from odoo.fields import Command
from odoo.tests import tagged

from .test_xero_flow import XeroFlowCommon

FAULTS = ("lost_before", "lost_after", "500", "500_after")


class XeroTwins(XeroFlowCommon):
    """Documents whose numbers somebody typed, and runs in which calls are lost."""

    def setUp(self):
        super().setUp()
        self.control.set_limits(minute=1000)
        self.addCleanup(self.control.set_limits, minute=60)

    def row(self, document):
        """Return the live row of a document."""
        field = "payment_id" if document._name == "account.payment" else "move_id"
        found = self.env["synkd.transaction"].search(
            [(field, "=", document.id), ("live", "=", True)]
        )
        return found.filtered(lambda row: row.kind != "allocation")

    def due(self):
        """Let the times come that pauses and back-offs told."""
        self.control.clear_faults()
        self.ledger._set_resumed()
        for model in ("transaction", "account.customer", "request"):
            waiting = self.env[f"synkd.{model}"].search([("retry_at", "!=", False)])
            waiting.sudo().write({"retry_at": False})

    def run_with(self, fault):
        """Run while a write to Xero goes wrong, then until nothing waits."""
        if fault:
            times = 2 if fault.startswith("lost") else 1
            where = {"method": "PUT,POST", "path": "/api.xro", "times": times}
            self.control.add_fault(fault, **where)
        for _run in range(3):
            self.run_ledger()
            self.due()

    def assert_same(self, *documents):
        """Fail unless each document is in Xero once, to the cent, under its own id."""
        rows = self.env["synkd.transaction"]
        for document in documents:
            row = self.row(document)
            self.assertEqual(row.sync_state, "synced", row.reason_text)
            rows |= row
        self.assertEqual(len(set(rows.mapped("external_id"))), len(rows))
        for kind, table, key in (
            ("invoice", "invoices", "InvoiceID"),
            ("credit_note", "credit_notes", "CreditNoteID"),
        ):
            stored = {r[key]: r for r in self.in_xero(table)}
            mine = rows.filtered(lambda row, kind=kind: row.kind == kind)
            self.assertEqual(set(stored), set(mine.mapped("external_id")))
            for row in mine:
                there = stored[row.external_id]
                amounts = row.move_id.amount_total, row.move_id.amount_tax
                self.assertEqual(
                    (float(there["Total"]), float(there["TotalTax"])), amounts
                )

    def post_as(self, number, price=33.33, kind="out_invoice", journal=None):
        """Post a document under a number that somebody typed."""
        journal = journal or self.journal.copy()
        line = {
            "product_id": self.widget.id,
            "quantity": 3,
            "price_unit": price,
            "tax_ids": [Command.set(self.tax.ids)],
        }
        move = self.env["account.move"].create(
            {
                "move_type": kind,
                "partner_id": self.partner.id,
                "journal_id": journal.id,
                "invoice_date": "2026-03-10",
                "invoice_line_ids": [Command.create(line)],
            }
        )
        move.name = number
        move.action_post()
        return move

    def take_back(self, payment):
        """Cancel a payment in Odoo, and void it in the books."""
        payment.action_draft()
        payment.action_cancel()
        row = self.row(payment)
        self.assertEqual(row.reason, "changed", row.reason_text)
        row.action_void()
        return row

    def pay_as(self, number, invoices, **values):
        """Register a payment under a number that another one had."""
        journal = self.bank.copy({"name": f"Bank {number}"})
        methods = journal.inbound_payment_method_line_ids
        methods.payment_account_id = self.bank_account()
        self.map("bank", "090", journal)
        payment = self.pay(invoices, journal_id=journal.id, **values)
        payment.name = payment.move_id.name = number
        return payment

    def bank_account(self):
        """Return the account that the bank's own payments wait on."""
        return self.bank.inbound_payment_method_line_ids.payment_account_id[:1]


@tagged("post_install", "-at_install")
class TestXeroTwins(XeroTwins):
    def test_twin_documents_both_arrive_whatever_is_lost(self):
        for kind in ("out_invoice", "out_refund"):
            made = []
            for number, fault in enumerate((None, *FAULTS)):
                with self.subTest(kind=kind, fault=fault):
                    one = self.post_as(f"T/{number}", kind=kind)
                    self.run_with(None)
                    two = self.post_as(f"T/{number}", kind=kind)
                    self.run_with(fault)
                    made += [one, two]
                    self.assert_same(*self.all_moves())
            self.assertEqual(len(made), 2 * (len(FAULTS) + 1))

    def all_moves(self):
        """Return the posted documents of customers."""
        kinds = ("out_invoice", "out_refund")
        return self.env["account.move"].search([("move_type", "in", kinds)])

    def test_twins_of_one_call_both_arrive(self):
        twins = [self.post_as("T/1") for _n in range(3)]
        for fault in ("lost_after", None):
            self.run_with(fault)
        self.assert_same(*twins)

    def test_voiding_a_payment_leaves_the_one_that_has_its_number_now(self):
        one, two = self.create_invoice(), self.create_invoice(20.0)
        first = self.pay(one, amount=110.0)
        self.run_all()
        number = first.name
        row = self.take_back(first)
        second = self.pay_as(number, two, amount=50.0)
        self.run_with(None)
        self.assertEqual(row.sync_state, "voided", row.reason_text)
        self.assertEqual(self.row(second).sync_state, "synced")
        (stored,) = self.in_xero("payments")
        self.assertEqual(float(stored["Amount"]), 50.0)

    def test_a_refused_payment_that_is_retried_leaves_the_other(self):
        one, two = self.create_invoice(), self.create_invoice(20.0)
        first = self.pay(one, amount=110.0)
        self.run_all()
        second = self.pay_as(first.name, two, amount=50.0)
        client = self.ledger._get_http_client()
        stored = {i["InvoiceNumber"]: i for i in self.in_xero("invoices")}
        paid = {
            "Invoice": {"InvoiceID": stored[two.name]["InvoiceID"]},
            "Account": {"Code": "090"},
            "Date": "2026-03-13",
            "Amount": stored[two.name]["Total"],
        }
        with self.enter_registry_test_mode():
            answer = client.save("PUT", "/Payments", {"Payments": [paid]})
        self.run_ledger()
        self.assertEqual(self.row(second).reason, "refused")
        path = f"/Payments/{answer['Payments'][0]['PaymentID']}"
        with self.enter_registry_test_mode():
            client.save("POST", path, {"Status": "DELETED"})
        self.row(second).action_retry()
        self.run_with(None)
        amounts = sorted(float(p["Amount"]) for p in self.in_xero("payments"))
        self.assertEqual(amounts, [50.0, 110.0])
        self.take_back(first)
        self.run_with(None)
        amounts = [float(p["Amount"]) for p in self.in_xero("payments")]
        self.assertEqual(amounts, [50.0])

    def test_equal_twin_payments_both_arrive_whatever_is_lost(self):
        for number, fault in enumerate(FAULTS):
            one = self.create_invoice()
            first = self.pay(one, amount=30.0)
            self.run_with(None)
            self.pay_as(first.name, one, amount=30.0)
            self.run_with(fault)
            with self.subTest(fault=fault):
                paid = [float(p["Amount"]) for p in self.in_xero("payments")]
                self.assertEqual(paid, [30.0] * (2 * number + 2))

    def test_void_and_post_again_whatever_becomes_of_the_number(self):
        for takes_number in (True, False):
            self.control.set_options(void_number=takes_number)
            invoice = self.create_invoice()
            self.run_with(None)
            first = self.row(invoice)
            for _time in range(2):
                row = self.row(invoice)
                invoice.button_draft()
                row.action_void()
                self.run_with(None)
                self.assertEqual(row.sync_state, "voided")
                invoice.action_post()
                self.run_with(None)
            with self.subTest(takes_number=takes_number):
                self.assert_same(*self.env["account.move"].browse(invoice.ids))
                self.assertNotEqual(self.row(invoice), first)
            self.control.set_record(
                "invoices", self.row(invoice).external_id, Status="VOIDED"
            )


@tagged("post_install", "-at_install")
class TestXeroChangedThere(XeroTwins):
    """The answer is lost, and the bookkeeper changes the invoice before a run asks."""

    def lose(self, fault="lost_after"):
        """Post an invoice whose answer is lost; return it and its id in Xero."""
        invoice = self.create_invoice()
        self.control.add_fault(fault, method="PUT", path="/Invoices", times=2)
        self.run_ledger()
        self.assertEqual(self.row(invoice).sync_state, "sending")
        (stored,) = [i for i in self.in_xero("invoices") if self.is_new(i)]
        self.known = getattr(self, "known", set()) | {stored["InvoiceID"]}
        return invoice, stored["InvoiceID"]

    def is_new(self, stored):
        return stored["InvoiceID"] not in getattr(self, "known", set())

    def test_a_changed_invoice_is_ours_and_never_posted_twice(self):
        for words, fields in (
            ("its total is 275.00", {"Total": Decimal(275)}),
            ("it is dated 2026-04-01", {"Date": date(2026, 4, 1)}),
            ("its number is MINE-1", {"InvoiceNumber": "MINE-1"}),
            ("it is void", {"Status": "VOIDED"}),
        ):
            with self.subTest(words=words):
                invoice, key = self.lose()
                self.control.set_record("invoices", key, **fields)
                before = len(self.http_calls("PUT", path="/Invoices"))
                self.due()
                self.run_ledger()
                row = self.row(invoice)
                self.assertEqual((row.sync_state, row.reason), ("attention", "altered"))
                self.assertEqual(row.external_id, key)
                self.assertIn(words, row.reason_text)
                self.assertIn("is ours", row.reason_text)
                self.assertNotIn("unique", row.reason_text)
                self.run_ledger()
                after = len(self.http_calls("PUT", path="/Invoices"))
                self.assertEqual(after, before)

    def test_it_may_be_taken_over_as_it_is(self):
        invoice, key = self.lose()
        self.control.set_record("invoices", key, Date=date(2026, 4, 1))
        self.due()
        self.run_ledger()
        self.row(invoice).action_leave("As it is")
        self.run_all()
        self.assertEqual(self.row(invoice).external_id, key)
        self.assertEqual(len(self.in_xero("invoices")), 1)

    def test_it_may_be_posted_anew(self):
        for status in ("AUTHORISED", "VOIDED"):
            with self.subTest(status=status):
                invoice, key = self.lose()
                fields = {"Status": status, "Total": Decimal(1)}
                self.control.set_record("invoices", key, **fields)
                self.due()
                self.run_ledger()
                self.row(invoice).void()
                self.run_with(None)
                row = self.row(invoice)
                self.assertEqual(row.sync_state, "synced", row.reason_text)
                self.assertNotEqual(row.external_id, key)
                self.known |= {row.external_id}
                live = [i["InvoiceID"] for i in self.in_xero("invoices")]
                self.assertNotIn(key, live)

    def test_a_merged_contact_does_not_hide_it(self):
        invoice, key = self.lose()
        other = self.create_contact("Other Works")
        self.control.merge_contacts(self.account.external_id, other)
        self.due()
        self.run_ledger()
        self.assertEqual(self.row(invoice).external_id, key)
        self.assertEqual(self.account.external_id, other, "it was followed")
        self.assertIn("it is for Other Works", self.row(invoice).reason_text)
        self.assertEqual(len(self.in_xero("invoices")), 1)

    def test_a_contact_that_was_merged_before_its_answer_is_followed(self):
        account = self.create_account("Zed Traders")
        self.control.add_fault("lost_after", method="PUT", path="/Contacts", times=2)
        self.run_ledger()
        self.assertEqual(account.sync_state, "sending")
        mine = self.contact(Name="Zed Traders")["ContactID"]
        other = self.create_contact("Other Works")
        self.control.merge_contacts(mine, other)
        for _run in range(2):
            self.due()
            self.run_ledger()
        self.assertEqual(account.external_id, other)
        self.assertEqual(account.sync_state, "synced", account.sync_message)
        made = [c for c in self.contacts() if c["Name"] == "Zed Traders"]
        self.assertEqual(len(made), 1)

    def lose_customer(self, fault):
        """Return an account customer whose answer was lost."""
        account = self.create_account("Zed Traders")
        self.control.add_fault(fault, method="PUT", path="/Contacts", times=2)
        self.run_ledger()
        self.assertEqual(account.sync_state, "sending")
        return account

    def ask_about(self, account):
        """Let a run ask, and fail unless it leaves a person to tell."""
        before = len(self.http_calls("PUT", path="/Contacts"))
        for _run in range(2):
            self.due()
            self.run_ledger()
        self.assertIn("asked", account.request_line_ids.mapped("state"))
        self.assertIn("without the number", account.sync_message)
        after = len(self.http_calls("PUT", path="/Contacts"))
        self.assertEqual(after, before, "it is not sent again")
        wizards = self.env["synkd.candidate.wizard"]
        return wizards.browse(account.action_tell()["res_id"])

    def test_a_customer_whose_number_was_removed_is_told_by_a_person(self):
        account = self.lose_customer("lost_after")
        mine = self.contact(Name="Zed Traders")["ContactID"]
        self.control.set_record("contacts", mine, ContactNumber="", Name="Zed & Sons")
        self.ask_about(account).line_ids.action_pick()
        self.assertEqual(account.external_id, mine)
        self.run_ledger()
        self.assertEqual(account.sync_state, "synced", account.sync_message)
        named = [c for c in self.contacts() if c["Name"].startswith("Zed")]
        self.assertEqual([c["ContactID"] for c in named], [mine])

    def test_a_customer_of_the_same_code_is_none_of_ours_when_a_person_says_so(self):
        account = self.lose_customer("lost_before")
        other = self.create_contact("Other Works")
        self.control.set_record("contacts", other, AccountNumber=account.code)
        self.ask_about(account).action_none()
        self.control.set_record("contacts", other, AccountNumber="OTHER1")
        self.run_ledger()
        self.assertEqual(account.sync_state, "synced", account.sync_message)
        self.assertNotEqual(account.external_id, other)
