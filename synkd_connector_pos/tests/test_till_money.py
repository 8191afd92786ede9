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
        super().create_shop(**values)
        cls.other_bank = cls.bank.copy({"name": "Other Bank", "code": "BNK9"})
        cls.other_card = cls.create_method("Card", cls.other_bank)
        cls.third_card = cls.create_method("Card", cls.bank)
        more = cls.other_card | cls.third_card
        cls.config.payment_method_ids |= more

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
