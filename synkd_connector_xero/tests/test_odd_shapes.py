# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import base64
import hashlib
import hmac
import json
import logging
import os
from contextlib import contextmanager
from unittest.mock import patch

from odoo.tests import tagged

from odoo.addons.synkd_connector.lib.documents import (
    POST,
    AllocationData,
    CreditData,
    DocumentData,
    LineData,
    PaymentData,
)
from odoo.addons.synkd_connector.lib.identity import new_key
from odoo.addons.synkd_connector.lib.results import NOT_FOUND, OK, Batch, Member
from odoo.addons.synkd_connector.tests.odd_shapes import ODD_VALUES, deep, variants
from odoo.addons.synkd_connector_http.lib import wire

from ..const import ACCESS
from ..lib import credits, documents, payments
from ..lib.client import XeroClient
from .common import XeroCommon

HEADER = ACCESS.signature

GUID = "11111111-2222-3333-4444-%012d"
CUSTOMER, DAY = GUID % 9, "2026-01-05"
# So many odd answers about one record are tried: each of them is a question.
MOST_SHAPES = int(os.environ.get("SYNKD_SHAPES") or 220)
# Of the two members that the tests ask about.
KEYS = (new_key(), new_key())
CONTACT = {
    "ContactID": GUID % 1,
    "ContactNumber": "N-1",
    "AccountNumber": "A-1",
    "ContactStatus": "ACTIVE",
    "Name": "Ann",
    "FirstName": "Ann",
    "EmailAddress": "ann@example.com",
    "TaxNumber": "1",
    "DefaultCurrency": "ZAR",
    "IsSupplier": False,
    "MergedToContactID": None,
    "UpdatedDateUTC": "/Date(1439434356790+0000)/",
    "Addresses": [{"AddressType": "POBOX", "City": "Rome", "Country": "Italy"}],
    "Phones": [{"PhoneType": "DEFAULT", "PhoneNumber": "1"}],
    "ContactPersons": [{"FirstName": "Bob", "EmailAddress": "b@example.com"}],
    "ContactGroups": [],
    "PaymentTerms": {"Sales": {"Day": 30, "Type": "DAYSAFTERBILLDATE"}},
    "Balances": {"AccountsReceivable": {"Outstanding": 5, "Overdue": 1}},
}
NESTED = {
    "Addresses": [CONTACT["Addresses"][0]],
    "Phones": CONTACT["Phones"],
    "ContactPersons": CONTACT["ContactPersons"],
}
PAYMENT = {
    "PaymentID": GUID % 1,
    "Reference": "REF",
    "Date": "/Date(1439434356790+0000)/",
    "DateString": "2026-01-05T00:00:00",
    "Amount": 5,
    "Status": "AUTHORISED",
    "Account": {"Code": "090", "AccountID": GUID % 2},
    "Invoice": {"InvoiceID": GUID % 3, "Contact": {"ContactID": GUID % 4}},
    "UpdatedDateUTC": "/Date(1439434356790+0000)/",
}
LISTS = {
    "TaxRates": {
        "TaxType": "T",
        "Name": "Tax",
        "EffectiveRate": 15,
        "Status": "ACTIVE",
    },
    "Accounts": {
        "AccountID": GUID % 1,
        "Code": "200",
        "Name": "Sales",
        "Type": "REVENUE",
        "EnablePaymentsToAccount": True,
    },
    "Items": {"ItemID": GUID % 1, "Code": "I", "Name": "Item"},
    "Currencies": {"Code": "EUR", "Description": "Euro", "Status": ""},
}


class Books:
    """Answers every call with the same records, as a server would: in bytes."""

    def __init__(self, **lists):
        self.lists = lists

    def send(self, _session, _method, url, *_args, **_given):
        """Stand in for ``wire.send``."""
        plural = url.rpartition("/")[2]
        body = self.lists.get(plural, [])
        text = json.dumps(body if isinstance(body, dict) else {plural: body})
        return wire.Reply(200, {}, text.encode())


