# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from collections import Counter
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from ...const import BATCH

# So many bills a run makes at once, then it commits.
MOST_BILLS = 500


class SynkdBiller(models.AbstractModel):
    """Bills together what waits under Batch Billing.

    One bill for each account customer, currency and site. A document is in one bill at
    most: it gets there by one statement that takes only what waits still.
    """

    _name = "synkd.biller"
    _description = "Batch Billing"

    @api.model
    def _find(self, classes, companies, up_to):
        """Return what would be billed, and what is left out: one query.

        :param recordset classes: `synkd.customer.class`.
        :param recordset companies: the sites that are billed for.
        :param datetime.date up_to: last day that is billed.
        :return: ledger, site, account customer, class, currency, signed total, ids of
            what is billed, and the numbers of what is dated later, held back, and
            waiting for a decision.
        :rtype: list[tuple]
        """
        self.env["synkd.transaction"].flush_model()
        return self.env.execute_query(
            SQL(
                """SELECT t.ledger_id, t.company_id, t.account_customer_id, t.class_id,
                          t.currency_id,
                          SUM(CASE t.kind WHEN 'credit_note' THEN -t.amount
                                          ELSE t.amount END) FILTER (WHERE w.due),
                          array_agg(t.id ORDER BY t.date, t.id) FILTER (WHERE w.due),
                          COUNT(*) FILTER (WHERE t.sync_state = %(batch)s
                                             AND NOT w.due),
                          COUNT(*) FILTER (WHERE t.sync_state = 'held'),
                          COUNT(*) FILTER (WHERE t.sync_state = 'attention')
                     FROM synkd_transaction t
               CROSS JOIN LATERAL (SELECT t.sync_state = %(batch)s
                          AND COALESCE(t.post_date, t.date) <= %(up_to)s AS due) w
                    WHERE t.live AND t.channel = 'documents' AND t.batch_id IS NULL
                      AND t.class_id = ANY(%(classes)s)
                      AND t.company_id = ANY(%(companies)s)
                      AND t.batch_alone IS NOT TRUE
                      AND t.sync_state IN (%(batch)s, 'held', 'attention')
                      AND t.account_customer_id IS NOT NULL
                      AND t.external_id IS NULL
                 GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2, 3, 5""",
                batch=BATCH,
                up_to=up_to,
                classes=classes.ids,
                companies=companies.ids,
            )
        )

    @api.model
    def _bill(self, classes, companies, up_to, most=None):
        """Bill what waits of some classes.

        :param recordset classes: `synkd.customer.class`.
        :param recordset companies: the sites that are billed for.
        :param datetime.date up_to: last day that is billed; the date of the bills.
        :param int most: how many bills are made at most; None: all of them.
        :return: the bills, in the queue.
        :rtype: recordset of `synkd.batch`
        """
        self._decide_stale(classes)
        found = self._find(classes, companies, up_to)
        found = [row for row in found if row[6]][:most]
        bills = self.env["synkd.batch"].sudo()
        counts = Counter(row[1] for row in found)
        numbers = {
            id_: iter(self._take_numbers(id_, counts[id_], up_to)) for id_ in counts
        }
        bills = bills.create(
            [self._bill_vals(row, next(numbers[row[1]]), up_to) for row in found]
        )
        pairs = [
            (member_id, bill.id)
            for bill, row in zip(bills, found, strict=True)
            for member_id in row[6]
        ]
        if not pairs:
            return bills
        rows = self.env["synkd.transaction"].sudo()
        rows._set_billed(pairs)
        for some in bills.grouped("ledger_id").values():
            self.env["synkd.enqueuer"]._enqueue_batches(some)
        members = rows.browse(member_id for member_id, _bill_id in pairs)
        self.env["synkd.settlement"]._refresh_blocked_by(members)
        return bills

    def _decide_stale(self, classes):
        """Decide what was left to the next run, so that nothing is billed wrongly."""
        rows = self.env["synkd.transaction"].sudo()
        stale = [("class_id", "in", classes.ids), ("stale", "=", True)]
        self.env["synkd.decider"]._decide(rows.search(stale, order="id"))

    def _take_numbers(self, company_id, count, up_to):
        """Return the next numbers of bills; where Odoo counts in PostgreSQL, at once.

        :param int company_id: the site that bills.
        :param datetime.date up_to: the date of the bills, which is part of them.
        :rtype: list[str]
        """
        day = fields.Date.to_string(up_to)
        sequences = self.env["ir.sequence"].sudo().with_context(ir_sequence_date=day)
        mine = [("code", "=", "synkd.batch"), ("company_id", "in", (company_id, False))]
        sequence = sequences.search(mine, order="company_id", limit=1)
        if sequence.implementation != "standard" or sequence.use_date_range:
            return [sequence.next_by_id(up_to) for _n in range(count)]
        name = f"ir_sequence_{sequence.id:03d}"
        query = SQL("SELECT nextval(%s) FROM generate_series(1, %s)", name, count)
        return [sequence.get_next_char(n) for (n,) in self.env.execute_query(query)]

    def _bill_vals(self, row, number, up_to):
        """Return the values of one bill, see ``_find``.

        :rtype: dict
        """
        ledger_id, company_id, account_id, class_id, currency_id, *_rest = row
        return {
            "name": number,
            "ledger_id": ledger_id,
            "company_id": company_id,
            "account_customer_id": account_id,
            "class_id": class_id,
            "currency_id": currency_id,
            "date": up_to,
        }

    @api.model
    def _bill_due(self, ledger):
        """Bill the classes whose day has come, up to the day before it.

        Days that were missed, since nothing ran, are made up for one after the other.
        Of many bills some are made at once: the caller commits, and asks for the next.

        :param recordset ledger: `synkd.ledger`.
        :return: how many bills were made; 0 when none is due any more.
        :rtype: int
        """
        # Somewhere it is tomorrow already.
        tomorrow = fields.Date.today() + timedelta(days=1)
        due = self.env["synkd.customer.class"].search(
            [
                ("company_id", "in", (False, *ledger.company_id.ids)),
                ("batch_billing", "=", True),
                ("batch_next_date", "<=", tomorrow),
            ],
            order="batch_next_date, id",
            limit=1,
        )
        if not due:
            return 0
        here = ledger.with_context(tz=ledger._get_zone())
        if due.batch_next_date > fields.Date.context_today(here):
            return 0
        day = due.batch_next_date
        sites = ledger.company_id._accessible_branches()
        bills = self._bill(due, sites, day - timedelta(days=1), MOST_BILLS)
        if len(bills) < MOST_BILLS:
            due.batch_next_date = due._get_batch_date(day)
        return max(len(bills), 1)
