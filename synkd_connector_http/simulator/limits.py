# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Four rate limits, in fixed windows that start elsewhere for each tenant."""

import math
import threading
import zlib

from .errors import Refused

MINUTE = 60
DAY = 86400


class Window:
    """A counter that starts anew every `length` seconds, shifted by `shift`."""

    def __init__(self, clock, length, limit, shift):
        """Count calls on `clock`, at most `limit` a window."""
        self.clock, self.length, self.limit, self.shift = clock, length, limit, shift
        self._window, self._count = None, 0

    def used(self):
        """Return the calls of the running window."""
        window = (self.clock.timestamp() - self.shift) // self.length
        if window != self._window:
            self._window, self._count = window, 0
        return self._count

    def take(self):
        """Count one call."""
        self._count = self.used() + 1

    @property
    def left(self):
        """Return how many calls remain, never below 0."""
        return max(self.limit - self.used(), 0)

    def reset_in(self):
        """Return the whole simulated seconds until the window ends, at least 1."""
        gone = (self.clock.timestamp() - self.shift) % self.length
        return max(math.ceil(self.length - gone), 1)

    def spend(self, left):
        """Pretend that calls were made until only `left` remain."""
        self.used()
        self._count = max(self.limit - int(left), 0)


class Limits:
    """Counts calls per tenant and per app, and refuses what is too much."""

    # Calls a minute and a day of a tenant, a minute of an app; and at the same moment.
    minute_limit, day_limit, app_limit, concurrent_limit = 60, 5000, 10000, 5
    # Headers that tell what is left, by the name of the window; and which limit it was.
    left_headers = {}
    problem_header = ""

    def __init__(self, clock):
        """Count on `clock`."""
        self.clock = clock
        self._lock = threading.Lock()
        self.reset()

    def reset(self):
        """Forget all calls; the limits stay as they are set."""
        self._windows, self._flying = {}, {}
        self._app = Window(self.clock, MINUTE, self.app_limit, 0)

    def set_limits(self, minute=None, day=None, app=None, concurrent=None):
        """Set some limits; those left None stay. Counters start anew."""
        self.minute_limit = minute or self.minute_limit
        self.day_limit = day or self.day_limit
        self.app_limit = app or self.app_limit
        self.concurrent_limit = concurrent or self.concurrent_limit
        self.reset()

    def of(self, tenant_id):
        """Return the windows of a tenant: `{"minute": ..., "day": ...}`."""
        if tenant_id not in self._windows:
            shift = zlib.crc32(tenant_id.encode())
            self._windows[tenant_id] = {
                "minute": Window(self.clock, MINUTE, self.minute_limit, shift % MINUTE),
                "day": Window(self.clock, DAY, self.day_limit, shift % DAY),
            }
        return self._windows[tenant_id]

    def enter(self, tenant_id):
        """Count a call of a tenant in.

        :raises Refused: 429, when one of the limits is reached.
        """
        with self._lock:
            problem = self._problem(tenant_id)
            if problem:
                raise self.refusal(tenant_id, problem)
            for window in (*self.of(tenant_id).values(), self._app):
                window.take()
            self._flying[tenant_id] = self._flying.get(tenant_id, 0) + 1

    def leave(self, tenant_id):
        """Note that a call which entered is over."""
        with self._lock:
            self._flying[tenant_id] = max(self._flying.get(tenant_id, 0) - 1, 0)

    def _problem(self, tenant_id):
        windows = self.of(tenant_id)
        if self._flying.get(tenant_id, 0) >= self.concurrent_limit:
            return "concurrent"
        if not windows["day"].left:
            return "day"
        if not windows["minute"].left:
            return "minute"
        return "" if self._app.left else "appminute"

    def refusal(self, tenant_id, problem):
        """Return the 429 of a problem; `concurrent` carries no Retry-After."""
        headers = self.headers(tenant_id)
        if self.problem_header:
            headers[self.problem_header] = problem
        windows = {**self.of(tenant_id), "appminute": self._app}
        if problem in windows:
            headers["Retry-After"] = str(windows[problem].reset_in())
        return Refused(429, "", headers)

    def headers(self, tenant_id):
        """Return the headers that every answer carries."""
        windows = {**self.of(tenant_id), "app": self._app}
        pairs = self.left_headers.items()
        return {header: str(windows[name].left) for name, header in pairs}
