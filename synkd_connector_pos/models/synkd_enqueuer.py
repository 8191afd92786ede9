# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class SynkdEnqueuer(models.AbstractModel):
    _inherit = "synkd.enqueuer"

    def _entry_vals(self, move):
        """Override to tell the money of the shop."""
        vals = super()._entry_vals(move)
        return (
            vals | {"source": "shop"} if vals and move.sudo().pos_payment_ids else vals
        )

    def _money_lines(self, move):
        """Override: the payment of an invoiced order is a debt of the till, too.

        Its other line is on a receivable account as well, often on the customer's own,
        but owed by the session. Money that came in lowers what the customer owes.
        """
        lines = super()._money_lines(move)
        payments = move.sudo().pos_payment_ids
        if not payments:
            return lines
        came_in = sum(payments.mapped("amount")) > 0
        return lines.filtered(lambda line: (line.balance < 0) == came_in)
