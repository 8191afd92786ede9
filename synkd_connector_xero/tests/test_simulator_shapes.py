# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What every answer of the simulated Xero carries, field by field, and of what type."""

import re
from uuid import UUID

from odoo.tests import tagged

from .simulator_case import SimulatorCase

MOMENT = re.compile(r"^/Date\(-?\d+\+0000\)/$")
TWIN = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$")
NUMBER = (int, float)

CONTACT = {
    "ContactID": UUID,
    "ContactStatus": str,
    "Name": str,
    "IsCustomer": bool,
    "IsSupplier": bool,
    "Addresses": list,
    "Phones": list,
    "ContactGroups": list,
    "UpdatedDateUTC": MOMENT,
    "HasAttachments": bool,
    "HasValidationErrors": bool,
}
DOCUMENT = {
    "Type": str,
    "Contact": dict,
    "Status": str,
    "Date": MOMENT,
    "DateString": TWIN,
    "LineAmountTypes": str,
    "LineItems": list,
    "SubTotal": NUMBER,
    "TotalTax": NUMBER,
    "Total": NUMBER,
    "CurrencyCode": str,
    "CurrencyRate": NUMBER,
    "UpdatedDateUTC": MOMENT,
}
INVOICE = {
    **DOCUMENT,
    "InvoiceID": UUID,
    "InvoiceNumber": str,
    "DueDate": MOMENT,
    "DueDateString": TWIN,
    "AmountDue": NUMBER,
    "AmountPaid": NUMBER,
    "AmountCredited": NUMBER,
    "Payments": list,
    "CreditNotes": list,
    "Prepayments": list,
    "Overpayments": list,
    "SentToContact": bool,
    "IsDiscounted": bool,
    "TotalDiscount": NUMBER,
    "HasErrors": bool,
}
CREDIT = {**DOCUMENT, "RemainingCredit": NUMBER, "Allocations": list, "Payments": list}
LINE = {
    "LineItemID": UUID,
    "Description": str,
    "Quantity": NUMBER,
    "UnitAmount": NUMBER,
    "LineAmount": NUMBER,
    "AccountCode": str,
    "AccountID": UUID,
    "TaxType": str,
    "TaxAmount": NUMBER,
    "Tracking": list,
}
PAYMENT = {
    "PaymentID": UUID,
    "Date": MOMENT,
    "Amount": NUMBER,
    "BankAmount": NUMBER,
    "Reference": str,
    "CurrencyRate": NUMBER,
    "PaymentType": str,
    "Status": str,
    "IsReconciled": bool,
    "HasAccount": bool,
    "Account": dict,
    "Invoice": dict,
    "UpdatedDateUTC": MOMENT,
    "HasValidationErrors": bool,
}
ALLOCATION = {
    "AllocationID": UUID,
    "Amount": NUMBER,
    "Date": MOMENT,
    "Invoice": dict,
    "IsDeleted": bool,
}
SETTINGS = {
    "Accounts": {
        "AccountID": UUID,
        "Code": str,
        "Name": str,
        "Type": str,
        "Class": str,
        "Status": str,
        "TaxType": str,
        "EnablePaymentsToAccount": bool,
        "UpdatedDateUTC": MOMENT,
    },
    "TaxRates": {
        "TaxType": str,
        "Name": str,
        "Status": str,
        "EffectiveRate": NUMBER,
        "DisplayTaxRate": NUMBER,
        "CanApplyToRevenue": bool,
        "TaxComponents": list,
    },
    "Currencies": {"Code": str, "Description": str},
    "Items": {"ItemID": UUID, "Code": str, "Name": str, "SalesDetails": dict},
    "BrandingThemes": {"BrandingThemeID": UUID, "Name": str, "SortOrder": int},
    "TrackingCategories": {"TrackingCategoryID": UUID, "Name": str, "Options": list},
}
ORGANISATION = {
    "OrganisationID": UUID,
    "Name": str,
    "BaseCurrency": str,
    "CountryCode": str,
    "OrganisationStatus": str,
    "FinancialYearEndDay": int,
    "ShortCode": str,
    "CreatedDateUTC": MOMENT,
}


