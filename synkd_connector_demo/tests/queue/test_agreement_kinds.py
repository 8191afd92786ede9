# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Agreements of what is more than one document, or less."""

from odoo.tests import tagged

from odoo.addons.synkd_connector.tests.explore.entries import Entries

from ..agreement_common import AgreementCommon, AgreementMixin
from .test_batch import BatchCommon


@tagged("post_install", "-at_install")
class TestAgreementOfBills(AgreementMixin, BatchCommon):
    """A bill stands for its members, a summary for the sales in it."""

    def test_a_bill_stands_for_its_members(self):
        first, second = self.post_two()
        (bill,) = self.bill()
        self.send()
        agreement = self.compare()
        (line,) = agreement.line_ids.filtered(lambda l: l.kind == "invoice")
        self.assertEqual(line.transaction_id, bill.transaction_id)
        self.assertEqual(line.verdict, "agrees")
        self.assertAlmostEqual(line.amount, 345.0)
        self.pay(first)
        self.send()
        agreement = self.compare()
        self.assertEqual(set(agreement.line_ids.mapped("verdict")), {"agrees"})
        line = agreement.line_ids.filtered(lambda l: l.kind == "invoice")
        self.assertAlmostEqual(line.books_paid, 230.0)
        self.assertFalse(self.line_of(agreement, second))

    def test_a_bill_that_is_missing_is_posted_anew_with_its_members(self):
        self.post_two()
        (bill,) = self.bill()
        self.send()
        self.delete_there(self.stored_bill(bill))
        line = self.compare().line_ids.filtered(lambda l: l.verdict == "missing")
        self.assertEqual(line.transaction_id, bill.transaction_id)
        line.action_post_anew()
        self.run_ledger()
        self.bill()
        self.send()
        agreement = self.compare()
        self.assertEqual(self.verdicts(agreement), [("invoice", "agrees")])

    def test_members_that_wait_are_on_their_way(self):
        self.post_two()
        verdicts = self.verdicts(self.compare())
        self.assertEqual(verdicts, [("invoice", "waiting"), ("invoice", "waiting")])

    def test_a_summary_and_its_money(self):
        self.summary([(100.0, 15.0)])
        self.send()
        agreement = self.compare()
        self.assertEqual(
            self.verdicts(agreement), [("invoice", "agrees"), ("payment", "agrees")]
        )
        self.assertEqual(set(agreement.line_ids.mapped("source")), {"shop"})

    def post_anew(self, line):
        """Press Post Anew, let the books be asked, and send."""
        line.action_post_anew()
        self.run_ledger()
        for _run in range(2):
            self.send()

    def missing(self):
        """Compare, and return what is missing there."""
        found = self.compare().line_ids
        return found.filtered(lambda line: line.verdict == "missing")

    def test_a_summary_that_is_missing_is_posted_anew_with_its_money(self):
        summary = self.summary([(100.0, 15.0)], [100.0, 15.0])
        for _run in range(2):
            self.send()
        posting = self.all_documents()
        paid = self.env["synkd.demo.payment"].search([])
        posting.settled_by_ids.unlink()
        for money in paid:
            money.unallocated = money.amount
        self.delete_there(posting)
        line = self.missing()
        self.assertEqual(line.transaction_id, summary.document_id)
        self.post_anew(line)
        self.assertEqual(self.all_documents().total, 115.0)
        self.assertAlmostEqual(self.all_documents().outstanding, 0)
        self.assertEqual(self.env["synkd.demo.payment"].search([]), paid)
        self.assertEqual(set(self.compare().line_ids.mapped("verdict")), {"agrees"})

    def test_money_of_a_summary_that_is_missing_is_posted_anew(self):
        self.summary([(100.0, 15.0)], [100.0, 15.0])
        for _run in range(2):
            self.send()
        document = self.all_documents()
        paid = self.env["synkd.demo.payment"].search([])
        self.delete_there(paid[0])
        self.post_anew(self.missing())
        self.assertEqual(self.all_documents(), document, "that is there still")
        self.assertAlmostEqual(document.outstanding, 0)
        self.assertEqual(len(self.env["synkd.demo.payment"].search([])), 2)
        self.assertEqual(set(self.compare().line_ids.mapped("verdict")), {"agrees"})

    def test_a_summary_and_all_its_money_are_posted_anew_once(self):
        self.summary([(100.0, 15.0)])
        for _run in range(2):
            self.send()
        self.delete_there(self.env["synkd.demo.payment"].search([]))
        self.delete_there(self.all_documents())
        lines = self.missing()
        self.assertEqual(len(lines), 2)
        self.post_anew(lines)
        self.assertAlmostEqual(self.all_documents().outstanding, 0)
        self.assertEqual(len(self.env["synkd.demo.payment"].search([])), 1)
        self.assertEqual(set(self.compare().line_ids.mapped("verdict")), {"agrees"})

    def test_a_bill_that_is_missing_goes_without_the_member_that_was_taken_back(self):
        first, second = self.post_two()
        (bill,) = self.bill()
        self.send()
        self.delete_there(self.stored_bill(bill))
        line = self.missing()
        first.button_draft()
        line.action_post_anew()
        self.run_ledger()
        self.assertEqual(bill.transaction_id.sync_state, "voided")
        (again,) = self.bill()
        self.send()
        self.assertEqual(again.member_ids.move_id, second)
        self.assertEqual(self.all_documents().total, 115.0)
        first.action_post()
        self.assertEqual(self.state_of(first), ["batch"], "it waits for the next bill")

    def test_a_summary_in_a_bill_that_is_missing_is_billed_once(self):
        summary = self.summary(class_id=False, partner_id=self.flat.id)
        invoice = self.post_invoice(self.house)
        (bill,) = self.bill()
        for _run in range(2):
            self.send()
        self.assertEqual(bill.member_count, 2)
        posting = self.stored_bill(bill)
        paid = posting.settled_by_ids.payment_id
        posting.settled_by_ids.unlink()
        paid.unallocated = paid.amount
        self.delete_there(posting)
        line = self.missing()
        self.assertEqual(line.transaction_id, bill.transaction_id)
        line.action_post_anew()
        self.run_ledger()
        (again,) = self.bill()
        for _run in range(2):
            self.send()
        members = again.member_ids
        self.assertEqual((members.summary_id, members.move_id), (summary, invoice))
        self.assertEqual(self.all_documents().total, 230.0)
        self.assertEqual(self.all_documents().outstanding, 115.0, "it was paid")
        self.assertEqual(set(self.compare().line_ids.mapped("verdict")), {"agrees"})

    def test_a_foreign_currency(self):
        self.take_euro(("2026-01-01", 0.5))
        self.account.class_id = self.class_account
        invoice = self.post_invoice(currency_id=self.euro.id)
        self.send()
        agreement = self.compare()
        line = self.line_of(agreement, invoice)
        self.assertEqual(line.verdict, "agrees", line.why)
        self.assertAlmostEqual(line.total, 115.0)
        self.assertAlmostEqual(line.amount, 230.0)
        self.assertAlmostEqual(line.books_amount, 230.0)
        self.there(invoice).copy(
            {
                "external_id": "DOC999",
                "number": "BI999",
                "sent_number": "BOOKS/1",
                "sender_key": False,
                "line_ids": False,
            }
        )
        unknown = self.compare().line_ids.filtered(lambda l: l.verdict == "unknown")
        self.assertAlmostEqual(unknown.books_amount, 230.0)


