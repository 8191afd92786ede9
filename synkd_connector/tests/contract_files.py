# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What every connector to books without an answer has to pass: files out, reports in.

A connector's test class inherits ``FileContract`` and ``SynkdCommon``, has the hooks of
``ConnectorHarness``, and says how its simulated books import a file: the method under
*hooks*. What a report may look like is tested when the capabilities promise one.
"""

from dataclasses import replace
from unittest.mock import patch

from ..lib.errors import ConnectorError
from ..lib.results import HANDED_OVER, OK, REJECTED
from .contract import ConnectorHarness

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


class FileContract(ConnectorHarness):
    """The contract of books that take files, as tests."""

    # === HOOKS: to be overridden === #

    def import_files(self, files):
        """Let the simulated books import files, as their bookkeeper does.

        :param tuple files: ``BooksFile`` of one batch.
        :return: the report that the books export; b"" when they export none.
        :rtype: bytes
        """
        raise NotImplementedError

    # === HELPERS === #

    def batch(self, *datas, number=7):
        """Return customers as a batch of which the connector makes files."""
        batch = self.batch_of(*datas)
        return replace(batch, since="2026-03-05T08:00:00", number=number)

    def hand_over(self, batch):
        """Let the connector make the files of a batch."""
        with self.enter_registry_test_mode():
            return self.connector._push_customers(self.ledger, batch)

    def read_report(self, batch, content):
        """Return the results of a report by id of the record."""
        with self.enter_registry_test_mode():
            answer = self.connector._read_import_report(self.ledger, batch, content)
        return {result.res_id: result for result in answer.results}

    def some(self, count=3):
        """Return some customers as plain data."""
        return [self.customer(f"{number} Customers") for number in range(count)]

    def id_of(self, data):
        """Return by which number a customer is known in a batch."""
        return self.as_member(data).res_id

    # === FILES === #

    def test_the_books_give_no_answer(self):
        self.assertFalse(self.capable.answers)
        self.assertTrue(self.ledger.takes_files)

    def test_each_member_is_in_a_file_or_refused(self):
        batch = self.batch(*self.some())
        answer = self.hand_over(batch)
        outcomes = {result.res_id: result.outcome for result in answer.results}
        self.assertEqual(set(outcomes), {member.res_id for member in batch.members})
        self.assertLessEqual(set(outcomes.values()), {HANDED_OVER, REJECTED})
        self.assertIn(HANDED_OVER, outcomes.values())
        self.assertTrue(answer.files)

    def test_the_same_batch_gives_the_same_files(self):
        batch = self.batch(*self.some())
        first = self.hand_over(batch)
        self.env.invalidate_all()
        self.assertEqual(self.hand_over(batch), first)

    def test_another_batch_has_files_of_other_names(self):
        batch = self.batch(*self.some())
        names = {file.name for file in self.hand_over(batch).files}
        other = self.hand_over(replace(batch, key="other", number=8)).files
        self.assertFalse(names & {file.name for file in other})

    def test_files_are_bytes_with_names_that_people_can_save(self):
        batch = self.batch(*self.some())
        answer = self.hand_over(batch)
        self.env["synkd.request"].new({"by_file": True})._check_files(batch, answer)
        for file in answer.files:
            self.assertIsInstance(file.content, bytes)
            self.assertRegex(file.mimetype, r"^[a-z]+/[-+.a-z0-9]+$")

    def test_handing_over_talks_to_nobody_and_writes_nothing(self):
        batch = self.batch(*self.some())
        before = self.books_write_calls(), len(self.books_customers())
        forbidden = AssertionError("handing over is pure")
        with (
            patch("socket.socket.connect", side_effect=forbidden),
            patch("builtins.open", side_effect=forbidden),
        ):
            self.hand_over(batch)
        after = self.books_write_calls(), len(self.books_customers())
        self.assertEqual(after, before)

    def test_what_is_imported_is_in_the_books_once(self):
        datas = self.some()
        answer = self.hand_over(self.batch(*datas))
        self.import_files(answer.files)
        names = [stored.name for stored in self.books_customers()]
        self.assertEqual([names.count(data.name) for data in datas], [1, 1, 1])

    def test_a_run_hands_over_and_waits_for_the_word(self):
        account = self.create_account("Hope Works")
        self.run_ledger()
        self.assertEqual(account.sync_state, "in_file")
        request = account.file_request_id
        self.assertEqual(request.state, "handed")
        self.run_ledger()
        self.assertEqual(account.file_request_id, request)
        request._say_all(OK)
        self.assertEqual(account.sync_state, "synced")
        self.assertTrue(account.external_id)
        self.run_ledger()
        self.assertEqual(account.sync_state, "synced")

    # === REPORTS === #

    def test_a_report_tells_what_was_imported(self):
        datas = self.some()
        batch = self.batch(*datas)
        report = self.import_files(self.hand_over(batch).files)
        if not self.capable.import_reports:
            return self._assert_not_supported("_read_import_report", batch, report)
        results = self.read_report(batch, report)
        self.assertEqual(set(results), {self.id_of(data) for data in datas})
        self.assertEqual({result.outcome for result in results.values()}, {OK})
        identities = [result.external_id for result in results.values()]
        self.assertEqual(len(set(identities)), len(datas))

    def test_a_report_tells_what_was_refused_in_a_sentence(self):
        if not self.capable.import_reports:
            return self.assertFalse(self.capable.import_reports)
        good, bad = self.customer("Hope Works"), self.customer("Bad Apple")
        batch = self.batch(good, bad)
        self.refuse("Bad Apple")
        results = self.read_report(
            batch, self.import_files(self.hand_over(batch).files)
        )
        self.assertEqual(results[self.id_of(good)].outcome, OK)
        self.assertEqual(results[self.id_of(bad)].outcome, REJECTED)
        self.assert_sentence(results[self.id_of(bad)].message)

    def test_a_report_about_others_tells_nothing(self):
        if not self.capable.import_reports:
            return self.assertFalse(self.capable.import_reports)
        others = self.batch(*self.some())
        report = self.import_files(self.hand_over(others).files)
        mine = self.batch(self.customer("Hope Works"), number=8)
        self.assertEqual(self.read_report(mine, report), {})

    def test_reading_a_report_changes_nothing(self):
        if not self.capable.import_reports:
            return self.assertFalse(self.capable.import_reports)
        batch = self.batch(*self.some())
        report = self.import_files(self.hand_over(batch).files)
        before = self.books_customers()
        forbidden = AssertionError("reading is pure")
        with patch("socket.socket.connect", side_effect=forbidden):
            self.assertEqual(
                self.read_report(batch, report), self.read_report(batch, report)
            )
        self.assertEqual(self.books_customers(), before)

    def test_odd_files_are_refused_in_a_sentence_or_tell_nothing(self):
        if not self.capable.import_reports:
            return self.assertFalse(self.capable.import_reports)
        batch = self.batch(*self.some())
        report = self.import_files(self.hand_over(batch).files)
        ours = [file.content for file in self.hand_over(batch).files]
        for content in (*ODD_REPORTS, *ours):
            with self.subTest(content=content[:20]):
                try:
                    self.assertEqual(self.read_report(batch, content), {})
                except ConnectorError as error:
                    self.assertEqual(error.kind, "rejected")
                    self.assert_sentence(error.message)
        # Cut anywhere, it tells of fewer, and of none otherwise than it is.
        whole = self.read_report(batch, report)
        for end in range(0, len(report), max(len(report) // 20, 1)):
            try:
                told = self.read_report(batch, report[:end])
            except ConnectorError:
                continue
            for res_id, result in told.items():
                self.assertEqual(result.outcome, whole[res_id].outcome)
