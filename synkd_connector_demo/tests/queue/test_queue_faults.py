# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What the books do wrong, or refuse, while documents are sent to them."""

from datetime import timedelta

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.synkd_connector.lib.documents import AllocationData, PaymentData
from odoo.addons.synkd_connector.lib.results import Member

from ..faults_common import FaultsCommon


@tagged("post_install", "-at_install")
class TestQueueRefusals(FaultsCommon):
    """What the books refuse touches the one document only, and says what to do."""

    def test_one_refused_in_fifty(self):
        self.ledger.demo_refuse = "poison"
        invoices = [self.post_invoice(ref=f"PO{n}") for n in range(49)]
        poison = self.post_invoice(ref="Poison")
        calls = self.write_calls()
        run = self.post_all()
        self.assertEqual((run.state, run.refused), ("attention", 1))
        self.assertEqual(self.write_calls() - calls, 1)
        for invoice in invoices:
            self.assert_posted(invoice)
        row = self.row_of(poison)
        self.assert_waits(row, "refused", poison.name, "Hope Works", "press Retry")
        self.assertEqual(len(self.all_documents()), 49)
        poison.ref = "Mended"
        row.action_retry()
        self.post_all()
        self.assert_posted(poison)
        self.assertEqual(self.stored_documents(row).reference, "Mended")
        self.assert_clean()

    def test_ten_poison_documents_before_a_good_one(self):
        self.ledger.write({"demo_refuse": "poison", "demo_fault": "batch"})
        poison = [self.post_invoice(ref=f"Poison {n}") for n in range(10)]
        good = self.post_invoice()
        run = self.post_all()
        self.assertEqual((run.state, run.refused), ("attention", 10))
        self.assert_posted(good)
        for invoice in poison:
            self.assert_waits(self.row_of(invoice), "refused", "press Retry")
        self.assertEqual(len(self.all_documents()), 1)
        self.assert_clean()

    def test_what_cannot_be_mapped_keeps_nobody_waiting(self):
        odd = self.post_invoice()
        good = self.post_invoice()
        odd.name = "N" * 60
        self.post_all()
        self.assert_waits(self.row_of(odd), "refused", "60 characters", "shorter")
        self.assert_posted(good)

    def test_duplicate_number_in_the_books(self):
        invoice = self.post_invoice()
        self.env["synkd.demo.document"].create(
            {
                "ledger_id": self.ledger.id,
                "external_id": "DOC-BY-HAND",
                "number": "BI-BY-HAND",
                "sent_number": invoice.name,
                "customer_id": self.customer().id,
                "kind": "invoice",
                "date": "2026-01-01",
                "currency_id": self.company.currency_id.id,
                "total": 7.0,
                "outstanding": 7.0,
            }
        )
        self.post_all()
        row = self.row_of(invoice)
        self.assert_waits(row, "refused", invoice.name, "7.00", "115.00")
        self.assertEqual(self.all_documents().external_id, "DOC-BY-HAND")
        self.all_documents().sent_number = "By hand"
        row.action_retry()
        self.post_all()
        self.assert_posted(invoice)

    def test_customer_archived_in_the_books(self):
        invoice = self.post_invoice()
        self.customer().archived = True
        self.post_all()
        row = self.row_of(invoice)
        self.assert_waits(row, "archived", "Hope Works", "is archived", "Restore it")
        self.assertFalse(self.all_documents())
        self.customer().archived = False
        self.run_ledger()
        self.post_all(expect_ready=False)
        self.assert_posted(invoice)

    def test_customer_archived_in_the_books_just_before_the_document(self):
        invoice = self.post_invoice()
        connector = type(self.env["synkd.connector.demo"])
        real = connector._push_documents

        def push(this, ledger, batch):
            self.customer().archived = True
            self.env.flush_all()
            return real(this, ledger, batch)

        self.patch(connector, "_push_documents", push)
        self.post_all()
        self.assert_waits(self.row_of(invoice), "refused", "archived in the books")
        self.assertFalse(self.all_documents())

    def test_payment_larger_than_the_balance_in_the_books(self):
        invoice = self.post_invoice()
        self.post_all()
        row = self.row_of(invoice)
        by_hand = PaymentData(
            "",
            "post",
            "payment",
            "By hand",
            "",
            self.account.external_id,
            self.account.code,
            "2026-06-16",
            "USD",
            "1",
            "100.00",
            "BANK",
            (AllocationData(row.external_id, row.number, "100.00"),),
        )
        self.payments._take(self.ledger, (Member(1, by_hand.as_dict()),))
        payment = self.pay(invoice)
        self.post_all()
        self.assert_waits(
            self.row_of(payment), "refused", "Only 15.00 USD", "Correct the allocation"
        )
        self.assertEqual(self.stored_payments().sent_number, "By hand")
        self.assert_clean()

    def test_period_that_the_books_have_closed_since_the_lists_were_read(self):
        invoice = self.post_invoice()
        self.ledger.demo_lock_date = "2026-06-30"
        self.post_all()
        row = self.row_of(invoice)
        self.assert_waits(row, "refused", "closed until", "later date")
        row.action_set_post_date("2026-07-01")
        row.action_retry()
        self.post_all()
        self.assert_posted(invoice)
        self.assertEqual(str(row.books_date), "2026-07-01")

    def test_closed_periods_give_one_clear_reason(self):
        self.ledger.demo_lock_date = "2026-06-30"
        self.ledger.lists_pulled_at = False
        self.run_ledger()
        invoice = self.post_invoice()
        row = self.row_of(invoice)
        self.assert_waits(row, "closed", "closed period", "06/30/2026")
        self.assertEqual(len(row._explain()), 1)
        row.action_set_post_date("2026-07-01")
        self.assertEqual(row.sync_state, "pending", row.reason_text)
        self.close_books("2026-07-31")
        self.assert_waits(row, "closed", "07/31/2026")
        self.assertEqual(len(row._explain()), 1)
        row.action_set_post_date("2026-08-01")
        self.post_all()
        self.assert_posted(invoice)
        self.assertEqual(str(row.books_date), "2026-08-01")


