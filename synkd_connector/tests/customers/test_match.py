# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged, users
from odoo.tools import SQL

from ..common import SynkdCommon


@tagged("post_install", "-at_install")
class TestMatch(SynkdCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.create_user("manager", "synkd_connector.group_manager")
        cls.create_user("linker", "synkd_connector.group_user")
        cls.matches = cls.env["synkd.match"]

    def propose(self, ledger=None):
        """Make the proposals and return them."""
        ledger = ledger or self.ledger
        self.matches._propose(ledger)
        return self.matches.search([("ledger_id", "=", ledger.id)])

    def pair(self, account, partner):
        """Propose one account customer and one partner; return their match."""
        account = self.create_account(**account)
        partner = self.create_partner(**partner)
        return self.propose().filtered(
            lambda m: m.account_customer_id == account and m.partner_id == partner
        )

    # === reasons and scores ===

    def test_each_reason_counts_and_is_named(self):
        for ours, theirs, score, reasons in (
            ({"vat": "ZA 401-01"}, {"vat": "za40101"}, 70, "same tax ID"),
            ({"code": "QX77"}, {"ref": " qx77 "}, 60, "same code"),
            ({"email": "Q@x.co.za"}, {"email": " q@X.co.za"}, 60, "same e-mail"),
            (
                {"phone": "+27 31 785 4785"},
                {"phone": "031-785-4785"},
                25,
                "same phone",
            ),
        ):
            with self.subTest(reasons=reasons), self.cr.savepoint() as savepoint:
                match = self.pair({"name": "Wkzy"} | ours, {"name": "Bdgf"} | theirs)
                self.assertEqual(match.score, score)
                self.assertEqual(match.reasons, reasons)
                savepoint.rollback()
                self.env.invalidate_all()

    def test_reasons_add_up_to_100_at_most(self):
        values = {"name": "Hope Works", "email": "a@hope.co.za", "vat": "4010101"}
        match = self.pair(values, values)
        self.assertEqual(match.score, 100)
        self.assertEqual(match.reasons, "same tax ID, same e-mail, similar name: 100%")

    def test_a_legal_form_makes_no_other_name(self):
        for name in ("Hope Works (Pty) Ltd", "HOPE-WORKS", "Hope Works cc"):
            with self.subTest(name=name), self.cr.savepoint() as savepoint:
                match = self.pair({"name": name}, {"name": "Hope Works"})
                self.assertEqual(match.score, 70, "likely: Sync makes no twin of it")
                savepoint.rollback()
                self.env.invalidate_all()

    def test_similar_names_are_proposed_and_not_held_for_the_same(self):
        match = self.pair({"name": "Dancing Shoes"}, {"name": "Dance Shoes"})
        self.assertTrue(match)
        self.assertLess(match.score, 60)
        self.assertRegex(match.reasons, r"^similar name: \d\d%$")

    def test_different_names_are_not_proposed(self):
        self.assertFalse(self.pair({"name": "Pink Shoes"}, {"name": "Titan Group"}))

    def test_cut_and_dummy_numbers_say_nothing(self):
        for phone in ("000 000 0000", "083 559 4", "0123456789", "n/a", "111111111"):
            with self.subTest(phone=phone):
                match = self.pair(
                    {"name": "Wkzy", "phone": phone}, {"name": "Bdgf", "phone": phone}
                )
                self.assertFalse(match)

    def test_placeholder_addresses_say_nothing(self):
        for email in ("noreply@x.com", "none@none.com", "n/a", "-", "TEST@test.com"):
            with self.subTest(email=email):
                match = self.pair(
                    {"name": "Wkzy", "email": email}, {"name": "Bdgf", "email": email}
                )
                self.assertFalse(match)

    def test_a_number_that_many_share_says_nothing(self):
        phone = "031 123 4567"
        self.create_account("Wkzy", phone=phone)
        for name in ("Aqpt", "Bdgf", "Cvxz", "Djkl"):
            self.create_partner(name, phone=phone)
        self.assertFalse(self.propose())

    def test_the_shared_customer_of_a_class_is_not_proposed(self):
        self.create_partner("Counter Sales")
        self.assertFalse(self.propose())

    def test_linked_archived_and_foreign_records_are_left_out(self):
        hope = self.create_account("Hope Works")
        other = self.env["res.company"].create({"name": "Other"})
        site = self.env["res.company"].create(
            {"name": "Site", "parent_id": self.company.id}
        )
        self.create_partner("Hope Works", active=False)
        self.create_partner("Hope Works", customer_rank=0)
        self.create_partner("Hope Works", company_id=other.id)
        local = self.create_partner("Hope Works", company_id=site.id)
        self.assertEqual(self.propose().partner_id, local)
        local.account_customer_id = hope
        self.assertFalse(self.propose())
        local.account_customer_id = False
        hope.active = False
        self.assertFalse(self.propose())

    # === deciding ===

    @users("manager")
    def test_accepting_links_and_closes_the_other_proposals(self):
        hope = self.create_account("Hope Works")
        twin = self.create_account("Hope Works Inc")
        partner = self.create_partner("Hope Works")
        matches = self.propose().with_env(self.env)
        self.assertEqual(len(matches), 2)
        match = matches.filtered(lambda m: m.account_customer_id == hope)
        match.action_accept()
        self.assertEqual(match.state, "accepted")
        self.assertEqual(partner.account_customer_id, hope)
        self.assertEqual(partner.customer_link_ids.linked_by_id, self.env.user)
        self.assertEqual(matches.exists(), match)
        self.assertFalse(self.propose().filtered(lambda m: m.state == "proposed"))
        self.assertFalse(twin.link_ids)

    @users("manager")
    def test_accepting_in_one_ledger_leaves_the_proposals_of_others(self):
        company = self.env["res.company"].sudo().create({"name": "Other"})
        ledger = self.create_ledger(company_id=company.id)
        self.create_account("Hope Works")
        self.create_account("Hope Works", ledger_id=ledger.id, class_id=False)
        self.create_partner("Hope Works")
        there = self.propose(ledger)
        self.propose().with_env(self.env).action_accept()
        self.assertTrue(there.exists())

    @users("manager")
    def test_many_are_accepted_at_once(self):
        names = ("Hope Works", "Titan Group", "Pink Panda")
        for name in names:
            self.create_account(name)
            self.create_partner(name)
        matches = self.propose().with_env(self.env)
        matches.action_accept()
        self.assertEqual(set(matches.mapped("state")), {"accepted"})
        self.assertEqual(
            sorted(matches.partner_id.mapped("account_customer_id.name")), sorted(names)
        )

    @users("manager")
    def test_a_customer_chosen_twice_is_named(self):
        self.create_account("Hope Works")
        self.create_account("Hope Works Inc")
        self.create_partner("Hope Works")
        matches = self.propose().with_env(self.env)
        with self.assertRaisesRegex(UserError, "several account customers: Hope Works"):
            matches.action_accept()

    @users("manager")
    def test_a_customer_linked_meanwhile_keeps_its_link(self):
        self.create_account("Hope Works")
        other = self.create_account("Quite Other")
        partner = self.create_partner("Hope Works")
        match = self.propose().with_env(self.env)
        partner.account_customer_id = other
        with self.assertRaisesRegex(UserError, "Hope Works is linked to .*Quite Other"):
            match.action_accept()
        self.assertEqual(partner.account_customer_id, other)

    @users("manager")
    def test_what_was_declined_stays_declined(self):
        self.create_account("Hope Works")
        partner = self.create_partner("Hope Works")
        match = self.propose().with_env(self.env)
        match.action_decline()
        self.assertEqual(self.propose().mapped("state"), ["declined"])
        match.action_accept()
        self.assertFalse(partner.account_customer_id, "only proposals are accepted")

    def test_what_was_accepted_and_unlinked_is_proposed_again_and_says_so(self):
        account = self.create_account("Hope Works")
        partner = self.create_partner("Hope Works")
        self.env["synkd.match"]._propose(self.ledger)
        match = self.env["synkd.match"].search([("partner_id", "=", partner.id)])
        self.assertNotIn("linked before", match.reasons)
        match.action_accept()
        self.env["synkd.match"]._propose(self.ledger)
        self.assertEqual(match.state, "accepted")
        partner.customer_link_ids._end()
        for _time in range(2):
            self.assertEqual(self.env["synkd.match"]._propose(self.ledger), 1)
            match = self.env["synkd.match"].search([("partner_id", "=", partner.id)])
            self.assertEqual(match.state, "proposed")
            self.assertTrue(match.reasons.startswith("was linked before"))
        match.action_accept()
        self.assertEqual(partner.account_customer_id, account)

    @users("linker")
    def test_a_user_asks_a_manager_to_decide(self):
        self.create_account("Hope Works")
        self.create_partner("Hope Works")
        self.matches._propose(self.ledger)
        match = self.matches.with_env(self.env).search(
            [("ledger_id", "=", self.ledger.id)]
        )
        told = match.action_ask_manager()["params"]["message"]
        self.assertIn("was asked", told)
        activity = match.account_customer_id.sudo().activity_ids
        self.assertIn("one of the customers Hope Works", activity.note)

    @users("linker")
    def test_a_user_sees_matches_and_does_not_decide(self):
        self.create_account("Hope Works")
        self.create_partner("Hope Works")
        match = self.propose().with_env(self.env)
        self.assertTrue(match.reasons)
        for act in (match.action_accept, match.action_decline, match.action_propose):
            with self.assertRaisesRegex(UserError, "Only managers of the books"):
                act()
        with self.assertRaises(AccessError):
            match.state = "accepted"

    @users("manager")
    def test_proposing_opens_what_was_found(self):
        self.create_account("Hope Works")
        self.create_partner("Hope Works")
        action = self.env["synkd.match"].action_propose()
        self.assertEqual(action["res_model"], "synkd.match")
        self.assertEqual(self.matches.search_count(action["domain"]), 1)

    def test_proposing_without_books_is_a_sentence(self):
        company = self.env["res.company"].create({"name": "Bookless"})
        matches = self.matches.with_context(allowed_company_ids=company.ids)
        with self.assertRaisesRegex(UserError, "Bookless has no ledger"):
            matches.action_propose()
        self.ledger.active = False
        with self.assertRaisesRegex(UserError, "Test books is archived.*restore it"):
            self.matches.action_propose()

    # === numbers ===

    def fill(self, size):
        """Create many customers of both sides who share a phone and an address."""
        shared = {"phone": "031 123 4567", "email": "info@shared.co.za"}
        self.env["synkd.account.customer"].with_context(tracking_disable=True).create(
            [
                {"name": f"{n:x} Store {n * n}", "ledger_id": self.ledger.id} | shared
                for n in range(size)
            ]
        )
        self.env["res.partner"].with_context(tracking_disable=True).create(
            [
                {"name": f"{n * n} Shop {n:x}", "customer_rank": 1} | shared
                for n in range(size)
            ]
        )

    def count_pairs(self):
        """Return how many pairs the statement looks at."""
        matches = self.matches
        self.cr.execute(
            SQL(
                "WITH account AS (%s), partner AS (%s), %s SELECT count(*) FROM met",
                matches._rare_sql(matches._accounts_sql(self.ledger)),
                matches._rare_sql(matches._partners_sql(self.ledger)),
                matches._near_sql(),
            )
        )
        return self.cr.fetchone()[0]

    def test_2000_by_2000_take_one_statement_and_bounded_pairs(self):
        self.fill(2000)
        self.env.flush_all()
        before = self.cr.sql_log_count
        self.matches._propose(self.ledger)
        self.assertLessEqual(self.cr.sql_log_count - before, 6)
        self.assertLessEqual(self.count_pairs(), 5 * 40 * 2000, "not 4,000,000")
        proposals = self.matches.search_count([("ledger_id", "=", self.ledger.id)])
        self.assertLessEqual(proposals, 5 * 2000)
