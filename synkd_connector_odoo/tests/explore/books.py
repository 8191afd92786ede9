# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The second Odoo as the machine sees it: read with SQL, changed by its bookkeeper."""

import xmlrpc.client
from collections import Counter
from contextlib import closing, contextmanager, suppress
from datetime import timedelta

import psycopg2

from odoo.sql_db import connection_info_for

from odoo.addons.synkd_connector.tests.explore.entries import Entries
from odoo.addons.synkd_connector.tests.explore.model import (
    CREDIT,
    INVOICE,
    PAYMENT,
    REFUND,
    Entry,
    cents,
)
from odoo.addons.synkd_connector.tests.explore.stage import START, OdooSide
from odoo.addons.synkd_connector.tests.explore.wire import FAULTS as WIRE_FAULTS
from odoo.addons.synkd_connector.tests.explore.wire import OWN, WiredBooks

from ..fault_proxy import WRITES
from ..test_odoo_flow import OdooFlowCommon

KINDS = {"out_invoice": INVOICE, "out_refund": CREDIT}
WAYS = {"inbound": PAYMENT, "outbound": REFUND}
# Faults of the machine, as the proxy calls them.
FAULTS = WIRE_FAULTS | {"cut": "half"}

# Each record of ours there, with the key that we made; of money also the entry of its
# difference. What reverses a document, and that document, are nothing.
OURS = """
    SELECT m.id AS move, split_part(d.name, '_', 1) AS key, m.move_type, m.state,
           m.partner_id, m.amount_total, m.amount_tax, m.amount_residual,
           d.name LIKE '%\\_reversal' AS reverses, p.payment_type, p.amount,
           p.id AS payment
      FROM ir_model_data d
 LEFT JOIN account_payment p ON d.model = 'account.payment' AND p.id = d.res_id
      JOIN account_move m
        ON m.id = CASE d.model WHEN 'account.move' THEN d.res_id ELSE p.move_id END
     WHERE d.module = '__synkd__' AND d.model IN ('account.move', 'account.payment')
       AND m.state = 'posted'
       AND NOT EXISTS (
           SELECT 1 FROM account_move r
             JOIN ir_model_data e ON e.model = 'account.move' AND e.res_id = r.id
            WHERE r.reversed_entry_id = m.id AND r.state = 'posted'
              AND e.module = '__synkd__' AND e.name LIKE '%\\_reversal')"""
LINES = """
      FROM account_move_line l
      JOIN account_account a ON a.id = l.account_id
       AND a.account_type = 'asset_receivable'
     WHERE l.parent_state = 'posted'"""
# The books begin anew; who is there, and what a bookkeeper set up, stays.
EMPTY = """
    DELETE FROM account_payment_register;
    DELETE FROM account_partial_reconcile;
    DELETE FROM account_full_reconcile;
    UPDATE account_move SET origin_payment_id = NULL
     WHERE origin_payment_id IS NOT NULL;
    DELETE FROM account_payment;
    DELETE FROM account_move;
    DELETE FROM res_partner WHERE id > %(last)s;
    UPDATE res_partner SET active = TRUE WHERE id = ANY(%(customers)s);
    DELETE FROM ir_model_data
     WHERE module = '__synkd__'
       AND (model <> 'res.partner' OR res_id > %(last)s OR id > %(key)s);"""


