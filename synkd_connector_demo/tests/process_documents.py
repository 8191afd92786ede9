# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Documents of every kind, made once and sent again and again by processes.

The tests and the benchmarks use the same proof that nothing is lost or doubled.
"""

import random

# How the lists of the demo books become known, and the item that lines are posted to.
DEMO_LISTS = """
entries = env["synkd.demo.item"]._get_items(ledger)
env["synkd.books.item"]._take(
    ledger, Lists(tuple(entry._as_data() for entry in entries)))
env["synkd.mapping"]._accept_suggestions(ledger)
item = env["synkd.books.item"].search(
    [("ledger_id", "=", ledger.id), ("code", "=", "SALES")])
"""
# What the company needs to invoice, and the books to take it.
SET_UP = (
    """
from odoo import Command
from odoo.addons.synkd_connector.lib.documents import Lists
ledger = env["synkd.ledger"].search([], limit=1)
company = ledger.company_id
env = env(context={"allowed_company_ids": company.ids, "tracking_disable": True})
ledger = ledger.with_env(env)
ledger.write({"start_date": False, "post_accounts": True})
if not env["account.journal"].search([("type", "=", "sale")], limit=1):
    env["account.chart.template"].try_loading(
        "generic_coa", company=company, install_demo=False)
"""
    + DEMO_LISTS
    + """
product_class = env["synkd.product.class"].create({
    "name": "Process", "company_id": company.id, "posting": "department",
    "item_id": item.id})
product = env["product.product"].create({
    "name": "Glue", "synkd_product_class_id": product_class.id})
some_class = env["synkd.customer.class"].search(
    [("posting", "=", "account"), ("company_id", "=", company.id)], limit=1)
partners = env["res.partner"].create([
    {"name": f"Process {number}", "customer_rank": 1} for number in range(10)])
accounts = env["synkd.account.customer"].create([
    {"name": partner.name, "ledger_id": ledger.id, "class_id": some_class.id}
    for partner in partners])
env["synkd.customer.link"]._link(list(zip(partners, accounts, strict=True)))
bank = env["account.journal"].search(
    [("type", "=", "bank"), ("company_id", "=", company.id)], limit=1)
outstanding = env["account.account"].create({
    "name": "Outstanding", "code": "111998", "account_type": "asset_current",
    "reconcile": True, "company_ids": [Command.set(company.ids)]})
methods = bank.inbound_payment_method_line_ids | bank.outbound_payment_method_line_ids
methods.payment_account_id = outstanding
"""
)
# %(invoices)s invoices; some are credited, some paid: whole, in part, or too much.
MAKE = (
    SET_UP
    + """
def make(kind, number):
    return {
        "move_type": kind, "partner_id": partners[number %% 10].id,
        "invoice_date": "2026-06-15", "company_id": company.id,
        "invoice_line_ids": [Command.create({
            "product_id": product.id, "quantity": 1 + number %% 3,
            "price_unit": 10 + number / 7,
            "tax_ids": [Command.set(company.account_sale_tax_id.ids)]})]}
invoices = env["account.move"].create(
    [make("out_invoice", number) for number in range(%(invoices)s)])
credits = env["account.move"].create(
    [make("out_refund", number) for number in range(%(credits)s)])
(invoices | credits).action_post()
def open_lines(moves):
    return moves.line_ids.filtered(
        lambda line: line.account_id.account_type == "asset_receivable")
for invoice, credit in zip(invoices, credits):
    open_lines(invoice | credit).reconcile()
paid = invoices[%(credits)s : %(credits)s + %(payments)s]
shares = (1, 0.5, 1.25)
payments = env["account.payment"].create([
    {"partner_id": invoice.partner_id.id, "payment_type": "inbound",
     "partner_type": "customer", "journal_id": bank.id, "date": "2026-06-20",
     "amount": company.currency_id.round(invoice.amount_total * shares[number %% 3])}
    for number, invoice in enumerate(paid)])
payments.action_post()
for invoice, payment in zip(paid, payments, strict=True):
    open_lines(invoice | payment.move_id).reconcile()
"""
)
# Of three amounts, so that documents of one customer and number are often equal.
PRICES = ('"price_unit": 10 + number / 7', '"price_unit": (10, 20, 30)[number %% 3]')
EQUAL_MAKE = MAKE.replace(*PRICES)
# One journal stands for many: ten numbers for all documents, ten for all payments.
TEN_NUMBERS = """
DROP INDEX account_move_unique_name;
UPDATE account_move SET name = 'T/' || id % 10
 WHERE move_type IN ('out_invoice', 'out_refund');
