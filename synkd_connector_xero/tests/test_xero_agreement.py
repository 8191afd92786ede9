# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Xero tells what it has of documents and money, and both sides are compared."""

from unittest.mock import patch

from odoo.tests import tagged

from odoo.addons.synkd_connector.tests.contract_agreement import (
    AgreementContract,
    Comparing,
)
from odoo.addons.synkd_connector_http.tests.both_sides import (
    OTHER_CURRENCY,
    OTHER_NUMBER,
    BothSides,
)

from ..lib import reading
from .common import XeroCommon
from .test_xero_documents import XeroDocuments
from .test_xero_flow import XeroFlowCommon


class XeroAgreementHooks(XeroDocuments):
    def void_in_books(self, result):
        element = {"InvoiceID": result.external_id, "Status": "VOIDED"}
        self.save("POST", "/Invoices", {"Invoices": [element]})

    def save(self, method, path, body):
        """Write in Xero, as a bookkeeper does there."""
        self.env.flush_all()
        with self.enter_registry_test_mode():
            client = self.ledger._get_http_client()
            return client.save(method, path, body)


@tagged("post_install", "-at_install")
class TestXeroAgreement(XeroAgreementHooks, AgreementContract, XeroCommon):
    """Xero keeps the contract of telling what it has, over real HTTP."""

    def test_a_read_costs_a_call_a_list_and_tells_only_what_changed(self):
        first = self.post(self.invoice("INV/1"))
        _told, cursor = self.told()
        self.post(self.invoice("INV/2"))
        before = len(self.http_calls("GET"))
        told, _cursor = self.told(cursor)
        self.assertEqual(len(self.http_calls("GET")) - before, 4)
        self.assertNotIn(first.external_id, told)
        self.assertEqual(len(told), 1)

    def test_of_suppliers_and_of_other_money_nothing_is_told(self):
        bill = {
            "Type": "ACCPAY",
            "Contact": {"Name": "A supplier"},
            "Status": "AUTHORISED",
            "Date": self.day,
            "DueDate": self.day,
            "LineItems": [
                {"Description": "Rent", "UnitAmount": 1, "AccountCode": "200"}
            ],
        }
        self.save("PUT", "/Invoices", {"Invoices": [bill]})
        spent = {
            "Type": "SPEND",
            "Contact": {"Name": "A supplier"},
            "BankAccount": {"Code": "090"},
            "LineItems": [
                {"Description": "Ink", "UnitAmount": 1, "AccountCode": "200"}
            ],
        }
        self.save("PUT", "/BankTransactions", {"BankTransactions": [spent]})
        self.assertEqual(self.told()[0], {})

    def test_a_deleted_payment_is_gone(self):
        invoice = self.post(self.invoice("INV/1"))
        paid = self.post(self.payment("PAY/1", "15.00", (invoice, "15.00")))
        (part,) = paid.parts
        _told, cursor = self.told()
        self.save("POST", f"/Payments/{part['id']}", {"Status": "DELETED"})
        told, _cursor = self.told(cursor)
        self.assertTrue(told[part["id"]].gone)
        self.assertEqual(told[invoice.external_id].open, "115")

    def test_what_is_dated_before_is_not_asked_for(self):
        self.post(self.invoice("INV/1"))
        later = self.env["synkd.ledger"]._fields["start_date"].to_date("2026-03-06")
        self.assertEqual(self.told(since=later)[0], {})

    def test_an_overpayment_is_money_and_our_key_is_on_it(self):
        paid = self.post(self.payment("PAY/1", "50.00"))
        told, _cursor = self.told()
        (posting,) = told.values()
        self.assertIn(posting.external_id, self.parts_of(paid))
        self.assertEqual((posting.kind, posting.total), ("payment", "50"))
        self.assertTrue(posting.own_key)


@tagged("post_install", "-at_install")
class TestXeroAgreementByPages(XeroAgreementHooks, AgreementContract, XeroCommon):
    """The same in pages of three."""

    def setUp(self):
        super().setUp()
        original = reading.read_changed

        def small(client, plural, key, cursor, params=None, size=3, **more):
            return original(client, plural, key, cursor, params, size, **more)

        page = patch.object(reading, "read_changed", small)
        page.start()
        self.addCleanup(page.stop)


