# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from unittest.mock import Mock

from odoo.tests import tagged

from odoo.addons.synkd_connector.lib.errors import RetryableError

from .common import DemoCommon
from .tours_common import ToursCommon

CUSTOMERS = "/odoo/action-account.res_partner_action_customer"
MANAGER = "synkd_manager"


@tagged("post_install", "-at_install")
class TestTours(DemoCommon, ToursCommon):
    """People at the screens, in a real browser."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.create_user(
            MANAGER,
            "base.group_user,base.group_partner_manager,"
            "account.group_account_invoice,synkd_connector.group_manager",
        )

    def start(self, url, tour, **values):
        """Run a tour as a manager."""
        return super().start(url, tour, MANAGER, **values)

    def test_sync_without_a_selection_creates_everybody_in_a_class(self):
        partners = self.create_partner("Hope Works") | self.create_partner("Pink Shoes")
        self.start(CUSTOMERS, "synkd_sync_all")
        self.assertEqual(partners.account_customer_id.class_id, self.class_account)
        self.assertEqual(len(self.stored()), 3, "both, and the counter")
        run = self.env["synkd.run"].search([("ledger_id", "=", self.ledger.id)])
        self.assertEqual(run.state, "done")
        self.assertEqual(run.created, 3)

    def test_sync_of_a_selection_with_post_accounts_off_writes_nothing(self):
        self.ledger.post_accounts = False
        account = self.create_account("Hope Works")
        self.create_partner("Hope Works").account_customer_id = account
        self.create_partner("Pink Shoes")
        self.start(CUSTOMERS, "synkd_sync_selection")
        self.assertFalse(self.stored())
        self.assertEqual(self.write_calls(), 0)
        self.assertEqual(account.sync_state, "pending")

    def test_sync_from_the_action_menu_is_about_the_selection(self):
        chosen = self.create_partner("Hope Works")
        other = self.create_partner("Pink Shoes")
        self.start(CUSTOMERS, "synkd_sync_action_menu")
        self.assertEqual(chosen.account_customer_id.sync_state, "synced")
        self.assertFalse(other.account_customer_id)

    def test_sync_of_one_site_is_about_its_customers(self):
        site = self.env["res.company"].create(
            {"name": "Pier", "parent_id": self.company.id}
        )
        manager = self.env["res.users"].search([("login", "=", MANAGER)])
        manager.company_ids += site
        manager.group_ids += self.env.ref("base.group_multi_company")
        here = self.create_partner("Hope Works", company_id=site.id)
        there = self.create_partner("Pink Shoes")
        # As the switch of companies does.
        both = {"cids": f"{self.company.id}-{site.id}"}
        self.start(CUSTOMERS, "synkd_sync_site", cookies=both)
        self.assertEqual(here.account_customer_id.sync_state, "synced")
        self.assertFalse(there.account_customer_id)

    def test_a_request_without_an_answer_is_decided_by_a_manager(self):
        self.counter._set_synced({"external_id": "counter"})
        account = self.create_account("Hope Works")
        self.patch(
            type(self.env["synkd.connector.demo"]),
            "_push_customers",
            Mock(side_effect=RetryableError("The line is dead.")),
        )
        run = self.run_ledger()
        run.request_ids._set_waiting("The books are a mess.")
        self.start(f"/odoo/books-requests/{run.request_ids.id}", "synkd_request")
        self.assertEqual((account.sync_state, account.external_id), ("synced", "D777"))

    def test_refused_customer_is_found_from_the_panel_and_retried(self):
        self.ledger.demo_refuse = "Panda"
        account = self.create_account("Panda Copiers")
        self.start(CUSTOMERS, "synkd_sync_attention")
        self.assertEqual(account.sync_state, "pending")
        self.assertNotIn("Panda Copiers", self.stored().mapped("name"))

    def test_create_and_link_from_the_customer_form_and_unlink(self):
        partner = self.create_partner("Hope Works", email="hope@example.com")
        self.start(f"{CUSTOMERS}/{partner.id}", "synkd_create_and_link")
        link = partner.customer_link_ids
        self.assertEqual(link.account_customer_id.email, "hope@example.com")
        self.assertEqual(link.account_customer_id.class_id, self.class_account)
        self.assertFalse(link.active)
        self.assertFalse(partner.account_customer_id)

    def test_matches_are_accepted_and_declined(self):
        names = ["Hope Works", "Pink Shoes", "Titan Group", "Young Electric"]
        accounts = {name: self.create_account(name) for name in names}
        partners = {name: self.create_partner(name) for name in names}
        self.env["synkd.match"]._propose(self.ledger)
        self.start("/odoo/books-match", "synkd_match")
        linked = {name: p.account_customer_id for name, p in partners.items()}
        declined = "Pink Shoes"
        self.assertFalse(linked.pop(declined))
        self.assertEqual(linked, {name: accounts[name] for name in linked})

    def test_generic_class_needs_a_target(self):
        self.start("/odoo/customer-classes/new", "synkd_class")
        made = self.env["synkd.customer.class"].search([("name", "=", "Walk-in")])
        self.assertEqual(made.company_id, self.company)
        self.assertEqual(made.generic_account_customer_id, self.counter)

    def test_conflict_is_resolved_from_the_form(self):
        account = self.create_account("Hope Works", phone="031 123 4567")
        self.run_ledger()
        stored = self.stored().filtered(lambda book: book.name == "Hope Works")
        stored.phone = "031 999 0000"
        account.phone = "031 111 2222"
        self.run_ledger()
        self.assertEqual(account.sync_state, "conflict")
        self.start(
            f"/odoo/account-customers/{account.id}",
            "synkd_conflict",
        )
        self.assertEqual(account.phone, "031 999 0000")
        self.assertEqual(account.sync_state, "synced")

    def test_offline_books_are_seen_on_panel_card_and_run(self):
        self.ledger.write({"demo_fault": "offline", "demo_fault_every": 1})
        self.start("/odoo/ledgers", "synkd_ledger")
        self.assertEqual(self.ledger.state, "paused")
        self.assertFalse(self.stored())
