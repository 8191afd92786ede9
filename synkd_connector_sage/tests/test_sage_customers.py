# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from dataclasses import replace
from datetime import timedelta

from odoo import fields
from odoo.tests import BaseCase, tagged
from odoo.tools import SQL

from odoo.addons.synkd_connector.lib.errors import RejectedError
from odoo.addons.synkd_connector.lib.identity import find_key, new_key
from odoo.addons.synkd_connector.lib.pace import Pace
from odoo.addons.synkd_connector.lib.results import CustomerData, Member

from ..const import PACE, SETTLE_SECONDS
from ..lib import client, customers, reading
from .common import PLENTY, SageCommon

ANN = CustomerData(
    external_id="7",
    code="ANN001",
    name="Ann's Bakery",
    contact_name="Ann Baker",
    email="ann@bakery.example",
    phone="+27 31 555 0100",
    website="https://bakery.example",
    vat="4012345678",
    street="1 Long Street",
    street2="Umhlanga",
    city="Durban",
    zip="4001",
    delivery_street="2 Short Street",
    delivery_street2="",
    delivery_city="Paarl",
    delivery_zip="7646",
    currency="EUR",
    credit_limit="1000.05",
    term_kind="after_invoice",
    term_days=30,
    category="Retail",
)
CODES = {"1": "ZAR", "3": "EUR"}


def differences(payload, record):
    """Return what of a customer is otherwise in Sage, whose books are in rand."""
    return customers.find_differences(payload, record, CODES, "ZAR")


@tagged("post_install", "-at_install")
class TestSageMapping(BaseCase):
    def record(self, data, **current):
        """Return what Sage has of a customer that was sent to it."""
        member = Member(1, customers.to_payload(data, "ZAR", True), "", new_key())
        record = customers.to_record(member, current, 9, 3)
        return {**record, "ID": "7", "Category": {"ID": 9, "Description": "Retail"}}

    def test_there_and_back_is_the_same(self):
        self.assertEqual(customers.from_record(self.record(ANN), CODES, "ZAR"), ANN)

    def test_code_and_key_stand_in_one_field(self):
        text = self.record(ANN)["TextField1"]
        self.assertTrue(text.startswith("ANN001 SK"))
        self.assertTrue(find_key(text))

    def test_what_a_bookkeeper_wrote_there_is_no_code(self):
        for text, code in (
            ("ANN001", "ANN001"),
            ("good customer since 1999", ""),
            ("X" * 60, ""),
            (None, ""),
            ("", ""),
        ):
            record = {"ID": "7", "TextField1": text}
            self.assertEqual(customers.read_code(record), code)

    def test_five_lines_of_an_address(self):
        data = replace(ANN, state_name="KwaZulu-Natal", country_name="South Africa")
        record = self.record(data)
        lines = [record[f"PostalAddress0{number}"] for number in range(1, 6)]
        region = "KwaZulu-Natal, South Africa"
        self.assertEqual(lines, ["1 Long Street", "Umhlanga", "Durban", region, "4001"])
        self.assertEqual(record["DeliveryAddress03"], "Paarl")

    def test_what_the_bookkeeper_has_beside_ours_stays(self):
        current = {"ID": "7", "Fax": "031 555", "Balance": 5, "Created": "2026-01-01"}
        record = self.record(ANN, **current)
        self.assertEqual(record["Fax"], "031 555")
        self.assertFalse({"Balance", "Created"} & set(record))

    def test_no_terms_are_sent_unless_somebody_said_so(self):
        payload = customers.to_payload(ANN, "ZAR", False)
        self.assertFalse(set(customers.TERMS) & set(payload))
        payload = customers.to_payload(ANN, "ZAR", True)
        self.assertEqual(
            (payload["DueDateMethodId"], payload["DueDateMethodValue"]), (1, 30)
        )

    def test_each_difference_is_seen(self):
        payload, record = customers.to_payload(ANN, "ZAR", True), self.record(ANN)
        record["CurrencyId"] = 3
        self.assertEqual(differences(payload, record), [])
        changed = {
            **dict.fromkeys((*customers.NAMES.values(), "PostalAddress03"), "other"),
            "TextField1": "BOB001",
            "Active": False,
            "CreditLimit": 1,
            "Category": {"Description": "Wholesale"},
            "CurrencyId": 1,
            "DueDateMethodId": 2,
        }
        names = {"CurrencyId": "Currency"}
        for name, value in changed.items():
            found = differences(payload, {**record, name: value})
            self.assertEqual(found, [names.get(name, name)])

    def test_the_currency_of_the_company_may_be_told_or_not(self):
        payload = customers.to_payload(replace(ANN, currency="ZAR"), "ZAR", True)
        self.assertEqual(payload["Currency"], "")
        home = next(id_ for id_, code in CODES.items() if code == "ZAR")
        for told in (None, 0, int(home)):
            record = {**self.record(ANN), "CurrencyId": told}
            self.assertEqual(differences(payload, record), [], told)

    def test_no_category_of_ours_leaves_the_bookkeeper_s(self):
        payload = customers.to_payload(replace(ANN, category=""), "ZAR", True)
        record = {**self.record(ANN), "CurrencyId": 3}
        self.assertEqual(differences(payload, record), [])


