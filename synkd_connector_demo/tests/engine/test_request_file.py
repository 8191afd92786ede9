# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import json
from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from odoo.addons.synkd_connector.lib.results import (
    HANDED_OVER,
    OK,
    Answer,
    BooksFile,
    Result,
)
from odoo.addons.synkd_connector.models.engine import synkd_request_file

from ..files_common import FilesMixin
from .test_request import RequestCase

ENGINE_LOGGER = "odoo.addons.synkd_connector.models.engine.synkd_engine_push"


class FilesCase(FilesMixin, RequestCase):
    """Account customers that go to the books in files."""

    def hand_over(self, *accounts):
        """Let a run hand account customers over; return the request of their file."""
        self.run_ledger()
        request = self.handed()[-1:]
        self.assertEqual(
            set(request.line_ids.mapped("res_id")), {a.id for a in accounts}
        )
        return request

    def make_files(self, request):
        """Return what the connector makes of a request, without keeping it."""
        connector = self.env["synkd.connector.demo"]
        with self.enter_registry_test_mode():
            return connector._push_customers(self.ledger, request._as_batch())


@tagged("post_install", "-at_install")
class TestHandingOver(FilesCase):
    """How a batch becomes a file."""

    def test_a_run_makes_a_file_and_nothing_reaches_the_books(self):
        accounts = self.create_accounts(2)
        run = self.run_ledger()
        request = self.handed()
        self.assertEqual((request.state, request.by_file), ("handed", True))
        self.assertEqual(set(accounts.mapped("sync_state")), {"in_file"})
        self.assertEqual(request.file_names, f"customers-{request.id:06}.json")
        [(_name, content)] = self.files_of(request)
        records = [json.loads(line) for line in content.decode().splitlines()]
        self.assertEqual([r["key"] for r in records], accounts.mapped("own_key"))
        self.assertEqual([r["data"]["name"] for r in records], accounts.mapped("name"))
        self.assertEqual((run.state, run.handed, run.created), ("done", 2, 0))
        self.assertFalse(self.stored())
        self.assertFalse(self.write_calls())

    def test_what_is_in_a_file_says_in_which_and_since_when(self):
        account = self.create_account("Hope Works")
        request = self.hand_over(account)
        account = account.with_user(self.clerk)
        self.assertIn(request.file_names, account.file_text)
        self.assertIn("waiting for somebody to import it", account.file_text)
        self.assertNotIn("was changed", account.file_text)
        action = account.action_view_file()
        self.assertEqual(action["res_id"], request.id)
        self.assertEqual(account._explain_next_push({}), account.file_text)
        with self.assertRaisesRegex(UserError, "Customer 000 is in no file"):
            self.create_accounts(1).action_view_file()

    def test_no_second_file_however_often_it_runs_and_whatever_changes(self):
        account = self.create_account("Hope Works")
        self.hand_over(account)
        account.name = "Hope Works & Sons"
        account.with_context(active_test=False).active = False
        for _run in range(3):
            self.run_ledger()
        self.assertEqual(len(self.requests()), 1)
        self.assertEqual(account.sync_state, "in_file")
        self.assertIn("was changed in Odoo after", account.file_text)

    def test_clerks_download_it_and_nobody_else_does(self):
        request = self.hand_over(self.create_account("Hope Works"))
        file = request.sudo().file_ids
        mine = file.with_user(self.clerk)
        self.assertIn(b"Hope Works", mine.raw)
        for change in (mine.unlink, lambda: mine.write({"raw": b"other"})):
            with self.assertRaises(AccessError):
                change()
        company = self.env["res.company"].create({"name": "Other"})
        stranger = self.create_user("other", "synkd_connector.group_manager", company)
        for user in (stranger, self.create_user("nobody", "base.group_user")):
            with self.assertRaises(AccessError):
                file.with_user(user).read(["raw"])

    # === a power cut ===

    def test_written_down_but_not_handed_over_gives_the_same_file_later(self):
        accounts = self.create_accounts(2)
        request = self.send(*accounts)
        wanted = self.make_files(request)
        accounts[0].name = "Edited meanwhile"
        self.run_ledger()
        self.assertEqual(request.state, "handed")
        files = self.files_of(request)
        self.assertEqual(files, [(f.name, f.content) for f in wanted.files])
        self.assertEqual(len(self.requests()), 1)
        self.assertEqual(self.env["synkd.request"].search_count([]), 1)

    def test_handed_over_but_not_on_the_records_is_put_there_later(self):
        account = self.create_account("Hope Works")
        request = self.send(account)
        request._set_answered(self.make_files(request))
        files = self.files_of(request)
        self.run_ledger()
        self.assertEqual((request.state, account.sync_state), ("handed", "in_file"))
        self.assertEqual(self.files_of(request), files)

    def test_post_accounts_off_before_the_file_is_there_makes_none(self):
        account = self.create_account("Hope Works")
        request = self.send(account)
        self.ledger.post_accounts = False
        self.run_ledger()
        self.assertEqual((request.state, account.sync_state), ("void", "pending"))
        self.assertFalse(self.files_of(request))

    def test_books_that_answer_by_now_get_no_call_for_a_file(self):
        account = self.create_account("Hope Works")
        request = self.send(account)
        self.ledger.demo_answers = "at_once"
        self.run_ledger()
        self.assertEqual((request.state, account.sync_state), ("void", "synced"))
        self.assertEqual(self.stored().mapped("name").count("Hope Works"), 1)

    def test_a_call_whose_answer_is_lost_is_asked_about_not_made_a_file(self):
        self.ledger.demo_answers = "at_once"
        self.run_ledger()
        account = self.create_account("Hope Works")
        self.ledger.demo_fault = "lost_after"
        self.run_ledger()
        self.ledger.write({"demo_fault": False, "demo_answers": "file"})
        self.ledger.sudo()._set_resumed()
        self.run_ledger()
        self.assertEqual(account.sync_state, "synced")
        self.assertFalse(self.handed())

    # === what connectors must not do ===

    def test_a_file_that_is_too_large_is_split(self):
        accounts = self.create_accounts(4)
        size = len(self.payload_file(accounts[:2]))
        with patch.object(synkd_request_file, "MOST_BYTES", size + 1):
            self.run_ledger()
        self.assertEqual(self.handed().mapped("member_count"), [2, 2])
        self.assertEqual(set(accounts.mapped("sync_state")), {"in_file"})

    def payload_file(self, accounts):
        """Return the bytes of the file of some accounts."""
        request = self.send(*accounts)
        answer = self.make_files(request)
        self.engine._release(request, "Only to look.")
        return answer.files[0].content

    def test_one_that_is_too_large_alone_waits_for_a_person(self):
        account = self.create_account("Hope Works")
        with patch.object(synkd_request_file, "MOST_BYTES", 10):
            self.run_ledger()
        self.assertEqual(account.sync_state, "attention")
        self.assertIn("nobody imports", account.sync_message)

    @mute_logger(ENGINE_LOGGER)
    def test_an_answer_that_nobody_could_keep_track_of_is_not_taken(self):
        one = BooksFile("a.csv", b"a")
        answers = {
            "handed over without a file": ((HANDED_OVER,), ()),
            "a file with nobody in it": (("rejected",), (one,)),
            "a member left out": ((), (one,)),
            "an answer of other books": ((OK,), ()),
            "the same name twice": ((HANDED_OVER,), (one, one)),
            "a path": ((HANDED_OVER,), (BooksFile("../a.csv", b"a"),)),
            "no name": ((HANDED_OVER,), (BooksFile("", b"a"),)),
            "lines in a name": ((HANDED_OVER,), (BooksFile("a\nb", b"a"),)),
            "a long name": ((HANDED_OVER,), (BooksFile("a" * 151, b"a"),)),
            "too many": (
                (HANDED_OVER,),
                tuple(BooksFile(f"{n}.csv", b"a") for n in range(11)),
            ),
        }
        for case, (outcomes, some) in answers.items():
            with self.subTest(case=case):
                account = self.create_account(case)
                request = self.send(account)
                answer = Answer(
                    tuple(Result(account.id, outcome) for outcome in outcomes),
                    files=some,
                )
                with self.assertRaises(ValueError):
                    request._check_files(request._as_batch(), answer)
                self.patch_connector("_push_customers", lambda *_a, a=answer: a)
                self.run_ledger()
                self.assertEqual(
                    (request.state, account.sync_state), ("open", "sending")
                )
                self.assertFalse(self.files_of(request))
                self.assertTrue(request.retry_at, "it is tried again")
                request.retry_at = fields.Datetime.add(fields.Datetime.now(), days=1)

    @mute_logger(ENGINE_LOGGER)
    def test_books_that_answer_hand_nothing_over(self):
        self.ledger.demo_answers = "at_once"
        account = self.create_account("Hope Works")
        answer = Answer(
            (Result(account.id, HANDED_OVER),), files=(BooksFile("a.csv", b"a"),)
        )
        self.patch_connector("_push_customers", lambda *_arguments: answer)
        self.run_ledger()
        self.assertEqual(account.sync_state, "sending")
        self.assertFalse(self.files_of(self.requests()))

    # === a file that waits ===

    def test_the_responsible_is_reminded_once_and_not_of_what_is_done(self):
        self.ledger.user_id = self.manager
        request = self.hand_over(self.create_account("Hope Works")).sudo()
        ledgers = self.env["synkd.ledger"].sudo()
        ledgers._remind_of_files()
        self.assertFalse(self.ledger.activity_ids)
        request.answered_at -= timedelta(days=self.ledger.file_days, hours=1)
        self.assertTrue(request.is_late)
        late = self.env["synkd.request"].search([("is_late", "=", True)])
        self.assertEqual(late, request)
        for _day in range(2):
            with self.enter_registry_test_mode():
                cron = self.env.ref("synkd_connector.ir_cron_send_summaries")
                cron.method_direct_trigger()
        self.env.invalidate_all()
        activity = self.ledger.activity_ids
        self.assertEqual(activity.user_id, self.manager)
        self.assertIn(request.file_names, activity.summary)
        request.with_user(self.manager).action_all_imported()
        self.assertFalse(self.ledger.activity_ids)
        self.assertFalse(request.is_late)

    def test_the_days_are_some_and_not_too_many(self):
        for days in (0, -1, 366):
            with self.assertRaisesRegex(ValidationError, "1 day or more"):
                self.ledger.file_days = days

    def test_the_ledger_counts_files_and_customers_in_them(self):
        self.create_accounts(2)
        self.run_ledger()
        ledger = self.ledger
        self.assertEqual((ledger.file_count, ledger.account_file_count), (1, 2))
        self.assertTrue(ledger.takes_files)
        found = self.env["synkd.request"].search(ledger.action_view_files()["domain"])
        self.assertEqual(found, self.handed())
        domain = ledger.action_view_account_file()["domain"]
        self.assertEqual(self.env["synkd.account.customer"].search_count(domain), 2)
        self.assertEqual(ledger.pending_count, 0)

    def test_the_organisation_is_not_changed_while_a_file_waits(self):
        self.create_accounts(1)
        self.run_ledger()
        self.assertIn("Of 1 calls", "".join(self.ledger._find_change_obstacles()))


