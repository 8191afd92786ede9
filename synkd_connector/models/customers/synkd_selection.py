# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


class SynkdSelection(models.Model):
    """What a user has put on his *Selected* list in the Data Manager.

    It stays while he searches for more, and until he empties it.
    """

    _name = "synkd.selection"
    _description = "Selected in the Data Manager"
    _rec_name = "user_id"

    user_id = fields.Many2one("res.users", required=True, ondelete="cascade")
    partner_ids = fields.Many2many("res.partner", context={"active_test": False})
    account_ids = fields.Many2many(
        "synkd.account.customer", context={"active_test": False}
    )

    _user_uniq = models.Constraint("UNIQUE (user_id)", "A user has one selection.")

    @api.model
    def _get_mine(self):
        """Return the selection of the current user; it is made when there is none.

        :rtype: recordset of `synkd.selection`
        """
        mine = self.sudo().search([("user_id", "=", self.env.uid)])
        return mine or self.sudo().create({"user_id": self.env.uid})
