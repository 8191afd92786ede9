# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import base64

from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, tagged

from odoo.addons.synkd_connector.lib.errors import MisconfiguredError, RejectedError
from odoo.addons.synkd_connector.lib.results import Batch, Member

from ..lib import exports
from .common import PastelCommon, PastelFlowHooks, PastelHooks, PastelQueueCommon


@tagged("post_install", "-at_install")
class TestPastelLedger(PastelCommon):
    """How a company of Pastel is set up."""

    def test_what_is_missing_is_said_before_anything_is_sent(self):
        self.ledger.write({"pastel_company": False, "pastel_year_start": False})
        problems = self.ledger._get_connector()._check(self.ledger)
        self.assertEqual(len(problems), 2)
        account = self.create_account("Hope Works")
        run = self.run_ledger()
        self.assertEqual(run.state, "paused")
        self.assertIn("First Day of the Financial Year", self.ledger.pause_reason)
        self.assertEqual(account.sync_state, "pending")
        with self.assertRaises(MisconfiguredError):
            self.ledger._get_connector()._get_settings(self.ledger)

    def test_all_is_well_once_it_is_set_up(self):
        self.assertEqual(self.ledger._get_connector()._check(self.ledger), [])

    def test_settings_that_pastel_cannot_have_are_refused(self):
        for values in (
            {"pastel_year_start": "2026-03-02"},
            {"pastel_periods": 14},
            {"pastel_periods": 0},
            {"pastel_periods": 5},
            {"pastel_company": "../KUDU"},
            {"pastel_company": "C:\\Pastel\\KUDU"},
            {"pastel_company": "x" * 41},
            {"pastel_sales_code": "SALES1"},
        ):
            with self.subTest(values=values), self.assertRaises(ValidationError):
                self.ledger.write(values)

    def test_the_form_shows_what_pastel_needs(self):
        with Form(self.ledger) as form:
            form.pastel_decimal = "comma"
            form.pastel_periods = 13
        self.assertTrue(self.ledger._get_pastel_settings().comma)

    def test_codes_have_six_places_also_with_a_prefix_and_never_twice(self):
        self.company.synkd_code_prefix = "HO-"
        accounts = self.env["synkd.account.customer"]
        for name in ("Hope Works", "Hope Works", "Hop Along", "Ann"):
            accounts |= self.create_account(name)
        codes = accounts.mapped("code")
        self.assertEqual(codes, ["HOH001", "HOH002", "HOH003", "HOA001"])
        taken = self.create_account("Kept", code="HOH004")
        self.assertEqual(self.create_account("Hat").code, "HOH005")
        self.assertEqual(taken.code, "HOH004")

    def test_codes_that_do_not_fit_are_refused_before_a_file_is_written(self):
        account = self.create_account("Hope Works")
        with self.assertRaisesRegex(ValidationError, "7 characters"):
            account.code = "HOPEWOR"
        account.code = "HO 1"
        self.run_ledger()
        self.assertEqual(account.sync_state, "attention")
        self.assertIn("HO 1 has a blank", account.sync_message)
        self.assertFalse(account.file_request_id)

    def test_a_name_with_quotes_and_line_breaks_is_replaced_and_shown(self):
        account = self.create_account('Hope "Works"\nLtd')
        self.run_ledger()
        (file,) = account.file_request_id.sudo().file_ids
        self.assertIn(b"\"Hope 'Works' Ltd\"", file.raw)
        wizard = self.env["synkd.preview.wizard"].create(
            {"account_customer_id": account.id}
        )
        self.assertIn("→", wizard.payload)

    def test_the_file_says_which_company_and_batch_it_is(self):
        account = self.create_account("Hope Works")
        self.run_ledger()
        request = account.file_request_id
        self.assertEqual(request.file_names, f"customers-{request.id:06}-KUDU.csv")
        self.assertIn("Import", request.import_steps)
        for channel in ("documents", "payments", "allocations"):
            steps = self.ledger._get_connector()._get_import_steps(channel)
            self.assertEqual(len(steps), 5)


