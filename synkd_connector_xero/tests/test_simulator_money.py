# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Payments, credit notes, overpayments and allocations in the simulated Xero."""

from odoo.tests import tagged

from .simulator_case import SimulatorCase


class MoneyCase(SimulatorCase):
    """A contact with an open invoice of 115.00."""

    def setUp(self):
        super().setUp()
        self.ann = self.contact("Ann")
        self.open = self.invoice(self.ann)

    def due(self, invoice=None):
        """Return status, paid, credited and due of an invoice."""
        found = self.read_invoice(invoice or self.open)
        names = ("Status", "AmountPaid", "AmountCredited", "AmountDue")
        return tuple(found[name] for name in names)


@tagged("-at_install", "post_install")
class TestSimulatorPayments(MoneyCase):
    def refuse(self, text, invoice=None, amount=10, **fields):
        """Check that a payment is refused and nothing has changed."""
        sent = self.payment_of(invoice or self.open, amount, **fields)
        self.refused("PUT", "/Payments", {"Payments": [sent]}, text)
        self.assertEqual(self.control.state()["payments"], [])

    def test_part_then_all(self):
        self.pay(self.open, 15, Reference="EFT 1")
        self.assertEqual(self.due(), ("AUTHORISED", 15, 0, 100))
        self.pay(self.open, 100, Date="2026-03-25")
        self.assertEqual(self.due(), ("PAID", 115, 0, 0))
        found = self.read_invoice(self.open)
        self.assertIn("FullyPaidOnDate", found)
        seen = [(each["Amount"], each["Reference"]) for each in found["Payments"]]
        self.assertEqual(seen, [(15, "EFT 1"), (100, "")])

    def test_moves_the_invoice(self):
        before = self.read_invoice(self.open)["UpdatedDateUTC"]
        self.control.advance(5)
        self.pay(self.open, 15)
        self.assertGreater(self.read_invoice(self.open)["UpdatedDateUTC"], before)

    def test_view(self):
        made = self.pay(self.open, 15)
        path = f"/Payments/{made['PaymentID']}"
        found = self.ok("GET", path)["Payments"][0]
        self.assertEqual(found["Invoice"]["InvoiceID"], self.open["InvoiceID"])
        self.assertEqual(found["Account"]["Code"], "090")
        self.assertEqual(found["PaymentType"], "ACCRECPAYMENT")
        self.assertEqual(found["Status"], "AUTHORISED")
        listed = self.ok("GET", "/Payments?page=1")
        self.assertEqual(listed["pagination"]["itemCount"], 1)

    def test_by_invoice_number(self):
        sent = self.payment_of(self.open, 15)
        sent["Invoice"] = {"InvoiceNumber": self.open["InvoiceNumber"]}
        self.ok("PUT", "/Payments", {"Payments": [sent]})
        self.assertEqual(self.due()[3], 100)

    def test_no_more_than_is_due(self):
        text = "exceeds the amount outstanding on this document"
        self.refuse(text, amount=115.01)
        self.pay(self.open, 115)
        sent = self.payment_of(self.open, 1)
        self.refused("PUT", "/Payments", {"Payments": [sent]}, text)

    def test_two_in_one_batch_see_each_other(self):
        both = {"Payments": [self.payment_of(self.open, 100) for _each in (1, 2)]}
        found = self.ok("PUT", "/Payments?summarizeErrors=false", both)["Payments"]
        status = [each["StatusAttributeString"] for each in found]
        self.assertEqual(status, ["OK", "ERROR"])
        self.assertIs(found[1]["HasValidationErrors"], True)
        self.assertEqual(self.due()[3], 15)

    def test_amounts(self):
        for amount in (0, -5):
            self.refuse("greater than zero", amount=amount)
        self.refuse("must be a number", amount="much")

    def test_draft_cannot_be_paid(self):
        draft = self.invoice(self.ann, Status="DRAFT")
        self.refuse("Authorised documents", draft)

    def test_accounts(self):
        self.refuse("not a bank account", Account={"Code": "200"})
        self.refuse("could not be found", Account={"Code": "999"})
        self.refuse("could not be found", Account={})
        self.refuse("currency of the bank account", Account={"Code": "091"})
        for code in ("850", "425"):
            self.pay(self.open, 10, Account={"Code": code})
        self.assertEqual(self.due()[1], 20)

    def test_date(self):
        self.refuse("Date must be specified", Date=None)
        self.control.set_lock_dates(period="2026-03-31")
        self.refuse("locked period", Date="2026-03-31")

    def test_target(self):
        self.refuse("Exactly one", Invoice=None)
        self.refuse("could not be found", Invoice={"InvoiceID": self.first})

    def test_delete(self):
        made = self.pay(self.open, 115)
        path = f"/Payments/{made['PaymentID']}"
        self.refused("POST", path, {"Amount": 5}, "cannot be changed")
        gone = self.ok("POST", path, {"Status": "DELETED"})["Payments"][0]
        self.assertEqual(gone["Status"], "DELETED")
        self.assertEqual(self.due(), ("AUTHORISED", 0, 0, 115))
        self.assertEqual(self.read_invoice(self.open)["Payments"], [])
        self.refused("POST", path, {"Status": "DELETED"}, "cannot be deleted")

    def test_delete_in_a_locked_period_or_reconciled(self):
        made = self.pay(self.open, 10)
        path = f"/Payments/{made['PaymentID']}"
        self.control.set_lock_dates(period="2026-03-31")
        self.refused("POST", path, {"Status": "DELETED"}, "locked period")
        self.control.set_lock_dates()
        self.control.set_record("payments", made["PaymentID"], IsReconciled=True)
        self.refused("POST", path, {"Status": "DELETED"}, "reconciled")

    def test_post_one_payment_and_no_natural_key(self):
        for _each in (1, 2):
            self.ok("POST", "/Payments", self.payment_of(self.open, 10))
        self.assertEqual(self.due()[1], 20, "the same again is paid again")

    def test_bills(self):
        line = self.line(AccountCode="429")
        bill = self.invoice(self.ann, line, Type="ACCPAY")
        self.assertEqual(self.pay(bill, 115)["PaymentType"], "ACCPAYPAYMENT")