@tagged("post_install", "-at_install")
class TestQueueOutages(FaultsCommon):
    """Whatever breaks on the way, each document is in the books once."""

    def test_answer_lost_after_posting(self):
        invoices = [self.post_invoice() for _n in range(3)]
        self.ledger.demo_fault = "lost_after"
        run = self.post_all()
        self.assertEqual(run.state, "paused")
        rows = [self.row_of(invoice) for invoice in invoices]
        self.assertEqual({row.sync_state for row in rows}, {"sending"})
        self.assertEqual(len(self.all_documents()), 3, "the books have them")
        calls = self.write_calls()
        run = self.mend()
        self.assertEqual(run.state, "done", run.message)
        self.assertEqual(self.write_calls(), calls, "asked, not sent again")
        for invoice in invoices:
            self.assert_posted(invoice)
        self.assert_clean()

    def test_answer_lost_before_posting(self):
        invoice = self.post_invoice()
        self.ledger.demo_fault = "lost_before"
        self.assertEqual(self.post_all().state, "paused")
        self.assertFalse(self.all_documents())
        self.mend()
        self.assert_posted(invoice)
        self.assert_clean()

    def test_answers_lost_of_payments_and_allocations(self):
        invoice, credited = self.post_invoice(), self.post_invoice()
        self.post_all()
        payment, note = self.pay(invoice), self.reverse(credited)
        for fault in ("lost_after", "lost_before", "lost_after", "lost_after"):
            self.ledger.demo_fault = fault
            self.ledger.sudo()._set_resumed()
            self.env["synkd.request"].search([]).write({"retry_at": False})
            self.run_ledger()
        self.mend()
        self.run_ledger()
        self.assert_posted(payment)
        self.assert_posted(note, "credit_note")
        self.assert_posted(note, "allocation")
        self.assert_settled(invoice, credited)
        self.assertEqual(len(self.stored_payments()), 1)
        self.assert_clean()

    def test_429_for_the_minute(self):
        invoice = self.post_invoice()
        self.ledger.demo_fault = "minute"
        run = self.post_all()
        states = run.state, self.row_of(invoice).sync_state
        self.assertEqual(states, ("paused", "pending"))
        self.assertIn("one minute", run.message)
        wait = self.ledger.paused_until - fields.Datetime.now()
        self.assertLessEqual(wait, timedelta(minutes=1))
        calls = self.calls_made()
        self.run_ledger()
        self.assertEqual(self.calls_made(), calls, "nothing is asked meanwhile")
        self.ledger.demo_fault = False
        self.go_on_at(self.date_after(minutes=2))
        self.assert_posted(invoice)
        self.assert_clean()

    def test_429_for_the_day(self):
        invoice = self.post_invoice()
        self.ledger.demo_fault = "day"
        run = self.post_all()
        self.assertEqual(run.state, "paused")
        self.assertIn("tomorrow", run.message)
        calls = self.calls_made()
        for hours in (1, 5, 19):
            self.go_on_at(self.date_after(hours=hours))
        self.assertEqual(self.calls_made(), calls, "nothing is asked meanwhile")
        self.assertEqual(self.row_of(invoice).sync_state, "pending")
        self.ledger.demo_fault = False
        self.go_on_at(self.date_after(hours=21))
        self.assert_posted(invoice)
        self.assert_clean()

    def test_books_offline_for_a_day(self):
        invoice = self.post_invoice()
        payment = self.pay(invoice)
        self.ledger.demo_fault = "offline"
        calls, now, later = self.calls_made(), fields.Datetime.now(), []
        self.post_all()
        while (wait := self.ledger.paused_until - now) < timedelta(days=1):
            later.append(wait)
            self.go_on_at(self.ledger.paused_until + timedelta(seconds=1))
        self.assertLess(self.calls_made() - calls, 30, "it asks less and less often")
        self.assertLess(later[1] - later[0], later[-1] - later[-2])
        self.assertEqual(self.row_of(invoice).sync_state, "pending")
        self.assertIn("offline", self.ledger.pause_reason)
        self.ledger.demo_fault = False
        self.go_on_at(self.ledger.paused_until + timedelta(seconds=1))
        self.go_on_at(self.date_after(days=2))
        self.assert_posted(invoice)
        self.assert_posted(payment)
        self.assert_settled(invoice)
        self.assert_clean()

    def test_login_refused_waits_for_a_person(self):
        invoice = self.post_invoice()
        self.ledger.demo_fault = "login"
        self.post_all()
        self.assertTrue(self.ledger.needs_person)
        self.assertIn("press Resume", self.ledger.pause_reason)
        self.ledger.demo_fault = False
        self.ledger.action_resume()
        self.run_ledger()
        self.assert_posted(invoice)

    def test_two_people_press_post_all_at_once(self):
        invoices = [self.post_invoice() for _n in range(3)]
        calls = self.write_calls()
        for login in ("ann", "ben"):
            user = self.create_user(login, "synkd_connector.group_manager")
            self.rows.with_user(user).action_post_all()
        self.run_ledger()
        self.run_ledger()
        self.assertEqual(self.write_calls() - calls, 1)
        self.assertFalse(self.env["synkd.run"].search([("state", "=", "waiting")]))
        for invoice in invoices:
            self.assert_posted(invoice)
        self.assert_clean()


