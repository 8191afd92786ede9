# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import os

from odoo import api, models
from odoo.tools import config

from ...lib import vault
from ...lib.errors import MisconfiguredError
from ...lib.vault import VaultError

OPTION = "synkd_secret"


class SynkdVault(models.AbstractModel):
    """Seals the credentials and tokens of ledgers, so that no dump shows them.

    The key is derived from the environment variable ``SYNKD_SECRET``, else from
    ``synkd_secret`` in odoo.conf, else from the database's own secret; and from the
    identity of the database, so that a database which Odoo duplicated opens nothing
    of the original, whatever the secret.

    With a secret outside of the database, a dump or backup opens nothing. Without one
    the secret lies in the database that it protects: then a part of it is safe (an
    export, a table, a log), but a whole dump is not. Nothing protects against who can
    run code on the server, or read its environment.
    """

    _name = "synkd.vault"
    _description = "Vault for Credentials"

    @api.model
    def _get_secret(self):
        """Return what the key is derived from.

        :raise MisconfiguredError: when a secret was chosen that can be guessed.
        :rtype: str
        """
        given = os.environ.get(OPTION.upper()) or config.get(OPTION)
        if given and vault.is_weak(given):
            raise MisconfiguredError(
                self.env._(
                    "The secret in SYNKD_SECRET, or synkd_secret in odoo.conf, can be"
                    " guessed, so nothing is sealed with it. Whoever runs the server"
                    " puts one of %(length)s or more random characters there, of which"
                    " %(different)s or more are different, and restarts Odoo. Then"
                    " secrets are typed again, and ledgers connected again.",
                    length=vault.SHORTEST,
                    different=vault.FEWEST,
                )
            )
        return given or self._get_parameter("database.secret")

    @api.model
    def _seal(self, text):
        """Return a text sealed, ready to be stored; an empty one stays empty.

        :param str text: a secret.
        :raise MisconfiguredError: when the key can be guessed.
        """
        return text and vault.seal(self._get_secret(), text, self._get_place())

    @api.model
    def _unseal(self, sealed, ledger):
        """Return a stored secret; "" when there is none.

        :param str sealed: as ``_seal`` gave it.
        :param recordset ledger: one `synkd.ledger`, which the sentence names.
        :raise MisconfiguredError: when it cannot be opened here.
        :rtype: str
        """
        if not sealed:
            return ""
        try:
            return vault.unseal(self._get_secret(), sealed, self._get_place())
        except VaultError as error:
            raise MisconfiguredError(
                self.env._(
                    "A secret of ledger %s cannot be opened: it was sealed with another"
                    " key, or this database is a copy. Start Odoo with the SYNKD_SECRET"
                    " (or synkd_secret in odoo.conf) that it had before; if that is"
                    " lost, an administrator types the ledger's secrets again and"
                    " connects it again.",
                    ledger.name,
                )
            ) from error

    @api.model
    def _reseal(self, sealed):
        """Return what an older version sealed, sealed for this database.

        :param str sealed: as it is stored.
        :return: as it is stored where it cannot be opened, or is sealed anew already.
        :rtype: str
        """
        try:
            return self._seal(vault.unseal(self._get_secret(), sealed, ""))
        except (VaultError, MisconfiguredError):
            return sealed

    def _get_place(self):
        return self._get_parameter("database.uuid")

    def _get_parameter(self, name):
        return self.env["ir.config_parameter"].sudo().get_param(name) or ""
