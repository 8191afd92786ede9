# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from markupsafe import Markup

from odoo import api, models
from odoo.exceptions import UserError

DEMO_ADDON = "synkd_connector_demo"


class SynkdLedger(models.Model):
    """The way to the first ledger, on the empty screen of ledgers."""

    _inherit = "synkd.ledger"

    @api.model
    def get_empty_list_help(self, help_message):
        """Override to offer what can be connected here, and books to try it with.

        :param str help_message: of the action.
        :rtype: str
        """
        offers = [self._get_connectors_help()]
        if self._get_demo_addon():
            offers.append(self._get_demo_help())
        text = Markup("").join(Markup("<p>%s</p>") % offer for offer in offers)
        return super().get_empty_list_help(Markup(help_message or "") + text)

    def _get_connectors_help(self):
        """Return a link to a new ledger for each connector that is installed."""
        connectors = self._selection_connector()
        if not connectors:
            return self.env._(
                "No accounting system can be connected yet: an administrator installs"
                " the addon of yours under Apps."
            )
        if not self.has_access("create"):
            return self.env._(
                "An administrator can connect: %s.",
                ", ".join(label for _code, label in connectors),
            )
        return Markup(" ").join(
            Markup(
                '<a type="action" class="btn btn-primary" data-model="synkd.ledger"'
                ' data-views="[[false, &quot;form&quot;]]" title="%(title)s"'
                ' data-context="{&quot;default_connector&quot;: &quot;%(code)s&quot;}">'
                "%(title)s</a>"
            )
            % {"code": code, "title": self.env._("Connect %s", label)}
            for code, label in connectors
        )

    def _get_demo_help(self):
        """Return a link that installs the demo books, or whom to ask for it."""
        if not self.env.is_admin():
            return self.env._(
                "To try everything without an accounting system, ask an administrator"
                " for the demo books."
            )
        return Markup(
            '<a type="action" class="btn btn-secondary" data-model="synkd.ledger"'
            ' data-method="action_install_demo_books">%s</a>'
        ) % self.env._("Try it with demo books")

    def _get_demo_addon(self):
        """Return the module of the demo books while it can be installed."""
        domain = [("name", "=", DEMO_ADDON), ("state", "=", "uninstalled")]
        return self.env["ir.module.module"].sudo().search(domain, limit=1)

    @api.model
    def action_install_demo_books(self):
        """Install the demo books, which bring a ledger of the main company.

        :return: what reloads the web client.
        :rtype: dict
        :raise AccessDenied: for all but administrators.
        :raise UserError: when they are installed, or not on this server.
        """
        addon = self._get_demo_addon().sudo(False)
        if not addon:
            raise UserError(
                self.env._(
                    "The demo books cannot be installed: they are there already, or"
                    " their addon %s is not on this server. Look for it under Apps.",
                    DEMO_ADDON,
                )
            )
        return addon.button_immediate_install()
