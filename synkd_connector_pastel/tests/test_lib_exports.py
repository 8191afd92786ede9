# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from decimal import Decimal

from odoo.tests import BaseCase

from odoo.addons.synkd_connector.lib.results import Member

from ..const import UNREADABLE
from ..lib import exports, reading, report

CUSTOMERS = b"CustomerCode,CustomerDesc,Blocked\r\nHOP001,Hope Works,N\r\n"


class TestExports(BaseCase):
    """How lists of Pastel are read, whatever they are written in."""

    def look(self, kind, content):
        """Return what a list tells, its columns known by their headings."""
        table = exports.read_table(kind, content)
        columns = exports.find_columns(kind, table.headings)
        return reading.read(kind, table, columns)

    def test_encodings_and_delimiters_are_found_out(self):
        text = 'Code;Name\r\nHOP001;"Größe; & Söhne"\r\n'
        for encoding in ("utf-8", "utf-8-sig", "cp1252", "utf-16"):
            for mark in ";,\t":
                with self.subTest(encoding=encoding, mark=mark):
                    content = text.replace(";", mark).encode(encoding)
                    found = self.look("customers", content)
                    name = f"Größe{mark} & Söhne"
                    self.assertEqual(found.records, [{"code": "HOP001", "name": name}])

    def test_headings_may_have_a_title_above(self):
        content = b"KUDU Trading,,\r\n\r\nCustomer list,,\r\n" + CUSTOMERS
        found = self.look("customers", content)
        self.assertEqual(found.records[0]["code"], "HOP001")
        self.assertEqual(found.odd, [])

    def test_a_file_without_headings_has_none(self):
        table = exports.read_table("customers", b"HOP001,Hope Works\r\nA1,Ann\r\n")
        self.assertEqual((table.headings, table.width, len(table.rows)), ([], 2, 2))

    def test_rows_that_make_no_sense_are_told_by_their_lines(self):
        content = (
            b"Code,Name,Credit Limit,Blocked\r\n"
            b"HOP001,Hope,1 000.00,Y\r\n"
            b"HOP0001,Too long,0,N\r\n"
            b"NAM001,,0,N\r\n"
            b"LIM001,Limit,much,N\r\n"
            b"hop001,Again,0,N\r\n"
            b"CUT001,Cut"
        )
        found = self.look("customers", content)
        (hope,) = found.records
        self.assertEqual((hope["credit_limit"], hope["held"]), ("1000.00", True))
        reasons = ["code", "name", "amount", "double", "short"]
        self.assertEqual(found.odd, list(zip(range(3, 8), reasons, strict=True)))

    def test_what_is_no_list_is_refused_in_a_sentence(self):
        cases = {
            "empty": (b"", b" \r\n"),
            "no_text": (b"\x00\x01" * 50, b"%PDF\x00\x81\x8d", b"PK\x03\x04\x81\x00"),
            "broken": (b'Code,Name\r\n"HOP001,Ho', b'a,b\r\n"x"y,z\r\n'),
            # Each column becomes a record: a file of commas must not fill the memory.
            "no_table": (b"hello\r\nworld\r\n", b"code,name" + b"," * 100_000),
        }
        for reason, contents in cases.items():
            for content in contents:
                with (
                    self.subTest(content=content[:20]),
                    self.assertRaises(exports.Unreadable) as caught,
                ):
                    exports.read_table("customers", content)
                self.assertEqual(caught.exception.reason, reason)
                sentence = UNREADABLE[reason]._source % caught.exception.facts
                self.assertTrue(sentence.endswith("."))

    def test_amounts_are_read_as_they_are_written(self):
        for text, amount in (
            ("1234.50", "1234.50"),
            ("1,234.50", "1234.50"),
            ("1.234,50", "1234.50"),
            ("1 234,50", "1234.50"),
            ("1,234", "1234"),
            ("12,5", "12.5"),
            ("R 12.00", "12.00"),
            ("-12.00", "-12.00"),
            ("12.00-", "-12.00"),
            ("(12.00)", "-12.00"),
            ("12.00 CR", "-12.00"),
            ("", "0"),
        ):
            self.assertEqual(exports.to_amount(text), Decimal(amount), text)
        for text in ("twelve", "1.2.3", "NaN", "1e5", "٣", "--"):
            with self.subTest(text=text), self.assertRaises(ValueError):
                self.assertEqual(exports.to_amount(text), "no amount")

    def test_balances_tell_what_is_overdue(self):
        content = b"Account,Total,Current\r\nHOP001,100.00,60.00\r\nANN001,-5,0\r\n"
        hope, ann = self.look("balances", content).records
        self.assertEqual((hope["total"], hope["overdue"]), (100, 40))
        self.assertEqual((ann["total"], ann["overdue"]), (-5, 0))

    def test_taxes_accounts_and_items(self):
        content = b"Tax Type,Description,Percentage\r\n1,Standard,15%\r\n31,No,1\r\n"
        found = self.look("taxes", content)
        expected = {"code": "1", "name": "Standard", "rate": "15.0000"}
        self.assertEqual((found.records, found.odd), ([expected], [(3, "code")]))
        found = self.look(
            "taxes", b"Type,Name,Rate\r\n1,Standard,lots\r\n2,Odd,150\r\n"
        )
        self.assertEqual(found.odd, [(2, "rate"), (3, "rate")])
        found = self.look(
            "accounts", b"Account,Name\r\n3800/000,Bad\r\n1/2/3456789,X\r\n"
        )
        self.assertEqual(found.records, [{"code": "3800000", "name": "Bad"}])
        found = self.look("items", b"Item Code,Name\r\nGLUE,Glue\r\n,None\r\n")
        self.assertEqual((len(found.records), found.odd), (1, [(3, "code")]))

    def test_an_item_that_no_file_could_name_is_odd(self):
        content = "Item Code,Name\r\nΩMEGA,Omega\r\nGRÜN,Green\r\n"
        found = self.look("items", content.encode())
        self.assertEqual([record["code"] for record in found.records], ["GRÜN"])
        self.assertEqual(found.odd, [(2, "code")])


