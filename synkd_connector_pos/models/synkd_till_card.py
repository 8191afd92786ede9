# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from functools import lru_cache

from odoo import api, models
from odoo.tools import SQL, format_datetime

from odoo.addons.synkd_connector.lib.credit_control import ON_ACCOUNT, Case
from odoo.addons.synkd_connector.lib.decision import (
    DECIDE,
    NO_CLASS,
    NOT_LINKED,
    Target,
    decide,
)

# What a cashier may be asked about: how sales are posted at all.
ASKED = (NOT_LINKED, NO_CLASS, DECIDE)
MONEY = {"balance": "outstanding", "overdue": "overdue", "limit": "credit_limit"}


@lru_cache(maxsize=32)
def is_undecided(linked, posting, shared):
    """Whether the posting decision asks how sales to a customer are posted.

    There are few cases among the many customers that a till loads.

    :param bool linked: he has an account customer.
    :param str posting: of its class; None without one.
    :param bool shared: the class names a shared account customer.
    :rtype: bool
    """
    account = Target(1, posting or "") if linked else None
    return decide(account, Target(2) if shared else None).reason in ASKED


class SynkdTillCard(models.AbstractModel):
    """What a till is told of customers: one statement for any number of them.

    It travels with the customers that a till loads, so that it can be shown, and acted
    upon, without a connection. What may be sold is decided by the server all the same.
    """

    _name = "synkd.till.card"
    _description = "What a Till Knows of a Customer"

    @api.model
    def _get(self, company, partner_ids):
        """Return the cards of customers; what is empty is left out.

        ``code``, ``class``, ``posting`` as texts; ``undecided``, ``hidden`` and
        ``hold`` if so; ``until`` as text; ``balance``, ``overdue`` and ``limit`` in the
        currency with the id ``currency``, as of the moment ``told``; ``notice``: what
        speaks against a sale on account, and ``refused`` if that refuses it.

        :param recordset company: of the till.
        :param list[int] partner_ids: of `res.partner`.
        :rtype: dict[int, dict]
        """
        if not partner_ids:
            return {}
        ledger = company._get_synkd_live_ledger()
        query = self._card_sql(company, ledger, list(partner_ids))
        rows = self.env.execute_query_dict(query)
        names = self._get_class_names({row["class_id"] for row in rows} - {None})
        told = format_datetime(self.env, ledger.balances_read_at or False)
        cards = {row["id"]: self._card(ledger, row, names, told) for row in rows}
        flagged = [row["id"] for row in rows if row["flagged"]]
        for partner_id, advice in self._get_advices(company, flagged).items():
            if advice.answer.findings:
                cards[partner_id] |= {
                    "notice": advice.found,
                    "refused": advice.answer.refused,
                }
        return cards

    def _get_class_names(self, class_ids):
        """Return the names of classes, by id.

        :rtype: dict[int, str]
        """
        classes_sudo = self.env["synkd.customer.class"].sudo().browse(class_ids)
        return {each.id: each.name for each in classes_sudo}

    def _get_advices(self, company, partner_ids):
        """Return what speaks against selling to customers on account, by id.

        :rtype: dict[int, Advice]
        """
        cases = [Case(partner_id, partner_id) for partner_id in partner_ids]
        control = self.env["synkd.credit.control"]
        return control._ask(company, ON_ACCOUNT, cases) if cases else {}

    def _card(self, ledger, row, names, told):
        """Return the card of one row of the statement.

        :rtype: dict
        """
        card = {
            "code": row["code"],
            "class": names.get(row["class_id"]),
            "posting": row["posting"],
            "undecided": bool(ledger)
            and is_undecided(
                bool(row["account_id"]), row["posting"], bool(row["generic_id"])
            ),
            "hidden": row["show_pos"] is False,
            "hold": row["held"] or row["books_held"],
            "until": row["held"] and format_datetime(self.env, row["until"] or False),
        }
        if row["account_id"] and not row["shared"] and told:
            # What others owe who share the account customer is nobody's business.
            money = {key: float(row[name] or 0) for key, name in MONEY.items()}
            card |= money | {"currency": row["currency_id"], "told": told}
        return {key: value for key, value in card.items() if value}

    def _card_sql(self, company, ledger, partner_ids):
        """Return the query of all that cards say.

        A till asks for many customers: the database may read all links. A statement
        that it takes for a dear one is compiled, which costs more than running it.

        :rtype: SQL
        """
        partners = self.env["res.partner"]
        self._flush()
        return SQL(
            """WITH RECURSIVE %(up)s, standing AS (
                SELECT up.id, bool_or(q.customer_status = 'hold') AS held,
                       max(q.hold_until) FILTER (WHERE q.customer_status = 'hold')
                            AS until,
                       bool_or(COALESCE(q.customer_status, 'active') <> 'active'
                            OR q.overdue_since IS NOT NULL) AS flagged
                  FROM up JOIN res_partner q ON q.id = up.ancestor GROUP BY up.id),
            nearest AS (
                SELECT DISTINCT ON (up.id) up.id, l.account_customer_id
                  FROM up JOIN synkd_customer_link l ON l.partner_id = up.ancestor
                 WHERE l.active AND l.ledger_id = %(ledger)s
              ORDER BY up.id, up.depth)
            SELECT s.id, s.held, s.until, a.held AS books_held, a.code,
                   a.id AS account_id, a.outstanding, a.overdue, a.credit_limit,
                   a.currency_id, c.id AS class_id, c.posting, c.show_pos,
                   c.generic_account_customer_id AS generic_id,
                   s.flagged OR a.held OR (%(late)s AND a.overdue > 0) AS flagged,
                   EXISTS (SELECT FROM synkd_customer_class g
                            WHERE g.generic_account_customer_id = a.id) AS shared
              FROM standing s
         LEFT JOIN nearest n ON n.id = s.id
         LEFT JOIN synkd_account_customer a ON a.id = n.account_customer_id
         LEFT JOIN synkd_customer_class c ON c.id = a.class_id""",
            up=partners._up_sql(SQL("p.id = ANY(%s)", partner_ids)),
            ledger=ledger.id or 0,
            late=company.synkd_overdue_check,
        )

    def _flush(self):
        """Write what the statements read."""
        status = ["customer_status", "hold_until", "overdue_since", "write_date"]
        self.env["res.partner"].flush_model(status)
        for name in ("customer.link", "account.customer", "customer.class"):
            self.env[f"synkd.{name}"].flush_model()

    @api.model
    def _changed_sql(self, company, since):
        """Return the query of the customers of whom a card may say something else.

        Their own record need not have changed: the books told of them, a class or the
        customer above did.

        :param recordset company: of the till.
        :param str since: moment in UTC.
        :rtype: SQL
        """
        ledger = company._get_synkd_live_ledger()
        self._flush()
        return SQL(
            """WITH RECURSIVE changed(id, depth) AS (
                SELECT p.id, 0 FROM res_partner p WHERE p.write_date > %(since)s
             UNION
                SELECT l.partner_id, 0 FROM synkd_customer_link l
                  JOIN synkd_account_customer a ON a.id = l.account_customer_id
             LEFT JOIN synkd_customer_class c ON c.id = a.class_id
                 WHERE l.ledger_id = %(ledger)s AND GREATEST(
                    l.write_date, a.write_date, c.write_date) > %(since)s
             UNION
                SELECT p.id, changed.depth + 1
                  FROM changed JOIN res_partner p ON p.parent_id = changed.id
                 WHERE changed.depth < 50)
            SELECT id FROM changed""",
            since=since,
            ledger=ledger.id or 0,
        )
