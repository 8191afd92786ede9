# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools import SQL

from ..door import check_one

# What a new sub-customer begins with: what its main customer has.
INHERITED = (
    *("customer_category_id", "customer_currency_id", "user_id", "company_id"),
    *("property_payment_term_id", "property_account_position_id", "lang"),
    "country_id",
)
# No family is deeper; a cycle made in the database cannot hang a query.
DEEPEST = 50
BALANCE = "account.group_account_invoice,account.group_account_readonly"


class ResPartner(models.Model):
    """Main customers and their sub-customers.

    A sub-customer is a branch, department or subsidiary that is billed apart: a company
    below another one. What it does not say itself it has from the nearest one above.
    """

    _inherit = "res.partner"

    sub_customer_ids = fields.One2many(
        "res.partner",
        "parent_id",
        string="Sub-Customers",
        domain=[("is_company", "=", True)],
    )
    main_customer_id = fields.Many2one(
        "res.partner",
        string="Sub-Customer of",
        compute="_compute_main_customer_id",
        search="_search_main_customer_id",
    )
    sub_customer_count = fields.Integer(compute="_compute_sub_customer_count")
    family_balance = fields.Monetary(
        compute="_compute_family_balance",
        groups=BALANCE,
        help="What this customer and all below it owe, by Odoo's invoices, in the"
        " currency of the company.",
    )

    @api.depends("parent_id", "is_company")
    def _compute_main_customer_id(self):
        for partner in self:
            partner.main_customer_id = partner.is_company and partner.parent_id

    @api.model
    def _search_main_customer_id(self, operator, value):
        if operator in Domain.NEGATIVE_OPERATORS:
            return NotImplemented
        below = Domain("is_company", "=", True)
        found = Domain("parent_id", operator, value)
        none = operator == "in" and set(value) & {False, None}
        return ~below | found if none else below & found

    @api.depends("sub_customer_ids")
    def _compute_sub_customer_count(self):
        groups = self.env["res.partner"]._read_group(
            [("parent_id", "in", self.ids), ("is_company", "=", True)],
            ["parent_id"],
            ["__count"],
        )
        counts = {parent.id: count for parent, count in groups}
        for partner in self:
            partner.sub_customer_count = counts.get(partner._origin.id, 0)

    @api.depends_context("company")
    def _compute_family_balance(self):
        balances = self._get_family_balances()
        for partner in self:
            partner.family_balance = balances.get(partner._origin.id, 0)

    def _get_family_balances(self):
        """Return what customers owe together with all below them.

        :return: in the company's currency, by id; who owes nothing is left out.
        :rtype: dict[int, float]
        """
        if not self.ids:
            return {}
        self.env["account.move.line"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """WITH RECURSIVE %(down)s
                SELECT down.head, SUM(line.amount_residual)
                  FROM (SELECT DISTINCT head, id FROM down) down
                  JOIN account_move_line line ON line.partner_id = down.id
                  JOIN account_account account ON account.id = line.account_id
                 WHERE account.account_type = 'asset_receivable'
                   AND line.parent_state = 'posted' AND NOT line.reconciled
                   AND line.company_id = ANY(%(companies)s)
              GROUP BY down.head""",
                down=self._down_sql(self.ids),
                companies=self._get_balance_companies().ids,
            )
        )
        return dict(rows)

    @api.model
    def _down_sql(self, ids):
        """Return the part of WITH RECURSIVE that finds customers and all below them.

        :param ids: of `res.partner`.
        :return: ``down``: head, id and how far below its head it is.
        :rtype: SQL
        """
        self.flush_model(["parent_id"])
        return SQL(
            """down(head, id, depth) AS (
                SELECT p.id, p.id, 0 FROM res_partner p WHERE p.id = ANY(%s)
             UNION ALL
                SELECT down.head, c.id, down.depth + 1
                  FROM down JOIN res_partner c ON c.parent_id = down.id
                 WHERE down.depth < %s)""",
            list(ids),
            DEEPEST,
        )

    @api.model
    def _up_sql(self, chosen):
        """Return the part of WITH RECURSIVE that finds customers and all above them.

        :param SQL chosen: condition on the row ``p`` of those that it begins with.
        :return: ``up``: id, ancestor, its parent, and how far above it is.
        :rtype: SQL
        """
        self.flush_model(["parent_id"])
        return SQL(
            """up(id, ancestor, parent, depth) AS (
                SELECT p.id, p.id, p.parent_id, 0 FROM res_partner p WHERE %s
             UNION ALL
                SELECT up.id, p.id, p.parent_id, up.depth + 1
                  FROM up JOIN res_partner p ON p.id = up.parent
                 WHERE up.depth < %s)""",
            chosen,
            DEEPEST,
        )

    @api.model
    def _get_balance_companies(self):
        """Return the companies whose invoices count: as in Odoo's own receivable."""
        root = self.env.company.root_id
        return self.env["res.company"].sudo().search([("id", "child_of", root.id)])

    @api.constrains("parent_id")
    def _check_parent_id(self):
        """Override of `base` to name the customers that go round in a circle."""
        for partner in self:
            if partner._has_cycle():
                raise ValidationError(
                    self.env._(
                        "%(customer)s cannot be a sub-customer of %(parent)s, which is"
                        " below it. Choose another main customer, or none.",
                        customer=partner.name,
                        parent=partner.parent_id.name,
                    )
                )
        return super()._check_parent_id()

    @api.model_create_multi
    def create(self, vals_list):
        """Override to let sub-customers have an address of their own.

        What Odoo calls the address of a contact is that of its company: it would be
        taken from the main customer, and written there.
        """
        return super().create(
            [
                {"type": "other"} | vals
                if vals.get("parent_id") and vals.get("is_company")
                else vals
                for vals in vals_list
            ]
        )

    def _get_line(self):
        """Yield this customer and those above it, the nearest first.

        :rtype: Iterator[recordset of `res.partner`]
        """
        seen, partner = set(), self
        while partner and partner.id not in seen:
            yield partner
            seen.add(partner.id)
            partner = partner.parent_id

    def _get_head(self):
        """Return the topmost customer above this one, or itself.

        :rtype: recordset of `res.partner`
        """
        *_below, head = self._get_line()
        return head

    def _get_inherited(self, name):
        """Return a value of this customer, else of the nearest above that has one.

        :param str name: of a field.
        """
        for partner in self._get_line():
            if value := partner[name]:
                return value
        return self[name]

    # === ACTIONS === #

    def action_add_sub_customer(self):
        """Open a new sub-customer, with what it has from this one filled in.

        :rtype: dict
        """
        check_one(self)
        self.check_access("write")
        context = {
            "default_parent_id": self.id,
            "default_is_company": True,
            "default_type": "other",  # before it is saved, too
            "res_partner_search_mode": "customer",
        }
        for name in INHERITED:
            value = self._get_inherited(name)
            value = value.id if self._fields[name].relational else value
            context[f"default_{name}"] = value
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("New Sub-Customer of %s", self.display_name),
            "res_model": self._name,
            "view_mode": "form",
            "views": [(False, "form")],
            "context": context,
        }

    def action_view_family(self):
        """Open the whole family as a tree: the topmost customer and all below it.

        :rtype: dict
        """
        check_one(self)
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "synkd_connector.res_partner_action_family"
        )
        action["domain"] = [
            ("id", "child_of", self._get_head().id),
            ("is_company", "=", True),
        ]
        return action
