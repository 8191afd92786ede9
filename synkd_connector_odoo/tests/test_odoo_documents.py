# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from dataclasses import replace

from odoo.tests import tagged

from odoo.addons.synkd_connector.lib.documents import VOID, CreditData, DocumentData
from odoo.addons.synkd_connector.tests.contract import LOST_AFTER
from odoo.addons.synkd_connector.tests.contract_agreement import AgreementContract
from odoo.addons.synkd_connector.tests.contract_documents import (
    BooksDocument,
    DocumentContract,
)
from odoo.addons.synkd_connector.tests.contract_payments import (
    PaymentContract,
    RecoveryContract,
)

from ..lib import documents
from .common import SecondOdooCommon, SecondOdooHooks


class OdooDocuments(SecondOdooHooks):
    """The hooks of the contracts about documents."""

    def setUp(self):
        self.last, self.parts = None, {}
        self.pull_lists()
        super().setUp()

    def as_member(self, data):
        """Override: with the parts that are kept of its record."""
        member = super().as_member(data)
        parts = self.parts.get(member.res_id, ()) if data.external_id else ()
        return replace(member, parts=parts)

    def call(self, name, *datas):
        """Override to keep the parts of each record, as the engine does."""
        results = super().call(name, *datas)
        told = [each for each in results if each and each.parts is not None]
        self.parts |= {each.res_id: each.parts for each in told}
        return results

    def books_documents(self):
        rows = self.remote.sql(
            "SELECT id, invoice_origin, amount_total, amount_tax,"
            " CASE state WHEN 'cancel' THEN 0 ELSE amount_residual END, state"
            " FROM account_move WHERE move_type LIKE 'out_%' ORDER BY id"
        )
        return [
            BooksDocument(
                row[0],
                row[1],
                *(str(documents.money(r)) for r in row[2:5]),
                row[5] == "cancel",
            )
            for row in rows
        ]

    def books_codes(self):
        return self.codes_there

    def break_next(self, fault):
        """Override: what is lost behind the books is the last call that it takes."""
        last = self.last if fault == LOST_AFTER else None
        result = super().break_next(fault)
        if last:
            self.proxy.matches = lambda *call: call == last
        return result

    def lose(self, data, fault):
        """Override: say which call is the last one of data."""
        self.last = self.last_call(data)
        return super().lose(data, fault)

    def last_call(self, data):
        """Return model and method of the call that brings data to its end."""
        if isinstance(data, CreditData) or getattr(data, "allocations", ()):
            return ("account.partial.reconcile", "load")
        is_void = data.operation == VOID
        if is_void:
            return ("account.move", "button_cancel")
        is_document = isinstance(data, DocumentData)
        return ("account.move" if is_document else "account.payment", "action_post")

    def refuse(self, text):
        self.remote.refuse("account_move", "invoice_origin", text)

    def books_edit(self, code, archived=False):
        found = self.remote.ask("res.partner", "search", [("ref", "=", code)])
        self.remote.ask("res.partner", "write", found, {"active": not archived})


@tagged("post_install", "-at_install")
class TestOdooDocuments(
    OdooDocuments, DocumentContract, RecoveryContract, SecondOdooCommon
):
    """Invoices and credit notes keep the contract, in a real second Odoo."""


@tagged("post_install", "-at_install")
class TestOdooPayments(OdooDocuments, PaymentContract, SecondOdooCommon):
    """Money and credit keep the contract, in a real second Odoo."""


@tagged("post_install", "-at_install")
class TestOdooAgreement(OdooDocuments, AgreementContract, SecondOdooCommon):
    """What the second Odoo has is told as it is."""

    def void_in_books(self, result):
        ids = [int(result.external_id)]
        self.remote.ask("account.move", "button_draft", ids)
        self.remote.ask("account.move", "button_cancel", ids)
