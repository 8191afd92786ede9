# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The levers behind the scenes: what no client can do, for tests and demonstrations.

Every public method of `Control` can be called in the process, or as
`POST /__control__/<method>` with its arguments as a JSON object.
"""

import json
import urllib.error
import urllib.request

# These wait for others, who may want the world meanwhile.
UNLOCKED = frozenset(("release", "clear_faults", "wait_held"))


class Control:
    """Reads and changes one world directly; heirs add what only their books have."""

    unlocked = UNLOCKED

    def __init__(self, world):
        """Control `world`."""
        self.world = world

    def call(self, name, given):
        """Call a method by name with keyword arguments; the answer is plain JSON.

        :raises ValueError: when there is no such method.
        """
        method = None if name.startswith("_") else getattr(type(self), name, None)
        if not callable(method) or name == "call":
            raise ValueError(f"there is no control named {name!r}")
        if name in self.unlocked:
            return method(self, **given)
        with self.world.lock:
            return self._plain(method(self, **given))

    def _plain(self, value):
        """Return a value as JSON can tell it."""
        return value

    # The world

    def reset(self):
        """Forget all records, tokens, faults, keys and log entries."""
        self.world.reset()
        self.world.log.clear()
        return {}

    def set_options(self, **options):
        """Set some of the world's options; return all.

        :raises ValueError: for options that it does not have.
        """
        unknown = set(options) - set(self.world.options)
        if unknown:
            raise ValueError(f"unknown options: {', '.join(sorted(unknown))}")
        self.world.options.update(options)
        return dict(self.world.options)

    def log(self, clear=False):
        """Return the request log, oldest first."""
        return self._taken(self.world.log, clear)

    def violations(self, clear=False):
        """Return what was not as it is published, as sentences, oldest first."""
        return self._taken(self.world.violations, clear)

    def _taken(self, kept, clear):
        found = list(kept)
        if clear:
            kept.clear()
        return found

    # Time and limits

    def advance(self, seconds):
        """Move the clock; return the simulated moment."""
        self.world.clock.advance(seconds)
        return {"now": self.world.clock.now()}

    def set_scale(self, scale):
        """Let the clock run `scale` times as fast as real time; 0 stops it."""
        self.world.clock.scale = scale
        return {}

    def set_limits(self, minute=None, day=None, app=None, concurrent=None):
        """Set limits, such as `day=1000`; counters start anew."""
        self.world.limits.set_limits(minute, day, app, concurrent)
        return {}

    # Faults

    def add_fault(self, kind, method="", path="", times=1, every=1, seconds=1):
        """Let something go wrong, see `faults.Fault`."""
        spec = {"kind": kind, "method": method, "path": path, "times": times}
        return self.world.faults.add(**spec, every=every, seconds=seconds).as_dict()

    def faults(self):
        """Return the faults that were added, with the times that remain."""
        return [fault.as_dict() for fault in self.world.faults.waiting]

    def clear_faults(self):
        """Drop all faults and let held calls go."""
        self.world.faults.clear()
        return {}

    def wait_held(self, count=1, seconds=30):
        """Wait until so many more calls were stopped by a "hold"; tell whether."""
        return self.world.faults.wait_held(count, seconds)

    def release(self):
        """Let the calls go that a "hold" stopped."""
        self.world.faults.gate.set()
        return {}


class ControlClient:
    """The same levers over HTTP: `ControlClient(url).advance(seconds=5)`."""

    def __init__(self, url):
        """Control the simulator at `url`."""
        self.url = url

    def __getattr__(self, name):
        """Return a function that calls the control of that name."""

        def call(**given):
            data = json.dumps(given).encode()
            request = urllib.request.Request(f"{self.url}/__control__/{name}", data)
            try:
                with urllib.request.urlopen(request, timeout=60) as answer:
                    return json.load(answer)
            except urllib.error.HTTPError as error:
                raise ValueError(json.load(error)["error"]) from None

        return call
