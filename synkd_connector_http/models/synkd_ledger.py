# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import NO_ACCESS

from odoo.addons.synkd_connector.lib.errors import (
    MisconfiguredError,
    ThrottledError,
    UnauthorisedError,
)

from ..const import ADDRESS_PROBLEMS, CALLBACK_PATH, MASK, WEBHOOK_PATH
from ..lib import address
from ..lib.access import APP, KEY, WEB
from ..lib.oauth import IdentityClient

ADDRESSES = ("http_api_url", "http_identity_url", "http_login_url")
EXAMPLE = "https://books.example.com"
SYSTEM = "base.group_system"
# What the books answered; a person who could write it would choose what is sent with
# the login, and where to.
TOLD_FIELDS = frozenset(
    (
        *("http_tenant_key", "http_tenant_name", "http_connection_key"),
        *("http_token_ids", "http_login_problem"),
    )
)


class SynkdLedger(models.Model):
    _inherit = "synkd.ledger"

    is_http = fields.Boolean(compute="_compute_http_kind")
    http_has_webhooks = fields.Boolean(compute="_compute_http_kind")

    # Who logs in
    http_login = fields.Selection(
        [
            (WEB, "Login of a person"),
            (APP, "Custom connection"),
            (KEY, "Key"),
        ],
        string="Kind of Login",
        compute="_compute_http_login",
        store=True,
        readonly=False,
        groups=SYSTEM,
        help="A person logs in and chooses the organisation; or the app logs in by"
        " itself to the one organisation that it was set up for; or a key that never"
        " changes opens the books.",
    )
    http_client_id = fields.Char(string="Client ID", groups=SYSTEM, copy=False)
    http_client_secret = fields.Char(
        string="Client Secret",
        compute="_compute_http_client_secret",
        compute_sudo=True,
        inverse="_inverse_http_client_secret",
        groups=SYSTEM,
        exportable=False,
        help="Kept encrypted, and never shown again.",
    )
    http_secret_sealed = fields.Char(groups=NO_ACCESS, copy=False)
    http_webhook_key = fields.Char(
        string="Webhook Key",
        compute="_compute_http_webhook_key",
        compute_sudo=True,
        inverse="_inverse_http_webhook_key",
        groups=SYSTEM,
        exportable=False,
        help="Webhooks are signed with it. Kept encrypted, and never shown again.",
    )
    http_webhook_sealed = fields.Char(groups=NO_ACCESS, copy=False)
    http_redirect_url = fields.Char(
        string="Redirect URI", compute="_compute_http_addresses", groups=SYSTEM
    )
    http_webhook_url = fields.Char(
        string="Webhook Address", compute="_compute_http_addresses", groups=SYSTEM
    )

    # Where the books are
    http_api_url = fields.Char(
        string="API Address",
        compute="_compute_http_api_url",
        store=True,
        readonly=False,
        groups=SYSTEM,
        copy=False,
    )
    http_identity_url = fields.Char(
        string="Identity Address",
        compute="_compute_http_identity_url",
        store=True,
        readonly=False,
        groups=SYSTEM,
        copy=False,
    )
    http_login_url = fields.Char(
        string="Login Address",
        compute="_compute_http_login_url",
        store=True,
        readonly=False,
        groups=SYSTEM,
        copy=False,
    )

    # The connection
    http_tenant_key = fields.Char(
        string="ID of the Chosen Organisation",
        readonly=True,
        copy=False,
        groups=SYSTEM,
        index=True,
    )
    http_tenant_name = fields.Char(
        string="Chosen Organisation", readonly=True, copy=False
    )
    http_connection_key = fields.Char(readonly=True, copy=False, groups=SYSTEM)
    http_token_ids = fields.One2many("synkd.http.token", "ledger_id", groups=SYSTEM)
    http_scopes = fields.Char(
        string="Scopes", compute="_compute_http_state", compute_sudo=True
    )
    http_login_until = fields.Date(
        string="Login Lasts Until",
        compute="_compute_http_state",
        compute_sudo=True,
        help="Books may forget a login that nobody used for long. Each run renews it.",
    )
    http_state = fields.Selection(
        [
            ("none", "Not Connected"),
            ("choose", "Choose the Organisation"),
            ("live", "Connected"),
            ("lost", "Login Refused"),
            ("leaving", "Disconnecting"),
        ],
        string="Login",
        compute="_compute_http_state",
        compute_sudo=True,
    )

    @property
    def _engine_fields(self):
        """Override to add what only the books tell: people choose among answers."""
        return super()._engine_fields | TOLD_FIELDS

    # === COMPUTE METHODS === #

    @api.depends("connector")
    def _compute_http_kind(self):
        for ledger in self:
            access = ledger._get_http_access()
            ledger.is_http = bool(access)
            ledger.http_has_webhooks = bool(access and access.signature)

    # Each by itself: Odoo computes none of several whose sister was typed.

    @api.depends("connector")
    def _compute_http_login(self):
        for ledger in self:
            access = ledger._get_http_access()
            ledger.http_login = access and access.logins[0]

    @api.depends("connector")
    def _compute_http_api_url(self):
        self._take_usual("http_api_url", "api_url")

    @api.depends("connector")
    def _compute_http_identity_url(self):
        self._take_usual("http_identity_url", "identity_url")

    @api.depends("connector")
    def _compute_http_login_url(self):
        self._take_usual("http_login_url", "login_url")

    def _take_usual(self, name, source):
        """Take the address over that these books usually have."""
        for ledger in self:
            ledger[name] = getattr(ledger._get_http_access(), source, False)

    @api.depends("http_secret_sealed")
    def _compute_http_client_secret(self):
        for ledger in self:
            ledger.http_client_secret = MASK if ledger.http_secret_sealed else False

    @api.depends("http_webhook_sealed")
    def _compute_http_webhook_key(self):
        for ledger in self:
            ledger.http_webhook_key = MASK if ledger.http_webhook_sealed else False

    def _inverse_http_client_secret(self):
        self._seal_into("http_client_secret", "http_secret_sealed")

    def _inverse_http_webhook_key(self):
        self._seal_into("http_webhook_key", "http_webhook_sealed")

    def _seal_into(self, name, sealed_name):
        """Keep what was typed, unless it is the mask that was shown.

        :raise UserError: when there is no key to seal it with.
        """
        vault = self.env["synkd.vault"]
        for ledger in self:
            typed = (ledger[name] or "").strip()
            if typed == MASK:
                continue
            try:
                ledger.sudo()[sealed_name] = vault._seal(typed or False)
            except MisconfiguredError as error:
                raise UserError(error.message) from error

    @api.depends("connector")
    def _compute_http_addresses(self):
        for ledger in self:
            base, system = ledger.get_base_url(), ledger.connector or ""
            ledger.http_redirect_url = base + CALLBACK_PATH % system
            ledger.http_webhook_url = base + WEBHOOK_PATH % system

    @api.depends(
        "http_token_ids.state",
        "http_token_ids.expires_at",
        "http_tenant_key",
        "http_secret_sealed",
        "http_login",
        "connector",
    )
    def _compute_http_state(self):
        for ledger in self:
            token = ledger.http_token_ids[:1]
            state = token.state or "none"
            if ledger.http_login == KEY:
                state = "live" if ledger.http_secret_sealed else "none"
                access = ledger._get_http_access()
                if state == "live" and access and access.tenants:
                    state = "live" if ledger.http_tenant_key else "choose"
            elif state == "live" and not ledger.http_tenant_name:
                state = "choose" if ledger.http_login == WEB else "live"
            ledger.http_state = state
            ledger.http_scopes = token.scopes
            ledger.http_login_until = token._lasts_until()

    # === CONSTRAINT METHODS === #

    @api.constrains(*ADDRESSES)
    def _check_http_addresses(self):
        for ledger in self.filtered("is_http"):
            for name in ledger._get_http_address_names():
                problem = ledger._find_address_problem(ledger[name] or "")
                if problem:
                    raise ValidationError(
                        self.env._(
                            "%(field)s of ledger %(ledger)s: %(problem)s",
                            field=self._fields[name]._description_string(self.env),
                            ledger=ledger.name,
                            problem=problem,
                        )
                    )

    def _get_http_address_names(self):
        """Return the names of the addresses that are typed, or have to be.

        :rtype: list[str]
        """
        access = self._get_http_access()
        usual = (access.api_url, access.identity_url, access.login_url)
        return [n for n, url in zip(ADDRESSES, usual, strict=True) if url or self[n]]

    def _find_address_problem(self, url):
        """Return what is wrong with a base address, or None."""
        access = self._get_http_access()
        problem = address.find_problem(url, bool(access and access.ports))
        example = (access and access.api_url) or EXAMPLE
        return problem and ADDRESS_PROBLEMS[problem]._translate(
            self.env.lang or "en_US"
        ) % {"example": example, "option": address.PRIVATE_OPTION}

    # === CRUD METHODS === #

    def write(self, vals):
        """Override: another app, login or address needs a new login."""
        names = {"connector", "http_client_id", "http_login", *ADDRESSES}
        changed = self.filtered(
            lambda ledger: any(ledger[name] != vals[name] for name in names & set(vals))
        )
        result = super().write(vals)
        if changed:
            changed.sudo().http_token_ids.unlink()
        return result

    # === HOW THESE BOOKS ARE REACHED === #

    def _get_http_access(self):
        """Return how these books are reached; None when not over HTTP.

        :rtype: Access
        """
        if not self.connector or not self._has_connector():
            return None
        tell = getattr(self._get_connector(), "_access", None)
        return tell(self) if tell else None

    def _get_system(self):
        """Return the name of the accounting system, as people know it.

        :rtype: str
        """
        return self._get_connector()._connector_label

    def _get_http_identity(self):
        """Return the client of the identity server.

        :raise MisconfiguredError: when the app's id is missing.
        :rtype: IdentityClient
        """
        self.ensure_one()
        if not self.http_client_id:
            raise MisconfiguredError(
                self.env._(
                    "Ledger %s has no Client ID. An administrator types it on the"
                    " ledger's Login page.",
                    self.name,
                )
            )
        secret = self.env["synkd.vault"]._unseal(self.http_secret_sealed, self)
        url = self._check_http_address(self.http_identity_url).rstrip("/")
        return IdentityClient(
            url + self._get_http_access().token_path,
            self.http_client_id,
            secret,
            self._get_connector()._identity_error,
        )

    def _get_http_client(self, get_token=None):
        """Return the client of the books.

        :param callable get_token: see ``HttpClient``; default: the kept tokens.
        :rtype: HttpClient
        """
        self.ensure_one()
        tokens = self.env["synkd.http.token"]
        url = self._check_http_address(self.http_api_url)
        get_token = get_token or (lambda refused: tokens._get_access(self, refused))
        return self._get_connector()._client(self, url, get_token)

    def _check_http_address(self, url):
        """Return a base address, checked again before something secret goes there.

        :raise MisconfiguredError: when nothing secret may go there.
        """
        if problem := self._find_address_problem(url or ""):
            raise MisconfiguredError(
                self.env._(
                    "The address of %(system)s for ledger %(ledger)s cannot be used:"
                    " %(problem)s",
                    system=self._get_system(),
                    ledger=self.name,
                    problem=problem,
                )
            )
        return url

    def _check_http_connected(self):
        """Refuse calls that cannot work.

        :raise UnauthorisedError: when nobody has logged in.
        :raise MisconfiguredError: when no organisation was chosen, or a key is missing.
        """
        if self.http_login == KEY:
            self._check_http_key()
            return
        self._get_http_identity()
        if self.http_login == APP and self.http_state != "leaving":
            return
        if self.http_state in ("none", "leaving"):
            raise UnauthorisedError(
                self.env._(
                    "Ledger %(ledger)s is not connected to %(system)s. Press Connect on"
                    " the ledger's Login page.",
                    ledger=self.name,
                    system=self._get_system(),
                )
            )
        if not self.http_tenant_key and self._get_http_access().tenants:
            self._refuse_without_tenant()

    def _refuse_without_tenant(self):
        """Refuse calls while nobody knows to which of its books a login is to go.

        :raise MisconfiguredError: always.
        """
        raise MisconfiguredError(
            self.env._(
                "No organisation was chosen for ledger %s. Press Choose Organisation on"
                " the ledger's Login page.",
                self.name,
            )
        )

    def _has_own_http_tenant(self):
        """Whether the login tells which books it reaches, without a person.

        :rtype: bool
        """
        return self.http_login == APP or (
            self.http_login == KEY and self._get_http_access().tenants
        )

    def _check_quiet(self):
        """Refuse a call before the moment until which the books want none.

        Books may shut out for longer who asks meanwhile, be it a person.

        :raise ThrottledError: until then.
        """
        until = self.quiet_until
        if until and until > fields.Datetime.now():
            raise ThrottledError(
                self.env._(
                    "%(system)s wants no calls before %(time)s UTC, also none to try"
                    " it: they make it longer. Ledger %(ledger)s goes on by itself"
                    " then.",
                    system=self._get_system(),
                    time=until,
                    ledger=self.name,
                ),
                until,
            )

    def _check_http_key(self):
        """Refuse calls without a key.

        :raise MisconfiguredError: when it is missing.
        """
        if self.http_secret_sealed:
            return
        raise MisconfiguredError(
            self.env._(
                "Ledger %(ledger)s has no key for %(system)s. An administrator types it"
                " on the ledger's Login page.",
                ledger=self.name,
                system=self._get_system(),
            )
        )
