# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class AccountPayment(models.Model):
    _inherit = "account.payment"

    def _is_synkd_money(self):
        """Override of `synkd_connector`: not what a session collects.

        Its money belongs to invoices, whose own payments tell of it, or to orders
        without one, which the books do not get.
        """
        return super()._is_synkd_money() and not self.pos_session_id

    def write(self, vals):
        """Override to take out what is a session's only afterwards: paid online."""
        result = super().write(vals)
        if vals.get("pos_session_id"):
            self.env["synkd.enqueuer"]._note_changes(self.move_id, self)
        return result

    def _get_payment_method_codes_to_exclude(self):
        """Override of `point_of_sale`, which reads the installed modules for this.

        That is for people of the shop only, but those who open a payment from the
        queue need not be.
        """
        return super(AccountPayment, self.sudo())._get_payment_method_codes_to_exclude()
