# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import tagged

from .test_summary import SummaryCommon


@tagged("post_install", "-at_install")
class TestTillSameNames(SummaryCommon):
    """Two machines that both say "Card": each is money of its own journal."""

    summary_mode = "day"

    @classmethod
    def create_shop(cls, **values):
        """Override: with a second and a third card of the same name."""
        result = super().create_shop(**values)
        cls.other_bank = cls.bank.copy({"name": "Other Bank", "code": "BNK9"})
        cls.other_card = cls.create_method("Card", cls.other_bank)
        cls.third_card = cls.create_method("Card", cls.bank)
        more = cls.other_card | cls.third_card
        cls.config.payment_method_ids |= more
        return result

    def money(self, summary):
        """Return what came in, by journal."""
        return {
            journal: sum(some.mapped("amount"))
            for journal, some in summary.money_ids.grouped("journal_id").items()
        }

    def test_none_is_lost_when_a_second_session_joins_the_day(self):
        for count in (1, 2):
            for method in (self.card, self.other_card, self.third_card):
                self.sell_plain((method, 115.0))
            summaries = self.close()
            joined = self.pos_session.order_ids.synkd_summary_id
            self.assertEqual(len(joined), 1)
            expected = {self.bank: 230.0 * count, self.other_bank: 115.0 * count}
            self.assertEqual(self.money(joined), expected)
            self.assertEqual(sum(joined.money_ids.mapped("amount")), joined.total)
            self.open_new_session(0)
        self.assertFalse(summaries, "it joined that of the first session")

    def test_none_is_lost_when_an_order_leaves(self):
        self.sell_plain((self.card, 115.0))
        self.sell_plain((self.other_card, 115.0))
        left = self.sell_plain(customer=self.create_counter_customer())
        summary = self.close()
        left.action_pos_order_invoice()
        self.assertEqual(
            self.money(summary), {self.bank: 115.0, self.other_bank: 115.0}
        )

    def create_counter_customer(self):
        """Return a customer whose sales go with those of the walk-ins."""
        customer = self.create_partner("Named")
        self.env["synkd.customer.link"]._link([(customer, self.counter)])
        return customer


