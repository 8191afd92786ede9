# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from dataclasses import replace
from decimal import Decimal

from odoo import fields
from odoo.tests import tagged

from odoo.addons.synkd_connector.lib.documents import DifferenceData
from odoo.addons.synkd_connector.lib.results import NOT_FOUND, OK, REJECTED

from .test_demo_document import DemoBooksCommon


@tagged("post_install", "-at_install")
class TestDemoPayment(DemoBooksCommon):
    """What the demo books refuse, settle and keep about payments and credit."""

    def payment_of(self, result):
        """Return the payment of the books that a result names."""
        self.env.invalidate_all()
        return self.env["synkd.demo.payment"].search(
            [
                ("ledger_id", "=", self.ledger.id),
                ("external_id", "=", result.external_id),
            ]
        )

    # === PAYMENTS === #

    def test_a_payment_is_kept_with_what_it_settles(self):
        invoice = self.post(self.invoice("INV/1"))
        result = self.post(self.payment("PAY/1", "120.00", (invoice, "115.00")))
        self.assertRegex(result.number, r"^BP\d{6}$")
        self.assertEqual((result.total, result.date), ("120.00", self.day))
        payment = self.payment_of(result)
        self.assertEqual(payment.unallocated, 5)
        self.assertEqual(payment.account, "BANK")
        self.assertEqual(payment.allocation_ids.document_id, self.document(invoice))
        self.assertEqual(self.document(invoice).status, "settled")
        self.assertEqual(self.hope_in_books().outstanding, -5)

    def test_a_bank_unknown_to_the_books_is_refused(self):
        payment = self.payment("PAY/1", "10.00")
        self.assert_refused(replace(payment, account="NOPE"), "bank account NOPE")
        self.assert_refused(replace(payment, account=""), "Map its journal")

    def test_an_amount_below_zero_is_refused(self):
        self.assert_refused(self.payment("PAY/1", "-10.00"), "below zero")

    def test_a_payment_in_a_closed_period_is_refused(self):
        self.ledger.demo_lock_date = self.day
        self.assert_refused(self.payment("PAY/1", "10.00"), "closed")

    def test_a_payment_of_a_closed_period_may_be_allocated_otherwise(self):
        one, two = self.post(self.invoice("INV/1"), self.invoice("INV/2"))
        first = self.post(self.payment("PAY/1", "115.00", (one, "115.00")))
        self.ledger.demo_lock_date = self.day
        moved = self.payment("PAY/1", "115.00", (two, "115.00"))
        moved = replace(moved, external_id=first.external_id)
        self.post(moved)
        self.assert_open((one, "115.00"), (two, "0.00"))
        self.assert_refused(replace(moved, amount="116.00"), "closed")

    def test_an_archived_customer_pays_nothing(self):
        self.hope_in_books().archived = True
        self.assert_refused(self.payment("PAY/1", "10.00"), "archived")

    def test_an_unknown_document_is_not_settled(self):
        invoice = self.post(self.invoice("INV/1"))
        unknown = replace(invoice, external_id="DOC999999", number="INV/9")
        payment = self.payment("PAY/1", "10.00", (unknown, "10.00"))
        self.assert_refused(payment, "INV/9", "do not know")

    def test_a_voided_document_is_not_settled(self):
        data = self.invoice("INV/1")
        invoice = self.post(data)
        self.post(self.void(data, invoice))
        payment = self.payment("PAY/1", "10.00", (invoice, "10.00"))
        self.assert_refused(payment, "void in the books")

    def test_a_document_of_another_customer_is_not_settled(self):
        theirs = self.post(self.invoice("INV/1", customer=self.second_customer()))
        payment = self.payment("PAY/1", "10.00", (theirs, "10.00"))
        self.assert_refused(payment, "Danny Storm", "Hope Works")

    def test_a_payment_settles_invoices_only(self):
        credit = self.post(self.credit_note("CN/1"))
        payment = self.payment("PAY/1", "10.00", (credit, "10.00"))
        self.assert_refused(payment, "cannot settle")

    def test_a_payment_settles_no_more_than_it_has(self):
        invoice = self.post(self.invoice("INV/1"))
        payment = self.payment("PAY/1", "100.00", (invoice, "115.00"))
        self.assert_refused(payment, "15.00 more")
        lost = DifferenceData(self.codes["account"], "15.00")
        result = self.post(replace(payment, differences=(lost,)))
        self.assertEqual(self.payment_of(result).difference_ids.amount, 15)
        self.assertEqual(self.payment_of(result).unallocated, 0)

    def test_a_difference_needs_an_account_of_the_books(self):
        lost = DifferenceData("NOPE", "15.00")
        payment = self.payment("PAY/1", "100.00", differences=(lost,))
        self.assert_refused(payment, "account NOPE")

    def test_nothing_is_settled_by_zero_or_less(self):
        invoice = self.post(self.invoice("INV/1"))
        for amount in ("0.00", "-5.00"):
            payment = self.payment("PAY/1", "10.00", (invoice, amount))
            self.assert_refused(payment, "Correct the allocation")

    def test_the_same_payment_is_not_taken_twice(self):
        self.post(self.payment("PAY/1", "10.00"))
        self.assert_refused(self.payment("PAY/1", "10.00"), "already")

    def test_allocations_are_replaced_whole(self):
        one, two = self.post(self.invoice("INV/1"), self.invoice("INV/2"))
        first = self.post(
            self.payment("PAY/1", "200.00", (one, "115.00"), (two, "50.00"))
        )
        grown = self.payment("PAY/1", "200.00", (two, "115.00"))
        self.post(replace(grown, external_id=first.external_id))
        self.assert_open((one, "115.00"), (two, "0.00"))
        self.assertEqual(self.payment_of(first).unallocated, 85)
        none = self.payment("PAY/1", "200.00", external_id=first.external_id)
        self.post(none)
        self.assert_open((one, "115.00"), (two, "115.00"))

    def test_a_refused_reallocation_changes_nothing(self):
        one, two = self.post(self.invoice("INV/1"), self.invoice("INV/2"))
        first = self.post(self.payment("PAY/1", "115.00", (one, "115.00")))
        moved = self.payment("PAY/1", "115.00", (two, "115.01"))
        self.assert_refused(replace(moved, external_id=first.external_id))
        self.assert_open((one, "0.00"), (two, "115.00"))

    def test_what_one_payment_frees_another_of_the_call_may_settle(self):
        one, two = self.post(self.invoice("INV/1"), self.invoice("INV/2"))
        data = self.payment("PAY/1", "115.00", (one, "115.00"))
        first = self.post(data)
        moved = self.payment("PAY/1", "115.00", (two, "115.00"))
        self.post(
            replace(moved, external_id=first.external_id),
            self.payment("PAY/2", "115.00", (one, "115.00")),
        )
        self.assert_open((one, "0.00"), (two, "0.00"))
        self.post(
            self.void(moved, first), self.payment("PAY/3", "15.00", (two, "15.00"))
        )
        self.assert_open((two, "100.00"))

    def test_a_voided_payment_is_not_allocated(self):
        data = self.payment("PAY/1", "115.00")
        result = self.post(data)
        self.post(self.void(data, result))
        self.assertEqual(self.payment_of(result).status, "void")
        self.assert_refused(replace(data, external_id=result.external_id), "voided")
        self.assertEqual(self.post(data).outcome, OK)

    def test_a_payment_in_another_currency_settles_in_that_of_the_document(self):
        invoice = self.post(self.invoice("INV/1", currency="EUR", rate="0.5"))
        result = self.post(self.payment("PAY/1", "230.00", (invoice, "115.00")))
        self.assertEqual(self.payment_of(result).unallocated, 0)
        self.assertEqual(self.payment_of(result).allocation_ids.source_amount, 230)
        self.assert_open((invoice, "0.00"))

    def test_a_gain_on_exchange_is_no_obstacle(self):
        invoice = self.post(self.invoice("INV/1", currency="EUR", rate="0.5"))
        result = self.post(self.payment("PAY/1", "200.00", (invoice, "115.00")))
        self.assertEqual(self.payment_of(result).unallocated, 0)

    def test_a_refund_settles_no_invoice(self):
        invoice = self.post(self.invoice("INV/1"))
        refund = self.payment("PAY/1", "10.00", (invoice, "10.00"), kind="refund")
        self.assert_refused(refund, "cannot settle")

    # === CREDIT === #

    def test_what_a_credit_note_settles_is_the_wanted_state(self):
        one, two = self.post(self.invoice("INV/1"), self.invoice("INV/2"))
        credit = self.post(self.credit_note("CN/1"))
        first = self.post(self.credit(credit, (one, "100.00"), (two, "15.00")))
        self.assertEqual(first.total, "115.00")
        self.assert_open((one, "15.00"), (two, "100.00"), (credit, "0.00"))
        again = self.post(self.credit(credit, (two, "20.00")))
        self.assertEqual(again.external_id, first.external_id)
        self.assert_open((one, "115.00"), (two, "95.00"), (credit, "95.00"))
        self.post(self.credit(credit))
        self.assert_open((two, "115.00"), (credit, "115.00"))

    def test_a_credit_note_settles_no_more_than_the_invoice(self):
        invoice = self.post(self.invoice("INV/1", "10.00"))
        credit = self.post(self.credit_note("CN/1"))
        self.assert_refused(self.credit(credit, (invoice, "11.51")), "11.50")

    def test_a_credit_note_settles_what_is_of_its_customer(self):
        theirs = self.post(self.invoice("INV/1", customer=self.second_customer()))
        credit = self.post(self.credit_note("CN/1"))
        self.assert_refused(self.credit(credit, (theirs, "1.00")), "Danny Storm")

    def test_an_invoice_is_no_credit_note(self):
        one, two = self.post(self.invoice("INV/1"), self.invoice("INV/2"))
        self.assert_refused(self.credit(one, (two, "1.00")), "do not know")

    def test_a_credit_note_that_settles_is_not_voided(self):
        invoice = self.post(self.invoice("INV/1"))
        data = self.credit_note("CN/1")
        credit = self.post(data)
        self.post(self.credit(credit, (invoice, "1.00")))
        self.assert_refused(self.void(data, credit), "Take back the payments first")
        self.post(self.credit(credit))
        self.post(self.void(data, credit))

    def test_reconcile_compares_what_a_credit_note_settles(self):
        invoice = self.post(self.invoice("INV/1"))
        credit = self.post(self.credit_note("CN/1"))
        (found,) = self.ask(self.credit(credit, (invoice, "1.00")))
        self.assertEqual((found.outcome, found.external_id), (NOT_FOUND, ""))
        sent = self.post(self.credit(credit, (invoice, "1.00")))
        (found,) = self.ask(self.credit(credit, (invoice, "1.00")))
        self.assertEqual((found.outcome, found.external_id), (OK, sent.external_id))
        (found,) = self.ask(self.credit(credit, (invoice, "2.00")))
        self.assertEqual(
            (found.outcome, found.external_id), (NOT_FOUND, sent.external_id)
        )
        (found,) = self.ask(self.credit(replace(credit, external_id="DOC9")))
        self.assertEqual(found.outcome, NOT_FOUND)

    def test_a_refusal_by_text_meets_payments_and_credit(self):
        invoice = self.post(self.invoice("INV/1"))
        credit = self.post(self.credit_note("CN/1"))
        self.refuse("hope")
        self.assert_refused(self.payment("PAY/1", "10.00"), "PAY/1")
        self.assert_refused(self.credit(credit, (invoice, "1.00")), "CN/1")

    # === BALANCES === #

    def test_balances_are_in_the_currency_of_the_company(self):
        self.post(self.invoice("INV/1"))
        self.post(self.invoice("INV/2", currency="EUR", rate="0.5"))
        self.assertEqual(self.hope_in_books().outstanding, 345)

    def test_credit_and_money_on_account_lower_the_balance(self):
        self.post(self.invoice("INV/1"))
        self.post(self.credit_note("CN/1", "10.00"))
        self.post(self.payment("PAY/1", "50.00"))
        self.assertEqual(self.hope_in_books().outstanding, 53.5)
        self.post(self.payment("PAY/2", "3.00", kind="refund"))
        self.assertEqual(self.hope_in_books().outstanding, 56.5)

    def test_overdue_is_what_fell_due(self):
        today = fields.Date.today()
        self.post(
            self.invoice("INV/1", due_date=str(fields.Date.add(today, days=-1))),
            self.invoice("INV/2", due_date=str(today)),
        )
        self.assertEqual(self.hope_in_books().overdue, 115)
        self.post(self.payment("PAY/1", "130.00"))
        self.assertEqual(self.hope_in_books().overdue, 100, "money on account counts")

    def test_overdue_rises_when_a_day_passes(self):
        tomorrow = fields.Date.add(fields.Date.today(), days=1)
        result = self.post(self.invoice("INV/1", due_date=str(tomorrow)))
        _told, cursor = self.balances({})
        told, cursor = self.balances(cursor)
        self.assertFalse(told, "nothing changed")
        self.document(result).due_date = fields.Date.add(tomorrow, days=-2)
        told, cursor = self.balances(cursor)
        self.assertEqual(told, {self.hope.external_id: Decimal("115.00")})
        self.assertFalse(self.balances(cursor)[0], "it is told once")

    def balances(self, cursor):
        """Return what is overdue by customer, as far as it changed, and the cursor."""
        with self.enter_registry_test_mode():
            pages = list(self.connector._pull_balances(self.ledger, cursor))
        told = {b.external_id: b.overdue for page in pages for b in page.balances}
        return told, pages[-1].cursor

    # === SPEED === #

    def test_queries_do_not_grow_with_the_batch(self):
        counts = [self.count_all(size) for size in (2, 5, 50)]
        self.assertEqual(counts[1], counts[2])

    def count_all(self, size):
        """Return the queries of each kind of call about so many records."""
        numbers = range(size)
        invoices = self.post(*(self.invoice(f"INV{size}/{n}") for n in numbers))
        credits = self.post(*(self.credit_note(f"CN{size}/{n}") for n in numbers))
        payments = [
            self.payment(f"PAY{size}/{n}", "50.00", (invoices[n], "20.00"))
            for n in numbers
        ]
        posted = self.count_queries(*payments)
        (first, *others) = self.ask(*payments)
        known = [
            replace(data, external_id=result.external_id, allocations=())
            for data, result in zip(payments, (first, *others), strict=True)
        ]
        moved = self.count_queries(*known)
        allocated = self.count_queries(
            *(
                self.credit(credits[n], (invoices[n], "1.00"), number=f"CN{size}/{n}")
                for n in numbers
            )
        )
        voided = self.count_queries(*map(self.void, known, known))
        return posted, moved, allocated, voided

    def test_reconcile_asks_as_often_for_many(self):
        counts = []
        for size in (2, 5, 50):
            datas = [self.payment(f"PAY{size}/{n}", "1.00") for n in range(size)]
            self.post(*datas)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            results = self.ask(*datas)
            counts.append(self.env.cr.sql_log_count - before)
            self.assertNotIn(REJECTED, [result.outcome for result in results])
        self.assertEqual(counts[1], counts[2])
