# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import base64
import os
import tempfile
from dataclasses import replace
from pathlib import Path
from unittest.mock import patch

from lxml import etree

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .test_request_file import FilesCase


@tagged("post_install", "-at_install")
class TestDelivery(FilesCase):
    """Files are given out as the ledger says, once; they can be downloaded anyway."""

    def setUp(self):
        super().setUp()
        self.root = Path(self.enterContext(tempfile.TemporaryDirectory()))
        roots = patch.dict(os.environ, {"SYNKD_FILES_ROOT": str(self.root)})
        self.enterContext(roots)

    def deliver(self, **values):
        """Let a run make a file, and give it out as a ledger says."""
        self.ledger.write(values)
        self.create_account("Hope Works")
        run = self.run_ledger()
        return run, self.handed()[-1:]

    def test_a_download_is_given_out_to_nobody(self):
        _run, request = self.deliver()
        self.assertFalse(request.delivered_at)
        self.assertFalse(list(self.root.iterdir()))

    def test_a_folder_gets_the_same_bytes_once(self):
        _run, request = self.deliver(file_delivery="folder", file_folder="books/demo")
        [(name, content)] = self.files_of(request)
        path = self.root / "books" / "demo" / name
        self.assertEqual(path.read_bytes(), content)
        self.assertTrue(request.delivered_at)
        path.unlink()
        self.run_ledger()
        self.assertFalse(path.exists())

    def test_a_run_that_was_killed_before_it_knew_gives_out_the_same(self):
        _run, request = self.deliver(file_delivery="folder")
        request.sudo().delivered_at = False
        self.run_ledger()
        self.assertTrue(request.delivered_at)
        self.assertFalse(request.delivery_text)
        self.assertEqual(len(list(self.root.iterdir())), 1)

    def test_what_may_have_been_taken_is_not_put_there_again(self):
        _run, request = self.deliver(file_delivery="folder")
        request.sudo().delivered_at = False
        [path] = self.root.iterdir()
        path.unlink()
        run = self.run_ledger()
        self.assertFalse(list(self.root.iterdir()))
        self.assertIn(f"while it put {path.name} into", request.delivery_text)
        self.assertIn(path.name, run.notes)
        self.assertFalse(self.run_ledger().notes, "it is said once")

    def test_without_a_folder_it_says_so_and_goes_once_there_is_one(self):
        with patch.dict(os.environ, {"SYNKD_FILES_ROOT": ""}):
            run, request = self.deliver(file_delivery="folder")
        self.assertIn("synkd_files_root", request.delivery_text)
        self.assertIn("synkd_files_root", run.notes)
        self.assertFalse(request.delivered_at)
        self.run_ledger()
        self.assertTrue(request.delivered_at)
        self.assertFalse(request.delivery_text)

    def test_a_file_of_that_name_is_left_alone(self):
        request = self.deliver()[1]
        [(name, _content)] = self.files_of(request)
        (self.root / name).write_bytes(b"other")
        self.ledger.file_delivery = "folder"
        self.run_ledger()
        self.assertIn("Another file is there already", request.delivery_text)
        self.assertEqual((self.root / name).read_bytes(), b"other")

    def test_an_e_mail_has_the_file(self):
        _run, request = self.deliver(
            file_delivery="email", file_email="books@kudu.example"
        )
        mails = self.env["mail.mail"].sudo()
        mail = mails.search([("email_to", "=", "books@kudu.example")])
        self.assertEqual(len(mail), 1)
        [(name, content)] = self.files_of(request)
        self.assertEqual(mail.attachment_ids.mapped("name"), [name])
        self.assertEqual(mail.attachment_ids.raw, content)
        self.assertIn("import it", mail.body_html)
        self.run_ledger()
        self.assertEqual(len(mails.search([("email_to", "=", mail.email_to)])), 1)

    def test_what_cannot_work_is_refused_when_it_is_typed(self):
        for values in (
            {"file_delivery": "folder", "file_folder": "../x"},
            {"file_folder": "/etc"},
            {"file_delivery": "email", "file_email": False},
            {"file_delivery": "email", "file_email": "nobody"},
        ):
            with self.subTest(values=values), self.assertRaises(ValidationError):
                self.ledger.write(values)


