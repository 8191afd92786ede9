# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import datetime, timedelta
from itertools import islice
from unittest.mock import patch

from freezegun import freeze_time

from odoo.tests import BaseCase, tagged

from ..lib import balances, reading

NOW = datetime(2026, 11, 28, 9, 0)


class FakeSage:
    """A list of records by ID, read by pages of three."""

    def __init__(self, count=0):
        self.records, self.reads = [], []
        for _number in range(count):
            self.add()

    def add(self, when=NOW):
        """Add a record that was made at a moment; return it."""
        id_ = str(len(self.records) + 1)
        record = {"ID": id_, "Created": when.isoformat(), "Modified": when.isoformat()}
        self.records.append(record)
        return record

    def page(self, _service, skip=0, params=None):
        """Return a page as the client does."""
        self.reads.append(skip)
        found = self.records[skip : skip + 3]
        return list(found), len(found), len(self.records)


@tagged("post_install", "-at_install")
class TestReading(BaseCase):
    def setUp(self):
        super().setUp()
        self.patch(reading, "PAGE_SIZE", 3)

    def ids(self, records):
        """Return the identities of records as numbers."""
        return sorted(int(each["ID"]) for each in records)

    def test_all_are_read_once_each(self):
        for count in (0, 1, 3, 7):
            sage = FakeSage(count)
            found = reading.read_all(sage, "TaxType")
            self.assertEqual(self.ids(found), list(range(1, count + 1)))
            self.assertEqual(len(sage.reads), max(-(-count // 3), 1))

    def test_recent_ones_are_read_from_the_end(self):
        sage = FakeSage()
        for number in range(20):
            sage.add(NOW - timedelta(days=20 - number))
        found = reading.read_recent(sage, "TaxInvoice", NOW)
        self.assertLessEqual({19, 20}, set(self.ids(found)))
        self.assertLess(len(sage.reads), 4)
        self.assertEqual(len(reading.read_recent(sage, "TaxInvoice", None)), 20)

    def test_recent_ones_have_all_that_was_made_since(self):
        for count in range(12):
            sage = FakeSage()
            for number in range(count):
                sage.add(NOW - timedelta(hours=10 * (count - number)))
            since = NOW - timedelta(hours=35)
            found = set(self.ids(reading.read_recent(sage, "TaxInvoice", since)))
            made = {n for n in range(1, count + 1) if 10 * (count - n + 1) <= 35}
            self.assertLessEqual(made, found)

    def test_a_record_without_a_moment_does_not_end_the_reading(self):
        sage = FakeSage()
        for _number in range(9):
            sage.add(NOW - timedelta(days=30))["Created"] = None
        self.assertEqual(len(reading.read_recent(sage, "TaxInvoice", NOW)), 9)

    def test_what_is_deleted_while_it_is_read_hides_nothing(self):
        sage = FakeSage(9)
        real = sage.page

        def page(service, skip=0, params=None):
            found = real(service, skip)
            del sage.records[:1]
            return found

        sage.page = page
        self.assertLessEqual(
            {7, 8, 9}, set(self.ids(reading.read_recent(sage, "TaxInvoice", None)))
        )


@tagged("post_install", "-at_install")
class TestChanged(BaseCase):
    """What changed is told once, and nothing that changed meanwhile is missed."""

    def setUp(self):
        super().setUp()
        self.patch(reading, "PAGE_SIZE", 3)
        self.clock = self.startPatcher(freeze_time(NOW))
        self.sage, self.cursor, self.most = FakeSage(5), {}, 0

    def take(self):
        """Read what changed; return the numbers of it."""
        found = []
        pages = list(reading.read_changed(self.sage, "Customer", self.cursor))
        for records, self.cursor, _is_last in pages:
            found += [int(each["ID"]) for each in records]
        self.assertEqual([last for *_rest, last in pages][-1], True)
        return found

    def change(self, number, when):
        """Let a record have changed."""
        self.sage.records[number - 1]["Modified"] = when.isoformat()

    def test_first_all_then_what_is_new(self):
        self.assertEqual(self.take(), [1, 2, 3, 4, 5])
        self.assertEqual(self.take(), [])
        self.change(2, NOW + timedelta(seconds=5))
        self.sage.add(NOW + timedelta(seconds=6))
        self.assertEqual(self.take(), [2, 6])
        self.assertEqual(self.take(), [])

    def test_what_changed_behind_the_reader_s_back_comes_next(self):
        pages = reading.read_changed(self.sage, "Customer", {})
        next(pages)
        self.change(1, NOW + timedelta(seconds=1))
        self.change(5, NOW + timedelta(minutes=20))
        *_pages, (_records, self.cursor, _is_last) = pages
        self.assertEqual(self.take(), [1])

    def test_the_cursor_keeps_what_may_still_change_only(self):
        self.take()
        for number in range(50):
            self.sage.add(NOW + timedelta(hours=number))
            self.take()
        self.assertLess(len(self.cursor["seen"]), 5)

    def test_a_read_that_was_cut_goes_on_or_begins_anew(self):
        pages = reading.read_changed(self.sage, "Customer", {})
        _records, self.cursor, _is_last = next(pages)
        self.sage.reads.clear()
        kept = self.cursor
        self.assertEqual(self.take(), [4, 5])
        self.assertEqual(self.sage.reads, [3])
        self.cursor = kept
        self.clock.tick(reading.LONGEST + timedelta(seconds=1))
        self.sage.reads.clear()
        self.assertEqual(self.take(), [4, 5], "the first page was taken over already")
        self.assertEqual(self.sage.reads, [0, 3])

    def read_slices(self, pause, before=lambda: None):
        """Read two pages, then wait, until there is an end; return the numbers."""
        told, is_last = [], False
        while not is_last:
            self.assertLess(len(self.sage.reads), 40, "it begins anew for ever")
            before()
            pages = reading.read_changed(self.sage, "Customer", self.cursor)
            for records, self.cursor, is_end in islice(pages, 2):
                is_last = is_end
                told += [int(each["ID"]) for each in records]
                self.most = max(self.most, len(self.cursor["seen"]))
            self.clock.tick(pause)
        return told

    def test_a_read_that_takes_long_comes_to_its_end(self):
        """A hundred thousand customers are a thousand pages, at a call a second."""
        for minutes in (20, 40):
            self.sage, self.cursor = FakeSage(30), {}
            told = self.read_slices(timedelta(minutes=minutes))
            self.assertEqual(told, list(range(1, 31)))

    def test_what_is_deleted_while_a_read_is_cut_hides_nothing(self):
        self.sage = FakeSage(30)
        told = self.read_slices(timedelta(minutes=40), lambda: self.sage.records.pop(0))
        self.assertLessEqual(set(range(8, 31)), set(told))

    def test_what_changed_in_a_long_read_comes_next(self):
        self.sage = FakeSage(30)

        def change():
            slices = len(self.sage.reads) // 2
            if slices == 1:
                self.change(1, NOW + timedelta(minutes=10))
            self.change(30, NOW + timedelta(minutes=25 * slices))

        self.read_slices(timedelta(minutes=25), change)
        self.assertIn(1, self.take())

    def test_a_first_read_does_not_remember_all_that_it_saw(self):
        self.sage = FakeSage()
        for number in range(60):
            self.sage.add(NOW - timedelta(days=60 - number))
        self.read_slices(timedelta(seconds=2))
        self.assertLess(self.most, 5)
        self.assertEqual(len(self.sage.reads), 20)
        self.clock.tick(timedelta(days=1))
        self.assertEqual(self.take(), [])

    def test_long_lists_are_not_read_at_each_run(self):
        self.sage = FakeSage(30)
        self.assertEqual(len(self.take()), 30)
        self.sage.reads.clear()
        self.change(1, NOW + timedelta(seconds=5))
        self.assertEqual(self.take(), [])
        self.assertEqual(self.sage.reads, [], "ten pages wait for their turn")
        self.clock.tick(timedelta(days=1) * 10 / reading.DAY_CALLS)
        self.assertEqual(self.take(), [1])

    def test_a_record_without_a_moment_is_told_once(self):
        self.sage.records[0].update(Created=None, Modified=None)
        self.assertEqual(self.take(), [1, 2, 3, 4, 5])
        self.assertEqual(self.take(), [])

    def test_an_empty_list_ends(self):
        self.sage = FakeSage()
        self.assertEqual(self.take(), [])
        self.assertEqual(self.take(), [])


class FakeBooks(FakeSage):
    """Invoices and customers, by pages of three."""

    def __init__(self):
        super().__init__()
        self.lists = {
            "TaxInvoice": [
                {"ID": str(number), "CustomerId": "1", "AmountDue": 10, "DueDate": day}
                for number, day in enumerate(["2026-11-27", "2026-11-28"] * 4)
            ],
            "Customer": [
                {"ID": str(number), "Balance": 100 * number} for number in range(5)
            ],
        }

    def page(self, service, skip=0, params=None):
        """Return a page as the client does."""
        self.reads.append((service, skip))
        found = self.lists[service]
        return found[skip : skip + 3], len(found[skip : skip + 3]), len(found)

    def read_each(self, _service, records, read):
        """Return what each record means."""
        return [read(record) for record in records]


@tagged("post_install", "-at_install")
class TestBalances(BaseCase):
    """What customers owe is read whole, from where it was cut, and not too often."""

    def setUp(self):
        super().setUp()
        self.clock = self.startPatcher(freeze_time(NOW))
        self.sage = FakeBooks()

    def take(self, cursor, today="2026-11-28", pages=9):
        """Read some pages; return what customers owe, and the cursor behind it."""
        found = {}
        for _page, (owed, after, is_last) in zip(
            range(pages), balances.read(self.sage, cursor, today), strict=False
        ):
            found |= {b.external_id: (b.outstanding, b.overdue) for b in owed}
            cursor = after
            if is_last:
                break
        return found, cursor

    def test_all_are_told_with_what_is_late(self):
        found, cursor = self.take({})
        self.assertEqual(len(found), 5)
        self.assertEqual(found["1"], (100, 40))
        self.assertEqual(found["2"], (200, 0))
        self.assertEqual(cursor["pages"], 5)
        self.assertEqual(len(self.sage.reads), 5)

    def test_a_read_that_was_cut_goes_on_and_a_new_day_begins_anew(self):
        for pages in range(1, 5):
            before, cursor = self.take({}, pages=pages)
            self.sage.reads.clear()
            after, _cursor = self.take(cursor)
            self.assertEqual(len(self.sage.reads), 5 - pages)
            self.assertEqual(len(before | after), 5)
            self.assertEqual((before | after)["1"], (100, 40))
        _found, cursor = self.take({}, pages=2)
        found, _cursor = self.take(cursor, "2026-11-29")
        self.assertEqual(found["1"], (100, 80))

    def test_a_long_read_goes_on_over_days_and_leaves_calls_to_what_is_sent(self):
        self.sage.lists["TaxInvoice"] *= 4
        days, cursor, found = 0, {}, {}
        with patch.object(balances, "SHARE", 5):
            while not cursor.get("done"):
                days += 1
                self.assertLess(days, 6, "it begins anew each day")
                before = len(self.sage.reads)
                some, cursor = self.take(cursor, f"2026-11-{days + 10}", pages=99)
                self.assertLessEqual(len(self.sage.reads) - before, 5)
                found |= some
        self.assertEqual(len(self.sage.reads), 13)
        self.assertEqual(len(found), 5)
        self.assertEqual(found["1"][1], 0, "late as of the first day")

    def test_long_lists_are_not_read_at_each_run(self):
        _found, cursor = self.take({})
        self.sage.reads.clear()
        self.assertEqual(self.take(cursor), ({}, cursor))
        self.assertFalse(self.sage.reads)
        self.clock.tick(timedelta(days=1) * 5 / reading.DAY_CALLS)
        self.assertEqual(len(self.take(cursor)[0]), 5)

    def test_books_without_anything_end(self):
        self.sage.lists = {"TaxInvoice": [], "Customer": []}
        self.assertEqual(self.take({})[0], {})
