# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models

STEPS = {
    "none": "connect",
    "lost": "reconnect",
    "choose": "choose",
    "leaving": "leaving",
}


class SynkdLedger(models.Model):
    """The next step of a ledger whose books are in Xero: the login."""

    _inherit = "synkd.ledger"

    xero_login_problem = fields.Text(
        readonly=True, copy=False, help="Why the last login did not go through."
    )

    @api.depends("xero_state")
    def _compute_next_step(self):
        return super()._compute_next_step()

    def _get_next_step(self):
        """Override: a custom connection logs in by itself."""
        if not self._is_xero():
            return super()._get_next_step()
        alone = self.xero_login == "custom" and self.xero_state == "none"
        return None if alone else STEPS.get(self.xero_state)

    def _may_take_step(self):
        """Override: managers may log in again to what was connected."""
        if super()._may_take_step() or not self._is_xero():
            return super()._may_take_step()
        is_manager = self.env.user.has_group("synkd_connector.group_manager")
        return is_manager and bool(self.sudo().xero_tenant_key)

    def _get_step_text(self):
        """Override: the sentence of each step, and whom to ask."""
        if not self._is_xero():
            return super()._get_step_text()
        texts = {
            "connect": self.env._("Ledger %s is not connected to Xero.", self.name),
            "reconnect": self.pause_reason
            or self.env._("Xero does not accept the login of %s any more.", self.name),
            "choose": self.env._(
                "The login reaches several organisations in Xero. Choose which of them"
                " keeps the books of %s.",
                self.name,
            ),
            "leaving": self.env._(
                "Ledger %s was disconnected: nothing is sent to or read from Xero.",
                self.name,
            ),
        }
        sentences = [self.xero_login_problem, texts.get(self.next_step)]
        if not self.can_step and self.next_step != "leaving":
            sentences.append(
                self.env._("Only an administrator may do that: ask one of them.")
            )
        return " ".join(filter(None, sentences))
