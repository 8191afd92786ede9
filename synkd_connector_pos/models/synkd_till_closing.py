# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging
from collections import Counter, defaultdict
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.synkd_connector.lib.alone import each_alone
from odoo.addons.synkd_connector.lib.odd import printable
from odoo.addons.synkd_connector.lib.queue import Candidate

_logger = logging.getLogger(__name__)
WARNING = "mail.mail_activity_data_warning"


class SynkdTillClosing(models.AbstractModel):
    """Makes summaries of what a shop sold without an invoice, once its till is closed.

    Orders of customers whose class posts as themselves, and those that are owed, become
    documents of their own; all others go together, by class and currency. What each
    says is what Odoo booked, added up by the database: the number of queries does not
    grow with the orders.
    """

    _name = "synkd.till.closing"
    _description = "From the Till to the Books"

    @api.model
    def _cron_close(self):
        """Write down what closed tills sold; each session is committed by itself.

        Nothing is lost between: a session is due until that is committed. One that
        cannot be written down stays due, keeps no other from it, and is tried again.
        """
        cron = self.env["ir.cron"]
        due = self.env["pos.session"].search([("synkd_due", "=", True)], order="id")
        cron._commit_progress(remaining=len(due))
        for session in due:
            each_alone(self.env.cr.savepoint, session, self._close, self._leave_due)
            if not cron._commit_progress(1):
                return

    def _leave_due(self, session, error):
        """Log why a session could not be written down, and tell who looks after it."""
        _logger.error("Sales of %s stay due", session.name, exc_info=error)
        ledger = session.company_id.sudo()._get_synkd_ledger()
        if session.activity_search([WARNING]):
            return
        env = self.with_context(lang=ledger._get_language()).env
        session.activity_schedule(
            WARNING,
            user_id=ledger.user_id.id or self.env.uid,
            summary=env._("Sales of this session are not in the books"),
            note=env._(
                "What %(session)s sold without an invoice could not be written down for"
                " the books. It is tried again each hour. Ask your administrator to"
                " look at the log: %(error)s",
                session=session.name,
                error=printable(error),
            ),
        )

    @api.model
    def _close(self, session):
        """Write down, and queue, what a closed session sold without an invoice.

        :param recordset session: one closed `pos.session` that is due.
        :return: the summaries.
        :rtype: recordset of `synkd.summary`
        """
        session = session.sudo().with_company(session.company_id)
        session._set_synkd_written()
        session.activity_unlink([WARNING])
        ledger = self._get_ledger(session)
        if not ledger:
            return self.env["synkd.summary"].sudo()
        own = self.with_company(session.company_id)
        return own.with_context(lang=ledger._get_language())._write_down(
            ledger, session, session._get_synkd_counted()
        )

    def _write_down(self, ledger, session, counted):
        """Make the summaries of a session, or let it join those of its day.

        :param dict counted: what is over (positive) or short, by journal.
        :rtype: recordset of `synkd.summary`
        """
        orders = self._read_orders(session)
        groups = self._group(ledger, session, orders, counted)
        joined = self._join_day(session, groups, counted)
        self._wait_for_day(session, joined)
        summaries = self._create_summaries(ledger, session, groups)
        if not summaries:
            return joined
        self._fill(summaries)
        if counted and (walk_in := self._get_walk_in(session)) in groups:
            index = list(groups).index(walk_in)
            self._add_counted(summaries[index], counted)
        self._total(summaries)
        self.env["synkd.enqueuer"]._enqueue_summaries(summaries)
        self._wait_for_day(session, summaries)
        return joined | summaries

    def _get_ledger(self, session):
        """Return the ledger that a session's takings go to, or none."""
        ledger = session.company_id._get_synkd_live_ledger()
        wanted = session.config_id.synkd_summary_mode != "none"
        takes = ledger and wanted and ledger._takes(self._get_day(session))
        return ledger if takes else ledger.browse()

    # === WHO GOES WHERE === #

    def _read_orders(self, session):
        """Return the orders that no invoice and no summary has yet: one query.

        :return: id, customer, whether something of it is owed, number, moment.
        :rtype: list[tuple]
        """
        self.env["pos.order"].flush_model()
        self.env["pos.payment"].flush_model()
        return self.env.execute_query(
            SQL(
                """SELECT o.id, o.partner_id,
                          COALESCE(bool_or(%(owed)s AND m.id IS NOT NULL), FALSE),
                          o.name, o.date_order
                     FROM pos_order o
                LEFT JOIN pos_payment p ON p.pos_order_id = o.id
                LEFT JOIN pos_payment_method m ON m.id = p.payment_method_id
                    WHERE o.session_id = %(session)s AND o.state IN ('paid', 'done')
                      AND o.account_move IS NULL AND o.synkd_summary_id IS NULL
                 GROUP BY o.id ORDER BY o.id""",
                owed=self.env["pos.payment.method"]._synkd_owed_sql("m"),
                session=session.id,
            )
        )

    def _group(self, ledger, session, orders, counted):
        """Return which orders go together.

        :return: ids of orders by class, customer, number and day of their document.
        :rtype: dict[tuple, list[int]]
        """
        classes = self._get_classes(ledger, {partner for _o, partner, *_ in orders})
        groups = defaultdict(list)
        for order_id, *order in orders:
            groups[self._get_group(session, classes, *order)].append(order_id)
        if counted:
            groups.setdefault(self._get_walk_in(session), [])
        return groups

    def _get_group(self, session, classes, partner, owed, number, moment):
        """Return class, customer, number and day of the document of one order."""
        config = session.config_id
        class_id = classes.get(partner) if partner else config.walk_in_class_id.id
        closed = self._get_day(session)
        own = partner and (owed or partner not in classes)
        if own or config.synkd_summary_mode == "order":
            day = self._to_day(session, moment)
            return 0 if own else class_id or 0, partner if own else 0, number, day
        return class_id or 0, 0, self._get_number(session, closed), closed

    def _get_walk_in(self, session):
        """Return the group of the customers without a name, see ``_get_group``."""
        class_id, closed = session.config_id.walk_in_class_id.id, self._get_day(session)
        return class_id or 0, 0, self._get_number(session, closed), closed

    def _get_number(self, session, closed):
        """Return the number of what is sold together: the session's, or the day's.

        :param datetime.date closed: day on which the session closed.
        :rtype: str
        """
        config = session.config_id
        day = config.synkd_summary_mode == "day"
        return f"{config.name}/{closed.isoformat()}" if day else session.name

    def _join_day(self, session, groups, counted):
        """Let orders join the documents of earlier sessions of that day and shop.

        Only while these were not sent: who sends one before the day is over gets
        another one for the rest.

        :param dict groups: those that joined are taken out of it.
        :rtype: recordset of `synkd.summary`
        """
        joined = self.env["synkd.summary"].sudo()
        if session.config_id.synkd_summary_mode != "day":
            return joined
        walk_in = self._get_walk_in(session)
        for group in list(groups):
            if summary := self._find_day(session, group):
                order_ids = groups.pop(group)
                self._tell_orders([(order_id, summary.id) for order_id in order_ids])
                more = counted if group == walk_in else {}
                self._add_up_anew(summary, more)
                joined |= summary
        return joined

    def _find_day(self, session, group):
        """Return the document of that day that a group can join, or none."""
        class_id, partner_id, _number, day = group
        if partner_id:
            return self.env["synkd.summary"].sudo()
        mine = [
            ("session_id.config_id", "=", session.config_id.id),
            ("session_id", "!=", session.id),
            ("class_id", "=", class_id or False),
            ("partner_id", "=", False),
            ("date", "=", day),
            ("currency_id", "=", session.currency_id.id),
            ("reverses_id", "=", False),
            ("withdrawn", "=", False),
        ]
        found = self.env["synkd.summary"].sudo().search(mine, order="id desc")
        return found.filtered(lambda summary: summary._is_unsent())[:1]

    def _wait_for_day(self, session, summaries):
        """Let the documents of a day wait until it is over where the shop is."""
        if session.config_id.synkd_summary_mode != "day":
            return
        day = self._get_day(session) + timedelta(days=1)
        start = datetime.combine(day, time(), self._get_zone(session))
        shared = summaries.filtered(lambda summary: not summary.partner_id)
        shared.open_until = start.astimezone(UTC).replace(tzinfo=None)
        rows = shared.transaction_ids.filtered("live")
        rows._wait_for_others(shared[:1].open_until)

    def _get_classes(self, ledger, partner_ids):
        """Return the class of the customers whose sales go to a shared one: one query.

        :rtype: dict[int, int]
        """
        partner_ids = partner_ids - {None}
        if not partner_ids:
            return {}
        decider = self.env["synkd.decider"]
        candidates = [
            Candidate(0, "invoice", partner_id, 0, 0, "shop", None, 0)
            for partner_id in partner_ids
        ]
        facts = decider._customer_facts(ledger, candidates)
        return {
            partner_id: class_id
            for (_sort, partner_id), (
                account,
                generic,
                class_id,
                *_class,
            ) in facts.items()
            if account and account.posting == "generic" and generic
        }

    def _get_day(self, session):
        """Return the day on which a session closed, where its company is.

        :rtype: datetime.date
        """
        return self._to_day(session, session.stop_at or fields.Datetime.now())

    def _to_day(self, session, moment):
        """Return the day of a moment, where the company of a session is."""
        zone = self._get_zone(session)
        return moment.replace(tzinfo=UTC).astimezone(zone).date()

    def _get_zone(self, session):
        """Return the time zone of the company of a session.

        :rtype: ZoneInfo
        """
        company = session.company_id
        zone = company.partner_id.tz or company._get_synkd_live_ledger()._get_zone()
        return ZoneInfo(zone)

    # === WHAT IS IN THEM === #

    def _create_summaries(self, ledger, session, groups):
        """Create the summaries of a session, and tell its orders.

        :rtype: recordset of `synkd.summary`
        """
        taken, rows = defaultdict(int), []
        for group in groups:
            taken[group[2]] += 1
            rows.append(self._summary_vals(ledger, session, group, taken[group[2]]))
        summaries = self.env["synkd.summary"].sudo().create(rows)
        self._tell_orders(
            [
                (order_id, summary.id)
                for summary, ids in zip(summaries, groups.values(), strict=True)
                for order_id in ids
            ]
        )
        return summaries

    def _summary_vals(self, ledger, session, group, count):
        """Return the values of a summary.

        :param tuple group: see ``_get_group``.
        :param int count: of the groups with that number so far.
        :rtype: dict
        """
        class_id, partner_id, number, day = group
        return {
            "name": f"{number}-{count}" if count > 1 else number,
            "place": session.config_id.name,
            "ledger_id": ledger.id,
            "company_id": session.company_id.id,
            "date": day,
            "source": "shop",
            "currency_id": session.currency_id.id,
            "class_id": class_id or False,
            "partner_id": partner_id or False,
            "session_id": session.id,
        }

    def _tell_orders(self, pairs, field="synkd_summary_id"):
        """Write down in which summary orders are: one statement.

        :param list pairs: id of the order, id of the summary.
        """
        if not pairs:
            return
        orders, summaries = zip(*pairs, strict=True)
        self.env.cr.execute(
            SQL(
                """UPDATE pos_order o SET %s = t.summary
                     FROM unnest(%s::int[], %s::int[]) AS t(id, summary)
                    WHERE o.id = t.id""",
                SQL.identifier(field),
                list(orders),
                list(summaries),
            )
        )
        self.env["pos.order"].invalidate_model([field])

    def _fill(self, summaries, field="synkd_summary_id", sign=1):
        """Fill summaries with the lines and the money of their orders.

        :param str field: of `pos.order` that names the summary.
        :param int sign: -1 takes out what the orders brought in.
        """
        self._fill_lines(summaries, field, sign)
        self._fill_money(summaries, field, sign)
        self._level(summaries, field, sign)

    def _fill_lines(self, summaries, field, sign):
        """Add what was sold, by product and taxes."""
        self.env["pos.order.line"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """SELECT o.%(field)s, l.product_id, o.fiscal_position_id, t.key,
                          COALESCE(%(source)s, 'shop'), SUM(l.qty),
                          SUM(l.price_subtotal),
                          SUM(l.price_subtotal_incl - l.price_subtotal)
                     FROM pos_order o
                     JOIN pos_order_line l ON l.order_id = o.id
            CROSS JOIN LATERAL (SELECT COALESCE(string_agg(r.account_tax_id::text, ','
                           ORDER BY r.account_tax_id), '') AS key
                          FROM account_tax_pos_order_line_rel r
                         WHERE r.pos_order_line_id = l.id) t
                    WHERE o.%(field)s = ANY(%(ids)s)
                 GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2, 3, 4, 5""",
                field=SQL.identifier(field),
                source=self._source_sql(),
                ids=summaries.ids,
            )
        )
        products = self.env["product.product"].sudo().browse({r[1] for r in rows})
        company = summaries.company_id
        keys = self._map_taxes({(row[2], row[3]) for row in rows})
        accounts = self._get_accounts(company, products, {r[1:3] for r in rows})
        names = {product.id: product.display_name for product in products}
        self.env["synkd.summary.line"].sudo().create(
            [
                {
                    "summary_id": summary_id,
                    "product_id": product_id,
                    "name": names[product_id],
                    "account_id": accounts[product_id, position_id],
                    "tax_key": keys[position_id, key],
                    "source": source,
                    "quantity": quantity * sign,
                    "net": float(net) * sign,
                    "tax": float(tax) * sign,
                }
                for summary_id, product_id, position_id, key, source, *sums in rows
                for quantity, net, tax in [sums]
            ]
        )

    def _source_sql(self):
        """Return where a line of the till is from, if not from the shop.

        What comes back is from where it was sold.

        :rtype: SQL
        """
        if "sale_order_line_id" not in self.env["pos.order.line"]._fields:
            return SQL("NULL::varchar")
        asked = SQL(
            """(SELECT sold.sale_order_line_id FROM pos_order_line sold
                 WHERE sold.id = COALESCE(l.refunded_orderline_id, l.id))"""
        )
        return self.env["synkd.summary"]._order_source_sql(asked)

    def _map_taxes(self, pairs):
        """Return the keys of the taxes that were booked, by fiscal position and key.

        :rtype: dict[tuple, str]
        """
        return {pair: self._map_key(*pair) for pair in pairs}

    def _map_key(self, position_id, key):
        """Return the key of the taxes that a fiscal position makes of others."""
        position = self.env["account.fiscal.position"].sudo().browse(position_id or ())
        taxes = self.env["account.tax"].sudo()
        sold = taxes.browse(int(part) for part in key.split(",") if part)
        return ",".join(map(str, sorted(position.map_tax(sold).ids)))

    def _get_accounts(self, company, products, pairs):
        """Return the income account of products, by product and fiscal position.

        :rtype: dict[tuple, int]
        """
        positions = self.env["account.fiscal.position"].sudo()
        by_id = {product.id: product for product in products.with_company(company)}
        return {
            (product_id, position_id): by_id[product_id]
            .product_tmpl_id.get_product_accounts(positions.browse(position_id or ()))[
                "income"
            ]
            .id
            for product_id, position_id in pairs
        }

    def _fill_money(self, summaries, field, sign):
        """Add what came in, by way of paying; what is owed is no money."""
        known = {
            (money.summary_id.id, money.name, money.journal_id.id): money
            for money in summaries.money_ids
        }
        fresh = []
        for key, amount in self._read_money(summaries, field).items():
            if money := known.get(key):
                money.amount = amount * sign
            else:
                fresh.append(self._money_vals(*key, amount * sign))
        self.env["synkd.summary.money"].sudo().create(fresh)

    def _read_money(self, summaries, field):
        """Return what came in: one query.

        Two ways of paying may have the same name, and one way that is paid online the
        journals of several providers.

        :return: amounts by summary, name of the way of paying, and journal.
        :rtype: dict[tuple, float]
        """
        methods = self.env["pos.payment.method"].sudo()
        journal = methods._synkd_journal_sql("m", "p")
        rows = self.env.execute_query(
            SQL(
                """SELECT o.%(field)s, m.id, %(journal)s, SUM(p.amount)
                     FROM pos_order o
                     JOIN pos_payment p ON p.pos_order_id = o.id
                     JOIN pos_payment_method m ON m.id = p.payment_method_id
                    WHERE o.%(field)s = ANY(%(ids)s) AND %(journal)s IS NOT NULL
                 GROUP BY 1, 2, 3 HAVING SUM(p.amount) <> 0 ORDER BY 1, 2, 3""",
                field=SQL.identifier(field),
                journal=journal,
                ids=summaries.ids,
            )
        )
        names = {each.id: each.name for each in methods.browse({r[1] for r in rows})}
        found = defaultdict(float)
        for summary_id, method_id, journal_id, amount in rows:
            found[summary_id, names[method_id], journal_id] += float(amount)
        return found

    def _money_vals(self, summary_id, name, journal_id, amount):
        """Return the values of money of a summary."""
        return {
            "summary_id": summary_id,
            "name": name,
            "journal_id": journal_id,
            "amount": amount,
        }

    def _level(self, summaries, field, sign):
        """Let the lines add up to what the orders were booked with.

        A till may round the tax of the whole order, and the whole order to what coins
        there are: the first goes to the largest line, the second is a line of its own.
        """
        by_id = {summary.id: summary for summary in summaries}
        for summary_id, net, tax, paid in self._read_totals(summaries, field):
            summary = by_id[summary_id]
            if self._rounds_orders(summary):
                # What an order comes to may be rounded already, its lines are not.
                net = sum(summary.line_ids.mapped("net")) * sign
            else:
                self._level_lines(summary, "net", float(net) * sign)
            self._level_lines(summary, "tax", float(tax) * sign)
            self._add_rounding(summary, float(paid) - float(net) - float(tax), sign)

    def _rounds_orders(self, summary):
        """Whether its till rounds whole orders, and not only what is paid in cash."""
        config = summary.session_id.config_id
        method = config.cash_rounding and config.rounding_method
        rounds = method and not config.only_round_cash_method
        return bool(rounds and method.strategy == "add_invoice_line")

    def _read_totals(self, summaries, field):
        """Return what orders were booked with, and what was paid: one query.

        :return: summary, net, tax, what was paid.
        :rtype: list[tuple]
        """
        return self.env.execute_query(
            SQL(
                """SELECT o.%(field)s, SUM(o.amount_total - o.amount_tax),
                          SUM(o.amount_tax), SUM(COALESCE(p.paid, 0))
                     FROM pos_order o
                LEFT JOIN LATERAL (SELECT SUM(amount) AS paid FROM pos_payment
                                    WHERE pos_order_id = o.id) p ON TRUE
                    WHERE o.%(field)s = ANY(%(ids)s) GROUP BY 1""",
                field=SQL.identifier(field),
                ids=summaries.ids,
            )
        )

    def _level_lines(self, summary, name, total):
        """Put what the lines miss to a total on the largest of them."""
        lines, currency = summary.line_ids, summary.currency_id
        missing = currency.round(total - sum(lines.mapped(name)))
        if lines and not currency.is_zero(missing):
            largest = max(lines, key=lambda line: abs(line[name]))
            largest[name] += missing

    def _add_rounding(self, summary, amount, sign):
        """Add the line of what was rounded up, or away: sign -1 takes it out again."""
        if amount := summary.currency_id.round(amount):
            method = summary.session_id.config_id.rounding_method
            up, away = method.profit_account_id, method.loss_account_id
            name = self.env._("Cash rounding")
            self._add_line(summary, name, up if amount > 0 else away, amount * sign)

    def _add_counted(self, summary, counted):
        """Add what was counted too much, or too little, when the till was closed.

        :param recordset summary: that of the walk-ins.
        :param dict counted: amounts by journal.
        """
        summary._set_counted(counted)
        for journal, amount in counted.items():
            self._add_difference(summary, journal, amount)

    def _add_difference(self, summary, journal, amount):
        """Add what was counted otherwise of the money of one journal."""
        profit, loss = journal.profit_account_id, journal.loss_account_id
        name = self._name_difference(journal, amount)
        self._add_line(summary, name, profit if amount > 0 else loss, amount)
        drawer = summary.money_ids.filtered(lambda m: m.journal_id == journal)[:1]
        if drawer:
            drawer.amount += amount
        else:
            drawer.create(self._money_vals(summary.id, name, journal.id, amount))

    def _name_difference(self, journal, amount):
        """Return what the line of a difference says."""
        if journal.type == "cash":
            return self.env._("Cash over") if amount > 0 else self.env._("Cash short")
        if amount > 0:
            return self.env._("Over at closing: %s", journal.name)
        return self.env._("Short at closing: %s", journal.name)

    def _add_line(self, summary, name, account, amount):
        """Add a line without a product, which its account posts."""
        vals = {"name": name, "account_id": account.id, "quantity": 1, "net": amount}
        lines = self.env["synkd.summary.line"].sudo()
        lines.create(vals | {"summary_id": summary.id, "tax_key": ""})

    def _total(self, summaries):
        """Add up the lines; what has none, or comes to nothing, is withdrawn."""
        summaries.invalidate_recordset(["line_ids", "money_ids"])
        for summary in summaries:
            lines, currency = summary.line_ids, summary.currency_id
            summary.source = self._get_source(lines)
            tax = sum(lines.mapped("tax"))
            summary.tax = currency.round(tax)
            summary.total = currency.round(sum(lines.mapped("net")) + tax)
            summary.withdrawn = self._is_empty(summary)

    def _get_source(self, lines):
        """Return where all of some lines are from; what is mixed is of the shop."""
        sources = set(lines.mapped("source")) - {False}
        return sources.pop() if len(sources) == 1 else "shop"

    def _is_empty(self, summary):
        """Whether nothing is sold in it, and nothing is paid."""
        lines, money = summary.line_ids, summary.money_ids
        amounts = [*lines.mapped("net"), *lines.mapped("tax"), *money.mapped("amount")]
        return all(map(summary.currency_id.is_zero, amounts))

    # === WHAT LEAVES THEM === #

    @api.model
    def _take_out(self, orders):
        """Take orders out of their summaries, since they got an invoice of their own.

        What was not sent yet is added up anew without them; what the books have, or
        may have, is turned round by another summary.

        :param recordset orders: `pos.order`.
        """
        for summary, some in orders.sudo().grouped("synkd_summary_id").items():
            (self._shrink if summary._is_unsent() else self._turn_round)(summary, some)

    def _shrink(self, summary, orders):
        """Add up a summary anew without some orders.

        What was counted in the drawer, and is no order's, stays as it is.
        """
        orders.synkd_summary_id = False
        orders.flush_recordset()
        self._add_up_anew(summary)

    def _add_up_anew(self, summary, more=None):
        """Add up the orders that are in a summary now, and tell the queue.

        :param dict more: what was counted otherwise in a session that joins it.
        """
        counted = Counter(summary._get_counted())
        counted.update(more or {})
        summary.line_ids.unlink()
        # The rows of the queue are about these records, so they stay.
        summary.money_ids.write({"amount": 0})
        self._fill(summary)
        is_zero = summary.currency_id.is_zero
        self._add_counted(summary, {j: n for j, n in counted.items() if not is_zero(n)})
        summary.money_ids.filtered(lambda money: not money.amount).unlink()
        self._total(summary)
        summary._note_change()

    def _turn_round(self, summary, orders):
        """Take out of the books what they have of some orders, with its money."""
        today = fields.Date.context_today(self)
        vals = summary.copy_data()[0] | {
            "name": f"{summary.name}-{self.env._('OUT')}{orders.ids[0]}",
            "date": max(summary.date, today),
            "reverses_id": summary.id,
        }
        out = summary.create(vals)
        self._tell_orders([(o.id, out.id) for o in orders], "synkd_out_id")
        self._fill(out, "synkd_out_id", -1)
        self._total(out)
        self.env["synkd.enqueuer"]._enqueue_summaries(out)
