# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import random
from datetime import timedelta
from decimal import Decimal
from unittest.mock import patch

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.synkd_connector.tests.common import load_migration

from .common import PosCommon


class SummaryCommon(PosCommon):
    """A shop whose sales without an invoice go to the books when it closes."""

    summary_mode = "session"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.cash_journal.profit_account_id = cls._account("income_other")
        cls.cash_journal.loss_account_id = cls._account("expense")
        cls.walk_in = cls.env["res.partner"]

    @classmethod
    def _account(cls, kind):
        return cls.env["account.account"].search(
            [("company_ids", "=", cls.company.id), ("account_type", "=", kind)], limit=1
        )

    def sell_plain(self, *payments, **values):
        """Sell without an invoice; to nobody in particular unless told otherwise."""
        values = {"customer": self.walk_in} | values
        return self.sell(*payments, invoiced=False, **values)

    def close(self, counted=None):
        """Close the session, with other money in the drawer than there should be."""
        if counted is None:
            super().close()
        else:
            self.pos_session.post_closing_cash_details(counted)
            self.pos_session.close_session_from_ui()
            self.write_down()
        return self.env["synkd.summary"].search(
            [("session_id", "=", self.pos_session.id)]
        )

    def rows(self, summaries):
        """Return kind, amount and state of the live rows of summaries, sorted."""
        rows = summaries.transaction_ids.filtered("live")
        return sorted((row.kind, row.amount, row.sync_state) for row in rows)

    def stored(self):
        """Return what the demo books keep, newest state of each."""
        self.env.invalidate_all()
        documents = self.env["synkd.demo.document"].search(
            [("ledger_id", "=", self.ledger.id)]
        )
        payments = self.env["synkd.demo.payment"].search(
            [("ledger_id", "=", self.ledger.id)]
        )
        return documents, payments


