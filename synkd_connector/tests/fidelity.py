# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Documents as odd as Odoo allows, made up by hypothesis, and what the books have then.

A test class inherits ``Fidelity`` before a common class that has a company with
``ledger``, ``partner`` and ``tax``, and says what is sold and how its simulated books
are read: the methods under *hooks*.
"""

import os
import random
import signal
from collections import Counter
from contextlib import contextmanager
from decimal import Decimal

import hypothesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from odoo import Command
from odoo.exceptions import UserError, ValidationError

from .explore.base import clear_up_tables, say
from .explore.machine import phases

# Documents that are sent together, at most; the second: where there are many.
CHUNK, BIG_CHUNK = 10, 24
# How often the lines of a document are repeated, and how many it has at most then.
REPEATS = (1,) * 985 + (10,) * 10 + (60,) * 4 + (500,)
MOST_LINES = 500
# Examples of a batch, where there are many, and faults after which it is enough.
BATCH, FAULTS = 20, 3
# What becomes of a document: these words begin what is told.
EXACT, REFUSED, DENIED = "to the cent", "shown", "not allowed by Odoo"
WRONG = "WRONG: a batch with a document that differs"
# Taxes by name: values of `account.tax`.
TAXES = {
    "inclusive": {"amount": 15, "price_include_override": "tax_included"},
    "odd": {"amount": 7.25},
    "zero": {"amount": 0},
    "small": {"amount": 2.5},
    "compound": {"amount": 10, "include_base_amount": True, "sequence": 0},
    "fixed": {"amount": 0.35, "amount_type": "fixed"},
    "division": {"amount": 12, "amount_type": "division"},
    "in_inclusive": {
        "amount": 5,
        "price_include_override": "tax_included",
        "include_base_amount": True,
        "sequence": 0,
    },
}
SETS = (
    *((), ("normal",), ("normal",), ("inclusive",), ("odd",), ("zero",)),
    *(("normal", "small"), ("compound", "small"), ("normal", "fixed")),
    *(("division",), ("in_inclusive", "inclusive"), ("compound", "odd", "small")),
)


def lines():
    """Return the strategy of a line of a document."""
    return st.fixed_dictionaries(
        {
            "quantity": st.one_of(
                st.integers(1, 5).map(float),
                st.integers(-3000, 90000).map(lambda n: n / 1000),
            ),
            "price_unit": st.one_of(
                st.integers(0, 20000).map(lambda n: n / 100),
                st.integers(-(10**8), 10**9).map(lambda n: n / 10**6),
            ),
            "discount": st.sampled_from((0, 0, 0, 5, 10, 12.5, 33.33, 100)),
            "taxes": st.sampled_from(SETS),
        }
    )


def documents(currencies):
    """Return the strategy of a document.

    :param currencies: names of foreign currencies.
    """
    return st.fixed_dictionaries(
        {
            "move_type": st.sampled_from(("out_invoice", "out_invoice", "out_refund")),
            "currency": st.sampled_from((None, None, *currencies)),
            "rounding": st.sampled_from((None, None, None, "line", "tax")),
            "globally": st.booleans(),
            "down_payment": st.sampled_from((0, 0, 0, 0, 0.3, 1)),
            "repeat": st.sampled_from(REPEATS),
            "lines": st.lists(lines(), min_size=1, max_size=6),
        }
    )


class Fidelity:
    """Documents of all sorts: in the books to the cent, or shown to a person.

    Its company has ``income``, too: the account of sales.
    """

    # === HOOKS: to be overridden === #

    # Foreign currencies, and how many units of them one of the company's is.
    rates = {"EUR": 0.917431, "USD": 1.083333}
    # Ways in which the books may be set up, by a name that people are told.
    ways = ("",)

    def goods(self):
        """Return the product that is sold."""
        raise NotImplementedError

    def books_amounts(self):
        """Return what the books have that is not void, by the identity there.

        :return: total and tax.
        :rtype: dict[str, tuple[Decimal, Decimal]]
        """
        raise NotImplementedError

    def map_item(self, kind, key, like):
        """Map something of ours to what something else is mapped to.

        :param str kind: of item: tax, account.
        :param str key: ids of the records, as `synkd.mapping` has them.
        :param str like: key of what is mapped already, or a code of the books.
        """
        raise NotImplementedError

    def begin_chunk(self):
        """Let the books forget what they have, where they cannot be rolled back."""

    def set_way(self, way):
        """Set the books up in one of the ``ways``."""

    def check_refused(self, move, row):
        """Fail unless a person is told what makes a document impossible there."""

    # === THE COMPANY === #

    def set_up_fidelity(self):
        """Create taxes, currencies and roundings, and map them."""
        self.outcomes, self.ways_seen, self.way = Counter(), Counter(), ""
        self.env.ref("product.decimal_price").digits = 6
        self.env.ref("uom.decimal_product_uom").digits = 3
        self.taxes = {"normal": self.tax}
        for name, values in TAXES.items():
            self.taxes[name] = self.tax.copy({"name": name, **values})
        for names in set(SETS):
            taxes = self.pick_taxes(names)
            key = ",".join(str(id_) for id_ in sorted(taxes.ids))
            self.map_item("tax", key, str(self.tax.id))
        self.loss = self.env["account.account"].create(
            {
                "name": "Rounding",
                "code": "999444",
                "account_type": "expense",
                "company_ids": [Command.set(self.company.ids)],
            }
        )
        self.map_item("account", str(self.loss.id), str(self.income.id))
        self.roundings = {
            name: self.create_rounding(strategy)
            for name, strategy in (
                ("line", "add_invoice_line"),
                ("tax", "biggest_tax"),
            )
        }
        self._set_up_currencies()

    def create_rounding(self, strategy):
        """Create a cash rounding to five cents."""
        rounding = self.env["account.cash.rounding"].create(
            {"name": strategy, "rounding": 0.05, "strategy": strategy}
        )
        rounding = rounding.with_company(self.company)
        rounding.profit_account_id = rounding.loss_account_id = self.loss
        return rounding

    def _set_up_currencies(self):
        self.currencies = {None: self.company.currency_id}
        everybody = self.env["res.currency"].with_context(active_test=False)
        for name, rate in self.rates.items():
            currency = everybody.search([("name", "=", name)])
            currency.active = True
            currency.rate_ids.filtered(lambda r: r.company_id == self.company).unlink()
            self.env["res.currency.rate"].create(
                {
                    "name": "2026-01-01",
                    "rate": rate,
                    "currency_id": currency.id,
                    "company_id": self.company.id,
                }
            )
            self.currencies[name] = currency
            self.add_currency(currency)
            key = "currency", str(currency.id)
            self.env["synkd.mapping"]._ensure(self.ledger, {key})
        self.env["synkd.mapping"]._accept_suggestions(self.ledger)

    def add_currency(self, currency):
        """Let the books keep a currency, where they do not."""

    def pick_taxes(self, names):
        """Return taxes by their names."""
        taxes = self.env["account.tax"]
        return taxes.union(*(self.taxes[name] for name in names))

    # === ONE DOCUMENT === #

    def make_document(self, spec):
        """Post a document; return it, or nothing when Odoo does not allow it.

        :param dict spec: from ``documents``.
        """
        way = "round_globally" if spec["globally"] else "round_per_line"
        self.company.tax_calculation_rounding_method = way
        try:
            with self.env.cr.savepoint():
                quiet = {"tracking_disable": True, "mail_create_nolog": True}
                moves = self.env["account.move"].with_context(**quiet)
                move = moves.create(self._as_vals(spec))
                move.action_post()
                return move
        except (UserError, ValidationError):
            self.env.invalidate_all(flush=False)
            self.note(DENIED)
            return self.env["account.move"]

    def _as_vals(self, spec):
        wanted = (spec["lines"] * spec["repeat"])[:MOST_LINES]
        if spec["down_payment"]:
            # What was paid before is taken off by lines below zero.
            share = -spec["down_payment"]
            wanted += [
                line | {"quantity": round(line["quantity"] * share, 3)}
                for line in spec["lines"]
            ]
        rounding = self.roundings.get(spec["rounding"])
        return {
            "move_type": spec["move_type"],
            "partner_id": self.partner.id,
            "company_id": self.company.id,
            "currency_id": self.currencies[spec["currency"]].id,
            "invoice_date": "2026-06-15",
            "invoice_cash_rounding_id": rounding.id if rounding else False,
            "invoice_line_ids": [Command.create(self._line_vals(w)) for w in wanted],
        }

    def _line_vals(self, line):
        taxes = self.pick_taxes(line["taxes"])
        return {
            "product_id": self.goods().id,
            "quantity": line["quantity"],
            "price_unit": line["price_unit"],
            "discount": line["discount"],
            "tax_ids": [Command.set(taxes.ids)],
        }

    # === WHAT BECAME OF THEM === #

    def send(self, specs):
        """Post documents, let a run bring them into the books, and look."""
        self.begin_chunk()
        made = [(spec, self.make_document(spec)) for spec in specs]
        self.env.flush_all()
        self.run_ledger()
        books = self.books_amounts()
        rows = self.env["synkd.transaction"].search(
            [("move_id", "in", [m.id for _spec, m in made]), ("live", "=", True)]
        )
        rows = rows.filtered(lambda row: row.channel == "documents")
        by_move = {row.move_id: row for row in rows}
        for spec, move in made:
            if move:
                self.compare(spec, move, by_move.get(move, rows.browse()), books)
        theirs = set(books) - set(rows.mapped("external_id"))
        self.assertFalse(theirs, "nobody knows these")

    def compare(self, spec, move, row, books):
        """Fail unless a document is in the books to the cent, or shown to a person.

        :param recordset row: its `synkd.transaction`.
        :param dict books: of ``books_amounts``.
        """
        self.assertEqual(len(row), 1, spec)
        ours = tuple(
            Decimal(f"{amount:.{move.currency_id.decimal_places}f}")
            for amount in (move.amount_total, move.amount_tax)
        )
        there = books.get(row.external_id) if row.external_id else None
        if row.sync_state == "synced":
            self.assertEqual(there, ours, spec)
            self.note(EXACT)
            return
        self.assertEqual(row.sync_state, "attention", (row.reason_text, spec))
        self.assertTrue(row.reason_text, spec)
        self.check_refused(move, row)
        self.note(REFUSED, f"{row.reason}: {self._shorten(row)}")

    def note(self, what, why=""):
        """Note what became of a document.

        :param str why: in the words that a person reads.
        """
        self.outcomes[f"{what}: {why}" if why else what] += 1
        self.ways_seen[self.way, what] += 1

    def _shorten(self, row):
        """Return why a row is shown, without what differs from row to row."""
        words = row.reason_text.replace(row.number or "?", "…").split()
        kept = [w for w in words if not any(char.isdigit() for char in w)]
        return " ".join(kept)[:110]

    def explore_documents(self, count):
        """Send so many documents, made up; fails with the smallest that differs.

        :param int count: documents; SYNKD_FIDELITY names more, and then new ones.
        :return: what became of how many.
        :rtype: Counter
        """
        wanted = int(os.environ.get("SYNKD_FIDELITY") or 0)
        if wanted:
            self._explore_many(wanted)
        else:
            self._explore_batch(max(count // CHUNK, 1), CHUNK)
        return self.outcomes

    def _explore_many(self, wanted):
        """Send batches of new documents until there are so many; tell how it goes.

        With SEED= one batch, as it was with that seed.
        """
        chosen = os.environ.get("SEED")
        with self._told_at_the_end():
            while sum(self.outcomes.values()) < wanted:
                seed = int(chosen or random.getrandbits(32))
                with self.subTest(seed=seed):
                    self._try_batch(seed)
                say(f"{self._sum_up()}; seed {seed}")
                clear_up_tables(self.env.cr.dbname)
                if chosen or self.outcomes[WRONG] >= FAULTS:
                    return

    def _try_batch(self, seed):
        """Send a batch, and tell at once when something differs."""
        try:
            self._explore_batch(BATCH, BIG_CHUNK, seed)
        except AssertionError as error:
            self.outcomes[WRONG] += 1
            self.ways_seen[self.way, WRONG] += 1
            say(f"-> {error}"[:3000])
            raise

    def _explore_batch(self, examples, chunk, seed=None):
        """Send documents in some chunks.

        :param int seed: of other documents; None: the same each time.
        """

        @settings(
            max_examples=examples,
            derandomize=seed is None,
            database=None,
            deadline=None,
            phases=phases(),
            suppress_health_check=list(HealthCheck),
        )
        @given(
            st.sampled_from(self.ways),
            st.lists(documents(self.rates), min_size=chunk - 6, max_size=chunk),
        )
        def each(way, specs):
            if way != self.way:
                self.way = way
                self.set_way(way)
            with self.env.cr.savepoint() as savepoint:
                self.send(specs)
                savepoint.rollback()
            self.env.invalidate_all(flush=False)

        (each if seed is None else hypothesis.seed(seed)(each))()

    # === WHAT IS TOLD === #

    @contextmanager
    def _told_at_the_end(self):
        """Tell what became of all, also when somebody ends the process."""

        def end(*_args):
            raise KeyboardInterrupt

        before = signal.signal(signal.SIGTERM, end)
        try:
            yield
        finally:
            signal.signal(signal.SIGTERM, before)
            say(f"{type(self).__name__}: {self._sum_up()}")
            for what, number in self.outcomes.most_common():
                say(f"{number:7} {what}")

    def _sum_up(self):
        """Return how many documents became what, in each way.

        :rtype: str
        """
        ways = {
            way: ", ".join(
                f"{number} {what}"
                for (seen, what), number in sorted(self.ways_seen.items())
                if seen == way
            )
            for way in dict.fromkeys(way for way, _what in self.ways_seen)
        }
        told = "; ".join(
            f"{way}: {words}" if way else words for way, words in ways.items()
        )
        return f"{sum(self.outcomes.values())} documents: {told}"
