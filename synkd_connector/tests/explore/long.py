# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The machine for as long as one wants: mixins for classes that have a stage."""

import gc
import os
import random
import time
from pathlib import Path

from .base import clear_up_tables, say, tally
from .harms import HARMS
from .machine import Machine, explore, find_harm

MINUTES = float(os.environ.get("MINUTES") or 10)
# Examples of a batch.
EXAMPLES = int(os.environ.get("EXAMPLES") or 25)
# Faults after which it is enough: most are the same one.
FAULTS = 3


class Long:
    """The machine with new examples, until the time is over."""

    def test_until_the_time_is_over(self):
        # What Odoo has loaded stays: nobody has to look at it again and again.
        gc.collect()
        gc.freeze()
        gc.set_threshold(50000, 20, 50)
        end = time.monotonic() + 60 * MINUTES
        while time.monotonic() < end and tally.faults < FAULTS:
            seed = int(os.environ.get("SEED") or random.getrandbits(32))
            with self.subTest(seed=seed), tally.batch(self.ledger.connector, seed):
                explore(self, examples=EXAMPLES, steps=50, seed=seed)
            say(f"{tally.describe().splitlines()[0]}; seed {seed}")
            clear_up_tables(self.env.cr.dbname)
        say(tally.describe())


class Replay:
    """The steps that a failure printed, once more."""

    def test_what_a_failure_printed(self):
        """Do the steps of a file, whose lines are as a failure prints them.

        With SHRINK=1 the same with ever fewer steps, as long as it fails the same way.
        """
        text = Path(os.environ["REPLAY"]).read_text()
        calls = [line.partition("state.")[2] for line in text.splitlines()]
        calls = [c for c in calls if c and not c.startswith(("teardown", "holds"))]
        if os.environ.get("SHRINK") == "1":
            calls = self.shorten(calls)
        self.play(calls, say)

    def play(self, calls, tell=lambda _call: None):
        """Do steps, look after each, and let everything come to rest at the end."""
        state = type("Machine", (Machine,), {"stage": self})()
        try:
            for call in calls:
                tell(call)
                eval(f"state.{call}")  # pylint: disable=eval-used
                state.holds()
        finally:
            state.teardown()

    def fails(self, calls):
        """Return what steps complain about: its first words; "" for nothing."""
        try:
            self.play(calls)
        except AssertionError as error:
            return str(error)[:16]
        except (KeyError, IndexError, AttributeError, TypeError):
            return ""  # a step without what it is about
        return ""

    def shorten(self, calls):
        """Return as few of some steps as fail the same way."""
        wanted, size = self.fails(calls), max(len(calls) // 2, 1)
        while wanted and size:
            place = 0
            while place < len(calls):
                fewer = calls[:place] + calls[place + size :]
                if self.fails(fewer) == wanted:
                    calls = fewer
                else:
                    place += size
            size //= 2
        return calls


class Harms:
    """The machine with harms planted."""

    def test_each_planted_harm_is_found(self):
        missed = []
        for harm in HARMS:
            before = tally.steps.total()
            found = find_harm(self, harm, examples=100, steps=30)
            count = tally.steps.total() - before
            say(f"{harm.__name__}: {count} steps: {found or 'NO'}")
            if not found:
                missed.append(harm.__name__)
        self.assertFalse(missed)
