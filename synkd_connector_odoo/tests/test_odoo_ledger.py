# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from dataclasses import replace

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged

from odoo.addons.synkd_connector.lib.errors import (
    MisconfiguredError,
    RejectedError,
    UnauthorisedError,
)
from odoo.addons.synkd_connector.tests.contract import ConnectorHarness

from .common import SecondOdooCommon, SecondOdooHooks


@tagged("post_install", "-at_install")
class TestOdooLedger(SecondOdooHooks, ConnectorHarness, SecondOdooCommon):
    """How a ledger reaches another Odoo, and what people are told when it does not."""

    def read_books(self):
        """Ask the other Odoo which books it has."""
        with self.talking():
            return self.connector._read_books(self.ledger)

    def assert_problem(self, kind, *words):
        """Fail unless asking is refused with an error of a kind, in a sentence."""
        with self.talking(), self.assertRaises(kind) as caught:
            self.connector._read_books(self.ledger)
        message = caught.exception.message
        self.assert_sentence(message)
        for word in words:
            self.assertIn(word, message)
        self.assertNotIn(self.remote.told["key"], message)

    def test_the_company_of_the_user_keeps_the_books(self):
        books = self.read_books()
        company = self.remote.ask("res.company", "read", [1], ["name"])[0]
        self.assertEqual(books.name, company["name"])
        self.assertEqual(books.currency, "USD")
        self.assertTrue(books.key.startswith("1 "))

    def test_a_wrong_key_is_told(self):
        self.ledger.http_client_secret = "wrong"
        self.assert_problem(UnauthorisedError, self.ledger.name)

    def test_a_missing_key_is_told(self):
        self.ledger.http_client_secret = False
        self.assert_problem(MisconfiguredError, "no key")

    def test_a_missing_database_is_told(self):
        for name in ("odoo_database", "odoo_login"):
            with self.subTest(name=name):
                kept = self.ledger[name]
                self.ledger[name] = False
                self.assert_problem(MisconfiguredError, "database", "Login page")
                self.ledger[name] = kept

    def test_a_login_that_nobody_has_is_told(self):
        self.ledger.odoo_login = "nobody"
        self.assert_problem(UnauthorisedError)

    def test_only_https_is_allowed_elsewhere(self):
        with self.assertRaises(ValidationError):
            self.ledger.http_api_url = "http://books.example.com"
        self.ledger.http_api_url = "https://books.example.com:8443"

    def test_a_private_network_is_refused(self):
        with self.assertRaises(ValidationError):
            self.ledger.http_api_url = "https://10.0.0.8"

    def test_the_key_is_sealed_and_in_no_log(self):
        key = self.remote.told["key"]
        self.assertNotEqual(self.ledger.http_client_secret, key)
        self.assertNotIn(key, self.ledger.http_secret_sealed)
        with self.assertLogs("odoo", "DEBUG") as logs:
            self.create_account("Hope Works")
            self.run_ledger()
        self.assertNotIn(key, "\n".join(logs.output))
        requests = self.env["synkd.request"].search(
            [("ledger_id", "=", self.ledger.id)]
        )
        told = str(requests.read())
        self.assertNotIn(key, told)

    def test_who_is_no_administrator_reads_neither_database_nor_user(self):
        clerk = self.create_user("odoo_clerk", "synkd_connector.group_user")
        with self.assertRaises(AccessError):
            self.ledger.with_user(clerk).read(["odoo_database", "odoo_login"])

    def test_a_right_that_the_user_lacks_is_told_with_its_words(self):
        group = self.remote.ask(
            "ir.model.data",
            "search_read",
            [("module", "=", "base"), ("name", "=", "group_partner_manager")],
            ["res_id"],
        )[0]["res_id"]
        user = self.remote.ask("res.users", "search", [("login", "=", "synkd")])
        invoice = self.remote.ask(
            "ir.model.data",
            "search_read",
            [("module", "=", "account"), ("name", "=", "group_account_invoice")],
            ["res_id"],
        )[0]["res_id"]
        both = [(3, group), (3, invoice)]
        self.addCleanup(
            self.remote.ask,
            "res.users",
            "write",
            user,
            {"group_ids": [(4, group), (4, invoice)]},
        )
        self.remote.ask("res.users", "write", user, {"group_ids": both})
        account = self.create_account("Hope Works")
        run = self.run_ledger()
        told = account.sync_message or run.message or self.ledger.pause_reason
        self.assert_sentence(told)
        self.assertIn("may not do this in the other Odoo", told)
        self.assertFalse(account.external_id)

    def test_odd_data_of_a_customer_is_left_out_and_told(self):
        self.remote.ask("res.partner", "create", {"name": "Zed", "customer_rank": 1})
        found, _cursor = self.pull()
        self.assertEqual([each.name for each in found.values()], ["Zed"])

    def test_a_supplier_is_told_as_one(self):
        vals = {"name": "Zed", "ref": "ZED001", "supplier_rank": 1}
        self.remote.ask("res.partner", "create", vals)
        self.assertTrue(self.pull()[0]["ZED001"].supplier)

    def test_states_and_countries_there_and_back(self):
        data = self.customer(country="US", state="CA", city="Fresno", zip="93650")
        result = self.post(data)
        found = self.pull()[0][data.code]
        self.assertEqual((found.country, found.state), ("US", "CA"))
        self.assertEqual(found.external_id, result.external_id)
        self.assertEqual(self.ask(data)[0].external_id, result.external_id)

    def known(self, data):
        """Send a customer; return it with its identity there."""
        return replace(data, external_id=self.post(data).external_id)

    def read_there(self, data, *names):
        """Return fields of a customer as the bookkeeper sees them."""
        ids = [int(data.external_id)]
        (record,) = self.remote.ask("res.partner", "read", ids, names)
        return [record[name] for name in names]

    def test_a_category_is_a_tag_and_those_of_the_bookkeeper_stay(self):
        data = self.known(self.customer(category="Retail"))
        self.assertEqual(self.ask(data)[0].outcome, "ok")
        theirs = self.remote.ask("res.partner.category", "create", {"name": "Nice"})
        tag = {"category_id": [(4, theirs)]}
        self.remote.ask("res.partner", "write", [int(data.external_id)], tag)
        for category, told in (
            ("Trade", {"Customer Category / Trade", "Nice"}),
            ("Retail", {"Customer Category / Retail", "Nice"}),
            ("", {"Nice"}),
        ):
            data = replace(data, category=category)
            self.assertEqual(self.ask(data)[0].outcome, "not_found", category)
            self.post(data)
            self.assertEqual(self.ask(data)[0].outcome, "ok")
            (ids,) = self.read_there(data, "category_id")
            tags = self.remote.ask(
                "res.partner.category", "read", ids, ["display_name"]
            )
            self.assertEqual({each["display_name"] for each in tags}, told)
        ours = [("parent_id.name", "=", "Customer Category")]
        count = self.remote.ask("res.partner.category", "search_count", ours)
        self.assertEqual(count, 2, "each is made once")

    def test_terms_are_those_that_say_the_same(self):
        data = self.known(self.customer(term_kind="after_invoice", term_days=30))
        (term,) = self.read_there(data, "property_payment_term_id")
        self.assertEqual(term[1], "30 Days")
        self.assertEqual(self.ask(data)[0].outcome, "ok")
        other = replace(data, term_days=15)
        self.assertEqual(self.ask(other)[0].outcome, "not_found")
        unheard = replace(data, term_kind="current_month", term_days=7)
        mixed = self.customer("Zed", term_kind="after_invoice", term_days=15)
        results = self.post(unheard, mixed)
        (term,) = self.read_there(data, "property_payment_term_id")
        self.assertEqual(term[1], "30 Days", "terms that are unknown there are left")
        self.assertEqual(self.ask(unheard)[0].outcome, "ok")
        zed = replace(mixed, external_id=results[1].external_id)
        (term,) = self.read_there(zed, "property_payment_term_id")
        self.assertEqual(term[1], "15 Days")

    def test_a_delivery_address_is_a_contact_of_its_own(self):
        data = self.customer(
            delivery_street="9 Dock Road", delivery_country="US", delivery_state="CA"
        )
        data = self.known(data)
        self.assertEqual(self.ask(data)[0].outcome, "ok")
        found = "SELECT street, active FROM res_partner WHERE type = 'delivery'"
        self.assertEqual(self.remote.sql(found), [["9 Dock Road", "t"]])
        for street, told in (("10 Dock Road", "t"), ("", "f"), ("11 Dock Road", "t")):
            places = {"delivery_country": "US", "delivery_state": "CA"}
            places = places if street else dict.fromkeys(places, "")
            data = replace(data, delivery_street=street, **places)
            self.assertEqual(self.ask(data)[0].outcome, "not_found", street)
            self.post(data)
            self.assertEqual(self.ask(data)[0].outcome, "ok", street)
            ((there, active),) = self.remote.sql(found)
            self.assertEqual(active, told)
            self.assertEqual(there, street)
        self.assertEqual(list(self.pull()[0]), [data.code], "it is no customer")

    def test_a_web_address_is_the_same_there_and_back(self):
        data = self.customer(website="hope.example")
        self.post(data)
        self.assertEqual(self.pull()[0][data.code].website, "hope.example")
        self.assertEqual(self.ask(data)[0].outcome, "ok")

    def test_a_customer_that_was_deleted_there_is_refused_in_words(self):
        data = self.customer()
        known = replace(data, external_id=self.post(data).external_id)
        self.remote.ask("res.partner", "unlink", [int(known.external_id)])
        (result,) = self.send(replace(known, city="Durban"))
        self.assertEqual(result.outcome, "rejected")
        self.assertIn("deleted", result.message)

    def test_a_lock_date_is_told(self):
        day = {"fiscalyear_lock_date": "2026-01-31", "sale_lock_date": "2026-02-28"}
        self.remote.sql(
            "UPDATE res_company SET "
            + ", ".join(f"{name} = '{value}'" for name, value in day.items())
        )
        self.addCleanup(self.remote.reset)
        with self.talking():
            lists = self.connector._pull_lists(self.ledger)
        self.assertEqual(lists.lock_date, "2026-02-28")

    def test_a_tax_that_is_in_prices_there_is_not_offered(self):
        vals = {"name": "In it", "amount": 15, "price_include_override": "tax_included"}
        id_ = self.remote.ask("account.tax", "create", vals)
        self.addCleanup(self.remote.ask, "account.tax", "unlink", [id_])
        with self.talking():
            names = {i.name for i in self.connector._pull_lists(self.ledger).items}
        self.assertIn("VAT 15", names)
        self.assertNotIn("In it", names)

    def test_a_call_that_is_refused_as_a_whole_writes_nothing(self):
        batch = self.batch_of(self.customer())
        self.proxy.break_calls("429_minute")
        with self.talking(), self.assertRaises(Exception) as caught:
            self.connector._push_customers(self.ledger, batch)
        self.assertNotIsInstance(caught.exception, RejectedError)
        self.assertEqual(self.pull()[0], {})
