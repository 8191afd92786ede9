# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""How Xero writes moments and days."""

import re
from datetime import date, datetime, timedelta, timezone

_MILLISECONDS = re.compile(r"^/Date\((-?\d+)([+-]\d{4})?\)/$")


def milliseconds(moment):
    """Return a datetime or date as `/Date(1439434356790+0000)/`."""
    if not isinstance(moment, datetime):
        moment = datetime(moment.year, moment.month, moment.day, tzinfo=timezone.utc)
    since = moment - datetime(1970, 1, 1, tzinfo=timezone.utc)
    return f"/Date({since // timedelta(milliseconds=1)}+0000)/"


def twin(moment):
    """Return what stands in the `...String` field beside a date or datetime."""
    if isinstance(moment, datetime):
        return moment.strftime("%Y-%m-%dT%H:%M:%S")
    return f"{moment.isoformat()}T00:00:00"


def read_day(text):
    """Return the date that a request wrote as a day, a moment or `/Date(ms)/`.

    :raises ValueError: when it is none of these.
    """
    if match := _MILLISECONDS.match(str(text)):
        return (datetime(1970, 1, 1) + timedelta(milliseconds=int(match[1]))).date()
    if not re.match(r"^\d{4}-\d\d-\d\d(T[\d:.]+Z?)?$", str(text)):
        raise ValueError(text)
    return date.fromisoformat(str(text)[:10])


def read_since(text):
    """Return the aware datetime of an If-Modified-Since header, None if unreadable.

    Xero wants `yyyy-mm-ddThh:mm:ss` in UTC; a fraction is cut off.
    """
    try:
        moment = datetime.strptime(text[:19], "%Y-%m-%dT%H:%M:%S")
    except ValueError:
        return None
    return moment.replace(tzinfo=timezone.utc)
