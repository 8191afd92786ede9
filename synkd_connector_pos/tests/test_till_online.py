# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields
from odoo.tests import tagged

from .test_summary import SummaryCommon


@tagged("post_install", "-at_install")
class TestTillOnline(SummaryCommon):
    """What is paid online for a sale of the shop is money of the provider's journal."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.provider = cls.env["payment.provider"].create(
            {"name": "Gateway", "company_id": cls.company.id}
        )

    def sell_online(self, *payments, online=115.0, customer=None, invoiced=False):
        """Sell for 115, of which a part is paid online, and return the order.

        :param payments: pairs of payment method and amount for the rest.
        """
        data = self.create_ui_order_data(
            [(self.product, 1)], customer=customer or self.walk_in, payments=[]
        )
        data |= {"state": "draft", "amount_paid": 0, "payment_ids": []}
        found = self.env["pos.order"].sync_from_ui([data])["pos.order"]
        order = self.env["pos.order"].browse(found[0]["id"])
        order.to_invoice = invoiced
        for method, amount in payments:
            vals = {"pos_order_id": order.id, "payment_method_id": method.id}
            order.add_payment(vals | {"amount": amount})
        payer = customer or self.create_partner("Somebody on the Web")
        self.pay_online(order, online, payer)
        self.assertIn(order.state, ("paid", "done"))
        return order

    def pay_online(self, order, amount, payer):
        """Let a provider tell that an amount of an order was paid."""
        transaction = self.env["payment.transaction"].create(
            {
                "provider_id": self.provider.id,
                "payment_method_id": self.env.ref("payment.payment_method_unknown").id,
                "reference": order.uuid,
                "amount": amount,
                "currency_id": order.currency_id.id,
                "partner_id": payer.id,
                "pos_order_id": order.id,
                "state": "done",
                "last_state_change": fields.Datetime.now(),
            }
        )
        line = self.bank.inbound_payment_method_line_ids[:1]
        vals = {"journal_id": self.bank.id, "payment_method_line_id": line.id}
        transaction._create_payment(**vals)
        transaction._process_pos_online_payment()
        method = order.payment_ids.payment_method_id.filtered("is_online_payment")
        self.assertFalse(method.journal_id)

    def bank_code(self):
        """Return what the journal of the provider is mapped to."""
        needs = [("ledger_id", "=", self.ledger.id), ("journal_id", "=", self.bank.id)]
        return self.env["synkd.mapping"].search(needs).item_id.code

    def test_a_walk_in_who_pays_online_is_part_of_the_day(self):
        self.sell_online()
        self.sell_online((self.cash, 15.0), online=100.0)
        self.sell_plain()
        summary = self.close()
        self.assertEqual(len(summary), 1)
        self.assertEqual(
            sorted((m.name, m.amount, m.journal_id) for m in summary.money_ids),
            [
                ("Cash", 130.0, self.cash_journal),
                ("Online Payment", 215.0, self.bank),
            ],
        )
        self.run_ledger()
        self.run_ledger()
        self.assertEqual(
            self.rows(summary),
            [
                ("invoice", 345.0, "synced"),
                ("payment", 130.0, "synced"),
                ("payment", 215.0, "synced"),
            ],
        )
        documents, payments = self.stored()
        self.assertEqual(documents.outstanding, 0)
        self.assertEqual(sum(payments.mapped("amount")), 345.0)

    def test_a_customer_with_an_account_owes_nothing_then(self):
        self.sell_online(customer=self.partner)
        own = self.close()
        self.assertEqual(own.partner_id, self.partner)
        self.assertEqual(
            self.rows(own),
            [("invoice", 115.0, "pending"), ("payment", 115.0, "pending")],
        )

    def test_an_invoiced_order_is_paid_into_the_journal_of_the_provider(self):
        order = self.sell_online(customer=self.partner, invoiced=True)
        self.assertEqual(order.account_move.amount_residual, 0)
        self.assertFalse(self.close())
        self.assertEqual(self.queue(), [("invoice", 115.0), ("payment", 115.0)])
        move = order.payment_ids.account_move_id
        row = self.row_of(move).sudo()
        self.assertEqual(row.sync_state, "pending", row.reason_text)
        self.assertEqual(row._to_data().account, self.bank_code())

    def test_an_order_that_is_invoiced_later_takes_its_money_along(self):
        order = self.sell_online(customer=self.partner)
        own = self.close()
        self.run_ledger()
        self.run_ledger()
        order.action_pos_order_invoice()
        out = order.synkd_out_id
        self.assertEqual((out.reverses_id, out.money_ids.amount), (own, -115.0))
        self.assertEqual(out.money_ids.journal_id, self.bank)
        row = self.row_of(order.payment_ids.account_move_id).sudo()
        self.assertEqual(row._to_data().account, self.bank_code())

    def test_it_is_not_sold_on_account(self):
        control = self.env["synkd.credit.control"]
        self.sell_online(customer=self.partner)
        rows = self.env.execute_query(
            control._get_till_sql(self.company, [self.partner.id])
        )
        self.assertEqual(rows, [])
        self.sell_plain((self.later, 115.0), customer=self.partner)
        rows = self.env.execute_query(
            control._get_till_sql(self.company, [self.partner.id])
        )
        self.assertEqual(rows, [(self.partner.id, self.config.id, 115.0)])
