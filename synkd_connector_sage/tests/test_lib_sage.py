# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from dataclasses import replace
from decimal import Decimal

from odoo.tests import BaseCase, tagged

from odoo.addons.synkd_connector.lib.documents import (
    AllocationData,
    CreditData,
    DifferenceData,
    DocumentData,
    LineData,
    PaymentData,
)
from odoo.addons.synkd_connector.lib.identity import new_key
from odoo.addons.synkd_connector.lib.results import Batch, Member

from ..lib import documents, lists, money, postings, refs

LINE = LineData("Widget", "2", "50.00", "0.00", "100.00", "15.00", "WIDGET", "9", "7")
INVOICE = DocumentData(
    external_id="",
    operation="post",
    kind="invoice",
    number="INV/2026/00001",
    reference="PO 7",
    customer="12",
    customer_code="ANN001",
    date="2026-03-05",
    due_date="2026-04-05",
    currency="ZAR",
    rate="1.000000",
    tax_included=False,
    total="115.00",
    tax="15.00",
    lines=(LINE,),
)
PAYMENT = PaymentData(
    external_id="",
    operation="post",
    kind="payment",
    number="PAY/1",
    reference="",
    customer="12",
    customer_code="ANN001",
    date="2026-03-12",
    currency="ZAR",
    rate="1.000000",
    amount="100.00",
    account="5",
)


def settles(*pairs):
    """Return allocations of documents and amounts."""
    return tuple(AllocationData(ref, "", amount) for ref, amount in pairs)


class FakeBooks:
    """Lists of records by service, as the client reads them."""

    def __init__(self, **tables):
        self.tables = tables
        self.reads = []

    def page(self, service, skip=0, params=None):
        """Return all records of a list as one page."""
        self.reads.append(service)
        found = self.tables.get(service, [])
        return list(found), len(found), len(found)

    def one(self, service, id_):
        """Return one record, or None."""
        found = self.tables.get(service, [])
        return next((e for e in found if e["ID"] == str(id_)), None)

    def read_each(self, _name, records, read):
        """Return what each record means."""
        return [read(record) for record in records]


@tagged("post_install", "-at_install")
class TestRefs(BaseCase):
    def test_kinds_are_told_apart_and_numbers_come_back(self):
        for service, ref in (
            ("TaxInvoice", "I5"),
            ("CustomerReturn", "C5"),
            ("CustomerReceipt", "R5"),
        ):
            self.assertEqual(refs.to_ref(service, "5"), ref)
            self.assertEqual(refs.service_of(ref), service)
            self.assertEqual(refs.number_of(ref), 5)

    def test_what_is_no_number_goes_as_it_is(self):
        for text in ("f81d4fae-7dec", "", "x", "1.5", "٣"):
            self.assertEqual(refs.number_of(text), text)
        self.assertEqual(refs.number_of("150012"), 150012)


