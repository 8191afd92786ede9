# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import os

from odoo import api, models
from odoo.tools import config

from ...lib import vault
from ...lib.vault import VaultError

OPTION = "synkd_secret"


class SynkdVault(models.AbstractModel):
    """Seals the credentials and tokens of ledgers, so that no dump shows them.

    The key is derived from the environment variable ``SYNKD_SECRET``, else from
    ``synkd_secret`` in odoo.conf, else from the database's own secret. The last one
    is made anew when Odoo duplicates a database: the copy cannot use the tokens of
    the original, and has to be connected itself.
    """

    _name = "synkd.vault"
    _description = "Vault for Credentials"

    @api.model
    def _get_secret(self):
        """Return what the key is derived from.

        :rtype: str
        """
        given = os.environ.get(OPTION.upper()) or config.get(OPTION)
        parameters = self.env["ir.config_parameter"].sudo()
        return given or parameters.get_param("database.secret")

    @api.model
    def _seal(self, text):
        """Return a text sealed, ready to be stored; an empty one stays empty.

        :param str text: a secret.
        """
        return text and vault.seal(self._get_secret(), text)

    @api.model
    def _unseal(self, sealed):
        """Return a stored secret; "" when it is empty or cannot be read here.

        :param str sealed: as ``_seal`` gave it.
        :rtype: str
        """
        try:
            return vault.unseal(self._get_secret(), sealed) if sealed else ""
        except VaultError:
            return ""
