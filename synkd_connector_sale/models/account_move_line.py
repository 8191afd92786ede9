# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    def _sale_create_reinvoice_sale_line(self):
        """Override: what was spent for an order is spent, whatever its customer owes.

        Whoever posts a supplier's bill is not to be kept from it.
        """
        orders = self.env["sale.order"]
        with self.env["synkd.credit.control"]._as_asked(orders):
            return super()._sale_create_reinvoice_sale_line()