def spoiled(record, **nested):
    """Return odd copies of a record: with odd fields, odd parts, or none at all."""
    found = [*ODD_VALUES, *variants(record)]
    for name, (part, *_more) in nested.items():
        found += [{**record, name: [odd]} for odd in variants(part)]
        found += [{**record, name: [part, odd]} for odd in ODD_VALUES]
    return [each for each in found if _is_json(each)]


def nested_of(record):
    """Return those lists of a record that hold records."""
    return {
        name: value
        for name, value in record.items()
        if isinstance(value, list) and value and isinstance(value[0], dict)
    }


def document_data(kind, number):
    """Return an invoice or credit note of one line."""
    line = LineData("Glue", "1", "100.00", "0", "100.00", "15.00", "I", "", "OUTPUT")
    return DocumentData(
        "",
        POST,
        kind,
        number,
        "",
        CUSTOMER,
        "",
        DAY,
        DAY,
        "ZAR",
        "1",
        False,
        "115.00",
        "15.00",
        (line,),
    )


def document_stored(element, own_key):
    """Return what Xero shows of a document that was sent."""
    return {
        **element,
        "Url": f"https://odoo.example.com/?key={own_key}",
        "Reference": own_key,
        "DateString": f"{DAY}T00:00:00",
        "Date": "/Date(1767571200000+0000)/",
        "Total": 115,
        "TotalTax": 15,
        "AmountDue": 115,
        "UpdatedDateUTC": "/Date(1767571200000+0000)/",
    }


def payment_data(number, document=""):
    """Return a payment of 5.00 that settles a document, or nothing."""
    settled = (AllocationData(document, "INV/1", "5.00"),) if document else ()
    return PaymentData(
        "",
        POST,
        "payment",
        number,
        "",
        CUSTOMER,
        "",
        DAY,
        "ZAR",
        "1",
        "5.00",
        "090",
        settled,
    )


def payment_stored(element, own_key, number):
    """Return what Xero shows of a payment that was sent."""
    return {
        **PAYMENT,
        **element,
        "PaymentID": GUID % (20 + number),
        "Reference": f"P {own_key}",
        "Amount": 5,
        "DateString": f"{DAY}T00:00:00",
        "Date": "/Date(1767571200000+0000)/",
    }


def bank_stored(element, own_key, number):
    """Return what Xero shows of an overpayment that was sent."""
    return {
        **element,
        "BankAccount": {"Code": "090", "AccountID": GUID % 50},
        "LineItems": [{"LineItemID": GUID % 51, "LineAmount": 5}],
        "BankTransactionID": GUID % (20 + number),
        "OverpaymentID": GUID % (30 + number),
        "Url": f"https://odoo.example.com/?key={own_key}",
        "Status": "AUTHORISED",
        "Total": 5,
        "DateString": f"{DAY}T00:00:00",
        "Date": "/Date(1767571200000+0000)/",
        "UpdatedDateUTC": "/Date(1767571200000+0000)/",
    }


def allocated_stored(note):
    """Return what Xero shows of a credit note that settles an invoice."""
    settled = {"AllocationID": GUID % 40, "Amount": 5, "Date": DAY}
    return {
        "CreditNoteID": note,
        "CreditNoteNumber": "C/1",
        "Status": "AUTHORISED",
        "Date": "/Date(1767571200000+0000)/",
        "Total": 5,
        "RemainingCredit": 0,
        "Contact": {"ContactID": CUSTOMER},
        "Allocations": [settled | {"Invoice": {"InvoiceID": GUID % 3}}],
    }


def _is_json(value):
    try:
        json.dumps(value)
    except TypeError:
        return False
    return True


