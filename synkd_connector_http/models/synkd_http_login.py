# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import hashlib
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import NO_ACCESS

from ..lib import oauth

# How long a person may take to log in.
MINUTES = 15


class SynkdHttpLogin(models.Model):
    """A login that was begun: its state is bound to one user and one ledger."""

    _name = "synkd.http.login"
    _description = "Begun Login"

    state_hash = fields.Char(required=True, index=True)
    verifier_sealed = fields.Char(required=True, groups=NO_ACCESS)
    ledger_id = fields.Many2one("synkd.ledger", required=True, ondelete="cascade")
    user_id = fields.Many2one("res.users", required=True, ondelete="cascade")

    @api.model
    def _begin(self, ledger):
        """Write a login down that the current user begins.

        :param recordset ledger: one `synkd.ledger`.
        :return: the state and the verifier, which only the browser and we know.
        :rtype: tuple[str, str]
        """
        state, verifier = oauth.new_secret(), oauth.new_secret()
        self.create(
            {
                "state_hash": self._hash(state),
                "verifier_sealed": self.env["synkd.vault"]._seal(verifier),
                "ledger_id": ledger.id,
                "user_id": self.env.uid,
            }
        )
        return state, verifier

    @api.model
    def _finish(self, state):
        """Take a login that comes back; each can come back once.

        It is consumed in a transaction of its own, so that a second answer with the
        same state finds nothing, whatever becomes of this request.

        :param str state: as it came back.
        :return: the ledger and the verifier.
        :rtype: tuple
        :raise UserError: when nobody began it, somebody else did, or long ago.
        """
        since = fields.Datetime.now() - timedelta(minutes=MINUTES)
        with self.env.registry.cursor() as login_cursor:
            login_cursor.execute(
                "DELETE FROM synkd_http_login WHERE state_hash = %s AND user_id = %s"
                " AND create_date > %s RETURNING ledger_id, verifier_sealed",
                [self._hash(state or ""), self.env.uid, since],
            )
            found = login_cursor.fetchone()
        if not found:
            raise UserError(
                self.env._(
                    "This login was not begun by you here, or too long ago. Press"
                    " Connect on the ledger's Login page again."
                )
            )
        ledger = self.env["synkd.ledger"].browse(found[0])
        return ledger, self.env["synkd.vault"]._unseal(found[1], ledger)

    def _hash(self, state):
        return hashlib.sha256(state.encode()).hexdigest()

    @api.autovacuum
    def _gc_logins(self):
        """Remove logins that were never finished."""
        before = fields.Datetime.now() - timedelta(minutes=MINUTES)
        self.search([("create_date", "<", before)]).unlink()
