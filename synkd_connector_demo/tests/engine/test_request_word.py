# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import base64
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.synkd_connector import door
from odoo.addons.synkd_connector.lib.results import NOT_FOUND, OK, Answer, Result

from .test_request_file import FilesCase

LOGGER = "odoo.addons.synkd_connector.models.engine.synkd_request_word"
BUTTONS = ("action_all_imported", "action_none_imported", "action_tell_members")


@tagged("post_install", "-at_install")
class TestWords(FilesCase):
    """What people say became of a file, and its members."""

    # === all of them ===

    def test_all_imported_with_one_press(self):
        accounts = self.create_accounts(2)
        request = self.hand_over(*accounts)
        self.assertTrue(request.action_all_imported())
        self.assertEqual(request.state, "done")
        self.assertEqual(set(request.line_ids.mapped("state")), {"ok"})
        self.assertEqual(set(accounts.mapped("sync_state")), {"synced"})
        self.assertEqual(
            accounts.mapped("external_id"), accounts.mapped("own_key"), "known by it"
        )
        said = accounts[0].message_ids[:1].body
        self.assertIn(self.manager.name, said)
        self.assertIn(request.file_names, said)
        self.run_ledger()
        self.assertEqual(len(self.requests()), 1, "nothing is sent again")

    def test_not_imported_goes_into_another_file(self):
        account = self.create_account("Hope Works")
        request = self.hand_over(account)
        request.action_none_imported()
        self.assertEqual((request.state, account.sync_state), ("done", "pending"))
        self.assertEqual(request.line_ids.state, "void")
        self.assertFalse(account.external_id)
        again = self.hand_over(account)
        self.assertNotEqual(again.file_names, request.file_names)

    def test_a_change_after_handing_over_is_told_after_the_word(self):
        account = self.create_account("Hope Works")
        request = self.hand_over(account)
        account.name = "Hope Works & Sons"
        request.action_all_imported()
        self.assertEqual(account.sync_state, "pending")
        again = self.hand_over(account)
        self.confirm_import(again)
        self.assertEqual(account.sync_state, "attention", "they know no such customer")
        self.assertIn("do not know customer", account.sync_message)

    def test_what_is_changed_goes_to_the_same_customer_of_the_books(self):
        account = self.create_account("Hope Works")
        request = self.hand_over(account)
        self.import_into_books(request)
        request.action_all_imported()
        account.name = "Hope Works & Sons"
        self.confirm_import(self.hand_over(account))
        self.assertEqual(self.stored().mapped("name"), ["Hope Works & Sons"])
        self.assertEqual(account.external_id, self.stored().number)

    def test_said_twice_is_told(self):
        request = self.hand_over(self.create_account("Hope Works"))
        wizard = self.open_members(request)
        wizard.line_ids.outcome = "void"
        request.action_all_imported()
        for button in BUTTONS:
            with self.assertRaisesRegex(UserError, "is cleared up already"):
                getattr(request, button)()
        with self.assertRaisesRegex(UserError, "is cleared up already"):
            wizard.action_confirm()
        self.assertEqual(request.line_ids.state, "ok")

    def test_a_member_that_was_told_meanwhile_is_not_told_otherwise(self):
        one, two = self.create_accounts(2)
        request = self.hand_over(one, two)
        wizard, other = self.open_members(request), self.open_members(request)
        self.line_of(other, one).outcome = "ok"
        other.action_confirm()
        wizard.line_ids.outcome = "void"
        with self.assertRaisesRegex(UserError, "Somebody said meanwhile"):
            wizard.action_confirm()
        self.assertEqual((one.sync_state, two.sync_state), ("synced", "in_file"))

    # === one by one ===

    def test_each_member_on_its_own(self):
        good, bad, lost, open_ = accounts = self.create_accounts(4)
        request = self.hand_over(*accounts)
        wizard = self.open_members(request)
        self.line_of(wizard, good).write({"outcome": "ok", "external_id": " C001 "})
        self.line_of(wizard, bad).write(
            {"outcome": "rejected", "reason": "Its code is longer than six letters"}
        )
        self.line_of(wizard, lost).outcome = "void"
        wizard.action_confirm()
        self.assertEqual(request.state, "handed", "one of them waits on")
        self.assertEqual((good.sync_state, good.external_id), ("synced", "C001"))
        self.assertEqual(bad.sync_state, "attention")
        self.assertIn("longer than six letters", bad.sync_message)
        self.assertEqual(lost.sync_state, "pending")
        self.assertEqual(open_.sync_state, "in_file")
        self.assertIn("of 4 members", request.message)
        request.action_all_imported()
        self.assertEqual((open_.sync_state, request.state), ("synced", "done"))
        self.assertEqual(bad.sync_state, "attention", "it was said before")

    def test_refused_needs_its_reason(self):
        account = self.create_account("Hope Works")
        wizard = self.open_members(self.hand_over(account))
        for reason in (False, " "):
            wizard.line_ids.write({"outcome": "rejected", "reason": reason})
            with self.assertRaisesRegex(UserError, "Say why the books refused .*Hope"):
                wizard.action_confirm()
        self.assertEqual(account.sync_state, "in_file")

    def test_nothing_said_is_nothing_done(self):
        account = self.create_account("Hope Works")
        wizard = self.open_members(self.hand_over(account))
        with self.assertRaisesRegex(UserError, "Say of one of them at least"):
            wizard.action_confirm()

    def test_an_identity_is_of_one_only(self):
        other = self.create_account("Pink Shoes")
        other._set_synced({"external_id": "C001"})
        accounts = self.create_accounts(2)
        request = self.hand_over(*accounts)
        wizard = self.open_members(request)
        wizard.line_ids.write({"outcome": "ok", "external_id": "C002"})
        with self.assertRaisesRegex(
            UserError, "C002 is the identity of .*Customer 000"
        ):
            wizard.action_confirm()
        self.line_of(wizard, accounts[0]).external_id = "C001"
        with self.assertRaisesRegex(UserError, "C001 is the identity of .*Pink Shoes"):
            wizard.action_confirm()
        self.assertEqual(set(accounts.mapped("sync_state")), {"in_file"})

    # === who may ===

    def test_a_clerk_sees_and_asks_but_does_not_say(self):
        account = self.create_account("Hope Works")
        request = self.hand_over(account).with_user(self.clerk)
        for button in (*BUTTONS, "action_take_back"):
            with self.assertRaisesRegex(UserError, "Only managers of the books say"):
                getattr(request, button)()
        with self.assertRaises(AccessError):
            self.env["synkd.members.wizard"].with_user(self.clerk).create({})
        self.assertIn("was asked", request.action_ask_manager()["params"]["message"])
        self.assertEqual(account.sync_state, "in_file")

    def test_nobody_says_it_for_another_company(self):
        request = self.hand_over(self.create_account("Hope Works"))
        company = self.env["res.company"].create({"name": "Other"})
        stranger = self.create_user("other", "synkd_connector.group_manager", company)
        for button in (*BUTTONS, "action_take_back"):
            with self.subTest(button=button), self.assertRaises(AccessError):
                getattr(request.with_user(stranger), button)()

    # === a wrong word ===

    def test_a_wrong_imported_is_taken_back(self):
        account = self.create_account("Hope Works")
        request = self.hand_over(account)
        request.action_all_imported()
        self.assertTrue(request.action_take_back())
        self.assertEqual((request.state, account.sync_state), ("handed", "in_file"))
        self.assertEqual(request.line_ids.state, "handed")
        self.assertFalse(account.external_id)
        self.assertFalse(account.fingerprint)
        self.assertIn("took back", account.message_ids[:1].body)
        self.run_ledger()
        self.assertEqual(len(self.requests()), 1)
        request.action_none_imported()
        self.assertEqual(account.sync_state, "pending")

    def test_a_wrong_refusal_and_a_wrong_not_imported_are_taken_back(self):
        accounts = self.create_accounts(2)
        request = self.hand_over(*accounts)
        wizard = self.open_members(request)
        self.line_of(wizard, accounts[0]).write(
            {"outcome": "rejected", "reason": "No."}
        )
        self.line_of(wizard, accounts[1]).outcome = "void"
        wizard.action_confirm()
        line = request.line_ids.filtered(lambda l: l.res_id == accounts[0].id)
        line.action_take_back()
        self.assertEqual(accounts.mapped("sync_state"), ["in_file", "pending"])
        (request.line_ids - line).action_take_back()
        self.assertEqual(set(accounts.mapped("sync_state")), {"in_file"})
        self.assertFalse(accounts[0].sync_message)
        self.assertEqual(request.state, "handed")

    def test_a_customer_that_was_in_the_books_before_keeps_who_he_is(self):
        account = self.create_account("Hope Works")
        self.confirm_import(self.hand_over(account))
        number = account.external_id
        account.name = "Hope Works & Sons"
        request = self.hand_over(account)
        request.action_all_imported()
        request.action_take_back()
        self.assertEqual((account.external_id, account.sync_state), (number, "in_file"))

    def test_what_was_sent_again_is_not_taken_back(self):
        account = self.create_account("Hope Works")
        request = self.hand_over(account)
        with self.assertRaisesRegex(UserError, "Nothing was said of this yet"):
            request.action_take_back()
        request.action_none_imported()
        again = self.hand_over(account)
        with self.assertRaisesRegex(UserError, f"sent again since, .*{again.id}"):
            request.action_take_back()
        self.assertEqual(request.line_ids.state, "void")
        self.assertEqual(account.file_request_id, again.sudo())

    def test_two_live_files_of_one_record_are_impossible(self):
        account = self.create_account("Hope Works")
        self.hand_over(account)
        with mute_logger("odoo.sql_db"), self.assertRaises(Exception) as caught:
            self.send(account)
        self.assertIn("open_uniq", str(caught.exception))


