# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What the tests of the transaction queue share: a company that can invoice."""

from odoo import Command

from odoo.addons.synkd_connector.lib.documents import Lists

from .common import DemoCommon


class QueueCommon(DemoCommon):
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
        cls._set_up_books()

    @classmethod
    def _set_up_books(cls):
        """Read the lists of the demo books, class the products and map the rest."""
        cls.ledger._get_capabilities()
        cls.close_books("")
        cls.env["synkd.mapping"]._accept_suggestions(cls.ledger)
        sales = cls.env["synkd.books.item"].search(
            [("ledger_id", "=", cls.ledger.id), ("code", "=", "SALES")]
        )
        cls.product_class = cls.env["synkd.product.class"].create(
            {
                "name": "Goods",
                "company_id": cls.company.id,
                "posting": "department",
                "item_id": sales.id,
            }
        )
        cls.product.product_tmpl_id.synkd_product_class_id = cls.product_class

    @classmethod
    def close_books(cls, day):
        """Read the lists of the demo books, which are closed up to a day.

        :param str day: ISO 8601; "" opens them.
        """
        entries = cls.env["synkd.demo.item"]._get_items(cls.ledger)
        lists = Lists(tuple(entry._as_data() for entry in entries), day)
        cls.env["synkd.books.item"].sudo()._take(cls.ledger.sudo(), lists)

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

    @classmethod
    def reverse(cls, invoice):
        """Return the posted credit note that settles an invoice whole."""
        wizard = cls.env["account.move.reversal"].with_context(
            active_model="account.move", active_ids=invoice.ids
        )
        wizard = wizard.create({"journal_id": invoice.journal_id.id})
        action = wizard.refund_moves()
        note = cls.env["account.move"].browse(action["res_id"])
        note.action_post()
        lines = (invoice | note).line_ids.filtered(
            lambda line: line.account_id.account_type == "asset_receivable"
        )
        if not all(lines.mapped("reconciled")):
            lines.reconcile()
        return note

    def post_all(self, expect_ready=True):
        """Press Post All, and make the run that it asks for."""
        ready = self.env["synkd.transaction"].search_count(
            [("ledger_id", "=", self.ledger.id), ("sync_state", "=", "pending")]
        )
        if ready or expect_ready:
            self.env["synkd.transaction"].action_post_all()
        return self.run_ledger()

    def all_documents(self):
        """Return the invoices and credit notes in the demo books."""
        return self.env["synkd.demo.document"].search(
            [("ledger_id", "=", self.ledger.id)]
        )

    def stored_documents(self, row):
        """Return what the demo books keep of a row's document."""
        return self.all_documents().filtered(lambda d: d.sent_number == row.number)
