# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools import SQL, clean_context

from ..door import check_one

USER = "synkd_connector.group_user"


class ResPartner(models.Model):
    """The commercial record of an operational customer."""

    _inherit = "res.partner"

    customer_category_id = fields.Many2one(
        "synkd.customer.category",
        index="btree_not_null",
        check_company=True,
        tracking=True,
        help="A new customer takes price list, terms and sales rep of its category,"
        " where nothing else is typed.",
    )
    category_taken_id = fields.Many2one(
        "synkd.customer.category",
        store=False,
        help="In an open form: the category whose values it took.",
    )
    rep_ids = fields.One2many(
        "synkd.customer.rep",
        "partner_id",
        string="Sales Reps",
        groups=USER,
        help="Commission and discount of sales reps. Who is not in this list has those"
        " of the main customer, else of the category.",
    )

    tracking_number = fields.Char(
        string="Tracking #",
        copy=False,
        index="trigram",
        tracking=True,
        help="A number of your own for the customer, that no other one of the company"
        " has.",
    )
    sub_account_code = fields.Char(
        string="Sub Acc #",
        copy=False,
        index="trigram",
        tracking=True,
        help="Number of this part of the account. It goes to the books with each"
        " document, where they have a place for it.",
    )
    contact_name = fields.Char(
        string="Contact Person",
        compute="_compute_contact_name",
        inverse="_inverse_contact_name",
        search="_search_contact_name",
        help="The first person among the customer's contacts. A name that is typed here"
        " is given to that person, or to a new one.",
    )
    customer_currency_id = fields.Many2one(
        "res.currency",
        tracking=True,
        help="In which the customer buys. Empty: that of the main customer, else the"
        " company's.",
    )
    factor_id = fields.Many2one(
        "res.partner",
        string="Factored by",
        index="btree_not_null",
        tracking=True,
        check_company=True,
        help="Whom the customer pays instead of us. Its notice is on the invoices.",
    )
    factor_notice = fields.Text(
        string="Notice as a Factor",
        translate=True,
        help="Printed on invoices of the customers that this one factors: whom to pay,"
        " and how.",
    )
    web_sales = fields.Boolean(default=True, help="The customer may buy on the web.")
    site_ids = fields.Many2many(
        "res.company",
        "synkd_partner_site_rel",
        string="Sites",
        help="Sites that serve the customer. Empty: all.",
    )

    type = fields.Selection(
        selection_add=[("postal", "Postal"), ("other",)],
        ondelete={"postal": "set other"},
    )
    mail_invoices = fields.Boolean(
        string="Gets Invoices",
        help="Invoices of the customer are mailed to this contact, in place of the"
        " customer's own address.",
    )
    mail_statements = fields.Boolean(
        string="Gets Statements",
        help="Statements of the customer are mailed to this contact.",
    )
    mail_orders = fields.Boolean(
        string="Gets Orders",
        help="Quotations and orders of the customer are mailed to this contact.",
    )

    _complete_name_displayed_types = ("invoice", "delivery", "postal", "other")
    _tracking_uniq = models.UniqueIndex(
        "(lower(tracking_number), COALESCE(company_id, 0))"
        " WHERE tracking_number IS NOT NULL",
        "Another customer has this Tracking # already. Type another one, or press"
        " Generate.",
    )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Override to let new customers take what their category and company give."""
        vals_list = self._take_category_values(vals_list)
        partners = super().create([self._clean_numbers(vals) for vals in vals_list])
        companies = partners.company_id | self.env.company
        if any(company.sudo().synkd_tracking_automatic for company in companies):
            partners._number_automatically()
        return partners

    def write(self, vals):
        """Override to keep numbers clean."""
        vals = self._clean_numbers(vals)
        if not self._get_changed(vals, ["tracking_number"]):
            # Its twins are looked for only when it is another one.
            vals.pop("tracking_number", None)
        return super().write(vals)

    @api.model
    def _clean_numbers(self, vals):
        """Return values without blanks around numbers, so that no twin hides there.

        :rtype: dict
        """
        clean = {
            name: str(vals[name]).strip() or False
            for name in ("tracking_number", "sub_account_code")
            if vals.get(name)
        }
        return vals | clean

    # === TRACKING NUMBER === #

    @api.constrains("tracking_number", "company_id")
    def _check_tracking_number(self):
        """Refuse a number of another customer that the same company sees."""
        self.flush_model(["tracking_number", "company_id"])
        rows = self.env.execute_query(
            SQL(
                """SELECT p.id, twin.id
                     FROM res_partner p JOIN res_partner twin
                       ON lower(twin.tracking_number) = lower(p.tracking_number)
                      AND twin.id <> p.id
                    WHERE p.id = ANY(%s)
                      AND (p.company_id IS NULL OR twin.company_id IS NULL
                       OR twin.company_id = p.company_id)
                 ORDER BY p.id, twin.id LIMIT 1""",
                list(self.ids),
            )
        )
        for id_, twin_id in rows:
            partner, twin = self.browse(id_), self.browse(twin_id).sudo()
            raise ValidationError(
                self.env._(
                    "Tracking # %(number)s of %(customer)s is that of %(twin)s already."
                    " Type another one, or press Generate.",
                    number=partner.tracking_number,
                    customer=partner.display_name,
                    twin=twin.display_name,
                )
            )

    def action_generate_tracking(self):
        """Give those of these customers a Tracking # who have none.

        :rtype: bool
        """
        self.check_access("write")
        self._generate_tracking_numbers()
        return True

    def _number_automatically(self):
        """Number new customers of companies that want it.

        Not their people and addresses, and nobody who is no customer.
        """
        customers = self.filtered(lambda p: p.customer_rank and p._is_billed())
        customers.filtered(
            lambda p: (p.company_id or self.env.company).sudo().synkd_tracking_automatic
        )._generate_tracking_numbers()

    def _generate_tracking_numbers(self):
        """Number customers by the sequence of their company; taken ones are left."""
        for partner in self.filtered(lambda p: not p.tracking_number):
            company = partner.company_id or self.env.company
            sequence_sudo = company.sudo()._get_tracking_sequence()
            number = sequence_sudo.next_by_id()
            while self.sudo()._has_tracking_number(number):
                number = sequence_sudo.next_by_id()
            partner.tracking_number = number

    @api.model
    def _has_tracking_number(self, number):
        """Whether any customer has a number, whatever its case.

        :rtype: bool
        """
        self.flush_model(["tracking_number"])
        return bool(
            self.env.execute_query(
                SQL(
                    "SELECT 1 FROM res_partner WHERE lower(tracking_number) = lower(%s)"
                    " LIMIT 1",
                    number,
                )
            )
        )

    def _is_billed(self):
        """Whether this is a customer itself, no person or address of one.

        :rtype: bool
        """
        return self.is_company or not self.parent_id

    # === CONTACT === #

    @api.depends(
        *("name", "is_company", "child_ids.name", "child_ids.is_company"),
        *("child_ids.type", "child_ids.active"),
    )
    def _compute_contact_name(self):
        for partner in self:
            own = not partner.is_company and partner.name
            partner.contact_name = partner._get_contact().name or own

    def _inverse_contact_name(self):
        new = []
        for partner in self:
            name = (partner.contact_name or "").strip()
            person = partner._get_contact()
            own = not partner.is_company and partner.name
            if not name or name == (person.name or own):
                continue
            if person:
                person.name = name
            else:
                vals = {"name": name, "parent_id": partner.id, "type": "contact"}
                new.append(vals | {"company_id": partner.company_id.id})
        # The list of customers has defaults for customers; this is a person of one.
        plain = clean_context(self.env.context) | {"res_partner_search_mode": False}
        self.with_env(self.env(context=plain)).create(new)
        # An empty cell leaves the person there.
        self.invalidate_recordset(["contact_name"])

    @api.model
    def _search_contact_name(self, operator, value):
        if operator in Domain.NEGATIVE_OPERATORS:
            return NotImplemented
        person = Domain("is_company", "=", False)
        if operator == "in" and set(value) & {False, None}:
            none = ~Domain("child_ids", "any", person) & ~person
            named = [text for text in value if text]
            return none | self._search_contact_name("in", named)
        named = person & Domain("name", operator, value)
        return Domain("child_ids", "any", named) | named

    def _get_contact(self):
        """Return the person whom people ask for: the first among the contacts.

        :rtype: recordset of `res.partner`
        """
        people = self.child_ids.filtered(
            lambda p: not p.is_company and p.name and p.type != "delivery"
        )
        return people.sorted(lambda p: (p.type != "contact", p._origin.id))[:1]

    def _get_mail_contacts(self, purpose):
        """Return whom documents of a customer are mailed to, if somebody is named.

        His own contacts, else those of the nearest main customer who names some.

        :param str purpose: mail_invoices, mail_statements or mail_orders.
        :rtype: recordset of `res.partner`
        """
        for partner in self._get_line():
            people = partner.child_ids.filtered(lambda p: not p.is_company and p.email)
            if found := people.filtered(purpose):
                return found
        return self.browse()

    # === ADDRESSES === #

    @api.depends("parent_id", "type")
    def _compute_type_address_label(self):
        """Override of `base` to name the postal address."""
        result = super()._compute_type_address_label()
        for partner in self.filtered(lambda p: p.type == "postal"):
            partner.type_address_label = self.env._("Postal Address")
        return result

    def action_copy_address(self):
        """Open the dialog that copies one address of the customer to another.

        :rtype: dict
        """
        check_one(self)
        self.check_access("write")
        return self.env["synkd.address.wizard"]._open(self)

    # === FACTOR === #

    @api.constrains("factor_id")
    def _check_factor(self):
        for partner in self:
            if partner.factor_id == partner:
                raise ValidationError(
                    self.env._(
                        "%s cannot be factored by itself. Choose whom it pays, or leave"
                        " Factored by empty.",
                        partner.display_name,
                    )
                )

    # === CATEGORY === #

    @api.onchange("customer_category_id")
    def _onchange_customer_category_id(self):
        """Take the values of the category where nothing was typed."""
        category_sudo = self.customer_category_id.sudo()
        taken_sudo = self.category_taken_id.sudo()
        for name, field in category_sudo._get_customer_fields().items():
            if not self[field] or self[field].sudo() == taken_sudo[name]:
                self[field] = category_sudo[name].sudo(False)
        self.category_taken_id = self.customer_category_id

    @api.model
    def _take_category_values(self, vals_list):
        """Return values with those of the category where nothing was typed.

        An empty cell of an import is nothing typed; an empty field of a form, or of a
        call, is meant.

        :rtype: list[dict]
        """
        name = "customer_category_id"
        default_id = self.default_get([name]).get(name)
        ids = [vals.get(name, default_id) for vals in vals_list]
        if not any(ids):
            return vals_list
        categories_sudo = self.env["synkd.customer.category"].sudo()
        categories_sudo.browse(filter(None, ids)).fetch(["company_id"])
        return [
            vals
            | categories_sudo.browse(id_ or ())._get_new_values(self._get_typed(vals))
            for vals, id_ in zip(vals_list, ids, strict=True)
        ]

    @api.model
    def _get_typed(self, vals):
        """Return the names of fields that somebody gave a value, or emptied.

        :rtype: set[str]
        """
        prefix = "default_"
        context = {n.removeprefix(prefix) for n in self.env.context if prefix in n}
        blank_counts = not self.env.context.get("import_file")
        typed = {name for name, value in vals.items() if value or blank_counts}
        return {*typed, *context}

    def _get_account_class(self, otherwise):
        """Return the class that an account customer for this one is made in.

        :param recordset otherwise: `synkd.customer.class` where the category of the
            customer, or of the nearest above that has one, names none.
        :rtype: recordset of `synkd.customer.class`
        """
        return self._get_inherited("customer_category_id").class_id or otherwise

    # === SALES REPS === #

    def _get_rep(self, user):
        """Return the line that says what a sales rep has for this customer.

        The customer's own, else that of the nearest main customer who has one, else
        that of the category.

        :param recordset user: one `res.users`.
        :return: a `synkd.customer.rep`, or none.
        """
        customer = self.sudo()
        for partner in customer._get_line():
            if found := partner.rep_ids.filtered(lambda rep: rep.user_id == user):
                return found
        category = customer._get_inherited("customer_category_id")
        return category.rep_ids.filtered(lambda rep: rep.user_id == user)

    def _get_rep_discount(self, user):
        """Return the discount that a sales rep gives this customer, in %.

        :param recordset user: one `res.users`.
        :rtype: float
        """
        return self._get_rep(user).discount
