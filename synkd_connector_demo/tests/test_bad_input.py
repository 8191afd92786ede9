# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Bad input of people gets a sentence: what happened, to which record, what to do."""

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .common import DemoCommon

MANAGER = "base.group_user,base.group_partner_manager,synkd_connector.group_manager"


@tagged("post_install", "-at_install")
class TestBadInput(DemoCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.clerk = cls.create_user("clerk", MANAGER)
        cls.accounts = cls.env["synkd.account.customer"].with_user(cls.clerk)
        cls.other = cls.env["res.company"].create({"name": "Other Company"})

    def refuse(self, sentence, error=ValidationError, **values):
        """Save an account customer and expect a sentence."""
        vals = {"name": "Hope", "ledger_id": self.ledger.id} | values
        with self.assertRaisesRegex(error, sentence), self.cr.savepoint():
            self.accounts.create(vals)
        account = self.accounts.create({"name": "Fine", "ledger_id": self.ledger.id})
        with self.assertRaisesRegex(error, sentence), self.cr.savepoint():
            account.write(values)
        self.assertTrue(account.exists())

    # === names ===

    def test_a_blank_name(self):
        self.refuse("name of account customer .* is blank. Type a name", name="   ")

    def test_a_name_of_300_characters(self):
        self.refuse(
            r"Name of account customer NN.* has 300 characters, but Test books takes"
            r" 255. Shorten it",
            name="N" * 300,
        )

    def test_a_customer_with_a_name_of_300_characters_is_skipped_by_sync(self):
        partner = self.create_partner("N" * 300)
        wizard = self.env["synkd.sync.wizard"].browse(
            partner.action_synkd_sync()["res_id"]
        )
        self.assertEqual(wizard.unfit_count, 1)
        wizard.mode = "create"
        wizard.action_confirm()
        run = self.run_ledger()
        self.assertEqual((run.state, run.skipped), ("done", 1))
        self.assertEqual(len(partner.name), 300, "nothing is lost")

    # === codes ===

    def test_a_code_too_long_for_the_books(self):
        self.refuse(
            r"Ext Acc # of account customer .* has 16 characters, but Test books takes"
            r" 15. Shorten it",
            code="A" * 16,
        )

    def test_a_code_with_blanks_around_it(self):
        self.refuse('Code " HOP1" begins or ends with a blank. Remove it', code=" HOP1")

    def test_a_blank_code_is_made(self):
        for code in ("", "  ", False):
            account = self.accounts.create({"name": "Hope", "code": code})
            self.assertRegex(account.code, r"^HOP\d{3}$")

    def test_codes_of_customers_that_differ_only_by_case(self):
        """The second one gets a code of its own, and both arrive."""
        partners = self.create_partner("Hilda", ref="HIL000001")
        partners |= self.create_partner("Bianca", ref="biancad")
        partners |= self.create_partner("Bianca Two", ref="BIANCAD")
        partners |= self.create_partner("Long", ref="C" * 40)
        wizard = self.env["synkd.sync.wizard"].browse(
            partners.action_synkd_sync()["res_id"]
        )
        wizard.mode = "create"
        wizard.action_confirm()
        run = self.run_ledger()
        self.assertEqual((run.state, run.created), ("done", 4))
        self.assertEqual(
            partners.mapped("account_code"),
            ["HIL000001", "biancad", "BIA001", "LON001"],
        )
        self.assertEqual(set(partners.mapped("account_sync_state")), {"synced"})

    # === money and phones ===

    def test_a_negative_credit_limit(self):
        self.refuse("credit limit of .* is negative. Type 0 for none", credit_limit=-1)

    def test_cut_phone_numbers_arrive_as_they_were_typed(self):
        account = self.create_account("Mary", phone="083 559 4", email="not an address")
        self.run_ledger()
        stored = self.stored().filtered(lambda c: c.name == "Mary")
        self.assertEqual((stored.phone, stored.email), ("083 559 4", "not an address"))
        self.assertEqual(account.sync_state, "synced")

    # === classes and companies ===

    def test_a_class_generic_without_its_target(self):
        with self.assertRaisesRegex(ValidationError, "Walk-in .* names none. Choose"):
            self.env["synkd.customer.class"].with_user(self.clerk).create(
                {"name": "Walk-in", "posting": "generic"}
            )

    def test_an_archived_account_customer(self):
        gone = self.create_account("Gone", active=False)
        partner = self.create_partner("Hope").with_user(self.clerk)
        with self.assertRaisesRegex(
            ValidationError, r"\[GON001\] Gone is archived, so Hope cannot be linked"
        ):
            partner.account_customer_id = gone

    def test_an_account_customer_of_a_foreign_company(self):
        ledger = self.create_ledger(company_id=self.other.id)
        theirs = self.create_account("X", ledger_id=ledger.id, class_id=False)
        partner = self.create_partner("Hope").with_user(self.clerk)
        with self.assertRaises(AccessError):
            partner.account_customer_id = theirs.with_user(self.clerk)

    def test_a_customer_of_another_company(self):
        foreign = self.create_partner("Foreign", company_id=self.other.id)
        account = self.create_account("Hope")
        with self.assertRaisesRegex(
            ValidationError,
            "Foreign belongs to Other Company, but .* Choose an account",
        ):
            foreign.account_customer_id = account

    def test_moving_a_linked_customer_to_another_company(self):
        partner = self.create_partner("Hope")
        partner.account_customer_id = self.create_account("Hope")
        with self.assertRaisesRegex(
            ValidationError, "Hope belongs to Other Company, but .* Test Company"
        ):
            partner.company_id = self.other

    def test_a_parent_cycle(self):
        top = self.create_partner("Top")
        below = self.create_partner("Below", parent_id=top.id)
        with self.assertRaisesRegex(ValidationError, "which is below it"):
            top.parent_id = below

    # === ledgers ===

    def test_a_ledger_without_connector(self):
        self.ledger.connector = False
        partner = self.create_partner("Hope")
        with self.assertRaisesRegex(
            UserError, "Test books has no connector. Choose one"
        ):
            partner.with_user(self.clerk).action_synkd_sync()

    def test_a_disabled_ledger(self):
        partner = self.create_partner("Hope")
        account = self.create_account("Hope")
        self.ledger.active = False
        self.ledger.flush_recordset()
        with self.assertRaisesRegex(UserError, "Test books is archived.*restore it"):
            partner.with_user(self.clerk).action_synkd_sync()
        with self.assertRaisesRegex(UserError, "Test books is archived"):
            account.with_user(self.clerk).action_push_now()
        with self.assertRaisesRegex(UserError, "Test books is archived"):
            self.accounts.create({"name": "New"})

    def test_two_syncs_at_once_make_no_twins(self):
        partner = self.create_partner("Hope")
        for _press in range(2):
            wizard = self.env["synkd.sync.wizard"].browse(
                partner.action_synkd_sync()["res_id"]
            )
            wizard.mode = "create"
            wizard.action_confirm()
        self.run_ledger()
        self.run_ledger()
        self.assertEqual(len(self.stored().filtered(lambda c: c.name == "Hope")), 1)
        self.assertEqual(len(partner.customer_link_ids), 1)

    def test_a_refusal_in_the_middle_touches_only_its_own_record(self):
        accounts = self.env["synkd.account.customer"]
        for name in ("Before", "Refused", "After"):
            accounts |= self.create_account(name)
        self.ledger.demo_refuse = "refused"
        run = self.run_ledger()
        self.assertEqual(
            accounts.mapped("sync_state"), ["synced", "attention", "synced"]
        )
        self.assertRegex(
            accounts[1].sync_message,
            "refuse customer REF001 Refused. Correct it, then press Retry",
        )
        self.assertEqual(run.state, "attention")
