# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What is odd about bills: large ones, mixed ones, faults, credit, what it costs."""

from datetime import date
from decimal import Decimal
from unittest.mock import patch

from odoo import Command
from odoo.tests import tagged

from odoo.addons.synkd_connector.lib.fingerprint import fingerprint
from odoo.addons.synkd_connector.models.queue import synkd_batch

from .test_batch import JUNE, BatchCommon


@tagged("post_install", "-at_install")
class TestBatchLarge(BatchCommon):
    """A bill whose members are read some at a time."""

    def setUp(self):
        super().setUp()
        self.startPatcher(patch.object(synkd_batch, "CHUNK", 2))

    def test_it_is_sent_whole(self):
        for number in range(5):
            self.post_invoice(self.flat, [{"price_unit": 100.0 + number}])
        bill = self.bill()
        self.assertEqual([len(some) for some in bill._iter_members()], [2, 2, 1])
        self.send()
        stored = self.stored_bill(bill)
        self.assertEqual(stored.total, bill.total)
        self.assertEqual(Decimal(str(stored.total)), Decimal("586.50"))

    def test_it_is_as_it_was_sent_until_a_member_changes(self):
        invoices = [self.post_invoice(self.flat) for _n in range(5)]
        bill = self.bill()
        self.send()
        row = bill.transaction_id
        self.assertEqual(row._get_sent_fingerprint(), row.fingerprint)
        self.edit(invoices[3], price_unit=101)
        self.assert_waits(row, "changed", "changed in Odoo")

    def test_gone_members_of_each_part_are_named(self):
        invoices = [self.post_invoice(self.flat) for _n in range(5)]
        bill = self.bill()
        self.send()
        invoices[0].button_draft()
        invoices[4].button_draft()
        names = bill._get_gone().mapped("number")
        self.assertEqual(names, [invoices[0].name, invoices[4].name])

    def test_what_is_in_the_way_of_each_part_is_told(self):
        for _n in range(3):
            self.post_invoice(self.flat)
        last = self.post_invoice(self.flat, [{"product_id": self.other.id}])
        self.assertEqual(self.state_of(last), ["batch"], self.row_of(last).reason_text)
        bill = self.bill()
        self.other.product_tmpl_id.synkd_product_class_id = False
        self.env["synkd.decider"]._decide(bill.transaction_id)
        self.assert_waits(bill.transaction_id, "invalid_lines", "Tape")


@tagged("post_install", "-at_install")
class TestBatchMixed(BatchCommon):
    def test_taxes_in_the_price_and_on_top_of_it(self):
        included = self.tax.copy(
            {"name": "Inside", "price_include_override": "tax_included"}
        )
        self.env["synkd.mapping"]._ensure(
            self.ledger, {("tax", str(included.id))}
        ).item_id = (
            self.env["synkd.mapping"]
            .search(
                [("ledger_id", "=", self.ledger.id), ("key", "=", str(self.tax.id))]
            )
            .item_id
        )
        self.post_invoice(
            self.flat,
            [{"price_unit": 115.0, "tax_ids": [Command.set(included.ids)]}],
        )
        self.post_invoice(self.flat)
        bill = self.bill()
        data = bill.transaction_id._to_data()
        self.assertFalse(data.tax_included)
        self.assertEqual(
            [(line.net, line.tax) for line in data.lines],
            [
                ("100.00", "15.00"),
                ("100.00", "15.00"),
            ],
        )
        self.send()
        self.assertEqual(bill.sync_state, "synced", bill.reason_text)

    def test_tax_is_the_sum_of_what_was_booked(self):
        """Three times 15 % of 0.03 are 0.00 each; of 0.09 they would be 0.01."""
        for _n in range(3):
            self.post_invoice(self.flat, [{"price_unit": 0.03}])
        data = self.bill().transaction_id._to_data()
        self.assertEqual((data.total, data.tax), ("0.09", "0.00"))

    def test_a_line_without_tax_is_a_line_of_its_own(self):
        self.post_invoice(self.flat, [{}, {"tax_ids": [Command.clear()]}])
        data = self.bill().transaction_id._to_data()
        self.assertEqual([line.tax for line in data.lines], ["15.00", "0.00"])

    def test_each_site_gets_its_own(self):
        branch = self.env["res.company"].create(
            {"name": "Branch", "parent_id": self.company.id}
        )
        first, second = self.post_two()
        self.row_of(second).company_id = branch
        both = self.company | branch
        found = self.env["synkd.biller"]._find(self.gathered, both, JUNE)
        self.assertEqual(
            [(row[1], row[6]) for row in found],
            [
                (self.company.id, self.row_of(first).ids),
                (branch.id, self.row_of(second).ids),
            ],
        )
        found = self.env["synkd.biller"]._find(self.gathered, branch, JUNE)
        self.assertEqual(len(found), 1)

    def test_opening_balances_are_not_billed(self):
        invoice = self.post_invoice(self.flat)
        row = self.row_of(invoice)
        row.opening_date = "2026-06-20"
        self.env["synkd.decider"]._decide(row)
        self.assertEqual(row.sync_state, "pending")

    def test_a_prefix_of_the_class_is_that_of_the_bill(self):
        self.gathered.invoice_prefix = "AG-"
        self.post_invoice(self.flat)
        bill = self.bill()
        self.assertTrue(bill.transaction_id.number.endswith(bill.name))
        (line,) = bill.transaction_id._to_data().lines
        self.assertIn("AG-INV", line.description)


