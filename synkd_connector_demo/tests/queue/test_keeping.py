# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import random

from odoo import Command
from odoo.tests import tagged

from ..faults_common import FaultsCommon


@tagged("post_install", "-at_install")
class TestKeeping(FaultsCommon):
    """Documents arrive as the books keep them: texts shortened, amounts to the cent."""

    def preview(self, document):
        """Return what Preview says of a document."""
        action = self.row_of(document).action_preview()
        return self.env[action["res_model"]].browse(action["res_id"]).message

    def test_long_texts_are_shortened_and_preview_says_so(self):
        invoice = self.post_invoice(lines=[{"name": "x" * 1001}], ref="R" * 101)
        says = self.preview(invoice)
        self.assertIn("reference is longer than the 100 characters", says)
        self.assertIn("longer than the 1000 characters", says)
        self.post_all()
        stored = self.stored_documents(self.assert_posted(invoice))
        self.assertEqual(stored.line_ids.description, "x" * 999 + "…")
        self.assertEqual(stored.reference, "R" * 99 + "…")
        self.assertEqual(self.row_of(invoice).reference, "R" * 101)

    def test_texts_that_fit_are_whole(self):
        invoice = self.post_invoice(lines=[{"name": "x" * 1000}], ref="R" * 100)
        self.assertNotIn("characters", self.preview(invoice))
        self.post_all()
        stored = self.stored_documents(self.assert_posted(invoice))
        self.assertEqual(stored.line_ids.description, "x" * 1000)
        self.assertEqual(stored.reference, "R" * 100)

    def test_what_was_posted_shortened_is_no_change_afterwards(self):
        invoice = self.post_invoice(lines=[{"name": "x" * 1001, "discount": 100}, {}])
        self.post_all()
        payment = self.pay(invoice)
        self.assert_posted(invoice)
        self.post_all()
        self.assert_posted(payment)
        self.assert_settled(invoice)

    def test_random_lines_arrive_to_the_cent(self):
        self.env.ref("product.decimal_discount").digits = 3
        self.env.ref("uom.decimal_product_uom").digits = 6
        self.env.ref("product.decimal_price").digits = 6
        chance = random.Random(9)
        invoices = [
            self.post_invoice(lines=[self.draw(chance) for _line in range(8)])
            for _invoice in range(10)
        ]
        self.post_all()
        for invoice in invoices:
            self.assert_posted(invoice)
        lines = self.all_documents().line_ids
        self.assertEqual(len(lines), 80)
        for line in lines:
            self.assertEqual(line.quantity, round(line.quantity, 4))
            self.assertEqual(line.discount, round(line.discount, 2))
            self.assertLess(line.discount, 100)

    def draw(self, chance):
        """Return the values of a random line."""
        return {
            "quantity": round(chance.uniform(0, 500), chance.randint(0, 6)),
            "price_unit": round(chance.uniform(0, 900), chance.randint(0, 6)),
            "discount": chance.choice((0, round(chance.uniform(0, 100), 3), 100)),
        }

    def discounted(self):
        """Return an invoice whose discount for early payment lowers the tax, and its
        payment."""
        term = self.env["account.payment.term"].create(
            {
                "name": "2/7 net 30",
                "early_discount": True,
                "discount_percentage": 2,
                "discount_days": 7,
                "early_pay_discount_computation": "included",
                "line_ids": [
                    Command.create(
                        {"value": "percent", "value_amount": 100, "nb_days": 30}
                    )
                ],
            }
        )
        self.keep_entries()
        invoice = self.post_invoice(invoice_payment_term_id=term.id)
        payment = self.pay(invoice, payment_date="2026-06-16")
        self.assertFalse(invoice.amount_residual)
        entry = self.env["synkd.books.item"].search(
            [("ledger_id", "=", self.ledger.id), ("kind", "=", "account")], limit=1
        )
        for account in payment.move_id.line_ids.account_id:
            if account.account_type != "asset_receivable":
                need = {("account", str(account.id))}
                self.env["synkd.mapping"]._ensure(self.ledger, need).item_id = entry
        return invoice, payment

    def test_tax_that_a_discount_takes_back_is_told(self):
        invoice, payment = self.discounted()
        tax = payment.move_id.line_ids.filtered("tax_line_id")
        self.assertEqual(tax.amount_currency, 0.30)
        says = "takes $ 0.30 of tax back with its discount"
        self.assertIn(says, self.preview(payment).replace("\xa0", " "))
        self.post_all()
        row = self.assert_posted(payment)
        self.assert_settled(invoice)
        row.invalidate_recordset()
        noted = " ".join(row.message_ids.mapped("body"))
        self.assertEqual(noted.count("of tax back with its discount"), 1)
        self.assertIn(tax.account_id.display_name, noted)

    def test_money_without_tax_says_nothing(self):
        invoice = self.post_invoice()
        payment = self.pay(invoice)
        self.assertNotIn("tax", self.preview(payment))
        self.post_all()
        self.assertNotIn(
            "tax", str(self.assert_posted(payment).message_ids.mapped("body"))
        )
