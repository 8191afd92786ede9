# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from ..door import check_one


class SynkdAgreementLinkWizard(models.TransientModel):
    """Asks a manager which document of Odoo a posting is that only the books have."""

    _name = "synkd.agreement.link.wizard"
    _inherit = ["synkd.dialog.mixin"]
    _description = "Which Document of Odoo Is It?"

    agreement_line_id = fields.Many2one(
        "synkd.agreement.line", string="In the Books", required=True, readonly=True
    )
    customer = fields.Char(readonly=True)
    date = fields.Date(readonly=True)
    currency_id = fields.Many2one(
        related="agreement_line_id.currency_id", related_sudo=False
    )
    total = fields.Monetary(readonly=True)
    line_ids = fields.One2many(
        "synkd.agreement.candidate", "wizard_id", string="In Odoo", readonly=True
    )

    @api.model
    def _open(self, line):
        """Open the dialog about one posting.

        :param recordset line: one `synkd.agreement.line`, as the user sees it.
        :rtype: dict
        :raise UserError: when Odoo has nothing that it could be.
        """
        line_sudo = line.sudo()
        found = line_sudo._find_candidates()
        if not found:
            raise UserError(
                self.env._(
                    "Odoo has nothing unsent of the total or the number of %s. Enter it"
                    " in Odoo first and compare again, or leave it as it is.",
                    line_sudo.books_number or line_sudo.posting_id.external_id,
                )
            )
        wizard = self._create_dialog(
            {
                "agreement_line_id": line.id,
                "customer": line_sudo.posting_id.name,
                "date": line_sudo.books_date,
                "total": line_sudo.books_total,
                "line_ids": [
                    Command.create(self._candidate_vals(line_sudo, other))
                    for other in found
                ],
            }
        )
        return wizard._get_dialog_action()

    def _candidate_vals(self, line, other):
        """Return how one of those is offered.

        :param recordset other: a row of the queue, or a line of the agreement.
        :rtype: dict
        """
        queued = other._name == "synkd.transaction"
        return {
            "transaction_id": other.id if queued else False,
            "unqueued_id": False if queued else other.id,
            "name": other.display_name,
            "partner": other.partner_id.display_name,
            "date": other.date,
            "total": other.amount if queued else other.total,
            "currency_id": other.currency_id.id,
            "state": other._get_state_label() if queued else self.env._("Never queued"),
            "alike": ", ".join(line._find_alike(other)),
        }


class SynkdAgreementCandidate(models.TransientModel):
    """A document of Odoo that may be the one that only the books have."""

    _name = "synkd.agreement.candidate"
    _inherit = ["synkd.dialog.mixin"]
    _description = "It May Be This Document"

    wizard_id = fields.Many2one(
        "synkd.agreement.link.wizard", required=True, ondelete="cascade", index=True
    )
    transaction_id = fields.Many2one("synkd.transaction", readonly=True)
    unqueued_id = fields.Many2one("synkd.agreement.line", readonly=True)
    name = fields.Char(string="Document", readonly=True)
    partner = fields.Char(string="Customer", readonly=True)
    date = fields.Date(readonly=True)
    total = fields.Monetary(readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    state = fields.Char(readonly=True)
    alike = fields.Char(string="Same", readonly=True)

    def action_pick(self):
        """Say that it is this one: it counts as posted, and is not sent.

        :rtype: dict
        :raise UserError: when it moved on meanwhile, or cannot be linked yet.
        """
        check_one(self)
        line = self.wizard_id.agreement_line_id
        line._link(self.sudo().transaction_id or self.sudo().unqueued_id)
        return {"type": "ir.actions.act_window_close"}


class SynkdAgreementMergeWizard(models.TransientModel):
    """Asks who stands in the books for a customer that is archived or merged there."""

    _name = "synkd.agreement.merge.wizard"
    _inherit = ["synkd.dialog.mixin"]
    _description = "Who Stands for This Customer Now?"

    agreement_line_id = fields.Many2one(
        "synkd.agreement.line", required=True, readonly=True
    )
    ledger_id = fields.Many2one(
        related="agreement_line_id.ledger_id", related_sudo=False
    )
    account_customer_id = fields.Many2one(
        related="agreement_line_id.account_customer_id",
        related_sudo=False,
        string="Gone There",
    )
    kept_id = fields.Many2one(
        "synkd.account.customer",
        string="Stands for It",
        domain="[('ledger_id', '=', ledger_id), ('id', '!=', account_customer_id)]",
        help="The one that the books merged it into.",
    )

    @api.model
    def _open(self, line):
        """Open the dialog about one customer.

        :param recordset line: one `synkd.agreement.line`.
        :rtype: dict
        """
        return self._create_dialog({"agreement_line_id": line.id})._get_dialog_action()

    def action_confirm(self):
        """Open the dialog that says what moves when both are merged here too.

        :rtype: dict
        :raise UserError: when nobody is chosen.
        """
        check_one(self)
        kept, gone = self.kept_id, self.account_customer_id
        if not kept:
            raise UserError(
                self.env._(
                    "Choose who stands for %s in the books now.", gone.display_name
                )
            )
        return self.env["synkd.merge.wizard"]._open(kept | gone)
