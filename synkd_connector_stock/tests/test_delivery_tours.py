# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import HttpCase, tagged

from .common import StockCommon


@tagged("post_install", "-at_install")
class TestDeliveryTours(StockCommon, HttpCase):
    """The store keeper and a credit manager, in a real browser."""

    def test_a_delivery_on_hold_with_a_reason(self):
        picking = self.deliver()
        self.hold()
        url = f"/odoo/action-stock.action_picking_tree_all/{picking.id}"
        self.start_tour(url, "synkd_delivery_refused", login="store-keeper")
        self.assertEqual(picking.state, "assigned")
        self.start_tour(url, "synkd_delivery_permit", login="stock-chief")
        self.assertEqual(picking.state, "done")
        self.assertEqual(self.partner.credit_permit_ids.reason, "Paid by courier")
