# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.tools import SQL


class SynkdCreditControl(models.AbstractModel):
    _inherit = "synkd.credit.control"

    @api.model
    def _get_open_sales(self, company, family):
        """Override to count what is ordered, and no posted invoice asks for yet."""
        found = super()._get_open_sales(company, family)
        rows = self.env.execute_query(self._get_orders_sql(company, family))
        return self._add_rows(found, family, rows)

    @api.model
    def _get_draft_domain(self, company, family):
        """Override: drafts of an order are counted by the order."""
        domain = super()._get_draft_domain(company, family)
        return [*domain, ("line_ids.sale_line_ids", "=", False)]

    def _get_orders_sql(self, company, family):
        """Return the query of what is left to invoice, by customer and currency.

        Down payments that were invoiced are taken off, and no order counts below zero.
        """
        for model in ("sale.order", "sale.order.line", "account.move.line"):
            self.env[model].flush_model()
        return SQL(
            """WITH asked AS (
                SELECT o.id, o.partner_id, o.currency_id, o.amount_total
                  FROM sale_order o JOIN res_company c ON c.id = o.company_id
                 WHERE o.state = 'sale' AND o.invoice_status <> 'invoiced'
                   AND o.partner_id = ANY(%(members)s) AND c.parent_path LIKE %(root)s
            ), billed AS (
                SELECT l.order_id, SUM(CASE m.move_type
                           WHEN 'out_refund' THEN -ml.price_total
                           ELSE ml.price_total END) AS total
                  FROM sale_order_line l
                  JOIN sale_order_line_invoice_rel r ON r.order_line_id = l.id
                  JOIN account_move_line ml ON ml.id = r.invoice_line_id
                  JOIN account_move m ON m.id = ml.move_id AND m.state = 'posted'
                 WHERE l.order_id IN (SELECT id FROM asked)
              GROUP BY l.order_id)
            SELECT asked.partner_id, asked.currency_id,
                   SUM(GREATEST(0, asked.amount_total - COALESCE(billed.total, 0)))
              FROM asked LEFT JOIN billed ON billed.order_id = asked.id
          GROUP BY asked.partner_id, asked.currency_id""",
            members=list(family),
            root=f"{company.root_id.id}/%",
        )
