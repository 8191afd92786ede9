# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Which documents enter the queue, how they wait, and what happens to them in Odoo."""

from odoo import Command, fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from ..faults_common import FaultsCommon


@tagged("post_install", "-at_install")
class TestQueueEntry(FaultsCommon):
    """Which documents enter the queue, and what keeps them there."""

    def test_document_of_a_branch_goes_to_the_books_of_its_company(self):
        branch = self.env["res.company"].create(
            {"name": "Branch", "parent_id": self.company.id}
        )
        self.env.user.company_ids |= branch
        self.env.cr.precommit.run()
        invoice = self.create_invoice(company_id=branch.id)
        invoice.action_post()
        row = self.row_of(invoice)
        self.assertEqual((row.company_id, row.ledger_id), (branch, self.ledger))
        self.post_all()
        self.assert_posted(invoice)
        self.close_books("2026-12-31")
        late = self.create_invoice(company_id=branch.id, invoice_date="2027-01-02")
        late.action_post()
        self.close_books("2027-01-31")
        self.assert_waits(self.row_of(late), "closed", "01/31/2027")

    def test_locks_of_odoo_do_not_stop_what_was_posted_before_them(self):
        self.keep_entries()
        locks = ("sale", "tax", "fiscalyear", "purchase", "hard")
        for day, lock in enumerate(locks, start=1):
            with self.subTest(lock):
                invoice = self.post_invoice(invoice_date=f"2026-06-0{day}")
                payment = self.pay(invoice, payment_date=f"2026-06-0{day}")
                self.company.sudo()[f"{lock}_lock_date"] = f"2026-06-0{day}"
                for document in (invoice, payment):
                    row = self.row_of(document)
                    self.assertEqual(row.sync_state, "pending", row.reason_text)
                self.post_all()
                for document in (invoice, payment):
                    row = self.assert_posted(document)
                    self.assertEqual(str(row.books_date), f"2026-06-0{day}")
                self.assert_settled(invoice)

    def test_locks_of_odoo_hold_for_changes_in_odoo(self):
        invoice = self.post_invoice()
        self.company.sudo().fiscalyear_lock_date = "2026-06-30"
        with self.assertRaises(UserError):
            self.edit(invoice, price_unit=50)
        self.post_all()
        self.assert_posted(invoice)

    def test_no_ledger(self):
        other = self.env["res.company"].create({"name": "Without Books"})
        self.env.user.company_ids |= other
        self.env["account.chart.template"].try_loading(
            "generic_coa", company=other, install_demo=False
        )
        invoice = self.create_invoice(
            company_id=other.id, lines=[{"tax_ids": [Command.clear()]}]
        )
        invoice.action_post()
        self.assertEqual(invoice.state, "posted")
        self.assertFalse(self.row_of(invoice))

    def test_archived_ledger(self):
        before = self.post_invoice()
        self.ledger.active = False
        invoice = self.post_invoice()
        payment = self.pay(before | invoice)
        self.assertFalse(self.row_of(invoice) | self.row_of(payment))
        before.button_draft()
        before.action_post()
        self.ledger.active = True
        self.run_ledger()
        self.assertEqual(self.rows.search_count([("move_id", "=", invoice.id)]), 0)

    def test_post_accounts_off_keeps_documents_ready(self):
        self.ledger.post_accounts = False
        invoice = self.post_invoice()
        payment = self.pay(invoice)
        calls = self.write_calls()
        self.post_all()
        states = (self.row_of(invoice) | self.row_of(payment)).mapped("sync_state")
        self.assertEqual(states, ["pending", "pending"])
        self.assertEqual(self.write_calls(), calls)
        self.ledger.post_accounts = True
        self.post_all()
        self.assert_posted(payment)
        self.assert_settled(invoice)

    def test_customer_who_is_linked_later(self):
        stranger = self.create_partner("Stranger")
        invoice = self.post_invoice(stranger)
        payment = self.pay(invoice)
        self.assert_waits(self.row_of(invoice), "not_linked", "Stranger", "Choose one")
        self.assert_waits(self.row_of(payment), "not_linked", "Stranger")
        stranger.account_customer_id = self.create_account("Stranger")
        self.post_all()
        self.assert_posted(invoice)
        self.assert_posted(payment)
        self.assert_settled(invoice)

    def test_currency_that_is_not_mapped(self):
        euro = self.env.ref("base.EUR")
        euro.active = True
        rate = {"name": "2026-01-01", "rate": 0.5, "currency_id": euro.id}
        self.env["res.currency.rate"].create(rate | {"company_id": self.company.id})
        invoice = self.post_invoice(currency_id=euro.id)
        row = self.row_of(invoice)
        self.assert_waits(row, "unmapped", "EUR", "mapping")
        entry = self.env["synkd.books.item"].create(
            {
                "ledger_id": self.ledger.id,
                "kind": "currency",
                "external_id": "EUR",
                "code": "EUR",
                "name": "Euro",
            }
        )
        self.env["synkd.demo.item"].create(
            {"ledger_id": self.ledger.id, "kind": "currency"}
            | {"code": "EUR", "name": "Euro"}
        )
        needs = {("currency", str(euro.id))}
        self.env["synkd.mapping"]._ensure(self.ledger, needs).item_id = entry
        self.assertEqual(row.sync_state, "pending", row.reason_text)
        payment = self.pay(invoice)
        self.post_all()
        self.assert_posted(invoice)
        self.assert_posted(payment)
        self.assert_settled(invoice)
        stored = self.stored_documents(row)
        self.assertEqual((stored.currency_id, stored.rate), (euro, 0.5))

    def test_generic_class_posts_what_is_paid_by_itself(self):
        self.class_generic.invoice_prefix = "CASH-"
        for kept in (True, False):
            with self.subTest(entry=kept):
                self.keep_entries(kept)
                walk_in = self.create_partner("Walk-in")
                walk_in.account_customer_id = self.create_account(
                    "Walk-in", class_id=self.class_generic.id
                )
                invoice = self.post_invoice(walk_in)
                row = self.row_of(invoice)
                self.assert_waits(row, "payment_required", "Take the payment")
                part = self.pay(invoice, amount=15)
                self.assertEqual(bool(part.move_id), kept)
                self.assert_waits(row, "payment_required", "Take the payment")
                payment = self.pay(invoice, amount=100)
                self.assertEqual(row.sync_state, "pending", row.reason_text)
                self.run_ledger()
                self.assert_posted(invoice)
                self.assert_posted(payment)
                self.assertEqual(row.number, f"CASH-{invoice.name}")
                self.assertEqual(row.account_customer_id, self.counter)
                self.assertFalse(self.stored_documents(row).outstanding)

    def test_vendors_never_enter(self):
        bill = self.env["account.move"].create(
            {
                "move_type": "in_invoice",
                "partner_id": self.partner.id,
                "invoice_date": "2026-06-15",
                "invoice_line_ids": [Command.create({"name": "X", "price_unit": 10})],
            }
        )
        bill.action_post()
        self.keep_entries()
        self.pay(bill)
        self.match(self.bank_line(-5.0))
        domain = [("ledger_id", "=", self.ledger.id)]
        self.assertEqual(self.rows.search_count(domain), 0)

    def test_documents_that_are_deleted_after_they_were_posted(self):
        invoice = self.post_invoice()
        self.post_all()
        row = self.row_of(invoice)
        invoice.button_draft()
        self.assertIn("Post it again in Odoo as it was", row.reason_text)
        invoice.with_context(force_delete=True).unlink()
        self.assert_waits(row, "changed", "was deleted in Odoo", "or leave it there")
        self.assertNotIn("as it was", row.reason_text)
        row.action_void()
        self.post_all()
        self.assertEqual(row.sync_state, "voided")

    def test_documents_that_are_deleted_before_they_are_sent(self):
        invoice = self.post_invoice()
        row = self.row_of(invoice)
        invoice.button_draft()
        invoice.with_context(force_delete=True).unlink()
        self.assertFalse(row.live)
        self.run_ledger()
        self.assertFalse(self.all_documents())

    def test_document_of_zero_is_posted(self):
        invoice = self.post_invoice(lines=[{"price_unit": 0}])
        self.post_all()
        self.assert_posted(invoice)

    def test_what_is_excluded_blocks_nobody_and_is_settled_once_included(self):
        invoice, other = self.post_invoice(), self.post_invoice()
        row = self.row_of(invoice)
        row.action_exclude("The accountant typed it in")
        payment = self.pay(invoice | other)
        self.post_all()
        self.assert_posted(payment)
        self.assert_settled(other)
        self.assertFalse(self.stored_documents(row))
        row.action_include()
        self.post_all()
        self.assert_posted(invoice)
        self.assert_settled(invoice, other)
        self.assertEqual(len(self.stored_payments()), 1)


