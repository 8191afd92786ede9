# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What people do about differences, who may, and when both sides are compared."""

from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from odoo.addons.synkd_connector.lib.errors import RetryableError
from odoo.addons.synkd_connector.lib.odd import Oddity
from odoo.addons.synkd_connector.lib.results import BooksPosting, PostingPage
from odoo.addons.synkd_connector.models.queue.synkd_ledger_agreement import ACTIVITY

from ..agreement_common import AgreementCommon

DAY = "2026-06-01"


@tagged("post_install", "-at_install")
class TestAgreementMends(AgreementCommon):
    def missing(self):
        """Return an invoice that was deleted there, and the line about it."""
        invoice = self.post_invoice()
        self.post_all()
        self.delete_there(self.there(invoice))
        return invoice, self.line_of(self.compare(), invoice)

    def edited(self, **values):
        """Return an invoice that was edited there, and the line about it."""
        invoice = self.post_invoice()
        self.post_all()
        self.there(invoice).write(values)
        return invoice, self.line_of(self.compare(), invoice)

    # === POST ANEW === #

    def test_what_is_missing_is_posted_anew(self):
        invoice, line = self.missing()
        before = self.row_of(invoice)
        action = line.action_post_anew()
        self.assertEqual(action["tag"], "synkd_watch_run")
        self.assertEqual(line.state, "mended")
        self.assertFalse(self.ledger.agreement_count)
        self.assertEqual(before.sync_state, "synced", "the books are asked first")
        self.run_ledger()
        self.assertEqual(before.sync_state, "voided")
        self.assertNotEqual(self.row_of(invoice), before)
        line = self.ledger.agreement_id.line_ids
        self.assertEqual((line.verdict, line.state), ("missing", "mended"))
        self.post_all()
        self.assertEqual(self.row_of(invoice).sync_state, "synced")
        agreement = self.compare()
        self.assertEqual(self.verdicts(agreement), [("invoice", "agrees")])

    def test_a_payment_that_is_missing_is_posted_anew_and_settles_again(self):
        invoice = self.post_invoice()
        payment = self.pay(invoice)
        self.post_all()
        self.delete_there(self.there(payment))
        self.post_anew(self.line_of(self.compare(), payment))
        self.post_all()
        self.assertAlmostEqual(self.there(invoice).outstanding, 0)
        agreement = self.compare()
        self.assertEqual(set(agreement.line_ids.mapped("verdict")), {"agrees"})

    def test_an_invoice_that_is_missing_with_its_payment_settles_again(self):
        invoice = self.post_invoice()
        payment = self.pay(invoice)
        self.post_all()
        posting = self.there(invoice)
        posting.settled_by_ids.unlink()
        paid = self.there(payment)
        paid.unallocated = paid.amount
        self.delete_there(posting)
        self.post_anew(self.line_of(self.compare(), invoice))
        self.post_all()
        self.run_ledger()
        self.assertAlmostEqual(self.there(invoice).outstanding, 0)
        agreement = self.compare()
        self.assertEqual(set(agreement.line_ids.mapped("verdict")), {"agrees"})

    # === POST ANEW, WHAT CAME BACK MEANWHILE === #

    def test_what_came_back_before_the_press_is_not_posted_twice(self):
        invoice, line = self.voided()
        self.restore(invoice)
        self.post_anew(line)
        row = self.row_of(invoice)
        self.assertEqual(row.sync_state, "synced")
        self.assertIn("after all", str(row.message_ids.mapped("body")))
        self.post_all(expect_ready=False)
        self.assertEqual(len(self.all_documents()), 1)
        agreement = self.compare()
        self.assertEqual(self.verdicts(agreement), [("invoice", "agrees")])
        self.assertEqual(
            str(row.message_ids.mapped("body")).count("after all"), 1, "said once"
        )

    def test_money_that_came_back_before_the_press_is_not_posted_twice(self):
        payment = self.pay(self.post_invoice())
        self.post_all()
        there = self.there(payment)
        there.status = "void"
        line = self.line_of(self.compare(), payment)
        there.status = "posted"
        self.post_anew(line)
        self.post_all(expect_ready=False)
        self.assertEqual(self.row_of(payment).external_id, there.external_id)
        self.assertEqual(len(self.env["synkd.demo.payment"].search([])), 1)

    def test_what_came_back_after_the_comparison_is_held_back(self):
        invoice, line = self.voided()
        self.post_anew(line)
        self.assertEqual(self.row_of(invoice).sync_state, "pending")
        self.restore(invoice, self.all_documents())
        agreement = self.compare()
        open_ = agreement.line_ids.filtered(lambda each: each.state == "open")
        self.assertIn("not_gone", open_.mapped("verdict"))
        row = self.row_of(invoice)
        self.assertEqual(row.sync_state, "held")
        self.assertIn("counts there again", row.note)
        self.post_all(expect_ready=False)
        self.assertEqual(len(self.all_documents()), 1)

    def test_a_read_that_began_before_the_press_does_not_count(self):
        invoice, line = self.missing()
        waiting = self.env["synkd.agreement"]._ask(self.ledger)
        waiting.as_of = fields.Datetime.now()
        with self.assertRaisesRegex(UserError, "being compared just now"):
            line.action_post_anew()
        self.assertEqual(self.row_of(invoice).sync_state, "synced")

    def test_a_comparison_that_ends_at_a_day_fulfils_the_wish(self):
        invoice, line = self.missing()
        line.action_post_anew()
        before = self.row_of(invoice)
        self.env["synkd.agreement"]._ask(self.ledger, "2026-01-01", "2026-05-31")
        self.run_ledger()
        self.assertEqual(before.sync_state, "voided", "though it is dated later")
        self.assertFalse(self.ledger.agreement_id.document_count, "out of its days")
        self.post_all()
        self.assertEqual(self.verdicts(self.compare()), [("invoice", "agrees")])

    def test_a_wish_that_a_comparison_has_answered_is_over(self):
        invoice, line = self.voided()
        self.restore(invoice)
        line.action_post_anew()
        for _time in range(2):
            self.env["synkd.agreement"]._ask(self.ledger, "2026-01-01", "2026-05-31")
            self.ledger._request_run({"content": "agreement"})
            self.run_ledger()
        row = self.row_of(invoice)
        self.assertEqual(
            str(row.message_ids.mapped("body")).count("after all"), 1, "said once"
        )
        self.there(invoice).write({"status": "void", "outstanding": 0.0})
        self.compare()
        self.assertEqual(row.sync_state, "synced", "that is a new difference")

    def voided(self):
        """Return an invoice that was voided there, and the line about it."""
        invoice = self.post_invoice()
        self.post_all()
        self.there(invoice).write({"status": "void", "outstanding": 0.0})
        return invoice, self.line_of(self.compare(), invoice)

    def restore(self, invoice, posting=None):
        """Take back there that an invoice was voided."""
        posting = posting or self.there(invoice)
        posting.write({"status": "open", "outstanding": posting.total})

    def post_anew(self, line):
        """Press Post Anew, and make the run that asks the books."""
        line.action_post_anew()
        self.assertEqual(self.run_ledger().content, "agreement")

    def test_only_once(self):
        _invoice, line = self.missing()
        line.action_post_anew()
        with self.assertRaisesRegex(UserError, "dealt with"):
            line.action_post_anew()

    # === RESOLVE, TAKE OVER === #

    def test_another_total_is_resolved(self):
        invoice, line = self.edited(total=116.0, outstanding=116.0)
        action = line.action_resolve()
        self.assertEqual(action["res_model"], "synkd.resolve.wizard")
        row = self.row_of(invoice)
        self.assertEqual((row.sync_state, row.reason), ("attention", "altered"))
        self.assertIn("total", row.reason_text)
        row.action_void()
        self.post_all()
        self.run_ledger()
        agreement = self.compare()
        self.assertEqual(self.verdicts(agreement), [("invoice", "agrees")])

    def test_left_under_requires_attention_is_left_here_too(self):
        invoice, line = self.edited(total=116.0, outstanding=116.0)
        line.action_resolve()
        row = self.row_of(invoice)
        row.action_leave("The bookkeeper is right")
        line = self.line_of(self.compare(), invoice)
        self.assertEqual(line.state, "open", "the books never answered that total")
        line.action_leave("As agreed")
        self.assertEqual(self.line_of(self.compare(), invoice).state, "left")

    def test_number_and_date_are_taken_over(self):
        invoice, line = self.edited(number="B-77", date="2026-06-20")
        self.assertTrue(line.may_take)
        before = line.why
        line.action_take_over()
        self.assertEqual(self.row_of(invoice).books_number, "B-77")
        line.invalidate_recordset(["why"])
        for words in ("and B-77 there", "date 06/15/2026 here and 06/20/2026 there"):
            self.assertIn(words, before)
            self.assertIn(words, line.why)
        self.assertNotIn("number B-77 here", line.why)
        self.assertEqual(self.verdicts(self.compare()), [("invoice", "agrees")])

    def test_a_total_is_not_taken_over(self):
        _invoice, line = self.edited(number="B-77", total=1.0, outstanding=1.0)
        self.assertFalse(line.may_take)
        with self.assertRaises(UserError):
            line.action_take_over()

    # === LEAVE === #

    def test_what_is_left_stays_left_until_it_changes(self):
        invoice, line = self.edited(outstanding=100.0)
        with self.assertRaisesRegex(UserError, "Type the reason"):
            line.action_leave("  ")
        action = line.action_leave()
        wizard = self.env[action["res_model"]].browse(action["res_id"])
        wizard.note = "Paid in cash there"
        wizard.action_confirm()
        self.assertEqual(line.state, "left")
        line = self.line_of(self.compare(), invoice)
        self.assertEqual((line.state, line.note), ("left", "Paid in cash there"))
        self.assertIn("Agrees as of", self.ledger.agreement_text)
        self.there(invoice).outstanding = 90.0
        self.assertEqual(self.line_of(self.compare(), invoice).state, "open")

    def test_what_is_left_outlives_a_comparison_that_ends_at_a_day(self):
        invoice, line = self.edited(outstanding=100.0)
        line.action_leave("As agreed")
        self.compare(date_to="2026-05-31")
        line = self.line_of(self.compare(), invoice)
        self.assertEqual((line.state, line.note), ("left", "As agreed"))

    def test_a_balance_that_is_left_stays_left_whatever_is_sold(self):
        self.post_invoice()
        self.post_all()
        self.there_is_more(10.0)
        self.balance_line().action_leave("From before")
        self.post_invoice()
        self.post_all()
        self.there_is_more(10.0)
        self.assertEqual(self.balance_line().state, "left", "the same 10 differ")
        self.there_is_more(20.0)
        self.assertEqual(self.balance_line().state, "open")

    def there_is_more(self, amount):
        """Let Hope Works owe more there than its documents say."""
        documents = self.all_documents()
        documents.customer_id.outstanding = (
            sum(documents.mapped("outstanding")) + amount
        )

    def balance_line(self):
        """Compare, and return the line about the balance."""
        found = self.compare().line_ids
        return found.filtered(lambda line: line.kind == "balance")

    def test_an_earlier_agreement_keeps_its_differences_and_no_buttons(self):
        _invoice, line = self.missing()
        other = self.post_invoice()
        self.post_all()
        first = line.agreement_id
        self.compare()
        self.assertEqual(first.line_ids, line, "what agrees is in the last one only")
        self.assertFalse(first.is_last)
        with self.assertRaisesRegex(UserError, "compared again since"):
            line.action_post_anew()
        self.assertTrue(self.line_of(self.ledger.agreement_id, other))

    # === WHO MAY === #

    def test_clerks_neither_see_nor_mend(self):
        _invoice, line = self.missing()
        clerk = self.create_user("clerk", "synkd_connector.group_user")
        with self.assertRaises(AccessError):
            line.with_user(clerk).read(["number"])
        with self.assertRaises(AccessError):
            self.ledger.with_user(clerk).action_agree()
        auditor = self.create_user("auditor", "account.group_account_readonly")
        self.assertTrue(line.with_user(auditor).read(["number", "why"]))
        with self.assertRaisesRegex(AccessError, "Only managers"):
            line.with_user(auditor).action_post_anew()
        manager = self.create_user("chief", "synkd_connector.group_manager")
        line.with_user(manager).action_post_anew()
        self.assertEqual(line.state, "mended")

    def test_other_companies_see_nothing(self):
        _invoice, line = self.missing()
        company = self.env["res.company"].create({"name": "Elsewhere"})
        manager = self.create_user(
            "elsewhere", "synkd_connector.group_manager", company
        )
        with self.assertRaises(AccessError):
            line.with_user(manager).read(["number"])

    def test_only_runs_write_what_was_read(self):
        manager = self.create_user("chief", "synkd_connector.group_manager")
        with self.assertRaises(AccessError):
            self.ledger.with_user(manager).postings_cursor = {"id": 1}

    # === ACTIVITY === #

    def activities(self):
        return self.ledger.activity_ids.filtered(
            lambda a: a.activity_type_id == self.env.ref(ACTIVITY)
        )

    def test_a_difference_makes_one_activity_and_its_end_ends_it(self):
        invoice, line = self.missing()
        (activity,) = self.activities()
        self.assertEqual(activity.user_id, self.ledger.user_id)
        self.assertIn("Differences as of", activity.note)
        self.compare()
        self.assertEqual(len(self.activities()), 1)
        self.line_of(self.ledger.agreement_id, invoice).action_leave("So be it")
        self.compare()
        self.assertFalse(self.activities())
        self.assertTrue(line.exists())


