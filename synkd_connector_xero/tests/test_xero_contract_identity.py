# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from collections import defaultdict

from odoo.tests import tagged

from odoo.addons.synkd_connector.lib.identity import find_key
from odoo.addons.synkd_connector.tests.contract_flow import cents
from odoo.addons.synkd_connector.tests.contract_identity import IdentityContract
from odoo.addons.synkd_connector_http.tests.contract_http import FAULTS

from .test_xero_flow import XeroFlowCommon


@tagged("post_install", "-at_install")
class TestXeroIdentityContract(IdentityContract, XeroFlowCommon):
    """Xero has each document once, whatever numbers and answers do, over real HTTP."""

    def setUp(self):
        super().setUp()
        self.control.set_limits(minute=100000, day=1000000)
        self.addCleanup(self.control.set_limits, minute=60, day=5000)
        self.expense = self.env["account.account"].search(
            [
                ("company_ids", "=", self.company.id),
                ("account_type", "=", "expense"),
            ],
            limit=1,
        )
        self.map("account", "425", self.expense)

    def goods(self):
        return self.widget

    def loss_account(self):
        return self.expense

    def break_next(self, fault):
        self.control.clear_faults()
        if fault:
            where = {"method": "PUT,POST,DELETE", "path": "/api.xro"}
            self.control.add_fault(FAULTS[fault], times=None, **where)

    def let_time_pass(self):
        self.ledger._set_resumed()
        for model in ("transaction", "account.customer", "request"):
            waiting = self.env[f"synkd.{model}"].search([("retry_at", "!=", False)])
            waiting.sudo().write({"retry_at": False})

    def books_open(self):
        return {
            record[key]: tuple(
                cents(record[name]) for name in ("Total", "TotalTax", left)
            )
            for table, key, left in (
                ("invoices", "InvoiceID", "AmountDue"),
                ("credit_notes", "CreditNoteID", "RemainingCredit"),
            )
            for record in self.in_xero(table)
        }

    def books_money(self):
        world, money = self.xero.world, defaultdict(int)
        with world.lock:
            tenant = world.tenants[self.tenant]
            for record in tenant.payments.values():
                if record["Status"] != "DELETED":
                    sign = 1 if record["PaymentType"] == "ACCRECPAYMENT" else -1
                    money[find_key(record["Reference"])] += sign * record["Amount"]
            for record in tenant.bank_transactions.values():
                if record["Status"] != "DELETED":
                    sign = 1 if record["Type"].startswith("RECEIVE") else -1
                    money[find_key(record["Url"])] += sign * record["Total"]
        return {key: cents(amount) for key, amount in money.items()}