@tagged("post_install", "-at_install")
class TestDocumentPayload(BaseCase):
    def test_an_invoice(self):
        payload = documents.to_payload(INVOICE, "ZAR")
        element = payload.pop("element")
        self.assertEqual(
            payload,
            {
                "kind": "invoice",
                "operation": "post",
                "number": "INV/2026/00001",
                "total": "115.00",
                "currency": "",
            },
        )
        (line,) = element.pop("Lines")
        self.assertEqual(
            element,
            {
                "CustomerId": "12",
                "Date": "2026-03-05",
                "DueDate": "2026-04-05",
                "DocumentNumber": "INV/2026/00001",
                "Reference": "PO 7",
                "Inclusive": False,
            },
        )
        self.assertEqual(
            line,
            {
                "LineType": 0,
                "SelectionId": "WIDGET",
                "TaxTypeId": "7",
                "Description": "Widget",
                "Quantity": "2",
                "UnitPriceExclusive": "50.00",
            },
        )

    def test_the_sub_account_stands_whole_behind_a_reference_that_is_cut(self):
        for reference, sub, expected in (
            ("PO 7", "SHOP-2", "PO 7 / SHOP-2"),
            ("", "SHOP-2", "SHOP-2"),
            ("x" * 91, "SHOP-2", "x" * 91 + " / SHOP-2"),
            ("x" * 100, "SHOP-2", "x" * 90 + "… / SHOP-2"),
            ("x" * 100, "", "x" * 100),
            ("PO 7", "s" * 99, "s" * 99),
            ("PO 7", "s" * 101, "s" * 99 + "…"),
        ):
            data = replace(INVOICE, reference=reference, sub_account=sub)
            found = documents.to_payload(data, "ZAR")["element"]["Reference"]
            self.assertEqual(found, expected)
            self.assertLessEqual(len(found), documents.REFERENCE_LENGTH)

    def test_a_line_without_words_or_with_a_discount(self):
        line = replace(LINE, description="", discount="10.00")
        payload = documents.to_payload(replace(INVOICE, lines=(line,)), "ZAR")
        (line,) = payload["element"]["Lines"]
        self.assertEqual(
            (line["Description"], line["DiscountPercentage"]), ("-", "10.00")
        )

    def test_identities_become_numbers_on_the_way(self):
        element = documents.to_payload(INVOICE, "ZAR")["element"]
        sent = documents.to_element(element, {"WIDGET": "77"}, Mark="x")
        self.assertEqual((sent["CustomerId"], sent["Mark"]), (12, "x"))
        (line,) = sent["Lines"]
        self.assertEqual((line["SelectionId"], line["TaxTypeId"]), (77, 7))
        self.assertEqual(element["CustomerId"], "12", "what was written down stays")

    def test_an_account_is_no_item_of_the_same_code(self):
        line = replace(LINE, item="", account="77")
        element = documents.to_payload(replace(INVOICE, lines=(line,)), "ZAR")[
            "element"
        ]
        sent = documents.to_element(element, {"77": "1"})
        self.assertEqual(sent["Lines"][0]["SelectionId"], 77)

    def test_a_line_without_a_tax_has_none(self):
        line = replace(LINE, tax_code="")
        element = documents.to_payload(replace(INVOICE, lines=(line,)), "ZAR")[
            "element"
        ]
        self.assertIsNone(documents.to_element(element, {})["Lines"][0]["TaxTypeId"])

    def test_a_rate_is_turned_round(self):
        data = replace(INVOICE, currency="USD", rate="0.05")
        payload = documents.to_payload(data, "ZAR")
        self.assertEqual(payload["currency"], "USD")
        self.assertEqual(payload["element"]["Customer_ExchangeRate"], "20.000000")
        payload = documents.to_payload(replace(data, rate=""), "ZAR")
        self.assertNotIn("Customer_ExchangeRate", payload["element"])

    def test_what_takes_a_document_back(self):
        element = documents.to_payload(INVOICE, "ZAR")["element"]
        sent = documents.to_reversal(element, {"WIDGET": "77"}, "SKKEY", "I5")
        self.assertEqual(sent["DocumentNumber"], "INV/2026/00001-V")
        self.assertEqual(sent["Reference"], "INV/2026/00001 I5")
        self.assertEqual(sent["ExternalReference"], "SKKEY")
        self.assertEqual(sent["DueDate"], INVOICE.date)
        long = {**element, "DocumentNumber": "9" * 100}
        self.assertEqual(
            len(documents.to_reversal(long, {}, "", "I5")["DocumentNumber"]), 100
        )

    def test_each_difference_is_found(self):
        member = Member(1, documents.to_payload(INVOICE, "ZAR"), "", new_key())
        record = {
            "ID": "5",
            "CustomerId": 12,
            "DocumentNumber": "INV/2026/00001",
            "Date": "2026-03-05T00:00:00",
            "Total": Decimal("115.00"),
        }
        self.assertEqual(documents.find_differences(member, record), [])
        for name, field, value in (
            ("number", "DocumentNumber", "INV/2"),
            ("date", "Date", "2026-03-06T00:00:00"),
            ("date", "Date", "0001-01-01T00:00:00"),
            ("total", "Total", Decimal("115.01")),
            ("customer", "CustomerId", 13),
        ):
            found = documents.find_differences(member, {**record, field: value})
            self.assertEqual([each[0] for each in found], [name])