@tagged("post_install", "-at_install")
class TestSummary(SummaryCommon):
    def test_a_day_of_walk_ins_is_one_document_with_its_money(self):
        self.sell_plain()
        self.sell_plain((self.card, 230.0), quantity=2)
        self.sell_plain((self.cash, 100.0), (self.card, 15.0))
        summary = self.close()
        self.assertEqual(len(summary), 1)
        self.assertEqual(summary.name, self.pos_session.name)
        self.assertEqual((summary.total, summary.tax), (460.0, 60.0))
        self.assertEqual(
            sorted((m.name, m.amount) for m in summary.money_ids),
            [("Card", 245.0), ("Cash", 215.0)],
        )
        self.assertEqual(
            self.rows(summary),
            [
                ("invoice", 460.0, "pending"),
                ("payment", 215.0, "pending"),
                ("payment", 245.0, "pending"),
            ],
        )
        self.assertEqual(len(summary.order_ids), 3)
        self.assertEqual(summary.document_id.account_customer_id, self.counter)

    def test_it_is_in_the_books_to_the_cent(self):
        self.sell_plain()
        self.sell_plain((self.card, 230.0), quantity=2)
        summary = self.close()
        self.run_ledger()
        self.run_ledger()
        self.assertEqual({row[2] for row in self.rows(summary)}, {"synced"})
        documents, payments = self.stored()
        self.assertEqual((documents.total, documents.tax), (345.0, 45.0))
        self.assertEqual(sorted(payments.mapped("amount")), [115.0, 230.0])
        self.assertEqual(summary.books_total, 345.0)
        again = self.run_ledger()
        self.assertFalse(again.request_ids, "nothing is sent twice")

    def test_returns_of_the_day_lower_it(self):
        self.sell_plain(quantity=3)
        self.sell_plain(quantity=-1)
        summary = self.close()
        self.assertEqual(summary.total, 230.0)

    def test_a_day_of_returns_is_a_credit_note_with_refunds(self):
        self.sell_plain(quantity=-2)
        summary = self.close()
        self.assertEqual(
            self.rows(summary),
            [("credit_note", 230.0, "pending"), ("refund", 230.0, "pending")],
        )
        self.run_ledger()
        self.run_ledger()
        self.assertEqual({row[2] for row in self.rows(summary)}, {"synced"})

    def test_a_day_with_nothing_sold_makes_nothing(self):
        self.assertFalse(self.close())

    def test_a_sale_and_its_return_come_to_nothing(self):
        self.sell_plain()
        self.sell_plain(quantity=-1)
        summary = self.close()
        self.assertEqual(self.rows(summary.filtered(lambda s: not s.withdrawn)), [])

    def test_what_was_cancelled_at_the_till_is_not_in_it(self):
        """A table that left: Odoo cancels what nobody paid, and nothing else."""
        data = self.create_ui_order_data([(self.product, 3)], payments=[])
        data |= {"state": "draft", "amount_paid": 0, "payment_ids": []}
        found = self.env["pos.order"].sync_from_ui([data])["pos.order"]
        left = self.env["pos.order"].browse(found[0]["id"])
        paid = self.sell_plain()
        (left | paid).action_pos_order_cancel()
        self.assertEqual((left.state, paid.state), ("cancel", "paid"))
        summary = self.close()
        self.assertEqual(summary.total, 115.0)
        self.assertEqual(summary.order_ids, paid)

    def test_invoiced_orders_are_not_in_it(self):
        self.sell()
        self.sell_plain()
        summary = self.close()
        self.assertEqual(summary.total, 115.0)

    def test_a_customer_of_a_generic_class_goes_with_the_walk_ins(self):
        self.account.class_id = False
        link = self.env["synkd.customer.link"]
        named = self.create_partner("Named")
        link._link([(named, self.counter)])
        self.sell_plain(customer=named)
        self.sell_plain()
        summary = self.close()
        self.assertEqual((len(summary), summary.total), (1, 230.0))

    def test_a_customer_with_an_account_gets_a_document_of_his_own(self):
        order = self.sell_plain(customer=self.partner)
        self.sell_plain()
        summaries = self.close()
        own = summaries.filtered("partner_id")
        self.assertEqual(own.name, order.name)
        self.assertEqual(own.document_id.account_customer_id, self.account)
        self.assertEqual(own.document_id.sync_state, "pending")
        self.assertEqual((summaries - own).total, 115.0)

    def test_what_is_owed_is_owed_by_the_named_customer(self):
        self.sell_plain((self.later, 115.0), customer=self.partner)
        (own,) = self.close()
        self.assertEqual(own.partner_id, self.partner)
        self.assertEqual(self.rows(own), [("invoice", 115.0, "pending")])

    def test_what_a_walk_in_class_owes_needs_a_payment(self):
        named = self.create_partner("Named")
        self.env["synkd.customer.link"]._link([(named, self.counter)])
        self.sell_plain((self.later, 115.0), customer=named)
        (own,) = self.close()
        self.assertEqual(own.document_id.reason, "payment_required")

    def test_who_is_not_decided_waits_for_a_person(self):
        stranger = self.create_partner("Stranger")
        self.sell_plain(customer=stranger)
        (own,) = self.close()
        self.assertEqual(own.document_id.reason, "not_linked")
        self.env["synkd.customer.link"]._link([(stranger, self.counter)])
        self.assertEqual(own.document_id.sync_state, "pending")

    def test_a_shop_without_a_walk_in_class_says_so(self):
        self.config.walk_in_class_id = False
        self.sell_plain()
        summary = self.close()
        row = summary.document_id
        self.assertEqual(row.reason, "no_walk_in")
        self.assertIn("Shop has no class for customers without", row.reason_text)
        self.config.walk_in_class_id = self.class_generic
        self.assertEqual(row.sync_state, "pending")
        self.assertEqual(row.account_customer_id, self.counter)
        self.assertEqual({r[2] for r in self.rows(summary)}, {"pending"})

    def test_resolving_it_is_kept_by_the_shop(self):
        self.config.walk_in_class_id = False
        self.sell_plain()
        first = self.close()
        self.open_new_session(self.pos_session.cash_register_balance_end_real)
        self.sell_plain((self.card, 115.0))
        second = self.close(115.0)
        clerk = self.create_user("clerk-walk-in", "synkd_connector.group_user")
        wizards = self.env["synkd.resolve.wizard"].with_user(clerk)
        action = wizards._open(first.document_id.with_user(clerk))
        dialog = wizards.browse(action["res_id"])
        dialog.class_id = self.class_generic
        dialog.action_confirm()
        self.assertEqual(self.config.walk_in_class_id, self.class_generic)
        states = (first | second).transaction_ids.mapped("sync_state")
        self.assertEqual(set(states), {"pending"}, "what else waits goes, too")

    def test_cash_over_and_short_are_lines_of_their_own(self):
        for extra in (5.0, -1.5):
            self.sell_plain()
            start = self.pos_session.cash_register_balance_start
            summary = self.close(start + 115.0 + extra)
            with self.subTest(extra):
                self.assertEqual(summary.total, 115.0 + extra)
                self.assertEqual(sum(summary.money_ids.mapped("amount")), summary.total)
                line = summary.line_ids.filtered(lambda line: not line.product_id)
                self.assertEqual(line.net, extra)
            self.open_new_session(start + 115.0 + extra)

    def test_a_product_without_class_waits(self):
        self.product.product_tmpl_id.synkd_product_class_id = False
        self.sell_plain()
        row = self.close().document_id
        self.assertEqual(row.reason, "invalid_lines")
        self.assertIn("Glue", row.reason_text)
        self.product.product_tmpl_id.synkd_product_class_id = self.product_class
        self.assertEqual(row.sync_state, "pending")

    def test_the_same_order_sent_twice_counts_once(self):
        data = self.create_ui_order_data([(self.product, 1)])
        self.env["pos.order"].sync_from_ui([data])
        self.env["pos.order"].sync_from_ui([data])
        self.assertEqual(self.close().total, 115.0)

    def test_a_full_discount_is_sold_for_nothing(self):
        self.product.lst_price = 0
        self.sell_plain()
        summary = self.close()
        self.assertEqual(self.rows(summary.filtered(lambda s: not s.withdrawn)), [])

    def test_before_the_ledger_begins_nothing_is_queued(self):
        self.ledger.start_date = fields.Date.add(fields.Date.today(), days=5)
        self.sell_plain()
        self.assertFalse(self.close())

    def test_a_preview_shows_what_will_be_sent(self):
        self.sell_plain()
        row = self.close().document_id
        data = row._to_data().as_dict()
        self.assertEqual((data["total"], data["tax"]), ("115.00", "15.00"))
        (line,) = data["lines"]
        self.assertEqual((line["net"], line["tax"]), ("100.00", "15.00"))
        self.assertEqual(line["item"], self.shop_item.code)

    def test_nobody_is_told_that_it_does_not_go(self):
        self.sell_plain()
        data = self.pos_session.get_closing_control_data()
        self.assertFalse(data["synkd_till_text"], "it goes when the till closes")
        for _state in ("open", "closed"):
            self.ledger.invalidate_recordset()
            self.assertEqual(self.ledger.till_count, 0)
            if self.pos_session.state != "closed":
                self.close()


