# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What a simulator knows: one clock, limits, faults, and the records of heirs."""

import pickle
import threading

from .clock import Clock
from .faults import Faults
from .idempotency import Keys
from .limits import Limits


class World:
    """Everything one simulator keeps. `lock` guards all of it."""

    # What these books leave open, or may do one way today and another tomorrow.
    OPTIONS = {"check_answers": False}
    keys_class, limits_class = Keys, Limits

    def __init__(self, scale=1.0, start=None):
        """Make a fresh world whose clock runs `scale` times as fast."""
        self.lock = threading.RLock()
        self.clock = Clock(start, scale)
        self.limits = self.limits_class(self.clock)
        self.log = []
        self.violations = []
        self.reset()

    def reset(self):
        """Forget everything but the clock, the log and the limits that were set."""
        self.options = dict(self.OPTIONS)
        self.keys = self.keys_class(self.clock)
        self.faults = Faults()
        self.limits.reset()
        self.fill()

    def fill(self):
        """Make what is there from the start; heirs keep their records here."""

    def kept(self):
        """Return what is kept from one start to the next, by name."""
        return {}

    def take(self, kept):
        """Go on with what was kept."""

    def save(self, path):
        """Write to a file what is kept."""
        with self.lock:
            path.write_bytes(pickle.dumps(self.kept()))

    def load(self, path):
        """Go on with what a file of ours holds."""
        self.take(pickle.loads(path.read_bytes()))

    def counters(self, tenant_id=""):
        """Return what is told of the limits of some books."""
        return self.limits.headers(tenant_id)
