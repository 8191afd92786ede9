# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Contacts in the simulated Xero: creating, changing, groups, merging, balances."""

from odoo.tests import tagged

from .simulator_case import SimulatorCase, texts


@tagged("-at_install", "post_install")
class TestSimulatorContacts(SimulatorCase):
    def test_create_and_read(self):
        made = self.contact(
            "Ann",
            ContactNumber="C-1",
            AccountNumber="A-1",
            EmailAddress="ann@example.com",
            Phones=[{"PhoneType": "MOBILE", "PhoneNumber": "555"}],
        )
        self.assertEqual(made["ContactStatus"], "ACTIVE")
        self.assertEqual(made["StatusAttributeString"], "OK")
        found = self.read_contact(made)
        self.assertEqual(found["AccountNumber"], "A-1")
        kinds = [each["AddressType"] for each in found["Addresses"]]
        self.assertEqual(sorted(kinds), ["POBOX", "STREET"], "both, though not set")
        phones = {p["PhoneType"]: p["PhoneNumber"] for p in found["Phones"]}
        self.assertEqual(phones["MOBILE"], "555")
        self.assertEqual(phones["DDI"], "")

    def test_read_by_number(self):
        made = self.contact("Ann", ContactNumber="C 1")
        found = self.ok("GET", "/Contacts/C%201")["Contacts"][0]
        self.assertEqual(found["ContactID"], made["ContactID"])
        self.assertEqual(self.api("GET", "/Contacts/C%202").status, 404)

    def test_tenants_are_apart(self):
        made = self.contact("Ann")
        path = f"/Contacts/{made['ContactID']}"
        self.assertEqual(self.api("GET", path, tenant=self.second).status, 404)
        self.assertEqual(self.api("GET", path).status, 200)

    def test_put_only_creates(self):
        self.contact("Ann", ContactNumber="C-1")
        self.refused("PUT", "/Contacts", {"Name": "ann"}, "already assigned")
        other = {"Name": "Bob", "ContactNumber": "C-1"}
        self.refused("PUT", "/Contacts", other, "C-1 is already assigned")

    def test_post_matches_id_number_then_name(self):
        made = self.contact("Ann", ContactNumber="C-1")
        for how in (
            {"ContactID": made["ContactID"]},
            {"ContactNumber": "C-1"},
            {"Name": "ANN"},
        ):
            sent = {**how, "FirstName": str(how)}
            found = self.ok("POST", "/Contacts", {"Contacts": [sent]})["Contacts"][0]
            self.assertEqual(found["ContactID"], made["ContactID"])
            self.assertEqual(found["FirstName"], str(how))

    def test_post_unknown_number_with_taken_name(self):
        self.contact("Ann", ContactNumber="C-1")
        sent = {"Name": "Ann", "ContactNumber": "C-2"}
        self.refused("POST", "/Contacts", sent, "must be unique across all active")

    def test_post_unknown_id(self):
        sent = {"ContactID": self.first, "Name": "Ann"}
        self.refused("POST", "/Contacts", sent, "does not exist")
        self.assertEqual(self.control.state()["contacts"], [])

    def test_name_unique_among_active_only(self):
        made = self.contact("Ann")
        self.control.archive_contact(made["ContactID"])
        self.assertNotEqual(self.contact("ann")["ContactID"], made["ContactID"])

    def test_names_may_become_free(self):
        self.control.set_options(unique_names=False)
        one, two = self.contact("Ann"), self.contact("Ann")
        self.assertNotEqual(one["ContactID"], two["ContactID"])
        found = self.ok("GET", "/Contacts?page=1")["Contacts"]
        self.assertEqual([each["Name"] for each in found], ["Ann", "Ann"])

    def test_account_number_unique(self):
        self.contact("Ann", AccountNumber="A-1")
        text = (
            "The Account Number already exists. Please enter a different Account "
            "Number."
        )
        self.refused("PUT", "/Contacts", {"Name": "B", "AccountNumber": "A-1"}, text)

    def test_post_keeps_what_is_left_out(self):
        made = self.contact(
            "Ann",
            EmailAddress="ann@example.com",
            ContactPersons=[{"FirstName": "Al"}, {"FirstName": "Bo"}],
        )
        path = f"/Contacts/{made['ContactID']}"
        self.ok("POST", path, {"FirstName": "Anna"})
        found = self.read_contact(made)
        self.assertEqual(found["EmailAddress"], "ann@example.com")
        self.assertEqual(len(found["ContactPersons"]), 2)
        self.ok("POST", path, {"ContactPersons": [{"FirstName": "Cy"}]})
        names = [p["FirstName"] for p in self.read_contact(made)["ContactPersons"]]
        self.assertEqual(names, ["Cy"], "a list that is sent replaces")

    def test_null_is_left_out(self):
        made = self.contact("Ann", FirstName="Anna")
        self.ok("POST", f"/Contacts/{made['ContactID']}", {"FirstName": None})
        self.assertEqual(self.read_contact(made)["FirstName"], "Anna")

    def test_read_only_fields_are_ignored(self):
        made = self.contact("Ann", IsCustomer=True, Website="x", Discount=5)
        found = self.read_contact(made)
        self.assertIs(found["IsCustomer"], False)
        self.assertNotIn("Website", found)

    def test_post_one_never_answers_200_for_an_error(self):
        made = self.contact("Ann")
        path = f"/Contacts/{made['ContactID']}?summarizeErrors=false"
        self.refused("POST", path, {"Name": "<"}, "< or >")

    def test_archive_and_back(self):
        made = self.contact("Ann")
        path = f"/Contacts/{made['ContactID']}"
        self.ok("POST", path, {"ContactStatus": "ARCHIVED"})
        self.assertEqual(self.ok("GET", "/Contacts?page=1")["Contacts"], [])
        shown = self.ok("GET", "/Contacts?page=1&includeArchived=true")["Contacts"]
        self.assertEqual(shown[0]["ContactStatus"], "ARCHIVED")
        self.assertEqual(self.read_contact(made)["ContactStatus"], "ARCHIVED")
        back = {"ContactStatus": "ACTIVE"}
        self.refused("POST", path, back, "cannot be made active")
        self.control.set_options(unarchive=True)
        self.ok("POST", path, back)
        self.assertEqual(self.read_contact(made)["ContactStatus"], "ACTIVE")

    def test_unarchive_meets_the_name(self):
        made = self.contact("Ann")
        self.control.archive_contact(made["ContactID"])
        self.contact("Ann")
        self.control.set_options(unarchive=True)
        sent = {"ContactStatus": "ACTIVE"}
        path = f"/Contacts/{made['ContactID']}"
        self.refused("POST", path, sent, "already assigned")

    def test_an_archived_contact_may_keep_a_name_that_is_used_again(self):
        made = self.contact("Ann")
        self.control.archive_contact(made["ContactID"])
        self.contact("Ann")
        path = f"/Contacts/{made['ContactID']}"
        self.ok("POST", path, {"Name": "Ann", "ContactStatus": "ARCHIVED"})
        self.refused("POST", path, {"Name": "Ann"}, "already assigned")

    def test_merge(self):
        loser, winner = self.contact("Ann"), self.contact("Anna")
        invoice = self.invoice(loser)
        self.control.merge_contacts(loser["ContactID"], winner["ContactID"])
        gone = self.read_contact(loser)
        self.assertEqual(gone["ContactStatus"], "ARCHIVED")
        self.assertEqual(gone["MergedToContactID"], winner["ContactID"])
        moved = self.read_invoice(invoice)["Contact"]["ContactID"]
        self.assertEqual(moved, winner["ContactID"])
        unpaged = self.ok("GET", "/Contacts?includeArchived=true")["Contacts"]
        self.assertFalse(any("MergedToContactID" in each for each in unpaged))
        paged = self.ok("GET", "/Contacts?includeArchived=true&page=1")["Contacts"]
        self.assertEqual(sum("MergedToContactID" in each for each in paged), 1)

    def test_edit_in_the_user_interface(self):
        made = self.contact("Ann", AccountNumber="A-1")
        self.control.advance(10)
        self.control.edit_contact(made["ContactID"], AccountNumber="A-9")
        found = self.read_contact(made)
        self.assertEqual(found["AccountNumber"], "A-9")
        self.assertGreater(found["UpdatedDateUTC"], made["UpdatedDateUTC"])

    def test_several_problems_at_once(self):
        sent = {"Name": "a  b", "EmailAddress": "nonsense", "FirstName": "x" * 256}
        path = "/Contacts?summarizeErrors=false"
        found = self.ok("PUT", path, {"Contacts": [sent]})["Contacts"][0]
        self.assertEqual(len(texts(found)), 3)
        self.assertIs(found["HasValidationErrors"], True)

    def test_history(self):
        made = self.contact("Ann")
        path = f"/Contacts/{made['ContactID']}/History"
        self.ok("PUT", path, {"HistoryRecords": [{"Details": "made by a test"}]})
        found = self.ok("GET", path)["HistoryRecords"]
        self.assertEqual([each["Details"] for each in found], ["made by a test"])
        too_long = {"HistoryRecords": [{"Details": "x" * 451}]}
        self.refused("PUT", path, too_long, "450")


