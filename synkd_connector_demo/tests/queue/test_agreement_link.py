# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What only the books have, and customers who are gone there: offered and put right."""

from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from odoo.addons.synkd_connector.lib.results import BooksPayment

from ..agreement_common import AgreementCommon


class LinkCommon(AgreementCommon):
    """A bookkeeper who enters by hand what Odoo has too."""

    def enter_there(self, **values):
        """Return an invoice that somebody enters in the demo books."""
        seed = self.post_invoice()
        self.post_all()
        entered = {
            "external_id": "DOC999",
            "number": "BI999",
            "sent_number": "BOOKS/1",
            "sender_key": False,
            "line_ids": False,
        }
        posting = self.there(seed).copy(entered | values)
        posting._update_open()
        return posting

    def pay_there(self):
        """Return a payment of Hope Works that somebody enters in the demo books."""
        return self.env["synkd.demo.payment"].create(
            {
                "ledger_id": self.ledger.id,
                "external_id": "PAY999",
                "number": "BP999",
                "kind": "payment",
                "sent_number": "EFT 7",
                "customer_id": self.there(self.seed).customer_id.id,
                "date": "2026-06-15",
                "currency_id": self.company.currency_id.id,
                "amount": 115.0,
                "unallocated": 115.0,
            }
        )

    def unknown(self):
        """Compare, and return the line about what only the books have."""
        found = self.compare().line_ids
        return found.filtered(lambda line: line.verdict == "unknown")

    def offered(self, line):
        """Press Link, and return what is offered."""
        action = line.action_link()
        return self.env[action["res_model"]].browse(action["res_id"]).line_ids


@tagged("post_install", "-at_install")
class TestAgreementLink(LinkCommon):
    def setUp(self):
        super().setUp()
        self.posting = self.enter_there()
        self.invoice = self.post_invoice()
        self.row = self.row_of(self.invoice)

    def test_a_waiting_invoice_is_what_the_bookkeeper_entered(self):
        (candidate,) = self.offered(self.unknown())
        self.assertEqual(candidate.transaction_id, self.row)
        self.assertEqual(candidate.alike, "total, customer, date")
        candidate.action_pick()
        self.assertEqual(self.row.sync_state, "synced")
        self.assertEqual(self.row.external_id, "DOC999")
        self.assertEqual(self.row.books_number, "BI999")
        self.assertIn("linked it with", str(self.row.message_ids.mapped("body")))
        before = self.all_documents()
        self.post_all(expect_ready=False)
        self.assertEqual(self.all_documents(), before, "it is not sent as well")
        agreement = self.compare()
        self.assertEqual(set(agreement.line_ids.mapped("verdict")), {"agrees"})

    def test_what_is_linked_is_paid_and_voided_like_any_other(self):
        self.offered(self.unknown()).action_pick()
        payment = self.pay(self.invoice)
        self.post_all()
        self.assertEqual(self.row_of(payment).sync_state, "synced")
        self.assertAlmostEqual(self.posting.outstanding, 0)
        self.assertEqual(set(self.compare().line_ids.mapped("verdict")), {"agrees"})
        payment.action_draft()
        self.row_of(payment).action_void()
        self.invoice.button_draft()
        self.row.action_void()
        for _run in range(3):
            self.post_all(expect_ready=False)
        self.assertEqual(self.posting.status, "void")

    def test_the_likeliest_comes_first_and_others_are_not_offered(self):
        partner, account = self.create_partner("Other"), self.create_account("Other")
        self.env["synkd.customer.link"]._link([(partner, account)])
        other = self.row_of(self.post_invoice(partner))
        self.post_invoice(lines=[{"price_unit": 7.0}])
        named = self.post_invoice(
            lines=[{"price_unit": 9.0}], invoice_date="2026-05-01"
        )
        self.posting.sent_number = named.name
        rows = self.offered(self.unknown()).mapped("transaction_id")
        self.assertEqual(rows[0], self.row)
        self.assertEqual(set(rows), {self.row, other, self.row_of(named)})

    def test_another_total_is_told_by_the_next_comparison(self):
        self.row.action_exclude("The bookkeeper enters it")
        self.posting.write({"sent_number": self.invoice.name, "total": 116.0})
        self.posting._update_open()
        candidate = self.offered(self.unknown())
        self.assertEqual(candidate.alike, "number, customer, date")
        candidate.action_pick()
        line = self.line_of(self.compare(), self.invoice)
        self.assertEqual((line.verdict, line.facts), ("differs", "total"))

    def test_what_never_entered_the_queue_is_linked_and_not_sent(self):
        self.invoice.button_draft()
        with patch.object(type(self.env["synkd.enqueuer"]), "_enqueue_moves"):
            self.invoice = self.post_invoice()
        line = self.unknown()
        (candidate,) = self.offered(line)
        self.assertEqual(candidate.unqueued_id.number, self.invoice.name)
        candidate.action_pick()
        self.assertEqual(self.row_of(self.invoice).external_id, "DOC999")
        self.assertEqual(candidate.unqueued_id.state, "mended")

    def test_queue_holds_back_what_the_books_may_have(self):
        with patch.object(type(self.env["synkd.enqueuer"]), "_enqueue_moves"):
            invoice = self.post_invoice()
        agreement = self.compare()
        agreement.line_ids.filtered(lambda l: l.verdict == "unqueued").action_queue()
        row = self.row_of(invoice)
        self.assertEqual(row.sync_state, "held")
        self.assertIn("BI999", row.note)

    def test_nothing_like_it_is_said(self):
        self.invoice.button_draft()
        with self.assertRaisesRegex(UserError, "nothing unsent of the total"):
            self.unknown().action_link()

    def test_what_was_sent_meanwhile_is_not_linked(self):
        candidate = self.offered(self.unknown())
        self.row._set_sending()
        with self.assertRaisesRegex(UserError, "sent, linked or changed meanwhile"):
            candidate.action_pick()

    def test_what_cannot_be_told_is_not_linked_yet(self):
        candidate = self.offered(self.unknown())
        self.env["synkd.mapping"].search([("ledger_id", "=", self.ledger.id)]).unlink()
        with self.assertRaisesRegex(UserError, "cannot be linked yet"):
            candidate.action_pick()

    def test_only_once_and_only_by_managers(self):
        line = self.unknown()
        auditor = self.create_user("auditor", "account.group_account_readonly")
        with self.assertRaisesRegex(AccessError, "Only managers"):
            line.with_user(auditor).action_link()
        manager = self.create_user("chief", "synkd_connector.group_manager")
        candidate = self.offered(line.with_user(manager))
        candidate.action_pick()
        self.assertEqual(line.state, "mended")
        with self.assertRaisesRegex(UserError, "dealt with"):
            candidate.action_pick()

    def test_what_others_write_is_linked_too(self):
        self.ledger.agreement_foreign = True
        line = self.unknown()
        self.assertEqual(line.state, "fine")
        self.offered(line).action_pick()
        self.assertEqual(self.row.external_id, "DOC999")


