# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError

from ..door import check_one


class SynkdLinkWizard(models.TransientModel):
    """Links several customers to one account customer.

    Those that are billed as another one until now are named, and asked for.
    """

    _name = "synkd.link.wizard"
    _inherit = ["synkd.dialog.mixin"]
    _description = "Link Customers"

    account_customer_id = fields.Many2one(
        "synkd.account.customer", required=True, readonly=True
    )
    partner_ids = fields.Many2many("res.partner", string="Customers")
    elsewhere_text = fields.Text(compute="_compute_elsewhere_text")
    elsewhere = fields.Selection(
        [
            ("move", "Bill them as this account customer from now on"),
            ("leave", "Leave them where they are"),
        ],
        string="Those Linked Elsewhere",
    )

    @api.depends("partner_ids")
    def _compute_elsewhere_text(self):
        for wizard in self:
            sentences = [
                self.env._(
                    "%(customer)s is billed as %(account)s.",
                    customer=link.partner_id.display_name,
                    account=link.account_customer_id.display_name,
                )
                for link in wizard._get_elsewhere()
            ]
            wizard.elsewhere_text = "\n".join(sentences) or False

    def _get_elsewhere(self):
        """Return the links of the chosen customers to other account customers.

        :rtype: recordset of `synkd.customer.link`
        """
        account = self.account_customer_id
        links = self.env["synkd.customer.link"].sudo()
        return links._get_links(self.partner_ids._origin).filtered(
            lambda link: (
                link.ledger_id == account.ledger_id
                and link.account_customer_id != account
            )
        )

    def action_confirm(self):
        """Link the chosen customers.

        :rtype: dict
        :raise UserError: when nobody is chosen, or it is not said what becomes of
            those that are linked elsewhere.
        """
        check_one(self)
        self.account_customer_id.check_access("read")
        links = self.env["synkd.customer.link"]
        links.check_access("create")
        self.partner_ids.check_access("read")
        taken = self._get_elsewhere()
        if taken and not self.elsewhere:
            raise UserError(
                self.env._(
                    "Some are linked elsewhere: %s Say whether to bill them as this"
                    " account customer from now on, or to leave them there.",
                    self.elsewhere_text,
                )
            )
        left = taken.partner_id if self.elsewhere == "leave" else self.partner_ids[:0]
        chosen = self.partner_ids - left.sudo(False)
        if not chosen:
            raise UserError(
                self.env._(
                    "Nobody is left to link to %s. Choose at least one customer.",
                    self.account_customer_id.display_name,
                )
            )
        links.sudo()._link([(one, self.account_customer_id) for one in chosen])
        return {"type": "ir.actions.act_window_close"}
