# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The machine against the second Odoo: the same few examples each time."""

from odoo.tests import tagged

from odoo.addons.synkd_connector.tests.explore.harms import payment_forgotten
from odoo.addons.synkd_connector.tests.explore.machine import explore, find_harm

from .books import Stage


@tagged("post_install", "-at_install")
class TestOdooExplore(Stage):
    def test_no_cent_is_lost(self):
        explore(self, examples=3, steps=20)

    def test_a_planted_harm_is_found(self):
        self.assertTrue(find_harm(self, payment_forgotten, examples=8, steps=20))
