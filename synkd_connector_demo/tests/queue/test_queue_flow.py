# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""From a posted document to the demo books, and what may go wrong on the way."""

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import formatLang

from ..queue_common import QueueCommon


@tagged("post_install", "-at_install")
class TestQueueFlow(QueueCommon):
    # === THE DAY OF A CLERK === #

    def test_post_all_puts_each_document_into_the_books_once_to_the_cent(self):
        invoice = self.post_invoice(lines=[{}, {"price_unit": 33.33, "quantity": 3}])
        note = self.post_invoice(move_type="out_refund", lines=[{"price_unit": 10}])
        payment = self.pay(invoice)
        run = self.post_all()
        self.assertEqual(run.state, "done", run.message)
        for document in (invoice, note):
            row = self.row_of(document)
            self.assertEqual(row.sync_state, "synced", row.sync_message)
            stored = self.stored_documents(row)
            self.assertEqual(len(stored), 1)
            self.assertEqual(stored.total, document.amount_total)
            self.assertEqual(stored.tax, document.amount_tax)
            self.assertEqual(row.books_total, document.amount_total)
            self.assertTrue(row.books_number and row.posted_at)
        self.assertEqual(self.row_of(payment).sync_state, "synced")
        self.assertFalse(self.stored_documents(self.row_of(invoice)).outstanding)
        self.run_ledger()
        calls = self.write_calls()
        again = self.run_ledger()
        self.assertEqual(again.write_calls, 0, "nothing is sent twice for nothing")
        self.assertEqual(self.write_calls(), calls)

    def test_the_customer_of_a_document_goes_first_in_the_same_run(self):
        invoice = self.post_invoice()
        self.assertFalse(self.account.external_id)
        self.post_all()
        self.assertTrue(self.account.external_id)
        row = self.row_of(invoice)
        self.assertEqual(row.sync_state, "synced", row.reason_text)

    def test_post_all_sends_no_customer_that_no_document_needs(self):
        other = self.create_account("Somebody else")
        self.post_invoice()
        self.post_all()
        self.assertEqual(other.sync_state, "pending")

    def test_selected_documents_are_posted_alone(self):
        one, two = self.post_invoice(), self.post_invoice()
        self.row_of(one).action_post()
        self.run_ledger()
        self.assertEqual(self.row_of(one).sync_state, "synced")
        self.assertEqual(self.row_of(two).sync_state, "pending")

    def test_pressing_post_all_or_post_again_shows_the_run_that_waits(self):
        clerks = [
            self.create_user(f"presser_{n}", "account.group_account_invoice")
            for n in range(2)
        ]
        rows = self.row_of(self.post_invoice()) + self.row_of(self.post_invoice())
        runs = self.env["synkd.run"]
        waiting = [("ledger_id", "=", self.ledger.id), ("state", "=", "waiting")]
        shown = set()
        for _press in range(25):
            for clerk in clerks:
                queue = self.env["synkd.transaction"].with_user(clerk)
                action = queue.with_company(self.company).action_post_all()
                shown.add(action["params"]["id"])
        self.assertEqual(shown, set(runs.search(waiting).ids))
        self.assertEqual(len(shown), 1)
        # Documents of several people share a run too, and each names it.
        for row, clerk in zip(rows, clerks, strict=True):
            for _press in range(5):
                row.with_user(clerk).with_company(self.company).action_post()
        self.assertEqual(len(runs.search(waiting)), 2)
        self.assertEqual(len(rows.run_id), 1)
        self.assertTrue(rows.run_id.scoped)
        self.run_ledger()
        self.run_ledger()
        self.assertEqual(set(rows.mapped("sync_state")), {"synced"})
        self.assertEqual(len(self.all_documents()), 2)
        self.assertFalse(runs.search(waiting))

    def test_what_gets_ready_while_a_run_waits_goes_with_it(self):
        first = self.row_of(self.post_invoice())
        first.action_post_all()
        second = self.row_of(self.post_invoice())
        second.action_post_all()
        run = self.run_ledger()
        self.assertEqual((first | second).mapped("sync_state"), ["synced"] * 2)
        self.assertEqual(run.processed, run.total)
        third = self.row_of(self.post_invoice())
        third.action_post_all()
        self.assertNotEqual(self.run_ledger(), run, "one that has ended is not shared")
        self.assertEqual(third.sync_state, "synced")

    def test_nothing_is_written_with_post_accounts_off(self):
        self.ledger.post_accounts = False
        invoice = self.post_invoice()
        self.run_ledger()
        self.assertEqual(self.row_of(invoice).sync_state, "pending")
        self.assertEqual(self.write_calls(), 0)

    # === PAYMENTS === #

    def test_one_payment_over_two_invoices_and_a_part_payment(self):
        invoices = self.post_invoice() | self.post_invoice()
        payment = self.pay(invoices)
        third = self.post_invoice()
        part = self.pay(third, amount=40.0)
        self.post_all()
        self.assertEqual(self.row_of(payment).sync_state, "synced")
        self.assertEqual(self.row_of(part).sync_state, "synced")
        open_ = [self.stored_documents(self.row_of(i)).outstanding for i in invoices]
        self.assertEqual(open_, [0, 0])
        left = self.stored_documents(self.row_of(third)).outstanding
        self.assertAlmostEqual(left, third.amount_residual)

    def test_a_payment_waits_for_an_invoice_that_requires_attention(self):
        invoice = self.post_invoice()
        payment = self.pay(invoice)
        self.row_of(invoice).action_hold("Ask the boss")
        self.post_all()
        row = self.row_of(payment)
        self.assertEqual(row.sync_state, "pending")
        self.assertIn("Waits until Invoice", row.reason_text)
        self.row_of(invoice).action_release()
        self.post_all()
        self.assertEqual(row.sync_state, "synced")
        self.assertFalse(row.blocker_id)

    def test_a_payment_unreconciled_after_posting_is_allocated_anew(self):
        invoice = self.post_invoice()
        payment = self.pay(invoice)
        self.post_all()
        stored = self.stored_documents(self.row_of(invoice))
        self.assertFalse(stored.outstanding)
        invoice.line_ids.remove_move_reconcile()
        self.assertEqual(self.row_of(payment).sync_state, "pending")
        self.post_all()
        self.assertEqual(self.row_of(payment).sync_state, "synced")
        self.env.invalidate_all()
        self.assertEqual(stored.outstanding, invoice.amount_total)

    def test_a_payment_cancelled_after_posting_asks_a_person(self):
        invoice = self.post_invoice()
        payment = self.pay(invoice)
        self.post_all()
        payment.action_draft()
        row = self.row_of(payment)
        self.assertEqual((row.sync_state, row.reason), ("attention", "changed"))
        row.action_void()
        self.post_all()
        self.assertEqual(row.sync_state, "voided")
        stored = self.stored_documents(self.row_of(invoice))
        self.assertEqual(stored.outstanding, invoice.amount_total)

    def test_a_credit_note_is_allocated_to_its_invoice(self):
        invoice = self.post_invoice()
        note = self.reverse(invoice)
        self.assertEqual(self.row_of(note, "allocation").sync_state, "pending")
        self.post_all()
        self.assertEqual(self.row_of(note, "credit_note").sync_state, "synced")
        self.assertEqual(self.row_of(note, "allocation").sync_state, "synced")
        self.assertFalse(self.stored_documents(self.row_of(invoice)).outstanding)

    # === CHANGES AFTER POSTING === #

    def test_reset_to_draft_after_posting_is_never_posted_twice(self):
        invoice = self.post_invoice()
        self.post_all()
        row = self.row_of(invoice)
        invoice.button_draft()
        self.assertEqual((row.sync_state, row.reason), ("attention", "changed"))
        invoice.action_post()
        self.assertEqual(row.sync_state, "synced", "it is as it was posted")
        invoice.button_draft()
        invoice.invoice_line_ids.price_unit = 200
        invoice.action_post()
        self.assertEqual((row.sync_state, row.reason), ("attention", "changed"))
        self.post_all(expect_ready=False)
        self.assertEqual(len(self.stored_documents(row)), 1)

    def test_a_mapping_that_changes_later_does_not_make_it_another_document(self):
        invoice = self.post_invoice()
        payment = self.pay(invoice)
        self.post_all()
        row = self.row_of(invoice)
        other = self.env["synkd.books.item"].search(
            [("ledger_id", "=", self.ledger.id), ("code", "=", "SERV")]
        )
        self.product_class.item_id = other
        self.account.payment_term_id = self.env.ref(
            "account.account_payment_term_30days"
        )
        invoice.line_ids.remove_move_reconcile()
        row._note_change()
        self.assertEqual((row.sync_state, row.reason), ("synced", False))
        self.assertEqual(self.row_of(payment).sync_state, "pending")

    def test_an_edited_due_date_asks_a_person(self):
        invoice = self.post_invoice()
        self.post_all()
        invoice.invoice_date_due = "2027-01-31"
        row = self.row_of(invoice)
        self.assertEqual((row.sync_state, row.reason), ("attention", "changed"))
        self.assertIn("was changed in Odoo after it was posted", row.reason_text)

    def test_preview_is_read_by_people_too(self):
        invoice = self.post_invoice(lines=[{"name": "Glue <b>for</b> wood"}])
        row = self.row_of(invoice)
        summary = self.preview(row).summary
        for text in row.number, "Glue &lt;b&gt;for&lt;/b&gt; wood", "SALES", "115.00":
            self.assertIn(text, summary)
        payment = self.row_of(self.pay(invoice))
        for text in "Settles", row.number, "115.00":
            self.assertIn(text, self.preview(payment).summary)
        text = [{"product_id": False, "name": "Delivery"}]
        preview = self.preview(self.row_of(self.post_invoice(lines=text)))
        self.assertFalse(preview.summary)
        with self.assertRaisesRegex(UserError, "Delivery"):
            preview.read(["summary", "payload"])

    def preview(self, row):
        """Return the dialog that shows what would be sent of a document."""
        action = row.action_preview()
        return self.env[action["res_model"]].browse(action["res_id"])

    def test_run_tells_what_became_of_the_documents(self):
        good = self.post_invoice()
        self.post_invoice(ref="Poison")
        self.ledger.demo_refuse = "poison"
        run = self.post_all()
        self.assertEqual(
            run.message, "Documents posted to the books: 1. Require attention: 1."
        )
        self.assertTrue(run.get_progress()[0]["attention"])
        self.ledger.write({"demo_fault": "cent", "demo_refuse": False})
        self.post_invoice()
        run = self.post_all()
        self.assertEqual((run.state, run.refused), ("attention", 0))
        self.assertTrue(run.get_progress()[0]["attention"], "there is what to look at")
        self.ledger.demo_fault = False
        good.button_draft()
        self.row_of(good).action_void()
        run = self.post_all()
        self.assertIn("Taken back there: 1.", run.message)
        self.assertFalse(run.get_progress()[0]["attention"])

    def test_another_account_or_product_of_the_same_price_is_a_change(self):
        invoice = self.post_invoice()
        self.post_all()
        row = self.row_of(invoice)
        line = invoice.invoice_line_ids
        account = line.account_id
        for values in (
            {"account_id": account.copy().id},
            {"account_id": account.id, "product_id": self.product.copy().id},
        ):
            invoice.button_draft()
            line.write(values | {"price_unit": line.price_unit})
            invoice.action_post()
            with self.subTest(values=values):
                self.assertEqual((row.sync_state, row.reason), ("attention", "changed"))
        invoice.button_draft()
        line.write({"product_id": self.product.id, "account_id": account.id})
        line.write({"price_unit": 100.0, "tax_ids": [Command.set(self.tax.ids)]})
        invoice.action_post()
        self.assertEqual(row.sync_state, "synced", "it is as it was posted")

    def test_another_journal_of_a_payment_reaches_the_books(self):
        payment = self.pay(self.post_invoice())
        self.post_all()
        row = self.row_of(payment)
        stored = self.env["synkd.demo.payment"].search(
            [("external_id", "=", row.external_id)]
        )
        entry = self.env["synkd.books.item"].search(
            [
                ("ledger_id", "=", self.ledger.id),
                ("kind", "=", "bank"),
                ("code", "!=", stored.account),
            ],
            limit=1,
        )
        second = self.bank.copy({"name": "Second Bank", "code": "BNK9"})
        outstanding = self.env["account.account"].create(
            {
                "name": "Outstanding",
                "code": "111997",
                "account_type": "asset_current",
                "reconcile": True,
                "company_ids": [Command.set(self.company.ids)],
            }
        )
        second.inbound_payment_method_line_ids.payment_account_id = outstanding
        mappings = self.env["synkd.mapping"]
        mappings._ensure(self.ledger, {("bank", str(second.id))}).item_id = entry
        payment.action_draft()
        payment.journal_id = second
        payment.action_post()
        self.post_all(expect_ready=False)
        self.assertEqual(row.sync_state, "synced")
        self.assertEqual(stored.account, entry.code)

    def test_void_then_post_again(self):
        invoice = self.post_invoice()
        self.post_all()
        row = self.row_of(invoice)
        invoice.button_draft()
        invoice.invoice_line_ids.price_unit = 200
        invoice.action_post()
        money = formatLang(self.env, row.books_total, currency_obj=row.currency_id)
        self.assertIn(f"with a total of {money}.", row.reason_text)
        row.action_void()
        self.assertEqual(row.reason_text, "The next run takes it back in the books.")
        self.post_all()
        self.assertEqual(row.sync_state, "voided")
        fresh = self.row_of(invoice)
        self.assertNotEqual(fresh, row)
        self.post_all(expect_ready=False)
        self.assertEqual(fresh.sync_state, "synced")
        self.assertEqual(fresh.books_total, invoice.amount_total)

    def test_credit_then_post_again(self):
        invoice = self.post_invoice()
        self.post_all()
        row = self.row_of(invoice)
        invoice.button_draft()
        invoice.invoice_line_ids.price_unit = 200
        invoice.action_post()
        row.action_credit()
        self.assertEqual(row.sync_state, "credited")
        fresh = self.row_of(invoice)
        self.assertEqual(fresh.number, f"{invoice.name}-2")
        self.post_all()
        self.assertEqual(fresh.sync_state, "synced")
        balance = sum(
            d.total * (1 if d.kind == "invoice" else -1) for d in self.all_documents()
        )
        self.assertEqual(balance, invoice.amount_total)

    def test_leave_as_it_is(self):
        invoice = self.post_invoice()
        self.post_all()
        row = self.row_of(invoice)
        invoice.button_draft()
        invoice.invoice_line_ids.price_unit = 200
        invoice.action_post()
        row.action_leave("Agreed with the accountant")
        self.assertEqual(row.sync_state, "synced")
        self.run_ledger()
        calls = self.write_calls()
        self.run_ledger()
        self.assertEqual(self.write_calls(), calls)

    def test_a_difference_of_a_cent_is_shown_with_both_numbers(self):
        self.ledger.demo_fault = "cent"
        invoice = self.post_invoice()
        self.post_all()
        row = self.row_of(invoice)
        self.assertEqual((row.sync_state, row.reason), ("attention", "difference"))
        self.assertIn(f"{invoice.amount_total:.2f}", row.reason_text)
        self.assertIn(f"{row.books_total:.2f}", row.reason_text)
        self.run_ledger()
        self.assertEqual(len(self.stored_documents(row)), 1, "it is not sent again")
