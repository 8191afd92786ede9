# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, models
from odoo.tools import SQL

from ...const import BATCH
from ...lib.decision import Document, Target, decide
from ...lib.obstacles import Obstacles, gather
from ...lib.queue import NOTHING, Candidate, Settled, Verdict

# Rows that are decided in one go; their queries do not grow with the number.
CHUNK = 500
NOBODY = (None,) * 5


class SynkdDecider(models.AbstractModel):
    """Gathers the facts of many documents at once, and asks the posting decision.

    The rule itself is `lib.decision.decide`; here are only the queries: one for the
    customers, one for the lines, whatever the number of documents.
    """

    _name = "synkd.decider"
    _description = "Posting Decision for Many Documents"

    # === ROWS OF THE QUEUE === #

    @api.model
    def _decide(self, rows, answers=None):
        """Decide rows again that were not sent yet, and write the answers down.

        Rows that wait for a person's word (refused, changed) stay as they are.

        :param recordset rows: `synkd.transaction`.
        :param LineAnswers answers: of their lines, when these were asked for already.
        """
        rows = rows._waiting_for_decision()
        documents = rows.filtered(lambda row: row.channel == "documents")
        self._decide_chunks(documents, answers)
        # Money goes where the documents go that it settles.
        money = rows - documents
        money |= self.env["synkd.settlement"]._find_settling(documents)
        self._decide_chunks(money._waiting_for_decision())

    def _decide_chunks(self, rows, answers=None):
        """Decide rows of any number, chunk by chunk."""
        for ledger, some in rows.grouped("ledger_id").items():
            for start in range(0, len(some), CHUNK):
                self._decide_chunk(ledger, some[start : start + CHUNK], answers)

    def _decide_chunk(self, ledger, rows, answers):
        """Decide some rows of one ledger with a constant number of queries."""
        candidates = self._candidates(rows)
        rows._set_decided(self._decide_candidates(ledger, candidates, answers))

    def _candidates(self, rows):
        """Return rows as the decision takes them.

        :rtype: list[Candidate]
        """
        paying = rows.filtered(lambda row: row.channel != "documents")
        settled = self.env["synkd.settlement"]._find_settled(paying)
        rows_sudo = rows.sudo()
        summed = rows_sudo.filtered("summary_id")
        billing = rows_sudo.filtered(lambda row: row._is_bill())
        found = [self._summary_candidate(row) for row in summed]
        found += [self._bill_candidate(row) for row in billing]
        return found + [
            Candidate(
                row.id,
                row.kind,
                row.partner_id.id,
                # What an opening document says is no line of an invoice.
                0 if row.opening_date else row.move_id.id,
                row.payment_id.id,
                row.source,
                row.post_date or row.date,
                row.company_id.id,
                row._is_paid(),
                settled.get(row.id, NOTHING),
                # An opening balance stands for one document of another time.
                alone=row.batch_alone or bool(row.opening_date),
            )
            for row in rows_sudo - summed - billing
        ]

    def _bill_candidate(self, row):
        """Return the bill of several documents as the decision takes it.

        :rtype: Candidate
        """
        return Candidate(
            row.id,
            row.kind,
            0,
            0,
            0,
            row.source,
            row.post_date or row.date,
            row.company_id.id,
            settled=Settled((row._get_bill().account_customer_id.id,)),
            batch_id=row.res_id,
        )

    def _summary_candidate(self, row):
        """Return a row about a summary, or its money, as the decision takes it.

        :rtype: Candidate
        """
        summary = row.summary_id
        account, own = summary._get_account(), summary.partner_id
        document = row.channel == "documents"
        return Candidate(
            row.id,
            row.kind,
            own.id or 0,
            0,
            0,
            row.source,
            row.post_date or row.date,
            row.company_id.id,
            row._is_paid(),
            NOTHING if own else Settled(tuple(account.ids)),
            summary.id,
            0 if document else row.res_id,
            "" if own or account else summary.place or summary.name,
            class_id=summary.class_id.id,
            gathered=summary.class_id.batch_billing,
            alone=row.batch_alone,
        )

    # === THE JUDGE === #

    @api.model
    def _decide_candidates(self, ledger, candidates, answers=None):
        """Say where documents go, with a constant number of queries.

        :param recordset ledger: the `synkd.ledger`.
        :param list candidates: ``Candidate``.
        :param LineAnswers answers: of their lines, when these were asked for already.
        :return: verdicts by the candidates' key.
        :rtype: dict[int, Verdict]
        """
        customers = self._customer_facts(ledger, candidates)
        obstacles = self._find_obstacles(ledger, candidates, answers)
        return {
            candidate.key: self._verdict(
                ledger,
                candidate,
                self._facts_of(candidate, customers),
                obstacles.get(candidate.key, Obstacles()),
            )
            for candidate in candidates
        }

    def _verdict(self, ledger, candidate, facts, obstacles):
        """Ask the posting decision about one document.

        :rtype: Verdict
        """
        account, generic, class_id, prefix, gathered = facts
        class_id = class_id or candidate.class_id or None
        choice = ledger._get_before_choice()
        is_document = candidate.kind in ("invoice", "credit_note")
        prefix = ledger._get_number_prefix() + (prefix if is_document else "")
        document = Document(
            paid=candidate.paid or candidate.kind not in ("invoice", "credit_note"),
            invalid_lines=obstacles.invalid,
            unmapped=tuple(need.label for need in obstacles.unmapped),
            rateless="" if ledger._has_own_rates() else obstacles.rateless,
            closed=self._closed_until(ledger, candidate),
            mixed=len(candidate.settled.accounts) > 1,
            before=() if choice else candidate.settled.before,
            place=candidate.place,
        )
        decision = decide(account, generic, document)
        target_id = decision.target_id or None
        if choice == "exclude" and candidate.settled.only_before:
            data = {"before": list(candidate.settled.before)}
            return Verdict("excluded", None, data, target_id, class_id, prefix)
        if decision.ready:
            gathered = (gathered or candidate.gathered) and not candidate.alone
            state = BATCH if gathered and is_document else "pending"
            return Verdict(state, None, None, target_id, class_id, prefix)
        data = self._reason_data(decision, document, obstacles)
        return Verdict("attention", decision.reason, data, target_id, class_id, prefix)

    def _reason_data(self, decision, document, obstacles):
        """Return what the sentences of a decision name.

        :rtype: dict
        """
        data = {"reasons": list(decision.reasons)}
        if obstacles.invalid:
            data["lines"] = list(obstacles.invalid)
            data["more"] = obstacles.more
        if obstacles.unmapped:
            data["unmapped"] = [need.as_dict() for need in obstacles.unmapped]
        if document.before:
            data["before"] = list(document.before)
        if document.place:
            data["place"] = document.place
        if document.closed:
            data["closed"] = document.closed
        return data

    def _closed_until(self, ledger, candidate):
        """Return the last day of the closed period that a document falls into, or "".

        Only the books' own closing counts: what was posted in Odoo before Odoo's locks
        still has to reach the books, and those locks guard changes in Odoo anyway.
        """
        last = ledger._get_lists_lock_date()
        return last.isoformat() if last and candidate.date <= last else ""

    @api.model
    def _decide_customer(self, ledger, partner, document=None):
        """Ask the posting decision about one customer.

        :param recordset ledger: the `synkd.ledger`, or none.
        :param recordset partner: one `res.partner`.
        :param Document document: None asks about the customer in general.
        :rtype: Decision
        """
        candidate = Candidate(0, "", partner.id, 0, 0, "", None, 0)
        customers = self._customer_facts(ledger, [candidate]) if ledger else {}
        account, generic, *_class = self._facts_of(candidate, customers)
        return decide(account, generic, document)

    # === FACTS === #

    def _find_obstacles(self, ledger, candidates, answers):
        """Return what the lines and the money cannot be posted for, by key.

        :rtype: dict[int, Obstacles]
        """
        rule = self.env["synkd.line.rule"]
        found = self._find_summary_obstacles(ledger, candidates)
        found |= self._find_bill_obstacles(ledger, candidates)
        candidates = [c for c in candidates if not (c.summary_id or c.batch_id)]
        documents = [c for c in candidates if c.kind in ("invoice", "credit_note")]
        payments = [c for c in candidates if c.kind in ("payment", "refund")]
        if documents:
            sources = {c.move_id: c.source for c in documents}
            by_move = answers.obstacles if answers else rule._find(ledger, sources)
            found |= {
                c.key: by_move[c.move_id] for c in documents if c.move_id in by_move
            }
        if payments:
            by_key = rule._find_payments(
                ledger, [(c.key, c.move_id, c.payment_id) for c in payments]
            )
            found |= by_key
        return found

    def _find_summary_obstacles(self, ledger, candidates):
        """Return what summaries and their money cannot be posted for, by key.

        :rtype: dict[int, Obstacles]
        """
        rule = self.env["synkd.summary.rule"]
        documents = [c for c in candidates if c.summary_id and not c.money_id]
        by_summary = rule._find(ledger, {c.summary_id: c.source for c in documents})
        money = [(c.key, 0, c.money_id) for c in candidates if c.money_id]
        found = rule._find_payments(ledger, money)
        return found | {c.key: by_summary[c.summary_id] for c in documents}

    def _find_bill_obstacles(self, ledger, candidates):
        """Return what keeps the members of bills from the books, by key.

        :rtype: dict[int, Obstacles]
        """
        keys = {c.batch_id: c.key for c in candidates if c.batch_id}
        lacking = {key: ([], []) for key in keys.values()}
        for members in self.env["synkd.batch"].sudo().browse(keys)._iter_members():
            bills = {member.id: member.batch_id.id for member in members}
            asked = [c for c in self._candidates(members) if not c.batch_id]
            for member, each in self._find_obstacles(ledger, asked, None).items():
                names, needs = lacking[keys[bills[member]]]
                names += each.invalid
                needs += each.unmapped
        return {key: gather(*both) for key, both in lacking.items()}

    def _customer_facts(self, ledger, candidates):
        """Return what the decision must know of customers and accounts: one query.

        :return: facts by ("partner", id) and by ("account", id).
        :rtype: dict[tuple, tuple]
        """
        partner_ids = {c.partner_id for c in candidates if not c.settled.account_id}
        account_ids = {c.settled.account_id for c in candidates} - {0}
        links = self.env["synkd.customer.link"]
        links.flush_model()
        self.env["synkd.account.customer"].flush_model()
        self.env["synkd.customer.class"].flush_model()
        query = self._facts_sql(ledger, partner_ids, account_ids)
        return {
            (row[0], row[1]): self._as_facts(row[0], row[2:])
            for row in self.env.execute_query(query)
        }

    def _facts_sql(self, ledger, partner_ids, account_ids):
        """Return the query of the accounts of some customers, and of some accounts.

        :rtype: SQL
        """
        return SQL(
            """SELECT who.sort, who.id,
                      a.id, a.active, a.held, %(refused_a)s,
                      c.id, c.posting, c.invoice_prefix, c.batch_billing,
                      g.id, g.active, g.held, %(refused_g)s
                 FROM (SELECT 'partner' AS sort, n.partner AS id,
                              l.account_customer_id AS account
                         FROM (%(nearest)s) n(partner, link)
                         JOIN synkd_customer_link l ON l.id = n.link
                    UNION ALL SELECT 'account', id, id FROM synkd_account_customer
                        WHERE id = ANY(%(accounts)s)) who
                 JOIN synkd_account_customer a ON a.id = who.account
            LEFT JOIN synkd_customer_class c ON c.id = a.class_id
            LEFT JOIN synkd_account_customer g
                   ON g.id = c.generic_account_customer_id""",
            nearest=self.env["synkd.customer.link"]._nearest_sql(
                list(partner_ids), ledger.id
            ),
            accounts=list(account_ids),
            refused_a=self._refused_sql("a"),
            refused_g=self._refused_sql("g"),
        )

    def _refused_sql(self, alias):
        """Return the condition that the books have not got an account customer."""
        table = SQL.identifier(alias)
        return SQL(
            "(%s.external_id IS NULL AND %s.sync_state IN ('attention', 'conflict'))",
            table,
            table,
        )

    def _as_facts(self, sort, row):
        """Return account, generic account, and what the class says, of one row."""
        (account_id, active, held, refused) = row[:4]
        (class_id, posting, prefix, gathered) = row[4:8]
        if sort == "account":
            # The settled documents were decided already: it goes where they went.
            posting, class_id, gathered = "account", None, False
        account = Target(account_id, posting or "", active, held, refused)
        generic = Target(row[8], "", *row[9:]) if row[8] else None
        return account, generic, class_id, prefix or "", bool(gathered)

    def _facts_of(self, candidate, customers):
        """Return the facts that count for one candidate."""
        if account_id := candidate.settled.account_id:
            return customers.get(("account", account_id), NOBODY)
        account, generic, class_id, prefix, gathered = customers.get(
            ("partner", candidate.partner_id), NOBODY
        )
        return account, generic, class_id, prefix or "", gathered
