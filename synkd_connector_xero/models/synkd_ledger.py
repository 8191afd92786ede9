# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import NO_ACCESS

from odoo.addons.synkd_connector.lib.errors import (
    MisconfiguredError,
    UnauthorisedError,
)
from odoo.addons.synkd_connector_http.lib import address

from ..const import (
    ADDRESS_PROBLEMS,
    API_URL,
    CALLBACK_PATH,
    CONNECTOR,
    DAY_LIMIT,
    IDENTITY_URL,
    LOGIN_URL,
    MASK,
    STARTER_DAY_LIMIT,
    WEBHOOK_PATH,
)
from ..lib.client import XeroClient, open_identity

ADDRESSES = ("xero_api_url", "xero_identity_url", "xero_login_url")
SYSTEM = "base.group_system"
# What Xero answered; a person who could write it would choose what is sent with the
# login, and where to.
TOLD_FIELDS = frozenset(
    (
        *("xero_tenant_key", "xero_tenant_name", "xero_connection_key"),
        *("xero_app_remaining", "xero_token_ids", "xero_login_problem"),
    )
)


class SynkdLedger(models.Model):
    _inherit = "synkd.ledger"

    xero_document_status = fields.Selection(
        [
            ("DRAFT", "Draft"),
            ("SUBMITTED", "Awaiting Approval"),
            ("AUTHORISED", "Approved"),
        ],
        string="New Documents Are",
        default="AUTHORISED",
        required=True,
        help="What invoices and credit notes are in Xero when they arrive. Xero takes"
        " payments of approved ones only: those of drafts wait under Requires Attention"
        " until somebody approved the invoice there and pressed Retry here.",
    )

    # The app that was registered with Xero
    xero_login = fields.Selection(
        [("web", "Login of a person"), ("custom", "Custom connection")],
        string="Kind of Login",
        default="web",
        required=True,
        groups=SYSTEM,
        help="A person logs in and chooses the organisation; or a custom connection,"
        " which was set up for one organisation in Xero's developer portal.",
    )
    xero_client_id = fields.Char(string="Client ID", groups=SYSTEM, copy=False)
    xero_client_secret = fields.Char(
        string="Client Secret",
        compute="_compute_xero_client_secret",
        compute_sudo=True,
        inverse="_inverse_xero_client_secret",
        groups=SYSTEM,
        exportable=False,
        help="Kept encrypted, and never shown again.",
    )
    xero_secret_sealed = fields.Char(groups=NO_ACCESS, copy=False)
    xero_webhook_key = fields.Char(
        string="Webhook Key",
        compute="_compute_xero_webhook_key",
        compute_sudo=True,
        inverse="_inverse_xero_webhook_key",
        groups=SYSTEM,
        exportable=False,
        help="Xero signs its webhooks with it. Kept encrypted, and never shown again.",
    )
    xero_webhook_sealed = fields.Char(groups=NO_ACCESS, copy=False)
    xero_redirect_url = fields.Char(
        string="Redirect URI", compute="_compute_xero_addresses", groups=SYSTEM
    )
    xero_webhook_url = fields.Char(
        string="Webhook Address", compute="_compute_xero_addresses", groups=SYSTEM
    )

    # Where Xero is
    xero_api_url = fields.Char(
        string="API Address", default=API_URL, groups=SYSTEM, copy=False
    )
    xero_identity_url = fields.Char(
        string="Identity Address", default=IDENTITY_URL, groups=SYSTEM, copy=False
    )
    xero_login_url = fields.Char(
        string="Login Address", default=LOGIN_URL, groups=SYSTEM, copy=False
    )

    # The connection
    xero_tenant_key = fields.Char(
        string="Xero Tenant ID", readonly=True, copy=False, groups=SYSTEM, index=True
    )
    xero_tenant_name = fields.Char(
        string="Xero Organisation", readonly=True, copy=False
    )
    xero_connection_key = fields.Char(readonly=True, copy=False, groups=SYSTEM)
    xero_app_remaining = fields.Integer(readonly=True, copy=False, default=-1)
    xero_token_ids = fields.One2many("synkd.xero.token", "ledger_id", groups=SYSTEM)
    xero_scopes = fields.Char(
        string="Scopes", compute="_compute_xero_state", compute_sudo=True
    )
    xero_login_until = fields.Date(
        string="Login Lasts Until",
        compute="_compute_xero_state",
        compute_sudo=True,
        help="Xero forgets a login that nobody used for 60 days. Each run renews it.",
    )
    xero_state = fields.Selection(
        [
            ("none", "Not Connected"),
            ("choose", "Choose the Organisation"),
            ("live", "Connected"),
            ("lost", "Login Refused"),
            ("leaving", "Disconnecting"),
        ],
        compute="_compute_xero_state",
        compute_sudo=True,
    )

    @property
    def _engine_fields(self):
        """Override to add what only Xero tells: people choose among its answers."""
        return super()._engine_fields | TOLD_FIELDS

    # === COMPUTE METHODS === #

    @api.depends("xero_secret_sealed")
    def _compute_xero_client_secret(self):
        for ledger in self:
            ledger.xero_client_secret = MASK if ledger.xero_secret_sealed else False

    @api.depends("xero_webhook_sealed")
    def _compute_xero_webhook_key(self):
        for ledger in self:
            ledger.xero_webhook_key = MASK if ledger.xero_webhook_sealed else False

    def _inverse_xero_client_secret(self):
        self._seal_into("xero_client_secret", "xero_secret_sealed")

    def _inverse_xero_webhook_key(self):
        self._seal_into("xero_webhook_key", "xero_webhook_sealed")

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

    def _compute_xero_addresses(self):
        for ledger in self:
            base = ledger.get_base_url()
            ledger.xero_redirect_url = base + CALLBACK_PATH
            ledger.xero_webhook_url = base + WEBHOOK_PATH

    @api.depends(
        "xero_token_ids.state",
        "xero_token_ids.expires_at",
        "xero_tenant_key",
        "connector",
    )
    def _compute_xero_state(self):
        for ledger in self:
            token = ledger.xero_token_ids[:1]
            state = token.state or "none"
            if state == "live" and not ledger.xero_tenant_name:
                state = "choose" if ledger.xero_login == "web" else "live"
            ledger.xero_state = state
            ledger.xero_scopes = token.scopes
            ledger.xero_login_until = token._lasts_until()

    # === CONSTRAINT METHODS === #

    @api.constrains(*ADDRESSES)
    def _check_xero_addresses(self):
        for ledger in self:
            for name in ADDRESSES:
                problem = self._find_address_problem(ledger[name] or "")
                if problem:
                    raise ValidationError(
                        self.env._(
                            "%(field)s of ledger %(ledger)s: %(problem)s",
                            field=self._fields[name]._description_string(self.env),
                            ledger=ledger.name,
                            problem=problem,
                        )
                    )

    def _find_address_problem(self, url):
        """Return what is wrong with a base address, or None."""
        problem = address.find_problem(url)
        return problem and ADDRESS_PROBLEMS[problem]._translate(
            self.env.lang or "en_US"
        ) % {"example": API_URL, "option": address.PRIVATE_OPTION}

    # === CRUD METHODS === #

    def write(self, vals):
        """Override: another app, login or address needs a new login."""
        names = {"xero_client_id", "xero_login", *ADDRESSES} & vals.keys()
        changed = self.filtered(
            lambda ledger: any(ledger[name] != vals[name] for name in names)
        )
        result = super().write(vals)
        if changed:
            changed.sudo().xero_token_ids.unlink()
        return result

    # === CLIENTS === #

    def _get_xero_identity(self):
        """Return the client of the identity server.

        :raise MisconfiguredError: when the app's id is missing.
        :rtype: IdentityClient
        """
        self.ensure_one()
        if not self.xero_client_id:
            raise MisconfiguredError(
                self.env._(
                    "Ledger %s has no Client ID. An administrator types it on the"
                    " ledger's Xero page.",
                    self.name,
                )
            )
        secret = self.env["synkd.vault"]._unseal(self.xero_secret_sealed, self)
        url = self._check_xero_address(self.xero_identity_url)
        return open_identity(url, self.xero_client_id, secret)

    def _get_xero_client(self, get_token=None):
        """Return the client of the Accounting API.

        :param callable get_token: see ``XeroClient``; default: the kept tokens.
        :rtype: XeroClient
        """
        self.ensure_one()
        tokens = self.env["synkd.xero.token"]
        url = self._check_xero_address(self.xero_api_url)
        return XeroClient(
            url,
            self.xero_tenant_key or "",
            get_token or (lambda refused: tokens._get_access(self, refused)),
        )

    def _check_xero_address(self, url):
        """Return a base address, checked again before something secret goes there.

        :raise MisconfiguredError: when nothing secret may go there.
        """
        if problem := self._find_address_problem(url or ""):
            raise MisconfiguredError(
                self.env._(
                    "The address of Xero for ledger %(ledger)s cannot be used:"
                    " %(problem)s",
                    ledger=self.name,
                    problem=problem,
                )
            )
        return url

    def _check_xero_connected(self):
        """Refuse calls that cannot work.

        :raise UnauthorisedError: when nobody has logged in.
        :raise MisconfiguredError: when no organisation was chosen.
        """
        self._get_xero_identity()
        if self.xero_login == "custom" and self.xero_state != "leaving":
            return
        if self.xero_state in ("none", "leaving"):
            raise UnauthorisedError(
                self.env._(
                    "Ledger %s is not connected to Xero. Press Connect on the ledger's"
                    " Xero page.",
                    self.name,
                )
            )
        if not self.xero_tenant_key:
            raise MisconfiguredError(
                self.env._(
                    "No organisation was chosen for ledger %s. Press Choose"
                    " Organisation on the ledger's Xero page.",
                    self.name,
                )
            )

    # === LIMITS === #

    def _get_xero_day_limit(self, remaining):
        """Return how many calls a day allows, as far as the answers let us know.

        Xero tells what is left only: more than the free plan's limit means the other
        one; what is left grows when a new day begins.

        :param int remaining: calls that are left today; -1 = unknown.
        :rtype: int
        """
        if remaining < 0:
            return -1
        if remaining > STARTER_DAY_LIMIT:
            return DAY_LIMIT
        is_new_day = remaining > self.day_remaining >= 0
        if self.day_limit < 0 or is_new_day:
            return STARTER_DAY_LIMIT
        return self.day_limit

    def _is_xero(self):
        """Whether these books are kept in Xero."""
        return self.connector == CONNECTOR
