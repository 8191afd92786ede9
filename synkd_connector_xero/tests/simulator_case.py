# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A simulated Xero, and a client that does nothing but send and read."""

import json
from dataclasses import dataclass
from http.client import HTTPConnection
from urllib.parse import urlsplit

from odoo.tests import BaseCase

from odoo.addons.synkd_connector_xero.simulator import Simulator

API = "/api.xro/2.0"
TIMEOUT = 30


@dataclass
class Reply:
    """An answer: status, headers (any case), bytes."""

    status: int
    headers: object
    data: bytes

    @property
    def json(self):
        """The body's JSON."""
        return json.loads(self.data)

    @property
    def errors(self):
        """Every validation text of a 400, in order."""
        return [text for each in self.json["Elements"] for text in texts(each)]


def texts(element):
    """Return the validation texts of an element."""
    return [error["Message"] for error in element["ValidationErrors"]]


def send(url, method, path, body=None, headers=None):
    """Send one request on a connection of its own; dict and list go as JSON."""
    parts = urlsplit(url)
    connection = HTTPConnection(parts.hostname, parts.port, timeout=TIMEOUT)
    data = json.dumps(body) if isinstance(body, (dict, list)) else body
    try:
        connection.request(method, path, data, headers or {})
        answer = connection.getresponse()
        return Reply(answer.status, answer.headers, answer.read())
    finally:
        connection.close()


class SimulatorCase(BaseCase):
    """One simulator for the class, fresh for each test, and a token for all of it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.xero = cls.enterClassContext(Simulator())
        cls.control = cls.xero.control
        cls.first, cls.second = cls.control.tenants()

    def setUp(self):
        super().setUp()
        self.control.reset()
        self.control.set_scale(1)
        self.control.set_limits(minute=10000, day=50000, app=100000, concurrent=5)
        self.control.set_options(check_answers=True)
        self.control.violations(clear=True)
        self.addCleanup(self.assert_answers)
        self.token = self.control.grant()["access_token"]

    def assert_answers(self):
        """Fail when an answer of the test was not as Xero publishes it."""
        found = self.control.violations(clear=True)
        self.assertEqual([each for each in found if each.startswith("answer")], [])

    def api(self, method, path, body=None, tenant=None, token=None, **headers):
        """Call the Accounting API; underscores in header names become hyphens."""
        sent = {
            "Accept": "application/json",
            "Content-Type": "application/json",
            "Authorization": f"Bearer {token or self.token}",
            "xero-tenant-id": tenant or self.first,
        }
        sent.update({key.replace("_", "-"): each for key, each in headers.items()})
        return send(self.xero.url, method, f"{API}{path}", body, sent)

    def ok(self, method, path, body=None, **headers):
        """Call the API, check that it succeeds, and return the JSON."""
        reply = self.api(method, path, body, **headers)
        self.assertEqual(reply.status, 200, reply.data[:800])
        return reply.json

    def refused(self, method, path, body, text, **headers):
        """Call the API and check that one of the validation texts contains `text`."""
        reply = self.api(method, path, body, **headers)
        self.assertEqual(reply.status, 400, reply.data[:800])
        self.assertIn(text.casefold(), " | ".join(reply.errors).casefold())
        return reply

    def contact(self, name="Ann's Bakery", **fields):
        """Create a contact and return it."""
        found = self.ok("PUT", "/Contacts", {"Name": name, **fields})
        return found["Contacts"][0]

    def line(self, **fields):
        """Return a line of 100.00 on the sales account."""
        line = {"Description": "Bread", "Quantity": 1, "UnitAmount": 100}
        return {**line, "AccountCode": "200", **fields}

    def invoice_of(self, contact, *lines, **fields):
        """Return what is sent to make an approved invoice."""
        return {
            "Type": "ACCREC",
            "Contact": {"ContactID": contact["ContactID"]},
            "Status": "AUTHORISED",
            "LineAmountTypes": "Exclusive",
            "Date": "2026-03-10",
            "DueDate": "2026-04-10",
            "LineItems": list(lines) or [self.line()],
            **fields,
        }

    def invoice(self, contact=None, *lines, **fields):
        """Create an invoice of 115.00 unless told otherwise, and return it."""
        sent = self.invoice_of(contact or self.contact(), *lines, **fields)
        return self.ok("PUT", "/Invoices", sent)["Invoices"][0]

    def credit_note(self, contact, *lines, **fields):
        """Create a credit note of 115.00 unless told otherwise, and return it."""
        sent = self.invoice_of(contact, *lines, **{"Type": "ACCRECCREDIT", **fields})
        del sent["DueDate"]
        return self.ok("PUT", "/CreditNotes", sent)["CreditNotes"][0]

    def payment_of(self, invoice, amount, **fields):
        """Return what is sent to pay an invoice into the bank."""
        return {
            "Invoice": {"InvoiceID": invoice["InvoiceID"]},
            "Account": {"Code": "090"},
            "Date": "2026-03-20",
            "Amount": amount,
            **fields,
        }

    def pay(self, invoice, amount, **fields):
        """Pay an invoice and return the payment."""
        sent = self.payment_of(invoice, amount, **fields)
        return self.ok("PUT", "/Payments", {"Payments": [sent]})["Payments"][0]

    def read_invoice(self, invoice):
        """Return an invoice as it is now."""
        return self.ok("GET", f"/Invoices/{invoice['InvoiceID']}")["Invoices"][0]

    def read_contact(self, contact):
        """Return a contact as it is now."""
        return self.ok("GET", f"/Contacts/{contact['ContactID']}")["Contacts"][0]
