# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.tools import SQL


class SynkdSummary(models.Model):
    _inherit = "synkd.summary"

    @api.model
    def _order_source_sql(self, order_line):
        """Override: what an order of the workshop asks for is a service job."""
        self.env["repair.order"].flush_model()
        return SQL(
            """(SELECT CASE WHEN EXISTS (SELECT 1 FROM repair_order job
                        WHERE job.sale_order_id = asked.order_id
                          AND job.state <> 'cancel') THEN 'service' ELSE %s END
                  FROM sale_order_line asked WHERE asked.id = %s)""",
            super()._order_source_sql(order_line),
            order_line,
        )
