# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import psycopg2

from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.synkd_connector.lib.results import (
    ALTERED,
    CANDIDATES,
    NOT_FOUND,
    OK,
    REJECTED,
    Answer,
    BooksRecord,
    Result,
)
from odoo.addons.synkd_connector.tests.common import load_migration

from ..faults_common import FaultsCommon

PARTS = ({"kind": "payment", "id": "P1", "amount": "115.00"},)


@tagged("post_install", "-at_install")
class TestOwnKey(FaultsCommon):
    """Each record has a key of ours, from the moment it is written down, for life."""

    def test_each_row_has_one_from_the_moment_it_is_written_down(self):
        invoices = self.post_invoice() | self.post_invoice()
        self.pay(invoices[0])
        rows = self.rows.search([("ledger_id", "=", self.ledger.id)])
        self.assertGreater(len(rows), 2)
        self.assertEqual(len(set(rows.mapped("own_key"))), len(rows))
        for row in rows:
            self.assertRegex(row.own_key, r"^SK[A-Z2-7]{16}$")

    def test_a_row_keeps_it_and_a_posting_anew_has_another(self):
        invoice = self.post_invoice()
        row = self.row_of(invoice)
        key = row.own_key
        self.post_all()
        self.assertEqual(row.own_key, key)
        self.edit(invoice, price_unit=70)
        row.action_void()
        self.post_all()
        self.assertEqual((row.sync_state, row.own_key), ("voided", key))
        self.assertNotEqual(self.row_of(invoice).own_key, key)

    def test_a_copy_of_an_account_customer_has_its_own(self):
        copy = self.account.copy()
        self.assertRegex(copy.own_key, r"^SK[A-Z2-7]{16}$")
        self.assertNotEqual(copy.own_key, self.account.own_key)

    @mute_logger("odoo.sql_db")
    def test_the_database_knows_each_once(self):
        one, two = self.row_of(self.post_invoice()), self.row_of(self.post_invoice())
        with self.assertRaises(psycopg2.errors.UniqueViolation):
            two.own_key = one.own_key
            two.flush_recordset()

    def test_nobody_writes_it(self):
        user = self.create_user("clerk", "synkd_connector.group_manager")
        account = self.account.with_user(user)
        with self.assertRaises(AccessError):
            account.own_key = "SKAAAAAAAAAAAAAAAA"

    def test_it_goes_to_the_connector_also_when_it_is_asked_again(self):
        seen = {}
        for name in ("_push_documents", "_reconcile"):
            real = getattr(type(self.env["synkd.connector.demo"]), name)

            def watch(connector, ledger, batch, real=real, name=name):
                seen[name] = [member.own_key for member in batch.members]
                return real(connector, ledger, batch)

            self.patch(type(self.env["synkd.connector.demo"]), name, watch)
        row = self.row_of(self.post_invoice())
        self.ledger.demo_fault = "lost_after"
        self.post_all()
        self.mend()
        self.assertEqual(row.sync_state, "synced")
        self.assertEqual(seen["_push_documents"], [row.own_key])
        self.assertEqual(seen["_reconcile"], [row.own_key])

    def test_rows_from_before_get_one_each_when_the_addon_is_upgraded(self):
        invoices = self.post_invoice() | self.post_invoice()
        self.env.flush_all()
        for table in ("synkd_transaction", "synkd_account_customer"):
            self.env.cr.execute(f"ALTER TABLE {table} DROP COLUMN own_key")
        load_migration("synkd_connector", "19.0.2.0.0", "pre-identity").migrate(
            self.env.cr, "19.0.1.0.0"
        )
        self.env.invalidate_all()
        keys = self.row_of(invoices).mapped("own_key") + [self.account.own_key]
        self.assertEqual(len(set(keys)), 3)
        for key in keys:
            self.assertRegex(key, r"^SK[A-Z2-7]{16}$")


