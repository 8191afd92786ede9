# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import ValidationError


class SynkdCustomerRep(models.Model):
    """What a sales rep gets and may give, for one customer or all of a category."""

    _name = "synkd.customer.rep"
    _description = "Sales Rep of Customers"
    _order = "id"
    _rec_name = "user_id"

    partner_id = fields.Many2one(
        "res.partner", string="Customer", index="btree_not_null", ondelete="cascade"
    )
    category_id = fields.Many2one(
        "synkd.customer.category", index="btree_not_null", ondelete="cascade"
    )
    company_id = fields.Many2one(
        "res.company", compute="_compute_company_id", store=True
    )
    user_id = fields.Many2one(
        "res.users",
        string="Sales Rep",
        required=True,
        index=True,
        domain="[('share', '=', False)]",
    )
    commission = fields.Float(
        string="Commission (%)",
        digits=(5, 2),
        help="Of what his invoices to the customer come to without tax. 0: none.",
    )
    discount = fields.Float(
        string="Discount (%)",
        digits=(5, 2),
        help="On each line that he sells to the customer, unless he types another.",
    )

    _owner_check = models.Constraint(
        "CHECK (num_nonnulls(partner_id, category_id) = 1)",
        "A sales rep belongs to one customer, or to one customer category.",
    )
    _user_uniq = models.UniqueIndex(
        "(COALESCE(partner_id, 0), COALESCE(category_id, 0), user_id)",
        "This sales rep is in the list already. Change his line instead.",
    )

    @api.depends("partner_id.company_id", "category_id.company_id")
    def _compute_company_id(self):
        for rep in self:
            rep.company_id = rep.partner_id.company_id or rep.category_id.company_id

    @api.model
    def _filter_reps(self, users):
        """Return those of some users who have a rate with any customer or category.

        :param recordset users: `res.users`
        :rtype: recordset of `res.users`
        """
        return self.search([("user_id", "in", users.ids)]).user_id

    @api.constrains("commission", "discount")
    def _check_percent(self):
        for rep in self:
            for name in ("commission", "discount"):
                if not 0 <= rep[name] <= 100:
                    raise ValidationError(
                        self.env._(
                            "%(field)s of %(rep)s for %(owner)s is %(value)s. Type a"
                            " number from 0 to 100.",
                            field=self._fields[name]._description_string(self.env),
                            rep=rep.user_id.name,
                            owner=(rep.partner_id or rep.category_id).display_name,
                            value=rep[name],
                        )
                    )
