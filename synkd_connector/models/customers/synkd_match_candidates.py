# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.tools import SQL

from .synkd_match import PER_ACCOUNT, SIMILAR


class SynkdMatch(models.Model):
    """Candidates for a few customers at once, as the Resolve dialog shows them."""

    _inherit = "synkd.match"

    @api.model
    def _find_candidates(self, ledger, partners):
        """Return the account customers that some customers may be, likeliest first.

        Unlike proposals, they may have customers already: many may share one.

        :param recordset ledger: one `synkd.ledger`.
        :param recordset partners: some `res.partner`.
        :return: by partner id: id of the account customer, score and reasons.
        :rtype: dict[int, list[tuple[int, int, str]]]
        """
        found = {}
        if partners:
            self.env.flush_all()
            for partner_id, *candidate in self.env.execute_query(
                self._candidates_sql(ledger, partners)
            ):
                found.setdefault(partner_id, []).append(tuple(candidate))
        return found

    def _candidates_sql(self, ledger, partners):
        """Return the query of the candidates of a few customers.

        Similar names are found through the index on the names of account customers.
        """
        return SQL(
            """WITH account AS (%(accounts)s), partner AS (%(partners)s),
            pair AS (%(equal)s UNION
                SELECT a.id, p.id FROM partner p
                  JOIN synkd_account_customer c ON lower(c.name) %% p.name
                  JOIN account a ON a.id = c.id
                 WHERE similarity(a.name, p.name) >= %(similar)s),
            scored AS (%(scored)s),
            ranked AS (
                SELECT *, %(score)s AS score, row_number() OVER (
                    PARTITION BY p ORDER BY %(score)s DESC, a) AS place
                  FROM scored)
            SELECT p, a, score, %(reasons)s FROM ranked
             WHERE place <= %(most)s ORDER BY p, place""",
            accounts=self._account_side_sql(self._candidate_sql(ledger)),
            partners=self._partner_side_sql(SQL("p.id = ANY(%s)", partners.ids)),
            equal=self._equal_sql(),
            similar=SIMILAR,
            scored=self._scored_sql(),
            score=self._score_sql(),
            reasons=self._reasons_sql(),
            most=PER_ACCOUNT,
        )

    def _candidate_sql(self, ledger):
        """Return the condition of account customers ``a`` of somebody's own."""
        return SQL(
            """a.ledger_id = %s AND a.active
           AND NOT EXISTS (SELECT FROM synkd_customer_class c
                 WHERE c.generic_account_customer_id = a.id)""",
            ledger.id,
        )
