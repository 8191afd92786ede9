# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What every connector has to pass, with its own ledger and simulated books.

A connector's test class inherits ``ConnectorContract`` and ``SynkdCommon``, and says
how its simulated books are read and broken: the methods under *hooks*. What the
connector's capabilities exclude is tested to be refused, or left out.
"""

import itertools
import json
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from unittest.mock import patch

from odoo import fields

from ..lib.documents import CreditData, DocumentData, PaymentData
from ..lib.errors import ConnectorError, NotSupportedError, ThrottledError
from ..lib.identity import new_key
from ..lib.results import (
    CANDIDATES,
    NOT_FOUND,
    OK,
    REJECTED,
    Batch,
    Capabilities,
    CustomerData,
    Member,
)

# Faults that ``break_next`` must know.
OFFLINE = "offline"
LOST_BEFORE = "lost_before"
LOST_AFTER = "lost_after"
MINUTE = "minute"
DAY = "day"
LOGIN = "login"
ERRORS = {
    OFFLINE: "retryable",
    LOST_BEFORE: "retryable",
    LOST_AFTER: "retryable",
    MINUTE: "throttled",
    DAY: "throttled",
    LOGIN: "unauthorised",
}
SECRET = "s3cr3t-t0ken"
KINDS = {
    CustomerData: ("customers", "_push_customers"),
    DocumentData: ("documents", "_push_documents"),
    PaymentData: ("payments", "_push_payments"),
    CreditData: ("allocations", "_push_allocations"),
}


class ConnectorHarness:
    """The hooks and helpers of the contract's tests: customers, faults, sentences.

    Tests of one method build the plain data of ``lib`` themselves; those of what runs
    make of it begin with records.
    """

    # Odoo's own runner leaves tests out that a class does not define itself.
    allow_inherited_tests_method = True

    # === HOOKS: to be overridden === #

    def books_customers(self):
        """Return what the books hold, oldest first.

        :rtype: list[CustomerData]
        """
        raise NotImplementedError

    def books_write_calls(self):
        """Return how many write calls reached the books.

        :rtype: int
        """
        raise NotImplementedError

    def break_next(self, fault):
        """Let the next write call, and reads if it makes sense, meet a fault.

        :param str fault: one of ERRORS, or None to mend the books.
        """
        raise NotImplementedError

    def refuse(self, text):
        """Let the books refuse customers whose name contains a text."""
        raise NotImplementedError

    def books_edit(self, code, **values):
        """Change a customer over there, as the bookkeeper would.

        :param dict values: fields of ``CustomerData``.
        """
        raise NotImplementedError

    def books_create(self, code, name):
        """Create a customer over there."""
        raise NotImplementedError

    # === HELPERS === #

    def setUp(self):
        super().setUp()
        self.ids, self.keys, self.numbers = {}, {}, itertools.count(1000)

    @property
    def connector(self):
        """The connector under test, as the engine's user sees it."""
        return self.ledger.sudo()._get_connector()

    @property
    def capable(self):
        """What the connector says that its system can do."""
        return self.ledger._get_capabilities()

    def customer(self, name="Hope Works", **values):
        """Return a customer with a code of its own, as plain data."""
        letters = "".join(filter(str.isalnum, name))[:3].upper()
        code = f"{letters}{len(self.ids) + 101}"
        return CustomerData(code=code, name=name, currency=self.currency_code, **values)

    @property
    def currency_code(self):
        """The currency of customers and documents."""
        return self.company.currency_id.name

    def payload(self, data):
        """Return what would be sent of plain data."""
        return self.connector._to_payload(self.ledger, data)

    def as_member(self, data):
        """Return plain data as a member; the same number or code is the same record."""
        number = getattr(data, "number", None) or data.code
        key = (type(data), getattr(data, "kind", ""), number)
        res_id = self.ids.get(key) or self.ids.setdefault(key, next(self.numbers))
        payload = json.loads(json.dumps(self.payload(data)))
        own_key = self.keys.setdefault(res_id, new_key())
        return Member(res_id, payload, data.external_id, own_key)

    def batch_of(self, *datas):
        """Return plain data of one kind as a batch."""
        kind = KINDS[type(datas[0])][0]
        return Batch("key", tuple(self.as_member(data) for data in datas), kind)

    @contextmanager
    def talking(self):
        """Let the connector talk to the books; it writes nothing on the ledger."""
        told = AssertionError("what the books told travels in what is returned")
        with (
            self.enter_registry_test_mode(),
            patch.object(type(self.ledger), "write", side_effect=told),
        ):
            yield

    def call(self, name, *datas):
        """Call the connector with data as a batch; return the results in order."""
        batch = self.batch_of(*datas)
        with self.talking():
            answer = getattr(self.connector, name)(self.ledger, batch)
        by_id = {result.res_id: result for result in answer.results}
        return [by_id.get(member.res_id) for member in batch.members]

    def send(self, *datas):
        """Send data of one kind in one call; return the results in order."""
        return self.call(KINDS[type(datas[0])][1], *datas)

    def post(self, *datas):
        """Send data that has to be taken; return the result, or all of many."""
        results = self.send(*datas)
        for result in results:
            self.assertEqual(result.outcome, OK, result.message)
            self.assertTrue(result.external_id)
        return results if len(results) > 1 else results[0]

    def ask(self, *datas):
        """Ask what became of data of one kind; return the results in order."""
        return self.call("_reconcile", *datas)

    def pull(self, cursor=None):
        """Read all pages; return the customers by code, and the last cursor."""
        with self.talking():
            pages = list(self.connector._pull_customers(self.ledger, cursor or {}))
        self.assert_ends(pages)
        customers = [data for page in pages for data in page.customers]
        last = pages[-1].cursor if pages else cursor or {}
        return {data.code: data for data in customers}, last

    def assert_ends(self, pages):
        """Fail unless the last page says that it is, and no other does."""
        ends = [page.is_last for page in pages]
        self.assertEqual(ends, [False] * (len(pages) - 1) + [True])

    def in_books(self, account):
        """Return the one customer of the books with the account's code."""
        self.env.invalidate_all()
        found = [d for d in self.books_customers() if d.code == account.code]
        self.assertEqual(len(found), 1, f"{account.code} is in the books once")
        return found[0]

    def assert_sentence(self, message):
        """Fail unless a message is one for a person."""
        self.assertRegex(message, r"^[A-ZÄÖÜ].{10,}[.!?]$")
        for word in ("Traceback", "Exception", "Error", "None", SECRET):
            self.assertNotIn(word, message)

    def assert_pure(self, *datas):
        """Fail unless payloads ask no database, call nobody, and are plain JSON."""
        forbidden = AssertionError("a payload is pure")
        for data in datas:
            first = self.payload(data)  # by now the ledger's settings are read
            with (
                self.subTest(data=type(data).__name__),
                patch.object(type(self.env.registry), "cursor", side_effect=forbidden),
                patch("socket.socket.connect", side_effect=forbidden),
                self.assertQueryCount(0),
            ):
                self.assertEqual(self.payload(data), first)
                self.assertEqual(json.loads(json.dumps(first)), first)

    def assert_found(self, data, result):
        """Fail unless what was written is found; books without our key may be unsure.

        :return: whether it was found for sure.
        :rtype: bool
        """
        sure = bool(getattr(self.capable, f"own_key_{KINDS[type(data)][0]}"))
        outcomes = (OK,) if sure else (OK, CANDIDATES)
        self.assertIn(result.outcome, outcomes)
        return result.outcome == OK

    def _assert_not_supported(self, name, *arguments):
        with self.assertRaises(NotSupportedError) as caught:
            list(getattr(self.connector, name)(self.ledger, *arguments))
        self.assert_sentence(caught.exception.message)