@tagged("post_install", "-at_install")
class TestReports(FilesCase):
    """Files that the books export: they say what became of each."""

    def rows(self, report):
        """Return head and rows of a report."""
        head, *rows = report.decode().splitlines()
        return head, rows

    def test_a_report_fills_in_and_counts_when_it_is_confirmed(self):
        good, bad = self.create_account("Hope Works"), self.create_account("Bad Apple")
        request = self.hand_over(good, bad)
        self.ledger.demo_refuse = "Apple"
        wizard = self.upload(request, self.import_into_books(request), "march.csv")
        self.assertEqual(self.line_of(wizard, good).outcome, "ok")
        self.assertEqual(self.line_of(wizard, bad).outcome, "rejected")
        self.assertIn("imported 1, refused 1, not imported 0", wizard.report_said)
        self.assertEqual(good.sync_state, "in_file", "nothing counts yet")
        wizard.action_confirm()
        self.assertEqual((good.sync_state, bad.sync_state), ("synced", "attention"))
        self.assertEqual(good.external_id, self.stored().number)
        self.assertIn("demo books refuse customer", bad.sync_message)
        self.assertIn("march.csv", good.message_ids[:1].body)
        self.assertEqual(request.state, "done")

    def test_a_file_imported_twice_is_there_once_and_both_reports_say_so(self):
        account = self.create_account("Hope Works")
        request = self.hand_over(account)
        reports = [self.import_into_books(request) for _each in range(2)]
        self.assertEqual(reports[0], reports[1])
        self.assertEqual(len(self.stored()), 1)

    def test_a_person_knows_better_than_the_report(self):
        account = self.create_account("Hope Works")
        request = self.hand_over(account)
        wizard = self.upload(request, self.import_into_books(request))
        wizard.line_ids.outcome = "void"
        wizard.action_confirm()
        self.assertEqual(account.sync_state, "pending")

    def test_members_that_it_does_not_tell_about_wait_on(self):
        one, two = self.create_accounts(2)
        request = self.hand_over(one, two)
        head, rows = self.rows(self.import_into_books(request))
        mine = [row for row in rows if one.own_key in row]
        wizard = self.upload(request, "\n".join([head, *mine]).encode())
        self.assertIn("Of 1 it tells nothing", wizard.report_said)
        wizard.action_confirm()
        self.assertEqual((one.sync_state, two.sync_state), ("synced", "in_file"))

    def test_another_file_of_the_books_takes_what_the_one_before_filled_in(self):
        one, two = self.create_accounts(2)
        request = self.hand_over(one, two)
        head, rows = self.rows(self.import_into_books(request))
        wizard = self.upload(request, "\n".join([head, *rows]).encode())
        self.assertEqual(wizard.line_ids.mapped("outcome"), ["ok", "ok"])
        mine = [row for row in rows if two.own_key in row]
        wizard.report = base64.b64encode("\n".join([head, *mine]).encode())
        wizard.action_read()
        self.assertEqual(wizard.line_ids.mapped("outcome"), [False, "ok"])

    def test_rows_of_others_touch_nobody(self):
        other = self.create_account("Pink Shoes")
        known = self.hand_over(other)
        report = self.import_into_books(known)
        account = self.create_account("Hope Works")
        request = self.hand_over(account)
        wizard = self.upload(request, report)
        self.assertIn("It tells of 0 of 1", wizard.report_said)
        self.assertFalse(wizard.line_ids.outcome)
        with self.assertRaisesRegex(UserError, "Say of one of them at least"):
            wizard.action_confirm()
        self.assertEqual(other.sync_state, "in_file")

    def test_odd_rows_are_named_and_touch_nobody(self):
        account, other = self.create_accounts(2)
        other._set_synced({"external_id": "D7"})
        request = self.hand_over(account)
        key = account.own_key
        head = "key,number,identity,date,total,tax,status,reason"
        odd = {
            f"{key},,D1,,,,maybe,": "line 2 makes no sense",
            f"{key},,D1,,a lot,,imported,": "line 2 makes no sense",
            f"{key},,D1,,NaN,,imported,": "line 2 makes no sense",
            ",,,,,,imported,": "line 2 makes no sense",
            f"{key}": "line 2 makes no sense",
            f"{key},,D1,,,,imported,\n{key},,D2,,,,refused,No": "more than once",
            f"{key},,D7,,,,imported,": "its identity there is that of .*Customer 001",
        }
        for row, words in odd.items():
            with self.subTest(row=row):
                wizard = self.upload(request, f"{head}\n{row}\n".encode())
                self.assertRegex(wizard.report_said, words)
                self.assertFalse(wizard.line_ids.outcome)
        self.assertEqual(account.sync_state, "in_file")

    def test_what_is_no_report_is_told(self):
        request = self.hand_over(self.create_account("Hope Works"))
        good = self.import_into_books(request)
        contents = (
            b"\xff\xfe\x00binary",
            b"name;total\nHope;1\n",
            b"\n\n\n",
            b'key,number,status\n"never closed',
            self.files_of(request)[0][1],
        )
        for content in contents:
            with (
                self.subTest(content=content[:20]),
                self.assertRaisesRegex(
                    UserError, "This is no report of the demo books"
                ),
            ):
                self.upload(request, content)
        with self.assertRaisesRegex(UserError, "Choose the file that the books"):
            self.upload(request, b"")
        truncated = self.upload(request, good[: len(good) // 2])
        self.assertFalse(truncated.line_ids.outcome)

    def test_a_report_that_is_too_large_is_not_read(self):
        request = self.hand_over(self.create_account("Hope Works"))
        with (
            patch.object(door, "MOST_UPLOAD", 100),
            self.assertRaisesRegex(UserError, "only the days that it is about"),
        ):
            self.upload(request, b"x" * 101)

    @mute_logger(LOGGER)
    def test_a_report_that_breaks_the_connector_is_told(self):
        request = self.hand_over(self.create_account("Hope Works"))

        def broken(*_arguments):
            raise IndexError("row 7")

        self.patch_connector("_read_import_report", broken)
        with self.assertRaisesRegex(UserError, "say by hand what became of each"):
            self.upload(request, b"anything")

    def test_a_connector_that_tells_of_others_is_not_believed(self):
        account, other = self.create_accounts(2)
        other._set_synced({"external_id": "D7"})
        request = self.hand_over(account)
        answer = Answer((Result(other.id, NOT_FOUND), Result(account.id, OK, "D8")))
        self.patch_connector("_read_import_report", lambda *_arguments: answer)
        self.upload(request, b"anything").action_confirm()
        self.assertEqual((account.external_id, other.sync_state), ("D8", "synced"))

    def test_books_without_reports_are_told_by_hand(self):
        self.patch_capabilities(import_reports=False)
        request = self.hand_over(self.create_account("Hope Works"))
        self.assertFalse(self.open_members(request).import_reports)
