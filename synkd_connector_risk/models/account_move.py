# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models


class AccountMove(models.Model):
    """The question of the customer's standing has the one of Financial Risk in it."""

    _inherit = "account.move"

    def action_post(self):
        """Override to refuse once, and not by a dialog that no reason is kept of.

        :raise UserError: when a customer may not be invoiced now: why, what to do.
        """
        return super(AccountMove, self.with_context(bypass_risk=True)).action_post()

    def _post(self, soft=True):
        """Override to ask once, whatever posts it.

        :raise UserError: when a customer may not be invoiced now: why, what to do.
        """
        return super(AccountMove, self.with_context(bypass_risk=True))._post(soft)
