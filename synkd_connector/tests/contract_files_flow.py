# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What every connector to books without an answer has to pass, from Odoo on.

Documents, payments and what credit notes settle go into files with several members;
somebody imports them, and a report of the books or a person says what became of each.
Nothing is handed over a second time on a guess.

A connector's test class inherits ``FileFlowContract`` before a common class as
contract_flow.py wants it.
"""

from ..lib.results import NOT_FOUND, OK, REJECTED, Batch, BooksFile, Result
from .contract_flow import FlowHarness

REFUSED = "The period is closed."


class FileFlowContract(FlowHarness):
    """The contract about documents in files, as tests: each case with each kind."""

    known_by = "own_key"

    # === HOOKS: to be overridden === #

    def import_files(self, files):
        """Let the simulated books import files, as their bookkeeper does.

        :param tuple files: ``BooksFile`` of one batch.
        :return: the report that the books export; b"" when they export none.
        :rtype: bytes
        """
        raise NotImplementedError

    # === WHAT THE TESTS SHARE === #

    def setUp(self):
        super().setUp()
        self.sizes = {}
        self.has_reports = self.ledger._get_capabilities().import_reports
        self.bring()

    def handed(self):
        """Return the files that wait for a word, oldest first."""
        self.env.invalidate_all()
        domain = [("ledger_id", "=", self.ledger.id), ("state", "=", "handed")]
        return self.env["synkd.request"].search(domain, order="id")

    def made_of(self, request):
        """Return the files of a request, as people download them."""
        files = request.sudo().file_ids.sorted("id")
        return tuple(BooksFile(f.name, f.raw, f.mimetype) for f in files)

    def confirm(self, request):
        """Import a file, and say what the books report of it, or that it is there."""
        size = max(self.sizes.get(request.channel, 0), request.member_count)
        self.sizes[request.channel] = size
        report = self.import_files(self.made_of(request))
        if self.has_reports:
            results, odd = request._read_report(report)
            self.assertFalse(odd)
            request._say(results, "a report")
        else:
            request._say_all(OK)

    def bring(self):
        """Override: file after file is imported, until nothing waits for one."""
        for _file in range(8):
            self.run_ledger()
            files = self.handed()
            if not files:
                break
            for request in files:
                self.confirm(request)
        self.assertFalse(self.handed())

    def make_all(self):
        """Hand over two of each kind; return their rows and the files they are in."""
        pairs = self.pairs()
        bases = self.live_rows()
        for pair in pairs:
            for which in (0, 1):
                self.make_of(pair, which)
        self.run_ledger()
        rows = self.live_rows() - bases
        self.assertEqual(set(rows.mapped("sync_state")), {"in_file"})
        files = self.handed()
        self.assertEqual(len(files), len(self.channels))
        self.assertEqual({*files.line_ids.mapped("res_id")}, {*rows.ids})
        return rows, files

    def import_some(self, request, lines):
        """Import only some members of a file, as who takes the others out of it."""
        members = tuple(line.sudo()._as_member() for line in lines)
        batch = Batch(request.key, members, request.channel, number=request.id)
        push = getattr(self.ledger._get_connector(), f"_push_{request.channel}")
        with self.enter_registry_test_mode():
            self.import_files(push(self.ledger, batch).files)

    # === CASES === #

    def test_every_kind_reaches_the_books_once_by_what_they_report(self):
        if not self.has_reports:
            return self.assertFalse(self.has_reports)
        self.make_all()
        self.bring()
        self.assert_right()
        sizes = [self.sizes[name.removeprefix("_push_")] for name in self.channels]
        self.assertGreater(min(sizes), 1, "several members of a file")
        return None

    def test_every_kind_reaches_the_books_once_by_a_person_s_word(self):
        self.has_reports = False
        rows, _files = self.make_all()
        self.bring()
        self.assertEqual(rows.mapped("external_id"), rows.mapped("own_key"))
        self.assert_right()

    def test_the_members_of_a_file_have_words_of_their_own(self):
        rows, files = self.make_all()
        said = {}
        for request in files:
            lines = request.line_ids
            words = [(OK, REJECTED, NOT_FOUND)[n % 3] for n in range(len(lines))]
            pairs = dict(zip(lines, words, strict=True))
            self.import_some(request, [ln for ln, word in pairs.items() if word == OK])
            request._say(
                {
                    line.res_id: Result(
                        line.res_id, word, message=REFUSED * (word == REJECTED)
                    )
                    for line, word in pairs.items()
                }
            )
            said |= {line.res_id: word for line, word in pairs.items()}
        states = {OK: "synced", REJECTED: "attention", NOT_FOUND: "pending"}
        for row in rows:
            self.assertEqual(row.sync_state, states[said[row.id]], row.reason_text)
        refused = rows.filtered(lambda row: said[row.id] == REJECTED)
        self.assertEqual(set(refused.mapped("reason")), {"refused"})
        for row in refused:
            self.assertIn(REFUSED, row.reason_text)
        self.run_ledger()
        again = self.handed().line_ids.mapped("res_id")
        self.assertEqual({*again}, {id_ for id_ in said if said[id_] == NOT_FOUND})
        for row in refused:
            row.action_retry()
        self.bring()
        self.assert_right()

    def test_nothing_is_handed_over_again_on_a_guess(self):
        rows, files = self.make_all()
        requests = self.env["synkd.request"]
        before = requests.search_count([("ledger_id", "=", self.ledger.id)])
        made = [self.made_of(request) for request in files]
        for _run in range(3):
            self.env["synkd.transaction"].sudo().search([]).write({"retry_at": False})
            self.ledger.sudo()._set_resumed()
            self.run_ledger()
        after = requests.search_count([("ledger_id", "=", self.ledger.id)])
        self.assertEqual((self.handed(), after), (files, before))
        self.assertEqual(made, [self.made_of(request) for request in files])
        self.assertEqual(set(rows.mapped("sync_state")), {"in_file"})
        self.bring()
        self.assert_right()

    def test_what_changes_meanwhile_waits_for_the_word_and_for_a_person(self):
        pairs = [pair for pair in self.pairs() if pair.kind != "allocation"]
        bases = self.live_rows()
        for pair in pairs:
            self.make_of(pair, 0)
            self.make_of(pair, 1)
        self.run_ledger()
        rows, files = self.live_rows() - bases, self.handed()
        for pair in pairs:
            self.edit(pair.kind, pair.made[0])
        self.run_ledger()
        self.assertEqual(self.handed(), files)
        mine = {(pair.made[0]._name, pair.made[0].id) for pair in pairs}
        edited = rows.filtered(lambda row: (row.res_model, row.res_id) in mine)
        self.assertEqual(len(edited), len(pairs))
        self.assertEqual(set(edited.mapped("sync_state")), {"in_file"})
        self.bring()
        told = {(row.sync_state, row.reason) for row in edited}
        self.assertEqual(told, {("attention", "changed")})
        self.assertEqual(set((rows - edited).mapped("sync_state")), {"synced"})

    def test_a_word_that_is_taken_back_is_as_if_nobody_had_said_it(self):
        rows, files = self.make_all()
        for request in files:
            request._say_all(OK)
        self.assertEqual(set(rows.mapped("sync_state")), {"synced"})
        for request in reversed(files):
            request.action_take_back()
        self.assertEqual(self.handed(), files)
        self.assertEqual(set(rows.mapped("sync_state")), {"in_file"})
        self.assertFalse(any(rows.mapped("external_id")))
        for request in files:
            request._say_all(NOT_FOUND)
        self.assertEqual(set(rows.mapped("sync_state")), {"pending"})
        self.bring()
        self.assert_right()

    def test_a_wrong_word_makes_no_twin_where_our_keys_are_kept(self):
        _rows, files = self.make_all()
        for request in files:
            self.import_files(self.made_of(request))
            request._say_all(NOT_FOUND)
        capable = self.ledger._get_capabilities()
        if not (capable.own_key_documents and capable.own_key_payments):
            return self.assertFalse(self.handed())
        self.bring()
        self.assert_right()
        return None
