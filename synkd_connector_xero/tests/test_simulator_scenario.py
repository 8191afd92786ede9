# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Whole stories against the simulated Xero, as a careful client would live them."""

import base64
import threading
from urllib.parse import parse_qs, quote, urlencode, urlsplit

from odoo.tests import tagged

from .simulator_case import SimulatorCase, send

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
BACK = "http://127.0.0.1/back"
DAY = 86400


@tagged("-at_install", "post_install")
class TestSimulatorScenario(SimulatorCase):
    def exchange(self, **form):
        """Call the token endpoint as sim-client and return the answer."""
        coded = base64.b64encode(b"sim-client:sim-secret").decode()
        headers = {**FORM, "Authorization": f"Basic {coded}"}
        reply = send(self.xero.url, "POST", "/connect/token", urlencode(form), headers)
        self.assertEqual(reply.status, 200, reply.data)
        return reply.json

    def pages(self, path, plural, **headers):
        """Yield the records of all pages of a list."""
        page, last = 1, 1
        while page <= last:
            found = self.ok("GET", f"{path}&page={page}&pageSize=7", **headers)
            last = found["pagination"]["pageCount"]
            yield from found[plural]
            page += 1

    def test_from_consent_to_a_second_day(self):
        query = {
            "response_type": "code",
            "client_id": "sim-client",
            "redirect_uri": BACK,
            "scope": "offline_access accounting.contacts",
            "state": "s",
        }
        reply = send(
            self.xero.url,
            "POST",
            f"/identity/connect/authorize?{urlencode(query)}",
            urlencode({"allow": 1, "tenant": self.second}),
            FORM,
        )
        code = parse_qs(urlsplit(reply.headers["Location"]).query)["code"][0]
        grant = {"grant_type": "authorization_code", "redirect_uri": BACK}
        found = self.exchange(code=code, **grant)
        for _day in range(3):
            self.token = found["access_token"]
            reply = self.api("GET", "/Contacts?page=1", tenant=self.second)
            self.assertEqual(reply.status, 200)
            self.control.advance(DAY)
            reply = self.api("GET", "/Contacts?page=1", tenant=self.second)
            self.assertEqual(reply.status, 401)
            refresh = found["refresh_token"]
            found = self.exchange(grant_type="refresh_token", refresh_token=refresh)

    def test_a_lost_batch_is_found_by_its_numbers(self):
        names = [{"Name": f"N{n}", "ContactNumber": f"C-{n}"} for n in range(5)]
        self.control.add_fault("lost_after", method="PUT")
        path = "/Contacts?summarizeErrors=false"
        with self.assertRaises(OSError):
            self.ok("PUT", path, {"Contacts": names})
        for each in names:
            found = self.ok("GET", f"/Contacts/{each['ContactNumber']}")["Contacts"]
            self.assertEqual(found[0]["Name"], each["Name"])
        again = self.ok("PUT", path, {"Contacts": names})["Contacts"]
        status = {each["StatusAttributeString"] for each in again}
        self.assertEqual(status, {"ERROR"}, "sent blindly again it is refused")

    def test_a_lost_payment_is_found_on_its_invoice(self):
        invoice = self.invoice()
        self.control.add_fault("lost_after", method="PUT", path="/Payments")
        with self.assertRaises(OSError):
            self.pay(invoice, 15, Reference="POS 1")
        found = self.read_invoice(invoice)["Payments"]
        self.assertEqual(
            [(p["Amount"], p["Reference"]) for p in found], [(15, "POS 1")]
        )

    def test_incremental_sync_misses_nothing(self):
        self.control.set_scale(0)
        for number in range(20):
            self.contact(f"N{number}")
            self.control.advance(0.3)
        seen, since = {}, "2000-01-01T00:00:00"
        for turn in range(3):
            watermark = self.xero.world.clock.now().strftime("%Y-%m-%dT%H:%M:%S")
            path = "/Contacts?includeArchived=true"
            for each in self.pages(path, "Contacts", If_Modified_Since=since):
                seen[each["ContactID"]] = each
            since = watermark
            some = list(seen)[turn]
            self.control.edit_contact(some, FirstName=f"turn {turn}")
            self.control.archive_contact(list(seen)[-1 - turn])
            self.contact(f"New {turn}")
            self.control.advance(0.2)
        path = "/Contacts?includeArchived=true"
        for each in self.pages(path, "Contacts", If_Modified_Since=since):
            seen[each["ContactID"]] = each
        now = self.control.state()["contacts"]
        self.assertEqual(len(seen), len(now))
        for each in now:
            known = seen[each["ContactID"]]
            for name in ("ContactStatus", "UpdatedDateUTC"):
                self.assertEqual(known[name], each[name])

    def test_balances_are_read_again_for_touched_contacts_only(self):
        people = [self.contact(f"N{number}") for number in range(4)]
        self.control.advance(10)
        since = self.xero.world.clock.now().strftime("%Y-%m-%dT%H:%M:%S")
        self.invoice(people[1])
        self.invoice(people[3])
        unchanged = self.ok("GET", "/Contacts?page=1", If_Modified_Since=since)
        self.assertEqual(unchanged["Contacts"], [], "balances move no contact")
        changed = self.ok("GET", "/Invoices?page=1", If_Modified_Since=since)
        ids = {each["Contact"]["ContactID"] for each in changed["Invoices"]}
        found = self.ok("GET", f"/Contacts?page=1&IDs={','.join(ids)}")["Contacts"]
        owed = {
            c["Name"]: c["Balances"]["AccountsReceivable"]["Outstanding"] for c in found
        }
        self.assertEqual(owed, {"N1": 115, "N3": 115})

    def test_void_after_taking_everything_off(self):
        ann = self.contact("Ann")
        invoice, note = self.invoice(ann), self.credit_note(ann)
        paid = self.pay(invoice, 15)
        path = f"/CreditNotes/{note['CreditNoteID']}/Allocations"
        target = {"Invoice": {"InvoiceID": invoice["InvoiceID"]}, "Amount": 100}
        used = self.ok("PUT", path, {"Allocations": [target]})["Allocations"][0]
        self.assertEqual(self.read_invoice(invoice)["Status"], "PAID")
        void = (f"/Invoices/{invoice['InvoiceID']}", {"Status": "VOIDED"})
        text = "has a payment or credit note allocated"
        self.refused("POST", *void, text)
        self.ok("POST", f"/Payments/{paid['PaymentID']}", {"Status": "DELETED"})
        self.refused("POST", *void, text)
        self.ok("DELETE", f"{path}/{used['AllocationID']}")
        self.assertEqual(self.ok("POST", *void)["Invoices"][0]["Status"], "VOIDED")
        balance = self.read_contact(ann)["Balances"]["AccountsReceivable"]
        self.assertEqual(balance["Outstanding"], -115, "the credit note is left")

    def test_a_month_on_the_starter_tier(self):
        self.control.set_scale(0)
        self.control.set_limits(minute=60, day=1000)
        served = refused = 0
        for _day in range(3):
            self.token = self.control.grant()["access_token"]
            self.control.spend(day=5)
            for _call in range(7):
                reply = self.api("GET", "/Contacts?page=1")
                served += reply.status == 200
                refused += reply.status == 429
            self.control.advance(DAY)
        self.assertEqual((served, refused), (15, 6))

    def test_many_at_once_create_each_name_once(self):
        self.control.set_limits(concurrent=100)
        statuses = []

        def create(number):
            reply = self.api("PUT", "/Contacts", {"Name": f"N{number % 5}"})
            statuses.append(reply.status)

        threads = [threading.Thread(target=create, args=(n,)) for n in range(20)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
        self.assertEqual(sorted(statuses), [200] * 5 + [400] * 15)
        names = {each["Name"] for each in self.control.state()["contacts"]}
        self.assertEqual(len(names), 5)

    def test_many_at_once_never_pay_too_much(self):
        self.control.set_limits(concurrent=100)
        invoice = self.invoice()
        sent = {"Payments": [self.payment_of(invoice, 50)]}
        statuses = []

        def pay():
            statuses.append(self.api("PUT", "/Payments", sent).status)

        threads = [threading.Thread(target=pay) for _each in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
        self.assertEqual(sorted(statuses), [200, 200, 400, 400, 400, 400])
        self.assertEqual(self.read_invoice(invoice)["AmountDue"], 15)

    def test_two_keys_of_one_call_at_once(self):
        body, statuses = {"Name": "Ann"}, []

        def create():
            reply = self.api("PUT", "/Contacts", body, Idempotency_Key="k")
            statuses.append((reply.status, reply.data))

        threads = [threading.Thread(target=create) for _each in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
        self.assertEqual(len(set(statuses)), 1, "all get the one answer")
        self.assertEqual(statuses[0][0], 200)

    def test_totals_agree_with_the_sum_of_the_parts(self):
        ann = self.contact("Ann")
        for kind in ("Exclusive", "Inclusive", "NoTax"):
            lines = [
                self.line(Quantity=q, UnitAmount=u, DiscountRate=d)
                for q, u, d in ((3, 33.33, 0), (0.5, 0.07, 0), (7, 19.99, 12.5))
            ]
            made = self.invoice(ann, *lines, LineAmountTypes=kind)
            amounts = round(sum(each["LineAmount"] for each in made["LineItems"]), 2)
            tax = round(sum(each["TaxAmount"] for each in made["LineItems"]), 2)
            self.assertEqual(made["TotalTax"], tax)
            total = amounts if kind == "Inclusive" else amounts + tax
            self.assertAlmostEqual(made["Total"], total, places=2)
            self.assertAlmostEqual(made["SubTotal"], made["Total"] - tax, places=2)

    def test_a_number_of_documents_at_once(self):
        ann = self.contact("Ann")
        sent = [
            self.invoice_of(ann, InvoiceNumber=f"SYN-{number}") for number in range(50)
        ]
        path = "/Invoices?summarizeErrors=false"
        made = self.ok("PUT", path, {"Invoices": sent})["Invoices"]
        self.assertEqual([e["InvoiceNumber"] for e in made][-1], "SYN-49")
        found = self.pages("/Invoices?Statuses=AUTHORISED", "Invoices")
        numbers = [each["InvoiceNumber"] for each in found]
        self.assertEqual(len(numbers), 50)
        self.assertEqual(len(set(numbers)), 50)
        text = quote('InvoiceNumber=="SYN-7"')
        one = self.ok("GET", f"/Invoices?page=1&where={text}")["Invoices"]
        self.assertEqual(len(one), 1)
