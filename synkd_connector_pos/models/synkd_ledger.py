# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tools import SQL, format_amount, format_date

READERS = "synkd_connector.group_user"
# Behind the reasons and states of the queue.
LAST_RANK = (True, 100)


class SynkdLedger(models.Model):
    """What the shop took without an invoice, of which these books do not hear."""

    _inherit = "synkd.ledger"

    till_count = fields.Integer(
        string="Shop Orders Without an Invoice",
        compute="_compute_till",
        groups=READERS,
        help="Paid at a till since Documents From, in the companies that are ticked.",
    )
    till_amount = fields.Monetary(
        string="Amount of Shop Orders Without an Invoice",
        compute="_compute_till",
        groups=READERS,
    )
    till_text = fields.Char(
        string="Not in the Books From the Shop", compute="_compute_till", groups=READERS
    )

    @api.depends("active", "company_id", "start_date")
    @api.depends_context("allowed_company_ids", "lang")
    def _compute_till(self):
        found = self._origin._get_till_sales(self.env.companies)
        for ledger in self:
            count, amount, _oldest = found.get(ledger._origin.id, (0, 0.0, None))
            ledger.till_count, ledger.till_amount = count, amount
            text = ledger._get_till_text(count, amount) if count else False
            ledger.till_text = text

    def _get_till_text(self, count, amount):
        """Return the sentence about orders that these books do not hear of."""
        words = {
            "count": count,
            "amount": format_amount(self.env, amount, self.currency_id),
        }
        if not self.start_date:
            return self.env._(
                "Shop orders without an invoice: %(count)s, %(amount)s. They do not go"
                " to the books by themselves.",
                **words,
            )
        return self.env._(
            "Shop orders without an invoice since %(date)s: %(count)s, %(amount)s. They"
            " do not go to the books by themselves.",
            date=format_date(self.env, self.start_date),
            **words,
        )

    def action_view_till(self):
        """Open the shop orders without an invoice that the figure counts.

        :rtype: dict
        :raise AccessError: for those who may not see orders of the shop.
        """
        self.check_access("read")
        if not self.env["pos.order"].has_access("read"):
            raise AccessError(
                self.env._(
                    "You may see how much the shop sold without an invoice, but not its"
                    " orders. Ask an administrator for Point of Sale: User, or somebody"
                    " of the shop for the list."
                )
            )
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "point_of_sale.action_pos_pos_form"
        )
        action["name"] = self.env._("Shop Orders Without an Invoice")
        domain = Domain.OR(
            ledger._get_till_domain(self.env.companies) for ledger in self
        )
        return action | {"domain": list(domain), "context": {}}

    # === FIGURES === #

    def _get_till_domain(self, companies):
        """Return which orders of the shop these books should hear of, but do not.

        :param companies: those of the asker; only whose books these are count.
        :rtype: Domain
        """
        self.ensure_one()
        mine = companies.filtered(lambda c: c._get_synkd_live_ledger().id == self.id)
        domain = Domain("company_id", "in", mine.ids)
        domain &= Domain("state", "in", ("paid", "done"))
        domain &= Domain("account_move", "=", False)
        domain &= Domain("synkd_summary_id", "=", False)
        # The others are on their way: they go when their till is closed.
        closed = Domain("session_id.state", "=", "closed")
        closed &= Domain("session_id.synkd_due", "=", False)
        domain &= closed | Domain("config_id.synkd_summary_mode", "=", "none")
        if since := self.sudo()._get_start_date():
            domain &= Domain("date_order", ">=", self._get_midnight(since))
        return domain

    def _get_midnight(self, day):
        """Return when a day starts at the company, as Odoo stores it: in UTC.

        :rtype: datetime.datetime
        """
        ledger = self.sudo()
        zone = ZoneInfo(ledger.company_id.partner_id.tz or ledger.user_id.tz or "UTC")
        start = datetime.combine(day, time.min, tzinfo=zone)
        return start.astimezone(UTC).replace(tzinfo=None)

    def _get_till_sales(self, companies):
        """Return how much the shop sold without an invoice, by one query.

        Asked of the tables as the system: people of the books need not be of the shop.

        :param companies: only orders of these count.
        :return: ledger's id to count, amount in the company's currency at the rates of
            the orders, and the moment of the oldest order in UTC.
        :rtype: dict[int, tuple[int, float, datetime.datetime]]
        """
        domain = Domain.OR(ledger._get_till_domain(companies) for ledger in self)
        sales = {}
        for company, *figures in self._read_till(domain):
            ledger = companies.browse(company)._get_synkd_live_ledger()
            known = sales.get(ledger.id)
            sales[ledger.id] = _sum(known, figures) if known else tuple(figures)
        return sales

    def _read_till(self, domain):
        """Return company, count, amount and oldest moment of some orders."""
        orders = self.env["pos.order"].sudo()
        query = orders._search(domain)
        if query.is_empty():
            return []
        fields_ = {
            name: orders._field_to_sql(query.table, name, query)
            for name in ("company_id", "amount_total", "currency_rate", "date_order")
        }
        sql = SQL(
            """
            SELECT %(company_id)s, COUNT(*), SUM(
                       ROUND(
                           (%(amount_total)s / COALESCE(NULLIF(%(currency_rate)s, 0), 1)
                           )::numeric / currency.rounding
                       ) * currency.rounding
                   )::float, MIN(%(date_order)s)
              FROM %(tables)s
              JOIN res_company company ON company.id = %(company_id)s
              JOIN res_currency currency ON currency.id = company.currency_id
             WHERE %(where)s
             GROUP BY %(company_id)s
            """,
            tables=query.from_clause,
            where=query.where_clause,
            **fields_,
        )
        return self.env.execute_query(sql)

    # === DAILY MAIL === #

    def _get_summary(self):
        """Override to say what the shop took that does not go to the books."""
        lines = super()._get_summary()
        companies = self.env["res.company"].sudo()
        branches = companies.search([("id", "child_of", self.company_id.id)])
        found = self._get_till_sales(branches).get(self.id)
        return [*lines, self._till_line(*found)] if found else lines

    def _till_line(self, count, amount, oldest):
        """Return the line of the mail; the ledger, its address, opens the list."""
        return {
            "rank": LAST_RANK,
            "label": self.env._(
                "Shop orders without an invoice, which do not go by themselves"
            ),
            "attention": False,
            "count": count,
            "amount": amount,
            "oldest": oldest.date(),
            "url": f"{self.get_base_url()}/odoo/ledgers/{self.id}",
        }


def _sum(known, more):
    """Return the figures of two companies with the same books together."""
    return known[0] + more[0], known[1] + more[1], min(known[2], more[2])
