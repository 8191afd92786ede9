# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The machine against the demo books: the same examples each time."""

from odoo.tests import tagged

from .base import tally
from .machine import explore
from .stage import Stage


@tagged("post_install", "-at_install")
class TestExplore(Stage):
    def test_no_cent_is_lost(self):
        explore(self, examples=30, steps=30, phases=[__import__('hypothesis').Phase.generate])
        print(tally.describe())
