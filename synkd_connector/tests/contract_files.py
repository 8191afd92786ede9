# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What every connector to books without an answer has to pass: files out, reports in.

A connector's test class inherits ``FileContract`` and ``SynkdCommon``, has the hooks of
``ConnectorHarness``, and says how its simulated books import a file: the method under
*hooks*. What a report may look like is tested when the capabilities promise one.

``DocumentFileContract`` is the same for documents, payments and what credit notes
settle; its class has the hooks of ``DocumentHarness`` as well. How they go from Odoo
through files into the books is in contract_files_flow.py.
"""

from dataclasses import replace
from decimal import Decimal
from unittest.mock import patch

from ..lib.errors import ConnectorError
from ..lib.results import HANDED_OVER, NOT_FOUND, OK, REJECTED, Result
from .contract import KINDS, ConnectorHarness
from .contract_documents import DocumentHarness

ODD_REPORTS = (
    b"",
    b"\x00\xff\xfe binary \x80",
    b"\n" * 1000,
    b'"never closed',
    b"a;b;c\n1;2;3\n",
    b"{}" * 500,
    "Größe,Straße\n".encode("latin-1"),
    b"x" * 200_000,
)


class FileHarness(ConnectorHarness):
    """Files of a batch, made, imported and reported, as each test needs them."""

    # Whether their reports name what was refused, and why; else only what is there.
    tells_refusals = True

    # === HOOKS: to be overridden === #

    def import_files(self, files):
        """Let the simulated books import files, as their bookkeeper does.

        :param tuple files: ``BooksFile`` of one batch.
        :return: the report that the books export; b"" when they export none.
        :rtype: bytes
        """
        raise NotImplementedError

    def books_count(self, datas):
        """Return how often the books have each of some records.

        :rtype: list[int]
        """
        names = [stored.name for stored in self.books_customers()]
        return [names.count(data.name) for data in datas]

    # === HELPERS === #

    def batch(self, *datas, number=7):
        """Return records of one kind as a batch of which the connector makes files."""
        batch = self.batch_of(*datas)
        return replace(batch, since="2026-03-05T08:00:00", number=number)

    def hand_over(self, batch):
        """Let the connector make the files of a batch."""
        push = {channel: name for channel, name in KINDS.values()}[batch.channel]
        with self.enter_registry_test_mode():
            return getattr(self.connector, push)(self.ledger, batch)

    def read_report(self, batch, content):
        """Return the results of a report by id of the record."""
        with self.enter_registry_test_mode():
            answer = self.connector._read_import_report(self.ledger, batch, content)
        return {result.res_id: result for result in answer.results}

    def each_some(self):
        """Yield three records of each kind that these tests are about, as plain data.

        What they hang on is in the books already.
        """
        yield [self.customer(f"{number} Customers") for number in range(3)]

    def each_batch(self):
        """Yield the batches of these, each with its records, as sub-tests."""
        for datas in self.each_some():
            with self.subTest(kind=type(datas[0]).__name__):
                yield datas, self.batch(*datas)

    def id_of(self, data):
        """Return by which number a record is known in a batch."""
        return self.as_member(data).res_id


class FileContract(FileHarness):
    """The contract of books that take files, as tests."""

    # === FILES === #

    def test_the_books_give_no_answer(self):
        self.assertFalse(self.capable.answers)
        self.assertTrue(self.ledger.takes_files)

    def test_each_member_is_in_a_file_or_refused(self):
        for _datas, batch in self.each_batch():
            answer = self.hand_over(batch)
            outcomes = {result.res_id: result.outcome for result in answer.results}
            self.assertEqual(set(outcomes), {member.res_id for member in batch.members})
            self.assertLessEqual(set(outcomes.values()), {HANDED_OVER, REJECTED})
            self.assertIn(HANDED_OVER, outcomes.values())
            self.assertTrue(answer.files)

    def test_the_same_batch_gives_the_same_files(self):
        for _datas, batch in self.each_batch():
            first = self.hand_over(batch)
            self.env.invalidate_all()
            self.assertEqual(self.hand_over(batch), first)

    def test_another_batch_has_files_of_other_names(self):
        names = set()
        for number, (_datas, batch) in enumerate(self.each_batch()):
            for other in (batch, replace(batch, key="other", number=20 + number)):
                files = {file.name for file in self.hand_over(other).files}
                self.assertFalse(names & files)
                names |= files

    def test_files_are_bytes_with_names_that_people_can_save(self):
        for _datas, batch in self.each_batch():
            answer = self.hand_over(batch)
            self.env["synkd.request"].new({"by_file": True})._check_files(batch, answer)
            for file in answer.files:
                self.assertIsInstance(file.content, bytes)
                self.assertRegex(file.mimetype, r"^[a-z]+/[-+.a-z0-9]+$")

    def test_handing_over_talks_to_nobody_and_writes_nothing(self):
        forbidden = AssertionError("handing over is pure")
        for datas, batch in self.each_batch():
            before = self.books_write_calls(), self.books_count(datas)
            with (
                patch("socket.socket.connect", side_effect=forbidden),
                patch("builtins.open", side_effect=forbidden),
            ):
                self.hand_over(batch)
            after = self.books_write_calls(), self.books_count(datas)
            self.assertEqual(after, before)

    def test_what_is_imported_is_in_the_books_once(self):
        for datas, batch in self.each_batch():
            self.import_files(self.hand_over(batch).files)
            self.assertEqual(self.books_count(datas), [1, 1, 1])

    # === REPORTS === #

    def test_a_report_tells_what_was_imported(self):
        for datas, batch in self.each_batch():
            report = self.import_files(self.hand_over(batch).files)
            if not self.capable.import_reports:
                self._assert_not_supported("_read_import_report", batch, report)
                continue
            results = self.read_report(batch, report)
            self.assertEqual(set(results), {self.id_of(data) for data in datas})
            self.assertEqual({result.outcome for result in results.values()}, {OK})
            identities = [result.external_id for result in results.values()]
            self.assertEqual(len(set(identities)), len(datas))

    def test_a_report_tells_what_was_refused_in_a_sentence(self):
        if not self.capable.import_reports:
            return self.assertFalse(self.capable.import_reports)
        for datas, batch in self.each_batch():
            bad = self.id_of(datas[1])
            self.refuse(getattr(datas[1], "number", None) or datas[1].name)
            report = self.import_files(self.hand_over(batch).files)
            results = self.read_report(batch, report)
            said = {id_: result.outcome for id_, result in results.items()}
            if self.tells_refusals:
                self.assertEqual(said.pop(bad), REJECTED)
                self.assert_sentence(results[bad].message)
            self.assertNotIn(bad, said)
            self.assertEqual(set(said.values()), {OK})
            self.assertEqual(self.books_count(datas), [1, 0, 1])

    def test_a_report_about_others_tells_nothing(self):
        if not self.capable.import_reports:
            return self.assertFalse(self.capable.import_reports)
        for datas, _batch in self.each_batch():
            others = self.batch(*datas[:2])
            report = self.import_files(self.hand_over(others).files)
            mine = self.batch(datas[2], number=8)
            self.assertEqual(self.read_report(mine, report), {})

    def test_reading_a_report_changes_nothing(self):
        if not self.capable.import_reports:
            return self.assertFalse(self.capable.import_reports)
        forbidden = AssertionError("reading is pure")
        for datas, batch in self.each_batch():
            report = self.import_files(self.hand_over(batch).files)
            with patch("socket.socket.connect", side_effect=forbidden):
                first, second = (self.read_report(batch, report) for _each in "12")
            self.assertEqual(first, second)
            self.assertEqual(self.books_count(datas), [1, 1, 1])

    def test_odd_files_are_refused_in_a_sentence_or_tell_nothing(self):
        if not self.capable.import_reports:
            return self.assertFalse(self.capable.import_reports)
        for _datas, batch in self.each_batch():
            files = self.hand_over(batch).files
            report = self.import_files(files)
            for content in (*ODD_REPORTS, *(file.content for file in files)):
                with self.subTest(content=content[:20]):
                    self.assert_tells_nothing(batch, content)
            self.assert_cut_tells_less(batch, report)

    def assert_tells_nothing(self, batch, content):
        """Fail unless a file is refused in a sentence, or tells of no member."""
        try:
            self.assertEqual(self.read_report(batch, content), {})
        except ConnectorError as error:
            self.assertEqual(error.kind, "rejected")
            self.assert_sentence(error.message)

    def assert_cut_tells_less(self, batch, report):
        """Fail unless a report cut anywhere tells of fewer, and none otherwise."""
        whole = self.read_report(batch, report)
        for end in range(0, len(report), max(len(report) // 20, 1)):
            try:
                told = self.read_report(batch, report[:end])
            except ConnectorError:
                continue
            for res_id, result in told.items():
                self.assertEqual(result.outcome, whole[res_id].outcome)


class CustomerFileContract(FileContract):
    """What becomes of account customers in files, from Odoo on."""

    def hand_over_accounts(self, *names):
        """Let a run hand account customers over; return them and their request."""
        accounts = self.create_account(names[0])
        for name in names[1:]:
            accounts |= self.create_account(name)
        self.run_ledger()
        self.assertEqual(set(accounts.mapped("sync_state")), {"in_file"})
        request = accounts.file_request_id
        self.assertEqual(request.state, "handed")
        return accounts, request

    def test_a_run_hands_over_and_waits_for_the_word(self):
        account, request = self.hand_over_accounts("Hope Works")
        self.run_ledger()
        self.assertEqual(account.file_request_id, request)
        request._say_all(OK)
        self.assertEqual(account.sync_state, "synced")
        self.assertTrue(account.external_id)
        self.run_ledger()
        self.assertEqual(account.sync_state, "synced")

    def test_each_member_has_a_word_of_its_own(self):
        names = ("Hope Works", "Bad Apple", "Danny Storm")
        accounts, request = self.hand_over_accounts(*names)
        good, bad, left = accounts
        request._say(
            {
                good.id: Result(good.id, OK),
                bad.id: Result(bad.id, REJECTED, message="Its name is not allowed."),
                left.id: Result(left.id, NOT_FOUND),
            }
        )
        states = accounts.mapped("sync_state")
        self.assertEqual(states, ["synced", "attention", "pending"])
        self.assertIn("Its name is not allowed.", bad.sync_message)
        self.run_ledger()
        self.assertEqual(left.sync_state, "in_file")
        self.assertEqual(left.file_request_id.line_ids.mapped("res_id"), left.ids)


class DocumentFileHarness(FileHarness, DocumentHarness):
    """Documents and money in files, as each test needs them."""

    def books_count(self, datas):
        """Override: invoices and credit notes by number; what is paid or settled.

        A payment of 10 for an invoice of its own is there once when the invoice has
        that much less open; so is what a credit note of 10 settles.
        """
        stored = [d for d in self.books_documents() if not d.voided]
        if not hasattr(datas[0], "allocations"):
            numbers = [document.number for document in stored]
            return [numbers.count(data.number) for data in datas]
        known = {document.number: document for document in stored}
        settled = (known[data.allocations[0].number] for data in datas)
        return [int((Decimal(d.total) - Decimal(d.outstanding)) / 10) for d in settled]

    def post(self, *datas):
        """Override: by a file that is imported, and what the books report of it.

        The results have the numbers that were sent, by which they are found again.
        """
        batch = self.batch(*datas, number=next(self.numbers))
        report = self.import_files(self.hand_over(batch).files)
        told = self.read_report(batch, report) if self.capable.import_reports else {}
        results = []
        for member, data in zip(batch.members, datas, strict=True):
            said = Result(member.res_id, external_id=member.own_key)
            result = told.get(member.res_id, said)
            self.assertEqual(result.outcome, OK, result.message)
            number = getattr(data, "number", result.number)
            results.append(replace(result, number=number))
        return results if len(results) > 1 else results[0]

    def each_some(self):
        """Override: documents, and as far as they are taken, what settles them."""
        yield [
            self.invoice("INV/1", "100.00", "0.07"),
            self.invoice("INV/2"),
            self.credit_note("CN/3"),
        ]
        if self.capable.payment_batch:
            paid = self.post(*(self.invoice(f"INV/4{n}") for n in range(3)))
            yield [
                self.payment(f"PAY/{n}", "10.00", (each, "10.00"))
                for n, each in enumerate(paid)
            ]
        if self.capable.allocation_batch:
            notes = self.post(*(self.credit_note(f"CN/5{n}") for n in range(3)))
            paid = self.post(*(self.invoice(f"INV/6{n}") for n in range(3)))
            yield [
                self.credit(note, (each, "10.00"), number=f"CN/5{n}")
                for n, (note, each) in enumerate(zip(notes, paid, strict=True))
            ]


class DocumentFileContract(DocumentFileHarness, FileContract):
    """The contract of books that take documents in files, as tests."""

    def test_what_is_in_the_books_by_our_word_is_settled_by_our_key(self):
        """Of what was only said to be imported our key is the identity."""
        if not self.capable.payment_batch:
            return self.assertFalse(self.capable.payment_batch)
        invoice = self.invoice("INV/1")
        batch = self.batch(invoice)
        answer = self.hand_over(batch)
        self.import_files(answer.files)
        known = answer.results[0].external_id or batch.members[0].own_key
        named = replace(answer.results[0], external_id=known, number="INV/1")
        payment = self.payment("PAY/1", "10.00", (named, "10.00"))
        self.import_files(self.hand_over(self.batch(payment, number=8)).files)
        (stored,) = self.books_documents()
        self.assertEqual(Decimal(stored.outstanding), Decimal(stored.total) - 10)

    def test_a_report_tells_what_the_books_made_of_documents(self):
        if not self.capable.import_reports:
            return self.assertFalse(self.capable.import_reports)
        invoice = self.invoice("INV/1", "100.00", "0.07")
        result = self.post(invoice)
        self.assertTrue(result.number)
        self.assertEqual((result.total, result.tax), (invoice.total, invoice.tax))
        self.assertEqual(self.books_document(result).total, invoice.total)
