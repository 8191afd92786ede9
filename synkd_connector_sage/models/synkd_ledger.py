# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.fields import NO_ACCESS

from odoo.addons.synkd_connector.lib.errors import MisconfiguredError
from odoo.addons.synkd_connector_http.const import MASK

from ..const import CONNECTOR

SYSTEM = "base.group_system"


class SynkdLedger(models.Model):
    """The login of a user of Sage, which goes with the key on every call."""

    _inherit = "synkd.ledger"

    sage_user = fields.Char(
        groups=SYSTEM,
        copy=False,
        help="E-mail address with which a user logs in to Sage. One who is there for"
        " this program alone is best.",
    )
    sage_password = fields.Char(
        compute="_compute_sage_password",
        compute_sudo=True,
        inverse="_inverse_sage_password",
        groups=SYSTEM,
        exportable=False,
        help="Kept encrypted, and never shown again.",
    )
    sage_password_sealed = fields.Char(groups=NO_ACCESS, copy=False)
    sage_terms = fields.Boolean(
        string="Send Terms of Payment",
        help="Which of Sage's due date methods is which of our terms is not known for"
        " sure: look at one customer in Sage before you leave it on. Off: the terms in"
        " Sage stay as they are.",
    )

    @api.depends("sage_password_sealed")
    def _compute_sage_password(self):
        for ledger in self:
            ledger.sage_password = MASK if ledger.sage_password_sealed else False

    def _inverse_sage_password(self):
        self._seal_into("sage_password", "sage_password_sealed")

    def _check_http_connected(self):
        """Override: user and password are needed beside the key.

        :raise MisconfiguredError: names what is missing.
        """
        result = super()._check_http_connected()
        if self.connector == CONNECTOR and not (
            self.sage_user and self.sage_password_sealed
        ):
            raise MisconfiguredError(
                self.env._(
                    "Ledger %s has no user or no password for Sage. An administrator"
                    " types both on the ledger's Login page.",
                    self.name,
                )
            )
        return result
