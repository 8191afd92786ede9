# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A comparison whose process is killed, and two at once: never half of one."""

import random

from odoo.tests import BaseCase, tagged
from odoo.tools import config

from odoo.addons.synkd_connector.tests.process_worker import Workers

from ..process_documents import GO_ON, MAKE

COUNTS = {"invoices": 60, "credits": 10, "payments": 30}
UNSENT = "SELECT count(*) FROM synkd_transaction WHERE live AND sync_state <> 'synced'"
# What a button writes down; two who press it at once share the wish.
ASK = """
from psycopg2.errors import SerializationFailure, UniqueViolation
from odoo.exceptions import ConcurrencyError
try:
    ledger = env["synkd.ledger"].browse(%s)
    env["synkd.agreement"]._ask(ledger, "2020-01-01")
    ledger._request_run({"content": "agreement"})
    env.cr.commit()
except (SerializationFailure, UniqueViolation, ConcurrencyError):
    env.cr.rollback()
"""
PROOFS = {
    "lines of one that is not done": """
SELECT a.id FROM synkd_agreement a JOIN synkd_agreement_line l ON l.agreement_id = a.id
 WHERE a.state <> 'done'""",
    "rows that the last one does not tell of, or tells of twice": """
SELECT t.number, count(l.id) FROM synkd_ledger g
  JOIN synkd_transaction t ON t.ledger_id = g.id AND t.channel <> 'allocations'
  LEFT JOIN synkd_agreement_line l ON l.agreement_id = g.agreement_id
   AND l.transaction_id = t.id
 WHERE g.agreement_id IS NOT NULL
 GROUP BY t.id HAVING count(l.id) <> 1""",
    "differences where there are none": """
SELECT verdict, facts, number FROM synkd_agreement_line WHERE state <> 'fine'""",
    "sums that are not those of the books": """
SELECT a.books_amount, d.total - p.total FROM synkd_ledger g
  JOIN synkd_agreement a ON a.id = g.agreement_id
 CROSS JOIN (SELECT SUM(CASE kind WHEN 'invoice' THEN total ELSE -total END) AS total
               FROM synkd_demo_document) d
 CROSS JOIN (SELECT SUM(CASE kind WHEN 'payment' THEN amount ELSE -amount END) AS total
               FROM synkd_demo_payment) p
 WHERE a.books_amount <> d.total - p.total""",
}
HARM = {
    "lines of one that is not done": "UPDATE synkd_agreement SET state = 'waiting'",
    "rows that the last one does not tell of, or tells of twice": """
DELETE FROM synkd_agreement_line
 WHERE id = (SELECT min(id) FROM synkd_agreement_line)""",
    "differences where there are none": """
UPDATE synkd_agreement_line SET state = 'open'""",
    "sums that are not those of the books": """
UPDATE synkd_agreement SET books_amount = books_amount + 0.01""",
}


@tagged("post_install", "-at_install")
class TestAgreementProcess(BaseCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.workers = Workers.open(cls, config["config"])
        error = cls.workers.do(code=MAKE % COUNTS)
        assert not error, error
        cls.ledger = int(cls.workers.sql("SELECT min(id) FROM synkd_ledger")[0][0])
        for _run in range(6):
            cls.workers.sql(GO_ON)
            error = cls.workers.do(run=cls.ledger)
            assert not error, error

    def setUp(self):
        super().setUp()
        self.assertEqual(self.value(UNSENT), "0")
        self.workers.sql(
            "UPDATE synkd_ledger SET agreement_id = NULL, agreement_open_id = NULL;"
            " DELETE FROM synkd_agreement; DELETE FROM synkd_books_posting"
        )

    def value(self, query):
        """Return the value of a query."""
        return self.workers.sql(query)[0][0]

    def find_faults(self, spoil=""):
        """Return what is wrong; empty when all is well."""
        begin = f"BEGIN; {spoil};"
        found = {name: self.workers.sql(begin + q) for name, q in PROOFS.items()}
        return {name: rows for name, rows in found.items() if rows}

    def ask(self):
        self.assertEqual(self.workers.do(code=ASK % self.ledger), "")

    def done(self):
        """Return how many comparisons are done."""
        return int(
            self.value("SELECT count(*) FROM synkd_agreement WHERE state = 'done'")
        )

    def run_until_done(self):
        """Let the cron run; on a slow machine it takes more than one pass."""
        for _pass in range(6):
            self.workers.sql(GO_ON)
            self.assertEqual(self.workers.do(run=self.ledger), "")
            if self.done():
                break

    def test_compared_and_the_proofs_can_fail(self):
        self.ask()
        self.run_until_done()
        self.assertEqual(self.done(), 1)
        self.assertEqual(self.find_faults(), {})
        for name, spoil in HARM.items():
            with self.subTest(spoil=spoil):
                self.assertIn(name, self.find_faults(spoil))

    def test_killed_again_and_again(self):
        seed = random.randrange(10**6)
        dice, kills = random.Random(seed), 0
        while kills < 5:
            done = self.done()
            self.ask()
            while self.done() == done:
                self.workers.sql(GO_ON)
                pid = self.workers.start(run=self.ledger, pause_at=dice.randint(1, 500))
                if self.workers.wait(pid, "paused", "ended") == "paused":
                    self.workers.kill(pid)
                    kills += 1
                told = f"seed {seed}, {kills} kills"
                self.assertEqual(self.find_faults(), {}, told)
            self.assertEqual(self.done(), done + 1)

    def test_two_people_press_compare_at_once(self):
        pids = [self.workers.start(code=ASK % self.ledger) for _n in range(2)]
        for pid in pids:
            self.assertEqual(self.workers.wait(pid, "ended"), "ended")
        self.assertEqual(self.value("SELECT count(*) FROM synkd_agreement"), "1")
        self.run_until_done()
        self.assertEqual(self.done(), 1)
        self.assertEqual(self.find_faults(), {})
