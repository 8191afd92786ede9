# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from dataclasses import replace
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import tagged

from ..agreement_common import AgreementCommon


@tagged("post_install", "-at_install")
class TestAgreement(AgreementCommon):
    """What an agreement says of documents and money."""

    def test_what_was_posted_agrees(self):
        invoice, other = self.post_invoice(), self.post_invoice()
        self.pay(invoice)
        note = self.reverse(other)
        self.post_all()
        agreement = self.compare()
        self.assertEqual(
            self.verdicts(agreement),
            [
                ("credit_note", "agrees"),
                ("invoice", "agrees"),
                ("invoice", "agrees"),
                ("payment", "agrees"),
            ],
        )
        self.assertFalse(agreement.difference_count)
        self.assertEqual(agreement.document_count, 4)
        self.assertAlmostEqual(agreement.amount, 0)
        self.assertAlmostEqual(agreement.books_amount, 0)
        line = self.line_of(agreement, invoice)
        self.assertAlmostEqual(line.total, 115.0)
        self.assertAlmostEqual(line.paid, 115.0)
        self.assertAlmostEqual(line.books_paid, 115.0)
        self.assertEqual(line.account_customer_id, self.account)
        self.assertAlmostEqual(
            self.line_of(agreement, note, "credit_note").amount, -115
        )
        self.assertIn("Agrees as of", self.ledger.agreement_text)

    def test_it_ends_though_its_time_is_up(self):
        """What takes longer than a job of the cron would else be read for ever."""
        self.post_invoice()
        self.post_all()
        crons = type(self.env["ir.cron"])
        original = crons._commit_progress

        def no_time(cron, processed=0, **kwargs):
            original(cron, processed, **kwargs)
            return processed

        with patch.object(crons, "_commit_progress", no_time):
            agreement = self.compare()
        self.assertEqual(self.verdicts(agreement), [("invoice", "agrees")])

    def test_what_waits_is_on_its_way_and_what_is_excluded_is_not_missed(self):
        waiting, out = self.post_invoice(), self.post_invoice()
        self.row_of(out).action_exclude("A copy")
        agreement = self.compare()
        self.assertEqual(self.line_of(agreement, waiting).verdict, "waiting")
        self.assertIn("On its way", self.line_of(agreement, waiting).why)
        self.assertEqual(self.line_of(agreement, out).verdict, "excluded")
        self.assertIn("A copy", self.line_of(agreement, out).why)
        self.assertEqual(agreement.waiting_count, 1)
        self.assertAlmostEqual(agreement.waiting_amount, 115.0)
        self.assertFalse(agreement.difference_count)

    def test_a_document_deleted_there_is_missed(self):
        invoice = self.post_invoice()
        self.post_all()
        self.compare()
        self.delete_there(self.there(invoice))
        line = self.line_of(self.compare(), invoice)
        self.assertEqual((line.verdict, line.state), ("missing", "open"))
        self.assertIn("somebody voided or deleted it", line.why)
        self.assertEqual(self.ledger.agreement_count, 1)
        self.assertIn("Differences as of", self.ledger.agreement_text)

    def test_a_document_voided_there_is_missed(self):
        invoice = self.post_invoice()
        self.post_all()
        self.there(invoice).write({"status": "void", "outstanding": 0})
        line = self.line_of(self.compare(), invoice)
        self.assertEqual(line.verdict, "missing")

    def test_a_draft_there_is_told_as_what_it_is_and_not_posted_beside(self):
        invoice = self.post_invoice()
        self.post_all()
        postings = type(self.env["synkd.demo.posting"])
        real = postings._as_posting

        def as_draft(posting):
            return replace(real(posting), draft=True)

        with patch.object(postings, "_as_posting", as_draft):
            agreement = self.compare()
            line = self.line_of(agreement, invoice)
            self.assertEqual((line.verdict, line.facts), ("differs", "draft"))
            self.assertAlmostEqual(line.books_amount, 0)
            self.assertIn("Post it there again", line.why)
            with self.assertRaises(UserError):
                line.action_post_anew()
            self.row_of(invoice)._set_voided()
            agreement = self.compare()
            self.assertFalse(agreement.line_ids.filtered("posting_id"), "it counts not")
        line = self.compare().line_ids.filtered(lambda each: each.posting_id)
        self.assertEqual(line.verdict, "not_gone", "posted again there, it counts")

    def test_a_payment_deleted_there_is_missed_and_its_invoice_is_open(self):
        invoice = self.post_invoice()
        payment = self.pay(invoice)
        self.post_all()
        self.delete_there(self.there(payment))
        agreement = self.compare()
        self.assertEqual(self.line_of(agreement, payment).verdict, "missing")
        line = self.line_of(agreement, invoice)
        self.assertEqual((line.verdict, line.facts), ("differs", "paid"))
        self.assertAlmostEqual(line.paid, 115.0)
        self.assertAlmostEqual(line.books_paid, 0.0)
        self.assertIn("settled", line.why)
        self.assertNotIn("balance", agreement.line_ids.mapped("kind"), "explained")

    def test_money_that_never_got_there_hides_nothing_that_was_paid_there(self):
        """The books refused it; then somebody excluded it, or it waits on."""
        for excluded in (True, False):
            with self.subTest(excluded=excluded):
                invoice = self.post_invoice()
                self.post_all()
                payment = self.pay(invoice)
                self.ledger.demo_refuse = payment.name
                self.post_all(expect_ready=False)
                self.ledger.demo_refuse = False
                row = self.row_of(payment)
                self.assertEqual((row.reason, bool(row.sent_data)), ("refused", True))
                if excluded:
                    row.action_exclude("Paid there by hand")
                self.there(invoice).outstanding = 0
                line = self.line_of(self.compare(), invoice)
                self.assertEqual((line.verdict, line.facts), ("differs", "paid"))

    def test_money_that_was_voided_there_hides_no_other_money(self):
        """A person is asked about the payment; somebody else has paid the invoice."""
        invoice = self.post_invoice()
        payment = self.pay(invoice)
        self.post_all()
        there = self.there(payment)
        there.status = "void"
        self.row_of(payment)._set_altered("The books have voided it. Post it anew.")
        line = self.line_of(self.compare(), invoice)
        self.assertEqual((line.verdict, line.facts), ("differs", "paid"))

    def test_money_that_a_person_is_asked_about_may_be_there_or_not(self):
        invoice = self.post_invoice()
        payment = self.pay(invoice)
        self.post_all()
        self.post_all(expect_ready=False)
        self.row_of(payment)._set_changed("Somebody has to look at it.")
        for outstanding in (0, 50, invoice.amount_total):
            self.there(invoice).outstanding = outstanding
            line = self.line_of(self.compare(), invoice)
            with self.subTest(outstanding=outstanding):
                self.assertIn(line.verdict, ("waiting", "agrees"))

    def test_what_was_edited_there_is_told_fact_by_fact(self):
        for values, facts in (
            ({"number": "OTHER"}, "number"),
            ({"date": "2026-06-20"}, "date"),
            ({"total": 116.0, "outstanding": 116.0}, "total"),
            ({"tax": 14.0}, "tax"),
            ({"outstanding": 100.0}, "paid"),
            ({"number": "X", "total": 10.0, "outstanding": 10.0}, "number,total"),
        ):
            invoice = self.post_invoice()
            self.post_all()
            self.there(invoice).write(values)
            line = self.line_of(self.compare(), invoice)
            with self.subTest(facts=facts):
                self.assertEqual((line.verdict, line.facts), ("differs", facts))
                self.assertTrue(line.why)

    def test_a_document_of_another_customer_there(self):
        invoice = self.post_invoice()
        self.post_all()
        stranger = self.env["synkd.demo.customer"].create(
            {"ledger_id": self.ledger.id, "code": "X1", "name": "Stranger"}
        )
        there, before = self.there(invoice), self.there(invoice).customer_id
        there.customer_id = stranger
        there._update_open(before)
        line = self.line_of(self.compare(), invoice)
        self.assertEqual(line.facts, "customer")
        words = f"customer {self.account.display_name} here and [X1] Stranger there"
        self.assertIn(words, line.why)
        found = line.agreement_id.line_ids
        found = found.filtered(lambda each: each.verdict == "balance")
        self.assertFalse(found, found.mapped("why"))

    def test_another_currency_there(self):
        invoice = self.post_invoice()
        self.post_all()
        self.there(invoice).currency_id = self.env.ref("base.EUR")
        line = self.line_of(self.compare(), invoice)
        self.assertEqual(line.facts, "currency")
        self.assertIn("currency USD here and EUR there", line.why)

    def test_what_is_only_in_the_books(self):
        invoice = self.post_invoice()
        self.post_all()
        self.there(invoice).copy(
            {
                "external_id": "DOC999",
                "number": "BI999",
                "sent_number": "BOOKS/1",
                "sender_key": False,
                "line_ids": False,
            }
        )._update_open()
        agreement = self.compare()
        line = agreement.line_ids.filtered(lambda each: each.verdict == "unknown")
        self.assertEqual((line.state, line.books_number), ("open", "BI999"))
        self.assertAlmostEqual(line.books_amount, 115.0)
        self.assertAlmostEqual(agreement.books_amount - agreement.amount, 115.0)
        self.assertIn("Hope Works", line.why)
        self.ledger.agreement_foreign = True
        agreement = self.compare()
        line = agreement.line_ids.filtered(lambda each: each.verdict == "unknown")
        self.assertEqual(line.state, "fine")
        self.assertFalse(agreement.difference_count)

    def test_before_the_ledger_began_nothing_is_unknown(self):
        invoice = self.post_invoice()
        self.post_all()
        self.there(invoice).copy(
            {
                "external_id": "DOC999",
                "number": "BI999",
                "sent_number": "BOOKS/1",
                "sender_key": False,
                "line_ids": False,
                "date": "2025-12-31",
            }
        )
        self.ledger.start_date = "2026-01-01"
        self.assertNotIn("unknown", self.compare().line_ids.mapped("verdict"))

    def test_what_never_entered_the_queue(self):
        with patch.object(type(self.env["synkd.enqueuer"]), "_enqueue_moves"):
            invoice = self.post_invoice()
        line = self.compare().line_ids
        self.assertEqual((line.verdict, line.number), ("unqueued", invoice.name))
        line.action_queue()
        self.assertEqual(line.state, "mended")
        self.assertEqual(self.row_of(invoice).sync_state, "pending")

    def test_money_that_never_entered_the_queue(self):
        invoice = self.post_invoice()
        enqueuer = type(self.env["synkd.enqueuer"])
        with (
            patch.object(enqueuer, "_enqueue_payments"),
            patch.object(enqueuer, "_enqueue_entries"),
        ):
            payment = self.pay(invoice)
        line = self.compare().line_ids.filtered(lambda l: l.verdict == "unqueued")
        self.assertEqual(line.kind, "payment")
        line.action_queue()
        self.assertTrue(self.row_of(payment))

    def test_a_period(self):
        early = self.post_invoice(invoice_date="2026-02-01")
        late = self.post_invoice(invoice_date="2026-07-01")
        self.post_all()
        agreement = self.compare(date_from="2026-06-01")
        self.assertEqual(agreement.line_ids.mapped("number"), [late.name])
        self.delete_there(self.there(early))
        agreement = self.compare(date_from="2026-06-01")
        self.assertEqual(self.line_of(agreement, early).verdict, "missing")
        self.assertAlmostEqual(agreement.amount, 115.0)
        agreement = self.compare(date_from="2026-01-01", date_to="2026-06-30")
        self.assertEqual(agreement.line_ids.mapped("number"), [early.name])

    def test_what_is_gone_is_noted_by_the_step_that_compares(self):
        # A step that is begun again forgets what was not committed before it.
        engine, steps = type(self.env["synkd.engine"]), []
        step = engine._step

        def watch(records, function, *args):
            steps.append(function.__name__)
            return step(records, function, *args)

        with patch.object(engine, "_step", watch):
            self.compare()
        self.assertIn("_end_agreement", steps)
        self.assertFalse({"_end_postings", "_compare"} & set(steps))

    def test_a_time_that_ended_does_not_speak_for_what_came_later(self):
        early = self.post_invoice(invoice_date="2026-02-01")
        late = self.post_invoice(invoice_date="2026-07-01")
        self.post_all()
        self.delete_there(self.there(late))
        self.compare()
        activities = self.ledger.activity_ids
        self.assertTrue(activities)
        agreement = self.compare(date_from="2026-01-01", date_to="2026-06-30")
        self.assertEqual(self.line_of(agreement, early).verdict, "agrees")
        self.assertIn("Agrees up to", self.ledger.agreement_text)
        self.assertEqual(self.ledger.activity_ids, activities)
        self.assertTrue(self.ledger.agreement_day)

    def test_a_time_that_ends_before_it_begins_is_refused(self):
        with self.assertRaisesRegex(UserError, "before it begins"):
            self.compare(date_from="2026-06-01", date_to="2026-05-01")
