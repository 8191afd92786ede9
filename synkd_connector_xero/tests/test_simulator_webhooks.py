# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Webhooks of the simulated Xero, posted to a receiver of ours."""

import base64
import hashlib
import hmac
import json
import queue
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from odoo.tests import tagged

from .simulator_case import SimulatorCase

KEY = "the signing key"


class Receiver(BaseHTTPRequestHandler):
    """Checks signatures as an app must, and keeps what it got."""

    def do_POST(self):
        """Answer 200 to what is rightly signed, 401 to the rest."""
        data = self.rfile.read(int(self.headers["Content-Length"]))
        digest = hmac.new(KEY.encode(), data, hashlib.sha256).digest()
        signed = self.headers["x-xero-signature"] == base64.b64encode(digest).decode()
        status = (self.server.status or 200) if signed else 401
        self.server.got.put((signed, json.loads(data)))
        self.send_response(status)
        if self.server.rude:
            self.send_header("Set-Cookie", "session_id=1")
        body = b"thank you" if self.server.rude else b""
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format, *args):
        """Keep quiet."""


@tagged("-at_install", "post_install")
class TestSimulatorWebhooks(SimulatorCase):
    def setUp(self):
        super().setUp()
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
        self.server.got, self.server.status = queue.Queue(), None
        self.server.rude = False
        thread = threading.Thread(target=self.server.serve_forever, args=(0.02,))
        thread.start()
        self.addCleanup(thread.join)
        self.addCleanup(self.server.server_close)
        self.addCleanup(self.server.shutdown)
        self.url = f"http://127.0.0.1:{self.server.server_port}/hook"

    def got(self):
        """Return the next body that arrived, rightly signed."""
        signed, body = self.server.got.get(timeout=30)
        self.assertTrue(signed)
        return body

    def test_events(self):
        self.control.subscribe(self.url, KEY)
        made = self.contact("Ann")
        invoice = self.invoice(made)
        self.assertEqual(self.control.deliver(), [200])
        body = self.got()
        found = [(e["eventCategory"], e["eventType"]) for e in body["events"]]
        self.assertEqual(found, [("CONTACT", "CREATE"), ("INVOICE", "CREATE")])
        first = body["events"][0]
        self.assertEqual(first["resourceId"], made["ContactID"])
        self.assertTrue(first["resourceUrl"].endswith(f"/Contacts/{made['ContactID']}"))
        self.assertEqual(first["tenantId"], self.first)
        self.assertEqual(first["tenantType"], "ORGANISATION")
        self.assertNotIn("Name", first, "no record data")
        self.assertEqual(body["events"][1]["resourceId"], invoice["InvoiceID"])
        numbers = (body["firstEventSequence"], body["lastEventSequence"])
        self.assertEqual(numbers, (1, 2))
        self.assertEqual(self.control.deliver(), [], "nothing waits")

    def test_archive_and_merge_are_updates(self):
        one, two = self.contact("Ann"), self.contact("Bob")
        self.control.subscribe(self.url, KEY)
        self.control.archive_contact(one["ContactID"])
        self.control.merge_contacts(one["ContactID"], two["ContactID"])
        self.control.deliver()
        kinds = {event["eventType"] for event in self.got()["events"]}
        self.assertEqual(kinds, {"UPDATE"})

    def test_credit_note_tells_type_and_status(self):
        made = self.contact("Ann")
        self.control.subscribe(self.url, KEY, categories=["CREDITNOTE"])
        self.credit_note(made)
        self.control.deliver()
        events = self.got()["events"]
        self.assertEqual(len(events), 1)
        data = {"Type": "ACCRECCREDIT", "Status": "AUTHORISED"}
        self.assertEqual(events[0]["data"], data)

    def test_payment_is_no_event_but_moves_its_invoice(self):
        invoice = self.invoice()
        self.control.subscribe(self.url, KEY)
        self.pay(invoice, 15)
        self.control.deliver()
        found = [(e["eventCategory"], e["eventType"]) for e in self.got()["events"]]
        self.assertEqual(found, [("INVOICE", "UPDATE")])

    def test_not_taken_waits_on_with_the_same_numbers(self):
        self.control.subscribe(self.url, KEY)
        self.contact("Ann")
        self.server.status = 500
        self.assertEqual(self.control.deliver(), [500])
        before = self.got()
        self.server.status = None
        self.assertEqual(self.control.deliver(), [200])
        after = self.got()
        self.assertEqual(after["events"], before["events"])
        self.assertEqual(after["lastEventSequence"], before["lastEventSequence"])
        self.assertNotEqual(after["entropy"], before["entropy"])

    def test_nobody_there(self):
        self.control.subscribe("http://127.0.0.1:9/hook", KEY)
        self.contact("Ann")
        self.assertEqual(self.control.deliver(), [None])
        self.assertEqual(len(self.control.events()[0]), 1)
        self.assertEqual(self.control.complaints(), [["no answer within 5 seconds"]])

    def test_answers_must_have_no_cookie_and_no_body(self):
        self.control.subscribe(self.url, KEY)
        self.contact("Ann")
        self.control.deliver()
        self.assertEqual(self.control.complaints(), [[]])
        self.server.rude = True
        self.contact("Bob")
        self.control.deliver()
        found = self.control.complaints()[0]
        self.assertEqual(found, ["the answer sets a cookie", "the answer has a body"])

    def test_intent_to_receive(self):
        self.control.subscribe(self.url, KEY)
        found = self.control.intent()
        self.assertEqual({signed for signed, _status in found}, {True, False})
        for signed, status in found:
            self.assertEqual(status, 200 if signed else 401)
            _signed, body = self.server.got.get(timeout=30)
            self.assertEqual(body["events"], [])
            self.assertEqual(body["firstEventSequence"], 0)

    def test_in_the_background(self):
        self.control.subscribe(self.url, KEY, auto=True)
        made = self.contact("Ann")
        self.assertEqual(self.got()["events"][0]["resourceId"], made["ContactID"])

    def test_key_is_made_when_none_is_given(self):
        key = self.control.subscribe(self.url)["key"]
        self.assertGreater(len(key), 20)
        self.contact("Ann")
        self.assertEqual(self.control.deliver(), [401], "signed with another key")
