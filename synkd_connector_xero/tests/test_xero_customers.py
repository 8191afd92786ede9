# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from unittest.mock import patch

from odoo.tests import tagged

from odoo.addons.synkd_connector.lib.errors import RejectedError
from odoo.addons.synkd_connector.lib.results import Batch, Member

from ..lib import reading
from .common import XeroCommon


@tagged("post_install", "-at_install")
class TestXeroCustomers(XeroCommon):
    """What is sent about customers: each trap of Xero's has a test."""

    def setUp(self):
        super().setUp()
        self.run_ledger()
        self.control.log(clear=True)

    def sent(self, account):
        """Send an account; return the elements of the last write about contacts."""
        self.run_ledger()
        calls = self.http_calls("PUT", "POST", path="/Contacts")
        self.assertTrue(calls, account.sync_message)
        self.control.log(clear=True)
        return calls[-1]["body"]["Contacts"]

    # === E-MAIL === #

    def test_the_first_of_several_addresses_is_sent_and_ours_stay(self):
        both = "first@hope.example; second@hope.example, third@hope.example"
        account = self.create_account("Hope Works", email=both)
        says = account._explain_next_push(account._get_payload())
        self.assertIn("one e-mail address: first@hope.example", says)
        self.assertIn("Left out: second@hope.example, third@hope.example.", says)
        (contact,) = self.sent(account)
        self.assertEqual(contact["EmailAddress"], "first@hope.example")
        self.assertEqual(account.sync_state, "synced", account.sync_message)
        phone = {"Phones": [{"PhoneType": "DEFAULT", "PhoneNumber": "555"}]}
        self.control.edit_contact(contact_id=account.external_id, **phone)
        self.run_ledger()
        self.assertEqual(account.phone, "555")
        self.assertEqual(account.email, both, "Xero knows the first, ours stay")
        new = {"EmailAddress": "new@hope.example"}
        self.control.edit_contact(contact_id=account.external_id, **new)
        self.run_ledger()
        self.assertEqual(account.email, "new@hope.example")

    def test_an_address_that_xero_refuses_is_named(self):
        account = self.create_account("Hope Works", email="nobody@")
        self.run_ledger()
        self.assertEqual(account.sync_state, "attention")
        self.assertIn("nobody@", account.sync_message)

    # === CREATING === #

    def test_a_customer_arrives_with_all_that_xero_keeps(self):
        south_africa = self.env.ref("base.za")
        state = self.env["res.country.state"].search(
            [("country_id", "=", south_africa.id), ("code", "=", "KZN")]
        )
        account = self.create_account(
            "Hope Works",
            contact_name="Thandi van Wyk",
            email="thandi@hope.example",
            phone="+27 31 555 0100",
            vat="4123456789",
            street="1 Hope Street",
            street2="Suite 2",
            city="Durban",
            zip="4001",
            state_id=state.id,
            country_id=south_africa.id,
            delivery_city="Pinetown",
            xero_tax_type="OUTPUT",
        )
        self.run_ledger()
        contact = self.contact(AccountNumber=account.code)
        self.assertEqual(contact["ContactID"], account.external_id)
        self.assertEqual(contact["Name"], "Hope Works")
        self.assertEqual(contact["FirstName"], "Thandi")
        self.assertEqual(contact["LastName"], "van Wyk")
        self.assertEqual(contact["TaxNumber"], "4123456789")
        self.assertEqual(contact["AccountsReceivableTaxType"], "OUTPUT")
        self.assertEqual(contact["Phones"][0]["PhoneNumber"], "+27 31 555 0100")
        billing, delivery = contact["Addresses"]
        self.assertEqual(billing["AddressType"], "POBOX")
        self.assertEqual(billing["AddressLine2"], "Suite 2")
        self.assertEqual(billing["Region"], "KwaZulu-Natal")
        self.assertEqual(billing["Country"], "South Africa")
        self.assertEqual(delivery["AddressType"], "STREET")
        self.assertEqual(delivery["City"], "Pinetown")

    def test_the_number_is_our_key(self):
        account = self.create_account("Hope Works")
        self.run_ledger()
        number = self.contact(AccountNumber=account.code)["ContactNumber"]
        self.assertEqual(number, account.own_key)
        self.assertLessEqual(len(number), 50)

    def test_every_batch_is_told_not_to_summarise_errors(self):
        self.create_account("Hope Works")
        self.run_ledger()
        call = self.http_calls("PUT")[0]
        self.assertEqual(call["query"], {"summarizeErrors": "false"})
        self.assertEqual(call["headers"]["accept"], "application/json")

    def test_the_key_names_the_organisation(self):
        self.create_account("Hope Works")
        self.run_ledger()
        key = self.http_calls("PUT")[0]["headers"]["idempotency-key"]
        request = self.env["synkd.request"].search([], limit=1)
        self.assertEqual(key, f"{self.tenant}:{request.key}:PUT")
        self.assertLessEqual(len(key), 128)

    def test_fifty_customers_are_one_call(self):
        for number in range(51):
            self.create_account(f"Customer {number}")
        self.run_ledger()
        calls = self.http_calls("PUT")
        sizes = [len(call["body"]["Contacts"]) for call in calls]
        self.assertEqual(sizes, [50, 1])

    def test_a_name_that_is_taken_is_never_written_over(self):
        theirs = self.create_contact("Hope Works", EmailAddress="a@theirs.example")
        with patch.object(reading, "PAGE_SIZE", 1000):
            account = self.create_account("Hope Works", email="b@ours.example")
            account.code = "OTHER1"
            self.env.flush_all()
            with self.enter_registry_test_mode():
                connector = self.ledger._get_connector()
                member = Member(account.id, account._get_payload())
                batch = Batch("a key", (member,))
                result = connector._push_customers(self.ledger, batch).results[0]
        self.assertEqual(result.outcome, "rejected")
        self.assertIn("already assigned to another contact", result.message)
        kept = self.contact(Name="Hope Works")
        self.assertEqual(kept["ContactID"], theirs)
        self.assertEqual(kept["EmailAddress"], "a@theirs.example")

    def test_names_are_cleaned(self):
        account = self.create_account("  Hope   <Works>  & Sons ")
        self.run_ledger()
        self.assertEqual(account.sync_state, "synced", account.sync_message)
        self.assertEqual(
            self.contact(AccountNumber=account.code)["Name"], "Hope Works & Sons"
        )
        run = self.run_ledger()
        self.assertFalse(run.imported, "the cleaned name is no change over there")
        self.assertEqual(account.name, "  Hope   <Works>  & Sons ")

    def test_what_is_too_long_is_told_before_anything_is_sent(self):
        connector = self.ledger._get_connector()
        for values, words in (
            ({"zip": "4" * 51}, "The ZIP code of .* has 51 characters"),
            ({"phone": "5" * 51}, "The phone number of .* takes 50"),
            ({"vat": "V" * 51}, "The tax ID"),
            ({"delivery_street": "S" * 501}, "The street"),
            ({"email": "jürgen@hope.example"}, "letters that Xero does not take"),
        ):
            account = self.create_account("Hope Works", **values)
            with (
                self.subTest(words=words),
                self.assertRaisesRegex(RejectedError, words),
            ):
                connector._customer_payload(self.ledger, account._to_data())

    def test_texts_of_both_spellings_reach_the_clerk(self):
        for key in ("Message", "Description"):
            self.control.set_options(error_text_key=key)
            account = self.create_account(f"Hope {key}", xero_tax_type="NOPE")
            self.run_ledger()
            self.assertEqual(account.sync_state, "attention")
            self.assertIn("'NOPE' does not exist", account.sync_message)
            self.assertIn(account.code, account.sync_message)

    def test_answers_in_another_order_go_to_the_right_records(self):
        self.control.set_options(shuffle=True)
        accounts = [self.create_account(f"Customer {n}") for n in range(5)]
        accounts[2].xero_tax_type = "NOPE"
        self.run_ledger()
        for number, account in enumerate(accounts):
            if number == 2:
                self.assertEqual(account.sync_state, "attention")
            else:
                contact = self.contact(ContactID=account.external_id)
                self.assertEqual(contact["Name"], account.name)

    # === CHANGING === #

    def test_only_what_changed_is_sent(self):
        account = self.create_account("Hope Works", city="Durban", phone="031 555")
        self.run_ledger()
        account.email = "new@hope.example"
        elements = self.sent(account)
        self.assertEqual(
            elements,
            [{"ContactID": account.external_id, "EmailAddress": "new@hope.example"}],
        )

    def test_phones_of_other_types_survive(self):
        account = self.create_account("Hope Works", phone="031 555 0100")
        self.run_ledger()
        phones = [
            {"PhoneType": "DEFAULT", "PhoneNumber": "031 555 0100"},
            {"PhoneType": "FAX", "PhoneNumber": "031 555 0199"},
        ]
        self.control.edit_contact(contact_id=account.external_id, Phones=phones)
        account.phone = "031 555 0111"
        self.run_ledger()
        kept = self.contact(ContactID=account.external_id)["Phones"]
        numbers = {phone["PhoneType"]: phone["PhoneNumber"] for phone in kept}
        self.assertEqual(numbers, {"DEFAULT": "031 555 0111", "FAX": "031 555 0199"})

    def test_words_of_the_bookkeeper_survive_in_addresses(self):
        account = self.create_account("Hope Works", city="Durban")
        self.run_ledger()
        address = {
            "AddressType": "POBOX",
            "City": "Durban",
            "Country": "Zululand",
            "AttentionTo": "The cashier",
        }
        self.control.edit_contact(contact_id=account.external_id, Addresses=[address])
        account.city = "Umhlanga"
        self.run_ledger()
        kept = self.contact(ContactID=account.external_id)["Addresses"][0]
        self.assertEqual(kept["City"], "Umhlanga")
        self.assertEqual(kept["Country"], "Zululand")
        self.assertEqual(kept["AttentionTo"], "The cashier")

    def test_terms_of_bills_survive(self):
        account = self.create_account("Hope Works")
        self.run_ledger()
        bills = {"Bills": {"Day": 7, "Type": "DAYSAFTERBILLDATE"}}
        self.control.edit_contact(contact_id=account.external_id, PaymentTerms=bills)
        account.payment_term_id = self.env.ref(
            "synkd_connector.account_payment_term_14_days"
        )
        self.run_ledger()
        terms = self.contact(ContactID=account.external_id)["PaymentTerms"]
        self.assertEqual(terms["Sales"], {"Day": 14, "Type": "DAYSAFTERBILLDATE"})
        self.assertEqual(terms["Bills"], bills["Bills"])

    def test_the_four_kinds_of_terms(self):
        kinds = {
            "14_days": {"Day": 14, "Type": "DAYSAFTERBILLDATE"},
            "30_month_end": {"Day": 30, "Type": "DAYSAFTERBILLMONTH"},
            "25_current": {"Day": 25, "Type": "OFCURRENTMONTH"},
            "20_following": {"Day": 20, "Type": "OFFOLLOWINGMONTH"},
        }
        for name, expected in kinds.items():
            term = self.env.ref(f"synkd_connector.account_payment_term_{name}")
            account = self.create_account(f"Hope {name}", payment_term_id=term.id)
            self.run_ledger()
            contact = self.contact(ContactID=account.external_id)
            self.assertEqual(contact["PaymentTerms"]["Sales"], expected)
        self.assertFalse(self.run_ledger().imported, "all of them come back alike")

    def test_nobody_else_s_number_is_overwritten(self):
        theirs = self.create_contact(
            "Zed Traders", ContactNumber="CRM-7", AccountNumber="ZED001"
        )
        self.run_ledger()
        account = self.env["synkd.account.customer"].search([("code", "=", "ZED001")])
        self.assertEqual(account.external_id, theirs)
        account.city = "Durban"
        self.run_ledger()
        contact = self.contact(ContactID=theirs)
        self.assertEqual(contact["ContactNumber"], "CRM-7")
        self.assertEqual(contact["Addresses"][0]["City"], "Durban")

    def test_persons_replace_those_over_there(self):
        person = {"name": "Thandi van Wyk", "email": "t@hope.example"}
        account = self.create_account("Hope Works", xero_person_ids=[(0, 0, person)])
        self.run_ledger()
        persons = self.contact(ContactID=account.external_id)["ContactPersons"]
        self.assertEqual(persons[0]["LastName"], "van Wyk")
        self.assertIs(persons[0]["IncludeInEmails"], False)
        account.xero_person_ids.include_in_emails = True
        self.assertEqual(account.sync_state, "pending")
        self.run_ledger()
        persons = self.contact(ContactID=account.external_id)["ContactPersons"]
        self.assertIs(persons[0]["IncludeInEmails"], True)
        account.xero_person_ids.unlink()
        self.run_ledger()
        persons = self.contact(ContactID=account.external_id)["ContactPersons"]
        self.assertEqual(persons, [])

    def test_a_customer_gone_over_there_waits_for_a_person(self):
        account = self.create_account("Hope Works")
        self.run_ledger()
        world = self.xero.world
        del world.tenants[self.tenant].contacts[account.external_id]
        account.city = "Durban"
        self.run_ledger()
        self.assertEqual(account.sync_state, "attention")
        self.assertIn("does not know customer", account.sync_message)

    # === ARCHIVING === #

    def test_archiving_sends_the_state_alone(self):
        account = self.create_account("Hope Works", city="Durban")
        self.run_ledger()
        account.active = False
        elements = self.sent(account)
        self.assertEqual(
            elements,
            [{"ContactID": account.external_id, "ContactStatus": "ARCHIVED"}],
        )

    def test_restoring_is_refused_in_xero_s_words(self):
        account = self.create_account("Hope Works")
        self.run_ledger()
        account.active = False
        self.run_ledger()
        account.active = True
        self.run_ledger()
        self.assertEqual(account.sync_state, "attention")
        self.assertIn("cannot be made active again", account.sync_message)

    def test_what_is_archived_on_both_sides_costs_no_write(self):
        account = self.create_account("Hope Works")
        self.run_ledger()
        account.active = False
        self.run_ledger()
        before = self.write_calls()
        account.city = "Durban"
        self.run_ledger()
        self.assertEqual(self.write_calls(), before)
        self.assertEqual(account.sync_state, "synced")

    # === CURRENCIES === #

    def test_the_base_currency_is_not_sent(self):
        self.create_account("Hope Works")
        self.run_ledger()
        element = self.http_calls("PUT")[0]["body"]["Contacts"][0]
        self.assertNotIn("DefaultCurrency", element)
        self.assertNotIn("ContactStatus", element)
        self.assertNotIn("BankAccountDetails", element)

    def test_a_currency_that_xero_has_not_is_told(self):
        pound = self.env.ref("base.GBP")
        pound.active = True
        account = self.create_account("Hope Works", currency_id=pound.id)
        self.run_ledger()
        self.assertEqual(account.sync_state, "attention")
        self.assertIn("not subscribed to currency GBP", account.sync_message)

    # === CONTACT GROUPS === #

    def groups(self, account):
        """Return the names of the contact groups of an account over there."""
        groups = self.xero.world.tenants[self.tenant].groups.values()
        return {g["Name"] for g in groups if account.external_id in g["_members"]}

    def test_classes_become_contact_groups(self):
        self.class_account.xero_contact_group = "Retail"
        first = self.create_account("Hope Works")
        second = self.create_account("Danny Storm")
        self.run_ledger()
        self.assertEqual(self.groups(first), {"Retail"})
        self.assertEqual(self.groups(second), {"Retail"})
        self.assertEqual(len(self.http_calls("PUT", path="/ContactGroups")), 2)

    def test_a_customer_moves_from_one_group_to_another(self):
        self.class_account.xero_contact_group = "Retail"
        account = self.create_account("Hope Works")
        self.run_ledger()
        wholesale = self.class_account.copy(
            {"name": "Wholesale", "xero_contact_group": "Wholesale"}
        )
        account.class_id = wholesale
        self.run_ledger()
        self.assertEqual(account.sync_state, "synced", account.sync_message)
        self.assertEqual(self.groups(account), {"Wholesale"})

    def test_the_bookkeeper_s_own_groups_are_left_alone(self):
        account = self.create_account("Hope Works")
        self.run_ledger()
        tenant = self.xero.world.tenants[self.tenant]
        tenant.groups["own"] = {
            "ContactGroupID": "own",
            "Name": "Christmas cards",
            "Status": "ACTIVE",
            "_members": [account.external_id],
        }
        self.class_account.xero_contact_group = "Retail"
        self.run_ledger()
        self.assertEqual(self.groups(account), {"Retail", "Christmas cards"})

    def test_a_group_that_failed_is_joined_later(self):
        self.class_account.xero_contact_group = "Retail"
        account = self.create_account("Hope Works")
        self.control.add_fault("429_minute", method="PUT", path="/ContactGroups")
        self.run_ledger()
        self.assertEqual(account.sync_state, "sending")
        self.assertTrue(self.contact(AccountNumber=account.code))
        self.finish()
        self.assertEqual(account.sync_state, "synced", account.sync_message)
        self.assertEqual(self.groups(account), {"Retail"})
        # The id of a group may end in 0 as well.
        self.assertEqual(len(self.http_calls("PUT", path="2.0/Contacts")), 1)

    def finish(self):
        """Run until nothing waits, without waiting."""
        for _run in range(3):
            self.env["synkd.request"].search([]).retry_at = False
            self.env["synkd.account.customer"].search([]).retry_at = False
            self.ledger._set_resumed()
            self.run_ledger()

    # === MIXED BATCHES === #

    def test_new_and_known_customers_are_two_calls(self):
        old = self.create_account("Hope Works")
        self.run_ledger()
        self.control.log(clear=True)
        old.city = "Durban"
        new = self.create_account("Danny Storm")
        self.run_ledger()
        methods = [call["method"] for call in self.http_calls("PUT", "POST")]
        self.assertEqual(methods, ["PUT", "POST"])
        self.assertEqual((old + new).mapped("sync_state"), ["synced", "synced"])

    def test_a_half_that_was_throttled_is_sent_later_and_the_other_not_again(self):
        old = self.create_account("Hope Works")
        self.run_ledger()
        old.city = "Durban"
        new = self.create_account("Danny Storm")
        self.control.log(clear=True)
        self.control.add_fault("429_minute", method="POST", path="/Contacts")
        self.run_ledger()
        self.assertEqual(new.sync_state, "synced")
        self.assertEqual(old.sync_state, "sending", "asked about before it is sent")
        self.finish()
        self.assertEqual(old.sync_state, "synced", old.sync_message)
        self.assertEqual(
            self.contact(ContactID=old.external_id)["Addresses"][0]["City"], "Durban"
        )
        self.assertEqual(len(self.http_calls("PUT")), 1)

    # === AFTER A CRASH === #

    def test_a_lost_answer_is_found_by_our_number(self):
        account = self.create_account("Hope Works")
        self.control.add_fault("500_after", method="PUT", path="/Contacts")
        self.run_ledger()
        self.assertEqual(account.sync_state, "sending")
        self.finish()
        self.assertEqual(account.sync_state, "synced")
        self.assertEqual(len(self.http_calls("PUT")), 1, "not sent again")
        asked = [call["query"].get("where", "") for call in self.http_calls("GET")]
        self.assertTrue(any("ContactNumber==" in where for where in asked), asked)

    def test_fifty_lost_answers_take_few_questions(self):
        accounts = [self.create_account(f"Customer {n}") for n in range(50)]
        self.control.add_fault("500_after", method="PUT", path="/Contacts")
        self.run_ledger()
        self.finish()
        self.assertEqual({a.sync_state for a in accounts}, {"synced"})
        asked = [c for c in self.http_calls("GET") if "where" in c["query"]]
        self.assertLessEqual(len(asked), 3)
        self.assertLess(max(len(str(c["query"])) for c in asked), 1500)

    def test_a_broken_connection_is_tried_once_more_with_the_same_key(self):
        account = self.create_account("Hope Works")
        self.control.add_fault("lost_after", method="PUT", path="/Contacts")
        self.run_ledger()
        self.assertEqual(account.sync_state, "synced", account.sync_message)
        keys = {c["headers"]["idempotency-key"] for c in self.http_calls("PUT")}
        self.assertEqual(len(self.http_calls("PUT")), 2)
        self.assertEqual(len(keys), 1)
        self.assertEqual(
            self.contact(Name="Hope Works")["ContactID"], account.external_id
        )
