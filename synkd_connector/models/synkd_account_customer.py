# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..const import MIRRORED_FIELDS, PLAIN_FIELDS, SYNCED_FIELDS
from ..lib import codes
from ..lib.errors import ConnectorError
from ..lib.fingerprint import fingerprint
from ..lib.results import CustomerData

NAME_LENGTH = 255


class SynkdAccountCustomer(models.Model):
    """One customer of the books: the record here and the record there are a pair.

    How it travels, and who moves its state: see `synkd.sync.mixin`.
    """

    _name = "synkd.account.customer"
    _description = "Account Customer"
    _inherit = ["synkd.sync.mixin", "mail.thread", "mail.activity.mixin"]
    _order = "name, id"
    _synced_fields = SYNCED_FIELDS
    _rec_names_search = ["code", "name", "email", "vat"]
    _check_company_auto = True
    _check_company_domain = models.check_company_domain_parent_of

    # Identity
    ledger_id = fields.Many2one(
        "synkd.ledger",
        required=True,
        index=True,
        ondelete="restrict",
        default=lambda self: self._default_ledger_id(),
    )
    company_id = fields.Many2one(related="ledger_id.company_id", store=True, index=True)
    active = fields.Boolean(default=True, tracking=True)
    code = fields.Char(
        string="Ext Acc #",
        copy=False,
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
        "res.country.state", domain="[('country_id', '=?', country_id)]"
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

    # Operational customers
    link_ids = fields.One2many("synkd.customer.link", "account_customer_id")
    link_count = fields.Integer(compute="_compute_link_count")
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
    run_id = fields.Many2one(
        "synkd.run",
        string="Last Run",
        readonly=True,
        copy=False,
        index="btree_not_null",
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

    @api.depends("link_ids")
    def _compute_link_count(self):
        groups = self.env["synkd.customer.link"]._read_group(
            [("account_customer_id", "in", self.ids)],
            ["account_customer_id"],
            ["__count"],
        )
        counts = {account.id: count for account, count in groups}
        for account in self:
            account.link_count = counts.get(account.id, 0)

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
        for account in self:
            length = account.ledger_id._get_capabilities().code_length
            self._check_length(account, "code", length)
            if (account.code or "") != (account.code or "").strip():
                raise ValidationError(
                    self.env._(
                        "Code %r begins or ends with a blank. Remove it.", account.code
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
        self.payment_term_id = self.payment_term_id or self.class_id.payment_term_id
        self.credit_limit = self.credit_limit or self.class_id.credit_limit

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Override to fill codes and class defaults, and to link who is mirrored."""
        accounts = super().create(self._prepare_vals_list(vals_list))
        accounts._link_mirrored()
        accounts.filtered(lambda a: a.sync_state == "pending")._wake_ledgers()
        return accounts

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
        ledger = self._default_ledger_id()
        filled = [
            {"ledger_id": ledger.id} | self._class_defaults(vals) | vals
            for vals in vals_list
        ]
        without = [vals for vals in filled if not (vals.get("code") or "").strip()]
        for ledger_id in {vals["ledger_id"] for vals in without}:
            mine = [vals for vals in without if vals["ledger_id"] == ledger_id]
            self._fill_codes(self.env["synkd.ledger"].browse(ledger_id), mine)
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

    def _fill_codes(self, ledger, vals_list):
        """Put a generated code into each of the values, all of one ledger."""
        if not ledger:
            raise self._no_ledger_error()
        length = ledger._get_capabilities().code_length
        classes = self.env["synkd.customer.class"]
        default = ledger.sudo().company_id.synkd_code_prefix
        stems = [
            codes.stem(
                vals.get("name"),
                classes.browse(vals.get("class_id")).code_prefix or default,
                length,
            )
            for vals in vals_list
        ]
        counter = self.env["synkd.code.counter"].sudo()
        fresh = counter._next_codes(ledger, stems)
        for vals, code in zip(vals_list, fresh, strict=True):
            vals["code"] = code

    def _no_ledger_error(self):
        """Return the error for a company that has no books."""
        return UserError(
            self.env._(
                "Company %s has no ledger, so it can have no account customers. Ask an"
                " administrator to create one under Invoicing > Configuration.",
                self.env.company.name,
            )
        )

    def _link_mirrored(self):
        """Link each new account customer to the customer it keeps in step with."""
        self.env["synkd.customer.link"]._link(
            [(a.mirror_partner_id, a) for a in self if a.mirror_partner_id]
        )

    # === BUSINESS METHODS === #

    def _to_data(self):
        """Return this customer as the neutral record of the contract.

        :rtype: CustomerData
        """
        self.ensure_one()
        kind, days = self.payment_term_id._get_trading_term()
        return CustomerData(
            **{name: self[name] or "" for name in PLAIN_FIELDS},
            external_id=self.external_id or "",
            state=self.state_id.code or "",
            country=self.country_id.code or "",
            delivery_state=self.delivery_state_id.code or "",
            delivery_country=self.delivery_country_id.code or "",
            currency=self.currency_id.name or "",
            term_kind=kind,
            term_days=days,
            credit_limit=f"{self.credit_limit:.2f}",
            held=self.held,
            archived=not self.active,
        )

    @api.model
    def _prepare_from_partner(self, partner, customer_class=None):
        """Return the values of a new account customer for an operational one.

        The customer's own reference becomes the code when it fits and is free.

        :param recordset partner: one `res.partner`.
        :param recordset customer_class: the `synkd.customer.class`, or None.
        :rtype: dict
        """
        contact = partner.child_ids.filtered(lambda c: c.type == "contact")[:1]
        vals = partner._synkd_mirrored_vals() | {
            "contact_name": contact.name or (not partner.is_company and partner.name),
            "mirror_partner_id": partner.id,
        }
        if partner.credit_limit and partner.use_partner_credit_limit:
            vals["credit_limit"] = partner.credit_limit
        if term := partner.property_payment_term_id:
            vals["payment_term_id"] = term.id
        if customer_class:
            vals["class_id"] = customer_class.id
        return vals

    def _mirror(self, names):
        """Take over changed fields of the customers that these keep in step with.

        :param set names: names of the `res.partner` fields that were written.
        """
        wanted = [name for name in MIRRORED_FIELDS if name in names]
        for account in self:
            new = account.mirror_partner_id._synkd_mirrored_vals()
            changed = {
                name: new[name]
                for name in wanted
                if account._fields[name].convert_to_write(account[name], account)
                != new[name]
            }
            if changed:
                account.write(changed)

    def _books_fields(self):
        """Return this customer as far as its books keep it, by field name.

        :rtype: dict
        """
        data = self._to_data().as_dict()
        return {name: data[name] for name in self.ledger_id._get_pulled_fields()}

    def _books_fingerprint(self):
        """Return the fingerprint of what the books would give back.

        :rtype: str
        """
        return fingerprint(self._books_fields())

    def _get_payload(self):
        """Return exactly what would be sent, for Preview.

        :rtype: dict
        :raise UserError: when it cannot be sent; says why.
        """
        try:
            return self.ledger_id._get_connector()._customer_payload(self)
        except ConnectorError as error:
            raise UserError(error.message) from error

    def _explain_next_push(self, payload):
        """Say what the next run does with this payload.

        :rtype: str
        """
        if not self.ledger_id.post_accounts:
            return self.env._(
                "Post Accounts is off for %s: this waits and is not sent.",
                self.ledger_id.name,
            )
        if self.external_id and fingerprint(payload) == self.fingerprint:
            return self.env._("The books have this already: nothing is sent.")
        if self.sync_state in ("attention", "conflict"):
            return self.env._("This waits for a person: %s", self.sync_message)
        return self.env._("The next run sends this to %s.", self.ledger_id.name)

    def _take_new_code(self):
        """Give this customer a fresh code, since its code is another's in the books."""
        vals = {"name": self.name, "class_id": self.class_id.id}
        self._fill_codes(self.ledger_id, [vals])
        self.write({"code": vals["code"]})
        self._set_pending(from_states=("conflict",))

    # === ACTIONS === #

    def action_retry(self):
        """Let refused customers be sent again by the next run.

        :rtype: bool
        """
        self.check_access("write")
        self.sudo()._set_pending(from_states=("attention",))
        self.sudo().ledger_id._wake()
        return True

    def action_sync_now(self):
        """Ask for a run of these customers' ledger right after this transaction.

        :rtype: dict
        """
        self.check_access("write")
        self.action_retry()
        return self.ledger_id[:1].action_run_now()

    def action_preview(self):
        """Show exactly what would be sent.

        :rtype: dict
        """
        self.ensure_one()
        wizard = self.env["synkd.preview.wizard"].create(
            {"account_customer_id": self.id}
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("What Is Sent to the Books"),
            "res_model": wizard._name,
            "res_id": wizard.id,
            "view_mode": "form",
            "target": "new",
        }

    def action_resolve_conflict(self):
        """Show both sides of a conflict side by side.

        :rtype: dict
        """
        self.ensure_one()
        self.check_access("write")
        return self.env["synkd.conflict.wizard"]._open(self)

    def action_view_partners(self):
        """Open the operational customers that are billed as this account customer.

        :rtype: dict
        """
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "account.res_partner_action_customer"
        )
        action["domain"] = [("account_customer_id", "in", self.ids)]
        action["context"] = {}
        return action
