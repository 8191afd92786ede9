# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from markupsafe import Markup

from odoo.exceptions import AccessDenied, UserError
from odoo.tests import tagged

from ..common import DemoCommon

HELP = "<p>No ledger yet</p>"


@tagged("post_install", "-at_install")
class TestLedgerFirst(DemoCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        groups = "synkd_connector.group_manager"
        cls.manager = cls.create_user("manager of books", groups)
        cls.admin = cls.create_user("admin of books", f"{groups},base.group_system")
        cls.addon = cls.env["ir.module.module"].search(
            [("name", "=", "synkd_connector_demo")]
        )
        cls.cron = cls.env.ref("synkd_connector.ir_cron_send_summaries")

    def offer(self, user):
        """Return what a user reads on the empty screen of ledgers."""
        return self.env["synkd.ledger"].with_user(user).get_empty_list_help(HELP)

    def test_an_administrator_is_offered_what_is_installed(self):
        offer = self.offer(self.admin)
        self.assertIsInstance(offer, Markup)
        self.assertTrue(offer.startswith(HELP))
        for code, label in self.env["synkd.ledger"]._selection_connector():
            self.assertIn(f"&quot;default_connector&quot;: &quot;{code}&quot;", offer)
            self.assertIn(f">Connect {label}</a>", offer)
        self.assertNotIn("action_install_demo_books", offer, "they are there")

    def test_a_label_is_text_not_html(self):
        connector = type(self.env["synkd.connector.demo"])
        self.patch(connector, "_connector_label", "Books <b> & Co")
        self.assertIn("Connect Books &lt;b&gt; &amp; Co</a>", self.offer(self.admin))

    def test_who_may_create_no_ledger_is_told_who_may(self):
        offer = self.offer(self.manager)
        self.assertNotIn("<a ", offer)
        self.assertIn("An administrator can connect: Demo books", offer)

    def test_demo_books_are_offered_while_they_are_not_there(self):
        self.addon.state = "uninstalled"
        self.assertIn('data-method="action_install_demo_books"', self.offer(self.admin))
        self.assertNotIn("<a ", self.offer(self.manager))
        self.assertIn("ask an administrator for the demo", self.offer(self.manager))
        ledgers = self.env["synkd.ledger"].with_user(self.manager)
        with self.assertRaises(AccessDenied):
            ledgers.action_install_demo_books()

    def test_books_that_are_there_are_not_installed_again(self):
        ledgers = self.env["synkd.ledger"].with_user(self.admin)
        with self.assertRaisesRegex(UserError, "they are there already, or"):
            ledgers.action_install_demo_books()

    def test_only_the_first_ledger_switches_the_daily_mail_on(self):
        self.assertTrue(self.cron.active, "there are ledgers")
        self.cron.active = False
        company = self.env["res.company"].create({"name": "Second"})
        self.create_ledger(company_id=company.id)
        self.assertFalse(self.cron.active, "a person switched it off")
