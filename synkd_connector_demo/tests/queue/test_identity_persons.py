# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What people say about identity, and what older versions left behind."""

from ast import literal_eval

from lxml import etree

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from odoo.addons.synkd_connector.lib.results import (
    CANDIDATES,
    Answer,
    BooksRecord,
    Result,
)
from odoo.addons.synkd_connector.tests.common import load_migration

from ..faults_common import FaultsCommon
from ..tours_common import ToursCommon

FOUND = BooksRecord("D1", "INV/1", "2026-06-15", "115.00", "Hope Works")


class PersonsCommon(FaultsCommon):
    """A manager and a clerk; books that answer what a test says."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = cls.create_user("boss", "synkd_connector.group_manager")
        cls.clerk = cls.create_user("clerk", "synkd_connector.group_user")

    def answer(self, name, **values):
        """Let the next calls of a method be answered so."""
        connector = type(self.env["synkd.connector.demo"])
        self.patch(
            connector,
            name,
            lambda _self, _ledger, batch: Answer(
                tuple(Result(m.res_id, **values) for m in batch.members)
            ),
        )

    def unsure(self, *found):
        """Return a row of which nobody knows whether the books have it."""
        row = self.row_of(self.post_invoice())
        real = type(self.env["synkd.connector.demo"])._push_documents
        self.answer("_push_documents", outcome=CANDIDATES, candidates=found)
        self.post_all()
        self.patch(type(self.env["synkd.connector.demo"]), "_push_documents", real)
        self.assert_waits(row, "unsure")
        return row

    def dialog(self, line, user=None):
        """Open the dialog about a member, as a manager."""
        user = user or self.manager
        action = line.with_user(user).action_tell()
        wizards = self.env["synkd.candidate.wizard"].with_user(user)
        return wizards.browse(action["res_id"])


@tagged("post_install", "-at_install")
class TestIdentityPersons(PersonsCommon):
    def test_an_identity_of_another_document_is_not_taken(self):
        one = self.row_of(self.post_invoice())
        self.post_all()
        two = self.row_of(self.post_invoice())
        self.answer("_push_documents", external_id=one.external_id, number="1")
        self.post_all()
        self.assert_waits(two, "unsure", one.display_name, one.external_id)
        self.assertFalse(two.external_id)
        self.assertEqual(one.sync_state, "synced")
        self.assertFalse(two.request_line_ids.candidates)

    def test_two_of_one_call_are_not_given_one_identity(self):
        rows = self.row_of(self.post_invoice()) | self.row_of(self.post_invoice())
        self.answer("_push_documents", external_id="D1", number="1")
        self.post_all()
        first, second = rows.sorted("id")
        self.assertEqual((first.sync_state, first.external_id), ("synced", "D1"))
        self.assert_waits(second, "unsure", first.display_name)

    def test_a_candidate_that_is_another_document_is_none(self):
        one = self.row_of(self.post_invoice())
        self.post_all()
        row = self.row_of(self.post_invoice())
        found = BooksRecord(one.external_id, one.number)
        real = type(self.env["synkd.connector.demo"])._push_documents
        self.answer("_push_documents", outcome=CANDIDATES, candidates=(found,))
        self.post_all()
        self.assertEqual(row.sync_state, "pending", "it is sent again")
        self.patch(type(self.env["synkd.connector.demo"]), "_push_documents", real)
        row.sudo().retry_at = False
        self.run_ledger()
        self.assertEqual(row.sync_state, "synced")
        self.assertNotEqual(row.external_id, one.external_id)

    def test_an_account_customer_waits_for_a_person_too(self):
        account = self.create_account("Zed Traders")
        found = BooksRecord("C9", "ZED009", name="Zed")
        self.answer("_push_customers", outcome=CANDIDATES, candidates=(found,))
        run = self.run_ledger()
        self.assertEqual(run.state, "attention", "it is not complete")
        self.assertIn("whether the books have [ZED", run.message)
        self.assertNotIn("complete", run.message)
        self.assertEqual(account.sync_state, "sending", "it is not sent again")
        self.assertIn("Zed Traders", account.sync_message)
        line = self.env["synkd.request.line"].search(
            [("account_customer_id", "=", account.id)]
        )
        self.assertEqual(line.state, "asked")
        self.run_ledger()
        self.assertEqual(line.state, "asked", "nothing asks by itself")
        self.dialog(line).line_ids.action_pick()
        self.assertEqual((account.sync_state, account.external_id), ("synced", "C9"))
        self.assertEqual(line.request_id.state, "done")

    def test_an_account_customer_that_the_books_do_not_have_is_sent_again(self):
        account = self.create_account("Zed Traders")
        found = BooksRecord("C9", "ZED009", name="Zed")
        real = type(self.env["synkd.connector.demo"])._push_customers
        self.answer("_push_customers", outcome=CANDIDATES, candidates=(found,))
        self.run_ledger()
        self.patch(type(self.env["synkd.connector.demo"]), "_push_customers", real)
        line = self.env["synkd.request.line"].search(
            [("account_customer_id", "=", account.id)]
        )
        self.dialog(line).action_none()
        self.run_ledger()
        self.assertEqual(account.sync_state, "synced", account.sync_message)
        self.assertNotEqual(account.external_id, "C9")
        stored = self.stored().filtered(lambda c: c.name == "Zed Traders")
        self.assertEqual(len(stored), 1)

    def test_asking_again_clears_up_what_the_books_can_tell_by_now(self):
        row = self.unsure(FOUND)
        request = row.request_line_ids.request_id
        request.with_user(self.clerk).action_ask_again()
        self.assertEqual((request.state, row.sync_state), ("open", "sending"))
        for _run in range(2):
            self.run_ledger()
        self.assertEqual(row.sync_state, "synced", row.reason_text)
        self.assertEqual(len(self.all_documents()), 1)

    def test_asking_again_may_find_the_same(self):
        row = self.unsure(FOUND)
        line = row.request_line_ids
        self.answer("_reconcile", outcome=CANDIDATES, candidates=(FOUND,))
        line.request_id.action_ask_again()
        self.run_ledger()
        self.assert_waits(row, "unsure")
        self.assertEqual((line.state, line.request_id.state), ("asked", "asked"))

    def test_what_waits_one_by_one_is_not_decided_for_all(self):
        request = self.unsure(FOUND).request_line_ids.request_id
        with self.assertRaisesRegex(UserError, "one by one"):
            request.with_user(self.manager).action_not_in_books()

    def test_the_identity_may_be_typed(self):
        row = self.unsure(FOUND)
        wizard = self.dialog(row.request_line_ids)
        with self.assertRaisesRegex(UserError, "Type how the books call"):
            wizard.action_typed()
        wizard.external_id = "  D7 "
        wizard.action_typed()
        self.assertEqual((row.sync_state, row.external_id), ("synced", "D7"))
        with self.assertRaisesRegex(UserError, "cleared up already"):
            wizard.action_typed()

    def test_the_identity_of_another_document_may_not_be_typed(self):
        one = self.row_of(self.post_invoice())
        self.post_all()
        row = self.unsure(FOUND)
        wizard = self.dialog(row.request_line_ids)
        wizard.external_id = one.external_id
        with self.assertRaisesRegex(UserError, "is the identity of"):
            wizard.action_typed()
        self.assert_waits(row, "unsure")

    def test_a_candidate_that_is_not_offered_any_more_is_not_taken(self):
        row = self.unsure(FOUND)
        wizard = self.dialog(row.request_line_ids)
        row.request_line_ids.sudo().candidates = []
        with self.assertRaisesRegex(UserError, "not offer this one any more"):
            wizard.line_ids.action_pick()

    def test_a_clerk_does_not_reach_the_dialog(self):
        row = self.unsure(FOUND)
        wizard = self.dialog(row.request_line_ids)
        with self.assertRaisesRegex(UserError, "Only managers"):
            row.request_line_ids.with_user(self.clerk).action_tell()
        for method in ("action_none", "action_typed"):
            with self.assertRaises(UserError):
                getattr(wizard.with_user(self.clerk), method)()
        with self.assertRaises(AccessError):
            self.env["synkd.candidate.wizard"].with_user(self.clerk).create(
                {"member_id": row.request_line_ids.id}
            )
        self.assert_waits(row, "unsure")

    def test_a_clerk_asks_a_manager_from_resolve(self):
        row = self.unsure(FOUND)
        action = row.with_user(self.clerk).action_resolve()
        self.assertEqual(action["res_model"], "synkd.resolve.wizard")
        wizards = self.env[action["res_model"]].with_user(self.clerk)
        wizard = wizards.browse(action["res_id"])
        self.assertIn("whether the books have", wizard.message)
        wizard.action_ask_manager()
        self.assertTrue(row.activity_ids)

    def test_an_account_customer_that_waits_for_a_person_is_seen_and_told(self):
        account = self.create_account("Zed Traders")
        before = self.ledger.pending_count - 1
        found = BooksRecord("C9", "ZED009", name="Zed")
        self.answer("_push_customers", outcome=CANDIDATES, candidates=(found,))
        self.run_ledger()
        self.ledger.invalidate_recordset()
        self.assertEqual(self.ledger.attention_count, 1)
        self.assertLessEqual(self.ledger.pending_count, before)
        accounts = account.browse().with_user(self.manager)
        for action, seen in (
            (self.ledger.action_view_attention(), account),
            (self.ledger.action_view_pending(), account.browse()),
        ):
            self.assertEqual(accounts.search(action["domain"]) & account, seen)
        arch = accounts.get_view(view_type="search")["arch"]
        (filter_,) = etree.fromstring(arch).xpath("//filter[@name='attention']")
        self.assertIn(account, accounts.search(literal_eval(filter_.get("domain"))))
        action = account.with_user(self.manager).action_tell()
        wizards = self.env["synkd.candidate.wizard"].with_user(self.manager)
        wizards.browse(action["res_id"]).line_ids.action_pick()
        self.assertEqual(account.sync_state, "synced")
        with self.assertRaisesRegex(UserError, "Nobody is asked about"):
            account.with_user(self.manager).action_tell()


@tagged("post_install", "-at_install")
class TestCandidateTour(PersonsCommon, ToursCommon):
    def test_a_manager_says_which_one_it_is(self):
        self.manager.group_ids += self.env.ref("account.group_account_invoice")
        row = self.unsure(FOUND)
        url = f"/odoo/transaction-queue/{row.id}"
        self.start(url, "synkd_manager_candidate", "boss")
        self.assertEqual((row.sync_state, row.external_id), ("synced", "D1"))
        self.assertIn("looked it up", str(row.message_ids.mapped("body")))


@tagged("post_install", "-at_install")
class TestNumbersOfOurs(PersonsCommon):
    def test_a_document_that_was_reset_and_posted_under_another_number_waits(self):
        invoice = self.post_invoice()
        self.post_all()
        row, before = self.row_of(invoice), invoice.name
        invoice.button_draft()
        invoice.name = "INV/2026/08888"
        invoice.action_post()
        self.assert_waits(row, "changed", before, "INV/2026/08888")
        row.void()
        self.post_all()
        self.run_ledger()
        again = self.row_of(invoice)
        self.assertEqual((row.sync_state, again.sync_state), ("voided", "synced"))
        live = self.all_documents().filtered(lambda d: d.status != "void")
        self.assertEqual(live.mapped("external_id"), [again.external_id])
        self.assertEqual(live.total, invoice.amount_total)

    def test_with_its_old_number_it_is_settled_again(self):
        invoice = self.post_invoice()
        self.post_all()
        row, before = self.row_of(invoice), invoice.name
        invoice.name = "INV/2026/08888"
        self.assert_waits(row, "changed", before)
        invoice.name = before
        self.assertEqual(row.sync_state, "synced", row.reason_text)

    def test_what_never_left_gives_its_number_free(self):
        one = self.post_invoice()
        number = one.name
        row = self.row_of(one)
        one.button_draft()
        one.button_cancel()
        self.assertFalse(row.sent_number)
        two = self.create_invoice()
        two.name = number
        two.action_post()
        self.post_all()
        self.assertEqual(self.row_of(two).number, number)

    def test_numbers_are_told_apart_whatever_their_case(self):
        one = self.create_invoice()
        one.name = "abc/1"
        one.action_post()
        self.post_all()
        journal = one.journal_id.copy({"code": "TWIN"})
        two = self.create_invoice(journal_id=journal.id)
        two.name = "ABC/1"
        two.action_post()
        self.post_all()
        self.assertEqual(self.row_of(two).number, "ABC/1-2")

    def test_each_twin_gets_the_next_free_number(self):
        rows = self.rows
        for place in range(4):
            journal = self.post_invoice().journal_id.copy({"code": f"TW{place}"})
            twin = self.create_invoice(journal_id=journal.id)
            twin.name = "T/1"
            twin.action_post()
            rows |= self.row_of(twin)
        self.post_all()
        expected = ["T/1", "T/1-2", "T/1-3", "T/1-4"]
        self.assertEqual(rows.sorted("id").mapped("sent_number"), expected)
        self.assertEqual(set(rows.mapped("sync_state")), {"synced"})


@tagged("post_install", "-at_install")
class TestIdentityMigration(PersonsCommon):
    """What versions before let happen is put right by the upgrade."""

    def migrate(self):
        self.env.flush_all()
        load_migration("synkd_connector", "19.0.2.0.0", "pre-identity").migrate(
            self.env.cr, "19.0.1.0.0"
        )
        self.env.invalidate_all()

    def before(self, *statements):
        """Bring the rows into the state of an older version."""
        self.env.flush_all()
        for index in ("external_uniq", "sent_number_uniq"):
            self.env.cr.execute(f"DROP INDEX synkd_transaction_{index}")
        for statement, *values in statements:
            self.env.cr.execute(statement, values)
        self.env.invalidate_all()

    def test_of_two_that_are_one_record_the_older_keeps_it(self):
        one, two = self.row_of(self.post_invoice()), self.row_of(self.post_invoice())
        self.post_all()
        same = "UPDATE synkd_transaction SET external_id = %s WHERE id = %s"
        kept = one.external_id
        self.before((same, kept, two.id))
        self.migrate()
        self.assertEqual((one.sync_state, one.external_id), ("synced", kept))
        self.assert_waits(two, "refused", "press Retry", "never got it")
        self.assertFalse(two.external_id)

    def test_the_numbers_that_documents_were_sent_with_are_kept(self):
        sent, waiting = self.post_invoice(), self.post_invoice
        self.post_all()
        waiting = waiting()
        row, other = self.row_of(sent), self.row_of(waiting)
        forget = (
            "UPDATE synkd_transaction SET sent_number = NULL, document_number = NULL"
        )
        self.before((forget,))
        self.migrate()
        self.assertEqual((row.sent_number, row.document_number), (sent.name,) * 2)
        self.assertFalse(other.sent_number)
        self.assertEqual(other.document_number, waiting.name)

    def test_one_that_was_renumbered_before_the_upgrade_is_noticed(self):
        invoice = self.post_invoice()
        self.post_all()
        row, before = self.row_of(invoice), invoice.name
        self.before(
            ("UPDATE synkd_transaction SET document_number = NULL",),
            ("UPDATE account_move SET name = 'R/1' WHERE id = %s", invoice.id),
        )
        self.migrate()
        self.assertEqual(row.document_number, before)
        row._note_change()
        self.assert_waits(row, "changed", before, "R/1")

    def test_of_two_of_one_number_the_older_has_it(self):
        one, two = self.row_of(self.post_invoice()), self.row_of(self.post_invoice())
        self.post_all()
        self.before(
            ("UPDATE synkd_transaction SET sent_number = NULL",),
            ("UPDATE synkd_transaction SET number = 'T/1' WHERE id = %s", one.id),
            ("UPDATE synkd_transaction SET number = 't/1' WHERE id = %s", two.id),
        )
        self.migrate()
        self.assertEqual(one.sent_number, "T/1")
        self.assertFalse(two.sent_number)
