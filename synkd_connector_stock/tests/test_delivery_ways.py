# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import Command
from odoo.tests import Form, tagged

from odoo.addons.synkd_connector_demo.tests.customers.test_credit_ways import (
    CreditCommon,
    CreditWays,
)

from .common import STOCK


@tagged("post_install", "-at_install")
class TestDeliveryWays(CreditWays, CreditCommon):
    """Every way in which goods leave: what was ordered is delivered, but on hold."""

    weights = {
        "hold": 2,
        "overdue": 1,
        "limit": 0,
        "blocked": 0,
        "new": 1,
        "site": 1,
        "archived": 1,
    }

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.worker = cls.create_user("ways-keeper", STOCK)
        cls.warehouse = cls.env["stock.warehouse"].search(
            [("company_id", "=", cls.company.id)], limit=1
        )

    def make(self, partner):
        """Return two drums on their way, as if they lay there."""
        place = self.warehouse.lot_stock_id.id
        out = self.env.ref("stock.stock_location_customers").id
        move = {
            "product_id": self.product.id,
            "product_uom_qty": 2,
            "location_id": place,
            "location_dest_id": out,
        }
        picking = self.env["stock.picking"].create(
            {
                "partner_id": partner.id,
                "picking_type_id": self.warehouse.out_type_id.id,
                "location_id": place,
                "location_dest_id": out,
                "move_ids": [Command.create(move)],
            }
        )
        picking.action_confirm()
        picking.move_ids.write({"quantity": 2, "picked": True})
        return picking

    def ways(self, picking):
        """Return how goods leave."""
        other = self.make(self.partner).with_user(self.worker)
        return {
            "form": picking.button_validate,
            "list": (picking + other).button_validate,
            "rpc": lambda: picking.move_ids.write({"state": "done"}),
            "a part": lambda: self.send_a_part(picking),
            "a program": picking.sudo()._action_done,
        }

    def send_a_part(self, picking):
        """Deliver one of two, the other one later."""
        picking.move_ids.quantity = 1
        wizard = Form.from_action(picking.env, picking.button_validate()).save()
        wizard.process()

    def is_done(self, picking):
        """Whether goods have left."""
        return picking.move_ids.filtered(lambda move: move.state == "done")
