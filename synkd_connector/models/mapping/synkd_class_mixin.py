# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class SynkdCompanyMixin(models.AbstractModel):
    """What holds for a company and its branches; kept by the main one."""

    _name = "synkd.company.mixin"
    _description = "Record of a Main Company"
    _check_company_auto = True

    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self._default_company_id(),
    )

    def _default_company_id(self):
        return self.env.company.root_id


class SynkdClassMixin(models.AbstractModel):
    """What customer classes and product classes have in common."""

    _name = "synkd.class.mixin"
    _description = "Class"
    _inherit = ["synkd.company.mixin", "synkd.copy.mixin", "mail.thread"]
    _order = "sequence, name, id"
    _check_company_domain = models.check_company_domain_parent_of

    name = fields.Char(required=True, translate=True, tracking=True)
    description = fields.Text(translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True, tracking=True)
