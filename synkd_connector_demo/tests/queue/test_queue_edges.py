# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Where people, runs and other ledgers get in each other's way."""

from odoo.exceptions import UserError
from odoo.tests import tagged

from ..faults_common import FaultsCommon


@tagged("post_install", "-at_install")
class TestQueueEdges(FaultsCommon):
    """Nothing is posted to the wrong customer, twice, or never."""

    def lose(self, fault, document):
        """Send a document so that its answer is lost; return its row."""
        self.ledger.demo_fault = fault
        self.post_all()
        row = self.row_of(document)
        self.assertEqual(row.sync_state, "sending")
        return row

    # === WHAT IS EDITED WHILE NOBODY KNOWS === #

    def test_other_customer_while_the_books_never_got_it(self):
        other, account = self.create_partner("Joy"), self.create_account("Joy")
        self.env["synkd.customer.link"]._link([(other, account)])
        self.run_ledger()
        invoice = self.post_invoice(ref="Old")
        row = self.lose("lost_before", invoice)
        self.edit(invoice, partner_id=other.id, ref="New", price_unit=200)
        self.mend()
        self.post_all(expect_ready=False)
        self.assert_posted(invoice)
        self.assertEqual(row.account_customer_id, account)
        stored = self.stored_documents(row)
        self.assertEqual(stored.customer_id.number, account.external_id)
        self.assertEqual(stored.reference, "New")
        self.assertEqual((row.partner_id, row.amount), (other, 230))

    def test_payment_changed_while_the_books_have_it(self):
        invoice = self.post_invoice()
        self.post_all()
        self.keep_entries()
        payment = self.pay(invoice, amount=50)
        row = self.lose("lost_after", payment)
        payment.action_draft()
        payment.amount = 60
        payment.action_post()
        self.mend()
        self.post_all(expect_ready=False)
        self.assert_waits(row, "changed", "changed in Odoo")

    def test_an_invoice_is_voided_while_the_answer_about_its_payment_is_lost(self):
        """The payment lets go of it as soon as somebody knows that it got there."""
        self.keep_entries()
        invoice = self.post_invoice()
        self.post_all()
        row = self.row_of(invoice)
        payment = self.pay(invoice)
        self.lose("lost_after", payment)
        invoice.button_draft()
        self.assert_waits(row, "changed", "taken back in Odoo")
        row.action_void()
        self.mend()
        self.post_all(expect_ready=False)
        self.assertEqual(row.sync_state, "voided", row.reason_text)
        self.assert_posted(payment)
        self.assertEqual(self.stored_payments().unallocated, 115)

    def test_money_that_was_posted_alone_settles_what_is_posted_again(self):
        """It was taken back before it was sent; Odoo keeps the two reconciled."""
        self.keep_entries()
        for kind, way in (("out_invoice", "inbound"), ("out_refund", "outbound")):
            with self.subTest(kind=kind):
                document = self.post_invoice(move_type=kind)
                values = {"payment_type": way, "partner_id": self.partner.id}
                values |= {"journal_id": self.bank.id, "amount": 50}
                payment = self.env["account.payment"].create(values)
                payment.action_post()
                self.settle(document, payment.move_id)
                document.button_draft()
                self.post_all()
                self.assert_posted(payment)
                document.action_post()
                self.post_all()
                self.post_all(expect_ready=False)
                self.assert_posted(document)
                self.assert_settled(document)

    def change_and_leave(self, values):
        """Settle an invoice, change the money here, and leave what is posted.

        :return: the invoice, the payment, and its row.
        """
        invoice = self.post_invoice()
        payment = self.pay(invoice, amount=50)
        self.post_all()
        self.post_all(expect_ready=False)
        row = self.assert_posted(payment)
        payment.action_draft()
        payment.write(values)
        payment.action_post()
        self.run_ledger()
        self.assert_waits(row, "changed", "changed in Odoo")
        row.action_leave("The rest is entered there by hand")
        return invoice, payment, row

    def test_what_was_left_after_its_void_was_refused_is_voided_there_later(self):
        """Leaving it must not make the next void look as if it were done already."""
        invoice = self.post_invoice(ref="Old")
        self.post_all()
        row = self.assert_posted(invoice)
        self.edit(invoice, price_unit=200)
        self.assert_waits(row, "changed", "changed in Odoo")
        self.ledger.demo_refuse = "Old"
        row.action_void()
        self.post_all(expect_ready=False)
        self.assert_waits(row, "refused", "refuse")
        row.action_leave("It is closed there")
        self.ledger.demo_refuse = False
        self.assertEqual((row.sync_state, row.operation), ("synced", "post"))
        self.env["synkd.enqueuer"]._enqueue_moves(invoice)
        self.assertEqual(row.sync_state, "synced", "nothing changed since")
        self.edit(invoice, price_unit=300)
        self.assert_waits(row, "changed", "changed in Odoo")
        row.action_void()
        self.post_all(expect_ready=False)
        self.post_all(expect_ready=False)
        self.assertEqual(row.sync_state, "voided")
        self.assertCountEqual(self.all_documents().mapped("status"), ["void", "open"])
        self.assertEqual(self.assert_posted(invoice).amount, 345)

    def test_money_that_was_left_is_not_posted_otherwise_by_and_by(self):
        """What it settles changes later: a person is asked, and nothing is sent."""
        self.keep_entries()
        _invoice, payment, row = self.change_and_leave({"amount": 60})
        self.settle(payment.move_id, self.post_invoice())
        self.post_all(expect_ready=False)
        self.post_all(expect_ready=False)
        self.assert_waits(row, "changed", "changed in Odoo")
        self.assertEqual(self.stored_payments().mapped("amount"), [50])
        row.action_void()
        self.post_all(expect_ready=False)
        self.post_all(expect_ready=False)
        self.assert_posted(payment)
        self.assertEqual(self.stored_payments().mapped("amount"), [60])

    def test_money_that_was_left_stays_with_its_customer_there(self):
        other = self.create_partner("Joy")
        other.account_customer_id = self.create_account("Joy")
        self.keep_entries()
        _invoice, payment, _row = self.change_and_leave({"partner_id": other.id})
        self.settle(payment.move_id, self.post_invoice(other))
        self.post_all(expect_ready=False)
        self.post_all(expect_ready=False)
        self.assertEqual(self.stored_payments().customer_id, self.customer())

    def test_money_that_was_left_and_is_the_same_settles_what_it_settles_here(self):
        self.keep_entries()
        _invoice, payment, row = self.change_and_leave({"date": "2026-06-16"})
        more = self.post_invoice()
        self.settle(payment.move_id, more)
        self.post_all(expect_ready=False)
        self.post_all(expect_ready=False)
        self.assertEqual(row.sync_state, "synced", row.reason_text)
        self.assert_settled(more)

    # === CREDITING === #

    def test_only_what_differs_is_credited(self):
        invoice = self.post_invoice()
        self.post_all()
        row = self.row_of(invoice)
        with self.assertRaisesRegex(UserError, "cannot be credited"):
            row.action_credit()
        self.assertEqual(row.sync_state, "synced")
        self.assertEqual(len(self.rows.search([("ledger_id", "=", self.ledger.id)])), 1)

    def test_what_the_books_refused_is_not_credited(self):
        self.ledger.demo_refuse = "poison"
        invoice = self.post_invoice(ref="Poison")
        self.post_all()
        row = self.row_of(invoice)
        self.assert_waits(row, "refused", "press Retry")
        with self.assertRaisesRegex(UserError, "cannot be credited"):
            row.action_credit()
        self.assertEqual(len(self.rows.search([("ledger_id", "=", self.ledger.id)])), 1)

    def test_credited_while_it_is_a_draft_and_posted_again(self):
        invoice = self.post_invoice()
        self.post_all()
        row = self.row_of(invoice)
        invoice.button_draft()
        self.assert_waits(row, "changed", "taken back")
        row.action_credit()
        self.post_all()
        invoice.invoice_line_ids.price_unit = 200
        invoice.action_post()
        self.post_all()
        again = self.assert_posted(invoice)
        self.assertEqual(again.number, f"{invoice.name}-2")

    # === OTHER LEDGERS === #

    def test_what_waits_for_archived_books_blocks_no_payment_of_the_new_ones(self):
        invoice = self.post_invoice()
        old = self.row_of(invoice)
        self.assertEqual(old.sync_state, "pending")
        self.ledger.active = False
        self.env.flush_all()
        new = self.create_ledger(name="New books", start_date=False)
        account = self.create_account("Hope Works", ledger_id=new.id)
        self.env["synkd.customer.link"]._link([(self.partner, account)])
        payment = self.pay(invoice)
        row = self.row_of(payment)
        self.assertEqual(row.ledger_id, new)
        self.assertFalse(row.blocker_id)
        self.assertEqual(row.account_customer_id, account)

    # === PAYMENTS WITHOUT AN ENTRY === #

    def test_invoice_posted_anew_is_settled_by_its_payment_without_an_entry(self):
        self.keep_entries(kept=False)
        invoice = self.post_invoice()
        payment = self.pay(invoice)
        self.assertFalse(payment.move_id)
        row = self.row_of(payment)
        self.assertEqual(row.blocker_id, self.row_of(invoice))
        invoice.button_draft()
        self.assertFalse(row.blocker_id)
        invoice.action_post()
        self.assertEqual(row.blocker_id, self.row_of(invoice))
        self.post_all()
        self.assert_posted(payment)
        self.assertFalse(self.stored_documents(self.row_of(invoice)).outstanding)

    # === THE DATE OF POSTING === #

    def test_unchanged_documents_keep_their_own_time(self):
        first, second = self.post_invoice(), self.post_invoice()
        self.post_all()
        rows = self.row_of(first) | self.row_of(second)
        early = self.date_after(days=-2)
        rows[0].sudo().posted_at = early
        late = rows[1].posted_at
        rows._set_synced()
        self.assertEqual((rows[0].posted_at, rows[1].posted_at), (early, late))

    # === WHAT SCRIPTS MAY PASS === #

    def test_date_that_is_none_is_explained(self):
        row = self.row_of(self.post_invoice())
        with self.assertRaisesRegex(UserError, "31/12/2026"):
            row.action_set_post_date("31/12/2026")
        self.assertFalse(row.post_date)

    def test_date_of_what_is_posted_is_not_chosen_any_more(self):
        row = self.row_of(self.post_invoice())
        self.post_all()
        sentence = "cannot be given another date, since its state is: Posted"
        with self.assertRaisesRegex(UserError, sentence):
            row.action_set_post_date("2026-12-31")
        self.assertFalse(row.post_date)

    def test_buttons_without_a_document_say_so(self):
        none = self.rows.browse()
        for call in (
            none.action_resolve,
            none.action_retry,
            none.action_release,
            none.action_include,
            none.action_post,
            lambda: none.action_hold("Why"),
            lambda: none.action_exclude("Why"),
            lambda: none.action_set_post_date("2026-12-31"),
        ):
            with self.assertRaisesRegex(UserError, "No document is chosen"):
                call()

    # === WHAT A PERSON SAYS === #

    def test_documents_said_to_be_in_the_books_need_their_identity(self):
        invoice = self.post_invoice()
        row = self.lose("lost_after", invoice)
        request = row.request_line_ids.request_id
        request._set_waiting("The books do not tell.")
        with self.assertRaisesRegex(UserError, "whose identity in the books"):
            request._decide_in_books("")
        self.assertEqual((row.sync_state, request.state), ("sending", "open"))
        request._decide_in_books("BI777777")
        self.assertEqual((row.sync_state, row.external_id), ("synced", "BI777777"))

    def test_only_what_waits_for_a_word_can_be_left_as_it_is(self):
        invoice = self.post_invoice()
        row = self.row_of(invoice)
        with self.assertRaisesRegex(UserError, "cannot be left as it is"):
            row.action_leave("Never mind")
        self.post_all()
        with self.assertRaisesRegex(UserError, "since its state is: Posted"):
            row.action_leave("Never mind")
        self.assertFalse(row.note)
