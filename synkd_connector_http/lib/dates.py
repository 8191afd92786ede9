# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Moments and days of HTTP and ISO 8601; ours are naive and in UTC."""

from datetime import date, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime

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

    :param str value: ISO 8601; without a zone it is UTC.
    :rtype: datetime.datetime
    """
    try:
        moment = datetime.fromisoformat(str(value or "").replace("Z", "+00:00"))
        if moment.tzinfo:
            moment = moment.astimezone(timezone.utc).replace(tzinfo=None)
    except (ValueError, OverflowError):
        return None
    return moment if FIRST <= moment.year <= LAST else None


def read_milliseconds(value):
    """Return a moment that is told as milliseconds since 1970; None when it is none.

    :param value: a number, or its digits.
    :rtype: datetime.datetime
    """
    try:
        moment = EPOCH + timedelta(milliseconds=int(value))
    except (TypeError, ValueError, OverflowError):
        return None
    return moment if FIRST <= moment.year <= LAST else None


def write_moment(moment):
    """Return a moment in ISO 8601, to the second and without a zone.

    :rtype: str
    """
    return moment.replace(microsecond=0).isoformat()


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
