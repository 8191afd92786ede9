# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from dataclasses import replace

from odoo.tests import BaseCase, tagged

from ...lib.documents import (
    AllocationData,
    DocumentData,
    LineData,
    PaymentData,
    own_facts,
)
from ...lib.fingerprint import fingerprint
from ...lib.obstacles import (
    MOST_NAMED,
    MOST_NEEDS,
    NAME_LENGTH,
    Need,
    Obstacles,
    gather,
    shorten,
)

LINE = LineData("Glue", "2", "50.00", "0.00", "100.00", "15.00", "SALES", "", "OUT15")
INVOICE = DocumentData(
    external_id="",
    operation="post",
    kind="invoice",
    number="INV/1",
    reference="",
    customer="D1",
    customer_code="HOP001",
    date="2026-06-15",
    due_date="2026-06-30",
    currency="ZAR",
    rate="1.0",
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
    customer="D1",
    customer_code="HOP001",
    date="2026-06-20",
    currency="ZAR",
    rate="1.0",
    amount="115.00",
    account="BANK",
    allocations=(AllocationData("BI1", "INV/1", "115.00"),),
)


def mark(record):
    """Return the fingerprint by which a posted document is known."""
    return fingerprint(own_facts(record.as_dict()))


@tagged("post_install", "-at_install")
class TestOwnFacts(BaseCase):
    def test_names_of_the_books_are_no_part_of_a_document(self):
        others = {
            "external_id": "BI1",
            "customer": "D2",
            "customer_code": "HOP002",
            "due_date": "2026-07-31",
            "sub_account": "01",
            "lines": (replace(LINE, item="", account="4000", tax_code="STD"),),
        }
        for name, value in others.items():
            with self.subTest(field=name):
                self.assertEqual(mark(replace(INVOICE, **{name: value})), mark(INVOICE))
        self.assertEqual(mark(replace(PAYMENT, account="CASH")), mark(PAYMENT))

    def test_a_document_without_a_sub_account_is_as_before_there_were_any(self):
        self.assertNotIn("sub_account", INVOICE.as_dict())
        part = replace(INVOICE, sub_account="01")
        self.assertEqual(part.as_dict()["sub_account"], "01")
        self.assertEqual(
            DocumentData(**INVOICE.as_dict() | {"lines": (LINE,)}), INVOICE
        )

    def test_what_a_document_says_by_itself_makes_it_another(self):
        others = {
            "operation": "void",
            "kind": "credit_note",
            "number": "INV/2",
            "reference": "PO 7",
            "date": "2026-06-16",
            "currency": "USD",
            "rate": "18.5",
            "total": "115.01",
            "tax": "15.01",
            "lines": (LINE, LINE),
        }
        for name, value in others.items():
            with self.subTest(field=name):
                changed = replace(INVOICE, **{name: value})
                self.assertNotEqual(mark(changed), mark(INVOICE))

    def test_each_figure_of_a_line_counts(self):
        others = {
            "description": "Nails",
            "quantity": "3",
            "price": "50.01",
            "discount": "5.00",
            "net": "100.01",
            "tax": "15.01",
        }
        for name, value in others.items():
            with self.subTest(field=name):
                changed = replace(INVOICE, lines=(replace(LINE, **{name: value}),))
                self.assertNotEqual(mark(changed), mark(INVOICE))

    def test_what_a_payment_settles_counts(self):
        less = (AllocationData("BI1", "INV/1", "100.00"),)
        self.assertNotEqual(mark(replace(PAYMENT, allocations=less)), mark(PAYMENT))
        self.assertNotEqual(mark(replace(PAYMENT, allocations=())), mark(PAYMENT))

    def test_the_record_itself_is_not_changed(self):
        data = INVOICE.as_dict()
        own_facts(data)
        self.assertEqual(data, INVOICE.as_dict())
        self.assertEqual(data["lines"][0]["item"], "SALES")


@tagged("post_install", "-at_install")
class TestObstacles(BaseCase):
    def test_nothing_in_the_way_is_false(self):
        self.assertFalse(Obstacles())
        self.assertFalse(gather([], []))
        self.assertTrue(gather(["Glue"], []))
        self.assertTrue(gather([], [Need("tax", "7", "VAT")]))

    def test_many_lines_are_counted_not_named(self):
        names = [f"Line {number}" for number in range(MOST_NAMED + 3)]
        found = gather(names, [])
        self.assertEqual(len(found.invalid), MOST_NAMED)
        self.assertEqual(found.more, 3)
        self.assertEqual(gather(names[:MOST_NAMED], []).more, 0)

    def test_the_same_need_is_named_once_and_the_first_stay_first(self):
        needs = [Need("tax", "7", "VAT"), Need("bank", "3", "Bank")] * 2
        self.assertEqual([need.key for need in gather([], needs).unmapped], ["7", "3"])
        many = [Need("account", str(number)) for number in range(MOST_NEEDS + 5)]
        self.assertEqual(len(gather([], many).unmapped), MOST_NEEDS)

    def test_names_are_put_on_one_line_and_cut(self):
        self.assertEqual(shorten("  Two\n lines\tof  text "), "Two lines of text")
        self.assertEqual(shorten(None), "")
        long = shorten("x" * (NAME_LENGTH + 1))
        self.assertEqual((len(long), long[-1]), (NAME_LENGTH, "…"))
        self.assertEqual(shorten("x" * NAME_LENGTH), "x" * NAME_LENGTH)

    def test_plain_data_is_fit_for_json(self):
        found = gather(["Glue"], [Need("tax", "7", "VAT")])
        self.assertEqual(
            found.as_dict(),
            {
                "invalid": ["Glue"],
                "more": 0,
                "rateless": "",
                "unmapped": [{"kind": "tax", "key": "7", "label": "VAT"}],
            },
        )
