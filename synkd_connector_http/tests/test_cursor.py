# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta
from itertools import product

from freezegun import freeze_time

from odoo.tests import BaseCase, tagged

from ..lib.cursor import chunks, read_changed
from ..lib.dates import read_milliseconds as read


class FakeClient:
    """Answers from a list of records, page by page."""

    def __init__(self, records):
        self.records = records
        self.calls = 0

    def ask(self, since, page):
        """Return a page of two records, and whether it is the last one."""
        self.calls += 1
        found = sorted(self.records, key=lambda r: (r["Changed"], r["ID"]))
        found = [r for r in found if not since or read(r["Changed"]) >= since]
        return found[(page - 1) * 2 : page * 2], page * 2 >= len(found)


@tagged("post_install", "-at_install")
class TestCursor(BaseCase):
    def read_all(self, client, cursor=None, between=None):
        """Read all pages of two; return the ids in order, and the cursor."""
        seen, ends, cursor = [], [], cursor or {}
        pages = read_changed(client.ask, "ID", lambda r: r["Changed"], cursor, read)
        for found, after, is_end in pages:
            cursor = after
            ends.append(is_end)
            seen += [record["ID"] for record in found]
            if between:
                between(len(seen))
        self.assertEqual(ends.index(True), len(ends) - 1, "the last page says so")
        return seen, cursor

    def things(self, *milliseconds):
        return [
            {"ID": f"{number}", "Changed": 1_700_000_000_000 + ms}
            for number, ms in enumerate(milliseconds)
        ]

    def test_each_is_read_once(self):
        client = FakeClient(self.things(*range(0, 50_000, 5_000)))
        seen, cursor = self.read_all(client)
        self.assertEqual(seen, [str(n) for n in range(10)])
        self.assertLessEqual(client.calls, 10, "the last one is seen again each time")
        self.assertEqual(self.read_all(client, cursor)[0], [])

    def test_a_thousand_in_one_second_come_to_an_end(self):
        client = FakeClient(self.things(*range(9)))
        seen, cursor = self.read_all(client)
        self.assertEqual(sorted(seen), [str(n) for n in range(9)])
        self.assertEqual(self.read_all(client, cursor)[0], [])

    def test_one_that_moves_to_the_end_pushes_no_other_out_of_sight(self):
        for spread in (1, 400, 5_000):
            things = self.things(*range(0, 9 * spread, spread))
            client = FakeClient(things)

            def touch(count, things=things):
                if count in (2, 4):
                    stamp = 1_700_000_100_000 + count
                    things[count // 2 - 1]["Changed"] = stamp

            seen, _cursor = self.read_all(client, between=touch)
            self.assertEqual(set(seen), {str(n) for n in range(9)}, spread)

    def test_what_is_seen_late_is_not_missed_and_nothing_comes_twice(self):
        """A change is dated when it began, and is there when its transaction ended."""
        things = self.things(*range(0, 50_000, 5_000))
        client, late = FakeClient(things[:]), things[7]
        client.records.remove(late)
        behind = timedelta(seconds=20)
        stamp, cursor, told = lambda r: r["Changed"], {}, []
        for _read in range(3):
            pages = read_changed(client.ask, "ID", stamp, cursor, read, behind)
            for found, after, _is_end in pages:
                cursor = after
                told += [record["ID"] for record in found]
            if late not in client.records:
                client.records.append(late)
        self.assertEqual(sorted(told), [str(n) for n in range(10)])
        self.assertEqual(told[-1], late["ID"])

    def test_what_may_be_seen_late_is_not_read_again_for_each_page(self):
        client = FakeClient(self.things(*range(0, 40_000, 2_000)))
        behind, stamp, told = timedelta(minutes=1), lambda r: r["Changed"], []
        for found, after, _is_end in read_changed(
            client.ask, "ID", stamp, {}, read, behind
        ):
            cursor = after
            told += [record["ID"] for record in found]
        self.assertEqual(told, [str(n) for n in range(20)])
        self.assertLessEqual(client.calls, 21, "a page brings one that was seen")
        self.assertEqual(len(cursor["seen"]), 20, "the next reading knows them all")
        again = list(read_changed(client.ask, "ID", stamp, cursor, read, behind))
        self.assertFalse([found for found, _after, _is_end in again if found])

    def test_a_reading_that_is_cut_goes_on_and_loses_none(self):
        client = FakeClient(self.things(*range(0, 40_000, 2_000)))
        behind, stamp = timedelta(minutes=1), lambda r: r["Changed"]
        told, cursor, found = [], {}, True
        while found:
            pages = read_changed(client.ask, "ID", stamp, cursor, read, behind)
            # The first that brings something, or the last one.
            found, cursor, _end = next(p for p in pages if p[0] or p[2])
            told += [record["ID"] for record in found]
        self.assertEqual(told, [str(n) for n in range(20)])

    def read_slices(self, client, cursor, behind, pages=3):
        """Read some pages, then begin anew from the cursor, until there is an end.

        :return: what was told, slice by slice, and the last cursor.
        """
        told, is_end = [], False
        for _slice in range(100):
            reading = read_changed(
                client.ask, "ID", lambda r: r["Changed"], cursor, read, behind
            )
            for _page in range(pages):
                found, cursor, is_end = next(reading)
                told += [record["ID"] for record in found]
                if is_end:
                    return told, cursor
        self.fail("the reading does not come to its end")

    def test_a_reading_that_is_cut_again_and_again_comes_to_its_end(self):
        """Far more changed within the time that is read again than is read at once."""
        behind = timedelta(minutes=1)
        for spread, pages in product((0, 1, 1_000), (1, 3)):
            with self.subTest(spread=spread, pages=pages):
                client = FakeClient(self.things(*(n * spread for n in range(40))))
                told, cursor = self.read_slices(client, {}, behind, pages)
                self.assertEqual(sorted(told, key=int), [str(n) for n in range(40)])
                # Each page, once more until nothing is new, and one after each cut.
                self.assertLessEqual(client.calls, 60 if pages > 1 else 100)
                self.assertEqual(cursor.keys(), {"since", "seen"})
                again, cursor = self.read_slices(client, cursor, behind)
                self.assertEqual(again, [])

    def test_what_tells_no_moment_is_not_begun_anew_for_ever(self):
        client = FakeClient([{"ID": str(n), "Changed": ""} for n in range(20)])
        told, cursor = self.read_slices(client, {}, timedelta(seconds=1))
        self.assertEqual({*told}, {str(n) for n in range(20)})
        self.assertEqual(cursor, {})

    def test_who_changes_while_a_reading_is_cut_is_not_missed(self):
        behind, things = timedelta(minutes=1), self.things(*([0] * 12))
        for pages, moved in product(range(1, 7), ([0], [0, 5], [0, 1, 2, 3])):
            client = FakeClient([dict(each) for each in things])
            reading = read_changed(
                client.ask, "ID", lambda r: r["Changed"], {}, read, behind
            )
            told = []
            for _page in range(pages):
                found, cursor, _is_end = next(reading)
                told += [record["ID"] for record in found]
            for place in moved:
                client.records[place]["Changed"] += 90_000
            more, _cursor = self.read_slices(client, cursor, behind)
            self.assertEqual({*told, *more}, {each["ID"] for each in things})
            self.assertLessEqual({str(place) for place in moved}, set(more))

    def test_what_is_seen_late_is_not_missed_by_a_reading_that_is_cut(self):
        """Cut among what changes just now, it begins anew where a late one may be."""
        things, behind = self.things(*range(0, 20_000, 1_000)), timedelta(minutes=1)
        late = things.pop(3)
        client = FakeClient(things)
        with freeze_time(read(things[7]["Changed"]) + timedelta(seconds=5)) as clock:
            reading = read_changed(
                client.ask, "ID", lambda r: r["Changed"], {}, read, behind
            )
            for _page in range(4):
                _found, cursor, _is_end = next(reading)
            things.append(late)
            clock.tick(timedelta(days=1))
            told, _cursor = self.read_slices(client, cursor, behind)
        self.assertIn(late["ID"], told)

    def test_the_cursor_stays_small(self):
        client = FakeClient(self.things(*range(0, 500_000, 5_000)))
        _seen, cursor = self.read_all(client)
        self.assertLessEqual(len(cursor["seen"]), 1)

    def test_what_tells_no_moment_ends_the_reading(self):
        things = [{"ID": str(number), "Changed": ""} for number in range(5)]
        client = FakeClient(things)
        seen, cursor = self.read_all(client)
        self.assertEqual(seen, [str(n) for n in range(5)])
        self.assertEqual((cursor, client.calls), ({}, 3))

    def test_a_moment_in_the_future_hides_nothing(self):
        things = self.things(0, 3 * 10**12)
        _seen, cursor = self.read_all(FakeClient(things))
        things.append({"ID": "new", "Changed": 1_900_000_000_000})
        self.assertIn("new", self.read_all(FakeClient(things), cursor)[0])

    def test_lists_are_cut_into_pieces(self):
        self.assertEqual(
            list(chunks(iter("abcde"), 2)), [["a", "b"], ["c", "d"], ["e"]]
        )
        self.assertEqual(list(chunks("", 2)), [])