@tagged("post_install", "-at_install")
class TestAgreementLinkMoney(LinkCommon):
    def setUp(self):
        super().setUp()
        self.seed = self.post_invoice()
        self.post_all()
        self.posting = self.pay_there()

    def test_money_that_the_bookkeeper_took_too(self):
        payment = self.pay(self.seed)
        row = self.row_of(payment)
        told = BooksPayment(
            "PAY999", self.row_of(self.seed).external_id, money="PAY999"
        )
        self.env["synkd.books.payment"]._take(self.ledger, (told,))
        line = self.unknown()
        self.assertEqual(line.transaction_id, self.row_of(self.seed))
        self.offered(line).action_pick()
        self.assertEqual((row.sync_state, row.external_id), ("synced", "PAY999"))
        self.assertFalse(self.env["synkd.books.payment"].search([]))
        self.env["synkd.books.payment"]._take(self.ledger, (told,))
        self.assertFalse(self.env["synkd.books.payment"].search([]), "it is ours")
        self.assertFalse(
            self.compare().line_ids.filtered(lambda l: l.verdict == "unknown")
        )

    def test_money_in_parts_is_one_line_and_leads_to_what_it_pays(self):
        other = self.post_invoice()
        self.post_all()
        rows = self.row_of(self.seed) | self.row_of(other)
        told = [
            BooksPayment(f"part-{row.id}", row.external_id, money="PAY999")
            for row in rows
        ]
        self.env["synkd.books.payment"]._take(self.ledger, tuple(told))
        line = self.unknown()
        self.assertEqual(len(line), 1)
        self.assertEqual(line.transaction_id, rows[0])


@tagged("post_install", "-at_install")
class TestAgreementCustomers(LinkCommon):
    def setUp(self):
        super().setUp()
        self.post_invoice()
        self.post_all()
        self.hope = self.stored().filtered(lambda c: c.name == "Hope Works")
        self.hope.archived = True
        self.line = self.gone()

    def gone(self):
        """Compare, and return the line about a customer who is gone there."""
        return self.compare().line_ids.filtered(lambda l: l.verdict == "archived")

    def test_restored_here_he_is_restored_there(self):
        self.assertFalse(self.account.active)
        self.line.action_restore()
        self.assertEqual(self.line.state, "mended")
        self.run_ledger()
        self.assertFalse(self.hope.archived)
        self.assertTrue(self.account.active)
        self.assertFalse(self.gone())
        with self.assertRaisesRegex(UserError, "compared again since"):
            self.line.action_restore()

    def test_merged_into_who_stands_for_him(self):
        kept = self.create_account("Hope & Sons")
        action = self.line.action_merge()
        wizard = self.env[action["res_model"]].browse(action["res_id"])
        with self.assertRaisesRegex(UserError, "Choose who stands"):
            wizard.action_confirm()
        wizard.kept_id = kept
        action = wizard.action_confirm()
        merge = self.env[action["res_model"]].browse(action["res_id"])
        self.assertEqual(merge.kept_account_id, kept)
        self.assertEqual(self.line.state, "open", "nothing was merged yet")
        merge.action_confirm()
        self.assertEqual(self.line.state, "mended")
        self.assertEqual(self.line.note, "Merged into [HOP002] Hope & Sons.")
        self.assertEqual(self.partner.account_customer_id, kept)
        self.assertFalse(self.gone())

    def test_books_that_restore_nobody_say_so(self):
        capable = self.ledger._get_capabilities()
        without = type(capable)(**vars(capable) | {"archive": False})
        ledgers = type(self.ledger)
        with (
            patch.object(ledgers, "_get_capabilities", lambda ledger: without),
            self.assertRaisesRegex(UserError, "restore nobody from here"),
        ):
            self.line.action_restore()