@tagged("post_install", "-at_install")
class TestSummaryDue(SummaryCommon):
    """A closing only says that something is to be written down."""

    def close_alone(self, count=0):
        """Close the session with what is in the drawer, and nothing more."""
        for _n in range(count):
            self.sell_plain()
        self.pos_session.post_closing_cash_details(115.0 * count + 1)
        self.env.flush_all()
        self.env.invalidate_all()
        start = self.env.cr.sql_log_count
        self.pos_session.close_session_from_ui()
        self.env.flush_all()
        return self.env.cr.sql_log_count - start

    def takings(self):
        """Return what is on its way, and what goes nowhere."""
        self.env.flush_all()
        self.env.invalidate_all()
        days = self.env["synkd.takings"].search([("config_id", "=", self.config.id)])
        return days.waiting, days.left_out

    def test_what_is_due_is_on_its_way(self):
        self.close_alone(2)
        self.assertTrue(self.pos_session.synkd_due)
        self.assertFalse(self.pos_session.order_ids.synkd_summary_id)
        self.assertEqual(self.takings(), (230.0, 0.0))
        self.assertEqual(self.ledger.till_count, 0, "nobody is told that it is lost")
        self.write_down()
        self.assertFalse(self.pos_session.synkd_due)
        self.assertEqual(self.takings(), (230.0, 0.0))
        summary = self.pos_session.order_ids.synkd_summary_id
        self.assertEqual((summary.total, summary.cash_difference), (231.0, 1.0))
        self.write_down()
        self.assertEqual(summary.total, 231.0, "once")

    def test_it_wakes_the_cron(self):
        cron = self.env.ref("synkd_connector_pos.ir_cron_close")
        self.assertFalse(cron.active or cron.lastcall)
        mine = [("cron_id", "=", cron.id)]
        before = self.env["ir.cron.trigger"].search_count(mine)
        self.close_alone(1)
        self.assertEqual(self.env["ir.cron.trigger"].search_count(mine), before + 1)
        self.assertTrue(cron.active)

    def test_an_order_that_was_invoiced_before_is_not_in_it(self):
        self.close_alone(2)
        order = self.pos_session.order_ids[0]
        order.partner_id = self.partner
        order.action_pos_order_invoice()
        self.write_down()
        self.assertEqual(self.pos_session.order_ids.synkd_summary_id.total, 116.0)

    def test_one_that_cannot_be_written_down_keeps_no_other_from_it(self):
        first = self.pos_session
        self.close_alone(1)
        self.open_new_session(0)
        self.close_alone(1)
        closing = type(self.env["synkd.till.closing"])
        original = closing._read_orders

        def read_orders(self, session):
            if session == first:
                raise ValueError("odd")
            return original(self, session)

        log = "odoo.addons.synkd_connector_pos.models.synkd_till_closing"
        with (
            patch.object(closing, "_read_orders", read_orders),
            self.assertLogs(log, "ERROR") as logs,
        ):
            self.write_down()
            self.write_down()
        self.assertIn(first.name, logs.output[0])
        self.assertIn(first.name, first.activity_ids.note)
        self.assertIn("odd", first.activity_ids.note)
        self.assertTrue(first.synkd_due)
        self.assertTrue(self.pos_session.order_ids.synkd_summary_id)
        self.write_down()
        self.assertFalse(first.synkd_due)
        self.assertFalse(first.activity_ids)
        self.assertEqual(first.order_ids.synkd_summary_id.total, 116.0)

    def test_a_closing_asks_little_more(self):
        counts = []
        for mode in ("none", "session"):
            self.config.synkd_summary_mode = mode
            # The first of a kind fills caches that stay.
            for _n in range(2):
                count = self.close_alone(2)
                self.open_new_session(0)
            counts.append(count)
        self.assertLessEqual(counts[1], counts[0] + 10)


