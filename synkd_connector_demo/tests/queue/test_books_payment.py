# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Payments that somebody made in the books: shown here, and never made here."""

from odoo.exceptions import AccessError
from odoo.tests import tagged

from odoo.addons.synkd_connector.lib.results import BalancePage, BooksPayment

from ..queue_common import QueueCommon


@tagged("post_install", "-at_install")
class TestBooksPayment(QueueCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.payments = cls.env["synkd.books.payment"]
        cls.reader = cls.create_user(
            "books_reader",
            "synkd_connector.group_reader,account.group_account_readonly",
        )
        cls.manager = cls.create_user("books_boss", "synkd_connector.group_manager")

    def setUp(self):
        super().setUp()
        self.invoice = self.post_invoice()
        self.post_all()
        self.row = self.row_of(self.invoice)
        self.assertEqual(self.row.sync_state, "synced")

    def paid(self, number="1", **values):
        """Return a payment of the invoice as the books tell of it."""
        given = {
            "external_id": f"payment-{number}",
            "document": self.row.external_id,
            "reference": f"EFT {number}",
            "date": "2026-03-05",
            "amount": "40.00",
            "account": "090",
        }
        return BooksPayment(**given | values)

    def take(self, *payments):
        self.payments._take(self.ledger, payments)

    def test_a_payment_is_shown_on_its_document(self):
        self.take(self.paid())
        (payment,) = self.row.books_payment_ids
        self.assertEqual((payment.reference, payment.amount), ("EFT 1", 40.0))
        self.assertEqual(payment.move_id, self.invoice)
        self.assertEqual(payment.partner_id, self.invoice.partner_id)
        self.assertEqual(payment.display_name, "EFT 1")
        self.assertEqual(payment.company_id, self.company)
        self.assertFalse(self.invoice.matched_payment_ids, "nothing is paid here")

    def test_what_changed_there_changes_here_and_comes_once(self):
        self.take(self.paid(), self.paid("2"))
        self.take(self.paid(amount="50.00", reference=""))
        found = self.row.books_payment_ids.sorted("external_id")
        self.assertEqual(found.mapped("amount"), [50.0, 40.0])
        self.assertEqual(found[0].display_name, "2026-03-05")

    def test_what_was_removed_there_is_removed_here(self):
        self.take(self.paid(), self.paid("2"))
        self.take(self.paid(removed=True, document="", amount="0.00"))
        self.assertEqual(self.row.books_payment_ids.reference, "EFT 2")

    def test_our_own_payments_are_not_shown_a_second_time(self):
        payment = self.pay(self.invoice, amount=10)
        number = self.row_of(payment).number
        self.assertTrue(number)
        self.take(self.paid(reference=number), self.paid("2"))
        self.assertEqual(self.row.books_payment_ids.reference, "EFT 2")

    def test_documents_that_are_not_ours_are_left_out(self):
        self.take(self.paid(document="somebody-elses"), self.paid(document=""))
        self.assertFalse(self.payments.search([("ledger_id", "=", self.ledger.id)]))

    def test_any_number_of_payments_takes_the_same_queries(self):
        self.take(self.paid())
        counts = []
        for size in (2, 60):
            before = self.env.cr.sql_log_count
            self.take(*(self.paid(str(number)) for number in range(size)))
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[0], counts[1])
        self.assertEqual(len(self.row.books_payment_ids), 60)

    def test_nothing_told_takes_no_query(self):
        before = self.env.cr.sql_log_count
        self.take()
        self.assertEqual(self.env.cr.sql_log_count, before)

    def test_the_invoice_tells_until_it_is_paid_here_too(self):
        self.assertNotIn("synkd_paid_there", self.invoice._get_synkd_alerts())
        self.take(self.paid(), self.paid("2"))
        alert = self.invoice._get_synkd_alerts()["synkd_paid_there"]
        self.assertIn("80.00", alert["message"])
        self.assertIn("exclude that payment from the queue", alert["message"])
        shown = self.payments.search(alert["action"]["domain"])
        self.assertEqual(shown, self.row.books_payment_ids)
        self.pay(self.invoice)
        self.assertNotIn("synkd_paid_there", self.invoice._get_synkd_alerts())

    def test_readers_see_them_and_nobody_writes_them(self):
        self.take(self.paid())
        payment = self.row.books_payment_ids
        for user in (self.reader, self.manager):
            mine = payment.with_user(user)
            self.assertEqual(mine.reference, "EFT 1")
            with self.assertRaises(AccessError):
                mine.write({"reference": "mine"})

    def test_it_goes_with_its_document_in_the_page_of_balances(self):
        """The engine takes both over in one step."""
        page = BalancePage((), {"since": "then"}, (self.paid(),))
        run = self.env["synkd.run"].search(
            [("ledger_id", "=", self.ledger.id)], limit=1
        )
        self.env["synkd.engine"]._take_balances(run, page)
        self.assertEqual(self.row.books_payment_ids.reference, "EFT 1")
        self.assertEqual(self.ledger.balance_cursor, {"since": "then"})