@tagged("post_install", "-at_install")
class TestSageCustomers(SageCommon):
    """Account customers, from Odoo to Sage and back."""

    def setUp(self):
        super().setUp()
        self.begin()

    def test_a_name_with_quotes_and_line_breaks_arrives_on_one_line(self):
        self.create_account('Ann "the Baker"\n& <Sons>\t(Pty)', city="Dur\nban")
        self.run_ledger()
        (stored,) = self.made()
        self.assertEqual(stored["Name"], 'Ann "the Baker" & <Sons> (Pty)')
        self.assertEqual(stored["PostalAddress03"], "Dur ban")
        self.assertEqual(self.run_ledger().imported, 0)

    def test_what_is_too_long_is_named(self):
        account = self.create_account("Ann", phone="0" * 31)
        self.run_ledger()
        self.assertEqual(account.sync_state, "attention")
        for words in ("The phone number", "31", "30", account.code):
            self.assertIn(words, account.sync_message)
        account.write({"phone": "031", "street": "x" * 101})
        self.run_ledger()
        self.assertIn("A line of the address", account.sync_message)
        self.assertFalse(self.calls("POST"))

    def test_the_category_of_a_class_is_made_once(self):
        self.class_account.sage_category = "Retail"
        for name in ("Ann", "Bob"):
            self.create_account(name, class_id=self.class_account.id)
        self.run_ledger()
        (category,) = self.records("CustomerCategory")
        self.assertEqual(category["Description"], "Retail")
        owned = [each["Category"]["ID"] for each in self.made()]
        self.assertEqual(owned, [category["ID"]] * 2)
        self.class_account.sage_category = "Wholesale"
        self.run_ledger()
        owned = [each["Category"]["Description"] for each in self.made()]
        self.assertEqual(owned, ["Wholesale"] * 2)

    def test_an_update_keeps_what_only_the_bookkeeper_writes(self):
        account = self.create_account("Ann")
        self.run_ledger()
        self.control.edit("Customer", account.external_id, Fax="031 555 0101")
        account.city = "Durban"
        self.run_ledger()
        (stored,) = self.made()
        self.assertEqual(stored["Fax"], "031 555 0101")
        self.assertEqual(stored["PostalAddress03"], "Durban")

    def test_the_company_s_own_currency_that_sage_tells_is_no_change(self):
        self.control.set_options(tells_currency=True)
        account = self.create_account("Ann")
        self.run_ledger()
        rand = self.record("Currency", Code="ZAR")["ID"]
        self.assertEqual(self.made()[0]["CurrencyId"], rand)
        self.assertEqual(self.run_ledger().imported, 0)
        self.control.log(clear=True)
        self.control.add_fault("lost_after", method="POST")
        account.city = "Durban"
        for _run in range(2):
            self.run_ledger()
            self.go_on()
        self.assertEqual(account.sync_state, "synced")
        self.assertEqual(len(self.calls("POST")), 1, "what is there is not sent again")
        self.assertEqual(self.made()[0]["CurrencyId"], rand)

    def test_an_unknown_currency_is_named(self):
        pound = self.env.ref("base.GBP")
        pound.active = True
        account = self.create_account("Ann", currency_id=pound.id)
        self.run_ledger()
        self.assertEqual(account.sync_state, "attention")
        self.assertIn("GBP", account.sync_message)
        self.control.add("Currency", Code="GBP", Description="Pound")
        account.action_retry()
        self.run_ledger()
        self.assertEqual(account.sync_state, "synced")

    def test_a_customer_that_was_deleted_there_is_told(self):
        account = self.create_account("Ann")
        self.run_ledger()
        self.control.remove("Customer", account.external_id)
        account.city = "Durban"
        self.run_ledger()
        self.assertEqual(account.sync_state, "attention")
        self.assertIn("does not know customer Ann any more", account.sync_message)

    def test_terms_are_kept_where_they_are_sent(self):
        terms = self.env["account.payment.term"]._find_trading_term("after_invoice", 30)
        account = self.create_account("Ann", payment_term_id=terms.id)
        self.run_ledger()
        stored = self.record("Customer", Name="Ann")
        self.assertEqual(
            (stored["DueDateMethodId"], stored["DueDateMethodValue"]), (1, 30)
        )
        self.ledger.sage_terms = False
        self.assertNotIn("term_kind", self.ledger._get_capabilities().fields)
        self.control.edit("Customer", account.external_id, DueDateMethodId=4)
        self.run_ledger()
        self.assertEqual(account.payment_term_id, terms)

    def test_no_filter_by_text_is_ever_asked_for(self):
        self.create_account("Ann")
        self.control.add_fault("lost_after", method="POST")
        self.run_ledger()
        self.go_on()
        self.run_ledger()
        asked = [entry["query"].get("$filter") for entry in self.calls("GET")]
        self.assertEqual(set(asked), {None})
        self.assertEqual(len(self.made()), 1)

    def test_a_customer_of_our_name_without_our_key_is_asked_about(self):
        account = self.create_account("Ann")
        self.control.add_fault("lost_before", method="POST")
        self.run_ledger()
        self.control.add("Customer", Name="ANN")
        self.go_on()
        self.run_ledger()
        self.assertEqual(account.sync_state, "sending")
        line = account.request_line_ids
        self.assertEqual(line.state, "asked")
        self.assertEqual(line.candidates[0]["name"], "ANN")
        self.assertEqual(len(self.calls("POST")), 1)


