# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command, Domain
from odoo.tools import SQL

from ..lib.obstacles import shorten


class SynkdResolveWizard(models.TransientModel):
    """Resolve: lines whose product class does not post them, or that have none.

    Lines of one product, or with the same text, are one question, however many
    documents they are on.
    """

    _inherit = "synkd.resolve.wizard"

    line_ids = fields.One2many("synkd.resolve.line", "wizard_id")

    def _prepare_lines(self):
        """Show what cannot be posted, each product and text once."""
        groups = self._group_lines(self._get_invalid_lines())
        only = self._get_only_class()
        self.line_ids = [
            Command.create(
                {
                    "product_tmpl_id": template_id,
                    "label": self._get_label(lines),
                    "text": text,
                    "line_count": len(lines),
                    "product_class_id": only.id,
                    "scope": self._get_scope(template_id, text),
                }
            )
            for (template_id, text), lines in groups.items()
        ]

    def _get_scope(self, template_id, text):
        """Return what an answer is proposed for: numbers in a text are never the same
        on the next document.

        :rtype: str
        """
        pattern = self.env["synkd.free.text"]._to_pattern(text)
        return "pattern" if not template_id and pattern != text else "always"

    def _get_label(self, lines):
        """Return how a group of lines is shown.

        :rtype: str
        """
        name = lines.product_id.product_tmpl_id.display_name or lines[:1].name
        return shorten(name) or self.env._("(no description)")

    def _get_only_class(self):
        """Return the class that posts lines, when there is one to choose only."""
        classes = self.env["synkd.product.class"].search(
            [
                ("company_id", "=", self.ledger_id.company_id.id),
                ("posting", "!=", "none"),
            ],
            limit=2,
        )
        return classes if len(classes) == 1 else classes.browse()

    def _get_invalid_lines(self):
        """Return the lines that keep the chosen documents from the books.

        :return: `account.move.line` as superuser: those who resolve documents need
            not be those who write invoices.
        """
        rows = self._get_rows().sudo()
        sources = {row.move_id.id: row.source for row in rows if row.move_id}
        postings = self.env["synkd.line.rule"]._get_postings(self.ledger_id, sources)
        invalid = (id_ for id_, posting in postings.items() if posting.invalid)
        return rows.env["account.move.line"].browse(sorted(invalid))

    def _group_lines(self, lines):
        """Return lines by product template, or by text where there is no product.

        :rtype: dict[tuple, recordset]
        """
        free_text = self.env["synkd.free.text"]

        def key(line):
            template = line.product_id.product_tmpl_id
            text = "" if template else free_text._normalise(line.name).lower()
            return template.id, text

        return lines.grouped(key)

    def _touched_by_lines(self):
        """Return the documents that wait for lines which the answers are about.

        :rtype: Domain
        """
        always = self.line_ids.filtered(lambda line: line.scope == "always")
        category = self.line_ids.filtered(lambda line: line.scope == "category")
        products = always.filtered("product_tmpl_id")
        texts = [line.text or "" for line in always - products]
        memory = self.env["synkd.free.text"]
        numbered = self.line_ids.filtered(lambda line: line.scope == "pattern")
        patterns = [memory._to_pattern(line.text).lower() for line in numbered]
        lines = Domain("product_id.product_tmpl_id", "in", products.product_tmpl_id.ids)
        lines |= Domain(
            "product_id.categ_id", "child_of", category.product_tmpl_id.categ_id.ids
        )
        lines |= self._same_text_domain(texts, memory._normalised_sql)
        lines |= self._same_text_domain(patterns, memory._pattern_sql)
        touched = Domain("move_id.invoice_line_ids", "any", lines)
        return Domain("reason", "=", "invalid_lines") & touched

    def _same_text_domain(self, texts, to_text):
        """Return the lines without a product that have one of some texts.

        :param list texts: normalised and in lower case.
        :param callable to_text: makes the SQL that normalises alike.
        :rtype: Domain
        """

        def to_sql(model, alias, query):
            """Compare texts as remembered ones are compared."""
            name = model._field_to_sql(alias, "name", query)
            text = to_text(SQL("COALESCE(%s, '')", name))
            return SQL("lower(%s) = ANY(%s)", text, texts)

        return Domain("product_id", "=", False) & Domain.custom(to_sql=to_sql)

    def _resolve_lines(self):
        """Remember the classes chosen, and decide again.

        :raise UserError: when none is chosen, or one does not post.
        """
        chosen = self.line_ids.filtered("product_class_id")
        if not chosen:
            raise UserError(self.env._("Choose a product class for at least one line."))
        chosen.product_class_id._check_posts(self.ledger_id)
        groups = self._group_lines(self._get_invalid_lines())
        by_choice = chosen.grouped(lambda line: (line.scope, line.product_class_id))
        for (scope, product_class), some in by_choice.items():
            lines = self.env["account.move.line"].sudo()
            for one in some:
                lines |= groups.get(one._get_key(), lines)
            self._remember(scope, product_class, lines)

    def _remember(self, scope, product_class, lines):
        """Give a class to the products or texts of some lines, or to these alone.

        :param str scope: always, pattern, category or line.
        :param recordset lines: `account.move.line`, as superuser.
        """
        if scope == "line":
            lines.synkd_product_class_id = product_class
            return
        company = self.ledger_id.company_id
        templates = lines.product_id.product_tmpl_id.with_company(company)
        texts = lines.filtered(lambda line: not line.product_id)
        if scope == "category" and texts:
            raise UserError(
                self.env._(
                    '"%s" has no product, so it has no category. Choose another'
                    " answer for it.",
                    self._get_label(texts),
                )
            )
        own = lines.filtered("synkd_product_class_id")
        own.synkd_product_class_id = False
        if scope == "category":
            templates.filtered("synkd_product_class_id").synkd_product_class_id = False
            templates.categ_id.synkd_product_class_id = product_class
            return
        if templates:
            templates.synkd_product_class_id = product_class
        if texts:
            memory = self.env["synkd.free.text"].sudo()
            names = texts.mapped("name")
            if scope == "pattern":
                names = [memory._to_pattern(name) for name in names]
            memory._remember(product_class, names)


class SynkdResolveLine(models.TransientModel):
    """One product or text whose lines cannot be posted."""

    _name = "synkd.resolve.line"
    _inherit = ["synkd.dialog.mixin"]
    _description = "Resolve: Lines of One Product or Text"

    wizard_id = fields.Many2one(
        "synkd.resolve.wizard", required=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="wizard_id.company_id", related_sudo=False)
    product_tmpl_id = fields.Many2one("product.template", readonly=True)
    text = fields.Char(readonly=True)
    label = fields.Char(string="Product or Text", readonly=True)
    line_count = fields.Integer(string="Lines", readonly=True)
    product_class_id = fields.Many2one(
        "synkd.product.class",
        string="Post As",
        domain="[('company_id', '=', company_id), ('posting', '!=', 'none')]",
    )
    scope = fields.Selection(
        [
            ("always", "This product or text, from now on"),
            ("pattern", "This text, whatever the numbers in it"),
            ("category", "All products of its category"),
            ("line", "Only these lines"),
        ],
        string="Applies To",
        default="always",
        required=True,
    )

    def _get_key(self):
        """Return what the lines of this question have in common.

        :rtype: tuple
        """
        return self.product_tmpl_id.id, self.text or ""

    @api.onchange("scope")
    def _onchange_scope(self):
        """Take back what a text cannot have: a category; or a product: numbers."""
        lacking = "pattern" if self.product_tmpl_id else "category"
        if self.scope == lacking:
            self.scope = "always"