@tagged("post_install", "-at_install")
class TestMoneyPayload(BaseCase):
    def payload(self, data, *pairs, **values):
        """Return the payload of money that settles pairs of a document and amount."""
        return money.to_payload(
            replace(data, allocations=settles(*pairs), **values), "ZAR"
        )

    def test_money_that_settles_two_and_leaves_something(self):
        payload = self.payload(PAYMENT, ("I1", "60.00"), ("I2", "30.00"))
        self.assertEqual(
            payload["allocations"],
            [["receipt", "I1", "60.00"], ["receipt", "I2", "30.00"]],
        )
        self.assertEqual(payload["receipt"]["Total"], "100.00")
        self.assertEqual(payload["differences"], [])

    def test_a_write_off_settles_behind_the_money(self):
        lost = (DifferenceData("9", "15.00"),)
        payload = self.payload(PAYMENT, ("I1", "115.00"), differences=lost)
        self.assertEqual(
            payload["allocations"],
            [["receipt", "I1", "100.00"], ["difference0", "I1", "15.00"]],
        )
        (difference,) = payload["differences"]
        self.assertEqual(difference["service"], "CustomerReturn")
        self.assertEqual(difference["element"]["DocumentNumber"], "PAY/1-D1")
        self.assertEqual(difference["element"]["Lines"][0]["SelectionId"], "9")

    def test_what_came_too_much_takes_of_the_money(self):
        more = (DifferenceData("9", "-5.00"),)
        payload = self.payload(PAYMENT, ("I1", "95.00"), differences=more)
        self.assertEqual(
            payload["allocations"],
            [["receipt", "difference0", "5.00"], ["receipt", "I1", "95.00"]],
        )
        self.assertEqual(payload["differences"][0]["service"], "TaxInvoice")

    def test_no_money_at_all(self):
        lost = (DifferenceData("9", "15.00"),)
        payload = self.payload(
            PAYMENT, ("I1", "15.00"), differences=lost, amount="0.00"
        )
        self.assertEqual(payload["receipt"], {})
        self.assertEqual(payload["allocations"], [["difference0", "I1", "15.00"]])

    def test_a_refund_turns_everything_round(self):
        payload = self.payload(PAYMENT, ("C1", "100.00"), kind="refund")
        self.assertEqual(payload["receipt"]["Total"], "-100.00")
        wanted = money.wanted_of(payload, {"receipt": "R7"})
        self.assertEqual(wanted, [("C1", "R7", Decimal("100.00"))])
        less = (DifferenceData("9", "5.00"),)
        payload = self.payload(
            PAYMENT, ("C1", "105.00"), kind="refund", differences=less
        )
        self.assertEqual(payload["differences"][0]["service"], "TaxInvoice")

    def test_what_is_void_settles_nothing(self):
        payload = self.payload(PAYMENT, ("I1", "60.00"), operation="void")
        self.assertEqual(payload["allocations"], [])

    def test_the_source_is_the_credit(self):
        payload = self.payload(PAYMENT, ("I1", "60.00"))
        wanted = money.wanted_of(payload, {"receipt": "R7"})
        self.assertEqual(wanted, [("R7", "I1", Decimal("60.00"))])
        credit = CreditData(
            "", "CN/1", "C1", "12", "2026-03-12", settles(("I1", "5.00"))
        )
        wanted = money.wanted_of(money.to_credit_payload(credit), {})
        self.assertEqual(wanted, [("C1", "I1", Decimal("5.00"))])

    def test_a_foreign_currency_of_the_money_itself(self):
        lost = (DifferenceData("9", "5.00"),)
        payload = self.payload(PAYMENT, currency="USD", rate="0.05", differences=lost)
        self.assertEqual(payload["currency"], "USD")
        self.assertEqual(payload["receipt"]["Customer_ExchangeRate"], "20.000000")
        (difference,) = payload["differences"]
        self.assertEqual(difference["element"]["Customer_ExchangeRate"], "20.000000")
        record = {**difference["element"], "Customer_ExchangeRate": Decimal("20.0")}
        back = documents.element_of(record, "")
        self.assertEqual(back["Customer_ExchangeRate"], "20.0")
        record["Customer_ExchangeRate"] = 1
        self.assertNotIn("Customer_ExchangeRate", documents.element_of(record, ""))

    def test_a_receipt_keeps_its_key_however_long_its_number_is(self):
        data = replace(PAYMENT, number="P" * 120, remark="for nothing yet")
        key = new_key()
        member = Member(1, money.to_payload(data, "ZAR"), "", key)
        sent = money.to_receipt(member)
        self.assertEqual(len(sent["Reference"]), 100)
        self.assertTrue(sent["Reference"].endswith(f" {key}"))
        self.assertEqual((sent["CustomerId"], sent["BankAccountId"]), (12, 5))
        self.assertEqual(len(sent["Description"]), 100)


