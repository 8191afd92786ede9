# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from collections import defaultdict
from contextlib import suppress
from dataclasses import replace
from decimal import Decimal
from uuid import uuid4

from odoo.tests import tagged

from odoo.addons.synkd_connector.lib.documents import VOID, DifferenceData, PaymentData
from odoo.addons.synkd_connector.lib.errors import ConnectorError, RejectedError
from odoo.addons.synkd_connector.tests.contract import LOGIN
from odoo.addons.synkd_connector.tests.contract_agreement import AgreementContract
from odoo.addons.synkd_connector.tests.contract_documents import (
    BooksDocument,
    DocumentContract,
)
from odoo.addons.synkd_connector.tests.contract_payments import (
    PaymentContract,
    RecoveryContract,
)
from odoo.addons.synkd_connector_http.tests.contract_http import FAULTS

from ..lib import balances, customers, documents
from ..lib.refs import to_ref
from .common import SageCommon

VOIDING = documents.OVER


class SageDocuments:
    """The hooks of the contracts about documents."""

    currency_code = "ZAR"

    def setUp(self):
        self.parts = {}
        super().setUp()

    def as_member(self, data):
        """Override: with the parts that are kept of it."""
        member = super().as_member(data)
        parts = self.parts.get(member.res_id, ()) if data.external_id else ()
        return replace(member, parts=parts)

    def call(self, name, *datas):
        """Override to keep the parts of each record, as the engine does."""
        results = super().call(name, *datas)
        told = [each for each in results if each and each.parts is not None]
        self.parts |= {each.res_id: each.parts for each in told}
        return results

    def batch_of(self, *datas):
        """Override: each request has a key of its own, as the engine's have."""
        return replace(super().batch_of(*datas), key=str(uuid4()))

    def books_documents(self):
        return [
            self._as_books(service, record)
            for service in ("TaxInvoice", "CustomerReturn")
            for record in self.records(service)
            if not record["DocumentNumber"].endswith(VOIDING)
        ]

    def _as_books(self, service, record):
        others = self.records("TaxInvoice") + self.records("CustomerReturn")
        voiding = [
            each
            for each in others
            if each["DocumentNumber"].endswith(VOIDING)
            and each["ExternalReference"] == record["ExternalReference"]
        ]
        return BooksDocument(
            to_ref(service, record["ID"]),
            record["DocumentNumber"],
            *(str(Decimal(record[n]).quantize(Decimal("0.01"))) for n in SHOWN),
            bool(voiding),
        )

    def books_codes(self):
        names = {
            "tax": "Standard Rate",
            "item": "WIDGET",
            "account": "Sales",
            "bank": "Standard Bank",
            "difference": "Discount Allowed",
        }
        return {kind: str(self.control.id_of(name)) for kind, name in names.items()}

    def break_next(self, fault):
        self.control.clear_faults()
        self.control.set_options(password="sim-password")
        if fault == LOGIN:
            self.control.set_options(password="another")
        elif fault:
            where = {"method": "POST,DELETE", "path": "/api"}
            self.control.add_fault(FAULTS[fault], times=None, **where)

    def refuse(self, text):
        self.control.set_options(refuse=text)

    def books_edit(self, code, archived=False):
        (found,) = (
            each
            for each in self.records("Customer")
            if customers.read_code(each) == code
        )
        self.control.edit("Customer", found["ID"], Active=not archived)


SHOWN = ("Total", "Tax", "AmountDue")


