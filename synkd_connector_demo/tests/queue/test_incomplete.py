# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import UserError
from odoo.tests import tagged

from .test_resolve_wizard import ResolveCommon


class IncompleteCommon(ResolveCommon):
    """A company that links complete customers only; the stranger lacks all."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.synkd_only_complete = True
        cls.env.ref("base.EUR").active = True
        cls.category = cls.env["synkd.customer.category"].create({"name": "Trade"})
        terms = cls.env.ref("account.account_payment_term_30days")
        cls.whole = {
            "contact_name": "Anne",
            "customer_currency_id": cls.company.currency_id.id,
            "user_id": cls.clerk.id,
            "customer_category_id": cls.category.id,
            "property_payment_term_id": terms.id,
        }


@tagged("post_install", "-at_install")
class TestIncompleteResolve(IncompleteCommon):
    """Resolve links nobody who lacks something, but walk-ins."""

    def test_a_new_account_customer_is_refused_until_it_is_complete(self):
        row = self.row_of(self.post_invoice(self.stranger))
        wizard = self.open_account(row, new=True)
        words = "Stranger Trading is incomplete, .* Missing: Contact Person, Currency"
        with self.assertRaisesRegex(UserError, words), self.cr.savepoint():
            wizard.action_confirm()
        self.assertFalse(self.stranger.account_customer_id)
        self.assertEqual(row.sync_state, "attention")
        self.stranger.write(self.whole)
        self.confirm(wizard, ready=1)
        self.assertEqual(row.account_customer_id.name, "Stranger Trading")

    def test_an_existing_account_customer_is_refused_as_well(self):
        account = self.create_account("Stranger Trading (Pty) Ltd")
        account.email = "s@stranger.example"
        row = self.row_of(self.post_invoice(self.stranger))
        wizard = self.open(row)
        wizard.action_answer_account()
        wizard.candidate_ids.action_use()
        with self.assertRaisesRegex(UserError, "is incomplete"), self.cr.savepoint():
            wizard.action_confirm()
        self.assertFalse(self.stranger.account_customer_id)

    def test_a_walk_in_needs_nothing(self):
        invoice = self.post_invoice(self.stranger)
        self.pay(invoice)
        wizard = self.open(self.row_of(invoice))
        wizard.class_id = self.class_generic
        self.confirm(wizard, ready=2)
        self.assertEqual(self.stranger.account_customer_id, self.counter)

    def test_customers_that_others_make_are_incomplete_and_can_be_invoiced(self):
        partners = self.env["res.partner"]
        named, _name = partners.name_create("Quick")
        mailed = partners.find_or_create("New One <new@one.example>")
        made = partners.browse(named) | mailed
        for partner in made:
            invoice = self.post_invoice(partner)
            self.assertEqual(invoice.state, "posted")
            self.assertEqual(self.row_of(invoice).reason, "not_linked")
        self.env.invalidate_all()
        self.assertEqual(made.filtered("incomplete"), made, "they are customers now")


@tagged("post_install", "-at_install")
class TestIncompleteSync(IncompleteCommon):
    """Sync leaves out who lacks something, and says what."""

    def sync(self, partners):
        """Open Sync for some customers, to create what is missing."""
        partners = partners.with_user(self.manager).with_company(self.company)
        action = partners.action_synkd_sync()
        wizard = partners.env[action["res_model"]].browse(action["res_id"])
        wizard.mode = "create"
        return wizard

    def test_those_left_out_are_counted_before_and_named_after(self):
        whole = self.create_partner("Whole Trading", **self.whole)
        wizard = self.sync(whole | self.stranger)
        self.assertEqual(wizard.unlinked_count, 2)
        self.assertEqual(wizard.incomplete_count, 1)
        wizard.action_confirm()
        run = self.run_ledger()
        self.assertEqual(whole.account_customer_id.sync_state, "synced")
        self.assertFalse(self.stranger.account_customer_id)
        self.assertEqual(run.skipped, 1)
        self.assertIn("Stranger Trading is incomplete", run.notes)
        self.assertIn("Contact Person", run.message)

    def test_those_who_lack_the_same_are_told_together(self):
        like = [self.create_partner(f"Stranger {number}") for number in range(6)]
        wizard = self.sync(self.stranger.concat(*like))
        self.assertEqual(wizard.incomplete_count, 7)
        wizard.action_confirm()
        run = self.run_ledger()
        self.assertEqual(run.skipped, 7)
        (line,) = run.notes.splitlines()
        self.assertIn("Stranger 0, Stranger 1, Stranger 2, ", line)
        self.assertIn("and 2 more are incomplete", line)

    def test_nobody_is_left_out_where_the_company_links_all(self):
        self.company.synkd_only_complete = False
        wizard = self.sync(self.stranger)
        self.assertEqual(wizard.incomplete_count, 0)
        wizard.action_confirm()
        self.run_ledger()
        self.assertEqual(self.stranger.account_customer_id.sync_state, "synced")

    def test_walk_ins_are_linked_to_the_shared_one(self):
        wizard = self.sync(self.stranger)
        wizard.class_id = self.class_generic
        wizard.action_confirm()
        self.run_ledger()
        self.assertEqual(self.stranger.account_customer_id, self.counter)

    def test_a_branch_is_complete_by_its_main_customer(self):
        head = self.create_partner("Head", **self.whole)
        branch = self.create_partner("Branch", parent_id=head.id)
        wizard = self.sync(head | branch)
        self.assertEqual(wizard.incomplete_count, 0)
        wizard.action_confirm()
        self.run_ledger()
        self.assertEqual(branch.account_customer_id, head.account_customer_id)
        self.assertEqual(branch.account_link_partner_id, head)
