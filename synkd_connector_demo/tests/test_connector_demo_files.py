# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import base64

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from odoo.addons.synkd_connector.tests.contract_files import (
    CustomerFileContract,
    DocumentFileContract,
)
from odoo.addons.synkd_connector.tests.contract_files_flow import FileFlowContract

from .common import DemoCommon
from .files_common import FilesMixin
from .queue_common import QueueCommon
from .test_connector_demo import DemoHooks
from .test_connector_demo_documents import DemoDocumentHooks
from .test_connector_demo_identity import DemoFlowHooks


class DemoFileHooks(FilesMixin):
    """How the tests of the contract import files into the demo books."""

    def import_files(self, files):
        connector = self.env["synkd.connector.demo"]
        [report] = [connector._import_file(self.ledger, f.content) for f in files]
        return report


@tagged("post_install", "-at_install")
class TestDemoDocumentFiles(
    DemoFileHooks, DemoDocumentHooks, DocumentFileContract, DemoCommon
):
    """The demo books take documents in files as the contract says."""


@tagged("post_install", "-at_install")
class TestDemoFileFlow(DemoFileHooks, DemoFlowHooks, FileFlowContract, QueueCommon):
    """Documents reach the demo books by files, each once, whatever people say."""

    stored_by = "sender_key"


@tagged("post_install", "-at_install")
class TestConnectorDemoFiles(
    DemoFileHooks, DemoHooks, CustomerFileContract, DemoCommon
):
    """The demo books, when they take files, keep the contract of such books."""

    def import_content(self, content, ledger=None):
        """Import a file with the dialog of the demo books."""
        wizard = self.env["synkd.demo.import"].with_user(self.manager)
        wizard = wizard.create(
            {
                "ledger_id": (ledger or self.ledger).id,
                "file": base64.b64encode(content),
                "file_name": "a.json",
            }
        )
        return wizard.action_import()

    def test_what_cannot_be_taken_back_or_read_is_not_offered(self):
        capable = self.capable
        offered = (capable.pull, capable.balances, capable.void, capable.reallocate)
        self.assertFalse(any(offered))
        self.assertTrue(capable.import_reports)

    def test_what_is_no_file_for_them_is_refused_in_words(self):
        deep = b"[" * 100_000
        for content in (b"nonsense", b"{}", b'{"kind": 1}', b"[1]", b"\xff\xfe", deep):
            with (
                self.subTest(content=content[:10]),
                self.assertRaisesRegex(UserError, "This is no file for the demo books"),
            ):
                self.import_content(content)
        with self.assertRaisesRegex(UserError, "Choose a file"):
            self.import_content(b"")
        self.assertFalse(self.stored())

    def test_records_of_two_kinds_are_no_file(self):
        batch = self.batch(self.customer("Hope Works"))
        [file] = self.hand_over(batch).files
        mixed = file.content + file.content.replace(b'"customers"', b'"payments"')
        with self.assertRaisesRegex(UserError, "This is no file for the demo books"):
            self.import_content(mixed)

    def test_only_managers_import(self):
        with self.assertRaises(AccessError):
            self.env["synkd.demo.import"].with_user(self.clerk).create({})

    def test_the_dialog_offers_the_books_that_take_files(self):
        wizard = self.env["synkd.demo.import"].with_user(self.manager).new({})
        self.assertEqual(wizard.ledger_id._origin, self.ledger)

    def test_a_customer_that_is_there_as_it_is_in_the_file_is_not_written_again(self):
        [file] = self.hand_over(self.batch(self.customer("Hope Works"))).files
        self.import_content(file.content)
        before = self.stored().change_number
        self.import_content(file.content)
        self.assertEqual(self.stored().change_number, before)