class CountedCommon(SummaryCommon):
    """A shop that counts its cards at closing, too."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.bank.profit_account_id = cls._account("income_other")
        cls.bank.loss_account_id = cls._account("expense")

    def close_with(self, *differences, cash=0):
        """Close the session with differences of payment methods."""
        start = self.pos_session.cash_register_balance_start
        payments = self.pos_session.order_ids.payment_ids
        drawer = payments.filtered(lambda p: p.payment_method_id == self.cash)
        counted = start + sum(drawer.mapped("amount")) + cash
        self.pos_session.post_closing_cash_details(counted)
        pairs = [(method.id, amount) for method, amount in differences]
        closed = self.pos_session.close_session_from_ui(pairs)
        self.assertTrue(closed["successful"], closed)
        self.write_down()
        return self.pos_session.order_ids.synkd_summary_id[:1]

    def extra(self, summary):
        """Return amount and account of what is in a document beside products."""
        lines = summary.line_ids.filtered(lambda line: not line.product_id)
        return sorted((line.net, line.account_id) for line in lines)

    def in_bank(self, summary):
        """Return what came into the bank."""
        money = summary.money_ids.filtered(lambda m: m.journal_id == self.bank)
        return sum(money.mapped("amount"))


@tagged("post_install", "-at_install")
class TestTillCounted(CountedCommon):
    def test_cards_that_were_counted_otherwise(self):
        for amount, account in (
            (-3.0, self.bank.loss_account_id),
            (2.0, self.bank.profit_account_id),
        ):
            with self.subTest(amount):
                self.sell_plain((self.card, 115.0))
                summary = self.close_with((self.card, amount))
                self.assertEqual(self.extra(summary), [(amount, account)])
                self.assertEqual(self.in_bank(summary), 115.0 + amount)
                booked = self.pos_session.bank_payment_ids
                self.assertEqual(booked.amount, 115.0 + amount, "as Odoo has it")
                self.assertEqual(summary.total, 115.0 + amount)
                self.open_new_session(0)

    def test_cash_and_cards_are_told_apart(self):
        self.sell_plain()
        self.sell_plain((self.card, 115.0))
        summary = self.close_with((self.card, -3.0), cash=1.0)
        self.assertEqual(
            self.extra(summary),
            [
                (-3.0, self.bank.loss_account_id),
                (1.0, self.cash_journal.profit_account_id),
            ],
        )
        self.assertEqual(summary.cash_difference, 1.0)
        self.assertEqual((self.in_bank(summary), summary.total), (112.0, 228.0))
        names = summary.line_ids.mapped("name")
        self.assertIn(f"Short at closing: {self.bank.name}", names)
        self.assertIn("Cash over", names)

    def test_what_odoo_books_nowhere_is_in_no_document(self):
        self.sell_plain()
        summary = self.close_with((self.card, -3.0), (self.named_card, 2.0))
        self.assertFalse(self.pos_session.bank_payment_ids)
        self.assertEqual((self.extra(summary), summary.total), ([], 115.0))

    def test_it_is_in_the_books_to_the_cent(self):
        need = {("account", str(self.bank.loss_account_id.id))}
        mapping = self.env["synkd.mapping"]._ensure(self.ledger, need)
        mapping.item_id = self._item("ROUND")
        self.sell_plain((self.card, 115.0))
        summary = self.close_with((self.card, -3.0))
        self.run_ledger()
        self.run_ledger()
        self.assertEqual({row[2] for row in self.rows(summary)}, {"synced"})
        documents, payments = self.stored()
        self.assertEqual((documents.total, documents.outstanding), (112.0, 0.0))
        self.assertEqual(payments.mapped("amount"), [112.0])


@tagged("post_install", "-at_install")
class TestTillCountedDay(CountedCommon):
    summary_mode = "day"

    def test_what_each_session_counted_adds_up_and_stays(self):
        named = self.create_partner("Named")
        self.env["synkd.customer.link"]._link([(named, self.counter)])
        for amount in (-3.0, -2.0):
            self.sell_plain((self.card, 115.0))
            order = self.sell_plain((self.card, 115.0), customer=named)
            summary = self.close_with((self.card, amount))
            self.open_new_session(0)
        loss = self.bank.loss_account_id
        self.assertEqual(self.extra(summary), [(-5.0, loss)])
        self.assertEqual(self.in_bank(summary), 455.0)
        order.action_pos_order_invoice()
        self.assertEqual(self.extra(summary), [(-5.0, loss)])
        self.assertEqual((self.in_bank(summary), summary.total), (340.0, 340.0))


@tagged("post_install", "-at_install")
class TestTillRounding(SummaryCommon):
    """A shop that rounds what is paid to five cents."""

    def round_to_five_cents(self, **values):
        """Let the till round; what it loses and wins has an account each."""
        self.pos_session.close_session_from_ui()
        self.loss, self.profit = self._account("expense"), self._account("income_other")
        rounding = self.env["account.cash.rounding"].create(
            {
                "name": "To five cents",
                "rounding": 0.05,
                "strategy": "add_invoice_line",
                "rounding_method": "HALF-UP",
                "profit_account_id": self.profit.id,
                "loss_account_id": self.loss.id,
            }
        )
        self.config.write(
            {"cash_rounding": True, "rounding_method": rounding.id} | values
        )
        self.open_new_session(0)
        self.product.lst_price = 10.02  # with tax: 11.52

    def lines(self, summary):
        """Return net and account of the lines, sorted."""
        return sorted(
            (line.net, line.tax, line.account_id) for line in summary.line_ids
        )

    def give_twenty(self):
        """Sell for 11.50, pay with twenty, and get 8.50 back."""
        data = self.create_ui_order_data([(self.product, 1)], payments=[])
        paid = self.create_ui_order_data(
            [(self.product, 1)], payments=[(self.cash, 20.0)]
        )["payment_ids"]
        data |= {"payment_ids": paid, "amount_paid": 20.0, "amount_return": -8.5}
        found = self.env["pos.order"].sync_from_ui([data])["pos.order"]
        return self.env["pos.order"].browse(found[0]["id"])

    def test_a_whole_order_that_is_rounded_is_no_dearer_sale(self):
        self.round_to_five_cents(only_round_cash_method=False)
        order = self.give_twenty()
        self.assertEqual((order.amount_total, order.amount_paid), (11.5, 11.5))
        summary = self.close()
        income = self._income()
        self.assertEqual(
            self.lines(summary), [(-0.02, 0.0, self.loss), (10.02, 1.5, income)]
        )
        self.assertEqual(summary.total, 11.5)

    def test_what_is_rounded_in_cash_only(self):
        self.round_to_five_cents(only_round_cash_method=True)
        self.sell_plain((self.cash, 11.5))
        self.sell_plain((self.card, 11.52))
        summary = self.close()
        self.assertEqual(
            self.lines(summary),
            [(-0.02, 0.0, self.loss), (20.04, 3.0, self._income())],
        )

    def test_what_is_taken_out_leaves_the_account_that_it_went_to(self):
        self.round_to_five_cents(only_round_cash_method=True)
        need = {("account", str(self.loss.id))}
        mapping = self.env["synkd.mapping"]._ensure(self.ledger, need)
        mapping.item_id = self._item("ROUND")
        named = self.create_partner("Named")
        self.env["synkd.customer.link"]._link([(named, self.counter)])
        order = self.sell_plain((self.cash, 11.5), customer=named)
        summary = self.close()
        self.run_ledger()
        self.run_ledger()
        self.assertEqual({row[2] for row in self.rows(summary)}, {"synced"})
        order.action_pos_order_invoice()
        self.assertEqual(
            self.lines(order.synkd_out_id),
            [(-10.02, -1.5, self._income()), (0.02, 0.0, self.loss)],
        )

    def _income(self):
        """Return the account that the product is sold on."""
        return self.product.product_tmpl_id.get_product_accounts()["income"]


@tagged("post_install", "-at_install")
class TestTillOwed(SummaryCommon):
    """What was sold on account is paid by bank, and no invoice is behind it."""

    def bank_line(self, amount):
        """Return the entry of a line of the bank's statement, of the customer."""
        line = self.env["account.bank.statement.line"].create(
            {
                "journal_id": self.bank.id,
                "payment_ref": "EFT",
                "partner_id": self.partner.id,
                "amount": amount,
            }
        )
        _liquidity, suspense, _other = line._seek_for_lines()
        suspense.account_id = self.partner.property_account_receivable_id
        return line.move_id

    def open_lines(self, *moves):
        """Return what is open of the customer in some entries."""
        lines = self.env["account.move"].union(*moves).line_ids
        return lines.filtered(
            lambda line: (
                line.partner_id == self.partner
                and line.account_id == self.partner.property_account_receivable_id
                and not line.reconciled
            )
        )

    def test_it_reaches_the_books(self):
        self.sell_plain((self.later, 115.0), customer=self.partner)
        self.sell_plain()
        own = self.close().filtered("partner_id")
        entry = self.bank_line(115.0)
        self.assertFalse(self.row_of(entry))
        self.open_lines(entry, self.pos_session.move_id).reconcile()
        row = self.row_of(entry)
        self.assertEqual((row.kind, row.amount), ("payment", 115.0))
        self.assertEqual(row.partner_id, self.partner)
        self.run_ledger()
        self.run_ledger()
        self.assertEqual(row.sync_state, "synced", row.reason_text)
        self.assertEqual(row.account_customer_id, own.document_id.account_customer_id)
        _documents, payments = self.stored()
        self.assertEqual(sorted(payments.mapped("amount")), [115.0, 115.0])

    def test_where_the_books_have_no_sales_of_the_shop_it_stays_out(self):
        self.config.synkd_summary_mode = "none"
        self.sell_plain((self.later, 115.0), customer=self.partner)
        self.close()
        entry = self.bank_line(115.0)
        self.open_lines(entry, self.pos_session.move_id).reconcile()
        self.assertFalse(self.row_of(entry))

    def test_what_the_session_puts_into_the_drawer_is_told_by_its_sales(self):
        self.sell_plain(customer=self.partner)
        self.close()
        drawer = self.pos_session.statement_line_ids.move_id
        self.assertTrue(drawer)
        self.env["synkd.enqueuer"]._enqueue_given_back(drawer)
        self.assertFalse(self.row_of(drawer))


