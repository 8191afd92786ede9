# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What the tests of deliveries share: a company that ships goods to a customer."""

from unittest.mock import patch

from odoo import Command

from odoo.addons.synkd_connector_demo.tests.queue_common import QueueCommon

# Without the second Odoo's own delivery methods keep them from opening a transfer.
STOCK = "base.group_user,base.group_partner_manager,stock.group_stock_user"


class StockCommon(QueueCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.chief = cls.create_user(
            "stock-chief", f"{STOCK},synkd_connector.group_credit"
        )
        cls.keeper = cls.create_user("store-keeper", STOCK)
        cls.warehouse = cls.env["stock.warehouse"].search(
            [("company_id", "=", cls.company.id)], limit=1
        )

    @classmethod
    def order(cls, partner=None, **values):
        """Return a quotation for one drum."""
        line = {"product_id": cls.product.id, "price_unit": 100, "tax_ids": False}
        return cls.env["sale.order"].create(
            {
                "partner_id": (partner or cls.partner).id,
                "company_id": cls.company.id,
                "order_line": [Command.create(line)],
            }
            | values
        )

    @classmethod
    def deliver(cls, partner=None, **values):
        """Return the delivery of a confirmed order, ready to go."""
        order = cls.order(partner, **values)
        order.action_confirm()
        cls.make_ready(order.picking_ids)
        return order.picking_ids

    @classmethod
    def make_ready(cls, pickings):
        """Write the quantities of transfers as if they lay there."""
        for move in pickings.move_ids:
            move.quantity = move.product_uom_qty
        pickings.move_ids.picked = True

    def hold(self, partner=None):
        """Put a customer on hold."""
        partner = (partner or self.partner).with_user(self.chief)
        partner.action_synkd_hold("Cheque came back")

    def slip(self, picking, report="stock.report_picking"):
        """Return a printed slip as HTML."""
        reports = self.env["ir.actions.report"]
        # Pictures of bars need a library of the machine, which is nobody's matter here.
        with patch.object(type(reports), "barcode", lambda *args, **kwargs: b""):
            html, _kind = reports._render_qweb_html(report, picking.ids)
        return html.decode()
