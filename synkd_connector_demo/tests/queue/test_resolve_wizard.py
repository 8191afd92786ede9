# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from ..queue_common import QueueCommon


class ResolveCommon(QueueCommon):
    """Opens the dialog as a clerk, who may see and link but is no manager."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.clerk = cls.create_user(
            "clerk",
            "base.group_user,account.group_account_invoice,synkd_connector.group_user",
        )
        cls.manager = cls.create_user(
            "manager",
            "base.group_user,account.group_account_invoice,"
            "synkd_connector.group_manager",
        )
        cls.stranger = cls.create_partner(
            "Stranger Trading", email="s@stranger.example"
        )

    @classmethod
    def open(cls, rows, user=None):
        """Open the dialog, and return it as that user has it."""
        rows = rows.with_user(user or cls.clerk).with_company(cls.company)
        return cls.dialog(rows.action_resolve(), rows)

    @classmethod
    def dialog(cls, action, records):
        """Return the dialog that an action shows."""
        return records.env[action["res_model"]].browse(action["res_id"])

    @classmethod
    def open_account(cls, rows, user=None, new=False):
        """Open the dialog, answer Account, and choose new ones when asked to."""
        wizard = cls.open(rows, user)
        wizard.action_answer_account()
        if new:
            wizard.action_use_new()
        return wizard

    def confirm(self, wizard, ready, left=0):
        """Press Resolve, check the counts, and return what comes next."""
        params = wizard.action_confirm()["params"]
        self.assertEqual((params["ready"], params["left"]), (ready, left))
        self.env.invalidate_all()
        return params["next"]


@tagged("post_install", "-at_install")
class TestResolveCustomers(ResolveCommon):
    # === NOT LINKED === #

    def test_new_account_customer_is_prefilled_linked_and_remembered(self):
        row = self.row_of(self.post_invoice(self.stranger))
        other = self.row_of(self.post_invoice(self.stranger))
        wizard = self.open_account(row, new=True)
        self.assertEqual(wizard.section, "customers")
        self.assertIn("Stranger Trading has no account customer", wizard.message)
        self.assertEqual(wizard.class_id, self.class_account, "the only one there is")
        self.assertEqual(wizard.touched_count, 1)
        self.assertEqual(wizard.customer_ids.new_name, "Stranger Trading")
        wizard.customer_ids.new_code = "STR9"
        following = self.confirm(wizard, ready=2)
        self.assertEqual(following, {"type": "ir.actions.act_window_close"})
        account = self.stranger.account_customer_id
        self.assertEqual(account.code, "STR9")
        self.assertEqual(account.email, "s@stranger.example")
        self.assertEqual(account.class_id, self.class_account)
        self.assertEqual((row | other).account_customer_id, account)
        later = self.row_of(self.post_invoice(self.stranger))
        self.assertEqual(later.sync_state, "pending", "the choice is remembered")

    def test_generic_class_links_the_walk_in_and_makes_nobody(self):
        invoice = self.post_invoice(self.stranger)
        self.pay(invoice)
        accounts = self.env["synkd.account.customer"].search_count([])
        wizard = self.open(self.row_of(invoice))
        wizard.class_id = self.class_generic
        self.assertEqual(wizard.target_id, self.counter)
        self.confirm(wizard, ready=2)
        self.assertEqual(self.stranger.account_customer_id, self.counter)
        self.assertEqual(self.env["synkd.account.customer"].search_count([]), accounts)

    def test_unpaid_walk_in_goes_on_to_the_payment(self):
        row = self.row_of(self.post_invoice(self.stranger))
        wizard = self.open(row)
        wizard.class_id = self.class_generic
        following = self.confirm(wizard, ready=0, left=1)
        after = self.dialog(following, wizard)
        self.assertEqual(after.reason, "payment_required")
        action = after.action_pay()
        self.assertEqual(action["res_model"], "account.payment.register")
        payment = self.env[action["res_model"]].with_context(**action["context"])
        self.assertIs(
            payment.create({}).action_create_payments(), True, "back to the queue"
        )

    def test_likely_candidate_is_proposed_with_score_and_reason(self):
        account = self.create_account("Stranger Trading (Pty) Ltd")
        account.email = "s@stranger.example"
        row = self.row_of(self.post_invoice(self.stranger))
        wizard = self.open(row)
        candidate = wizard.candidate_ids
        self.assertEqual(candidate.account_customer_id, account)
        self.assertEqual(candidate.score, 100)
        self.assertIn("same e-mail", candidate.reasons)
        self.assertFalse(wizard.customer_ids.account_customer_id, "a person chooses")
        wizard.action_answer_account()
        candidate.action_use()
        self.assertEqual(wizard.customer_ids.account_customer_id, account)
        self.assertFalse(wizard.is_class_needed, "it keeps its own")
        self.assertEqual(wizard.customer_ids.match_text, candidate.reasons)
        self.confirm(wizard, ready=1)
        self.assertEqual(self.stranger.account_customer_id, account)

    def test_unlikely_candidate_waits_to_be_used(self):
        account = self.create_account("Stranger Trucks")
        wizard = self.open(self.row_of(self.post_invoice(self.stranger)))
        self.assertFalse(wizard.customer_ids.account_customer_id)
        self.assertEqual(wizard.candidate_ids.account_customer_id, account)
        action = wizard.candidate_ids.action_use()
        self.assertEqual(action["res_id"], wizard.id)
        self.assertEqual(wizard.customer_ids.account_customer_id, account)

    def test_candidates_leave_out_archived_other_ledgers_and_generic_ones(self):
        self.create_account("Stranger Trading").active = False
        company = self.env["res.company"].create({"name": "Elsewhere"})
        ledger = self.create_ledger(company_id=company.id, name="Elsewhere")
        self.create_account("Stranger Trading", ledger_id=ledger.id, class_id=False)
        self.counter.name = "Stranger Trading"
        wizard = self.open(self.row_of(self.post_invoice(self.stranger)))
        self.assertFalse(wizard.candidate_ids)

    def test_existing_without_a_class_gets_the_chosen_one_others_keep_theirs(self):
        bare = self.create_account("Bare", class_id=False)
        wizard = self.open_account(self.row_of(self.post_invoice(self.stranger)))
        wizard.customer_ids.account_customer_id = bare
        self.confirm(wizard, ready=1)
        self.assertEqual(bare.class_id, self.class_account)
        special = self.class_account.copy({"name": "Special"})
        kept = self.create_account("Kept", class_id=special.id)
        other = self.create_partner("Other")
        wizard = self.open_account(self.row_of(self.post_invoice(other)))
        wizard.customer_ids.account_customer_id = kept
        self.confirm(wizard, ready=1)
        self.assertEqual(kept.class_id, special)

    def test_person_stands_for_his_company(self):
        person = self.create_partner(
            "Jo", parent_id=self.stranger.id, is_company=False, type="contact"
        )
        row = self.row_of(self.post_invoice(person))
        wizard = self.open_account(row, new=True)
        self.assertEqual(wizard.customer_ids.partner_id, self.stranger)
        self.confirm(wizard, ready=1)
        self.assertTrue(self.stranger.customer_link_ids.active)
        self.assertFalse(person.customer_link_ids)

    def test_many_customers_get_one_class_and_an_account_customer_each(self):
        names = ["Aloe Farm", "Baobab Bar", "Cycad Nursery"]
        partners = self.env["res.partner"]
        rows = self.env["synkd.transaction"]
        for name in names:
            partners |= self.create_partner(name)
            rows |= self.row_of(self.post_invoice(partners[-1]))
        rows |= self.row_of(self.post_invoice(partners[0]))
        known = self.create_account("Baobab Bar")
        wizard = self.open(rows)
        self.assertEqual(wizard.row_count, 4)
        counts = wizard.customer_ids.mapped("document_count")
        self.assertEqual(sorted(counts), [1, 1, 2])
        wizard.action_answer_account()
        self.assertEqual((wizard.open_count, wizard.likely_count), (3, 1))
        wizard.action_use_likely()
        self.assertEqual((wizard.open_count, wizard.likely_count), (2, 0))
        wizard.action_use_new()
        self.confirm(wizard, ready=4)
        self.assertEqual(partners[1].account_customer_id, known)
        made = (partners - partners[1]).account_customer_id
        self.assertEqual(made.mapped("name"), ["Aloe Farm", "Cycad Nursery"])

    def test_most_frequent_cause_comes_first_and_the_others_next(self):
        strangers = self.row_of(self.post_invoice(self.stranger))
        strangers |= self.row_of(self.post_invoice(self.create_partner("Other")))
        undecided = self.create_partner("Undecided")
        account = self.create_account("Undecided", class_id=self.class_decide.id)
        undecided.account_customer_id = account
        single = self.row_of(self.post_invoice(undecided))
        wizard = self.open(strangers | single)
        self.assertEqual(wizard.row_ids, strangers)
        self.assertEqual(wizard.later_count, 1)
        wizard.action_answer_account()
        wizard.action_use_new()
        following = self.dialog(self.confirm(wizard, ready=2), wizard)
        self.assertEqual(following.row_ids, single)
        self.assertEqual(following.reason, "decide")
        following.action_answer_account()
        self.confirm(following, ready=1)
        self.assertEqual(account.class_id, self.class_account)

    # === WITH AN ACCOUNT CUSTOMER === #

    def test_account_customer_without_a_class_gets_one(self):
        row = self.row_of(self.post_invoice())
        self.account.class_id = False
        wizard = self.open(row)
        self.assertEqual(wizard.reason, "no_class")
        self.assertEqual(wizard.customer_ids.account_customer_id, self.account)
        wizard.action_answer_account()
        self.assertFalse(wizard.ending_text)
        self.confirm(wizard, ready=1)
        self.assertEqual(self.account.class_id, self.class_account)
        self.assertEqual(self.partner.account_customer_id, self.account)

    def test_undecided_customer_becomes_a_walk_in(self):
        self.account.class_id = self.class_decide
        invoice = self.post_invoice()
        payment = self.row_of(self.pay(invoice))
        wizard = self.open(self.row_of(invoice))
        self.assertEqual(wizard.reason, "decide")
        again = self.dialog(wizard.action_answer_counter(), wizard)
        self.assertEqual(again, wizard, "a link would end: that is said first")
        self.assertIn("[HOP001] Hope Works. That link ends", wizard.ending_text)
        self.assertEqual(self.partner.account_customer_id, self.account)
        self.confirm(wizard, ready=1)
        self.assertEqual(payment.account_customer_id, self.counter)
        self.assertEqual(self.partner.account_customer_id, self.counter)
        self.assertEqual(self.account.class_id, self.class_decide)

    def test_archived_account_customer_is_restored(self):
        row = self.row_of(self.post_invoice())
        self.account.active = False
        wizard = self.open(row)
        self.assertEqual(wizard.blocked_id, self.account)
        self.assertFalse(wizard.customer_ids.account_customer_id)
        params = wizard.action_restore()["params"]
        self.assertEqual(params["ready"], 1)
        self.assertTrue(self.account.active)

    def test_held_account_customer_is_released_or_replaced(self):
        row = self.row_of(self.post_invoice())
        self.account.held = True
        wizard = self.open(row)
        self.assertEqual(wizard.reason, "held")
        self.assertNotIn(self.account, wizard.candidate_ids.account_customer_id)
        wizard.action_answer_account()
        wizard.action_use_new()
        self.assertIn("That link ends", wizard.ending_text)
        self.confirm(wizard, ready=1)
        replaced = self.partner.account_customer_id
        self.assertNotEqual(replaced, self.account)
        self.assertTrue(self.account.held, "the old one stays on hold")
        replaced.held = True
        self.assertEqual(self.open(row).action_restore()["params"]["ready"], 1)
        self.assertFalse(replaced.held)

    def test_payment_required_can_post_as_itself_instead(self):
        self.partner.account_customer_id = self.counter
        row = self.row_of(self.post_invoice())
        self.assertEqual(row.reason, "payment_required")
        wizard = self.open(row)
        self.assertFalse(wizard.answer)
        self.assertFalse(wizard.class_id)
        self.assertEqual(wizard.candidate_ids.account_customer_id, self.account)
        self.assertFalse(wizard.customer_ids.account_customer_id)
        wizard.action_answer_account()
        wizard.candidate_ids.action_use()
        self.assertIn("Counter Sales. That link ends", wizard.ending_text)
        self.confirm(wizard, ready=1)
        self.assertEqual(self.partner.account_customer_id, self.account)

    # === BAD INPUT === #

    def test_class_that_decides_nothing_is_refused(self):
        wizard = self.open(self.row_of(self.post_invoice(self.stranger)))
        wizard.class_id = self.class_decide
        with self.assertRaisesRegex(UserError, "Choose first how these are billed"):
            wizard.action_confirm()
        wizard.action_answer_account()
        wizard.action_use_new()
        for chosen in (self.class_decide, self.class_account.browse()):
            wizard.write({"class_id": chosen.id, "answer": "account"})
            with self.assertRaisesRegex(UserError, "Choose the customer class"):
                wizard.action_confirm()

    def test_generic_account_customer_of_a_class_is_nobodys_own(self):
        wizard = self.open_account(self.row_of(self.post_invoice(self.stranger)))
        wizard.customer_ids.account_customer_id = self.counter
        with self.assertRaisesRegex(UserError, "generic account customer"):
            wizard.action_confirm()

    def test_code_in_use_is_refused(self):
        row = self.row_of(self.post_invoice(self.stranger))
        wizard = self.open_account(row, new=True)
        wizard.customer_ids.new_code = self.account.code
        with self.assertRaises(Exception) as caught, self.env.cr.savepoint():
            wizard.action_confirm()
        self.assertIn("synkd_account_customer", str(caught.exception))

    def test_what_somebody_else_resolved_is_told(self):
        wizard = self.open(self.row_of(self.post_invoice(self.stranger)))
        self.stranger.account_customer_id = self.account
        with self.assertRaisesRegex(UserError, "Nothing is left to resolve"):
            wizard.action_confirm()

    def test_customer_of_other_documents_cannot_be_slipped_in(self):
        wizard = self.open(self.row_of(self.post_invoice(self.stranger)))
        wizard.customer_ids.sudo().partner_id = self.partner
        with self.assertRaisesRegex(UserError, "other customers than Hope Works"):
            wizard.action_confirm()

    def test_ready_document_has_nothing_to_resolve(self):
        with self.assertRaisesRegex(UserError, "nothing to resolve"):
            self.open(self.row_of(self.post_invoice()))

    # === SECURITY === #

    def test_user_without_the_books_cannot_open_it(self):
        row = self.row_of(self.post_invoice(self.stranger))
        nobody = self.create_user("nobody", "base.group_user")
        with self.assertRaises(AccessError):
            self.open(row, nobody)

    def test_user_of_another_company_cannot_resolve(self):
        row = self.row_of(self.post_invoice(self.stranger))
        company = self.env["res.company"].create({"name": "Elsewhere"})
        other = self.create_user(
            "other", "base.group_user,synkd_connector.group_manager", company
        )
        wizards = self.env["synkd.resolve.wizard"].with_user(other)
        wizards = wizards.with_company(company).with_context(
            allowed_company_ids=company.ids
        )
        with self.assertRaises(AccessError):
            wizards._open(row.with_env(wizards.env))
        wizard = wizards.sudo().create(
            {
                "row_ids": row.ids,
                "ledger_id": self.ledger.id,
                "reason": "not_linked",
                "class_id": self.class_account.id,
            }
        )
        wizard.invalidate_recordset()
        with self.assertRaises(AccessError):
            wizard.sudo(False).action_confirm()

    def test_form_asks_only_what_the_answer_needs(self):
        wizard = self.open(self.row_of(self.post_invoice(self.stranger)))
        wizard.action_answer_account()
        with Form(wizard) as form, form.customer_ids.edit(0) as line:
            self.assertTrue(form._get_modifier("class_id", "invisible"))
            line.make_new = True
            line.account_customer_id = self.account
            self.assertFalse(line.make_new, "one or the other")
            line.make_new = True
            self.assertFalse(line.account_customer_id)
        self.assertTrue(wizard.is_class_needed)
        self.assertEqual(wizard.open_count, 0)


@tagged("post_install", "-at_install")
class TestResolveAnswers(ResolveCommon):
    """No click without a choice makes, links or unlinks anybody."""

    def accounts(self):
        """Return how many account customers there are, and the stranger's."""
        accounts = self.env["synkd.account.customer"].search_count([])
        return accounts, self.stranger.account_customer_id

    def test_nothing_is_preselected(self):
        account = self.create_account("Stranger Trading")
        account.email = self.stranger.email
        wizard = self.open(self.row_of(self.post_invoice(self.stranger)))
        line = wizard.customer_ids
        chosen = (wizard.answer, wizard.class_id.id, line.account_customer_id.id)
        self.assertEqual((*chosen, line.make_new), (False,) * 4)

    def test_confirm_without_a_choice_changes_nothing(self):
        row = self.row_of(self.post_invoice(self.stranger))
        before = self.accounts()
        wizard = self.open(row)
        with self.assertRaisesRegex(UserError, "Counter Sale, or Account"):
            wizard.action_confirm()
        wizard.action_answer_account()
        with self.assertRaisesRegex(UserError, "Nothing is chosen for Stranger Trad"):
            wizard.action_confirm()
        self.assertEqual(self.accounts(), before)

    def test_counter_sale_is_one_answer_and_then_the_payment(self):
        row = self.row_of(self.post_invoice(self.stranger))
        params = self.open(row).action_answer_counter()["params"]
        self.assertEqual(self.stranger.account_customer_id, self.counter)
        wizard = self.dialog(params["next"], self.open(row))
        self.assertEqual(wizard.reason, "payment_required")
        self.assertFalse(wizard.answer or wizard.class_id)
        before = self.accounts()
        with self.assertRaisesRegex(UserError, "Choose first how these are billed"):
            wizard.action_confirm()
        self.assertEqual(self.accounts(), before, "the walk-in stays a walk-in")

    def test_several_counter_classes_are_asked_for(self):
        other = self.class_generic.copy({"name": "Web"})
        wizard = self.open(self.row_of(self.post_invoice(self.stranger)))
        action = wizard.action_answer_counter()
        self.assertEqual(self.dialog(action, wizard), wizard)
        self.assertFalse(wizard.class_id)
        with self.assertRaisesRegex(UserError, "Choose the customer class"):
            wizard.action_confirm()
        wizard.class_id = other
        self.confirm(wizard, ready=0, left=1)
        self.assertEqual(self.stranger.account_customer_id, self.counter)

    def test_company_without_counter_sales_is_told_who_can_help(self):
        self.class_generic.active = False
        wizard = self.open(self.row_of(self.post_invoice(self.stranger)))
        with self.assertRaisesRegex(UserError, "Have a manager of the books make one"):
            wizard.action_answer_counter()

    def test_answer_can_be_taken_back(self):
        wizard = self.open_account(self.row_of(self.post_invoice(self.stranger)))
        wizard.action_answer_none()
        self.assertFalse(wizard.answer or wizard.class_id)

    def test_several_account_classes_are_asked_for_when_one_is_made(self):
        self.class_account.copy({"name": "Special"})
        row = self.row_of(self.post_invoice(self.stranger))
        wizard = self.open_account(row, new=True)
        self.assertFalse(wizard.class_id)
        with self.assertRaisesRegex(UserError, "Choose the customer class"):
            wizard.action_confirm()
