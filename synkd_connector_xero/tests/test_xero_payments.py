# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from dataclasses import replace
from decimal import Decimal
from unittest.mock import patch

from odoo.tests import tagged

from odoo.addons.synkd_connector.lib.documents import VOID, DifferenceData
from odoo.addons.synkd_connector.lib.errors import ConnectorError
from odoo.addons.synkd_connector.lib.results import NOT_FOUND, OK, REJECTED
from odoo.addons.synkd_connector.tests.contract_documents import DocumentHarness

from ..lib import payment_push
from ..lib.payment_state import is_same_payment
from .common import XeroCommon
from .test_xero_documents import XeroDocuments


@tagged("post_install", "-at_install")
class TestXeroMoney(XeroDocuments, DocumentHarness, XeroCommon):
    """What becomes of money in Xero: payments, overpayments, differences, refunds."""

    def live(self, table):
        """Return what is not deleted of a table of Xero's."""
        over = ("DELETED", "VOIDED")
        world = self.xero.world
        with world.lock:
            records = getattr(world.tenants[self.tenant], table).values()
            return [dict(record) for record in records if record["Status"] not in over]

    def money(self):
        """Return amount and account of the live payments, in the order of amounts."""
        accounts = self.xero.world.tenants[self.tenant].accounts
        return sorted(
            (self._cents(p["Amount"]), accounts[p["_account"]]["Code"])
            for p in self.live("payments")
        )

    def overpaid(self):
        """Return what is left of the overpayments."""
        return [self._cents(c["RemainingCredit"]) for c in self.live("overpayments")]

    def writes(self):
        """Return method and last part of the path of each write."""
        return [
            (call["method"], call["path"].partition("?")[0].rpartition("/")[2][:20])
            for call in self.http_calls("PUT", "POST", "DELETE")
        ]

    # === FRESH ONES === #

    def test_many_payments_are_one_call(self):
        results = self.post(*(self.invoice(f"INV/{n}") for n in range(5)))
        before = len(self.writes())
        self.post(
            *(self.payment(f"PAY/{r.number}", "115.00", (r, "115.00")) for r in results)
        )
        self.assertEqual(self.writes()[before:], [("PUT", "Payments")])

    def test_each_document_has_a_payment_with_our_number(self):
        one, two = self.post(self.invoice("INV/1"), self.invoice("INV/2"))
        self.post(self.payment("PAY/1", "165.00", (one, "115.00"), (two, "50.00")))
        self.assertEqual(self.money(), [("115.00", "090"), ("50.00", "090")])
        references = {p["Reference"].split()[0] for p in self.live("payments")}
        self.assertEqual(references, {"PAY/1"})
        self.assertEqual(
            {str(p["Date"])[:10] for p in self.live("payments")}, {self.day}
        )

    def test_what_settles_nothing_is_an_overpayment(self):
        invoice = self.post(self.invoice("INV/1"))
        self.post(self.payment("PAY/1", "200.00", (invoice, "115.00")))
        self.assertEqual(self.money(), [("115.00", "090")])
        self.assertEqual(self.overpaid(), ["85.00"])
        contact = self.live("overpayments")[0]["_contact"]
        self.assertEqual(contact, self.hope.external_id)

    def test_the_part_without_money_goes_through_its_account(self):
        invoice = self.post(self.invoice("INV/1"))
        payment = self.payment("PAY/1", "110.00", (invoice, "115.00"))
        lost = DifferenceData("425", "5.00")
        self.post(replace(payment, differences=(lost,)))
        self.assertEqual(self.money(), [("110.00", "090"), ("5.00", "425")])

    def test_what_came_too_much_is_other_money(self):
        invoice = self.post(self.invoice("INV/1"))
        payment = self.payment("PAY/1", "115.05", (invoice, "115.00"))
        won = DifferenceData("260", "-0.05")
        self.post(replace(payment, differences=(won,)))
        self.assertEqual(self.money(), [("115.00", "090")])
        (received,) = self.live("bank_transactions")
        self.assertEqual(
            (received["Type"], self._cents(received["Total"])), ("RECEIVE", "0.05")
        )
        self.assertEqual(received["LineItems"][0]["AccountCode"], "260")

    def test_an_account_without_a_code_is_named_by_its_id(self):
        accounts = self.xero.world.tenants[self.tenant].accounts.values()
        bank = next(a["AccountID"] for a in accounts if a["Code"] == "090")
        invoice = self.post(self.invoice("INV/1"))
        self.post(self.payment("PAY/1", "115.00", (invoice, "115.00"), account=bank))
        self.assertEqual(self.money(), [("115.00", "090")])

    def test_a_foreign_payment_has_the_rate_of_its_day(self):
        invoice = self.post(self.invoice("INV/1", currency="USD", rate="0.055000"))
        payment = self.payment("PAY/1", "115.00", (invoice, "115.00"))
        self.post(replace(payment, currency="USD", rate="0.056000", account="091"))
        (paid,) = self.live("payments")
        self.assertEqual(Decimal(str(paid["CurrencyRate"])), Decimal("0.056"))

    def test_our_money_for_a_foreign_invoice_makes_the_rate(self):
        invoice = self.post(self.invoice("INV/1", currency="USD", rate="0.055000"))
        payment = self.payment("PAY/1", "2000.00", (invoice, "110.00"))
        (allocation,) = payment.allocations
        allocation = replace(allocation, paid="2000.00", currency="USD")
        self.post(replace(payment, allocations=(allocation,)))
        (paid,) = self.live("payments")
        self.assertEqual(Decimal(str(paid["CurrencyRate"])), Decimal("0.055"))
        self.assertEqual((self._cents(paid["Amount"]), self.overpaid()), ("110.00", []))

    def test_a_refund_settles_the_credit_note_through_the_bank(self):
        credit = self.post(self.credit_note("CN/1"))
        self.post(self.payment("PAY/1", "115.00", (credit, "115.00"), kind="refund"))
        self.assertEqual(self.live("payments")[0]["PaymentType"], "ARCREDITPAYMENT")

    # === MONEY PAID BACK === #

    def test_an_overpayment_is_paid_back_the_oldest_first(self):
        self.post(self.payment("PAY/1", "50.00"))
        self.post(self.payment("PAY/2", "50.00", date="2026-03-06"))
        self.post(self.payment("OUT/1", "70.00", kind="refund", date="2026-03-07"))
        self.assertEqual(sorted(self.money()), [("20.00", "090"), ("50.00", "090")])
        self.assertEqual(self.overpaid(), ["0.00", "30.00"])

    def test_two_refunds_of_one_call_do_not_use_the_same_credit(self):
        self.post(self.payment("PAY/1", "50.00"))
        first, second = self.send(
            self.payment("OUT/1", "30.00", kind="refund"),
            self.payment("OUT/2", "30.00", kind="refund"),
        )
        self.assertEqual((first.outcome, second.outcome), (OK, REJECTED))
        self.assertIn("10.00 is missing", second.message)
        self.assertEqual(self.overpaid(), ["20.00"])

    def test_a_refund_without_any_credit_says_what_is_missing(self):
        self.assert_refused(
            self.payment("OUT/1", "30.00", kind="refund"), "OUT/1", "30.00 is missing"
        )
        self.assertFalse(self.live("payments"))

    def test_a_refund_that_was_paid_out_stays_as_it_is(self):
        self.post(self.payment("PAY/1", "50.00"))
        refund = self.payment("OUT/1", "30.00", kind="refund")
        result = self.post(refund)
        before = len(self.writes())
        self.post(replace(refund, external_id=result.external_id))
        self.assertEqual(len(self.writes()), before)
        self.assertEqual(self.ask(refund)[0].outcome, OK)

    def test_credit_that_was_paid_back_is_not_received_again(self):
        invoice = self.post(self.invoice("INV/1"))
        payment = self.payment("PAY/1", "100.00")
        result = self.post(payment)
        self.post(self.payment("OUT/1", "40.00", kind="refund"))
        settled = self.allocations([(invoice, "60.00")])
        known = replace(payment, external_id=result.external_id)
        self.post(replace(known, allocations=settled))
        self.assertEqual(self.money(), [("40.00", "090")], "the refund alone")
        self.assert_open((invoice, "55.00"))
        more = self.allocations([(invoice, "100.00")])
        self.assert_refused(replace(known, allocations=more), "PAY/1", "paid back")
        self.assertEqual(self.money(), [("40.00", "090")])
        self.assert_open((invoice, "55.00"))

    def test_a_refund_lets_go_of_its_credit_note(self):
        credit = self.post(self.credit_note("CN/1"))
        refund = self.payment("OUT/1", "115.00", (credit, "115.00"), kind="refund")
        result = self.post(refund)
        self.post(self.payment("PAY/1", "115.00"))
        known = replace(refund, external_id=result.external_id, allocations=())
        self.post(known)
        self.assert_open((credit, "115.00"))
        self.assertEqual(self.overpaid(), ["0.00"])

    def test_a_refund_of_which_a_part_arrived_is_not_paid_twice(self):
        for number, amount in enumerate(("60.00", "40.00"), 1):
            self.post(self.payment(f"PAY/{number}", amount))
        with patch.object(payment_push, "BATCH", 1):
            where = {"method": "PUT", "path": "/Payments", "every": 2}
            self.control.add_fault("500", times=None, **where)
            refund = self.payment("OUT/1", "100.00", kind="refund")
            self.assertEqual(self.send(refund), [None], "nobody knows")
        self.control.clear_faults()
        (found,) = self.ask(refund)
        self.assertEqual(found.outcome, NOT_FOUND)
        self.assertTrue(found.external_id, "a part of it is there")
        self.post(replace(refund, external_id=found.external_id))
        self.assertEqual(sum(Decimal(amount) for amount, _code in self.money()), 100)
        self.assertEqual(self.overpaid(), ["0.00", "0.00"])

    def test_a_refund_takes_credit_of_its_own_currency(self):
        self.post(self.payment("PAY/1", "50.00", account="091", currency="USD"))
        self.assert_refused(self.payment("OUT/1", "30.00", kind="refund"), "missing")

    def test_money_on_account_needs_a_bank_account_of_its_currency(self):
        for account, currency in (("090", "USD"), ("091", "ZAR")):
            payment = self.payment(f"PAY/{account}", "50.00", account=account)
            with self.subTest(account=account):
                self.assert_refused(replace(payment, currency=currency), "currency")
        self.assertEqual(self.overpaid(), [])

    def test_a_refund_that_is_too_large_leaves_the_credit_to_the_next(self):
        self.post(self.payment("PAY/1", "50.00"))
        first, second = self.send(
            self.payment("OUT/1", "80.00", kind="refund"),
            self.payment("OUT/2", "50.00", kind="refund"),
        )
        self.assertEqual((first.outcome, second.outcome), (REJECTED, OK))

    # === CHANGES === #

    def change(self, payment, *settled, **values):
        """Post a payment, then with other allocations; return how often was written."""
        result = self.post(payment)
        before = len(self.writes())
        changed = replace(payment, allocations=self.allocations(settled), **values)
        again = self.post(replace(changed, external_id=result.external_id))
        self.assertEqual(again.external_id, result.external_id)
        return self.writes()[before:]

    def test_an_unchanged_payment_is_read_and_not_written(self):
        invoice = self.post(self.invoice("INV/1"))
        payment = self.payment("PAY/1", "200.00", (invoice, "115.00"))
        self.assertEqual(self.change(payment, (invoice, "115.00")), [])

    def test_money_on_account_settles_a_later_invoice(self):
        invoice = self.post(self.invoice("INV/1"))
        payment = self.payment("PAY/1", "200.00")
        writes = self.change(payment, (invoice, "115.00"))
        self.assertEqual(writes, [("PUT", "Allocations")], "the bank line stays")
        self.assertEqual((self.money(), self.overpaid()), ([], ["85.00"]))
        self.assert_open((invoice, "0.00"))

    def test_money_on_account_is_moved_from_one_invoice_to_another(self):
        one, two = self.post(self.invoice("INV/1"), self.invoice("INV/2"))
        payment = self.payment("PAY/1", "115.00")
        first = self.post(payment)
        for document in (one, two):
            settled = self.allocations([(document, "115.00")])
            self.post(
                replace(payment, external_id=first.external_id, allocations=settled)
            )
        self.assert_open((one, "115.00"), (two, "0.00"))
        self.assertEqual((self.money(), self.overpaid()), ([], ["0.00"]))

    def test_what_is_let_go_becomes_money_on_account(self):
        invoice = self.post(self.invoice("INV/1"))
        payment = self.payment("PAY/1", "115.00", (invoice, "115.00"))
        self.change(payment)
        self.assertEqual((self.money(), self.overpaid()), ([], ["115.00"]))
        self.assert_open((invoice, "115.00"))

    def test_money_that_became_less_is_made_anew(self):
        invoice = self.post(self.invoice("INV/1"))
        payment = self.payment("PAY/1", "200.00", (invoice, "115.00"))
        self.change(payment, (invoice, "115.00"), amount="150.00")
        self.assertEqual(
            (self.money(), self.overpaid()), ([("115.00", "090")], ["35.00"])
        )

    def test_another_bank_account_is_another_payment(self):
        invoice = self.post(self.invoice("INV/1"))
        payment = self.payment("PAY/1", "115.00", (invoice, "115.00"))
        self.change(payment, (invoice, "115.00"), account="850")
        self.assertEqual(self.money(), [("115.00", "850")])

    def test_a_reconciled_payment_is_left_and_said_so(self):
        one, two = self.post(self.invoice("INV/1"), self.invoice("INV/2"))
        payment = self.payment("PAY/1", "115.00", (one, "115.00"))
        result = self.post(payment)
        world = self.xero.world
        with world.lock:
            for record in world.tenants[self.tenant].payments.values():
                record["IsReconciled"] = True
        moved = replace(payment, allocations=self.allocations([(two, "115.00")]))
        self.assert_refused(
            replace(moved, external_id=result.external_id), "reconciled"
        )
        self.assert_open((one, "0.00"), (two, "115.00"))

    def test_a_void_takes_everything_back(self):
        one, two = self.post(self.invoice("INV/1"), self.invoice("INV/2"))
        payment = self.payment("PAY/1", "300.00", (one, "115.00"))
        payment = replace(payment, differences=(DifferenceData("260", "-5.00"),))
        result = self.post(payment)
        more = self.allocations([(one, "115.00"), (two, "115.00")])
        known = replace(payment, external_id=result.external_id, allocations=more)
        self.post(known)
        self.assertEqual(self.overpaid(), ["65.00"])
        self.post(replace(known, operation=VOID))
        self.assertFalse(self.live("payments") + self.live("bank_transactions"))
        self.assert_open((one, "115.00"), (two, "115.00"))

    def test_a_void_leaves_the_payments_of_others(self):
        one, two = self.post(self.invoice("INV/1"), self.invoice("INV/2"))
        payment = self.payment("PAY/1", "115.00", (one, "115.00"))
        result = self.post(payment)
        self.post(self.payment("PAY/2", "115.00", (two, "115.00")))
        self.post(replace(payment, external_id=result.external_id, operation=VOID))
        (left,) = self.live("payments")
        self.assertEqual(left["Reference"].split()[0], "PAY/2")

    # === HALF DONE === #

    def test_what_was_refused_in_part_is_finished_and_not_doubled(self):
        one, two = self.post(self.invoice("INV/1"), self.invoice("INV/2"))
        payment = self.payment("PAY/1", "300.00", (one, "115.00"), (two, "130.00"))
        (result,) = self.send(payment)
        self.assertEqual(result.outcome, REJECTED)
        self.assertIn("INV/2 115.00", result.message)
        self.assertTrue(result.external_id, "half of it is there")
        settled = self.allocations([(one, "115.00"), (two, "115.00")])
        self.post(replace(payment, allocations=settled, external_id=result.external_id))
        self.assertEqual(self.money(), [("115.00", "090"), ("115.00", "090")])
        self.assertEqual(self.overpaid(), ["55.00", "15.00"])

    def test_what_was_half_written_is_found_and_finished(self):
        invoice = self.post(self.invoice("INV/1"))
        payment = self.payment("PAY/1", "200.00", (invoice, "115.00"))
        where = {"method": "PUT", "path": "/Payments"}
        self.control.add_fault("lost_before", times=None, **where)
        self.assertEqual(self.send(payment), [None], "nobody knows")
        self.control.clear_faults()
        (found,) = self.ask(payment)
        self.assertEqual(found.outcome, NOT_FOUND)
        self.assertTrue(found.external_id, "the overpayment is there")
        self.post(replace(payment, external_id=found.external_id))
        self.assertEqual(
            (self.money(), self.overpaid()), ([("115.00", "090")], ["85.00"])
        )

    def test_answers_in_another_order_find_their_payments(self):
        self.control.set_options(shuffle=True)
        one, two = self.post(self.invoice("INV/1"), self.invoice("INV/2"))
        first, second = self.send(
            self.payment("PAY/1", "500.00", (one, "500.00")),
            self.payment("PAY/2", "115.00", (two, "115.00")),
        )
        self.assertEqual((first.outcome, second.outcome), (REJECTED, OK))

    def test_a_payment_of_somebody_with_our_number_is_not_touched(self):
        one, two = self.post(self.invoice("INV/1"), self.invoice("INV/2"))
        self.post(self.payment("PAY/1", "20.00", (one, "20.00")))
        self.ids.clear()
        self.ids["somebody else"] = 0
        mine = self.payment("PAY/1", "115.00", (two, "115.00"))
        found = self.ask(mine)[0]
        self.assertEqual((found.outcome, found.external_id), (NOT_FOUND, ""))
        self.post(mine)
        self.assert_open((one, "95.00"), (two, "0.00"))

    def test_an_answer_that_does_not_tell_the_account_is_understood(self):
        ours = {
            "Invoice": {"InvoiceID": "1"},
            "Account": {"Code": "090"},
            "Date": self.day,
            "Amount": "5.00",
        }
        for account, is_same in (
            ({"AccountID": "a"}, True),
            ({"AccountID": "a", "Code": ""}, True),
            ({"Code": "090"}, True),
            ({"Code": "091"}, False),
        ):
            theirs = ours | {"Account": account, "Amount": Decimal(5)}
            with self.subTest(account=account):
                self.assertIs(is_same_payment(ours, theirs), is_same)

    def test_a_limit_after_a_lost_answer_does_not_hide_what_was_written(self):
        payment = self.payment("PAY/1", "50.00")
        where = {"method": "PUT", "path": "/BankTransactions"}
        self.control.add_fault("lost_after", **where)
        self.control.add_fault("429_minute", every=2, **where)
        told = None
        try:  # assertRaises would roll back what Xero wrote
            self.send(payment)
        except ConnectorError as error:
            told = error.kind
        self.assertEqual(told, "retryable")
        self.assertEqual(self.ask(payment)[0].outcome, OK)
        self.assertEqual(self.overpaid(), ["50.00"])

    # === CREDIT === #

    def test_what_the_bookkeeper_set_credit_against_is_left_alone(self):
        one, two = self.post(self.invoice("INV/1"), self.invoice("INV/2"))
        credit = self.post(self.credit_note("CN/1"))
        self.post(self.credit(credit, (one, "50.00"), external_id=""))
        self.ids.clear()
        self.post(self.credit(credit, (two, "65.00")))
        self.assert_open((one, "65.00"), (two, "50.00"), (credit, "0.00"))

    def test_credit_is_set_against_another_invoice(self):
        one, two = self.post(self.invoice("INV/1"), self.invoice("INV/2"))
        credit = self.post(self.credit_note("CN/1"))
        first = self.post(self.credit(credit, (one, "115.00")))
        moved = self.credit(credit, (two, "100.00"), external_id=first.external_id)
        self.post(moved)
        self.assert_open((one, "115.00"), (two, "15.00"), (credit, "15.00"))
        self.post(replace(moved, allocations=()))
        self.assert_open((two, "115.00"), (credit, "115.00"))

    # === STATUS === #

    def test_new_documents_get_the_status_of_the_ledger(self):
        for status in ("DRAFT", "SUBMITTED"):
            with self.subTest(status=status):
                self.ledger.xero_document_status = status
                invoice = self.invoice(f"INV/{status}")
                result = self.post(invoice)
                (stored,) = [
                    i
                    for i in self.control.state(self.tenant)["invoices"]
                    if i["InvoiceID"] == result.external_id
                ]
                self.assertEqual(stored["Status"], status)
                self.assert_refused(
                    self.payment(f"PAY/{status}", "115.00", (result, "115.00")),
                    "Authorised",
                )
                void = replace(invoice, external_id=result.external_id, operation=VOID)
                self.post(void)
                self.post(void)

    def test_a_document_without_any_tax_says_so(self):
        line = self.line("100.00", tax="0.00", tax_code="NONE")
        self.post(self.invoice("INV/1", lines=(line,), tax="0.00", total="100.00"))
        call = self.http_calls("PUT", path="/Invoices")[-1]
        self.assertEqual(call["body"]["Invoices"][0]["LineAmountTypes"], "NoTax")
