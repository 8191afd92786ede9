# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from freezegun import freeze_time

from odoo import fields
from odoo.tests import tagged

from odoo.addons.synkd_connector_demo.tests.queue.test_batch import BatchCommon

from .test_summary import SummaryCommon


@tagged("post_install", "-at_install")
class TestTillCurrency(SummaryCommon):
    """A shop at the airport that sells in euro, in a company that does not."""

    take_euro = BatchCommon.take_euro

    def setUp(self):
        super().setUp()
        self.take_euro((fields.Date.today(), 0.5))
        journals = {
            kind: self.env["account.journal"].create(
                {
                    "name": f"Euro {kind}",
                    "code": f"E{kind[:3].upper()}",
                    "type": kind,
                    "company_id": self.company.id,
                    "currency_id": self.euro.id,
                }
            )
            for kind in ("cash", "bank", "sale")
        }
        for kind in ("cash", "bank"):
            self.map_bank(journals[kind])
        drawer = journals["cash"]
        drawer.profit_account_id = self.cash_journal.profit_account_id
        drawer.loss_account_id = self.cash_journal.loss_account_id
        needed = {("account", str(drawer.profit_account_id.id))}
        self.map_to(needed, "ROUND")
        self.euro_cash = self.create_method("Euro Cash", drawer)
        self.euro_card = self.create_method("Euro Card", journals["bank"])
        prices = self.env["product.pricelist"].create(
            {"name": "Airport", "currency_id": self.euro.id}
        )
        methods = self.euro_cash | self.euro_card
        self.config = self.config.create(
            {
                "name": "Airport",
                "payment_method_ids": [(6, 0, methods.ids)],
                "journal_id": journals["sale"].id,
                "invoice_journal_id": journals["sale"].id,
                "use_pricelist": True,
                "available_pricelist_ids": [(6, 0, prices.ids)],
                "pricelist_id": prices.id,
                "synkd_summary_mode": "session",
                "walk_in_class_id": self.class_generic.id,
            }
        )
        self.open_new_session(0)

    def map_bank(self, journal):
        """Map a journal as the bank is."""
        mapping = self.env["synkd.mapping"]
        bank = mapping.search(
            [("kind", "=", "bank"), ("ledger_id", "=", self.ledger.id)]
        ).filtered("item_id")[:1]
        need = {("bank", str(journal.id))}
        mapping._ensure(self.ledger, need).item_id = bank.item_id

    def map_to(self, needed, code):
        """Map something of ours to an item of the books."""
        mapping = self.env["synkd.mapping"]
        mapping._ensure(self.ledger, needed).item_id = self._item(code)

    def test_a_day_in_euro_reaches_the_books_in_euro(self):
        # 100 of the company's money are 50 euro, and 7.50 of tax.
        self.assertEqual(self.config.currency_id, self.euro)
        self.sell_plain((self.euro_cash, 57.5))
        self.sell_plain((self.euro_card, 115.0), quantity=2)
        summary = self.close(58.5)
        self.assertEqual(summary.currency_id, self.euro)
        self.assertEqual((summary.total, summary.tax), (173.5, 22.5))
        self.assertEqual(
            self.rows(summary),
            [
                ("invoice", 173.5, "pending"),
                ("payment", 58.5, "pending"),
                ("payment", 115.0, "pending"),
            ],
            summary.transaction_ids.mapped("reason_text"),
        )
        row = summary.document_id
        self.assertEqual((row.currency_id, row.amount_company), (self.euro, 347.0))
        self.assertEqual(float(row._to_data().rate), 0.5)
        for _n in range(3):
            self.run_ledger()
        documents, payments = self.stored()
        self.assertEqual(
            (
                documents.currency_id,
                documents.total,
                documents.tax,
                documents.outstanding,
            ),
            (self.euro, 173.5, 22.5, 0.0),
        )
        self.assertEqual(sorted(payments.mapped("amount")), [58.5, 115.0])
        self.assertEqual(payments.currency_id, self.euro)
        self.env.flush_all()
        days = self.env["synkd.takings"].search([("config_id", "=", self.config.id)])
        self.assertEqual(days.currency_id, self.euro)
        self.assertEqual((days.sold, days.posted), (172.5, 172.5))

    def test_each_shop_of_a_class_keeps_its_currency(self):
        self.sell_plain((self.euro_cash, 57.5))
        euro = self.close(57.5)
        self.config = self.env["pos.config"].search([("name", "=", "Shop")], limit=1)
        self.open_new_session(0)
        self.sell_plain()
        rand = self.close(115.0)
        self.assertEqual(euro.class_id, rand.class_id)
        self.assertEqual(rand.currency_id, self.company.currency_id)
        self.assertEqual((euro.total, rand.total), (57.5, 115.0))

    def sell_and_post(self):
        """Sell twice, and post it; return the first order, now of a customer, and all.

        :rtype: tuple
        """
        order = self.sell_plain((self.euro_cash, 57.5))
        self.sell_plain((self.euro_card, 57.5))
        summary = self.close(57.5)
        for _n in range(3):
            self.run_ledger()
        order.partner_id = self.partner
        return order, summary

    def test_an_order_that_is_invoiced_later_leaves_in_its_currency(self):
        order, summary = self.sell_and_post()
        order.action_pos_order_invoice()
        out = self.env["synkd.summary"].search([("reverses_id", "=", summary.id)])
        self.assertEqual((out.currency_id, out.total), (self.euro, -57.5))
        self.assertEqual(self.row_of(order.account_move).currency_id, self.euro)

    def test_what_leaves_is_worth_what_it_was_on_its_day(self):
        order, summary = self.sell_and_post()
        later = fields.Date.add(fields.Date.today(), days=3)
        vals = {"currency_id": self.euro.id, "company_id": self.company.id}
        self.env["res.currency.rate"].create(vals | {"name": later, "rate": 0.25})
        with freeze_time(later):
            order.action_pos_order_invoice()
        out = order.synkd_out_id
        self.assertEqual((out.reverses_id, out.date), (summary, later))
        rows = out.transaction_ids.sudo()
        self.assertEqual({float(row._to_data().rate) for row in rows}, {0.5})
        self.assertEqual(sorted(rows.mapped("amount_company")), [-115.0, 115.0])

    def test_an_own_currency_that_the_books_lack_is_named(self):
        mapping = self.env["synkd.mapping"].search(
            [("kind", "=", "currency"), ("key", "=", str(self.euro.id))]
        )
        mapping.item_id = False
        self.sell_plain((self.euro_cash, 57.5))
        row = self.close(57.5).document_id
        self.assertEqual(row.reason, "unmapped")
        self.assertIn("EUR", row.reason_text)
