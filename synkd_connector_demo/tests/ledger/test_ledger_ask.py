# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..common import DemoCommon

USER = "base.group_user,synkd_connector.group_user"
MANAGER = "base.group_user,synkd_connector.group_manager"


@tagged("post_install", "-at_install")
class TestLedgerAsk(DemoCommon):
    """Who may not go on asks somebody who may, and asks once."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.clerk = cls.create_user("ask_clerk", USER)
        cls.first = cls.create_user("ask_first", MANAGER)
        cls.second = cls.create_user("ask_second", MANAGER)
        cls.account = cls.create_account("Hope Works")

    def ask(self, records=None, user=None, **kwargs):
        """Ask as the clerk, and return what he is told."""
        user = user or self.clerk
        records = (records or self.account).with_user(user).with_company(self.company)
        ledger = self.ledger.with_user(user).with_company(self.company)
        return ledger._ask(records, "Please look.", **kwargs)["params"]["message"]

    def asked(self):
        """Return who has an activity with the account customer."""
        return self.account.activity_ids.user_id

    def test_the_responsible_is_asked_when_he_may_go_on(self):
        self.ledger.user_id = self.second
        self.assertIn(self.second.name, self.ask())
        self.assertEqual(self.asked(), self.second)

    def test_another_manager_is_asked_when_the_responsible_may_not(self):
        self.ledger.user_id = self.clerk
        self.ask()
        self.assertIn(self.asked(), self.first | self.second)

    def test_nobody_asks_himself(self):
        self.ledger.user_id = self.first
        self.ask(user=self.first)
        self.assertNotEqual(self.asked(), self.first)

    def test_an_archived_manager_is_not_asked(self):
        self.ledger.user_id = self.first
        self.first.active = False
        self.ask()
        self.assertNotEqual(self.asked(), self.first)

    def test_a_manager_of_another_company_is_not_asked(self):
        company = self.env["res.company"].create({"name": "Elsewhere"})
        stranger = self.create_user("ask_stranger", MANAGER, company)
        self.ledger.user_id = stranger
        self.ask()
        self.assertNotEqual(self.asked(), stranger)

    def test_an_administrator_is_asked_for_what_only_they_may(self):
        boss = self.create_user("ask_boss", f"{MANAGER},base.group_system")
        self.ledger.user_id = boss
        self.ask(group="base.group_system", user=self.first)
        self.assertEqual(self.asked(), boss)

    def test_each_record_gets_one_activity_and_no_second_one(self):
        other = self.create_account("Other")
        self.ledger.user_id = self.first
        self.ask()
        self.assertIn("was asked: ", self.ask(self.account | other))
        self.assertEqual(len(self.account.activity_ids), 1)
        self.assertEqual(len(other.activity_ids), 1)
        self.assertIn("was asked already", self.ask(self.account | other))
        self.assertEqual(len((self.account | other).activity_ids), 2)

    def test_what_was_answered_can_be_asked_again(self):
        self.ledger.user_id = self.first
        self.ask()
        self.account.activity_ids.with_user(self.first).action_feedback()
        self.assertIn("was asked: ", self.ask())
        self.assertEqual(len(self.account.activity_ids), 1)

    def test_two_clerks_ask_each_for_himself(self):
        self.ledger.user_id = self.first
        self.ask()
        other = self.create_user("ask_other", USER)
        self.assertIn("was asked: ", self.ask(user=other))
        summaries = self.account.activity_ids.mapped("summary")
        self.assertEqual(
            sorted(summaries),
            sorted(f"{u.name} asks for your decision" for u in self.clerk | other),
        )

    def test_what_one_may_not_read_is_not_asked_about(self):
        company = self.env["res.company"].create({"name": "Elsewhere"})
        stranger = self.create_user("ask_stranger", USER, company)
        accounts = self.account.with_user(stranger).with_company(company)
        with self.assertRaises(AccessError):
            self.ledger.with_user(stranger)._ask(accounts, "Please look.")
        self.assertFalse(self.asked())

    def test_nobody_to_ask_names_the_right_that_is_missing(self):
        group = self.env.ref("synkd_connector.group_manager")
        group.all_user_ids.active = False
        with self.assertRaisesRegex(UserError, "Have an administrator give it"):
            self.ask()
