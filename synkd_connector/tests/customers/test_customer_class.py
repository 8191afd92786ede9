# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged, users
from odoo.tools import mute_logger

from ..common import SynkdCommon


@tagged("post_install", "-at_install")
class TestCustomerClass(SynkdCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.create_user("manager", "synkd_connector.group_manager")
        cls.create_user("linker", "synkd_connector.group_user")
        cls.classes = cls.env["synkd.customer.class"]

    def create_class(self, name="Regular", **values):
        """Create a class in the test company."""
        return self.classes.create(
            {"name": name, "company_id": self.company.id} | values
        )

    def other_company(self):
        """Create a company with books, and return its ledger."""
        company = self.env["res.company"].sudo().create({"name": "Other"})
        return self.create_ledger(company_id=company.id, name="Other books")

    def test_a_new_ledger_brings_the_three_ready_made_classes_once(self):
        ledger = self.other_company()
        domain = [("company_id", "=", ledger.company_id.id)]
        made = self.classes.search(domain)
        self.assertEqual(made.mapped("posting"), ["account", "generic", "decide"])
        target = made[1].generic_account_customer_id
        self.assertEqual(target.ledger_id, ledger)
        self.assertEqual(target.class_id, made[1], "a walk-in posts to it")
        ledger.active = False
        ledger.flush_recordset()
        self.create_ledger(company_id=ledger.company_id.id, name="Again")
        self.assertEqual(self.classes.search(domain), made)

    def test_an_administrator_of_ledgers_need_not_be_a_manager(self):
        admin = self.create_user("admin2", "base.group_system")
        self.ledger.active = False
        self.classes.search([("company_id", "=", self.company.id)]).active = False
        site = self.env["res.company"].create({"name": "Site"})
        admin.write({"company_ids": [(4, site.id)]})
        ledgers = self.env["synkd.ledger"].with_user(admin)
        ledger = ledgers.with_context(allowed_company_ids=site.ids).create(
            {"name": "Site books", "company_id": site.id}
        )
        self.assertEqual(
            self.classes.search_count([("company_id", "=", ledger.company_id.id)]), 3
        )

    @users("manager")
    def test_generic_without_its_target_is_refused(self):
        with self.assertRaisesRegex(
            ValidationError, "Class Walk-in posts .* names none"
        ):
            self.classes.with_env(self.env).create(
                {"name": "Walk-in", "posting": "generic"}
            )
        with self.assertRaisesRegex(ValidationError, "Choose the generic account"):
            self.class_generic.with_env(self.env).generic_account_customer_id = False

    @users("manager")
    def test_an_archived_target_is_refused(self):
        gone = self.create_account("Gone", active=False)
        with self.assertRaisesRegex(ValidationError, "Gone is archived, so class"):
            self.class_generic.with_env(self.env).generic_account_customer_id = gone

    def test_a_target_in_foreign_books_is_refused(self):
        foreign = self.create_account(
            "Foreign", ledger_id=self.other_company().id, class_id=False
        )
        with self.assertRaisesRegex(UserError, "company"):
            self.class_generic.generic_account_customer_id = foreign

    @users("manager")
    def test_a_negative_limit_is_refused(self):
        with self.assertRaisesRegex(ValidationError, "limit of class Account is negat"):
            self.class_account.with_env(self.env).credit_limit = -1

    @users("manager")
    def test_changing_the_posting_says_whom_it_touches(self):
        self.create_account("One")
        self.create_account("Two")
        self.patch(type(self.classes), "_count_waiting", lambda self: 7)
        chosen = self.class_account.with_env(self.env)
        warning = chosen.onchange(
            {"posting": "decide"}, ["posting"], {"posting": {}, "credit_limit": {}}
        )["warning"]
        self.assertIn("2 account customers are of class Account", warning["message"])
        self.assertIn("(7)", warning["message"])
        unused = self.create_class("Unused", posting="account").with_env(self.env)
        answer = unused.onchange({"posting": "decide"}, ["posting"], {"posting": {}})
        self.assertNotIn("warning", answer)

    @users("manager")
    def test_the_form_drops_what_the_posting_does_not_use(self):
        with Form(self.classes.with_env(self.env)) as form:
            form.name = "Regular"
            form.posting = "account"
            form.credit_limit = 500
            form.posting = "decide"
        self.assertFalse(form.record.credit_limit)

    @users("manager")
    def test_a_used_class_is_archived_and_not_deleted(self):
        account = self.create_account("Hope", active=False)
        chosen = self.class_account.with_env(self.env)
        with self.assertRaisesRegex(UserError, "Account has account customers"):
            chosen.unlink()
        chosen.action_archive()
        self.assertEqual(account.class_id, self.class_account)
        unused = self.create_class("Unused").with_env(self.env)
        unused.unlink()
        self.assertFalse(unused.exists())

    @users("manager")
    @mute_logger("odoo.sql_db")
    def test_a_name_is_unique_in_its_company_whatever_its_case(self):
        with self.assertRaises(Exception) as caught, self.cr.savepoint():
            self.create_class("aCCount")
        message = self.classes._sql_error_to_message(caught.exception)
        self.assertIn("customer class of this name already", message)
        company = self.other_company().company_id
        self.assertTrue(self.create_class("Only there", company_id=company.id))
        self.assertTrue(self.create_class("Only there"))

    @users("manager")
    def test_a_copy_has_a_name_of_its_own(self):
        copy = self.class_account.with_env(self.env).copy()
        self.assertEqual(copy.name, "Account (copy)")
        self.assertEqual(copy.posting, "account")
        self.assertFalse(copy.account_customer_count)

    def test_changes_are_tracked(self):
        chosen = self.class_account.with_context(
            tracking_disable=False, mail_notrack=False
        )
        self.env.cr.precommit.clear()
        chosen.write({"posting": "decide"})
        self.flush_tracking()
        values = chosen.message_ids.sudo().tracking_value_ids
        self.assertIn("posting", values.field_id.mapped("name"))

    def flush_tracking(self):
        """Write the tracked changes down, as the end of a request does."""
        self.env.flush_all()
        self.cr.precommit.run()

    @users("linker")
    def test_users_read_classes_and_do_not_change_them(self):
        chosen = self.class_account.with_env(self.env)
        self.assertEqual(chosen.name, "Account")
        for act in (
            lambda: chosen.write({"name": "Mine"}),
            lambda: chosen.create({"name": "Mine"}),
            chosen.unlink,
        ):
            with self.assertRaises(AccessError):
                act()

    def test_the_number_of_account_customers_opens_them(self):
        self.create_account("Hope")
        self.assertEqual(self.class_account.account_customer_count, 1)
        action = self.class_account.action_view_account_customers()
        found = self.env["synkd.account.customer"].search(action["domain"])
        self.assertEqual(found.name, "Hope")
        self.assertEqual(action["context"]["default_class_id"], self.class_account.id)
