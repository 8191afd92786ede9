# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from dataclasses import replace

from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.synkd_connector.lib.results import Answer

from ..faults_common import FaultsCommon
from ..files_common import FilesMixin
from ..queue_common import QueueCommon


class QueueFilesCase(FilesMixin, QueueCommon):
    """Documents that go to the books in files; the customer is there already."""

    def setUp(self):
        super().setUp()
        self.run_ledger()
        self.confirm_imports("customers")
        self.assertEqual(self.account.sync_state, "synced", self.account.sync_message)

    def hand_over(self, *documents):
        """Post all that is ready, and return the file that the documents are in."""
        self.post_all()
        request = self.handed()[-1:]
        rows = self.env["synkd.transaction"].browse(request.line_ids.mapped("res_id"))
        self.assertEqual(set(rows.mapped("res_id")), {doc.id for doc in documents})
        return request


@tagged("post_install", "-at_install")
class TestQueueFiles(QueueFilesCase):
    def test_an_invoice_and_its_payment_reach_the_books_in_two_files(self):
        invoice = self.post_invoice()
        payment = self.pay(invoice)
        request = self.hand_over(invoice)
        row, paying = self.row_of(invoice), self.row_of(payment)
        self.assertEqual(row.sync_state, "in_file")
        self.assertEqual(paying.sync_state, "pending")
        self.assertIn("Waits until", paying.reason_text)
        self.run_ledger()
        self.assertEqual(self.handed(), request, "the payment waits for the word")
        self.confirm_import(request)
        [stored] = self.all_documents()
        self.assertEqual(row.external_id, stored.external_id)
        self.assertEqual((row.sync_state, row.books_number), ("synced", stored.number))
        self.assertEqual(row.books_total, invoice.amount_total)
        self.confirm_import(self.hand_over(payment))
        self.assertEqual(paying.sync_state, "synced")
        self.assertEqual(stored.outstanding, 0)

    def test_what_was_only_said_to_be_imported_is_settled_all_the_same(self):
        invoice = self.post_invoice()
        payment = self.pay(invoice)
        request = self.hand_over(invoice)
        self.import_into_books(request)
        request.action_all_imported()
        row = self.row_of(invoice)
        self.assertEqual((row.sync_state, row.external_id), ("synced", row.own_key))
        self.confirm_import(self.hand_over(payment))
        self.assertEqual(self.all_documents().outstanding, 0)

    def test_a_credit_note_and_what_it_settles(self):
        invoice = self.post_invoice()
        note = self.reverse(invoice)
        self.confirm_import(self.hand_over(invoice, note))
        self.confirm_import(self.hand_over(note))
        self.assertEqual(self.row_of(note, "allocation").sync_state, "synced")
        self.assertEqual(self.all_documents().mapped("outstanding"), [0, 0])

    def test_a_document_waits_for_the_file_of_its_customer(self):
        partner = self.create_partner("Pink Shoes")
        partner.account_customer_id = self.create_account("Pink Shoes")
        invoice = self.post_invoice(partner)
        self.post_all()
        row = self.row_of(invoice)
        self.assertEqual(self.handed().channel, "customers")
        self.assertEqual(row.sync_state, "pending")
        self.assertRegex(row.reason_text, "Waits until account customer .*Pink Shoes")
        self.run_ledger()
        self.assertEqual(len(self.handed()), 1)
        self.confirm_imports("customers")
        self.confirm_import(self.hand_over(invoice))
        self.assertEqual(row.sync_state, "synced")

    # === what the report says ===

    def test_a_total_that_differs_by_a_cent_waits_for_a_person(self):
        invoice = self.post_invoice()
        request = self.hand_over(invoice)
        report = self.import_into_books(request)
        total = f"{invoice.amount_total:.2f}".encode()
        cent = f"{invoice.amount_total + 0.01:.2f}".encode()
        self.assertIn(total, report)
        self.upload(request, report.replace(total, cent)).action_confirm()
        row = self.row_of(invoice)
        self.assertEqual((row.sync_state, row.reason), ("attention", "difference"))
        self.assertTrue(row.external_id, "it is there")

    def test_without_a_key_a_number_counts_where_numbers_are_unique(self):
        invoice = self.post_invoice()
        request = self.hand_over(invoice)
        row = self.row_of(invoice)
        head = "key,number,identity,status\n"
        for number, outcome in ((row.number, "ok"), ("INV/9999", False)):
            wizard = self.upload(request, f"{head},{number},B7,imported".encode())
            self.assertEqual(wizard.line_ids.outcome, outcome)
        capable = self.env["synkd.connector.demo"]._capabilities(self.ledger)
        self.assertTrue(capable.unique_numbers)
        self.patch_unique_numbers(False)
        wizard = self.upload(request, f"{head},{row.number},B7,imported".encode())
        self.assertFalse(wizard.line_ids.outcome)

    def patch_unique_numbers(self, value):
        """Let the demo books take a number once, or more often."""
        connector = type(self.env["synkd.connector.demo"])
        original = connector._capabilities
        self.patch(
            connector,
            "_capabilities",
            lambda model, ledger: replace(
                original(model, ledger), unique_numbers=value
            ),
        )

    def test_a_number_with_the_key_of_another_is_not_ours(self):
        invoice = self.post_invoice()
        request = self.hand_over(invoice)
        number = self.row_of(invoice).number
        key = self.account.own_key
        report = f"key,number,identity,status\n{key},{number},B7,imported".encode()
        self.assertFalse(self.upload(request, report).line_ids.outcome)

    def test_refused_by_the_books_stands_under_requires_attention(self):
        invoice = self.post_invoice(ref="Panda")
        request = self.hand_over(invoice)
        self.ledger.demo_refuse = "panda"
        self.confirm_import(request)
        row = self.row_of(invoice)
        self.assertEqual((row.sync_state, row.reason), ("attention", "refused"))
        self.assertIn("The demo books refuse invoice", row.reason_text)
        self.ledger.demo_refuse = False
        row.action_retry()
        self.confirm_import(self.hand_over(invoice))
        self.assertEqual(row.sync_state, "synced")

    # === what changes meanwhile ===

    def test_a_change_is_told_after_the_word(self):
        invoice = self.post_invoice()
        request = self.hand_over(invoice)
        row = self.row_of(invoice)
        invoice.button_draft()
        self.assertEqual(row.sync_state, "in_file")
        invoice.invoice_line_ids.price_unit = 200
        invoice.action_post()
        self.assertEqual(row.sync_state, "in_file")
        self.assertIn("was changed in Odoo after", row.reason_text)
        self.confirm_import(request)
        self.run_ledger()
        self.assertEqual((row.sync_state, row.reason), ("attention", "changed"))
        self.assertEqual(len(self.all_documents()), 1)
        self.assertFalse(self.handed())

    def test_what_was_cancelled_meanwhile(self):
        there, lost = self.post_invoice(), self.post_invoice()
        request = self.hand_over(there, lost)
        rows = [self.row_of(there), self.row_of(lost)]
        for invoice in (there, lost):
            invoice.button_draft()
            invoice.button_cancel()
        wizard = self.open_members(request)
        self.line_of(wizard, rows[0]).outcome = "ok"
        self.line_of(wizard, rows[1]).outcome = "void"
        wizard.action_confirm()
        self.run_ledger()
        self.assertEqual((rows[0].sync_state, rows[0].reason), ("attention", "changed"))
        self.assertIn("was taken back in Odoo", rows[0].reason_text)
        self.assertEqual((rows[1].sync_state, rows[1].live), ("excluded", False))

    def test_buttons_leave_it_alone_and_say_where_it_is(self):
        row = self.row_of(self.posted_in_file())
        for button in ("action_hold", "action_exclude"):
            with self.assertRaisesRegex(UserError, "its state is: In a File"):
                getattr(row, button)("Why")
        for button in ("action_post", "action_resolve", "action_retry"):
            with self.assertRaises(UserError):
                getattr(row, button)()
        self.assertEqual(row.sync_state, "in_file")

    def posted_in_file(self):
        """Return an invoice that waits in a file."""
        invoice = self.post_invoice()
        self.hand_over(invoice)
        return invoice

    # === screens ===

    def test_the_invoice_and_its_dialogs_say_where_it_is(self):
        invoice = self.posted_in_file()
        row, request = self.row_of(invoice), self.handed()
        self.assertEqual(invoice.synkd_state, "in_file")
        self.env.user.group_ids |= self.env.ref("synkd_connector.group_user")
        [alert] = invoice._get_synkd_in_file().values()
        self.assertIn(request.file_names, alert["message"])
        self.assertEqual(alert["action"]["res_id"], request.id)
        wizard = self.env["synkd.draft.wizard"]._create_dialog(
            {"res_model": "account.move", "res_id": invoice.id}
        )
        self.assertIn("does not change what is in the file", wizard.message)
        self.assertIn(request.file_names, row.action_preview() and row.reason_text)
        self.assertEqual(row._explain_next_push({}), row.reason_text)
        found = self.env["account.move"].search([("synkd_state", "=", "in_file")])
        self.assertEqual(found, invoice)

    def test_tabs_counts_and_lists(self):
        invoice = self.posted_in_file()
        rows = self.env["synkd.transaction"]
        tab = next(t for t in rows.get_queue_tabs() if t["path"] == "in-a-file")
        self.assertEqual((tab["name"], tab["count"]), ("In a File", 1))
        self.assertEqual(self.ledger.transaction_file_count, 1)
        domain = self.ledger.action_view_transaction_file()["domain"]
        self.assertEqual(rows.search(domain), self.row_of(invoice))
        self.assertEqual(self.ledger.transaction_ready_count, 0)
        self.assertEqual(self.account.transaction_waiting_count, 1)
        [line] = self.ledger._get_summary()
        self.assertEqual((line["label"], line["count"]), ("In a File", 1))
        self.assertTrue(line["url"].endswith("/in-a-file"))
        reader = self.create_user("reader", "synkd_connector.group_reader")
        self.assertFalse(rows.with_user(reader).search_count([]))

    def test_the_tab_is_there_only_where_files_are(self):
        rows = self.env["synkd.transaction"]
        self.posted_in_file()
        self.ledger.demo_answers = "at_once"
        paths = [tab["path"] for tab in rows.get_queue_tabs()]
        self.assertIn("in-a-file", paths, "one waits still")
        self.handed().action_none_imported()
        paths = [tab["path"] for tab in rows.get_queue_tabs()]
        self.assertNotIn("in-a-file", paths)

    def test_the_run_says_how_many_went_into_a_file(self):
        self.post_invoice()
        run = self.post_all()
        self.assertIn("waiting for somebody to import it: 1", run.message)
        self.assertEqual(run._get_progress()["handed"], 1)

    def test_a_list_of_many_costs_no_query_each(self):
        for _number in range(2):
            self.post_invoice()
        self.post_all()
        rows = self.env["synkd.transaction"].search([("sync_state", "=", "in_file")])
        counts = []
        for some in (rows, rows[:1], rows):
            self.env.invalidate_all()
            start = self.env.cr.sql_log_count
            some.mapped("reason_text")
            counts.append(self.env.cr.sql_log_count - start)
        self.assertEqual(counts[1], counts[2], "the first one fills caches")

    # === a wrong word ===

    def test_a_wrong_word_is_taken_back_and_what_settles_it_waits_again(self):
        invoice = self.post_invoice()
        payment = self.pay(invoice)
        request = self.hand_over(invoice)
        request.action_all_imported()
        row, paying = self.row_of(invoice), self.row_of(payment)
        self.assertFalse(paying.blocker_id)
        request.action_take_back()
        self.assertEqual((row.sync_state, row.external_id), ("in_file", False))
        self.assertFalse(row.posted_at)
        self.assertEqual(paying.blocker_id, row)
        self.confirm_import(request)
        self.assertEqual(row.sync_state, "synced")

    def test_a_word_is_not_taken_back_when_its_payment_went_after_it(self):
        invoice = self.post_invoice()
        payment = self.pay(invoice)
        request = self.hand_over(invoice)
        request.action_all_imported()
        self.hand_over(payment)
        with self.assertRaisesRegex(UserError, "needs them there: Payment"):
            request.action_take_back()
        customers = self.env["synkd.request"].search(
            [("ledger_id", "=", self.ledger.id), ("channel", "=", "customers")]
        )
        with self.assertRaisesRegex(UserError, "needs them there: .*Invoice"):
            customers.with_user(self.manager).action_take_back()


