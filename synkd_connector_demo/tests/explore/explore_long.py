# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The machine for as long as one wants: `make explore`; no part of `make test`."""

import os
import time

from odoo.tests import tagged

from .base import say, tally
from .harms import HARMS
from .machine import explore, find_harm
from .stage import Stage

MINUTES = float(os.environ.get("MINUTES") or 10)


@tagged("post_install", "-at_install")
class TestLong(Stage):
    def test_until_the_time_is_over(self):
        end = time.monotonic() + 60 * MINUTES
        try:
            while time.monotonic() < end:
                explore(self, examples=25, steps=50, derandomize=False)
                say(tally.describe().splitlines()[0])
        finally:
            say(tally.describe())


@tagged("post_install", "-at_install")
class TestHarms(Stage):
    def test_each_planted_harm_is_found(self):
        missed = []
        for harm in HARMS:
            before = sum(tally.steps.values())
            found = find_harm(self, harm, examples=100, steps=30)
            count = sum(tally.steps.values()) - before
            say(f"{harm.__name__}: {count} steps: {found or 'NO'}")
            if not found:
                missed.append(harm.__name__)
        self.assertFalse(missed)