@tagged("post_install", "-at_install")
class TestSageDocuments(SageDocuments, DocumentContract, SageCommon):
    """Invoices and credit notes keep the contract, over real HTTP."""

    def last(self, path="/TaxInvoice/Save"):
        """Return the body of the last write to a path."""
        return self.calls("POST", path=path)[-1]["body"]

    def test_number_key_and_day_stand_where_sage_has_them(self):
        invoice = self.invoice("INV/1", reference="PO 7", sub_account="Durban")
        self.post(invoice)
        sent = self.last()
        self.assertEqual(sent["DocumentNumber"], "INV/1")
        self.assertRegex(sent["ExternalReference"], "^SK[A-Z2-7]{16}$")
        self.assertEqual(sent["Reference"], "PO 7 / Durban")
        self.assertEqual((sent["Date"], sent["DueDate"]), (self.day, self.day))
        self.assertEqual(sent["CustomerId"], int(self.hope.external_id))
        asked = self.calls("POST", path="/TaxInvoice/Save")[-1]["query"]
        self.assertEqual(asked["useSystemDocumentNumber"], "false")

    def test_an_invoice_without_a_due_day_has_its_own_day(self):
        self.post(self.invoice("INV/1", due_date=""))
        self.assertEqual(self.last()["DueDate"], self.day)

    def test_a_line_is_of_an_item_or_of_an_account(self):
        lines = (self.line(), self.line(item=""))
        self.post(self.invoice("INV/1", lines=lines, total="230.00", tax="30.00"))
        item, account = self.last()["Lines"]
        self.assertEqual((item["LineType"], account["LineType"]), (0, 1))
        self.assertEqual(item["SelectionId"], int(self.codes["item"]))
        self.assertEqual(account["SelectionId"], int(self.codes["account"]))

    def test_prices_with_tax_are_told_as_such(self):
        line = self.line("100.00", price="115.00")
        result = self.post(self.invoice("INV/1", lines=(line,), tax_included=True))
        self.assertEqual((result.total, result.tax), ("115.00", "15.00"))
        sent = self.last()
        self.assertTrue(sent["Inclusive"])
        self.assertEqual(sent["Lines"][0]["UnitPriceInclusive"], 115)
        self.assertNotIn("UnitPriceExclusive", sent["Lines"][0])

    def test_a_cent_of_difference_is_told(self):
        self.control.set_options(cent="0.01")
        self.assertEqual(self.post(self.invoice("INV/1")).total, "115.01")

    def test_a_foreign_currency_goes_by_its_identity_and_rate(self):
        self.post(self.invoice("INV/1", currency="USD", rate="0.055"))
        sent = self.last()
        dollar = self.record("Currency", Code="USD")["ID"]
        self.assertEqual(sent["Customer_CurrencyId"], dollar)
        self.assertEqual(sent["Customer_ExchangeRate"], 18.181818)
        self.assert_refused(self.invoice("INV/2", currency="GBP"), "GBP", "INV/2")

    def test_a_document_of_six_hundred_lines_arrives(self):
        nets = ["1.01"] * 600
        invoice = self.invoice("INV/1", *nets)
        self.assertEqual(self.post(invoice).total, invoice.total)

    def test_a_locked_period_is_refused_in_sage_s_words_and_read(self):
        self.control.set_options(locked_until="2026-12-31")
        self.assert_refused(self.invoice("INV/1"), "locked period")
        self.env.flush_all()
        with self.enter_registry_test_mode():
            lists = self.connector._pull_lists(self.ledger)
        self.assertEqual(lists.lock_date, "2026-12-31")

    def test_a_credit_note_is_a_return(self):
        self.post(self.credit_note("CN/1"))
        self.assertNotIn("DueDate", self.last("/CustomerReturn/Save"))

    def test_void_makes_the_opposite_and_sets_both_off(self):
        for kind, opposite in (
            ("invoice", "CustomerReturn"),
            ("credit_note", "TaxInvoice"),
        ):
            data = self.invoice(f"DOC/{kind}", kind=kind)
            result = self.post(data)
            void = replace(data, external_id=result.external_id, operation="void")
            # As the queue tells it: without its lines.
            void = replace(void, lines=())
            self.control.set_options(locked_until="2020-01-01")
            self.post(void)
            made = self.record(opposite, DocumentNumber=f"DOC/{kind}-V")
            self.assertEqual((made["Total"], made["AmountDue"]), (115, 0))
            self.post(void)
        self.assertEqual(len(self.records("Allocation")), 2)

    def test_a_void_that_was_cut_goes_on_where_it_was(self):
        data = self.invoice("INV/1")
        result = self.post(data)
        void = replace(data, external_id=result.external_id, operation="void")
        self.control.add_fault("lost_before", path="/Allocation/Save")
        self.assertEqual(self.send(void), [None], "nobody knows yet")
        (found,) = self.ask(void)
        self.assertEqual(found.outcome, "not_found")
        self.post(void)
        self.assertEqual(len(self.records("CustomerReturn")), 1)
        self.assertEqual(self.books_document(result).outstanding, "0.00")


