# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging
from datetime import timedelta

from psycopg2.errors import LockNotAvailable

from odoo import api, fields, models
from odoo.fields import NO_ACCESS

from odoo.addons.synkd_connector.lib.errors import (
    MisconfiguredError,
    RetryableError,
)

from ..lib import problems
from ..lib.access import APP, KEY, WEB
from ..lib.problems import ApiError

_logger = logging.getLogger(__name__)

# A token that ends within this time counts as ended.
MARGIN = timedelta(seconds=60)
LOCK_SECONDS = 90
# A disconnection that the books cannot be told of is given up after so many tries.
MOST_TRIES = 5


class SynkdHttpToken(models.Model):
    """The tokens of one ledger, sealed; one row each.

    A refresh token can be used once, so refreshing happens in a transaction of its
    own that locks the row: whoever comes second waits, and gets the new pair. It is
    committed before anybody uses it. Does the answer of a refresh get lost, then the
    old token is still stored, which servers take for a while more. A refresh that
    failed changes no token.
    """

    _name = "synkd.http.token"
    _description = "Tokens of a Ledger"
    _rec_name = "ledger_id"
    _allow_sudo_commands = False

    ledger_id = fields.Many2one(
        "synkd.ledger", required=True, index=True, ondelete="cascade"
    )
    access_sealed = fields.Char(groups=NO_ACCESS, copy=False)
    refresh_sealed = fields.Char(groups=NO_ACCESS, copy=False)
    expires_at = fields.Datetime()
    scopes = fields.Char()
    state = fields.Selection(
        [
            ("live", "Connected"),
            ("lost", "Login Refused"),
            ("leaving", "Disconnecting"),
        ],
        default="live",
        required=True,
    )
    # What a disconnection still has to tell the books.
    connection_key = fields.Char()
    tries = fields.Integer()

    _ledger_uniq = models.Constraint(
        "unique(ledger_id)", "The tokens of this ledger are kept already."
    )

    # === STATE: the only methods that move it === #

    @api.model
    def _set_live(self, ledger, tokens):
        """Keep the tokens of a login, in place of older ones.

        :param recordset ledger: one `synkd.ledger`.
        :param Tokens tokens: as the identity server gave them.
        """
        token = self._of(ledger) or self.create({"ledger_id": ledger.id})
        token._set_kept(tokens)

    def _set_kept(self, tokens):
        """Seal and keep a pair; from every state."""
        vault = self.env["synkd.vault"]
        ends = fields.Datetime.now() + timedelta(seconds=tokens.seconds)
        self.write(
            {
                "access_sealed": vault._seal(tokens.access),
                "refresh_sealed": vault._seal(tokens.refresh) or self.refresh_sealed,
                "expires_at": ends,
                "scopes": tokens.scopes or self.scopes,
                "state": "live",
                "tries": 0,
            }
        )

    def _set_lost(self):
        """Remember that a person must log in again: from *live*."""
        self.filtered(lambda token: token.state == "live").state = "lost"

    def _set_leaving(self, connection_key):
        """Stop using the tokens, and let the cron tell the books: from every state.

        :param str connection_key: id of the connection to remove over there.
        """
        self.write({"state": "leaving", "connection_key": connection_key})
        self.env.ref("synkd_connector_http.ir_cron_disconnect").sudo()._trigger()

    # === READING === #

    @api.model
    def _of(self, ledger):
        """Return the tokens of a ledger."""
        return self.search([("ledger_id", "=", ledger.id)])

    @api.model
    def _get_access(self, ledger, refused=""):
        """Return an access token that works, refreshed when it has to be.

        :param recordset ledger: one `synkd.ledger`.
        :param str refused: the token that was refused just now.
        :raise MisconfiguredError: in a copy of the database, or without the key.
        :raise ApiError: LOGIN when a person must log in.
        :raise RetryableError: when another worker refreshes it for too long.
        :rtype: str
        """
        ledger._check_database()
        if ledger.http_login == KEY:
            return self._get_key(ledger, refused)
        failure = None
        with self.env.registry.cursor() as token_cursor:
            env = api.Environment(token_cursor, api.SUPERUSER_ID, {})
            token = env[self._name]._lock(ledger)
            access = token._read_access(refused)
            if not access:
                try:
                    access = token._refresh(ledger.with_env(env))
                except ApiError as error:
                    # What is kept of it has to be committed, so it is raised later.
                    failure = error
        if failure:
            raise failure
        return access

    def _lasts_until(self):
        """Return the day until which a person's login works without being used.

        :rtype: date
        """
        access = self.ledger_id._get_http_access()
        is_web = self.ledger_id.http_login == WEB
        if self.state != "live" or not is_web or not access.unused_days:
            return False
        return self.expires_at.date() + timedelta(days=access.unused_days)

    def _get_key(self, ledger, refused):
        """Return the key of a ledger that has one in place of a login.

        :raise ApiError: KEY when it was refused: there is no other.
        """
        key = self.env["synkd.vault"]._unseal(ledger.http_secret_sealed, ledger)
        if refused:
            raise ApiError(problems.KEY)
        return key

    def _lock(self, ledger):
        """Return the tokens of a ledger, locked against other refreshers."""
        query = "SELECT id FROM synkd_http_token WHERE ledger_id = %s FOR UPDATE"
        try:
            timeout = f"{LOCK_SECONDS}s"
            self.env.cr.execute(
                "SELECT set_config('lock_timeout', %s, true)", [timeout]
            )
            self.env.cr.execute(query, [ledger.id])
        except LockNotAvailable as error:
            raise RetryableError(
                self.env._(
                    "Another worker is renewing the login of ledger %s and does not"
                    " come to an end. The run goes on later.",
                    ledger.name,
                )
            ) from error
        return self.browse([row[0] for row in self.env.cr.fetchall()])

    def _read_access(self, refused):
        """Return the kept access token; "" when it has to be refreshed."""
        if self.state != "live" or self.expires_at < fields.Datetime.now() + MARGIN:
            return ""
        access = self.env["synkd.vault"]._unseal(self.access_sealed, self.ledger_id)
        return "" if access == refused else access

    def _refresh(self, ledger):
        """Ask for a new pair, and keep it; the caller commits.

        :raise ApiError: nothing was changed, but for the state.
        :rtype: str
        """
        try:
            tokens = self._ask(ledger)
        except ApiError as error:
            if error.problem in (problems.LOGIN, problems.SCOPE):
                self._set_lost()
            raise
        (self or self.create({"ledger_id": ledger.id}))._set_kept(tokens)
        _logger.info("The login of ledger %s was renewed", ledger.id)
        return tokens.access

    def _ask(self, ledger):
        """Make the call that gives a new pair."""
        identity = ledger._get_http_identity()
        if ledger.http_login == APP:
            if self.state == "leaving":
                raise ApiError(problems.LOGIN)
            return identity.by_secret(ledger._get_http_access().scopes)
        refresh = self.env["synkd.vault"]._unseal(self.refresh_sealed, ledger)
        if not refresh or self.state == "leaving":
            raise ApiError(problems.LOGIN)
        return identity.by_refresh(refresh)

    # === DISCONNECTING === #

    @api.model
    def _cron_disconnect(self):
        """Tell the books about disconnections, and forget the tokens."""
        leaving = self.search([("state", "=", "leaving")])
        for done, token in enumerate(leaving, start=1):
            token._leave()
            self.env["ir.cron"]._commit_progress(1, remaining=len(leaving) - done)

    def _leave(self):
        """Remove the connection over there; when nobody answers, try again."""
        try:
            if self.connection_key:
                self._delete_connection()
        except ApiError as error:
            self.tries += 1
            is_passing = error.problem not in (problems.LOGIN, problems.TENANT)
            if is_passing and self.tries < MOST_TRIES:
                return
        except MisconfiguredError as error:
            # Nothing to log in with, or not ours to end: only a person can tell them.
            theirs = self.with_context(lang=self.ledger_id._get_language())
            self.ledger_id.message_post(body=theirs._not_told_message(error))
        self.unlink()

    def _not_told_message(self, error):
        """Return the sentence about a disconnection that the books were not told of."""
        return self.env._(
            "The login of ledger %(ledger)s was forgotten here, but %(system)s could"
            " not be told: %(reason)s Remove the app there, among the connected apps.",
            ledger=self.ledger_id.name,
            system=self.ledger_id._get_system(),
            reason=error.message,
        )

    def _delete_connection(self):
        """Tell the books, with the tokens that are still kept."""
        ledger, vault = self.ledger_id, self.env["synkd.vault"]
        ledger._check_database()
        access = vault._unseal(self.access_sealed, ledger)
        if self.expires_at < fields.Datetime.now() + MARGIN:
            refresh = vault._unseal(self.refresh_sealed, ledger)
            tokens = ledger._get_http_identity().by_refresh(refresh)
            self._set_kept(tokens)
            self.state, access = "leaving", tokens.access
        client = ledger._get_http_client(lambda _refused: access)
        client.leave(self.connection_key)
