# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..door import check_one


class SynkdAgreementWizard(models.TransientModel):
    """Asks for a comparison of both sides, and of which time."""

    _name = "synkd.agreement.wizard"
    _inherit = ["synkd.dialog.mixin"]
    _description = "Compare Both Sides"

    ledger_id = fields.Many2one("synkd.ledger", required=True, readonly=True)
    date_from = fields.Date(
        string="List From",
        required=True,
        help="What agrees and is dated earlier is not listed; differences are.",
    )
    date_to = fields.Date(
        string="Up To",
        help="What is dated later is left out, and balances are not compared. Empty:"
        " everything up to now.",
    )

    @api.model
    def _open(self, ledger):
        """Open the dialog.

        :param recordset ledger: one `synkd.ledger`.
        :rtype: dict
        """
        first = ledger._get_today() - timedelta(days=ledger.agreement_days)
        vals = {"ledger_id": ledger.id, "date_from": first}
        return self._create_dialog(vals)._get_dialog_action()

    def action_confirm(self):
        """Write the wish down, and ask for the run that fulfils it.

        :return: the client action that shows its progress.
        :rtype: dict
        :raise UserError: when the time ends before it begins.
        """
        check_one(self)
        if self.date_to and self.date_to < self.date_from:
            raise UserError(
                self.env._(
                    "The time ends on %(end)s, before it begins on %(start)s. Choose a"
                    " later end, or none.",
                    end=self.date_to,
                    start=self.date_from,
                )
            )
        self.ledger_id.check_access("write")
        ledger = self.ledger_id.sudo()
        ledger._check_can_run()
        self.env["synkd.agreement"].sudo()._ask(ledger, self.date_from, self.date_to)
        wish = {"content": "agreement", "requested_by_id": self.env.uid}
        return ledger._request_run(wish)._get_watch_action()


class SynkdAgreementLeaveWizard(models.TransientModel):
    """Asks why differences are left as they are."""

    _name = "synkd.agreement.leave.wizard"
    _inherit = ["synkd.dialog.mixin"]
    _description = "Leave Differences As They Are"

    line_ids = fields.Many2many("synkd.agreement.line", required=True, readonly=True)
    count = fields.Integer(string="Differences", compute="_compute_count")
    note = fields.Char(string="Reason")

    @api.depends("line_ids")
    def _compute_count(self):
        for wizard in self:
            wizard.count = len(wizard.line_ids)

    @api.model
    def _open(self, lines):
        """Open the dialog.

        :param recordset lines: `synkd.agreement.line` as the user sees them.
        :rtype: dict
        """
        return self._create_dialog({"line_ids": lines.ids})._get_dialog_action()

    def action_confirm(self):
        """Leave them, with the reason typed.

        :rtype: dict
        :raise UserError: when no reason is given.
        """
        check_one(self)
        self.line_ids.action_leave(self.note or "")
        return {"type": "ir.actions.act_window_close"}
