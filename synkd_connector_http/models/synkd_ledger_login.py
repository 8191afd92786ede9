# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from psycopg2.extensions import TransactionRollbackError

from odoo import models
from odoo.exceptions import AccessError, UserError

from odoo.addons.synkd_connector.door import check_one
from odoo.addons.synkd_connector.lib.errors import ConnectorError

from ..lib import oauth
from ..lib.access import KEY, WEB

# A step of a run is short: one of so many tries falls between two of them.
KEEP_TRIES = 50


class SynkdLedger(models.Model):
    """Connecting a ledger to its books, and ending that.

    The only calls outside a run: a person waits at the browser for the login.
    """

    _inherit = "synkd.ledger"

    # === ACTIONS === #

    def action_connect(self):
        """Send the user to the login of the books; without one it is tested at once.

        :return: the action that opens the login, or the one that tests the connection.
        :rtype: dict
        """
        ledger = self._check_may_connect()
        try:
            ledger._check_database()
            if ledger.http_login != WEB:
                ledger._check_http_connected()
                ledger.http_token_ids.unlink()
                return self.action_test_connection()
            ledger._get_http_identity()
            login_url = ledger._check_http_address(ledger.http_login_url)
            logins_sudo = self.env["synkd.http.login"].sudo()
            state, verifier = logins_sudo._begin(ledger)
        except ConnectorError as error:
            raise UserError(error.message) from error
        ledger.http_login_problem = False
        access = ledger._get_http_access()
        url = oauth.authorize_url(
            login_url.rstrip("/") + access.authorize_path,
            ledger.http_client_id,
            ledger.http_redirect_url,
            access.scopes,
            state,
            verifier,
        )
        return {"type": "ir.actions.act_url", "url": url, "target": "self"}

    def action_choose_tenant(self):
        """Open the dialog that chooses the organisation.

        :rtype: dict
        """
        ledger = self._check_may_connect()
        return self.env["synkd.http.tenant.wizard"]._open(ledger)

    def action_disconnect(self):
        """Forget the login; the books are told in the background, and lose nothing.

        :rtype: bool
        """
        ledger = self._check_may_connect()
        if ledger.http_login == KEY:
            ledger.http_secret_sealed = False
        ledger.http_token_ids._set_leaving(ledger.http_connection_key)
        ledger.http_connection_key = False
        body = self.env._("Disconnected from %s.", ledger._get_system())
        ledger.message_post(body=body)
        return True

    def _check_may_connect(self):
        """Return the ledger as superuser when the user may connect it.

        Administrators may always; managers may log in again to what was connected.

        :raise AccessError: for others.
        :raise UserError: when the ledger's books need no login.
        """
        check_one(self)
        self.check_access("write")
        if not self.is_http:
            raise UserError(
                self.env._(
                    "The books of ledger %s need no login. If they are kept elsewhere,"
                    " choose that accounting system on the ledger first.",
                    self.name,
                )
            )
        ledger_sudo = self.sudo()
        is_system = self.env.user.has_group("base.group_system")
        is_manager = self.env.user.has_group("synkd_connector.group_manager")
        if is_system or is_manager and ledger_sudo.http_tenant_key:
            return ledger_sudo
        raise AccessError(
            self.env._(
                "Only administrators may connect ledger %(ledger)s to %(system)s. Ask"
                " one of them.",
                ledger=self.name,
                system=self._get_system(),
            )
        )

    # === AFTER THE LOGIN === #

    def _finish_http_login(self, code, verifier):
        """Exchange the code of a login, and take the organisation over.

        :param str code: as the login gave it.
        :param str verifier: of PKCE, from when the login was begun.
        :raise ConnectorError: when it is not taken.
        :raise UserError: when it is a login to other books.
        """
        self.ensure_one()
        self._check_database()
        connector = self._get_connector()
        with connector._talking(self):
            identity = self._get_http_identity()
            tokens = identity.by_code(code, self.http_redirect_url, verifier)
            client = self._get_http_client(lambda _refused: tokens.access)
            client.tenant_id = ""
            tenants = client.read_tenants()
        self._keep_http_login(tokens, tenants)

    def _keep_http_login(self, tokens, tenants):
        """Keep a login in transactions of its own, until one succeeds.

        The code that brought it works once, so a run that writes on the ledger at the
        same moment must cost no more than another try of this.

        :raise UserError: when it is a login to other books.
        """
        for left in reversed(range(KEEP_TRIES)):
            try:
                with self.env.registry.cursor() as login_cursor:
                    env = self.env(cr=login_cursor)
                    self.with_env(env)._take_http_login(tokens, tenants)
                    env.flush_all()
                break
            except TransactionRollbackError:
                if not left:
                    raise
        self.env.invalidate_all()

    def _take_http_login(self, tokens, tenants):
        """Keep a login, and the organisation when there is no doubt about it."""
        known = [tenant for tenant in tenants if tenant.key == self.http_tenant_key]
        if self.http_tenant_key and not known and self._has_books():
            raise UserError(self._other_books_message(tenants))
        only = (known or tenants)[0] if len(known or tenants) == 1 else None
        books = only and self._check_http_books(only, lambda _refused: tokens.access)
        self.env["synkd.http.token"]._set_live(self, tokens)
        self.http_login_problem = False
        if only:
            self._set_http_tenant(only, books)
        else:
            # Empty until a person has chosen; there were no customers in the old one.
            self.http_tenant_key = self.http_tenant_name = False

    def _has_books(self):
        """Whether account customers are in these books already."""
        accounts = self.env["synkd.account.customer"].with_context(active_test=False)
        known = [("ledger_id", "=", self.id), ("external_id", "!=", False)]
        return bool(accounts.sudo().search_count(known, limit=1))

    def _other_books_message(self, tenants):
        """Return the sentence about a login that reaches other books only."""
        names = ", ".join(tenant.name or tenant.key for tenant in tenants)
        return self.env._(
            "The customers of ledger %(ledger)s are in the books of %(tenant)s, but"
            " this login reaches only: %(others)s. Log in again and allow %(tenant)s,"
            " or create another ledger.",
            ledger=self.name,
            tenant=self.http_tenant_name,
            others=names or self.env._("nothing"),
        )

    def _choose_http_tenant(self, tenant):
        """Take the organisation that a person chose.

        :param Tenant tenant: what the login reaches.
        :raise UserError: when the customers are in other books.
        """
        is_other = self.http_tenant_key and self.http_tenant_key != tenant.key
        if is_other and self._has_books():
            raise UserError(self._other_books_message([tenant]))
        self._set_http_tenant(tenant, self._check_http_books(tenant))

    def _check_http_books(self, tenant, get_token=None):
        """Ask an organisation which books it is, and refuse those that do not do.

        :param Tenant tenant: what the login reaches.
        :param callable get_token: see ``HttpClient``; default: the kept tokens.
        :rtype: Books
        :raise ConnectorError: when they cannot be asked.
        :raise UserError: says why these cannot be the books of this ledger.
        """
        is_other = self.books_key and self.books_key != tenant.key
        if is_other and not self._has_books():
            # Nothing hangs on what was chosen before.
            self._forget_books()
        books = self._read_http_books(tenant, get_token)
        if problem := self._find_books_problem(books):
            raise UserError(problem)
        return books

    def _read_http_books(self, tenant, get_token=None):
        """Return what an organisation tells of itself, see ``_check_http_books``.

        :rtype: Books
        """
        connector = self._get_connector()
        with connector._talking(self):
            client = self._get_http_client(get_token)
            client.tenant_id = tenant.key
            return connector._ask_books(client)

    def _forget_books(self):
        """Override: another organisation of the same login may be chosen."""
        self.write(
            {
                "http_tenant_key": False,
                "http_tenant_name": False,
                "http_connection_key": False,
            }
        )
        return super()._forget_books()

    def _set_http_tenant(self, tenant, books=None):
        """Take an organisation as these books, and go on with what waited.

        :param Tenant tenant: what the login reaches.
        :param Books books: what it told of itself; default: the next run asks.
        """
        self.write(
            {
                "http_tenant_key": tenant.key,
                "http_tenant_name": tenant.name or tenant.key,
                "http_connection_key": tenant.connection,
                "check_message": False,
            }
        )
        self._take_books(books)
        body = self.env._(
            "Connected to %(books)s in %(system)s.",
            books=self.http_tenant_name,
            system=self._get_system(),
        )
        self.message_post(body=body)
        self._set_resumed()
        self._wake()

    def _read_http_tenants(self):
        """Return the books that the kept login reaches.

        :raise ConnectorError: when they cannot be asked.
        :rtype: list[Tenant]
        """
        with self._get_connector()._talking(self):
            return self._get_http_client().read_tenants()

    def _take_books(self, books):
        """Override: a login without a person reached the one that told itself."""
        result = super()._take_books(books)
        if books and self._has_own_http_tenant() and not self.http_tenant_key:
            self.write({"http_tenant_key": books.key, "http_tenant_name": books.name})
        return result
