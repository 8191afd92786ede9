# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import Command
from odoo.tests import tagged

from .common import PosCommon


@tagged("post_install", "-at_install")
class TestPosSource(PosCommon):
    def test_an_invoice_of_the_shop_says_so(self):
        invoice = self.sell().account_move
        typed = self.post_invoice()
        self.assertEqual(self.row_of(invoice).source, "shop")
        self.assertEqual(self.row_of(typed).source, "manual")

    def test_it_is_posted_to_the_item_of_the_shop(self):
        invoice = self.sell().account_move
        typed = self.post_invoice()
        self.post_all()
        stored = self.stored_documents(self.row_of(invoice))
        other = self.stored_documents(self.row_of(typed))
        self.assertEqual(stored.line_ids.mapped("item"), [self.shop_item.code])
        self.assertEqual(other.line_ids.mapped("item"), ["SALES"])

    def test_a_refund_at_the_till_says_so_too(self):
        order = self.sell()
        note = self.refund(order).account_move
        self.assertEqual(note.move_type, "out_refund")
        self.assertEqual(self.row_of(note, "credit_note").source, "shop")

    def test_a_credit_note_typed_in_for_it_says_so_too(self):
        invoice = self.sell((self.later, 115.0)).account_move
        note = self.reverse(invoice)
        self.assertFalse(note.pos_order_ids)
        self.assertEqual(self.row_of(note, "credit_note").source, "shop")

    def test_an_order_invoiced_after_closing_says_so(self):
        order = self.sell(invoiced=False)
        self.close()
        order.action_pos_order_invoice()
        self.assertEqual(self.row_of(order.account_move).source, "shop")

    def test_orders_invoiced_together_say_so(self):
        orders = self.sell(invoiced=False) | self.sell(invoiced=False)
        wizard = self.env["pos.make.invoice"].with_context(active_ids=orders.ids)
        wizard.create({"consolidated_billing": True}).action_create_invoices()
        row = self.row_of(orders.account_move)
        self.assertEqual((row.source, row.amount), ("shop", 230.0))

    def test_a_sales_order_that_the_shop_settles_is_its_sale(self):
        """Both addons know the invoice, in whatever order Odoo loads them."""
        order = self.env["sale.order"].create(
            {
                "partner_id": self.partner.id,
                "company_id": self.company.id,
                "order_line": [Command.create({"product_id": self.product.id})],
            }
        )
        order.action_confirm()
        invoice = self.sell().account_move
        invoice.invoice_line_ids.sale_line_ids = order.order_line
        self.assertEqual(invoice._get_synkd_sources(), {invoice.id: "shop"})

    def repaired(self):
        """Return the order line of a repair that waits for its payment."""
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
        repair.action_create_sale_order()
        return repair.sale_order_id.order_line[:1]

    def settle(self, line, *quantities, **values):
        """Let the till take the payment of an order line, and sell more with it."""
        data = self.create_ui_order_data(
            [(self.product, quantity) for quantity in quantities], **values
        )
        # A dict of the line, in a command that cannot be changed itself.
        data["lines"][0][2].update(
            sale_order_origin_id=line.order_id.id, sale_order_line_id=line.id
        )
        found = self.env["pos.order"].sync_from_ui([data])["pos.order"]
        order = self.env["pos.order"].browse(found[0]["id"])
        self.assertEqual(order.lines[0].sale_order_line_id, line)
        return order

    def test_a_repair_that_is_paid_at_the_till_stays_a_service_job(self):
        line = self.repaired()
        order = self.settle(line, 1, customer=self.partner, is_invoiced=True)
        self.assertEqual(order.state, "done")
        self.assertEqual(self.row_of(order.account_move).source, "service")

    def sold_together(self):
        """Return item and amount of what the closed shop tells the books, sorted."""
        self.config.synkd_summary_mode = "session"
        self.close()
        summaries = self.pos_session.order_ids.synkd_summary_id
        lines = [x for s in summaries for x in s.document_id._to_data().lines]
        return summaries, sorted((line.item, str(line.net)) for line in lines)

    def test_without_an_invoice_too(self):
        service = self.product_class.service_item_id = self._item("SERV")
        self.settle(self.repaired(), 1, customer=self.partner)
        summary, lines = self.sold_together()
        self.assertEqual((summary.source, summary.document_id.source), ("service",) * 2)
        self.assertEqual(lines, [(service.code, "100.00")])

    def test_what_was_sold_with_it_is_a_sale_of_the_shop(self):
        service = self.product_class.service_item_id = self._item("SERV")
        order = self.settle(self.repaired(), 1, 2, customer=self.partner)
        back = self.sell(quantity=-1, customer=self.partner, invoiced=False)
        back.lines.refunded_orderline_id = order.lines[0]
        self.config.synkd_summary_mode = "session"
        summaries, lines = self.sold_together()
        self.assertEqual(set(summaries.mapped("source")), {"shop", "service"})
        shop = self.shop_item.code
        wanted = [(service.code, "100.00"), (service.code, "100.00"), (shop, "200.00")]
        self.assertEqual(lines, sorted(wanted))
