# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from odoo.addons.synkd_connector.lib.errors import RejectedError
from odoo.addons.synkd_connector.lib.mask import mask

from ..common import DemoCommon


@tagged("post_install", "-at_install")
class TestCustomerCreator(DemoCommon):
    """Sync with "create in a class": one customer gets one account customer."""

    def sync(self, partners):
        """Press Sync for some customers, create in a class, and make the run."""
        action = partners.action_synkd_sync()
        wizard = partners.env["synkd.sync.wizard"].browse(action["res_id"])
        wizard.mode = "create"
        wizard.action_confirm()
        return self.run_ledger()

    def test_a_generic_class_links_to_its_shared_account_customer(self):
        partners = self.create_partner("Walk-in") | self.create_partner("N" * 300)
        likely = self.create_partner("Danny Storm", vat="ZA4012345678")
        self.create_account("Danny Storm", vat="ZA4012345678")
        self.env["synkd.match"]._propose(self.ledger)
        family = self.family()
        everybody = (partners | likely).union(*family)
        action = everybody.action_synkd_sync()
        wizard = self.env["synkd.sync.wizard"].browse(action["res_id"])
        wizard.write({"mode": "create", "class_id": self.class_generic.id})
        self.assertEqual((wizard.link_count, wizard.unlinked_count), (6, 7))
        before = self.env["synkd.account.customer"].search_count([])
        wizard.action_confirm()
        run = self.run_ledger()
        self.assertEqual((run.state, run.linked, run.skipped), ("done", 3, 1))
        self.assertEqual((run.created, run.progress), (1, 100), "Counter sales itself")
        self.assertEqual(self.env["synkd.account.customer"].search_count([]), before)
        for partner in everybody - likely:
            self.assertEqual(partner.account_customer_id, self.counter)
        self.assertEqual(partners.customer_link_ids.linked_by_id, self.env.user)
        self.assertFalse(likely.account_customer_id, "waits in Match")
        self.assertFalse(self.counter.mirror_partner_id)

    def test_who_is_not_linked_is_asked_for_seldom(self):
        """Each question means looking at all links."""
        partners = self.env["res.partner"].union(
            *(self.create_partner(f"Customer {n}", ref=f"C{n}") for n in range(7))
        )
        engine, asked = type(self.env["synkd.engine"]), []
        original = engine._next_unlinked

        def next_unlinked(model, run):
            asked.append(original(model, run))
            if len(asked) == 1:
                # Somebody links, and somebody deletes, while the run is under way.
                self.env["synkd.customer.link"]._link([(partners[5], self.counter)])
                partners[6].unlink()
            return asked[-1]

        self.patch(engine, "_next_unlinked", next_unlinked)
        module = (
            "odoo.addons.synkd_connector.models.customers.synkd_engine.CREATE_BATCH"
        )
        with patch(module, 2):
            run = self.sync(partners)
        self.assertEqual([len(ids) for ids in asked], [7, 0])
        self.assertEqual((run.state, run.created), ("done", 6), "and Counter sales")
        self.assertEqual(partners[5].account_customer_id, self.counter)
        self.assertEqual(len(partners[:5].account_customer_id), 5)

    def family(self):
        """Create a company, a person in it, and a branch with a person of its own."""
        company = self.create_partner("Zebra Works", ref="ZEB001")
        person = self.create_partner("John Z", is_company=False, parent_id=company.id)
        branch = self.create_partner("Zebra North", parent_id=company.id)
        clerk = self.create_partner("Nina N", is_company=False, parent_id=branch.id)
        return company, person, branch, clerk

    def test_a_company_its_people_and_branches_get_one_account_customer(self):
        company, person, branch, clerk = self.family()
        run = self.sync(company | person | branch | clerk)
        self.assertEqual(run.state, "done", run.message)
        account = company.account_customer_id
        self.assertEqual(account.code, "ZEB001")
        for partner in (person, branch, clerk):
            self.assertEqual(partner.account_customer_id, account)
            self.assertEqual(partner.account_link_partner_id, company)
        self.assertEqual(self.stored().mapped("code"), ["ZEB001"])

    def test_the_history_names_who_pressed_sync(self):
        user = self.create_user(
            "presser",
            "synkd_connector.group_manager,base.group_partner_manager",
        )
        partner = self.create_partner("Pressed Ltd")
        self.sync(partner.with_user(user))
        self.assertEqual(partner.customer_link_ids.linked_by_id, user)
        request = self.env["synkd.request"].search([], limit=1)
        self.assertEqual(
            request.display_name, f"Request {request.id} (members: 1)", "no bare key"
        )

    def test_the_order_of_the_family_does_not_matter(self):
        branch = self.create_partner("Yak North")
        company = self.create_partner("Yak Works")
        branch.parent_id = company
        self.assertLess(branch.id, company.id)
        self.sync(branch | company)
        self.assertEqual(branch.account_customer_id, company.account_customer_id)
        self.assertEqual(branch.account_link_partner_id, company)

    def test_a_person_stands_for_his_company(self):
        company, person, _branch, _clerk = self.family()
        self.sync(person)
        self.assertEqual(company.account_customer_id.name, "Zebra Works")
        self.assertEqual(person.account_link_partner_id, company)

    def test_a_branch_alone_gets_an_account_customer_of_its_own(self):
        company, _person, branch, clerk = self.family()
        self.sync(branch | clerk)
        self.assertFalse(company.account_customer_id)
        self.assertEqual(branch.account_customer_id.name, "Zebra North")
        self.assertEqual(clerk.account_customer_id, branch.account_customer_id)

    def test_a_second_dialog_does_not_make_a_twin(self):
        partner = self.create_partner("Quokka Ltd")
        first = partner.action_create_account_customer()["context"]
        second = partner.action_create_account_customer()["context"]
        accounts = self.env["synkd.account.customer"]
        account = accounts.with_context(**first).create({})
        with self.assertRaisesRegex(UserError, "Quokka Ltd is linked to .* already"):
            accounts.with_context(**second).create({})
        self.assertEqual(partner.account_customer_id, account)

    def test_nobody_reads_a_foreign_customer_through_the_prefilled_form(self):
        foreign = self.env["res.company"].create({"name": "Foreign"})
        partner = self.create_partner("Secret", company_id=foreign.id)
        self.create_partner("Contact", parent_id=partner.id, is_company=False)
        user = self.create_user("clerk_creates", "synkd_connector.group_user")
        with self.assertRaises(AccessError):
            partner.with_user(user).action_create_account_customer()

    def test_an_asker_who_lost_the_company_is_told(self):
        user = self.create_user("lost", "synkd_connector.group_manager")
        other = self.env["res.company"].create({"name": "Other"})
        run = self.ledger._request_run(
            {
                "requested_by_id": user.id,
                "create_class_id": self.class_account.id,
                "partner_domain": [["customer_rank", ">", 0]],
            }
        )
        user.write({"company_ids": [(6, 0, other.ids)], "company_id": other.id})
        self.run_ledger()
        self.assertIn("has no access to Test Company", run.message)
        self.assertFalse(self.stored())

    def test_a_branch_with_books_of_its_own_is_left_to_them(self):
        branch = self.env["res.company"].create(
            {"name": "North Branch", "parent_id": self.company.id}
        )
        own = self.create_ledger(name="North books", company_id=branch.id)
        self.assertNotIn(branch, self.ledger._get_companies())
        self.assertEqual(own._get_companies(), branch)


