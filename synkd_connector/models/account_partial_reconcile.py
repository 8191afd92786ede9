# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models


class AccountPartialReconcile(models.Model):
    _inherit = "account.partial.reconcile"

    @api.model_create_multi
    def create(self, vals_list):
        """Override of `account` to queue what settles customer documents."""
        partials = super().create(vals_list)
        self.env["synkd.enqueuer"]._after_reconcile(partials)
        return partials

    def unlink(self):
        """Override of `account` to notice what is settled no more."""
        moves = self.env["synkd.enqueuer"]._get_moves(self)
        result = super().unlink()
        self.env["synkd.enqueuer"]._note_changes(moves.exists())
        return result
