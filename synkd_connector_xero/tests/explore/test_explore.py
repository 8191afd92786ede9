# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The machine against the simulated Xero: the same few examples each time."""

from odoo.tests import tagged

from odoo.addons.synkd_connector.tests.explore.harms import payment_forgotten
from odoo.addons.synkd_connector.tests.explore.machine import explore, find_harm
from odoo.addons.synkd_connector.tests.explore.model import (
    CREDIT,
    INVOICE,
    PAYMENT,
    Record,
)

from .books import Stage


@tagged("post_install", "-at_install")
class TestXeroExplore(Stage):
    def test_no_cent_is_lost(self):
        explore(self, examples=4, steps=25)

    def test_a_planted_harm_is_found(self):
        self.assertTrue(find_harm(self, payment_forgotten, examples=8, steps=20))

    def post(self, key, kind, total, net=0):
        """Post a record, and let it get to Xero; return its row."""
        record = Record(key, kind, "Hope", total, total - net if net else 0)
        self.make(record, net)
        self.run_once()
        return self.row_for(record)

    def test_what_a_bookkeeper_does_there_is_done(self):
        with self.example():
            for key, kind in (("X001", INVOICE), ("X002", CREDIT)):
                self.post(key, kind, 1150, 1000)
                self.assertTrue(self.edit_there(key, 100))
                self.assertEqual(self.read_books()[key].total, 1265)
            self.assertTrue(self.pay_there("X001"))
            self.assertEqual(self.read_books()["X001"].left, 0)
            self.assertFalse(self.void_there("X001"), "money is on it")
            self.take_own_back()
            self.assertEqual(self.read_books()["X001"].left, 1265)
            self.post("X003", PAYMENT, 500)
            for key in ("X001", "X002", "X003"):
                self.assertTrue(self.void_there(key))
                self.assertNotIn(key, self.read_books())

    def test_what_settles_something_there_lets_go_of_it(self):
        with self.example():
            self.post("X001", INVOICE, 1150, 1000)
            self.post("X002", CREDIT, 1150, 1000)
            records = self.documents["X002"] | self.documents["X001"]
            self.open_lines(*records).reconcile()
            self.run_once()
            self.assertEqual(self.read_books()["X002"].settled, {"X001": 1150})
            self.assertEqual(self.unpay_there("X002"), {"X001"})
            self.assertEqual(self.read_books()["X002"].settled, {})

    def test_a_record_is_refused_until_it_is_not(self):
        with self.example():
            self.make(Record("X001", INVOICE, "Hope", 1150, 150), 1000)
            self.refuse_there("X001")
            self.run_once()
            (row,) = self.find_rows()
            self.assertEqual((row.sync_state, row.reason), ("attention", "refused"))
            self.mend_books()
            row.action_retry()
            self.run_once()
            self.assertEqual(row.sync_state, "synced")
