# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.tools import SQL

from ...const import SIGNS, UNDER_WAY_STATES, WAITING_STATES

UNSENT_STATES = (*WAITING_STATES, *UNDER_WAY_STATES)


class SynkdCreditControl(models.AbstractModel):
    """What the books say that a family owes goes before what Odoo knows of it."""

    _inherit = "synkd.credit.control"

    @api.model
    def _get_debts(self, company, family):
        """Override to believe the books where they keep this family's account.

        The books know of payments that Odoo never had; Odoo knows what is still on its
        way to them. So: their balance, and what they have not got yet.
        """
        debts = super()._get_debts(company, family)
        ledger = company._get_synkd_live_ledger()
        if not ledger.balance_cursor:
            # Balances were never read from these books.
            return debts
        accounts = self._get_own_accounts(ledger, family)
        found = {}
        for head, *row in accounts:
            found.setdefault(head, []).append(tuple(row))
        members = {member: head for member, head in family.items() if head in found}
        for head, row in self._get_unsent(ledger, members):
            found[head].append(row)
        return debts | found

    def _get_own_accounts(self, ledger, family):
        """Return the balances of account customers that bill one family alone.

        :return: head, id of the currency, what is owed, what of it is overdue.
        :rtype: list[tuple]
        """
        self.env["synkd.customer.link"].flush_model()
        self.env["synkd.account.customer"].flush_model()
        return self.env.execute_query(
            SQL(
                """WITH member(id, head) AS (
                    SELECT * FROM unnest(%(members)s, %(heads)s))
                SELECT MIN(m.head), a.currency_id,
                          COALESCE(a.outstanding, 0), COALESCE(a.overdue, 0)
                  FROM synkd_account_customer a
                  JOIN synkd_customer_class c ON c.id = a.class_id
                  JOIN synkd_customer_link l
                    ON l.account_customer_id = a.id AND l.active
             LEFT JOIN member m ON m.id = l.partner_id
                 WHERE a.id IN (SELECT account_customer_id FROM synkd_customer_link
                                 WHERE active AND partner_id = ANY(%(members)s)
                                   AND ledger_id = %(ledger)s)
                   AND a.ledger_id = %(ledger)s AND a.external_id IS NOT NULL
                   AND c.posting = 'account'
              GROUP BY a.id
                HAVING COUNT(*) = COUNT(m.id) AND COUNT(DISTINCT m.head) = 1""",
                members=list(family),
                heads=list(family.values()),
                ledger=ledger.id,
            )
        )

    def _get_unsent(self, ledger, members):
        """Return what the books have not got yet, by head and currency.

        What they have under an id, its own or that of its bill, is in their balance,
        also while it waits for a person; so is what is to be voided. What is excluded
        never gets there: of an invoice what is open of it is owed all the same.

        :rtype: list[tuple[int, tuple]]
        """
        self.env["synkd.transaction"].flush_model()
        self.env["account.move"].flush_model(["amount_residual", "state"])
        signs = [(kind, sign) for kind, sign in SIGNS.items() if kind != "allocation"]
        query = SQL(
            """WITH sign(kind, factor) AS (VALUES %(signs)s)
            SELECT t.partner_id, t.currency_id, SUM(sign.factor * CASE
                       WHEN t.sync_state <> 'excluded'
                       THEN CASE p.operation WHEN 'void' THEN -t.amount
                                             ELSE t.amount END
                       WHEN m.state = 'posted' THEN m.amount_residual
                       ELSE 0 END)
              FROM synkd_transaction t
              JOIN sign ON sign.kind = t.kind
         LEFT JOIN synkd_batch b ON b.id = t.batch_id
              JOIN synkd_transaction p ON p.id = COALESCE(b.transaction_id, t.id)
         LEFT JOIN account_move m ON m.id = t.move_id AND t.channel = 'documents'
             WHERE t.partner_id = ANY(%(members)s) AND t.ledger_id = %(ledger)s
               AND t.live AND (t.sync_state = 'excluded' AND m.id IS NOT NULL
                   OR p.sync_state IN %(unsent)s
                   AND (p.external_id IS NULL) = (p.operation = 'post'))
          GROUP BY t.partner_id, t.currency_id""",
            signs=SQL(", ").join(SQL("(%s, %s)", *pair) for pair in signs),
            members=list(members),
            ledger=ledger.id,
            unsent=UNSENT_STATES,
        )
        return [
            # What is paid and not there yet takes from what is overdue there.
            (members[member], (currency, amount, min(amount, 0)))
            for member, currency, amount in self.env.execute_query(query)
        ]
