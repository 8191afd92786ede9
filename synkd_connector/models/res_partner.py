# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL, Query

from ..const import DECISION_SENTENCES, MIRRORED_FIELDS
from ..door import check_one
from ..lib.decision import NOT_LINKED

USER = "synkd_connector.group_user"


class ResPartner(models.Model):
    _name = "res.partner"
    _inherit = ["res.partner", "synkd.waiting.mixin"]
    _waiting_field = "partner_id"

    account_customer_id = fields.Many2one(
        "synkd.account.customer",
        compute="_compute_account_customer",
        inverse="_inverse_account_customer_id",
        search="_search_account_customer_id",
        groups=USER,
        help="The customer of the books that this customer is billed as. A branch"
        " without a link of its own uses its parent's.",
    )
    account_link_partner_id = fields.Many2one(
        "res.partner",
        string="Linked Through",
        compute="_compute_account_customer",
        groups=USER,
    )
    customer_class_id = fields.Many2one(
        "synkd.customer.class",
        related="account_customer_id.class_id",
        groups=USER,
    )
    account_sync_state = fields.Selection(
        related="account_customer_id.sync_state", string="Sync", groups=USER
    )
    account_code = fields.Char(
        related="account_customer_id.code", string="Ext Acc #", groups=USER
    )
    account_held = fields.Boolean(
        related="account_customer_id.held", string="Hold", groups=USER
    )
    account_currency_id = fields.Many2one(
        related="account_customer_id.currency_id",
        string="Currency in the Books",
        groups=USER,
    )
    account_credit_limit = fields.Monetary(
        related="account_customer_id.credit_limit",
        string="Limit in the Books",
        currency_field="account_currency_id",
        groups=USER,
    )
    account_outstanding = fields.Monetary(
        related="account_customer_id.outstanding",
        string="Outstanding",
        currency_field="account_currency_id",
        groups=USER,
    )
    account_overdue = fields.Monetary(
        related="account_customer_id.overdue",
        string="Overdue",
        currency_field="account_currency_id",
        groups=USER,
    )
    customer_link_ids = fields.One2many(
        "synkd.customer.link",
        "partner_id",
        string="Link History",
        context={"active_test": False},
        groups=USER,
    )

    # === COMPUTE METHODS === #

    @api.depends("parent_id", "customer_link_ids.active")
    @api.depends_context("company")
    def _compute_account_customer(self):
        links = self.env["synkd.customer.link"].sudo()
        ledger = self.env.company._get_synkd_ledger()
        nearest = links._get_nearest(self._origin | self.parent_id._origin, ledger)
        # One recordset, so that they are read at once.
        by_id = {link.id: link for link in links.browse(set(nearest.values()))}
        for partner in self:
            link = by_id.get(nearest.get(partner._origin.id), links)
            is_own = link and link.partner_id == partner._origin
            if not partner.id and not is_own:
                # In a form that is not saved yet the parent may be another one.
                link = by_id.get(nearest.get(partner.parent_id._origin.id), links)
            partner.account_customer_id = link.account_customer_id.sudo(False)
            partner.account_link_partner_id = link.partner_id.sudo(False)

    def _inverse_account_customer_id(self):
        wanted = {partner: partner.account_customer_id for partner in self}
        links_sudo = self.env["synkd.customer.link"].sudo()
        ledger = self.env.company._get_synkd_ledger()
        nearest = links_sudo._get_nearest(self.parent_id, ledger)
        pairs, without = [], self.browse()
        for partner, account in wanted.items():
            inherited = links_sudo.browse(nearest.get(partner.parent_id.id))
            if not account or account == inherited.account_customer_id:
                without |= partner
            else:
                pairs.append((partner, account))
        self._check_linkable(pairs, ledger)
        ended = links_sudo._get_links(without)
        ended.filtered(lambda link: link.ledger_id == ledger)._end()
        links_sudo._link(pairs)
        links_sudo._forget_computed()

    def _check_linkable(self, pairs, ledger):
        """Refuse account customers of other books than those of this company.

        :raise AccessError: when the user may not read one of them.
        :raise UserError: when one of them is in another ledger.
        """
        for partner, account in pairs:
            account.sudo(False).check_access("read")
            if account.ledger_id != ledger:
                raise UserError(
                    self.env._(
                        "%(account)s is in %(other)s, but %(customer)s is linked in the"
                        " books of %(company)s. Choose an account customer of these, or"
                        " switch the company.",
                        account=account.display_name,
                        other=account.ledger_id.name,
                        customer=partner.display_name,
                        company=self.env.company.name,
                    )
                )

    @api.model
    def _search_account_customer_id(self, operator, value):
        if operator in Domain.NEGATIVE_OPERATORS:
            return NotImplemented
        if operator == "in" and set(value) & {False, None}:
            linked = self._search_account_customer_id("any", Domain.TRUE)
            named = [v for v in value if v]
            chosen = self._search_account_customer_id("in", named) if named else []
            return ~Domain(linked) | Domain(chosen or Domain.FALSE)
        if isinstance(value, Query):
            query = value.subselect()
        else:
            domain = self._account_domain(operator, value)
            accounts = self.env["synkd.account.customer"]
            query = accounts.with_context(active_test=False)._search(domain).subselect()
        ledger = self.env.company._get_synkd_ledger()
        links = self.env["synkd.customer.link"].sudo()
        return Domain("id", "in", links._partners_sql(query, ledger))

    @api.model
    def _account_domain(self, operator, value):
        """Return the domain of the account customers that a search asks for.

        :rtype: Domain
        """
        if operator in ("any", "any!"):
            return Domain(value)
        if operator == "in" and not any(isinstance(v, str) for v in value):
            return Domain("id", "in", list(value))
        return Domain("display_name", operator, value)

    def _field_to_sql(self, alias, field_expr, query=None):
        """Override to group customers by the account customer that they use.

        And by what is read through it, such as the class.
        """
        if field_expr != "account_customer_id" or query is None:
            return super()._field_to_sql(alias, field_expr, query)
        self._check_field_access(self._fields[field_expr], "read")
        used = query.make_alias(alias, "synkd_used")
        links = self.env["synkd.customer.link"].sudo()
        query.add_join(
            "LEFT JOIN",
            used,
            SQL("(%s)", links._used_sql(self.env.company._get_synkd_ledger())),
            SQL("%s = %s", SQL.identifier(used, "id"), SQL.identifier(alias, "id")),
        )
        return SQL.identifier(used, "account_customer_id")

    # === CRUD METHODS === #

    def write(self, vals):
        """Override to let the account customers that keep in step take changes over."""
        names = self._get_changed(vals, MIRRORED_FIELDS)
        result = super().write(vals)
        if names:
            accounts = self.env["synkd.account.customer"].sudo()
            accounts.search([("mirror_partner_id", "in", self.ids)])._mirror(names)
        if "company_id" in vals:
            links_sudo = self.env["synkd.customer.link"].sudo()
            links_sudo._get_links(self)._check_partner_company()
        if "parent_id" in vals:
            self.env["synkd.customer.link"]._forget_computed()
            below = [("partner_id", "child_of", self.ids)]
            self.env["synkd.transaction"]._redecide(below)
        return result

    def _get_changed(self, vals, names):
        """Return which fields a write is going to change for one of these customers.

        An import writes each customer alone, and mostly what it has already.

        :param dict vals: as given to write.
        :param names: of the fields that matter.
        :rtype: set[str]
        """
        customers_sudo = self.sudo()
        return {
            name
            for name in vals.keys() & set(names)
            if any(
                (self._fields[name].convert_to_write(customer[name], customer) or False)
                != (vals[name] or False)
                for customer in customers_sudo
            )
        }

    @api.ondelete(at_uninstall=False)
    def _unlink_except_linked(self):
        links = self.env["synkd.customer.link"].sudo().with_context(active_test=False)
        used = links.search([("partner_id", "in", self.ids)], limit=1)
        if used:
            raise UserError(
                self.env._(
                    "%s is or was linked to an account customer, so it cannot be"
                    " deleted. Archive it instead.",
                    used.partner_id.display_name,
                )
            )

    # === ACTIONS === #

    def action_archive(self):
        """Override to ask what becomes of account customers that bill nobody else.

        :return: the dialog that asks; what Odoo answers when there is nothing to ask.
        """
        result = super().action_archive()
        if not self.env.user.has_group(USER):
            return result
        left = self.env["synkd.customer.link"].sudo()._get_last(self)
        left = left.sudo(False)._filtered_access("read")
        if not left or result:
            return result
        wizard = self.env["synkd.left.wizard"]._create_dialog({"link_ids": left.ids})
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Archived. And the Account Customer?"),
            "res_model": wizard._name,
            "res_id": wizard.id,
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "new",
        }

    def action_synkd_sync(self):
        """Open the Sync dialog for these customers, or for the filtered list.

        With nothing selected, the list passes its filter as ``active_domain``.

        :rtype: dict
        """
        if self:
            selected = [("id", "in", self.ids)]
            return self.env["synkd.sync.wizard"]._open(selected, scoped=True)
        domain = self.env.context.get("active_domain") or []
        return self.env["synkd.sync.wizard"]._open(domain)

    def action_create_account_customer(self):
        """Open a new account customer, prefilled from this customer.

        :rtype: dict
        :raise UserError: when the customer has an account customer of its own.
        """
        check_one(self)
        accounts = self.env["synkd.account.customer"]
        accounts.check_access("create")
        ledger = self.env.company._get_synkd_ledger()
        if not ledger:
            raise self.env.company._no_synkd_ledger_error()
        self.env["synkd.customer.link"]._check_free(
            [{"partner_id": self.id, "ledger_id": ledger.id}]
        )
        ledger = self.env.company._get_synkd_ledger()
        customer_class = self.env["synkd.sync.wizard"]._default_class(ledger)
        customer_class = self.sudo()._get_account_class(customer_class).sudo(False)
        if customer_class.posting != "generic":
            self._check_complete(ledger.company_id)
        vals = accounts._prepare_from_partner(self, customer_class)
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Create New Account Customer"),
            "res_model": accounts._name,
            "view_mode": "form",
            "target": "new",
            "context": {f"default_{name}": value for name, value in vals.items()},
        }

    def action_view_account_customer(self):
        """Open the account customer.

        :rtype: dict
        """
        check_one(self)
        return self.account_customer_id._get_records_action()

    def action_synkd_why(self):
        """Say in words how documents of this customer are posted, and why.

        :rtype: dict
        """
        check_one(self)
        decision = self._synkd_decide()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "message": self._synkd_explain(decision),
                "type": "success" if decision.ready else "warning",
                "sticky": True,
            },
        }

    # === BUSINESS METHODS === #

    def _get_waiting_parent(self):
        """Override: a parent answers for its people and branches."""
        return self.parent_id

    def _get_waiting_domain(self):
        """Override: with the documents of people and branches."""
        (_owner, *others) = super()._get_waiting_domain()
        return [("partner_id", "child_of", self.ids), *others]

    def _synkd_mirrored_vals(self):
        """Return the fields that an account customer takes over, ready to write.

        :rtype: dict
        """
        self.ensure_one()
        values = {}
        for name in MIRRORED_FIELDS:
            field = self._fields[name]
            values[name] = field.convert_to_write(self[name], self)
        return values

    def _synkd_decide(self, document=None):
        """Ask the posting decision, by the same facts as the queue does.

        :param Document document: None asks about the customer in general.
        :rtype: synkd_connector.lib.decision.Decision
        """
        self.ensure_one()
        ledger = self.env.company._get_synkd_ledger()
        return self.env["synkd.decider"]._decide_customer(ledger, self, document)

    def _synkd_explain(self, decision):
        """Turn a decision about this customer into a sentence.

        :rtype: str
        """
        accounts = self.env["synkd.account.customer"]
        account = accounts.browse(decision.target_id) or self.account_customer_id
        lazy_sentence = DECISION_SENTENCES[decision.reason]
        sentence = lazy_sentence._translate(self.env.lang or "en_US") % {
            "customer": self.display_name,
            "account": account.display_name or "",
            "complaint": account.sync_message or "",
            "lines": ", ".join(decision.lines),
            "unmapped": "",
            "closed": "",
        }
        if decision.reason == NOT_LINKED or self.account_link_partner_id == self:
            return sentence
        through = self.env._(
            "The link is that of %s.", self.account_link_partner_id.display_name
        )
        return f"{sentence} {through}"