@tagged("post_install", "-at_install")
class TestAgreementRuns(AgreementCommon):
    """When both sides are compared, and what a read that is cut says: nothing."""

    def break_read(self, pages=(), error=None):
        """Let the next reads tell these pages, then fail."""
        connector = type(self.env["synkd.connector.demo"])

        def read(_connector, _ledger, _cursor, since):
            yield from pages
            if error:
                raise error

        return patch.object(connector, "_pull_documents", read)

    def ask(self):
        self.env["synkd.agreement"]._ask(self.ledger)
        self.ledger._request_run({"content": "agreement"})

    def test_a_read_that_is_cut_says_nothing_and_goes_on(self):
        invoice = self.post_invoice(invoice_date=fields.Date.today())
        self.post_all()
        self.ask()
        page = PostingPage((), {"model": "synkd.demo.document", "id": 0})
        lost = RetryableError("The line was cut.")
        with self.break_read([page], lost):
            run = self.run_ledger()
        self.assertEqual(run.state, "paused")
        self.assertFalse(self.ledger.agreement_id)
        waiting = self.ledger.agreement_open_id
        self.assertEqual(waiting.state, "waiting")
        self.assertFalse(waiting.line_ids)
        self.assertEqual(self.ledger.postings_cursor, page.cursor)
        self.assertEqual(self.ledger.agreement_text, "Being compared")
        self.ledger._set_resumed()
        self.run_ledger()
        self.assertEqual(self.ledger.agreement_id, waiting)
        self.assertEqual(self.line_of(waiting, invoice).verdict, "agrees")

    def test_what_cannot_be_read_keeps_both_sides_from_agreeing(self):
        self.ask()
        page = PostingPage(
            (), {"x": 1}, odd=(Oddity("Invoices", "INV-9"),), is_last=True
        )
        with self.break_read([page]):
            run = self.run_ledger()
        self.assertIn("INV-9", run.message)
        self.assertEqual(self.ledger.agreement_id.odd_count, 1)
        self.assertIn("Differences as of", self.ledger.agreement_text)
        self.assertFalse(self.ledger.postings_cursor, "all is read next time")

    def test_a_record_that_makes_no_sense_is_left_out_by_itself(self):
        good = BooksPosting(
            "A", "invoice", number="A1", date="2026-06-01", total="5.00"
        )
        odd = [
            BooksPosting("B", "invoice", number="B1", date="2026-99-01", total="5.00"),
            BooksPosting("C", "invoice", number="C1", date="2026-06-01", total="much"),
            BooksPosting("D", "invoice", number="D1", date="2026-06-01", total="NaN"),
        ]
        self.ask()
        page = PostingPage((good, *odd), {}, is_last=True)
        with self.break_read([page]):
            self.run_ledger()
        known = self.env["synkd.books.posting"].search([])
        self.assertEqual(known.mapped("number"), ["A1"])
        self.assertEqual(self.ledger.agreement_id.odd_count, 3)

    def test_what_is_gone_keeps_what_was_known_of_it(self):
        first = BooksPosting(
            "A", "invoice", number="A1", date="2026-06-01", total="5.00"
        )
        gone = BooksPosting("A", "invoice", gone=True)
        for postings in ((first,), (first, gone)):
            self.ask()
            with self.break_read([PostingPage(postings, {}, is_last=True)]):
                self.run_ledger()
        known = self.env["synkd.books.posting"].search([])
        self.assertEqual((known.number, known.total, known.gone), ("A1", 5.0, True))

    def test_asked_for_twice_it_is_one(self):
        self.ask()
        first = self.ledger.agreement_open_id
        self.ask()
        self.assertEqual(self.ledger.agreement_open_id, first)
        self.run_ledger()
        self.assertEqual(self.ledger.agreement_id, first)
        self.assertFalse(self.ledger.agreement_open_id)

    def test_nightly_once_a_day(self):
        self.ledger.agreement_nightly = True
        self.run_ledger()
        first = self.ledger.agreement_id
        self.assertTrue(first)
        self.run_ledger()
        self.assertEqual(self.ledger.agreement_id, first)
        tomorrow = fields.Datetime.now() + timedelta(days=1)
        with patch.object(fields.Datetime, "now", lambda: tomorrow):
            self.run_ledger()
        self.assertNotEqual(self.ledger.agreement_id, first)

    def test_a_night_begins_where_the_company_is(self):
        self.ledger.company_id.partner_id.tz = "Pacific/Auckland"
        noon = fields.Datetime.to_datetime("2026-06-15 13:00:00")
        with patch.object(fields.Datetime, "now", lambda: noon):
            self.assertEqual(str(self.ledger._get_today()), "2026-06-16")

    def test_other_runs_compare_nothing(self):
        self.ledger.agreement_nightly = True
        for content in ("customers", "documents", "lists"):
            self.ledger._request_run({"content": content})
            self.run_ledger()
            self.assertFalse(self.ledger.agreement_id, content)

    def test_books_that_tell_nothing_say_so(self):
        self.ledger.demo_answers = "file"
        self.assertFalse(self.ledger.can_agree)
        with self.assertRaisesRegex(UserError, "do not tell which documents"):
            self.ledger.action_agree()
        with self.assertRaises(ValidationError):
            self.ledger.agreement_nightly = True

    def test_days_that_make_no_sense_are_refused(self):
        with self.assertRaisesRegex(ValidationError, "Type the number of days"):
            self.ledger.agreement_days = 0

    def test_old_ones_are_removed_but_the_last(self):
        first, second = self.compare(), self.compare()
        old = fields.Datetime.now() - timedelta(days=self.ledger.keep_days + 1)
        self.env.cr.execute(
            "UPDATE synkd_agreement SET create_date = %s WHERE id IN %s",
            [old, (first.id, second.id)],
        )
        self.env.invalidate_all()
        self.env["synkd.agreement"]._gc_agreements()
        self.assertFalse(first.exists())
        self.assertTrue(second.exists())

    def test_other_books_forget_what_these_told(self):
        self.post_invoice()
        self.post_all()
        self.compare()
        self.ledger._forget_books()
        self.assertFalse(self.env["synkd.books.posting"].search([]))
        self.assertFalse(self.ledger.agreement_id)
        self.assertFalse(self.ledger.postings_read)

    def test_older_documents_make_the_next_read_whole(self):
        self.ledger.start_date = "2026-06-01"
        self.ledger.write({"postings_cursor": {"x": 1}, "postings_since": "2026-06-01"})
        self.ledger._begin_postings()
        self.assertEqual(self.ledger.postings_cursor, {"x": 1})
        self.ledger.start_date = "2026-01-01"
        self.ledger._begin_postings()
        self.assertFalse(self.ledger.postings_cursor)
        self.assertTrue(self.ledger.postings_whole)
        self.assertEqual(str(self.ledger.postings_since), "2026-01-01")
