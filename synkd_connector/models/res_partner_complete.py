# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL, format_list

# What an operational customer needs before it is linked, in the order it is told.
NEEDED = ("name", "contact", "currency", "rep", "category", "terms")
NAMED = 5
READ = (
    *("name", "parent_id", "is_company", "type", "active", "customer_rank", "user_id"),
    *("customer_currency_id", "customer_category_id", "property_payment_term_id"),
)


class ResPartner(models.Model):
    """Which customers lack what they need before they are linked to the books.

    A sub-customer has all but its name from the nearest main customer too.
    """

    _inherit = "res.partner"

    incomplete = fields.Boolean(
        compute="_compute_incomplete",
        search="_search_incomplete",
        help="Something is missing that a customer of the books needs.",
    )
    missing_text = fields.Char(string="Missing", compute="_compute_incomplete")

    @api.depends(*READ, "child_ids.name", "child_ids.is_company")
    @api.depends_context("company", "lang")
    def _compute_incomplete(self):
        billed = self.filtered(lambda p: p.customer_rank and p._is_billed())
        missing = billed._origin._get_missing()
        # Most of a list lack the same.
        groups = billed.grouped(lambda p: tuple(missing.get(p._origin.id, ())))
        (self - billed).update({"incomplete": False, "missing_text": False})
        for lacks, partners in groups.items():
            partners.incomplete = bool(lacks)
            partners.missing_text = format_list(self.env, lacks) if lacks else False

    @api.model
    def _search_incomplete(self, operator, value):
        if operator != "in":
            return NotImplemented
        rank = Domain("customer_rank", ">", 0)
        billed = rank & (
            Domain("is_company", "=", True) | Domain("parent_id", "=", False)
        )
        lacking = self._get_lacking_domain(billed)
        wanted = set(value)
        return lacking if wanted == {True} else ~lacking if True not in wanted else []

    @api.model
    def _get_lacking_domain(self, domain):
        """Return the domain of those of some customers who lack something.

        :param Domain domain: which customers.
        :rtype: Domain
        """
        everybody = self.with_context(active_test=False).sudo()
        query = everybody._search(domain).subselect()
        whole = SQL(" AND ").join(SQL.identifier("has", n) for n in self._get_needed())
        found = SQL(
            "(SELECT has.id FROM (%s) has WHERE NOT (%s))", self._has_sql(query), whole
        )
        return Domain("id", "in", found)

    @api.model
    def _get_needed(self):
        """Return what customers need; a currency only where there is a choice.

        :rtype: list[str]
        """
        several = self.env["res.currency"].sudo().search_count([], limit=2) > 1
        return [name for name in NEEDED if name != "currency" or several]

    def _get_missing(self):
        """Return what these customers lack, as people call it.

        :return: names of fields by id; those who lack nothing are left out.
        :rtype: dict[int, list[str]]
        """
        if not self.ids:
            return {}
        labels = {
            "name": self.env._("Company"),
            "contact": self.env._("Contact Person"),
            "currency": self.env._("Currency"),
            "rep": self.env._("Sales Rep"),
            "category": self.env._("Category"),
            "terms": self.env._("Terms"),
        }
        needed = self._get_needed()
        ids = SQL("SELECT unnest(%s)", list(self.ids))
        missing = {}
        for id_, *has in self.env.execute_query(self._has_sql(ids)):
            known = dict(zip(NEEDED, has, strict=True))
            if lacks := [labels[name] for name in needed if not known[name]]:
                missing[id_] = lacks
        return missing

    @api.model
    def _has_sql(self, ids):
        """Return the query of what customers have, they or who is above them.

        LATERAL, with a limit, since the database does not know how few rows there are:
        it would read all customers for one page of them.

        :param SQL ids: selects ids of `res.partner`.
        :return: columns id and those of ``NEEDED``, all booleans.
        :rtype: SQL
        """
        self.flush_model(READ)
        return SQL(
            """WITH RECURSIVE %(up)s
            SELECT up.id,
                   bool_or(up.depth = 0 AND COALESCE(trim(p.name), '') <> '') AS name,
                   bool_or(p.is_company IS NOT TRUE OR c.found IS TRUE) AS contact,
                   bool_or(p.customer_currency_id IS NOT NULL) AS currency,
                   bool_or(p.user_id IS NOT NULL) AS rep,
                   bool_or(p.customer_category_id IS NOT NULL) AS category,
                   bool_or(%(terms)s IS NOT NULL) AS terms
              FROM up
        CROSS JOIN LATERAL (
                    SELECT * FROM res_partner WHERE id = up.ancestor LIMIT 1) p
         LEFT JOIN LATERAL (
                    SELECT true AS found FROM res_partner WHERE parent_id = p.id
                       AND active AND is_company IS NOT TRUE AND name <> ''
                       AND type IS DISTINCT FROM 'delivery' LIMIT 1) c ON true
          GROUP BY up.id""",
            up=self._up_sql(SQL("p.id IN (%s)", ids)),
            terms=self._field_to_sql("p", "property_payment_term_id"),
        )

    def _check_complete(self, company):
        """Refuse to link customers that lack something, where the company wants that.

        :param recordset company: the `res.company` that owns the books.
        :raise UserError: names the first one, and what it lacks.
        """
        for sentence in self._get_incomplete_sentences(company).values():
            raise UserError(sentence)

    def _get_incomplete_sentences(self, company):
        """Return why some of these customers cannot be linked yet.

        Those that lack the same share a sentence.

        :param recordset company: the `res.company` that owns the books.
        :rtype: dict[recordset of `res.partner`, str]
        """
        if not company.sudo().synkd_only_complete:
            return {}
        missing = self.with_company(company)._get_missing()
        lacking = self.filtered(lambda partner: partner.id in missing)
        groups = lacking.grouped(lambda partner: tuple(missing[partner.id]))
        return {
            partners: partners._get_incomplete_sentence(lacks, company.sudo())
            for lacks, partners in groups.items()
        }

    def _get_incomplete_sentence(self, lacks, company):
        """Return what some customers lack, and what to do.

        :rtype: str
        """
        names = self[:NAMED].mapped("display_name")
        if others := self[NAMED:]:
            names.append(self.env._("%s more", len(others)))
        told = {
            "customer": format_list(self.env, names),
            "missing": format_list(self.env, lacks),
            "company": company.name,
        }
        if len(self) == 1:
            return self.env._(
                "%(customer)s is incomplete, so it cannot be linked to the books."
                " Missing: %(missing)s. Fill them in on the customer, or ask a manager"
                " whether %(company)s may link incomplete customers.",
                **told,
            )
        return self.env._(
            "%(customer)s are incomplete, so they cannot be linked to the books."
            " Missing: %(missing)s. Fill them in on each customer, or ask a manager"
            " whether %(company)s may link incomplete customers.",
            **told,
        )
