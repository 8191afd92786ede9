# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class AccountPayment(models.Model):
    _inherit = "account.payment"

    def write(self, vals):
        """Override of `account` to queue payments, and to notice those taken back."""
        state = vals.get("state")
        fresh = self.filtered(lambda p: p.state not in ("in_process", "paid"))
        result = super().write(vals)
        if state in ("in_process", "paid"):
            self.env["synkd.enqueuer"]._enqueue_payments(fresh)
        elif state:
            self.env["synkd.enqueuer"]._note_changes(self.move_id, self)
        return result
