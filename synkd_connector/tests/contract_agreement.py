# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What every connector has to pass whose books tell what they have of documents.

A connector's test class inherits ``AgreementContract`` and ``SynkdCommon``, has the
hooks of ``DocumentHarness``, and says how people take something back over there:
``void_in_books``. Without ``Capabilities.documents`` it is tested to be refused.
"""

import json
from decimal import Decimal

from ..const import SIGNS
from ..lib.documents import VOID
from .contract_documents import DocumentHarness


class Comparing:
    """What tests of agreements share, whatever the books are."""

    def compare(self, **period):
        """Press Compare, make the run, and return the agreement."""
        wizard = self.env["synkd.agreement.wizard"]._open(self.ledger)
        wizard = self.env["synkd.agreement.wizard"].browse(wizard["res_id"])
        wizard.sudo().write({"date_from": "2026-01-01"} | period)
        wizard.action_confirm()
        run = self.run_ledger()
        self.assertEqual(run.content, "agreement")
        self.assertEqual(run.state, "done", run.message)
        agreement = self.ledger.agreement_id
        self.assertEqual(agreement.state, "done")
        return agreement

    def verdicts(self, agreement):
        """Return what the lines of an agreement say, as pairs of kind and verdict."""
        return sorted((line.kind, line.verdict) for line in agreement.line_ids)


class AgreementHarness(DocumentHarness):
    """Reading what the books have, as a run does."""

    def void_in_books(self, result):
        """Void or delete an invoice in the books, as a bookkeeper there does.

        :param Result result: of the invoice; nothing settles it.
        """
        raise NotImplementedError

    def told(self, cursor=None, since=None):
        """Read all pages; return what is told by identity, and the last cursor.

        Each cursor has to survive as JSON, and the last page to say that it is.
        """
        with self.talking():
            pages = list(
                self.connector._pull_documents(self.ledger, cursor or {}, since)
            )
        self.assert_ends(pages)
        for page in pages:
            self.assertFalse(page.odd)
            self.assertEqual(json.loads(json.dumps(page.cursor)), page.cursor)
        found = [posting for page in pages for posting in page.postings]
        for posting in found:
            self.assertIn(posting.kind, SIGNS, "gone or not, it says what it is")
        return {posting.external_id: posting for posting in found}, pages[-1].cursor

    def told_again(self, cursor):
        """Read what changed since a read: everything, where deletions are not told."""
        return self.told(cursor if self.capable.tells_deleted else {})

    def parts_of(self, result):
        """Return the identities of what a payment of ours made in the books."""
        return {part["id"] for part in result.parts or ()} | {result.external_id}


class AgreementContract(AgreementHarness):
    """The contract of ``_pull_documents``, as tests."""

    def setUp(self):
        super().setUp()
        if self.capable.documents:
            # Books may be asked only about those who are known here.
            self.create_account("Hope Works", external_id=self.hope.external_id)

    def test_books_that_do_not_tell_say_so(self):
        if not self.capable.documents:
            self._assert_not_supported("_pull_documents", {}, None)
        else:
            self.assertEqual(self.told()[0], {})

    def test_documents_are_told_as_they_were_answered(self):
        if not self.capable.documents:
            return self.assertFalse(self.capable.documents)
        for data in (
            self.invoice("DOC/1", "100.00", "0.07"),
            self.credit_note("DOC/1"),
        ):
            result = self.post(data)
            posting = self.told()[0][result.external_id]
            with self.subTest(kind=data.kind):
                same = {
                    name: getattr(posting, name)
                    for name in ("kind", "date", "currency", "customer")
                }
                self.assertEqual(same, {name: getattr(data, name) for name in same})
                self.assertEqual(posting.number, result.number)
                self.assert_amounts(posting, total=data.total, tax=data.tax)
                self.assert_amounts(posting, open=data.total)
                self.assertFalse(posting.gone)

    def assert_amounts(self, posting, **amounts):
        """Fail unless what is told is an amount; what is not told is not compared."""
        for name, amount in amounts.items():
            if value := getattr(posting, name):
                self.assertEqual(Decimal(value), Decimal(amount), name)
            else:
                self.assertNotEqual(name, "total", "each posting tells its total")

    def test_money_is_told_in_the_parts_that_it_has_there(self):
        if not (self.capable.documents and self.capable.payment_batch):
            return self.assertFalse(
                self.capable.documents and self.capable.payment_batch
            )
        invoice = self.post(self.invoice("INV/1"))
        paid = self.post(self.payment("PAY/1", "65.00", (invoice, "15.00")))
        told, _cursor = self.told()
        mine = [told[key] for key in self.parts_of(paid) & told.keys()]
        self.assertEqual(sum(Decimal(part.total) for part in mine), Decimal("65.00"))
        self.assertEqual({part.kind for part in mine}, {"payment"})
        self.assertEqual({part.date for part in mine}, {self.day})
        self.assertEqual({part.customer for part in mine}, {self.hope.external_id})
        self.assertEqual(len(told), len(mine) + 1, "nothing is told twice")
        self.assert_amounts(told[invoice.external_id], open="100.00")

    def test_a_refund_is_told_as_one(self):
        if not (self.capable.documents and self.capable.payment_batch):
            return self.assertFalse(
                self.capable.documents and self.capable.payment_batch
            )
        credit = self.post(self.credit_note("CN/1"))
        refund = self.payment("PAY/1", "115.00", (credit, "115.00"), kind="refund")
        keys = self.parts_of(self.post(refund))
        told, _cursor = self.told()
        kinds = {told[key].kind: told[key].total for key in keys & told.keys()}
        self.assertEqual(kinds.keys(), {"refund"})
        self.assertEqual(Decimal(kinds["refund"]), Decimal("115.00"))
        self.assert_amounts(told[credit.external_id], open="0.00")

    def test_a_later_read_tells_what_changed_since(self):
        if not self.capable.documents:
            return self.assertFalse(self.capable.documents)
        one = self.post(self.invoice("INV/1"))
        _told, cursor = self.told()
        two = self.post(self.invoice("INV/2"))
        if self.capable.payment_batch:
            self.post(self.payment("PAY/1", "15.00", (one, "15.00")))
        told, _cursor = self.told_again(cursor)
        self.assertIn(two.external_id, told)
        if self.capable.payment_batch:
            self.assert_amounts(told[one.external_id], open="100.00")

    def test_what_people_take_back_there_is_gone(self):
        if not self.capable.documents:
            return self.assertFalse(self.capable.documents)
        one, two = self.post(self.invoice("INV/1"), self.invoice("INV/2"))
        _told, cursor = self.told()
        self.void_in_books(one)
        told, _cursor = self.told_again(cursor)
        if self.capable.tells_deleted or one.external_id in told:
            self.assertTrue(told[one.external_id].gone)
        self.assertFalse(two.external_id in told and told[two.external_id].gone)

    def test_what_we_void_is_gone(self):
        if not (self.capable.documents and self.capable.void):
            return self.assertFalse(self.capable.documents and self.capable.void)
        data = self.invoice("INV/1")
        result = self.post(data)
        _told, cursor = self.told()
        self.post(self.replaced(data, result))
        told, _cursor = self.told_again(cursor)
        gone = told.get(result.external_id)
        self.assertTrue(gone.gone if gone else not self.capable.tells_deleted)

    def replaced(self, data, result):
        """Return the data that voids what was posted."""
        values = vars(data) | {"operation": VOID, "external_id": result.external_id}
        return type(data)(**values)

    def test_a_read_that_was_cut_goes_on(self):
        """Whatever page was the last to be taken over, the rest is told."""
        if not self.capable.documents:
            return self.assertFalse(self.capable.documents)
        numbers = [f"INV/{number}" for number in range(1, 6)]
        results = self.post(*map(self.invoice, numbers))
        with self.talking():
            pages = list(self.connector._pull_documents(self.ledger, {}, None))
        for number, page in enumerate(pages[:-1]):
            seen = {
                p.external_id for before in pages[: number + 1] for p in before.postings
            }
            rest, _cursor = self.told(page.cursor)
            with self.subTest(page=number):
                wanted = {result.external_id for result in results}
                self.assertLessEqual(wanted, seen | rest.keys())

    def test_a_day_to_begin_with_loses_nothing_of_that_day(self):
        if not self.capable.documents:
            return self.assertFalse(self.capable.documents)
        result = self.post(self.invoice("INV/1"))
        day = self.env["synkd.ledger"]._fields["start_date"].to_date(self.day)
        self.assertIn(result.external_id, self.told(since=day)[0])
