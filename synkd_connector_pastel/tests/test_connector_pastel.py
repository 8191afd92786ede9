# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import tagged

from odoo.addons.synkd_connector.tests.contract_files import (
    CustomerFileContract,
    DocumentFileContract,
)
from odoo.addons.synkd_connector.tests.contract_files_flow import FileFlowContract

from .common import PastelCommon, PastelFlowHooks, PastelHooks, PastelQueueCommon


@tagged("post_install", "-at_install")
class TestPastelCustomerFiles(PastelHooks, CustomerFileContract, PastelCommon):
    """Pastel takes customers in files as the contract says."""

    def test_what_is_said_to_be_imported_is_known_by_its_code(self):
        account, request = self.hand_over_accounts("Hope Works")
        request.with_user(self.manager).action_all_imported()
        self.assertEqual(account.external_id, account.code)

    def test_another_name_under_a_code_of_ours_is_not_taken_for_it(self):
        account, request = self.hand_over_accounts("Hope Works")
        self.import_files(
            [self.hand_over(request._as_batch())]
            and self.hand_over(self.batch(self.customer("Other"))).files
        )
        fields = next(iter(self.pastel.customers.values()))
        self.pastel.customers = {account.code: fields | {"CustomerCode": account.code}}
        results, odd = request.with_user(self.manager)._read_report(
            self.pastel.export_customers()
        )
        self.assertFalse(results)
        self.assertIn("Other instead of Hope Works", odd[0].reason)


@tagged("post_install", "-at_install")
class TestPastelCustomerTexts(PastelHooks, CustomerFileContract, PastelCommon):
    """The same with texts of the SDK."""

    @classmethod
    def create_ledger(cls, **values):
        return super().create_ledger(pastel_customer_layout="sdk", **values)


@tagged("post_install", "-at_install")
class TestPastelDocumentFiles(PastelHooks, DocumentFileContract, PastelCommon):
    """Pastel takes documents and money in files as the contract says."""


@tagged("post_install", "-at_install")
class TestPastelDocumentKeys(PastelHooks, DocumentFileContract, PastelCommon):
    """The same, where its list of transactions shows the messages with our keys."""

    def setUp(self):
        super().setUp()
        self.pastel.shows_messages = True


@tagged("post_install", "-at_install")
class TestPastelFlow(PastelFlowHooks, FileFlowContract, PastelQueueCommon):
    """Documents reach Pastel by files, each once, whatever people say.

    Each kind is brought by a list and by a word. What becomes of a word is of Odoo
    alone, and proved of each kind by the demo books: here of what has rows of another
    form in Pastel, documents, cashbook and journal.
    """

    def about_one_of_each_form(self, *more):
        """Make one kind of each form only, and some more."""
        self.kinds = ("invoice", "write_off", "allocation", *more)

    def test_the_members_of_a_file_have_words_of_their_own(self):
        # Each word is said of a document and of money.
        self.about_one_of_each_form("credit_note", "payment")
        return super().test_the_members_of_a_file_have_words_of_their_own()

    def test_nothing_is_handed_over_again_on_a_guess(self):
        self.about_one_of_each_form()
        return super().test_nothing_is_handed_over_again_on_a_guess()

    def test_what_changes_meanwhile_waits_for_the_word_and_for_a_person(self):
        self.about_one_of_each_form()
        return super().test_what_changes_meanwhile_waits_for_the_word_and_for_a_person()

    def test_a_word_that_is_taken_back_is_as_if_nobody_had_said_it(self):
        self.about_one_of_each_form()
        return super().test_a_word_that_is_taken_back_is_as_if_nobody_had_said_it()

    def test_a_wrong_word_makes_no_twin_where_our_keys_are_kept(self):
        self.about_one_of_each_form()
        return super().test_a_wrong_word_makes_no_twin_where_our_keys_are_kept()
