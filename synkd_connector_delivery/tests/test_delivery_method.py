# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from unittest.mock import patch

from odoo.tests import tagged

from odoo.addons.synkd_connector_stock.tests.common import StockCommon


@tagged("post_install", "-at_install")
class TestDeliveryMethod(StockCommon):
    """The customer's delivery method drives his orders and deliveries."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.fee = cls.env["product.product"].create(
            {"name": "Delivery", "type": "service", "invoice_policy": "order"}
        )
        cls.method = cls.create_carrier("By Road")
        cls.here = cls.partner.with_company(cls.company)
        cls.here.property_delivery_carrier_id = cls.method
        cls.branch = cls.create_partner("Hope Works North", parent_id=cls.partner.id)

    @classmethod
    def create_carrier(cls, name, **values):
        """Return a delivery method of the company."""
        vals = {"name": name, "product_id": cls.fee.id, "company_id": cls.company.id}
        vals |= {"delivery_type": "fixed", "fixed_price": 20}
        return cls.env["delivery.carrier"].create(vals | values)

    def test_the_order_and_its_delivery_have_it(self):
        for partner in self.partner, self.branch:
            picking = self.deliver(partner)
            self.assertEqual(picking.sale_id.carrier_id, self.method)
            self.assertEqual(picking.carrier_id, self.method)
            self.assertEqual(picking.sale_id.amount_total, 100, "no fee by itself")

    def test_what_was_chosen_counts(self):
        other = self.create_carrier("By Air")
        order = self.order()
        order.set_delivery_line(other, 50)
        order.action_confirm()
        self.assertEqual(order.picking_ids.carrier_id, other)

    def test_a_method_that_does_not_serve_the_address_is_left_out(self):
        self.method.country_ids = self.env.ref("base.nz")
        self.partner.country_id = self.env.ref("base.za")
        order = self.order()
        order.action_confirm()
        self.assertFalse(order.carrier_id)

    def test_in_the_web_shop_customers_choose(self):
        order = self.order()
        mine = patch.object(type(order), "_filter_synkd_web", lambda orders: orders)
        with mine:
            order.action_confirm()
        self.assertFalse(order.carrier_id)

    def test_no_method_no_change(self):
        self.here.property_delivery_carrier_id = False
        self.assertFalse(self.deliver().carrier_id)

    def test_adding_shipping_proposes_it(self):
        action = self.order(self.branch).action_open_delivery_wizard()
        self.assertEqual(action["context"]["default_carrier_id"], self.method.id)

    def test_another_company_has_its_own(self):
        other = self.env["res.company"].create({"name": "Elsewhere"})
        self.partner.company_id = False
        order = self.env["sale.order"].create(
            {"partner_id": self.partner.id, "company_id": other.id}
        )
        self.assertFalse(order._get_default_delivery_method())

    def test_new_customers_take_that_of_their_category(self):
        category = self.env["synkd.customer.category"].create({"name": "Farms"})
        category.with_company(self.company).delivery_carrier_id = self.method
        farm = self.env["res.partner"].with_company(self.company)
        farm = farm.create({"name": "Farm", "customer_category_id": category.id})
        self.assertEqual(farm.property_delivery_carrier_id, self.method)