@tagged("post_install", "-at_install")
class TestXeroOddShapes(XeroCommon):
    """Whatever one record of Xero is: it is named in the run, the others are done."""

    def setUp(self):
        super().setUp()
        self.connector = self.ledger._get_connector()
        logging.disable(logging.ERROR)
        self.addCleanup(logging.disable, logging.NOTSET)

    @contextmanager
    def reading(self, lists):
        """Let Xero answer with these lists."""
        self.env.flush_all()
        answers = patch.object(wire, "send", Books(**lists).send)
        with (
            answers,
            patch.object(
                type(self.env["synkd.http.token"]), "_get_access", return_value="t"
            ),
        ):
            yield

    def sandwiched(self, plural, key, good, shapes, size=50):
        """Yield pages of odd records with a good one at both ends, and its ids."""
        self.assertGreaterEqual(len(shapes), 200, plural)
        for start in range(0, len(shapes), size):
            ends = [GUID % (1000 + 2 * start), GUID % (1001 + 2 * start)]
            first, last = ({**good, key: id_} for id_ in ends)
            yield {plural: [first, *shapes[start : start + size], last]}, ends

    def test_contacts(self):
        shapes = spoiled(CONTACT, **NESTED)
        tried = told = 0
        for lists, ends in self.sandwiched("Contacts", "ContactID", CONTACT, shapes):
            with self.reading(lists):
                pages = list(self.connector._pull_customers(self.ledger, {}))
            taken = {data.external_id for page in pages for data in page.customers}
            self.assertLessEqual({*ends}, taken)
            tried += len(lists["Contacts"]) - 2
            odd = [each for page in pages for each in page.odd]
            told += len(odd)
            self.assertTrue(all(each.reason for each in odd))
            json.dumps(pages[-1].cursor).encode()
        self.assertEqual(tried, len(shapes))
        self.assertGreater(told, tried / 5)

    def test_a_whole_run(self):
        shapes = spoiled(CONTACT, **NESTED)[::4]
        good = {**CONTACT, "Name": "Good", "AccountNumber": "GOOD"}
        for lists, _ends in self.sandwiched(
            "Contacts", "ContactID", good, shapes, size=len(shapes)
        ):
            lists["Contacts"][-1] |= {"AccountNumber": "LAST", "Name": "Last"}
            with self.reading(lists):
                run = self.run_ledger()
        self.assertEqual(run.state, "attention", run.message)
        self.assertNotIn("unexpectedly", run.message)
        self.assertIn("was left out", run.notes)
        self.assertGreater(run.skipped, 50)
        accounts = self.env["synkd.account.customer"]
        domain = [("ledger_id", "=", self.ledger.id), ("code", "in", ("GOOD", "LAST"))]
        self.assertEqual(accounts.search_count(domain), 2)

    def test_balances(self):
        shapes = spoiled(CONTACT)
        for lists, ends in self.sandwiched("Contacts", "ContactID", CONTACT, shapes):
            with self.reading(lists):
                pages = list(self.connector._pull_balances(self.ledger, {}))
            owed = {b.external_id: b for page in pages for b in page.balances}
            for end in ends:
                self.assertEqual(int(owed[end].outstanding), 5)

    def test_payments_and_documents(self):
        day = self.env.cr.now().date().isoformat()
        for plural, key, good in (
            ("Payments", "PaymentID", PAYMENT),
            ("Invoices", "InvoiceID", {"InvoiceID": "", **PAYMENT}),
            ("CreditNotes", "CreditNoteID", {"CreditNoteID": "", **PAYMENT}),
        ):
            for lists, ends in self.sandwiched(plural, key, good, spoiled(good)):
                with self.reading(lists):
                    pages = list(
                        self.connector._pull_balances(self.ledger, {"day": day})
                    )
                paid = {p.external_id for page in pages for p in page.payments}
                if plural == "Payments":
                    self.assertLessEqual({*ends}, paid)
                json.dumps(pages[-1].cursor).encode()

    def test_lists(self):
        keys = {"TaxRates": "TaxType", "Accounts": "AccountID", "Items": "ItemID"}
        for plural, good in LISTS.items():
            key = keys.get(plural, "Code")
            for lists, ends in self.sandwiched(plural, key, good, spoiled(good)):
                with self.reading(lists):
                    found = self.connector._pull_lists(self.ledger)
                names = {entry.external_id for entry in found.items}
                self.assertLessEqual({*ends}, names)

    def test_the_organisation_itself(self):
        good = {"Name": "Kudu", "BaseCurrency": "ZAR", "PeriodLockDate": "/Date(0)/"}
        shapes = spoiled(good)
        self.assertGreaterEqual(len(shapes), 200)
        for shape in shapes:
            with self.reading({"Organisation": {"Organisations": [shape]}}):
                self.connector._pull_lists(self.ledger)
                self.connector._check(self.ledger)

    def test_whole_bodies(self):
        for value in filter(_is_json, ODD_VALUES):
            reply = wire.Reply(200, {}, json.dumps(value).encode())
            answers = patch.object(wire, "send", return_value=reply)
            with self.reading({}), answers:
                list(self.connector._pull_customers(self.ledger, {}))
                list(self.connector._pull_balances(self.ledger, {}))
                self.connector._pull_lists(self.ledger)
                self.ledger._read_http_tenants()

    def test_pages_that_never_end(self):
        for count in filter(_is_json, ODD_VALUES):
            body = {"Contacts": [], "pagination": {"pageCount": count}}
            for each in (body, {**body, "pagination": count}):
                with self.reading({"Contacts": each}):
                    list(self.connector._pull_customers(self.ledger, {}))

    # === QUESTIONS: what looks odd may be ours, so nothing is sent again === #

    def reconcile(self, kind, payload, lists, external_id=""):
        """Ask about one member, and return the outcomes."""
        batch = Batch("key", (Member(1, payload, external_id),), kind)
        with self.reading(lists):
            answer = self.connector._reconcile(self.ledger, batch)
        return [result.outcome for result in answer.results]

    def test_answers_about_customers(self):
        account = self.create_account("Ann")
        payload = account._get_payload()
        self.assertEqual(
            self.reconcile("customers", payload, {}, GUID % 1), [NOT_FOUND]
        )
        shapes = spoiled(CONTACT, **NESTED)
        self.assertGreaterEqual(len(shapes), 200)
        unknown = 0
        for shape in shapes:
            client = XeroClient("https://x", "t", lambda _refused: "t")
            with self.reading({"Contacts": [shape]}):
                client.get("/Contacts")
                lists = {"Contacts": [shape]}
                found = self.reconcile("customers", payload, lists, GUID % 1)
            if client.odd:
                unknown += 1
                self.assertNotIn(NOT_FOUND, found, shape)
        self.assertGreater(unknown, 100)

    def ask_of_each(self, batch_kind, payloads, lists, ids=("", "")):
        """Ask about two members; all odd shapes stand for what Xero has of the first.

        :param list payloads: of the members, whose keys are ``KEYS``.
        :param dict lists: of Xero: a record of each member, by the name of the list;
            what is not the first one's own stays as it is.
        :param tuple ids: of the members in Xero, where they are known.
        :return: how many shapes were tried, and of how many nothing was known.
        """
        pairs = enumerate(zip(payloads, ids, KEYS, strict=True), start=1)
        members = [Member(n, payload, id_, key) for n, (payload, id_, key) in pairs]
        batch = Batch("key", tuple(members), batch_kind)
        (plural, (first, second)), *_others = lists.items()
        tried = unknown = 0
        shapes = spoiled(first, **nested_of(first))
        for shape in shapes[:: max(1, len(shapes) // MOST_SHAPES)]:
            with self.reading(lists | {plural: [shape, second]}):
                client = XeroClient("https://x", "t", lambda _refused: "t")
                client.get(f"/{plural}")
                results = self.connector._reconcile(self.ledger, batch).results
            found = {result.res_id: result.outcome for result in results}
            self.assertEqual(found.get(2), OK, ("the other one is found", shape))
            tried += 1
            if client.odd:
                unknown += 1
                self.assertNotEqual(found.get(1), NOT_FOUND, shape)
        self.assertGreaterEqual(tried, 200, plural)
        self.assertGreater(unknown, tried / 5, plural)
        return tried, unknown

    def test_answers_about_documents(self):
        for kind, plural, key in (
            ("invoice", "Invoices", "InvoiceID"),
            ("credit_note", "CreditNotes", "CreditNoteID"),
        ):
            data = [document_data(kind, f"N/{n}") for n in (1, 2)]
            payloads = [documents.to_payload(each, "ZAR") for each in data]
            stored = [
                document_stored(payload["element"], own_key) | {key: GUID % (10 + n)}
                for n, (payload, own_key) in enumerate(zip(payloads, KEYS, strict=True))
            ]
            for ids in (("", ""), (GUID % 10, GUID % 11)):
                with self.subTest(plural, known=bool(ids[0])):
                    self.ask_of_each("documents", payloads, {plural: stored}, ids)

    def test_answers_about_payments(self):
        data = [payment_data(f"P/{n}", GUID % n) for n in (1, 2)]
        payloads = [payments.to_payload(each, "ZAR") for each in data]
        stored = [
            payment_stored(payload["payments"][0], own_key, n)
            for n, (payload, own_key) in enumerate(zip(payloads, KEYS, strict=True))
        ]
        self.ask_of_each("payments", payloads, {"Payments": stored})

    def test_answers_about_money_on_account(self):
        data = [payment_data(f"P/{n}") for n in (1, 2)]
        payloads = [payments.to_payload(each, "ZAR") for each in data]
        stored = [
            bank_stored(payload["bank"][0], own_key, n)
            for n, (payload, own_key) in enumerate(zip(payloads, KEYS, strict=True))
        ]
        credits_ = [
            {
                "OverpaymentID": each["OverpaymentID"],
                "Status": "AUTHORISED",
                "Total": 5,
                "RemainingCredit": 5,
            }
            for each in stored
        ]
        lists = {"BankTransactions": stored, "Overpayments": credits_}
        self.ask_of_each("payments", payloads, lists)

    def test_answers_about_allocations(self):
        notes = [GUID % n for n in (10, 11)]
        settled = (AllocationData(GUID % 3, "INV/1", "5.00"),)
        data = [CreditData("", f"C/{n}", n, CUSTOMER, DAY, settled) for n in notes]
        payloads = [credits.to_payload(each) for each in data]
        stored = [allocated_stored(note) for note in notes]
        self.ask_of_each("allocations", payloads, {"CreditNotes": stored})

    def test_nothing_is_written_after_something_odd_was_read(self):
        client = XeroClient("https://x", "t", lambda _refused: "t")
        with self.reading({"Contacts": [{**CONTACT, "Addresses": "Rome"}]}):
            client.get("/Contacts")
            for write in (
                lambda: client.save("PUT", "/Contacts", {}),
                lambda: client.delete("/ContactGroups/1"),
            ):
                with self.assertRaisesRegex(Exception, "Addresses is no list"):
                    write()

    # === WEBHOOKS === #

    def test_signed_webhooks(self):
        self.ledger.http_webhook_key = "k" * 40
        event = {
            "tenantId": self.tenant,
            "resourceId": GUID % 1,
            "eventType": "UPDATE",
            "eventCategory": "CONTACT",
            "eventDateUtc": "2026-01-01T00:00:00",
        }
        bodies = [{"events": [shape, event]} for shape in spoiled(event)]
        bodies += [{"events": value} for value in ODD_VALUES if _is_json(value)]
        bodies += [value for value in ODD_VALUES if _is_json(value)]
        self.assertGreaterEqual(len(bodies), 200)
        texts = [json.dumps(body).encode() for body in bodies]
        texts += [b"", b"\xff\xfe", b"[" * 100_000, b'{"events": ' * 50_000]
        for text in texts:
            digest = hmac.new(b"k" * 40, text, hashlib.sha256).digest()
            events = self.env["synkd.http.event"]
            signature = base64.b64encode(digest).decode()
            self.assertTrue(
                events._receive("xero", text, {HEADER: signature}), text[:80]
            )
            self.env.flush_all()
        for signature in ("²", "\ud800", "\0", "", None):
            self.assertFalse(events._receive("xero", b"{}", {HEADER: signature}))

    def test_deep_records_are_cut(self):
        contact = {**CONTACT, "Unknown": deep(900)}
        with self.reading({"Contacts": [contact]}):
            (page,) = list(self.connector._pull_customers(self.ledger, {}))
        self.assertEqual(len(page.customers), 1)
