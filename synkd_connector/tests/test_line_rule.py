# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import tagged

from ..lib.obstacles import Obstacles
from .common_documents import DocumentsCommon


@tagged("post_install", "-at_install")
class TestLineRule(DocumentsCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.map_all()

    def find(self, moves, channel="", ledger=None):
        """Return the obstacles of invoices, of each or of the only one."""
        ledger = ledger or self.ledger
        found = self.rules._find(ledger, dict.fromkeys(moves.ids, channel))
        return found if len(moves) > 1 else found[moves.id]

    def posting(self, move, channel=""):
        """Return how the only line of an invoice is posted."""
        (posting,) = self.rules._get_postings(self.ledger, {move.id: channel}).values()
        return posting

    def test_an_invoice_that_can_be_posted_has_no_obstacles(self):
        move = self.create_invoice(self.line(self.desk), self.line(self.chair))
        self.assertEqual(self.find(move), Obstacles())
        self.assertFalse(self.find(move))
        self.assertEqual(self.rules._find(self.ledger, {}), {})

    def test_the_number_of_queries_does_not_grow_with_the_documents(self):
        lines = (self.line(self.desk), self.line(self.thing), self.line())
        moves = [self.create_invoice(*lines) for _i in range(6)]
        self.env.flush_all()
        self.ledger._get_rule_facts()
        for count in (1, 6):
            channels = {move.id: "shop" for move in moves[:count]}
            with self.assertQueryCount(1):
                found = self.rules._find(self.ledger, channels)
            self.assertEqual(len(found), count)
            with self.assertQueryCount(1):
                self.rules._get_postings(self.ledger, channels)
        self.env.invalidate_all()
        with self.assertQueryCount(1):
            self.rules._find(self.ledger, channels)