@tagged("post_install", "-at_install")
class TestAgreementOfMoney(Entries, AgreementCommon):
    def test_money_that_the_books_refuse_to_allocate_hides_no_other_money(self):
        self.keep_entries()
        invoice = self.post_invoice()
        money = self.pay(self.post_invoice(), amount=1)
        self.post_all()
        self.there(invoice).outstanding = 0
        lines = self.open_lines(invoice, money.move_id)
        lines.remove_move_reconcile()
        lines.reconcile()
        self.post_all(expect_ready=False)
        row = self.row_of(money)
        self.assertEqual((row.sync_state, row.reason), ("attention", "refused"))
        line = self.line_of(self.compare(), invoice)
        self.assertEqual((line.verdict, line.facts), ("differs", "paid"))

    def test_part_over_and_on_account(self):
        one, two = self.post_invoice(), self.post_invoice()
        self.pay(one, amount=50.0)
        self.pay(two, amount=150.0)
        self.post_all()
        agreement = self.compare()
        self.assertEqual(set(agreement.line_ids.mapped("verdict")), {"agrees"})
        self.assertAlmostEqual(self.line_of(agreement, one).books_paid, 50.0)
        self.assertAlmostEqual(self.line_of(agreement, two).books_paid, 115.0)
        self.assertAlmostEqual(agreement.balance, 30.0)
        self.assertAlmostEqual(agreement.books_balance, 30.0)

    def test_a_write_off(self):
        invoice = self.post_invoice()
        account = self.env["account.account"].search(
            [("account_type", "=", "expense"), ("company_ids", "in", self.company.ids)],
            limit=1,
        )
        payment = self.pay(
            invoice,
            amount=100.0,
            payment_difference_handling="reconcile",
            writeoff_account_id=account.id,
        )
        self.post_all()
        row = self.row_of(payment)
        self.assertEqual(row.sync_state, "synced", row.reason_text)
        agreement = self.compare()
        self.assertEqual(set(agreement.line_ids.mapped("verdict")), {"agrees"})

    def test_a_refund_of_a_credit_note(self):
        note = self.post_invoice(move_type="out_refund")
        self.pay(note)
        self.post_all()
        agreement = self.compare()
        self.assertEqual(
            self.verdicts(agreement), [("credit_note", "agrees"), ("refund", "agrees")]
        )

    def test_money_that_waits_leaves_its_invoice_in_peace(self):
        invoice = self.post_invoice()
        self.post_all()
        payment = self.pay(invoice)
        agreement = self.compare()
        self.assertEqual(self.line_of(agreement, payment).verdict, "waiting")
        self.assertEqual(self.line_of(agreement, invoice).verdict, "agrees")
        self.assertFalse(
            agreement.line_ids.filtered(lambda l: l.kind == "balance"),
            "its balance counts what is on its way",
        )

    def test_what_was_voided_and_what_was_credited(self):
        one, two = self.post_invoice(), self.post_invoice()
        self.post_all()
        first = self.row_of(one)
        for invoice in (one, two):
            invoice.button_draft()
        self.row_of(one).action_void()
        two.invoice_line_ids.price_unit = 50.0
        two.action_post()
        self.row_of(two).action_credit()
        self.post_all()
        self.run_ledger()
        agreement = self.compare()
        open_ = agreement.line_ids.filtered(lambda l: l.state != "fine")
        self.assertFalse(open_, open_.mapped("why"))
        self.env["synkd.demo.document"].search(
            [("external_id", "=", first.external_id)]
        ).write({"status": "open", "outstanding": 115.0})
        line = self.compare().line_ids.filtered(lambda l: l.verdict == "not_gone")
        self.assertEqual(line.transaction_id, first)
        self.assertIn("still counts in the books", line.why)

    def test_an_opening_document(self):
        invoice = self.post_invoice(invoice_date="2026-03-01")
        self.row_of(invoice)._set_withdrawn()
        self.ledger.write(
            {
                "start_date": "2026-06-01",
                "opening_choice": "post",
                "opening_item_id": self.env["synkd.books.item"]
                .search(
                    [("ledger_id", "=", self.ledger.id), ("kind", "=", "account")],
                    limit=1,
                )
                .id,
            }
        )
        self.ledger._post_openings()
        self.post_all()
        self.pay(invoice)
        self.post_all()
        agreement = self.compare()
        self.assertEqual(
            self.verdicts(agreement), [("invoice", "agrees"), ("payment", "agrees")]
        )

    def test_a_copy_with_our_key_is_there_twice(self):
        invoice = self.post_invoice()
        self.post_all()
        posting = self.there(invoice)
        key = posting.sender_key
        posting.sender_key = False
        posting.flush_recordset()
        posting.copy(
            {
                "external_id": "DOC999",
                "number": "BI999",
                "sent_number": "BOOKS/1",
                "sender_key": key,
                "line_ids": False,
            }
        )
        line = self.compare().line_ids.filtered(lambda l: l.verdict == "twice")
        self.assertEqual(line.transaction_id, self.row_of(invoice))
        self.assertIn("copied", line.why)

    def test_a_customer_archived_there(self):
        self.post_invoice()
        self.post_all()
        self.stored().filtered(lambda c: c.name == "Hope Works").archived = True
        line = self.compare().line_ids.filtered(lambda l: l.kind == "archived")
        self.assertEqual(line.account_customer_id, self.account)
        self.assertIn("archived, deleted or merged", line.why)
        action = line.action_view_document()
        self.assertEqual(action["res_model"], "synkd.account.customer")

    def test_documents_changed_here_are_told_too(self):
        invoice = self.post_invoice()
        self.post_all()
        invoice.button_draft()
        invoice.invoice_line_ids.price_unit = 50.0
        invoice.action_post()
        line = self.line_of(self.compare(), invoice)
        self.assertEqual((line.verdict, line.facts), ("differs", "changed"))
        self.assertIn("Requires Attention", line.why)
