# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Tills that close, bills and runs in real processes that are killed at any moment."""

import random
from collections import Counter

from odoo.tests import BaseCase, tagged
from odoo.tools import config

from odoo.addons.synkd_connector.tests.process_worker import Workers
from odoo.addons.synkd_connector_demo.tests.process_documents import GO_ON, SET_UP

SESSIONS = 8
# At most, of each kind of work.
KILLS = 4
# Who works: with access to the company, and to the shop.
ADMIN = """
admin = env.ref("base.user_admin")
admin.company_ids |= company
admin.group_ids |= env.ref("point_of_sale.group_pos_manager")
env = env(user=admin, su=True)
"""
# Shops with open sessions of ten orders each: walk-ins, and a customer who is billed
# together; some bring something back, and some drawers are not as they should be.
MAKE = (
    SET_UP
    + ADMIN
    + """
company = company.with_env(env)
gathered = some_class.copy({"name": "Gathered", "batch_billing": True,
                            "batch_period": "hand"})
accounts.class_id = gathered
drawers = env["account.journal"].create([
    {"name": f"Drawer {n}", "code": f"DR{n}", "type": "cash", "company_id": company.id}
    for n in range(%(sessions)s)])
mapping = env["synkd.mapping"]
items = env["synkd.books.item"]
own = [("ledger_id", "=", ledger.id)]
for drawer in drawers:
    mapping._ensure(ledger, {("bank", str(drawer.id))}).item_id = items.search(
        [*own, ("kind", "=", "bank")], limit=1)
    for account in drawer.profit_account_id | drawer.loss_account_id:
        mapping._ensure(ledger, {("account", str(account.id))}).item_id = items.search(
            [*own, ("code", "=", "ROUND")])
walk_in = env["synkd.customer.class"].search(
    [("posting", "=", "generic"), ("company_id", "=", company.id)], limit=1)
taxes = company.account_sale_tax_id
for n, drawer in enumerate(drawers):
    methods = env["pos.payment.method"].create([
        {"name": name, "journal_id": journal.id, "company_id": company.id}
        for name, journal in ((f"Cash {n}", drawer), (f"Card {n}", bank))])
    shop = env["pos.config"].create({
        "name": f"Shop {n}", "payment_method_ids": [Command.set(methods.ids)],
        "walk_in_class_id": walk_in.id, "company_id": company.id,
        "synkd_summary_mode": "session"})
    shop.open_ui()
    session = shop.current_session_id
    session.set_opening_control(0, "")
    for number in range(10):
        quantity = -1 if number == 9 else 1 + number %% 3
        total = round(11.5 * quantity, 2)
        env["pos.order"].create({
            "session_id": session.id, "company_id": company.id,
            "partner_id": partners[n].id if number == 4 else False,
            "name": f"Order {n}/{number}", "amount_total": total,
            "amount_tax": round(1.5 * quantity, 2), "amount_paid": total,
            "amount_return": 0, "state": "paid",
            "lines": [Command.create({
                "product_id": product.id, "qty": quantity, "price_unit": 10.0,
                "price_subtotal": 10.0 * quantity, "price_subtotal_incl": total,
                "tax_ids": [Command.set(taxes.ids)], "full_product_name": "Glue"})],
            "payment_ids": [Command.create({
                "payment_method_id": methods[number %% 2].id, "amount": total})]})
"""
)
# What the processes do.
CLOSE = """
env = env(user=env.ref("base.user_admin"), su=True)
session = env["pos.session"].browse(%s)
cash = session.order_ids.payment_ids.filtered("payment_method_id.is_cash_count")
session.post_closing_cash_details(sum(cash.mapped("amount")) + session.id %% 3 - 1)
session.close_session_from_ui()
"""
WRITE_DOWN = 'env.ref("synkd_connector_pos.ir_cron_close").method_direct_trigger()'
BILL = """
from datetime import date, timedelta
from odoo.exceptions import UserError
try:
    env["synkd.biller"]._bill(
        env["synkd.customer.class"].search([("batch_billing", "=", True)]),
        env["synkd.ledger"].search([], limit=1).company_id,
        date.today() + timedelta(days=1))
except UserError:
    env.cr.rollback()
"""
SWITCH_ON = """
UPDATE ir_cron SET active = true WHERE id IN
    (SELECT res_id FROM ir_model_data WHERE name = 'ir_cron_close')
"""
OPEN = "SELECT min(id) FROM pos_session WHERE state <> 'closed'"
DUE = "SELECT count(*) FROM pos_session WHERE synkd_due"
UNSENT = """
SELECT count(*) FROM synkd_transaction
 WHERE live AND sync_state NOT IN ('synced', 'billed')
"""
# The sum of what the books have, signed, and of what tills took.
BOOKS = "SELECT SUM(CASE kind WHEN 'invoice' THEN total ELSE -total END)::numeric(9, 2)"
PROOFS = {
    "tills that are open, or due": """
SELECT id, state FROM pos_session WHERE state <> 'closed' OR synkd_due""",
    "rows that are stuck": UNSENT + " HAVING count(*) > 0",
    "orders in no document": """
SELECT id FROM pos_order WHERE synkd_summary_id IS NULL""",
    "documents that say something else than their orders": """
SELECT s.name, s.total, o.total FROM synkd_summary s
  JOIN (SELECT synkd_summary_id, SUM(amount_total) AS total FROM pos_order
         GROUP BY 1) o ON o.synkd_summary_id = s.id
 WHERE s.total <> round((o.total + COALESCE(s.cash_difference, 0))::numeric, 2)""",
    "drawers that were counted twice, or never": """
SELECT p.id FROM pos_session p LEFT JOIN synkd_summary s ON s.session_id = p.id
 GROUP BY p.id
HAVING COALESCE(SUM(s.cash_difference), 0) <> p.id % 3 - 1""",
    "documents that are lost, or other than here": """
SELECT s.name, t.sync_state, d.total FROM synkd_summary s
  LEFT JOIN synkd_transaction t ON t.summary_id = s.id AND t.live
                               AND t.channel = 'documents'
  LEFT JOIN synkd_batch b ON b.id = t.batch_id
  LEFT JOIN synkd_transaction r ON r.id = COALESCE(b.transaction_id, t.id)
  LEFT JOIN synkd_demo_document d ON d.sender_key = r.own_key
 WHERE NOT s.withdrawn
   AND (d.id IS NULL OR b.id IS NULL AND d.total <> abs(s.total))""",
    "documents in the books twice": """
SELECT sender_key, count(*) FROM synkd_demo_document
 GROUP BY sender_key HAVING count(*) > 1""",
    "money that is lost, there twice, or other than here": """
SELECT t.own_key, count(p.id) FROM synkd_transaction t
  LEFT JOIN synkd_demo_payment p ON p.sender_key = t.own_key AND p.amount = t.amount
 WHERE t.channel = 'payments' AND t.live GROUP BY 1 HAVING count(p.id) <> 1""",
    "books that have another sum than the tills": f"""
SELECT * FROM ({BOOKS} AS total FROM synkd_demo_document) d,
     (SELECT (SELECT SUM(amount_total) FROM pos_order)
           + (SELECT SUM(id % 3 - 1) FROM pos_session) AS total) o
 WHERE d.total <> round(o.total::numeric, 2)""",
    "money that the books have, and no till": """
SELECT * FROM (SELECT SUM(CASE kind WHEN 'payment' THEN amount ELSE -amount END)
                  AS total FROM synkd_demo_payment) d,
     (SELECT (SELECT SUM(amount) FROM pos_payment)
           + (SELECT SUM(id % 3 - 1) FROM pos_session) AS total) o
 WHERE round(d.total::numeric, 2) IS DISTINCT FROM round(o.total::numeric, 2)""",
    "customers who owe something": """
SELECT name, outstanding FROM synkd_demo_customer WHERE outstanding <> 0""",
}


