# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


class AccountPayment(models.Model):
    _name = "account.payment"
    _inherit = ["account.payment", "synkd.document.mixin"]

    synkd_transaction_ids = fields.One2many(
        "synkd.transaction", "payment_id", string="In the Queue to the Books"
    )
    synkd_message = fields.Text(
        compute="_compute_synkd_message", groups="synkd_connector.group_user"
    )

    @api.depends("synkd_state")
    @api.depends_context("lang")
    def _compute_synkd_message(self):
        for payment in self:
            alerts = payment._get_synkd_alerts().values()
            payment.synkd_message = "\n".join(alert["message"] for alert in alerts)

    def write(self, vals):
        """Override of `account` to queue payments, and to notice those taken back."""
        state = vals.get("state")
        fresh = self.filtered(lambda p: p.state not in ("in_process", "paid"))
        known = fresh.sudo().synkd_transaction_ids if state else None
        result = super().write(vals)
        if state in ("in_process", "paid"):
            self.env["synkd.enqueuer"]._enqueue_payments(fresh)
            known.filtered("live")._note_change()
        elif state or "name" in vals:
            self.env["synkd.enqueuer"]._note_changes(self.move_id, self)
        if state:
            self._note_paid()
        return result

    def _is_synkd_money(self):
        """Whether this is money of a customer that the books should have.

        This method serves as a hook for the addons that make payments of their own.

        :rtype: bool
        """
        self.ensure_one()
        return self.partner_type == "customer" and self.state in ("in_process", "paid")

    def _note_paid(self):
        """Look again at invoices that are paid without a reconciliation."""
        loose = self.sudo().filtered(lambda p: not p.move_id)
        self.env["synkd.enqueuer"]._note_changes(loose.invoice_ids)
