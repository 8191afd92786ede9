# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import tagged

from ..common import DemoCommon
from ..tours_common import ToursCommon

CUSTOMERS = "/odoo/action-account.res_partner_action_customer"

CLERK = (
    "base.group_user,base.group_partner_manager,account.group_account_invoice,"
    "synkd_connector.group_user"
)


@tagged("post_install", "-at_install")
class TestClerkTours(DemoCommon, ToursCommon):
    """A clerk links, archives, merges and makes customers, in a real browser."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.clerk = cls.create_user("clerk", CLERK)
        cls.account = cls.create_account("Hope Works")
        cls.other = cls.create_account("Elsewhere Ltd")
        cls.taken = cls.create_partner("Zebra Taken")
        cls.free = cls.create_partner("Zebra Free")
        cls.env["synkd.customer.link"]._link([(cls.taken, cls.other)])

    def test_several_customers_are_linked_and_one_is_asked_for(self):
        url = f"/odoo/account-customers/{self.account.id}"
        self.start(url, "synkd_clerk_link", "clerk")
        linked = self.account.link_ids.partner_id
        self.assertEqual(linked, self.taken | self.free)
        self.assertFalse(self.other.link_ids)

    def test_archiving_asks_what_becomes_of_the_account_customer(self):
        self.start(f"{CUSTOMERS}/{self.taken.id}", "synkd_clerk_archive", "clerk")
        self.assertFalse(self.taken.active)
        self.assertFalse(self.other.active, "there too, as answered")
        self.assertEqual(self.other.sync_state, "pending")

    def test_merging_says_what_they_are_in_the_books(self):
        self.env["synkd.customer.link"]._link([(self.free, self.account)])
        self.start(CUSTOMERS, "synkd_clerk_merge", "clerk")
        (left,) = (self.free | self.taken).exists()
        self.assertEqual(
            left.account_customer_id | (self.account | self.other).filtered("active"),
            left.account_customer_id,
            "one is left, and the other is archived",
        )

    def test_a_new_customer_is_in_the_books_before_the_schedule(self):
        self.start(f"{CUSTOMERS}/new", "synkd_clerk_push_now", "clerk")
        partner = self.env["res.partner"].search([("name", "=", "Panda Copiers")])
        self.assertEqual(partner.account_customer_id.sync_state, "synced")
        self.assertNotIn("Hope Works", self.stored().mapped("name"), "and nobody else")
