# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The simulated Sage does what is known of the real one."""

import base64
import json
import urllib.error
import urllib.request
from decimal import Decimal
from urllib.parse import urlencode

from odoo.tests import BaseCase, tagged

from ..simulator import Simulator
from ..simulator.world import COMPANY

BOTH = base64.b64encode(b"books@example.com:sim-password").decode()
HEADERS = {"Authorization": f"Basic {BOTH}", "Content-Type": "application/json"}


@tagged("post_install", "-at_install")
class TestSimulatorSage(BaseCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.books = cls.enterClassContext(Simulator())
        cls.control = cls.books.control

    def setUp(self):
        super().setUp()
        self.control.reset()
        self.control.set_limits(minute=10**6)

    def call(self, path, body=None, method="", headers=None, **query):
        """Make a call with nothing of ours in between; return status and body."""
        asked = {"apikey": "{sim-key}", "companyid": COMPANY, **query}
        data = json.dumps(body).encode() if body is not None else None
        request = urllib.request.Request(
            f"{self.books.url}/api/2.0.0/{path}?{urlencode(asked)}",
            data,
            dict(HEADERS if headers is None else headers),
            method=method or ("POST" if data else "GET"),
        )
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                content = answer.read()
                return answer.status, json.loads(content or b"null")
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    def save(self, table, **fields):
        """Save a record that is taken; return it."""
        status, record = self.call(f"{table}/Save", fields)
        self.assertIn(status, (200, 201), record)
        return record

    def invoice(self, customer, *prices, table="TaxInvoice", **fields):
        """Save an invoice or credit note of widgets."""
        line = {
            "LineType": 0,
            "SelectionId": self.control.id_of("WIDGET"),
            "TaxTypeId": self.control.id_of("Standard Rate"),
            "Quantity": 1,
        }
        lines = [
            {**line, "UnitPriceExclusive": p, "UnitPriceInclusive": p} for p in prices
        ]
        day = {"Date": "2026-03-05", "DueDate": "2026-04-05"}
        return self.save(table, CustomerId=customer, Lines=lines, **day, **fields)

    def test_who_may_call(self):
        plain = {"Content-Type": "application/json"}
        for expected, headers, query in (
            (200, HEADERS, {}),
            (415, {"Authorization": HEADERS["Authorization"]}, {}),
            (401, plain, {}),
            (401, {**plain, "Authorization": "Basic bm9ib2R5"}, {}),
            (403, HEADERS, {"apikey": "sim-key"}),
            (403, HEADERS, {"apikey": ""}),
            (404, HEADERS, {"companyid": 1}),
        ):
            status, _body = self.call("Customer/Get", headers=headers, **query)
            self.assertEqual(status, expected, query)
        self.assertEqual(self.call("Company/Get", companyid="")[0], 200)
        self.assertEqual(self.call("Nothing/Get")[0], 404)
        self.assertEqual(self.call("Customer/Whatever")[0], 404)
        self.assertEqual(self.call("Customer/Save")[0], 405)
        self.assertEqual(self.call("Currency/Save", {"Code": "X"})[0], 405)

    def test_a_hundred_a_page_whatever_is_asked_for(self):
        for number in range(205):
            self.control.add("Customer", Name=f"Customer {number}")
        status, body = self.call("Customer/Get", **{"$top": 1000})
        self.assertEqual((status, body["TotalResults"]), (200, 205))
        self.assertEqual((body["ReturnedResults"], len(body["Results"])), (100, 100))
        status, body = self.call("Customer/Get", **{"$skip": 200})
        self.assertEqual(body["ReturnedResults"], 5)

    def test_filters_by_numbers_work_and_by_texts_as_they_like(self):
        ann, bob = (self.save("Customer", Name=name)["ID"] for name in ("Ann", "Bob's"))
        by_id = {"$filter": f"ID eq {ann} or ID eq {bob}"}
        self.assertEqual(self.call("Customer/Get", **by_id)[1]["TotalResults"], 2)
        by_name = {"$filter": "Name eq 'Bob''s'"}
        self.assertEqual(self.call("Customer/Get", **by_name)[0], 400)
        for how, count in (("wrong", 2), ("works", 1)):
            self.control.set_options(text_filter=how)
            found = self.call("Customer/Get", **by_name)[1]
            self.assertEqual(found["TotalResults"], count)

    def test_created_is_201_and_changed_200_and_the_whole_is_replaced(self):
        status, made = self.call("Customer/Save", {"ID": 0, "Name": "Ann", "Fax": "1"})
        self.assertEqual(status, 201)
        status, changed = self.call("Customer/Save", {"ID": made["ID"], "Name": "Anna"})
        self.assertEqual((status, changed["Name"]), (200, "Anna"))
        self.assertNotIn("Fax", changed, "what is not given is gone")
        self.assertEqual(self.call("Customer/Save", {"ID": 9, "Name": "A"})[0], 404)
        self.assertEqual(self.call("Customer/Save", {"Name": ""})[0], 400)

    def test_nothing_makes_a_write_repeatable(self):
        headers = {**HEADERS, "Idempotency-Key": "same"}
        ids = {
            self.call("Customer/Save", {"Name": "Ann"}, headers=headers)[1]["ID"]
            for _call in range(2)
        }
        self.assertEqual(len(ids), 1, "the kit would know the key, so none is sent")
        ids = {self.save("Customer", Name="Ann")["ID"] for _call in range(2)}
        self.assertEqual(len(ids), 2)

    def test_documents_are_worked_out_line_by_line(self):
        ann = self.save("Customer", Name="Ann")["ID"]
        made = self.invoice(ann, 0.03, 0.04)
        self.assertEqual(
            (made["Exclusive"], made["Tax"], made["Total"]), (0.07, 0.01, 0.08)
        )
        made = self.invoice(ann, 115, Inclusive=True)
        self.assertEqual(
            (made["Exclusive"], made["Tax"], made["Total"]), (100, 15, 115)
        )
        self.control.set_options(cent="0.01")
        self.assertEqual(self.invoice(ann, 100)["Total"], 115.01)
        status, found = self.call("Customer/Get/%s" % ann)
        self.assertEqual((status, found["Balance"]), (200, 230.09))

    def test_no_text_of_a_document_is_longer_than_sage_keeps(self):
        ann = self.save("Customer", Name="Ann")["ID"]
        line = {"LineType": 1, "SelectionId": self.control.id_of("Sales")}
        line |= {"Quantity": 1, "UnitPriceExclusive": 5}
        body = {"CustomerId": ann, "Date": "2026-03-05", "DueDate": "2026-03-05"}
        for texts, words, status in (
            ({"Reference": "x" * 100}, {"Description": "x" * 100}, 201),
            ({"Reference": "x" * 101}, {}, 400),
            ({"DocumentNumber": "x" * 101}, {}, 400),
            ({"ExternalReference": "x" * 101}, {}, 400),
            ({}, {"Description": "x" * 101}, 400),
        ):
            given = {**body, **texts, "Lines": [line | words]}
            found, _said = self.call("TaxInvoice/Save", given)
            self.assertEqual(found, status, (texts, words))

    def test_what_is_worked_out_is_not_kept(self):
        ann = self.save("Customer", Name="Ann")["ID"]
        line = {"LineType": 1, "SelectionId": self.control.id_of("Sales")}
        line |= {"Quantity": 2, "UnitPriceExclusive": 5}
        body = {"CustomerId": ann, "Date": "2026-03-05", "DueDate": "2026-03-05"}
        status, found = self.call("TaxInvoice/Calculate", {**body, "Lines": [line]})
        self.assertEqual((status, found["Total"]), (200, 10))
        self.assertEqual(self.control.records("TaxInvoice"), [])
        line["LineType"] = 0
        status, text = self.call("TaxInvoice/Save", {**body, "Lines": [line]})
        self.assertEqual(
            (status, json.loads(text)["Message"]), (400, "Valid Selection Required")
        )

    def test_what_is_left_is_all_that_can_be_allocated(self):
        ann = self.save("Customer", Name="Ann")["ID"]
        invoice = self.invoice(ann, 100)["ID"]
        bank = self.control.id_of("Standard Bank")
        money = self.save(
            "CustomerReceipt", CustomerId=ann, BankAccountId=bank, Total=50
        )
        ends = {"SourceDocumentId": money["ID"], "AllocatedToDocumentId": invoice}
        self.assertEqual(self.call("Allocation/Save", {**ends, "Total": 50.01})[0], 400)
        self.save("Allocation", **ends, Total=50)
        self.assertEqual(
            self.control.records("TaxInvoice")[0]["AmountDue"], Decimal(65)
        )
        turned = {"SourceDocumentId": invoice, "AllocatedToDocumentId": money["ID"]}
        self.assertEqual(self.call("Allocation/Save", {**turned, "Total": 1})[0], 400)
        path = f"CustomerReceipt/Delete/{money['ID']}"
        self.assertEqual(self.call(path, method="DELETE")[0], 409)
        self.assertEqual(
            self.call(f"TaxInvoice/Delete/{invoice}", method="DELETE")[0], 405
        )

    def test_a_number_may_be_taken_once(self):
        ann = self.save("Customer", Name="Ann")["ID"]
        self.invoice(ann, 1, DocumentNumber="INV/1")
        self.invoice(ann, 1, DocumentNumber="INV/1")
        self.control.set_options(unique_numbers=True)
        with self.assertRaises(AssertionError):
            self.invoice(ann, 1, DocumentNumber="INV/1")

    def test_what_was_written_may_show_later(self):
        self.control.set_options(visible_after=30)
        made = self.save("Customer", Name="Ann")
        self.assertEqual(self.call("Customer/Get")[1]["TotalResults"], 0)
        self.assertEqual(self.call(f"Customer/Get/{made['ID']}")[0], 200)
        self.control.advance(31)
        self.assertEqual(self.call("Customer/Get")[1]["TotalResults"], 1)

    def test_a_page_for_people_while_it_is_maintained(self):
        self.control.add_fault("503")
        self.assertIn("<html>", self.call("Customer/Get")[1])
