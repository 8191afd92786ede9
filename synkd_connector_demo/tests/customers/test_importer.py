# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import tagged

from odoo.addons.synkd_connector.lib.results import (
    OK,
    Answer,
    CustomerData,
    Page,
    Result,
)

from ..engine.test_engine import LOGGER, EngineCase


@tagged("post_install", "-at_install")
class TestImporter(EngineCase):
    def take(self, *customers):
        """Take a page over in a new run, and return the run."""
        run = self.env["synkd.run"].create({"ledger_id": self.ledger.id})
        self.env["synkd.importer"]._take_page(run, Page(customers))
        self.env.flush_all()
        return run

    def data(self, code, **values):
        """Return a customer of the books."""
        defaults = {"external_id": f"X-{code}", "code": code, "name": f"Name {code}"}
        return CustomerData(**(defaults | values))

    def imported(self):
        """Return the account customers that came from the books, by code."""
        accounts = self.env["synkd.account.customer"].with_context(active_test=False)
        domain = [("ledger_id", "=", self.ledger.id), ("origin", "=", "books")]
        return {account.code: account for account in accounts.search(domain)}

    def edit_books(self, account, **values):
        """Change a customer over there, as the bookkeeper would."""
        self.stored().filtered(lambda c: c.number == account.external_id).write(values)

    def test_new_customers_become_account_customers_without_a_link(self):
        run = self.take(self.data("ZED001", email="a@zed.example", currency="EUR"))
        account = self.imported()["ZED001"]
        self.assertEqual(account.email, "a@zed.example")
        self.assertEqual(account.currency_id.name, "EUR")
        self.assertEqual((account.sync_state, run.imported), ("synced", 1))
        self.assertFalse(account.link_ids)

    def test_deleted_customers_are_archived_and_people_are_told(self):
        self.take(self.data("ZED001"), self.data("ZED002"), self.data("ZED003"))
        gone, stays = self.imported()["ZED001"], self.imported()["ZED002"]
        waits = self.imported()["ZED003"]
        waits.write({"sync_state": "sending"})
        run = self.env["synkd.run"].create({"ledger_id": self.ledger.id})
        page = Page(deleted=("X-ZED001", "X-ZED003", "X-NOBODY"))
        for _again in range(2):
            self.env["synkd.importer"]._take_page(run, page)
        self.assertFalse(gone.active)
        self.assertEqual((gone.sync_state, gone.external_id), ("synced", "X-ZED001"))
        self.assertIn("The books deleted this customer", gone.message_ids[0].body)
        self.assertTrue(stays.active)
        self.assertTrue(waits.active, "its answer is awaited")
        self.assertEqual(run.imported, 1)
        self.assertIn(f"archived here: {gone.display_name}.", run.notes)

    def test_the_version_of_the_books_is_kept_and_sent_with_a_change(self):
        self.take(self.data("ZED001", version="v1"))
        account = self.imported()["ZED001"]
        self.assertEqual(
            (account.books_version, account._to_data().version), ("v1",) * 2
        )
        self.take(self.data("ZED001", version="v2"))
        self.assertEqual(account.sync_state, "synced", "a version is no content")
        sent = []

        def push(_connector, _ledger, batch):
            sent.extend(member.version for member in batch.members)
            (member,) = batch.members
            result = Result(member.res_id, OK, member.external_id, version="v3")
            return Answer((result,))

        self.patch_connector("_push_customers", push)
        self.patch_connector("_pull_customers", lambda *_args: iter(()))
        account.name = "Zed & Sons"
        self.run_ledger()
        self.assertEqual(sent, ["v2"])
        self.assertEqual((account.sync_state, account.books_version), ("synced", "v3"))

    def test_a_customer_takes_what_odoo_knows_of_him(self):
        seller = self.create_user("seller", "base.group_user")
        prices = self.env["product.pricelist"].create({"name": "Wholesale"})
        partner = self.create_partner("Hope Works", user_id=seller.id)
        partner.with_company(self.company).specific_property_product_pricelist = prices
        account = self.create_account(
            "Hope Works", email="a@hope.example, b@hope.example"
        )
        self.assertEqual(
            (account._to_data().sales_rep, account._to_data().price_list), ("", "")
        )
        self.env["synkd.customer.link"]._link([(partner, account)])
        account.mirror_partner_id = partner
        data = account._to_data()
        self.assertEqual((data.sales_rep, data.price_list), (seller.name, "Wholesale"))
        self.assertEqual(data.email, "a@hope.example")
        both = [email.address for email in data.emails]
        self.assertEqual(both, ["a@hope.example", "b@hope.example"])

    def test_archived_customers_that_are_new_are_left_where_they_are(self):
        self.take(self.data("ZED001", archived=True))
        self.assertFalse(self.imported())

    def test_one_bad_record_of_a_page_touches_only_itself(self):
        long_code = "LONGER-THAN-FIFTEEN"
        bad = {
            long_code: {},
            "NAM001": {"name": "N" * 300},
            "LIM001": {"credit_limit": "a lot"},
            "LIM002": {"credit_limit": "-5"},
            "NUL001": {"name": "Zero\x00byte"},
        }
        customers = [self.data(code, **values) for code, values in bad.items()]
        customers.insert(2, self.data("GOOD01"))
        customers.append(self.data("GOOD02"))
        with self.assertLogs(LOGGER, "WARNING"):
            run = self.take(*customers)
        self.assertEqual(set(self.imported()), {"GOOD01", "GOOD02"})
        self.assertEqual((run.imported, run.skipped), (2, len(bad)))
        for code in bad:
            self.assertIn(f"{code} ", run.notes)
        self.assertNotIn("Traceback", run.notes)

    def test_odd_but_readable_values_are_taken(self):
        self.take(
            self.data("ODD001", name="  "),
            self.data("ODD002", credit_limit="75,000,000.00"),
            self.data(" ODD003 "),
            self.data("biancad", name="Bianca"),
        )
        found = self.imported()
        self.assertEqual(set(found), {"ODD001", "ODD002", "ODD003", "biancad"})
        self.assertEqual(found["ODD001"].name, "ODD001")
        self.assertEqual(found["ODD002"].credit_limit, 75000000)

    def test_codes_that_differ_by_case_import_one_and_name_the_other(self):
        run = self.take(self.data("bia001"), self.data("BIA001", external_id="Y"))
        self.assertEqual(list(self.imported()), ["bia001"])
        self.assertIn("more than once", run.notes)
        self.assertEqual((run.imported, run.skipped), (1, 1))

    def test_a_second_customer_of_a_code_does_not_touch_the_first(self):
        self.take(self.data("BIA001"))
        run = self.take(self.data("bia001", external_id="Y"))
        self.assertEqual(self.imported()["BIA001"].sync_state, "synced")
        self.assertIn("more than once", run.notes)

    def test_a_code_that_waits_here_becomes_a_conflict(self):
        account = self.create_account("Hope Works", code="HOP001")
        self.take(self.data("hop001", name="Hope of the books"))
        self.assertEqual(account.sync_state, "conflict")
        self.assertIn("Hope of the books", account.sync_message)
        self.assertFalse(self.imported())

    def test_many_notes_are_cut(self):
        customers = [self.data(f"X{n:03}", credit_limit="?") for n in range(30)]
        run = self.take(*customers)
        self.assertEqual(len(run.notes.splitlines()), 21)
        self.assertEqual(run.skipped, 30)

    def test_left_out_records_are_told_at_the_end_of_the_run(self):
        self.books.create(
            {"ledger_id": self.ledger.id, "code": "C" * 20, "name": "Long Code"}
        )
        run = self.run_ledger()
        self.assertEqual(run.state, "attention")
        self.assertIn("Long Code was left out", run.message)

    def test_changed_on_both_sides_waits_as_a_conflict(self):
        account = self.create_account("Hope Works")
        self.run_ledger()
        account.city = "Durban"
        self.edit_books(account, city="Paarl")
        run = self.run_ledger()
        self.assertEqual((account.sync_state, account.city), ("conflict", "Durban"))
        self.assertEqual(account.books_data["city"], "Paarl")
        self.assertEqual((run.write_calls, run.refused), (0, 1))

    def test_the_same_change_on_both_sides_is_no_conflict(self):
        account = self.create_account("Hope Works")
        self.run_ledger()
        account.city = "Paarl"
        self.edit_books(account, city="Paarl")
        self.run_ledger()
        self.assertEqual(account.sync_state, "synced")

    def test_what_the_books_do_not_give_back_is_sent_all_the_same(self):
        """The same change on both sides must not hide another one that waits."""
        self.patch_capabilities(fields=("code", "name", "phone"))
        account = self.create_account("Hope Works", phone="1")
        self.run_ledger()
        stored = self.stored().filtered(lambda book: book.code == account.code)
        stored.phone = account.phone = "2"
        account.city = "Paarl"
        self.run_ledger()
        self.assertEqual(stored.city, "Paarl")
        self.assertEqual(account.sync_state, "synced")

    def test_a_conflict_ends_when_both_sides_say_the_same(self):
        account = self.create_account("Hope Works", phone="1")
        self.run_ledger()
        stored = self.stored().filtered(lambda book: book.code == account.code)
        stored.phone, account.phone = "2", "3"
        self.run_ledger()
        self.assertEqual(account.sync_state, "conflict")
        stored.phone = "3"
        self.run_ledger()
        self.assertEqual((account.sync_state, account.books_data), ("synced", False))

    def test_a_conflict_is_settled_by_either_side(self):
        for take_theirs, city in ((True, "Paarl"), (False, "Durban")):
            account = self.create_account("Hope Works")
            self.run_ledger()
            account.city = "Durban"
            self.edit_books(account, city="Paarl")
            self.run_ledger()
            self.env["synkd.importer"]._resolve_conflict(account, take_theirs)
            self.run_ledger()
            self.assertEqual((account.city, account.sync_state), (city, "synced"))
            stored = {c.number: c.city for c in self.stored()}
            self.assertEqual(stored[account.external_id], city)

    def test_a_change_seen_while_the_answer_is_unknown_is_not_lost(self):
        account = self.create_account("Hope Works")
        self.run_ledger()
        account.city = "Durban"
        self.ledger.demo_fault = "lost_after"
        self.run_ledger()
        self.assertEqual(account.sync_state, "sending")
        self.ledger.demo_fault = False
        self.ledger._set_resumed()
        request = self.requests()[-1]
        request._set_waiting("not yet")
        self.edit_books(account, phone="031 555 0100")
        self.run_ledger()
        self.assertEqual(account.sync_state, "sending")
        request.retry_at = False
        self.patch_connector(
            "_compare",
            lambda connector, found, member: self._accepted(member, account),
        )
        self.run_ledger()
        self.assertEqual(account.sync_state, "conflict")
        self.assertEqual(account.books_data["phone"], "031 555 0100")

    def _accepted(self, member, account):
        return Result(member.res_id, "ok", account.external_id)

    def test_queries_do_not_grow_with_the_page(self):
        counts = []
        for size in (1, 20, 100):
            customers = [self.data(f"S{size}-{n:03}") for n in range(size)]
            before = self.env.cr.sql_log_count
            self.take(*customers)
            edited = [
                self.data(c.code, external_id=c.external_id, city="Paarl")
                for c in customers
            ]
            middle = self.env.cr.sql_log_count
            self.take(*edited)
            counts.append((middle - before, self.env.cr.sql_log_count - middle))
        self.assertEqual(counts[1], counts[2])

    def test_what_customers_owe_is_taken_over(self):
        account = self.create_account("Hope Works")
        self.run_ledger()
        self.edit_books(account, outstanding=150.55, overdue=50.5)
        self.run_ledger()
        self.assertEqual((account.outstanding, account.overdue), (150.55, 50.5))


