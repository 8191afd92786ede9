# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import Command
from odoo.tests import tagged

from odoo.addons.synkd_connector_demo.tests.queue_common import QueueCommon


@tagged("post_install", "-at_install")
class TestRepairSource(QueueCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.service_item = cls.env["synkd.books.item"].search(
            [("ledger_id", "=", cls.ledger.id), ("code", "=", "SERV")]
        )
        cls.product_class.service_item_id = cls.service_item
        cls.product.invoice_policy = "order"
        cls.product.taxes_id = cls.tax

    def create_repair(self):
        """Return a confirmed repair order with one part."""
        repair = self.env["repair.order"].create(
            {
                "partner_id": self.partner.id,
                "company_id": self.company.id,
                "move_ids": [
                    Command.create(
                        {
                            "product_id": self.product.id,
                            "product_uom_qty": 1,
                            "repair_line_type": "add",
                        }
                    )
                ],
            }
        )
        repair.action_validate()
        return repair

    def invoice(self, order):
        """Return the posted invoice of a sales order."""
        order.action_confirm()
        invoice = order._create_invoices()
        invoice.action_post()
        return invoice

    def repaired(self):
        """Return the invoice of a finished repair."""
        repair = self.create_repair()
        repair.action_create_sale_order()
        repair.action_repair_start()
        repair.action_repair_end()
        return self.invoice(repair.sale_order_id)

    def test_an_invoice_of_a_repair_is_a_service_job(self):
        self.assertEqual(self.row_of(self.repaired()).source, "service")

    def test_it_is_posted_to_the_item_of_service(self):
        invoice = self.repaired()
        self.post_all()
        stored = self.stored_documents(self.row_of(invoice))
        self.assertEqual(stored.line_ids.mapped("item"), [self.service_item.code])

    def test_free_text_on_it_goes_by_a_remembered_class_to_the_item_of_service(self):
        repair = self.create_repair()
        repair.action_create_sale_order()
        order = repair.sale_order_id
        order.action_confirm()
        invoice = order._create_invoices()
        line = {"name": "Call-out", "quantity": 1, "price_unit": 80.0}
        line |= {"tax_ids": [Command.set(self.tax.ids)]}
        invoice.invoice_line_ids = [Command.create(line)]
        invoice.action_post()
        row = self.row_of(invoice)
        self.assertEqual((row.source, row.reason), ("service", "invalid_lines"))
        self.assertIn("Call-out", row.reason_text)
        self.env["synkd.free.text"].create(
            {"text": "Call-out", "product_class_id": self.product_class.id}
        )
        self.post_all()
        items = self.stored_documents(row).line_ids.mapped("item")
        self.assertEqual(set(items), {self.service_item.code})
        self.assertEqual(len(items), 2)

    def test_its_credit_note_is_one_too(self):
        note = self.reverse(self.repaired())
        self.assertEqual(self.row_of(note, "credit_note").source, "service")

    def test_a_repair_that_the_order_asked_for_makes_it_one(self):
        """Sales sold the repair: the order makes the repair, not the other way."""
        service = self.env["product.product"].create(
            {
                "name": "Repair of a Drum",
                "type": "service",
                "service_tracking": "repair",
                "invoice_policy": "order",
                "lst_price": 50.0,
                "taxes_id": [Command.set(self.tax.ids)],
            }
        )
        service.product_tmpl_id.synkd_product_class_id = self.product_class
        order = self.create_order(service)
        self.assertEqual(self.row_of(self.invoice(order)).source, "service")
        self.assertTrue(order.repair_order_ids)

    def create_order(self, product):
        """Return a quotation for one product."""
        return self.env["sale.order"].create(
            {
                "partner_id": self.partner.id,
                "company_id": self.company.id,
                "order_line": [Command.create({"product_id": product.id})],
            }
        )

    def test_other_orders_are_of_sales(self):
        invoice = self.invoice(self.create_order(self.product))
        self.assertEqual(self.row_of(invoice).source, "sale")

    def test_a_cancelled_repair_does_not_count(self):
        repair = self.create_repair()
        repair.action_create_sale_order()
        order = repair.sale_order_id
        order.order_line = [Command.create({"product_id": self.product.id})]
        repair.action_repair_cancel()
        self.assertEqual(self.row_of(self.invoice(order)).source, "sale")

    def test_who_invoices_need_not_know_the_workshop(self):
        repair = self.create_repair()
        repair.action_create_sale_order()
        repair.sale_order_id.action_confirm()
        invoice = repair.sale_order_id._create_invoices()
        user = self.create_user("billing", "account.group_account_invoice")
        self.env.flush_all()
        invoice.with_user(user).action_post()
        self.assertEqual(self.row_of(invoice).source, "service")
