# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged

from .common import PastelCommon

CUSTOMERS = (
    b"Code;Name;Tel;Blocked;Credit Limit\r\n"
    b"HOP001;Hope Works;011 555 0100;N;5000\r\n"
    b"DAN002;Danny Storm;;Y;0\r\n"
    b"TOOLONG;Too long;;N;0\r\n"
)


@tagged("post_install", "-at_install")
class TestPastelExport(PastelCommon):
    """Lists of Pastel are tested, then read by a run."""

    def accounts(self):
        """Return the account customers that were imported, by code."""
        found = self.env["synkd.account.customer"].search(
            [("ledger_id", "=", self.ledger.id), ("origin", "=", "books")]
        )
        return {account.code: account for account in found}

    def test_customers_come_in_and_odd_rows_are_named(self):
        export = self.upload("customers", CUSTOMERS)
        export.action_test()
        self.assertFalse(self.accounts())
        self.assertIn("2 rows can be read, 1 cannot", export.message)
        self.assertIn("Line 4: it has no code that Pastel could have.", export.message)
        export.action_import()
        run = self.run_ledger()
        accounts = self.accounts()
        self.assertEqual(set(accounts), {"HOP001", "DAN002"})
        self.assertEqual(accounts["HOP001"].phone, "011 555 0100")
        self.assertEqual(accounts["HOP001"].credit_limit, 5000)
        self.assertEqual(
            [accounts[code].held for code in ("HOP001", "DAN002")], [False, True]
        )
        self.assertEqual(accounts["HOP001"].external_id, "HOP001")
        self.assertIn("line 4", run.notes)
        self.assertEqual(self.run_ledger().imported, 0)

    def test_what_changed_there_is_taken_over_and_what_it_does_not_tell_stays(self):
        self.give("customers", CUSTOMERS)
        self.run_ledger()
        account = self.accounts()["HOP001"]
        self.give("customers", b"Code,Name\r\nHOP001,Hope Works Ltd\r\n")
        self.run_ledger()
        self.assertEqual(account.name, "Hope Works Ltd")
        self.assertEqual(account.phone, "011 555 0100")
        self.assertEqual(account.sync_state, "synced")

    def test_what_pastel_keeps_shortened_is_ours_still(self):
        street = "A street with a name longer than thirty letters"
        account = self.create_account("Łukasz", street=street)
        self.run_ledger()
        account.file_request_id.sudo()._say_all("ok")
        code = account.code.encode()
        content = b"Code,Name,Address 1\r\n%s,Lukasz,%s\r\n"
        self.give("customers", content % (code, street[:30].encode()))
        self.run_ledger()
        self.assertEqual((account.name, account.street), ("Łukasz", street))

    def test_files_without_headings_are_mapped_once_and_remembered(self):
        content = b"HOP001,Hope Works\r\nDAN002,Danny Storm\r\n"
        export = self.upload("customers", content)
        with self.assertRaisesRegex(UserError, "Say first which column has: Code"):
            export.action_test()
        export = self.upload("customers", content)
        columns = self.env["synkd.pastel.column"].with_user(self.manager)
        columns.create(
            [
                {"export_id": export.id, "position": 1, "meaning": "code"},
                {"export_id": export.id, "position": 2, "meaning": "name"},
            ]
        )
        export.action_test()
        export.action_import()
        self.run_ledger()
        self.assertEqual(self.accounts()["DAN002"].name, "Danny Storm")
        again = self.upload("customers", b"ANN001,Ann\r\nBEN001,Ben\r\n")
        again.action_test()
        self.assertEqual(again.row_count, 2)

    def test_balances_are_shown_on_the_customers(self):
        self.give("customers", CUSTOMERS)
        self.run_ledger()
        self.give("balances", b"Account,Total,Current\r\nHOP001,100.00,60.00\r\n")
        self.run_ledger()
        account = self.accounts()["HOP001"]
        self.assertEqual((account.outstanding, account.overdue), (100, 40))

    def test_lists_are_what_ours_are_mapped_to(self):
        self.give("taxes", b"Tax Type,Description,Rate\r\n1,Standard,15\r\n")
        self.run_ledger()
        items = self.env["synkd.books.item"].search(
            [("ledger_id", "=", self.ledger.id)]
        )
        told = {(item.kind, item.code, item.rate) for item in items}
        self.assertIn(("tax", "1", 15.0), told)
        self.assertNotIn("2", [i.code for i in items if i.kind == "tax"])
        self.assertIn(("account", "3800000", 0.0), told)
        self.assertIn(("bank", "8400000", 0.0), told)

    def ask_of_strangers(self, kind, content):
        """Test an export, and return the line that asks for the company."""
        export = self.upload(kind, content)
        export.action_test()
        lines = export.message.splitlines()
        return "".join(line for line in lines if "another company?" in line)

    def test_the_list_of_another_company_is_warned_of(self):
        rows = [f"CUS{n:03},Customer {n}" for n in range(10)]
        content = "\r\n".join(["Code,Name", *rows]).encode()
        self.give("customers", content)
        self.run_ledger()
        self.assertFalse(self.ask_of_strangers("customers", content))
        asked = self.ask_of_strangers(
            "customers", content.replace(b"Customer", b"Stranger")
        )
        self.assertIn("10 of 10", asked)
        self.assertIn("CUS000", asked)
        asked = self.ask_of_strangers("customers", content.replace(b"CUS", b"ABC"))
        self.assertIn("Only 0 of 10", asked)
        # A company that grew: half of its customers are new.
        more = content + content.replace(b"CUS", b"NEW").split(b"\n", 1)[1]
        self.assertFalse(self.ask_of_strangers("customers", more))

    def test_balances_of_another_company_are_warned_of(self):
        codes = [f"CUS{n:03}" for n in range(10)]
        rows = [f"{code},Customer {n},1.00" for n, code in enumerate(codes)]
        content = "\r\n".join(["Account,Name,Total", *rows]).encode()
        self.assertFalse(self.ask_of_strangers("balances", content), "none is known")
        self.give("customers", content)
        self.run_ledger()
        self.assertFalse(self.ask_of_strangers("balances", content))
        unnamed = b"Account,Total\r\n" + b"".join(
            b"ABC%03d,1\r\n" % n for n in range(5)
        )
        self.assertIn("Only 0 of 5", self.ask_of_strangers("balances", unnamed))
        few = b"Account,Total\r\nABC001,1\r\nABC002,1\r\n"
        self.assertFalse(self.ask_of_strangers("balances", few), "too few to tell")
        others = content.replace(b"Customer", b"Stranger")
        self.assertIn("10 of 10", self.ask_of_strangers("balances", others))

    def test_taxes_accounts_and_items_of_another_company_are_warned_of(self):
        for kind, codes, heads in (
            ("taxes", ("1", "2", "15", "16"), "Tax Type,Description"),
            ("accounts", ("1000/000", "2000/000", "3800/000"), "Account,Name"),
            ("items", ("GLUE", "NAILS", "PAINT"), "Item Code,Name"),
        ):
            with self.subTest(kind=kind):
                rows = [f"{code},Ours {code}" for code in codes]
                content = "\r\n".join([heads, *rows]).encode()
                self.give(kind, content)
                self.run_ledger()
                self.assertFalse(self.ask_of_strangers(kind, content))
                theirs = content.replace(b"Ours", b"Theirs")
                count = len(codes)
                self.assertIn(
                    f"{count} of {count}", self.ask_of_strangers(kind, theirs)
                )
        rows = b"".join(b"9%03d/000,Ours\r\n" % n for n in range(9))
        asked = self.ask_of_strangers("accounts", b"Account,Name\r\n" + rows)
        self.assertFalse(asked, "three known ones are too few to tell")

    def test_what_is_no_list_is_refused_in_words(self):
        for content, words in (
            (b"", "this one is empty"),
            (b"\x00\x01", "no text file"),
            (b'Code,Name\r\n"HOP001,Ho', "not whole"),
            (b"hello", "no table"),
        ):
            export = self.upload("customers", content)
            with self.subTest(words=words), self.assertRaisesRegex(UserError, words):
                export.action_test()

    def test_a_file_is_tested_before_it_is_taken_and_not_changed_after(self):
        export = self.upload("customers", CUSTOMERS)
        with self.assertRaisesRegex(UserError, "Press Test first"):
            export.action_import()
        export.action_test()
        export.kind = "balances"
        self.assertEqual((export.state, len(export.column_ids)), ("draft", 0))
        export.kind = "customers"
        export.action_test()
        export.action_import()
        with self.assertRaisesRegex(UserError, "was given to a run already"):
            export.kind = "balances"
        with self.assertRaisesRegex(UserError, "was given to a run already"):
            export.column_ids[0].meaning = False
        empty = self.upload("customers", b"Code,Name\r\nTOOLONG,X\r\n")
        empty.action_test()
        with self.assertRaisesRegex(UserError, "Press Test first"):
            empty.action_import()

    def test_only_the_buttons_give_a_list_to_a_run(self):
        exports = self.env["synkd.pastel.export"].with_user(self.manager)
        values = {"ledger_id": self.ledger.id, "state": "ready"}
        with self.assertRaisesRegex(UserError, "Press Test, then Import"):
            exports.create(values)
        export = self.upload("customers", CUSTOMERS)
        with self.assertRaisesRegex(UserError, "Press Test, then Import"):
            export.state = "ready"
        export.action_test()
        export.action_import()
        with self.assertRaisesRegex(ValidationError, "was given to a run already"):
            export.column_ids[0].unlink()

    def test_a_list_that_is_older_than_what_a_run_got_is_refused(self):
        older = self.upload("customers", CUSTOMERS, "older.csv")
        older.action_test()
        self.give("balances", b"Account,Total\r\nHOP001,1.00\r\n")
        self.give("customers", CUSTOMERS, "newer.csv")
        with self.assertRaisesRegex(UserError, "newer.csv was uploaded after this"):
            older.action_import()
        self.assertEqual(older.state, "tested")

    def test_a_long_list_comes_in_parts_and_goes_on_where_it_was(self):
        rows = [f"C{n:05},Customer {n}" for n in range(1200)]
        self.give("customers", "\r\n".join(["Code,Name", *rows]).encode())
        connector = self.ledger._get_connector()
        pages = list(connector._pull_customers(self.ledger, {}))
        self.assertEqual([len(page.customers) for page in pages], [500, 500, 200])
        self.assertEqual([page.is_last for page in pages], [False, False, True])
        rest = list(connector._pull_customers(self.ledger, pages[0].cursor))
        self.assertEqual(rest, pages[1:])
        (end,) = connector._pull_customers(self.ledger, pages[-1].cursor)
        self.assertTrue(end.is_last and not end.customers)

    def test_only_managers_upload_and_only_their_company_s(self):
        exports = self.env["synkd.pastel.export"]
        with self.assertRaises(AccessError):
            exports.with_user(self.clerk).create({"ledger_id": self.ledger.id})
        export = self.upload("customers", CUSTOMERS)
        other = self.env["res.company"].create({"name": "Other"})
        stranger = self.create_user("o", "synkd_connector.group_manager", other)
        theirs = exports.with_user(stranger).with_context(allowed_company_ids=other.ids)
        self.assertFalse(theirs.search([("id", "=", export.id)]))

    def test_the_buttons_of_the_ledger_open_them(self):
        action = self.ledger.action_upload_export()
        form = Form(
            self.env[action["res_model"]].with_context(**action["context"]),
        )
        self.assertEqual(form.ledger_id, self.ledger)
        domain = self.ledger.action_view_exports()["domain"]
        self.assertEqual(domain, [("ledger_id", "=", self.ledger.id)])
