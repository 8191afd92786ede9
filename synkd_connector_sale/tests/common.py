# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Orders and their down payments, for the tests of whatever books they go to."""

from odoo import Command


class SaleCommon:
    """Orders of `product` for `partner`, with `tax`: a part of a test of documents."""

    def order(self, price):
        """Return a confirmed order."""
        line = {
            "product_id": self.product.id,
            "product_uom_qty": 1,
            "price_unit": price,
            "tax_ids": [Command.set(self.tax.ids)],
        }
        order = self.env["sale.order"].create(
            {
                "partner_id": self.partner.id,
                "company_id": self.company.id,
                "pricelist_id": False,
                "order_line": [Command.create(line)],
            }
        )
        order.action_confirm()
        return order

    def invoice(self, order, method, amount=0):
        """Return a posted down payment, or the final invoice, of an order."""
        wizard = self.env["sale.advance.payment.inv"].with_context(
            active_ids=order.ids, active_model="sale.order"
        )
        vals = {"advance_payment_method": method}
        before = order.invoice_ids
        wizard.create(vals | ({"amount": amount} if amount else {})).create_invoices()
        invoice = order.invoice_ids - before
        invoice.invoice_date = "2026-06-15"
        invoice.action_post()
        return invoice

    def invoices(self, price):
        """Return two down payments of half an order, and what is left: nothing."""
        order = self.order(price)
        return (
            self.invoice(order, "percentage", 50)
            | self.invoice(order, "percentage", 50)
            | self.invoice(order, "delivered")
        )