@tagged("post_install", "-at_install")
class TestSageSettling(SageCommon):
    """What was written may show later: it is not sent again before that."""

    def setUp(self):
        super().setUp()
        self.begin()
        self.patch(type(self.connector), "_settle_seconds", SETTLE_SECONDS)

    @property
    def connector(self):
        """The connector under test."""
        return self.env["synkd.connector.sage"]

    def test_nothing_is_sent_again_before_it_must_have_shown(self):
        account = self.create_account("Ann")
        self.control.set_options(visible_after=60)
        self.control.add_fault("lost_after", method="POST")
        self.run_ledger()
        for _run in range(2):
            self.go_on()
            self.run_ledger()
            self.assertEqual(account.sync_state, "sending")
            self.assertEqual(len(self.calls("POST")), 1)
        self.control.advance(61)
        self.go_on()
        self.run_ledger()
        self.assertEqual(account.sync_state, "synced")
        self.assertEqual(len(self.made()), 1)

    def lose(self):
        """Send a customer whose answer is lost; return it, and its request."""
        account = self.create_account("Ann")
        self.control.add_fault("lost_before", method="POST")
        self.run_ledger()
        return account, account.request_line_ids.request_id

    def was(self, name, request):
        """Let a moment of a request be longer ago than anything takes to show."""
        before = fields.Datetime.now() - timedelta(seconds=SETTLE_SECONDS + 1)
        query = SQL(
            "UPDATE synkd_request SET %s = %s WHERE id = %s",
            SQL.identifier(name),
            before,
            request.id,
        )
        self.env.cr.execute(query)
        self.env.invalidate_all()

    def ask(self):
        """Let a run ask what became of it."""
        self.go_on()
        self.run_ledger()

    def test_after_that_what_is_not_there_is_sent_again(self):
        account, request = self.lose()
        self.ask()
        self.was("asked_at", request)
        self.ask()
        self.assertEqual(account.sync_state, "synced")
        self.assertEqual(len(self.made()), 1)

    def test_who_sent_it_may_have_died_long_after_it_was_written_down(self):
        account, request = self.lose()
        self.was("create_date", request)
        self.ask()
        self.assertEqual(account.sync_state, "sending", "its last call may be of now")
        first = request.asked_at
        self.was("asked_at", request)
        self.assertLess(request.asked_at, first)
        self.ask()
        self.assertEqual(account.sync_state, "synced")
        self.assertEqual(len(self.made()), 1)


