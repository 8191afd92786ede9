# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Invoices in the simulated Xero: amounts, status, what may still be changed."""

from odoo.tests import tagged

from .simulator_case import SimulatorCase

FROZEN = "has a payment or credit note allocated"


@tagged("-at_install", "post_install")
class TestSimulatorAmounts(SimulatorCase):
    def amounts(self, *lines, kind="Exclusive", path="/Invoices", **fields):
        """Create an invoice and return SubTotal, TotalTax, Total."""
        sent = self.invoice_of(self.ann, *lines, LineAmountTypes=kind, **fields)
        made = self.ok("PUT", path, sent)["Invoices"][0]
        return made["SubTotal"], made["TotalTax"], made["Total"]

    def setUp(self):
        super().setUp()
        self.ann = self.contact("Ann")

    def test_exclusive(self):
        self.assertEqual(self.amounts(self.line(Quantity=2)), (200, 30, 230))

    def test_inclusive(self):
        found = self.amounts(self.line(UnitAmount=115), kind="Inclusive")
        self.assertEqual(found, (100, 15, 115))

    def test_no_tax(self):
        self.assertEqual(self.amounts(self.line(), kind="NoTax"), (100, 0, 100))

    def test_amount_types_are_mixed_case(self):
        for kind in ("exclusive", "EXCLUSIVE", "None"):
            sent = self.invoice_of(self.ann, LineAmountTypes=kind)
            self.refused("PUT", "/Invoices", sent, "LineAmountTypes")

    def test_tax_is_rounded_per_line(self):
        # 0.10 at 15 % is 0.015, so 0.02 a line: 0.06, where 0.30 at once were 0.05.
        lines = [self.line(UnitAmount=0.10) for _each in range(3)]
        self.assertEqual(self.amounts(*lines), (0.30, 0.06, 0.36))

    def test_tax_amount_can_be_given(self):
        self.assertEqual(self.amounts(self.line(TaxAmount=14.99)), (100, 14.99, 114.99))

    def test_tax_types(self):
        zero = self.line(TaxType="ZERORATEDOUTPUT")
        self.assertEqual(self.amounts(zero, self.line()), (200, 15, 215))
        default = self.line(AccountCode="220")
        self.assertEqual(self.amounts(default), (100, 0, 100), "the account's own")
        for code in ("NIX", "INPUT"):
            sent = self.invoice_of(self.ann, self.line(TaxType=code))
            self.refused("PUT", "/Invoices", sent, f"TaxType code '{code}'")

    def test_two_decimals_unless_four_are_asked_for(self):
        line = self.line(Quantity=1000, UnitAmount=0.1234)
        self.assertEqual(self.amounts(line, kind="NoTax")[2], 120)
        found = self.amounts(line, kind="NoTax", path="/Invoices?unitdp=4")
        self.assertEqual(found[2], 123.4)

    def test_four_decimals_are_shown_only_when_asked_for(self):
        sent = self.invoice_of(self.ann, self.line(UnitAmount=0.1234))
        made = self.ok("PUT", "/Invoices?unitdp=4", sent)["Invoices"][0]
        self.assertEqual(made["LineItems"][0]["UnitAmount"], 0.1234)
        self.assertEqual(self.read_invoice(made)["LineItems"][0]["UnitAmount"], 0.12)
        path = f"/Invoices/{made['InvoiceID']}?unitdp=4"
        line = self.ok("GET", path)["Invoices"][0]["LineItems"][0]
        self.assertEqual(line["UnitAmount"], 0.1234)

    def test_discount(self):
        line = self.line(DiscountRate=12.5)
        made = self.invoice(self.ann, line)
        self.assertEqual(made["LineItems"][0]["LineAmount"], 87.5)
        self.assertEqual(made["TotalDiscount"], 12.5)
        self.assertIs(made["IsDiscounted"], True)
        fixed = self.line(DiscountAmount=20)
        self.assertEqual(self.amounts(fixed, kind="NoTax")[2], 80)
        sent = self.invoice_of(self.ann, self.line(DiscountRate=101))
        self.refused("PUT", "/Invoices", sent, "0 to 100")

    def test_discount_on_sales_invoices_only(self):
        line = self.line(DiscountRate=10)
        sent = self.invoice_of(self.ann, line, Type="ACCRECCREDIT")
        self.refused("PUT", "/CreditNotes", sent, "only supported on ACCREC invoices")
        line["AccountCode"] = "429"
        sent = self.invoice_of(self.ann, line, Type="ACCPAY")
        self.refused("PUT", "/Invoices", sent, "only supported on ACCREC invoices")

    def test_line_amount_must_fit(self):
        self.assertEqual(self.amounts(self.line(LineAmount=100))[0], 100)
        sent = self.invoice_of(self.ann, self.line(LineAmount=99))
        text = "line total 99.00 does not match the expected line total 100.00"
        self.refused("PUT", "/Invoices", sent, text)

    def test_numbers_as_text(self):
        line = self.line(Quantity="2", UnitAmount="49.99")
        self.assertEqual(self.amounts(line, kind="NoTax")[2], 99.98)
        for wrong in ("many", True, "NaN"):
            sent = self.invoice_of(self.ann, self.line(Quantity=wrong))
            self.refused("PUT", "/Invoices", sent, "Quantity must be a number")

    def test_negative_lines_but_no_negative_total(self):
        less = self.line(UnitAmount=-30)
        self.assertEqual(self.amounts(self.line(), less, kind="NoTax")[2], 70)
        sent = self.invoice_of(self.ann, less)
        self.refused("PUT", "/Invoices", sent, "cannot be negative")

    def test_text_only_line(self):
        found = self.amounts(self.line(), {"Description": "Thank you"})
        self.assertEqual(found, (100, 15, 115))
        sent = self.invoice_of(self.ann, {"Quantity": 1})
        self.refused("PUT", "/Invoices", sent, "Description must be specified")

    def test_item_fills_in(self):
        made = self.invoice(self.ann, {"ItemCode": "WIDGET", "Quantity": 2})
        line = made["LineItems"][0]
        self.assertEqual(line["Description"], "Widget")
        self.assertEqual(line["LineAmount"], 240)
        self.assertEqual(line["AccountCode"], "200")
        sent = self.invoice_of(self.ann, {"ItemCode": "NIX"})
        self.refused("PUT", "/Invoices", sent, "Item code 'NIX'")

    def test_account_codes(self):
        for code in ("999", "299", "610", "860", "090"):
            sent = self.invoice_of(self.ann, self.line(AccountCode=code))
            text = f"Account code '{code}' is not a valid code"
            self.refused("PUT", "/Invoices", sent, text)
        sent = self.invoice_of(self.ann, self.line(AccountCode=None))
        self.refused("PUT", "/Invoices", sent, "Account code must be specified")
        self.ok("PUT", "/Invoices", {**sent, "Status": "DRAFT"})

    def test_tracking(self):
        north = {"Name": "Region", "Option": "North"}
        online = {"Name": "Channel", "Option": "Online"}
        made = self.invoice(self.ann, self.line(Tracking=[north, online]))
        found = made["LineItems"][0]["Tracking"]
        self.assertEqual([each["Option"] for each in found], ["North", "Online"])
        for tracking, text in (
            ([north, online, north], "at most 2"),
            ([{"Name": "Region", "Option": "Moon"}], "does not exist"),
        ):
            sent = self.invoice_of(self.ann, self.line(Tracking=tracking))
            self.refused("PUT", "/Invoices", sent, text)

    def test_currency(self):
        made = self.invoice(self.ann, CurrencyCode="USD")
        self.assertAlmostEqual(made["CurrencyRate"], 0.055556)
        made = self.invoice(self.ann, CurrencyCode="USD", CurrencyRate=0.06)
        self.assertEqual(made["CurrencyRate"], 0.06)
        self.assertEqual(self.invoice(self.ann)["CurrencyRate"], 1)
        sent = self.invoice_of(self.ann, CurrencyCode="JPY")
        self.refused("PUT", "/Invoices", sent, "not subscribed to currency JPY")


