# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from dataclasses import replace
from decimal import Decimal

from odoo.tests import BaseCase

from odoo.addons.synkd_connector.lib.documents import (
    AllocationData,
    CreditData,
    DifferenceData,
    DocumentData,
    LineData,
    PaymentData,
)
from odoo.addons.synkd_connector.lib.results import CustomerData, Member

from ..const import MISFITS
from ..lib import customers, documents, money
from ..lib.shape import (
    Misfit,
    Settings,
    Texts,
    customer_code,
    find_period,
    ledger_account,
    show_number,
    tax_type,
)

SETTINGS = Settings("2026-03-01", currency="ZAR", home="ZAR", contra="9990000")
KEY = "SKABCDEFGHIJKLMNOP"
OTHER_KEY = "SKPONMLKJIHGFEDCBA"
HOPE = CustomerData(
    code="HOP001",
    name="Hope Works",
    contact_name="Danny Storm",
    email="danny@hope.example",
    phone="+27 11 555 0100",
    vat="4123456789",
    street="1 Main Road",
    street2="Unit 7",
    city="Randburg",
    zip="2194",
    state_name="Gauteng",
    country_name="South Africa",
    delivery_street="2 Side Street",
    delivery_city="Paarl",
    delivery_zip="7646",
    credit_limit="5000.00",
    held=True,
)
LINE = LineData(
    description="Glue",
    quantity="3",
    price="33.33",
    discount="0.00",
    net="99.99",
    tax="15.00",
    item="",
    account="1000/000",
    tax_code="1",
)
INVOICE = DocumentData(
    external_id="",
    operation="post",
    kind="invoice",
    number="INV/2026/00001",
    reference="PO 77",
    customer="HOP001",
    customer_code="HOP001",
    date="2026-04-10",
    due_date="2026-05-10",
    currency="ZAR",
    rate="1",
    tax_included=False,
    total="114.99",
    tax="15.00",
    lines=(LINE,),
)
PAYMENT = PaymentData(
    external_id="",
    operation="post",
    kind="payment",
    number="PBNK1/2026/00001",
    reference="",
    customer="HOP001",
    customer_code="HOP001",
    date="2026-04-12",
    currency="ZAR",
    rate="1",
    amount="100.00",
    account="8400000",
    allocations=(AllocationData(KEY, "IN100001", "98.00"),),
)


class PastelCase(BaseCase):
    """Files as text, and what is refused."""

    def assert_misfit(self, reason, function, *args):
        """Fail unless something is refused for a reason that has a sentence."""
        with self.assertRaises(Misfit) as caught:
            function(*args)
        self.assertEqual(caught.exception.reason, reason)
        sentence = MISFITS[reason]._source % caught.exception.facts
        self.assertRegex(sentence, r"^[A-Z].*[.]$")

    def lines(self, content):
        """Return the lines of a file."""
        text = content.decode("cp1252")
        self.assertTrue(text.endswith("\r\n"))
        return text.split("\r\n")[:-1]