@tagged("post_install", "-at_install")
class TestOutcomes(BaseCase):
    """What became of money, told from the lists alone."""

    def setUp(self):
        super().setUp()
        self.key = new_key()
        self.receipt = {
            "ID": "7",
            "CustomerId": 12,
            "Reference": f"PAY/1 {self.key}",
            "Total": Decimal("100.00"),
            "Date": "2026-03-12T00:00:00",
        }
        self.allocation = {
            "ID": "9",
            "SourceDocumentId": 7,
            "AllocatedToDocumentId": 1,
            "Total": Decimal("60.00"),
        }

    def ask(self, external_id="", parts=(), operation="post", **tables):
        """Return what became of a payment that settles an invoice."""
        data = replace(
            PAYMENT, allocations=settles(("I1", "60.00")), operation=operation
        )
        payload = money.to_payload(data, "ZAR")
        member = Member(1, payload, external_id, self.key, parts)
        batch = Batch("key", (member,), "payments")
        (found,) = money.find_outcomes(FakeBooks(**tables), batch, lambda *_a: "Like.")
        return found

    def test_all_is_there(self):
        found = self.ask(CustomerReceipt=[self.receipt], Allocation=[self.allocation])
        self.assertEqual((found.outcome, found.external_id), ("ok", "R7"))
        self.assertEqual(
            [part["kind"] for part in found.parts], ["receipt", "Allocation"]
        )

    def test_the_money_is_there_and_settles_nothing_yet(self):
        found = self.ask(CustomerReceipt=[self.receipt])
        self.assertEqual((found.outcome, found.external_id), ("not_found", "R7"))
        self.assertEqual([part["id"] for part in found.parts], ["R7"])

    def test_it_settles_something_else(self):
        other = {**self.allocation, "AllocatedToDocumentId": 2}
        found = self.ask(CustomerReceipt=[self.receipt], Allocation=[other])
        self.assertEqual(found.outcome, "not_found")

    def test_what_others_settled_is_not_taken_for_ours(self):
        """It would be taken back: kinds may share numbers, and people set off, too."""
        others = [
            {**self.allocation, "ID": "20", "AllocatedToDocumentId": 2},
            {**self.allocation, "ID": "21", "Total": Decimal("5.00")},
            {**self.allocation, "ID": "22", "SourceDocumentId": 8},
            # Invoice 7, where kinds share their numbers.
            {**self.allocation, "ID": "23", "SourceDocumentId": 4}
            | {"AllocatedToDocumentId": 7},
        ]
        found = self.ask(
            CustomerReceipt=[self.receipt], Allocation=[self.allocation, *others]
        )
        self.assertEqual(found.outcome, "ok")
        self.assertEqual([part["id"] for part in found.parts], ["R7", "9"])
        settled = settles(("I1", "60.00"))
        data = CreditData("", "CN/1", "C7", "12", "2026-03-12", settled)
        member = Member(1, money.to_credit_payload(data), "", self.key)
        books = FakeBooks(Allocation=[self.allocation, *others])
        batch = Batch("key", (member,), "allocations")
        (found,) = money.find_credit_outcomes(books, batch, None)
        self.assertEqual((found.outcome, len(found.parts)), ("ok", 1))

    def test_a_difference_is_not_taken_for_what_takes_another_back(self):
        """All that a payment makes carries its key."""
        data = replace(PAYMENT, operation="void")
        made = {
            "difference0": ("C", "11"),
            "difference1": ("I", "12"),
        }
        parts = [{"kind": k, "id": letter + id_} for k, (letter, id_) in made.items()]
        member = Member(1, money.to_payload(data, "ZAR"), "C11", self.key, tuple(parts))
        tables = {
            "CustomerReturn": {"ID": "11", "DocumentNumber": "PAY/1-D1"},
            "TaxInvoice": {"ID": "12", "DocumentNumber": "PAY/1-D2"},
        }
        for number, record in enumerate(tables.values()):
            record["ExternalReference"] = f"{self.key} difference{number}"
        back = {"ID": "13", "DocumentNumber": "PAY/1-D1-V", "Total": Decimal("5.00")}
        back |= {"ExternalReference": self.key, "Reference": "PAY/1-D1 C11"}
        batch = Batch("key", (member,), "payments")
        for extra, expected in (([], []), ([back], [("reversal-C11", "I13")])):
            books = FakeBooks(
                CustomerReturn=[tables["CustomerReturn"]],
                TaxInvoice=[tables["TaxInvoice"], *extra],
            )
            (found,) = money.find_outcomes(books, batch, None)
            self.assertEqual(found.outcome, "not_found")
            told = [(part["kind"], part["id"]) for part in found.parts]
            self.assertEqual(told[2:], expected)

    def test_nothing_is_there(self):
        self.assertEqual(self.ask().outcome, "not_found")
        others = {**self.receipt, "Reference": f"PAY/1 {new_key()}"}
        self.assertEqual(self.ask(CustomerReceipt=[others]).outcome, "not_found")

    def test_something_like_it_is_there_without_a_key(self):
        plain = {**self.receipt, "Reference": "PAY/1"}
        found = self.ask(CustomerReceipt=[plain])
        self.assertEqual(found.outcome, "candidates")
        self.assertEqual(found.candidates[0].external_id, "R7")
        for name, value in (("Total", 99), ("CustomerId", 13), ("Date", "2026-01-01")):
            self.assertEqual(
                self.ask(CustomerReceipt=[{**plain, name: value}]).outcome, "not_found"
            )

    def test_what_was_to_be_taken_back(self):
        parts = ({"kind": "receipt", "id": "R7"},)
        void = {"external_id": "R7", "parts": parts, "operation": "void"}
        self.assertEqual(self.ask(**void).outcome, "ok")
        found = self.ask(**void, CustomerReceipt=[self.receipt])
        self.assertEqual((found.outcome, found.external_id), ("not_found", "R7"))

    def test_each_list_is_read_once_for_a_batch(self):
        books = FakeBooks(CustomerReceipt=[self.receipt], Allocation=[self.allocation])
        payload = money.to_payload(PAYMENT, "ZAR")
        members = tuple(Member(n, payload, "", new_key()) for n in range(5))
        money.find_outcomes(books, Batch("key", members, "payments"), lambda *_a: "")
        self.assertEqual(books.reads, ["CustomerReceipt"])


