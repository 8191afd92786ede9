# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What is made of plain data: pure, plain JSON, and refused in words."""

from dataclasses import replace

from odoo.tests import tagged

from odoo.addons.synkd_connector.lib.documents import VOID
from odoo.addons.synkd_connector.lib.errors import RejectedError
from odoo.addons.synkd_connector.tests.contract_agreement import AgreementContract
from odoo.addons.synkd_connector.tests.contract_files import DocumentFileHarness

from .common import PastelCommon, PastelHooks


@tagged("post_install", "-at_install")
class TestPastelAgreement(
    PastelHooks, AgreementContract, DocumentFileHarness, PastelCommon
):
    """Files do not tell what the books have of documents; it is said so."""


@tagged("post_install", "-at_install")
class TestPastelPayload(PastelHooks, DocumentFileHarness, PastelCommon):
    def refuse_in_words(self, data, *words):
        """Fail unless data is refused in a sentence with some words."""
        with self.assertRaises(RejectedError) as caught:
            self.payload(data)
        self.assert_sentence(caught.exception.message)
        for word in words:
            self.assertIn(word, caught.exception.message)

    def test_payloads_are_pure_and_plain(self):
        result = self.post(self.invoice("INV/1"))
        note = self.post(self.credit_note("CN/1"))
        self.assert_pure(
            self.customer("Ann"),
            self.invoice("INV/2"),
            self.payment("PAY/1", "10.00", (result, "10.00")),
            self.credit(note, (result, "10.00")),
        )

    def test_settings_are_in_what_is_sent(self):
        self.ledger.write({"pastel_sales_code": "SHOP", "pastel_decimal": "comma"})
        header = self.payload(self.invoice("INV/1"))["header"]
        self.assertEqual(header[18], "SHOP")
        fields = self.payload(self.customer("Ann", credit_limit="5.00"))["fields"]
        told = fields["SalesmanCode"], fields["CreditLimit"]
        self.assertEqual(told, ("SHOP", "5,00"))

    def test_a_discount_is_in_the_price(self):
        line = self.line("90.00", price="100.00", discount="10.00")
        (detail, *_more) = self.payload(self.invoice("INV/1", lines=(line,)))["lines"]
        self.assertEqual((detail[3], detail[7], detail[8]), ("90.00", "0", "0"))

    def test_thirds_are_one_piece_where_cents_would_be_lost(self):
        line = self.line("100.00", quantity="3", price="33.333333")
        (detail, *_more) = self.payload(self.invoice("INV/1", lines=(line,)))["lines"]
        self.assertEqual((detail[2], detail[3]), ("1", "100.00"))

    def test_what_does_not_fit_is_refused_in_words(self):
        invoice = self.invoice("INV/1")
        (line,) = invoice.lines
        for words, values in (
            ("financial year", {"date": "2026-02-28"}),
            ("financial year", {"date": "2027-03-01"}),
            ("order number", {"number": "INV/2026/1234567"}),
            ("EUR", {"currency": "EUR"}),
            ("tax type", {"lines": (replace(line, tax_code="31"),)}),
            ("Map its tax", {"lines": (replace(line, tax_code=""),)}),
            ("takes 500", {"lines": (line,) * 500}),
            ("does not fit", {"customer": "HOPE001"}),
        ):
            with self.subTest(words=words, values=str(values)[:40]):
                self.refuse_in_words(replace(invoice, **values), words)

    def test_customers_that_do_not_fit_are_refused_in_words(self):
        hope = self.customer("Ann")
        for words, values in (
            ("does not fit", {"code": "ANNIE001"}),
            ("breaks Pastel's files", {"code": "AN 01"}),
            ("no customer code", {"code": ""}),
            ("41 characters", {"name": "x" * 41}),
            ("no name", {"name": "\n"}),
            ("codes cannot be changed", {"external_id": "OLD001"}),
        ):
            with self.subTest(words=words):
                self.refuse_in_words(replace(hope, **values), words)

    def test_money_that_does_not_fit_is_refused_in_words(self):
        payment = self.payment("PAY/1", "50.00")
        for words, values in (
            ("financial year", {"date": "2025-12-31"}),
            ("EUR", {"currency": "EUR"}),
            ("cannot have the ledger account", {"account": "BANK-1"}),
            ("digits than Pastel keeps", {"amount": "1000000000.00"}),
        ):
            with self.subTest(words=words):
                self.refuse_in_words(replace(payment, **values), words)

    def test_nothing_is_taken_back(self):
        for data in self.one_of_each():
            self.refuse_in_words(replace(data, operation=VOID), "takes nothing back")

    def test_the_currency_of_files_may_be_another_than_the_company_s(self):
        euro = self.env.ref("base.EUR")
        euro.active = True
        self.ledger.pastel_currency_id = euro
        data = self.invoice("INV/1", currency="EUR", rate="0.5")
        self.assertEqual(self.payload(data)["header"][24], "2.000000")
        self.refuse_in_words(self.invoice("INV/2"), "USD", "EUR")
        self.refuse_in_words(replace(data, rate=""), "no exchange rate")

    def test_a_wish_for_lists_reads_the_last_export_of_each(self):
        self.give("taxes", b"Tax Type,Description\r\n5,Old\r\n")
        self.give("taxes", b"Tax Type,Description\r\n6,New\r\n,Odd\r\n")
        lists = self.lists()
        taxes = [item.code for item in lists.items if item.kind == "tax"]
        self.assertEqual(taxes, ["0", "6"])
        (odd,) = lists.odd
        self.assertIn("line 3", odd.name)

    def test_without_exports_there_are_no_lists(self):
        self.env.cr.execute("UPDATE synkd_pastel_export SET state = 'tested'")
        self.env.invalidate_all()
        self.assertEqual([item.code for item in self.lists().items], ["0"])