class TestCustomers(PastelCase):
    def member(self, data=HOPE):
        return Member(1, customers.to_customer(data, SETTINGS), "", KEY)

    def test_a_file_with_headings_is_as_it_always_was(self):
        headings, line = self.lines(customers.write_headed([self.member()], 12))
        self.assertEqual(
            headings,
            '"CustomerCode","CustomerDesc","PostAddress01","PostAddress02",'
            '"PostAddress03","PostAddress04","PostAddress05","Telephone","Contact",'
            '"Email","DelAddress01","DelAddress02","DelAddress03","DelAddress04",'
            '"DelAddress05","ExemptRef","SalesmanCode","Blocked","OpenItem",'
            '"CreditLimit","UserDefined01","OdooFile"',
        )
        self.assertEqual(
            line,
            '"HOP001","Hope Works","1 Main Road","Unit 7","Randburg",'
            '"Gauteng, South Africa","2194","+27 11 555 0100","Danny Storm",'
            '"danny@hope.example","2 Side Street","","Paarl","","7646","4123456789",'
            f'"","Y","Y","5000.00","{KEY}","000012"',
        )

    def test_texts_of_the_sdk_have_42_fields_each_at_its_place(self):
        member = self.member(replace(HOPE, code="HO1", name='Rock & \'Roll | "Co"'))
        (line,) = self.lines(customers.write_sdk([member], 12))
        fields = line.split("|")
        self.assertEqual(len(fields), 42)
        self.assertEqual(fields[:2], ["HO1   ", "Rock +  Roll /  Co "])
        self.assertEqual(fields[2:7][-1], "2194")
        self.assertEqual(fields[19], "Y")
        self.assertEqual((fields[27], fields[28]), ("5000.00", KEY))
        self.assertEqual((fields[37], fields[40]), (HOPE.email, HOPE.vat))

    def test_what_is_replaced_or_cut_is_shown(self):
        data = replace(
            HOPE,
            name='Łódź "Ā" 漢\nLtd',
            street="x" * 31,
            phone="+27 11 555 0100 ext 7",
        )
        payload = customers.to_customer(data, SETTINGS)
        fields = payload["fields"]
        self.assertEqual(fields["CustomerDesc"], "Lódz 'A' ? Ltd")
        self.assertEqual(fields["PostAddress01"], "x" * 30)
        self.assertEqual(fields["Telephone"], "+27115550100ext7")
        self.assertIn("Łódź \"Ā\" 漢 Ltd → Lódz 'A' ? Ltd", payload["changed"])
        self.assertEqual(len(payload["changed"]), 2)

    def test_codes_that_pastel_cannot_have_are_refused(self):
        for reason, code in (
            ("code", "HOPE001"),
            ("code", "HÖP001"),
            ("code_letters", "HO 001"),
            ("code_letters", 'H"P001'),
            ("no_code", ""),
        ):
            with self.subTest(code=code):
                data = replace(HOPE, code=code)
                self.assert_misfit(reason, customers.to_customer, data, SETTINGS)
        self.assertEqual(customer_code("hop001"), "HOP001")
        self.assertEqual(customer_code("H-A001"), "H-A001")

    def test_a_code_that_was_changed_here_is_refused(self):
        data = replace(HOPE, external_id="OLD001")
        self.assert_misfit("moved", customers.to_customer, data, SETTINGS)

    def test_a_name_of_nothing_is_refused(self):
        data = replace(HOPE, name=" \n ")
        self.assert_misfit("name", customers.to_customer, data, SETTINGS)


