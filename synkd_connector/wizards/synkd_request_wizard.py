# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class SynkdRequestWizard(models.TransientModel):
    """Asks a manager for the identity of what he saw in the books."""

    _name = "synkd.request.wizard"
    _description = "It Is in the Books"

    request_id = fields.Many2one("synkd.request", required=True, readonly=True)
    member_count = fields.Integer(related="request_id.member_count")
    known_identity = fields.Char(related="request_id.line_ids.external_id")
    external_id = fields.Char(
        string="Identity in the Books",
        help="How the books call this record. Empty: a later run finds it by its code.",
    )

    def action_confirm(self):
        """Note that the books have the members of the request.

        :rtype: dict
        :raise UserError: when it is cleared up meanwhile, or the identity is another's.
        """
        self.ensure_one()
        self.request_id._decide_in_books((self.external_id or "").strip())
        return {"type": "ir.actions.act_window_close"}