@tagged("post_install", "-at_install")
class TestSageLedger(SageCommon):
    """Login, company and limits of a ledger."""

    def test_each_missing_part_of_the_login_is_named(self):
        for values, words in (
            ({"http_client_secret": False}, "has no key"),
            ({"http_client_secret": "sim-key", "sage_user": False}, "no user"),
            ({"sage_user": "a@example.com", "sage_password": False}, "no password"),
        ):
            self.ledger.write(values)
            self.run_ledger()
            self.assertIn(words, self.ledger.pause_reason)
            self.go_on()
        self.assertFalse(self.control.log())

    def test_the_password_is_sealed_and_never_shown(self):
        self.assertEqual(set(self.ledger.sage_password), {"•"})
        self.assertNotIn("sim-password", self.ledger.sudo().sage_password_sealed)
        self.ledger.sage_password = self.ledger.sage_password
        self.run_ledger()
        self.assertFalse(self.ledger.pause_reason)
        copied = self.ledger.sudo().copy_data({"company_id": False})[0]
        self.assertFalse({"sage_user", "sage_password_sealed"} & set(copied))

    def test_the_only_company_is_taken_and_one_of_several_is_chosen(self):
        nobody = {"http_tenant_key": False, "http_tenant_name": False}
        self.ledger.sudo().write({**nobody, "books_key": False, "books_read_at": False})
        self.assertEqual(self.ledger.http_state, "choose")
        self.control.set_options(companies=2)
        self.run_ledger()
        self.assertIn("No organisation was chosen", self.ledger.pause_reason)
        self.go_on()
        self.control.set_options(companies=1)
        self.run_ledger()
        self.assertEqual(self.ledger.http_tenant_key, "4711")
        self.assertEqual(self.ledger.http_tenant_name, "Marula Trading")
        self.assertEqual(self.ledger.http_state, "live")

    def test_a_company_is_chosen_in_the_dialog(self):
        self.ledger.sudo().write({"http_tenant_key": False, "http_tenant_name": False})
        self.control.set_options(companies=2)
        self.env.flush_all()
        with self.enter_registry_test_mode():
            action = self.ledger.action_choose_tenant()
            wizard = self.env[action["res_model"]].browse(action["res_id"])
            self.assertEqual(len(wizard.line_ids), 2)
            self.assertEqual(wizard.line_ids[0].currency, "ZAR")
            wizard.line_ids[0].action_choose()
        self.assertEqual(self.ledger.http_tenant_name, "Marula Trading")

    def test_a_refused_login_is_not_tried_again_by_itself(self):
        self.control.set_options(password="changed")
        self.run_ledger()
        self.assertTrue(self.ledger.needs_person)
        self.assertIn("twenty refusals", self.ledger.pause_reason)
        for _run in range(3):
            self.run_ledger()
        self.assertEqual(len(self.control.log()), 1)

    def test_a_lock_out_is_waited_for_whatever_people_press(self):
        self.create_account("Ann")
        self.control.add_fault("429_minute")
        self.run_ledger()
        until = self.ledger.paused_until
        self.assertGreater(until, fields.Datetime.now() + timedelta(minutes=59))
        self.assertIn("an hour", self.ledger.pause_reason)
        before = len(self.control.log())
        self.ledger._set_resumed()
        self.run_ledger()
        self.ledger.action_test_connection()
        self.run_ledger()
        with self.assertRaisesRegex(Exception, "wants no calls before"):
            self.ledger._read_http_tenants()
        self.assertEqual(len(self.control.log()), before, "nobody asks meanwhile")

    def test_as_many_calls_are_counted_as_are_made(self):
        pace = Pace(day=PLENTY, breach=3600)
        self.patch(type(self.env["synkd.connector.sage"]), "_pace", pace)
        for module in (client, reading):
            self.patch(module, "PAGE_SIZE", 2)
        for number in range(9):
            self.control.add("Customer", Name=f"Ann {number}")
        self.class_account.sage_category = "Retail"
        self.create_account("Bob", class_id=self.class_account.id)
        for what in ("each page of a list once", "a list that is not due not at all"):
            self.run_ledger()
            counted = sum(self.ledger.calls_made["hours"].values())
            self.assertEqual(counted, len(self.control.log()), what)
        pages = [call["query"].get("$skip") for call in self.calls(path="Customer/Get")]
        self.assertEqual(pages.count("8"), 2, "customers, and what they owe, once")

    def test_a_day_s_calls_are_made_and_no_more(self):
        self.run_ledger()
        self.assertEqual((PACE.second, PACE.minute, PACE.day), (1, 100, 5000))
        self.patch(type(self.env["synkd.connector.sage"]), "_pace", PACE)
        now = fields.Datetime.now()
        for hours, count, is_paused in ((3, 4999, True), (30, 5000, False)):
            made = PACE.note({}, now - timedelta(hours=hours), count)
            self.ledger.calls_made = made
            before = len(self.control.log())
            run = self.run_ledger()
            self.assertEqual(run.state, "paused" if is_paused else "done", run.message)
            calls = len(self.control.log()) - before
            self.assertEqual(calls == 1, is_paused)
            self.go_on()
        self.ledger.calls_made = PACE.note({}, now - timedelta(hours=3), 5000)
        run = self.run_ledger()
        self.assertIn("take no more calls for now", run.message)
        wait = self.ledger.paused_until - now
        self.assertTrue(timedelta(hours=20) < wait < timedelta(hours=23), wait)
        self.assertFalse(self.ledger.needs_person)

    def test_what_has_expired_there_waits_for_a_person(self):
        self.control.set_options(expired=True)
        self.run_ledger()
        self.assertTrue(self.ledger.needs_person)
        self.assertIn("asks for payment", self.ledger.pause_reason)

    def test_a_right_that_is_missing_is_told_in_sage_s_words(self):
        self.create_account("Ann")
        self.control.set_options(read_only=True)
        self.run_ledger()
        self.assertTrue(self.ledger.needs_person)
        self.assertIn("The method is not allowed", self.ledger.pause_reason)

    def test_a_customer_too_long_for_sage_is_refused_before(self):
        with self.assertRaises(RejectedError):
            self.env["synkd.connector.sage"]._customer_payload(
                self.ledger, replace(ANN, vat="9" * 31)
            )