@tagged("post_install", "-at_install")
class TestBatchFaults(BatchCommon):
    def test_a_lost_answer_is_found_by_our_key(self):
        self.post_two()
        bill = self.bill()
        self.run_ledger()
        self.ledger.write({"demo_fault": "lost_after", "demo_fault_every": 1})
        self.run_ledger()
        self.mend()
        self.send()
        self.assertEqual(bill.sync_state, "synced", bill.reason_text)
        self.assertEqual(len(self.all_documents()), 1)

    def test_what_the_books_refuse_is_tried_again(self):
        self.post_two()
        bill = self.bill()
        self.send_customers()
        self.ledger.demo_refuse = bill.name
        self.run_ledger()
        self.ledger.demo_refuse = False
        if bill.sync_state == "attention":
            bill.transaction_id.action_retry()
        self.send()
        self.assertEqual(bill.sync_state, "synced", bill.reason_text)

    def send_customers(self):
        """Let the books have the customers before the documents."""
        waiting = self.env["synkd.transaction"].search([("sync_state", "=", "pending")])
        waiting.action_hold("Customers first")
        self.run_ledger()
        waiting.action_release()

    def test_voided_over_there_is_noticed_like_any_document(self):
        first, _second = self.post_two()
        bill = self.bill()
        self.send()
        row = bill.transaction_id
        row._set_altered("Somebody voided it there.")
        self.assert_waits(row, "altered", "voided it there")
        self.assertEqual(self.state_of(first), ["billed"])
        row.action_leave("Known")
        self.assertEqual(bill.sync_state, "synced")

    def test_a_held_account_keeps_the_bill(self):
        self.post_two()
        bill = self.bill()
        self.account.held = True
        self.assert_waits(bill.transaction_id, "held", "on hold")
        self.account.held = False
        self.assertEqual(bill.sync_state, "pending")

    def test_a_closed_period_asks_for_another_date(self):
        self.post_two()
        bill = self.bill()
        self.close_books("2026-07-31")
        self.env["synkd.decider"]._decide(bill.transaction_id)
        self.assert_waits(bill.transaction_id, "closed")
        bill.transaction_id.action_set_post_date("2026-08-01")
        self.send()
        self.assertEqual(self.stored_bill(bill).date, date(2026, 8, 1))


@tagged("post_install", "-at_install")
class TestBatchOwed(BatchCommon):
    """What a customer owes counts once, wherever his documents are."""

    def owed(self):
        """Return what the credit control counts of the customer."""
        self.env.flush_all()
        rows = self.env["synkd.credit.control"]._get_unsent(
            self.ledger, {self.flat.id: self.flat.id}
        )
        return sum(amount for _member, (_currency, amount, _due) in rows)

    def test_on_the_way_to_the_bill_and_in_it(self):
        self.post_invoice(self.flat)
        self.assertEqual(self.owed(), 115.0)
        bill = self.bill()
        self.assertEqual(self.owed(), 115.0)
        self.send()
        self.assertEqual(self.owed(), 0)
        bill.action_undo()
        self.assertEqual(self.owed(), -115.0)
        self.send()
        self.assertEqual(self.owed(), 115.0)

    def test_members_are_told_by_their_fingerprint(self):
        """Other members of one total are another bill."""
        self.post_two()
        bill = self.bill()
        facts = bill.transaction_id._get_members_facts()
        self.assertEqual(len(facts), 1)
        self.assertNotEqual(facts, [fingerprint([])])

    def test_a_payment_in_part_and_the_rest(self):
        first, second = self.post_two()
        bill = self.bill()
        self.send()
        self.pay(first, amount=100.0)
        self.send()
        self.assertEqual(self.stored_bill(bill).outstanding, 245.0)
        self.pay(first)
        self.pay(second)
        self.send()
        self.assertEqual(self.stored_bill(bill).outstanding, 0)
        self.assertEqual(self.customer().outstanding, 0)

    def test_money_that_is_taken_back_is_owed_again(self):
        first, _second = self.post_two()
        self.keep_entries()
        bill = self.bill()
        payment = self.pay(first)
        self.send()
        self.assertEqual(self.stored_bill(bill).outstanding, 115.0)
        (first.line_ids & payment.move_id.line_ids).remove_move_reconcile()
        first.line_ids.remove_move_reconcile()
        self.send()
        self.assertEqual(self.stored_bill(bill).outstanding, 345.0)
