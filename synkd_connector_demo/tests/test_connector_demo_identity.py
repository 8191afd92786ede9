# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from dataclasses import replace

from odoo.tests import tagged

from odoo.addons.synkd_connector.tests.contract import LOST_AFTER, LOST_BEFORE
from odoo.addons.synkd_connector.tests.contract_flow import cents
from odoo.addons.synkd_connector.tests.contract_identity import IdentityContract

from .faults_common import FaultsCommon


class DemoFlowHooks:
    """What the contracts of documents on their way ask of the demo books."""

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

    # By which of their fields the books' documents are known here.
    stored_by = "external_id"

    def goods(self):
        return self.product

    def loss_account(self):
        return self.expense

    def books_open(self):
        live = self.all_documents().filtered(lambda d: d.status != "void")
        return {
            d[self.stored_by]: (cents(d.total), cents(d.tax), cents(d.outstanding))
            for d in live
        }

    def books_money(self):
        has_keys = self.ledger._get_capabilities().own_key_payments
        by = "sender_key" if has_keys else "external_id"
        return {
            payment[by]: cents(
                payment.amount + sum(payment.difference_ids.mapped("amount"))
            )
            * (1 if payment.kind == "payment" else -1)
            for payment in self.env["synkd.demo.payment"].search(
                [("ledger_id", "=", self.ledger.id), ("status", "!=", "void")]
            )
        }


@tagged("post_install", "-at_install")
class TestDemoIdentity(DemoFlowHooks, IdentityContract, FaultsCommon):
    """The demo books have each document once, whatever numbers and answers do."""

    # What these books cannot do, of ``Capabilities``.
    unable = {}

    def setUp(self):
        connector = type(self.env["synkd.connector.demo"])
        original = connector._capabilities
        self.patch(
            connector,
            "_capabilities",
            lambda model, ledger: replace(original(model, ledger), **self.unable),
        )
        super().setUp()

    def break_next(self, fault):
        self.ledger.demo_fault = fault
        self.env.flush_all()  # the books read it in an environment of their own

    def let_time_pass(self):
        self.ledger.sudo()._set_resumed()
        self.env["synkd.request"].search([]).write({"retry_at": False})
        self.rows.search([]).write({"retry_at": False})


# The variants below are about documents and money in both directions.
BOTH_WAYS = ("invoice", "credit_note", "payment", "refund")
KEYLESS = dict.fromkeys(
    [f"own_key_{channel}" for channel in ("documents", "payments", "allocations")], ""
)


@tagged("post_install", "-at_install")
class TestDemoIdentityWithoutKeys(TestDemoIdentity):
    """Books that keep no key of ours: by the ids they gave, and by a person's word."""

    kinds = BOTH_WAYS
    unable = KEYLESS
    faults = (LOST_AFTER,)


@tagged("post_install", "-at_install")
class TestDemoIdentityWithoutUniqueNumbers(TestDemoIdentity):
    """Books that take a number as often as it comes: by our keys."""

    kinds = BOTH_WAYS
    unable = {"unique_numbers": False}
    faults = (LOST_AFTER,)


@tagged("post_install", "-at_install")
class TestDemoIdentityOfTheIdsAlone(TestDemoIdentity):
    """Books with neither: twins are equal there in all that people see."""

    kinds = BOTH_WAYS
    unable = KEYLESS | {"unique_numbers": False}
    faults = (LOST_BEFORE, LOST_AFTER)
