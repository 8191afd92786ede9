# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from ..common import SynkdCommon
from .test_data_manager import MANAGER


class MergeCommon(SynkdCommon):
    """Two customers that are one, and a manager who merges them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = cls.create_user("merge_manager", MANAGER)
        cls.old = cls.create_partner("Hope Works")
        cls.new = cls.create_partner("Hope Works Ltd")
        cls.both = (cls.old | cls.new).with_user(cls.manager)
        cls.merges = cls.env["synkd.merge"].with_user(cls.manager)
        cls.env["account.journal"].create(
            {"name": "Sales", "code": "SALE", "type": "sale"}
        )

    def open(self, records, **values):
        """Open the dialog as the manager does."""
        action = records.action_synkd_merge()
        wizard = records.env[action["res_model"]].browse(action["res_id"])
        wizard.write(values)
        return wizard

    def merge(self, records, **values):
        """Merge some records, and return the `synkd.merge`."""
        action = self.open(records, **values).action_confirm()
        self.env.invalidate_all()
        return records.env[action["res_model"]].browse(action["res_id"])

    def refuse(self, words, records, **values):
        """Check that a merge is refused, and what people read then."""
        wizard = self.open(records, **values)
        with self.assertRaisesRegex(UserError, words), self.cr.savepoint():
            wizard.action_confirm()
        self.assertTrue(all(records.mapped("active")))


@tagged("post_install", "-at_install")
class TestMergeCustomers(MergeCommon):
    """Operational customers: all moves to the one that stays, and goes back."""

    def test_documents_people_and_numbers_move_and_go_back(self):
        person = self.create_partner("Anne", parent_id=self.new.id, is_company=False)
        self.new.tracking_number = "T9"
        move = self.env["account.move"].create(
            {"move_type": "out_invoice", "partner_id": self.new.id}
        )
        wizard = self.open(self.both)
        self.assertEqual(wizard.kept_partner_id, self.both[0], "the oldest stays")
        self.assertIn("Journal Entry: 1", wizard.preview)
        merge = self.merge(self.both)
        self.assertFalse(self.new.active)
        self.assertTrue(self.new.exists(), "nothing is deleted")
        self.assertEqual(move.partner_id, self.old)
        self.assertEqual(move.commercial_partner_id, self.old)
        self.assertEqual(person.parent_id, self.old)
        self.assertEqual(self.old.tracking_number, "T9")
        self.assertIn("Journal Entry: 1", merge.report)
        self.assertIn("People and sub-customers: 1", merge.report)

        told = merge.action_undo()
        self.env.invalidate_all()
        self.assertEqual(told["params"]["message"], "All is back where it was.")
        self.assertTrue(self.new.active)
        self.assertEqual(move.partner_id, self.new)
        self.assertEqual(move.commercial_partner_id, self.new)
        self.assertEqual(person.parent_id, self.new)
        self.assertEqual(
            (self.old.tracking_number, self.new.tracking_number), (False, "T9")
        )
        self.assertEqual((merge.state, merge.undone_by_id), ("undone", self.manager))
        with self.assertRaisesRegex(UserError, "was undone already"):
            merge.action_undo()

    def test_another_one_stays_when_told_so(self):
        with Form(self.open(self.both)) as form:
            form.kept_partner_id = self.both[1]
            self.assertIn("merged into Hope Works Ltd", form.preview)
        form.record.action_confirm()
        self.assertEqual((self.old.active, self.new.active), (False, True))

    def test_what_was_moved_since_stays_and_is_named(self):
        moves = self.env["account.move"].create(
            [{"move_type": "out_invoice", "partner_id": self.new.id}] * 2
        )
        person = self.create_partner("Anne", parent_id=self.new.id, is_company=False)
        merge = self.merge(self.both)
        third = self.create_partner("Third")
        moves[0].partner_id = person.parent_id = third
        message = merge.action_undo()["params"]["message"]
        self.env.invalidate_all()
        self.assertEqual(moves[0].partner_id, third)
        self.assertEqual(moves[1].partner_id, self.new)
        self.assertEqual(person.parent_id, third)
        self.assertIn("Anne was moved or posted since", message)
        self.assertIn("moved or posted since", merge.undo_report)

    def test_links_of_both(self):
        kept, other = self.create_account("Hope A"), self.create_account("Hope B")
        self.old.account_customer_id = kept
        self.new.account_customer_id = other
        wizard = self.open(self.both)
        for account in kept | other:
            self.assertIn(f"billed as {account.display_name}", wizard.preview)
        merge = self.merge(self.both, archive_left=True)
        self.assertEqual(self.old.account_customer_id, kept)
        self.assertFalse(other.active)
        self.assertFalse(other.link_ids)
        merge.action_undo()
        self.env.invalidate_all()
        self.assertTrue(other.active)
        self.assertEqual(self.old.account_customer_id, kept)
        self.assertEqual(self.new.account_customer_id, other)

    def test_the_chosen_account_customer_is_billed_and_keeps_in_step(self):
        kept = self.create_account("Hope A", mirror_partner_id=self.old.id)
        other = self.create_account("Hope B", mirror_partner_id=self.new.id)
        merge = self.merge(self.both, billed_id=other.id)
        self.assertEqual(self.old.account_customer_id, other)
        self.assertEqual(other.mirror_partner_id, self.old)
        self.assertTrue(kept.active, "kept, without a customer")
        merge.action_undo()
        self.env.invalidate_all()
        self.assertEqual(self.old.account_customer_id, kept)
        self.assertEqual(self.new.account_customer_id, other)
        self.assertEqual(kept.mirror_partner_id, self.old)
        self.assertEqual(other.mirror_partner_id, self.new)

    def test_an_unlinked_one_takes_the_link(self):
        account = self.create_account("Hope A")
        self.new.account_customer_id = account
        merge = self.merge(self.both)
        self.assertEqual(self.old.account_customer_id, account)
        merge.action_undo()
        self.env.invalidate_all()
        self.assertFalse(self.old.account_customer_id)
        self.assertEqual(self.new.account_customer_id, account)

    def test_a_link_that_was_changed_since_stays(self):
        account = self.create_account("Hope A")
        self.new.account_customer_id = account
        merge = self.merge(self.both)
        self.old.account_customer_id = self.counter
        message = merge.action_undo()["params"]["message"]
        self.env.invalidate_all()
        self.assertEqual(self.old.account_customer_id, self.counter)
        self.assertEqual(self.new.account_customer_id, account)
        self.assertIn("Hope Works was linked otherwise since", message)

    def test_the_stricter_status_wins_and_is_said(self):
        self.new.action_synkd_hold("Two cheques were returned")
        self.new.overdue_since = "2026-01-31"
        self.assertIn("It will be on hold", self.open(self.both).preview)
        merge = self.merge(self.both)
        self.assertEqual(self.old.customer_status, "hold")
        self.assertEqual(str(self.old.overdue_since), "2026-01-31")
        self.assertIn("Hope Works is On Hold now", merge.report)
        merge.action_undo()
        self.env.invalidate_all()
        self.assertEqual(self.old.customer_status, "active")
        self.assertFalse(self.old.overdue_since)
        self.assertEqual(self.new.customer_status, "hold")
        self.assertEqual(self.new.hold_reason, "Two cheques were returned")

    def test_a_released_one_is_not_held_again_by_undo(self):
        self.old.action_synkd_hold("Late")
        self.new.action_synkd_hold("Later")
        merge = self.merge(self.both)
        self.old.action_synkd_release()
        merge.action_undo()
        self.env.invalidate_all()
        self.assertEqual(self.old.customer_status, "active")

    def test_a_sub_customer_goes_into_its_main_customer_and_not_the_other_way(self):
        self.new.parent_id = self.old
        self.refuse("Keep Hope Works", self.both, kept_partner_id=self.new.id)
        merge = self.merge(self.both)
        self.assertFalse(self.new.active)
        merge.action_undo()
        self.assertEqual(self.new.parent_id, self.old)

    def test_what_was_merged_already_is_refused_until_it_is_restored(self):
        self.merge(self.both)
        wizard = self.open(self.both, kept_partner_id=self.old.id)
        with self.assertRaisesRegex(UserError, "Hope Works Ltd was merged into"):
            wizard.action_confirm()
        self.new.active = True
        self.assertEqual(self.merge(self.both).partner_ids, self.new)
        self.assertFalse(self.new.active)

    def test_several_go_into_one(self):
        third = self.create_partner("Hope Works Inc")
        merge = self.merge(self.both | third.with_user(self.manager))
        self.assertEqual(merge.partner_ids, (self.new | third).sudo(False))
        merge.action_undo()
        self.assertTrue(third.active)

    def test_what_was_undone_is_merged_again(self):
        account = self.create_account("Hope A")
        self.new.account_customer_id = account
        for _turn in range(2):
            merge = self.merge(self.both)
            self.assertFalse(self.new.active)
            self.assertEqual(self.old.account_customer_id, account)
            merge.action_undo()
            self.env.invalidate_all()
            self.assertTrue(self.new.active)
            self.assertFalse(self.old.account_customer_id)
            self.assertEqual(self.new.account_customer_id, account)
        history = account.with_context(active_test=False).link_ids
        self.assertEqual(len(history), 5, "each link is kept as history")

    def test_one_that_went_on_into_another_is_left_there_by_undo(self):
        third = self.create_partner("Hope Works Inc")
        account = self.create_account("Hope A")
        self.new.account_customer_id = account
        first = self.merge(self.both)
        both = (third | self.old).with_user(self.manager)
        self.merge(both, kept_partner_id=third.id)
        message = first.action_undo()["params"]["message"]
        self.env.invalidate_all()
        self.assertEqual(third.account_customer_id, account)
        self.assertTrue(self.new.active)
        self.assertFalse(self.old.active)
        self.assertIn("was linked otherwise since", message)

    def test_nothing_is_merged_into_itself(self):
        with self.assertRaisesRegex(UserError, "Hope Works alone cannot be merged"):
            self.both[0].action_synkd_merge()
        with self.assertRaisesRegex(UserError, "merged into itself"):
            self.merges._merge(self.both[0], self.both[0])

    def test_thousands_are_refused(self):
        vals = [{"name": f"Many {n}", "customer_rank": 1} for n in range(30)]
        many = self.env["res.partner"].create(vals).with_user(self.manager)
        with self.assertRaisesRegex(UserError, "30 are selected, and at most 21"):
            many.action_synkd_merge()
        with self.assertRaisesRegex(UserError, "30 were selected"):
            self.merges._merge(many[0], many[1:])

    def test_two_companies_or_currencies_are_refused(self):
        self.new.company_id = self.company
        self.refuse("differ in Company: none and Test Company", self.both)
        self.new.company_id = False
        for partner, code in ((self.old, "EUR"), (self.new, "ZAR")):
            currency = self.env.ref(f"base.{code}")
            currency.active = True
            partner.customer_currency_id = currency
        self.refuse("differ in .*: EUR and ZAR", self.both)

    def test_links_in_books_out_of_reach_are_refused(self):
        other = self.env["res.company"].create({"name": "Other"})
        ledger = self.create_ledger(company_id=other.id)
        account = self.create_account("X", ledger_id=ledger.id, class_id=False)
        self.env["synkd.customer.link"]._link([(self.new, account)])
        self.refuse("in the books of Other as well", self.both)

    def test_contacts_of_users_and_companies_stay(self):
        mine = self.manager.partner_id.with_user(self.manager)
        self.manager.partner_id.company_id = False
        stays = {"kept_partner_id": self.old.id}
        self.refuse("contact of a user or", self.both[0] | mine, **stays)

    def test_nothing_goes_into_an_archived_one(self):
        self.old.active = False
        wizard = self.open(self.both)
        self.assertEqual(wizard.kept_partner_id, self.both[1], "the oldest active")
        wizard.kept_partner_id = self.both[0]
        with self.assertRaisesRegex(UserError, "Hope Works is archived"):
            wizard.action_confirm()

    def test_only_managers_merge_and_undo(self):
        clerk = self.create_user("merge_clerk", "synkd_connector.group_user")
        merge = self.merge(self.both)
        theirs = self.env["synkd.merge"].with_user(clerk)
        with self.assertRaises(AccessError):
            theirs.browse(merge.id).action_undo()
        with self.assertRaisesRegex(AccessError, "Only managers of the books merge"):
            theirs._merge(self.old.with_user(clerk), self.new.with_user(clerk))

    def test_undo_ends_after_thirty_days_and_nothing_is_deleted(self):
        merge = self.merge(self.both)
        days = (merge.undo_until - fields.Datetime.now()).total_seconds() / 86400
        self.assertAlmostEqual(days, 30, places=2)
        merge.sudo().undo_until = fields.Datetime.now() - timedelta(minutes=1)
        with self.assertRaisesRegex(UserError, "could be undone until"):
            merge.action_undo()
        with self.assertRaisesRegex(UserError, "Press Undo instead"):
            merge.sudo().unlink()

    def test_archived_ones_are_offered_nowhere(self):
        account = self.create_account("Hope Works Ltd")
        self.merge(self.both)
        partners = self.env["res.partner"].with_user(self.manager)
        self.assertFalse(partners.name_search("Hope Works Ltd"))
        self.env["synkd.match"]._propose(self.ledger)
        matches = self.env["synkd.match"].search([("ledger_id", "=", self.ledger.id)])
        self.assertNotIn(self.new, matches.partner_id)
        account.active = False
        accounts = self.env["synkd.account.customer"]
        self.assertFalse(accounts.name_search("Hope Works Ltd"))
        self.env["synkd.match"]._propose(self.ledger)
        self.assertNotIn(account, matches.search([]).account_customer_id)
        with self.assertRaisesRegex(UserError, "is archived"):
            self.old.account_customer_id = account


@tagged("post_install", "-at_install")
class TestMergeAccounts(MergeCommon):
    """Account customers: who is billed as them, and what the books are told."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.kept = cls.create_account("Hope Works")
        cls.twin = cls.create_account("Hope Works Ltd")
        cls.accounts = (cls.kept | cls.twin).with_user(cls.manager)
        cls.new.account_customer_id = cls.twin
        cls.old.account_customer_id = cls.kept

    def test_their_customers_are_billed_as_the_one_that_stays_and_go_back(self):
        self.twin.mirror_partner_id = self.new
        preview = self.open(self.accounts).preview
        self.assertIn(f"Ext Acc # that stays: {self.kept.code}", preview)
        self.assertIn("billed as it then: 1", preview)
        merge = self.merge(self.accounts)
        self.assertEqual(self.new.account_customer_id, self.kept)
        self.assertFalse(self.twin.active)
        self.assertIn(f"billed as {self.kept.display_name} now: 1", merge.report)
        merge.action_undo()
        self.env.invalidate_all()
        self.assertEqual(self.new.account_customer_id, self.twin)
        self.assertEqual(self.old.account_customer_id, self.kept)
        self.assertEqual(self.twin.mirror_partner_id, self.new)
        self.assertTrue(self.twin.active)

    def test_who_was_linked_otherwise_since_stays(self):
        merge = self.merge(self.accounts)
        self.new.account_customer_id = self.counter
        message = merge.action_undo()["params"]["message"]
        self.env.invalidate_all()
        self.assertEqual(self.new.account_customer_id, self.counter)
        self.assertIn("Hope Works Ltd was linked otherwise since", message)

    def test_a_held_one_makes_the_other_held(self):
        self.twin.held = True
        self.assertIn("It will be on hold", self.open(self.accounts).preview)
        merge = self.merge(self.accounts)
        self.assertTrue(self.kept.held)
        self.assertIn("the stricter wins", merge.report)
        merge.action_undo()
        self.assertEqual((self.kept.held, self.twin.held), (False, True))

    def test_books_that_archive_nobody_give_their_bookkeeper_a_to_do(self):
        bookkeeper = self.create_user("merge_bookkeeper", MANAGER)
        self.ledger.user_id = bookkeeper
        self.twin.sudo().external_id = "X9"
        self.assertIn("archives nobody", self.open(self.accounts).preview)
        merge = self.merge(self.accounts)
        (todo,) = self.kept.activity_ids
        self.assertEqual(todo.user_id, bookkeeper)
        self.assertIn(self.twin.display_name, todo.note)
        self.assertIn("has a to-do for the books", merge.report)
        merge.action_undo()
        self.env.invalidate_all()
        self.assertFalse(self.kept.activity_ids)

    def test_what_the_books_have_never_seen_is_nobodys_to_do(self):
        self.merge(self.accounts)
        self.assertFalse(self.kept.activity_ids)

    def test_two_ledgers_or_currencies_are_refused(self):
        euro = self.env.ref("base.EUR")
        euro.active = True
        self.twin.currency_id = euro
        self.refuse("differ in Currency", self.accounts)
        other = self.env["res.company"].create({"name": "Other"})
        ledger = self.create_ledger(company_id=other.id)
        theirs = self.create_account("X", ledger_id=ledger.id, class_id=False)
        self.manager.company_ids |= other
        both = self.accounts[0] | theirs.with_user(self.manager)
        both = both.with_context(allowed_company_ids=(self.company | other).ids)
        self.refuse("differ in Ledger", both.with_user(self.manager))

    def test_one_on_its_way_to_the_books_is_refused(self):
        for state in ("sending", "in_file"):
            self.twin.sudo().sync_state = state
            self.refuse("on its way to the books", self.accounts)

    def test_a_shared_one_stays(self):
        both = self.kept.with_user(self.manager) | self.counter.with_user(self.manager)
        kept = {"kept_account_id": self.kept.id}
        self.refuse("posts to .* so it cannot be archived", both, **kept)
