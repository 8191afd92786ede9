# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import json
from dataclasses import FrozenInstanceError, fields, replace
from datetime import date, datetime
from decimal import Decimal

from odoo.tests import BaseCase, tagged

from ...lib import errors
from ...lib.fingerprint import fingerprint
from ...lib.results import (
    Answer,
    Balance,
    BalancePage,
    Batch,
    BooksRecord,
    Budget,
    Capabilities,
    CustomerData,
    Email,
    Member,
    Page,
    Result,
)

SECRET = "token-4711"
SENTENCE = "The books refuse the login. Connect the ledger anew."


@tagged("post_install", "-at_install")
class TestFingerprint(BaseCase):
    def test_the_order_of_keys_does_not_matter_at_any_depth(self):
        first = {"name": "Hope", "address": {"city": "Paarl", "zip": "7646"}}
        second = {"address": {"zip": "7646", "city": "Paarl"}, "name": "Hope"}
        self.assertEqual(fingerprint(first), fingerprint(second))
        self.assertRegex(fingerprint(first), r"^[0-9a-f]{40}$")

    def test_a_new_release_finds_what_was_sent_before_it_unchanged(self):
        self.assertEqual(
            fingerprint({"b": [1, None], "a": "é"}),
            "3b589c91a0c735552656f1564fea5d8c585ddc63",
        )

    def test_a_payload_read_back_from_the_database_is_the_same(self):
        for payload in (
            {"lines": ({"price": Decimal("1.10")}, {"price": Decimal(-3)})},
            {"due": date(2026, 11, 22), "at": datetime(2026, 11, 22, 12, 30)},
            {"name": "Ωmega \U0001f600", "held": False, "none": None, "n": 1.5},
            [],
            {},
        ):
            with self.subTest(payload=payload):
                stored = json.loads(json.dumps(payload, default=str))
                self.assertEqual(fingerprint(stored), fingerprint(payload))

    def test_different_content_gives_different_fingerprints(self):
        payloads = [
            {"a": 1},
            {"a": "1"},
            {"a": True},
            {"a": None},
            {"a": ""},
            {"a": []},
            {"a": {}},
            {"A": 1},
            {"a": 1, "b": None},
            {"a": Decimal("1.0")},
            {"a": Decimal("1.00")},
            {"a": date(2026, 1, 2)},
            {"a": datetime(2026, 1, 2)},
            {"a": [1, 2]},
            {"a": [2, 1]},
            {"a": [[1], 2]},
            {"a": {"b": {"c": 1}}},
            {"a": {"b": {"c": 2}}},
            {"a": " 1"},
            {"a": "é"},
            {"a": "e\u0301"},
            [{"a": 1}],
        ]
        self.assertEqual(len({fingerprint(p) for p in payloads}), len(payloads))

    def test_each_field_of_a_customer_changes_it(self):
        empty = CustomerData()
        marks = {fingerprint(empty.as_dict())}
        for field in fields(CustomerData):
            value = getattr(empty, field.name)
            mail = (Email("a@x.example"),)
            others = {str: "other", bool: True, int: 7, dict: {"a": 1}, tuple: mail}
            other = others[type(value)]
            marks.add(fingerprint(replace(empty, **{field.name: other}).as_dict()))
        self.assertEqual(len(marks), len(fields(CustomerData)) + 1)


