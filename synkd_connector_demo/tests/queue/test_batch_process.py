# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Documents billed together by real processes that are killed, and by two at once."""

import random

from odoo.tests import BaseCase, tagged
from odoo.tools import config

from odoo.addons.synkd_connector.tests.process_worker import Workers

from ..process_documents import GO_ON, MAKE, RESET, SAVE

COUNTS = {"invoices": 120, "credits": 20, "payments": 60}
BATCH = 10
# Ten account customers, billed on the first of each month.
GATHER = """
UPDATE synkd_customer_class SET batch_billing = true, batch_period = 'month',
       batch_day = 1, batch_weekday = '0' WHERE posting = 'account'
"""
FORGET = (
    """
UPDATE synkd_transaction SET blocker_id = NULL, batch_id = NULL, live = TRUE;
UPDATE synkd_batch SET transaction_id = NULL;
UPDATE synkd_request_line SET transaction_id = NULL;
DELETE FROM synkd_transaction WHERE res_model = 'synkd.batch';
DELETE FROM synkd_batch;
"""
    + RESET
    + """;
UPDATE synkd_transaction SET sync_state = 'batch' WHERE channel = 'documents';
UPDATE synkd_customer_class SET batch_next_date = '2026-07-01' WHERE batch_billing
"""
)
UNSENT = """
SELECT count(*) FROM synkd_transaction t
 WHERE t.live AND t.sync_state NOT IN ('synced', 'billed')
"""
PROOFS = {
    "rows that are stuck": UNSENT + " HAVING count(*) > 0",
    "documents in no bill, or in one that the books have not got": """
SELECT t.number, t.sync_state, r.sync_state FROM synkd_transaction t
  LEFT JOIN synkd_batch b ON b.id = t.batch_id
  LEFT JOIN synkd_transaction r ON r.id = b.transaction_id
 WHERE t.channel = 'documents' AND t.res_model = 'account.move'
   AND (t.sync_state <> 'billed' OR r.sync_state IS DISTINCT FROM 'synced')""",
    "bills that are lost, or other than their members": """
SELECT b.name, m.total, d.total, d.kind FROM synkd_batch b
  JOIN synkd_transaction r ON r.id = b.transaction_id
  JOIN (SELECT batch_id, SUM(CASE kind WHEN 'invoice' THEN amount ELSE -amount END)
               AS total FROM synkd_transaction WHERE batch_id IS NOT NULL
         GROUP BY batch_id) m ON m.batch_id = b.id
  LEFT JOIN synkd_demo_document d ON d.sender_key = r.own_key
 WHERE d.id IS NULL OR d.total <> abs(m.total)
    OR (d.kind = 'invoice') <> (m.total >= 0)""",
    "bills in the books twice": """
SELECT sender_key, count(*) FROM synkd_demo_document
 GROUP BY sender_key HAVING count(*) > 1""",
    "documents that only the books have": """
SELECT number FROM synkd_demo_document
 WHERE sender_key NOT IN (SELECT own_key FROM synkd_transaction
                           WHERE res_model = 'synkd.batch' AND live)""",
    "payments that are lost, or there twice": """
SELECT t.own_key, count(d.id) FROM synkd_transaction t
  LEFT JOIN synkd_demo_payment d ON d.sender_key = t.own_key AND d.amount = t.amount
 WHERE t.channel = 'payments' GROUP BY t.own_key HAVING count(d.id) <> 1""",
    "customers who owe something else": """
SELECT c.name, c.outstanding, o.owed FROM synkd_demo_customer c
  JOIN synkd_account_customer a ON a.external_id = c.number
  JOIN synkd_customer_link k ON k.account_customer_id = a.id
  JOIN (SELECT l.partner_id, sum(l.balance) AS owed FROM account_move_line l
          JOIN account_account x ON x.id = l.account_id
         WHERE x.account_type = 'asset_receivable' AND l.parent_state = 'posted'
         GROUP BY l.partner_id) o ON o.partner_id = k.partner_id
 WHERE c.outstanding <> o.owed""",
}
# What may go wrong, and which proofs tell.
FIRST = "UPDATE {table} SET {change} WHERE id = (SELECT min(id) FROM {table} {where})"


