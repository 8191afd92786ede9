# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import HttpCase, tagged

from ..common import DemoCommon

CLERK = (
    "base.group_user,base.group_partner_manager,account.group_account_invoice,"
    "synkd_connector.group_user"
)


@tagged("post_install", "-at_install")
class TestClerkTours(DemoCommon, HttpCase):
    """A clerk links several customers at once, and archives one, in a real browser."""

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
        self.start_tour(url, "synkd_clerk_link", login="clerk")
        self.env.invalidate_all()
        linked = self.account.link_ids.partner_id
        self.assertEqual(linked, self.taken | self.free)
        self.assertFalse(self.other.link_ids)

    def test_archiving_asks_what_becomes_of_the_account_customer(self):
        action = "account.res_partner_action_customer"
        url = f"/odoo/action-{action}/{self.taken.id}"
        self.start_tour(url, "synkd_clerk_archive", login="clerk")
        self.env.invalidate_all()
        self.assertFalse(self.taken.active)
        self.assertFalse(self.other.active, "there too, as answered")
        self.assertEqual(self.other.sync_state, "pending")
