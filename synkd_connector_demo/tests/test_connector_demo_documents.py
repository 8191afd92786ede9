# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from unittest.mock import patch

from odoo.tests import tagged

from odoo.addons.synkd_connector.tests.contract_agreement import AgreementContract
from odoo.addons.synkd_connector.tests.contract_documents import (
    BooksDocument,
    DocumentContract,
)
from odoo.addons.synkd_connector.tests.contract_payments import (
    PaymentContract,
    RecoveryContract,
)

from ..models import synkd_connector_demo_documents
from .common import DemoCommon
from .test_connector_demo import DemoHooks


class DemoDocumentHooks(DemoHooks):
    """How the tests of the contract read documents in the demo books."""

    def books_documents(self):
        self.env.invalidate_all()
        documents = self.env["synkd.demo.document"].search(
            [("ledger_id", "=", self.ledger.id)], order="id"
        )
        return [
            BooksDocument(
                document.external_id,
                document.sent_number,
                f"{document.total:.2f}",
                f"{document.tax:.2f}",
                f"{document.outstanding:.2f}",
                document.status == "void",
            )
            for document in documents
        ]

    def books_codes(self):
        return {"tax": "T15", "item": "SALES", "account": "ROUND", "bank": "BANK"}


@tagged("post_install", "-at_install")
class TestDemoDocuments(DemoDocumentHooks, DocumentContract, DemoCommon):
    """The demo books take documents as the contract says."""


@tagged("post_install", "-at_install")
class TestDemoPayments(DemoDocumentHooks, PaymentContract, DemoCommon):
    """The demo books take payments as the contract says."""


@tagged("post_install", "-at_install")
class TestDemoRecovery(DemoDocumentHooks, RecoveryContract, DemoCommon):
    """The demo books tell what became of documents as the contract says."""


class DemoAgreementHooks(DemoDocumentHooks):
    """How people take something back in the demo books: it is deleted."""

    def void_in_books(self, result):
        document = self.env["synkd.demo.document"].search(
            [("external_id", "=", result.external_id)]
        )
        document.line_ids.unlink()
        document.unlink()


@tagged("post_install", "-at_install")
class TestDemoAgreement(DemoAgreementHooks, AgreementContract, DemoCommon):
    """The demo books tell what they have, whole."""


@tagged("post_install", "-at_install")
class TestDemoAgreementByPages(DemoAgreementHooks, AgreementContract, DemoCommon):
    """The demo books tell what they have in pages of two."""

    def setUp(self):
        super().setUp()
        page = patch.object(synkd_connector_demo_documents, "PAGE_SIZE", 2)
        page.start()
        self.addCleanup(page.stop)
