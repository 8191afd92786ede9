# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import json
from datetime import datetime, timedelta

from odoo.tests import BaseCase, tagged

from ...lib.pace import Pace

START = datetime(2026, 11, 23, 23, 59, 30)


@tagged("post_install", "-at_install")
class TestPace(BaseCase):
    """A clock of the test's own: each call is made as soon as it is allowed."""

    def call(self, pace, count, each=0.0):
        """Make calls; return when each was made, seconds after the first.

        :param float each: seconds that a call takes.
        """
        made, now, times = {}, START, []
        for _call in range(count):
            now += timedelta(seconds=pace.wait(made, now))
            self.assertEqual(pace.wait(made, now) if not pace.second else 0, 0)
            made = json.loads(json.dumps(pace.note(made, now)))
            self.assertLess(len(json.dumps(made)), 2500, "what is kept stays small")
            times.append((now - START).total_seconds())
            now += timedelta(seconds=each)
        return times

    def assert_never_more(self, times, count, seconds):
        """Fail when more calls than allowed were made within so many seconds."""
        for earlier, later in zip(times, times[count:], strict=False):
            self.assertGreater(later - earlier, seconds)

    def test_no_limit_never_waits(self):
        self.assertFalse(Pace())
        self.assertEqual(set(self.call(Pace(), 500)), {0})

    def test_a_minute(self):
        pace = Pace(minute=10)
        self.assertTrue(pace)
        times = self.call(pace, 35)
        self.assert_never_more(times, 10, 60)
        self.assertEqual(times, [61 * (number // 10) for number in range(35)])
        self.assert_never_more(self.call(pace, 60, each=4.7), 10, 60)

    def test_a_day(self):
        pace = Pace(day=50)
        times = self.call(pace, 180, each=600)
        self.assert_never_more(times, 50, 24 * 3600)
        self.assertLess(times[-1], 5 * 24 * 3600, "no more waiting than needed")

    def test_a_second(self):
        times = self.call(Pace(second=4, minute=30), 100)
        self.assertEqual(times[:5], [0, 0.25, 0.5, 0.75, 1.0])
        self.assert_never_more(times, 4, 0.999)
        self.assert_never_more(times, 30, 60)

    def test_a_call_that_was_not_made_is_taken_back(self):
        pace = Pace(second=1, minute=2, day=2)
        made = pace.note({}, START, 2)
        later = START + timedelta(seconds=40)
        back = pace.note(made, later, -1)
        self.assertEqual(back["last"], made["last"], "no call was made now")
        self.assertEqual(pace.wait(back, later), 0)
        again = pace.note(back, later)
        self.assertGreater(pace.wait(again, later), 0, "two were made all the same")
        gone = START + timedelta(seconds=62)
        found = pace.note(made, gone, -1)["seconds"]
        self.assertEqual(set(found.values()), {0}, "never below")

    def test_what_took_several_calls_counts_as_often(self):
        pace = Pace(minute=10)
        made = pace.note(pace.note({}, START, 6), START, 4)
        self.assertEqual(pace.wait(made, START), 61)
        self.assertEqual(pace.wait(made, START + timedelta(seconds=61)), 0)