@tagged("-at_install", "post_install")
class TestSimulatorCreditNotes(MoneyCase):
    def allocate(self, credit, amount, invoice=None, **fields):
        """Return the path and the body that use credit on an invoice."""
        path = f"/CreditNotes/{credit['CreditNoteID']}/Allocations"
        target = {"InvoiceID": (invoice or self.open)["InvoiceID"]}
        sent = {"Invoice": target, "Amount": amount, "Date": "2026-01-01", **fields}
        return path, {"Allocations": [sent]}

    def note(self, credit):
        """Return a credit note as it is now."""
        path = f"/CreditNotes/{credit['CreditNoteID']}"
        return self.ok("GET", path)["CreditNotes"][0]

    def test_create(self):
        made = self.credit_note(self.ann)
        self.assertEqual(made["CreditNoteNumber"], "CN-0001")
        self.assertEqual((made["Total"], made["RemainingCredit"]), (115, 115))
        self.credit_note(self.ann, CreditNoteNumber="X-1")
        sent = self.invoice_of(self.ann, Type="ACCRECCREDIT", CreditNoteNumber="X-1")
        self.refused("PUT", "/CreditNotes", sent, "must be unique")
        listed = self.ok("GET", "/CreditNotes?page=1")["CreditNotes"]
        self.assertEqual(len(listed), 2)
        by_number = self.ok("GET", "/CreditNotes/X-1")["CreditNotes"]
        self.assertEqual(by_number[0]["CreditNoteNumber"], "X-1")

    def test_sent_to_contact_is_read_only(self):
        made = self.credit_note(self.ann, SentToContact=True)
        self.assertIs(made["SentToContact"], False)

    def test_allocate_part_then_all(self):
        made = self.credit_note(self.ann)
        found = self.ok("PUT", *self.allocate(made, 15))["Allocations"][0]
        self.assertEqual(found["Amount"], 15)
        self.assertEqual(self.due(), ("AUTHORISED", 0, 15, 100))
        self.assertEqual(self.note(made)["RemainingCredit"], 100)
        self.ok("PUT", *self.allocate(made, 100))
        self.assertEqual(self.due(), ("PAID", 0, 115, 0))
        self.assertEqual(self.note(made)["Status"], "PAID")
        notes = self.read_invoice(self.open)["CreditNotes"]
        self.assertEqual([each["AppliedAmount"] for each in notes], [15, 100])

    def test_date_is_the_later_one_whatever_was_sent(self):
        made = self.credit_note(self.ann, Date="2026-03-15")
        found = self.ok("PUT", *self.allocate(made, 15))["Allocations"][0]
        self.assertEqual(found["DateString"], "2026-03-15T00:00:00")
        early = self.credit_note(self.ann, Date="2026-02-01")
        found = self.ok("PUT", *self.allocate(early, 15))["Allocations"][0]
        self.assertEqual(found["DateString"], "2026-03-10T00:00:00")

    def test_needs_authorised(self):
        draft = self.credit_note(self.ann, Status="DRAFT")
        path, sent = self.allocate(draft, 15)
        self.refused("PUT", path, sent, "Only an AUTHORISED")
        made = self.credit_note(self.ann)
        other = self.invoice(self.ann, Status="DRAFT")
        path, sent = self.allocate(made, 15, other)
        self.refused("PUT", path, sent, "AUTHORISED invoice")

    def test_amounts(self):
        made = self.credit_note(self.ann, self.line(UnitAmount=10))
        for amount, text in (
            (11.51, "remaining credit"),
            (115.01, "amount due"),
            (0, "greater than zero"),
        ):
            path, sent = self.allocate(made, amount)
            self.refused("PUT", path, sent, text)

    def test_other_contact_or_currency(self):
        made = self.credit_note(self.ann)
        other = self.invoice(self.contact("Bob"))
        path, sent = self.allocate(made, 15, other)
        self.refused("PUT", path, sent, "same contact")
        other = self.invoice(self.ann, CurrencyCode="USD")
        path, sent = self.allocate(made, 15, other)
        self.refused("PUT", path, sent, "same currency")

    def test_take_back(self):
        made = self.credit_note(self.ann)
        found = self.ok("PUT", *self.allocate(made, 115))["Allocations"][0]
        path = self.allocate(made, 0)[0]
        gone = self.ok("DELETE", f"{path}/{found['AllocationID']}")
        self.assertEqual(gone["AllocationId"], found["AllocationID"])
        self.assertIsInstance(gone["Invoice"], list, "as loose as Xero's example")
        self.assertEqual(self.due(), ("AUTHORISED", 0, 0, 115))
        self.assertEqual(self.note(made)["RemainingCredit"], 115)
        again = self.api("DELETE", f"{path}/{found['AllocationID']}")
        self.assertEqual(again.status, 404)

    def test_take_back_in_a_locked_period(self):
        made = self.credit_note(self.ann)
        found = self.ok("PUT", *self.allocate(made, 115))["Allocations"][0]
        self.control.set_lock_dates(period="2026-03-31")
        path = f"{self.allocate(made, 0)[0]}/{found['AllocationID']}"
        self.refused("DELETE", path, None, "locked period")

    def test_void_needs_no_allocation(self):
        made = self.credit_note(self.ann)
        self.ok("PUT", *self.allocate(made, 15))
        path = f"/CreditNotes/{made['CreditNoteID']}"
        text = "has a payment or credit note allocated"
        self.refused("POST", path, {"Status": "VOIDED"}, text)
        invoice = f"/Invoices/{self.open['InvoiceID']}"
        self.refused("POST", invoice, {"Status": "VOIDED"}, text)

    def test_void_and_change(self):
        made = self.credit_note(self.ann, Status="DRAFT")
        path = f"/CreditNotes/{made['CreditNoteID']}"
        self.ok("POST", path, {"Reference": "returned", "Status": "AUTHORISED"})
        self.assertEqual(self.note(made)["Reference"], "returned")
        gone = self.ok("POST", path, {"Status": "VOIDED"})["CreditNotes"][0]
        self.assertEqual((gone["Status"], gone["RemainingCredit"]), ("VOIDED", 0))
        sent = {"Type": "ACCRECCREDIT", "CreditNoteNumber": made["CreditNoteNumber"]}
        self.refused("POST", "/CreditNotes", sent, "must be unique")

    def test_refund(self):
        made = self.credit_note(self.ann)
        sent = self.payment_of(self.open, 115, Invoice=None)
        sent["CreditNote"] = {"CreditNoteNumber": made["CreditNoteNumber"]}
        paid = self.ok("PUT", "/Payments", {"Payments": [sent]})["Payments"][0]
        self.assertEqual(paid["PaymentType"], "ARCREDITPAYMENT")
        found = self.note(made)
        self.assertEqual((found["Status"], found["RemainingCredit"]), ("PAID", 0))

    def test_pdf(self):
        made = self.credit_note(self.ann)
        pdf = self.api("GET", f"/CreditNotes/{made['CreditNoteID']}/pdf")
        self.assertTrue(pdf.data.startswith(b"%PDF"))


