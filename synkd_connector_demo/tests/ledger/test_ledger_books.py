# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..common import DemoCommon
from ..queue_common import QueueCommon


class BooksCommon(DemoCommon):
    """A second company with books of its own."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = cls.env["res.company"].create({"name": "Second Shop"})
        cls.env.user.company_ids |= cls.other
        companies = [cls.company.id, cls.other.id]
        cls.env = cls.env(context=dict(cls.env.context, allowed_company_ids=companies))
        cls.ledger = cls.ledger.with_env(cls.env)
        cls.second = cls.create_ledger(name="Second books", company_id=cls.other.id)


@tagged("post_install", "-at_install")
class TestLedgerBooks(BooksCommon):
    """Books are the ledger's own, in the company's currency, at every run."""

    def test_a_run_learns_which_books_these_are(self):
        self.assertEqual(self.run_ledger().state, "done")
        self.assertEqual(self.ledger.books_name, "Test books")
        self.assertEqual(self.ledger.books_currency, self.company.currency_id.name)
        self.assertTrue(self.ledger.books_key)

    def test_books_of_another_currency_get_nothing(self):
        self.create_account("Hope Works")
        self.ledger.demo_currency_id = self.env.ref("base.NZD")
        run = self.run_ledger()
        self.assertEqual(run.state, "paused")
        self.assertTrue(self.ledger.needs_person)
        self.assertRegex(self.ledger.pause_reason, "are kept in NZD, but company Test")
        self.assertFalse(self.stored())
        self.assertEqual(self.ledger.books_currency, "NZD", "it is shown")
        self.ledger.action_resume()
        self.run_ledger()
        self.assertTrue(self.ledger.needs_person, "and refused until they agree")
        self.assertFalse(self.stored())
        self.ledger.demo_currency_id = False
        self.ledger.action_resume()
        self.assertEqual(self.run_ledger().state, "done")
        self.assertEqual(len(self.stored()), 2)

    def test_a_company_that_changes_its_currency_is_noticed(self):
        self.run_ledger()
        self.company.currency_id = self.env.ref("base.NZD")
        self.ledger.demo_currency_id = self.env.ref("base.USD")
        self.create_account("Hope Works")
        self.run_ledger()
        self.assertRegex(self.ledger.pause_reason, "are kept in USD")
        self.assertEqual(
            self.stored().filtered(lambda c: c.name == "Hope Works").ids, []
        )

    def test_other_books_at_the_same_address_get_nothing(self):
        self.run_ledger()
        stored = self.stored()
        self.create_account("Hope Works")
        self.ledger.demo_organisation = "Somebody Else Ltd"
        self.run_ledger()
        self.assertRegex(self.ledger.pause_reason, "reaches those of Somebody Else Ltd")
        self.assertEqual(self.stored(), stored)
        self.assertEqual(self.ledger.books_name, "Test books", "never taken over")

    def test_the_connection_test_says_so_too(self):
        self.ledger.demo_currency_id = self.env.ref("base.NZD")
        self.ledger.action_test_connection()
        self.assertEqual(self.run_ledger().state, "attention")
        self.assertRegex(self.ledger.check_message, "are kept in NZD")

    # === ONE ORGANISATION, TWO LEDGERS === #

    def share(self):
        """Let both ledgers reach the same organisation."""
        (self.ledger | self.second).demo_organisation = "Kudu Trading"
        self.run_ledger()

    def test_an_organisation_of_another_ledger_is_refused(self):
        self.share()
        self.run_ledger(self.second)
        self.assertRegex(self.second.pause_reason, "the organisation of another ledger")
        self.assertFalse(self.second.books_key)
        self.assertFalse(self.stored(self.second))
        self.assertEqual(self.run_ledger().state, "done", "the first one goes on")

    def test_two_companies_share_one_when_an_administrator_says_so(self):
        self.share()
        self.second.number_prefix = "B-"
        self.assertEqual(self.run_ledger(self.second).state, "done")
        self.assertEqual(self.second.books_key, self.ledger.books_key)
        self.assertEqual(self.run_ledger().state, "done")

    @mute_logger("odoo.sql_db")
    def test_the_database_allows_no_second_one_with_the_same_prefix(self):
        self.share()
        key = self.ledger.books_key
        with self.assertRaises(IntegrityError), self.env.cr.savepoint():
            self.second.books_key = key
            self.env.flush_all()

    def test_prefixes_can_be_told_apart(self):
        self.share()
        self.second.number_prefix = "B-"
        self.run_ledger(self.second)
        with self.assertRaisesRegex(ValidationError, "cannot be told from B-"):
            self.ledger.number_prefix = "b"
        with self.assertRaisesRegex(ValidationError, "Type a shorter one"):
            self.ledger.number_prefix = "A "

    def test_only_administrators_say_so(self):
        manager = self.create_user("books_man", "synkd_connector.group_manager")
        ledger = self.ledger.with_user(manager)
        ledger = ledger.with_context(allowed_company_ids=self.company.ids)
        with self.assertRaisesRegex(AccessError, "Only administrators"):
            ledger.number_prefix = "B-"
        with self.assertRaisesRegex(AccessError, "Only administrators"):
            ledger.action_change_books()


@tagged("post_install", "-at_install")
class TestChangeBooks(QueueCommon):
    """A wrong choice is taken back while nothing but what was made here is there."""

    def test_numbers_are_sent_with_the_prefix(self):
        invoice = self.post_invoice()
        self.ledger.number_prefix = "B-"
        self.assertEqual(self.row_of(invoice).number, f"B-{invoice.name}")
        later = self.post_invoice()
        self.assertEqual(self.row_of(later).number, f"B-{later.name}")
        payment = self.pay(later)
        self.assertEqual(self.row_of(payment).number, f"B-{payment.name}")
        self.post_all()
        self.assertEqual(len(self.stored_documents(self.row_of(later))), 1)
        with self.assertRaisesRegex(UserError, "stays as it is"):
            self.ledger.number_prefix = "C-"

    def test_a_wrong_choice_is_taken_back(self):
        stranger = {"ledger_id": self.ledger.id, "code": "S1", "name": "Stranger"}
        self.books.create(stranger)
        self.run_ledger()
        made = self.account.external_id
        self.assertTrue(made)
        imported = self.env["synkd.account.customer"].search([("code", "=", "S1")])
        self.ledger.action_change_books()
        self.assertFalse(self.ledger.books_key)
        self.assertFalse(imported.active)
        self.assertFalse(self.account.external_id)
        self.assertEqual(self.account.sync_state, "pending")
        self.stored().unlink()
        self.ledger.demo_organisation = "The Right One"
        self.assertEqual(self.run_ledger().state, "done")
        self.assertEqual(self.ledger.books_name, "The Right One")
        self.assertEqual(self.account.sync_state, "synced")
        self.assertNotEqual(self.account.external_id, made)
        self.assertFalse(imported.active)

    def test_documents_are_in_the_way(self):
        self.post_invoice()
        self.post_all()
        with self.assertRaisesRegex(UserError, "1 documents and payments"):
            self.ledger.action_change_books()
        self.assertTrue(self.ledger.books_key)
        self.assertTrue(self.account.external_id)

    def test_linked_imports_are_in_the_way(self):
        self.books.create(
            {"ledger_id": self.ledger.id, "code": "S1", "name": "Stranger"}
        )
        self.run_ledger()
        imported = self.env["synkd.account.customer"].search([("code", "=", "S1")])
        partner = self.create_partner("Stranger")
        self.env["synkd.customer.link"]._link([(partner, imported)])
        with self.assertRaisesRegex(UserError, "Unlink them first"):
            self.ledger.action_change_books()
