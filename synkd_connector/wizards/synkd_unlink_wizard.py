# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


class SynkdUnlinkWizard(models.TransientModel):
    """Ends links, after it said what waits because of it."""

    _name = "synkd.unlink.wizard"
    _inherit = ["synkd.dialog.mixin"]
    _description = "Unlink Customers"

    link_ids = fields.Many2many("synkd.customer.link", required=True, readonly=True)
    message = fields.Text(compute="_compute_message")

    @api.depends("link_ids")
    def _compute_message(self):
        for wizard in self:
            wizard.message = "\n".join(wizard.link_ids.mapped(wizard._explain))

    def _explain(self, link):
        """Return what ends with one link.

        :rtype: str
        """
        waiting = link._count_waiting()
        return self.env._(
            "%(customer)s is not billed as %(account)s any more. New documents of"
            " this customer wait until it is linked again; documents that wait now and"
            " will be decided again: %(count)s. What is in the books stays there.",
            customer=link.partner_id.display_name,
            account=link.account_customer_id.display_name,
            count=waiting,
        )

    def action_confirm(self):
        """End the links.

        :rtype: dict
        """
        self.link_ids.check_access("read")
        self.link_ids.sudo()._end()
        return {"type": "ir.actions.act_window_close"}
