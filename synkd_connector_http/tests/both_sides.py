# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What people do in the books of a connector is noticed, named, and put right."""

from functools import cached_property

from odoo.addons.synkd_connector.tests.contract_agreement import Comparing

OTHER_NUMBER, OTHER_CURRENCY = "BOOKS/77", "EUR"


class BothSides(Comparing):
    """One contract for all books over HTTP that tell what they have.

    A test class inherits it before ``FlowCommon``, and says what people do there.
    """

    def take_invoice_there(self, identity):
        """Void or delete an invoice that nothing settles."""
        raise NotImplementedError

    def take_money_there(self, row):
        """Void or delete a payment, and with it what it settles.

        :param recordset row: its `synkd.transaction`.
        """
        raise NotImplementedError

    def date_there(self, identity, day):
        """Give an invoice another date, as a bookkeeper does.

        :param str day: as in ``2026-03-12``.
        """
        raise NotImplementedError

    def edit_there(self, identity, fact):
        """Change one fact of an unpaid invoice there, as a bookkeeper does.

        :param str fact: *number*: to `OTHER_NUMBER`. *total*: one more, without tax.
            *tax*: none, and the total stays. *currency*: to `OTHER_CURRENCY`.
            *customer*: to `self.other`.
        """
        raise NotImplementedError

    def enter_there(self, customer):
        """Enter an invoice as `create_invoice` makes one, and return its identity.

        :param str customer: identity of whose it is.
        """
        raise NotImplementedError

    def count_there(self):
        """Return how many invoices count in the books."""
        raise NotImplementedError

    def archive_there(self, account, archived=True):
        """Archive a customer, or restore him."""
        raise NotImplementedError

    def rows_of(self, document):
        """Return the live row of a document."""
        domain = [("live", "=", True), ("res_model", "=", document._name)]
        return self.env["synkd.transaction"].search(
            [*domain, ("res_id", "=", document.id), ("kind", "!=", "allocation")]
        )

    def differences(self):
        """Compare, and return what is to be done."""
        found = self.compare().line_ids
        return found.filtered(lambda line: line.state == "open")

    def post_anew(self, lines):
        """Press Post Anew, let the books be asked, then send."""
        before = lines.transaction_id
        lines.action_post_anew()
        self.run_ledger()
        self.assertEqual(set(before.mapped("sync_state")), {"voided"})
        self.run_all_live()

    def run_all_live(self):
        """Run twice: what waits for another document goes in the second."""
        for _run in range(2):
            self.run_ledger()
        told = self.env["synkd.transaction"].search([("live", "=", True)])
        self.assertEqual(
            set(told.mapped("sync_state")), {"synced"}, told.mapped("reason_text")
        )

    def test_what_is_taken_back_there_is_named_and_posted_anew(self):
        paid, other = self.create_invoice(), self.create_invoice()
        payment = self.pay(paid)
        self.run_all()
        self.assertFalse(self.differences())
        self.take_money_there(self.rows_of(payment))
        self.take_invoice_there(self.rows_of(other).external_id)
        found = self.differences()
        told = {line.transaction_id: (line.verdict, line.facts) for line in found}
        self.assertEqual(
            told,
            {
                self.rows_of(payment): ("missing", ""),
                self.rows_of(other): ("missing", ""),
                self.rows_of(paid): ("differs", "paid"),
            },
        )
        self.post_anew(found.filtered(lambda line: line.verdict == "missing"))
        self.assertFalse(self.differences())

    def test_another_date_there_is_named_and_taken_over(self):
        invoice = self.create_invoice()
        self.run_all()
        row = self.rows_of(invoice)
        self.date_there(row.external_id, "2026-03-12")
        (line,) = self.differences()
        told = (line.transaction_id, line.verdict, line.facts)
        self.assertEqual(told, (row, "differs", "date"))
        self.assertIn("03/12/2026", line.why)
        line.action_take_over()
        self.run_all_live()
        self.assertEqual(self.rows_of(invoice).external_id, row.external_id)
        self.assertFalse(self.differences())

    def edited(self, fact):
        """Let a fact be edited there.

        :return: the row of the invoice, and the difference that is told of it.
        """
        self.other.flush_recordset()
        self.invoice = self.create_invoice()
        self.run_all()
        row = self.rows_of(self.invoice)
        self.assertFalse(self.differences())
        self.edit_there(row.external_id, fact)
        found = self.differences()
        if fact == "currency":  # He owes another amount then, which is told too.
            found = found.filtered(lambda line: line.verdict != "balance")
        self.assertEqual(len(found), 1, found.mapped("why"))
        self.assertEqual(
            (found.transaction_id, found.verdict, found.facts), (row, "differs", fact)
        )
        return row, found

    @cached_property
    def other(self):
        """Another account customer, who is in the books."""
        return self.create_account("Ubuntu Traders")

    def test_another_number_there_is_named_and_taken_over(self):
        row, line = self.edited("number")
        self.assertIn(
            f"number {row.books_number} here and {OTHER_NUMBER} there", line.why
        )
        line.action_take_over()
        self.run_all_live()
        self.assertEqual(row.books_number, OTHER_NUMBER)
        self.assertFalse(self.differences())

    def test_what_else_is_edited_there_is_named_and_put_right(self):
        currency, account = self.company.currency_id, self.account
        for fact, words in (
            ("total", ("114.99", "115.99")),
            ("tax", ("15.00", "0.00")),
            ("currency", (currency.name, OTHER_CURRENCY)),
            ("customer", (account.display_name, "Ubuntu Traders")),
        ):
            with self.subTest(fact=fact):
                self.assert_put_right(fact, words)

    def assert_put_right(self, fact, words):
        """Edit a fact, and check that Resolve makes it as it is here, once."""
        row, line = self.edited(fact)
        for word in words:
            self.assertIn(word, line.why)
        line.action_resolve()
        self.assertEqual(row.sync_state, "attention")
        row.action_void()
        self.run_all_live()
        again = self.rows_of(self.invoice)
        self.assertNotEqual(again, row)
        self.assertFalse(self.differences(), self.differences().mapped("why"))
        self.assertEqual(row.sync_state, "voided")

    def test_a_customer_archived_there_is_named_and_restored(self):
        self.create_invoice()
        self.run_all()
        self.archive_there(self.account)
        (line,) = self.differences()
        self.assertEqual(
            (line.verdict, line.account_customer_id.id), ("archived", self.account.id)
        )
        line.action_restore()
        self.run_ledger()
        self.assertTrue(self.account.active, self.account.sync_message)
        self.assertFalse(self.differences())

    def open_dialog(self, action):
        """Return the dialog that a button opened."""
        return self.env[action["res_model"]].browse(action["res_id"])

    def test_what_a_bookkeeper_entered_is_linked_and_not_sent(self):
        self.create_invoice(10.0)
        self.run_all()
        invoice = self.create_invoice()
        row = self.rows_of(invoice)
        row.action_exclude("The bookkeeper enters it")
        identity = self.enter_there(self.account.external_id)
        (line,) = self.differences()
        self.assertEqual((line.verdict, line.kind), ("unknown", "invoice"))
        (candidate,) = self.open_dialog(line.action_link()).line_ids
        self.assertEqual(candidate.transaction_id, row)
        alike = set(candidate.alike.split(", "))
        self.assertLessEqual({"total", "customer", "date"}, alike)
        candidate.action_pick()
        self.assertEqual((row.sync_state, row.external_id), ("synced", identity))
        self.pay(invoice)
        self.run_all_live()
        self.assertFalse(self.differences(), self.differences().mapped("why"))
        self.assertEqual(self.count_there(), 2)

    def test_a_customer_gone_there_is_merged_into_who_stands_for_him(self):
        self.other.flush_recordset()
        paid = self.create_invoice()
        self.pay(paid)
        self.run_all()
        self.archive_there(self.account)
        (line,) = self.differences()
        self.assertEqual(line.verdict, "archived")
        asked = self.open_dialog(line.action_merge())
        asked.kept_id = self.other
        self.open_dialog(asked.action_confirm()).action_confirm()
        self.assertEqual(self.partner.account_customer_id, self.other)
        invoice = self.create_invoice(20.0)
        self.run_all_live()
        self.assertEqual(self.rows_of(invoice).account_customer_id, self.other)
        self.assertFalse(self.differences(), self.differences().mapped("why"))
