# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from psycopg2.extensions import TransactionRollbackError

from odoo import models
from odoo.exceptions import AccessError, UserError

from odoo.addons.synkd_connector.door import check_one
from odoo.addons.synkd_connector.lib.errors import ConnectorError
from odoo.addons.synkd_connector_http.lib import oauth
from odoo.addons.synkd_connector_http.lib.problems import ApiError

from ..const import CONNECTOR, SCOPES
from ..lib.client import AUTHORIZE_PATH

# A step of a run is short: one of so many tries falls between two of them.
KEEP_TRIES = 50


class SynkdLedger(models.Model):
    """Connecting a ledger to an organisation in Xero, and ending that.

    The only calls outside a run: a person waits at the browser for the login.
    """

    _inherit = "synkd.ledger"

    # === ACTIONS === #

    def action_xero_connect(self):
        """Send the user to Xero's login; a custom connection is tested at once.

        :return: the action that opens Xero, or the one that tests the connection.
        :rtype: dict
        """
        ledger = self._check_may_connect()
        try:
            ledger._check_database()
            ledger._get_xero_identity()
            login_url = ledger._check_xero_address(ledger.xero_login_url)
            if ledger.xero_login == "custom":
                ledger._forget_xero_login()
                return self.action_test_connection()
            logins_sudo = self.env["synkd.xero.login"].sudo()
            state, verifier = logins_sudo._begin(ledger)
        except ConnectorError as error:
            raise UserError(error.message) from error
        ledger.xero_login_problem = False
        url = oauth.authorize_url(
            login_url.rstrip("/") + AUTHORIZE_PATH,
            ledger.xero_client_id,
            ledger.xero_redirect_url,
            SCOPES,
            state,
            verifier,
        )
        return {"type": "ir.actions.act_url", "url": url, "target": "self"}

    def action_xero_choose(self):
        """Open the dialog that chooses the organisation.

        :rtype: dict
        """
        ledger = self._check_may_connect()
        return self.env["synkd.xero.tenant.wizard"]._open(ledger)

    def action_xero_disconnect(self):
        """Forget the login; Xero is told in the background. Nothing else is lost.

        :rtype: bool
        """
        ledger = self._check_may_connect()
        ledger.xero_token_ids._set_leaving(ledger.xero_connection_key)
        ledger.xero_connection_key = False
        ledger.message_post(body=self.env._("Disconnected from Xero."))
        return True

    def _check_may_connect(self):
        """Return the ledger as superuser when the user may connect it.

        Administrators may always; managers may log in again to what was connected.

        :raise AccessError: for others.
        :raise UserError: when the ledger is kept elsewhere.
        """
        check_one(self)
        self.check_access("write")
        if self.connector != CONNECTOR:
            raise UserError(
                self.env._(
                    "Ledger %s is not kept in Xero. Choose Xero as its accounting"
                    " system first.",
                    self.name,
                )
            )
        ledger_sudo = self.sudo()
        is_system = self.env.user.has_group("base.group_system")
        is_manager = self.env.user.has_group("synkd_connector.group_manager")
        if is_system or is_manager and ledger_sudo.xero_tenant_key:
            return ledger_sudo
        raise AccessError(
            self.env._(
                "Only administrators may connect ledger %s to Xero. Ask one of them.",
                self.name,
            )
        )

    # === AFTER THE LOGIN === #

    def _finish_xero_login(self, code, verifier):
        """Exchange the code of a login, and take the organisation over.

        :param str code: as Xero gave it.
        :param str verifier: of PKCE, from when the login was begun.
        :raise ConnectorError: when Xero does not take it.
        :raise UserError: when it is a login to other books.
        """
        self.ensure_one()
        self._check_database()
        connector = self._get_connector()
        with connector._talking(self):
            identity = self._get_xero_identity()
            tokens = identity.by_code(code, self.xero_redirect_url, verifier)
            client = self._get_xero_client(lambda _refused: tokens.access)
            client.tenant_id = ""
            tenants = client.read_connections()
        self._keep_xero_login(tokens, tenants)

    def _keep_xero_login(self, tokens, tenants):
        """Keep a login in transactions of its own, until one succeeds.

        The code that brought it works once, so a run that writes on the ledger at the
        same moment must cost no more than another try of this.

        :raise UserError: when it is a login to other books.
        """
        for left in reversed(range(KEEP_TRIES)):
            try:
                with self.env.registry.cursor() as login_cursor:
                    env = self.env(cr=login_cursor)
                    self.with_env(env)._take_xero_login(tokens, tenants)
                    env.flush_all()
                break
            except TransactionRollbackError:
                if not left:
                    raise
        self.env.invalidate_all()

    def _take_xero_login(self, tokens, tenants):
        """Keep a login, and the organisation when there is no doubt about it."""
        tenants = [t for t in tenants if t.get("tenantType") != "PRACTICE"]
        known = [t for t in tenants if t["tenantId"] == self.xero_tenant_key]
        if self.xero_tenant_key and not known and self._has_books():
            raise UserError(self._other_books_message(tenants))
        only = (known or tenants)[0] if len(known or tenants) == 1 else None
        books = only and self._check_xero_books(only, lambda _refused: tokens.access)
        self.env["synkd.xero.token"]._set_live(self, tokens)
        self.xero_login_problem = False
        if only:
            self._set_xero_tenant(only, books)
        else:
            # Empty until a person has chosen; there were no customers in the old one.
            self.xero_tenant_key = self.xero_tenant_name = False

    def _has_books(self):
        """Whether account customers are in these books already."""
        accounts = self.env["synkd.account.customer"].with_context(active_test=False)
        known = [("ledger_id", "=", self.id), ("external_id", "!=", False)]
        return bool(accounts.sudo().search_count(known, limit=1))

    def _other_books_message(self, tenants):
        """Return the sentence about a login that reaches other books only."""
        names = ", ".join(str(t.get("tenantName")) for t in tenants)
        return self.env._(
            "The customers of ledger %(ledger)s are in the books of %(tenant)s, but"
            " this login reaches only: %(others)s. Log in again and allow %(tenant)s,"
            " or create another ledger.",
            ledger=self.name,
            tenant=self.xero_tenant_name,
            others=names or self.env._("nothing"),
        )

    def _choose_xero_tenant(self, tenant):
        """Take the organisation that a person chose.

        :param dict tenant: one connection, as Xero lists it.
        :raise UserError: when the customers are in other books.
        """
        is_other = self.xero_tenant_key and self.xero_tenant_key != tenant["tenantId"]
        if is_other and self._has_books():
            raise UserError(self._other_books_message([tenant]))
        self._set_xero_tenant(tenant, self._check_xero_books(tenant))

    def _check_xero_books(self, tenant, get_token=None):
        """Ask an organisation which books it is, and refuse those that do not do.

        :param dict tenant: one connection, as Xero lists it.
        :param callable get_token: see ``XeroClient``; default: the kept tokens.
        :rtype: Books
        :raise ConnectorError: when Xero cannot be asked.
        :raise UserError: says why these cannot be the books of this ledger.
        """
        is_other = self.books_key and self.books_key != tenant["tenantId"]
        if is_other and not self._has_books():
            # Nothing hangs on what was chosen before.
            self._forget_books()
        books = self._read_xero_books(tenant, get_token)
        if problem := self._find_books_problem(books):
            raise UserError(problem)
        return books

    def _read_xero_books(self, tenant, get_token=None):
        """Return what an organisation tells of itself, see ``_check_xero_books``.

        :rtype: Books
        """
        connector = self._get_connector()
        with connector._talking(self):
            client = self._get_xero_client(get_token)
            client.tenant_id = tenant["tenantId"]
            return connector._ask_books(client)

    def _forget_books(self):
        """Override: another organisation of the same login may be chosen."""
        self.write(
            {
                "xero_tenant_key": False,
                "xero_tenant_name": False,
                "xero_connection_key": False,
            }
        )
        return super()._forget_books()

    def _set_xero_tenant(self, tenant, books=None):
        """Take an organisation as these books, and go on with what waited.

        :param dict tenant: one connection, as Xero lists it.
        :param Books books: what it told of itself; default: the next run asks.
        """
        self.write(
            {
                "xero_tenant_key": tenant["tenantId"],
                "xero_tenant_name": tenant.get("tenantName") or tenant["tenantId"],
                "xero_connection_key": tenant.get("id"),
                "check_message": False,
            }
        )
        self._take_books(books)
        self.message_post(
            body=self.env._("Connected to %s in Xero.", self.xero_tenant_name)
        )
        self._set_resumed()
        self._wake()

    def _forget_xero_login(self):
        """Forget tokens, so that the next call logs in anew."""
        self.xero_token_ids.unlink()

    def _read_xero_tenants(self):
        """Return the organisations that the kept login reaches.

        :raise ConnectorError: when Xero cannot be asked.
        :rtype: list[dict]
        """
        with self._get_connector()._talking(self):
            return self._get_xero_client().read_connections()

    def _take_xero_custom(self, client):
        """Note the one organisation of a custom connection, when it is not known.

        :param XeroClient client: talks.
        """
        if self.xero_login != "custom" or self.xero_tenant_key:
            return
        try:
            tenants = client.read_connections()
        except ApiError:
            return
        if len(tenants) == 1:
            tenant = tenants[0]
            self.xero_tenant_key = tenant["tenantId"]
            self.xero_tenant_name = tenant.get("tenantName")
            client.tenant_id = tenant["tenantId"]