@tagged("post_install", "-at_install")
class TestCustomerCreator(EngineCase):
    def create_missing(self, partners):
        """Ask for account customers for these partners, and run."""
        vals = {
            "create_class_id": self.class_account.id,
            "partner_domain": [("id", "in", partners.ids)],
            "scoped": True,
        }
        self.ledger._request_run(vals)
        return self.run_ledger()

    def test_references_become_codes_where_they_are_free_and_fit(self):
        partners = self.create_partner("Hope A")
        partners |= self.create_partner("Hope B", ref="hop001")
        partners |= self.create_partner("Hope C", ref="HOP001")
        partners |= self.create_partner("Hope D", ref="LONGER-THAN-FIFTEEN")
        run = self.create_missing(partners)
        codes = partners.mapped("account_code")
        self.assertEqual(codes[1], "hop001")
        self.assertEqual(len({code.upper() for code in codes}), 4)
        self.assertEqual((run.created, run.state), (4, "done"))

    def test_a_customer_without_a_usable_name_is_skipped_alone(self):
        partners = self.create_partner("Hope Works")
        partners |= self.create_partner("N" * 300)
        run = self.create_missing(partners)
        self.assertEqual((run.created, run.skipped), (1, 1))
        self.assertEqual(partners[0].account_sync_state, "synced")
        self.assertFalse(partners[1].account_customer_id)

    def test_likely_matches_wait_in_match(self):
        twin = self.create_partner("Zed Traders", vat="ZA4012345678")
        self.books.create(
            {
                "ledger_id": self.ledger.id,
                "code": "ZED001",
                "name": "Zed Traders",
                "vat": "ZA4012345678",
            }
        )
        run = self.create_missing(twin)
        self.assertFalse(twin.account_customer_id)
        self.assertEqual((run.created, run.skipped), (0, 1))

    def test_creation_is_not_lost_by_a_pause(self):
        self.ledger.demo_fault = "login"
        partners = self.create_partner("Hope Works") | self.create_partner(
            "Danny Storm"
        )
        run = self.create_missing(partners)
        self.assertEqual(run.state, "paused")
        self.ledger.demo_fault = False
        self.ledger.action_resume()
        self.assertEqual(self.run_ledger(), run)
        self.assertEqual((run.state, run.created), ("done", 2))
        self.assertEqual(partners.mapped("account_sync_state"), ["synced", "synced"])