class TestTransactions(BaseCase):
    def test_a_list_needs_its_columns(self):
        with self.assertRaises(exports.Unreadable) as caught:
            report.read_transactions(b"Date,Description\r\n1,2\r\n")
        self.assertEqual(caught.exception.facts, {"missing": "amount, code"})

    def test_money_that_was_imported_twice_is_counted(self):
        key = "SKABCDEFGHIJKLMNOP"
        member = Member(1, {"debit": "0", "credit": "-100.00"}, "", key)
        once = [f"HOP001,-60.00,{key} ONE", f"HOP001,-40.00,{key} TWO"]
        for lines, times in (
            (once, 1),
            (once * 2, 2),
            (once[:1], 0),
            (once + once[:1], 0),
            ([*once, f"HOP001,5.00,{key} BACK"], 0),
        ):
            content = "\r\n".join(["Account,Amount,Description", *lines])
            rows, odd = report.read_transactions(content.encode())
            mine = report.group_by_member(rows, [member])[1]
            with self.subTest(lines=lines):
                self.assertEqual((report.count_times(member, mine), odd), (times, []))

    def test_a_key_is_found_wherever_it_is(self):
        key = "SKABCDEFGHIJKLMNOP"
        content = (
            "Account,Amount,Description\r\n"
            f"hop001,10.00,Receipt {key.lower()}\r\nHOP001,,cut\r\n"
        )
        rows, odd = report.read_transactions(content.encode())
        self.assertEqual([(row.code, row.key) for row in rows], [("HOP001", key)])
        self.assertEqual(odd, [3])

    def test_doubled_money_is_counted_by_all_its_rows(self):
        key, other = "SKABCDEFGHIJKLMNOP", "SKQRSTUVWXYZABCDEF"
        first = [f"HOP001,-60.00,{key} ONE,R1", f"HOP001,-40.00,{key} TWO,R2"]
        second = [f"HOP001,-60.00,{other},R3"]
        member = Member(1, {}, "", key)
        for lines, members, expected in (
            (first + second, [], {}),
            (first * 2 + second, [], {key: 2}),
            (first * 3 + second * 2, [], {key: 3, other: 2}),
            (first * 2 + first[:1], [], {}),
            (first * 2 + second * 2, [member], {other: 2}),
            (["HOP001,-60.00,Cash,R4"] * 2, [], {}),
        ):
            content = "\r\n".join(["Account,Amount,Description,Ref", *lines])
            rows, _odd = report.read_transactions(content.encode())
            with self.subTest(lines=lines, members=members):
                doubled = report.find_doubled_money(rows, members)
                self.assertEqual(doubled, expected)
