# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models

from ..door import check_one


class SynkdRequestWizard(models.TransientModel):
    """Asks a manager for the identity of what he saw in the books."""

    _name = "synkd.request.wizard"
    _inherit = ["synkd.dialog.mixin"]
    _description = "It Is in the Books"

    request_id = fields.Many2one("synkd.request", required=True, readonly=True)
    member_count = fields.Integer(related="request_id.member_count", related_sudo=False)
    known_identity = fields.Char(
        related="request_id.line_ids.external_id", related_sudo=False
    )
    external_id = fields.Char(
        string="Identity in the Books",
        help="How the books call this record. Empty: a later run finds it by its code.",
    )

    def action_confirm(self):
        """Note that the books have the members of the request.

        :rtype: dict
        :raise UserError: when it is cleared up meanwhile, or the identity is another's.
        """
        check_one(self)
        self.request_id._decide_in_books((self.external_id or "").strip())
        return {"type": "ir.actions.act_window_close"}
