# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Documents sent by real processes that are killed, and by two of them at once."""

from odoo.tests import BaseCase, tagged
from odoo.tools import config

from odoo.addons.synkd_connector.tests.process_worker import Workers

from ..process_documents import (
    MAKE,
    RESET,
    SAVE,
    UNSENT,
    DemoBooks,
    kill_again_and_again,
    run_until_done,
)

# 270 invoices, 40 credit notes, 40 allocations and 150 payments.
COUNTS = {"invoices": 270, "credits": 40, "payments": 150}
DOCUMENTS = 500
BATCH = 20
# Two batches go, the others are held back.
ALL_BUT_SOME = f"""
UPDATE synkd_transaction SET sync_state = 'held' WHERE id NOT IN (
       SELECT id FROM synkd_transaction WHERE channel = 'documents'
        ORDER BY queued_at, id LIMIT {2 * BATCH})
"""
WAITING = """
SELECT count(*) FROM synkd_transaction WHERE sync_state IN ('pending', 'sending')
"""
STORED = """
SELECT count(*) || '|' || count(DISTINCT sent_number) FROM synkd_demo_document
"""


@tagged("post_install", "-at_install")
class TestQueueProcess(BaseCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.workers = Workers.open(cls, config["config"])
        cls.books = DemoBooks(cls.workers)
        error = cls.workers.do(code=MAKE % COUNTS)
        assert not error, error
        cls.ledger = int(cls.value("SELECT min(id) FROM synkd_ledger"))
        cls.workers.sql(SAVE)
        cls._send_customers()

    @classmethod
    def _send_customers(cls):
        """Let the books have the customers, so that documents go first from here."""
        cls.workers.sql("UPDATE synkd_transaction SET sync_state = 'held'")
        error = cls.workers.do(run=cls.ledger)
        assert not error, error

    @classmethod
    def value(cls, query):
        """Return the values of the one row of a query."""
        return "|".join(cls.workers.sql(query)[0])

    def setUp(self):
        super().setUp()
        self.workers.sql(RESET)
        self.assertEqual(self.value(UNSENT), str(DOCUMENTS))

    def finish(self):
        """Let the rest be sent, and prove that nothing is lost or doubled."""
        self.assertTrue(run_until_done(self.workers, self.ledger, BATCH), "stuck")
        self.assertEqual(self.books.find_faults(), {})

    def test_killed_at_20_random_points_of_a_run_of_500_documents(self):
        phases = kill_again_and_again(
            self.books, self.ledger, kills=20, batch=BATCH, longest=260
        )
        self.assertTrue(
            {"documents", "payments", "allocations"} & phases.keys(), phases
        )
        self.assertGreaterEqual(sum(phases.values()), 20)

    def test_killed_around_each_call(self):
        states = {"documents": "open", "sent": "open"}
        for hook in ("documents", "sent", "answered", "applied"):
            with self.subTest(hook=hook):
                self.workers.sql(RESET)
                self.workers.sql(ALL_BUT_SOME)
                pid = self.workers.start(run=self.ledger, batch=BATCH, pause=hook)
                self.assertEqual(self.workers.wait(pid, "paused", "ended"), "paused")
                self.workers.kill(pid)
                state = self.value("SELECT state FROM synkd_request")
                self.assertEqual(state, states.get(hook, "answered"))
                stored = 0 if hook == "documents" else BATCH
                self.assertEqual(self.value(STORED), f"{stored}|{stored}")
                self.assertEqual(self.workers.do(run=self.ledger, batch=BATCH), "")
                self.assertEqual(self.value(STORED), f"{2 * BATCH}|{2 * BATCH}")
                self.assertEqual(self.value(WAITING), "0")

    def test_two_workers_at_once_send_each_document_once(self):
        wake = f"env['synkd.ledger'].browse({self.ledger})._wake()"
        for _round in range(20):
            self.assertEqual(self.workers.do(code=wake), "")
            pids = [self.workers.start(jobs=True, batch=BATCH) for _n in range(2)]
            for pid in pids:
                self.assertEqual(self.workers.wait(pid, "ended"), "ended")
            if self.value(UNSENT) == "0":
                break
        self.finish()
        calls = "SELECT count(*) FROM synkd_demo_call WHERE kind = 'write'"
        documents = (COUNTS["invoices"] + COUNTS["credits"]) / BATCH
        most = -(-documents // 1) + -(-COUNTS["payments"] // BATCH)
        most += -(-COUNTS["credits"] // BATCH)
        self.assertLessEqual(int(self.value(calls)), most + 2, "none is sent twice")