@tagged("post_install", "-at_install")
class TestQueueChanges(FaultsCommon):
    """What happens to documents in Odoo before and after they were sent."""

    def test_what_is_edited_before_it_is_sent_is_sent_as_it_is(self):
        invoice = self.post_invoice(ref="Old")
        invoice.ref = "New"
        invoice.invoice_date_due = "2026-09-09"
        self.post_all()
        stored = self.stored_documents(self.assert_posted(invoice))
        self.assertEqual(
            (stored.reference, str(stored.due_date)), ("New", "2026-09-09")
        )

    def test_edits_after_posting_ask_a_person(self):
        other = self.create_partner("Other")
        other.account_customer_id = self.create_account("Other")
        for values in (
            {"ref": "Another"},
            {"invoice_date": "2026-06-16"},
            {"partner_id": other.id},
            {"invoice_date_due": "2026-12-12"},
            {"price_unit": 99},
        ):
            with self.subTest(**values):
                invoice = self.post_invoice()
                self.post_all()
                row = self.assert_posted(invoice)
                self.edit(invoice, **values)
                self.assert_waits(row, "changed", "changed in Odoo", "Void it")
                self.post_all(expect_ready=False)
                self.assertEqual(len(self.stored_documents(row)), 1)
                row.action_leave("Agreed")
                self.run_ledger()
                self.assertEqual(row.sync_state, "synced", row.reason_text)
                self.pay(invoice)
                self.assertEqual(row.sync_state, "synced", row.reason_text)

    def test_other_codes_in_the_books_are_no_change_of_a_document(self):
        invoice = self.post_invoice()
        self.post_all()
        row = self.assert_posted(invoice)
        self.account.code = "RENAMED"
        self.account.payment_term_id = self.env.ref(
            "account.account_payment_term_30days"
        )
        items = [("ledger_id", "=", self.ledger.id), ("code", "=", "SHOP")]
        self.product_class.item_id = self.env["synkd.books.item"].search(items)
        payment = self.pay(invoice)
        self.assertEqual(row.sync_state, "synced", row.reason_text)
        self.post_all()
        self.assert_posted(payment)
        self.assert_settled(invoice)
        self.assertEqual(row.sync_state, "synced", row.reason_text)

    def test_payment_changed_after_it_was_sent_asks_a_person(self):
        self.keep_entries()
        invoice = self.post_invoice()
        payment = self.pay(invoice)
        self.post_all()
        row = self.assert_posted(payment)
        payment.action_draft()
        payment.amount = 100
        payment.action_post()
        self.settle(invoice, payment.move_id)
        self.assert_waits(row, "changed", "changed in Odoo")
        self.post_all(expect_ready=False)
        self.assertEqual(self.stored_payments().amount, 115)
        row.action_void()
        self.post_all()
        self.post_all(expect_ready=False)
        self.assert_posted(payment)
        self.assertEqual(self.stored_payments().amount, 100)
        self.assert_settled(invoice)

    def test_payment_taken_back_and_posted_again_as_it_was(self):
        self.keep_entries()
        invoice = self.post_invoice()
        payment = self.pay(invoice)
        self.post_all()
        row = self.assert_posted(payment)
        payment.action_draft()
        self.assert_waits(row, "changed", "taken back in Odoo")
        payment.action_post()
        self.settle(invoice, payment.move_id)
        self.post_all()
        self.assert_posted(payment)
        self.assert_settled(invoice)
        self.assertEqual(len(self.stored_payments()), 1)

    def test_bounced_payment_asks_a_person(self):
        for kept in (True, False):
            with self.subTest(entry=kept):
                self.keep_entries(kept)
                invoice = self.post_invoice()
                payment = self.pay(invoice)
                self.post_all()
                row = self.assert_posted(payment)
                payment.action_reject() if not kept else payment.action_cancel()
                self.assert_waits(row, "changed", "taken back in Odoo")
                row.action_void()
                self.post_all()
                self.assertEqual(row.sync_state, "voided")
                stored = self.stored_documents(self.row_of(invoice))
                self.assertEqual(stored.outstanding, 115)

    def test_paid_invoice_is_voided_and_posted_again(self):
        self.keep_entries()
        invoice = self.post_invoice()
        payment = self.pay(invoice)
        self.post_all()
        row = self.assert_posted(invoice)
        self.edit(invoice, price_unit=200)
        self.settle(invoice, payment.move_id)
        self.assert_waits(row, "changed", "Void it")
        row.action_void()
        self.post_all()
        self.post_all(expect_ready=False)
        self.assertEqual(row.sync_state, "voided", row.reason_text)
        self.assert_posted(invoice)
        self.assert_posted(payment)
        self.assertEqual(len(self.stored_payments()), 1)
        self.assert_settled(invoice)
        self.assertEqual(invoice.amount_residual, 115)

    def test_paid_invoice_is_voided_alone(self):
        self.keep_entries()
        invoice = self.post_invoice()
        payment = self.pay(invoice)
        self.post_all()
        row = self.assert_posted(invoice)
        invoice.button_draft()
        row.action_void()
        row.action_post()
        self.run_ledger()
        self.assertEqual(row.sync_state, "voided", row.reason_text)
        self.assert_posted(payment)
        self.assertEqual(self.stored_payments().unallocated, 115)
        self.assert_clean()

    def test_credit_note_is_voided_and_posted_again(self):
        invoice = self.post_invoice()
        note = self.reverse(invoice)
        self.post_all()
        row = self.assert_posted(note, "credit_note")
        self.edit(note, price_unit=50)
        self.settle(invoice, note)
        self.assert_waits(row, "changed", "changed in Odoo")
        row.action_void()
        self.post_all()
        self.post_all(expect_ready=False)
        self.assertEqual(row.sync_state, "voided", row.reason_text)
        self.assert_posted(note, "credit_note")
        self.assert_posted(note, "allocation")
        self.assert_settled(invoice)
        self.assertEqual(invoice.amount_residual, 57.5)
        self.assert_clean()

    def test_reversed_invoice_and_its_credit_note_settle_each_other(self):
        invoice = self.post_invoice()
        self.post_all()
        note = self.reverse(invoice)
        self.post_all()
        self.assert_posted(note, "credit_note")
        self.assert_posted(note, "allocation")
        self.assert_settled(invoice)
        invoice.line_ids.remove_move_reconcile()
        self.post_all()
        self.assert_settled(invoice)
        self.assertEqual(invoice.amount_residual, 115)
        self.assert_clean()

    def test_books_that_changed_nothing_are_asked_nothing(self):
        invoice = self.post_invoice()
        self.post_all()
        calls = self.write_calls()
        invoice.button_draft()
        invoice.action_post()
        self.run_ledger()
        self.assertEqual(self.write_calls(), calls)
        self.assertEqual(self.row_of(invoice).sync_state, "synced")
        self.assertLessEqual(self.row_of(invoice).posted_at, fields.Datetime.now())