class ConnectorContract(ConnectorHarness):
    """The contract of `synkd.connector`, as tests. Mix it in before SynkdCommon.

    Documents, payments and lists have tests of their own, in contract_documents.py.
    """

    # === PAYLOAD === #

    def test_payload_is_plain_json_the_same_each_time_and_asks_nobody(self):
        self.assert_pure(self.customer(email="a@hope.example", country="ZA"))

    def test_payload_changes_with_what_the_books_keep(self):
        data = self.customer()
        other = replace(data, name="Hope Works & Sons")
        self.assertNotEqual(self.payload(data), self.payload(other))

    def test_payload_of_a_name_too_long_is_refused_in_a_sentence(self):
        length = self.capable.name_length
        with self.assertRaises(ConnectorError) as caught:
            self.payload(self.customer("N" * (length + 1)))
        self.assertEqual(caught.exception.kind, "rejected")
        self.assert_sentence(caught.exception.message)

    # === PUSH === #

    def test_push_creates_a_customer(self):
        data = self.customer(city="Durban")
        result = self.post(data)
        stored = self.in_books(data)
        self.assertEqual(stored.name, "Hope Works")
        self.assertEqual(stored.external_id, result.external_id)

    def test_push_with_an_identity_updates_that_customer(self):
        data = self.customer()
        known = replace(data, external_id=self.post(data).external_id)
        result = self.post(replace(known, name="Hope Works & Sons"))
        self.assertEqual(result.external_id, known.external_id)
        self.assertEqual(self.in_books(data).name, "Hope Works & Sons")

    def test_push_refuses_one_member_alone(self):
        good = self.create_account("Hope Works")
        bad = self.create_account("Bad Apple")
        last = self.create_account("Danny Storm")
        self.refuse("Bad Apple")
        self.run_ledger()
        self.assertEqual(bad.sync_state, "attention")
        self.assert_sentence(bad.sync_message)
        self.assertEqual((good + last).mapped("sync_state"), ["synced", "synced"])
        names = {data.name for data in self.books_customers()}
        self.assertLessEqual({"Hope Works", "Danny Storm"}, names)
        self.assertNotIn("Bad Apple", names)

    def test_push_of_a_code_in_use_is_refused(self):
        self.books_create("HOP001", "Hope of the books")
        data = replace(self.customer(), code="HOP001")
        (result,) = self.send(data)
        if not self.capable.unique_codes:
            return self.assertEqual(result.outcome, OK, result.message)
        self.assertEqual(result.outcome, REJECTED)
        self.assert_sentence(result.message)
        self.assertEqual(self.in_books(data).name, "Hope of the books")

    def test_unchanged_costs_no_call(self):
        account = self.create_account("Hope Works")
        self.run_ledger()
        before = self.books_write_calls()
        account.name = "Something Else"
        account.name = "Hope Works"
        run = self.run_ledger()
        self.assertEqual(self.books_write_calls(), before)
        self.assertEqual(account.sync_state, "synced")
        self.assertEqual(run.unchanged, 1)

    def test_a_batch_is_one_call(self):
        size = self.capable.customer_batch
        self.run_ledger()
        before = self.books_write_calls()
        for number in range(min(size, 5)):
            self.create_account(f"Customer {number}")
        self.run_ledger()
        self.assertEqual(self.books_write_calls(), before + 1)

    # === RECONCILE === #

    def test_reconcile_tells_that_nothing_was_written(self):
        self.assertEqual(self.ask(self.customer())[0].outcome, NOT_FOUND)

    def test_reconcile_finds_what_was_written(self):
        data = self.customer()
        pushed = self.post(data)
        (found,) = self.ask(data)
        if self.assert_found(data, found):
            self.assertEqual(found.external_id, pushed.external_id)

    def test_reconcile_tells_other_content_from_what_was_sent(self):
        data = self.customer()
        pushed = self.post(data)
        known = replace(data, external_id=pushed.external_id)
        (found,) = self.ask(replace(known, name="Hope Works & Sons"))
        self.assertEqual(found.outcome, NOT_FOUND)
        self.assertEqual(found.external_id, pushed.external_id)

    def test_an_answer_lost_after_the_write_makes_no_twin(self):
        self._lose_answer(LOST_AFTER)

    def test_an_answer_lost_before_the_write_loses_nothing(self):
        self._lose_answer(LOST_BEFORE)

    def _lose_answer(self, fault):
        self.run_ledger()
        account = self.create_account("Hope Works")
        self.break_next(fault)
        run = self.run_ledger()
        self.assertEqual(run.state, "paused")
        self.assertEqual(account.sync_state, "sending")
        self.break_next(None)
        self.ledger._set_resumed()
        run = self.run_ledger()
        if fault == LOST_AFTER and not self.capable.own_key_customers:
            self._tell_which(account)
        else:
            self.assertEqual(run.state, "done", run.message)
        self.assertEqual(account.sync_state, "synced", account.sync_message)
        self.assertEqual(self.in_books(account).external_id, account.external_id)

    def _tell_which(self, account):
        """Say which of the books' customers is ours; nothing is sent until then."""
        before = self.books_write_calls()
        self.run_ledger()
        self.assertEqual(self.books_write_calls(), before, "nothing is guessed")
        self.assertEqual(account.sync_state, "sending")
        line = account.request_line_ids.filtered(lambda each: each.state == "asked")
        (candidate,) = line.candidates
        line._tell(candidate)

    # === PULL === #

    def test_pull_reads_what_the_books_have(self):
        if not self.capable.pull:
            return self._assert_not_supported("_pull_customers", {})
        self.books_create("ZED001", "Zed Traders")
        customers, cursor = self.pull()
        self.assertEqual(customers["ZED001"].name, "Zed Traders")
        self.assertEqual(json.loads(json.dumps(cursor)), cursor)

    def test_pull_goes_on_where_it_ended(self):
        if not self.capable.pull:
            return self._assert_not_supported("_pull_customers", {})
        self.books_create("ZED001", "Zed Traders")
        _customers, cursor = self.pull()
        self.books_create("ZED002", "Zed Motors")
        customers, _cursor = self.pull(cursor)
        self.assertIn("ZED002", customers)
        self.assertNotIn("ZED001", customers)

    def test_pulled_fields_are_those_that_are_promised(self):
        known = set(CustomerData().as_dict())
        self.assertLessEqual(set(self.capable.fields), known)
        self.assertEqual(bool(self.capable.fields), self.capable.pull)

    def test_echo_of_our_own_push_is_no_change(self):
        account = self.create_account("Hope Works", city="Durban", credit_limit=75)
        self.run_ledger()
        run = self.run_ledger()
        self.assertEqual(account.sync_state, "synced")
        self.assertFalse(run.imported)
        self.assertFalse(run.write_calls)

    def test_a_change_in_the_books_is_taken_over(self):
        if not self.capable.pull:
            return self._assert_not_supported("_pull_customers", {})
        account = self.create_account("Hope Works")
        self.run_ledger()
        self.books_edit(account.code, name="Hope of the books")
        run = self.run_ledger()
        self.assertEqual(account.name, "Hope of the books")
        self.assertEqual(account.sync_state, "synced")
        self.assertEqual(run.imported, 1)
        self.assertFalse(self.run_ledger().write_calls, "nothing is sent back")

    # === WHAT THE CAPABILITIES SAY === #

    def test_archiving_reaches_the_books(self):
        account = self.create_account("Hope Works")
        self.run_ledger()
        account.active = False
        self.run_ledger()
        archived = self.capable.archive
        self.assertEqual(self.in_books(account).archived, archived)

    def test_hold_reaches_the_books(self):
        account = self.create_account("Hope Works", held=True)
        self.run_ledger()
        self.assertEqual(self.in_books(account).held, self.capable.hold)

    def test_credit_limit_reaches_the_books_to_the_cent(self):
        account = self.create_account("Hope Works", credit_limit=75000000.05)
        self.run_ledger()
        expected = "75000000.05" if self.capable.credit_limit else "0.00"
        self.assertEqual(self.in_books(account).credit_limit, expected)

    def test_delivery_address_reaches_the_books(self):
        account = self.create_account("Hope Works", delivery_city="Durban")
        self.run_ledger()
        kept = "Durban" if self.capable.delivery_address else ""
        self.assertEqual(self.in_books(account).delivery_city, kept)

    def test_currency_reaches_the_books(self):
        if not self.capable.currencies:
            return self.assertFalse(self.capable.currencies)
        euro = self.env.ref("base.EUR")
        account = self.create_account("Hope Works", currency_id=euro.id)
        self.run_ledger()
        self.assertEqual(self.in_books(account).currency, "EUR")

    def test_code_has_room_for_letters_and_a_number(self):
        self.assertGreaterEqual(self.capable.code_length, 6)
        account = self.create_account("Hope Works")
        self.assertLessEqual(len(account.code), self.capable.code_length)

    # === ERRORS === #

    def test_each_error_is_of_its_kind_and_a_sentence(self):
        batch = self.batch_of(self.customer())
        for fault, kind in ERRORS.items():
            with self.subTest(fault=fault):
                self.break_next(fault)
                with (
                    self.enter_registry_test_mode(),
                    self.assertRaises(ConnectorError) as caught,
                ):
                    self.connector._push_customers(self.ledger, batch)
                self.assertEqual(caught.exception.kind, kind)
                self.assert_sentence(caught.exception.message)

    def test_a_limit_tells_until_when(self):
        batch = self.batch_of(self.customer())
        now = fields.Datetime.now()
        shut_out = self.capable.pace.breach / 3600
        for fault, longest in ((MINUTE, 0.1 + shut_out), (DAY, 25)):
            self.break_next(fault)
            with (
                self.enter_registry_test_mode(),
                self.assertRaises(ThrottledError) as caught,
            ):
                self.connector._push_customers(self.ledger, batch)
            until = caught.exception.until
            self.assertGreater(until, now)
            self.assertLess(until, now + timedelta(hours=longest))

    def test_the_check_is_silent_when_all_is_well(self):
        with self.talking():
            self.assertEqual(list(self.connector._check(self.ledger)), [])

    def test_the_books_tell_which_ones_they_are_each_time_the_same(self):
        with self.talking():
            books = [self.connector._read_books(self.ledger) for _each in range(2)]
        self.assertEqual(books[0], books[1])
        if books[0]:
            self.assertTrue(books[0].key)
            self.assertTrue(books[0].name)
            self.assertEqual(books[0].currency, self.company.currency_id.name)
            self.assertEqual(self.ledger._find_books_problem(books[0]), "")

    def test_other_books_than_the_known_ones_get_no_call_that_writes(self):
        with self.enter_registry_test_mode():
            books = self.connector._read_books(self.ledger)
        if books:
            self.create_account("Hope Works")
            self.ledger.sudo().write(
                {
                    "books_key": "another",
                    "books_name": "Another",
                    "books_read_at": False,
                }
            )
            before = self.write_calls()
            self.assertEqual(self.run_ledger().state, "paused")
            self.assertTrue(self.ledger.needs_person)
            self.assertIn("keeps the books of Another", self.ledger.pause_reason)
            self.assertEqual(self.write_calls(), before)

    def test_what_is_not_supported_is_refused_in_words(self):
        base = self.env["synkd.connector"]
        batch = Batch("key", ())
        for name, *arguments in (
            ("_push_customers", batch),
            ("_reconcile", batch),
            ("_pull_customers", {}),
            ("_pull_balances", {}),
            ("_pull_documents", {}, None),
        ):
            with self.assertRaises(NotSupportedError) as caught:
                getattr(base, name)(self.ledger, *arguments)
            self.assertIn("is not supported by", caught.exception.message)
        self.assertEqual(base._capabilities(self.ledger), Capabilities())
