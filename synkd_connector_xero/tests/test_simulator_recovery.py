# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Every kind of write to the simulated Xero, its answer lost before or after it.

What a client must be able to rely on: a write is there as a whole or not at all, the
same call with the same key is answered and not done again, and without a key a natural
key tells whether it was done.
"""

from http.client import IncompleteRead

from odoo.tests import tagged

from .simulator_case import SimulatorCase

TABLES = ("contacts", "invoices", "credit_notes", "payments", "bank_transactions")


@tagged("-at_install", "post_install")
class TestSimulatorRecovery(SimulatorCase):
    def setUp(self):
        super().setUp()
        self.ann = self.contact("Ann")
        self.open = self.invoice(self.ann)
        self.note = self.credit_note(self.ann)

    def writes(self):
        """Yield method, path and body of one write of each kind."""
        invoice = {"InvoiceID": self.open["InvoiceID"]}
        contact = {"ContactID": self.ann["ContactID"]}
        yield "PUT", "/Contacts", {"Name": "Bob", "ContactNumber": "B"}
        yield "PUT", "/Invoices", self.invoice_of(self.ann, InvoiceNumber="S-1")
        sent = self.invoice_of(self.ann, CreditNoteNumber="C-1", Type="ACCRECCREDIT")
        yield "PUT", "/CreditNotes", sent
        yield "PUT", "/Payments", {"Payments": [self.payment_of(self.open, 5)]}
        path = f"/CreditNotes/{self.note['CreditNoteID']}/Allocations"
        yield "PUT", path, {"Allocations": [{"Invoice": invoice, "Amount": 5}]}
        line = {"Description": "x", "LineAmount": 5}
        money = {"BankAccount": {"Code": "090"}, "LineItems": [line]}
        sent = {"Type": "RECEIVE-OVERPAYMENT", "Contact": contact, **money}
        yield "PUT", "/BankTransactions", sent

    def books(self):
        """Return what counts: records, and what is due and left."""
        found = self.control.state()
        sizes = [len(found[table]) for table in TABLES]
        due = [each["AmountDue"] for each in found["invoices"]]
        left = [each["RemainingCredit"] for each in found["credit_notes"]]
        return sizes, due, left

    def lose(self, kind, method, path, body, key):
        """Send a write whose answer is lost."""
        self.control.add_fault(kind, method=method, path=path)
        with self.assertRaises(OSError):
            self.api(method, path, body, Idempotency_Key=key)

    def test_lost_before_has_done_nothing_and_works_again(self):
        for number, write in enumerate(self.writes()):
            with self.subTest(path=write[1]):
                before = self.books()
                self.lose("lost_before", *write, f"before-{number}")
                self.assertEqual(self.books(), before)
                reply = self.api(*write, Idempotency_Key=f"before-{number}")
                self.assertEqual(reply.status, 200, reply.data)
                self.assertNotEqual(self.books(), before)

    def test_lost_after_is_done_once_with_the_same_key(self):
        for number, write in enumerate(self.writes()):
            with self.subTest(path=write[1]):
                before = self.books()
                self.lose("lost_after", *write, f"after-{number}")
                done = self.books()
                self.assertNotEqual(done, before)
                for _each in range(2):
                    reply = self.api(*write, Idempotency_Key=f"after-{number}")
                    self.assertEqual(reply.status, 200, reply.data)
                self.assertEqual(self.books(), done)

    def test_when_the_key_is_forgotten_numbers_protect_and_money_does_not(self):
        protected = {"/Contacts", "/Invoices", "/CreditNotes"}
        for number, write in enumerate(self.writes()):
            with self.subTest(path=write[1]):
                self.lose("lost_after", *write, f"late-{number}")
                done = self.books()
                self.control.advance(361)
                self.token = self.control.grant()["access_token"]
                reply = self.api(*write, Idempotency_Key=f"late-{number}")
                if write[1] in protected:
                    self.assertEqual(reply.status, 400)
                    self.assertEqual(self.books(), done)
                else:
                    self.assertEqual(reply.status, 200, "done a second time")
                    self.assertNotEqual(self.books(), done)

    def test_refused_changes_nothing(self):
        invoice = {"InvoiceID": self.open["InvoiceID"]}
        note = f"/CreditNotes/{self.note['CreditNoteID']}"
        bad = self.line(AccountCode="999")
        for method, path, body in (
            ("PUT", "/Contacts", {"Name": "Ann"}),
            ("PUT", "/Invoices", self.invoice_of({"ContactID": "x"})),
            ("PUT", "/Invoices", self.invoice_of(self.ann, bad)),
            ("POST", f"/Invoices/{invoice['InvoiceID']}", {"LineItems": [bad]}),
            ("POST", note, {"LineItems": [bad]}),
            ("PUT", "/Payments", self.payment_of(self.open, 500)),
            ("PUT", f"{note}/Allocations", {"Invoice": invoice, "Amount": 500}),
        ):
            with self.subTest(path=path):
                before = self.control.state()
                self.assertEqual(self.api(method, path, body).status, 400)
                self.assertEqual(self.control.state(), before)

    def test_a_refused_document_makes_no_contact(self):
        line = self.line(TaxType="NIX")
        sent = self.invoice_of(self.ann, line, Contact={"Name": "Somebody new"})
        self.assertEqual(self.api("PUT", "/Invoices", sent).status, 400)
        names = [each["Name"] for each in self.control.state()["contacts"]]
        self.assertEqual(names, ["Ann"])

    def test_server_errors_are_whole_or_nothing_too(self):
        for kind, changes in (("500", False), ("500_after", True)):
            for method, path, body in self.writes():
                with self.subTest(kind=kind, path=path):
                    before = self.books()
                    self.control.add_fault(kind, method=method, path=path)
                    self.assertEqual(self.api(method, path, body).status, 500)
                    self.assertEqual(self.books() != before, changes)

    def test_truncated_and_garbled_answers_were_done(self):
        for number, kind in enumerate(("truncated", "wrong_json")):
            before = self.books()[0][0]
            self.control.add_fault(kind, method="PUT")
            with self.assertRaises((IncompleteRead, ValueError)):
                self.ok("PUT", "/Contacts", {"Name": f"N{number}"})
            self.assertEqual(self.books()[0][0], before + 1)
