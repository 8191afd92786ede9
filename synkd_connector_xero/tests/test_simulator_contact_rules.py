# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What the simulated Xero accepts of a contact's fields, and what not."""

from odoo.tests import tagged

from .simulator_case import SimulatorCase


@tagged("-at_install", "post_install")
class TestSimulatorContactRules(SimulatorCase):
    def accept(self, **fields):
        """Check that a contact with these fields is saved."""
        reply = self.api("PUT", "/Contacts", {"Name": "Ann", **fields})
        self.assertEqual(reply.status, 200, reply.data)
        return reply.json["Contacts"][0]

    def refuse(self, text, **fields):
        """Check that a contact with these fields is refused and not saved."""
        self.refused("PUT", "/Contacts", {"Name": "Ann", **fields}, text)
        self.assertEqual(self.control.state()["contacts"], [])

    def test_name(self):
        self.refuse("required", Name="")
        self.refused("PUT", "/Contacts", {"FirstName": "Ann"}, "required")
        for name in ("a<b", "a>b"):
            self.refuse("< or >", Name=name)
        for name in (" Ann", "Ann ", "Ann  Lee"):
            self.refuse("double, leading or trailing", Name=name)
        self.refuse("255 characters", Name="x" * 256)
        self.refuse("must be a text", Name=5)
        self.accept(Name="x" * 255)

    def test_lengths(self):
        for name, most in (
            ("ContactNumber", 50),
            ("AccountNumber", 50),
            ("CompanyNumber", 50),
            ("TaxNumber", 50),
            ("FirstName", 255),
            ("LastName", 255),
        ):
            self.refuse(f"{name} must be {most}", **{name: "x" * (most + 1)})
        self.accept(ContactNumber="x" * 50, TaxNumber="y" * 50)

    def test_email(self):
        for email in ("ann", "ann@", "@example.com", "a b@example.com"):
            self.refuse("email address must be valid", EmailAddress=email)
        self.refuse("email address must be valid", EmailAddress="jürgen@example.com")
        self.refuse("email address must be valid", EmailAddress="ann@exämple.com")
        self.accept(EmailAddress="ann.o'neil+x@mail.example.co.za")

    def test_email_of_persons(self):
        persons = [{"FirstName": "Al", "EmailAddress": "al"}]
        self.refuse("email address must be valid", ContactPersons=persons)

    def test_at_most_five_persons(self):
        persons = [{"FirstName": str(number)} for number in range(6)]
        self.refuse("at most 5", ContactPersons=persons)
        self.accept(ContactPersons=persons[:5])

    def test_address(self):
        for fields, text in (
            ({"AddressType": "HOME"}, "AddressType"),
            ({"AddressLine1": "x" * 501}, "AddressLine1 must be 500"),
            ({"City": "x" * 256}, "City must be 255"),
            ({"PostalCode": "x" * 51}, "PostalCode must be 50"),
            ({"Country": "Area 51"}, "only contain letters"),
            ({"Country": "x" * 51}, "Country must be 50"),
        ):
            self.refuse(text, Addresses=[{"AddressType": "STREET", **fields}])
        good = {"AddressType": "STREET", "Country": "South Africa", "City": "Qonce"}
        found = self.accept(Addresses=[good])["Addresses"]
        street = next(each for each in found if each["AddressType"] == "STREET")
        self.assertEqual(street["City"], "Qonce")

    def test_nested_errors_name_the_address(self):
        good = {"AddressType": "POBOX"}
        bad = {"AddressType": "STREET", "Country": "51"}
        sent = {"Name": "Ann", "Addresses": [good, bad]}
        element = self.api("PUT", "/Contacts", sent).json["Elements"][0]
        self.assertNotIn("ValidationErrors", element["Addresses"][0])
        self.assertEqual(len(element["Addresses"][1]["ValidationErrors"]), 1)

    def test_phone(self):
        for fields, text in (
            ({"PhoneType": "HOME"}, "PhoneType"),
            ({"PhoneNumber": "5" * 51}, "PhoneNumber must be 50"),
            ({"PhoneAreaCode": "5" * 11}, "PhoneAreaCode must be 10"),
            ({"PhoneCountryCode": "5" * 21}, "PhoneCountryCode must be 20"),
        ):
            self.refuse(text, Phones=[{"PhoneType": "FAX", **fields}])
        kinds = ("DEFAULT", "DDI", "MOBILE", "FAX", "OFFICE")
        self.accept(Phones=[{"PhoneType": kind} for kind in kinds])

    def test_payment_terms(self):
        for terms, text in (
            ({"Day": 30, "Type": "NET"}, "type of Sales"),
            ({"Day": 32, "Type": "OFCURRENTMONTH"}, "0 to 31"),
            ({"Day": -1, "Type": "OFCURRENTMONTH"}, "0 to 31"),
            ({"Type": "OFCURRENTMONTH"}, "0 to 31"),
            ({"Day": "x", "Type": "OFCURRENTMONTH"}, "0 to 31"),
        ):
            self.refuse(text, PaymentTerms={"Sales": terms})
        terms = {"Sales": {"Day": 30, "Type": "DAYSAFTERBILLDATE"}}
        self.assertEqual(self.accept(PaymentTerms=terms)["PaymentTerms"], terms)

    def test_defaults_must_exist(self):
        self.refuse("TaxType code 'X'", AccountsReceivableTaxType="X")
        self.refuse("not subscribed to currency JPY", DefaultCurrency="JPY")
        self.refuse("Account code '999'", SalesDefaultAccountCode="999")
        self.refuse("SalesDefaultLineAmountType", SalesDefaultLineAmountType="NET")
        self.refuse("TaxNumberType", TaxNumberType="VAT")
        self.refuse("ContactStatus", ContactStatus="GONE")
        self.accept(
            AccountsReceivableTaxType="OUTPUT",
            DefaultCurrency="USD",
            SalesDefaultAccountCode="200",
            SalesDefaultLineAmountType="INCLUSIVE",
        )

    def test_tracking_must_exist(self):
        sent = {"TrackingCategoryName": "Region", "TrackingOptionName": "Moon"}
        self.refuse("Region / Moon", SalesTrackingCategories=[sent])
        sent["TrackingOptionName"] = "North"
        self.accept(SalesTrackingCategories=[sent])

    def test_bank_details_need_a_permission(self):
        self.refuse("BankAccountAdmin", BankAccountDetails="0101230456")

    def test_no_credit_limit(self):
        found = self.accept(CreditLimit=500)
        self.assertNotIn("CreditLimit", found, "Xero's API has none")
