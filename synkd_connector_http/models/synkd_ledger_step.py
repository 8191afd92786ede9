# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models

from ..lib.access import WEB

STEPS = {
    "none": "connect",
    "lost": "reconnect",
    "choose": "choose",
    "leaving": "leaving",
}


class SynkdLedger(models.Model):
    """The next step of a ledger whose books are reached over HTTP: the login."""

    _inherit = "synkd.ledger"

    http_login_problem = fields.Text(
        readonly=True, copy=False, help="Why the last login did not go through."
    )

    @api.depends("http_state")
    def _compute_next_step(self):
        return super()._compute_next_step()

    def _get_next_step(self):
        """Override: only a person has to log in; an app does by itself."""
        if not self.is_http:
            return super()._get_next_step()
        alone = self.http_login != WEB and self.http_state == "none"
        return None if alone else STEPS.get(self.http_state)

    def _may_take_step(self):
        """Override: managers may log in again to what was connected."""
        if super()._may_take_step() or not self.is_http:
            return super()._may_take_step()
        is_manager = self.env.user.has_group("synkd_connector.group_manager")
        return is_manager and bool(self.sudo().http_tenant_key)

    def _get_step_text(self):
        """Override: the sentence of each step, and whom to ask."""
        if not self.is_http:
            return super()._get_step_text()
        names = {"ledger": self.name, "system": self._get_system()}
        texts = {
            "connect": self.env._(
                "Ledger %(ledger)s is not connected to %(system)s.", **names
            ),
            "reconnect": self.pause_reason
            or self.env._(
                "%(system)s does not accept the login of %(ledger)s any more.", **names
            ),
            "choose": self.env._(
                "The login reaches several organisations in %(system)s. Choose which of"
                " them keeps the books of %(ledger)s.",
                **names,
            ),
            "leaving": self.env._(
                "Ledger %(ledger)s was disconnected: nothing is sent to or read from"
                " %(system)s.",
                **names,
            ),
        }
        sentences = [self.http_login_problem, texts.get(self.next_step)]
        if not self.can_step and self.next_step != "leaving":
            sentences.append(
                self.env._("Only an administrator may do that: ask one of them.")
            )
        return " ".join(filter(None, sentences))
