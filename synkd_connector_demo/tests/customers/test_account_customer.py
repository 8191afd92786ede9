# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from dataclasses import replace

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged, users
from odoo.tools import mute_logger

from ..common import DemoCommon


@tagged("post_install", "-at_install")
class TestAccountCustomer(DemoCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.linker = cls.create_user("linker", "synkd_connector.group_user")
        cls.accounts = cls.env["synkd.account.customer"]

    def take_code(self, **values):
        """Create an account customer and return its code."""
        return self.create_account(**{"name": "Hope Works"} | values).code

    # === what only runs set ===

    def test_nobodys_own_defaults_are_for_what_only_runs_set(self):
        defaults = self.env["ir.default"].with_user(self.linker)
        forged = {
            "external_id": "of-another",
            "sync_state": "synced",
            "own_key": "of-another",
            "fingerprint": "as-it-is",
            "origin": "books",
            "outstanding": -1000.0,
        }
        for name, value in (forged | {"city": "Durban"}).items():
            defaults.set("synkd.account.customer", name, value, user_id=True)
        for accounts in (self.accounts.with_user(self.linker),) * 2 + (
            self.accounts.with_user(self.linker).sudo(),
        ):
            made = accounts.create({"name": "Hope Works", "ledger_id": self.ledger.id})
            with self.subTest(su=accounts.env.su):
                self.assertEqual(made.city, "Durban", "their other defaults count")
                self.assertEqual((made.sync_state, made.origin), ("pending", "odoo"))
                self.assertFalse(made.external_id or made.fingerprint)
                self.assertFalse(made.outstanding)
                self.assertNotEqual(made.own_key, "of-another")

    # === codes ===

    def test_codes_are_three_letters_and_a_number(self):
        for name, code in (
            ("Hope Works (Pty) Ltd", "HOP001"),
            ("Hope Again", "HOP002"),
            ("Éclair", "ECL001"),
            ("3M", "3MX001"),
            ("A", "AXX001"),
            ("東京商事", "XXX001"),
        ):
            with self.subTest(name=name):
                self.assertEqual(self.take_code(name=name), code)

    def test_a_prefix_comes_from_the_class_or_else_from_the_company(self):
        self.company.synkd_code_prefix = "HO-"
        self.assertEqual(self.take_code(), "HO-HOP001")
        self.class_account.code_prefix = "W"
        self.assertEqual(self.take_code(), "WHOP001")
        self.assertEqual(self.take_code(class_id=False), "HO-HOP002")

    def limit_codes(self, length):
        """Let the demo books take shorter codes."""
        connector = type(self.env["synkd.connector.demo"])
        before = connector._capabilities

        def capabilities(model, ledger):
            """Return what the demo books can do, with short codes."""
            return replace(before(model, ledger), code_length=length)

        self.patch(connector, "_capabilities", capabilities)

    def test_six_characters_hold_prefix_letter_and_number(self):
        self.limit_codes(6)
        self.company.synkd_code_prefix = "HO-"
        self.assertEqual(self.take_code(), "HOH001")
        self.company.synkd_code_prefix = False
        self.assertEqual(self.take_code(), "HOP001")

    def test_codes_go_on_after_999(self):
        self.limit_codes(6)
        self.take_code()
        self.cr.execute("UPDATE synkd_code_counter SET last_number = 998")
        self.env.invalidate_all()
        self.assertEqual(
            [self.take_code() for _again in range(2)], ["HOP999", "HO1000"]
        )
        self.assertEqual(self.take_code(name="Home Base"), "HOM001")
        self.cr.execute("UPDATE synkd_code_counter SET last_number = 999")
        self.assertEqual(self.take_code(name="Home Base"), "HO1001", "not HO1000 again")

    def test_no_code_left_is_said_in_a_sentence(self):
        self.limit_codes(3)
        self.take_code()
        self.cr.execute("UPDATE synkd_code_counter SET last_number = 999")
        with self.assertRaisesRegex(UserError, "All customer codes of 3 characters"):
            self.take_code()

    def test_numbers_of_imported_codes_are_left_out(self):
        self.create_account("Imported", code="hop001")
        self.create_account("Imported", code="HOP003")
        self.assertEqual([self.take_code() for _n in range(2)], ["HOP002", "HOP004"])

    def test_an_archived_customer_keeps_its_code(self):
        account = self.create_account("Hope", code="HOP001")
        account.active = False
        self.assertEqual(self.take_code(), "HOP002")

    def test_500_in_one_batch_cost_as_many_queries_as_100(self):
        counts = []
        for size in (100, 500):
            vals = [
                {"name": f"{chr(65 + n % 26)}{n} Trading", "ledger_id": self.ledger.id}
                for n in range(size)
            ]
            self.env.flush_all()
            before = self.cr.sql_log_count
            accounts = self.accounts.with_context(tracking_disable=True).create(vals)
            self.env.flush_all()
            counts.append(self.cr.sql_log_count - before)
            self.assertEqual(len(set(accounts.mapped("code"))), size)
        self.assertLess(counts[1] - counts[0], 15)

    def test_an_emptied_code_is_made_anew(self):
        account = self.create_account("Hope", code="MINE")
        account.with_user(self.linker).code = " "
        self.assertEqual(account.code, "HOP001")

    @mute_logger("odoo.sql_db")
    def test_a_code_in_use_is_refused_whatever_its_case(self):
        self.create_account("Hope", code="HOP001")
        with self.assertRaises(Exception) as caught, self.cr.savepoint():
            self.create_account("Other", code="hop001")
        message = self.accounts._sql_error_to_message(caught.exception)
        self.assertRegex(message, "code is in use already in this ledger.*Type another")

    def test_the_same_code_may_be_in_other_books(self):
        other = self.env["res.company"].create({"name": "Other"})
        ledger = self.create_ledger(company_id=other.id)
        self.create_account("Hope", code="HOP001")
        twin = self.create_account(
            "Hope", code="HOP001", ledger_id=ledger.id, class_id=False
        )
        self.assertEqual(twin.code, "HOP001")

    # === class defaults, terms, money ===

    def test_the_class_supplies_terms_and_limit_where_none_are_given(self):
        term = self.env.ref("synkd_connector.account_payment_term_14_days")
        self.class_account.write({"payment_term_id": term.id, "credit_limit": 5000})
        account = self.create_account("Hope")
        self.assertEqual(account.payment_term_id, term)
        self.assertEqual(account.credit_limit, 5000)
        own = self.create_account("Own", credit_limit=0, payment_term_id=False)
        self.assertFalse(own.payment_term_id)
        self.assertFalse(own.credit_limit)

    def test_other_postings_supply_no_terms(self):
        self.class_decide.write({"credit_limit": 5000})
        account = self.create_account("Hope", class_id=self.class_decide.id)
        self.assertFalse(account.credit_limit)

    @users("linker")
    def test_the_form_takes_terms_of_the_class_and_keeps_what_was_typed(self):
        self.class_account.credit_limit = 5000
        with Form(self.accounts.with_env(self.env)) as form:
            form.name = "Hope"
            form.class_id = self.class_decide
            self.assertFalse(form.credit_limit)
            form.class_id = self.class_account
            self.assertEqual(form.credit_limit, 5000)
            form.credit_limit = 70
            form.class_id = self.class_decide
            form.class_id = self.class_account
            self.assertEqual(form.credit_limit, 70)

    def test_75_million_arrive_to_the_cent(self):
        account = self.create_account("Office", credit_limit=75000000.01)
        self.run_ledger()
        self.assertEqual(account._to_data().credit_limit, "75000000.01")
        self.assertEqual(
            self.stored().filtered("credit_limit").credit_limit, 75000000.01
        )

    def test_a_default_class_of_the_context_counts_like_a_chosen_one(self):
        self.class_account.write({"code_prefix": "W", "credit_limit": 9})
        accounts = self.accounts.with_context(default_class_id=self.class_account.id)
        account = accounts.create({"name": "Hope"})
        self.assertEqual(account.code, "WHOP001")
        self.assertEqual(account.credit_limit, 9)

    # === what is refused ===

    def test_it_is_archived_and_never_deleted(self):
        account = self.create_account("Hope")
        with self.assertRaisesRegex(UserError, r"Hope cannot be deleted.* Archive it"):
            account.unlink()

    def test_it_cannot_move_to_other_books(self):
        other = self.env["res.company"].create({"name": "Other"})
        ledger = self.create_ledger(company_id=other.id)
        account = self.create_account("Hope", class_id=False)
        with self.assertRaisesRegex(UserError, "cannot move to other books"):
            account.ledger_id = ledger
        account.ledger_id = self.ledger

    def test_an_archived_class_is_refused(self):
        self.class_decide.active = False
        with self.assertRaisesRegex(ValidationError, "is archived, so .* Restore"):
            self.create_account("Hope", class_id=self.class_decide.id)
        account = self.create_account("Hope")
        self.class_account.active = False
        account.name = "Hope stays in its class"
        self.assertEqual(account.class_id, self.class_account)

    def test_a_class_of_another_company_is_refused(self):
        other = self.env["res.company"].create({"name": "Other"})
        self.create_ledger(company_id=other.id)
        foreign = self.env["synkd.customer.class"].search(
            [("company_id", "=", other.id)], limit=1
        )
        with self.assertRaisesRegex(UserError, "company"):
            self.create_account("Hope", class_id=foreign.id)

    def test_the_target_of_a_generic_class_is_not_archived(self):
        with self.assertRaisesRegex(ValidationError, "posts to .*Counter Sales"):
            self.counter.active = False

    @users("linker")
    def test_users_cannot_set_what_only_runs_set(self):
        account = self.create_account("Hope")
        mine = account.with_env(self.env)
        for name, value in (
            ("sync_state", "synced"),
            ("external_id", "D1"),
            ("fingerprint", "x"),
            ("revision", 9),
            ("books_data", {}),
            ("retry_at", "2026-01-01"),
            ("sync_message", "x"),
            ("attempts", 3),
            ("origin", "books"),
            ("outstanding", 5),
            ("overdue", 5),
            ("queued_at", "2020-01-01"),
        ):
            values = {"name": "Twin", name: value}
            with self.subTest(name=name):
                with self.assertRaisesRegex(AccessError, "Only runs move"):
                    mine.write({name: value})
                with self.assertRaisesRegex(AccessError, "Only runs move"):
                    mine.create(values)
                with self.assertRaisesRegex(AccessError, "Only runs move"):
                    mine.browse().web_save(values, {})
                with self.assertRaisesRegex(AccessError, "Only runs move"):
                    mine.with_context(**{f"default_{name}": value}).create(
                        {"name": "Twin"}
                    )
        self.assertEqual(account.sync_state, "pending")

    # === sync state ===

    def test_only_a_change_that_the_books_keep_has_to_be_sent(self):
        account = self.create_account("Hope")
        self.run_ledger()
        self.assertEqual(account.sync_state, "synced")
        account.class_id = self.class_decide
        self.assertEqual(account.sync_state, "synced")
        for name, value in (("phone", "1"), ("held", True), ("active", False)):
            account[name] = value
            self.assertEqual(account.sync_state, "pending", name)
            self.run_ledger()
            self.assertEqual(account.sync_state, "synced", name)
        stored = self.stored().filtered(lambda c: c.code == account.code)
        self.assertTrue(stored.held)
        self.assertTrue(stored.archived)

    def test_a_copy_is_a_customer_of_its_own(self):
        account = self.create_account(
            "Hope", mirror_partner_id=self.create_partner("Hope").id
        )
        self.run_ledger()
        twin = account.copy()
        self.assertEqual(twin.name, "Hope (copy)")
        self.assertEqual(twin.code, "HOP002")
        self.assertEqual(twin.sync_state, "pending")
        self.assertFalse(twin.external_id)
        self.assertFalse(twin.link_ids)
        self.assertFalse(twin.mirror_partner_id)

    def test_it_is_found_by_code_name_email_and_tax_number(self):
        account = self.create_account(
            "Hope", code="HX77", email="info@hope.co.za", vat="4010101"
        )
        for text in ("hx77", "hop", "info@hope", "4010101"):
            found = self.accounts.name_search(text)
            self.assertEqual([row[0] for row in found], account.ids, text)
        self.assertEqual(found[0][1], "[HX77] Hope")

    @users("linker")
    def test_retry_lets_a_refused_customer_wait_again(self):
        self.ledger.demo_refuse = "Hope"
        account = self.create_account("Hope")
        self.run_ledger()
        self.assertEqual(account.sync_state, "attention")
        self.ledger.demo_refuse = False
        self.assertTrue(account.with_env(self.env).action_retry())
        self.assertEqual(account.sync_state, "pending")

    @users("linker")
    def test_a_clerk_pushes_one_customer_and_nothing_else(self):
        account = self.create_account("Hope").with_env(self.env)
        other = self.create_account("Other")
        action = account.action_push_now()
        self.assertEqual(action["tag"], "synkd_watch_run")
        run = self.run_ledger()
        self.assertEqual(run.requested_by_id, self.env.user)
        self.assertEqual(account.sync_state, "synced")
        self.assertEqual(other.sync_state, "pending", "waits for the schedule")
        with self.assertRaisesRegex(UserError, "not sent, since its state is: In the"):
            account.action_push_now()

    @users("linker")
    def test_a_clerk_does_not_start_runs_of_the_whole_ledger(self):
        with self.assertRaisesRegex(UserError, "Only managers of the books"):
            self.ledger.with_env(self.env).action_run_now()
        self.assertFalse(self.ledger.run_ids)

    def test_the_number_of_customers_counts_live_links(self):
        account = self.create_account("Hope")
        one = self.create_partner("One", account_customer_id=account.id)
        self.create_partner("Two", account_customer_id=account.id)
        self.assertEqual(account.link_count, 2)
        one.account_customer_id = False
        self.assertEqual(account.link_count, 1)
        domain = account.action_view_partners()["domain"]
        self.assertEqual(self.env["res.partner"].search_count(domain), 1)

    def test_a_missing_ledger_is_said_in_a_sentence(self):
        other = self.env["res.company"].create({"name": "Bookless"})
        accounts = self.accounts.with_context(allowed_company_ids=other.ids)
        for vals in ({"name": "Hope"}, {"name": "Hope", "code": "H1"}):
            with self.assertRaisesRegex(UserError, "Bookless has no ledger"):
                accounts.create(vals)

    # === twins ===

    @users("linker")
    def test_a_clerk_is_warned_before_he_makes_a_twin(self):
        self.create_account("Hope Works", code="HOP001", vat="4010101010")
        accounts = self.accounts.with_env(self.env)
        for values, is_warned in (
            ({"name": "Hope Works (Pty) Ltd"}, True),
            ({"name": "Quite Different", "vat": "4010101010"}, True),
            ({"name": "Quite Different", "vat": False}, False),
            ({"name": "Hack PC"}, False),
            ({"name": False}, False),
        ):
            new = accounts.new(values | {"ledger_id": self.ledger.id})
            answer = new._onchange_find_twins()
            with self.subTest(values=values):
                self.assertEqual(bool(answer), is_warned)
                if is_warned:
                    message = answer["warning"]["message"]
                    self.assertIn("[HOP001] Hope Works", message)

    @users("linker")
    def test_the_warning_reaches_a_form_opened_from_a_customer(self):
        self.create_account("Hope Works")
        partner = self.create_partner("Hope Works (Pty) Ltd").with_env(self.env)
        context = partner.action_create_account_customer()["context"]
        spec = {"name": {}, "ledger_id": {}, "vat": {}, "email": {}}
        answer = self.accounts.with_env(self.env).with_context(**context)
        answer = answer.onchange({}, [], spec)
        self.assertIn("Hope Works", answer["warning"]["message"])

    def test_an_edited_customer_is_not_its_own_twin(self):
        account = self.create_account("Hope Works")
        form = Form(account)
        form.phone = "1"
        self.assertFalse(account._onchange_find_twins())

    # === keeping in step ===

    def create_mirror(self, name="Hope", **values):
        """Create a partner and the account customer that keeps in step with it."""
        partner = self.create_partner(name, **values)
        vals = self.accounts._prepare_from_partner(partner, self.class_account)
        return partner, self.accounts.create(vals)

    def test_a_customers_change_is_taken_over_and_waits(self):
        partner, account = self.create_mirror(email="a@hope.co.za")
        self.run_ledger()
        seller = self.create_user(
            "seller", "base.group_user,base.group_partner_manager"
        )
        partner.with_user(seller).write({"name": "Hope Two", "city": "Durban"})
        self.assertEqual(account.name, "Hope Two")
        self.assertEqual(account.city, "Durban")
        self.assertEqual(account.sync_state, "pending")

    def test_a_change_of_something_else_changes_nothing(self):
        partner, account = self.create_mirror()
        self.run_ledger()
        partner.write({"comment": "x", "color": 3, "name": "Hope"})
        self.assertEqual(account.sync_state, "synced")

    def test_a_cleared_mirror_takes_nothing_over(self):
        partner, account = self.create_mirror()
        account.mirror_partner_id = False
        partner.name = "Renamed"
        self.assertEqual(account.name, "Hope")
        self.assertEqual(partner.account_customer_id, account, "still linked")

    def test_a_mirror_must_be_a_linked_customer(self):
        _partner, account = self.create_mirror()
        other = self.create_partner("Other")
        with self.assertRaisesRegex(UserError, "Link Other first"):
            account.mirror_partner_id = other
        other.account_customer_id = account
        account.mirror_partner_id = other
        other.phone = "031 785 4785"
        self.assertEqual(account.phone, "031 785 4785")

    def test_a_customer_is_kept_in_step_in_each_of_its_books(self):
        partner, account = self.create_mirror()
        other = self.env["res.company"].create({"name": "Other"})
        ledger = self.create_ledger(company_id=other.id)
        there = self.accounts.create(
            {"name": "x", "ledger_id": ledger.id, "mirror_partner_id": partner.id}
        )
        partner.name = "Hope Both"
        self.assertEqual((account | there).mapped("name"), ["Hope Both"] * 2)

    def test_an_archived_account_is_left_alone_until_it_is_restored(self):
        partner, account = self.create_mirror()
        account.active = False
        partner.name = "Hope Later"
        self.assertEqual(account.name, "Hope")
        account.active = True
        self.assertEqual(account.name, "Hope Later")

    def test_a_name_the_books_cannot_take_never_stops_a_seller(self):
        partner, account = self.create_mirror()
        self.run_ledger()
        partner.write({"name": "H" * 300, "phone": "031 785 4785"})
        self.assertEqual(len(partner.name), 300)
        self.assertEqual(account.name, "Hope")
        self.assertEqual(account.phone, "031 785 4785")
        self.assertEqual(account.sync_state, "attention")
        self.assertIn("longer than 255 characters", account.sync_message)
        partner.name = "Hope Again"
        self.assertEqual(account.sync_state, "pending")

    @users("linker")
    def test_a_user_cannot_link_a_customer_he_may_not_see(self):
        other = self.env["res.company"].sudo().create({"name": "Other"})
        hidden = self.create_partner("Hidden", company_id=other.id)
        with self.assertRaises(AccessError):
            self.accounts.with_env(self.env).create(
                {"name": "Hope", "mirror_partner_id": hidden.id}
            )
