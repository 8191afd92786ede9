# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date, datetime

from odoo.tests import BaseCase, tagged

from ..lib import dates


@tagged("post_install", "-at_install")
class TestDates(BaseCase):
    def test_moments_are_in_utc_and_within_reason(self):
        expected = datetime(2015, 8, 13, 2, 53, 10, 790000)
        for text in (
            "2015-08-13T02:53:10.790",
            "2015-08-13T02:53:10.790Z",
            "2015-08-13T04:53:10.790+02:00",
        ):
            self.assertEqual(dates.read_moment(text), expected, text)
        self.assertEqual(dates.read_milliseconds("1439434390790"), expected)
        self.assertEqual(dates.read_milliseconds(-86400000), datetime(1969, 12, 31))
        for text in ("", None, "soon", 7, [], "0001-01-01T00:00:00", "9999-12-31"):
            self.assertIsNone(dates.read_moment(text), text)
        for value in ("", None, "x", 10**30, [], -(10**15)):
            self.assertIsNone(dates.read_milliseconds(value), value)

    def test_moments_are_written_to_the_second(self):
        moment = datetime(2026, 11, 22, 9, 8, 7, 999999)
        self.assertEqual(dates.write_moment(moment), "2026-11-22T09:08:07")
        self.assertEqual(dates.read_iso_day("2026-01-02"), date(2026, 1, 2))
        self.assertIsNone(dates.read_iso_day(""))

    def test_waits_are_seconds_or_a_date(self):
        now = datetime(2026, 11, 22, 10, 0, 0)
        for text, expected in (
            ("73451", 73451),
            (" 5 ", 5),
            ("Sun, 22 Nov 2026 10:01:00 GMT", 60),
            ("Sun, 22 Nov 2026 09:00:00 GMT", 0),
            ("", None),
            (None, None),
            ("soon", None),
            ("²", None),
            ("٣", None),
            ("-5", None),
            ("1e9", None),
            ("\x005", None),
        ):
            self.assertEqual(dates.read_retry_after(text, now), expected, text)
