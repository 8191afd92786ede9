# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What the tests of documents share: books with lists, products, invoices."""

from dataclasses import replace
from unittest.mock import patch

from odoo import Command, fields

from ..lib.documents import ListItem, Lists
from .common import SynkdCommon

ALL_LISTS = ("tax", "account", "item", "bank", "currency")
ITEMS = (
    ListItem("tax", "t15", "OUT15", "Standard rate sales", "15.0000"),
    ListItem("tax", "t0", "NONE", "No VAT", "0.0000"),
    ListItem("account", "a200", "4000", "Sales"),
    ListItem("account", "a900", "9000", "Rounding"),
    ListItem("item", "i1", "desk", "Desk in the books"),
    ListItem("item", "dep", "DEP", "Departmental item"),
    ListItem("item", "depshop", "DEP-SHOP", "Departmental item, shop"),
    ListItem("bank", "b1", "BANK", "Cheque account"),
    ListItem("currency", "c1", "USD", "US Dollar"),
)


class DocumentsCommon(SynkdCommon):
    """A company with a chart of accounts, books with lists, and classed products."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_company()
        cls.items = cls.env["synkd.books.item"]
        cls.mappings = cls.env["synkd.mapping"]
        cls.product_classes = cls.env["synkd.product.class"]
        cls.rules = cls.env["synkd.line.rule"]
        cls.items._take(cls.ledger, Lists(ITEMS))
        cls._set_up_classes()
        cls._set_up_products()
        cls.partner = cls.create_partner("Hope Works")
        cls.account = cls.create_account("Hope Works", external_id="hope")
        cls.env["synkd.customer.link"]._link([(cls.partner, cls.account)])

    @classmethod
    def _set_up_company(cls):
        """Give the company accounts and journals, and the books all lists."""
        cls._patch_lists()
        cls.ledger.start_date = False
        cls.env["account.chart.template"].try_loading(
            "generic_coa", cls.company, install_demo=False
        )
        cls.journal = cls.env["account.journal"].search(
            [("company_id", "=", cls.company.id), ("type", "=", "sale")], limit=1
        )
        cls.bank = cls.env["account.journal"].search(
            [("company_id", "=", cls.company.id), ("type", "=", "bank")], limit=1
        )
        cls.income = cls.journal.default_account_id
        cls.tax15 = cls.create_tax("VAT 15", 15)
        cls.dollar = cls.env.ref("base.USD")
        cls.euro = cls.env.ref("base.EUR")

    @classmethod
    def create_rate(cls, currency, rate, day="2026-01-01"):
        """Create a rate of the test company's: units for one of its own currency."""
        return cls.env["res.currency.rate"].create(
            {
                "name": day,
                "rate": rate,
                "currency_id": currency.id,
                "company_id": cls.company.id,
            }
        )

    @classmethod
    def _patch_lists(cls):
        """Let each test say which kinds of lists the books keep."""
        cls.lists = ALL_LISTS
        ledger = cls.env.registry["synkd.ledger"]
        real = ledger._get_capabilities
        cls.startClassPatcher(
            patch.object(
                ledger,
                "_get_capabilities",
                lambda self: replace(real(self), lists=cls._kept_by(self)),
            )
        )
        cls.env.registry.clear_cache()
        cls.addClassCleanup(cls.env.registry.clear_cache)

    @classmethod
    def _kept_by(cls, ledger):
        """Return the kinds of lists that the books of a ledger keep."""
        is_ours = (ledger.connector or False) == cls.connector_code
        return cls.lists if is_ours else ()

    def keep_lists(self, *kinds):
        """Let the books keep these kinds of lists, and no others, in this test."""
        self.patch(type(self), "lists", kinds)
        self.env.registry.clear_cache()
        self.addCleanup(self.env.registry.clear_cache)

    @classmethod
    def _set_up_classes(cls):
        """Create a departmental class, with an item of its own for the shop."""
        cls.direct = cls.get_product_class("direct")
        cls.none = cls.get_product_class("none")
        cls.department = cls.product_classes.create(
            {
                "name": "Furniture",
                "company_id": cls.company.id,
                "posting": "department",
                "item_id": cls.item("dep").id,
                "shop_item_id": cls.item("depshop").id,
            }
        )

    @classmethod
    def _set_up_products(cls):
        """Create a product that posts as itself, and one that its category posts."""
        categories = cls.env["product.category"]
        cls.category = categories.create(
            {"name": "Furniture", "synkd_product_class_id": cls.department.id}
        )
        cls.chairs = categories.create({"name": "Chairs", "parent_id": cls.category.id})
        cls.unclassed = categories.create({"name": "Sundries"})
        cls.desk = cls.create_product(
            "Desk", default_code="DESK", synkd_product_class_id=cls.direct.id
        )
        cls.chair = cls.create_product("Chair", categ_id=cls.chairs.id)
        cls.thing = cls.create_product("Thing", categ_id=cls.unclassed.id)

    @classmethod
    def get_product_class(cls, posting):
        """Return the ready-made product class of the test company with a posting."""
        return cls.product_classes.search(
            [("company_id", "=", cls.company.id), ("posting", "=", posting)], limit=1
        )

    @classmethod
    def item(cls, external_id, ledger=None):
        """Return an item of the books' lists."""
        return cls.items.with_context(active_test=False).search(
            [
                ("ledger_id", "=", (ledger or cls.ledger).id),
                ("external_id", "=", external_id),
            ]
        )

    @classmethod
    def create_tax(cls, name, amount, **values):
        """Create a sales tax of the test company."""
        defaults = {
            "name": name,
            "amount": amount,
            "company_id": cls.company.id,
            "country_id": cls.env.ref("base.us").id,
        }
        return cls.env["account.tax"].create(defaults | values)

    @classmethod
    def create_product(cls, name, **values):
        """Create a product that is sold."""
        defaults = {"name": name, "type": "consu", "taxes_id": False}
        return cls.env["product.product"].create(defaults | values)

    @classmethod
    def map(cls, kind, item, *sources):
        """Map records of ours to an item, given by its identity in the books."""
        ids = [source.id for source in sources]
        wanted = {(kind, ",".join(str(id_) for id_ in sorted(ids)))}
        mapping = cls.mappings._ensure(cls.ledger, wanted)
        mapping.item_id = cls.item(item)
        return mapping

    @classmethod
    def map_all(cls):
        """Map what ordinary invoices of the tests need."""
        cls.map("tax", "t15", cls.tax15)
        cls.map("tax", "t0")
        cls.map("account", "a200", cls.income)
        cls.map("bank", "b1", cls.bank)

    @classmethod
    def line(cls, product=None, price=100.0, taxes=None, **values):
        """Return the command that adds a line to an invoice."""
        taxes = cls.tax15 if taxes is None else taxes
        defaults = {
            "product_id": product.id if product else False,
            "name": product.name if product else "Free text",
            "price_unit": price,
            "quantity": 1,
            "tax_ids": [Command.set(taxes.ids)],
        }
        return Command.create(defaults | values)

    @classmethod
    def create_invoice(cls, *lines, post=True, **values):
        """Create an invoice, posted unless told otherwise."""
        defaults = {
            "move_type": "out_invoice",
            "partner_id": cls.partner.id,
            "journal_id": cls.journal.id,
            "invoice_date": fields.Date.to_date("2026-03-10"),
            "invoice_line_ids": list(lines),
        }
        move = cls.env["account.move"].create(defaults | values)
        if post:
            move.action_post()
        return move

    @classmethod
    def row_of(cls, document, kind=None):
        """Return the live row of a document in the queue."""
        domain = [
            ("res_model", "=", document._name),
            ("res_id", "=", document.id),
            ("live", "=", True),
        ]
        rows = cls.env["synkd.transaction"].search(domain)
        return rows.filtered(lambda row: not kind or row.kind == kind)

    @classmethod
    def pay(cls, invoices, **values):
        """Register a payment of posted documents, and return it."""
        wizard = cls.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=invoices.ids
        )
        defaults = {"journal_id": cls.bank.id, "payment_date": "2026-03-20"}
        return wizard.create(defaults | values)._create_payments()