class XeroWriting:
    """Somebody who writes in Xero."""

    def write_there(self, path, body, method="POST"):
        """Write in Xero, as a bookkeeper does there."""
        self.env.flush_all()
        with self.enter_registry_test_mode():
            client = self.ledger._get_http_client()
            return client.save(method, path, body)

    def date_there(self, identity, day):
        """Give an invoice another date."""
        element = {"InvoiceID": identity, "Date": day}
        self.write_there("/Invoices", {"Invoices": [element]})


@tagged("post_install", "-at_install")
class TestXeroBothSides(XeroWriting, Comparing, XeroFlowCommon):
    """What a person sees of it: both sides of a company, over real HTTP."""

    def setUp(self):
        super().setUp()
        self.company.partner_id.tz = "Africa/Johannesburg"
        self.invoice = self.create_invoice()
        self.payment = self.pay(self.invoice)
        self.over = self.pay(self.create_invoice(), amount=200.0)
        self.unpaid = self.create_invoice()
        self.run_ledger()
        self.run_ledger()

    def rows(self, *documents):
        """Return the live rows of some documents."""
        domain = [("live", "=", True), ("ledger_id", "=", self.ledger.id)]
        found = self.env["synkd.transaction"].search(domain)
        return found.filtered(
            lambda row: any(
                row.res_model == each._name and row.res_id == each.id
                for each in documents
            )
        )

    def line_of(self, agreement, document):
        row = self.rows(document)
        return agreement.line_ids.filtered(lambda line: line.transaction_id == row)

    def test_what_was_posted_agrees_with_its_overpayment(self):
        agreement = self.compare()
        open_ = agreement.line_ids.filtered(lambda line: line.state != "fine")
        self.assertFalse(open_, open_.mapped("why"))
        self.assertEqual(
            self.verdicts(agreement),
            [("invoice", "agrees")] * 3 + [("payment", "agrees")] * 2,
        )
        self.assertAlmostEqual(agreement.balance, agreement.books_balance)
        self.assertTrue(agreement.books_balance)
        self.assertAlmostEqual(self.line_of(agreement, self.over).books_total, 200.0)

    def test_a_second_comparison_reads_what_changed_only(self):
        self.compare()
        before = len(self.http_calls("GET"))
        self.compare()
        self.assertLessEqual(len(self.http_calls("GET")) - before, 12)
        changed = self.env["synkd.books.posting"].search_count(
            [("read_number", "=", self.ledger.postings_read)]
        )
        self.assertEqual(changed, 6, "five of ours, one of them in two parts")

    def test_an_invoice_edited_there_is_told(self):
        invoice = self.create_invoice()
        self.run_ledger()
        self.compare()
        self.date_there(self.rows(invoice).external_id, "2026-03-12")
        line = self.line_of(self.compare(), invoice)
        self.assertEqual((line.verdict, line.facts), ("differs", "date"))
        self.assertTrue(line.may_take)
        line.action_take_over()
        self.assertFalse(self.compare().difference_count)

    def date_back(self):
        """Date an invoice of ours back to long before the ledger's first day."""
        self.date_there(self.rows(self.unpaid).external_id, "2020-01-01")

    def assert_dated_back(self):
        """Check that it is told as what it is, once."""
        agreement = self.compare()
        line = self.line_of(agreement, self.unpaid)
        self.assertEqual((line.verdict, line.facts), ("differs", "date"))
        self.assertEqual(agreement.difference_count, 1)

    def test_what_is_dated_back_there_later_is_told(self):
        self.compare()
        self.date_back()
        self.assert_dated_back()

    def test_what_is_dated_back_there_is_not_missing_when_all_is_read_anew(self):
        self.compare()
        self.date_back()
        self.ledger.postings_cursor = False
        self.assert_dated_back()
        before = len(self.http_calls("GET"))
        self.compare()
        self.assertLessEqual(len(self.http_calls("GET")) - before, 12)

    def test_what_a_whole_read_tells_is_not_asked_for_again(self):
        before = len(self.http_calls("GET"))
        self.compare()
        first = self.http_calls("GET")[before:]
        self.assertFalse([call for call in first if "guid" in str(call)], first)

    def test_what_was_dated_back_there_before_the_first_read_is_told(self):
        self.date_back()
        self.assert_dated_back()

    def test_an_invoice_of_the_bookkeeper_is_unknown(self):
        contact = self.rows(self.invoice).account_customer_id.external_id
        body = {
            "Type": "ACCREC",
            "Contact": {"ContactID": contact},
            "Status": "AUTHORISED",
            "Date": "2026-03-15",
            "DueDate": "2026-03-15",
            "LineItems": [
                {"Description": "Advice", "UnitAmount": 10, "AccountCode": "200"}
            ],
        }
        self.write_there("/Invoices", {"Invoices": [body]}, "PUT")
        agreement = self.compare()
        line = agreement.line_ids.filtered(lambda each: each.verdict == "unknown")
        self.assertEqual(line.account_customer_id, self.account)
        self.assertGreater(line.books_total, 0)
        self.assertEqual(agreement.difference_count, 1, "its balance says no more")