@tagged("post_install", "-at_install")
class TestTillNothingSold(SummaryCommon):
    """Money without a sale, and sales that come to nothing."""

    def sell_lines(self, *payments, lines, customer=None):
        """Sell quantities of products; negative ones come back."""
        data = self.create_ui_order_data(
            lines, customer=customer or self.walk_in, payments=list(payments)
        )
        found = self.env["pos.order"].sync_from_ui([data])["pos.order"]
        return self.env["pos.order"].browse(found[0]["id"])

    def test_who_pays_what_he_owes_pays_it_and_buys_nothing(self):
        payments = (self.cash, 100.0), (self.later, -100.0)
        self.sell_plain(*payments, customer=self.partner, quantity=0)
        own = self.close()
        self.assertEqual(own.partner_id, self.partner)
        self.assertEqual(self.rows(own), [("payment", 100.0, "pending")])
        self.run_ledger()
        self.run_ledger()
        self.assertEqual(self.rows(own), [("payment", 100.0, "synced")])
        documents, stored = self.stored()
        self.assertFalse(documents)
        self.assertEqual((stored.amount, stored.unallocated), (100.0, 100.0))

    def test_paid_by_card_and_given_back_in_cash(self):
        self.sell_plain((self.card, 115.0))
        self.sell_plain((self.cash, -115.0), quantity=-1)
        self.pos_session.post_closing_cash_details(-115.0)
        self.pos_session.close_session_from_ui()
        self.write_down()
        summary = self.pos_session.order_ids.synkd_summary_id
        self.run_ledger()
        self.run_ledger()
        self.assertEqual(
            self.rows(summary),
            [("payment", 115.0, "synced"), ("refund", 115.0, "synced")],
        )

    def test_an_even_exchange_is_a_document_with_a_line(self):
        vals = {"name": "Other Glue", "lst_price": 100.0, "available_in_pos": True}
        other = self.product.create(vals)
        other.product_tmpl_id.synkd_product_class_id = self.product_class
        other.taxes_id = self.tax
        lines = [(self.product, -1), (other, 1)]
        self.sell_lines(lines=lines, customer=self.partner)
        own = self.close()
        self.run_ledger()
        self.run_ledger()
        self.assertEqual(self.rows(own), [("invoice", 0.0, "synced")])
        (line,) = own.document_id.sudo()._to_data().lines
        self.assertEqual((line.net, line.tax), ("0.00", "0.00"))
