# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What every connector that takes payments has to pass; and what becomes of documents
whose answer is unknown. The hooks are those of contract_documents.py.
"""

from dataclasses import replace
from decimal import Decimal

from ..lib.documents import VOID, CreditData, DifferenceData
from ..lib.errors import ConnectorError, NotSupportedError
from ..lib.results import NOT_FOUND, OK, REJECTED, Batch
from .contract import ERRORS, LOST_AFTER, LOST_BEFORE
from .contract_documents import DocumentHarness


class PaymentContract(DocumentHarness):
    """The contract of `synkd.connector` about payments and credit, as tests.

    For connectors that take payments and allocate credit notes.
    """

    # === PAYMENTS === #

    def test_a_payment_settles_documents(self):
        one, two = self.post(self.invoice("INV/1"), self.invoice("INV/2"))
        self.post(self.payment("PAY/1", "165.00", (one, "115.00"), (two, "50.00")))
        self.assert_open((one, "0.00"), (two, "65.00"))

    def test_what_a_payment_does_not_settle_stays_on_account(self):
        invoice = self.post(self.invoice("INV/1"))
        self.post(self.payment("PAY/1", "200.00", (invoice, "115.00")))
        self.post(self.payment("PAY/2", "40.00"))
        self.assert_open((invoice, "0.00"))

    def test_a_difference_settles_without_money(self):
        invoice = self.post(self.invoice("INV/1"))
        lost = DifferenceData(
            self.codes.get("difference", self.codes["account"]), "5.00"
        )
        payment = self.payment("PAY/1", "110.00", (invoice, "115.00"))
        self.post(replace(payment, differences=(lost,)))
        self.assert_open((invoice, "0.00"))

    def test_a_payment_larger_than_the_balance_is_refused(self):
        invoice = self.post(self.invoice("INV/1"))
        payment = self.payment("PAY/1", "115.01", (invoice, "115.01"))
        self.assert_refused(payment, "115.00")
        self.assert_open((invoice, "115.00"))

    def test_two_payments_of_one_call_cannot_settle_a_document_twice(self):
        invoice = self.post(self.invoice("INV/1"))
        first, second = self.send(
            self.payment("PAY/1", "100.00", (invoice, "100.00")),
            self.payment("PAY/2", "100.00", (invoice, "100.00")),
        )
        self.assertEqual([first.outcome, second.outcome], [OK, REJECTED])
        self.assert_open((invoice, "15.00"))

    def test_a_payment_is_allocated_otherwise(self):
        if not self.capable.reallocate:
            return self.assertFalse(self.capable.reallocate)
        one, two = self.post(self.invoice("INV/1"), self.invoice("INV/2"))
        first = self.post(self.payment("PAY/1", "115.00", (one, "115.00")))
        moved = self.payment("PAY/1", "115.00", (two, "115.00"))
        again = self.post(replace(moved, external_id=first.external_id))
        self.assertEqual(again.external_id, first.external_id)
        self.assert_open((one, "115.00"), (two, "0.00"))

    def test_a_voided_payment_opens_what_it_settled(self):
        if not self.capable.void:
            return self.assertFalse(self.capable.void)
        invoice = self.post(self.invoice("INV/1"))
        payment = self.payment("PAY/1", "115.00", (invoice, "115.00"))
        result = self.post(payment)
        void = replace(payment, external_id=result.external_id, operation=VOID)
        self.post(void)
        self.post(void)  # once more changes nothing
        self.assert_open((invoice, "115.00"))

    def test_a_refund_settles_a_credit_note(self):
        credit = self.post(self.credit_note("CN/1"))
        refund = self.payment("PAY/1", "115.00", (credit, "115.00"), kind="refund")
        self.post(refund)
        self.assert_open((credit, "0.00"))

    # === CREDIT === #

    def test_a_credit_note_settles_invoices(self):
        if not self.capable.allocation_batch:
            return self._assert_not_supported("_push_allocations", Batch("key", ()))
        invoice = self.post(self.invoice("INV/1"))
        credit = self.post(self.credit_note("CN/1", "40.00"))
        self.post(self.credit(credit, (invoice, "46.00")))
        self.assert_open((invoice, "69.00"), (credit, "0.00"))

    def test_more_than_the_credit_is_refused(self):
        if not self.capable.allocation_batch:
            return self._assert_not_supported("_push_allocations", Batch("key", ()))
        invoice = self.post(self.invoice("INV/1"))
        credit = self.post(self.credit_note("CN/1", "40.00"))
        self.assert_refused(self.credit(credit, (invoice, "46.01")))
        self.assert_open((invoice, "115.00"), (credit, "46.00"))

    # === BALANCES === #

    def test_balances_follow_documents_and_payments(self):
        if not self.capable.balances:
            return self._assert_not_supported("_pull_balances", {})
        # Books may be asked only about those who are known here.
        self.create_account("Hope Works", external_id=self.hope.external_id)
        invoice = self.post(self.invoice("INV/1"))
        owed, cursor = self.balances({})
        self.assertEqual(owed, Decimal("115.00"))
        self.post(self.payment("PAY/1", "15.00", (invoice, "15.00")))
        owed, _cursor = self.balances(cursor)
        self.assertEqual(owed, Decimal("100.00"))

    def balances(self, cursor):
        """Return what Hope Works owes as far as it changed, and the next cursor."""
        with self.talking():
            pages = list(self.connector._pull_balances(self.ledger, cursor))
        self.assert_ends(pages)
        told = {b.external_id: b.outstanding for page in pages for b in page.balances}
        return told.get(self.hope.external_id), pages[-1].cursor


class RecoveryContract(DocumentHarness):
    """What became of documents whose answer is unknown, and the lists; as tests."""

    # What these books take in several calls, of which a fault lets the first be made:
    # PaymentData, and VOID for invoices. It is gone on with where it was.
    several_calls = ()

    def go_on(self, data, found):
        """Return what became of data after what was begun was gone on with."""
        step = VOID if data.operation == VOID else type(data)
        if step not in self.several_calls or found.outcome == OK:
            return found
        self.assertEqual(found.outcome, NOT_FOUND)
        self.assertTrue(found.external_id, "what was begun is known")
        return self.post(replace(data, external_id=found.external_id))

    def lose(self, data, fault):
        """Send data into a fault, and ask what became of it."""
        self.break_next(fault)
        try:  # assertRaises would roll back what the books wrote
            self.send(data)
        except ConnectorError as error:
            self.assertEqual(error.kind, ERRORS[fault])
        else:
            self.fail(f"the books were not met by {fault}")
        self.break_next(None)
        return self.ask(data)[0]

    def samples(self):
        """Return an invoice, a payment and a credit note's allocation to send."""
        invoice, credit = self.post(
            self.invoice("INV/0"), self.credit_note("CN/0", "40.00")
        )
        yield self.invoice("INV/1")
        if self.capable.payment_batch:
            yield self.payment("PAY/1", "50.00", (invoice, "50.00"))
        if self.capable.allocation_batch:
            yield self.credit(credit, (invoice, "46.00"))

    def test_nothing_was_written_when_the_answer_was_lost_before(self):
        for data in self.samples():
            with self.subTest(data=type(data).__name__):
                self.assertEqual(self.lose(data, LOST_BEFORE).outcome, NOT_FOUND)
                self.post(data)

    def test_what_was_written_is_found_when_the_answer_was_lost_after(self):
        for data in self.samples():
            with self.subTest(data=type(data).__name__):
                found = self.lose(data, LOST_AFTER)
                if not isinstance(data, CreditData):
                    found = self.go_on(data, found)
                sure = self.assert_found(data, found)
                self.assertEqual(bool(found.external_id), sure)
                if sure and not isinstance(data, CreditData):
                    total = data.total if hasattr(data, "total") else data.amount
                    self.assertEqual(found.total, total)
        numbers = sorted(document.number for document in self.books_documents())
        self.assertEqual(numbers, ["CN/0", "INV/0", "INV/1"])

    def test_a_lost_void_is_looked_at_too(self):
        if not self.capable.void:
            return self.assertFalse(self.capable.void)
        for data in self.one_of_each():
            result = self.post(data)
            void = replace(data, external_id=result.external_id, operation=VOID)
            with self.subTest(data=type(data).__name__):
                missing = self.lose(void, LOST_BEFORE)
                self.assertEqual(missing.outcome, NOT_FOUND)
                self.assertEqual(missing.external_id, result.external_id)
                found = self.go_on(void, self.lose(void, LOST_AFTER))
                self.assertEqual(found.outcome, OK)
                self.assertEqual(found.external_id, result.external_id)

    def test_a_lost_reallocation_is_told_from_the_one_before(self):
        if not self.capable.reallocate:
            return self.assertFalse(self.capable.reallocate)
        one, two = self.post(self.invoice("INV/1"), self.invoice("INV/2"))
        first = self.post(self.payment("PAY/1", "115.00", (one, "115.00")))
        moved = self.payment("PAY/1", "115.00", (two, "115.00"))
        moved = replace(moved, external_id=first.external_id)
        missing = self.lose(moved, LOST_BEFORE)
        self.assertEqual(missing.outcome, NOT_FOUND)
        self.assertEqual(missing.external_id, first.external_id)
        found = self.lose(moved, LOST_AFTER)
        if found.outcome != OK:  # it took several calls, and only the first was made
            self.assertEqual(found.external_id, first.external_id)
            self.post(moved)
        self.assert_open((one, "115.00"), (two, "0.00"))

    def test_a_document_of_somebody_else_is_not_taken_for_ours(self):
        self.post(self.invoice("INV/1", "10.00"))
        self.ids = {"somebody else": 0}
        found = self.ask(self.invoice("INV/1", "99.00"))[0]
        self.assertEqual((found.outcome, found.external_id), (NOT_FOUND, ""))

    def test_each_error_of_a_document_is_of_its_kind_and_a_sentence(self):
        batch = self.batch_of(self.invoice("INV/1"))
        for fault, kind in ERRORS.items():
            with self.subTest(fault=fault):
                self.break_next(fault)
                with (
                    self.enter_registry_test_mode(),
                    self.assertRaises(ConnectorError) as caught,
                ):
                    self.connector._push_documents(self.ledger, batch)
                self.assertEqual(caught.exception.kind, kind)
                self.assert_sentence(caught.exception.message)

    # === LISTS === #

    def test_the_lists_have_what_is_promised(self):
        if not self.capable.lists:
            return self._assert_not_supported("_pull_lists")
        with self.talking():
            entries = self.connector._pull_lists(self.ledger).items
        self.assertEqual({e.kind for e in entries}, set(self.capable.lists))
        keys = [(entry.kind, entry.code.upper()) for entry in entries]
        self.assertEqual(len(set(keys)), len(keys), "a code is of one entry")
        self.assertTrue(all(entry.external_id and entry.name for entry in entries))
        rates = [entry.rate for entry in entries if entry.kind == "tax"]
        self.assertTrue(all(Decimal(rate) >= 0 for rate in rates))

    def test_what_is_not_supported_about_documents_is_refused_in_words(self):
        base = self.env["synkd.connector"]
        batch = Batch("key", ())
        for name, arguments in (
            ("_push_documents", (self.ledger, batch)),
            ("_push_payments", (self.ledger, batch)),
            ("_push_allocations", (self.ledger, batch)),
            ("_pull_lists", (self.ledger,)),
            ("_document_payload", (self.ledger, None)),
            ("_payment_payload", (self.ledger, None)),
            ("_allocation_payload", (self.ledger, None)),
        ):
            with self.assertRaises(NotSupportedError) as caught:
                getattr(base, name)(*arguments)
            self.assertIn("is not supported by", caught.exception.message)
