# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from collections import defaultdict
from contextlib import contextmanager
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, format_date, format_datetime, formatLang

from ...const import CREDIT_REMEDIES, CREDIT_SENTENCES
from ...lib.credit_control import (
    ORDER,
    REASON,
    Advice,
    Owed,
    Sale,
    Standing,
    judge,
    strictest,
)

NOTHING = Owed()
# Documents that one refusal names.
MOST_NAMED = 5


@dataclass(frozen=True)
class Known:
    """What was gathered about one customer, with the records that sentences name.

    :param recordset company: that asks.
    :param recordset chain: the customer and those above, the nearest first.
    :param recordset account: the account customer he is billed as, or none.
    :param Owed owed: of the family, in ``currency``.
    """

    company: object
    chain: object
    account: object
    currency: object
    standing: Standing
    owed: Owed = NOTHING

    @property
    def head(self):
        """Return who stands for the whole family."""
        # Not by index, which forgets with whom the record is fetched.
        *_below, head = self.chain
        return head

    @property
    def billed(self):
        """Return whom Odoo bills: the customer, or a person's company."""
        customer, *_above = self.chain
        return customer.commercial_partner_id

    def without_money(self):
        """Return the same for somebody who may not know any amount."""
        by_hand = any(above.overdue_since for above in self.chain)
        standing = Standing(
            status=self.standing.status,
            books_hold=self.standing.books_hold,
            overdue=by_hand,
            served=self.standing.served,
            on_web=self.standing.on_web,
        )
        return replace(self, standing=standing, owed=NOTHING)


