# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import UserError
from odoo.tests import tagged

from ..queue_common import QueueCommon

MERGE = "base.partner.merge.automatic.wizard"


@tagged("post_install", "-at_install")
class TestCustomersLeave(QueueCommon):
    """Archiving or merging linked customers says what becomes of the books' ones."""

    def archive(self, partner=None):
        """Archive a customer as the client does; return the dialog, or nothing."""
        action = (partner or self.partner).action_archive()
        self.assertFalse((partner or self.partner).active)
        if not isinstance(action, dict):
            return self.env["synkd.left.wizard"]
        return self.env[action["res_model"]].browse(action["res_id"])

    def test_archive_says_what_is_left_and_what_waits(self):
        self.account.class_id = self.class_decide
        self.post_invoice()
        wizard = self.archive()
        self.assertIn("Hope Works: archived, and still linked to", wizard.message)
        self.assertIn("Documents that wait for it: 1;", wizard.message)
        wizard.action_confirm()
        self.assertTrue(self.account.active, "kept, unless it is said otherwise")
        self.assertEqual(self.account.link_ids.partner_id, self.partner)

    def test_archive_there_too(self):
        wizard = self.archive()
        wizard.answer = "archive"
        wizard.action_confirm()
        self.assertFalse(self.account.active)
        self.assertEqual(self.account.sync_state, "pending", "sent with the next run")

    def test_the_link_moves_to_another_customer(self):
        wizard = self.archive()
        wizard.answer = "move"
        with self.assertRaisesRegex(UserError, "Choose the customer who is billed"):
            wizard.action_confirm()
        heir = self.create_partner("Heir")
        wizard.partner_id = heir
        wizard.action_confirm()
        self.assertEqual(self.account.link_ids.partner_id, heir)

    def test_nothing_is_asked_when_others_are_billed_as_it(self):
        other = self.create_partner("Other")
        other.account_customer_id = self.account
        self.assertFalse(self.archive())
        other.account_customer_id = self.counter
        self.assertFalse(self.archive(other), "a shared one stays")
        self.assertFalse(self.archive(self.create_partner("Never linked")))

    def test_customers_are_archived_by_those_without_the_books(self):
        partner_manager = self.create_user(
            "pm", "base.group_user,base.group_partner_manager"
        )
        self.partner.with_user(partner_manager).action_archive()
        self.assertFalse(self.partner.active)

    # === MERGE === #

    def merge(self, **vals):
        """Open Odoo's merge of two linked customers."""
        other = self.create_partner("Hope Works Twin")
        twin = self.create_account("Hope Works Twin")
        other.account_customer_id = twin
        both = self.partner | other
        vals = {"dst_partner_id": self.partner.id, "partner_ids": both.ids} | vals
        return self.env[MERGE].create(vals), twin

    def test_merge_names_both_account_customers(self):
        wizard, twin = self.merge()
        self.assertEqual(wizard.synkd_account_ids, self.account | twin)
        for account in self.account | twin:
            self.assertIn(account.display_name, wizard.synkd_links_text)
        wizard.action_merge()
        self.assertEqual(self.partner.account_customer_id, self.account)
        self.assertTrue(twin.active)

    def test_merge_archives_what_is_left_when_told_to(self):
        wizard, twin = self.merge(synkd_left="archive")
        wizard.action_merge()
        self.assertFalse(twin.active)
        self.assertTrue(self.account.active)

    def test_merge_bills_as_the_chosen_one(self):
        wizard, twin = self.merge(synkd_left="archive")
        wizard.synkd_kept_id = twin
        wizard.action_merge()
        self.assertEqual(self.partner.account_customer_id, twin)
        self.assertFalse(self.account.active)

    def test_merge_of_one_linked_customer_asks_nothing(self):
        other = self.create_partner("Not linked")
        both = self.partner | other
        wizard = self.env[MERGE].create({"partner_ids": both.ids})
        self.assertFalse(wizard.synkd_links_text)

    # === FILTER === #

    def test_filter_finds_account_customers_without_customers(self):
        view = self.env.ref("synkd_connector.synkd_account_customer_view_search")
        arch = self.env["synkd.account.customer"].get_view(view.id, "search")["arch"]
        self.assertIn("Without Customers", arch)
        accounts = self.env["synkd.account.customer"]
        domain = [
            ("ledger_id", "=", self.ledger.id),
            ("link_ids", "not any", [("partner_id.active", "=", True)]),
            ("generic_class_ids", "=", False),
        ]
        self.assertFalse(accounts.search(domain))
        self.archive().action_confirm()
        self.assertEqual(accounts.search(domain), self.account)
