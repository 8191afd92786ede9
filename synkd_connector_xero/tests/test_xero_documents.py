# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from dataclasses import replace
from decimal import Decimal
from uuid import uuid4

from odoo.tests import tagged

from odoo.addons.synkd_connector.tests.contract import LOGIN
from odoo.addons.synkd_connector.tests.contract_documents import (
    BooksDocument,
    DocumentContract,
)
from odoo.addons.synkd_connector.tests.contract_payments import (
    PaymentContract,
    RecoveryContract,
)
from odoo.addons.synkd_connector_http.tests.contract_http import FAULTS

from .common import XeroCommon


class XeroDocuments:
    """The hooks of the contracts about documents."""

    currency_code = "ZAR"

    def setUp(self):
        self.theirs = set()
        self.parts = {}
        super().setUp()

    def as_member(self, data):
        """Override: with the key of its record, and the parts that are kept of it."""
        member = super().as_member(data)
        parts = self.parts.get(member.res_id, ()) if data.external_id else ()
        return replace(member, own_key=f"SK{member.res_id:016}", parts=parts)

    def call(self, name, *datas):
        """Override to keep the parts of each record, as the engine does."""
        results = super().call(name, *datas)
        told = [each for each in results if each and each.parts is not None]
        self.parts |= {each.res_id: each.parts for each in told}
        return results

    def books_documents(self):
        state = self.control.state(self.tenant)
        found = [
            self._as_books(record, number, left)
            for table, number, left in (
                ("invoices", "InvoiceNumber", "AmountDue"),
                ("credit_notes", "CreditNoteNumber", "RemainingCredit"),
            )
            for record in state[table]
        ]
        return [each for each in found if each.external_id not in self.theirs]

    def _as_books(self, record, number, left):
        return BooksDocument(
            record.get("InvoiceID") or record["CreditNoteID"],
            record[number],
            self._cents(record["Total"]),
            self._cents(record["TotalTax"]),
            self._cents(record[left]),
            record["Status"] == "VOIDED",
        )

    def _cents(self, amount):
        return str(Decimal(str(amount)).quantize(Decimal("0.01")))

    def batch_of(self, *datas):
        """Override: each request has a key of its own, as the engine's have."""
        return replace(super().batch_of(*datas), key=str(uuid4()))

    def books_codes(self):
        codes = {"tax": "OUTPUT", "item": "WIDGET", "account": "200", "bank": "090"}
        return codes | {"difference": "425"}

    def break_next(self, fault):
        self.control.clear_faults()
        if fault == LOGIN:
            self.xero.world.identity.access.clear()
            self.xero.world.identity.refresh.clear()
        elif fault:
            where = {"method": "PUT,POST", "path": "/api.xro"}
            self.control.add_fault(FAULTS[fault], times=None, **where)

    def refuse(self, text):
        """Let a number be taken by an invoice of the bookkeeper's."""
        body = {
            "Type": "ACCREC",
            "InvoiceNumber": text,
            "Contact": {"Name": "Somebody else"},
            "LineItems": [{"Description": "Goods", "UnitAmount": 1}],
        }
        self.env.flush_all()
        with self.enter_registry_test_mode():
            client = self.ledger._get_http_client()
            answer = client.save("PUT", "/Invoices", {"Invoices": [body]})
        self.theirs.add(answer["Invoices"][0]["InvoiceID"])

    def books_edit(self, code, archived=False):
        contact = self.contact(AccountNumber=code)
        if archived:
            self.control.archive_contact(contact["ContactID"])


@tagged("post_install", "-at_install")
class TestXeroDocuments(XeroDocuments, DocumentContract, XeroCommon):
    """Invoices and credit notes keep the contract, over real HTTP."""

    def last(self, path="/Invoices"):
        """Return the element of the last write to a path."""
        call = self.http_calls("PUT", "POST", path=path)[-1]
        return call["body"][path[1:]][-1]

    def test_the_contact_block_has_the_id_alone(self):
        self.post(self.invoice("INV/1"))
        self.assertEqual(self.last()["Contact"], {"ContactID": self.hope.external_id})

    def test_kinds_of_amounts_are_always_told(self):
        self.post(self.invoice("INV/1"))
        self.assertEqual(self.last()["LineAmountTypes"], "Exclusive")
        line = self.line("100.00", price="115.00", item="")
        self.post(self.invoice("INV/2", lines=(line,), tax_included=True))
        self.assertEqual(self.last()["LineAmountTypes"], "Inclusive")
        self.assertEqual(self.last()["LineItems"][0]["LineAmount"], 115)
        self.assertEqual(self.books_documents()[-1].total, "115.00")

    def test_quantities_and_discounts_arrive_where_they_add_up(self):
        line = self.line("90.00", quantity="3", price="33.3333", discount="10.00")
        self.post(self.invoice("INV/1", "90.00", lines=(line,)))
        sent = self.last()["LineItems"][0]
        self.assertEqual(sent["Quantity"], 3)
        self.assertEqual(sent["DiscountRate"], 10)

    def test_what_does_not_add_up_moves_into_the_price(self):
        line = self.line("100.00", quantity="3", price="33.33")
        invoice = self.invoice("INV/1", lines=(line,))
        self.assertEqual(self.post(invoice).total, invoice.total)
        sent = self.last()["LineItems"][0]
        self.assertEqual((sent["Quantity"], sent["UnitAmount"]), (3, 33.3333))

    def test_credit_notes_take_no_discounts(self):
        line = self.line("90.00", price="100.00", discount="10.00")
        data = self.credit_note("CN/1", "90.00", lines=(line,))
        self.assertEqual(self.post(data).total, data.total)
        self.assertNotIn("DiscountRate", self.last("/CreditNotes")["LineItems"][0])

    def test_a_foreign_currency_carries_its_rate(self):
        self.post(self.invoice("INV/1", currency="USD", rate=0.055))
        self.assertEqual(self.last()["CurrencyRate"], 0.055)

    def test_a_locked_period_is_refused_in_xero_s_words(self):
        self.control.set_lock_dates(period="2026-12-31")
        self.assert_refused(self.invoice("INV/1"), "locked period")

    def test_a_plan_s_limit_is_told(self):
        self.control.set_options(invoice_limit=0)
        self.assert_refused(self.invoice("INV/1"), "limit of invoices")

    def test_many_documents_are_one_call(self):
        before = len(self.http_calls("PUT"))
        self.post(*(self.invoice(f"INV/{number}") for number in range(5)))
        self.assertEqual(len(self.http_calls("PUT")), before + 1)

    def test_the_number_of_a_void_document_is_told_apart(self):
        invoice = self.invoice("INV/1")
        result = self.post(invoice)
        self.post(replace(invoice, external_id=result.external_id, operation="void"))
        number = self.books_document(result).number
        self.assertRegex(number, "^INV/1 void [0-9a-f]{8}$")

    def test_the_lock_date_is_read(self):
        self.control.set_lock_dates(period="2026-01-31", year="2025-12-31")
        self.env.flush_all()
        with self.enter_registry_test_mode():
            lists = self.connector._pull_lists(self.ledger)
        self.assertEqual(lists.lock_date, "2026-01-31")


@tagged("post_install", "-at_install")
class TestXeroPayments(XeroDocuments, PaymentContract, XeroCommon):
    """Payments and credit keep the contract, over real HTTP."""


@tagged("post_install", "-at_install")
class TestXeroRecovery(XeroDocuments, RecoveryContract, XeroCommon):
    """What became of documents whose answer is unknown, and the lists."""