@tagged("post_install", "-at_install")
class TestSagePayments(SageDocuments, PaymentContract, SageCommon):
    """Payments and credit keep the contract, over real HTTP."""

    def test_a_receipt_carries_number_and_key(self):
        self.post(self.payment("PAY/1", "50.00"))
        (sent,) = self.records("CustomerReceipt")
        self.assertRegex(sent["Reference"], "^PAY/1 SK[A-Z2-7]{16}$")
        self.assertEqual((sent["Total"], sent["PaymentMethod"]), (50, 4))

    def test_what_came_too_much_goes_to_its_account(self):
        invoice = self.post(self.invoice("INV/1"))
        payment = self.payment("PAY/1", "120.00", (invoice, "115.00"))
        lost = self.difference("-5.00")
        self.post(replace(payment, differences=(lost,)))
        self.assert_open((invoice, "0.00"))
        made = self.record("TaxInvoice", DocumentNumber="PAY/1-D1")
        self.assertEqual((made["Total"], made["AmountDue"]), (5, 0))

    def difference(self, amount):
        """Return a difference to the account for it."""
        return DifferenceData(self.codes["difference"], amount)

    def test_a_voided_write_off_is_taken_back(self):
        invoice = self.post(self.invoice("INV/1"))
        payment = self.payment("PAY/1", "110.00", (invoice, "115.00"))
        payment = replace(payment, differences=(self.difference("5.00"),))
        result = self.post(payment)
        # As the queue tells it: without what it settled, and by what.
        void = replace(
            payment,
            external_id=result.external_id,
            operation="void",
            differences=(),
            allocations=(),
        )
        self.control.add_fault("lost_after", path="/TaxInvoice/Save")
        self.assertEqual(self.send(void), [None], "nobody knows yet")
        (found,) = self.ask(void)
        self.assertEqual(found.outcome, "not_found")
        self.post(void)
        self.post(void)
        self.assertEqual(len(self.records("TaxInvoice")), 2, "the way back is one")
        self.assert_open((invoice, "115.00"))
        self.assertFalse(self.records("CustomerReceipt"))
        self.assertEqual(
            self.record("Customer", TextField1=self.mark())["Balance"], 115
        )

    def write_off(self, invoice, amount, account="difference", **values):
        """Return a payment of 100 that with a write-off settles so much more."""
        settled = 100 + Decimal(amount or 0)
        payment = self.payment("PAY/1", "100.00", (invoice, f"{settled:.2f}"))
        lost = DifferenceData(self.codes[account], amount)
        return replace(payment, differences=(lost,) if amount else (), **values)

    def assert_owed(self, invoice, amount):
        """Fail unless an invoice and its customer have so much open, by one receipt."""
        self.assert_open((invoice, amount))
        hope = self.record("Customer", TextField1=self.mark())
        self.assertEqual(hope["Balance"], Decimal(amount))
        self.assertEqual(len(self.records("CustomerReceipt")), 1)

    def test_a_write_off_changes_while_its_money_stays(self):
        invoice = self.post(self.invoice("INV/1"))
        known = self.post(self.write_off(invoice, "5.00")).external_id
        self.assert_owed(invoice, "10.00")
        for amount, left in (
            ("3.00", "12.00"),
            ("15.00", "0.00"),
            ("", "15.00"),
            ("5.00", "10.00"),
        ):
            changed = self.write_off(invoice, amount, external_id=known)
            with self.subTest(amount=amount):
                self.post(changed)
                self.assert_owed(invoice, left)
                self.control.log(clear=True)
                self.post(changed)
                self.assertFalse(self.calls("POST", "DELETE"), "it is as it should be")
        numbers = [each["DocumentNumber"] for each in self.records("CustomerReturn")]
        self.assertEqual(len(numbers), len(set(numbers)), "each has its own number")
        void = self.write_off(invoice, "", external_id=known, operation=VOID)
        self.post(void)
        self.assert_open((invoice, "115.00"))
        hope = self.record("Customer", TextField1=self.mark())
        self.assertEqual(hope["Balance"], 115)

    def test_a_write_off_moves_to_another_account(self):
        self.codes["bad"] = str(self.control.id_of("Bad Debts"))
        invoice = self.post(self.invoice("INV/1"))
        known = self.post(self.write_off(invoice, "15.00")).external_id
        self.post(self.write_off(invoice, "15.00", "bad", external_id=known))
        self.assert_owed(invoice, "0.00")
        sums = defaultdict(Decimal)
        for service, sign in (("CustomerReturn", 1), ("TaxInvoice", -1)):
            for each in self.records(service):
                sums[str(each["Lines"][0]["SelectionId"])] += sign * each["Total"]
        self.assertEqual(sums[self.codes["difference"]], 0)
        self.assertEqual(sums[self.codes["bad"]], 15)

    def test_what_came_too_much_changes_while_the_money_stays(self):
        invoice = self.post(self.invoice("INV/1", "86.96"))
        payment = self.payment("PAY/1", "105.00", (invoice, "100.00"))
        over = replace(payment, differences=(self.difference("-5.00"),))
        known = self.post(over).external_id
        less = replace(over, differences=(self.difference("-2.00"),), external_id=known)
        self.post(less)
        self.assert_open((invoice, "0.00"))
        hope = self.record("Customer", TextField1=self.mark())
        self.assertEqual(hope["Balance"], -3)

    def test_a_changed_write_off_survives_a_lost_answer_at_each_call(self):
        """Nine writes at most; after each the process may be gone."""
        for fault in ("lost_before", "lost_after"):
            for call in range(1, 10):
                with self.subTest(fault=fault, call=call):
                    self.lose_a_change(fault, call)

    def lose_a_change(self, fault, call):
        """Change a write-off, of which one call is lost; it is gone on with."""
        number = f"{fault}/{call}"
        invoice = self.post(self.invoice(number))
        lost = (self.difference("5.00"),)
        payment = self.payment(f"P{number}", "110.00", (invoice, "115.00"))
        first = self.post(replace(payment, differences=lost))
        moved = self.payment(f"P{number}", "110.00", (invoice, "113.00"))
        lost, known = (self.difference("3.00"),), first.external_id
        moved = replace(moved, differences=lost, external_id=known)
        before = len(self.records("CustomerReceipt"))
        self.control.add_fault(fault, method="POST,DELETE", path="/api", every=call)
        with suppress(ConnectorError):  # assertRaises would roll back
            self.send(moved)
        self.control.clear_faults()
        (found,) = self.ask(moved)
        self.assertEqual(found.external_id, known)
        if found.outcome != "ok":
            self.post(moved)
        self.assert_open((invoice, "2.00"))
        self.assertEqual(len(self.records("CustomerReceipt")), before)
        again = self.post(replace(payment, differences=(), external_id=known))
        self.assertEqual(again.outcome, "ok")
        self.assert_open((invoice, "5.00"))

    def test_an_allocation_that_was_taken_back_is_not_taken_for_there(self):
        one, two = self.post(self.invoice("INV/1"), self.invoice("INV/2"))
        first = self.payment("PAY/1", "115.00", (one, "115.00"))
        first = replace(first, external_id=self.post(first).external_id)
        moved = self.payment("PAY/1", "115.00", (two, "115.00"))
        moved = replace(moved, external_id=first.external_id)
        self.control.add_fault("lost_after", method="DELETE")
        with suppress(ConnectorError):
            self.send(moved)
        (found,) = self.ask(moved)
        self.assertEqual(found.outcome, "not_found")
        self.post(first)
        self.assert_open((one, "0.00"), (two, "115.00"))

    def mark(self):
        """Return what stands in the text field of Hope Works."""
        (found,) = (c for c in self.records("Customer") if c["Name"] == "Hope Works")
        return found["TextField1"]

    def test_a_refund_is_a_receipt_below_zero(self):
        credit = self.post(self.credit_note("CN/1"))
        refund = self.payment("PAY/1", "115.00", (credit, "115.00"), kind="refund")
        result = self.post(refund)
        self.assertEqual(self.records("CustomerReceipt")[0]["Total"], -115)
        void = replace(refund, external_id=result.external_id, operation="void")
        self.post(void)
        self.assert_open((credit, "115.00"))

    def test_another_currency_than_its_own_is_refused(self):
        invoice = self.post(self.invoice("INV/1"))
        payment = self.payment("PAY/1", "50.00", (invoice, "50.00"))
        (allocation,) = payment.allocations
        foreign = replace(allocation, currency="USD", paid="3.00")
        with self.assertRaises(RejectedError):
            self.payload(replace(payment, allocations=(foreign,)))

    def test_nothing_is_posted_of_money_for_what_is_settled(self):
        invoice = self.post(self.invoice("INV/1"))
        payment = self.payment("PAY/1", "115.01", (invoice, "115.01"))
        self.assert_refused(payment, "INV/1 115.00", "Retry")
        self.assertFalse(self.records("CustomerReceipt"))

    def test_what_is_late_of_a_balance_is_told_with_it(self):
        self.create_account("Hope Works", external_id=self.hope.external_id)
        late, due = "2026-03-09", "2026-03-10"
        invoices = [
            self.invoice("INV/1", due_date=late),
            self.invoice("INV/2", due_date=due),
            self.invoice("INV/3", "10.00", due_date=late),
        ]
        results = self.post(*invoices)
        self.post(self.payment("PAY/1", "15.00", (results[0], "15.00")))
        self.assertEqual(self.owed("2026-03-10"), (Decimal("226.5"), Decimal("111.5")))
        self.assertEqual(self.owed("2026-03-11"), (Decimal("226.5"), Decimal("226.5")))
        self.post(self.payment("PAY/2", "200.00"))
        self.assertEqual(self.owed("2026-03-11"), (Decimal("26.5"), Decimal("26.5")))
        self.post(self.payment("PAY/3", "50.00"))
        self.assertEqual(self.owed("2026-03-11"), (Decimal("-23.5"), 0))

    def owed(self, today):
        """Return what Hope Works owes on a day, and what of it is late."""
        client = self.ledger._get_http_client()
        pages = list(balances.read(client, {}, today))
        self.assertTrue(pages[-1][2])
        owed = {each.external_id: each for page, *_rest in pages for each in page}
        found = owed[self.hope.external_id]
        return found.outstanding, found.overdue

    def test_a_foreign_invoice_is_late_in_the_currency_of_the_books(self):
        self.post(self.invoice("INV/1", currency="USD", rate="0.05", due_date=self.day))
        self.assertEqual(self.owed("2099-01-01")[1], 115, "as Sage has the balance")
        (record,) = self.records("TaxInvoice")
        record = {**record, "CustomerId": "7"}
        late = balances._with_late({}, [record], "2099-01-01")
        self.assertEqual(late, {"7": "2300.00"})