UPDATE account_payment SET name = 'P/' || id % 10;
UPDATE account_move m SET name = p.name FROM account_payment p WHERE p.move_id = m.id;
UPDATE synkd_transaction t SET number = m.name, document_number = m.name
  FROM account_move m WHERE m.id = t.move_id;
UPDATE synkd_transaction t SET number = p.name, document_number = p.name
  FROM account_payment p WHERE p.id = t.payment_id
"""
POOLS = """
SELECT count(DISTINCT number), count(DISTINCT amount) FROM synkd_transaction
 GROUP BY channel
"""
SAVE = """
CREATE TABLE saved_blocker AS SELECT id, blocker_id FROM synkd_transaction
"""
RESET = """
DELETE FROM synkd_request;
UPDATE synkd_transaction t SET sync_state = 'pending', external_id = NULL,
       fingerprint = NULL, sent_data = NULL, run_id = NULL, retry_at = NULL,
       attempts = 0, revision = 0, reason = NULL, sync_message = NULL,
       posted_at = NULL, books_number = NULL, books_parts = NULL,
       number = document_number, sent_number = NULL, copy_number = 0,
       blocker_id = s.blocker_id
  FROM saved_blocker s WHERE s.id = t.id;
UPDATE synkd_account_customer SET run_id = NULL;
DELETE FROM synkd_run; DELETE FROM ir_cron_progress;
DELETE FROM synkd_demo_allocation; DELETE FROM synkd_demo_payment;
DELETE FROM synkd_demo_document; DELETE FROM synkd_demo_call;
UPDATE synkd_demo_customer SET outstanding = 0, overdue = 0;
UPDATE synkd_ledger SET paused_until = NULL, needs_person = false, failures = 0,
       pause_reason = NULL, quiet_until = NULL
"""
# Time passes, and faults that dice threw ten times in a row are no odd document.
GO_ON = """
UPDATE synkd_transaction SET retry_at = NULL, attempts = 0
 WHERE retry_at IS NOT NULL OR attempts <> 0;
UPDATE synkd_request SET retry_at = NULL, attempts = 0
 WHERE retry_at IS NOT NULL OR attempts <> 0;
UPDATE synkd_ledger SET paused_until = NULL, quiet_until = NULL
"""
UNSENT = "SELECT count(*) FROM synkd_transaction WHERE sync_state <> 'synced'"
# Each of these finds nothing when all is well. What is whose is told by our own keys:
# numbers may be equal, and then the books have some with a suffix.
PROOFS = {
    "stuck rows": UNSENT + " HAVING count(*) > 0",
    "requests without an end": """
SELECT id, state FROM synkd_request WHERE state NOT IN ('done', 'void')""",
    "documents in the books twice": """
SELECT sender_key, count(*) FROM synkd_demo_document
 GROUP BY sender_key HAVING count(*) > 1""",
    "payments in the books twice": """
SELECT sender_key, count(*) FROM synkd_demo_payment
 GROUP BY sender_key HAVING count(*) > 1""",
    "documents that are lost, or other than in Odoo": """
SELECT t.own_key, m.name, m.amount_total, d.total FROM account_move m
  JOIN synkd_transaction t ON t.move_id = m.id AND t.channel = 'documents'
  LEFT JOIN synkd_demo_document d ON d.sender_key = t.own_key
 WHERE d.id IS NULL OR d.total <> m.amount_total OR d.tax <> m.amount_tax
    OR d.outstanding <> m.amount_residual
    OR d.external_id IS DISTINCT FROM t.external_id
    OR d.sent_number IS DISTINCT FROM t.sent_number
    OR d.sent_number <> m.name || CASE WHEN t.copy_number = 0 THEN ''
                                       ELSE '-' || t.copy_number + 1 END""",
    "payments that are lost, or other than in Odoo": """
SELECT t.own_key, p.name, p.amount, d.amount FROM account_payment p
  JOIN synkd_transaction t ON t.payment_id = p.id
  LEFT JOIN synkd_demo_payment d ON d.sender_key = t.own_key
 WHERE d.id IS NULL OR d.amount <> p.amount OR d.sent_number <> p.name
    OR d.external_id IS DISTINCT FROM t.external_id""",
    "money that settles other documents than in Odoo": """
WITH ours AS (
    SELECT s.own_key AS source, d.own_key AS document, p.amount
      FROM account_partial_reconcile p
      JOIN account_move_line debit ON debit.id = p.debit_move_id
      JOIN account_move_line credit ON credit.id = p.credit_move_id
      JOIN synkd_transaction d ON d.move_id = debit.move_id
                              AND d.channel = 'documents'
      LEFT JOIN account_payment y ON y.move_id = credit.move_id
      JOIN synkd_transaction s
        ON s.payment_id = y.id
        OR s.move_id = credit.move_id AND s.channel = 'documents'),