@tagged("-at_install", "post_install")
class TestSimulatorBalances(SimulatorCase):
    def test_balances_follow_documents_and_do_not_touch_the_contact(self):
        made = self.contact("Ann")
        self.assertNotIn("Balances", self.read_contact(made))
        self.control.advance(60)
        self.invoice(made, DueDate="2020-01-01")
        open_one = self.invoice(made, DueDate="2099-01-01")
        self.pay(open_one, 15)
        found = self.read_contact(made)
        self.assertEqual(
            found["Balances"]["AccountsReceivable"],
            {"Outstanding": 215, "Overdue": 115},
        )
        self.assertIs(found["IsCustomer"], True)
        self.assertEqual(found["UpdatedDateUTC"], made["UpdatedDateUTC"])

    def test_credit_lowers_the_balance(self):
        made = self.contact("Ann")
        self.invoice(made)
        self.credit_note(made, self.line(UnitAmount=10))
        found = self.read_contact(made)["Balances"]["AccountsReceivable"]
        self.assertEqual(found["Outstanding"], 103.5)

    def test_drafts_and_voids_do_not_count(self):
        made = self.contact("Ann")
        self.invoice(made, Status="DRAFT")
        gone = self.invoice(made)
        self.ok("POST", f"/Invoices/{gone['InvoiceID']}", {"Status": "VOIDED"})
        self.assertNotIn("Balances", self.read_contact(made))

    def test_balances_are_in_the_base_currency(self):
        made = self.contact("Ann")
        self.invoice(made, CurrencyCode="USD", CurrencyRate=0.05)
        found = self.read_contact(made)["Balances"]["AccountsReceivable"]
        self.assertEqual(found["Outstanding"], 2300)

    def test_bills_are_payable(self):
        made = self.contact("Ann")
        self.invoice(made, self.line(AccountCode="429"), Type="ACCPAY")
        found = self.read_contact(made)
        self.assertEqual(found["Balances"]["AccountsPayable"]["Outstanding"], 115)
        self.assertIs(found["IsSupplier"], True)
        self.assertIs(found["IsCustomer"], False)


