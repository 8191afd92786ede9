# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .common import STOCK, StockCommon

ON_HOLD = "is on hold since"


@tagged("post_install", "-at_install")
class TestDelivery(StockCommon):
    """Goods leave only for customers who may have them, however it is said."""

    def test_on_hold_refuses_every_way_to_done(self):
        picking = self.deliver()
        self.hold()
        mine = picking.with_user(self.keeper)
        ways = {
            "button": mine.button_validate,
            "list action": lambda: (mine + self.deliver_other()).button_validate(),
            "backorders skipped": mine.with_context(
                skip_backorder=True, picking_ids_not_to_backorder=picking.ids
            ).button_validate,
            "done at once": picking._action_done,
            "moves": picking.move_ids._action_done,
            "write": lambda: picking.move_ids.write({"state": "done"}),
        }
        for way, act in ways.items():
            with self.subTest(way), self.assertRaisesRegex(UserError, ON_HOLD):
                act()
        self.assertNotEqual(picking.state, "done")

    def deliver_other(self):
        """Return the delivery of a customer in good standing."""
        picking = self.deliver(self.create_partner("In Good Standing"))
        return picking.with_user(self.keeper)

    def test_a_part_of_a_delivery_asks_before_the_backorder(self):
        order = self.order()
        order.order_line.product_uom_qty = 5
        order.action_confirm()
        picking = order.picking_ids
        picking.move_ids.write({"quantity": 2, "picked": True})
        self.hold()
        with self.assertRaisesRegex(UserError, ON_HOLD):
            picking.button_validate()
        self.partner.with_user(self.chief).action_synkd_release()
        wizard = Form.from_action(self.env, picking.button_validate()).save()
        self.hold()
        with self.assertRaisesRegex(UserError, ON_HOLD):
            wizard.process()

    def test_more_goods_on_what_was_delivered(self):
        picking = self.deliver()
        picking.button_validate()
        self.assertEqual(picking.state, "done")
        self.hold()
        more = {
            "product_id": self.product.id,
            "product_uom_qty": 1,
            "picking_id": picking.id,
            "location_id": picking.location_id.id,
            "location_dest_id": picking.location_dest_id.id,
            "state": "done",
        }
        with self.assertRaisesRegex(UserError, ON_HOLD):
            self.env["stock.move"].create(more)

    def test_a_reason_lets_one_delivery_go(self):
        picking, other = self.deliver(), self.deliver()
        self.hold()
        with self.assertRaises(AccessError):
            picking.with_user(self.keeper).action_synkd_permit("I say so")
        with self.assertRaises(UserError):
            picking.with_user(self.chief).action_synkd_permit("  ")
        picking.with_user(self.chief).action_synkd_permit("Paid by courier")
        picking.with_user(self.keeper).button_validate()
        self.assertEqual(picking.state, "done")
        self.assertIn("Paid by courier", picking.message_ids[0].body)
        with self.assertRaisesRegex(UserError, ON_HOLD):
            other.with_user(self.keeper).button_validate()

    def test_released_is_delivered(self):
        picking = self.deliver()
        self.hold()
        self.partner.with_user(self.chief).action_synkd_release("Paid")
        picking.with_user(self.keeper).button_validate()
        self.assertEqual(picking.state, "done")

    def test_overdue_is_said_and_not_refused(self):
        self.partner.overdue_since = fields.Date.today()
        picking = self.deliver()
        self.assertIn("is overdue", picking.synkd_credit_notice)
        self.assertEqual(picking.synkd_credit_weight, 1)
        picking.button_validate()
        self.assertEqual(picking.state, "done")

    def test_an_archived_customer_gets_what_was_begun(self):
        picking = self.deliver()
        self.partner.active = False
        self.assertIn("inactive", picking.synkd_credit_notice)
        picking.button_validate()
        self.assertEqual(picking.state, "done")

    def test_the_address_asks_for_the_customer_above(self):
        address = self.env["res.partner"].create(
            {"name": "Gate 4", "type": "delivery", "parent_id": self.partner.id}
        )
        other = self.create_partner("Somebody Else")
        mine = self.deliver(partner_shipping_id=address.id)
        elsewhere = self.deliver(partner_shipping_id=other.id)
        self.hold()
        for picking in mine, elsewhere:
            with self.assertRaisesRegex(UserError, "Hope Works is on hold"):
                picking.button_validate()

    def test_a_delivery_without_an_order(self):
        move = {
            "product_id": self.product.id,
            "product_uom_qty": 1,
            "location_id": self.warehouse.lot_stock_id.id,
            "location_dest_id": self.env.ref("stock.stock_location_customers").id,
        }
        picking = self.env["stock.picking"].create(
            {
                "partner_id": self.partner.id,
                "picking_type_id": self.warehouse.out_type_id.id,
                "location_id": move["location_id"],
                "location_dest_id": move["location_dest_id"],
                "move_ids": [Command.create(move)],
            }
        )
        picking.action_confirm()
        self.make_ready(picking)
        self.hold()
        with self.assertRaisesRegex(UserError, ON_HOLD):
            picking.button_validate()

    def test_what_comes_back_or_in_is_nobodys_business(self):
        delivered = self.deliver()
        delivered.button_validate()
        wizard = self.env["stock.return.picking"].with_context(
            active_id=delivered.id, active_model="stock.picking"
        )
        wizard = wizard.create({})
        wizard.product_return_moves.quantity = 1
        back = self.env["stock.picking"].browse(
            wizard.action_create_returns()["res_id"]
        )
        self.make_ready(back)
        self.hold()
        self.assertFalse(back.synkd_credit_notice)
        back.button_validate()
        self.assertEqual(back.state, "done")

    def test_steps_before_the_delivery_say_so_and_go_on(self):
        self.warehouse.delivery_steps = "pick_ship"
        order = self.order()
        order.action_confirm()
        pick = order.picking_ids.filtered(
            lambda p: p.picking_type_id.code != "outgoing"
        )
        self.assertEqual(len(pick), 1)
        self.make_ready(pick)
        self.hold()
        self.assertIn("on hold", pick.synkd_credit_notice)
        self.assertEqual(pick.synkd_credit_weight, 1)
        pick.with_user(self.keeper).button_validate()
        self.assertEqual(pick.state, "done")
        ship = order.picking_ids - pick
        self.make_ready(ship)
        with self.assertRaisesRegex(UserError, ON_HOLD):
            ship.button_validate()

    def test_the_picking_list_carries_the_sign_until_it_is_done(self):
        picking = self.deliver()
        self.assertNotIn("synkd_sign", self.slip(picking))
        self.hold()
        html = self.slip(picking)
        self.assertIn('name="synkd_sign"', html)
        self.assertIn("Cheque came back", html)
        self.assertNotIn("Allow With a Reason", html)
        picking.with_user(self.chief).action_synkd_permit("Paid")
        picking.button_validate()
        self.assertNotIn("synkd_sign", self.slip(picking))

    def test_papers_for_customers_say_nothing_of_what_we_know(self):
        picking = self.deliver()
        self.hold()
        self.partner.overdue_since = fields.Date.today()
        papers = {
            "stock.report_deliveryslip": picking,
            "sale.report_saleorder": picking.sale_id,
        }
        for report, record in papers.items():
            with self.subTest(report):
                html = self.slip(record, report)
                self.assertIn("Hope Works", html)
                for words in ("Cheque came back", "on hold", "overdue", "synkd_sign"):
                    self.assertNotIn(words, html)

    def test_each_company_asks_about_its_own(self):
        """Whom one company marks overdue, or holds in its books, the other asks too."""
        self.partner.company_id = False
        branch = self.env["res.company"].create({"name": "Deliveries Elsewhere"})
        user = self.create_user("elsewhere", STOCK, branch)
        house = self.env["stock.warehouse"].search([("company_id", "=", branch.id)])
        picking = self.env["stock.picking"].create(
            {
                "partner_id": self.partner.id,
                "picking_type_id": house.out_type_id.id,
                "location_id": house.lot_stock_id.id,
                "location_dest_id": self.env.ref("stock.stock_location_customers").id,
            }
        )
        self.account.held = True
        theirs = picking.with_user(user).with_context(allowed_company_ids=branch.ids)
        self.assertFalse(theirs.synkd_credit_notice)
        mine = self.deliver_held_in_books()
        with self.assertRaisesRegex(UserError, "on hold in the books"):
            mine.button_validate()

    def deliver_held_in_books(self):
        """Return a delivery of the company whose books hold the customer."""
        self.account.held = False
        picking = self.deliver()
        self.account.held = True
        return picking

    def test_many_are_asked_about_with_the_same_queries(self):
        partners = self.env["res.partner"].create(
            [{"name": f"Load {n}", "is_company": True} for n in range(20)]
        )
        pickings = self.env["stock.picking"].concat(
            *[self.deliver(partner) for partner in partners]
        )
        self.env.flush_all()

        def count(some):
            self.env.invalidate_all()
            start = self.env.cr.sql_log_count
            some._check_synkd_delivery()
            return self.env.cr.sql_log_count - start

        self.assertLessEqual(count(pickings), count(pickings[:3]) + 1)
