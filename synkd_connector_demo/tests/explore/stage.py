# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Where the machine plays: Odoo and demo books in one transaction, told by the clock.

An example begins at a savepoint and ends there. What a run commits stays although its
worker dies; what the books commit stays as well, since they are another system.
"""

from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from unittest.mock import patch

import odoo.tests.test_cursor
from odoo import Command, fields
from odoo.api import SUPERUSER_ID, Environment

from ..faults_common import FaultsCommon
from .model import CREDIT, INVOICE, PAYMENT, POSTED, REFUND

TestCursor = odoo.tests.test_cursor.TestCursor
START = datetime(2026, 6, 15, 9, 0)
DAY = "2026-06-15"
MOVE_TYPES = {INVOICE: "out_invoice", CREDIT: "out_refund"}
WRITES = ("INSERT", "UPDATE", "DELETE", "WITH")


def cents(amount):
    """Return an amount of the books in cents.

    :rtype: int
    """
    return round(float(amount or 0) * 100)


@dataclass
class Entry:
    """What the books have of a record, in cents."""

    kind: str
    account: str
    total: int
    tax: int
    left: int
    settled: dict = field(default_factory=dict)


class KilledError(BaseException):
    """A worker died: nothing that it had not committed is left of it."""


class Commits:
    """What happens at the commits of a run: its worker dies, or somebody acts.

    :param int die_at: number of the commit that is not reached; None: lives.
    :param dict others: what others do right after a commit, by its number.
    """

    def __init__(self, die_at=None, others=None):
        self.die_at, self.others, self.count = die_at, others or {}, 0
        self.cursor, self.dirty = None, False

    def execute(self, real, cursor, query, *args, **kwargs):
        """Note that the run changed something since its last commit."""
        if cursor is self.cursor and isinstance(query, str):
            self.dirty = self.dirty or query.lstrip()[:6] in WRITES
        return real(cursor, query, *args, **kwargs)

    def commit(self, real, cursor):
        """Commit, or die before it; the commit of somebody else is theirs to keep."""
        if cursor is not self.cursor:
            real(cursor)
            self._keep_others()
            return
        self.count += 1
        if self.die_at == self.count:
            raise KilledError
        real(cursor)
        self.dirty = False
        if other := self.others.pop(self.count, None):
            other()
            cursor.clear()

    def _keep_others(self):
        """Let no rollback of the run take back what others committed meanwhile."""
        assert not self.dirty, "A transaction of ours was open while others committed"
        run = self.cursor
        if run and run._savepoint:
            run._savepoint.close(rollback=False)
            run._savepoint = None


class Stage(FaultsCommon):
    """A company with three customers, two accounts and demo books, all in place."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(
            context=dict(
                cls.env.context,
                tracking_disable=True,
                mail_create_nolog=True,
                mail_notrack=True,
            )
        )
        cls.keep_entries(cls)
        cls.tax.amount = 15
        cls.partners = {"Hope": cls.partner}
        cls.accounts = {"Hope": cls.account}
        for name in ("Joy", "Walk"):
            cls.partners[name] = cls.create_partner(name)
        cls.accounts["Joy"] = cls.create_account("Joy")
        cls.partners["Joy"].account_customer_id = cls.accounts["Joy"]
        for target, name, told in (
            (fields.Datetime, "now", cls.now),
            (fields.Date, "today", cls._today),
            (fields.Date, "context_today", cls._today),
        ):
            cls.startClassPatcher(patch.object(target, name, staticmethod(told)))

    time = START

    @classmethod
    def now(cls, *_args):
        """Return the time of the example."""
        return cls.time

    @classmethod
    def _today(cls, *_args, **_kwargs):
        return cls.time.date()

    def pass_time(self, **delta):
        """Let time pass, or go back.

        :param delta: as for ``timedelta``.
        """
        type(self).time += timedelta(**delta)

    # === EXAMPLES === #

    @contextmanager
    def example(self):
        """Begin an example; all that it did is undone at the end."""
        type(self).time = START
        self.documents = {}
        savepoint = self.env.cr.savepoint()
        self.registry_enter_test_mode(register_cleanup=False)
        try:
            yield
        finally:
            self.registry_leave_test_mode()
            savepoint.close(rollback=True)
            self.env.invalidate_all(flush=False)

    # === RUNS === #

    def run_once(self, die_at=None, others=None):
        """Call the ledger's cron; return whether its worker lived.

        :param int die_at: number of the commit at which the worker dies.
        :param dict others: what others do, by the number of the commit before.
        :rtype: bool
        """
        self.env.flush_all()
        commits = Commits(die_at, others)
        real_commit, real_execute = TestCursor.commit, TestCursor.execute

        def commit(cursor):
            return commits.commit(real_commit, cursor)

        def execute(cursor, *args, **kwargs):
            return commits.execute(real_execute, cursor, *args, **kwargs)

        alive = False
        with (
            patch.object(TestCursor, "commit", commit),
            patch.object(TestCursor, "execute", execute),
            closing(self.registry.cursor()) as cursor,
            suppress(KilledError),
        ):
            commits.cursor = cursor
            env = Environment(cursor, SUPERUSER_ID, {"tracking_disable": True})
            self.ledger.with_env(env)._cron_run()
            commits.commit(real_commit, cursor)
            alive = True
        self.env.invalidate_all()
        return alive

    # === WHAT IS DONE IN ODOO === #

    def make(self, record, net=0):
        """Post the document of a record."""
        if record.kind in MOVE_TYPES:
            document = self.create_invoice(
                self.partners[record.customer],
                [{"price_unit": net / 100}],
                move_type=MOVE_TYPES[record.kind],
                invoice_date=fields.Date.to_string(self._today()),
                ref=record.key,
            )
        else:
            document = self.env["account.payment"].create(
                {
                    "payment_type": "inbound"
                    if record.kind == PAYMENT
                    else "outbound",
                    "partner_type": "customer",
                    "partner_id": self.partners[record.customer].id,
                    "amount": record.total / 100,
                    "journal_id": self.bank.id,
                    "date": fields.Date.to_string(self._today()),
                    "memo": record.key,
                }
            )
        document.action_post()
        self.documents[record.key] = document

    def move_of(self, record):
        """Return the entry of a record."""
        document = self.documents[record.key]
        return document if record.kind in MOVE_TYPES else document.move_id

    def reconcile(self, payer, document):
        """Let one record settle another."""
        lines = self.open_lines(self.move_of(payer), self.move_of(document))
        lines.filtered(lambda line: not line.reconciled).reconcile()

    def unreconcile(self, record):
        """Undo what a record settles, and what settles it."""
        self.open_lines(self.move_of(record)).remove_move_reconcile()

    def take_back(self, record):
        """Reset a record to draft."""
        document = self.documents[record.key]
        if record.kind in MOVE_TYPES:
            document.button_draft()
        else:
            document.action_draft()

    def cancel(self, record):
        """Cancel a draft."""
        document = self.documents[record.key]
        if record.kind in MOVE_TYPES:
            document.button_cancel()
        else:
            document.action_cancel()

    def change(self, record, net):
        """Change the amount of a draft.

        :param int net: cents, without tax.
        """
        document = self.documents[record.key]
        if record.kind in MOVE_TYPES:
            document.invoice_line_ids.price_unit = net / 100
        else:
            document.amount = net / 100

    def repost(self, record):
        """Post a draft again; one that was cancelled goes back to draft before."""
        document = self.documents[record.key]
        if document.state in ("cancel", "canceled"):
            self.take_back(record)
        document.action_post()

    def link(self, customer, account):
        """Let a customer use an account; None: nobody's."""
        target = self.accounts[account] if account else False
        self.partners[customer].account_customer_id = target

    def press_run(self):
        """Let somebody press Run Now."""
        self.ledger.action_run_now()

    # === PEOPLE OF THE BOOKS === #

    def find_rows(self, *domain):
        """Return the live rows of the queue.

        :param domain: parts of a domain.
        """
        mine = [("ledger_id", "=", self.ledger.id), ("live", "=", True)]
        return self.rows.search([*mine, *domain], order="id")

    def row_for(self, record):
        """Return the live row of a record."""
        document = self.documents[record.key]
        name = document._name
        rows = self.find_rows(("res_model", "=", name), ("res_id", "=", document.id))
        return rows.filtered(lambda row: row.kind == record.kind)

    def answer_all(self):
        """Answer what waits for a person: the books shall have what Odoo has."""
        waiting = self.find_rows(("sync_state", "=", "attention"))
        posted = waiting.filtered("external_id")
        changed = posted.filtered(lambda r: r.reason in ("changed", "difference"))
        if changed:
            changed.action_void()
        if refused := waiting.filtered(lambda row: row.reason == "refused"):
            refused.action_retry()
        if held := self.find_rows(("sync_state", "=", "held")):
            held.action_release()

    def settle(self):
        """Let everything come to rest: no faults, all answered, enough runs."""
        self.ledger.write({"demo_fault": False, "demo_refuse": False})
        for _round in range(12):
            self.ledger.sudo()._set_resumed()
            self.env["synkd.request"].search([("retry_at", "!=", False)]).retry_at = (
                False
            )
            self.answer_all()
            self.pass_time(days=1)
            self.run_once()
            if not self._is_busy():
                return
        raise AssertionError(f"It never comes to rest: {self.tell_rows()}")

    def _is_busy(self):
        """Whether something is under way, or waits for an answer that is known."""
        self.env.cr.execute(
            """SELECT 1 FROM synkd_transaction
                WHERE ledger_id = %(ledger)s AND live
                  AND (sync_state IN ('sending', 'held')
                       OR sync_state = 'pending' AND NOT EXISTS (
                          SELECT 1 FROM synkd_transaction b
                           WHERE b.id = synkd_transaction.blocker_id
                             AND b.sync_state = 'attention'
                             AND b.reason NOT IN ('changed', 'difference', 'refused'))
                       OR sync_state = 'attention'
                          AND reason IN ('changed', 'difference', 'refused'))
               UNION ALL SELECT 1 FROM synkd_request
                WHERE ledger_id = %(ledger)s AND state IN ('open', 'answered')
               UNION ALL SELECT 1 FROM synkd_run
                WHERE ledger_id = %(ledger)s
                  AND state IN ('waiting', 'running', 'paused')""",
            {"ledger": self.ledger.id},
        )
        return bool(self.env.cr.rowcount)

    def tell_rows(self):
        """Return the live rows as a person reads them.

        :rtype: list[str]
        """
        return [
            f"{row.display_name} {row.sync_state} {row.reason_text or ''}"
            for row in self.find_rows()
        ]

    # === WHAT IS SEEN === #

    def ask(self, query):
        """Return the rows of a query about the ledger.

        :param str query: with ``%(ledger)s``.
        :rtype: list[tuple]
        """
        self.env.flush_all()
        self.env.cr.execute(query, {"ledger": self.ledger.id})
        return self.env.cr.fetchall()

    def find_twice(self):
        """Return what the books have of one record more than once, or of nobody.

        :rtype: list[tuple]
        """
        return self.ask(
            """SELECT reference, count(*) FROM (
                  SELECT reference FROM synkd_demo_document
                   WHERE ledger_id = %(ledger)s AND status <> 'void'
                   UNION ALL
                  SELECT reference FROM synkd_demo_payment
                   WHERE ledger_id = %(ledger)s AND status <> 'void') b
                GROUP BY reference HAVING count(*) > 1"""
        )

    def find_states(self):
        """Return the states of the live rows, by key and kind of the record.

        :rtype: dict[tuple[str, str], str]
        """
        rows = self.ask(
            """SELECT COALESCE(m.ref, p.memo), t.kind, t.sync_state
                 FROM synkd_transaction t
            LEFT JOIN account_payment p ON p.id = t.payment_id
            LEFT JOIN account_move m ON m.id = t.move_id AND p.id IS NULL
                WHERE t.ledger_id = %(ledger)s AND t.live"""
        )
        return {(key, kind): state for key, kind, state in rows}

    def find_illegal(self):
        """Return rows whose state is not what requests and books say.

        :rtype: list[tuple]
        """
        return self.ask(
            """SELECT 'sent, but no request is open', t.id, t.number
                 FROM synkd_transaction t
                WHERE t.ledger_id = %(ledger)s AND t.sync_state = 'sending'
                  AND NOT EXISTS (
                      SELECT 1 FROM synkd_request_line l
                        JOIN synkd_request r ON r.id = l.request_id
                       WHERE l.transaction_id = t.id AND l.state = 'open'
                         AND r.state IN ('open', 'answered', 'asked'))
                UNION ALL
               SELECT 'posted, but without an identity', t.id, t.number
                 FROM synkd_transaction t
                WHERE t.ledger_id = %(ledger)s AND t.sync_state = 'synced'
                  AND COALESCE(t.external_id, '') = ''
                UNION ALL
               SELECT 'posted, but not in the books', t.id, t.number
                 FROM synkd_transaction t
                WHERE t.ledger_id = %(ledger)s AND t.sync_state = 'synced' AND t.live
                  AND t.channel <> 'allocations'
                  AND NOT EXISTS (SELECT 1 FROM synkd_demo_document d
                                   WHERE d.ledger_id = t.ledger_id
                                     AND d.external_id = t.external_id)
                  AND NOT EXISTS (SELECT 1 FROM synkd_demo_payment d
                                   WHERE d.ledger_id = t.ledger_id
                                     AND d.external_id = t.external_id)"""
        )

    def read_books(self):
        """Return what the books have that is not void, by the key of the record.

        :rtype: dict[str, Entry]
        """
        rows = self.ask(
            """SELECT d.reference, d.kind, c.name, d.total, d.tax, d.outstanding
                 FROM synkd_demo_document d
                 JOIN synkd_demo_customer c ON c.id = d.customer_id
                WHERE d.ledger_id = %(ledger)s AND d.status <> 'void'
                UNION ALL
               SELECT p.reference, p.kind, c.name, p.amount, 0, p.unallocated
                 FROM synkd_demo_payment p
                 JOIN synkd_demo_customer c ON c.id = p.customer_id
                WHERE p.ledger_id = %(ledger)s AND p.status <> 'void'"""
        )
        names = {account.name: name for name, account in self.accounts.items()}
        books = {
            key: Entry(kind, names[account], cents(total), cents(tax), cents(left))
            for key, kind, account, total, tax, left in rows
        }
        for payer, document, amount in self.ask(
            """SELECT COALESCE(p.reference, n.reference), d.reference, sum(a.amount)
                 FROM synkd_demo_allocation a
                 JOIN synkd_demo_document d ON d.id = a.document_id
            LEFT JOIN synkd_demo_payment p ON p.id = a.payment_id
            LEFT JOIN synkd_demo_document n ON n.id = a.credit_id
                WHERE d.ledger_id = %(ledger)s GROUP BY 1, 2"""
        ):
            books[payer].settled[document] = cents(amount)
        return books

    def read_balances(self):
        """Return what each account owes in the books, in cents.

        :rtype: dict[str, int]
        """
        rows = self.ask(
            "SELECT name, outstanding FROM synkd_demo_customer"
            " WHERE ledger_id = %(ledger)s"
        )
        here = {account.name: name for name, account in self.accounts.items()}
        return {here[name]: cents(n) for name, n in rows if name in here}
