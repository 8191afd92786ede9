# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Where the machine plays: Odoo and demo books in one transaction, told by the clock.

An example begins at a savepoint and ends there. What a run commits stays although its
worker dies; what the books commit stays as well, since they are another system.
"""

from collections import Counter
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from unittest.mock import patch

import odoo.tests.test_cursor
from odoo import fields
from odoo.api import SUPERUSER_ID, Environment
from odoo.tools import SQL

from ..faults_common import FaultsCommon
from .model import CREDIT, EURO, INVOICE, OWN, PAYMENT

TestCursor = odoo.tests.test_cursor.TestCursor
START = datetime(2026, 6, 15, 9, 0)
MOVE_TYPES = {INVOICE: "out_invoice", CREDIT: "out_refund"}
# Reasons that a person answers at once, or that go with their cause.
PATIENCE = ("changed", "difference", "refused", "closed", "archived")
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


# What a credit has taken back in the books, and that credit: the two are nothing.
CREDITED = """EXISTS (
    SELECT 1 FROM synkd_transaction t
     WHERE t.ledger_id = d.ledger_id AND t.external_id = d.external_id
       AND t.channel = 'documents'
       AND (t.sync_state = 'credited' OR t.res_model = 'synkd.transaction'))"""


class KilledError(BaseException):
    """A worker died: nothing that it had not committed is left of it."""


class Commits:
    """What happens at the commits of a run: its worker dies, or somebody acts.

    :param int die_at: number of the commit that is not reached; None: lives.
    :param dict others: what others do right after a commit, by its number.
    """

    def __init__(self, die_at=None, others=None):
        self.die_at, self.others, self.count = die_at, others or {}, 0
        self.cursor, self.dirty, self.is_open = None, False, False

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
        self.is_open = self.is_open or self.dirty
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

        cls._set_up_euro()

    @classmethod
    def _set_up_euro(cls):
        """Let customers buy in euro, too."""
        euro = cls.env.ref("base.EUR")
        euro.active = True
        cls.currencies = {OWN: cls.company.currency_id, EURO: euro}
        items = cls.env["synkd.demo.item"]
        known = {"ledger_id": cls.ledger.id, "kind": "currency", "code": "EUR"}
        if not items.search([(name, "=", value) for name, value in known.items()]):
            items.create(known | {"name": "Euro"})
        cls.close_books("")
        mappings = cls.env["synkd.mapping"]
        mappings._ensure(cls.ledger, {("currency", str(euro.id))})
        mappings._accept_suggestions(cls.ledger)
        euro.rate_ids.filtered(lambda r: r.company_id == cls.company).unlink()
        cls.set_rate(917431, day="2026-01-01")

    @classmethod
    def set_rate(cls, millionths, day=None):
        """Set the rate of the euro from a day on: today, if none is told.

        :param int millionths: euros for a million of the company's currency.
        """
        day, euro = day or fields.Date.to_string(cls._today()), cls.currencies[EURO]
        known = {"currency_id": euro.id, "company_id": cls.company.id, "name": day}
        rates = cls.env["res.currency.rate"]
        found = rates.search([(name, "=", value) for name, value in known.items()])
        rate = {"rate": millionths / 10**6}
        found.write(rate) if found else rates.create(known | rate)

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
        self.documents, self.closed = {}, False
        savepoint = self.env.cr.savepoint()
        self.registry_enter_test_mode(register_cleanup=False)
        try:
            yield
        finally:
            self.registry_leave_test_mode()
            savepoint.close(rollback=True)
            self.env.invalidate_all(flush=False)
            self.registry.clear_cache()

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
        assert not commits.is_open, "A transaction of ours was open at others' commit"
        return alive

    # === WHAT IS DONE IN ODOO === #

    def make(self, record, net=0):
        """Post the document of a record."""
        if record.kind in MOVE_TYPES:
            document = self.create_invoice(
                self.partners[record.customer],
                [{"price_unit": net / 100}],
                move_type=MOVE_TYPES[record.kind],
                currency_id=self.currencies[record.currency].id,
                invoice_date=fields.Date.to_string(self._today()),
                ref=record.key,
            )
        else:
            document = self.env["account.payment"].create(
                {
                    "payment_type": "inbound" if record.kind == PAYMENT else "outbound",
                    "partner_type": "customer",
                    "partner_id": self.partners[record.customer].id,
                    "amount": record.total / 100,
                    "currency_id": self.currencies[record.currency].id,
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

    def delete(self, record):
        """Delete a draft."""
        document = self.documents[record.key]
        document.with_context(force_delete=True).unlink()

    def link(self, customer, account):
        """Let a customer use an account; None: nobody's."""
        target = self.accounts[account] if account else False
        self.partners[customer].account_customer_id = target

    def book_row(self, number, *domain):
        """Return one of the rows of documents and money, as a person picks one.

        :param int number: which, modulo how many there are.
        """
        kinds = ("kind", "!=", "allocation")
        rows = self.find_rows(kinds, *domain)
        return rows[number % len(rows)] if rows else rows

    def key_of(self, row):
        """Return how both sides call the document of a row.

        :rtype: str
        """
        return row.payment_id.memo or row.move_id.ref

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
        if changed := waiting.filtered(
            lambda row: row.external_id and row.reason in ("changed", "difference")
        ):
            changed.action_void()
        if refused := waiting.filtered(lambda row: row.reason == "refused"):
            refused.action_retry()
        if held := self.find_rows(("sync_state", "=", "held")):
            held.action_release()

    def clear_up(self):
        """Let the books take everything again."""
        if self.closed or self.find_rows(("reason", "=", "closed")):
            self.open_books()
            self.ledger.lists_pulled_at = False
        self.set_books(demo_fault=None, demo_refuse=None)
        self.stored().filtered("archived").archived = False
        self.ledger.sudo()._set_resumed()
        requests = self.env["synkd.request"]
        requests.search([("retry_at", "!=", False)]).retry_at = False

    def settle(self):
        """Let everything come to rest: no faults, all answered, enough runs."""
        for n in range(16):
            self.clear_up()
            self.answer_all()
            self.pass_time(hours=8)  # longer than anything backs off
            self.run_once()
            if not self._is_busy(PATIENCE if n < 8 else ()):
                return
        raise AssertionError(f"It never comes to rest: {self.tell_rows()}")

    def _is_busy(self, answered):
        """Whether something is under way, or waits for an answer that is known.

        :param tuple answered: reasons that ``answer_all`` and ``clear_up`` mend.
        """
        self.env.flush_all()
        self.env.cr.execute(
            """SELECT 1 FROM synkd_transaction t
            LEFT JOIN synkd_transaction b ON b.id = t.blocker_id
                WHERE t.ledger_id = %(ledger)s AND t.live
                  AND (t.sync_state IN ('sending', 'held')
                       OR t.sync_state = 'attention' AND t.reason = ANY(%(answered)s)
                       OR t.sync_state = 'pending'
                          AND b.sync_state IS DISTINCT FROM 'attention')
               UNION ALL SELECT 1 FROM synkd_request
                WHERE ledger_id = %(ledger)s AND state IN ('open', 'answered')
               UNION ALL SELECT 1 FROM synkd_run
                WHERE ledger_id = %(ledger)s
                  AND state IN ('waiting', 'running', 'paused')""",
            {"ledger": self.ledger.id, "answered": list(answered)},
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

    # === IN THE BOOKS === #

    def set_books(self, **values):
        """Let the demo books be otherwise.

        Past our ledger, which would forget what it keeps in mind: it does not notice
        what happens over there.

        :param values: of its fields that begin with ``demo_``.
        """
        self.env.flush_all()
        sets = [SQL("%s = %s", SQL.identifier(n), v) for n, v in values.items()]
        self.env.cr.execute(
            SQL(
                "UPDATE synkd_ledger SET %s WHERE id = %s",
                SQL(", ").join(sets),
                self.ledger.id,
            )
        )
        self.ledger.invalidate_recordset(list(values))

    def close_until(self, days):
        """Close the books up to a day.

        :param int days: from today on.
        """
        self.closed = True
        self.set_books(demo_lock_date=self._today() + timedelta(days=days))

    def open_books(self):
        """Open the books again."""
        self.closed = False
        self.set_books(demo_lock_date=None)

    def archive_there(self, account, archived):
        """Archive a customer in the books, or restore him."""
        number = self.accounts[account].external_id
        stored = self.stored().filtered(lambda c: c.number == number)
        stored.archived = archived

    # === WHAT IS SEEN === #

    def _ask(self, query):
        """Return the rows of a query about the ledger.

        :param str query: with ``%(ledger)s`` or ``%(company)s``.
        :rtype: list[tuple]
        """
        self.env.flush_all()
        ids = {"ledger": self.ledger.id, "company": self.company.id}
        self.env.cr.execute(query, ids)
        return self.env.cr.fetchall()

    def read_settled(self):
        """Return who settles whom in Odoo, in cents.

        :rtype: dict[tuple[str, str], int]
        """
        rows = self._ask(
            """SELECT COALESCE(p.memo, c.ref), COALESCE(q.memo, d.ref),
                      sum(CASE WHEN d.move_type = 'out_invoice'
                               THEN r.debit_amount_currency
                               ELSE r.credit_amount_currency END),
                      bool_or(d.move_type = 'out_invoice')
                 FROM account_partial_reconcile r
                 JOIN account_move_line x ON x.id = r.credit_move_id
                 JOIN account_move c ON c.id = x.move_id
            LEFT JOIN account_payment p ON p.move_id = c.id
                 JOIN account_move_line y ON y.id = r.debit_move_id
                 JOIN account_move d ON d.id = y.move_id
            LEFT JOIN account_payment q ON q.move_id = d.id
                WHERE c.company_id = %(company)s GROUP BY 1, 2"""
        )
        # A refund is a debit, and settles a credit note.
        return {
            (credit, debit) if is_invoice else (debit, credit): cents(amount)
            for credit, debit, amount, is_invoice in rows
            if credit and debit
        }

    def find_twice(self):
        """Return what the books have of one record more than once, or of nobody.

        :rtype: list[tuple]
        """
        return self._ask(
            f"""SELECT split_part(reference, ' ', 1), count(*) FROM (
                  SELECT reference FROM synkd_demo_document d
                   WHERE ledger_id = %(ledger)s AND status <> 'void'
                     AND NOT {CREDITED}
                   UNION ALL
                  SELECT reference FROM synkd_demo_payment
                   WHERE ledger_id = %(ledger)s AND status <> 'void') b
                GROUP BY 1 HAVING count(*) > 1"""
        )

    def find_states(self):
        """Return the live rows as people see them.

        :return: states by key and kind of the record; how many documents and payments
            are in each state, were not sent yet, are refused or changed.
        :rtype: tuple[dict, Counter]
        """
        rows = self._ask(
            """SELECT COALESCE(p.memo, m.ref), t.kind, t.sync_state, t.reason,
                      t.external_id
                 FROM synkd_transaction t
            LEFT JOIN account_payment p ON p.id = t.payment_id
            LEFT JOIN account_move m ON m.id = t.move_id
                WHERE t.ledger_id = %(ledger)s AND t.live"""
        )
        seen = Counter()
        for _key, kind, state, reason, external_id in rows:
            if kind != "allocation":
                seen[state] += 1
                seen[reason] += 1
                seen["unsent"] += not external_id and state in ("attention", "pending")
        return {(key, kind): state for key, kind, state, *_rest in rows}, seen

    def find_shown(self):
        """Return the keys of the records that a person is asked about.

        :rtype: set[str]
        """
        rows = self.find_rows(("sync_state", "in", ("attention", "pending")))
        return {self.key_of(row) for row in rows}

    def find_illegal(self):
        """Return rows whose state is not what requests and books say.

        :rtype: list[tuple]
        """
        return self._ask(
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
        rows = self._ask(
            f"""SELECT split_part(d.reference, ' ', 1), d.kind, c.name, d.total,
                      d.tax, d.outstanding
                 FROM synkd_demo_document d
                 JOIN synkd_demo_customer c ON c.id = d.customer_id
                WHERE d.ledger_id = %(ledger)s AND d.status <> 'void'
                  AND NOT {CREDITED}
                UNION ALL
               SELECT split_part(p.reference, ' ', 1), p.kind, c.name, p.amount,
                      0, p.unallocated
                 FROM synkd_demo_payment p
                 JOIN synkd_demo_customer c ON c.id = p.customer_id
                WHERE p.ledger_id = %(ledger)s AND p.status <> 'void'"""
        )
        names = {account.name: name for name, account in self.accounts.items()}
        books = {
            key: Entry(kind, names[account], cents(total), cents(tax), cents(left))
            for key, kind, account, total, tax, left in rows
        }
        for payer, document, amount in self._ask(
            f"""SELECT split_part(COALESCE(p.reference, n.reference), ' ', 1),
                      split_part(d.reference, ' ', 1), sum(a.amount)
                 FROM synkd_demo_allocation a
                 JOIN synkd_demo_document d ON d.id = a.document_id
            LEFT JOIN synkd_demo_payment p ON p.id = a.payment_id
            LEFT JOIN synkd_demo_document n ON n.id = a.credit_id
                WHERE d.ledger_id = %(ledger)s AND NOT {CREDITED} GROUP BY 1, 2"""
        ):
            books[payer].settled[document] = cents(amount)
        return books

    def find_half_credited(self):
        """Return documents that a credit took back, but not whole.

        :rtype: list[tuple]
        """
        return self._ask(
            f"""SELECT d.number, d.total, d.outstanding FROM synkd_demo_document d
                WHERE d.ledger_id = %(ledger)s AND d.status = 'open' AND {CREDITED}"""
        )

    def read_balances(self):
        """Return what each account owes in the books, in cents.

        :rtype: dict[str, int]
        """
        rows = self._ask(
            "SELECT name, outstanding FROM synkd_demo_customer"
            " WHERE ledger_id = %(ledger)s"
        )
        here = {account.name: name for name, account in self.accounts.items()}
        return {here[name]: cents(n) for name, n in rows if name in here}
