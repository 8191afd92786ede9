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

    def _is_of_bank(self, move):
        """Override: what a session itself puts into the drawer is told by its sales."""
        is_session = bool(move.sudo().statement_line_id.pos_session_id)
        return not is_session and super()._is_of_bank(move)

    def _is_told(self, move):
        """Override: what a customer owes by the entry of a session is in the books.

        It is there as a document of his own, though no invoice is behind it here.
        """
        return super()._is_told(move) or self._is_sold(move.sudo().pos_session_ids)

    def _is_sold(self, sessions):
        """Whether the books are told of what sessions sold without an invoice."""
        mine = [("session_id", "in", sessions.ids), ("synkd_summary_id", "!=", False)]
        orders = self.env["pos.order"].sudo()
        return bool(sessions) and bool(orders.search_count(mine, limit=1))
