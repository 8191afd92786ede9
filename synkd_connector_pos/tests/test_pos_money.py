# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import tagged

from .common import PosCommon


@tagged("post_install", "-at_install")
class TestPosMoney(PosCommon):
    """Each amount that the shop takes for an invoice reaches the books once."""

    def payment_rows(self):
        """Return the rows of money."""
        return self.env["synkd.transaction"].search(
            [
                ("ledger_id", "=", self.ledger.id),
                ("channel", "=", "payments"),
                ("live", "=", True),
            ]
        )

    def test_billing_without_the_shop_opens_payments(self):
        clerk = self.create_user(
            "clerk_without_shop", "base.group_user,account.group_account_invoice"
        )
        payment = self.pay(self.post_invoice()).with_user(clerk)
        self.assertFalse(clerk.has_group("point_of_sale.group_pos_user"))
        self.assertTrue(payment.available_payment_method_line_ids)

    def test_money_enters_with_the_invoice(self):
        invoice = self.sell().account_move
        row = self.payment_rows()
        self.assertEqual(self.queue(), [("invoice", 115.0), ("payment", 115.0)])
        self.assertEqual(row.source, "shop")
        self.assertEqual(row.partner_id, self.partner)
        self.assertEqual(
            row.move_id.pos_payment_ids.pos_order_id, invoice.pos_order_ids
        )
        self.assertEqual(row.blocker_id, self.row_of(invoice))

    def test_it_settles_the_invoice_in_the_books(self):
        invoice = self.sell((self.card, 115.0)).account_move
        self.post_all()
        row = self.payment_rows()
        self.assertEqual(row.sync_state, "synced", row.reason_text)
        self.assertEqual(self.stored_documents(self.row_of(invoice)).outstanding, 0)

    def test_it_is_in_the_journal_of_the_payment_method(self):
        self.sell((self.cash, 15.0), (self.card, 100.0))
        accounts = {
            row.amount: row._to_data().account for row in self.payment_rows().sudo()
        }
        self.assertEqual(
            accounts,
            {15.0: self.bank_code(self.cash_journal), 100.0: self.bank_code(self.bank)},
        )

    def bank_code(self, journal):
        """Return what a journal is mapped to."""
        mapping = self.env["synkd.mapping"].search(
            [("ledger_id", "=", self.ledger.id), ("journal_id", "=", journal.id)]
        )
        self.assertTrue(mapping.item_id)
        return mapping.item_id.code

    def test_a_journal_without_mapping_is_named(self):
        mapping = self.env["synkd.mapping"].search(
            [("ledger_id", "=", self.ledger.id), ("journal_id", "=", self.bank.id)]
        )
        mapping.item_id = False
        self.sell((self.card, 115.0))
        row = self.payment_rows()
        self.assertEqual(row.reason, "unmapped")
        self.assertIn(self.bank.name, row.reason_text)

    def test_a_class_that_wants_paid_documents_takes_it_at_once(self):
        self.account.class_id = self.class_generic
        row = self.row_of(self.sell().account_move)
        self.assertEqual(row.sync_state, "pending", row.reason_text)
        self.assertEqual(row.account_customer_id, self.counter)
        self.assertEqual(self.payment_rows().account_customer_id, self.counter)

    def test_on_account_nothing_is_paid(self):
        self.account.class_id = self.class_generic
        invoice = self.sell((self.later, 115.0)).account_move
        self.assertEqual(self.queue(), [("invoice", 115.0)])
        self.assertEqual(self.row_of(invoice).reason, "payment_required")
        self.close()
        self.assertEqual(self.queue(), [("invoice", 115.0)])
        self.pay(invoice)
        self.assertEqual(self.row_of(invoice).sync_state, "pending")
        self.assertEqual(self.queue(), [("invoice", 115.0), ("payment", 115.0)])

    def test_closing_the_session_adds_nothing(self):
        self.sell()
        self.sell((self.card, 115.0))
        self.sell((self.named_card, 115.0))
        before = self.queue()
        self.assertEqual(len(before), 6)
        self.post_all()
        self.close()
        self.assertTrue(self.pos_session.bank_payment_ids, "the session collected some")
        self.assertTrue(self.pos_session.statement_line_ids)
        self.assertEqual(self.queue(), before)
        self.assertEqual(set(self.payment_rows().mapped("sync_state")), {"synced"})

    def test_orders_without_an_invoice_stay_out(self):
        for method in (self.cash, self.card, self.named_card):
            self.sell((method, 115.0), invoiced=False)
        self.close()
        self.assertTrue(self.pos_session.move_id)
        self.assertEqual(self.queue(), [])

    def test_change_is_no_payment(self):
        """A customer gives 200 and gets 85 back."""
        self.sell((self.cash, 200.0), (self.cash, -85.0))
        self.assertEqual(sum(row.amount_company for row in self.payment_rows()), -115.0)

    def test_a_refund_enters_with_its_credit_note(self):
        order = self.sell()
        note = self.refund(order).account_move
        rows = self.payment_rows()
        refund = rows.filtered(lambda row: row.kind == "refund")
        self.assertEqual((refund.amount, refund.source), (115.0, "shop"))
        self.assertEqual(note.amount_residual, 0)
        self.post_all()
        self.assertEqual(set(rows.mapped("sync_state")), {"synced"})
        self.assertEqual(self.stored_documents(self.row_of(note)).outstanding, 0)
        self.close()
        self.assertEqual(len(self.payment_rows()), 2)

    def test_a_refund_after_closing_enters_as_well(self):
        order = self.sell()
        self.close()
        self.open_new_session(0)
        self.refund(order, self.card)
        self.close()
        self.assertEqual(
            self.queue(),
            [
                ("credit_note", 115.0),
                ("invoice", 115.0),
                ("payment", 115.0),
                ("refund", 115.0),
            ],
        )

    def test_an_order_invoiced_after_closing_brings_its_money(self):
        for method in (self.cash, self.card, self.named_card):
            with self.subTest(method=method.name):
                order = self.sell((method, 115.0), invoiced=False)
                self.close()
                known = self.payment_rows()
                order.action_pos_order_invoice()
                row = self.payment_rows() - known
                self.assertEqual((row.kind, row.amount), ("payment", 115.0))
                self.assertEqual(row.blocker_id, self.row_of(order.account_move))
                self.post_all()
                self.assertEqual(row.sync_state, "synced", row.reason_text)
                self.open_new_session(0)

    def test_what_becomes_a_sessions_afterwards_leaves(self):
        """As when a customer pays online: the session is named after the posting."""
        payment = self.env["account.payment"].create(
            {
                "partner_id": self.partner.id,
                "partner_type": "customer",
                "payment_type": "inbound",
                "amount": 115.0,
                "journal_id": self.bank.id,
            }
        )
        payment.action_post()
        self.assertEqual(self.queue(), [("payment", 115.0)])
        payment.pos_session_id = self.pos_session
        self.assertEqual(self.queue(), [])

    def round_cash(self):
        """Let the till round what is paid in cash to five cents."""
        accounts = self.env["account.account"]
        account = accounts.search(
            [("company_ids", "=", self.company.id), ("account_type", "=", "expense")],
            limit=1,
        )
        rounding = self.env["account.cash.rounding"].create(
            {
                "name": "To five cents",
                "rounding": 0.05,
                "strategy": "add_invoice_line",
                "rounding_method": "HALF-UP",
                "profit_account_id": account.id,
                "loss_account_id": account.id,
            }
        )
        self.config.write(
            {
                "cash_rounding": True,
                "rounding_method": rounding.id,
                "only_round_cash_method": True,
            }
        )
        mapping = self.env["synkd.mapping"]
        need = {("account", str(account.id))}
        mapping._ensure(self.ledger, need).item_id = self._item("ROUND")

    def test_a_rounded_sale_of_a_walk_in_arrives_after_he_is_linked(self):
        self.pos_session.close_session_from_ui()
        self.round_cash()
        self.open_new_session(0)
        self.product.lst_price = 10.02
        walk_in = self.create_partner("Walk-in of the Day")
        order = self.sell((self.cash, 11.50), customer=walk_in)
        invoice = order.account_move
        self.assertEqual((order.amount_paid, invoice.amount_residual), (11.5, 0))
        row = self.row_of(invoice)
        self.assertEqual(row.reason, "not_linked", row.reason_text)
        self.close()
        self.env["synkd.customer.link"]._link([(walk_in, self.account)])
        self.assertEqual(row.sync_state, "pending", row.reason_text)
        self.post_all()
        rows = row | self.payment_rows()
        whys = rows.mapped("reason_text")
        self.assertEqual(set(rows.mapped("sync_state")), {"synced"}, whys)
        stored = self.stored_documents(row)
        found = (stored.total, stored.tax, stored.outstanding)
        self.assertEqual(found, (invoice.amount_total, invoice.amount_tax, 0))
        self.assertEqual(self.queue(), [("invoice", 11.5), ("payment", 11.5)])