class ShapeCase(SimulatorCase):
    """Compares records with the tables above."""

    def shaped(self, record, shape):
        """Check that a record has each field of a shape, of the right type."""
        for name, kind in shape.items():
            self.assertIn(name, record)
            self.of(record[name], kind, name)

    def of(self, value, kind, name):
        """Check one value."""
        if isinstance(kind, re.Pattern):
            self.assertRegex(value, kind, name)
        elif kind is UUID:
            self.assertEqual(str(UUID(value)), value, name)
        else:
            self.assertIsInstance(value, kind, name)
            if kind is NUMBER:
                self.assertNotIsInstance(value, bool, name)

    def every(self, path, plural, shape):
        """Check all records of a list, which may not be empty."""
        found = self.ok("GET", path)
        self.assertTrue(found[plural], path)
        for record in found[plural]:
            self.shaped(record, shape)
        return found


@tagged("-at_install", "post_install")
class TestSimulatorShapes(ShapeCase):
    def setUp(self):
        super().setUp()
        self.ann = self.contact("Ann")
        self.open = self.invoice(self.ann)

    def test_envelope(self):
        found = self.ok("GET", "/Contacts?page=1")
        shape = {"Id": UUID, "Status": str, "ProviderName": str, "DateTimeUTC": MOMENT}
        self.shaped(found, shape)
        self.assertEqual(found["Status"], "OK")

    def test_settings(self):
        for plural, shape in SETTINGS.items():
            self.every(f"/{plural}", plural, shape)
        self.every("/Organisation", "Organisations", ORGANISATION)

    def test_contacts(self):
        found = self.every("/Contacts?page=1", "Contacts", CONTACT)["Contacts"][0]
        for address in found["Addresses"]:
            self.shaped(address, dict.fromkeys(("AddressType", "City", "Country"), str))
        for phone in found["Phones"]:
            self.shaped(phone, dict.fromkeys(("PhoneType", "PhoneNumber"), str))
        for side in ("AccountsReceivable", "AccountsPayable"):
            amounts = {"Outstanding": NUMBER, "Overdue": NUMBER}
            self.shaped(found["Balances"][side], amounts)

    def test_invoices(self):
        self.pay(self.open, 5)
        found = self.every("/Invoices?page=1", "Invoices", INVOICE)["Invoices"][0]
        self.shaped(found["LineItems"][0], LINE)
        self.shaped(found["Contact"], {"ContactID": UUID, "Name": str})
        brief = {"PaymentID": UUID, "Date": MOMENT, "Amount": NUMBER, "Reference": str}
        self.shaped(found["Payments"][0], brief)

    def test_answer_of_a_write_is_the_whole_record(self):
        path = f"/Invoices/{self.open['InvoiceID']}"
        for record in (
            self.open,
            self.ok("POST", path, {"Reference": "x"})["Invoices"][0],
        ):
            self.shaped(record, INVOICE)
            self.shaped(record["LineItems"][0], LINE)
        self.shaped(self.ann, CONTACT)

    def test_credits(self):
        note = self.credit_note(self.ann)
        shape = {**CREDIT, "CreditNoteID": UUID, "CreditNoteNumber": str}
        self.shaped(note, shape)
        path = f"/CreditNotes/{note['CreditNoteID']}/Allocations"
        sent = {"Invoice": {"InvoiceID": self.open["InvoiceID"]}, "Amount": 5}
        made = self.ok("PUT", path, {"Allocations": [sent]})["Allocations"][0]
        self.shaped(made, {**ALLOCATION, "DateString": TWIN})
        found = self.every("/CreditNotes?page=1", "CreditNotes", shape)
        used = found["CreditNotes"][0]["Allocations"][0]
        self.shaped(used, ALLOCATION)
        credited = self.read_invoice(self.open)["CreditNotes"][0]
        shape = {"CreditNoteID": UUID, "AppliedAmount": NUMBER, "Date": MOMENT}
        self.shaped(credited, shape)

    def test_payments(self):
        self.pay(self.open, 5)
        found = self.every("/Payments?page=1", "Payments", PAYMENT)["Payments"][0]
        self.shaped(found["Account"], {"AccountID": UUID, "Code": str})
        shape = {"InvoiceID": UUID, "InvoiceNumber": str, "Contact": dict}
        self.shaped(found["Invoice"], shape)

    def test_failed_elements(self):
        sent = {"Contacts": [{"Name": "<"}]}
        found = self.ok("PUT", "/Contacts?summarizeErrors=false", sent)["Contacts"]
        shape = {
            "ContactID": UUID,
            "Name": str,
            "HasValidationErrors": bool,
            "StatusAttributeString": str,
            "ValidationErrors": list,
        }
        self.shaped(found[0], shape)
        reply = self.api("PUT", "/Contacts", sent)
        body = {"ErrorNumber": int, "Type": str, "Message": str, "Elements": list}
        self.shaped(reply.json, body)
        self.shaped(reply.json["Elements"][0], shape)

    def test_pages(self):
        names = ("page", "pageSize", "pageCount", "itemCount")
        self.contact("Bob")
        for plural in ("Contacts", "Invoices", "CreditNotes", "Payments"):
            found = self.ok("GET", f"/{plural}?page=1")
            self.shaped(found["pagination"], dict.fromkeys(names, int))

    def test_nothing_of_our_own_leaks(self):
        self.pay(self.open, 5)
        self.credit_note(self.ann)
        paths = ("Contacts", "Invoices", "CreditNotes", "Payments", "Organisation")
        for name in paths:
            text = self.api("GET", f"/{name}?page=1").data.decode()
            self.assertNotIn('"_', text, name)


