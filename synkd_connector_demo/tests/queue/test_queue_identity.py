# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import UserError
from odoo.tests import tagged

from ..faults_common import FaultsCommon

FAULTS = ("lost_before", "lost_after")


@tagged("post_install", "-at_install")
class TestQueueIdentity(FaultsCommon):
    """Two documents may be equal in all that people see: both reach the books."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = cls.create_user("boss", "synkd_connector.group_manager")

    def twin_of(self, invoice, partner=None):
        """Return a posted invoice of another journal with the same number."""
        journal = invoice.journal_id.copy({"code": "TWIN", "name": "Second"})
        twin = self.create_invoice(partner, journal_id=journal.id)
        twin.name = invoice.name
        twin.action_post()
        return twin

    def assert_both(self, one, two):
        """Fail unless the books have two documents, each with its own row."""
        rows = self.row_of(one) | self.row_of(two)
        self.assertEqual(rows.mapped("sync_state"), ["synced"] * 2)
        self.assertEqual(len(set(rows.mapped("external_id"))), 2)
        self.assertEqual(self.row_of(two).number, f"{one.name}-2")
        found = self.all_documents().filtered(lambda d: d.status != "void")
        self.assertEqual(len(found), 2)
        self.assertEqual(sum(found.mapped("total")), one.amount_total * 2)

    def test_the_twin_of_a_posted_invoice_gets_there_whatever_is_lost(self):
        for fault in (False, *FAULTS):
            with self.subTest(fault=fault), self.env.cr.savepoint() as savepoint:
                one = self.post_invoice()
                self.post_all()
                two = self.twin_of(one)
                self.ledger.demo_fault = fault
                self.post_all()
                self.mend()
                self.mend()
                self.assert_both(one, two)
                savepoint.rollback()
                self.env.invalidate_all()

    def test_who_was_sent_with_a_number_keeps_it_when_its_answer_is_lost(self):
        one = self.post_invoice()
        self.row_of(one).hold("Later")
        two = self.twin_of(one)
        self.ledger.demo_fault = "lost_before"
        self.post_all()
        self.assertEqual(self.row_of(two).sent_number, one.name)
        # Both go in the next call, the older one first.
        self.row_of(one).action_release()
        run = self.mend()
        self.assertEqual(run.state, "done", run.message)
        self.assertEqual(self.row_of(two).number, one.name)
        self.assert_both(two, one)

    def test_an_invoice_that_was_renumbered_after_posting_waits_with_both_numbers(self):
        invoice = self.post_invoice()
        self.post_all()
        row, before = self.row_of(invoice), invoice.name
        wizard = self.env["account.resequence.wizard"].with_context(
            active_model="account.move", active_ids=invoice.ids
        )
        wizard = wizard.create({"first_name": "INV/2026/07777"})
        wizard.resequence()
        self.assertNotEqual(invoice.name, before)
        self.assert_waits(row, "changed", before, invoice.name)
        row.action_void()
        self.post_all()
        self.assertEqual(row.sync_state, "voided")
        self.assertEqual(self.row_of(invoice).sync_state, "synced")
        self.assertTrue(self.row_of(invoice).number.startswith(invoice.name))

    def unsure(self):
        """Return a row whose key was removed in the books while its answer was lost."""
        invoice = self.post_invoice()
        self.ledger.demo_fault = "lost_after"
        self.post_all()
        stored = self.all_documents()
        stored.sender_key = False
        self.mend()
        row = self.row_of(invoice)
        self.assert_waits(row, "unsure")
        return row, stored

    def open_candidates(self, row):
        """Press Resolve, and return the dialog that opens."""
        action = row.with_user(self.manager).action_resolve()
        self.assertEqual(action["res_model"], "synkd.candidate.wizard")
        wizards = self.env["synkd.candidate.wizard"].with_user(self.manager)
        return wizards.browse(action["res_id"])

    def test_a_manager_says_which_one_it_is(self):
        row, stored = self.unsure()
        self.open_candidates(row).line_ids.action_pick()
        self.assertEqual(
            (row.sync_state, row.external_id), ("synced", stored.external_id)
        )
        self.assertEqual(row.request_line_ids.request_id.state, "done")
        self.run_ledger()
        self.assertEqual(len(self.all_documents()), 1)

    def test_a_manager_says_that_it_is_none_of_them(self):
        row, stored = self.unsure()
        stored.status = "void"
        self.open_candidates(row).action_none()
        self.assertEqual(row.sync_state, "pending")
        self.post_all()
        self.assertEqual(row.sync_state, "synced")
        self.assertNotEqual(row.external_id, stored.external_id)

    def test_a_clerk_does_not_say_it(self):
        row, _stored = self.unsure()
        clerk = self.create_user("clerk", "synkd_connector.group_user")
        with self.assertRaisesRegex(UserError, "Only managers"):
            row.request_line_ids.with_user(clerk).action_tell()
        action = row.with_user(clerk).action_resolve()
        self.assertEqual(action["res_model"], "synkd.resolve.wizard", "he asks one")

    def test_voiding_a_payment_leaves_the_other_of_its_number_alone(self):
        one, two = self.post_invoice(), self.post_invoice()
        first, second = self.pay(one), self.pay(two)
        second.name = first.name
        self.post_all()
        first.action_cancel()
        row = self.row_of(first)
        row.action_void()
        self.post_all()
        left = self.stored_payments()
        self.assertEqual(left.external_id, self.row_of(second).external_id)
