# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.exceptions import AccessError


class IrRule(models.Model):
    _inherit = "ir.rule"

    @api.model
    def _compute_domain(self, model_name, mode="read"):
        """Override to keep our dialogs to those who opened them."""
        domain = super()._compute_domain(model_name, mode)
        dialog = self._get_dialog(model_name)
        if dialog is None or self.env.su:
            return domain
        return (domain & dialog._get_own_domain()).optimize(dialog)

    def _make_access_error(self, operation, records):
        """Override to say what a dialog of somebody else is."""
        if self._get_dialog(records._name) is None:
            return super()._make_access_error(operation, records)
        return AccessError(
            self.env._(
                "This dialog (%s) was opened by somebody else. Close it, and open it"
                " yourself.",
                self.env["ir.model"]._get(records._name).name,
            )
        )

    def _get_dialog(self, model_name):
        """Return a model of ours that is a dialog or a line of one, or None."""
        model = self.env[model_name]
        return model if hasattr(model, "_get_own_domain") else None
