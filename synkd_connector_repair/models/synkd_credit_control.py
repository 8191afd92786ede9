# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.fields import Domain

from .repair_order import BEGUN


class SynkdCreditControl(models.AbstractModel):
    _inherit = "synkd.credit.control"

    @api.model
    def _get_open_sales(self, company, family):
        """Override to count jobs that no confirmed order has yet."""
        found = super()._get_open_sales(company, family)
        no_order = Domain("sale_order_id", "=", False)
        no_order |= Domain("sale_order_id.state", "!=", "sale")
        repairs = (
            self.env["repair.order"]
            .sudo()
            .search(
                Domain("partner_id", "in", list(family))
                & Domain("company_id", "child_of", company.root_id.id)
                & Domain("state", "in", BEGUN)
                & no_order
            )
        )
        rows = [
            (r.partner_id.id, r.company_id.currency_id.id, r._get_synkd_amount())
            for r in repairs
        ]
        return self._add_rows(found, family, rows)