@tagged("post_install", "-at_install")
class TestSummaryEach(SummaryCommon):
    summary_mode = "order"

    def test_each_sale_by_itself(self):
        orders = self.sell_plain() | self.sell_plain((self.card, 115.0))
        summaries = self.close()
        self.assertEqual(set(summaries.mapped("name")), set(orders.mapped("name")))
        self.assertEqual(set(summaries.mapped("total")), {115.0})


@tagged("post_install", "-at_install")
class TestSummaryDay(SummaryCommon):
    """One document for all sessions of a day."""

    summary_mode = "day"

    def next_session(self):
        """Open the next session of the shop."""
        self.config.open_ui()
        self.pos_session = self.config.current_session_id
        self.pos_session.set_opening_control(0, "")

    def test_sessions_of_a_day_are_one_document(self):
        self.sell_plain()
        first = self.close()
        self.next_session()
        self.sell_plain((self.card, 230.0), quantity=2)
        self.assertFalse(self.close(), "it joined the first")
        self.assertEqual(first.total, 345.0)
        self.assertEqual(len(first.order_ids), 2)
        self.assertIn(fields.Date.to_string(first.date), first.name)
        self.assertEqual(
            self.rows(first),
            [
                ("invoice", 345.0, "pending"),
                ("payment", 115.0, "pending"),
                ("payment", 230.0, "pending"),
            ],
        )

    def test_it_waits_until_the_day_is_over(self):
        self.sell_plain()
        summary = self.close()
        row = summary.transaction_ids.filtered(lambda r: r.channel == "documents")
        self.assertGreater(row.retry_at, fields.Datetime.now())
        self.assertIn("day is over", row.reason_text)
        self.run_ledger()
        self.assertFalse(self.stored()[0])
        with freeze_time(row.retry_at + timedelta(minutes=1), tick=True):
            for _n in range(3):
                self.run_ledger()
        documents, payments = self.stored()
        self.assertEqual((documents.total, payments.amount), (115.0, 115.0))

    def test_what_was_sent_before_gets_a_second_one(self):
        self.sell_plain()
        first = self.close()
        first.transaction_ids.action_post()
        for _n in range(3):
            self.run_ledger()
        self.next_session()
        self.sell_plain()
        second = self.close()
        self.assertTrue(second)
        self.env["synkd.transaction"].action_post_all()
        for _n in range(3):
            self.run_ledger()
        documents, _payments = self.stored()
        self.assertEqual(documents.mapped("total"), [115.0, 115.0])
        self.assertEqual(len(set(documents.mapped("sent_number"))), 2)

    def test_what_each_drawer_counted_adds_up(self):
        self.sell_plain()
        first = self.close(counted=113.0)
        self.next_session()
        self.close(counted=3.0)
        self.assertEqual(first.cash_difference, 1.0)
        self.assertEqual(first.total, 116.0)

    def test_another_class_is_another_document(self):
        self.sell_plain()
        first = self.close()
        other = self.config.walk_in_class_id.copy({"name": "Market"})
        self.config.walk_in_class_id = other
        self.next_session()
        self.sell_plain()
        second = self.close()
        self.assertEqual((first.total, second.total), (115.0, 115.0))


