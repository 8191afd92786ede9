# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..door import check_one
from ..models.res_partner_status import HOLD_HOURS

# From where each move of the status can be made.
MOVABLE = {
    "hold": ("active", "hold"),
    "release": ("hold", "active"),
    "ask": ("new",),
    "approve": ("new", "to_approve"),
    "send_back": ("to_approve",),
}


class SynkdStatusWizard(models.TransientModel):
    """Asks why customers are held, released, approved, or sent back."""

    _name = "synkd.status.wizard"
    _inherit = ["synkd.dialog.mixin"]
    _description = "Status of Customers"

    partner_ids = fields.Many2many("res.partner", required=True, readonly=True)
    mode = fields.Selection(
        [
            ("hold", "Put on Hold"),
            ("release", "Release From Hold"),
            ("ask", "Ask for Approval"),
            ("approve", "Approve"),
            ("send_back", "Send Back"),
        ],
        required=True,
        readonly=True,
    )
    message = fields.Text(compute="_compute_message")
    reason = fields.Char()
    until = fields.Datetime(string="Release Expected")
    user_id = fields.Many2one("res.users", string="Employee")

    @api.depends("partner_ids", "mode")
    def _compute_message(self):
        for wizard in self:
            wizard.message = wizard._explain()

    def _explain(self):
        """Return what happens to the customers.

        :rtype: str
        """
        partners = self.partner_ids
        one = partners.display_name if len(partners) == 1 else ""
        names = one or self.env._("%s customers", len(partners))
        sentences = {
            "hold": self.env._(
                "%s: quotations and cash sales only. Orders, invoices, deliveries and"
                " service jobs are refused, with this reason.",
                names,
            ),
            "release": self.env._(
                "%s: everything can be sold again, here and in the books.", names
            ),
            "ask": self.env._(
                "%s: a credit manager is asked to approve. Until then there are"
                " quotations only.",
                names,
            ),
            "approve": self.env._("%s: everything can be sold from now on.", names),
            "send_back": self.env._(
                "%s: back to who asked. Say what is missing.", names
            ),
        }
        return sentences[self.mode]

    @api.model
    def _open(self, partners, mode):
        """Open the dialog for those of some customers whose status can be so moved.

        :param recordset partners: `res.partner` as the user sees them.
        :param str mode: see ``mode``.
        :rtype: dict
        :raise UserError: when it can be done with none of them.
        """
        titles = dict(self._fields["mode"]._description_selection(self.env))
        if mode not in titles:
            raise UserError(self.env._("Choose what to do with the customers first."))
        partners.check_access("read")
        meant = partners.filtered(lambda p: p.customer_status in MOVABLE[mode])
        if not meant:
            raise UserError(
                self.env._(
                    "Select customers first: none of the selected ones has a status"
                    ' that allows "%s".',
                    titles[mode],
                )
            )
        vals = {"partner_ids": meant.ids, "mode": mode}
        if mode == "hold":
            first = meant[0]
            soon = fields.Datetime.now() + timedelta(hours=HOLD_HOURS)
            vals |= {
                "until": soon,
                "user_id": self.env.uid,
                "reason": first.hold_reason if len(meant) == 1 else False,
            }
        return self._create_dialog(vals)._get_dialog_action(titles[mode])

    def action_confirm(self):
        """Do it, with what was typed.

        :rtype: dict
        :raise AccessError: when the user is no credit manager.
        :raise UserError: without a reason where one is needed.
        """
        check_one(self)
        partners = self.partner_ids
        if self.mode == "hold":
            partners.action_synkd_hold(self.reason, self.until, self.user_id.id)
        else:
            actions = {
                "release": partners.action_synkd_release,
                "ask": partners.action_synkd_ask_approval,
                "approve": partners.action_synkd_approve,
                "send_back": partners.action_synkd_send_back,
            }
            actions[self.mode](self.reason)
        return {"type": "ir.actions.act_window_close"}