@tagged("post_install", "-at_install")
class TestAnswers(FaultsCommon):
    """What an answer may say of a member, and what becomes of its row then."""

    def answer(self, row, name="_push_documents", **values):
        """Let the books answer the next call about a row so; make the run."""
        self.patch(
            type(self.env["synkd.connector.demo"]),
            name,
            lambda _connector, _ledger, _batch: Answer((Result(row.id, **values),)),
        )
        return self.post_all(expect_ready=False)

    def test_parts_are_kept_and_travel_with_the_next_call(self):
        row = self.row_of(self.post_invoice())
        self.answer(row, external_id="D1", number="1", parts=PARTS)
        self.assertEqual(row.books_parts, list(PARTS))
        row.sudo()._queue()
        request = self.env["synkd.request"]._write_down(
            row.run_id, "documents", [(row, {"a": 1}, "x", False)]
        )
        self.assertEqual(request._as_batch().members[0].parts, PARTS)

    def test_what_says_nothing_of_parts_leaves_them(self):
        row = self.row_of(self.post_invoice())
        row.sudo().books_parts = list(PARTS)
        self.answer(row, external_id="D1")
        self.assertEqual(row.books_parts, list(PARTS))

    def test_the_parts_of_what_was_refused_or_not_finished_are_kept(self):
        for outcome in (REJECTED, NOT_FOUND):
            with self.subTest(outcome=outcome):
                row = self.row_of(self.post_invoice())
                values = {"message": "No.", "external_id": f"D-{outcome}"}
                self.answer(row, outcome=outcome, parts=PARTS, **values)
                self.assertEqual(row.books_parts, list(PARTS))
                self.assertEqual(row.external_id, f"D-{outcome}")

    def test_what_somebody_altered_there_is_posted_and_waits_for_a_person(self):
        row = self.row_of(self.post_invoice())
        said = "The books have it as INV/9 now."
        self.answer(row, outcome=ALTERED, external_id="D1", number="9", message=said)
        self.assert_waits(row, "altered", said)
        self.assertEqual((row.external_id, row.books_number), ("D1", "9"))
        self.assertTrue(row.posted_at)

    def unsure(self):
        """Return a row of which nobody knows whether the books have it."""
        row = self.row_of(self.post_invoice())
        found = BooksRecord("D1", "INV/1", "2026-06-15", "115.00", "Hope Works")
        self.answer(row, outcome=CANDIDATES, candidates=(found,))
        return row

    def test_what_may_be_there_waits_for_a_person_and_is_not_sent_again(self):
        row = self.unsure()
        line = row.request_line_ids
        self.assert_waits(row, "unsure", row.display_name)
        self.assertEqual(line.state, "asked")
        self.assertEqual(line.candidates[0]["external_id"], "D1")
        self.assertEqual(line.request_id.state, "asked")
        calls = self.calls_made("write")
        self.run_ledger()
        self.assertEqual(line.state, "asked", "nothing asks by itself")
        self.assertEqual(self.calls_made("write"), calls)

    def test_what_a_person_is_asked_about_moves_by_nothing_else(self):
        row = self.unsure()
        invoice = row.move_id
        revision = row.revision
        row._set_pending(from_states=("attention",))
        row._set_excluded("Not wanted")
        self.env["synkd.decider"]._decide(row)
        self.edit(invoice, price_unit=70)
        self.assert_waits(row, "unsure")
        self.assertTrue(row.live)
        self.assertGreater(row.revision, revision, "it is looked at after the answer")
        self.assertEqual(self.row_of(invoice), row)

    def test_an_answer_from_before_the_upgrade_is_applied(self):
        row = self.row_of(self.post_invoice())
        request = self.env["synkd.request"]._write_down(
            self.env["synkd.run"].search([], limit=1),
            "documents",
            [(row, {"a": 1}, "x", False)],
        )
        row._set_sending()
        request._set_answered(Answer((Result(row.id, OK, "D1"),)))
        request.answer = [
            {k: v for k, v in result.items() if k not in ("parts", "candidates")}
            for result in request.answer
        ]
        request._apply(request.run_id)
        self.assertEqual((row.sync_state, row.external_id), ("synced", "D1"))
