# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Batch billing: many documents of one account customer are one in the books."""

from dataclasses import replace
from datetime import date
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from odoo.addons.synkd_connector.models.queue import synkd_biller

from .test_summary import SummaryCommon

JUNE = date(2026, 6, 30)


class BatchCommon(SummaryCommon):
    """An estate agency with some properties, billed once a month."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.gathered = cls.class_account.copy(
            {
                "name": "Agencies",
                "posting": "account",
                "batch_billing": True,
                "batch_period": "hand",
            }
        )
        cls.account.class_id = cls.gathered
        cls.house = cls.create_partner("12 Beach Road")
        cls.flat = cls.create_partner("Flat 7")
        pairs = [(cls.house, cls.account), (cls.flat, cls.account)]
        cls.env["synkd.customer.link"]._link(pairs)

    def bill(self, up_to=JUNE, classes=None):
        """Press Bill Now, and return the bills."""
        classes = classes or self.gathered
        return self.env["synkd.biller"]._bill(classes, self.company, up_to)

    def post_two(self):
        """Post an invoice of 230 for the house, and one of 115 for the flat."""
        first = self.post_invoice(self.house, [{"price_unit": 200.0}])
        return first, self.post_invoice(self.flat)

    def take_euro(self, *rates):
        """Let both sides know the euro."""
        self.euro = self.env.ref("base.EUR")
        self.euro.active = True
        vals = {"currency_id": self.euro.id, "company_id": self.company.id}
        self.env["res.currency.rate"].create(
            [vals | {"name": day, "rate": rate} for day, rate in rates]
        )
        self.env["synkd.demo.item"].create(
            {"ledger_id": self.ledger.id, "kind": "currency"}
            | {"code": "EUR", "name": "Euro"}
        )
        self.close_books("")
        self.env["synkd.mapping"]._ensure(
            self.ledger, {("currency", str(self.euro.id))}
        )
        self.env["synkd.mapping"]._accept_suggestions(self.ledger)

    def state_of(self, *documents):
        """Return the states of documents in the queue."""
        return [self.row_of(document).sync_state for document in documents]

    def stored_bill(self, bill):
        """Return what the books keep of a bill."""
        return self.stored_documents(bill.transaction_id)


@tagged("post_install", "-at_install")
class TestBatchBilling(BatchCommon):
    def test_ready_documents_wait_to_be_billed(self):
        invoices = self.post_two()
        self.assertEqual(self.state_of(*invoices), ["batch", "batch"])
        self.send()
        self.assertFalse(self.all_documents())
        self.assertIn("Batch Billing", self.row_of(invoices[0]).reason_text)

    def test_one_document_reaches_the_books(self):
        first, second = self.post_two()
        bill = self.bill()
        self.assertEqual(self.state_of(first, second), ["billed", "billed"])
        self.assertEqual((bill.total, bill.member_count), (345.0, 2))
        self.send()
        self.assertEqual(bill.sync_state, "synced", bill.reason_text)
        stored = self.all_documents()
        self.assertEqual((stored.total, stored.tax), (345.0, 45.0))
        self.assertEqual(stored, self.stored_bill(bill))
        self.assertEqual(stored.date, JUNE)

    def test_each_document_is_a_line_that_names_it(self):
        first, second = self.post_two()
        data = self.bill().transaction_id._to_data()
        self.assertEqual([line.net for line in data.lines], ["200.00", "100.00"])
        self.assertIn(first.name, data.lines[0].description)
        self.assertIn("12 Beach Road", data.lines[0].description)
        self.assertIn(second.name, data.lines[1].description)

    def test_lines_of_one_document_with_one_target_are_one_line(self):
        invoice = self.post_invoice(self.house, [{}, {"price_unit": 50.0}])
        (line,) = self.bill().transaction_id._to_data().lines
        self.assertEqual((line.net, line.tax), ("150.00", "22.50"))
        self.assertIn(invoice.name, line.description)

    def test_later_documents_are_left(self):
        self.post_two()
        later = self.post_invoice(self.flat, invoice_date="2026-07-01")
        self.assertEqual(self.bill().total, 345.0)
        self.assertEqual(self.state_of(later), ["batch"])

    def test_a_credit_note_lowers_the_bill(self):
        first, _second = self.post_two()
        note = self.post_invoice(self.flat, move_type="out_refund")
        bill = self.bill()
        self.assertEqual(bill.total, 230.0)
        self.send()
        self.assertEqual(self.stored_bill(bill).total, 230.0)
        self.assertEqual(self.state_of(first, note), ["billed", "billed"])

    def test_more_returns_than_sales_are_a_credit_note(self):
        self.post_invoice(self.flat, move_type="out_refund")
        bill = self.bill()
        self.assertEqual(bill.transaction_id.kind, "credit_note")
        self.send()
        self.assertEqual(bill.sync_state, "synced", bill.reason_text)
        self.assertEqual(self.customer().outstanding, -115.0)

    def test_each_account_customer_and_currency_gets_its_own(self):
        other = self.create_account("Other Agency", class_id=self.gathered.id)
        shop = self.create_partner("Kiosk")
        self.env["synkd.customer.link"]._link([(shop, other)])
        self.take_euro(("2026-06-01", 0.5))
        self.post_two()
        self.post_invoice(shop)
        self.post_invoice(self.flat, currency_id=self.euro.id)
        bills = self.bill()
        self.assertEqual(len(bills), 3)
        self.assertEqual(sorted(bills.mapped("total")), [115.0, 115.0, 345.0])

    def test_a_foreign_bill_is_worth_what_its_members_are(self):
        self.take_euro(("2026-06-01", 0.5), ("2026-06-20", 0.25))
        self.post_invoice(self.house, currency_id=self.euro.id)
        self.post_invoice(
            self.flat, currency_id=self.euro.id, invoice_date="2026-06-25"
        )
        data = self.bill().transaction_id._to_data()
        # 115 at 0.5 and 115 at 0.25 are 230 + 460.
        self.assertAlmostEqual(float(data.rate), 230 / 690)

    def test_sales_of_the_shop_join(self):
        self.gathered.copy({"name": "Day", "posting": "account"})
        summary = self.summary(
            class_id=False, partner_id=self.house.id, money=[], date="2026-06-12"
        )
        self.assertEqual(self.states(summary), ["batch"])
        self.post_two()
        bill = self.bill()
        self.assertEqual(bill.total, 460.0)
        self.send()
        self.assertEqual(summary.sync_state, "synced")
        self.assertEqual(summary.books_total, 115.0)

    def test_a_generic_class_can_bill_together(self):
        self.class_generic.write({"batch_billing": True, "batch_period": "hand"})
        summary = self.summary()
        self.assertEqual(self.states(summary), ["batch", "pending"])
        bill = self.bill(classes=self.class_generic)
        self.assertEqual(bill.account_customer_id, self.counter)
        self.send()
        self.assertEqual(self.rows_of(summary)[1].sync_state, "synced")
        self.assertEqual(self.stored_bill(bill).outstanding, 0)

    def test_due_by_the_terms(self):
        term = self.env.ref("account.account_payment_term_30days")
        self.account.payment_term_id = term
        self.post_two()
        bill = self.bill()
        self.assertEqual(bill.date_due, date(2026, 7, 30))
        self.assertEqual(bill.transaction_id._to_data().due_date, "2026-07-30")

    def test_nothing_is_billed_twice(self):
        self.post_two()
        self.assertTrue(self.bill())
        self.assertFalse(self.bill())
        rows = self.env["synkd.transaction"].search([("batch_id", "!=", False)])
        with self.assertRaisesRegex(UserError, "meanwhile"):
            rows._set_billed([(rows[0].id, rows.batch_id.id)])

    def test_what_is_not_decided_waits_by_itself(self):
        stranger = self.create_partner("Nobody's")
        invoice = self.post_invoice(stranger)
        self.post_two()
        self.bill()
        self.assertEqual(self.state_of(invoice), ["attention"])
        self.env["synkd.customer.link"]._link([(stranger, self.account)])
        self.assertEqual(self.state_of(invoice), ["batch"])

    def test_switching_it_off_lets_all_go(self):
        invoices = self.post_two()
        self.gathered.batch_billing = False
        self.assertEqual(self.state_of(*invoices), ["pending", "pending"])
        self.gathered.batch_billing = True
        self.assertEqual(self.state_of(*invoices), ["batch", "batch"])

    def test_a_bill_refused_names_the_member(self):
        first, _second = self.post_two()
        bill = self.bill()
        mapping = self.env["synkd.mapping"].search(
            [("ledger_id", "=", self.ledger.id), ("kind", "=", "tax")]
        )
        mapping.item_id = False
        self.env["synkd.decider"]._decide(bill.transaction_id)
        self.assertEqual(bill.sync_state, "attention")
        self.assertIn(self.tax.name, bill.reason_text)
        self.assertEqual(self.state_of(first), ["billed"])


@tagged("post_install", "-at_install")
class TestBatchMoney(BatchCommon):
    def test_payments_of_members_settle_the_bill(self):
        first, second = self.post_two()
        payment = self.pay(first)
        both = self.pay(second)
        self.assertEqual(self.row_of(payment).blocker_id, self.row_of(first))
        bill = self.bill()
        self.assertEqual(self.row_of(payment).blocker_id, bill.transaction_id)
        self.send()
        self.assertEqual(self.state_of(payment, both), ["synced", "synced"])
        self.assertEqual(self.stored_bill(bill).outstanding, 0)

    def test_one_payment_of_several_members_is_one_allocation(self):
        invoices = self.post_invoice(self.flat), self.post_invoice(self.flat)
        bill = self.bill()
        self.send()
        payment = self.pay(invoices[0] | invoices[1])
        data = self.row_of(payment)._to_data()
        self.assertEqual([part.amount for part in data.allocations], ["230.00"])
        self.send()
        self.assertEqual(self.stored_bill(bill).outstanding, 0)

    def test_more_than_the_bill_owes_stays_on_the_account(self):
        first, second = self.post_two()
        self.post_invoice(self.flat, move_type="out_refund")
        bill = self.bill()
        self.send()
        payments = self.pay(first) | self.pay(second)
        self.send()
        self.assertEqual(self.state_of(*payments), ["synced", "synced"])
        self.assertEqual(self.stored_bill(bill).outstanding, 0)
        self.assertEqual(self.customer().outstanding, -115.0)

    def test_a_credit_note_in_the_bill_settles_nothing_by_itself(self):
        invoice = self.post_invoice(self.flat)
        note = self.reverse(invoice)
        bill = self.bill(date(2026, 12, 31))
        self.assertEqual(bill.total, 0)
        self.send()
        self.assertEqual(bill.sync_state, "synced", bill.reason_text)
        self.assertFalse(self.row_of(note, "allocation"))

    def test_money_of_a_bill_taken_back_waits_again(self):
        first, _second = self.post_two()
        payment = self.pay(first)
        bill = self.bill()
        bill.action_undo()
        self.assertEqual(self.row_of(payment).blocker_id, self.row_of(first))


@tagged("post_install", "-at_install")
class TestBatchUndo(BatchCommon):
    def test_before_it_is_sent(self):
        invoices = self.post_two()
        bill = self.bill()
        bill.action_undo()
        self.assertEqual(self.state_of(*invoices), ["batch", "batch"])
        self.assertEqual(bill.sync_state, "excluded")
        self.send()
        self.assertFalse(self.all_documents())
        with self.assertRaisesRegex(UserError, "already"):
            bill.action_undo()

    def test_in_the_books(self):
        invoices = self.post_two()
        payment = self.pay(invoices[0])
        bill = self.bill()
        self.send()
        bill.action_undo()
        self.send()
        self.assertEqual(bill.sync_state, "voided", bill.reason_text)
        self.assertEqual(self.state_of(*invoices), ["batch", "batch"])
        again = self.bill()
        self.assertEqual(again.total, 345.0)
        self.send()
        self.assertEqual(self.stored_bill(again).outstanding, 115.0)
        self.assertEqual(self.state_of(payment), ["synced"])
        self.assertEqual(self.customer().outstanding, 115.0)

    def test_money_of_a_sale_that_is_in_it_is_let_go_of_before(self):
        """Books refuse to void what is paid, as Xero does."""
        self.class_generic.write({"batch_billing": True, "batch_period": "hand"})
        summary = self.summary()
        money = self.rows_of(summary)[1]
        bill = self.bill(classes=self.class_generic)
        self.send()
        self.assertEqual((bill.sync_state, money.sync_state), ("synced", "synced"))
        (part,) = money._to_data().allocations
        self.assertEqual(part.amount, "115.00")
        bill.action_undo()
        self.assertFalse(money._to_data().allocations)
        self.assertEqual(money.sync_state, "pending")
        self.send()
        self.assertEqual(bill.sync_state, "voided")
        self.assertEqual(self.states(summary), ["batch", "pending"])
        again = self.bill(classes=self.class_generic)
        self.send()
        self.assertEqual(self.states(summary), ["billed", "synced"])
        self.assertEqual(self.stored_bill(again).outstanding, 0)

    def test_books_that_cannot_void_get_a_credit(self):
        invoices = self.post_two()
        bill = self.bill()
        self.send()
        self.keep_capability(void=False)
        bill.action_undo()
        self.send()
        self.assertEqual(bill.sync_state, "credited")
        self.assertEqual(self.state_of(*invoices), ["batch", "batch"])
        self.assertEqual(self.customer().outstanding, 0)

    def keep_capability(self, **values):
        """Let the demo books be able to do less."""
        capable = replace(self.ledger._get_capabilities(), **values)
        patcher = patch.object(
            type(self.env["synkd.ledger"]), "_get_capabilities", lambda _self: capable
        )
        self.startPatcher(patcher)

    def test_only_a_manager_takes_back_what_the_books_have(self):
        self.post_two()
        bill = self.bill()
        rights = "base.group_user,synkd_connector.group_user"
        clerk = self.create_user("bill_clerk", rights)
        self.send()
        with self.assertRaises(AccessError):
            bill.with_user(clerk).action_undo()
        self.assertEqual(bill.sync_state, "synced")

    def test_a_bill_is_neither_deleted_nor_excluded(self):
        self.post_two()
        bill = self.bill()
        with self.assertRaisesRegex(UserError, "Undo"):
            bill.unlink()
        with self.assertRaisesRegex(UserError, "Undo"):
            bill.transaction_id.action_exclude("no")


@tagged("post_install", "-at_install")
class TestBatchChanges(BatchCommon):
    def test_what_is_taken_back_before_leaves_the_bill(self):
        first, second = self.post_two()
        bill = self.bill()
        first.button_draft()
        self.assertEqual(bill.transaction_id.amount, 115.0)
        self.send()
        self.assertEqual(self.stored_bill(bill).total, 115.0)
        self.assertFalse(self.row_of(first))
        self.assertEqual(self.state_of(second), ["billed"])

    def test_the_last_one_taken_back_ends_the_bill(self):
        invoice = self.post_invoice(self.flat)
        bill = self.bill()
        invoice.button_draft()
        self.send()
        self.assertFalse(bill.transaction_id.live)
        self.assertFalse(self.all_documents())
        invoice.action_post()
        self.assertEqual(self.state_of(invoice), ["batch"])

    def test_what_changes_before_waits_for_the_next_bill(self):
        first, _second = self.post_two()
        bill = self.bill()
        self.edit(first, price_unit=300)
        self.assertEqual(self.state_of(first), ["batch"])
        self.assertEqual(bill.transaction_id.amount, 115.0)

    def test_what_is_taken_back_afterwards_asks_a_person(self):
        first, _second = self.post_two()
        bill = self.bill()
        self.send()
        first.button_draft()
        self.assert_waits(bill.transaction_id, "changed", first.name, bill.name)
        bill.transaction_id.action_void()
        self.send()
        self.assertEqual(bill.sync_state, "voided")
        self.assertFalse(self.row_of(first))
        self.assertEqual(self.bill().total, 115.0)

    def test_what_changes_afterwards_asks_a_person(self):
        first, _second = self.post_two()
        bill = self.bill()
        self.send()
        self.edit(first, price_unit=300)
        self.assert_waits(bill.transaction_id, "changed", "changed in Odoo")
        bill.transaction_id.action_leave("The customer agreed")
        self.assertEqual(bill.sync_state, "synced")
        self.assertEqual(self.state_of(first), ["billed"])

    def test_a_change_that_is_undone_asks_nobody(self):
        first, _second = self.post_two()
        bill = self.bill()
        self.send()
        first.button_draft()
        first.action_post()
        self.assertEqual(bill.sync_state, "synced")

    def test_a_mapping_that_changes_does_not_change_the_bill(self):
        first, _second = self.post_two()
        bill = self.bill()
        self.send()
        self.product_class.posting = "direct"
        first.ref = "looked at"
        self.env["synkd.enqueuer"]._note_changes(first)
        self.assertEqual(bill.sync_state, "synced", bill.reason_text)

    def test_drafting_warns_of_the_books(self):
        first, _second = self.post_two()
        self.assertFalse(first.synkd_in_books)
        self.bill()
        self.assertFalse(first.synkd_in_books)
        self.send()
        self.assertTrue(first.synkd_in_books)
        self.assertIn("synkd_billed", " ".join(first._get_synkd_alerts()))


@tagged("post_install", "-at_install")
class TestBatchAlone(BatchCommon):
    def test_one_is_posted_alone(self):
        first, second = self.post_two()
        row = self.row_of(first)
        row.action_post_alone()
        self.assertEqual(row.sync_state, "pending")
        self.send()
        self.assert_posted(first)
        self.assertEqual(self.state_of(second), ["batch"])
        with self.assertRaisesRegex(UserError, "posted alone"):
            row.action_post_alone()

    def test_and_joins_again(self):
        first, _second = self.post_two()
        row = self.row_of(first)
        row.action_post_alone()
        row.action_join_batch()
        self.assertEqual(row.sync_state, "batch")
        with self.assertRaisesRegex(UserError, "billed together"):
            row.action_join_batch()

    def test_what_is_held_back_is_not_billed(self):
        first, second = self.post_two()
        row = self.row_of(first)
        row.action_hold("The customer asks")
        self.assertEqual(self.bill().total, 115.0)
        row.action_release()
        self.assertEqual(row.sync_state, "batch")
        self.assertEqual(self.state_of(second), ["billed"])

    def test_what_is_excluded_is_not_billed(self):
        first, _second = self.post_two()
        self.row_of(first).action_exclude("A gift")
        self.assertEqual(self.bill().total, 115.0)


@tagged("post_install", "-at_install")
class TestBatchSchedule(BatchCommon):
    def test_days(self):
        each = self.gathered
        each.batch_period = "month"
        each.batch_day = 31
        self.assertEqual(each._get_batch_date(date(2026, 1, 31)), date(2026, 2, 28))
        self.assertEqual(each._get_batch_date(date(2026, 2, 28)), date(2026, 3, 31))
        each.batch_period, each.batch_weekday = "week", "2"
        self.assertEqual(each._get_batch_date(date(2026, 7, 1)), date(2026, 7, 8))
        each.batch_period = "hand"
        self.assertFalse(each.batch_next_date)

    def test_a_day_that_there_is_not(self):
        for day in (0, 32):
            with self.assertRaisesRegex(ValidationError, "1 to 31"):
                self.gathered.batch_day = day

    def test_runs_bill_what_is_due_and_make_up_for_missed_days(self):
        self.post_two()
        july = self.post_invoice(self.flat, invoice_date="2026-07-15")
        self.gathered.write({"batch_period": "month", "batch_day": 1})
        self.gathered.batch_next_date = "2026-07-01"
        self.go_on_at("2026-08-05 09:00:00")
        bills = self.env["synkd.batch"].search(
            [("class_id", "=", self.gathered.id)], order="date"
        )
        self.assertEqual(bills.mapped("total"), [345.0, 115.0])
        self.assertEqual(bills.mapped("date"), [date(2026, 6, 30), date(2026, 7, 31)])
        self.assertEqual(self.gathered.batch_next_date, date(2026, 9, 1))
        self.assertEqual(bills.mapped("sync_state"), ["synced", "synced"])
        self.assertEqual(self.state_of(july), ["billed"])

    def test_of_many_bills_a_run_makes_some_at_once(self):
        """Each lot is committed, so that no run is too long to come to its end."""
        other = self.create_account("Hope Homes", class_id=self.gathered.id)
        home = self.create_partner("9 Hill Street")
        self.env["synkd.customer.link"]._link([(home, other)])
        self.post_two()
        self.post_invoice(home)
        self.gathered.write({"batch_period": "month", "batch_day": 1})
        self.gathered.batch_next_date = "2026-07-01"
        biller, made = type(self.env["synkd.biller"]), []
        original = biller._bill

        def bill(*args):
            bills = original(*args)
            made.append(len(bills))
            return bills

        with (
            patch.object(synkd_biller, "MOST_BILLS", 1),
            patch.object(biller, "_bill", bill),
        ):
            self.go_on_at("2026-07-01 09:00:00")
        self.assertEqual(made, [1, 1, 0])
        bills = self.env["synkd.batch"].search([("class_id", "=", self.gathered.id)])
        self.assertEqual(sorted(bills.mapped("total")), [115.0, 345.0])
        self.assertEqual(bills.mapped("date"), [JUNE, JUNE])
        self.assertEqual(bills.mapped("sync_state"), ["synced", "synced"])
        self.assertEqual(self.gathered.batch_next_date, date(2026, 8, 1))

    def test_a_day_begins_where_the_company_is(self):
        self.company.partner_id.tz = "Pacific/Auckland"
        self.gathered.write({"batch_period": "month", "batch_day": 1})
        self.gathered.batch_next_date = "2026-07-01"
        self.post_two()
        bills = [("class_id", "=", self.gathered.id)]
        self.go_on_at("2026-06-30 11:30:00")
        self.assertFalse(
            self.env["synkd.batch"].search(bills), "23:30 of the day before"
        )
        self.go_on_at("2026-06-30 12:30:00")
        self.assertEqual(self.env["synkd.batch"].search(bills).date, JUNE)

    def test_by_hand_no_run_bills(self):
        self.post_two()
        self.run_ledger()
        self.assertFalse(
            self.env["synkd.batch"].search([("class_id", "=", self.gathered.id)])
        )
