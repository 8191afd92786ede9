# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What the queue costs, in queries: the same for few documents and for many."""

import threading
from unittest.mock import patch

from odoo import fields
from odoo.tests import tagged
from odoo.tools import SQL

from odoo.addons.synkd_connector.const import QUEUE_TABS
from odoo.addons.synkd_connector.lib.results import OK, Answer, Result

from ..faults_common import FaultsCommon
from ..queue_common import QueueCommon

FILL = """
INSERT INTO synkd_transaction (own_key, ledger_id, company_id, kind, channel,
       res_model, res_id, sync_state, live, source, operation, currency_id, queued_at,
       posted_at, number)
SELECT 'SK' || n, %s, %s, 'invoice', 'documents', 'account.move', 1000000 + n,
       CASE WHEN n %% 3 = 0 THEN 'pending' WHEN n %% 3 = 1 THEN 'attention'
            ELSE 'synced' END, TRUE, 'manual', 'post', %s,
       now() - n * interval '1 second', now() - n * interval '1 second', 'INV/' || n
  FROM generate_series(1, 20000) n
"""


@tagged("post_install", "-at_install")
class TestQueueQueries(FaultsCommon):
    def count(self, function, *args):
        """Return how many queries a call makes, with all that is written after it."""
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        function(*args)
        self.env.flush_all()
        return self.env.cr.sql_log_count - before

    def drafts(self, number):
        """Create drafts; the currencies and accounts that they use are known then."""
        invoices = self.env["account.move"]
        for _n in range(number):
            invoices |= self.create_invoice()
        return invoices

    def post_and_take_back(self, invoices):
        """Return how many queries it takes to post drafts; they are drafts again."""
        savepoint = self.env.cr.savepoint()
        cost = self.count(invoices.action_post)
        self.queued = len(self.row_of(invoices))
        savepoint.close(rollback=True)
        self.env.invalidate_all()
        return cost

    def test_posting_costs_three_queries_more_for_five_and_for_fifty(self):
        enqueuer = type(self.env["synkd.enqueuer"])
        for number in (5, 50):
            with self.subTest(invoices=number):
                invoices = self.drafts(number)
                self.post_and_take_back(invoices)
                with (
                    patch.object(enqueuer, "_enqueue_moves", lambda *_args: None),
                    patch.object(enqueuer, "_note_changes", lambda *_args: None),
                ):
                    without = self.post_and_take_back(invoices)
                self.assertFalse(self.queued)
                cost = self.post_and_take_back(invoices) - without
                self.assertEqual(self.queued, number)
                self.assertLessEqual(cost, 3)

    def sent_with(self, kinds, method):
        """Send what is ready, and return the queries of each batch of a kind."""
        engine = type(self.env["synkd.engine"])
        real, counts = engine._push_batch, []

        def push(connector, ledger, batch):
            return Answer(
                tuple(
                    Result(
                        member.res_id,
                        OK,
                        f"X{member.res_id}",
                        number=f"N{member.res_id}",
                        total=member.payload.get("total", ""),
                        tax=member.payload.get("tax", ""),
                    )
                    for member in batch.members
                )
            )

        def counted(this, run, channel, size):
            this.env.flush_all()
            before = thread.query_count
            done = real(this, run, channel, size)
            if done and channel.name == kinds and not channel.domain:
                counts.append((done, thread.query_count - before))
            return done

        thread = threading.current_thread()
        connector = type(self.env["synkd.connector.demo"])
        with (
            patch.object(thread, "query_count", 0, create=True),
            patch.object(thread, "query_time", 0, create=True),
            patch.object(connector, method, push),
            patch.object(engine, "_push_batch", counted),
        ):
            self.post_all()
        return counts

    def assert_constant(self, few, many):
        """Fail unless a small and a large batch cost the same."""
        self.assertEqual((few[0][0], many[0][0]), (5, 20))
        self.assertEqual(few[0][1], many[0][1])

    def test_queries_of_a_batch_of_documents_are_constant(self):
        counts = []
        for number in (5, 5, 20):
            self.drafts(number).action_post()
            counts.append(self.sent_with("documents", "_push_documents"))
        self.assert_constant(*counts[1:])

    def test_a_batch_asks_once_how_its_lines_are_posted(self):
        """The decision just before sending, and the payloads, use one answer."""
        self.drafts(5).action_post()
        asked, rule = [], type(self.env["synkd.line.rule"])
        ask = rule._lines_sql

        def _lines_sql(rules, ledger, sources):
            asked.append(len(sources))
            return ask(rules, ledger, sources)

        with patch.object(rule, "_lines_sql", _lines_sql):
            self.sent_with("documents", "_push_documents")
        self.assertEqual(asked, [5])

    def test_what_payments_settle_is_found_by_indexes_without_statistics(self):
        """The planner believes that the tables are empty, as in a first import."""
        for name in ("account_move", "account_move_line", "account_partial_reconcile"):
            self.env.cr.execute(SQL("ANALYZE %s", SQL.identifier(name)))
        settlement = self.env["synkd.settlement"]
        query = settlement._settled_sql(SQL("t.id = ANY(%s)", [1, 2, 3]))
        self.env.cr.execute("SET LOCAL enable_seqscan = off")
        plan = self.env.execute_query(SQL("EXPLAIN (FORMAT JSON) %s", query))[0][0]
        large = ("account_move", "account_move_line", "account_partial_reconcile")
        scans = [
            node
            for node in self.nodes(plan[0]["Plan"])
            if node.get("Relation Name") in large
        ]
        self.assertGreaterEqual(len(scans), 8)
        for scan in scans:
            self.assertTrue(scan.get("Index Cond") or scan.get("Recheck Cond"), scan)

    def nodes(self, plan):
        """Yield a plan of the database and all plans below it."""
        yield plan
        for below in plan.get("Plans", ()):
            yield from self.nodes(below)

    def test_queries_of_a_batch_of_payments_are_constant(self):
        self.keep_entries()
        counts = []
        for number in (5, 5, 20):
            invoices = self.drafts(number)
            invoices.action_post()
            self.post_all()
            self.pay(invoices, group_payment=False)
            counts.append(self.sent_with("payments", "_push_payments"))
        self.assert_constant(*counts[1:])

    def test_queries_of_a_batch_of_allocations_are_constant(self):
        counts = []
        for number in (5, 5, 20):
            invoices = self.drafts(number)
            invoices.action_post()
            for invoice in invoices:
                self.reverse(invoice)
            counts.append(self.sent_with("allocations", "_push_allocations"))
        self.assert_constant(*counts[1:])


