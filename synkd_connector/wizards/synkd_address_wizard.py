# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import clean_context

from ..door import check_one

MAIN = "main"
KINDS = [
    (MAIN, "Main"),
    ("delivery", "Delivery"),
    ("invoice", "Billing"),
    ("postal", "Postal"),
]


class SynkdAddressWizard(models.TransientModel):
    """Copies one address of a customer to another, after it showed what it replaces."""

    _name = "synkd.address.wizard"
    _inherit = ["synkd.dialog.mixin"]
    _description = "Copy Address"

    partner_id = fields.Many2one("res.partner", readonly=True)
    source = fields.Selection(KINDS, string="Copy", required=True, default=MAIN)
    target = fields.Selection(KINDS, string="To", required=True, default="delivery")
    copied = fields.Text(string="This", compute="_compute_texts")
    replaced = fields.Text(string="Replaces", compute="_compute_texts")

    @api.model
    def _open(self, partner):
        """Open the dialog for one customer.

        :rtype: dict
        """
        wizard = self._create_dialog({"partner_id": partner.id})
        return wizard._get_dialog_action(
            self.env._("Copy Address of %s", partner.display_name)
        )

    @api.depends("source", "target", "partner_id")
    def _compute_texts(self):
        for wizard in self:
            wizard.copied = wizard._describe(wizard.source) or self.env._("Nothing yet")
            wizard.replaced = wizard._describe(wizard.target) or self.env._(
                "Nothing: the address is new"
            )

    def _get_address(self, kind):
        """Return the record that has an address of the customer, if it is there.

        :rtype: recordset of `res.partner`
        """
        if kind == MAIN:
            return self.partner_id
        children = self.partner_id.child_ids
        return children.filtered(lambda p: p.type == kind and not p.is_company)[:1]

    def _describe(self, kind):
        """Return an address as people read it; "" when there is none.

        :rtype: str
        """
        address = self._get_address(kind)
        if not address._get_address_values():
            return ""
        return address._display_address(without_company=True).strip()

    def action_confirm(self):
        """Write the address over the other one, or make that.

        :rtype: dict
        :raise UserError: when both are one, or there is nothing to copy.
        """
        check_one(self)
        self.partner_id.check_access("write")
        kinds = dict(self._fields["source"]._description_selection(self.env))
        if self.source == self.target:
            raise UserError(
                self.env._(
                    "%s is chosen on both sides. Choose to which other address it is"
                    " copied.",
                    kinds[self.source],
                )
            )
        source = self._get_address(self.source)
        values = source._get_address_values() if source else {}
        if not values:
            raise UserError(
                self.env._(
                    "%(customer)s has no %(kind)s address, so there is nothing to copy."
                    " Choose another one.",
                    customer=self.partner_id.display_name,
                    kind=kinds[self.source].lower(),
                )
            )
        if target := self._get_address(self.target):
            target.write(values)
        else:
            owner = {"parent_id": self.partner_id.id, "type": self.target}
            plain = self.partner_id.with_context(clean_context(self.env.context))
            plain.create(values | owner | {"company_id": plain.company_id.id})
        return {"type": "ir.actions.act_window_close"}
