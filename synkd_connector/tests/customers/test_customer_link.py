# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, tagged, users
from odoo.tools import mute_logger

from ..common import SynkdCommon


@tagged("post_install", "-at_install")
class TestCustomerLink(SynkdCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.linker = cls.create_user("linker", "synkd_connector.group_user")
        cls.links = cls.env["synkd.customer.link"]
        cls.hope = cls.create_account("Hope Works")
        cls.storm = cls.create_account("Danny Storm")
        cls.partner = cls.create_partner("Hope")
        cls.other_company = cls.env["res.company"].create({"name": "Other"})

    def link(self, partner=None, account=None):
        """Link a customer as the models do."""
        pairs = [(partner or self.partner, account or self.hope)]
        return self.links.sudo()._link(pairs)

    def test_a_user_links_from_the_account_customer(self):
        account = self.hope.with_user(self.linker)
        action = account.action_link_customers()
        wizard = account.env[action["res_model"]].browse(action["res_id"])
        with Form(wizard) as form:
            form.partner_ids.add(self.partner.with_user(self.linker))
        wizard.action_confirm()
        link = self.partner.customer_link_ids
        self.assertEqual(link.account_customer_id, self.hope)
        self.assertEqual(link.linked_by_id, self.linker)
        self.assertTrue(link.linked_at)
        self.assertEqual(self.partner.account_customer_id, self.hope)

    @users("linker")
    def test_both_chatters_tell_who_was_linked_and_unlinked(self):
        link = self.link()
        link._end()
        for record, name in ((self.partner, "Hope Works"), (self.hope, "Hope")):
            bodies = " ".join(record.message_ids.mapped("body"))
            self.assertIn("Linked:", bodies)
            self.assertIn("Unlinked:", bodies)
            self.assertIn(name, bodies)

    @users("linker")
    def test_users_cannot_forge_the_history(self):
        link = self.links.with_env(self.env).create(
            {
                "partner_id": self.partner.id,
                "account_customer_id": self.hope.id,
                "linked_by_id": self.env.ref("base.user_admin").id,
                "linked_at": "2000-01-01",
                "active": False,
            }
        )
        self.assertEqual(link.linked_by_id, self.linker)
        self.assertNotEqual(link.linked_at.year, 2000)
        self.assertTrue(link.active)
        for act in (
            lambda: link.write({"active": False}),
            lambda: link.write({"account_customer_id": self.storm.id}),
            link.unlink,
        ):
            with self.assertRaises(AccessError):
                act()

    def test_the_history_is_never_deleted(self):
        with self.assertRaisesRegex(UserError, "history of who linked what"):
            self.link().unlink()

    @users("linker")
    def test_a_second_link_in_the_same_books_is_refused_by_name(self):
        self.link()
        with self.assertRaisesRegex(
            UserError, r"Hope is linked to .*Hope Works already"
        ):
            self.links.with_env(self.env).create(
                {"partner_id": self.partner.id, "account_customer_id": self.storm.id}
            )

    @mute_logger("odoo.sql_db")
    def test_the_database_itself_keeps_links_unique(self):
        link = self.link()
        with self.assertRaises(Exception) as caught, self.cr.savepoint():
            self.cr.execute(
                "INSERT INTO synkd_customer_link"
                " (partner_id, account_customer_id, ledger_id, active)"
                " VALUES (%s, %s, %s, true)",
                [self.partner.id, self.storm.id, self.ledger.id],
            )
        message = self.links._sql_error_to_message(caught.exception)
        self.assertIn("Unlink it first", message)
        self.assertTrue(link.active)

    def test_linking_again_to_the_same_account_changes_nothing(self):
        link = self.link()
        self.assertFalse(self.link())
        self.assertTrue(link.active)

    def test_an_archived_account_is_refused(self):
        self.hope.active = False
        with self.assertRaisesRegex(ValidationError, "is archived, so Hope cannot be"):
            self.link()

    def test_archiving_an_account_keeps_its_links_and_why_says_so(self):
        self.link()
        self.hope.active = False
        self.assertEqual(self.partner.account_customer_id, self.hope)
        message = self.partner.action_synkd_why()["params"]["message"]
        self.assertRegex(message, "is archived. Restore it, or link another one")

    def test_a_customer_of_another_company_is_refused(self):
        foreign = self.create_partner("Foreign", company_id=self.other_company.id)
        with self.assertRaisesRegex(
            ValidationError, "Foreign belongs to Other, but .* Test Company. Choose"
        ):
            self.link(foreign)

    def test_a_customer_of_a_branch_is_linked_in_its_parents_books(self):
        site = self.env["res.company"].create(
            {"name": "Site", "parent_id": self.company.id}
        )
        partner = self.create_partner("Local", company_id=site.id)
        self.assertEqual(self.link(partner).company_id, self.company)

    @users("linker")
    def test_a_user_links_nobody_whom_he_may_not_see(self):
        foreign = self.create_partner("Foreign", company_id=self.other_company.id)
        with self.assertRaises(AccessError):
            self.hope.with_env(self.env).write(
                {"link_ids": [Command.create({"partner_id": foreign.id})]}
            )

    @users("linker")
    def test_a_user_links_nobody_to_foreign_books(self):
        ledger = self.create_ledger(company_id=self.other_company.id)
        theirs = self.create_account("X", ledger_id=ledger.id, class_id=False)
        with self.assertRaises(AccessError):
            self.links.with_env(self.env).create(
                {"partner_id": self.partner.id, "account_customer_id": theirs.id}
            )

    @users("linker")
    def test_unlinking_says_what_it_means_and_then_does_it(self):
        link = self.link()
        self.hope.mirror_partner_id = self.partner
        self.patch(type(self.links), "_count_waiting", lambda self: 3)
        action = link.with_env(self.env).action_unlink_customer()
        wizard = self.env[action["res_model"]].browse(action["res_id"])
        self.assertRegex(
            wizard.message,
            r"Hope is not billed as \[HOP001\] Hope Works any more.*"
            r"will be decided again: 3. What is in the books stays there",
        )
        wizard.action_confirm()
        self.assertFalse(link.active)
        self.assertEqual(link.unlinked_by_id, self.linker)
        self.assertTrue(link.unlinked_at)
        self.assertFalse(self.hope.mirror_partner_id, "nothing to keep in step with")
        self.assertFalse(self.partner.account_customer_id)
        with self.assertRaisesRegex(UserError, "ended already"):
            link.with_env(self.env).action_unlink_customer()

    @users("linker")
    def test_a_foreign_link_is_not_unlinked(self):
        ledger = self.create_ledger(company_id=self.other_company.id)
        theirs = self.create_account("X", ledger_id=ledger.id, class_id=False)
        link = self.link(account=theirs)
        with self.assertRaises(AccessError):
            link.with_env(self.env).action_unlink_customer()
        with self.assertRaises(AccessError):
            self.env["synkd.unlink.wizard"].create(
                {"link_ids": link.ids}
            ).action_confirm()
        self.assertTrue(link.active)