@tagged("post_install", "-at_install")
class TestDownloads(FilesCase, HttpCase):
    """Who downloaded a file is written on it."""

    def setUp(self):
        super().setUp()
        self.create_account("Hope Works")
        self.run_ledger()
        self.request = self.handed()

    def download(self, user, file):
        """Download a file as a user does; return the answer."""
        self.authenticate(user.login, user.login)
        return self.url_open(f"/web/content/{file.id}?download=true")

    def test_each_download_says_who_and_when_the_last_one_first(self):
        self.assertFalse(self.request.download_text)
        [(name, content)] = self.files_of(self.request)
        file = self.request.sudo().file_ids
        other = self.create_user("files-other", "synkd_connector.group_manager")
        for user in (self.manager, other):
            self.assertEqual(self.download(user, file).content, content)
        self.env.invalidate_all()
        last, first = self.request.download_text.splitlines()
        self.assertTrue(
            first.startswith(f"{self.manager.name} downloaded {name} on 20")
        )
        self.assertTrue(last.startswith(other.name))

    def test_who_may_not_have_it_is_not_written_down(self):
        stranger = self.create_user("files-stranger", "base.group_user")
        answer = self.download(stranger, self.request.sudo().file_ids)
        self.assertEqual(answer.status_code, 404)
        self.env.invalidate_all()
        self.assertFalse(self.request.download_text)

    def test_other_attachments_are_downloaded_as_ever(self):
        values = {"name": "a.txt", "raw": b"Hello"}
        plain = self.env["ir.attachment"].create(values)
        answer = self.download(self.env.ref("base.user_admin"), plain)
        self.assertEqual(answer.content, b"Hello")
