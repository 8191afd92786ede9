# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import tagged

from odoo.addons.synkd_connector_demo.tests.test_rpc import RpcCommon

from .common import STOCK, StockCommon


@tagged("post_install", "-at_install")
class TestDeliveryRpc(StockCommon, RpcCommon):
    """What docs/rpc.md promises of deliveries, over the same addresses."""

    def test_one_delivery_is_allowed_with_a_reason(self):
        boss = f"{STOCK},synkd_connector.group_credit"
        self.keys = {
            "integrator": self.create_key("stock-boss", boss),
            "keeper": self.create_key("stock-hand", STOCK),
        }
        picking = self.deliver()
        self.hold()
        asked = {"ids": picking.ids, "reason": "The courier has the money"}
        permit = ("stock.picking", "action_synkd_permit")
        self.refused(403, "Only a credit manager", *permit, "keeper", **asked)
        go = {"ids": picking.ids}
        self.refused(422, "on hold", "stock.picking", "button_validate", "keeper", **go)
        self.assertIs(self.call(*permit, **asked), True)
        self.refused(422, "No reason has to be given", *permit, **asked)
        self.call("stock.picking", "button_validate", "keeper", **go)
        self.env.invalidate_all()
        self.assertEqual(picking.state, "done")