class TestDocuments(PastelCase):
    def payload(self, data=INVOICE, settings=SETTINGS):
        return documents.to_document(data, settings)

    def written(self, *datas, settings=SETTINGS):
        members = [
            Member(n, self.payload(data, settings), "", KEY)
            for n, data in enumerate(datas)
        ]
        return self.lines(documents.write_documents(members, 12))

    def test_a_file_of_invoices_is_as_it_always_was(self):
        header, line, remark = self.written(INVOICE)
        self.assertEqual(
            header,
            '"Header","",""," ","HOP001","2","10/04/2026","INV/2026/00001","N","0",'
            f'"INV/2026/00001","PO 77","{KEY}","","","","","","","0","10/05/2026",'
            '"","","","1","","","N"," "',
        )
        self.assertEqual(header.count('","'), 28)
        self.assertEqual(
            line,
            '"Detail","0","3","33.33","38.33","","1","0","0","1000000","Glue","6"',
        )
        self.assertEqual(
            remark,
            f'"Detail","0","1","0","0","","0","0","0","\'","Odoo 000012 {KEY}","7"',
        )

    def test_prices_with_tax_go_as_they_are(self):
        line = replace(LINE, quantity="2", price="57.50", net="100.00", tax="15.00")
        data = replace(INVOICE, tax_included=True, lines=(line,))
        header, detail, _remark = self.written(data)
        self.assertEqual(header.split(",")[8], '"Y"')
        self.assertEqual(detail.split(",")[3:5], ['"50.00"', '"57.50"'])

    def test_an_item_is_a_line_of_inventory(self):
        line = replace(LINE, item="GLUE", account="")
        _header, detail, _remark = self.written(replace(INVOICE, lines=(line,)))
        self.assertEqual(detail.split(",")[-3:], ['"GLUE"', '"Glue"', '"4"'])

    def test_decimals_have_a_comma_where_windows_wants_it(self):
        settings = replace(SETTINGS, comma=True)
        _header, detail, _remark = self.written(INVOICE, settings=settings)
        self.assertIn('"33,33","38,33"', detail)

    def test_a_long_text_goes_on_in_remarks(self):
        text = "A very long description of glue\nthat sticks " + "x" * 45
        line = replace(LINE, description=text)
        _header, *lines = self.written(replace(INVOICE, lines=(line,)))
        texts = [each.split('","')[10] for each in lines]
        self.assertEqual(
            texts[:-1],
            ["A very long description of glue", "that sticks", "x" * 40, "x" * 5],
        )
        self.assertTrue(all(len(text) <= 40 for text in texts))

    def test_what_does_not_fit_is_refused(self):
        cases = (
            ("order", {"number": "INV/2026/1234567"}),
            ("year", {"date": "2026-02-28"}),
            ("year", {"date": "2027-03-01"}),
            ("currency", {"currency": "USD"}),
            ("code", {"customer": "HOPE001"}),
            ("amount", {"total": "1000000000.00"}),
            ("tax", {"lines": (replace(LINE, tax_code="31"),)}),
            ("tax", {"lines": (replace(LINE, tax_code="VAT15"),)}),
            ("untaxed", {"lines": (replace(LINE, tax_code=""),)}),
            ("untaxed", {"lines": (replace(LINE, tax_code="", tax="0.00"),)}),
            ("nowhere", {"lines": (replace(LINE, account=""),)}),
            ("account", {"lines": (replace(LINE, account="12345678"),)}),
            ("item", {"lines": (replace(LINE, item="x" * 16),)}),
            ("item", {"lines": (replace(LINE, item="ΩMEGA"),)}),
            ("lines", {"lines": (LINE,) * 500}),
        )
        for reason, values in cases:
            with self.subTest(reason=reason, values=str(values)[:60]):
                self.assert_misfit(reason, self.payload, replace(INVOICE, **values))

    def test_499_lines_and_a_remark_fit(self):
        self.assertEqual(len(self.written(replace(INVOICE, lines=(LINE,) * 499))), 501)

    def test_wide_order_numbers_take_25(self):
        number = "INV/2026/03/00000000012345"[:25]
        settings = replace(SETTINGS, order_width=25)
        header, *_lines = self.written(
            replace(INVOICE, number=number), settings=settings
        )
        self.assertIn(number, header)

    def test_a_line_without_tax_is_of_the_type_that_this_is_mapped_to(self):
        line = replace(LINE, tax_code="0", tax="0.00")
        _header, detail, _remark = self.written(replace(INVOICE, lines=(line,)))
        self.assertEqual(detail.split(",")[6], '"0"')

    def test_another_currency_has_the_worth_of_one_unit(self):
        settings = replace(SETTINGS, currency="USD")
        data = replace(INVOICE, currency="USD", rate="0.05")
        header, *_lines = self.written(data, settings=settings)
        self.assertEqual(header.split(",")[24], '"20.000000"')
        data = replace(data, rate="")
        self.assert_misfit("rate", self.payload, data, settings)