@tagged("-at_install", "post_install")
class TestSimulatorInvoices(SimulatorCase):
    def setUp(self):
        super().setUp()
        self.ann = self.contact("Ann")

    def change(self, invoice, **fields):
        """Change an invoice and return it."""
        path = f"/Invoices/{invoice['InvoiceID']}"
        return self.ok("POST", path, fields)["Invoices"][0]

    def refuse(self, invoice, text, **fields):
        """Check that a change is refused and nothing has changed."""
        before = self.read_invoice(invoice)
        self.refused("POST", f"/Invoices/{invoice['InvoiceID']}", fields, text)
        self.assertEqual(self.read_invoice(invoice), before)

    def test_what_is_needed(self):
        for missing, text in (
            ("Type", "Type must be one of"),
            ("Contact", "Contact must be specified"),
            ("LineItems", "line items must be specified"),
        ):
            sent = self.invoice_of(self.ann)
            del sent[missing]
            self.refused("PUT", "/Invoices", sent, text)
        self.assertEqual(self.control.state()["invoices"], [])

    def test_default_status_and_dates(self):
        terms = {"Sales": {"Day": 7, "Type": "DAYSAFTERBILLDATE"}}
        bob = self.contact("Bob", PaymentTerms=terms)
        made = self.invoice(bob, Status=None, DueDate=None)
        self.assertEqual(made["Status"], "DRAFT")
        self.assertEqual(made["DueDateString"], "2026-03-17T00:00:00")
        made = self.invoice(self.ann, DueDate=None)
        self.assertEqual(made["DueDateString"], made["DateString"])

    def test_due_date_by_terms(self):
        for kind, days, due in (
            ("DAYSAFTERBILLMONTH", 10, "2026-04-10"),
            ("OFCURRENTMONTH", 31, "2026-03-31"),
            ("OFFOLLOWINGMONTH", 31, "2026-04-30"),
        ):
            terms = {"PaymentTerms": {"Sales": {"Day": days, "Type": kind}}}
            self.ok("POST", f"/Contacts/{self.ann['ContactID']}", terms)
            made = self.invoice(self.ann, DueDate=None)
            self.assertEqual(made["DueDateString"][:10], due, kind)

    def test_numbers(self):
        made = self.invoice(self.ann)
        self.assertEqual(made["InvoiceNumber"], "INV-0001")
        self.invoice(self.ann, InvoiceNumber="INV-0002")
        self.assertEqual(self.invoice(self.ann)["InvoiceNumber"], "INV-0003")
        sent = self.invoice_of(self.ann, InvoiceNumber="INV-0002")
        self.refused("PUT", "/Invoices", sent, "Invoice # must be unique.")
        sent["InvoiceNumber"] = "x" * 256
        self.refused("PUT", "/Invoices", sent, "255")

    def test_number_of_a_deleted_draft_is_free_that_of_a_void_is_not(self):
        draft = self.invoice(self.ann, InvoiceNumber="A-1", Status="DRAFT")
        self.change(draft, Status="DELETED")
        made = self.invoice(self.ann, InvoiceNumber="A-1")
        self.change(made, Status="VOIDED")
        for method in ("PUT", "POST"):
            sent = self.invoice_of(self.ann, InvoiceNumber="A-1")
            self.refused(method, "/Invoices", sent, "Invoice # must be unique.")

    def test_a_number_beside_voided_is_taken_or_not(self):
        for takes_it, number in ((True, "A-1"), (False, "A-2")):
            self.control.set_options(void_number=takes_it)
            made = self.invoice(self.ann, InvoiceNumber=number)
            other = f"{number} void"
            self.change(made, InvoiceNumber=other, Status="VOIDED")
            found = self.read_invoice(made)
            with self.subTest(takes_it=takes_it):
                kept = other if takes_it else number
                self.assertEqual(found["InvoiceNumber"], kept)
                self.assertEqual(found["Status"], "VOIDED")
        self.invoice(self.ann, InvoiceNumber="A-1")
        sent = self.invoice_of(self.ann, InvoiceNumber="A-2")
        self.refused("PUT", "/Invoices", sent, "Invoice # must be unique.")

    def test_a_link_stays_whatever_is_edited_and_has_to_lead_somewhere(self):
        url = "https://odoo.example/odoo/1?key=SK"
        made = self.invoice(self.ann, InvoiceNumber="A-1", Url=url)
        self.control.set_record("invoices", made["InvoiceID"], InvoiceNumber="B-1")
        self.change(made, Reference="Mine")
        found = self.ok("GET", "/Invoices/B-1")["Invoices"][0]
        self.assertEqual((found["Url"], found["Reference"]), (url, "Mine"))
        for wrong in ("odoo.example", "ftp://odoo.example", "https://"):
            sent = self.invoice_of(self.ann, Url=wrong)
            self.refused("PUT", "/Invoices", sent, "Url must be a valid")

    def test_post_with_a_known_number_changes_that_invoice(self):
        made = self.invoice(self.ann, InvoiceNumber="A-1", Status="DRAFT")
        sent = self.invoice_of(self.ann, self.line(UnitAmount=7), InvoiceNumber="A-1")
        found = self.ok("POST", "/Invoices", {"Invoices": [sent]})["Invoices"][0]
        self.assertEqual(found["InvoiceID"], made["InvoiceID"])
        self.assertEqual(found["Total"], 8.05)
        self.assertEqual(len(self.control.state()["invoices"]), 1)

    def test_bills_may_share_a_number(self):
        line = self.line(AccountCode="429")
        one = self.invoice(self.ann, line, Type="ACCPAY", InvoiceNumber="S-1")
        two = self.invoice(self.ann, line, Type="ACCPAY", InvoiceNumber="S-1")
        self.assertNotEqual(one["InvoiceID"], two["InvoiceID"])

    def test_read_by_number(self):
        made = self.invoice(self.ann, InvoiceNumber="A-1")
        found = self.ok("GET", "/Invoices/A-1")["Invoices"][0]
        self.assertEqual(found["InvoiceID"], made["InvoiceID"])
        self.assertEqual(self.api("GET", "/Invoices/A-2").status, 404)

    def test_status_goes_forward(self):
        made = self.invoice(self.ann, Status="DRAFT")
        for status in ("SUBMITTED", "AUTHORISED", "VOIDED"):
            self.assertEqual(self.change(made, Status=status)["Status"], status)
        for status in ("DRAFT", "AUTHORISED", "DELETED"):
            self.refuse(made, "not of valid status for modification", Status=status)

    def test_authorised_never_returns(self):
        made = self.invoice(self.ann)
        for status in ("DRAFT", "SUBMITTED", "DELETED", "PAID"):
            self.refuse(made, "not of valid status for modification", Status=status)

    def test_status_at_creation(self):
        for status in ("PAID", "VOIDED", "DELETED", "SENT"):
            sent = self.invoice_of(self.ann, Status=status)
            self.refused("PUT", "/Invoices", sent, "not of valid status for creation")

    def test_approval_checks_the_lines(self):
        made = self.invoice(self.ann, self.line(AccountCode=None), Status="DRAFT")
        self.refuse(made, "Account code must be specified", Status="AUTHORISED")

    def test_void_needs_no_money_on_it(self):
        made = self.invoice(self.ann)
        paid = self.pay(made, 15)
        self.refuse(made, FROZEN, Status="VOIDED")
        self.ok("POST", f"/Payments/{paid['PaymentID']}", {"Status": "DELETED"})
        gone = self.change(made, Status="VOIDED")
        self.assertEqual((gone["Status"], gone["AmountDue"]), ("VOIDED", 0))

    def test_part_paid_is_nearly_frozen(self):
        made = self.invoice(self.ann)
        self.pay(made, 15)
        bob = self.contact("Bob")
        for fields in (
            {"LineItems": [self.line()]},
            {"Contact": {"ContactID": bob["ContactID"]}},
            {"Date": "2026-03-11"},
            {"CurrencyCode": "USD"},
            {"LineAmountTypes": "NoTax"},
            {"InvoiceNumber": "A-9"},
        ):
            self.refuse(made, FROZEN, **fields)
        same = {"ContactID": self.ann["ContactID"]}
        found = self.change(made, Reference="PO 1", Contact=same, Date="2026-03-10")
        self.assertEqual(found["Reference"], "PO 1")

    def test_due_date_of_part_paid_does_not_move_the_update(self):
        made = self.invoice(self.ann)
        self.pay(made, 15)
        before = self.read_invoice(made)["UpdatedDateUTC"]
        self.control.advance(60)
        self.change(made, DueDate="2026-05-05")
        found = self.read_invoice(made)
        self.assertEqual(found["DueDateString"], "2026-05-05T00:00:00")
        self.assertEqual(found["UpdatedDateUTC"], before)
        self.change(made, Reference="PO 2")
        self.assertNotEqual(self.read_invoice(made)["UpdatedDateUTC"], before)

    def test_paid_is_frozen(self):
        made = self.invoice(self.ann)
        self.pay(made, 115)
        for fields in ({"DueDate": "2026-05-05"}, {"Reference": "PO 1"}):
            self.refuse(made, FROZEN, **fields)
        self.refuse(made, FROZEN, Status="VOIDED")

    def test_lines_are_kept_by_their_id(self):
        made = self.invoice(self.ann, self.line(), self.line(Description="Cake"))
        bread, cake = (line["LineItemID"] for line in made["LineItems"])
        lines = [self.line(LineItemID=cake, UnitAmount=50), self.line()]
        found = self.change(made, LineItems=lines)
        ids = [line["LineItemID"] for line in found["LineItems"]]
        self.assertEqual(ids[0], cake)
        self.assertNotIn(ids[1], (bread, cake), "without its id a line is made anew")
        self.assertEqual(found["Total"], 172.5)

    def test_change_keeps_what_is_left_out(self):
        line = self.line(TaxAmount=14.5)
        made = self.invoice(self.ann, line, Reference="PO 1")
        found = self.change(made, Url="https://example.com/1")
        self.assertEqual(found["Reference"], "PO 1")
        self.assertEqual(found["Total"], 114.5)
        self.assertEqual(found["LineItems"], made["LineItems"])

    def test_change_of_amount_types_works_out_again(self):
        made = self.invoice(self.ann)
        found = self.change(made, LineAmountTypes="Inclusive")
        self.assertEqual((found["Total"], found["TotalTax"]), (100, 13.04))

    def test_locked_period(self):
        made = self.invoice(self.ann, Date="2026-03-10")
        self.control.set_lock_dates(period="2026-03-31")
        self.refuse(made, "locked period (2026-03-31)", Reference="PO 1")
        self.refuse(made, "locked period", Status="VOIDED")
        sent = self.invoice_of(self.ann, Date="2026-03-31")
        self.refused("PUT", "/Invoices", sent, "locked period")
        self.invoice(self.ann, Date="2026-04-01")
        self.control.set_lock_dates(year="2026-04-30")
        sent["Date"] = "2026-04-15"
        self.refused("PUT", "/Invoices", sent, "locked period (2026-04-30)")

    def test_contact_block_with_more_than_the_id_edits_the_contact(self):
        self.ok(
            "POST",
            f"/Contacts/{self.ann['ContactID']}",
            {"ContactPersons": [{"FirstName": "Al"}]},
        )
        self.invoice(self.ann)
        self.assertEqual(len(self.read_contact(self.ann)["ContactPersons"]), 1)
        block = {"ContactID": self.ann["ContactID"], "Name": "Anna Ltd"}
        self.invoice(self.ann, Contact=block)
        found = self.read_contact(self.ann)
        self.assertEqual(found["Name"], "Anna Ltd")
        self.assertNotIn("ContactPersons", found)

    def test_contact_block_by_name(self):
        made = self.invoice(self.ann, Contact={"Name": "ann"})
        self.assertEqual(made["Contact"]["ContactID"], self.ann["ContactID"])
        made = self.invoice(self.ann, Contact={"Name": "Somebody new"})
        names = {each["Name"] for each in self.control.state()["contacts"]}
        self.assertEqual(names, {"Ann", "Somebody new"}, "a new contact was made")

    def test_contact_that_is_archived(self):
        self.control.archive_contact(self.ann["ContactID"])
        sent = self.invoice_of(self.ann)
        self.refused("PUT", "/Invoices", sent, "Ann is archived")
        sent["Contact"] = {"ContactID": self.first}
        self.refused("PUT", "/Invoices", sent, "does not exist")

    def test_plan_limit(self):
        self.control.set_options(invoice_limit=2)
        self.invoice(self.ann)
        draft = self.invoice(self.ann, Status="DRAFT")
        self.invoice(self.ann)
        text = "You have reached the limit of invoices you can approve."
        self.refused("PUT", "/Invoices", self.invoice_of(self.ann), text)
        self.refuse(draft, text, Status="AUTHORISED")
        self.control.advance(31 * 86400)
        self.token = self.control.grant()["access_token"]
        self.change(draft, Status="AUTHORISED")

    def test_zero_invoice_is_paid_at_once(self):
        made = self.invoice(self.ann, self.line(UnitAmount=0))
        self.assertEqual(made["Status"], "PAID")

    def test_email_pdf_online(self):
        made = self.invoice(self.ann)
        path = f"/Invoices/{made['InvoiceID']}"
        self.assertEqual(self.api("POST", f"{path}/Email", {}).status, 400)
        email = {"EmailAddress": "ann@example.com"}
        self.ok("POST", f"/Contacts/{self.ann['ContactID']}", email)
        self.assertEqual(self.api("POST", f"{path}/Email", {}).status, 204)
        self.assertIs(self.read_invoice(made)["SentToContact"], True)
        for pdf in (
            self.api("GET", f"{path}/pdf"),
            self.api("GET", path, Accept="application/pdf"),
        ):
            self.assertTrue(pdf.data.startswith(b"%PDF"))
        online = self.ok("GET", f"{path}/OnlineInvoice")["OnlineInvoices"][0]
        self.assertIn("https://", online["OnlineInvoiceUrl"])

    def test_other_dates(self):
        made = self.invoice(self.ann, ExpectedPaymentDate="2026-05-01")
        self.assertIn("ExpectedPaymentDate", made)
        paid = self.invoice(self.ann)
        self.pay(paid, 115)
        found = self.change(paid, ExpectedPaymentDate="2026-05-02")
        self.assertEqual(found["Status"], "PAID")
        self.refuse(made, "is not a valid date", DueDate="soon")

    def test_currency_rate_must_be_positive(self):
        for rate, text in ((-1, "greater than zero"), ("x", "must be a number")):
            sent = self.invoice_of(self.ann, CurrencyCode="USD", CurrencyRate=rate)
            self.refused("PUT", "/Invoices", sent, text)

    def test_currency_of_the_contact(self):
        bob = self.contact("Bob", DefaultCurrency="USD")
        self.assertEqual(self.invoice(bob)["CurrencyCode"], "USD")
        self.assertEqual(self.invoice(bob, CurrencyCode="ZAR")["CurrencyCode"], "ZAR")

    def test_submitted_may_go_back_and_drafts_can_be_deleted(self):
        made = self.invoice(self.ann, Status="SUBMITTED")
        self.assertEqual(self.change(made, Status="DRAFT")["Status"], "DRAFT")
        gone = self.change(made, Status="DELETED")
        self.assertEqual((gone["Status"], gone["AmountDue"]), ("DELETED", 0))
        self.refuse(made, "not of valid status", Status="DRAFT")

    def test_contact_can_be_changed_while_nothing_is_paid(self):
        made = self.invoice(self.ann)
        bob = self.contact("Bob")
        found = self.change(made, Contact={"ContactID": bob["ContactID"]})
        self.assertEqual(found["Contact"]["Name"], "Bob")
        self.assertNotIn("Balances", self.read_contact(self.ann))
        self.assertIn("Balances", self.read_contact(bob))

    def test_number_can_be_changed_to_one_that_is_free(self):
        one = self.invoice(self.ann, InvoiceNumber="A-1")
        self.invoice(self.ann, InvoiceNumber="A-2")
        self.refuse(one, "Invoice # must be unique.", InvoiceNumber="A-2")
        self.change(one, InvoiceNumber="A-3")
        self.assertEqual(self.api("GET", "/Invoices/A-1").status, 404)
        self.invoice(self.ann, InvoiceNumber="A-1")

    def test_a_bill_does_not_take_the_number_of_an_invoice(self):
        line = self.line(AccountCode="429")
        self.invoice(self.ann, line, Type="ACCPAY", InvoiceNumber="A-1")
        self.invoice(self.ann, InvoiceNumber="A-1")
        self.invoice(self.ann, line, Type="ACCPAY", InvoiceNumber="A-1")
        sent = self.invoice_of(self.ann, InvoiceNumber="A-1")
        self.refused("PUT", "/Invoices", sent, "Invoice # must be unique.")

    def test_branding_theme(self):
        theme = self.ok("GET", "/BrandingThemes")["BrandingThemes"][0]
        key = theme["BrandingThemeID"]
        made = self.invoice(self.ann, BrandingThemeID=key)
        self.assertEqual(made["BrandingThemeID"], key)
        sent = self.invoice_of(self.ann, BrandingThemeID=self.first)
        self.refused("PUT", "/Invoices", sent, "branding theme")
