# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

from ...const import CUSTOMER_STATES, MIRRORED_FIELDS, NAME_LENGTH, SYNCED_FIELDS
from ...door import check_one
from ..engine.synkd_sync_mixin import ENGINE_FIELDS

# A run of account customers that are marked already has no other customers.
NOBODY = [("id", "in", [])]
# Only runs set these, besides the engine's fields of the mixin.
RUN_FIELDS = frozenset(
    ("company_id", "origin", "run_id", "outstanding", "overdue", "queued_at")
    + ("supplier_only",)
)


class SynkdAccountCustomer(models.Model):
    """One customer of the books: the record here and the record there are a pair.

    How it travels, and who moves its state: see `synkd.sync.mixin`.
    """

    _name = "synkd.account.customer"
    _description = "Account Customer"
    _inherit = [
        "synkd.sync.mixin",
        "synkd.copy.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "name, id"
    _synced_fields = SYNCED_FIELDS
    _kept_apart = True
    _found_later = True
    _left_states = ("attention", "conflict")
    _engine_fields = ENGINE_FIELDS | RUN_FIELDS
    _rec_names_search = ["code", "name", "email", "vat"]
    _check_company_auto = True
    _check_company_domain = models.check_company_domain_parent_of

    # Identity
    ledger_id = fields.Many2one(
        index=True,
        default=lambda self: self._default_ledger_id(),
    )
    company_id = fields.Many2one(related="ledger_id.company_id", store=True, index=True)
    sync_state = fields.Selection(CUSTOMER_STATES)
    active = fields.Boolean(default=True, tracking=True)
    code = fields.Char(
        string="Ext Acc #",
        copy=False,
        index="trigram",
        tracking=True,
        help="The customer's code in the books. Leave it empty to have one made.",
    )
    name = fields.Char(required=True, tracking=True)
    class_id = fields.Many2one(
        "synkd.customer.class",
        check_company=True,
        index="btree_not_null",
        tracking=True,
        help="Says how documents of this customer are posted.",
    )
    posting = fields.Selection(related="class_id.posting")

    # Contact and addresses
    contact_name = fields.Char()
    email = fields.Char(tracking=True)
    phone = fields.Char()
    website = fields.Char()
    vat = fields.Char(string="Tax ID", tracking=True)
    street = fields.Char()
    street2 = fields.Char()
    city = fields.Char()
    zip = fields.Char()
    state_id = fields.Many2one(
        "res.country.state",
        string="State / Province",
        domain="[('country_id', '=?', country_id)]",
    )
    country_id = fields.Many2one("res.country")
    delivery_street = fields.Char()
    delivery_street2 = fields.Char()
    delivery_city = fields.Char()
    delivery_zip = fields.Char()
    delivery_state_id = fields.Many2one(
        "res.country.state", domain="[('country_id', '=?', delivery_country_id)]"
    )
    delivery_country_id = fields.Many2one("res.country")

    # Money
    currency_id = fields.Many2one(
        "res.currency",
        compute="_compute_currency_id",
        store=True,
        readonly=False,
        required=True,
        precompute=True,
    )
    payment_term_id = fields.Many2one(
        "account.payment.term", string="Terms", tracking=True
    )
    credit_limit = fields.Monetary(tracking=True)
    held = fields.Boolean(
        string="Hold", tracking=True, help="No further sales until it is released."
    )
    outstanding = fields.Monetary(readonly=True, copy=False)
    overdue = fields.Monetary(readonly=True, copy=False)
    balances_read_at = fields.Datetime(
        related="ledger_id.balances_read_at", string="Owed as of"
    )

    # Operational customers
    link_ids = fields.One2many("synkd.customer.link", "account_customer_id")
    link_count = fields.Integer(compute="_compute_link_count")
    generic_class_ids = fields.One2many(
        "synkd.customer.class",
        "generic_account_customer_id",
        string="Shared By Classes",
    )
    mirror_partner_id = fields.Many2one(
        "res.partner",
        string="Keeps in Step With",
        index="btree_not_null",
        copy=False,
        help="When this operational customer's name, address or contact details"
        " change, the account customer takes the change over.",
    )

    origin = fields.Selection(
        [("odoo", "Made here"), ("books", "Imported from the books")],
        default="odoo",
        required=True,
        readonly=True,
        copy=False,
    )
    supplier_only = fields.Boolean(
        readonly=True,
        copy=False,
        help="A supplier of the books and no customer: shown where customers are"
        " matched, and a customer as well once somebody links one to it.",
    )
    request_line_ids = fields.One2many(
        "synkd.request.line", "account_customer_id", readonly=True
    )

    _code_uniq = models.UniqueIndex(
        "(ledger_id, upper(code))",
        "This customer code is in use already in this ledger (capital and small letters"
        " count as the same). Type another code, or leave it empty to have one made.",
    )
    _external_uniq = models.UniqueIndex(
        "(ledger_id, external_id) WHERE external_id IS NOT NULL",
        "Another account customer is this customer of the books already.",
    )
    _due_idx = models.Index("(ledger_id, queued_at, id) WHERE sync_state = 'pending'")
    _attention_idx = models.Index(
        "(ledger_id) WHERE sync_state IN ('attention', 'conflict')"
    )
    _name_trigram_idx = models.Index("USING gin (lower(name) gin_trgm_ops)")

    def _default_ledger_id(self):
        return self.env.company._get_synkd_ledger()

    # === COMPUTE METHODS === #

    @api.depends("ledger_id")
    def _compute_currency_id(self):
        for account in self:
            company = account.ledger_id.company_id or self.env.company
            account.currency_id = account.currency_id or company.currency_id

    @api.depends("link_ids.active")
    def _compute_link_count(self):
        groups = self.env["synkd.customer.link"]._read_group(
            [("account_customer_id", "in", self.ids), ("active", "=", True)],
            ["account_customer_id"],
            ["__count"],
        )
        counts = {account.id: count for account, count in groups}
        for account in self:
            account.link_count = counts.get(account._origin.id, 0)

    def _is_shared(self):
        """Whether walk-ins are posted to it: it needs to know nothing of them.

        :rtype: bool
        """
        return self.class_id.posting == "generic" or bool(self.generic_class_ids)

    @api.depends("code", "name")
    def _compute_display_name(self):
        for account in self:
            code = f"[{account.code}] " if account.code else ""
            account.display_name = f"{code}{account.name or ''}"

    # === CONSTRAINT METHODS === #

    @api.constrains("name")
    def _check_name(self):
        for account in self:
            if not (account.name or "").strip():
                raise ValidationError(
                    self.env._(
                        "The name of account customer %s is blank. Type a name.",
                        account.code or self.env._("(new)"),
                    )
                )
            self._check_length(account, "name", NAME_LENGTH)

    @api.constrains("code", "ledger_id")
    def _check_code(self):
        lengths = {
            ledger: ledger._get_capabilities().code_length for ledger in self.ledger_id
        }
        for account in self:
            self._check_length(account, "code", lengths[account.ledger_id])
            if (account.code or "") != (account.code or "").strip():
                raise ValidationError(
                    self.env._(
                        'Code "%s" begins or ends with a blank. Remove it.',
                        account.code,
                    )
                )

    @api.model
    def _check_length(self, account, field_name, length):
        """Refuse a text that the books cannot take whole.

        :raise ValidationError: with the field, the record and both lengths.
        """
        value = account[field_name] or ""
        if len(value) > length:
            raise ValidationError(
                self.env._(
                    "%(field)s of account customer %(name)s has %(count)s characters,"
                    " but %(ledger)s takes %(length)s. Shorten it.",
                    field=self._fields[field_name]._description_string(self.env),
                    name=(account.name or "")[:40],
                    count=len(value),
                    ledger=account.ledger_id.name,
                    length=length,
                )
            )

    @api.constrains("credit_limit")
    def _check_credit_limit(self):
        for account in self:
            if account.credit_limit < 0:
                raise ValidationError(
                    self.env._(
                        "The credit limit of %s is negative. Type 0 for none.",
                        account.display_name,
                    )
                )

    @api.constrains("class_id")
    def _check_class_active(self):
        for account in self:
            if account.class_id and not account.class_id.active:
                raise ValidationError(
                    self.env._(
                        "Class %(class)s is archived, so %(account)s cannot be given"
                        " it. Restore the class, or choose another one.",
                        account=account.display_name,
                        **{"class": account.class_id.name},
                    )
                )

    @api.constrains("active")
    def _check_generic_stays(self):
        archived = self.filtered(lambda account: not account.active)
        users = self.env["synkd.customer.class"].search(
            [("generic_account_customer_id", "in", archived.ids)], limit=1
        )
        if users:
            raise ValidationError(
                self.env._(
                    "Class %(class)s posts to %(account)s, so it cannot be archived."
                    " Give the class another generic account customer first.",
                    account=users.generic_account_customer_id.display_name,
                    **{"class": users.name},
                )
            )

    # === ONCHANGE METHODS === #

    @api.onchange("class_id")
    def _onchange_class_id(self):
        """Take the default terms of the class where nothing was chosen yet."""
        if self.class_id.posting == "account":
            self.payment_term_id = self.payment_term_id or self.class_id.payment_term_id
            self.credit_limit = self.credit_limit or self.class_id.credit_limit

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Override to fill codes and defaults, and to link the mirrored one."""
        accounts = super().create(self._prepare_vals_list(vals_list))
        accounts._link_mirrored()
        accounts.filtered(lambda a: a.sync_state == "pending")._wake_ledgers()
        return accounts

    def write(self, vals):
        """Override to keep each customer in its ledger, and with a code."""
        self._check_same_ledger(vals)
        if "code" in vals and not (vals["code"] or "").strip():
            return self._write_without_code(vals)
        restored = self.filtered(lambda a: vals.get("active") and not a.active)
        result = super().write(vals)
        restored.filtered("mirror_partner_id")._mirror(set(MIRRORED_FIELDS))
        if vals.get("mirror_partner_id"):
            self._check_mirror()
        return result

    def _write_without_code(self, vals):
        """Write values whose code is empty: a new one is made.

        The books may keep customers without a code; these keep theirs here.
        """
        rest = {name: value for name, value in vals.items() if name != "code"}
        for account in self:
            fresh = {"name": account.name, "class_id": account.class_id.id} | vals
            if self.env.su and account.code:
                fresh["code"] = account.code
            else:
                self.env["synkd.code.counter"]._fill(account.ledger_id, [fresh])
            account.write(rest | {"code": fresh["code"]})
        return True

    def _check_same_ledger(self, vals):
        """Refuse to move account customers to other books.

        :raise UserError: says to make a new one there.
        """
        for account in self if "ledger_id" in vals else ():
            if account.ledger_id.id != vals["ledger_id"]:
                raise UserError(
                    self.env._(
                        "Account customer %(account)s is a customer of %(ledger)s and"
                        " cannot move to other books. Create an account customer there"
                        " instead.",
                        account=account.display_name,
                        ledger=account.ledger_id.name,
                    )
                )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_always(self):
        raise UserError(
            self.env._(
                "Account customer %s cannot be deleted, since the books keep it."
                " Archive it instead.",
                self[:1].display_name,
            )
        )

    def _prepare_vals_list(self, vals_list):
        """Return the values with class defaults and generated codes.

        :rtype: list[dict]
        """
        defaults = self.default_get(["ledger_id", "class_id"])
        filled = []
        for vals in vals_list:
            given = defaults | vals
            filled.append(self._class_defaults(given) | given)
        if not all(vals.get("ledger_id") for vals in filled):
            raise self.env.company._no_synkd_ledger_error()
        without = [vals for vals in filled if not (vals.get("code") or "").strip()]
        for ledger_id in {vals["ledger_id"] for vals in without}:
            ledger = self.env["synkd.ledger"].browse(ledger_id)
            mine = [vals for vals in without if vals["ledger_id"] == ledger_id]
            self.env["synkd.code.counter"]._fill(ledger, mine)
        return filled

    def _class_defaults(self, vals):
        """Return the terms and credit limit that the class of new values supplies.

        :rtype: dict
        """
        customer_class = self.env["synkd.customer.class"].browse(vals.get("class_id"))
        if not customer_class or customer_class.posting != "account":
            return {}
        return {
            "payment_term_id": customer_class.payment_term_id.id,
            "credit_limit": customer_class.credit_limit,
        }

    # === A PERSON IS ASKED === #

    @api.model
    def _get_asked_domain(self):
        """Return those of which a person has to say which one over there they are.

        :rtype: Domain
        """
        asked = Domain("request_line_ids.state", "=", "asked")
        return Domain("sync_state", "=", "sending") & asked

    def action_tell(self):
        """Open the dialog in which a manager says which one of the books it is.

        :rtype: dict
        :raise UserError: when nobody is asked, or the user may not say.
        """
        check_one(self)
        self.check_access("read")
        asked = self.request_line_ids.filtered(lambda line: line.state == "asked")
        if not asked:
            raise UserError(
                self.env._(
                    "Nobody is asked about %s any more. Nothing was changed.",
                    self.display_name,
                )
            )
        return asked[0].action_tell()

    # === ACTIONS === #

    def action_retry(self):
        """Let refused customers be sent again by the next run.

        :rtype: bool
        """
        self.check_access("write")
        self.sudo()._set_pending(from_states=("attention",))
        self.sudo().ledger_id._wake()
        return True

    def action_push_now(self):
        """Ask for a run that sends these customers and nothing else.

        :return: the client action that shows its progress.
        :rtype: dict
        :raise UserError: when the books have them, or a conflict has to be resolved.
        """
        self.check_access("write")
        accounts = self.sudo()
        accounts._set_pending(from_states=("attention",))
        due = accounts.filtered(lambda a: a.sync_state == "pending")
        if not due:
            raise UserError(
                self.env._(
                    "%(account)s is not sent, since its state is: %(state)s.",
                    account=self[:1].display_name,
                    state=dict(
                        self._fields["sync_state"]._description_selection(self.env)
                    ).get(self[:1].sync_state, ""),
                )
            )
        runs = [
            some._request_push(ledger)
            for ledger, some in due.grouped("ledger_id").items()
        ]
        return runs[0]._get_watch_action()

    def _request_push(self, ledger):
        """Write down that a run sends these customers of a ledger.

        :return: the waiting `synkd.run`.
        """
        wish = {"content": "customers", "scoped": True, "partner_domain": NOBODY}
        run = ledger._request_run(wish | {"requested_by_id": self.env.uid})
        self.write({"run_id": run.id, "retry_at": False})
        return run

    def action_link_customers(self):
        """Open the dialog that links operational customers to this one.

        :rtype: dict
        """
        check_one(self)
        self.check_access("read")
        self.env["synkd.customer.link"].check_access("create")
        wizard = self.env["synkd.link.wizard"]._create_dialog(
            {"account_customer_id": self.id}
        )
        return wizard._get_dialog_action(self.env._("Link Customers"))

    def action_preview(self):
        """Show exactly what would be sent.

        :rtype: dict
        """
        check_one(self)
        self.check_access("read")
        wizard = self.env["synkd.preview.wizard"]._create_dialog(
            {"account_customer_id": self.id}
        )
        return wizard._get_action()

    def action_resolve_conflict(self):
        """Show both sides of a conflict side by side.

        :rtype: dict
        """
        check_one(self)
        self.check_access("write")
        return self.env["synkd.conflict.wizard"]._open(self)