@tagged("post_install", "-at_install")
class TestConfirmImports(FilesCase):
    """One list of the books says what became of all files that wait."""

    def open(self, report):
        """Upload a list about all files; return the dialog."""
        action = self.ledger.with_user(self.manager).action_upload_report()
        wizard = self.env[action["res_model"]].with_user(self.manager)
        wizard = wizard.browse(action["res_id"])
        wizard.write({"report": base64.b64encode(report), "report_name": "all.csv"})
        wizard.action_read()
        return wizard

    def test_two_files_are_confirmed_by_one_list(self):
        first = self.create_account("Hope Works")
        self.run_ledger()
        second = self.create_account("Danny Storm")
        self.run_ledger()
        one, two = self.handed()
        report = self.import_into_books(one)
        rest = self.import_into_books(two).split(b"\r\n", 1)[1]
        wizard = self.open(report + rest)
        self.assertEqual(wizard.told_count, 2)
        self.assertEqual(set((first | second).mapped("sync_state")), {"in_file"})
        wizard.action_confirm()
        self.assertEqual(set((first | second).mapped("sync_state")), {"synced"})
        self.assertIn("all.csv", one.line_ids.message)

    def test_what_it_does_not_tell_of_is_named_and_waits(self):
        accounts = self.create_accounts(2)
        self.run_ledger()
        report = self.import_into_books(self.handed())
        wizard = self.open(b"\r\n".join(report.split(b"\r\n")[:2]))
        self.assertIn(accounts[1].display_name, wizard.said)
        wizard.action_confirm()
        self.assertEqual(accounts.mapped("sync_state"), ["synced", "in_file"])

    def test_nothing_counts_before_it_is_read_and_nothing_is_said_twice(self):
        self.create_account("Hope Works")
        self.run_ledger()
        report = self.import_into_books(self.handed())
        first, second = self.open(report), self.open(report)
        first.action_confirm()
        with self.assertRaisesRegex(UserError, "cleared up already"):
            second.action_confirm()
        with self.assertRaisesRegex(UserError, "No file of ledger"):
            self.open(report)

    def test_what_is_odd_is_named_though_no_file_waits(self):
        self.create_account("Hope Works")
        self.run_ledger()
        report = self.import_into_books(self.handed())
        self.open(report).action_confirm()
        wizard = self.open(report + b"SKODD,N1,X,,a,b,what,\r\n")
        first, *odd = wizard.said.splitlines()
        self.assertIn("No file of ledger", first)
        self.assertEqual(len(odd), 1)
        self.assertIn("Look at it:", odd[0])
        self.assertFalse(wizard.told_count or wizard.told)
        with self.assertRaisesRegex(UserError, "Ask one of them"):
            self.env["synkd.request"].with_user(self.clerk)._find_odd(
                self.ledger, report
            )

    def test_a_list_of_others_tells_nothing(self):
        self.create_account("Hope Works")
        self.run_ledger()
        wizard = self.open(b"key,number,status\r\n")
        self.assertIn("Is it the list of another company", wizard.said)
        with self.assertRaisesRegex(UserError, "Press Read It first"):
            wizard.action_confirm()
        with self.assertRaisesRegex(UserError, "no report"):
            self.open(b"nonsense")
        with self.assertRaisesRegex(UserError, "Choose the file"):
            self.open(b"")

    def test_clerks_do_not_confirm(self):
        with self.assertRaises(UserError):
            self.ledger.with_user(self.clerk).action_upload_report()
        with self.assertRaises(AccessError):
            self.env["synkd.report.wizard"].with_user(self.clerk).create({})


@tagged("post_install", "-at_install")
class TestImportSteps(FilesCase):
    """A file says how it is imported; books that need no steps say none."""

    def test_steps_are_numbered_and_in_the_mail(self):
        connector = type(self.env["synkd.connector.demo"])
        steps = ["Open the books.", "Import the file."]
        self.patch(connector, "_get_import_steps", lambda _model, _channel: steps)
        self.ledger.write({"file_delivery": "email", "file_email": "b@kudu.example"})
        self.create_account("Hope Works")
        self.run_ledger()
        request = self.handed()
        self.assertEqual(
            request.import_steps, "1. Open the books.\n2. Import the file."
        )
        mails = self.env["mail.mail"].sudo()
        body = mails.search([("email_to", "=", "b@kudu.example")]).body_html
        self.assertIn("2. Import the file.", body)

    def test_books_without_steps_and_requests_without_files_have_none(self):
        self.create_account("Hope Works")
        self.run_ledger()
        self.assertFalse(self.handed().import_steps)
        self.ledger.demo_answers = "at_once"
        self.create_account("Danny Storm")
        self.run_ledger()
        answered = self.env["synkd.request"].search([("by_file", "=", False)])
        self.assertFalse(any(answered.mapped("import_steps")))


