# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models

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

    @api.model_create_multi
    def create(self, vals_list):
        """Override to let new customers take what their category gives."""
        return super().create(self._take_category_values(vals_list))

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

    def write(self, vals):
        """Override to let the books know of another category."""
        result = super().write(vals)
        if "customer_category_id" in vals:
            accounts = self.env["synkd.account.customer"].sudo()
            accounts._queue_category([("mirror_partner_id", "in", self.ids)])
        return result

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

    # === FAMILY === #

    def _get_line(self):
        """Return this customer and those above it, the nearest first.

        :rtype: recordset of `res.partner`
        """
        line = self.browse()
        partner = self
        while partner and partner not in line:
            line += partner
            partner = partner.parent_id
        return line

    def _get_inherited(self, name):
        """Return a value of this customer, else of the nearest above that has one.

        :param str name: of a field.
        """
        for partner in self._get_line():
            if value := partner[name]:
                return value
        return self[name]
