# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The one clock of a simulator: all its times come from it."""

import threading
import time
from datetime import datetime, timezone


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
        """Return the simulated moment in UTC, to the millisecond."""
        moment = datetime.fromtimestamp(self.timestamp(), timezone.utc)
        return moment.replace(microsecond=moment.microsecond // 1000 * 1000)

    def today(self):
        """Return the simulated day."""
        return self.now().date()

    def advance(self, seconds):
        """Jump forward (or back, when negative) by simulated seconds."""
        with self._lock:
            self._base += float(seconds)