class TestMoney(PastelCase):
    def written(self, payload, book):
        member = Member(1, payload, "", OTHER_KEY)
        rows = [(member, row) for row in payload["rows"] if row["book"] == book]
        return self.lines(money.write_entries(rows, 100))

    def test_a_receipt_is_as_it_always_was(self):
        settled, rest = self.written(money.to_payment(PAYMENT, SETTINGS), "cashbook")
        self.assertEqual(
            settled,
            '"2","12/04/2026","D","HOP001","IN100001",'
            f'"{OTHER_KEY} ABCDEFGHIJKLMNOP","-98.00","0","0","A","","8400000","1","1",'
            '"2","0","0","-98.00"',
        )
        self.assertEqual(
            rest,
            '"2","12/04/2026","D","HOP001","02600001",'
            f'"{OTHER_KEY} PBNK1/2026/00001","-2.00","0","0","O","","8400000","1","1",'
            '"2","0","0","-2.00"',
        )

    def test_a_write_off_is_a_journal_against_its_account(self):
        data = replace(
            PAYMENT,
            allocations=(AllocationData(KEY, "IN100001", "103.00"),),
            differences=(DifferenceData("3800/000", "3.00"),),
        )
        payload = money.to_payment(data, SETTINGS)
        (cash,) = self.written(payload, "cashbook")
        (loss,) = self.written(payload, "journal")
        self.assertIn('"-100.00"', cash)
        self.assertIn('"-3.00","0","0","A","","3800000"', loss)
        self.assertEqual((payload["debit"], payload["credit"]), ("0", "-103.00"))

    def test_a_gain_is_a_journal_the_other_way(self):
        data = replace(PAYMENT, differences=(DifferenceData("3800000", "-2.00"),))
        payload = money.to_payment(data, SETTINGS)
        (gain,) = self.written(payload, "journal")
        self.assertIn('"2.00","0","0","O","","3800000"', gain)

    def test_a_refund_is_on_the_other_side(self):
        payload = money.to_payment(replace(PAYMENT, kind="refund"), SETTINGS)
        self.assertEqual([row["amount"] for row in payload["rows"]], ["98.00", "2.00"])

    def test_what_a_credit_note_settles_comes_to_nothing(self):
        data = CreditData(
            external_id="",
            number="CN100001",
            document=OTHER_KEY,
            customer="HOP001",
            date="2026-04-12",
            allocations=(AllocationData(KEY, "INV/2026/00001", "10.00"),),
        )
        payload = money.to_allocation(data, SETTINGS)
        amounts = [Decimal(row["amount"]) for row in payload["rows"]]
        self.assertEqual(amounts, [10, -10])
        references = [row["reference"] for row in payload["rows"]]
        self.assertEqual(references, ["CN100001", "02600001"])
        self.assertEqual({row["contra"] for row in payload["rows"]}, {"9990000"})
        without = replace(SETTINGS, contra="")
        self.assert_misfit("contra", money.to_allocation, data, without)

    def test_money_of_another_year_or_bank_is_refused(self):
        late = replace(PAYMENT, date="2027-03-01")
        self.assert_misfit("year", money.to_payment, late, SETTINGS)
        odd = replace(PAYMENT, account="BANK-X")
        self.assert_misfit("account", money.to_payment, odd, SETTINGS)

    def test_a_currency_of_its_own_has_its_worth_at_home(self):
        settings = replace(SETTINGS, currency="USD")
        data = replace(PAYMENT, currency="USD", rate="0.05", allocations=())
        (row,) = money.to_payment(data, settings)["rows"]
        self.assertEqual((row["amount"], row["home"]), ("-100.00", "-2000.00"))


class TestShape(PastelCase):
    def test_periods_begin_with_the_year(self):
        for day, period in (
            ("2026-03-01", 1),
            ("2026-12-31", 10),
            ("2027-01-01", 11),
            ("2027-02-28", 12),
        ):
            self.assertEqual(find_period(day, SETTINGS), period)

    def test_a_thirteenth_period_has_no_days(self):
        settings = replace(SETTINGS, periods=13)
        self.assertEqual(find_period("2027-02-28", settings), 12)

    def test_longer_periods_have_several_months(self):
        settings = replace(SETTINGS, periods=4)
        days = ("2026-03-01", "2026-05-31", "2026-06-01", "2027-02-28")
        periods = [find_period(day, settings) for day in days]
        self.assertEqual(periods, [1, 1, 2, 4])

    def test_accounts_lose_their_slash(self):
        self.assertEqual(ledger_account("3800/000"), "3800000")
        self.assertEqual(ledger_account("3800"), "3800000")
        for code in ("", "38000000", "38-00", "ä"):
            self.assert_misfit("account", ledger_account, code)

    def test_tax_types_are_small_numbers(self):
        self.assertEqual((tax_type("0"), tax_type("015")), ("0", "15"))
        for code in ("", "-1", "31", "1.5", "²"):
            self.assert_misfit("tax", tax_type, code)

    def test_numbers_never_have_an_exponent(self):
        self.assertEqual(show_number(Decimal("1E+3"), SETTINGS), "1000.00")
        self.assertEqual(show_number(Decimal("0E-9"), SETTINGS), "0.00")

    def test_every_text_can_be_written(self):
        texts = Texts()
        for char in map(chr, (*range(0x250), *range(0x2000, 0x2100), 0x1F600, 0xD800)):
            written = texts.plain(f"a{char}b").encode("cp1252")
            self.assertNotIn(b'"', written)
            self.assertFalse({*b"\r\n|"} & {*written})
