# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What people see and may do, and that headings are known by all their names."""

import base64

from odoo.exceptions import AccessError
from odoo.tests import Form, tagged

from ..lib import exports
from .common import PastelCommon

# Model: read, write, create, unlink, for those without books, users, managers.
ACCESS = {
    "synkd.pastel.export": ("", "", "rwc"),
    "synkd.pastel.column": ("", "", "rwcu"),
}
LETTERS = {"r": "read", "w": "write", "c": "create", "u": "unlink"}


@tagged("post_install", "-at_install")
class TestPastelScreens(PastelCommon):
    def test_each_group_may_do_what_the_table_says_and_no_more(self):
        stranger = self.create_user("stranger", "base.group_user")
        users = (stranger, self.clerk, self.manager)
        for model, rights in ACCESS.items():
            for user, allowed in zip(users, rights, strict=True):
                found = "".join(
                    letter
                    for letter, operation in LETTERS.items()
                    if self.env[model].with_user(user).has_access(operation)
                )
                with self.subTest(model=model, user=user.login):
                    self.assertEqual(found, allowed)

    def test_clerks_press_no_button_of_an_export(self):
        export = self.upload("customers", b"Code,Name\r\nA1,Ann\r\n")
        for name in ("action_test", "action_import"):
            with self.subTest(name=name), self.assertRaises(AccessError):
                getattr(export.with_user(self.clerk), name)()

    def test_the_dialog_shows_columns_once_it_is_tested(self):
        exports_ = self.env["synkd.pastel.export"].with_user(self.manager)
        with Form(exports_) as form:
            form.ledger_id = self.ledger
            form.file = base64.b64encode(b"Code,Name,Odd\r\nA1,Ann,x\r\n")
        export = form.record
        export.action_test()
        with Form(export) as form:
            self.assertEqual(len(form.column_ids), 3)
            with form.column_ids.edit(2) as column:
                self.assertFalse(column.meaning)
                column.meaning = "phone"
        export.action_test()
        self.assertIn("1 rows can be read", export.message)
        self.assertEqual(export.column_ids[2].meaning, "phone")

    def test_the_page_of_pastel_is_on_ledgers_of_pastel(self):
        view = self.env["synkd.ledger"].get_view(view_type="form")["arch"]
        self.assertIn('name="pastel_year_start"', view)
        self.assertIn('name="action_upload_export"', view)
        labels = dict(self.env["synkd.ledger"]._selection_connector())
        self.assertEqual(labels["pastel"], "Sage Pastel Partner / Xpress")

    def test_headings_are_known_by_all_their_names(self):
        for kind, columns in exports.KINDS.items():
            for name, aliases in columns.items():
                for alias in aliases:
                    found = exports.find_columns(kind, [alias.title()])
                    with self.subTest(kind=kind, alias=alias):
                        self.assertEqual(list(found.values()), [0])
                        self.assertTrue(name in found or len(found) == 1)

    def test_what_a_kind_needs_is_among_what_it_may_have(self):
        self.assertEqual(set(exports.KINDS), set(exports.NEEDED))
        for kind, needed in exports.NEEDED.items():
            self.assertLessEqual(set(needed), set(exports.KINDS[kind]))
        meanings = dict(self.env["synkd.pastel.column"]._get_meanings())
        read = {n for k, c in exports.KINDS.items() if k != "transactions" for n in c}
        self.assertEqual(set(meanings), read)

    def test_what_a_run_says_is_in_german_for_germans(self):
        self.env["res.lang"]._activate_lang("de_DE")
        german = self.ledger.with_context(lang="de_DE")
        sentence = german._get_connector()._get_import_steps("documents")
        self.assertEqual(len(sentence), 5)
        self.assertIn("Pastel", sentence[1])
        self.assertNotIn("choose", sentence[1])
