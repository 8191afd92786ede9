# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ...door import check_one

# Under another name in forms, exports and calls: what is typed there counts too.
TYPED_AS = {"specific_property_product_pricelist": "property_product_pricelist"}


class SynkdCustomerCategory(models.Model):
    """A commercial group of customers, and what a new customer of it takes.

    Shared by all companies unless it names one. What differs between companies (price
    list, terms, class) is kept for each company, also by a shared one.
    """

    _name = "synkd.customer.category"
    _description = "Customer Category"
    _inherit = ["synkd.copy.mixin", "mail.thread"]
    _order = "sequence, name, id"
    _check_company_auto = True
    _check_company_domain = models.check_company_domain_parent_of

    name = fields.Char(required=True, translate=True, tracking=True)
    description = fields.Text(translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True, tracking=True)
    company_id = fields.Many2one(
        "res.company", index=True, tracking=True, help="Empty: shared by all companies."
    )
    price_level = fields.Selection(
        [("retail", "Retail"), ("wholesale", "Wholesale")],
        string="Prices",
        tracking=True,
        help="Which prices its customers pay. The price list says how much that is.",
    )
    pricelist_id = fields.Many2one(
        "product.pricelist",
        company_dependent=True,
        check_company=True,
        help="Price list of new customers. Empty: Odoo chooses one by country.",
    )
    payment_term_id = fields.Many2one(
        "account.payment.term",
        string="Terms",
        company_dependent=True,
        check_company=True,
        help="Terms of new customers.",
    )
    user_id = fields.Many2one(
        "res.users",
        string="Default Sales Rep",
        tracking=True,
        domain="[('share', '=', False)]",
        help="Sales rep of new customers.",
    )
    rep_ids = fields.One2many(
        "synkd.customer.rep",
        "category_id",
        string="Sales Reps",
        help="Commission and discount of sales reps, for each customer of this category"
        " that says nothing else.",
    )
    class_id = fields.Many2one(
        "synkd.customer.class",
        string="Default Class",
        company_dependent=True,
        check_company=True,
        help="Class of account customers that are made for customers of this category."
        " Empty: the one that is chosen when they are made.",
    )
    before = fields.Json(
        copy=False,
        help="By company: what customers took before the category was changed.",
    )
    changed = fields.Boolean(compute="_compute_changed")
    customer_count = fields.Integer(compute="_compute_customer_count")
    change_ids = fields.One2many("synkd.category.change", "category_id")

    _name_uniq = models.UniqueIndex(
        "(COALESCE(company_id, 0), lower(name->>'en_US'))",
        "There is a customer category of this name already, maybe an archived one."
        " Choose another name.",
    )

    # === COMPUTE METHODS === #

    @api.depends("before")
    @api.depends_context("company")
    def _compute_changed(self):
        for category in self:
            old = category._get_before()
            category.changed = any(category[name].id != old[name] for name in old)

    def _compute_customer_count(self):
        groups = self.env["res.partner"]._read_group(
            [("customer_category_id", "in", self.ids)],
            ["customer_category_id"],
            ["__count"],
        )
        counts = {category.id: count for category, count in groups}
        for category in self:
            category.customer_count = counts.get(category.id, 0)

    # === CRUD METHODS === #

    def write(self, vals):
        """Override to remember what customers took before, and to tell the books."""
        mapped = vals.keys() & self._get_customer_fields().keys()
        for category in self if mapped else ():
            category._remember(mapped)
        result = super().write(vals)
        if "name" in vals:
            self._note_renamed()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        everybody = self.env["res.partner"].sudo().with_context(active_test=False)
        used = everybody.search([("customer_category_id", "in", self.ids)], limit=1)
        if used:
            raise UserError(
                self.env._(
                    "Category %(category)s has customers, such as %(customer)s, so it"
                    " cannot be deleted. Archive it instead.",
                    category=used.customer_category_id.name,
                    customer=used.display_name,
                )
            )

    # === BUSINESS METHODS === #

    @api.model
    def _get_customer_fields(self):
        """Return what a new customer takes: field of `res.partner` by field of ours.

        This method serves as a hook for addons that add a field to both.

        :return: names of many2one fields of the same model on both sides.
        :rtype: dict[str, str]
        """
        return {
            "pricelist_id": "specific_property_product_pricelist",
            "payment_term_id": "property_payment_term_id",
            "user_id": "user_id",
        }

    def _get_new_values(self, typed):
        """Return what a new customer takes, as far as nothing was typed.

        :param set typed: names of `res.partner` fields that have a value already.
        :rtype: dict
        """
        if not self:
            return {}
        return {
            field: self[name].id
            for name, field in self._get_customer_fields().items()
            if self[name] and not typed & {field, TYPED_AS.get(field)}
        }

    def _get_before(self):
        """Return what customers of this company took before, by field of ours.

        :rtype: dict[str, int]
        """
        self.ensure_one()
        known = self.before or {}
        return known.get(str(self.env.company.id), {})

    def _remember(self, names):
        """Remember the values that customers have taken until now."""
        known = self._get_before()
        old = {name: self[name].id for name in names} | known
        self._set_before(old)

    def _set_before(self, old):
        """Keep what customers of this company took before; {} when all is applied."""
        known = dict(self.before or {}) | {str(self.env.company.id): old}
        self.before = known

    def _get_customers_domain(self):
        """Return the customers of this category that the company may have.

        :rtype: Domain
        """
        partners = self.env["res.partner"]
        return Domain("customer_category_id", "in", self.ids) & Domain(
            partners._check_company_domain(self.env.company)
        )

    def _note_renamed(self):
        """Let the account customers wait whose books keep the category's name."""
        partners = self.env["res.partner"].sudo().with_context(active_test=False)
        partners = partners._search([("customer_category_id", "in", self.ids)])
        accounts = self.env["synkd.account.customer"].sudo()
        accounts._queue_kept([("mirror_partner_id", "in", partners)], {"categories"})

    # === ACTIONS === #

    def action_view_customers(self):
        """Open the customers of these categories.

        :rtype: dict
        """
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "account.res_partner_action_customer"
        )
        action["domain"] = [("customer_category_id", "in", self.ids)]
        action["context"] = {
            "res_partner_search_mode": "customer",
            "default_is_company": True,
            "default_customer_category_id": self[:1].id,
        }
        return action

    def action_apply(self):
        """Open the dialog that offers what changed to the existing customers.

        :rtype: dict
        """
        check_one(self)
        self.check_access("write")
        return self.env["synkd.category.wizard"]._open(self)
