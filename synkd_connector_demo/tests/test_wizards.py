# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import json

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged, users

from .common import DemoCommon

MANAGER = "base.group_user,base.group_partner_manager,synkd_connector.group_manager"


@tagged("post_install", "-at_install")
class TestWizards(DemoCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = cls.create_user("manager", MANAGER)
        cls.linker = cls.create_user("linker", "synkd_connector.group_user")

    def open_sync(self, partners=None, **context):
        """Press Sync as the manager and return the dialog."""
        partners = self.env["res.partner"] if partners is None else partners
        action = (
            partners.with_user(self.manager)
            .with_context(allowed_company_ids=self.company.ids, **context)
            .action_synkd_sync()
        )
        return (
            self.env[action["res_model"]]
            .with_user(self.manager)
            .browse(action["res_id"])
        )

    def fill(self):
        """Make customers in every state, and return them by name."""
        partners = {}
        for name in ("Synced", "Changed", "Refused"):
            partners[name] = self.create_partner(name)
            partners[name].account_customer_id = self.create_account(f"{name} Ltd")
        self.ledger.demo_refuse = "Refused"
        self.books.sudo().create(
            {"ledger_id": self.ledger.id, "code": "BOOK1", "name": "Only Books"}
        )
        self.run_ledger()
        partners["Changed"].account_customer_id.phone = "031 785 4785"
        partners["New"] = self.create_partner("New")
        partners["New"].account_customer_id = self.create_account("New Ltd")
        partners["Unlinked"] = self.create_partner("Unlinked")
        return partners

    # === Sync: what the dialog counts ===

    def test_the_dialog_counts_what_a_run_would_do(self):
        self.fill()
        every = [("customer_rank", ">", 0)]
        wizard = self.open_sync()
        total = self.env["res.partner"].search_count(every)
        self.assertEqual(wizard.selected_count, total)
        self.assertFalse(wizard.scoped)
        self.assertEqual((wizard.create_count, wizard.extra_count), (1, 0))
        self.assertEqual(wizard.change_count, 1)
        self.assertEqual(wizard.attention_count, 1)
        self.assertEqual(wizard.imported_count, 1)
        self.assertEqual(wizard.unchanged_count, 3, "Counter Sales, Synced, Only Books")
        self.assertRegex(wizard.cannot_text, r"^1 × The demo books refuse customer")
        self.assertEqual(wizard.class_id, self.class_account)

    def test_yes_pressed_again_shows_the_run_that_waits(self):
        every = self.open_sync()
        first = every.action_confirm()["params"]["id"]
        self.assertEqual(every.action_confirm()["params"]["id"], first)
        self.assertEqual(self.open_sync().action_confirm()["params"]["id"], first)
        some = self.create_partner("Hope Works"), self.create_partner("Danny Storm")
        chosen = [self.open_sync(partner) for partner in some]
        shown = [dialog.action_confirm()["params"]["id"] for dialog in chosen * 3]
        self.assertEqual(shown, shown[:2] * 3, "each its own, however often")
        self.assertEqual(len({first, *shown}), 3)

    def test_account_customers_without_a_customer_are_told_apart(self):
        self.create_account("Counter of a class")
        wizard = self.open_sync()
        self.assertEqual(wizard.extra_count, 2, "with Counter Sales")
        self.assertEqual(wizard.create_count, 2)

    def test_a_selection_counts_itself_alone(self):
        partners = self.fill()
        wizard = self.open_sync(partners["Changed"] | partners["Unlinked"])
        self.assertTrue(wizard.scoped)
        self.assertEqual(wizard.selected_count, 2)
        self.assertEqual(wizard.change_count, 1)
        self.assertEqual(wizard.create_count, 0)
        self.assertEqual(wizard.unlinked_count, 1)

    def test_a_filter_that_leaves_customers_out_narrows_the_run(self):
        partners = self.fill()
        vendors = self.env["res.partner"].create(
            [{"name": f"Vendor Ed {n}"} for n in range(40)]
        )
        wizard = self.open_sync(active_domain=[("name", "ilike", "ed")])
        self.assertTrue(wizard.scoped, "though more partners match than customers are")
        wizard.write({"mode": "create"})
        wizard.action_confirm()
        self.run_ledger()
        self.assertFalse(vendors.account_customer_id, "no customers, so not meant")
        self.assertTrue(partners["Unlinked"].account_customer_id)

    def test_names_that_do_not_do_and_likely_twins_are_counted(self):
        self.create_account("Hope Works")
        self.create_partner("Hope Works (Pty) Ltd")
        self.create_partner("L" * 300)
        blank = self.create_partner("Blank")
        self.env.flush_all()
        self.cr.execute("UPDATE res_partner SET name = '  ' WHERE id = %s", [blank.id])
        self.env.invalidate_all()
        self.env["synkd.match"]._propose(self.ledger)
        domain = [("company_id", "=", False), ("id", ">=", blank.id - 2)]
        wizard = self.open_sync(active_domain=domain)
        self.assertEqual(wizard.unlinked_count, 3)
        self.assertEqual(wizard.unfit_count, 2)
        self.assertEqual(wizard.likely_count, 1)
        wizard.mode = "create"
        wizard.action_confirm()
        run = self.run_ledger()
        self.assertEqual(run.skipped, 3, "as announced")

    def test_customers_of_other_companies_are_not_meant(self):
        other = self.env["res.company"].create({"name": "Other"})
        self.manager.company_ids += other
        foreign = self.create_partner("Foreign", company_id=other.id)
        both = (self.company | other).ids
        partners = self.env["res.partner"].with_user(self.manager)
        partners = partners.with_context(
            allowed_company_ids=both, active_domain=[("id", "=", foreign.id)]
        )
        action = partners.action_synkd_sync()
        wizard = self.env[action["res_model"]].browse(action["res_id"])
        self.assertEqual(wizard.selected_count, 0)

    # === Sync: what is proposed, and for which site ===

    def test_those_without_an_account_customer_are_proposed_to_get_one(self):
        chosen = self.create_partner("One") | self.create_partner("Two")
        wizard = self.open_sync(chosen)
        self.assertEqual((wizard.mode, wizard.is_idle), ("create", False))
        wizard.action_confirm()
        self.run_ledger()
        self.assertEqual(len(chosen.account_customer_id), 2)

    def test_a_mixed_selection_leaves_those_without(self):
        partners = self.fill()
        wizard = self.open_sync(partners["Changed"] | partners["Unlinked"])
        self.assertEqual((wizard.mode, wizard.is_idle), ("leave", False))

    def test_yes_is_off_when_nothing_would_happen(self):
        partners = self.fill()
        wizard = self.open_sync(partners["Synced"] | partners["Unlinked"])
        with Form(wizard) as form:
            self.assertTrue(form.is_idle)
            form.mode = "create"
            self.assertFalse(form.is_idle)
            form.mode = "leave"
            self.assertTrue(form.is_idle)
        self.assertFalse(self.open_sync().is_idle, "all: the books are read")

    def test_a_site_can_be_chosen(self):
        site = self.env["res.company"].create(
            {"name": "Site", "parent_id": self.company.id}
        )
        self.manager.company_ids += site
        self.manager.group_ids += self.env.ref("base.group_multi_company")
        here = self.create_partner("Here", company_id=site.id)
        self.create_partner("There")
        wizard = self.open_sync()
        both = (self.company | site).ids
        wizard = wizard.with_context(allowed_company_ids=both)
        self.assertEqual(wizard.site_ids, self.company | site)
        with Form(wizard) as form:
            form.site_id = site
            self.assertEqual((form.selected_count, form.unlinked_count), (1, 1))
            form.mode = "create"
        self.assertTrue(wizard.scoped)
        wizard.action_confirm()
        run = self.run_ledger()
        self.assertTrue(run.scoped)
        accounts = self.env["synkd.account.customer"].search(
            [("ledger_id", "=", self.ledger.id), ("mirror_partner_id", "!=", False)]
        )
        self.assertEqual(accounts.mirror_partner_id, here)

    # === Sync: what Yes does, and what is refused ===

    def test_yes_creates_in_the_class_and_sends(self):
        partner = self.create_partner("Hope Works")
        wizard = self.open_sync(partner)
        wizard.write({"mode": "create", "class_id": self.class_decide.id})
        action = wizard.action_confirm()
        self.assertEqual(action["tag"], "synkd_watch_run")
        run = self.run_ledger()
        self.assertEqual(run.requested_by_id, self.manager)
        account = partner.account_customer_id
        self.assertEqual(account.class_id, self.class_decide)
        self.assertEqual(account.sync_state, "synced")
        self.assertEqual(run.created, 1)

    def test_leave_creates_nothing(self):
        partner = self.create_partner("Hope Works")
        wizard = self.open_sync(partner)
        wizard.mode = "leave"
        wizard.action_confirm()
        self.assertEqual(self.run_ledger().created, 0)
        self.assertFalse(partner.account_customer_id)

    def test_a_class_that_creates_nothing_is_refused(self):
        wizard = self.open_sync(self.create_partner("Hope"))
        other = self.env["res.company"].create({"name": "Other"})
        self.create_ledger(company_id=other.id)
        foreign = self.env["synkd.customer.class"].search(
            [("company_id", "=", other.id), ("posting", "=", "account")]
        )
        archived = self.class_account.copy({"name": "Old", "active": False})
        elsewhere = self.class_generic.copy({"name": "Elsewhere"})
        old = self.create_ledger(name="Old books", active=False)
        counter = self.create_account("Old Counter", ledger_id=old.id)
        elsewhere.generic_account_customer_id = counter
        for chosen, error, sentence in (
            (elsewhere, UserError, "Elsewhere posts to .* of other books than ledger"),
            (self.env["synkd.customer.class"], UserError, "Choose the class of the"),
            (foreign, AccessError, ""),
            (archived, UserError, "Old is archived or of another company"),
        ):
            wizard.sudo().write({"mode": "create", "class_id": chosen.id})
            with self.assertRaisesRegex(error, sentence):
                wizard.action_confirm()
        self.assertFalse(self.ledger.run_ids)

    @users("linker")
    def test_a_user_sees_the_dialog_and_does_not_confirm(self):
        partner = self.create_partner("Hope").with_env(self.env)
        wizard = self.env["synkd.sync.wizard"].browse(
            partner.action_synkd_sync()["res_id"]
        )
        with self.assertRaisesRegex(UserError, "Only managers of the books may sync"):
            wizard.action_confirm()
        self.assertFalse(self.ledger.run_ids)

    def test_a_ledger_that_cannot_run_is_a_sentence(self):
        partner = self.create_partner("Hope")
        self.ledger.connector = False
        with self.assertRaisesRegex(UserError, "Test books has no connector. Choose"):
            self.open_sync(partner)
        self.ledger.active = False
        with self.assertRaisesRegex(UserError, "Test books is archived"):
            self.open_sync(partner)

    def test_a_paused_ledger_says_why(self):
        self.ledger._set_paused("The books refuse the login.", needs_person=True)
        wizard = self.open_sync(self.create_partner("Hope"))
        self.assertEqual(wizard.pause_reason, "The books refuse the login.")

    def test_foreign_books_are_neither_read_nor_run(self):
        other = self.env["res.company"].create({"name": "Other"})
        ledger = self.create_ledger(company_id=other.id)
        account = self.create_account("X", ledger_id=ledger.id, class_id=False)
        env = self.env(user=self.manager)
        wizard = env["synkd.sync.wizard"]._create_dialog({"ledger_id": ledger.id})
        with self.assertRaises(AccessError):
            wizard.action_confirm()
        wizard.invalidate_recordset()
        with self.assertRaises(AccessError):
            wizard.read(["pause_reason"])
        preview = env["synkd.preview.wizard"]._create_dialog(
            {"account_customer_id": account.id}
        )
        with self.assertRaises(AccessError):
            preview.read(["payload"])
        conflict = env["synkd.conflict.wizard"]._create_dialog(
            {"account_customer_id": account.id}
        )
        for act in (
            conflict.action_take_ours,
            conflict.action_take_theirs,
            conflict.action_new_code,
            lambda: conflict.read(["message"]),
        ):
            with self.assertRaises(AccessError):
                act()

    # === Preview ===

    def preview(self, account):
        """Open the preview as a user."""
        action = account.with_user(self.linker).action_preview()
        return (
            self.env[action["res_model"]]
            .with_user(self.linker)
            .browse(action["res_id"])
        )

    def test_the_preview_is_what_is_sent_to_the_letter(self):
        account = self.create_account("Hope", credit_limit=75000000)
        shown = json.loads(self.preview(account).payload)
        self.run_ledger()
        line = self.env["synkd.request.line"].search(
            [("account_customer_id", "=", account.id)]
        )
        self.assertEqual(line.payload, shown)
        self.assertEqual(shown["credit_limit"], "75000000.00")

    def test_the_preview_says_what_the_next_run_does(self):
        account = self.create_account("Hope")
        self.assertIn("The next run sends this", self.preview(account).message)
        self.ledger.post_accounts = False
        self.assertIn("Post Accounts is off", self.preview(account).message)
        self.ledger.post_accounts = True
        self.run_ledger()
        self.assertIn("nothing is sent", self.preview(account).message)

    def test_a_name_too_long_for_the_books_is_a_sentence(self):
        account = self.create_account("N" * 120)
        with self.assertRaisesRegex(UserError, "has 120 characters.*take 100. Shorten"):
            self.preview(account).read(["payload"])

    # === Conflict ===

    def conflict(self):
        """Change one customer on both sides, and return it."""
        account = self.create_account("Hope", phone="1")
        self.run_ledger()
        self.stored().filtered(lambda c: c.code == account.code).phone = "2"
        account.phone = "3"
        self.run_ledger()
        self.assertEqual(account.sync_state, "conflict")
        return account

    def open_conflict(self, account):
        """Open the conflict dialog as a user."""
        action = account.with_user(self.linker).action_resolve_conflict()
        return (
            self.env[action["res_model"]]
            .with_user(self.linker)
            .browse(action["res_id"])
        )

    def test_a_conflict_shows_both_sides(self):
        wizard = self.open_conflict(self.conflict())
        line = wizard.line_ids
        self.assertEqual((line.label, line.ours, line.theirs), ("Phone", "3", "2"))
        self.assertFalse(wizard.same_code)
        self.assertIn("changed here and in the books", wizard.message)

    def test_ours_goes_over_theirs(self):
        account = self.conflict()
        self.open_conflict(account).action_take_ours()
        self.assertEqual(account.sync_state, "pending")
        self.run_ledger()
        self.assertEqual(account.sync_state, "synced")
        stored = self.stored().filtered(lambda c: c.code == account.code)
        self.assertEqual(stored.phone, "3")

    def test_theirs_goes_over_ours(self):
        account = self.conflict()
        before = self.write_calls()
        self.open_conflict(account).action_take_theirs()
        self.assertEqual((account.phone, account.sync_state), ("2", "synced"))
        self.run_ledger()
        self.assertEqual(self.write_calls(), before, "nothing has to be sent")

    def test_a_conflict_settled_meanwhile_is_a_sentence(self):
        account = self.conflict()
        wizard, late = self.open_conflict(account), self.open_conflict(account)
        wizard.action_take_theirs()
        with self.assertRaisesRegex(UserError, "somebody resolved it. Nothing was"):
            late.action_take_ours()
        with self.assertRaisesRegex(UserError, "Nothing was changed"):
            late.action_new_code()
        with self.assertRaisesRegex(UserError, "has no conflict to resolve"):
            self.open_conflict(account)

    def take_code(self):
        """Let the books use the code of a new customer, and return ours."""
        account = self.create_account("Hope Works", code="HOP001")
        self.books.create(
            {"ledger_id": self.ledger.id, "code": "hop001", "name": "Hop Farm"}
        )
        self.run_ledger()
        self.assertEqual(account.sync_state, "conflict")
        return account

    def test_a_new_code_parts_two_customers_and_imports_the_other(self):
        account = self.take_code()
        wizard = self.open_conflict(account)
        self.assertTrue(wizard.same_code)
        wizard.action_new_code()
        self.assertEqual((account.code, account.sync_state), ("HOP002", "pending"))
        farm = self.env["synkd.account.customer"].search([("name", "=", "Hop Farm")])
        self.assertEqual(
            (farm.code, farm.origin, farm.sync_state), ("hop001", "books", "synced")
        )
        before = len(self.stored())
        self.run_ledger()
        self.assertEqual(account.sync_state, "synced")
        self.assertEqual(len(self.stored()), before + 1)

    def test_the_other_customer_is_imported_as_the_books_have_it(self):
        """Neither the window's defaults nor what could not be sent disturb it."""
        account = self.take_code()
        self.stored().filtered(lambda book: book.code == "hop001").name = "Hop" * 40
        account.sudo().books_data = account.books_data | {"name": "Hop" * 40}
        wizard = self.open_conflict(account).with_context(
            default_email="window@example.com", default_class_id=self.class_decide.id
        )
        wizard.action_new_code()
        farm = self.env["synkd.account.customer"].search([("code", "=", "hop001")])
        self.assertEqual((farm.name, farm.email), ("Hop" * 40, False))
        self.assertEqual((farm.class_id.ids, farm.sync_state), ([], "synced"))
        self.assertFalse(farm.fingerprint, "the demo books take 100 characters only")

    def test_the_same_customer_is_joined_by_taking_ours(self):
        account = self.take_code()
        before = len(self.stored())
        self.open_conflict(account).action_take_ours()
        self.run_ledger()
        self.assertEqual(account.sync_state, "synced")
        self.assertEqual(len(self.stored()), before, "no twin in the books")
        self.assertIn("Hope Works", self.stored().mapped("name"))

    def test_a_changed_customer_gets_no_new_code(self):
        account = self.conflict()
        with self.assertRaisesRegex(UserError, "Nothing was changed"):
            self.open_conflict(account).action_new_code()
        self.assertEqual(account.sync_state, "conflict")

    @users("linker")
    def test_the_form_of_an_account_customer_opens_for_a_user(self):
        account = self.create_account(
            "Hope",
            payment_term_id=self.env.ref(
                "synkd_connector.account_payment_term_14_days"
            ).id,
        )
        with Form(account.with_env(self.env)) as form:
            form.phone = "031 785 4785"
        self.assertEqual(account.phone, "031 785 4785")
