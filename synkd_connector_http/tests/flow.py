# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""From documents here to simulated books over HTTP: a company that sells."""

from odoo import fields
from odoo.fields import Command


class FlowCommon:
    """A company with a customer in the books, a product, a tax of 15 % and a bank.

    A test class inherits it before the common class of its connector, and says in
    ``books_names`` what of its simulated books ours are mapped to.
    """

    # Codes of the books' tax, account and bank.
    books_names = {}
    # In which the company keeps its books.
    own_currency = "base.ZAR"

    def books_code(self, name):
        """Return the code of what the books call so.

        :rtype: str
        """
        return name

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["account.chart.template"].try_loading(
            "generic_coa", cls.company, install_demo=False
        )
        cls.company.currency_id = cls.env.ref(cls.own_currency)
        cls.ledger.start_date = False
        cls.journal = cls.env["account.journal"].search(
            [("company_id", "=", cls.company.id), ("type", "=", "sale")], limit=1
        )
        cls.bank = cls.env["account.journal"].search(
            [("company_id", "=", cls.company.id), ("type", "=", "bank")], limit=1
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
        """Map one of our records to an item of the books' lists."""
        entry = self.env["synkd.books.item"].search(
            [
                ("ledger_id", "=", self.ledger.id),
                ("kind", "=", kind),
                ("code", "=", self.books_code(code)),
            ]
        )
        mappings = self.env["synkd.mapping"]
        mappings._ensure(self.ledger, {(kind, f"{source.id}")}).item_id = entry

    def setUp(self):
        super().setUp()
        self.partner = self.create_partner("Hope Works")
        self.account = self.create_account("Hope Works")
        self.env["synkd.customer.link"]._link([(self.partner, self.account)])
        self.run_ledger()
        ours = {
            "tax": self.tax,
            "account": self.journal.default_account_id,
            "bank": self.bank,
        }
        for kind, source in ours.items():
            self.map(kind, self.books_names[kind], source)

    def create_invoice(self, price=33.33, **values):
        """Post an invoice of three widgets."""
        line = {
            "product_id": self.widget.id,
            "quantity": 3,
            "price_unit": price,
            "tax_ids": [Command.set(self.tax.ids)],
        }
        defaults = {
            "move_type": "out_invoice",
            "partner_id": self.partner.id,
            "journal_id": self.journal.id,
            "invoice_date": fields.Date.to_date("2026-03-10"),
            "invoice_line_ids": [Command.create(line)],
        }
        invoice = self.env["account.move"].create(defaults | values)
        invoice.action_post()
        return invoice

    def pay(self, invoices, **values):
        """Register a payment of invoices here."""
        wizard = self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=invoices.ids
        )
        defaults = {
            "journal_id": self.bank.id,
            "group_payment": True,
            "payment_date": fields.Date.to_date("2026-03-12"),
        }
        return wizard.create(defaults | values)._create_payments()

    def credit_and_delete(self):
        """Credit an invoice, and delete that again after both are in the books.

        Whoever is asked about it then has it voided.

        :return: the invoice, which nothing settles any more.
        """
        invoice = self.create_invoice()
        credit = invoice._reverse_moves([{"invoice_date": invoice.date}])
        credit.action_post()
        lines = (invoice | credit).line_ids.filtered(
            lambda line: line.account_id.account_type == "asset_receivable"
        )
        if not all(lines.mapped("reconciled")):
            lines.reconcile()
        self.run_all()
        credit.button_draft()
        credit.with_context(force_delete=True).unlink()
        self.run_ledger()
        rows = self.env["synkd.transaction"].search([("live", "=", True)])
        rows.filtered(lambda row: row.sync_state == "attention").action_void()
        self.run_ledger()
        self.run_ledger()
        left = rows.exists().filtered("live")
        told = [(r.display_name, r.sync_state, r.reason_text) for r in left]
        self.assertEqual(set(left.mapped("sync_state")), {"synced"}, told)
        return invoice

    def run_all(self):
        """Run twice: what waits for another document goes in the second."""
        for _run in range(2):
            self.run_ledger()
        rows = self.env["synkd.transaction"].search([("live", "=", True)])
        told = [(row.number, row.sync_state, row.reason_text) for row in rows]
        self.assertEqual(set(rows.mapped("sync_state")), {"synced"}, told)
        return rows