def spoil(table, change):
    """Return the statement that spoils one record."""
    return f"UPDATE {table} SET {change} WHERE id = (SELECT min(id) FROM {table})"


# What may go wrong, and which proof tells.
HARM = [
    (
        "UPDATE pos_session SET synkd_due = TRUE",
        "tills that are open, or due",
    ),
    (
        spoil("pos_order", "synkd_summary_id = NULL"),
        "documents that say something else than their orders",
    ),
    (
        "UPDATE synkd_summary SET cash_difference = 2 * cash_difference",
        "drawers that were counted twice, or never",
    ),
    (
        spoil("synkd_demo_document", "sender_key = 'X'"),
        "documents that are lost, or other than here",
    ),
    (
        "UPDATE synkd_demo_document SET total = total + 0.01",
        "books that have another sum than the tills",
    ),
    (
        spoil("synkd_demo_payment", "sender_key = 'X'"),
        "money that is lost, there twice, or other than here",
    ),
    (
        "UPDATE synkd_demo_payment SET amount = amount + 0.01",
        "money that the books have, and no till",
    ),
]


@tagged("post_install", "-at_install")
class TestTillProcess(BaseCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.workers = Workers.open(cls, config["config"])
        error = cls.workers.do(code=MAKE % {"sessions": SESSIONS})
        assert not error, error
        cls.ledger = int(cls.value("SELECT min(id) FROM synkd_ledger"))
        # As it is from the first closing of a database on.
        cls.workers.sql(SWITCH_ON)

    @classmethod
    def value(cls, query):
        """Return the value of a query."""
        return cls.workers.sql(query)[0][0]

    def jobs(self):
        """Return what is to be done next: name, job, and statements it may make."""
        jobs = [
            ("write down", {"code": WRITE_DOWN}, 150),
            ("bill", {"code": BILL}, 120),
            ("run", {"run": self.ledger, "batch": 5}, 600),
        ]
        session = self.value(OPEN)
        close = ("close", {"code": CLOSE % session}, 500) if session else None
        return [close, *jobs] if close else jobs

    def is_done(self):
        """Whether all tills are closed, and all that they sold is in the books."""
        left = [self.value(DUE), self.value(UNSENT)]
        return not self.value(OPEN) and left == ["0", "0"]

    def work(self, dice, job, longest):
        """Let a process do a job, and kill it on the way; return whether it was."""
        pid = self.workers.start(**job, pause_at=dice.randint(1, longest))
        if self.workers.wait(pid, "paused", "ended") == "paused":
            self.workers.kill(pid)
            return True
        self.assertEqual(self.workers.told[pid][-1], "ended")
        return False

    def find_faults(self, harm=""):
        """Return what is wrong; empty when all is well."""
        begin = f"BEGIN; {harm};"
        found = {name: self.workers.sql(begin + q) for name, q in PROOFS.items()}
        return {name: rows for name, rows in found.items() if rows}

    def test_at_once_two_tills_close(self):
        ids = self.workers.sql(
            "SELECT id FROM pos_session WHERE state <> 'closed' ORDER BY id LIMIT 2"
        )
        pids = [self.workers.start(code=CLOSE % session) for (session,) in ids]
        for pid in pids:
            self.assertEqual(self.workers.wait(pid, "ended"), "ended")
        self.assertEqual(self.value(DUE), "2")
        # The cron runs once at a time: who calls it meanwhile is turned away.
        pids = [self.workers.start(code=WRITE_DOWN) for _n in range(2)]
        for pid in pids:
            self.workers.wait(pid, "ended")
        self.assertEqual(self.workers.do(code=WRITE_DOWN), "")
        self.assertEqual(self.value(DUE), "0")
        one = "documents that say something else than their orders"
        self.assertEqual(self.workers.sql(PROOFS[one]), [])

    def test_killed_again_and_again(self):
        seed = random.randrange(10**6)
        dice, killed = random.Random(seed), Counter()
        for _turn in range(60):
            jobs = self.jobs()
            dice.shuffle(jobs)
            for name, job, longest in jobs:
                self.workers.sql(GO_ON)
                if killed[name] < KILLS:
                    killed[name] += self.work(dice, job, longest)
                else:
                    self.assertEqual(self.workers.do(**job), "")
            if self.is_done():
                break
        self.assertEqual(self.find_faults(), {}, f"seed {seed}, kills {killed}")
        self.assertEqual(len([n for n in killed.values() if n]), 4, f"seed {seed}")
        self.assertGreaterEqual(killed.total(), 2 * KILLS, f"seed {seed}: {killed}")
        documents = self.value("SELECT count(*) FROM synkd_demo_document")
        # A document for each till, and a bill for each customer of one.
        self.assertEqual(int(documents), 2 * SESSIONS)
        for harm, proof in HARM:
            with self.subTest(harm):
                self.assertIn(proof, self.find_faults(harm))