def harm(table, change, where=""):
    """Return the statement that spoils one record."""
    return FIRST.format(table=table, change=change, where=where)


HARM = [
    (
        harm("synkd_demo_document", "total = total - 0.01"),
        "bills that are lost, or other than their members",
    ),
    (
        harm(
            "synkd_transaction",
            "batch_id = NULL, sync_state = 'batch'",
            "WHERE batch_id > 0",
        ),
        "documents in no bill, or in one that the books have not got",
    ),
    (
        harm("synkd_demo_document", "sender_key = 'X'"),
        "documents that only the books have",
    ),
    (
        harm("synkd_demo_payment", "sender_key = NULL"),
        "payments that are lost, or there twice",
    ),
    (
        "UPDATE synkd_demo_customer SET outstanding = outstanding + 0.01",
        "customers who owe something else",
    ),
]


@tagged("post_install", "-at_install")
class TestBatchProcess(BaseCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.workers = Workers.open(cls, config["config"])
        error = cls.workers.do(code=MAKE % COUNTS)
        assert not error, error
        cls.workers.sql(SAVE)
        cls.workers.sql(GATHER)
        cls.ledger = int(cls.workers.sql("SELECT min(id) FROM synkd_ledger")[0][0])
        cls.workers.sql("UPDATE synkd_transaction SET sync_state = 'held'")
        error = cls.workers.do(run=cls.ledger)
        assert not error, error

    def setUp(self):
        super().setUp()
        self.workers.sql(FORGET)
        self.assertEqual(self.value(UNSENT), "220")

    def value(self, query):
        """Return the value of a query."""
        return self.workers.sql(query)[0][0]

    def finish(self):
        """Let the rest be billed and sent."""
        for _call in range(20):
            self.workers.sql(GO_ON)
            self.assertEqual(self.workers.do(run=self.ledger, batch=BATCH), "")
            if self.value(UNSENT) == "0":
                return
        self.fail(f"stuck: {self.find_faults()}")

    def find_faults(self, spoil=""):
        """Return what is wrong; empty when all is well."""
        begin = f"BEGIN; {spoil};"
        found = {name: self.workers.sql(begin + q) for name, q in PROOFS.items()}
        return {name: rows for name, rows in found.items() if rows}

    def test_billed_and_sent_and_the_proofs_can_fail(self):
        self.finish()
        self.assertEqual(self.find_faults(), {})
        self.assertEqual(self.value("SELECT count(*) FROM synkd_batch"), "10")
        for spoil, proof in HARM:
            with self.subTest(spoil):
                self.assertIn(proof, self.find_faults(spoil))

    def test_killed_again_and_again(self):
        seed = random.randrange(10**6)
        dice, kills = random.Random(seed), 0
        while kills < 12:
            self.workers.sql(FORGET)
            while self.value(UNSENT) != "0":
                self.workers.sql(GO_ON)
                pid = self.workers.start(
                    run=self.ledger, batch=BATCH, pause_at=dice.randint(1, 700)
                )
                if self.workers.wait(pid, "paused", "ended") == "paused":
                    self.workers.kill(pid)
                    kills += 1
            self.finish()
            self.assertEqual(self.find_faults(), {}, f"seed {seed}, {kills} kills")

    def test_two_people_press_run_at_once(self):
        bill = """
classes = env["synkd.customer.class"].search([("batch_billing", "=", True)])
from datetime import date
from psycopg2.errors import SerializationFailure
from odoo.exceptions import UserError
try:
    env["synkd.biller"]._bill(classes, env.companies.search([]), date(2026, 6, 30))
except (SerializationFailure, UserError):
    env.cr.rollback()
"""
        pids = [self.workers.start(code=bill) for _n in range(2)]
        for pid in pids:
            self.assertEqual(self.workers.wait(pid, "ended"), "ended")
        self.assertEqual(self.value("SELECT count(*) FROM synkd_batch"), "10")
        self.finish()
        self.assertEqual(self.find_faults(), {})
