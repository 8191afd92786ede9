# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class PosOrder(models.Model):
    _inherit = "pos.order"

    def _generate_pos_order_invoice(self):
        """Override to sell on a server that cannot print.

        Odoo would refuse the whole order because of its invoice's PDF, while the
        customer has paid: the invoice is posted without one, and says so.
        """
        state = self.env["ir.actions.report"].get_wkhtmltopdf_state()
        prints = self.env.context.get("generate_pdf", True)
        if not prints or state not in ("install", "broken"):
            return super()._generate_pos_order_invoice()
        silent = self.with_context(generate_pdf=False)
        invoice = super(PosOrder, silent)._generate_pos_order_invoice()
        told = self.env._(
            "Invoice %s was posted without a PDF: wkhtmltopdf is missing or broken on"
            " this server. Have it installed, then use Print here.",
            invoice.name,
        )
        invoice.sudo().message_post(body=told)
        return invoice