@tagged("post_install", "-at_install")
class TestLists(BaseCase):
    def test_each_kind_as_an_item(self):
        for kind, record, expected in (
            (
                "tax",
                {"Name": "VAT", "Percentage": Decimal("0.15")},
                ("5", "VAT", "15.0000"),
            ),
            ("tax", {"Name": "Odd", "Percentage": None}, ("5", "Odd", "0.0000")),
            ("account", {"Name": "Sales"}, ("5", "Sales", "")),
            ("account", {"Name": None}, ("5", "5", "")),
            ("item", {"Code": "W1", "Description": "Widget"}, ("W1", "Widget", "")),
            ("item", {"Description": "Widget"}, ("5", "Widget", "")),
            ("bank", {"Name": "Bank"}, ("5", "Bank", "")),
            (
                "currency",
                {"Code": "usd", "Description": "Dollar"},
                ("USD", "Dollar", ""),
            ),
            ("currency", {"Description": "Dollar"}, ("5", "Dollar", "")),
        ):
            item = lists.to_item(kind, {"ID": "5", **record})
            self.assertEqual((item.code, item.name, item.rate), expected)

    def test_what_is_not_active_is_left_out(self):
        books = FakeBooks(
            TaxType=[
                {"ID": "1", "Name": "Old", "Active": False},
                {"ID": "2", "Name": "New"},
            ]
        )
        self.assertEqual([item.name for item in lists.read_items(books)], ["New"])

    def test_the_lock_date(self):
        for company, expected in (
            ({}, ""),
            ({"LockProcessing": True}, ""),
            (
                {"LockProcessing": False, "LockProcessingDate": "2026-02-28T00:00:00"},
                "",
            ),
            ({"LockProcessing": True, "LockProcessingDate": "0001-01-01T00:00:00"}, ""),
            (
                {"LockProcessing": True, "LockProcessingDate": "2026-02-28T00:00:00"},
                "2026-02-28",
            ),
        ):
            self.assertEqual(lists.read_lock_date(company), expected)