@tagged("post_install", "-at_install")
class TestResults(BaseCase):
    def test_a_customer_can_be_a_key_whatever_it_carries(self):
        data = CustomerData(name="Hope Works", extra={"a": ["list"]})
        self.assertEqual({data: 1}[data], 1)

    def test_nobody_changes_what_was_answered(self):
        for record in (
            Answer(),
            Balance("X"),
            BalancePage(),
            Batch("key", ()),
            Budget(),
            Capabilities(),
            CustomerData(),
            Member(1, {}),
            Page(),
            Result(1),
        ):
            for field in fields(record):
                with (
                    self.subTest(record=record, field=field.name),
                    self.assertRaises(FrozenInstanceError),
                ):
                    setattr(record, field.name, None)

    def test_results_survive_the_database(self):
        for record in (
            Result(7),
            Result(7, "rejected", message='No "é" \U0001f600\n'),
            Result(7, "not_found", "X1"),
            Result(7, "ok", "X1", parts=({"kind": "payment", "id": "P1"},)),
            Result(7, "ok", "X1", parts=()),
            Result(7, "candidates", candidates=(BooksRecord("X1", "INV/1"),)),
        ):
            with self.subTest(record=record):
                stored = json.loads(json.dumps(record.as_dict()))
                self.assertEqual(type(record)(**stored), record)

    def test_a_dict_of_a_record_is_a_copy(self):
        for record in (Result(7), CustomerData(name="Hope")):
            before = replace(record)
            record.as_dict().clear()
            self.assertEqual(record, before)

    def test_pages_do_not_share_their_cursor(self):
        for page in (Page, BalancePage):
            first, second = page(), page()
            first.cursor["after"] = 7
            self.assertEqual(second.cursor, {})

    def test_texts_of_a_customer_are_empty_and_never_none(self):
        values = CustomerData().as_dict()
        self.assertNotIn(None, values.values())
        self.assertEqual(Decimal(values["credit_limit"]), 0)

    def test_customers_survive_the_database(self):
        for data in (
            CustomerData(),
            CustomerData("X1", "HOP001", "Hope", credit_limit="10.50", held=True),
            CustomerData(emails=(Email("a@x.example", ("invoices",)), Email("b@x"))),
        ):
            with self.subTest(data=data):
                stored = json.loads(json.dumps(data.as_dict() | {"__kind__": "note"}))
                self.assertEqual(CustomerData.from_dict(stored), data)

    def test_a_system_can_do_nothing_that_it_does_not_name(self):
        can = {f.name for f in fields(Capabilities) if getattr(Capabilities(), f.name)}
        lengths = {"code_length", "name_length", "number_length", "digits"}
        limits = {"unique_numbers", "unique_codes", "outside", "answers"}
        self.assertEqual(can, {"customer_batch"} | lengths | limits)
        self.assertEqual(Capabilities().customer_batch, 1)


@tagged("post_install", "-at_install")
class TestErrors(BaseCase):
    def test_each_kind_has_one_error(self):
        kinds = {
            errors.RetryableError: "retryable",
            errors.ThrottledError: "throttled",
            errors.RejectedError: "rejected",
            errors.UnauthorisedError: "unauthorised",
            errors.MisconfiguredError: "misconfigured",
        }
        direct = set(errors.ConnectorError.__subclasses__())
        self.assertLessEqual(set(kinds), direct)
        self.assertEqual({cls: cls.kind for cls in kinds}, kinds)
        self.assertEqual(errors.NotSupportedError.kind, "misconfigured")

    def test_a_throttle_knows_when_it_ends_and_shows_only_its_sentence(self):
        until = datetime(2026, 11, 23)
        error = errors.ThrottledError(SENTENCE, until)
        self.assertEqual((error.until, str(error)), (until, SENTENCE))

    def test_a_sentence_never_takes_over_what_caused_it(self):
        for cls in (
            errors.RetryableError,
            errors.RejectedError,
            errors.UnauthorisedError,
            errors.MisconfiguredError,
            errors.NotSupportedError,
        ):
            with self.subTest(error=cls.__name__), self.assertRaises(cls) as caught:
                try:
                    raise KeyError(SECRET)
                except KeyError as cause:
                    raise cls(SENTENCE) from cause
            error = caught.exception
            self.assertEqual(error.message, SENTENCE)
            self.assertIn(SECRET, repr(error.__cause__), "kept for the server's log")
            for shown in (str(error), repr(error), error.args):
                self.assertNotIn(SECRET, str(shown))