class OdooBooks(WiredBooks, Entries, OdooFlowCommon):
    """A company whose books are in the second Odoo."""

    losses_code = "600000"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        _name, info = connection_info_for(cls.remote.database)
        cls.there_sql = psycopg2.connect(**info)
        cls.there_sql.autocommit = True
        cls.addClassCleanup(cls.there_sql.close)

    def query(self, statement, values=None):
        """Execute a statement over there; return its rows.

        :rtype: list[tuple]
        """
        with closing(self.there_sql.cursor()) as cursor:
            cursor.execute(statement, values)
            return cursor.fetchall() if cursor.description else []

    @classmethod
    def know_euro(cls):
        """It is in use there before the lists are read, see ``Stage``."""

    # === WHAT PEOPLE DO THERE === #

    def break_books(self, fault, every):
        """Let write calls meet a fault.

        :param str fault: one of ``FAULTS``; None: no more.
        :param int every: so many calls, one of them; 1: all.
        """
        count = Counter()

        def matches(_model, method):
            count["writes"] += method in WRITES
            return method in WRITES and not count["writes"] % every

        self.proxy.break_calls(FAULTS.get(fault), matches)

    def refuse_there(self, key):
        """Let the books refuse a record from now on."""
        self.accept_all()
        for table, column in (("account_move", "ref"), ("account_payment", "memo")):
            self.query(
                f"ALTER TABLE {table} ADD CONSTRAINT test_refused"
                f" CHECK ({column} NOT LIKE '%{key}%') NOT VALID"
            )

    def accept_all(self):
        """Let the books refuse no record any more."""
        for table in ("account_move", "account_payment"):
            self.query(f"ALTER TABLE {table} DROP CONSTRAINT IF EXISTS test_refused")

    def mend_books(self):
        """Let the books take everything again, but for closed periods."""
        self.proxy.break_calls(None)
        self.accept_all()
        known = [("active", "=", False), ("customer_rank", ">", 0)]
        known.append(("parent_id", "=", False))
        if archived := self.remote.ask("res.partner", "search", known):
            self.remote.ask("res.partner", "write", archived, {"active": True})

    def close_until(self, days):
        """Lock the books up to a day.

        :param int days: from today on.
        """
        self.closed = True
        self._lock(self._today() + timedelta(days=days))

    def open_books(self):
        """Open the books again."""
        self.closed = False
        self._lock(None)

    def _lock(self, day):
        self.query("UPDATE res_company SET fiscalyear_lock_date = %s", (day,))

    def archive_there(self, account, archived):
        """Archive a customer in the books, or restore him."""
        id_ = int(self.accounts[account].external_id)
        self.remote.ask("res.partner", "write", [id_], {"active": not archived})

    # === WHAT IS OURS === #

    def ask_ours(self, columns):
        """Return what the books have of ours, but for what was taken back and by what.

        :param str columns: of ``OURS``.
        :rtype: list[tuple]
        """
        credited = self.find_credited()
        rows = self.query(f"SELECT move, {columns} FROM ({OURS}) o WHERE NOT reverses")
        return [row for move, *row in rows if str(move) not in credited]

    def put_back(self, row):
        """Put back in the books what was credited there, as it was credited."""
        move = int(row.external_id)
        net = row._get_posted_total() - float(row.sent_data["tax"])
        for call in self.calls_to_edit(move, lambda _price: net):
            self.remote.ask(*call)
        other = self.other_half(row)
        open_ = f"SELECT l.id {LINES} AND NOT l.reconciled AND l.move_id = ANY(%s)"
        ids = self.query(open_, ([move, int(other.external_id or 0)],))
        if len(ids) == 2:
            ids = [id_ for (id_,) in ids]
            self.try_there(("account.move.line", "reconcile", ids))

    def find_there(self, key):
        """Return what the books have of a record, but for differences.

        :return: ids of its entry and payment, and its type; none where it is not there.
        :rtype: list[tuple]
        """
        found = [
            (move, payment, kind)
            for own_key, move, payment, kind in self.ask_ours(
                "key, move, payment, move_type"
            )
            if (payment or kind != "entry") and self.name_of(own_key) == key
        ]
        return found[:1]

    def is_settled(self, move):
        """Whether something settles an entry, or it settles something."""
        return bool(
            self.query(
                f"""SELECT 1 {LINES} AND l.move_id = %s AND EXISTS (
                    SELECT 1 FROM account_partial_reconcile r
                     WHERE l.id IN (r.debit_move_id, r.credit_move_id))""",
                (move,),
            )
        )

    def try_there(self, *calls):
        """Make calls as the administrator there.

        :param calls: the model, its method, and what that takes.
        :return: whether the books let one.
        :rtype: bool
        """
        with suppress(xmlrpc.client.Fault):
            for call in calls:
                self.remote.ask(*call)
            return True
        return False

    def void_there(self, key):
        """Cancel in the books what nothing settles, or a payment.

        :return: whether the books let one.
        :rtype: bool
        """
        for move, payment, _type in self.find_there(key):
            if payment:
                model, names = "account.payment", ("action_draft", "action_cancel")
            elif self.is_settled(move):
                return False
            else:
                model, names = "account.move", ("button_draft", "button_cancel")
            return self.try_there(*((model, name, [payment or move]) for name in names))
        return False

    def edit_there(self, key, amount):
        """Change in the books the price in a document that nothing settles.

        :param int amount: cents more.
        :return: whether the books let one.
        :rtype: bool
        """
        for move, payment, _type in self.find_there(key):
            if payment or self.is_settled(move):
                return False
            calls = self.calls_to_edit(move, lambda price: price + amount / 100)
            return self.try_there(*calls)
        return False

    def calls_to_edit(self, move, change):
        """Return the calls that give the line of a document another price.

        :param callable change: gets the price, returns the other one.
        :rtype: list[tuple]
        """
        found = "SELECT id, price_unit FROM account_move_line WHERE move_id = %s"
        ((id_, price),) = self.query(f"{found} AND display_type = 'product'", (move,))
        lines = [(1, id_, {"price_unit": change(float(price))})]
        return [
            ("account.move", "button_draft", [move]),
            ("account.move", "write", [move], {"invoice_line_ids": lines}),
            ("account.move", "action_post", [move]),
        ]

    def pay_there(self, key):
        """Enter in the books a payment of an invoice that we know nothing of.

        :return: whether there is anything to pay.
        :rtype: bool
        """
        for move, _payment, kind in self.find_there(key):
            about = {"active_model": "account.move", "active_ids": [move]}
            values = {"communication": OWN, "payment_date": self._today().isoformat()}
            ask, model = self.remote.ask, "account.payment.register"
            if kind == "out_invoice":
                with suppress(xmlrpc.client.Fault):
                    wizard = ask(model, "create", values, context=about)
                    ask(model, "action_create_payments", [wizard], context=about)
                    return True
        return False

    def unpay_there(self, key):
        """Undo in the books what a payment settles, of which nothing is written off.

        :return: the keys of what it settled.
        :rtype: set[str]
        """
        for move, payment, _type in self.find_there(key):
            entry = self.read_books()[key]
            if payment and not self.differences_of(key):
                lines = self.query(f"SELECT l.id {LINES} AND l.move_id = %s", (move,))
                ids = [id_ for (id_,) in lines]
                undo = ("account.move.line", "remove_move_reconcile", ids)
                return set(entry.settled) if self.try_there(undo) else set()
        return set()

    def differences_of(self, key):
        """Return the entries of differences that a payment has there.

        :rtype: list[int]
        """
        return [
            move
            for own_key, move, kind in self.ask_ours("key, move, move_type")
            if kind == "entry" and self.name_of(own_key) == key
        ]

    def take_own_back(self):
        """Take back the payments that the bookkeeper entered."""
        mine = "SELECT id FROM account_payment WHERE memo = %s AND state <> 'canceled'"
        for (id_,) in self.query(mine, (OWN,)):
            for name in ("action_draft", "action_cancel"):
                self.remote.ask("account.payment", name, [id_])

    # === WHAT IS THERE === #

    def find_twice(self):
        """Return what the books have of one record more than once, or of nobody.

        :rtype: list[tuple]
        """
        found = Counter(
            (self.name_of(key), payment is None and kind == "entry")
            for key, payment, kind in self.ask_ours("key, payment, move_type")
        )
        strangers = self.query(
            """SELECT m.name, m.move_type FROM account_move m
                WHERE m.state = 'posted'
                  AND m.journal_id NOT IN (
                      SELECT currency_exchange_journal_id FROM res_company
                       WHERE currency_exchange_journal_id IS NOT NULL)
                  AND NOT EXISTS (SELECT 1 FROM account_payment p
                                   WHERE p.move_id = m.id AND p.memo = %s)
                  AND NOT EXISTS (
                    SELECT 1 FROM ir_model_data d
                 LEFT JOIN account_payment p
                        ON p.id = d.res_id AND d.model = 'account.payment'
                     WHERE d.module = '__synkd__'
                       AND d.model IN ('account.move', 'account.payment')
                       AND m.id = CASE d.model WHEN 'account.move' THEN d.res_id
                                               ELSE p.move_id END)""",
            (OWN,),
        )
        return [(key, n) for key, n in found.items() if n > 1] + strangers

    def read_books(self):
        """Return what the second Odoo has that is posted, by the key of the record.

        :rtype: dict[str, Entry]
        """
        self._names = {a.external_id: name for name, a in self.accounts.items()}
        books, keys, left = {}, {}, self._read_left()
        for row in self.ask_ours(
            "move, key, move_type, partner_id, amount_total, amount_tax, payment_type,"
            " amount"
        ):
            move, own_key, kind, partner, total, tax, way, amount = row
            key = keys[move] = self.name_of(own_key)
            if kind == "entry" and not way:
                continue  # a difference: the payment has what is left of it
            books[key] = Entry(
                KINDS.get(kind) or WAYS[way],
                self._names.get(str(partner)),
                cents(amount if way else total),
                0 if way else cents(tax),
                0,
            )
        for move, key in keys.items():
            if key in books:
                books[key].left += left.get(move, 0)
        self._read_settled(books, keys)
        return books

    def _read_left(self):
        """Return what is open of each entry, in cents.

        :rtype: dict[int, int]
        """
        rows = self.query(
            f"SELECT l.move_id, abs(sum(l.amount_residual_currency)) {LINES} GROUP BY 1"
        )
        return {move: cents(amount) for move, amount in rows}

    def _read_settled(self, books, keys):
        """Note who settles whom."""
        for credit, debit, is_invoice, amount in self.query(
            """SELECT x.move_id, y.move_id, m.move_type = 'out_invoice',
                      CASE WHEN m.move_type = 'out_invoice'
                           THEN r.debit_amount_currency
                           ELSE r.credit_amount_currency END
                 FROM account_partial_reconcile r
                 JOIN account_move_line x ON x.id = r.credit_move_id
                 JOIN account_move_line y ON y.id = r.debit_move_id
                 JOIN account_move m ON m.id = y.move_id"""
        ):
            payer, document = (credit, debit) if is_invoice else (debit, credit)
            payer, document = keys.get(payer), keys.get(document)
            if payer in books and document:
                settled = books[payer].settled
                settled[document] = settled.get(document, 0) + cents(amount)

    def find_half_credited(self):
        """Override: return what was reversed not whole, and differences of no money.

        :rtype: list[tuple]
        """
        half = self.query(
            """SELECT split_part(d.name, '_', 1), m.amount_total, m.amount_residual
                 FROM ir_model_data d
                 JOIN account_move r ON r.id = d.res_id AND r.state = 'posted'
                 JOIN account_move m ON m.id = r.reversed_entry_id
                WHERE d.module = '__synkd__' AND d.model = 'account.move'
                  AND d.name LIKE '%\\_reversal'
                  AND m.amount_residual + r.amount_residual <> 0"""
        )
        rows = self.ask_ours("key, payment, move_type, amount_total")
        money = {self.name_of(key) for key, payment, *_rest in rows if payment}
        half += [
            (key, "difference", amount)
            for key, payment, kind, amount in rows
            if kind == "entry" and not payment and self.name_of(key) not in money
        ]
        half = [(self.name_of(key), *rest) for key, *rest in half]
        credited = self.find_credited()
        for move, total, left in self.query(
            f"SELECT move, amount_total, amount_residual FROM ({OURS}) o"
            " WHERE amount_residual <> 0"
        ):
            if str(move) in credited:
                half.append((credited[str(move)], total, left))
        return half

    def read_balances(self):
        """Return what each account owes there, in cents.

        By all that was booked: one customer's money may settle another one's invoice
        there, of which nothing is open then.

        :rtype: dict[str, int]
        """
        names = {a.external_id: name for name, a in self.accounts.items()}
        owed = dict.fromkeys(self.accounts, 0)
        rows = self.query(f"SELECT l.partner_id, sum(l.balance) {LINES} GROUP BY 1")
        for partner, amount in rows:
            owed[names[str(partner)]] += cents(amount)
        return owed


