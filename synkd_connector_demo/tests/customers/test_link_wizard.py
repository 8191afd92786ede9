# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import UserError
from odoo.tests import Form, tagged

from ..common import DemoCommon


@tagged("post_install", "-at_install")
class TestLinkSeveralCustomers(DemoCommon):
    """From an account customer several customers are linked at once."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.linker = cls.create_user(
            "linker", "base.group_user,synkd_connector.group_user"
        )
        cls.account = cls.create_account("Hope Works")
        cls.other = cls.create_account("Elsewhere Ltd")
        cls.free = cls.create_partner("Free One") | cls.create_partner("Free Two")
        cls.taken = cls.create_partner("Taken")
        cls.env["synkd.customer.link"]._link([(cls.taken, cls.other)])

    def open(self):
        """Press Link Customers as the linker, and return the dialog."""
        account = self.account.with_user(self.linker).with_company(self.company)
        action = account.action_link_customers()
        return account.env[action["res_model"]].browse(action["res_id"])

    def test_several_are_linked_at_once(self):
        wizard = self.open()
        with Form(wizard) as form:
            for partner in self.free:
                form.partner_ids.add(partner)
            self.assertFalse(form.elsewhere_text)
        wizard.action_confirm()
        self.assertEqual(self.account.link_ids.partner_id, self.free)
        self.assertEqual(self.account.link_ids.linked_by_id, self.linker)

    def test_those_linked_elsewhere_are_named_and_asked_for(self):
        wizard = self.open()
        wizard.partner_ids = self.free | self.taken
        self.assertEqual(
            wizard.elsewhere_text,
            f"Taken is billed as {self.other.display_name}.",
        )
        with self.assertRaisesRegex(UserError, "Some are linked elsewhere: Taken is"):
            wizard.action_confirm()
        self.assertFalse(self.account.link_ids, "nobody is linked before it is said")

    def test_those_linked_elsewhere_are_left_there(self):
        wizard = self.open()
        wizard.write(
            {"partner_ids": (self.free | self.taken).ids, "elsewhere": "leave"}
        )
        wizard.action_confirm()
        self.assertEqual(self.account.link_ids.partner_id, self.free)
        self.assertEqual(self.taken.account_customer_id, self.other)

    def test_those_linked_elsewhere_are_moved(self):
        wizard = self.open()
        wizard.write({"partner_ids": (self.free | self.taken).ids, "elsewhere": "move"})
        wizard.action_confirm()
        self.assertEqual(self.account.link_ids.partner_id, self.free | self.taken)
        self.assertFalse(self.other.link_ids)

    def test_nobody_chosen_is_told(self):
        with self.assertRaisesRegex(UserError, "Choose at least one customer"):
            self.open().action_confirm()
        wizard = self.open()
        wizard.write({"partner_ids": self.taken.ids, "elsewhere": "leave"})
        with self.assertRaisesRegex(UserError, "Nobody is left to link"):
            wizard.action_confirm()
