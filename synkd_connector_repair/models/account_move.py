# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class AccountMove(models.Model):
    _inherit = "account.move"

    def _get_synkd_sources(self):
        """Override of `synkd_connector` to tell documents of repairs.

        Whatever else is on them, or whoever took the money: the shop, too, settles
        orders of the workshop.
        """
        sources = super()._get_synkd_sources()
        repaired = self.filtered(lambda move: move._is_synkd_repair())
        return sources | dict.fromkeys(repaired.ids, "service")

    def _is_synkd_repair(self):
        """Whether an order of this document belongs to a repair that is not cancelled.

        :rtype: bool
        """
        # Who invoices need not have access to the workshop.
        orders = self.line_ids.sale_line_ids.order_id.sudo()
        if "sale_order_line_id" in self.env.get("pos.order.line", self)._fields:
            # What the till settled is known to its own lines only.
            orders |= self.sudo().pos_order_ids.lines.sale_order_line_id.order_id
        repairs = orders.repair_order_ids
        return any(repair.state != "cancel" for repair in repairs)