@tagged("-at_install", "post_install")
class TestSimulatorUnknowns(SimulatorCase):
    """Ids and paths that lead nowhere, on every resource."""

    def test_reading(self):
        for path in (
            *("Contacts", "ContactGroups", "Invoices", "CreditNotes", "Payments"),
            *("Overpayments", "Prepayments", "BankTransactions", "Accounts", "Items"),
        ):
            reply = self.api("GET", f"/{path}/{self.first}")
            self.assertEqual(reply.status, 404, path)

    def test_changing(self):
        for path in (
            "Contacts",
            "ContactGroups",
            "Invoices",
            "CreditNotes",
            "Payments",
        ):
            reply = self.api("POST", f"/{path}/{self.first}", {"Status": "DELETED"})
            self.assertEqual(reply.status, 404, path)

    def test_ids_in_a_batch(self):
        for plural, key in (
            ("Contacts", "ContactID"),
            ("Invoices", "InvoiceID"),
            ("CreditNotes", "CreditNoteID"),
            ("Payments", "PaymentID"),
        ):
            sent = {plural: [{key: self.first, "Name": "Ann", "Status": "DELETED"}]}
            self.refused("POST", f"/{plural}", sent, "does not exist")

    def test_put_with_the_id_of_an_existing_document(self):
        made = self.invoice()
        sent = self.invoice_of(made["Contact"], InvoiceID=made["InvoiceID"])
        self.refused("PUT", "/Invoices", sent, "exists already")

    def test_parts_of_records(self):
        contact = self.contact("Ann")
        note = self.credit_note(contact)
        invoice = self.invoice(contact)
        for method, path in (
            ("DELETE", f"/CreditNotes/{note['CreditNoteID']}/Allocations/x"),
            ("PUT", "/CreditNotes/x/Allocations"),
            ("PUT", "/ContactGroups/x/Contacts"),
            ("GET", "/Invoices/x/OnlineInvoice"),
            ("GET", "/Invoices/x/pdf"),
            ("GET", "/CreditNotes/x/pdf"),
            ("POST", "/Invoices/x/Email"),
            ("GET", "/Payments/x/History"),
            ("PUT", "/Invoices/x/History"),
        ):
            self.assertEqual(self.api(method, path, {}).status, 404, path)
        sent = {"Allocations": [{"Invoice": {"InvoiceID": "x"}, "Amount": 1}]}
        path = f"/CreditNotes/{note['CreditNoteID']}/Allocations"
        self.refused("PUT", path, sent, "could not be found")
        self.assertEqual(self.read_invoice(invoice)["AmountDue"], 115)

    def test_history_of_every_kind(self):
        contact = self.contact("Ann")
        invoice, note = self.invoice(contact), self.credit_note(contact)
        paid = self.pay(invoice, 5)
        for path in (
            f"/Invoices/{invoice['InvoiceID']}",
            f"/CreditNotes/{note['CreditNoteID']}",
            f"/Payments/{paid['PaymentID']}",
        ):
            self.assertEqual(self.ok("GET", f"{path}/History")["HistoryRecords"], [])
            notes = {"HistoryRecords": [{"Details": "a"}, {"Details": "b"}]}
            self.ok("PUT", f"{path}/History", notes)
            found = self.ok("GET", f"{path}/History")["HistoryRecords"]
            self.assertEqual([each["Details"] for each in found], ["a", "b"])
