# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields
from odoo.fields import Command
from odoo.tests import tagged

from .common import XeroCommon


@tagged("post_install", "-at_install")
class TestXeroFlow(XeroCommon):
    """From an invoice here to the invoice in Xero, through the engine."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["account.chart.template"].try_loading(
            "generic_coa", cls.company, install_demo=False
        )
        cls.company.currency_id = cls.env.ref("base.ZAR")
        cls.ledger.start_date = False
        cls.journal = cls.env["account.journal"].search(
            [("company_id", "=", cls.company.id), ("type", "=", "sale")], limit=1
        )
        cls.tax = cls.env["account.tax"].create(
            {
                "name": "VAT 15",
                "amount": 15,
                "company_id": cls.company.id,
                "country_id": cls.company.account_fiscal_country_id.id,
            }
        )
        direct = cls.env["synkd.product.class"].search(
            [("company_id", "=", cls.company.id), ("posting", "=", "direct")], limit=1
        )
        cls.widget = cls.env["product.product"].create(
            {
                "name": "Widget",
                "default_code": "WIDGET",
                "type": "consu",
                "synkd_product_class_id": direct.id,
            }
        )

    def map(self, kind, code, source):
        """Map one of our records to an entry of Xero's lists."""
        entry = self.env["synkd.ledger.entry"].search(
            [
                ("ledger_id", "=", self.ledger.id),
                ("kind", "=", kind),
                ("code", "=", code),
            ]
        )
        mappings = self.env["synkd.mapping"]
        mappings._ensure(self.ledger, {(kind, f"{source.id}")}).entry_id = entry

    def test_an_invoice_and_its_credit_note_arrive_to_the_cent(self):
        partner = self.create_partner("Hope Works")
        account = self.create_account("Hope Works")
        self.env["synkd.customer.link"]._link([(partner, account)])
        self.run_ledger()
        self.map("tax", "OUTPUT", self.tax)
        self.map("account", "200", self.journal.default_account_id)
        line = {
            "product_id": self.widget.id,
            "quantity": 3,
            "price_unit": 33.33,
            "tax_ids": [Command.set(self.tax.ids)],
        }
        invoice = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": partner.id,
                "journal_id": self.journal.id,
                "invoice_date": fields.Date.to_date("2026-03-10"),
                "invoice_line_ids": [Command.create(line)],
            }
        )
        invoice.action_post()
        credit = invoice._reverse_moves([{"invoice_date": invoice.date}])
        credit.action_post()
        for _run in range(2):
            self.run_ledger()
        rows = self.env["synkd.transaction"].search(
            [("res_model", "=", "account.move"), ("kind", "!=", "allocation")]
        )
        told = [(row.kind, row.sync_state, row.sync_message) for row in rows]
        state = self.control.state(self.tenant)
        self.assertEqual(len(state["invoices"]), 1, told)
        self.assertEqual(len(state["credit_notes"]), 1, told)
        stored = state["invoices"][0]
        kept = self.xero.world.tenants[self.tenant].invoices[stored["InvoiceID"]]
        self.assertEqual(kept["_contact"], account.external_id)
        self.assertEqual(float(stored["Total"]), invoice.amount_total)
        self.assertEqual(float(stored["TotalTax"]), invoice.amount_tax)
        self.assertEqual(float(state["credit_notes"][0]["Total"]), credit.amount_total)
        self.assertEqual(set(rows.mapped("sync_state")), {"synced"}, told)
