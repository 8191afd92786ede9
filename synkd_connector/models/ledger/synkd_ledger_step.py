# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models

from ...door import check_one

SYSTEM = "base.group_system"


class SynkdLedger(models.Model):
    """What a ledger needs next before it can work, and who may do that."""

    _inherit = "synkd.ledger"

    next_step = fields.Selection(
        [
            ("connect", "Connect"),
            ("reconnect", "Connect Again"),
            ("choose", "Choose the Organisation"),
            ("leaving", "Disconnecting"),
        ],
        compute="_compute_next_step",
        compute_sudo=True,
    )
    step_text = fields.Text(compute="_compute_step_text")
    can_step = fields.Boolean(compute="_compute_step_text")

    @api.depends("connector", "pause_reason")
    def _compute_next_step(self):
        for ledger in self:
            ledger.next_step = ledger._get_next_step() or False

    @api.depends("next_step", "pause_reason")
    @api.depends_context("uid", "lang")
    def _compute_step_text(self):
        for ledger in self:
            step = ledger.next_step
            ledger.can_step = bool(step) and ledger._may_take_step()
            ledger.step_text = step and ledger._get_step_text()

    def _get_next_step(self):
        """Return what has to be done before these books can be reached.

        This method serves as a hook for connectors that log in.

        :return: one of the keys of ``next_step``; empty when nothing has to be done.
        :rtype: str
        """
        return ""

    def _may_take_step(self):
        """Whether the user may do the next step himself.

        This method serves as a hook for connectors that log in.

        :rtype: bool
        """
        return self.env.user.has_group(SYSTEM)

    def _get_step_text(self):
        """Return what has to be done next, for the user who looks.

        This method serves as a hook for connectors that log in.

        :rtype: str
        """
        return self.pause_reason or ""

    def action_ask_administrator(self):
        """Ask an administrator to do the next step: one activity with the ledger.

        :return: the notification that says who was asked.
        :rtype: dict
        """
        check_one(self)
        self.check_access("read")
        note = self.sudo().step_text or self.sudo().pause_reason or ""
        return self._ask(self, note, SYSTEM)