@tagged("-at_install", "post_install")
class TestSimulatorGroups(SimulatorCase):
    def test_life_of_a_group(self):
        made = self.ok("PUT", "/ContactGroups", {"Name": "Gold"})["ContactGroups"][0]
        path = f"/ContactGroups/{made['ContactGroupID']}"
        one, other = self.contact("Ann"), self.contact("Bob")
        ids = [{"ContactID": each["ContactID"]} for each in (one, other)]
        self.ok("PUT", f"{path}/Contacts", {"Contacts": ids})
        members = self.ok("GET", path)["ContactGroups"][0]["Contacts"]
        self.assertEqual([m["Name"] for m in members], ["Ann", "Bob"])
        groups = self.read_contact(one)["ContactGroups"]
        self.assertEqual([group["Name"] for group in groups], ["Gold"])
        gone = self.api("DELETE", f"{path}/Contacts/{one['ContactID']}")
        self.assertEqual(gone.status, 204)
        self.assertEqual(self.read_contact(one)["ContactGroups"], [])
        self.assertEqual(self.api("DELETE", f"{path}/Contacts").status, 204)
        self.assertEqual(self.ok("GET", path)["ContactGroups"][0]["Contacts"], [])
        self.ok("POST", path, {"Status": "DELETED"})
        self.assertEqual(self.ok("GET", "/ContactGroups")["ContactGroups"], [])

    def test_name_is_unique(self):
        self.ok("PUT", "/ContactGroups", {"Name": "Gold"})
        self.refused("PUT", "/ContactGroups", {"Name": "gold"}, "must be unique")
        self.refused("PUT", "/ContactGroups", {"Name": ""}, "required")

    def test_unknown_contact(self):
        made = self.ok("PUT", "/ContactGroups", {"Name": "Gold"})["ContactGroups"][0]
        path = f"/ContactGroups/{made['ContactGroupID']}"
        sent = {"Contacts": [{"ContactID": self.first}]}
        self.refused("PUT", f"{path}/Contacts", sent, "does not exist")
        unknown = self.api("DELETE", f"{path}/Contacts/{self.first}")
        self.assertEqual(unknown.status, 404)
