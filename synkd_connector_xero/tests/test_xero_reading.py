# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import ast
from datetime import date, timedelta
from unittest.mock import patch

from odoo.tests import tagged

from odoo.addons.synkd_connector_http.lib import problems, wire
from odoo.addons.synkd_connector_http.lib.problems import ApiError

from ..lib import lists, reading
from .common import XeroCommon


@tagged("post_install", "-at_install")
class TestXeroReading(XeroCommon):
    """What is read: customers that changed, merged ones, and what they owe."""

    def setUp(self):
        super().setUp()
        self.connector = self.ledger._get_connector()

    def account(self, **values):
        """Return the one account customer with these values, archived or not."""
        accounts = self.env["synkd.account.customer"].with_context(active_test=False)
        domain = [(name, "=", value) for name, value in values.items()]
        found = accounts.search([("ledger_id", "=", self.ledger.id), *domain])
        self.assertEqual(len(found), 1, values)
        return found

    def pull(self, cursor=None):
        """Read all pages; return names, and the last cursor."""
        self.env.flush_all()
        with self.enter_registry_test_mode():
            pages = list(self.connector._pull_customers(self.ledger, cursor or {}))
        names = [data.name for page in pages for data in page.customers]
        return names, pages[-1].cursor

    # === CUSTOMERS === #

    def test_pages_are_as_large_as_they_may_be(self):
        self.pull()
        query = self.http_calls("GET")[-1]["query"]
        self.assertEqual(query["pageSize"], "1000")
        self.assertEqual(query["includeArchived"], "true")

    def test_only_what_changed_is_read_again(self):
        self.create_contact("Zed Traders")
        names, cursor = self.pull()
        self.assertEqual(names, ["Zed Traders"])
        self.assertEqual(self.pull(cursor)[0], [])
        header = self.http_calls("GET")[-1]["headers"]["if-modified-since"]
        self.assertRegex(header, r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$")

    def test_nothing_new_may_be_told_by_304(self):
        self.create_contact("Zed Traders")
        _names, cursor = self.pull()
        self.control.advance(seconds=60)
        self.control.set_options(not_modified=True)
        cursor = dict(cursor, since="2099-01-01T00:00:00")
        self.assertEqual(self.pull(cursor), ([], cursor))

    def test_changes_in_the_same_second_are_not_missed(self):
        for strict in (False, True):
            with self.subTest(strict=strict):
                self.control.reset()
                self.connect()
                self.control.set_options(strict_since=strict)
                self.create_contact("Zed Traders")
                names, cursor = self.pull()
                self.create_contact("Zed Motors")
                names, cursor = self.pull(cursor)
                self.assertEqual(names, ["Zed Motors"])

    def test_many_pages_are_read_whole_although_records_change_meanwhile(self):
        ids = [self.create_contact(f"Zed {number:02}") for number in range(9)]
        seen = []
        self.env.flush_all()
        with self.enter_registry_test_mode(), patch.object(reading, "PAGE_SIZE", 3):
            client = self.ledger._get_http_client()
            pages = reading.read_changed(client, "Contacts", "ContactID", {}, size=3)
            for number, (found, *_rest) in enumerate(pages):
                seen += [contact["ContactID"] for contact in found]
                if number < 2:
                    self.control.edit_contact(ids[number], FirstName="Changed")
        self.assertEqual(set(seen), set(ids))
        self.assertLess(len(seen), 14)

    def test_a_read_that_was_cut_goes_on(self):
        ids = [self.create_contact(f"Zed {number}") for number in range(5)]
        self.env.flush_all()
        with self.enter_registry_test_mode():
            client = self.ledger._get_http_client()
            first = next(
                reading.read_changed(client, "Contacts", "ContactID", {}, size=2)
            )
            rest = list(
                reading.read_changed(client, "Contacts", "ContactID", first[1], size=2)
            )
        seen = [c["ContactID"] for found, *_more in [first, *rest] for c in found]
        self.assertEqual(sorted(seen), sorted(ids))

    def create_supplier(self, name):
        """Create a contact that is a supplier and no customer."""
        key = self.create_contact(name)
        self.control.set_record("contacts", key, IsSupplier=True)
        return key

    def test_contacts_that_only_supply_are_no_customers(self):
        known = self.create_contact("Both Ways", AccountNumber="BOT001")
        self.run_ledger()
        self.control.set_record("contacts", known, IsSupplier=True, FirstName="New")
        self.create_supplier("Another Mill")
        self.run_ledger()
        mill = self.account(name="Another Mill")
        self.assertTrue(mill.supplier_only)
        self.assertFalse(self.account(code="BOT001").supplier_only)
        self.assertEqual(self.account(code="BOT001").contact_name, "New")
        domain = self.env["ir.actions.act_window"]._for_xml_id(
            "synkd_connector.synkd_account_customer_action"
        )["domain"]
        shown = self.env["synkd.account.customer"].search(ast.literal_eval(domain))
        self.assertNotIn(mill, shown)
        count = self.ledger.synced_count
        self.assertEqual(count, len(shown.filtered(lambda a: a.sync_state == "synced")))

    def test_a_supplier_is_offered_as_a_match_and_becomes_a_customer(self):
        key = self.create_supplier("Paper Mill Traders")
        self.run_ledger()
        mill = self.account(name="Paper Mill Traders")
        partner = self.create_partner("Paper Mill Traders")
        self.env["synkd.match"]._propose(self.ledger)
        match = self.env["synkd.match"].search([("partner_id", "=", partner.id)])
        self.assertEqual(match.account_customer_id, mill)
        self.assertIn("a supplier of the books so far", match.reasons)
        found = self.env["synkd.match"]._find_candidates(self.ledger, partner)
        self.assertEqual(found[partner.id][0][0], mill.id)
        self.assertTrue(mill.supplier_only, "nobody said so yet")
        match.action_accept()
        self.assertFalse(mill.supplier_only)
        self.assertEqual(partner.account_customer_id, mill)
        mill.city = "Durban"
        self.run_ledger()
        self.assertEqual(mill.sync_state, "synced", mill.sync_message)
        self.assertEqual(self.contact(ContactID=key)["Name"], "Paper Mill Traders")
        self.run_ledger()
        self.assertFalse(mill.supplier_only, "not taken back by the next read")

    def test_a_supplier_that_became_a_customer_over_there_is_one_here(self):
        key = self.create_supplier("Paper Mill")
        self.run_ledger()
        mill = self.account(name="Paper Mill")
        self.control.set_record("contacts", key, IsCustomer=True)
        self.run_ledger()
        self.assertFalse(mill.supplier_only)

    def test_a_contact_without_a_code_gets_one_here(self):
        self.create_contact("Zed Traders")
        run = self.run_ledger()
        self.assertFalse(run.notes)
        account = self.account(name="Zed Traders")
        self.assertTrue(account.code)
        self.assertFalse(self.run_ledger().write_calls)

    def test_all_fields_are_taken_over(self):
        persons = [
            {
                "FirstName": "Thandi",
                "LastName": "van Wyk",
                "EmailAddress": "t@z.example",
                "IncludeInEmails": True,
            }
        ]
        self.create_contact(
            "Zed Traders",
            AccountNumber="ZED001",
            FirstName="Jo",
            LastName="Zed",
            TaxNumber="4999",
            DefaultCurrency="EUR",
            AccountsReceivableTaxType="OUTPUT",
            PaymentTerms={"Sales": {"Day": 20, "Type": "OFFOLLOWINGMONTH"}},
            Phones=[
                {
                    "PhoneType": "DEFAULT",
                    "PhoneCountryCode": "27",
                    "PhoneAreaCode": "31",
                    "PhoneNumber": "5550100",
                }
            ],
            Addresses=[
                {
                    "AddressType": "POBOX",
                    "AddressLine1": "1 Zed Street",
                    "AddressLine2": "Floor 2",
                    "AddressLine3": "Block C",
                    "Region": "kwazulu-natal",
                    "Country": "SOUTH AFRICA",
                }
            ],
            ContactPersons=persons,
        )
        self.env.ref("base.EUR").active = True
        self.run_ledger()
        account = self.account(code="ZED001")
        self.assertEqual(account.contact_name, "Jo Zed")
        self.assertEqual(account.vat, "4999")
        self.assertEqual(account.phone, "27 31 5550100")
        self.assertEqual(account.street2, "Floor 2, Block C")
        self.assertEqual(account.country_id.code, "ZA")
        self.assertEqual(account.state_id.code, "KZN")
        self.assertEqual(account.currency_id.name, "EUR")
        self.assertEqual(account.xero_tax_type, "OUTPUT")
        self.assertEqual(
            account.payment_term_id._get_trading_term(), ("following_month", 20)
        )
        self.assertEqual(account.xero_person_ids.name, "Thandi van Wyk")
        self.assertTrue(account.xero_person_ids.include_in_emails)
        self.assertEqual(account.sync_state, "synced")
        self.assertFalse(self.run_ledger().write_calls, "nothing is sent back")

    def test_persons_changed_over_there_are_taken_over(self):
        account = self.create_account("Hope Works")
        self.run_ledger()
        person = {"FirstName": "Thandi", "EmailAddress": "t@hope.example"}
        self.control.edit_contact(account.external_id, ContactPersons=[person])
        run = self.run_ledger()
        self.assertEqual(run.imported, 1)
        self.assertEqual(account.xero_person_ids.email, "t@hope.example")
        self.assertEqual(account.sync_state, "synced")

    def test_archived_over_there_is_archived_here(self):
        account = self.create_account("Hope Works")
        self.run_ledger()
        self.control.archive_contact(account.external_id)
        self.run_ledger()
        self.assertFalse(account.active)
        self.assertEqual(account.sync_state, "synced")

    # === MERGED === #

    def test_a_customer_merged_into_an_unknown_one_becomes_that_one(self):
        account = self.create_account("Hope Works", mirror_partner_id=False)
        self.run_ledger()
        stays = self.create_contact("Hope Group", City="Durban")
        self.control.merge_contacts(account.external_id, stays)
        self.run_ledger()
        self.assertEqual(account.external_id, stays)
        self.assertEqual(account.name, "Hope Group")
        self.assertTrue(account.active)

    def test_a_customer_merged_into_a_known_one_hands_its_links_over(self):
        partner = self.create_partner("Hope Works")
        gone = self.create_account("Hope Works", mirror_partner_id=partner.id)
        stays = self.create_account("Hope Group")
        self.run_ledger()
        self.control.merge_contacts(gone.external_id, stays.external_id)
        self.run_ledger()
        self.assertFalse(gone.active)
        self.assertEqual(gone.sync_state, "synced")
        self.env.invalidate_all()
        self.assertEqual(partner.account_customer_id, stays)
        self.assertFalse(self.run_ledger().write_calls)

    def test_a_merge_and_a_change_here_wait_for_a_person(self):
        account = self.create_account("Hope Works")
        self.run_ledger()
        stays = self.create_contact("Hope Group")
        self.control.merge_contacts(account.external_id, stays)
        account.city = "Durban"
        self.run_ledger()
        self.assertEqual(account.external_id, stays)
        self.assertEqual(account.sync_state, "conflict")
        self.assertEqual(self.contact(ContactID=stays)["Name"], "Hope Group")

    def test_a_merge_that_was_followed_asks_for_nothing_more(self):
        account = self.create_account("Hope Works")
        self.run_ledger()
        stays = self.create_contact("Hope Group")
        self.control.merge_contacts(account.external_id, stays)
        account.name = "Hope Group"
        account._set_attention("was merged just now. The next run follows that")
        self.run_ledger()
        self.assertEqual(account.external_id, stays)
        self.assertNotEqual(account.sync_state, "attention")
        self.assertNotIn("just now", account.sync_message or "")

    def test_a_name_of_signs_that_xero_does_not_take_is_refused_here(self):
        account = self.create_account("<>")
        run = self.run_ledger()
        self.assertEqual(account.sync_state, "attention")
        self.assertIn("Type another name", account.sync_message)
        self.assertIn("wait for a person, under Requires Attention: 1.", run.message)

    # === WHAT CUSTOMERS OWE === #

    def owe(self, contact_id, amount, due=None):
        """Create an approved invoice over there."""
        today = self.xero.world.clock.today()
        body = {
            "Type": "ACCREC",
            "Contact": {"ContactID": contact_id},
            "Date": today.isoformat(),
            "DueDate": (due or today + timedelta(days=30)).isoformat(),
            "Status": "AUTHORISED",
            "LineAmountTypes": "NoTax",
            "LineItems": [
                {
                    "Description": "Goods",
                    "Quantity": 1,
                    "UnitAmount": amount,
                    "AccountCode": "200",
                }
            ],
        }
        client = self.ledger._get_http_client()
        return client.save("PUT", "/Invoices", {"Invoices": [body]})["Invoices"][0]

    def pay(self, invoice, amount):
        """Pay an invoice over there."""
        body = {
            "Invoice": {"InvoiceID": invoice["InvoiceID"]},
            "Account": {"Code": "090"},
            "Date": self.xero.world.clock.today().isoformat(),
            "Amount": amount,
        }
        self.ledger._get_http_client().save("PUT", "/Payments", {"Payments": [body]})

    def test_balances_follow_invoices_and_payments(self):
        account = self.create_account("Hope Works")
        other = self.create_account("Danny Storm")
        self.run_ledger()
        with self.enter_registry_test_mode():
            invoice = self.owe(account.external_id, "100.10")
        self.run_ledger()
        self.assertEqual(account.outstanding, 100.10)
        self.assertEqual(account.overdue, 0)
        with self.enter_registry_test_mode():
            self.pay(invoice, "40.00")
        self.control.log(clear=True)
        self.run_ledger()
        self.assertEqual(account.outstanding, 60.10)
        self.assertEqual(other.outstanding, 0)
        read = [c["query"].get("IDs") for c in self.http_calls("GET", path="/Contacts")]
        self.assertIn(account.external_id, read)

    def test_an_invoice_falls_due_without_a_change(self):
        account = self.create_account("Hope Works")
        self.run_ledger()
        with self.enter_registry_test_mode():
            self.owe(account.external_id, "100.00", due=date.today())
        self.run_ledger()
        self.assertEqual(account.overdue, 0)
        self.control.advance(seconds=86400)
        self.connect()
        yesterday = date.today() - timedelta(days=1)
        cursor = dict(self.ledger.balance_cursor, day=yesterday.isoformat())
        self.ledger.balance_cursor = cursor
        self.run_ledger()
        self.assertEqual(account.overdue, 100)

    def test_the_first_read_takes_all_balances_with_one_list(self):
        zed = self.create_contact("Zed Traders", AccountNumber="ZED001")
        with self.enter_registry_test_mode():
            self.owe(zed, "55.00")
        self.control.log(clear=True)
        self.run_ledger()
        self.assertEqual(self.account(code="ZED001").outstanding, 55)
        self.assertEqual(len(self.http_calls("GET", path="/Invoices")), 0)

    def pull_balances(self, cursor):
        """Return a generator of pages from a cursor; within registry test mode."""
        return self.connector._pull_balances(self.ledger, cursor)

    def balances_read(self, pages):
        """Return the ids of the contacts on some pages, in their order."""
        return [each.external_id for page in pages for each in page.balances]

    def test_a_first_read_of_balances_that_was_cut_goes_on(self):
        ids = [self.create_contact(f"Zed {number}") for number in range(7)]
        self.env.flush_all()
        with self.enter_registry_test_mode(), patch.object(reading, "PAGE_SIZE", 2):
            first = next(self.pull_balances({}))
            self.control.log(clear=True)
            rest = list(self.pull_balances(first.cursor))
        self.assertEqual(len(first.balances), 2)
        read = self.balances_read([first, *rest])
        self.assertEqual(sorted(read), sorted(ids), "each once")
        since = self.http_calls("GET")[0]["headers"].get("if-modified-since")
        self.assertTrue(since, "not from the beginning again")
        self.assertEqual(
            rest[-1].cursor["Invoices"]["since"], first.cursor["first"]["start"]
        )

    def test_a_read_of_touched_balances_that_was_cut_goes_on(self):
        keys = [self.create_contact(f"Zed {number}") for number in range(3)]
        self.run_ledger()
        cursor = self.ledger.balance_cursor
        with self.enter_registry_test_mode(), patch.object(reading, "IDS", 1):
            for key in keys:
                self.owe(key, "55.00")
            first = next(self.pull_balances(cursor))
            self.assertEqual(len(first.cursor["waiting"]), 2)
            self.control.log(clear=True)
            rest = list(self.pull_balances(first.cursor))
        read = self.balances_read([first, *rest])
        self.assertEqual(sorted(read), sorted(keys), "each once")
        self.assertEqual(self.http_calls("GET", path="/Invoices"), [], "known already")
        self.assertNotIn("waiting", rest[-1].cursor)

    def test_more_than_a_page_of_one_second_touches_all_balances(self):
        keys = [self.create_contact(f"Zed {number}") for number in range(5)]
        self.run_ledger()
        cursor = self.ledger.balance_cursor
        clock = self.xero.world.clock
        self.addCleanup(setattr, clock, "scale", clock.scale)
        clock.scale = 0.0
        with self.enter_registry_test_mode(), patch.object(reading, "PAGE_SIZE", 2):
            for key in keys:
                self.owe(key, "55.00")
            self.control.log(clear=True)
            read = self.balances_read(self.pull_balances(cursor))
        self.assertEqual(sorted(read), sorted(keys), "each once")
        self.assertLess(len(self.http_calls("GET", path="/Invoices")), 20)

    def test_lists_that_have_no_pages_may_be_longer_than_other_answers(self):
        with self.enter_registry_test_mode(), patch.object(wire, "MOST_BYTES", 500):
            client = self.ledger._get_http_client()
            self.assertTrue(lists.read_items(client))
            with self.assertRaises(ApiError) as raised:
                client.get("/Accounts")
        self.assertEqual(raised.exception.problem, problems.BOUNDS)

    def test_ids_are_asked_for_in_forties(self):
        ids = [self.create_contact(f"Zed {number}") for number in range(81)]
        self.env.flush_all()
        with self.enter_registry_test_mode():
            client = self.ledger._get_http_client()
            found = reading.read_contacts(client, ids)
        self.assertEqual({contact["ContactID"] for contact in found}, set(ids))
        self.assertEqual(len(self.http_calls("GET")), 3)

    def test_numbers_are_found_one_by_one_where_the_filter_is_refused(self):
        ids = [
            self.create_contact(f"Zed {n}", ContactNumber=f"N-{n}") for n in range(3)
        ]
        self.env.flush_all()
        client = self.ledger._get_http_client(lambda _refused: self._token())
        refused = reading.ApiError(reading.problems.REFUSED)
        get = client.get

        def refuse_filters(path, params=None, since=None):
            if "where" in (params or {}):
                raise refused
            return get(path, params, since)

        with patch.object(client, "get", refuse_filters):
            found = reading.read_contacts_by_number(client, ["N-0", "N-2", "N-9"])
        self.assertEqual([c["ContactID"] for c in found], [ids[0], ids[2]])

    def _token(self):
        return next(iter(self.xero.world.identity.access))

    def test_limits_that_reads_told_are_kept(self):
        self.control.set_limits(minute=60, day=1000)
        self.run_ledger()
        self.assertLess(self.ledger.minute_remaining, 60)
        self.assertLess(self.ledger.day_remaining, 1000)
        self.assertEqual(self.ledger.day_limit, 1000)
        self.assertGreater(self.ledger.xero_app_remaining, 9000)
        self.control.set_limits(day=5000)
        self.run_ledger()
        self.assertEqual(self.ledger.day_limit, 5000)

    def test_a_day_limit_ends_the_run_with_the_time_it_goes_on(self):
        self.control.spend(day=0)
        run = self.run_ledger()
        self.assertEqual(run.state, "paused")
        self.assertIn("no more calls for this organisation today", run.message)
        self.assertTrue(self.ledger.paused_until)
        self.assertFalse(self.ledger.needs_person)