@tagged("-at_install", "post_install")
class TestSimulatorOverpayments(MoneyCase):
    def received(self, kind, **fields):
        """Receive 100.00 as an overpayment or prepayment; return the transaction."""
        line = {"Description": "Too much", "Quantity": 1, "UnitAmount": 100}
        line["AccountCode"] = "610" if kind == "OVERPAYMENT" else "810"
        sent = {
            "Type": f"RECEIVE-{kind}",
            "Contact": {"ContactID": self.ann["ContactID"]},
            "BankAccount": {"Code": "090"},
            "LineItems": [line],
            "LineAmountTypes": "NoTax",
            "Date": "2026-03-12",
            **fields,
        }
        found = self.ok("PUT", "/BankTransactions", {"BankTransactions": [sent]})
        return found["BankTransactions"][0]

    def test_overpayment_and_prepayment(self):
        for kind, plural, key in (
            ("OVERPAYMENT", "Overpayments", "OverpaymentID"),
            ("PREPAYMENT", "Prepayments", "PrepaymentID"),
        ):
            made = self.received(kind)
            path = f"/{plural}/{made[key]}"
            found = self.ok("GET", path)[plural][0]
            self.assertEqual(found["Type"], f"RECEIVE-{kind}")
            self.assertEqual(found["RemainingCredit"], 100)
            target = {"InvoiceID": self.open["InvoiceID"]}
            sent = {"Invoice": target, "Amount": 50, "Date": "2026-03-12"}
            used = self.ok("PUT", f"{path}/Allocations", {"Allocations": [sent]})
            self.assertEqual(self.ok("GET", path)[plural][0]["RemainingCredit"], 50)
            self.assertEqual(len(self.read_invoice(self.open)[plural]), 1)
            gone = used["Allocations"][0]["AllocationID"]
            self.ok("DELETE", f"{path}/Allocations/{gone}")
            self.assertEqual(self.due(), ("AUTHORISED", 0, 0, 115))
            listed = self.ok("GET", f"/{plural}?page=1")[plural]
            self.assertEqual(len(listed), 1)

    def test_a_reference_is_kept_or_not_and_a_link_is(self):
        told = {"Reference": "PAY/1", "Url": "https://odoo.example/1"}
        for keeps, reference in ((True, "PAY/1"), (False, "")):
            self.control.set_options(overpayment_reference=keeps)
            made = self.received("OVERPAYMENT", **told)
            with self.subTest(keeps=keeps):
                self.assertEqual(made["Reference"], reference)
                self.assertEqual(made["Url"], told["Url"])

    def test_refund(self):
        made = self.received("OVERPAYMENT")
        sent = self.payment_of(self.open, 100, Invoice=None)
        sent["Overpayment"] = {"OverpaymentID": made["OverpaymentID"]}
        paid = self.ok("PUT", "/Payments", {"Payments": [sent]})["Payments"][0]
        self.assertEqual(paid["PaymentType"], "AROVERPAYMENTPAYMENT")
        path = f"/Overpayments/{made['OverpaymentID']}"
        self.assertEqual(self.ok("GET", path)["Overpayments"][0]["Status"], "PAID")

    def test_delete(self):
        made = self.received("OVERPAYMENT")
        path = f"/BankTransactions/{made['BankTransactionID']}"
        self.refused("POST", path, {"Reference": "x"}, "only be deleted")
        gone = self.ok("POST", path, {"Status": "DELETED"})["BankTransactions"][0]
        self.assertEqual(gone["Status"], "DELETED")
        path = f"/Overpayments/{made['OverpaymentID']}"
        self.assertEqual(self.ok("GET", path)["Overpayments"][0]["Status"], "VOIDED")

    def test_delete_when_used(self):
        made = self.received("OVERPAYMENT")
        sent = {"Invoice": {"InvoiceID": self.open["InvoiceID"]}, "Amount": 5}
        path = f"/Overpayments/{made['OverpaymentID']}/Allocations"
        self.ok("PUT", path, {"Allocations": [sent]})
        path = f"/BankTransactions/{made['BankTransactionID']}"
        self.refused("POST", path, {"Status": "DELETED"}, "allocated")

    def test_read_and_delete_in_a_batch(self):
        made = self.received("PREPAYMENT")
        key = made["BankTransactionID"]
        found = self.ok("GET", f"/BankTransactions/{key}")["BankTransactions"][0]
        self.assertEqual(found["BankAccount"]["Code"], "090")
        self.assertEqual(found["PrepaymentID"], made["PrepaymentID"])
        gone = {"BankTransactionID": key, "Status": "DELETED"}
        self.ok("POST", "/BankTransactions", {"BankTransactions": [gone]})
        path = f"/Prepayments/{made['PrepaymentID']}"
        self.assertEqual(self.ok("GET", path)["Prepayments"][0]["Status"], "VOIDED")

    def test_locked_period(self):
        made = self.received("OVERPAYMENT")
        self.control.set_lock_dates(period="2026-03-31")
        path = f"/BankTransactions/{made['BankTransactionID']}"
        self.refused("POST", path, {"Status": "DELETED"}, "locked period")

    def test_in_another_currency(self):
        made = self.received("OVERPAYMENT", BankAccount={"Code": "091"})
        self.assertEqual(made["CurrencyCode"], "USD")
        path = f"/Overpayments/{made['OverpaymentID']}/Allocations"
        sent = {"Invoice": {"InvoiceID": self.open["InvoiceID"]}, "Amount": 5}
        self.refused("PUT", path, {"Allocations": [sent]}, "same currency")
        owed = self.read_contact(self.ann)["Balances"]["AccountsReceivable"]
        self.assertAlmostEqual(owed["Outstanding"], 115 - 1800, delta=0.02)

    def test_plain_receipt_makes_no_credit(self):
        found = self.received("PREPAYMENT", Type="RECEIVE", LineAmountTypes=None)
        self.assertNotIn("PrepaymentID", found)
        listed = self.ok("GET", "/BankTransactions?page=1")["BankTransactions"]
        self.assertEqual(len(listed), 1)
        self.assertEqual(self.ok("GET", "/Prepayments")["Prepayments"], [])

    def test_what_is_needed(self):
        sent = {"Type": "RECEIVE-OVERPAYMENT", "LineItems": [self.line()]}
        contact = {"ContactID": self.ann["ContactID"]}
        for fields, text in (
            ({"Type": "GIFT"}, "Type must be one of"),
            ({"BankAccount": {"Code": "200"}}, "active bank account"),
            ({"BankAccount": {"Code": "090"}}, "Contact must be specified"),
            ({"BankAccount": {"Code": "090"}, "LineItems": []}, "line items"),
        ):
            body = {**sent, **fields}
            if "LineItems" in fields:
                body["Contact"] = contact
            self.refused("PUT", "/BankTransactions", body, text)
