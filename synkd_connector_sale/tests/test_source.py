# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import Command
from odoo.tests import tagged

from odoo.addons.synkd_connector_demo.tests.queue_common import QueueCommon


@tagged("post_install", "-at_install")
class TestSource(QueueCommon):
    def _invoice_of_order(self, **values):
        """Return the draft invoice of a confirmed sales order."""
        self.product.invoice_policy = "order"
        order = self.env["sale.order"].create(
            {
                "partner_id": self.partner.id,
                "company_id": self.company.id,
                "order_line": [Command.create({"product_id": self.product.id})],
            }
            | values
        )
        order.action_confirm()
        return order._create_invoices()

    def test_an_invoice_of_a_sales_order_says_so(self):
        invoice = self._invoice_of_order()
        typed = self.create_invoice()
        (invoice | typed).action_post()
        self.assertEqual(self.row_of(invoice).source, "sale")
        self.assertEqual(self.row_of(typed).source, "manual")

    def test_its_credit_note_says_so_too(self):
        invoice = self._invoice_of_order()
        invoice.action_post()
        note = self.reverse(invoice)
        self.assertEqual(self.row_of(note, "credit_note").source, "sale")

    def test_orders_of_a_website_are_of_the_web_shop(self):
        invoice = self._invoice_of_order()
        orders = invoice.line_ids.sale_line_ids.order_id
        source = invoice._get_synkd_order_source(orders)
        if "website_id" not in orders._fields:
            self.assertEqual(source, "sale", "no web shop is installed")
        else:
            orders.website_id = self.env["website"].search([], limit=1)
            self.assertEqual(invoice._get_synkd_order_source(orders), "web")
