# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What every connector that takes documents has to pass, beside contract.py.

Payments, recovery and lists have tests of their own, in contract_payments.py.

A connector's test class inherits ``DocumentContract`` and ``SynkdCommon``, has the
hooks of ``ConnectorHarness``, and says how documents in its simulated books are read:
the methods under *hooks*. What the capabilities exclude is tested to be refused.
"""

from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal

from ..lib.documents import (
    VOID,
    AllocationData,
    CreditData,
    DocumentData,
    LineData,
    PaymentData,
)
from ..lib.errors import ConnectorError
from ..lib.identity import new_key
from ..lib.results import OK, REJECTED, Batch
from .contract import ConnectorHarness

CENT = Decimal("0.01")


@dataclass(frozen=True)
class BooksDocument:
    """A document as the simulated books have it; amounts are decimal numbers as text.

    :param str number: the number that was sent.
    """

    external_id: str
    number: str
    total: str
    tax: str
    outstanding: str
    voided: bool = False


class DocumentHarness(ConnectorHarness):
    """The hooks and helpers of the contract's tests about documents."""

    # === HOOKS: to be overridden === #

    def books_documents(self):
        """Return the invoices and credit notes that the books hold, oldest first.

        :rtype: list[BooksDocument]
        """
        raise NotImplementedError

    def books_codes(self):
        """Return codes that the books know, by kind of list.

        :return: tax (of ``tax_rate`` percent), item, account and bank; difference,
            where the account of lines does not take payment differences.
        :rtype: dict[str, str]
        """
        raise NotImplementedError

    # Percentage of the tax that ``books_codes`` names.
    tax_rate = Decimal(15)
    # Currency of the documents.
    currency_code = "USD"
    day = "2026-03-05"

    # === HELPERS === #

    def setUp(self):
        super().setUp()
        self.codes = self.books_codes()
        hope = self.customer()
        self.hope = replace(hope, external_id=self.post(hope).external_id)

    def line(self, net="100.00", description="Widget", **values):
        """Return a line of one piece, without tax in its price."""
        tax = (Decimal(net) * self.tax_rate / 100).quantize(CENT, ROUND_HALF_UP)
        line = LineData(
            description=description,
            quantity="1",
            price=net,
            discount="0.00",
            net=net,
            tax=str(tax),
            item=self.codes["item"],
            account=self.codes["account"],
            tax_code=self.codes["tax"],
        )
        return replace(line, **values)

    def invoice(self, number, *nets, **values):
        """Return an invoice to Hope Works with a line for each net amount."""
        lines = tuple(self.line(net) for net in nets or ("100.00",))
        net = sum(Decimal(line.net) for line in lines)
        tax = sum(Decimal(line.tax) for line in lines)
        data = DocumentData(
            external_id="",
            operation="post",
            kind="invoice",
            number=number,
            reference="",
            customer=self.hope.external_id,
            customer_code=self.hope.code,
            date=self.day,
            due_date=self.day,
            currency=self.currency_code,
            rate="1.000000",
            tax_included=False,
            total=str(net + tax),
            tax=str(tax),
            lines=lines,
        )
        return replace(data, **values)

    def credit_note(self, number, *nets, **values):
        """Return a credit note to Hope Works."""
        return self.invoice(number, *nets, kind="credit_note", **values)

    def payment(self, number, amount, *settled, **values):
        """Return a payment of Hope Works.

        :param tuple settled: pairs of the result of a document and an amount.
        """
        data = PaymentData(
            external_id="",
            operation="post",
            kind="payment",
            number=number,
            reference="",
            customer=self.hope.external_id,
            customer_code=self.hope.code,
            date=self.day,
            currency=self.currency_code,
            rate="1.000000",
            amount=amount,
            account=self.codes["bank"],
            allocations=self.allocations(settled),
        )
        return replace(data, **values)

    def one_of_each(self):
        """Return an invoice, and a payment where the books take payments."""
        yield self.invoice("INV/1")
        if self.capable.payment_batch:
            yield self.payment("PAY/1", "50.00")

    def credit(self, result, *settled, **values):
        """Return what a posted credit note of Hope Works settles."""
        data = CreditData(
            external_id="",
            number="CN/1",
            document=result.external_id,
            customer=self.hope.external_id,
            date=self.day,
            allocations=self.allocations(settled),
        )
        return replace(data, **values)

    def allocations(self, settled):
        """Return pairs of a result and an amount as allocations."""
        return tuple(
            AllocationData(result.external_id, result.number, amount)
            for result, amount in settled
        )

    def assert_refused(self, data, *words):
        """Fail unless the books refuse data, in a sentence that has the words."""
        (result,) = self.send(data)
        self.assertEqual(result.outcome, REJECTED)
        self.assert_sentence(result.message)
        for word in words:
            self.assertIn(word, result.message)

    def books_document(self, result):
        """Return the one document of the books that a result names."""
        self.env.invalidate_all()
        found = [
            d for d in self.books_documents() if d.external_id == result.external_id
        ]
        self.assertEqual(len(found), 1, f"{result.external_id} is in the books once")
        return found[0]

    def assert_open(self, *pairs):
        """Fail unless documents have an amount outstanding."""
        for result, amount in pairs:
            stored = self.books_document(result)
            self.assertEqual(stored.outstanding, amount, stored.number)


