# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.tools import SQL, split_every

from ...const import SIGNS, UNDER_WAY_STATES, UNSURE
from .synkd_agreement import (
    AGREES,
    ARCHIVED,
    BALANCE,
    DIFFERENCES,
    DIFFERS,
    EXCLUDED,
    MISSING,
    NOT_GONE,
    TWICE,
    UNKNOWN,
    UNQUEUED,
    WAITING,
)
from .synkd_enqueuer import MOVE_KINDS

CHUNK = 1000
COLUMNS = (
    *("agreement_id", "ledger_id", "company_id", "kind", "verdict", "facts", "state"),
    *("transaction_id", "posting_id", "account_customer_id", "partner_id"),
    *("class_id", "source", "date", "number", "currency_id", "total", "tax", "paid"),
    *("amount", "books_date", "books_number", "books_customer", "books_total"),
    *("books_tax", "books_paid", "books_amount"),
)


class SynkdComparer(models.AbstractModel):
    """Compares what a ledger should have by the queue with what its books told.

    Set-based: a constant number of statements, however many documents there are, all
    in one transaction. What is to be there, and how much of it is settled, is what rows
    of the queue sent (``sent_data``): so the rules of who is posted, with whom
    together, as part of what, are not told a second time here.
    """

    _name = "synkd.comparer"
    _description = "Compares Both Sides"

    @api.model
    def _compare(self, agreement):
        """Write down the lines of an agreement and end it.

        :param recordset agreement: one `synkd.agreement`; its ledger's books were read.
        """
        self.env.flush_all()
        self._insert_rows(agreement)
        self._insert_unknown(agreement)
        self.env["synkd.agreement.line"].invalidate_model()
        self._add_unqueued(agreement)
        owed = self._add_balances(agreement)
        self._add_archived(agreement)
        self.env.flush_all()
        lines = self.env["synkd.agreement.line"]
        lines._set_left_again(agreement)
        self.env.invalidate_all()
        lines._post_anew(agreement)
        lines._hold_back(agreement)
        self.env.flush_all()
        agreement._set_done(self._sum_up(agreement) | owed)

    # === ROWS OF THE QUEUE === #

    def _insert_rows(self, agreement):
        """Compare each row with what the books have of it: one statement."""
        ledger = agreement.ledger_id
        values = SQL(
            """%(agreement)s, %(ledger)s, c.company_id, c.kind, c.verdict, c.facts,
               CASE WHEN c.verdict = ANY(%(differences)s) THEN 'open' ELSE 'fine' END,
               c.id, c.posting_id, c.account_customer_id, c.partner_id, c.class_id,
               c.source, c.date, c.number, c.currency_id, c.amount, c.sent_tax,
               CASE WHEN c.channel = 'documents' THEN c.told END, c.amount_company,
               c.there_date, c.there_number, c.there_customer, c.there_total,
               c.there_tax, c.there_total - c.there_open,
               CASE WHEN COALESCE(c.here, 0) = 0 OR c.amount = 0 OR c.there_draft THEN 0
                    WHEN c.facts NOT LIKE '%%total%%' THEN c.amount_company
                    ELSE round(c.amount_company * c.there_total / c.amount,
                               c.own_places) END""",
            agreement=agreement.id,
            ledger=ledger.id,
            differences=list(DIFFERENCES),
        )
        self.env.cr.execute(
            SQL(
                """INSERT INTO synkd_agreement_line (%(columns)s)
                WITH %(part)s, %(found)s, %(told)s, %(compared)s, %(judged)s
                SELECT %(values)s FROM judged c
                 WHERE c.verdict = ANY(%(differences)s)
                    OR c.verdict IS NOT NULL AND c.date >= %(first)s""",
                columns=self._columns_sql(),
                told=self._told_sql(agreement),
                part=self._part_sql(ledger),
                found=self._found_sql(ledger),
                compared=self._compared_sql(agreement),
                judged=self._judged_sql(agreement),
                values=values,
                differences=list(DIFFERENCES),
                first=agreement.date_from,
            )
        )

    def _columns_sql(self):
        """Return the columns of a line, as they are filled."""
        return SQL(", ").join(SQL.identifier(name) for name in COLUMNS)

    def _told_sql(self, agreement):
        """Return what the books were told of who settles what.

        ``told``: key of a document, how much of it rows settle there (``amount``), the
        least and the most that it may be while people are asked about some of them, and
        whether one of them is on its way, or was sent after the read began. What never
        got there, and is not being sent, settles nothing there for certain; neither
        does money that a person is asked about and that the books have not.
        """
        return SQL(
            """r AS (
                SELECT t.*, t.external_id IS NOT NULL AND t.sync_state = 'attention'
                       AND t.reason IS DISTINCT FROM %(unsure)s AS asked,
                       t.channel = 'payments' AND f.row_id IS NULL AS absent
                  FROM synkd_transaction t
             LEFT JOIN found f ON f.row_id = t.id
                 WHERE t.ledger_id = %(ledger)s AND t.live AND t.channel <> 'documents'
                   AND jsonb_typeof(t.sent_data -> 'allocations') = 'array'),
            s AS (
                SELECT channel, sent_data, asked, asked AND absent AS gone,
                       external_id IS NOT NULL AND operation = 'post'
                       AND sync_state <> 'sending' AND NOT (asked AND absent) AS held,
                       sync_state <> 'synced' AND (external_id IS NOT NULL AND NOT asked
                           OR sync_state = ANY(%(under_way)s) OR reason = %(unsure)s)
                       OR date_trunc('second', write_date) > %(as_of)s AS moving
                  FROM r),
            told AS (
                SELECT key, SUM(amount) FILTER (WHERE held) AS amount,
                       COALESCE(SUM(amount) FILTER (WHERE held AND NOT asked), 0)
                       AS least,
                       SUM(amount) FILTER (WHERE held OR asked AND NOT gone) AS most,
                       bool_or(moving) AS moving
                  FROM (SELECT a ->> 'document' AS key,
                               (a ->> 'amount')::numeric AS amount, s.*
                          FROM s, jsonb_array_elements(sent_data -> 'allocations') a
                     UNION ALL
                        SELECT sent_data ->> 'document',
                               COALESCE(NULLIF(a ->> 'paid', ''),
                                        a ->> 'amount')::numeric, s.*
                          FROM s, jsonb_array_elements(sent_data -> 'allocations') a
                         WHERE channel = 'allocations') e
              GROUP BY key)""",
            ledger=agreement.ledger_id.id,
            under_way=list(UNDER_WAY_STATES),
            unsure=UNSURE,
            as_of=agreement.as_of,
        )

    def _part_sql(self, ledger):
        """Return which posting of the books belongs to which row.

        ``part``: row, channel and identity. By the identity that was answered, by the
        parts that one payment has there, and of payments from before parts were kept by
        our key. Rows of ledgers that share these books are among them.
        """
        ledgers = (ledger | ledger._get_sharing()).ids
        return SQL(
            """part AS (
                SELECT id AS row_id, channel, external_id AS key FROM synkd_transaction
                 WHERE ledger_id = ANY(%(ledgers)s) AND channel <> 'allocations'
                   AND external_id IS NOT NULL
                 UNION
                SELECT t.id, t.channel, p ->> 'id'
                  FROM synkd_transaction t, jsonb_array_elements(t.books_parts) p
                 WHERE t.ledger_id = ANY(%(ledgers)s) AND t.channel = 'payments'
                   AND jsonb_typeof(t.books_parts) = 'array' AND p ->> 'id' <> ''
                 UNION
                SELECT t.id, t.channel, p.external_id
                  FROM synkd_transaction t
                  JOIN synkd_books_posting p ON p.own_key = t.own_key
                   AND p.channel = t.channel AND p.ledger_id = %(ledger)s
                 WHERE t.ledger_id = ANY(%(ledgers)s) AND t.channel = 'payments'
                   AND t.external_id IS NOT NULL AND t.books_parts IS NULL)""",
            ledgers=ledgers,
            ledger=ledger.id,
        )

    def _found_sql(self, ledger):
        """Return what the books have of each row, its parts added up (``found``)."""
        return SQL(
            """found AS (
                SELECT part.row_id, MIN(p.id) AS posting_id, COUNT(*) AS here,
                       MIN(p.number) AS there_number, MIN(p.date) AS there_date,
                       MIN(p.currency) AS there_currency,
                       MIN(p.customer) AS there_customer,
                       SUM(p.total) AS there_total, SUM(p.tax) AS there_tax,
                       SUM(p.open) AS there_open,
                       bool_or(COALESCE(p.draft, FALSE)) AS there_draft
                  FROM part
                  JOIN synkd_books_posting p ON p.ledger_id = %(ledger)s
                   AND p.channel = part.channel AND p.external_id = part.key
                 WHERE NOT p.gone
              GROUP BY part.row_id)""",
            ledger=ledger.id,
        )

    def _compared_sql(self, agreement):
        """Return the rows, what the books have of them, and what differs.

        ``facts``: names of what differs. A total that a person left as it is, and what
        the books answered at once, are no news. What a person wished to be posted
        anew is looked at, however late it is dated.
        """
        wished = self.env["synkd.agreement.line"]._find_wished(agreement)
        return SQL(
            """kept AS (
                SELECT t.*, c.name AS currency_name, c.decimal_places AS places,
                       o.decimal_places AS own_places, f.*,
                       COALESCE(k.amount, 0) AS told, k.least, k.most, k.moving,
                       a.external_id AS customer,
                       a.active AS is_customer,
                       NULLIF(t.sent_data ->> 'tax', '')::numeric AS sent_tax,
                       t.amount + COALESCE((SELECT SUM((d ->> 'amount')::numeric)
                          FROM jsonb_array_elements(t.sent_data -> 'differences') d), 0)
                       AS with_differences
                  FROM synkd_transaction t
                  JOIN res_currency c ON c.id = t.currency_id
                  JOIN res_company y ON y.id = t.company_id
                  JOIN res_currency o ON o.id = y.currency_id
             LEFT JOIN found f ON f.row_id = t.id
             LEFT JOIN told k ON k.key = t.external_id AND t.channel = 'documents'
             LEFT JOIN synkd_account_customer a ON a.id = t.account_customer_id
                 WHERE t.ledger_id = %(ledger)s AND t.channel <> 'allocations'
                   AND t.sync_state <> 'billed'
                   AND (t.live OR t.external_id IS NOT NULL)
                   AND (%(last)s::date IS NULL OR t.date <= %(last)s
                        OR t.id = ANY(%(wished)s))),
            compared AS (
                SELECT r.*, concat_ws(',', %(facts)s) AS facts FROM kept r)""",
            ledger=agreement.ledger_id.id,
            last=agreement.date_to or None,
            wished=wished.transaction_id.ids,
            facts=self._facts_sql(),
        )

    def _facts_sql(self):
        """Return the names of what differs in row ``r``; NULL for what is alike."""
        tests = {
            "number": "r.channel = 'documents' AND r.there_number <> r.books_number",
            "date": "r.there_date <> COALESCE(r.books_date, r.post_date, r.date)",
            "currency": "r.channel = 'documents'"
            " AND r.there_currency <> r.currency_name",
            "total": "COALESCE(r.there_currency, r.currency_name) = r.currency_name"
            " AND round(r.there_total, r.places) NOT IN (round(r.amount, r.places),"
            " round(r.with_differences, r.places))"
            " AND NOT (COALESCE(r.note, '') <> ''"
            " AND round(r.there_total, r.places) = round(r.books_total, r.places))",
            "tax": "r.channel = 'documents'"
            " AND round(r.there_tax, r.places) NOT IN (round(r.sent_tax, r.places),"
            " round(COALESCE(r.books_tax, r.sent_tax), r.places))",
            "customer": "r.there_customer <> r.customer AND r.is_customer",
            "paid": "r.channel = 'documents' AND r.live"
            " AND round(r.there_total - r.there_open, r.places)"
            " <> round(r.told, r.places)",
            "draft": "r.there_draft",
            "changed": "r.here > 0 AND r.live AND r.sync_state = 'attention'",
        }
        return SQL(", ").join(
            SQL("CASE WHEN %s THEN %s END", SQL(test), name)  # pylint: disable=sql-injection
            for name, test in tests.items()
        )

    def _judged_sql(self, agreement):
        """Return what is to be said of each row (``judged``); NULL for nothing.

        What was sent or voided after the read began, the read could not tell of.
        """
        return SQL(
            """judged AS (
                SELECT c.*, CASE
                       WHEN c.external_id IS NULL AND c.sync_state = 'excluded'
                       THEN %(excluded)s
                       WHEN c.external_id IS NULL THEN %(waiting)s
                       WHEN c.sync_state = 'voided' THEN
                            CASE WHEN c.here > 0 AND NOT c.there_draft
                                 AND date_trunc('second', c.write_date) <= %(as_of)s
                                 THEN %(not_gone)s END
                       WHEN c.sync_state IN ('sending', 'in_file')
                            OR c.operation = 'void' THEN %(waiting)s
                       WHEN c.here > 0 AND c.facts = '' THEN %(agrees)s
                       WHEN c.posted_at > %(as_of)s OR c.here > 0
                            AND c.facts = 'paid' AND (c.moving OR round(
                                c.there_total - c.there_open, c.places)
                                BETWEEN round(c.least, c.places)
                                AND round(c.most, c.places)) THEN %(waiting)s
                       WHEN c.here > 0 THEN %(differs)s
                       ELSE %(missing)s END AS verdict
                  FROM compared c)""",
            as_of=agreement.as_of,
            excluded=EXCLUDED,
            waiting=WAITING,
            not_gone=NOT_GONE,
            agrees=AGREES,
            differs=DIFFERS,
            missing=MISSING,
        )

    # === WHAT ONLY THE BOOKS HAVE === #

    def _insert_unknown(self, agreement):
        """List what the books have and no row stands for: one statement.

        With our key on it, it is there twice. What a row is being sent as is not told
        yet, so that one says nothing.
        """
        ledger = agreement.ledger_id
        start = ledger.start_date
        signs = [(kind, sign) for kind, sign in SIGNS.items() if kind != "allocation"]
        unknown = "fine" if ledger.agreement_foreign else "open"
        self.env.cr.execute(
            SQL(
                """INSERT INTO synkd_agreement_line (%(columns)s)
                WITH %(part)s, sign(kind, factor) AS (VALUES %(signs)s)
                SELECT %(agreement)s, %(ledger)s, %(company)s, p.kind,
                       CASE WHEN k.id IS NULL THEN %(unknown)s ELSE %(twice)s END, '',
                       CASE WHEN k.id IS NULL THEN %(state)s ELSE 'open' END,
                       COALESCE(k.id, b.transaction_id), p.id, a.id, NULL::int,
                       a.class_id, NULL, p.date, p.number, c.id, NULL::numeric,
                       NULL::numeric, NULL::numeric, 0, p.date, p.number, p.customer,
                       p.total, p.tax, p.total - p.open,
                       round(sign.factor * p.total / r.rate, 2)
                  FROM synkd_books_posting p
                  JOIN sign ON sign.kind = p.kind
             LEFT JOIN synkd_transaction k ON k.own_key = p.own_key
                   AND k.ledger_id = p.ledger_id AND k.channel = p.channel
             LEFT JOIN (SELECT COALESCE(money, external_id) AS key,
                               MIN(transaction_id) AS transaction_id
                          FROM synkd_books_payment WHERE ledger_id = %(ledger)s
                      GROUP BY 1) b ON b.key = p.external_id AND p.channel = 'payments'
             LEFT JOIN synkd_account_customer a ON a.ledger_id = p.ledger_id
                   AND a.external_id = p.customer
             LEFT JOIN res_currency c ON c.name = COALESCE(p.currency, %(currency)s)
            CROSS JOIN LATERAL (SELECT COALESCE((SELECT rate FROM res_currency_rate
                          WHERE currency_id = c.id AND company_id = %(root)s
                            AND c.name <> %(currency)s
                       ORDER BY name > p.date, abs(name - p.date) LIMIT 1), 1)
                       AS rate) r
                 WHERE p.ledger_id = %(ledger)s AND NOT p.gone
                   AND p.draft IS NOT TRUE
                   AND (%(start)s::date IS NULL OR p.date >= %(start)s)
                   AND (%(last)s::date IS NULL OR p.date <= %(last)s)
                   AND (k.id IS NULL OR k.external_id IS NOT NULL)
                   AND NOT EXISTS (SELECT FROM part WHERE part.channel = p.channel
                                      AND part.key = p.external_id)""",
                columns=self._columns_sql(),
                part=self._part_sql(ledger),
                signs=SQL(", ").join(SQL("(%s, %s)", *pair) for pair in signs),
                agreement=agreement.id,
                ledger=ledger.id,
                company=ledger.company_id.id,
                root=ledger.company_id.root_id.id,
                unknown=UNKNOWN,
                twice=TWICE,
                state=unknown,
                currency=ledger.currency_id.name,
                start=start or None,
                last=agreement.date_to or None,
            )
        )

    # === WHAT ONLY ODOO HAS === #

    def _add_unqueued(self, agreement):
        """List documents and money that should be in the queue, and are not.

        Which these are is asked of the rules that fill the queue, some at a time.
        """
        enqueuer = self.env["synkd.enqueuer"]
        for model, kinds in (
            ("account.move", MOVE_KINDS),
            ("account.payment", None),
        ):
            for ids in split_every(CHUNK, self._find_unqueued(agreement, model, kinds)):
                records = self.env[model].sudo().browse(ids)
                if model == "account.payment":
                    records = records.filtered(lambda p: p._is_synkd_money())
                    rows = [enqueuer._payment_vals(record) for record in records]
                else:
                    rows = [enqueuer._move_vals(record) for record in records]
                self._add_lines(
                    agreement, [self._unqueued_vals(row) for row in rows], UNQUEUED
                )

    def _find_unqueued(self, agreement, model, kinds):
        """Return ids of posted records of the ledger's time without a live row.

        :param kinds: types of entries that are documents; None: payments.
        :rtype: list[int]
        """
        ledger = agreement.ledger_id
        day, wanted = SQL("r.date"), SQL("r.state IN ('in_process', 'paid')")
        if kinds:
            day = SQL("COALESCE(r.invoice_date, r.date)")
            wanted = SQL("r.state = 'posted' AND r.move_type = ANY(%s)", list(kinds))
        query = SQL(
            """SELECT r.id FROM %(table)s r
                WHERE r.company_id = ANY(%(companies)s) AND %(wanted)s
                  AND (%(start)s::date IS NULL OR %(day)s >= %(start)s)
                  AND (%(last)s::date IS NULL OR %(day)s <= %(last)s)
                  AND NOT EXISTS (SELECT FROM synkd_transaction t
                       WHERE t.live AND t.ledger_id = %(ledger)s
                         AND t.res_model = %(model)s AND t.res_id = r.id)
             ORDER BY r.id""",
            table=SQL.identifier(self.env[model]._table),
            companies=ledger._get_companies().ids,
            wanted=wanted,
            start=ledger.start_date or None,
            last=agreement.date_to or None,
            day=day,
            ledger=ledger.id,
            model=model,
        )
        return [row_id for (row_id,) in self.env.execute_query(query)]

    def _unqueued_vals(self, row):
        """Return the values of a line about what is not in the queue.

        :param dict row: columns of the row that it would have.
        """
        names = ("company_id", "kind", "partner_id", "date", "currency_id")
        return {name: row[name] for name in names} | {
            "res_model": row["res_model"],
            "res_id": row["res_id"],
            "number": row["document_number"],
            "total": row["amount"],
            "amount": row["amount_company"],
        }

    def _add_lines(self, agreement, vals_list, verdict):
        """Write down lines about differences of one kind."""
        common = {
            "agreement_id": agreement.id,
            "ledger_id": agreement.ledger_id.id,
            "company_id": agreement.company_id.id,
            "verdict": verdict,
            "state": "open",
        }
        lines = self.env["synkd.agreement.line"].with_context(tracking_disable=True)
        lines.create([common | vals for vals in vals_list])

    # === CUSTOMERS === #

    def _add_balances(self, agreement):
        """Compare what customers owe, of whom the books keep an account of their own.

        Odoo's balance less what is on its way has to be that of the books; what
        differences of documents explain is no difference once more.

        :return: the sums of both sides, for the agreement.
        :rtype: dict
        """
        ledger = agreement.ledger_id
        if not ledger.balances_read_at or agreement.date_to:
            return {}
        owed, accounts = self._find_owed(ledger), self._find_own_accounts(ledger)
        waiting = self._find_waiting(ledger, owed)
        explained = self._find_explained(agreement)
        ours = {}
        for _partner, account, amount in owed:
            if account in accounts:
                ours[account] = ours.get(account, 0) + amount
        vals_list, currency = [], ledger.currency_id
        for account, (there, class_id) in accounts.items():
            mine, late = ours.get(account, 0), waiting.get(account, 0)
            known = explained.get(account, 0)
            if currency.compare_amounts(there + late, mine + known):
                vals_list.append(
                    {
                        "kind": BALANCE,
                        "account_customer_id": account,
                        "class_id": class_id,
                        "date": ledger.balances_read_at.date(),
                        "currency_id": currency.id,
                        "total": mine,
                        "paid": late,
                        "books_total": there,
                        "books_paid": known,
                    }
                )
        self._add_lines(agreement, vals_list, BALANCE)
        theirs = sum(there for there, _class in accounts.values())
        return {"balance": sum(ours.values()), "books_balance": theirs}

    def _find_explained(self, agreement):
        """Return by how much the listed differences make the books' balance larger.

        What is another customer's there counts for that one.

        :rtype: dict[int, float]
        """
        rows = self.env.execute_query(
            SQL(
                """WITH listed AS (
                    SELECT *, 'customer' = ANY(string_to_array(facts, ',')) AS moved
                      FROM synkd_agreement_line
                     WHERE agreement_id = %s AND verdict = ANY(%s))
                SELECT account, SUM(more)
                  FROM (SELECT account_customer_id AS account,
                               CASE WHEN moved THEN 0 ELSE books_amount END - amount
                               AS more
                          FROM listed
                     UNION ALL
                        SELECT a.id, l.books_amount
                          FROM listed l
                          JOIN synkd_account_customer a ON a.ledger_id = l.ledger_id
                           AND a.external_id = l.books_customer
                         WHERE l.moved) known
                 WHERE account IS NOT NULL
              GROUP BY account""",
                agreement.id,
                list(DIFFERENCES),
            )
        )
        return {account: float(amount or 0) for account, amount in rows}

    def _find_owed(self, ledger):
        """Return what is open in Odoo, by customer and who he is in the books.

        :return: partner, account customer, amount in the company's currency.
        :rtype: list[tuple[int, int, float]]
        """
        companies = ledger._get_companies().ids
        open_lines = SQL(
            """SELECT l.partner_id, SUM(l.amount_residual) AS amount
                 FROM account_move_line l
                 JOIN account_account a ON a.id = l.account_id
                  AND a.account_type = 'asset_receivable'
                WHERE l.parent_state = 'posted' AND NOT l.reconciled
                  AND l.company_id = ANY(%s) AND l.partner_id IS NOT NULL
             GROUP BY l.partner_id""",
            companies,
        )
        found = dict(self.env.execute_query(open_lines))
        links = self.env["synkd.customer.link"]
        nearest = links._get_nearest(self.env["res.partner"].browse(found), ledger)
        accounts = dict(
            self.env.execute_query(
                SQL(
                    "SELECT id, account_customer_id FROM synkd_customer_link"
                    " WHERE id = ANY(%s)",
                    list(set(nearest.values())),
                )
            )
        )
        return [
            (partner, accounts.get(nearest.get(partner)), float(amount))
            for partner, amount in found.items()
        ]

    def _find_own_accounts(self, ledger):
        """Return balances there of account customers that bill nobody but their own.

        :return: balance and class, by the account customer's id.
        :rtype: dict[int, tuple[float, int]]
        """
        rows = self.env.execute_query(
            SQL(
                """SELECT a.id, COALESCE(a.outstanding, 0), a.class_id
                     FROM synkd_account_customer a
                     JOIN synkd_customer_class c ON c.id = a.class_id
                    WHERE a.ledger_id = %s AND a.external_id IS NOT NULL AND a.active
                      AND c.posting = 'account'""",
                ledger.id,
            )
        )
        return {id_: (float(there), class_id) for id_, there, class_id in rows}

    def _find_waiting(self, ledger, owed):
        """Return what the books have not got yet, by account customer.

        In the company's currency, as `synkd.credit.control` knows it.

        :rtype: dict[int, float]
        """
        control, amounts = self.env["synkd.credit.control"], {}
        unsent = self.env.execute_query(
            SQL(
                """SELECT DISTINCT partner_id, account_customer_id
                     FROM synkd_transaction WHERE ledger_id = %s AND live
                      AND partner_id IS NOT NULL AND account_customer_id IS NOT NULL
                      AND sync_state <> 'synced'""",
                ledger.id,
            )
        )
        members = dict(unsent) | {p: account for p, account, _amount in owed if account}
        own = ledger.currency_id
        for account, (currency, amount, _due) in control._get_unsent(ledger, members):
            foreign = self.env["res.currency"].browse(currency)
            converted = foreign._convert(amount, own, ledger.company_id)
            amounts[account] = amounts.get(account, 0) + float(converted)
        return amounts

    def _add_archived(self, agreement):
        """List customers whom the books archived, or deleted, and who buy here."""
        accounts = self.env["synkd.account.customer"].with_context(active_test=False)
        gone = accounts.search(
            [
                ("ledger_id", "=", agreement.ledger_id.id),
                ("active", "=", False),
                ("external_id", "!=", False),
                ("link_ids.active", "=", True),
            ]
        )
        self._add_lines(
            agreement,
            [
                {
                    "kind": ARCHIVED,
                    "account_customer_id": account.id,
                    "class_id": account.class_id.id,
                    "date": agreement.as_of.date(),
                    "currency_id": agreement.currency_id.id,
                    "books_customer": account.external_id,
                }
                for account in gone
            ],
            ARCHIVED,
        )

    # === AFTER ALL LINES === #

    def _sum_up(self, agreement):
        """Return the sums of what is in the period.

        :rtype: dict
        """
        query = SQL(
            """SELECT COUNT(*) FILTER (WHERE verdict = ANY(%(there)s)),
                      SUM(amount) FILTER (WHERE verdict = ANY(%(there)s)),
                      SUM(books_amount),
                      COUNT(*) FILTER (WHERE verdict = %(waiting)s),
                      SUM(amount) FILTER (WHERE verdict = %(waiting)s)
                 FROM synkd_agreement_line
                WHERE agreement_id = %(id)s AND date >= %(first)s
                  AND (%(last)s::date IS NULL OR date <= %(last)s)
                  AND kind IN ('invoice', 'credit_note', 'payment', 'refund')""",
            there=[AGREES, DIFFERS, MISSING, UNQUEUED],
            waiting=WAITING,
            id=agreement.id,
            first=agreement.date_from,
            last=agreement.date_to or None,
        )
        names = ("document_count", "amount", "books_amount")
        names += ("waiting_count", "waiting_amount")
        row = self.env.execute_query(query)[0]
        return {name: value or 0 for name, value in zip(names, row, strict=True)}

    def _drop_earlier(self, agreement):
        """Remove from earlier agreements of the ledger what is no difference."""
        self.env["synkd.agreement.line"].flush_model()
        self.env.cr.execute(
            SQL(
                """DELETE FROM synkd_agreement_line
                    WHERE ledger_id = %s AND agreement_id <> %s AND state = 'fine'""",
                agreement.ledger_id.id,
                agreement.id,
            )
        )
        self.env["synkd.agreement.line"].invalidate_model()
