# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Where the machine plays: Odoo, in one transaction, told by the clock.

An example begins at a savepoint and ends there. What a run commits stays although its
worker dies; what the books commit stays as well, since they are another system.
"""

from collections import Counter
from contextlib import closing, contextmanager, suppress
from datetime import datetime, timedelta
from unittest.mock import patch

import odoo.tests.test_cursor
from odoo import fields
from odoo.api import SUPERUSER_ID, Environment
from odoo.sql_db import BaseCursor

from .model import CREDIT, EURO, INVOICE, OWN, PAYMENT, cents

TestCursor = odoo.tests.test_cursor.TestCursor
START = datetime(2026, 6, 15, 9, 0)
MOVE_TYPES = {INVOICE: "out_invoice", CREDIT: "out_refund"}
# Reasons that a person answers at once, or that go with their cause.
ASKED = ("changed", "difference", "altered")
PATIENCE = (*ASKED, "refused", "closed", "archived", "held", "decide")
FAULTS = ("lost_before", "lost_after", "minute", "day", "offline", "batch", "cent")
WRITES = ("INSERT", "UPDATE", "DELETE", "WITH")


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


class OdooSide:
    """What is done in Odoo, and read there, by a class that has books as well.

    Those have a company with ``ledger``, ``partner``, ``account``, ``tax``, ``bank``
    and what the demo connector's ``explore.books.DemoBooks`` has.
    """

    # Names of rules that these books have no counterpart of, "euro" and "refund" too.
    cannot = frozenset()
    # Faults of ``fate`` that they can be brought to.
    faults = FAULTS

    @classmethod
    def set_up_stage(cls):
        """Create who plays: three customers and two accounts, with a euro."""
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
        cls.play_clock()
        cls._set_up_euro()
        cls.losses = cls.env["account.account"].search(
            [("account_type", "=", "expense"), ("company_ids", "in", cls.company.ids)],
            limit=1,
        )
        cls.map_losses()

    @classmethod
    def play_clock(cls):
        """Let Odoo have the time of the example, and what it writes down."""
        for cursor in (TestCursor, BaseCursor):
            cls.startClassPatcher(patch.object(cursor, "now", cls.now))
        for target, name, told in (
            (fields.Datetime, "now", cls.now),
            (fields.Date, "today", cls._today),
            (fields.Date, "context_today", cls._today),
        ):
            cls.startClassPatcher(patch.object(target, name, staticmethod(told)))

    @classmethod
    def _set_up_euro(cls):
        """Let customers buy in euro, too."""
        euro = cls.env.ref("base.EUR")
        euro.active = True
        cls.currencies = {OWN: cls.company.currency_id, EURO: euro}
        cls.know_euro()
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
        self.documents, self.closed, self.voided = {}, False, set()
        self.partners = dict(type(self).partners)
        self.accounts = dict(type(self).accounts)
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
        self.env.invalidate_all()  # others see what was committed, as of then
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

    def write_off(self, record, due):
        """Register the payment of a record, which writes off what it leaves open."""
        wizard = self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=self.documents[due.key].ids
        )
        wizard = wizard.create(
            {
                "journal_id": self.bank.id,
                "amount": record.total / 100,
                "communication": record.key,
                "payment_date": fields.Date.to_string(self._today()),
                "payment_difference_handling": "reconcile",
                "writeoff_account_id": self.losses.id,
            }
        )
        self.documents[record.key] = wizard._create_payments()

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

    # === WHAT MANAGERS OF THE BOOKS DO === #

    def set_aside(self, account, how):
        """Let the documents of an account wait: by its class, held, or archived."""
        self.accounts[account].write(
            {
                "class": {"class_id": self.class_decide.id},
                "held": {"held": True},
                "archived": {"active": False},
            }[how]
        )

    def take_up_again(self):
        """Let the documents of all accounts go on."""
        for account in self.accounts.values():
            wanted = {"active": True, "held": False, "class_id": self.class_account}
            if any(account[name] != value for name, value in wanted.items()):
                account.write(wanted | {"class_id": self.class_account.id})

    def merge(self, kept, other):
        """Merge a customer into another; somebody new gets his name."""
        merge = self.env["synkd.merge"]
        merge._merge(self.partners[kept], self.partners[other])
        self.partners[other] = self.create_partner(other)

    def merge_accounts(self, kept, other, undo):
        """Merge an account customer into another; take it back at once if wanted."""
        merge = self.env["synkd.merge"]
        merge = merge._merge(self.accounts[kept], self.accounts[other])
        if undo:
            merge.action_undo()

    def compare(self):
        """Compare both sides, as Compare on the ledger does.

        :return: the lines that tell of a difference.
        """
        wizard = self.env["synkd.agreement.wizard"]._open(self.ledger)
        wizard = self.env["synkd.agreement.wizard"].browse(wizard["res_id"])
        wizard.date_from = "2026-01-01"
        wizard.action_confirm()
        for _n in range(3):
            self.run_once()
            if not self.ledger.agreement_open_id:
                break
        agreement = self.ledger.agreement_id
        assert agreement.state == "done", "The comparison does not end"
        return agreement.line_ids.filtered(lambda line: line.state == "open")

    def put_right(self):
        """Put right what differs in the books, with the buttons of the agreement."""
        lines = self.compare()
        for line in lines.filtered(lambda line: line._is_reversed()):
            self.put_back(line.transaction_id)
        if missing := lines.filtered("may_post_anew"):
            missing.action_post_anew()
        for line in lines.filtered("may_resolve"):
            line.action_resolve()

    def link(self, customer, account):
        """Let a customer use an account; None: nobody's."""
        target = self.accounts[account] if account else False
        self.partners[customer].account_customer_id = target

    def open_account(self, name, customer):
        """Make an account customer, and let a customer use it."""
        account = self.create_account(name)
        self.partners[customer].account_customer_id = account
        self.accounts[name] = account

    def book_row(self, number, *domain):
        """Return one of the rows of documents and money, as a person picks one.

        :param int number: which, modulo how many there are.
        """
        kinds = ("kind", "!=", "allocation")
        rows = self.find_rows(kinds, *domain)
        return rows[number % len(rows)] if rows else rows

    def key_of(self, row):
        """Return how both sides call the document of a row, also of a deleted one.

        :rtype: str
        """
        known = row.payment_id.memo or row.move_id.ref
        if known or row.res_model == self.rows._name:
            return known
        return ((row.sent_data or {}).get("reference") or "").partition(" ")[0]

    def press_in_dialog(self, row, button, note=None):
        """Press a button of the dialog that Resolve opens for a row.

        :param str note: what is typed there before.
        """
        action = row.action_resolve()
        wizard = self.env[action["res_model"]].browse(action["res_id"])
        if note:
            wizard.note = note
        getattr(wizard, button)()

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
        """Answer what waits for a person: the books shall have what Odoo has.

        Of what is voided by that, ``voided`` keeps the keys.
        """
        waiting = self.find_rows(("sync_state", "=", "attention"))
        if changed := waiting.filtered(
            lambda row: row.external_id and row.reason in ASKED
        ):
            changed.action_void()
            self.voided |= {self.key_of(row) for row in changed}
        if refused := waiting.filtered(lambda row: row.reason == "refused"):
            refused.action_retry()
        if held := self.find_rows(("sync_state", "=", "held")):
            held.action_release()

    def clear_up(self):
        """Let the books take everything again."""
        if self.closed or self.find_rows(("reason", "=", "closed")):
            self.open_books()
            self.ledger.lists_pulled_at = False
        self.mend_books()
        self.take_up_again()
        self.ledger.sudo()._set_resumed()
        requests = self.env["synkd.request"]
        requests.search([("retry_at", "!=", False)]).retry_at = False

    def settle(self, patience=8):
        """Let everything come to rest: no faults, all answered, enough runs.

        :param int patience: runs after which an answer that helps nothing is enough.
        """
        for n in range(patience + 8):
            self.clear_up()
            self.answer_all()
            self.pass_time(hours=8)  # longer than anything backs off
            self.run_once()
            if not self._is_busy(PATIENCE if n < patience else ()):
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
               UNION ALL SELECT 1 FROM synkd_account_customer
                WHERE ledger_id = %(ledger)s AND active
                  AND sync_state IN ('pending', 'sending')
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

    def read_written_off(self):
        """Return what payments and refunds write off in Odoo, in cents.

        :rtype: dict[str, int]
        """
        rows = self._ask(
            """SELECT p.memo, abs(sum(l.amount_currency)) - p.amount
                 FROM account_payment p
                 JOIN account_move_line l ON l.move_id = p.move_id
                 JOIN account_account a ON a.id = l.account_id
                  AND a.account_type = 'asset_receivable'
                WHERE p.company_id = %(company)s GROUP BY p.id"""
        )
        return {key: cents(amount) for key, amount in rows if key}

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

    def find_credits_shown(self):
        """Return the keys of what is credited, which a person is asked about.

        :rtype: set[str]
        """
        waiting = ("sync_state", "in", ("attention", "pending"))
        rows = self.find_rows(waiting, ("res_model", "=", self.rows._name))
        return {self.key_of(self.rows.browse(row.res_id)) for row in rows}

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
                  AND COALESCE(t.external_id, '') = ''"""
        )
