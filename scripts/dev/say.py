# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Messages to the person at the terminal."""

import sys
import threading
import time
from contextlib import contextmanager

TICK = 15


class Stop(Exception):
    """Ends the command with one sentence that says what to do."""


def info(text):
    """Print one line."""
    print(text, file=sys.stderr, flush=True)


@contextmanager
def step(text):
    """Announce a slow step, say every few seconds that it lives, then its time."""
    started = time.monotonic()
    info(f"-> {text}...")
    done = threading.Event()
    threading.Thread(target=_tick, args=(text, started, done), daemon=True).start()
    try:
        yield
    finally:
        done.set()
    info(f"   {text}: done in {time.monotonic() - started:.0f} s")


def _tick(text, started, done):
    while not done.wait(TICK):
        info(f"   {text}: {time.monotonic() - started:.0f} s so far")