@tagged("post_install", "-at_install")
class TestXeroBothSidesContract(XeroWriting, BothSides, XeroFlowCommon):
    """What people do in Xero is named."""

    def setUp(self):
        super().setUp()
        # Both sides are compared again and again within one minute.
        self.control.set_limits(minute=1000)
        self.addCleanup(self.control.set_limits, minute=60)

    def test_a_customer_merged_there_is_followed(self):
        kept = self.create_account("Hope & Sons")
        move = self.create_invoice()
        self.run_all()
        self.control.merge_contacts(self.account.external_id, kept.external_id)
        self.assertFalse(self.differences(), "what both owed is owed by one")
        self.assertEqual(self.partner.account_customer_id, kept)
        self.assertEqual(kept.outstanding, move.amount_residual)

    def take_invoice_there(self, identity):
        element = {"InvoiceID": identity, "Status": "VOIDED"}
        self.write_there("/Invoices", {"Invoices": [element]})

    def take_money_there(self, row):
        for part in row.books_parts:
            self.write_there(f"/Payments/{part['id']}", {"Status": "DELETED"})

    def edit_there(self, identity, fact):
        line = {"Description": "Widget", "Quantity": 3, "AccountCode": "200"}
        line |= {"UnitAmount": "33.33", "TaxType": "OUTPUT"}
        more = {"Description": "Courier", "AccountCode": "200", "TaxType": "NONE"}
        whole = {**line, "UnitAmount": "38.33", "TaxType": "NONE"}
        edits = {
            "number": {"InvoiceNumber": OTHER_NUMBER},
            "total": {"LineItems": [line, {**more, "Quantity": 1, "UnitAmount": 1}]},
            "tax": {"LineItems": [whole]},
            "currency": {"CurrencyCode": OTHER_CURRENCY},
            "customer": {"Contact": {"ContactID": self.other.external_id}},
        }
        element = {"InvoiceID": identity, **edits[fact]}
        self.write_there("/Invoices", {"Invoices": [element]})

    def enter_there(self, customer):
        line = {"Description": "Widget", "Quantity": 3, "AccountCode": "200"}
        line |= {"UnitAmount": "33.33", "TaxType": "OUTPUT"}
        element = {"Type": "ACCREC", "Contact": {"ContactID": customer}}
        element |= {"Status": "AUTHORISED", "LineItems": [line]}
        element |= {"Date": "2026-03-10", "DueDate": "2026-03-10"}
        answer = self.write_there("/Invoices", {"Invoices": [element]}, "PUT")
        return answer["Invoices"][0]["InvoiceID"]

    def count_there(self):
        return len(self.in_xero("invoices"))

    def archive_there(self, account, archived=True):
        self.control.archive_contact(account.external_id)