class Stage(OdooSide, OdooBooks):
    """A company with three customers, two accounts and a second Odoo, all in place."""

    faults = tuple(FAULTS)
    # What writes something off is refused there while it settles nothing, and in euro;
    # nothing is voided that something settles which was left there.
    cannot = frozenset(("write_off_euro", "write_off_untied"))

    def setUp(self):
        cls = type(self)
        cls.time = START
        cls.play_clock()
        ask, everybody = self.remote.ask, {"context": {"active_test": False}}
        idle = [("name", "=", "EUR"), ("active", "=", False)]
        euro = ask("res.currency", "search", idle, **everybody)
        ask("res.currency", "write", euro, {"active": True})
        self.addCleanup(ask, "res.currency", "write", euro, {"active": False})
        super().setUp()
        cls.partner, cls.account = self.partner, self.account
        self.set_up_stage()
        self.run_ledger()
        ids = [int(account.external_id) for account in self.accounts.values()]
        ((last, key),) = self.query(
            "SELECT (SELECT max(id) FROM res_partner), max(id) FROM ir_model_data"
        )
        self.kept = {"last": last, "key": key, "customers": ids}

    @contextmanager
    def example(self):
        """Override: the second Odoo has afterwards what it had before."""
        with super().example():
            self.keys = {}
            try:
                yield
            finally:
                self.proxy.reset()
                self.accept_all()
                self.open_books()
                self.query(EMPTY, self.kept)