@tagged("post_install", "-at_install")
class TestSageRecovery(SageDocuments, RecoveryContract, SageCommon):
    """What became of documents whose answer is unknown, and the lists."""

    several_calls = (PaymentData, VOID)

    def test_what_somebody_changed_meanwhile_is_told(self):
        data = self.invoice("INV/1")
        self.post(data)
        (stored,) = self.records("TaxInvoice")
        self.control.spoil("TaxInvoice", stored["ID"], Total=Decimal(99))
        (found,) = self.ask(data)
        self.assertEqual(found.outcome, "altered")
        self.assertIn("99.00 instead of 115.00", found.message)

    def test_a_document_whose_key_was_removed_is_asked_about(self):
        data = self.invoice("INV/1")
        self.post(data)
        (stored,) = self.records("TaxInvoice")
        self.control.spoil("TaxInvoice", stored["ID"], ExternalReference="")
        (found,) = self.ask(data)
        self.assertEqual(found.outcome, "candidates")
        self.assertEqual(found.candidates[0].number, "INV/1")

    def test_money_whose_key_was_removed_is_asked_about(self):
        data = self.payment("PAY/1", "50.00")
        self.post(data)
        (stored,) = self.records("CustomerReceipt")
        self.control.spoil("CustomerReceipt", stored["ID"], Reference="PAY/1")
        (found,) = self.ask(data)
        self.assertEqual(found.outcome, "candidates")
        self.assertEqual(found.candidates[0].total, "50.00")

    def test_money_that_somebody_changed_meanwhile_is_told(self):
        data = self.payment("PAY/1", "50.00")
        self.post(data)
        (stored,) = self.records("CustomerReceipt")
        self.control.spoil("CustomerReceipt", stored["ID"], Total=Decimal(49))
        (found,) = self.ask(data)
        self.assertEqual(found.outcome, "altered")
        self.assertIn("49.00 instead of 50.00", found.message)

    def test_of_several_receipts_with_our_key_a_person_tells(self):
        data = self.payment("PAY/1", "50.00")
        self.post(data)
        self.post(data)
        first, second = self.records("CustomerReceipt")
        self.assertEqual(first["Reference"], second["Reference"])
        (found,) = self.ask(data)
        self.assertEqual(found.outcome, "candidates")
        self.assertEqual(len(found.candidates), 2)

    def test_money_that_a_person_told_is_gone_on_with(self):
        invoice = self.post(self.invoice("INV/1"))
        data = self.payment("PAY/1", "50.00", (invoice, "50.00"))
        self.control.add_fault("lost_after", path="/CustomerReceipt/Save")
        with suppress(ConnectorError):
            self.send(data)
        (stored,) = self.records("CustomerReceipt")
        for told in (f"R{stored['ID']}", str(stored["ID"])):
            result = self.post(replace(data, external_id=told))
            self.assertEqual(result.external_id, f"R{stored['ID']}")
        self.assert_open((invoice, "65.00"))
        self.assertEqual(len(self.records("CustomerReceipt")), 1)

    def test_the_rate_of_a_tax_is_a_percentage(self):
        with self.talking():
            entries = self.connector._pull_lists(self.ledger).items
        rates = {e.name: e.rate for e in entries if e.kind == "tax"}
        self.assertEqual(rates, {"Standard Rate": "15.0000", "Zero Rate": "0.0000"})


