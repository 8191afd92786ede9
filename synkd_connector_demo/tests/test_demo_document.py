# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from dataclasses import replace
from decimal import Decimal

from odoo.tests import tagged

from odoo.addons.synkd_connector.lib.documents import VOID, DocumentData, PaymentData
from odoo.addons.synkd_connector.lib.errors import RejectedError
from odoo.addons.synkd_connector.lib.results import (
    ALTERED,
    CANDIDATES,
    NOT_FOUND,
    OK,
    REJECTED,
)
from odoo.addons.synkd_connector.tests.contract_documents import DocumentHarness

from .common import DemoCommon
from .test_connector_demo_documents import DemoDocumentHooks

KEPT_IN = {DocumentData: "synkd.demo.document", PaymentData: "synkd.demo.payment"}


class DemoBooksCommon(DemoDocumentHooks, DocumentHarness, DemoCommon):
    """The demo books with one customer, and ways to look at them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.ref("base.EUR").active = True
        cls.env.ref("base.JPY").active = True

    def document(self, result):
        """Return the document of the books that a result names."""
        self.env.invalidate_all()
        return self.env["synkd.demo.document"].search(
            [
                ("ledger_id", "=", self.ledger.id),
                ("external_id", "=", result.external_id),
            ]
        )

    def hope_in_books(self):
        """Return Hope Works in the books."""
        self.env.invalidate_all()
        return self.stored().filtered(lambda c: c.number == self.hope.external_id)

    def second_customer(self):
        """Return the identity of another customer of the books."""
        return self.post(self.customer("Danny Storm")).external_id

    def void(self, data, result):
        """Return data that voids what a result answered."""
        return replace(data, external_id=result.external_id, operation=VOID)

    def count_queries(self, *datas):
        """Send data that has to be taken; return how many queries it took."""
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        self.post(*datas)
        return self.env.cr.sql_log_count - before


@tagged("post_install", "-at_install")
class TestDemoDocument(DemoBooksCommon):
    """What the demo books refuse, compute and keep about invoices and credit notes."""

    def test_the_books_number_documents_by_themselves(self):
        invoice = self.post(self.invoice("INV/1"))
        credit = self.post(self.credit_note("CN/1"))
        self.assertRegex(invoice.number, r"^BI\d{6}$")
        self.assertRegex(credit.number, r"^BC\d{6}$")
        self.assertNotEqual(invoice.number, invoice.external_id)

    def test_a_document_is_kept_with_its_lines(self):
        line = self.line("90.00", "Blue widget", quantity="3", price="30")
        data = self.invoice("INV/1", reference="PO 7", due_date="2026-04-04")
        data = replace(data, lines=(line,), total="103.50", tax="13.50")
        document = self.document(self.post(data))
        self.assertEqual(document.customer_id, self.hope_in_books())
        self.assertEqual(document.sent_number, "INV/1")
        self.assertEqual(document.reference, "PO 7")
        self.assertEqual(str(document.due_date), "2026-04-04")
        self.assertEqual(document.status, "open")
        self.assertEqual(document.line_ids.description, "Blue widget")
        self.assertEqual(document.line_ids.quantity, 3)
        self.assertEqual(document.line_ids.tax, 13.5)

    def test_a_number_in_use_is_refused_with_both_totals(self):
        first = self.post(self.invoice("INV/1", "10.00"))
        self.ids = {"somebody else": 0}
        data = self.invoice("INV/1", "99.00")
        self.assert_refused(data, first.number, "11.50", "113.85")

    def test_a_number_twice_in_one_call_is_refused_once(self):
        data = self.invoice("INV/1")
        first = self.as_member(data)
        second = replace(self.as_member(data), res_id=7, own_key="another")
        answer = self.take(first, second)
        self.assertEqual([r.outcome for r in answer], [REJECTED, OK])
        self.assert_sentence(answer[0].message)
        self.assertEqual(len(self.books_documents()), 1)

    def take(self, *members):
        """Let the books take members; return the results, refused ones first."""
        return self.env["synkd.demo.document"]._take(self.ledger, members)

    def test_the_same_record_is_not_taken_twice(self):
        self.post(self.invoice("INV/1"))
        member = self.as_member(self.invoice("INV/1"))
        member.payload["number"] = "INV/1-2"
        (result,) = self.take(member)
        self.assertEqual(result.outcome, REJECTED)
        self.assertIn("already", result.message)

    def test_an_archived_customer_is_named(self):
        self.hope_in_books().archived = True
        self.assert_refused(self.invoice("INV/1"), "Hope Works", "restore it")
        self.hope_in_books().archived = False
        self.post(self.invoice("INV/1"))

    def test_a_currency_unknown_to_the_books_is_refused(self):
        self.assert_refused(self.invoice("INV/1", currency="XXX"), "currency XXX")
        self.post(self.invoice("INV/2", currency="EUR"))
        self.env["synkd.demo.item"].search(
            [("ledger_id", "=", self.ledger.id), ("code", "=", "EUR")]
        ).unlink()
        self.assert_refused(self.invoice("INV/1", currency="EUR"), "currency EUR")

    def test_codes_unknown_to_the_books_are_named_at_once(self):
        line = self.line(item="NOPE", account="9999", tax_code="T99")
        data = replace(self.invoice("INV/1"), lines=(line,))
        self.assert_refused(data, "item NOPE", "account 9999", "tax T99", "INV/1")

    def test_a_line_needs_an_item_or_an_account(self):
        data = replace(self.invoice("INV/1"), lines=(self.line(item="", account=""),))
        self.assert_refused(data, "Widget", "neither an item nor an account")

    def test_tax_needs_a_tax_of_the_books(self):
        data = replace(self.invoice("INV/1"), lines=(self.line(tax_code=""),))
        self.assert_refused(data, "Widget", "names no tax")

    def test_a_closed_period_takes_nothing(self):
        self.ledger.demo_lock_date = self.day
        self.assert_refused(self.invoice("INV/1"), self.day, "closed")
        self.post(self.invoice("INV/1", date="2026-03-06"))

    def test_what_is_in_a_closed_period_is_not_voided(self):
        data = self.invoice("INV/1")
        result = self.post(data)
        self.ledger.demo_lock_date = self.day
        self.assert_refused(self.void(data, result), "closed")

    def test_a_document_needs_a_date_and_lines(self):
        self.assert_refused(self.invoice("INV/1", date=""), "date")
        data = replace(self.invoice("INV/1"), lines=(), total="0.00", tax="0.00")
        self.assert_refused(data, "without lines")

    def test_totals_have_to_be_those_of_the_lines(self):
        self.assert_refused(self.invoice("INV/1", total="115.01"), "115.00", "115.01")
        self.assert_refused(self.invoice("INV/1", tax="15.01"), "15.01")

    def test_a_total_below_zero_is_refused(self):
        self.assert_refused(self.invoice("INV/1", "-10.00"), "below zero")

    def test_the_books_can_be_a_cent_away(self):
        self.ledger.demo_fault = "cent"
        result = self.post(self.invoice("INV/1"))
        self.assertEqual((result.total, result.tax), ("115.01", "15.00"))
        self.ledger.demo_fault = False
        (found,) = self.ask(self.invoice("INV/1"))
        self.assertEqual((found.outcome, found.total), (OK, "115.01"))

    def test_five_hundred_lines_add_up(self):
        nets = [f"{n}.{(n * 37) % 100:02}" for n in range(1, 501)]
        data = self.invoice("INV/1", *nets)
        result = self.post(data)
        self.assertEqual((result.total, result.tax), (data.total, data.tax))
        self.assertEqual(len(self.document(result).line_ids), 500)

    def test_a_currency_without_cents_is_kept_whole(self):
        line = self.line("100", tax="15")
        data = self.invoice("INV/1", currency="JPY", total="115", tax="15")
        result = self.post(replace(data, lines=(line,)))
        self.assertEqual((result.total, result.tax), ("115", "15"))

    # === CHANGES === #

    def test_what_nothing_settles_may_be_changed(self):
        result = self.post(self.invoice("INV/1", "100.00", "50.00"))
        changed = self.invoice("INV/1", "80.00", external_id=result.external_id)
        again = self.post(changed)
        self.assertEqual(again.number, result.number)
        document = self.document(result)
        self.assertEqual(document.total, 92)
        self.assertEqual(document.outstanding, 92)
        self.assertEqual(len(document.line_ids), 1)
        self.assertEqual(self.hope_in_books().outstanding, 92)

    def test_what_is_settled_is_not_changed(self):
        result = self.post(self.invoice("INV/1"))
        self.post(self.payment("PAY/1", "10.00", (result, "10.00")))
        changed = self.invoice("INV/1", "80.00", external_id=result.external_id)
        self.assert_refused(changed, result.number, "Take back the payments")

    def test_what_is_void_is_not_changed(self):
        data = self.invoice("INV/1")
        result = self.post(data)
        self.post(self.void(data, result))
        changed = self.invoice("INV/1", "80.00", external_id=result.external_id)
        self.assert_refused(changed, result.number, "voided")

    def test_what_the_books_never_had_is_told(self):
        data = self.invoice("INV/1", external_id="DOC999999")
        self.assert_refused(data, "DOC999999", "do not know")
        self.assert_refused(replace(data, operation=VOID), "do not know")

    def test_void_names_what_to_do_about_payments(self):
        data = self.invoice("INV/1")
        result = self.post(data)
        payment = self.payment("PAY/1", "10.00", (result, "10.00"))
        paid = self.post(payment)
        self.assert_refused(self.void(data, result), "Take back the payments first")
        self.post(self.void(payment, paid))
        self.post(self.void(data, result))
        self.assertEqual(self.document(result).status, "void")

    def test_a_voided_number_is_free_in_the_same_call(self):
        data = self.invoice("INV/1")
        result = self.post(data)
        void = self.as_member(self.void(data, result))
        self.ids = {"somebody else": 0}
        fresh = self.as_member(self.invoice("INV/1", "20.00"))
        answers = self.take(void, fresh)
        self.assertEqual({answer.outcome for answer in answers}, {OK})
        self.assertEqual(len(self.books_documents()), 2)

    # === RECONCILE === #

    def test_reconcile_tells_other_content(self):
        result = self.post(self.invoice("INV/1"))
        (found,) = self.ask(self.invoice("INV/1", "80.00"))
        self.assertEqual(
            (found.outcome, found.external_id), (NOT_FOUND, result.external_id)
        )

    def test_a_twin_by_number_and_content_is_not_the_one_that_is_asked_about(self):
        self.post(self.invoice("INV/1"))
        self.ids.clear()  # another record of ours
        (found,) = self.ask(self.invoice("INV/1"))
        self.assertEqual(found.outcome, NOT_FOUND)
        self.assertFalse(found.external_id or found.candidates)

    def test_what_lost_its_key_is_a_candidate_and_no_more(self):
        for data in (self.invoice("INV/1"), self.payment("PAY/1", "50.00")):
            result = self.post(data)
            model = KEPT_IN[type(data)]
            domain = [("external_id", "=", result.external_id)]
            self.env[model].search(domain).sender_key = False
            (found,) = self.ask(data)
            with self.subTest(model=model):
                self.assertEqual((found.outcome, found.external_id), (CANDIDATES, ""))
                ids = [record.external_id for record in found.candidates]
                self.assertEqual(ids, [result.external_id])

    def test_what_somebody_renumbered_or_dated_otherwise_is_still_ours(self):
        for data in (self.invoice("INV/1"), self.payment("PAY/1", "50.00")):
            result = self.post(data)
            domain = [("external_id", "=", result.external_id)]
            stored = self.env[KEPT_IN[type(data)]].search(domain)
            for change in ({"sent_number": "X/9"}, {"date": "2026-03-06"}):
                stored.write(change)
                (found,) = self.ask(data)
                with self.subTest(change=change):
                    self.assertEqual(found.outcome, ALTERED)
                    self.assertEqual(found.external_id, result.external_id)
                    self.assertIn(str(*change.values()), found.message)

    def test_reconcile_finds_what_was_voided_there(self):
        data = self.invoice("INV/1")
        result = self.post(data)
        self.post(self.void(data, result))
        (found,) = self.ask(data)
        self.assertEqual(
            (found.outcome, found.external_id), (ALTERED, result.external_id)
        )

    # === FAULTS === #

    def test_a_refusal_matches_customer_number_and_reference(self):
        for text in ("hope", "inv/1", "po 7"):
            with self.subTest(text=text):
                self.refuse(text)
                self.assert_refused(self.invoice("INV/1", reference="PO 7"), "INV/1")
        self.refuse("elsewhere")
        self.post(self.invoice("INV/1", reference="PO 7"))

    def test_a_batch_can_be_refused_as_a_whole(self):
        self.ledger.write({"demo_fault": "batch", "demo_refuse": "INV/2"})
        with self.assertRaises(RejectedError) as caught:
            self.send(self.invoice("INV/1"), self.invoice("INV/2"))
        self.assertIn("INV/2", caught.exception.message)
        self.assertFalse(self.books_documents())
        self.post(self.invoice("INV/1"))

    # === SPEED AND LOOKS === #

    def test_queries_do_not_grow_with_the_batch(self):
        def batch(name, count):
            return [self.invoice(f"{name}/{n}", "1.00", "2.00") for n in range(count)]

        self.post(*batch("WARM", 2))
        small = self.count_queries(*batch("SMALL", 5))
        self.assertEqual(self.count_queries(*batch("LARGE", 50)), small)

    def test_queries_of_voiding_do_not_grow_with_the_batch(self):
        counts = []
        for size in (2, 5, 50):
            datas = [self.invoice(f"{size}/{n}") for n in range(size)]
            results = self.post(*datas)
            counts.append(
                self.count_queries(*map(self.void, datas, results)),
            )
        self.assertEqual(counts[1], counts[2])

    def test_customers_open_their_documents_and_payments(self):
        invoice = self.post(self.invoice("INV/1"))
        self.post(self.payment("PAY/1", "5.00"))
        customer = self.hope_in_books()
        action = customer.action_view_documents()
        found = self.env[action["res_model"]].search(action["domain"])
        self.assertEqual(found, self.document(invoice))
        action = customer.action_view_payments()
        found = self.env[action["res_model"]].search(action["domain"])
        self.assertEqual(found.sent_number, "PAY/1")
        action = customer.action_view_items()
        self.assertEqual(action["res_model"], "synkd.demo.item")

    def test_the_books_of_a_ledger_lead_to_its_documents(self):
        action = self.ledger.action_view_books()
        nobody = self.books.with_context(**action["context"])
        domain = nobody.action_view_documents()["domain"]
        self.assertEqual(domain, [("ledger_id", "=", self.ledger.id)])

    def test_decimals_of_a_large_amount_do_not_drift(self):
        data = self.invoice("INV/1", *["75000000.05"] * 40)
        result = self.post(data)
        self.assertEqual(Decimal(result.total), Decimal(data.total))
        self.assertEqual(self.hope_in_books().outstanding, float(data.total))
