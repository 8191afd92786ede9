# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models
from odoo.tools import SQL


class SynkdSummaryRule(models.AbstractModel):
    """The rules of lines, asked about lines of summaries and about their money.

    The same statements answer as for invoices; only where the lines come from differs:
    the documents of ``sources`` are `synkd.summary`, payments `synkd.summary.money`.
    """

    _name = "synkd.summary.rule"
    _inherit = "synkd.line.rule"
    _description = "Rules of Lines of Sales Posted Together"

    def _execute(self, query):
        """Override to write down the summaries that it reads."""
        for model in ("synkd.summary", "synkd.summary.line", "synkd.summary.money"):
            self.env[model].flush_model()
        return super()._execute(query)

    def _line_sql(self, ledger):
        """Override: the lines of summaries; what has no product goes by its account."""
        return SQL(
            """
            SELECT line.id, line.summary_id AS move_id,
                   COALESCE(line.source, document.source) AS source,
                   summary.company_id,
                   CASE WHEN line.product_id IS NULL THEN 'account'
                        ELSE 'product' END AS display_type,
                   line.account_id, line.product_id, line.id::bigint AS place,
                   line.name, NULL::int AS own_class_id,
                   %(template_class)s AS template_class_id,
                   template.categ_id, product.default_code,
                   %(product_name)s AS product_name,
                   COALESCE(line.tax_key, '') AS tax_key
              FROM document
              JOIN synkd_summary summary ON summary.id = document.move_id
              JOIN synkd_summary_line line ON line.summary_id = summary.id
              LEFT JOIN product_product product ON product.id = line.product_id
              LEFT JOIN product_template template
                     ON template.id = product.product_tmpl_id
            """,
            template_class=self._class_sql(ledger, "template", "summary"),
            product_name=self._name_sql("template"),
        )

    def _default_class_sql(self, ledger):
        """Override: nothing else is known of them."""
        return SQL("NULL::int")

    def _tax_label_sql(self, line_id):
        """Override: by the ids that the line keeps."""
        return SQL(
            """
            SELECT string_agg(%s, ' + ' ORDER BY named.id) FROM account_tax named
             WHERE named.id = ANY(string_to_array(NULLIF(posting.tax_key, ''), ',')
                                  ::int[])
            """,
            self._name_sql("named"),
        )

    def _heads_sql(self):
        """Override: summaries; the rate of their day is the one that counts."""
        return SQL(
            """SELECT id, company_id, currency_id, date, NULL::float AS booked
                 FROM synkd_summary"""
        )

    def _payments_sql(self, payments):
        """Override: money of summaries, by the key of each.

        :param list payments: tuples of key, 0, and id of the `synkd.summary.money`.
        """
        keys, _moves, money_ids = zip(*payments, strict=True)
        return SQL(
            """
            SELECT asked.key, NULL::int AS move_id, money.journal_id,
                   summary.currency_id, summary.company_id, summary.date
              FROM unnest(%(keys)s::int[], %(money)s::int[]) AS asked(key, money_id)
              JOIN synkd_summary_money money ON money.id = asked.money_id
              JOIN synkd_summary summary ON summary.id = money.summary_id
            """,
            keys=list(keys),
            money=list(money_ids),
        )