@tagged("post_install", "-at_install")
class TestLostDocuments(FaultsCommon):
    """What a person says of several documents that books which answer cannot tell."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = cls.create_user("boss", "synkd_connector.group_manager")

    def lose(self, number):
        """Return a request of some invoices, whose answer is lost for good."""
        invoices = self.env["account.move"]
        for _each in range(number):
            invoices |= self.post_invoice()
        self.ledger.demo_fault = "lost_after"
        self.post_all()
        self.ledger.demo_fault = False
        self.patch(
            type(self.env["synkd.connector.demo"]),
            "_reconcile",
            lambda *_arguments: Answer(),
        )
        self.ledger.sudo()._set_resumed()
        self.run_ledger()
        request = self.env["synkd.request"].search([("state", "=", "open")])
        self.assertEqual((request.member_count, request.attempts > 0), (number, True))
        return invoices, request.with_user(self.manager)

    def open_members(self, request):
        """Open Member by Member; return the dialog."""
        action = request.action_tell_members()
        wizards = self.env["synkd.members.wizard"].with_user(self.manager)
        return wizards.browse(action["res_id"])

    def test_a_batch_of_documents_is_told_at_once(self):
        invoices, request = self.lose(3)
        rows = self.env["synkd.transaction"].browse(request.line_ids.mapped("res_id"))
        there = {d.sender_key: d.external_id for d in self.all_documents()}
        wizard = self.open_members(request)
        self.assertIn(invoices[0].partner_id.name, wizard.line_ids[0].name)
        for line, row in zip(wizard.line_ids, rows, strict=True):
            line.write({"there": "ok", "external_id": there[row.own_key]})
        wizard.action_confirm()
        self.assertEqual(set(rows.mapped("sync_state")), {"synced"})
        self.assertEqual(request.state, "done")
        self.assertEqual(set(rows.mapped("external_id")), set(there.values()))
        self.assertIn(self.manager.name, rows[0].message_ids[:1].body)

    def test_some_are_there_some_are_not_and_the_others_are_asked_about_again(self):
        _invoices, request = self.lose(3)
        rows = self.env["synkd.transaction"].browse(request.line_ids.mapped("res_id"))
        there = {d.sender_key: d for d in self.all_documents()}
        there[rows[1].own_key].unlink()
        wizard = self.open_members(request)
        wizard.line_ids[0].write(
            {"there": "ok", "external_id": there[rows[0].own_key].external_id}
        )
        wizard.line_ids[1].there = "void"
        wizard.action_confirm()
        states = rows.mapped("sync_state")
        self.assertEqual(states, ["synced", "pending", "sending"])
        self.assertEqual(request.state, "open")
        asked = [member.res_id for member in request.sudo()._as_batch().members]
        self.assertEqual(asked, rows[2:].ids)
        request.action_ask_again()
        wizard = self.open_members(request)
        self.assertEqual(wizard.line_ids.member_id.res_id, rows[2].id)

    def test_a_document_that_is_there_needs_its_identity(self):
        _invoices, request = self.lose(2)
        wizard = self.open_members(request)
        wizard.line_ids.there = "ok"
        with self.assertRaisesRegex(UserError, "identity in the books has to be known"):
            wizard.action_confirm()
        with self.assertRaisesRegex(UserError, "Member by Member"):
            request._decide_in_books("")

    def test_not_before_the_books_were_asked(self):
        _invoices, request = self.lose(2)
        request.sudo().attempts = 0
        with self.assertRaisesRegex(UserError, "were not asked about"):
            request.action_tell_members()

    def test_two_members_are_not_one_document(self):
        _invoices, request = self.lose(2)
        wizard = self.open_members(request)
        wizard.line_ids.write({"there": "ok", "external_id": "B1"})
        with self.assertRaisesRegex(UserError, "B1 is the identity of"):
            wizard.action_confirm()