class SynkdCreditControl(models.AbstractModel):
    """Gathers the facts of many customers at once, and asks what they allow.

    The rule itself is `lib.credit_control.judge`; here are only the queries, whose
    number does not grow with the number of documents, and the sentences.
    """

    _name = "synkd.credit.control"
    _description = "Credit Control"

    # === ASKED BY DOCUMENTS === #

    @api.model
    def _require(self, company, action, cases, documents=None):
        """Refuse what customers do not allow now.

        Whoever asks for a family with a limit takes its turn: of two transactions
        that ask at the same moment the second one starts anew, and sees the first.

        :param recordset company: the one `res.company` of the documents.
        :param str action: of ``lib.credit_control``.
        :param list[Case] cases: the documents; their keys tell them apart.
        :param recordset documents: where a person's word is looked for, by id as key;
            only when something would be refused.
        :return: what is to be said, by key.
        :rtype: dict[int, Advice]
        :raise UserError: names the customers, why, and what to do.
        """
        known = self._get_known(company, [case.partner_id for case in cases])
        self._take_turn(known.values())
        advices = self._advise(company, action, cases, known, documents)
        refused = [advice.text for advice in advices.values() if advice.answer.refused]
        if refused:
            texts = list(dict.fromkeys(refused))
            more = len(texts) - MOST_NAMED
            if more > 0:
                texts[MOST_NAMED:] = [self.env._("And %s more.", more)]
            raise UserError("\n\n".join(texts))
        return advices

    @api.model
    def _ask(self, company, action, cases, documents=None):
        """Say what customers allow now, and refuse nothing: for screens.

        :param recordset company: the one `res.company` of the documents.
        :param str action: of ``lib.credit_control``.
        :param list[Case] cases: the documents.
        :param recordset documents: see ``_require``.
        :rtype: dict[int, Advice]
        """
        known = self._get_known(company, [case.partner_id for case in cases])
        return self._advise(company, action, cases, known, documents)

    @contextmanager
    def _as_asked(self, documents):
        """Ask nothing about documents within: that is done for all of it at once.

        It is not said in the context, which whoever calls may fill as he likes.

        :param recordset documents: of an empty one none of its model is asked about.
        """
        asked = self.env.cr.precommit.data.setdefault("synkd_asked", set())
        fresh = {(documents._name, id_) for id_ in documents.ids or (0,)} - asked
        asked |= fresh
        try:
            yield
        finally:
            asked -= fresh

    @api.model
    def _filter_unasked(self, documents):
        """Return those that are not within ``_as_asked``.

        :rtype: recordset
        """
        asked, name = self.env.cr.precommit.data.get("synkd_asked", ()), documents._name
        if (name, 0) in asked:
            return documents.browse()
        return documents.filtered(lambda document: (name, document.id) not in asked)

    def _advise(self, company, action, cases, known, documents):
        """Judge the cases one after the other: those before count for a family.

        :rtype: dict[int, Advice]
        """
        permits = self.env["synkd.credit.permit"]
        get_permitted = cache(lambda: permits._get_permitted(documents))
        family, billed, advices = defaultdict(Decimal), defaultdict(Decimal), {}
        for case in cases:
            facts = known.get(case.partner_id)
            if not facts:
                advices[case.key] = Advice()
                continue
            total = self._to_family(company, facts, case)
            # A confirmed order is counted everywhere; a draft, as what it becomes, not.
            alone = 0 if case.counted and action == ORDER else total
            sale = Sale(
                family[facts.head.id] + (0 if case.counted else total),
                billed[facts.billed.id] + alone,
                case.begun,
                web=case.web,
            )
            answer = judge(action, facts.standing, sale)
            if answer.weight == REASON and documents and case.key in get_permitted():
                answer = judge(action, facts.standing, replace(sale, permitted=True))
            if not answer.refused:
                family[facts.head.id] = sale.amount
                billed[facts.billed.id] = sale.alone
            advices[case.key] = Advice(
                answer, tuple(self._explain(facts, answer, sale.amount))
            )
        return advices

    def _to_family(self, company, facts, case):
        """Return the total of a document in the currency of the customer's limits.

        :rtype: Decimal
        """
        currency = self.env["res.currency"].browse(case.currency_id)
        return self._convert(company, case.total, currency, facts.currency)

    @api.model
    def _convert(self, company, amount, source, target):
        """Return an amount in another currency, at today's rate.

        :rtype: Decimal
        """
        if not amount or not source or source == target:
            return Decimal(str(amount))
        today = fields.Date.context_today(self)
        return Decimal(str(source._convert(float(amount), target, company, today)))

    def _take_turn(self, known):
        """Serialise the families whose limits can refuse something."""
        limited = {
            facts.head.id
            for facts in known
            if facts.standing.rooms
            or facts.standing.limit_action != "notify"
            and self._has_limit(facts.standing)
        }
        self.env["synkd.credit.turn"]._take(limited)

    # === FACTS === #

    @api.model
    def _get_known(self, company, partner_ids, money=False):
        """Gather what is known of customers, with a constant number of queries.

        :param recordset company: whose limits and documents count.
        :param list[int] partner_ids: of `res.partner`.
        :param bool money: also what those owe who have no limit.
        :return: by id of the customer.
        :rtype: dict[int, Known]
        """
        chains = self._get_chains(company, partner_ids)
        everybody = self.env["res.partner"].sudo().concat(*chains.values())
        accounts = self._get_accounts(company, everybody)
        known = {
            partner_id: self._describe(company, chain, accounts)
            for partner_id, chain in chains.items()
        }
        asked = {
            facts.head.id: facts
            for facts in known.values()
            if money or company.synkd_overdue_check or self._has_limit(facts.standing)
        }
        owed = self._get_owed(company, asked.values()) if asked else {}
        return {
            partner_id: self._with_money(company, facts, owed.get(facts.head.id))
            for partner_id, facts in known.items()
        }

    def _has_limit(self, standing):
        """Whether the customer has any limit."""
        return bool(standing.credit_limit or standing.sales_limit)

    def _with_money(self, company, facts, owed):
        """Return the facts with what the family owes.

        :param Owed owed: None when it was not asked for.
        """
        if owed is None:
            return facts
        late = company.synkd_overdue_check and owed.overdue > 0
        standing = replace(
            facts.standing,
            exposure=owed.exposure,
            open_sales=owed.open_sales,
            overdue=facts.standing.overdue or late,
        )
        return replace(facts, standing=standing, owed=owed)

    @api.model
    def _get_chains(self, company, partner_ids):
        """Return each customer with those above, the nearest first.

        :return: recordsets of `res.partner` by id, readable by whoever asks.
        :rtype: dict[int, recordset]
        """
        partners_sudo = self.env["res.partner"].sudo().with_company(company)
        ids = [i for i in set(partner_ids) if i]
        rows = self.env.execute_query(
            SQL(
                """WITH RECURSIVE %s
                SELECT id, array_agg(ancestor ORDER BY depth) FROM up GROUP BY id""",
                partners_sudo._up_sql(SQL("p.id = ANY(%s)", ids)),
            )
        )
        everybody = {ancestor for _id, ancestors in rows for ancestor in ancestors}
        prefetched = partners_sudo.browse(everybody)
        return {
            partner_id: partners_sudo.browse(ancestors).with_prefetch(prefetched.ids)
            for partner_id, ancestors in rows
        }

    def _get_accounts(self, company, partners_sudo):
        """Return the account customers that customers are billed as, by id.

        :rtype: dict[int, recordset]
        """
        ledger = company._get_synkd_live_ledger()
        links_sudo = self.env["synkd.customer.link"].sudo()
        nearest = links_sudo._get_nearest(partners_sudo, ledger)
        # One recordset, so that they and what they lead to are read at once.
        used = {
            link.id: link.account_customer_id
            for link in links_sudo.browse(set(nearest.values()))
        }
        return {partner_id: used[link_id] for partner_id, link_id in nearest.items()}

    def _describe(self, company, chain, accounts):
        """Return what is known of one customer, without money.

        :rtype: Known
        """
        *_below, head = chain
        none = self.env["synkd.account.customer"].sudo()
        account = accounts.get(chain.ids[0], none)
        standing = Standing(
            status=strictest(self._get_statuses(chain)),
            books_hold=account.held,
            overdue=any(above.overdue_since for above in chain),
            **self._get_limits(head, accounts.get(head.id, none)),
            **self._get_reach(company, chain, account),
        )
        currency = head._get_credit_currency(company)
        return Known(company, chain, account, currency, standing)

    def _get_statuses(self, chain):
        """Return the statuses that count: of the customer, and of those above."""
        # A person of a company is asked about by the company's status.
        return [p.customer_status or "active" for p in chain]

    def _get_limits(self, head, account):
        """Return the limits of a family, by name in ``Standing``.

        A customer's own limit goes before that of the books, and that before the
        class's. What the shared account customer of walk-ins may owe is nobody's limit.

        :rtype: dict
        """
        own = account.class_id.posting == "account"
        credit = head.credit_limit or (account.credit_limit if own else 0)
        sales = head.sales_limit or account.class_id.sales_limit
        action = head.limit_action or account.class_id.limit_action
        return {
            "credit_limit": Decimal(str(credit or 0)),
            "sales_limit": Decimal(str(sales or 0)),
            "limit_action": action or "notify",
        }

    def _get_reach(self, company, chain, account):
        """Return where a customer may buy, by name in ``Standing``.

        The nearest that names sites says which; a main customer who may not order in
        the web shop closes it for all below him, and so does a class.

        :param recordset company: the site that asks.
        :param recordset chain: the customer and those above, the nearest first.
        :param recordset account: the account customer he is billed as, or none.
        :rtype: dict
        """
        sites = next((p.site_ids for p in chain if p.site_ids), company)
        on_web = all(chain.mapped("web_sales")) and all(
            account.class_id.mapped("show_web")
        )
        return {"served": company in sites, "on_web": on_web}

    # === MONEY === #

    def _get_owed(self, company, known):
        """Return what families owe, each in its currency.

        :param known: ``Known``, one for each family.
        :return: by id of the head of the family.
        :rtype: dict[int, Owed]
        """
        heads = {facts.head.id: facts for facts in known}
        family = self._get_family(heads)
        debts = self._get_debts(company, family)
        sales = self._get_open_sales(company, family)
        return {
            head_id: Owed(
                self._sum(company, facts, [row[:2] for row in debts.get(head_id, ())]),
                self._sum(company, facts, sales.get(head_id, ())),
                max(
                    Decimal(),
                    self._sum(
                        company, facts, [row[::2] for row in debts.get(head_id, ())]
                    ),
                ),
            )
            for head_id, facts in heads.items()
        }

    def _sum(self, company, facts, rows):
        """Return the sum of amounts in the currency of a family.

        :param rows: id of a currency, amount.
        :rtype: Decimal
        """
        currencies = self.env["res.currency"]
        return sum(
            (
                self._convert(company, amount, currencies.browse(c), facts.currency)
                for c, amount in rows
            ),
            Decimal(),
        )

    @api.model
    def _get_family(self, head_ids):
        """Return the members of families: their heads, and all below them.

        :return: id of the head by id of the member.
        :rtype: dict[int, int]
        """
        down = self.env["res.partner"]._down_sql(head_ids)
        query = SQL("WITH RECURSIVE %s SELECT id, head FROM down", down)
        return dict(self.env.execute_query(query))

    @api.model
    def _get_debts(self, company, family):
        """Return what families owe by the entries of Odoo.

        This method serves as a hook for who knows better than Odoo's entries, as the
        books do whose payments Odoo does not have.

        :param dict family: see ``_get_family``.
        :return: by head: id of a currency, what is open in it, how much is overdue.
        :rtype: dict[int, list[tuple]]
        """
        self.env["account.move.line"].flush_model()
        last = fields.Date.subtract(
            fields.Date.context_today(self), days=company.synkd_overdue_days
        )
        rows = self.env.execute_query(
            SQL(
                """SELECT l.partner_id, l.currency_id, SUM(l.amount_residual_currency),
                          SUM(CASE WHEN l.date_maturity < %(last)s
                                   THEN l.amount_residual_currency ELSE 0 END)
                     FROM account_move_line l
                     JOIN account_account a ON a.id = l.account_id
                     JOIN res_company c ON c.id = l.company_id
                    WHERE l.partner_id = ANY(%(members)s)
                      AND l.parent_state = 'posted' AND l.reconciled IS NOT TRUE
                      AND a.account_type = 'asset_receivable'
                      AND c.parent_path LIKE %(root)s
                 GROUP BY l.partner_id, l.currency_id""",
                last=last,
                members=list(family),
                root=f"{company.root_id.id}/%",
            )
        )
        return self._add_rows({}, family, rows)

    def _add_rows(self, found, family, rows):
        """Add rows whose first value is a member to those of its head.

        :param dict found: rows by head, without their members.
        :return: the same.
        :rtype: dict[int, list[tuple]]
        """
        for member, *row in rows:
            found.setdefault(family[member], []).append(tuple(row))
        return found

    @api.model
    def _get_open_sales(self, company, family):
        """Return what families ordered, and no posted invoice asks for yet.

        This method serves as a hook for the apps that take orders. Here: drafts.

        :param dict family: see ``_get_family``.
        :return: by head: id of a currency, amount.
        :rtype: dict[int, list[tuple]]
        """
        groups = (
            self.env["account.move"]
            .sudo()
            ._read_group(
                self._get_draft_domain(company, family),
                ["partner_id", "currency_id", "move_type"],
                ["amount_total:sum"],
            )
        )
        rows = [
            (partner.id, currency.id, -total if kind == "out_refund" else total)
            for partner, currency, kind, total in groups
        ]
        return self._add_rows({}, family, rows)

    @api.model
    def _get_draft_domain(self, company, family):
        """Return the domain of the drafts that count as sold.

        This method serves as a hook for those that an order counts already.

        :rtype: list
        """
        return [
            ("partner_id", "in", list(family)),
            ("company_id", "child_of", company.root_id.id),
            ("state", "=", "draft"),
            ("move_type", "in", ("out_invoice", "out_refund")),
        ]

    # === SENTENCES === #

    def _notice(self, facts):
        """Return what an order of a customer would be told now, or "".

        :param Known facts: with money.
        :rtype: str
        """
        answer = judge(ORDER, facts.standing)
        return "\n".join(self._say(facts, answer, 0))

    def _explain(self, facts, answer, amount):
        """Return the sentence of each finding, and what to do about the gravest.

        :rtype: list[str]
        """
        sentences = self._say(facts, answer, amount)
        if answer.refused:
            remedy = CREDIT_REMEDIES.get(answer.findings[0])
            remedy = remedy or CREDIT_REMEDIES[answer.weight]
            sentences.append(remedy._translate(self.env.lang or "en_US"))
        return sentences

    def _say(self, facts, answer, amount):
        """Return the sentence of each finding.

        :param Decimal amount: what the document adds.
        :rtype: list[str]
        """
        names = self._get_names(facts, answer, amount) if answer.findings else {}
        return [
            CREDIT_SENTENCES[finding]._translate(self.env.lang or "en_US") % names
            for finding in answer.findings
        ]

    def _get_names(self, facts, answer, amount):
        """Return what the sentences of ``const.CREDIT_SENTENCES`` name.

        :rtype: dict[str, str]
        """
        standing, chain = facts.standing, facts.chain
        culprit = next(
            (p for p in chain if (p.customer_status or "active") == standing.status),
            chain[0],
        )
        late = next((p for p in chain if p.overdue_since), chain[0])
        labels = dict(chain._fields["customer_status"]._description_selection(self.env))
        return {
            "customer": chain[0].display_name,
            "culprit": culprit.display_name,
            "family": facts.head.display_name,
            "status": labels.get(standing.status, ""),
            "reason": (culprit.hold_reason or "").rstrip("."),
            "since": format_datetime(self.env, culprit.hold_since or False),
            "until": format_datetime(self.env, culprit.hold_until or False),
            "account": facts.account.display_name or "",
            "site": facts.company.name,
            "overdue": self._format_overdue(facts, late),
            "exposure": self._format(facts, standing.exposure + amount),
            "sales": self._format(facts, standing.open_sales + amount),
            "credit_limit": self._format(facts, standing.credit_limit),
            "sales_limit": self._format(facts, standing.sales_limit),
            "risk": answer.room.what if answer.room else "",
        }

    def _format_overdue(self, facts, late):
        """Return how much is overdue, or since when by a person's word."""
        if late.overdue_since:
            return self.env._("since %s", format_date(self.env, late.overdue_since))
        return self._format(facts, facts.owed.overdue)

    def _format(self, facts, amount):
        """Return an amount of money as people write it."""
        return formatLang(self.env, float(amount), currency_obj=facts.currency)
