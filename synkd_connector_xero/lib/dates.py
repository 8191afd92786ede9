# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Moments and days as Xero writes them; ours are naive and in UTC."""

import re
from datetime import date, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime

_WIRE = re.compile(r"^/Date\((-?\d+)(?:[+-]\d{4})?\)/$")
EPOCH = datetime(1970, 1, 1)
# Years outside these are what programs write that know no date.
FIRST, LAST = 1900, 2200
SECOND = timedelta(seconds=1)
# Nobody is asked to wait longer: after a day every limit begins anew.
LONGEST = 86400
DIGITS = 9


def utc_now():
    """Return this moment, naive and in UTC.

    :rtype: datetime.datetime
    """
    return datetime.now(timezone.utc).replace(tzinfo=None)


def read_moment(value):
    """Return a moment of an answer; None when it tells none.

    The offset behind the milliseconds is ignored, as they are UTC already.

    :param str value: "/Date(1439434356790)/", "/Date(1439434356790+0000)/", or
        ISO 8601 without a zone.
    :rtype: datetime.datetime
    """
    text = str(value or "")
    try:
        if match := _WIRE.match(text):
            moment = EPOCH + timedelta(milliseconds=int(match[1]))
        else:
            moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
        if moment.tzinfo:
            moment = moment.astimezone(timezone.utc).replace(tzinfo=None)
    except (ValueError, OverflowError):
        return None
    return moment if FIRST <= moment.year <= LAST else None


def read_day(record, name):
    """Return a day of an answer, from its text twin where there is one.

    :param str name: such as "Date"; its twin is "DateString".
    :rtype: datetime.date
    """
    moment = read_moment(record.get(f"{name}String")) or read_moment(record.get(name))
    return moment and moment.date()


def write_moment(moment):
    """Return a moment as If-Modified-Since takes it, to the second.

    :rtype: str
    """
    return moment.replace(microsecond=0).isoformat()


def write_filter_day(day):
    """Return a day as a filter of a list takes it.

    :param datetime.date day: a day.
    :rtype: str
    """
    return f"DateTime({day.year},{day.month},{day.day})"


def read_iso_day(text):
    """Return a day that we stored as text, or None.

    :rtype: datetime.date
    """
    return date.fromisoformat(text) if text else None


def read_retry_after(value, now):
    """Return the seconds that a Retry-After header asks to wait, or None.

    :param str value: seconds, or a date as HTTP writes it.
    :param datetime.datetime now: naive UTC.
    :rtype: int
    """
    text = str(value or "").strip()
    try:
        if text.isascii() and text.isdigit():
            return min(int(text[:DIGITS]), LONGEST)
        until = parsedate_to_datetime(text)
        until = until.astimezone(timezone.utc).replace(tzinfo=None)
    except (TypeError, ValueError, OverflowError):
        return None
    return min(max(int((until - now).total_seconds()), 0), LONGEST)