@tagged("post_install", "-at_install")
class TestPostings(BaseCase):
    """Documents and money, as the agreement takes them."""

    def setUp(self):
        super().setUp()
        self.key = new_key()
        self.invoice = {
            "ID": "1",
            "DocumentNumber": "INV/1",
            "ExternalReference": self.key,
            "Reference": "PO 7",
            "CustomerId": 12,
            "Date": "2026-03-05T00:00:00",
            "Total": Decimal(115),
            "Tax": Decimal(15),
            "AmountDue": Decimal(100),
        }

    def tell(self, cursor=None, **tables):
        """Return all that is told, and the last cursor."""
        pages = list(
            postings.read(FakeBooks(**tables), cursor or {}, {"3": "USD"}, "ZAR")
        )
        self.assertEqual([last for *_rest, last in pages][-1], True)
        return [each for found, *_rest in pages for each in found], pages[-1][1]

    def test_an_invoice(self):
        (found,), _cursor = self.tell(TaxInvoice=[self.invoice])
        self.assertEqual((found.external_id, found.kind), ("I1", "invoice"))
        self.assertEqual((found.number, found.reference), ("INV/1", "PO 7"))
        self.assertEqual((found.own_key, found.customer), (self.key, "12"))
        self.assertEqual(
            (found.total, found.tax, found.open), ("115.00", "15.00", "100.00")
        )
        self.assertEqual((found.currency, found.date), ("ZAR", "2026-03-05"))

    def test_a_foreign_credit_note_that_does_not_tell_what_is_open(self):
        record = {**self.invoice, "Customer_CurrencyId": 3}
        del record["AmountDue"]
        (found,), _cursor = self.tell(CustomerReturn=[record])
        self.assertEqual((found.external_id, found.kind), ("C1", "credit_note"))
        self.assertEqual((found.currency, found.open), ("USD", ""))

    def test_money_both_ways(self):
        record = {"ID": "7", "Reference": f"PAY/1 {self.key}", "Total": Decimal(5)}
        back = {**record, "ID": "8", "Total": Decimal(-5)}
        found, _cursor = self.tell(CustomerReceipt=[record, back])
        told = [(each.external_id, each.kind, each.total) for each in found]
        self.assertEqual(told, [("R7", "payment", "5.00"), ("R8", "refund", "5.00")])
        self.assertEqual((found[0].own_key, found[0].reference), (self.key, "PAY/1"))

    def test_what_was_taken_back_is_gone_whichever_comes_first(self):
        over = {**self.invoice, "DocumentNumber": "INV/1-V"}
        for tables, ref in (
            ({"TaxInvoice": [self.invoice], "CustomerReturn": [over]}, "I1"),
            ({"CustomerReturn": [self.invoice], "TaxInvoice": [over]}, "C1"),
        ):
            over["Reference"] = f"INV/1 {ref}"
            found, cursor = self.tell(**tables)
            self.assertEqual([each.gone for each in found], [False, True])
            self.assertEqual({each.external_id for each in found}, {ref})
            self.assertEqual(cursor["gone"], [ref])

    def test_a_read_goes_on_in_the_list_that_it_was_in(self):
        cursor = {"service": "CustomerReturn", "skip": 0, "gone": ["I9"]}
        found, _cursor = self.tell(cursor, TaxInvoice=[self.invoice])
        self.assertEqual(
            [(each.external_id, each.gone) for each in found], [("I9", True)]
        )
