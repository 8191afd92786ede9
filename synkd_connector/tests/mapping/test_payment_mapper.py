# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import json

from odoo import Command
from odoo.tests import tagged

from ...lib.documents import AllocationData, DifferenceData
from ...lib.errors import RejectedError
from ..common_documents import DocumentsCommon


@tagged("post_install", "-at_install")
class TestPaymentMapper(DocumentsCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.map_all()

    def posted(self, *prices, **values):
        """Create an invoice that is in the books."""
        move = self.create_invoice(*[self.line(self.desk, p) for p in prices], **values)
        self.row_of(move, None).filtered(lambda r: r.channel == "documents").write(
            {"sync_state": "synced", "external_id": f"books-{move.id}"}
        )
        return move

    def keep_entry(self, kept=True):
        """Let payments have an entry, on an outstanding account, or none."""
        account = kept and self.env["account.account"].create(
            {
                "name": "Outstanding",
                "code": "111999",
                "account_type": "asset_current",
                "reconcile": True,
                "company_ids": [Command.set(self.company.ids)],
            }
        )
        self.bank.inbound_payment_method_line_ids.payment_account_id = account
        self.bank.outbound_payment_method_line_ids.payment_account_id = account

    def allocation(self, move, amount):
        """Return the allocation of an amount to an invoice."""
        return AllocationData(f"books-{move.id}", self.row_of(move).number, amount)

    def test_a_payment_settles_what_odoo_reconciled(self):
        self.keep_entry()
        first, second = self.posted(100), self.posted(200)
        payment = self.pay(first | second, group_payment=True)
        row = self.row_of(payment)
        self.assertEqual(row.sync_state, "pending", row.reason_text)
        data = row._to_data()
        self.assertTrue(payment.move_id)
        self.assertEqual(
            (data.kind, data.amount, data.account), ("payment", "345.00", "BANK")
        )
        self.assertEqual(
            (data.date, data.currency, data.rate), ("2026-03-20", "USD", "1")
        )
        self.assertEqual(
            data.allocations,
            (self.allocation(first, "115.00"), self.allocation(second, "230.00")),
        )
        self.assertEqual(data.differences, ())

    def test_a_payment_without_an_entry_settles_its_invoices_as_they_fall_due(self):
        self.keep_entry(False)
        # As with Odoo's accounting app, which reconciles the bank line instead.
        moves = type(self.env["account.move"])
        self.patch(moves, "_get_invoice_in_payment_state", lambda self: "in_payment")
        late = self.posted(200, invoice_date_due="2026-05-01")
        early = self.posted(100, invoice_date_due="2026-04-01")
        payment = self.pay(late | early, group_payment=True, amount=200)
        self.assertFalse(payment.move_id)
        data = self.row_of(payment)._to_data()
        self.assertEqual(data.amount, "200.00")
        self.assertEqual(
            data.allocations,
            (self.allocation(early, "115.00"), self.allocation(late, "85.00")),
        )

    def test_a_written_off_difference_names_its_account(self):
        self.keep_entry()
        loss = self.company.expense_currency_exchange_account_id
        self.map("account", "a900", loss)
        move = self.posted(100)
        payment = self.pay(
            move,
            amount=110,
            payment_difference_handling="reconcile",
            writeoff_account_id=loss.id,
        )
        data = self.row_of(payment)._to_data()
        self.assertEqual(data.amount, "110.00")
        self.assertEqual(data.allocations, (self.allocation(move, "115.00"),))
        self.assertEqual(data.differences, (DifferenceData("9000", "5.00"),))

    def test_a_foreign_payment_leaves_exchange_differences_out(self):
        self.keep_entry()
        self.euro.active = True
        self.map("currency", "c1", self.euro)
        self.env["res.currency.rate"].create(
            [
                {"currency_id": self.euro.id, "rate": 0.8, "name": "2026-01-01"},
                {"currency_id": self.euro.id, "rate": 0.5, "name": "2026-03-15"},
            ]
        )
        move = self.posted(100, currency_id=self.euro.id)
        data = self.row_of(self.pay(move))._to_data()
        self.assertEqual((data.amount, data.rate), ("115.00", "0.5"))
        self.assertEqual(data.allocations, (self.allocation(move, "115.00"),))
        self.assertEqual(data.differences, ())

    def test_what_is_not_in_the_queue_is_left_on_the_account(self):
        self.keep_entry()
        move = self.posted(100)
        payment = self.pay(move)
        self.row_of(move).write({"sync_state": "excluded", "external_id": False})
        self.assertEqual(self.row_of(payment)._to_data().allocations, ())

    def test_a_journal_without_mapping_is_refused(self):
        payment = self.pay(self.posted(100))
        row = self.row_of(payment)
        self.env["synkd.mapping"].search([("kind", "=", "bank")]).unlink()
        with self.assertRaisesRegex(RejectedError, "Journal Bank is not mapped"):
            row._to_data()
        row.operation = "void"
        self.assertEqual(row._to_data().allocations, ())

    def test_a_refund_settles_the_credit_note(self):
        self.keep_entry()
        move = self.posted(100, move_type="out_refund")
        data = self.row_of(self.pay(move))._to_data()
        self.assertEqual((data.kind, data.amount), ("refund", "115.00"))
        self.assertEqual(data.allocations, (self.allocation(move, "115.00"),))

    def test_a_credit_note_names_the_invoices_that_it_settles(self):
        invoice, credit = self.posted(100), self.posted(40, move_type="out_refund")
        lines = (invoice | credit).line_ids.filtered(
            lambda line: line.account_id.account_type == "asset_receivable"
        )
        lines.reconcile()
        note = self.row_of(credit, "credit_note")
        row = note.copy({"kind": "allocation", "channel": "allocations"})
        data = row._to_data()
        self.assertEqual((data.document, data.customer), (f"books-{credit.id}", "hope"))
        self.assertEqual(data.allocations, (self.allocation(invoice, "46.00"),))
        self.assertEqual(data.external_id, "")
        json.dumps(data.as_dict())

    def test_a_bank_line_without_payment_is_the_money_that_came(self):
        move = self.posted(100)
        loss = self.company.expense_currency_exchange_account_id
        self.map("account", "a900", loss)
        receivable = self.partner.property_account_receivable_id
        entry = self.env["account.move"].create(
            {
                "journal_id": self.bank.id,
                "date": "2026-03-20",
                "line_ids": [
                    Command.create(
                        {"account_id": self.bank.default_account_id.id, "debit": 110}
                    ),
                    Command.create({"account_id": loss.id, "debit": 5}),
                    Command.create(
                        {
                            "account_id": receivable.id,
                            "partner_id": self.partner.id,
                            "credit": 115,
                        }
                    ),
                ],
            }
        )
        entry.action_post()
        (move | entry).line_ids.filtered(
            lambda line: line.account_id.account_type == "asset_receivable"
        ).reconcile()
        data = self.row_of(entry)._to_data()
        self.assertEqual((data.amount, data.account), ("110.00", "BANK"))
        self.assertEqual(data.differences, (DifferenceData("9000", "5.00"),))
        self.assertEqual(data.allocations, (self.allocation(move, "115.00"),))
