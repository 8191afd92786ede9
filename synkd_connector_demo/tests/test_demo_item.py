# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from psycopg2 import IntegrityError

from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import DemoCommon


@tagged("post_install", "-at_install")
class TestDemoItem(DemoCommon):
    """The lists of the demo books: filled from the company, then the bookkeeper's."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        country = cls.env.ref("base.za")
        cls.company.account_fiscal_country_id = country
        group = cls.env["account.tax.group"].create(
            {"name": "VAT", "company_id": cls.company.id, "country_id": country.id}
        )
        cls.env["account.tax"].create(
            [
                {
                    "name": name,
                    "amount": amount,
                    "type_tax_use": use,
                    "company_id": cls.company.id,
                    "country_id": country.id,
                    "tax_group_id": group.id,
                }
                for name, amount, use in (
                    ("14.5% VAT", 14.5, "sale"),
                    ("14.5% VAT on services", 14.5, "sale"),
                    ("7% VAT", 7, "sale"),
                    ("3% VAT", 3, "purchase"),
                )
            ]
        )
        cls.env["account.account"].create(
            [
                {
                    "name": name,
                    "code": code,
                    "account_type": account_type,
                    "company_ids": [(6, 0, cls.company.ids)],
                }
                for name, code, account_type in (
                    ("Sales at home", "400100", "income"),
                    ("Discounts given", "600100", "expense"),
                    ("Debtors", "110100", "asset_receivable"),
                )
            ]
        )
        cls.env["account.journal"].create(
            {
                "name": "House Bank",
                "code": "HSB",
                "type": "bank",
                "company_id": cls.company.id,
            }
        )
        cls.env["product.product"].create(
            [
                {"name": "Blue Widget", "default_code": "WID-1"},
                {"name": "Nameless Widget"},
            ]
        )

    def pull(self):
        """Return the lists, and their items by kind and code."""
        with self.enter_registry_test_mode():
            lists = self.ledger._get_connector()._pull_lists(self.ledger)
        return lists, {(item.kind, item.code): item for item in lists.items}

    def stored_item(self, code):
        """Return the item of the books with a code."""
        return self.env["synkd.demo.item"].search(
            [("ledger_id", "=", self.ledger.id), ("code", "=", code)]
        )

    def test_taxes_are_those_the_company_sells_with_by_rate(self):
        _lists, items = self.pull()
        rates = {e.code: e.rate for e in items.values() if e.kind == "tax"}
        self.assertEqual(
            rates,
            {"T14.5": "14.5000", "T7": "7.0000", "T0": "0.0000", "T15": "15.0000"},
        )
        self.assertEqual(items["tax", "T14.5"].name, "14.5% VAT")

    def test_accounts_banks_items_and_currencies_are_the_company_s(self):
        _lists, items = self.pull()
        self.assertEqual(items["account", "400100"].name, "Sales at home")
        self.assertEqual(items["account", "600100"].name, "Discounts given")
        self.assertNotIn(("account", "110100"), items)
        self.assertEqual(items["bank", "HSB"].name, "House Bank")
        self.assertEqual(items["item", "WID-1"].name, "Blue Widget")
        self.assertEqual(items["currency", "USD"].rate, "")

    def test_the_books_have_entries_of_their_own(self):
        _lists, items = self.pull()
        own = {("item", c) for c in ("SALES", "SHOP", "SERV")}
        own |= {("account", "ROUND"), ("account", "WOFF")}
        self.assertLessEqual(own, set(items))

    def test_the_lists_are_filled_once(self):
        first, _items = self.pull()
        self.env["product.product"].create({"name": "New", "default_code": "NEW-1"})
        self.assertEqual(self.pull()[0], first)

    def test_the_bookkeeper_renames_adds_and_removes(self):
        before = self.pull()[1]["item", "SHOP"]
        self.env.invalidate_all()
        self.stored_item("SHOP").name = "Counter"
        self.stored_item("SERV").unlink()
        self.env["synkd.demo.item"].create(
            {
                "ledger_id": self.ledger.id,
                "kind": "item",
                "code": "RENT",
                "name": "Rental",
            }
        )
        _lists, items = self.pull()
        self.assertEqual(items["item", "SHOP"].name, "Counter")
        self.assertEqual(items["item", "SHOP"].external_id, before.external_id)
        self.assertIn(("item", "RENT"), items)
        self.assertNotIn(("item", "SERV"), items)

    def test_a_code_is_of_one_item(self):
        self.pull()
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            self.stored_item("SHOP").copy({"code": "shop"}).flush_recordset()

    def test_the_closed_period_is_told(self):
        self.assertEqual(self.pull()[0].lock_date, "")
        self.ledger.demo_lock_date = "2026-02-28"
        self.assertEqual(self.pull()[0].lock_date, "2026-02-28")

    def test_two_groups_of_one_rate_are_two_taxes(self):
        group = self.env["account.tax.group"].create(
            {"name": "Other", "company_id": self.company.id}
        )
        tax = self.env["account.tax"].search(
            [("name", "=", "7% VAT"), ("company_id", "=", self.company.id)]
        )
        tax.copy({"name": "7% Levy", "tax_group_id": group.id})
        names = {e.name for e in self.pull()[1].values() if e.rate == "7.0000"}
        self.assertEqual(names, {"7% VAT", "7% Levy"})
