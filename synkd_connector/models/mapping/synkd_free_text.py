# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import re

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL

# What counts as space in a text; named one by one, because Python and PostgreSQL
# disagree about the rest.
SPACES = " \t\n\r\f\v\u00a0"
# Stands in a pattern for any number or date, and for what is between its digits.
NUMBER = "{#}"
DIGITS = "[0-9]+([.,:/-][0-9]+)*"


class SynkdFreeText(models.Model):
    """A free text on documents whose product class a person chose once.

    The same text on a later document is posted alike, whatever its case and spaces. In
    a pattern ``{#}`` stands for any number, date or number of a document: each text
    that is the same but for these is posted alike. The text itself comes first.
    """

    _name = "synkd.free.text"
    _description = "Remembered Free Text"
    _order = "text, id"
    _rec_name = "text"
    _inherit = ["synkd.company.mixin"]

    text = fields.Char(
        required=True,
        help="As it stands on the line. {#} stands for any number or date, as in"
        " 'Down payment of {#}%'.",
    )
    product_class_id = fields.Many2one(
        "synkd.product.class",
        string="Posted As",
        required=True,
        index=True,
        check_company=True,
        ondelete="restrict",
    )

    # The text itself may be longer than what an index takes.
    _text_uniq = models.UniqueIndex(
        "(company_id, md5(lower(text)))",
        "This text is remembered already. Change its product class instead.",
    )

    @api.constrains("text")
    def _check_text(self):
        if any(not self._normalise(free_text.text) for free_text in self):
            raise ValidationError(
                self.env._(
                    "An empty text cannot be remembered. Type the words of the line."
                )
            )

    @api.model_create_multi
    def create(self, vals_list):
        """Override to keep texts without needless spaces."""
        texts = super().create([self._tidy(vals) for vals in vals_list])
        self._decide_again(texts.company_id)
        return texts

    def write(self, vals):
        """Override to keep texts without needless spaces."""
        res = super().write(self._tidy(vals))
        self._decide_again(self.company_id)
        return res

    def _decide_again(self, companies):
        """Let the documents that wait be decided by the new rule."""
        ledgers = self.env["synkd.ledger"].sudo()
        domain = [("company_id", "in", companies.ids)]
        self.env["synkd.line.rule"].sudo()._rules_changed(ledgers.search(domain))

    def _tidy(self, vals):
        """Return values with the text without needless spaces."""
        if "text" not in vals:
            return vals
        text = self._normalise(vals["text"])
        return vals | {"text": self._to_pattern(text) if NUMBER in text else text}

    @api.model
    def _to_pattern(self, text):
        """Return a text with a placeholder for each number in it.

        :rtype: str
        """
        return re.sub(DIGITS, NUMBER, self._normalise(text))

    @api.model
    def _pattern_sql(self, expression):
        """Return the SQL that does what ``_to_pattern`` does.

        :param SQL expression: a text.
        :rtype: SQL
        """
        text = self._normalised_sql(expression)
        return SQL("regexp_replace(%s, %s, %s, 'g')", text, DIGITS, NUMBER)

    @api.model
    def _normalise(self, text):
        """Return a text with single spaces only; case is left to the comparison.

        :rtype: str
        """
        return re.sub(f"[{SPACES}]+", " ", text or "").strip(" ")

    @api.model
    def _normalised_sql(self, expression):
        """Return the SQL that does what ``_normalise`` does.

        :param SQL expression: a text.
        :rtype: SQL
        """
        return SQL(
            "btrim(regexp_replace(%s, %s, ' ', 'g'))", expression, f"[{SPACES}]+"
        )

    @api.model
    def _remember(self, product_class, texts):
        """Post lines with these texts as a class from now on.

        :param recordset product_class: one `synkd.product.class`.
        :param list texts: as the lines have them; empty ones are left out.
        """
        wanted = {}
        for text in filter(None, map(self._normalise, texts)):
            wanted.setdefault(text.lower(), text)
        company = product_class.company_id
        known = self._search_texts(company, list(wanted))
        known.filtered(lambda t: t.product_class_id != product_class).write(
            {"product_class_id": product_class.id}
        )
        found = {free_text.text.lower() for free_text in known}
        self.create(
            [
                {
                    "text": text,
                    "company_id": company.id,
                    "product_class_id": product_class.id,
                }
                for key, text in wanted.items()
                if key not in found
            ]
        )

    def _search_texts(self, company, texts):
        """Return the remembered texts of a company among some, whatever their case."""
        self.flush_model(["company_id", "text"])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT id FROM synkd_free_text
                 WHERE company_id = %s AND md5(lower(text)) IN (
                    SELECT md5(lower(wanted)) FROM unnest(%s::text[]) wanted
                 )
                """,
                company.id,
                texts,
            )
        )
        return self.browse(row[0] for row in rows)