theirs AS (
    SELECT COALESCE(p.sender_key, c.sender_key) AS source, d.sender_key AS document,
           a.amount
      FROM synkd_demo_allocation a
      JOIN synkd_demo_document d ON d.id = a.document_id
      LEFT JOIN synkd_demo_payment p ON p.id = a.payment_id
      LEFT JOIN synkd_demo_document c ON c.id = a.credit_id)
(TABLE ours EXCEPT ALL TABLE theirs) UNION ALL
(TABLE theirs EXCEPT ALL TABLE ours)""",
    "records that only the books have": """
SELECT (SELECT count(*) FROM synkd_demo_document) documents,
       (SELECT count(*) FROM synkd_demo_payment) payments
HAVING (SELECT count(*) FROM synkd_demo_document) <>
       (SELECT count(*) FROM synkd_transaction WHERE channel = 'documents')
    OR (SELECT count(*) FROM synkd_demo_payment) <>
       (SELECT count(*) FROM synkd_transaction WHERE channel = 'payments')""",
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


class DemoBooks:
    """The demo books of a database that was made by ``MAKE``: emptied, and proved."""

    def __init__(self, workers):
        """Prepare.

        :param Workers workers: on that database.
        """
        self.workers = workers

    def reset(self):
        """Let all documents wait again, and the books have none of them."""
        self.workers.sql(RESET)

    def disturb(self, dice):
        """Let something go wrong in the next process; here nothing but its end."""

    def find_faults(self, spoil=""):
        """Return what is wrong in the books or here; empty when all is well.

        :param str spoil: statement that is executed before each proof and undone.
        :rtype: dict
        """
        begin = f"BEGIN; {spoil};"
        found = {
            name: self.workers.sql(begin + query) for name, query in PROOFS.items()
        }
        return {name: rows for name, rows in found.items() if rows}


def make_twins(workers, counts, make=EQUAL_MAKE):
    """Make documents of ten numbers and three amounts, all of which wait.

    :param Workers workers: on a database of their own.
    :param dict counts: how many ``invoices``, ``credits`` and ``payments``.
    :param str make: ``EQUAL_MAKE``, or what other books need of it.
    :return: id of the ledger.
    :rtype: int
    """
    error = workers.do(code=make % counts)
    assert not error, error
    workers.sql(TEN_NUMBERS)
    pools = workers.sql(POOLS)
    assert len(pools) == 3, pools
    assert all(int(numbers) <= 10 and sums == "3" for numbers, sums in pools), pools
    workers.sql(SAVE)
    return int(workers.sql("SELECT min(id) FROM synkd_ledger")[0][0])


def run_until_done(workers, ledger, batch, calls=40):
    """Call the ledger's cron in fresh processes until all is sent.

    :return: whether it came to an end.
    :rtype: bool
    """
    for _call in range(calls):
        workers.sql(GO_ON)
        error = workers.do(run=ledger, batch=batch)
        assert not error, error
        live = "SELECT count(*) FROM synkd_run WHERE state IN ('running', 'paused')"
        if workers.sql(live)[0][0] == "0" and workers.sql(UNSENT)[0][0] == "0":
            return True
    return False


def kill_again_and_again(books, ledger, kills, batch, longest, seed=None):
    """Send all documents, kill -9 the process at random points until it is done.

    Begins anew until there were as many kills as asked for; after each end nothing
    may be wrong.

    :param DemoBooks books: or others that do the same.
    :param int kills: at least so many.
    :param int longest: statements that a process may make before it is killed.
    :return: how many kills there were in each phase of the run.
    :rtype: dict[str, int]
    """
    seed = random.randrange(10**6) if seed is None else seed
    dice, phases, count = random.Random(seed), {}, 0
    workers = books.workers
    while count < kills:
        books.reset()
        rounds = 0
        while workers.sql(UNSENT)[0][0] != "0":
            rounds += 1
            assert rounds < 200, f"stuck; seed {seed}, {count} kills"
            workers.sql(GO_ON)
            books.disturb(dice)
            pid = workers.start(
                run=ledger, batch=batch, pause_at=dice.randint(1, longest)
            )
            if workers.wait(pid, "paused", "ended") == "paused":
                workers.kill(pid)
                count += 1
                phase = workers.sql("SELECT phase FROM synkd_run ORDER BY id DESC")
                name = phase[0][0] if phase else ""
                phases[name] = phases.get(name, 0) + 1
        assert run_until_done(workers, ledger, batch), f"stuck; seed {seed}"
        faults = books.find_faults()
        assert not faults, f"seed {seed}, {count} kills: {faults}"
    return phases
