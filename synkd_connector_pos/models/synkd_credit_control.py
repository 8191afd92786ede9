# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.tools import SQL


class SynkdCreditControl(models.AbstractModel):
    _inherit = "synkd.credit.control"

    @api.model
    def _get_debts(self, company, family):
        """Override to count what tills sold on account, and no entry has yet.

        An invoice has an entry at once; the rest gets one when its session is closed.
        """
        debts = super()._get_debts(company, family)
        rows = self.env.execute_query(self._get_till_sql(company, family))
        configs = self.env["pos.config"].sudo()
        owed = [
            (partner_id, configs.browse(config_id).currency_id.id, amount, 0)
            for partner_id, config_id, amount in rows
        ]
        return self._add_rows(debts, family, owed)

    def _get_till_sql(self, company, family):
        """Return the query of what is sold on account, by customer and till."""
        for model in ("pos.order", "pos.payment", "pos.session"):
            self.env[model].flush_model()
        return SQL(
            """SELECT o.partner_id, o.config_id, SUM(p.amount)
                 FROM pos_order o
                 JOIN pos_payment p ON p.pos_order_id = o.id
                 JOIN pos_payment_method m ON m.id = p.payment_method_id
                 JOIN pos_session s ON s.id = o.session_id
                 JOIN res_company c ON c.id = o.company_id
                WHERE o.partner_id = ANY(%(members)s) AND c.parent_path LIKE %(root)s
                  AND o.state IN ('paid', 'done') AND o.account_move IS NULL
                  AND %(owed)s AND s.state <> 'closed'
             GROUP BY o.partner_id, o.config_id""",
            owed=self.env["pos.payment.method"]._synkd_owed_sql("m"),
            members=list(family),
            root=f"{company.root_id.id}/%",
        )
