# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A ledger whose books are in a company of Pastel, which imports files by itself."""

import base64
from decimal import Decimal

from odoo.fields import Command

from odoo.addons.synkd_connector.lib.documents import Lists
from odoo.addons.synkd_connector.lib.results import CustomerData
from odoo.addons.synkd_connector.tests.common import SynkdCommon
from odoo.addons.synkd_connector.tests.contract_documents import BooksDocument

from ..models.synkd_connector_pastel_pull import FIELDS
from ..simulator import PastelCompany

YEAR_START = "2026-03-01"


class PastelCommon(SynkdCommon):
    """A company with a ledger on Pastel, all set up; each test has books of its own."""

    connector_code = "pastel"

    @classmethod
    def create_ledger(cls, **values):
        """Create a ledger that makes files."""
        cls.company.currency_id = cls.env.ref("base.USD")
        defaults = {
            "pastel_company": "KUDU",
            "pastel_year_start": YEAR_START,
        }
        return super().create_ledger(**defaults | values)

    def setUp(self):
        super().setUp()
        self.pastel = PastelCompany()
        self.manager = self.create_user("boss", "synkd_connector.group_manager")
        self.clerk = self.create_user("clerk", "synkd_connector.group_user")
        self.take_lists()

    def take_lists(self):
        """Let the ledger know what Pastel's lists have."""
        for kind in ("taxes", "accounts", "items"):
            export = self.upload(kind, getattr(self.pastel, f"export_{kind}")())
            export.action_test()
            export.sudo()._set_ready()
        self.env["synkd.books.item"].sudo()._take(self.ledger.sudo(), self.lists())
        clearing = self.env["synkd.books.item"].search(
            [
                ("ledger_id", "=", self.ledger.id),
                ("kind", "=", "account"),
                ("code", "=", "9990000"),
            ]
        )
        self.ledger.pastel_contra_id = clearing

    def lists(self):
        """Return what the connector reads of the lists.

        :rtype: Lists
        """
        lists = self.ledger._get_connector()._pull_lists(self.ledger)
        self.assertIsInstance(lists, Lists)
        return lists

    def upload(self, kind, content, name="export.csv"):
        """Upload an export as a manager; return it."""
        exports = self.env["synkd.pastel.export"].with_user(self.manager)
        return exports.create(
            {
                "ledger_id": self.ledger.id,
                "kind": kind,
                "file": base64.b64encode(content),
                "file_name": name,
            }
        )

    def give(self, kind, content, name="export.csv"):
        """Upload an export, test it and give it to the next run; return it."""
        export = self.upload(kind, content, name)
        export.action_test()
        export.action_import()
        return export


class PastelHooks:
    """How the tests of the contract read the company of Pastel, and import into it."""

    tells_refusals = False

    def import_files(self, files):
        """Import files into Pastel; return the list that tells of them."""
        for file in files:
            self.pastel.import_file(file.name, file.content)
        if files[0].name.startswith("customers"):
            return self.pastel.export_customers()
        return self.pastel.export_transactions()

    def books_customers(self):
        return [
            CustomerData(
                external_id=fields["CustomerCode"],
                code=fields["CustomerCode"],
                **{
                    name: fields[source]
                    for name, source in FIELDS.items()
                    if name != "held"
                },
                held=fields["Blocked"] == "Y",
            )
            for fields in self.pastel.customers.values()
        ]

    def books_write_calls(self):
        return len(self.pastel.documents) + len(self.pastel.entries)

    def refuse(self, text):
        # Money has its key in Pastel, and the number of what it settles.
        keys = (
            self.keys.get(res_id) for known, res_id in self.ids.items() if text in known
        )
        self.pastel.refused = (text, *filter(None, keys))

    def books_codes(self):
        return {"tax": "1", "item": "SALES", "account": "3800000", "bank": "8400000"}

    def books_documents(self):
        return [
            BooksDocument(
                document.key,
                document.order,
                f"{abs(document.total):.2f}",
                f"{abs(document.tax):.2f}",
                f"{abs(self.pastel.outstanding(document)):.2f}",
            )
            for document in self.pastel.documents
        ]


class PastelQueueCommon(PastelCommon):
    """The same company with a chart of accounts, goods, and a customer in Pastel."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["account.chart.template"].try_loading(
            "generic_coa", cls.company, install_demo=False
        )
        cls.ledger.start_date = False
        cls.tax = cls.company.account_sale_tax_id
        cls.bank = cls.env["account.journal"].search(
            [("company_id", "=", cls.company.id), ("type", "=", "bank")], limit=1
        )
        cls.expense = cls.env["account.account"].search(
            [("company_ids", "=", cls.company.id), ("account_type", "=", "expense")],
            limit=1,
        )
        cls.product = cls.env["product.product"].create(
            {"name": "Glue", "default_code": "GLUE", "lst_price": 100.0}
        )
        cls.partner = cls.create_partner("Hope Works")
        cls.account = cls.create_account("Hope Works")
        cls.env["synkd.customer.link"]._link([(cls.partner, cls.account)])

    def take_lists(self):
        """Override: and map all that documents need."""
        result = super().take_lists()
        for kind, code, source in (
            ("tax", "1", self.tax),
            ("bank", "8400000", self.bank),
            ("account", "3800000", self.expense),
        ):
            item = self.item(kind, code)
            mappings = self.env["synkd.mapping"]
            mappings._ensure(self.ledger, {(kind, str(source.id))}).item_id = item
        goods = self.env["synkd.product.class"].create(
            {
                "name": "Goods",
                "company_id": self.company.id,
                "posting": "department",
                "item_id": self.item("item", "SALES").id,
            }
        )
        self.product.product_tmpl_id.synkd_product_class_id = goods
        return result

    def item(self, kind, code):
        """Return an item of Pastel's lists."""
        return self.env["synkd.books.item"].search(
            [
                ("ledger_id", "=", self.ledger.id),
                ("kind", "=", kind),
                ("code", "=", code),
            ]
        )

    def create_invoice(self, **values):
        """Post an invoice for glue."""
        line = {
            "product_id": self.product.id,
            "quantity": 1,
            "price_unit": 100.0,
            "tax_ids": [Command.set(self.tax.ids)],
        }
        move = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": self.partner.id,
                "company_id": self.company.id,
                "invoice_date": "2026-03-10",
                "invoice_line_ids": [Command.create(line | values.pop("line", {}))],
            }
            | values
        )
        move.action_post()
        return move


class PastelFlowHooks(PastelHooks):
    """What the contracts of documents on their way ask."""

    def goods(self):
        return self.product

    def loss_account(self):
        return self.expense

    def books_open(self):
        return {
            d.key: (abs(d.total), abs(d.tax), abs(self.pastel.outstanding(d)))
            for d in self.pastel.documents
        }

    def books_money(self):
        money = {}
        for entry in self.pastel.entries:
            key = entry.text.split()[0]
            money[key] = money.get(key, Decimal(0)) - entry.amount
        # What credit notes settle comes to nothing, and is no money.
        paid = self.env["synkd.transaction"].search([("channel", "=", "payments")])
        return {k: v for k, v in money.items() if k in paid.mapped("own_key")}