@tagged("post_install", "-at_install")
class TestQueueUnknown(FaultsCommon):
    """What people do while nobody knows whether the books have a document."""

    def lose(self, fault, *invoices):
        """Send documents so that their answer is lost; return their rows."""
        self.ledger.demo_fault = fault
        self.post_all()
        rows = self.rows.union(*[self.row_of(invoice) for invoice in invoices])
        self.assertEqual(set(rows.mapped("sync_state")), {"sending"})
        return rows

    def test_resolving_has_to_wait(self):
        invoice = self.post_invoice()
        row = self.lose("lost_after", invoice)
        other = self.create_account("Other")
        self.partner.account_customer_id = other
        for press in (
            row.action_hold,
            row.action_exclude,
            lambda _why: row.action_set_post_date("2026-07-01"),
        ):
            with self.assertRaisesRegex(UserError, "Being Sent"):
                press("Wait")
        with self.assertRaisesRegex(UserError, "does not require attention"):
            row.action_resolve()
        self.assertEqual(row.sync_state, "sending")
        self.mend()
        self.assert_posted(invoice)
        self.assertEqual(row.account_customer_id, self.account)
        self.assertFalse(row.post_date)
        self.assert_clean()

    def test_reset_to_draft_of_what_the_books_have(self):
        invoice = self.post_invoice()
        row = self.lose("lost_after", invoice)
        invoice.button_draft()
        self.assertEqual(row.sync_state, "sending", "nobody knows yet")
        self.mend()
        self.post_all(expect_ready=False)
        self.assert_waits(row, "changed", "taken back", "void it")
        row.action_void()
        self.post_all()
        self.assertEqual(row.sync_state, "voided")
        self.assertEqual(self.all_documents().status, "void")
        self.assertFalse(self.row_of(invoice))

    def test_reset_to_draft_of_what_the_books_never_got(self):
        invoice = self.post_invoice()
        row = self.lose("lost_before", invoice)
        invoice.button_draft()
        self.mend()
        self.post_all(expect_ready=False)
        self.assertFalse(row.live)
        self.assertFalse(self.all_documents())
        invoice.action_post()
        self.post_all()
        self.assert_posted(invoice)

    def test_edited_while_the_books_have_it(self):
        invoice = self.post_invoice()
        row = self.lose("lost_after", invoice)
        self.edit(invoice, price_unit=200)
        self.mend()
        self.post_all(expect_ready=False)
        self.assert_waits(row, "changed", "changed in Odoo", "115.0")
        self.assertEqual(self.all_documents().total, 115)

    def test_edited_while_the_books_never_got_it(self):
        invoice = self.post_invoice()
        self.lose("lost_before", invoice)
        self.edit(invoice, price_unit=200)
        self.mend()
        self.post_all(expect_ready=False)
        self.assert_posted(invoice)
        self.assertEqual(self.all_documents().total, 230)
        self.assert_clean()

    def test_deleted_while_nobody_knows(self):
        invoice = self.post_invoice()
        row = self.lose("lost_after", invoice)
        invoice.button_draft()
        invoice.with_context(force_delete=True).unlink()
        self.mend()
        self.post_all(expect_ready=False)
        self.assert_waits(row, "changed", "deleted in Odoo after")
        self.assertEqual(len(self.all_documents()), 1)

    def test_paid_while_nobody_knows(self):
        invoice = self.post_invoice()
        self.lose("lost_after", invoice)
        payment = self.pay(invoice)
        self.mend()
        self.post_all(expect_ready=False)
        self.assert_posted(payment)
        self.assert_settled(invoice)
        self.assert_clean()
