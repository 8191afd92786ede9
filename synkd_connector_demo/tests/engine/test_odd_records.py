# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import json
import logging
from dataclasses import replace
from unittest.mock import patch

import psycopg2

from odoo.tests import BaseCase, tagged

from odoo.addons.synkd_connector.lib import odd
from odoo.addons.synkd_connector.lib.documents import ListItem, Lists
from odoo.addons.synkd_connector.lib.errors import RetryableError
from odoo.addons.synkd_connector.lib.odd import Oddity
from odoo.addons.synkd_connector.lib.results import (
    Answer,
    Balance,
    BalancePage,
    BooksPayment,
    Budget,
    CustomerData,
    Page,
    Result,
)
from odoo.addons.synkd_connector.tests.odd_shapes import ODD_VALUES, deep, odd_records

from .test_engine import EngineCase

PAGE = 100


def some(records, wanted=230):
    """Return some hundred of many records, from all over."""
    records = list(records)
    return records[:: max(len(records) // wanted, 1)]


def pages(records, good):
    """Yield some records a page, with a good one at both ends of each."""
    records = list(records)
    for start in range(0, len(records), PAGE):
        first, last = good(2 * start), good(2 * start + 1)
        yield (first, *records[start : start + PAGE], last)


@tagged("post_install", "-at_install")
class TestOddLib(BaseCase):
    def test_anything_has_a_name_that_can_be_stored(self):
        for value in (*ODD_VALUES, object(), 10**5000):
            text = odd.printable(value)
            self.assertTrue(text.isprintable(), repr(text))
            self.assertLessEqual(len(text), odd.NAME_LENGTH)
            text.encode()

    def test_anything_can_be_stored(self):
        for value in (*ODD_VALUES, object()):
            kept = json.dumps(
                odd.storable({"a": value, "b\0": [value]}), allow_nan=False
            )
            self.assertNotIn("\\u0000", kept)
            self.assertNotIn("\\ud800", kept)
        self.assertEqual(odd.storable({"a": [1, "é"]}), {"a": [1, "é"]})

    def test_a_record_is_known_by_its_best_name(self):
        for record, name in (
            (CustomerData("X-1", "A1", "Ann"), "A1 Ann"),
            (CustomerData("X-1"), "X-1"),
            (CustomerData("X-1", name="Ann"), "Ann"),
            (Balance("X-1"), "X-1"),
            (BooksPayment("X-1", reference="P1"), "P1"),
            (ListItem("tax", "1", "T1", "T1"), "T1"),
            (CustomerData(None, 5, ["a"]), "5 ['a']"),
            (CustomerData(), ""),
        ):
            self.assertEqual(odd.name_of(record), name)

    def test_the_fault_of_a_record_is_told_from_greater_ones(self):
        for error, is_beyond in (
            (RetryableError("away"), True),
            (psycopg2.InterfaceError(), True),
            (psycopg2.OperationalError(), True),
            (psycopg2.errors.SerializationFailure(), True),
            (psycopg2.errors.AdminShutdown(), True),
            (psycopg2.DataError(), False),
            (psycopg2.IntegrityError(), False),
            (KeyError("x"), False),
        ):
            self.assertEqual(odd.is_beyond(error), is_beyond, error)


@tagged("post_install", "-at_install")
class TestOddRecords(EngineCase):
    """Whatever one record of the books is, the others of its page are taken over."""

    def setUp(self):
        super().setUp()
        self.run = self.env["synkd.run"].create({"ledger_id": self.ledger.id})
        self.run_notes = []
        original = type(self.run)._note
        patcher = patch.object(
            type(self.run),
            "_note",
            lambda run, sentence: (
                self.run_notes.append(sentence),
                original(run, sentence),
            ),
        )
        patcher.start()
        self.addCleanup(patcher.stop)
        logging.disable(logging.ERROR)
        self.addCleanup(logging.disable, logging.NOTSET)

    def accounts(self):
        accounts = self.env["synkd.account.customer"].with_context(active_test=False)
        return accounts.search([("ledger_id", "=", self.ledger.id)])

    def customer(self, number):
        return CustomerData(f"G-{number}", f"G{number}", f"Good {number}", city="Rome")

    def assert_told(self, tried):
        """Each record was taken over, or is named by what the run tells."""
        self.env.flush_all()
        self.assertEqual(self.run.skipped, len(self.run_notes))
        self.assertGreaterEqual(tried, 200)
        self.assertGreater(len(self.run_notes), 0, "some of them are too odd")
        for note in self.run_notes:
            self.assertRegex(note, r"\S", "and it could be stored")

    # === READERS === #

    def test_customers(self):
        shapes = some(odd_records(self.customer("X")))
        good = 0
        for page in pages(shapes, self.customer):
            self.env["synkd.importer"]._take_page(self.run, Page(page))
            good += 2
        self.assert_told(len(shapes))
        names = self.accounts().mapped("name")
        self.assertEqual(
            sum(n.startswith("Good ") and n != "Good X" for n in names), good
        )

    def test_customers_that_are_known(self):
        self.env["synkd.importer"]._take_page(self.run, Page((self.customer("X"),)))
        shapes = some(odd_records(replace(self.customer("X"), city="Oslo")))
        for page in pages(shapes, self.customer):
            self.env["synkd.importer"]._take_page(self.run, Page(page))
        self.assert_told(len(shapes))

    def test_balances(self):
        one, two = self.create_account("One"), self.create_account("Two")
        one.external_id, two.external_id = "B-1", "B-2"
        shapes = [
            shape
            for known in ("B-1", "nobody")
            for shape in odd_records(Balance(known))
        ] + list(odd_records(Balance("B-1", 5, 5)))
        good = [Balance("B-2", number, number) for number in range(2 * len(shapes) + 1)]
        for page in pages(shapes, good.__getitem__):
            money = BalancePage(page, {}, ())
            self.env["synkd.importer"]._take_money(self.run, money)
            self.assertEqual(two.outstanding, float(page[-1].outstanding))
        self.assert_told(len(shapes))

    def test_payments_made_in_the_books(self):
        good = BooksPayment("P-1", "D-1", "REF", "2026-01-05", "5.00", "090")
        shapes = some(odd_records(good))
        for page in pages(shapes, lambda n: replace(good, external_id=f"P-{n}")):
            money = BalancePage((), {}, page)
            self.env["synkd.importer"]._take_money(self.run, money)
        self.assert_told(len(shapes))

    def test_entries_of_lists(self):
        good = ListItem("tax", "T", "T", "Tax", "15.0000")
        shapes = some(odd_records(good))
        items = self.env["synkd.books.item"]
        old = ListItem("bank", "old", "old", "Old")
        items._take(self.ledger, Lists((old,)))
        for page in pages(shapes, lambda n: replace(good, external_id=f"T-{n}")):
            left = items._take(self.ledger, Lists(page))
            self.run._note_odd(left)
            domain = [("ledger_id", "=", self.ledger.id), ("active", "=", True)]
            codes = items.search(domain).mapped("external_id")
            self.assertLessEqual({page[0].external_id, page[-1].external_id}, {*codes})
        self.assert_told(len(shapes))
        self.assertIn("old", codes, "while one is odd, none counts as removed")

    def test_the_last_closed_day(self):
        items = self.env["synkd.books.item"]
        items._take(self.ledger, Lists((), "2026-01-31"))
        for day in ODD_VALUES:
            with self.subTest(day=day):
                left = items._take(self.ledger, Lists((), day))
                self.env.flush_all()
                if left:
                    locked = str(self.ledger.lists_lock_date)
                    self.assertEqual(locked, "2026-01-31", "what was known stays")
                else:
                    items._take(self.ledger, Lists((), "2026-01-31"))

    def test_what_connectors_could_not_read_is_told(self):
        oddities = tuple(
            Oddity(what, name, reason)
            for value in ODD_VALUES
            for what, name, reason in (
                (value, "A1", "why"),
                ("Contacts", value, "why"),
                ("Contacts", "A1", value),
                (value, value, value),
            )
        )
        page = Page((self.customer(1),), {}, oddities)
        self.env["synkd.importer"]._take_page(self.run, page)
        self.assert_told(len(oddities))
        self.assertEqual(self.run.skipped, len(oddities))
        self.assertIn("Good 1", self.accounts().mapped("name"))

    def test_a_cursor_is_kept_whatever_is_in_it(self):
        engine = self.env["synkd.engine"]
        for value in ODD_VALUES:
            cursor = {"since": value, "seen": {str(value): value}}
            engine._take_page(self.run, Page((), cursor))
            engine._take_balances(self.run, BalancePage((), cursor))
            self.env.flush_all()
        self.assertIn("seen", self.ledger.pull_cursor)

    # === ANSWERS === #

    def push(self, answer):
        """Send an account customer to books that answer so; return it and the run."""
        account = self.create_account("Hope Works")
        fault = isinstance(answer, Exception)
        given = {"side_effect": answer} if fault else {"return_value": answer(account)}
        connector = type(self.env["synkd.connector.demo"])
        with patch.object(connector, "_push_customers", **given):
            return account, self.run_ledger()

    def test_results_of_a_batch(self):
        results = [
            replace(Result(1), **{name: value})
            for name in ("external_id", "message", "number", "date", "total", "tax")
            for value in ODD_VALUES
        ]
        self.assertGreaterEqual(len(results), 200)
        accounts = [self.create_account(f"Customer {n}") for n in range(len(results))]
        records = self.env["synkd.account.customer"].union(*accounts)
        members = [(record, {"n": record.id}, "f", "b") for record in records]
        records._set_sending()
        request = self.env["synkd.request"]._write_down(self.run, "customers", members)
        answered = tuple(
            replace(result, res_id=record.id)
            for result, record in zip(results, records, strict=True)
        )
        request._set_answered(Answer(answered))
        request._apply(self.run)
        self.env.flush_all()
        self.assertEqual(request.state, "done")
        states = set(records.mapped("sync_state"))
        self.assertLessEqual(states, {"synced", "attention"})

    def test_an_answer_that_no_program_reads_waits_and_is_told(self):
        for error in (KeyError("ContactID"), AttributeError("x"), RecursionError()):
            with self.subTest(error=error):
                account, run = self.push(error)
                self.assertEqual(run.state, "attention")
                self.assertIn("nobody can tell yet", run.notes)
                self.assertNotIn("unexpectedly", run.message)
                self.assertEqual(account.sync_state, "sending", "not sent again")

    def test_a_question_that_no_program_reads_waits_and_is_told(self):
        self.push(RetryableError("away"))
        connector = type(self.env["synkd.connector.demo"])
        self.ledger._set_resumed()
        with patch.object(connector, "_reconcile", side_effect=KeyError("x")):
            run = self.run_ledger()
        self.assertIn("nobody can tell yet", run.notes)
        self.assertNotEqual(run.state, "failed")

    def test_a_budget_beyond_all_numbers_is_kept(self):
        self.ledger._set_budget(Budget(10**30, 10**30, 10**30))
        self.env.flush_all()
        self.assertGreater(self.ledger.day_limit, 10**6)

    def test_a_deep_conflict_is_told(self):
        account = self.create_account("Hope Works")
        self.run_ledger()
        account.city = "Durban"
        data = replace(
            self.customer(5), external_id=account.external_id, extra=deep(900)
        )
        self.env["synkd.importer"]._take_page(self.run, Page((data,)))
        self.env.flush_all()

    def test_words_of_the_books_are_no_markup(self):
        self.ledger._set_paused("<b onclick=x>Bold</b>\ud800", needs_person=True)
        note = self.ledger.activity_ids.note
        self.assertIn("&lt;b onclick=x&gt;", note)