@tagged("post_install", "-at_install")
class TestListsOfMany(FilesCase):
    """What a list tells of many files and odd rows stays readable."""

    def upload(self, content):
        """Upload a list about all files; return the dialog."""
        action = self.ledger.with_user(self.manager).action_upload_report()
        wizard = self.env[action["res_model"]].with_user(self.manager)
        wizard = wizard.browse(action["res_id"])
        wizard.write({"report": base64.b64encode(content), "report_name": "all.csv"})
        wizard.action_read()
        return wizard

    def test_odd_rows_are_named_and_many_are_counted(self):
        self.create_account("Hope Works")
        self.run_ledger()
        report = self.import_into_books(self.handed())
        odd = b"".join(b"SKODD,N%d,X,,a,b,what,\r\n" % n for n in range(60))
        wizard = self.upload(report + odd)
        self.assertEqual(wizard.told_count, 1)
        lines = wizard.said.splitlines()
        self.assertEqual(len(lines), 41)
        self.assertRegex(lines[-1], r"And \d+ more.")
        self.assertIn("Look at it:", lines[1])

    def test_one_that_is_there_twice_is_named_and_waits(self):
        account = self.create_account("Hope Works")
        self.run_ledger()
        report = self.import_into_books(self.handed())
        wizard = self.upload(report + report.split(b"\r\n", 1)[1])
        self.assertEqual(wizard.told_count, 0)
        self.assertIn("more than once", wizard.said)
        self.assertEqual(account.sync_state, "in_file")

    def test_many_that_are_missing_are_named_in_part(self):
        self.create_accounts(12)
        self.run_ledger()
        report = self.import_into_books(self.handed())
        wizard = self.upload(b"\r\n".join(report.split(b"\r\n")[:2]))
        missing = next(x for x in wizard.said.splitlines() if x.startswith("Not there"))
        self.assertEqual(missing.count("Customer"), 10)
        self.assertIn("…", missing)

    def test_a_refusal_in_the_list_is_a_word_too(self):
        self.ledger.demo_refuse = "Bad"
        accounts = self.create_account("Bad Apple") | self.create_account("Hope Works")
        self.run_ledger()
        self.upload(self.import_into_books(self.handed())).action_confirm()
        self.assertEqual(accounts.mapped("sync_state"), ["attention", "synced"])

    def test_the_button_is_there_whether_files_wait_or_not(self):
        self.assertTrue(self.ledger.import_reports)
        arch = self.env["synkd.ledger"].get_view(view_type="form")["arch"]
        (button,) = etree.fromstring(arch).iterfind(
            ".//button[@name='action_upload_report']"
        )
        self.assertNotIn("file_count", button.get("invisible"))
        self.assertEqual(self.ledger.file_count, 0)
        self.create_account("Hope Works")
        self.run_ledger()
        self.env.invalidate_all()
        self.assertEqual(self.ledger.file_count, 1)


@tagged("post_install", "-at_install")
class TestKnownByCode(FilesCase):
    """Books whose customers are known by their codes are read while a file waits."""

    def setUp(self):
        super().setUp()
        connector = type(self.env["synkd.connector.demo"])
        original = connector._capabilities
        self.patch(
            connector,
            "_capabilities",
            lambda model, ledger: replace(
                original(model, ledger), pull=True, code_is_identity=self.by_code
            ),
        )

    by_code = True

    def test_they_are_read_by_code_only(self):
        self.create_account("Hope Works")
        self.run_ledger()
        self.books.create({"ledger_id": self.ledger.id, "code": "NEW1", "name": "New"})
        accounts = self.env["synkd.account.customer"]
        new = [("ledger_id", "=", self.ledger.id), ("name", "=", "New")]
        self.by_code = False
        self.run_ledger()
        self.assertFalse(accounts.search(new))
        self.by_code = True
        self.run_ledger()
        self.assertEqual(len(accounts.search(new)), 1)


@tagged("post_install", "-at_install")
class TestManyDeliveries(FilesCase):
    """What keeps one file from its place keeps no other."""

    def setUp(self):
        super().setUp()
        self.root = Path(self.enterContext(tempfile.TemporaryDirectory()))
        roots = patch.dict(os.environ, {"SYNKD_FILES_ROOT": str(self.root)})
        self.enterContext(roots)
        for name in ("Hope Works", "Danny Storm"):
            self.create_account(name)
            self.run_ledger()
        self.ledger.write({"file_delivery": "folder", "file_folder": "demo"})
        self.folder = self.root / "demo"

    def names(self):
        """Return the names of what is in the folder."""
        return sorted(path.name for path in self.folder.iterdir())

    def test_all_that_wait_are_given_out_when_the_folder_is_chosen(self):
        self.run_ledger()
        self.assertEqual(self.names(), self.handed().mapped("file_names"))
        self.assertTrue(all(self.handed().mapped("delivered_at")))

    def test_one_whose_name_is_taken_waits_and_the_other_goes(self):
        first, second = self.handed()
        self.folder.mkdir()
        (self.folder / first.file_names).write_bytes(b"somebody else's")
        self.run_ledger()
        self.assertFalse(first.delivered_at)
        self.assertTrue(second.delivered_at)
        (self.folder / first.file_names).unlink()
        self.run_ledger()
        self.assertTrue(first.delivered_at)
        self.assertFalse(first.delivery_text)

    def test_files_are_whole_and_closed_to_strangers(self):
        self.run_ledger()
        self.assertFalse([name for name in self.names() if name.endswith(".part")])
        modes = {path.stat().st_mode & 0o777 for path in self.folder.iterdir()}
        self.assertEqual(modes, {0o640})

    def test_what_a_person_said_something_about_is_not_given_out_any_more(self):
        first, second = self.handed()
        first.action_all_imported()
        self.run_ledger()
        self.assertEqual(self.names(), [second.file_names])

    def test_a_link_in_the_folder_s_way_is_not_followed_out(self):
        outside = Path(self.enterContext(tempfile.TemporaryDirectory()))
        self.folder.symlink_to(outside)
        run = self.run_ledger()
        self.assertEqual(list(outside.iterdir()), [])
        self.assertIn("leads out of the one for files", run.notes)
        self.assertFalse(any(self.handed().mapped("delivered_at")))
