# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models

from ..door import check_one


class SynkdReasonWizard(models.TransientModel):
    """Asks why documents are held back, excluded, or left as they are."""

    _name = "synkd.reason.wizard"
    _inherit = ["synkd.dialog.mixin"]
    _description = "Reason of a Person"

    row_ids = fields.Many2many("synkd.transaction", required=True, readonly=True)
    mode = fields.Selection(
        [("hold", "Hold Back"), ("exclude", "Exclude"), ("leave", "Leave As It Is")],
        required=True,
        readonly=True,
    )
    message = fields.Text(compute="_compute_message")
    note = fields.Char(string="Reason")

    @api.depends("row_ids", "mode")
    def _compute_message(self):
        for wizard in self:
            wizard.message = wizard._explain()

    def _explain(self):
        """Return what happens to the documents.

        :rtype: str
        """
        rows = self.row_ids
        meant = {
            "hold": rows._filter_holdable,
            "exclude": rows._filter_excludable,
        }.get(self.mode, lambda: rows)()
        left_out = len(rows) - len(meant) if meant else 0
        count = len(meant or rows)
        name = (meant or rows)[:1].display_name
        what = name if count == 1 else self.env._("%s documents", count)
        sentences = {
            "hold": self.env._(
                "%s: not posted until somebody presses Release. It stays in the list"
                " under Ready to Post.",
                what,
            ),
            "exclude": self.env._(
                "%s: never posted to the books. It can be brought back with Include.",
                what,
            ),
            "leave": self.env._(
                "%s: the difference between Odoo and the books is accepted, and nothing"
                " is sent.",
                what,
            ),
        }
        sentence = sentences.get(self.mode, "")
        if left_out:
            sentence += self.env._(
                "\nOf those selected %s are left as they are, since their state does"
                " not allow it: they are in the books, on their way, or done already.",
                left_out,
            )
        return sentence

    @api.model
    def _open(self, rows, mode):
        """Open the dialog.

        :param recordset rows: `synkd.transaction` as the user sees them.
        :param str mode: hold, exclude or leave.
        :rtype: dict
        """
        rows.check_access("read")
        wizard = self._create_dialog({"row_ids": rows.ids, "mode": mode})
        titles = dict(self._fields["mode"]._description_selection(self.env))
        return wizard._get_dialog_action(titles[mode])

    def action_confirm(self):
        """Do it, with the reason typed.

        :rtype: dict
        :raise UserError: when no reason is given, or the documents do not allow it.
        """
        check_one(self)
        rows = self.row_ids
        actions = {
            "hold": rows.action_hold,
            "exclude": rows.action_exclude,
            "leave": rows.action_leave,
        }
        actions[self.mode](self.note or "")
        return {"type": "ir.actions.act_window_close"}
