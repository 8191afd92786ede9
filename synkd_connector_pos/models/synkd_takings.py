# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models, tools
from odoo.tools import SQL


class SynkdTakings(models.Model):
    """What each shop took on a day, and what of it the books have.

    *Sold* is what the till booked in sessions that closed on that day. Each sale is in
    one of the columns behind it: it has an invoice, is in the books by a summary, is on
    its way there, or goes nowhere by itself.
    """

    _name = "synkd.takings"
    _description = "Takings of a Day"
    _auto = False
    _order = "date desc, config_id"
    _rec_name = "config_id"

    date = fields.Date(string="Closed On", readonly=True)
    config_id = fields.Many2one("pos.config", string="Shop", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    orders = fields.Integer(readonly=True)
    sold = fields.Monetary(readonly=True)
    invoiced = fields.Monetary(
        readonly=True, help="These have invoices of their own, which go by themselves."
    )
    posted = fields.Monetary(string="In the Books", readonly=True)
    waiting = fields.Monetary(
        string="On Its Way", readonly=True, help="In the transaction queue."
    )
    left_out = fields.Monetary(
        string="Not Sent",
        readonly=True,
        help="Goes to the books by nobody: entered there by hand, or excluded.",
    )

    def init(self):
        """Create the view."""
        tools.drop_view_if_exists(self.env.cr, self._table)
        self.env.cr.execute(
            SQL(
                """CREATE VIEW %s AS
                SELECT MIN(o.id) AS id, d.day AS date, s.config_id, o.company_id,
                       j.currency_id, COUNT(*) AS orders,
                       SUM(o.amount_total) AS sold,
                       SUM(o.amount_total) FILTER (WHERE w.way = 'invoiced')
                           AS invoiced,
                       SUM(o.amount_total) FILTER (WHERE w.way = 'posted') AS posted,
                       SUM(o.amount_total) FILTER (WHERE w.way = 'waiting')
                           AS waiting,
                       SUM(o.amount_total) FILTER (WHERE w.way = 'left') AS left_out
                  FROM pos_order o
                  JOIN pos_session s ON s.id = o.session_id AND s.state = 'closed'
                  JOIN pos_config f ON f.id = s.config_id
                  JOIN res_company c ON c.id = o.company_id
                  JOIN res_partner p ON p.id = c.partner_id
             LEFT JOIN account_journal v ON v.id = f.journal_id
            CROSS JOIN LATERAL (SELECT COALESCE(v.currency_id, c.currency_id)
                                       AS currency_id) j
            CROSS JOIN LATERAL (SELECT (s.stop_at AT TIME ZONE 'UTC' AT TIME ZONE
                                        COALESCE(p.tz, 'UTC'))::date AS day) d
             LEFT JOIN LATERAL (SELECT t.sync_state FROM synkd_transaction t
                        WHERE t.summary_id = o.synkd_summary_id
                          AND t.channel = 'documents' AND t.live LIMIT 1) t ON TRUE
            CROSS JOIN LATERAL (SELECT CASE
                       WHEN o.account_move IS NOT NULL THEN 'invoiced'
                       WHEN t.sync_state = 'synced' THEN 'posted'
                       WHEN s.synkd_due THEN 'waiting'
                       WHEN t.sync_state IS NULL OR t.sync_state = 'excluded'
                       THEN 'left' ELSE 'waiting' END AS way) w
                 WHERE o.state <> 'cancel'
              GROUP BY d.day, s.config_id, o.company_id, j.currency_id""",
                SQL.identifier(self._table),
            )
        )
