# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Things that go wrong on demand."""

import threading

# Where in the life of a call each kind strikes.
GATE = {
    "lost_before": "the connection closes before anything is done",
    "429_minute": "refused as if the minute's calls were used up",
    "429_day": "refused as if the day's calls were used up",
    "429_concurrent": "refused as if too many calls were under way",
    "429_appminute": "refused as if the app's minute were used up",
    "401": "refused as if the token were worth nothing, renewed or not",
    "page": "a page for people comes with status 200, nothing is done",
    "503": "the books are away for a while",
    "slow": "answers after `seconds` real seconds",
    "hold": "waits until release() is called, at most 60 real seconds",
}
HANDLER = {
    "500": "fails before it wrote anything; a key keeps this answer",
    "500_after": "writes, then fails; a key keeps this answer",
}
ANSWER = {
    "lost_after": "everything is done, but the connection closes without an answer",
    "truncated": "only half of the answer's bytes arrive",
    "wrong_json": "the answer is not valid JSON",
    "clock_skew": "the Date header is `seconds` off",
}
KINDS = {**GATE, **HANDLER, **ANSWER}


class Fault:
    """One thing that goes wrong, for the calls it matches."""

    def __init__(self, kind, method="", path="", times=1, every=1, seconds=1):
        """Strike each `every`-th matching call, `times` times (None: for ever).

        :param method: HTTP method, empty for any; several joined by a comma.
        :param path: a part of the path (query excluded), empty for any.
        """
        if kind not in KINDS:
            raise ValueError(f"unknown fault {kind!r}, known: {', '.join(KINDS)}")
        self.kind, self.path, self.seconds = kind, path, float(seconds)
        self.methods = [each for each in method.upper().split(",") if each]
        self.times, self.every = times, int(every)
        self.seen = 0

    def strikes(self, method, path):
        """Return whether this call is hit, and count it."""
        if self.times == 0 or (self.methods and method not in self.methods):
            return False
        if self.path not in path:
            return False
        self.seen += 1
        if self.seen % self.every:
            return False
        if self.times is not None:
            self.times -= 1
        return True

    def as_dict(self):
        """Return what this fault is, for reading back."""
        return {
            "kind": self.kind,
            "method": ",".join(self.methods),
            "path": self.path,
            "times": self.times,
            "every": self.every,
            "seconds": self.seconds,
        }


class Faults:
    """All faults that wait, and the gate that held calls stand at."""

    def __init__(self):
        """Start with none."""
        self.waiting = []
        self.gate = threading.Event()
        self._held = threading.Semaphore(0)
        self._lock = threading.Lock()

    def add(self, **spec):
        """Add a fault, see `Fault`."""
        fault = Fault(**spec)
        with self._lock:
            if fault.kind == "hold":
                self.gate.clear()
            self.waiting.append(fault)
        return fault

    def clear(self):
        """Drop all faults and let held calls go."""
        with self._lock:
            self.waiting = []
        self.gate.set()

    def hold(self, seconds):
        """Let a call wait at the gate."""
        self._held.release()
        self.gate.wait(seconds)

    def wait_held(self, count=1, seconds=30):
        """Wait until so many more calls stand at the gate; return whether they do."""
        return all(self._held.acquire(timeout=seconds) for _each in range(count))

    def striking(self, method, path):
        """Return the faults that hit this call, at most one of each kind."""
        with self._lock:
            found = {}
            for fault in self.waiting:
                if fault.kind not in found and fault.strikes(method, path):
                    found[fault.kind] = fault
            return found