@tagged("post_install", "-at_install")
class TestSageAgreement(SageDocuments, AgreementContract, SageCommon):
    """What Sage has of documents and money is told to the agreement."""

    def void_in_books(self, result):
        self.control.remove("TaxInvoice", result.external_id[1:])

    def test_what_took_ours_back_is_not_told(self):
        for kind in ("invoice", "credit_note"):
            data = self.invoice(f"DOC/{kind}", kind=kind)
            result = self.post(data)
            self.post(replace(data, external_id=result.external_id, operation="void"))
            told, cursor = self.told()
            self.assertTrue(told[result.external_id].gone)
            live = [each for each in told.values() if not each.gone]
            self.assertEqual(live, [], kind)
            self.assertIn(result.external_id, cursor["gone"])

    def test_what_the_bookkeeper_made_is_told_with_its_customer(self):
        line = {"LineType": 1, "SelectionId": int(self.codes["account"])}
        line |= {"Quantity": 1, "UnitPriceExclusive": 10}
        made = self.control.add(
            "TaxInvoice",
            CustomerId=int(self.hope.external_id),
            Date=self.day,
            DueDate=self.day,
            DocumentNumber="HAND-V",
            Reference="by hand",
            Lines=[line],
        )
        told = self.told()[0][to_ref("TaxInvoice", made["ID"])]
        self.assertEqual((told.number, told.reference), ("HAND-V", "by hand"))
        self.assertEqual((told.own_key, told.total), ("", "10.00"))
        self.assertFalse(told.gone)