@tagged("post_install", "-at_install")
class TestGuards(DemoCommon):
    """What only the engine may write, and what nobody may change any more."""

    def setUp(self):
        super().setUp()
        self.manager = self.create_user("guard", "synkd_connector.group_manager")

    def test_a_manager_cannot_take_over_a_cron_or_a_cursor(self):
        ledger = self.ledger.with_user(self.manager)
        foreign = self.env.ref("base.autovacuum_job")
        for vals in ({"cron_id": foreign.id}, {"pull_cursor": {"change": 10**9}}):
            with self.assertRaisesRegex(AccessError, "Only runs write the connection"):
                ledger.write(vals)
        self.assertNotEqual(self.ledger.cron_id, foreign)

    def test_a_user_cannot_move_an_account_customer_to_another_company(self):
        account = self.create_account("Moved")
        other = self.env["res.company"].create({"name": "Other"})
        with self.assertRaises(AccessError):
            account.with_user(self.manager).write({"company_id": other.id})

    def test_books_in_use_do_not_change_their_system(self):
        self.create_account("Kept")
        self.run_ledger()
        with self.assertRaisesRegex(UserError, "create a ledger for the other system"):
            self.ledger.connector = "other"

    def test_a_reverted_change_of_the_books_ends_the_conflict(self):
        account = self.create_account("Both", phone="111")
        self.run_ledger()
        stored = self.stored().filtered(lambda c: c.name == "Both")
        stored.phone = "222"
        account.phone = "333"
        self.run_ledger()
        self.assertEqual(account.sync_state, "conflict")
        stored.phone = "111"
        self.run_ledger()
        self.assertEqual(account.sync_state, "synced")
        self.assertEqual(stored.phone, "333")

    def test_a_request_that_nobody_can_clear_up_is_told_and_never_sent_blindly(self):
        account = self.create_account("Unknown")
        self.ledger.write({"demo_fault": "lost_after", "demo_fault_every": 1})
        self.run_ledger()
        self.assertEqual(account.sync_state, "sending")
        self.ledger.demo_fault = False
        self.ledger._set_resumed()
        refuse = RejectedError("The books do not understand the question.")
        connector = type(self.env["synkd.connector.demo"])
        with patch.object(connector, "_reconcile", side_effect=refuse):
            run = self.run_ledger()
        self.assertEqual(run.state, "attention")
        self.assertIn("do not understand the question", run.message)
        self.assertIn("nobody can tell yet", account.sync_message)
        self.assertEqual(len(self.stored().filtered(lambda c: c.name == "Unknown")), 1)
        request = self.env["synkd.request"].search([("state", "=", "open")])
        request.retry_at = False
        self.run_ledger()
        self.assertEqual((account.sync_state, account.sync_message), ("synced", False))
        self.assertEqual(len(self.stored().filtered(lambda c: c.name == "Unknown")), 1)

    def test_what_was_sent_is_kept_with_personal_data_masked(self):
        self.create_account("Masked", email="anna@example.com", phone="0821234567")
        self.run_ledger()
        lines = self.env["synkd.request.line"].search(
            [("account_customer_id.name", "=", "Masked")]
        )
        text = lines.with_user(self.manager).payload_text
        self.assertNotIn("anna@example.com", text)
        self.assertNotIn("0821234567", text)
        self.assertIn("an**************", text)
        with self.assertRaises(AccessError):
            lines.with_user(self.manager).read(["payload"])

    def test_masking_reaches_into_lists_and_leaves_the_rest(self):
        payload = {
            "Name": "Hope",
            "EmailAddress": "a@b.c",
            "Phones": [{"PhoneNumber": "12345", "Kind": "MOBILE"}],
            "Limit": 5,
        }
        self.assertEqual(
            mask(payload),
            {
                "Name": "Hope",
                "EmailAddress": "a@***",
                "Phones": [{"PhoneNumber": "12***", "Kind": "MOBILE"}],
                "Limit": 5,
            },
        )
        self.assertEqual(payload["EmailAddress"], "a@b.c", "the payload stays")