class DocumentContract(DocumentHarness):
    """The contract of `synkd.connector` about documents, as tests."""

    # === PAYLOAD === #

    def test_a_payload_is_plain_json_the_same_each_time_and_asks_nobody(self):
        self.assert_pure(*self.one_of_each())

    def test_a_payload_is_the_same_once_the_books_gave_an_identity(self):
        """What is posted and unchanged must not look like a change."""
        for data in self.one_of_each():
            known = replace(data, external_id="known-to-the-books")
            with self.subTest(data=type(data).__name__):
                self.assertEqual(
                    self.as_member(known).payload, self.as_member(data).payload
                )

    def test_a_number_too_long_is_refused_in_a_sentence(self):
        length = self.capable.number_length
        with self.assertRaises(ConnectorError) as caught:
            self.as_member(self.invoice("9" * (length + 1)))
        self.assertEqual(caught.exception.kind, "rejected")
        self.assert_sentence(caught.exception.message)

    # === DOCUMENTS === #

    def test_an_invoice_is_posted_with_what_the_books_make_of_it(self):
        invoice = self.invoice("INV/1", "100.00", "0.07")
        result = self.post(invoice)
        self.assertTrue(result.number)
        self.assertEqual(result.date, invoice.date)
        self.assertEqual(
            (result.total, result.tax), (invoice.total, invoice.tax), "to the cent"
        )
        stored = self.books_document(result)
        if not self.capable.own_numbers:
            self.assertEqual(stored.number, "INV/1")
        self.assertEqual((stored.total, stored.tax), (invoice.total, invoice.tax))
        self.assertEqual(stored.outstanding, invoice.total)

    def test_a_credit_note_may_have_the_number_of_an_invoice(self):
        invoice = self.post(self.invoice("DOC/1"))
        credit = self.post(self.credit_note("DOC/1"))
        self.assertNotEqual(invoice.external_id, credit.external_id)
        self.assertEqual(len(self.books_documents()), 2)

    def test_cents_add_up_in_small_and_large_documents(self):
        nets = [f"{n}.{n % 100:02}" for n in range(1, 120)]
        for number, amounts in enumerate((nets, ["75000000.05"], ["0.01", "0.02"])):
            invoice = self.invoice(f"INV/{number}", *amounts)
            result = self.post(invoice)
            with self.subTest(total=invoice.total):
                self.assertEqual(result.total, invoice.total)
                self.assertEqual(self.books_document(result).total, invoice.total)

    def test_a_line_below_zero_lowers_the_total(self):
        invoice = self.invoice("INV/1", "100.00", "-40.00")
        self.assertEqual(self.post(invoice).total, invoice.total)

    def test_one_member_is_refused_alone(self):
        self.refuse("INV/2")
        first, second, third = self.send(
            *map(self.invoice, ("INV/1", "INV/2", "INV/3"))
        )
        self.assertEqual([first.outcome, third.outcome], [OK, OK])
        self.assertEqual(second.outcome, REJECTED)
        self.assert_sentence(second.message)
        numbers = [document.number for document in self.books_documents()]
        self.assertEqual(sorted(numbers), ["INV/1", "INV/3"])

    def test_a_number_in_use_is_refused(self):
        self.post(self.invoice("INV/1", "10.00"))
        self.ids.clear()  # another record of ours has the same number
        self.ids["somebody else"] = 0
        twin = self.invoice("INV/1", "99.00")
        if self.capable.unique_numbers:
            self.assert_refused(twin, "INV/1")
        else:
            self.post(twin)
        count = 1 if self.capable.unique_numbers else 2
        self.assertEqual(len(self.books_documents()), count)

    def test_a_number_twice_in_one_call_says_what_to_do(self):
        twins = [self.as_member(self.invoice("INV/1"))]
        twins.append(replace(twins[0], res_id=next(self.numbers), own_key=new_key()))
        batch = Batch("key", tuple(twins), "documents")
        with self.talking():
            answer = self.connector._push_documents(self.ledger, batch)
        outcomes = {result.outcome: result for result in answer.results}
        if not self.capable.unique_numbers:
            return self.assertEqual(outcomes.keys(), {OK})
        self.assertEqual(outcomes.keys(), {OK, REJECTED})
        said = outcomes[REJECTED].message
        self.assert_sentence(said)
        for words in ("INV/1", "same moment", "another number", "exclude it"):
            self.assertIn(words, said)
        self.assertEqual(len(self.books_documents()), 1)

    def test_an_unknown_customer_is_refused(self):
        self.assert_refused(
            self.invoice("INV/1", customer="f81d4fae-7dec-41d0-a765-00a0c91e6bf6")
        )
        self.assertFalse(self.books_documents())

    def test_an_archived_customer_is_refused(self):
        if not self.capable.archive:
            return self.assertFalse(self.capable.archive)
        self.books_edit(self.hope.code, archived=True)
        self.assert_refused(self.invoice("INV/1"), "archived")
        self.assertFalse(self.books_documents())

    # === VOID === #

    def test_what_was_posted_is_voided(self):
        if not self.capable.void:
            return self.assertFalse(self.capable.void)
        invoice = self.invoice("INV/1")
        result = self.post(invoice)
        void = replace(invoice, external_id=result.external_id, operation=VOID)
        self.assertEqual(self.post(void).external_id, result.external_id)
        stored = self.books_document(result)
        self.assertTrue(stored.voided)
        self.assertEqual(Decimal(stored.outstanding), 0)
        self.post(void)  # once more changes nothing

    def test_the_number_of_a_voided_document_may_be_used_again(self):
        if not self.capable.void:
            return self.assertFalse(self.capable.void)
        invoice = self.invoice("INV/1")
        first = self.post(invoice)
        self.post(replace(invoice, external_id=first.external_id, operation=VOID))
        self.ids.clear()  # a posting anew is another record of ours
        second = self.post(invoice)
        self.assertNotEqual(second.external_id, first.external_id)
        self.assertFalse(self.books_document(second).voided)

    def test_what_is_paid_is_not_voided(self):
        if not (self.capable.void and self.capable.payment_batch):
            return self.assertFalse(self.capable.void and self.capable.payment_batch)
        invoice = self.invoice("INV/1")
        result = self.post(invoice)
        self.post(self.payment("PAY/1", "10.00", (result, "10.00")))
        void = replace(invoice, external_id=result.external_id, operation=VOID)
        self.assert_refused(void)
        self.assertFalse(self.books_document(result).voided)
