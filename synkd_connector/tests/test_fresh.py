# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from ast import literal_eval
from pathlib import Path

from lxml import etree

from odoo.tests import BaseCase, tagged

CORE = Path(__file__).parents[1]
# Parts of Odoo that are no app of theirs.
TECHNICAL = ("base_import", "web_hierarchy")


@tagged("post_install", "-at_install")
class TestFresh(BaseCase):
    """What the core brings to a database that has nothing else of the family."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manifest = literal_eval((CORE / "__manifest__.py").read_text())
        cls.trees = [
            etree.parse(CORE / name)
            for name in cls.manifest["data"]
            if name.endswith(".xml")
        ]

    def records(self, model):
        """Return the records of a model that its data make."""
        path = f"//record[@model='{model}']"
        return [record for tree in self.trees for record in tree.xpath(path)]

    def test_it_asks_for_contacts_and_accounting_alone(self):
        self.assertEqual(
            set(self.manifest["depends"]), {*TECHNICAL, "account", "contacts"}
        )

    def test_no_cron_runs_before_there_is_a_need_of_it(self):
        crons = self.records("ir.cron")
        self.assertTrue(crons)
        for cron in crons:
            (active,) = cron.xpath("field[@name='active']/@eval")
            self.assertEqual(active, "False", cron.get("id"))

    def test_it_makes_no_ledger_and_no_demo_books(self):
        self.assertFalse(self.records("synkd.ledger"))
        self.assertFalse(self.manifest.get("post_init_hook"))
        self.assertFalse(self.manifest.get("demo"))
        menus = [m.get("id") for tree in self.trees for m in tree.xpath("//menuitem")]
        self.assertTrue(menus)
        self.assertFalse([menu for menu in menus if "demo" in menu])
