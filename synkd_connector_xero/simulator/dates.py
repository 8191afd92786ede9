# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The one clock of the simulator, and how Xero writes moments and days."""

import re
import threading
import time
from datetime import date, datetime, timedelta, timezone

_MILLISECONDS = re.compile(r"^/Date\((-?\d+)([+-]\d{4})?\)/$")


class Clock:
    """Simulated time: real time, times a scale, plus what it was advanced by."""

    def __init__(self, start=None, scale=1.0):
        """Start at the aware datetime `start` (default: now), `scale` times as fast."""
        self._lock = threading.Lock()
        self._base = (start or datetime.now(timezone.utc)).timestamp()
        self._mark = time.monotonic()
        self._scale = scale

    @property
    def scale(self):
        """Simulated seconds per real second; 0 stops the clock."""
        return self._scale

    @scale.setter
    def scale(self, scale):
        """Change the speed from this moment on."""
        with self._lock:
            self._base, self._mark = self._read(), time.monotonic()
            self._scale = float(scale)

    def _read(self):
        return self._base + (time.monotonic() - self._mark) * self._scale

    def timestamp(self):
        """Return the simulated seconds since 1970."""
        with self._lock:
            return self._read()

    def now(self):
        """Return the simulated moment in UTC, to the millisecond as Xero keeps it."""
        moment = datetime.fromtimestamp(self.timestamp(), timezone.utc)
        return moment.replace(microsecond=moment.microsecond // 1000 * 1000)

    def today(self):
        """Return the simulated day."""
        return self.now().date()

    def advance(self, seconds):
        """Jump forward (or back, when negative) by simulated seconds."""
        with self._lock:
            self._base += float(seconds)


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
