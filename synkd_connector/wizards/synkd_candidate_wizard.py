# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from ..door import check_one


class SynkdCandidateWizard(models.TransientModel):
    """Asks a manager which record of the books a document or customer is."""

    _name = "synkd.candidate.wizard"
    _inherit = ["synkd.dialog.mixin"]
    _description = "Which One Is It in the Books?"

    member_id = fields.Many2one("synkd.request.line", required=True, readonly=True)
    member_name = fields.Char(string="Sent From Here", readonly=True)
    message = fields.Text(readonly=True)
    own_key = fields.Char(string="Our Key", readonly=True)
    line_ids = fields.One2many("synkd.candidate.line", "wizard_id", readonly=True)
    external_id = fields.Char(
        string="Another One",
        help="How the books call it, when it is none of those above.",
    )

    @api.model
    def _open(self, member):
        """Open the dialog about one member of a request.

        :param recordset member: one `synkd.request.line` that a person is asked about.
        :rtype: dict
        """
        wizard = self._create_dialog(
            {
                "member_id": member.id,
                "member_name": member.sudo()._get_records().display_name,
                "message": member.message,
                "own_key": member.own_key,
                "line_ids": [Command.create(c) for c in member.candidates or ()],
            }
        )
        return wizard._get_dialog_action()

    def _tell(self, candidate):
        """Say it, and close the dialog; what is said comes from the request itself."""
        self.member_id._tell(candidate)
        return {"type": "ir.actions.act_window_close"}

    def action_none(self):
        """Say that the books do not have it: it is sent again.

        :rtype: dict
        :raise UserError: when somebody told it meanwhile, or the user may not.
        """
        check_one(self)
        return self._tell({})

    def action_typed(self):
        """Say that it is the one whose identity was typed.

        :rtype: dict
        :raise UserError: when nothing is typed, or it is another record's.
        """
        check_one(self)
        identity = (self.external_id or "").strip()
        if not identity:
            raise UserError(
                self.env._(
                    "Type how the books call %s, or press None of These.",
                    self.member_name,
                )
            )
        return self._tell({"external_id": identity})


class SynkdCandidateLine(models.TransientModel):
    """A record of the books that may be the one that was sent from here."""

    _name = "synkd.candidate.line"
    _inherit = ["synkd.dialog.mixin"]
    _description = "It May Be This One"

    wizard_id = fields.Many2one(
        "synkd.candidate.wizard", required=True, ondelete="cascade"
    )
    external_id = fields.Char(string="Identity in the Books", readonly=True)
    number = fields.Char(readonly=True)
    date = fields.Char(readonly=True)
    total = fields.Char(readonly=True)
    name = fields.Char(string="Customer", readonly=True)

    def action_pick(self):
        """Say that it is this one.

        :rtype: dict
        :raise UserError: when somebody told it meanwhile, or it is not offered.
        """
        check_one(self)
        offered = self.wizard_id.member_id.candidates or []
        for candidate in offered:
            if candidate["external_id"] == self.external_id:
                return self.wizard_id._tell(candidate)
        raise UserError(
            self.env._("The books do not offer this one any more. Open it again.")
        )
