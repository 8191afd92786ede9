# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Documents sent by real processes that are killed, and by two of them at once."""

from odoo.tests import BaseCase, tagged
from odoo.tools import config

from odoo.addons.synkd_connector.tests.process_worker import Workers

from ..process_documents import (
    PROOFS,
    RESET,
    UNSENT,
    DemoBooks,
    kill_again_and_again,
    make_twins,
    run_until_done,
)

# Of ten numbers and three amounts: 270 invoices, 40 credit notes, 40 allocations and
# 150 payments.
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
SELECT count(*) || '|' || count(DISTINCT sender_key) FROM synkd_demo_document
"""
# What may go wrong with a document or a payment: it is lost, it is there twice, with
# its own key or another, a cent is missing, or it has the key of one that is equal.
LOSE = """
CREATE TEMP TABLE lost AS SELECT max({source}_id) AS id FROM synkd_demo_allocation;
DELETE FROM synkd_demo_allocation WHERE {source}_id = (SELECT id FROM lost);
DELETE FROM {books} WHERE id = (SELECT id FROM lost)
"""
DOUBLE = """
DROP INDEX {books}_key_uniq;
CREATE TEMP TABLE copied AS SELECT * FROM {books} ORDER BY id LIMIT 1;
UPDATE copied SET id = 0, external_id = 'X', sent_number = 'X', sender_key = {key};
INSERT INTO {books} SELECT * FROM copied
"""
CHANGE = """
UPDATE {books} SET {worth} = {worth} - 0.01 WHERE id = (SELECT min(id) FROM {books})
"""
CONFUSE = """
DROP INDEX {books}_key_uniq;
WITH equal AS (
    SELECT x.id AS one, max(y.id) AS other FROM {books} x
      JOIN {books} y USING ({worth}, kind, customer_id)
     WHERE x.id <> y.id AND x.id IN (SELECT {kind}_id FROM synkd_demo_allocation)
     GROUP BY x.id ORDER BY x.id LIMIT 1)
UPDATE {books} b SET sender_key = twin.sender_key FROM equal, {books} twin
 WHERE (b.id, twin.id) IN ((one, other), (other, one))
"""
SETTLES = "money that settles other documents than in Odoo"
COUNTED = "records that only the books have"
OWED = "customers who owe something else"


def harm(kind, worth, source):
    """Return what may go wrong with a kind of record, and the proofs that tell.

    :param str worth: its field for the amount.
    :param str source: what settles others is called by this in an allocation.
    """
    books = f"synkd_demo_{kind}"
    twice = f"{kind}s in the books twice"
    other = f"{kind}s that are lost, or other than in Odoo"

    def fill(text, key=""):
        return text.format(kind=kind, books=books, worth=worth, source=source, key=key)

    return [
        (fill(LOSE), {other, SETTLES, COUNTED}),
        (fill(DOUBLE, "sender_key"), {twice, other, COUNTED}),
        (fill(DOUBLE, "'SKOTHER'"), {COUNTED}),
        (fill(DOUBLE, "NULL") + ";" + fill(LOSE), {other, SETTLES}),
        (fill(CHANGE), {other}),
        (fill(CONFUSE), {other, SETTLES}),
    ]


MOVE = """
UPDATE synkd_demo_allocation a SET document_id = b.document_id
  FROM synkd_demo_allocation b
 WHERE b.id = (SELECT max(id) FROM synkd_demo_allocation)
   AND a.id = (SELECT min(id) FROM synkd_demo_allocation)
"""
LEAVE = """
UPDATE {table} SET {name} = '{state}' WHERE id = (SELECT min(id) FROM {table})
"""
STUCK = LEAVE.format(table="synkd_transaction", name="sync_state", state="pending")
WITHOUT_END = LEAVE.format(table="synkd_request", name="state", state="open")
HARM = [
    *harm("document", "total", "credit"),
    *harm("payment", "amount", "payment"),
    ("UPDATE synkd_demo_customer SET outstanding = outstanding + 0.01", {OWED}),
    (MOVE, {SETTLES}),
    (STUCK, {"stuck rows"}),
    (WITHOUT_END, {"requests without an end"}),
]


@tagged("post_install", "-at_install")
class TestQueueProcess(BaseCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.workers = Workers.open(cls, config["config"])
        cls.books = DemoBooks(cls.workers)
        cls.ledger = make_twins(cls.workers, COUNTS)
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

    def test_the_proofs_can_fail(self):
        """They are worth nothing unless each kind of harm is told."""
        self.finish()
        told = set()
        for spoil, proofs in HARM:
            with self.subTest(spoil):
                found = self.books.find_faults(spoil)
                self.assertEqual(found.keys(), proofs, found)
                told |= proofs
        self.assertEqual(told, PROOFS.keys())
        self.assertEqual(self.books.find_faults(), {}, "all was undone")

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
