# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import tagged

from odoo.addons.synkd_connector.tests.contract_identity import IdentityContract, cents

from .faults_common import FaultsCommon


@tagged("post_install", "-at_install")
class TestDemoIdentity(IdentityContract, FaultsCommon):
    """The demo books have each document once, whatever numbers and answers do."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.expense = cls.env["account.account"].search(
            [
                ("company_ids", "=", cls.company.id),
                ("account_type", "=", "expense"),
            ],
            limit=1,
        )
        mappings = cls.env["synkd.mapping"]
        mapping = mappings._ensure(cls.ledger, {("account", str(cls.expense.id))})
        mapping.item_id = cls.env["synkd.books.item"].search(
            [("ledger_id", "=", cls.ledger.id), ("code", "=", "WOFF")]
        )

    def goods(self):
        return self.product

    def loss_account(self):
        return self.expense

    def break_next(self, fault):
        self.ledger.demo_fault = fault

    def let_time_pass(self):
        self.ledger.sudo()._set_resumed()
        self.env["synkd.request"].search([]).write({"retry_at": False})
        self.rows.search([]).write({"retry_at": False})

    def books_open(self):
        live = self.all_documents().filtered(lambda d: d.status != "void")
        return {
            d.external_id: (cents(d.total), cents(d.tax), cents(d.outstanding))
            for d in live
        }

    def books_money(self):
        return {
            payment.sender_key: cents(
                payment.amount + sum(payment.difference_ids.mapped("amount"))
            )
            * (1 if payment.kind == "payment" else -1)
            for payment in self.stored_payments()
        }
