# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What the tests of the transaction queue share: a company that can invoice."""

from odoo import Command

from odoo.addons.synkd_connector.tests.common import SynkdCommon


class QueueCommon(SynkdCommon):
    """A company with a chart of accounts, a demo ledger and one linked customer."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.country_id = cls.env.ref("base.za")
        cls.env["account.chart.template"].try_loading(
            "generic_coa", company=cls.company, install_demo=False
        )
        cls.ledger.start_date = False
        cls.partner = cls.create_partner("Hope Works")
        cls.account = cls.create_account("Hope Works")
        cls.env["synkd.customer.link"]._link([(cls.partner, cls.account)])
        cls.product = cls.env["product.product"].create(
            {"name": "Glue", "default_code": "GLUE", "lst_price": 100.0}
        )
        cls.tax = cls.company.account_sale_tax_id
        cls.bank = cls.env["account.journal"].search(
            [("company_id", "=", cls.company.id), ("type", "=", "bank")], limit=1
        )

    @classmethod
    def create_invoice(cls, partner=None, lines=None, **values):
        """Create a draft customer document of one line with tax."""
        lines = lines or [{}]
        default = {
            "product_id": cls.product.id,
            "quantity": 1,
            "price_unit": 100.0,
            "tax_ids": [Command.set(cls.tax.ids)],
        }
        return cls.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": (partner or cls.partner).id,
                "invoice_date": "2026-06-15",
                "company_id": cls.company.id,
                "invoice_line_ids": [Command.create(default | line) for line in lines],
            }
            | values
        )

    @classmethod
    def post_invoice(cls, partner=None, lines=None, **values):
        """Create a posted customer document."""
        invoice = cls.create_invoice(partner, lines, **values)
        invoice.action_post()
        return invoice

    @classmethod
    def pay(cls, invoices, **values):
        """Register one payment for some posted documents, and return it."""
        wizard = cls.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=invoices.ids
        )
        defaults = {"journal_id": cls.bank.id, "group_payment": True}
        wizard = wizard.create(defaults | values)
        return wizard._create_payments()

    @classmethod
    def row_of(cls, document, kind=None):
        """Return the live row of a document in the queue."""
        rows = cls.env["synkd.transaction"].search(
            [
                ("res_model", "=", document._name),
                ("res_id", "in", document.ids),
                ("live", "=", True),
            ]
        )
        return rows.filtered(lambda row: not kind or row.kind == kind)