@tagged("post_install", "-at_install")
class TestSummaryVoided(SummaryCommon):
    def test_what_is_voided_in_the_books_is_posted_anew(self):
        self.sell_plain()
        summary = self.close()
        for _n in range(3):
            self.run_ledger()
        row = summary.document_id
        row._set_changed("Somebody wants it anew.")
        row.action_void()
        for _n in range(4):
            self.run_ledger()
        self.assertEqual(row.sync_state, "voided")
        again = summary.document_id
        self.assertEqual(again.sync_state, "synced", again.reason_text)
        documents, payments = self.stored()
        live = documents.filtered(lambda d: d.status != "void")
        self.assertEqual((live.total, live.outstanding), (115.0, 0))
        self.assertEqual(payments.mapped("amount"), [115.0])


@tagged("post_install", "-at_install")
class TestSummaryLeft(SummaryCommon):
    """An order that gets an invoice afterwards leaves its summary."""

    def invoice(self, order):
        """Invoice an order of a closed session, as people do from its form."""
        order.partner_id = self.partner
        order.action_pos_order_invoice()
        return order.account_move

    def balance(self):
        """Return what the books have of it: documents less payments, as decimals."""
        documents, payments = self.stored()
        live = documents.filtered(lambda d: d.status != "void")
        owed = sum(
            Decimal(str(d.total)) * (-1 if d.kind == "credit_note" else 1) for d in live
        )
        paid = sum(
            Decimal(str(p.amount)) * (-1 if p.kind == "refund" else 1) for p in payments
        )
        return owed, paid

    def test_before_it_is_sent_it_is_added_up_anew(self):
        order = self.sell_plain()
        self.sell_plain((self.card, 230.0), quantity=2)
        summary = self.close()
        self.invoice(order)
        self.assertEqual(summary.total, 230.0)
        self.assertEqual(
            self.rows(summary),
            [("invoice", 230.0, "pending"), ("payment", 230.0, "pending")],
        )
        for _n in range(3):
            self.run_ledger()
        self.assertEqual(self.balance(), (Decimal("345.0"), Decimal("345.0")))

    def test_the_last_one_leaves_nothing(self):
        order = self.sell_plain()
        summary = self.close()
        self.invoice(order)
        self.assertTrue(summary.withdrawn)
        self.assertEqual(self.rows(summary), [])

    def test_after_it_was_sent_it_is_taken_out(self):
        order = self.sell_plain()
        self.sell_plain((self.card, 230.0), quantity=2)
        summary = self.close()
        self.run_ledger()
        self.run_ledger()
        self.assertEqual(self.balance(), (Decimal("345.0"), Decimal("345.0")))
        self.invoice(order)
        out = self.env["synkd.summary"].search([("reverses_id", "=", summary.id)])
        self.assertEqual(out.total, -115.0)
        self.assertEqual(order.synkd_out_id, out)
        for _n in range(3):
            self.run_ledger()
        self.assertEqual(self.balance(), (Decimal("345.0"), Decimal("345.0")))
        self.assertEqual(summary.document_id.sync_state, "synced")
        self.assertEqual({row[2] for row in self.rows(out)}, {"synced"})


