# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import Form, tagged

from .common import StockCommon


@tagged("post_install", "-at_install")
class TestDeliveryValues(StockCommon):
    """Warehouse and carrier of a customer drive his orders and deliveries."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.second = cls.env["stock.warehouse"].create(
            {"name": "Second", "code": "2ND", "company_id": cls.company.id}
        )
        cls.haulier = cls.env["res.partner"].create(
            {"name": "Swift Haulage", "is_company": True}
        )
        cls.here = cls.partner.with_company(cls.company)
        cls.here.customer_warehouse_id = cls.second
        cls.here.transport_partner_id = cls.haulier

    def test_the_order_takes_them_and_hands_them_on(self):
        order = self.order()
        self.assertEqual(order.warehouse_id, self.second)
        self.assertEqual(order.transport_partner_id, self.haulier)
        order.action_confirm()
        picking = order.picking_ids
        self.assertEqual(picking.picking_type_id.warehouse_id, self.second)
        self.assertEqual(picking.transport_partner_id, self.haulier)
        for report in ("stock.report_picking", "stock.report_deliveryslip"):
            self.assertIn("Swift Haulage", self.slip(picking, report))

    def test_what_is_typed_counts(self):
        other = self.create_partner("Own Van")
        order = self.order(
            warehouse_id=self.warehouse.id, transport_partner_id=other.id
        )
        self.assertEqual(order.warehouse_id, self.warehouse)
        order.action_confirm()
        self.assertEqual(order.picking_ids.transport_partner_id, other)
        order.transport_partner_id = self.haulier
        self.assertEqual(order.picking_ids.transport_partner_id, self.haulier)

    def test_what_was_delivered_stays_as_it_was(self):
        picking = self.deliver()
        picking.button_validate()
        picking.sale_id.transport_partner_id = self.create_partner("Own Van")
        self.assertEqual(picking.transport_partner_id, self.haulier)

    def test_a_sub_customer_has_those_of_the_main_one(self):
        branch = self.create_partner("Hope Works North", parent_id=self.partner.id)
        order = self.order(branch)
        self.assertEqual(order.warehouse_id, self.second)
        self.assertEqual(order.transport_partner_id, self.haulier)

    def test_the_delivery_address_goes_first(self):
        van = self.create_partner("Own Van")
        address = self.env["res.partner"].create(
            {
                "name": "Gate 4",
                "type": "delivery",
                "parent_id": self.partner.id,
                "transport_partner_id": van.id,
            }
        )
        order = self.order(partner_shipping_id=address.id)
        self.assertEqual(order.transport_partner_id, van)
        self.assertEqual(order.warehouse_id, self.second)

    def test_another_company_has_its_own_warehouse(self):
        branch = self.env["res.company"].create({"name": "Elsewhere"})
        self.partner.company_id = False
        order = self.env["sale.order"].create(
            {"partner_id": self.partner.id, "company_id": branch.id}
        )
        self.assertEqual(order.warehouse_id.company_id, branch)

    def test_the_form_follows_the_customer(self):
        plain = self.create_partner("Plain")
        user = self.create_user(
            "form-seller",
            "base.group_user,sales_team.group_sale_salesman_all_leads"
            ",stock.group_stock_multi_warehouses",
        )
        with Form(self.env["sale.order"].with_user(user)) as form:
            form.partner_id = plain
            self.assertEqual(form.warehouse_id, self.warehouse)
            form.partner_id = self.partner
            self.assertEqual(form.warehouse_id, self.second)
            self.assertEqual(form.transport_partner_id, self.haulier)

    def test_new_customers_take_those_of_their_category(self):
        category = self.env["synkd.customer.category"].create({"name": "Farms"})
        here = category.with_company(self.company)
        here.write(
            {"warehouse_id": self.second.id, "transport_partner_id": self.haulier.id}
        )
        farm = self.env["res.partner"].with_company(self.company)
        farm = farm.create({"name": "Farm", "customer_category_id": category.id})
        self.assertEqual(farm.customer_warehouse_id, self.second)
        self.assertEqual(farm.transport_partner_id, self.haulier)

    def test_an_import_sets_them_by_name(self):
        importer = self.env["base_import.import"].create(
            {
                "res_model": "res.partner",
                "file": b"Name,Warehouse,Carrier\nMill,Second,Swift Haulage\n",
                "file_type": "text/csv",
            }
        )
        options = {"quoting": '"', "separator": ",", "has_headers": True}
        names = ["name", "customer_warehouse_id", "transport_partner_id"]
        importer = importer.with_company(self.company)
        result = importer.execute_import(names, names, options)
        self.assertFalse(result["messages"])
        mill = self.env["res.partner"].browse(result["ids"]).with_company(self.company)
        self.assertEqual(mill.customer_warehouse_id, self.second)
        self.assertEqual(mill.transport_partner_id, self.haulier)
