# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models
from odoo.exceptions import UserError


class PortalWizardUser(models.TransientModel):
    _inherit = "portal.wizard.user"

    def action_grant_access(self):
        """Override to give no login to customers whose class is not shown on the web.

        :raise UserError: names the customer and what to do.
        """
        for line in self:
            if not line.partner_id.shown_web:
                raise UserError(
                    self.env._(
                        "%s cannot have a login: the class of the account customer is"
                        " not shown on the web. Switch Web on for that class under"
                        " Books > Customer Classes, or give the customer another one.",
                        line.partner_id.display_name,
                    )
                )
        return super().action_grant_access()
