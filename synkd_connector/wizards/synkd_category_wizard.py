# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command, Domain

from ..door import check_one

NAMES_SHOWN = 5


class SynkdCategoryWizard(models.TransientModel):
    """Offers the values of a category to the customers that it has already.

    A line for each value that some of them have now. Those who took theirs from the
    category are ticked; those for whom somebody typed another one are not.
    """

    _name = "synkd.category.wizard"
    _inherit = ["synkd.dialog.mixin"]
    _description = "Apply Category to Customers"

    category_id = fields.Many2one("synkd.customer.category", readonly=True)
    line_ids = fields.One2many("synkd.category.line", "wizard_id")
    left_out_ids = fields.Many2many(
        "res.partner",
        string="Leave Out",
        domain="[('customer_category_id', '=', category_id)]",
        help="These stay as they are, whatever is ticked.",
    )
    summary = fields.Text(compute="_compute_summary")

    @api.model
    def _open(self, category):
        """Open the dialog for one category.

        :raise UserError: when all its customers have its values.
        :rtype: dict
        """
        lines = self._make_lines(category)
        if not lines:
            category._set_before({})
            raise UserError(
                self.env._(
                    "All customers of category %s have its values already. There is"
                    " nothing to apply.",
                    category.name,
                )
            )
        wizard = self._create_dialog(
            {
                "category_id": category.id,
                "line_ids": [Command.create(vals) for vals in lines],
            }
        )
        return wizard._get_dialog_action(
            self.env._("Apply %s to Customers", category.name)
        )

    def _make_lines(self, category):
        """Return the values of the lines: each value that customers have now.

        :rtype: list[dict]
        """
        before = category._get_before()
        domain = category._get_customers_domain()
        vals_list = []
        for name, field in category._get_customer_fields().items():
            new = category[name]
            groups = self.env["res.partner"]._read_group(domain, [field], ["__count"])
            for old, count in groups:
                if old == new or not (new or name in before):
                    continue
                is_typed = bool(old) and old.id != before.get(name, new.id)
                vals_list.append(
                    {
                        "name": name,
                        "old_id": old.id,
                        "old_text": old.sudo().display_name,
                        "new_text": new.sudo().display_name,
                        "count": count,
                        "is_typed": is_typed,
                        "is_applied": not is_typed,
                    }
                )
        return vals_list

    @api.depends("line_ids.is_applied", "left_out_ids")
    def _compute_summary(self):
        for wizard in self:
            values = wizard._get_values()
            count = 0
            if values:
                draft = wizard.env["synkd.category.change"].new(
                    wizard._get_vals(values)
                )
                count = draft._count_left()
            wizard.summary = wizard.env._(
                "Customers that change: %(count)s of %(total)s. It is done in the"
                " background, and what was done is listed on the category.",
                count=count,
                total=wizard.category_id.customer_count,
            )

    def _get_values(self):
        """Return what is ticked, as `synkd.category.change` takes it.

        :rtype: dict
        """
        fields_of = self.category_id._get_customer_fields()
        values = {}
        for line in self.line_ids.filtered("is_applied"):
            new_id = self.category_id[line.name].id
            olds = values.setdefault(fields_of[line.name], [new_id, []])[1]
            olds.append(line.old_id)
        return values

    def _get_vals(self, values):
        """Return the values of the change that is written down."""
        return {
            "category_id": self.category_id.id,
            "company_id": self.env.company.id,
            "values": values,
            "left_out_ids": [Command.set(self.left_out_ids._origin.ids)],
        }

    def action_confirm(self):
        """Write down what is ticked; the cron applies it.

        :rtype: dict
        :raise UserError: when nothing is ticked.
        """
        check_one(self)
        self.category_id.check_access("write")
        values = self._get_values()
        if not values:
            raise UserError(
                self.env._(
                    "Nothing is ticked, so nothing would change. Tick a line, or close"
                    " this."
                )
            )
        category_sudo = self.category_id.sudo()
        self.env["synkd.category.change"].sudo()._start(self._get_vals(values))
        category_sudo._set_before({})
        return {"type": "ir.actions.act_window_close"}


class SynkdCategoryLine(models.TransientModel):
    """A value that customers of the category have now, and the one they would get."""

    _name = "synkd.category.line"
    _inherit = ["synkd.dialog.mixin"]
    _description = "Value of Customers of a Category"

    wizard_id = fields.Many2one("synkd.category.wizard", ondelete="cascade")
    name = fields.Char(readonly=True)
    label = fields.Char(string="Field", compute="_compute_label")
    old_id = fields.Integer(readonly=True)
    old_text = fields.Char(string="Now", readonly=True)
    new_text = fields.Char(string="Then", readonly=True)
    count = fields.Integer(string="Customers", readonly=True)
    is_typed = fields.Boolean(string="Typed Otherwise", readonly=True)
    is_applied = fields.Boolean(string="Apply")
    customers = fields.Char(string="Who", compute="_compute_customers")

    @api.depends("name")
    def _compute_label(self):
        categories = self.env["synkd.customer.category"]
        for line in self:
            field = categories._fields[line.name]
            line.label = field._description_string(self.env)

    def _compute_customers(self):
        for line in self:
            names = self.env["res.partner"]
            found = names.search(line._get_domain(), limit=NAMES_SHOWN)
            more = line.count - len(found)
            text = ", ".join(found.mapped("display_name"))
            line.customers = (
                self.env._("%(names)s and %(more)s more", names=text, more=more)
                if more > 0
                else text
            )

    def _get_domain(self):
        """Return the customers that have this value.

        :rtype: Domain
        """
        category = self.wizard_id.category_id
        field = category._get_customer_fields()[self.name]
        return category._get_customers_domain() & Domain(
            field, "=", self.old_id or False
        )

    def action_view_customers(self):
        """Open the customers that have this value.

        :rtype: dict
        """
        check_one(self)
        action = self.wizard_id.category_id.action_view_customers()
        return action | {"domain": list(self._get_domain())}