@tagged("post_install", "-at_install")
class TestQueueIndexes(QueueCommon):
    """Lists and picks look at the rows that they show, however many were posted."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rows = cls.env["synkd.transaction"]
        ids = [cls.ledger.id, cls.company.id, cls.company.currency_id.id]
        cls.now = fields.Datetime.now()
        cls.env.cr.execute(FILL, ids)
        cls.env.cr.execute("ANALYZE synkd_transaction")

    def plan(self, domain, order, limit, rows=None):
        """Return how the database finds rows."""
        rows = self.rows if rows is None else rows
        query = rows._search(domain, order=order, limit=limit)
        found = self.env.execute_query(SQL("EXPLAIN %s", query.select()))
        return "\n".join(line for (line,) in found)

    def test_the_pick_uses_the_index_of_what_is_due(self):
        run = self.env["synkd.run"].create({"ledger_id": self.ledger.id})
        self.cr.execute(
            "UPDATE synkd_transaction SET retry_at = now() + interval '1 hour'"
            " WHERE sync_state = 'pending' AND res_id % 100 > 0"
        )
        self.cr.execute("ANALYZE synkd_transaction")
        domain = self.rows._push_domain(run, "documents")
        indexes = ("synkd_transaction_due_idx", "synkd_transaction_retry_idx")
        for (way, order), index in zip(self.rows._due_ways(), indexes, strict=True):
            plan = self.plan(domain & way, order, 50)
            self.assertIn(index, plan)
            self.assertNotIn("Sort", plan, "read in the order in which it is sent")
            self.assertNotRegex(plan, "Filter:.*retry_at", "a range of the index")

    def test_what_is_tried_later_is_left_and_what_is_due_again_is_picked(self):
        first, second, third = self.rows.search(
            [("sync_state", "=", "pending"), ("ledger_id", "=", self.ledger.id)],
            order="queued_at, id",
            limit=3,
        )
        first.retry_at = fields.Datetime.add(self.now, hours=1)
        third.retry_at = fields.Datetime.add(self.now, hours=-1)
        self.env.flush_all()
        run = self.env["synkd.run"].create({"ledger_id": self.ledger.id})
        engine = self.env["synkd.engine"]
        picked = engine._pick(run, engine._get_channels()["documents"], 2)
        self.assertEqual(picked, second | third)

    def test_the_next_try_of_any_channel_is_planned(self):
        self.cr.execute(
            "UPDATE synkd_transaction SET retry_at = now() + interval '1 hour',"
            " channel = 'payments' WHERE sync_state = 'pending'"
        )
        self.env.invalidate_all()
        soonest = self.rows.search([("sync_state", "=", "pending")], limit=1)
        soonest.retry_at = fields.Datetime.add(self.now, minutes=5)
        run = self.env["synkd.run"].create({"ledger_id": self.ledger.id})
        channels = self.env["synkd.engine"]._get_channels()
        found = {kind: self.rows._next_tries(run, kind) for kind in channels}
        self.assertEqual(found.pop("payments"), [soonest.retry_at])
        self.assertFalse(any(found.values()))

    def test_post_all_tries_everything_at_once(self):
        self.cr.execute(
            "UPDATE synkd_transaction SET retry_at = now() + interval '1 hour'"
            " WHERE sync_state = 'pending'"
        )
        self.env.invalidate_all()
        self.rows.action_post_all()
        mine = [("ledger_id", "=", self.ledger.id), ("retry_at", "!=", False)]
        self.assertFalse(self.rows.search_count(mine))

    def test_a_number_is_found_by_an_index(self):
        # What was written just now is not in the index proper yet, which costs more.
        index = "synkd_transaction__number_index"
        self.cr.execute("SELECT gin_clean_pending_list(%s)", [index])
        plan = self.plan([("number", "ilike", "INV/1234")], "id desc", 80)
        self.assertIn(index, plan)

    def test_each_tab_uses_its_index(self):
        indexes = {
            "attention": ("id", "synkd_transaction_attention_idx"),
            "pending": ("id", "synkd_transaction_ready_idx"),
            "synced": ("posted_at desc, id desc", "synkd_transaction_posted_idx"),
        }
        user = self.create_user("clerk", "synkd_connector.group_user")
        rows = self.rows.with_user(user)
        for state, _action, _path, states in QUEUE_TABS:
            if state in indexes:
                order, index = indexes[state]
                plan = self.plan([("sync_state", "in", states)], order, 80, rows)
                self.assertIn(index, plan)
                self.assertNotIn("Sort", plan, "read in the order that is shown")
