# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError

from ..door import check_one


class SynkdLeftWizard(models.TransientModel):
    """Asks what becomes of account customers whose last customer was archived."""

    _name = "synkd.left.wizard"
    _inherit = ["synkd.dialog.mixin"]
    _description = "Account Customers Without Customers"

    link_ids = fields.Many2many("synkd.customer.link", required=True, readonly=True)
    message = fields.Text(compute="_compute_message")
    account_count = fields.Integer(compute="_compute_message")
    answer = fields.Selection(
        [
            ("keep", "Keep it as it is"),
            ("archive", "Archive it too, here and in the books"),
            ("move", "Bill another customer as it"),
        ],
        string="The Account Customer",
        default="keep",
        required=True,
    )
    partner_id = fields.Many2one("res.partner", string="Billed Instead")

    @api.depends("link_ids")
    def _compute_message(self):
        for wizard in self:
            accounts = wizard.link_ids.account_customer_id
            wizard.account_count = len(accounts)
            wizard.message = "\n".join(accounts.mapped(wizard._explain))

    def _explain(self, account):
        """Return what is left of one account customer.

        :rtype: str
        """
        customers = self.link_ids.filtered(
            lambda link: link.account_customer_id == account
        ).partner_id
        return self.env._(
            "%(customers)s: archived, and still linked to %(account)s, which bills"
            " nobody else. Documents that wait for it: %(count)s; they are posted as"
            " before as long as it is kept.",
            customers=", ".join(customers.mapped("display_name")),
            account=account.display_name,
            count=self.env["synkd.transaction"]._count_waiting(
                account._waiting_domain()
            ),
        )

    def action_confirm(self):
        """Do what was answered.

        :rtype: dict
        :raise UserError: when nobody is named who is billed instead.
        """
        check_one(self)
        self.link_ids.check_access("read")
        accounts = self.link_ids.account_customer_id
        if self.answer == "archive":
            accounts.check_access("write")
            accounts.active = False
        elif self.answer == "move":
            self._move(accounts)
        return {"type": "ir.actions.act_window_close"}

    def _move(self, account):
        """Bill another customer as the account customer, and end the old links.

        :raise UserError: when that is not one account customer and one customer.
        """
        partner = self.partner_id
        if not partner or len(account) != 1:
            raise UserError(
                self.env._(
                    "Choose the customer who is billed as it instead. Several account"
                    " customers cannot be given to one customer: do that on each."
                )
            )
        links = self.env["synkd.customer.link"]
        links.check_access("create")
        partner.check_access("read")
        links.sudo()._check_free(
            [{"partner_id": partner.id, "account_customer_id": account.id}]
        )
        self.link_ids.sudo()._end()
        links.sudo()._link([(partner, account)])
