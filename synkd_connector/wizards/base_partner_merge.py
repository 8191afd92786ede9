# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    _inherit = "base.partner.merge.automatic.wizard"

    @api.model
    def _update_foreign_keys(self, src_partners, dst_partner):
        """Override to bring the links over, with their history.

        Odoo would delete the links of the merged customers where the customer that
        stays is linked in the same ledger.
        """
        links_sudo = self.env["synkd.customer.link"].sudo()
        links_sudo._move(src_partners, dst_partner)
        result = super()._update_foreign_keys(src_partners, dst_partner)
        self.env.invalidate_all()
        below = [("partner_id", "child_of", dst_partner.ids)]
        self.env["synkd.transaction"]._redecide(below)
        return result