@tagged("post_install", "-at_install")
class TestSummaryDays(SummaryCommon):
    """Random days: the books have what the tills took, day by day, to the cent."""

    def sell_something(self, dice):
        """Sell to somebody, in some way; sometimes something comes back."""
        quantity = dice.choice((1, 1, 2, 3, -1))
        amount = 115.0 * quantity
        who = dice.choice((self.walk_in, self.walk_in, self.partner, self.named))
        ways = [((self.cash, amount),), ((self.card, amount),)]
        ways.append(((self.cash, 15.0 * quantity), (self.card, 100.0 * quantity)))
        if who == self.partner and quantity > 0:
            ways.append(((self.later, amount),))
        # Odoo invoices what comes back only as the return of another order.
        invoiced = who == self.partner and quantity > 0 and dice.random() < 0.3
        return self.sell(
            *dice.choice(ways), customer=who, quantity=quantity, invoiced=invoiced
        )

    def check(self, orders):
        """Compare the books with all orders so far."""
        documents, payments = self.stored()
        live = documents.filtered(lambda d: d.status != "void")
        owed = sum(d.total * (-1 if d.kind == "credit_note" else 1) for d in live)
        paid = sum(p.amount * (-1 if p.kind == "refund" else 1) for p in payments)
        money = orders.payment_ids.filtered("payment_method_id.journal_id")
        self.assertAlmostEqual(owed, sum(orders.mapped("amount_total")), 2)
        self.assertAlmostEqual(paid, sum(money.mapped("amount")), 2)

    def test_the_books_have_every_day(self):
        dice = random.Random(20261128)
        self.named = self.create_partner("Named")
        self.env["synkd.customer.link"]._link([(self.named, self.counter)])
        orders = self.env["pos.order"]
        for day in range(4):
            if day:
                self.open_new_session(self.pos_session.cash_register_balance_end_real)
            for _n in range(6):
                orders |= self.sell_something(dice)
            cash = self.pos_session.order_ids.payment_ids.filtered(
                lambda payment: payment.payment_method_id == self.cash
            )
            start = self.pos_session.cash_register_balance_start
            self.close(start + sum(cash.mapped("amount")))
            if day % 2:
                self.run_ledger()
            plain = orders.filtered(
                lambda o: o.state == "done" and o.amount_total > 0 and not o.partner_id
            )
            if plain:
                order = dice.choice(plain.sorted("id"))
                order.partner_id = self.partner
                order.action_pos_order_invoice()
        for _n in range(4):
            self.run_ledger()
        rows = self.env["synkd.transaction"].search(
            [("ledger_id", "=", self.ledger.id), ("live", "=", True)]
        )
        self.assertEqual(
            set(rows.mapped("sync_state")), {"synced"}, rows.mapped("reason_text")
        )
        self.check(orders)
        self.env.flush_all()
        days = self.env["synkd.takings"].search([("config_id", "=", self.config.id)])
        for name in ("waiting", "left_out"):
            self.assertFalse(any(days.mapped(name)), name)
        self.assertAlmostEqual(
            sum(days.mapped("sold")),
            sum(days.mapped("invoiced")) + sum(days.mapped("posted")),
            2,
        )
        self.assertAlmostEqual(
            sum(days.mapped("sold")), sum(orders.mapped("amount_total")), 2
        )

    def test_queries_do_not_grow_with_the_orders(self):
        closing = self.env["synkd.till.closing"]
        counts = []
        for orders in (2, 12):
            for _n in range(orders):
                self.sell_plain()
            self.pos_session.order_ids.write({"state": "done"})
            self.env.flush_all()
            self.env.invalidate_all()
            self.pos_session.synkd_due = True
            self.env.flush_all()
            start = self.env.cr.sql_log_count
            closing._close(self.pos_session)
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - start)
        self.assertLessEqual(counts[1], counts[0] + 2)

    def test_a_cashier_closes_without_rights_to_the_books(self):
        cashier = self.create_user(
            "cashier-sum", "base.group_user,point_of_sale.group_pos_user"
        )
        self.sell_plain()
        session = self.pos_session.with_user(cashier)
        session.post_closing_cash_details(115.0)
        session.close_session_from_ui()
        self.write_down()
        summary = self.env["synkd.summary"].search([("session_id", "=", session.id)])
        self.assertEqual((summary.total, len(summary.money_ids)), (115.0, 1))

    def test_an_upgrade_leaves_existing_shops_to_people(self):
        migrate = load_migration("synkd_connector_pos", "19.0.3.0.0", "post-summary")
        self.assertEqual(self.config.synkd_summary_mode, "session")
        self.env.flush_all()
        migrate.migrate(self.env.cr, "19.0.2.0.0")
        self.env.invalidate_all()
        self.assertEqual(self.config.synkd_summary_mode, "none")
        self.sell_plain()
        self.assertFalse(self.close())
        self.ledger.invalidate_recordset()
        self.assertEqual(self.ledger.till_count, 1, "they are told about as before")

    def test_nothing_of_it_is_deleted(self):
        self.sell_plain()
        with self.assertRaisesRegex(UserError, "cannot be deleted"):
            self.close().unlink()
