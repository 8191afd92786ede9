# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models

ALL_DOCUMENTS = "sales_team.group_sale_salesman_all_leads"


class ResPartner(models.Model):
    _inherit = "res.partner"

    @api.model
    def _sees_all_credit(self):
        """Override: whose documents are those of all sellers sells to all customers.

        :rtype: bool
        """
        return super()._sees_all_credit() or self.env.user.has_group(ALL_DOCUMENTS)
