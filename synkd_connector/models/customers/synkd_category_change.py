# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.fields import Domain


class SynkdCategoryChange(models.Model):
    """A changed category is applied to its customers, in the background."""

    _name = "synkd.category.change"
    _inherit = ["synkd.change.mixin"]
    _description = "Category Applied to Customers"
    _rec_name = "category_id"
    _cron = "synkd_connector.ir_cron_apply_categories"

    category_id = fields.Many2one(
        "synkd.customer.category", required=True, index=True, ondelete="cascade"
    )
    values = fields.Json(
        required=True,
        help="By field of the customer: the new id, and the ids that it replaces.",
    )
    left_out_ids = fields.Many2many("res.partner")
    changed_count = fields.Integer(string="Customers Changed")

    def _get_domain(self):
        """Override: those who have one of the old values."""
        category = self.category_id.with_company(self.company_id)
        have_old = Domain.OR(
            Domain(name, "in", [old or False for old in olds])
            for name, (_new, olds) in self.values.items()
        )
        return (
            category._get_customers_domain()
            & Domain("id", ">", self.position)
            & Domain("id", "not in", self.left_out_ids.ids)
            & have_old
        )

    def _get_records(self):
        """Override: customers as the company of this change sees them."""
        return self.env["res.partner"].with_company(self.company_id)

    def _apply_to(self, records):
        """Override: the new values in place of those that were chosen."""
        groups = {}
        for partner in records:
            names = tuple(
                name
                for name, (_new, olds) in self.values.items()
                if partner[name].id in [old or False for old in olds]
            )
            groups.setdefault(names, partner.browse())
            groups[names] += partner
        for names, members in groups.items():
            vals = {name: self.values[name][0] for name in names}
            self._each_alone(members, lambda some, vals=vals: self._give(some, vals))

    def _give(self, partners, vals):
        """Write values, and return to whom."""
        partners.write(vals)
        return partners