@tagged("post_install", "-at_install")
class TestPastelConfirm(PastelFlowHooks, PastelQueueCommon):
    """A list that Pastel exports says what was imported, in all files at once."""

    def setUp(self):
        super().setUp()
        self.run_ledger()
        self.requests = self.env["synkd.request"]

    def handed(self):
        self.env.invalidate_all()
        domain = [("ledger_id", "=", self.ledger.id), ("state", "=", "handed")]
        return self.requests.search(domain, order="id")

    def import_all(self):
        """Import all files that wait, without a word about it."""
        for request in self.handed():
            for file in request.sudo().file_ids.sorted("id"):
                self.pastel.import_file(file.name, file.raw)

    def hand_in(self, content):
        """Upload a list about all files; return the dialog."""
        ledger = self.ledger.with_user(self.manager)
        action = ledger.action_upload_report()
        wizard = self.env[action["res_model"]].with_user(self.manager)
        wizard = wizard.browse(action["res_id"])
        wizard.write({"report": base64.b64encode(content), "report_name": "list.csv"})
        wizard.action_read()
        return wizard

    def confirm_customers(self):
        """Let the customers be in Pastel, by their list."""
        self.import_all()
        self.hand_in(self.pastel.export_customers()).action_confirm()
        self.assertFalse(self.handed())

    def sell(self, *numbers):
        """Let invoices be in a file; return them and their rows."""
        invoices = self.env["account.move"]
        for number in numbers:
            invoices |= self.create_invoice(name=number)
        self.run_ledger()
        rows = self.env["synkd.transaction"].search([("move_id", "in", invoices.ids)])
        self.assertEqual(set(rows.mapped("sync_state")), {"in_file"})
        return invoices, rows

    def test_what_is_in_the_list_is_confirmed_and_what_is_not_waits(self):
        self.confirm_customers()
        self.assertEqual(self.account.sync_state, "synced")
        self.assertEqual(self.account.external_id, self.account.code)
        _invoices, rows = self.sell("A/0001", "A/0002")
        self.import_all()
        self.pastel.documents.pop()
        wizard = self.hand_in(self.pastel.export_transactions())
        self.assertEqual(wizard.told_count, 1)
        self.assertIn("1 of 2 are there", wizard.said)
        self.assertIn("Not there, so they wait on", wizard.said)
        wizard.action_confirm()
        states = rows.sorted("id").mapped("sync_state")
        self.assertEqual(states, ["synced", "in_file"])
        self.assertEqual(rows.sorted("id")[0].books_number, "IN100001")

    def test_quotes_and_line_breaks_go_to_pastel_and_come_back_as_ours(self):
        self.confirm_customers()
        name = 'The "Old"\nBakery; Łódź | Sons'
        self.account.name = name
        self.account.street = '1 "Main"\nStreet'
        self.run_ledger()
        self.confirm_customers()
        kept = "The 'Old' Bakery; Lódz / Sons"
        there = self.pastel.customers[self.account.code]
        self.assertEqual(there["CustomerDesc"], kept)
        self.assertEqual(there["PostAddress01"], "1 'Main' Street")
        _invoices, rows = self.sell("A/0001")
        self.import_all()
        self.assertEqual(self.pastel.errors, [])
        self.hand_in(self.pastel.export_transactions()).action_confirm()
        self.assertEqual(rows.sync_state, "synced")
        # Pastel's own list, which it quotes, changes nothing of ours.
        self.give("customers", self.pastel.export_customers())
        run = self.run_ledger()
        self.assertEqual((run.state, run.notes), ("done", False))
        self.assertEqual(self.account.name, name)
        self.assertEqual(self.account.street, '1 "Main"\nStreet')
        self.assertEqual(self.account.sync_state, "synced")

    def test_a_text_of_a_line_with_quotes_and_line_breaks_stays_one_document(self):
        self.confirm_customers()
        text = '[GLUE] 5" tube\n"quick", dries;\r\n\tin 2 hours'
        invoice = self.create_invoice(line={"name": text})
        self.run_ledger()
        self.import_all()
        self.assertEqual(self.pastel.errors, [])
        (document,) = self.pastel.documents
        self.assertEqual(document.order, invoice.name)
        self.hand_in(self.pastel.export_transactions()).action_confirm()
        row = self.env["synkd.transaction"].search([("move_id", "=", invoice.id)])
        self.assertEqual(row.sync_state, "synced")

    def test_with_a_thirteenth_period_the_last_month_is_in_the_twelfth(self):
        self.confirm_customers()
        self.ledger.pastel_periods = 13
        for day, period in (("2026-03-01", "1"), ("2027-02-28", "12")):
            invoice = self.create_invoice(invoice_date=day)
            self.run_ledger()
            (file,) = self.handed().sudo().file_ids
            header = file.raw.decode("cp1252").splitlines()[0].split(",")
            self.assertEqual(
                (header[5], header[7]), (f'"{period}"', f'"{invoice.name}"')
            )
            self.import_all()
            self.hand_in(self.pastel.export_transactions()).action_confirm()
        self.assertEqual(self.pastel.errors, [])

    def test_one_list_is_read_once_for_all_files(self):
        self.confirm_customers()
        self.sell("A/0001")
        self.sell("A/0002")
        self.assertEqual(len(self.handed()), 2)
        self.import_all()
        read, real = [], exports.decode
        self.patch(exports, "decode", lambda content: read.append(1) or real(content))
        wizard = self.hand_in(self.pastel.export_transactions())
        self.assertEqual(wizard.told_count, 2)
        self.assertEqual(len(read), 1)
        with self.assertRaisesRegex(UserError, "no table with columns"):
            self.hand_in(b"one\ntwo")
        # What cannot be read is not read again either: once as each kind of list.
        self.assertEqual(len(read), 3)

    def test_a_file_that_was_imported_twice_is_found(self):
        self.confirm_customers()
        self.sell("A/0001")
        self.import_all()
        self.import_all()
        wizard = self.hand_in(self.pastel.export_transactions())
        self.assertEqual(wizard.told_count, 0)
        self.assertIn("more than once", wizard.said)

    def test_a_file_imported_again_after_its_word_is_found_by_the_next_list(self):
        self.confirm_customers()
        self.sell("A/0001")
        files = [(f.name, f.raw) for f in self.handed().sudo().file_ids]
        self.import_all()
        self.hand_in(self.pastel.export_transactions()).action_confirm()
        self.sell("A/0002")
        self.import_all()
        self.pastel.import_file(*files[0])
        for shows_messages in (True, False):
            self.pastel.shows_messages = shows_messages
            wizard = self.hand_in(self.pastel.export_transactions())
            self.assertIn("it is there more than once, as IN1", wizard.said)
            self.assertEqual(wizard.told_count, 1)

    def test_another_total_over_there_needs_a_person(self):
        self.confirm_customers()
        _invoices, rows = self.sell("A/0001")
        self.import_all()
        self.pastel.documents[0].total += 1
        # By its key it is ours, whatever it says.
        self.pastel.shows_messages = True
        self.hand_in(self.pastel.export_transactions()).action_confirm()
        self.assertEqual(rows.sync_state, "attention")

    def test_a_customer_that_pastel_does_not_have_keeps_its_document_waiting(self):
        self.confirm_customers()
        _invoices, rows = self.sell("A/0001")
        self.pastel.customers.clear()
        self.import_all()
        self.assertIn("17|customer code", self.pastel.errors[0])
        wizard = self.hand_in(self.pastel.export_transactions())
        self.assertIn("Is it the list of another company", wizard.said)
        with self.assertRaises(UserError):
            wizard.action_confirm()
        self.assertEqual(rows.sync_state, "in_file")

    def test_a_document_of_another_customer_there_is_not_taken_for_ours(self):
        self.confirm_customers()
        _invoices, rows = self.sell("A/0001")
        self.import_all()
        self.pastel.documents[0].customer = "OTH001"
        wizard = self.hand_in(self.pastel.export_transactions())
        self.assertIn("OTH001 instead of", wizard.said)
        self.assertEqual(rows.sync_state, "in_file")

    def test_money_of_another_amount_is_named(self):
        self.confirm_customers()
        invoices, _rows = self.sell("A/0001")
        self.import_all()
        self.hand_in(self.pastel.export_transactions()).action_confirm()
        outstanding = self.env["account.account"].create(
            {
                "name": "On its way",
                "code": "111997",
                "account_type": "asset_current",
                "reconcile": True,
                "company_ids": [Command.set(self.company.ids)],
            }
        )
        methods = self.bank.inbound_payment_method_line_ids
        methods.payment_account_id = outstanding
        wizard = self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=invoices.ids
        )
        wizard.create(
            {"journal_id": self.bank.id, "payment_date": "2026-03-12"}
        )._create_payments()
        self.run_ledger()
        self.import_all()
        self.pastel.entries[0].amount += 5
        wizard = self.hand_in(self.pastel.export_transactions())
        self.assertEqual(wizard.told_count, 0)
        self.assertIn("instead of -115.00", wizard.said)

    def test_lists_that_make_no_sense_are_refused_in_words(self):
        for content, words in (
            (b"", "Choose the file"),
            (b"\x00\x01", "no text file"),
            (b'Account,Amount\r\n"HOP', "not whole"),
        ):
            with self.subTest(words=words), self.assertRaisesRegex(UserError, words):
                self.hand_in(content)
        self.import_all()
        self.hand_in(self.pastel.export_customers()).action_confirm()
        with self.assertRaisesRegex(UserError, "No file of ledger"):
            self.hand_in(self.pastel.export_customers())

    def test_a_document_with_500_lines_is_refused_before_a_file_is_written(self):
        self.confirm_customers()
        text = "\n".join("word" * 10 for _line in range(500))
        invoice = self.create_invoice(line={"name": text})
        self.run_ledger()
        rows = self.env["synkd.transaction"].search([("move_id", "=", invoice.id)])
        self.assertEqual(rows.sync_state, "attention")
        self.assertIn("which takes 500", rows.reason_text)
        self.assertFalse(self.handed())

    def test_a_document_of_another_year_is_refused_in_words(self):
        self.confirm_customers()
        self.ledger.pastel_year_start = "2025-03-01"
        invoice = self.create_invoice()
        self.run_ledger()
        row = self.env["synkd.transaction"].search([("move_id", "=", invoice.id)])
        self.assertEqual(row.sync_state, "attention")
        self.assertIn(
            "not in the financial year that began on 01/03/2025", row.reason_text
        )

    def test_only_managers_confirm(self):
        with self.assertRaises(UserError):
            self.ledger.with_user(self.clerk).action_upload_report()


@tagged("post_install", "-at_install")
class TestPastelBanks(PastelHooks, PastelCommon):
    """Money of many banks goes in several files."""

    def test_a_batch_of_too_many_banks_is_halved(self):
        rows = [{"book": "cashbook", "contra": f"84{n:05}"} for n in range(10)]
        members = tuple(Member(n, {"rows": [row]}) for n, row in enumerate(rows))
        connector = self.ledger._get_connector()
        with self.assertRaisesRegex(RejectedError, "more than 9 banks"):
            connector._push_payments(self.ledger, Batch("key", members, "payments"))
