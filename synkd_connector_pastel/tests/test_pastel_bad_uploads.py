# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What people upload by mistake: each door refuses it in a sentence, or names it."""

import base64
import random

from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.synkd_connector.lib.errors import RejectedError
from odoo.addons.synkd_connector.tests.contract_files import ODD_REPORTS

from ..lib import exports
from .common import PastelCommon, PastelHooks

KINDS = tuple(exports.KINDS)[:-1]


@tagged("post_install", "-at_install")
class TestPastelBadUploads(PastelHooks, PastelCommon):
    def exports_of_all(self):
        """Return a good export of each kind, and of what Odoo made."""
        self.create_account("Hope Works")
        self.run_ledger()
        domain = [("ledger_id", "=", self.ledger.id), ("state", "=", "handed")]
        request = self.env["synkd.request"].search(domain)
        [file] = request.sudo().file_ids
        self.pastel.import_file(file.name, file.raw)
        names = ("customers", "balances", "taxes", "accounts", "items")
        found = {n: getattr(self.pastel, f"export_{n}")() for n in names}
        return request, file, found | {"list": self.pastel.export_transactions()}

    def assert_sentence(self, message):
        self.assertRegex(message, r"^[A-Z].{10,}[.?]$")
        self.assertNotIn("Traceback", message)

    def test_odd_bytes_are_refused_by_each_door(self):
        for kind in KINDS:
            for content in ODD_REPORTS[1:]:
                export = self.upload(kind, content)
                with self.subTest(kind=kind, content=content[:10]):
                    try:
                        export.action_test()
                    except UserError as error:
                        self.assert_sentence(str(error))
                    self.assertFalse(export.row_count)

    def test_a_list_of_another_kind_takes_nothing_over(self):
        _request, _file, good = self.exports_of_all()
        for kind in KINDS:
            for other in set(good) - {kind}:
                export = self.upload(kind, good[other])
                with self.subTest(kind=kind, other=other):
                    try:
                        export.action_test()
                        self.assertTrue(export.message)
                    except UserError as error:
                        self.assert_sentence(str(error))

    def test_our_own_file_is_no_export(self):
        request, file, _good = self.exports_of_all()
        export = self.upload("customers", file.raw)
        with self.assertRaisesRegex(UserError, "a file that Odoo made for Pastel"):
            export.action_test()
        with self.assertRaisesRegex(UserError, "a file that Odoo made for Pastel"):
            request.with_user(self.manager)._read_report(file.raw)

    def test_a_list_that_is_cut_anywhere_tells_less_and_nothing_else(self):
        request, _file, good = self.exports_of_all()
        batch = request._as_batch()
        connector = self.ledger._get_connector()
        content = good["customers"]
        whole = connector._read_import_report(self.ledger, batch, content)
        known = {(r.res_id, r.outcome) for r in whole.results}
        for end in range(0, len(content), 7):
            try:
                answer = connector._read_import_report(
                    self.ledger, batch, content[:end]
                )
            except RejectedError as error:
                self.assert_sentence(error.message)
                continue
            self.assertLessEqual({(r.res_id, r.outcome) for r in answer.results}, known)

    def test_a_last_value_that_may_be_cut_is_told(self):
        whole = b"Account,Total\r\nHOP001,1.00\r\nANN001,1250.00\r\n"
        for content, cut in (
            (whole, False),
            (whole.replace(b"\r\n", b"\n"), False),
            (whole[:-2], True),
            (whole[:-5], True),
            (whole[: whole.index(b"ANN001")], False),
        ):
            export = self.upload("balances", content)
            export.action_test()
            with self.subTest(content=content):
                told = "It ends within a line" in export.message
                self.assertEqual(told, cut)

    def test_random_bytes_never_break_the_reader(self):
        dice = random.Random(7)
        letters = b'"",;\t|\r\n aZ09\xff\x00-().'
        for kind in exports.KINDS:
            for _round in range(300):
                size = dice.randint(0, 200)
                content = bytes(dice.choice(letters) for _byte in range(size))
                try:
                    table = exports.read_table(kind, content)
                except exports.Unreadable as error:
                    self.assertTrue(error.reason)
                    continue
                self.assertTrue(
                    all(len(cells) >= table.width for _line, cells in table.rows)
                )

    def test_what_is_no_base64_is_an_empty_file(self):
        export = self.upload("customers", b"Code,Name\r\nA1,Ann\r\n")
        export.sudo().with_context(bin_size=False).write({"file": False})
        with self.assertRaisesRegex(UserError, "this one is empty"):
            export.action_test()

    def test_two_columns_of_one_meaning_are_refused(self):
        export = self.upload("customers", b"Code,Name\r\nA1,Ann\r\n")
        export.action_test()
        first, second = export.column_ids.sorted("position")
        with self.assertRaises(Exception) as caught, self.cr.savepoint():
            first.meaning = second.meaning
            self.env.flush_all()
        self.assertIn("synkd_pastel_column", str(caught.exception))

    def test_a_column_that_the_file_does_not_have_is_refused(self):
        export = self.upload("customers", b"Code,Name\r\nA1,Ann\r\n")
        export.action_test()
        columns = self.env["synkd.pastel.column"].with_user(self.manager)
        columns.create({"export_id": export.id, "position": 9, "meaning": "phone"})
        with self.assertRaisesRegex(UserError, "Say first which column"):
            export.action_test()

    def test_what_was_not_tested_as_it_is_is_given_to_no_run(self):
        """A run that cannot read it would stop at it each time."""
        export = self.upload("customers", b"Code,Name\r\nA1,Ann\r\n")
        export.action_test()
        code = export.column_ids.filtered(lambda column: column.meaning == "code")
        for values in ({"meaning": False}, {"position": 9}, {"position": -9}):
            kept = {name: code[name] for name in values}
            code.write(values)
            with (
                self.subTest(values=values),
                self.assertRaisesRegex(UserError, "Say first which column"),
            ):
                export.action_import()
            code.write(kept)
        forged = {"default_state": "ready", "default_row_count": 1}
        exports = self.env["synkd.pastel.export"].with_user(self.manager)
        self.env["ir.default"].with_user(self.manager).set(
            exports._name, "state", "ready", user_id=True
        )
        for model in exports, exports.with_context(**forged):
            made = model.create({"ledger_id": self.ledger.id, "kind": "customers"})
            self.assertEqual((made.state, made.row_count), ("draft", 0))
        self.assertEqual(export.state, "tested")

    def test_a_file_may_be_replaced_until_it_is_given_to_the_run(self):
        export = self.upload("customers", b"Code,Name\r\nA1,Ann\r\n")
        export.action_test()
        export.file = base64.b64encode(b"Code,Name\r\nA1,Ann\r\nB1,Ben\r\n")
        self.assertEqual(export.state, "draft")
        export.action_test()
        self.assertEqual(export.row_count, 2)
        self.assertEqual(export.display_name, "Customers: export.csv")
