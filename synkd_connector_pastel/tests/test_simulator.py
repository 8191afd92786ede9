# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import contextlib
import io
import tempfile
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

from odoo.tests import BaseCase

from odoo.addons.synkd_connector.lib.results import Member

from ..lib import customers, documents, money
from ..simulator import PastelCompany, __main__, store
from .test_lib_files import HOPE, INVOICE, KEY, OTHER_KEY, PAYMENT, SETTINGS


class TestSimulator(BaseCase):
    """The made-up company keeps what it imports, and refuses what Pastel refuses."""

    def setUp(self):
        super().setUp()
        self.folder = Path(self.enterContext(tempfile.TemporaryDirectory()))
        self.store = self.folder / "store.json"

    def file(self, name, content):
        """Write a file; return its path."""
        path = self.folder / name
        path.write_bytes(content)
        return str(path)

    def files(self):
        """Return files of a customer, his invoice and his payment."""
        members = [
            Member(1, customers.to_customer(HOPE, SETTINGS), "", KEY),
            Member(2, documents.to_document(INVOICE, SETTINGS), "", KEY),
            Member(3, money.to_payment(PAYMENT, SETTINGS), "", OTHER_KEY),
        ]
        rows = [(members[2], row) for row in members[2].payload["rows"]]
        return [
            self.file("customers-1.csv", customers.write_headed(members[:1], 1)),
            self.file("invoices-2.csv", documents.write_documents(members[1:2], 2)),
            self.file("cashbook-3.csv", money.write_entries(rows, 3)),
        ]

    def run_main(self, *arguments):
        """Run the command; return its exit code and what it says."""
        said = io.StringIO()
        with contextlib.redirect_stdout(said):
            code = __main__.main(list(map(str, arguments)))
        return code, said.getvalue()

    def test_what_is_imported_is_there_the_next_time(self):
        for path in self.files():
            self.assertEqual(self.run_main(self.store, path)[0], 0)
        pastel = store.load(self.store)
        (document,) = pastel.documents
        self.assertEqual((document.total, document.tax), (Decimal("114.99"), 15))
        self.assertEqual(pastel.outstanding(document), Decimal("16.99"))
        self.assertEqual(pastel.balances(), {"HOP001": Decimal("14.99")})
        for name in ("customers", "transactions", "balances"):
            content = (self.folder / f"{name}.csv").read_bytes()
            self.assertIn(b"HOP001", content)

    def test_what_pastel_refuses_is_said(self):
        _customer, invoice, payment = self.files()
        code, said = self.run_main(self.store, invoice, payment)
        self.assertEqual(code, 1)
        self.assertIn("Pastel refused: 17|customer code HOP001", said)
        self.assertEqual(self.run_main()[0], 2)

    def test_a_file_is_taken_as_often_as_it_is_imported(self):
        customer, invoice, _payment = self.files()
        self.run_main(self.store, customer, invoice, invoice)
        numbers = [each.number for each in store.load(self.store).documents]
        self.assertEqual(numbers, ["IN100001", "IN100002"])

    def test_rows_that_are_not_pastel_s_are_refused(self):
        pastel = PastelCompany()
        pastel.import_file("customers-1.txt", b"HOP001|Hope\r\n")
        self.assertEqual(pastel.errors, ["2|wrong number of fields: 2"])
        pastel.customers["HOP001"] = {}
        payload = documents.to_document(INVOICE, SETTINGS)
        header, (line,) = payload["header"], payload["lines"]
        for number, value, said in (
            (5, "14", "11|period 14"),
            (5, "x", "11|period x"),
            (4, "ANN001", "17|customer code ANN001"),
        ):
            odd = [*header]
            odd[number] = value
            self.assertEqual(pastel._find_problem(odd, [line]), said)
        self.assertIn("2|wrong", pastel._find_problem(header[:28], [line]))
        self.assertIn("25|over 500", pastel._find_problem(header, [line] * 501))
        for number, value, said in (
            (9, "7777777", "19|item 7777777"),
            (6, "9", "22|tax type 9"),
        ):
            odd = [*line]
            odd[number] = value
            self.assertEqual(pastel._find_problem(header, [odd]), said)

    def test_decimals_with_a_comma_are_read_where_windows_has_them(self):
        settings = replace(SETTINGS, comma=True)
        pastel = PastelCompany(comma=True, customers={"HOP001": {}})
        payload = documents.to_document(INVOICE, settings)
        content = documents.write_documents([Member(1, payload, "", KEY)], 1)
        pastel.import_file("invoices-1.csv", content)
        self.assertEqual(pastel.documents[0].total, Decimal("114.99"))
