# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from dataclasses import replace

from odoo.tests import HttpCase, tagged

from .test_demo_document import DemoBooksCommon

MANAGER = "synkd_demo_manager"


@tagged("post_install", "-at_install")
class TestDemoTours(DemoBooksCommon, HttpCase):
    """People look into the demo books, in a real browser."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.create_user(
            MANAGER,
            "base.group_user,account.group_account_invoice,"
            "synkd_connector.group_manager",
        )

    def test_documents_are_found_from_the_ledger(self):
        data = self.invoice("INV/1")
        data = replace(data, lines=(replace(data.lines[0], description="Blue widget"),))
        invoice = self.post(data)
        self.post(self.payment("PAY/1", "50.00", (invoice, "50.00")))
        second = self.invoice("INV/2")
        self.post(self.void(second, self.post(second)))
        self.start_tour(
            f"/odoo/ledgers/{self.ledger.id}", "synkd_demo_books", login=MANAGER
        )

    def test_the_bookkeeper_edits_the_lists(self):
        self.env["synkd.demo.item"]._get_items(self.ledger)
        self.start_tour("/odoo/demo-lists", "synkd_demo_lists", login=MANAGER)
        self.env.invalidate_all()
        entry = self.env["synkd.demo.item"].search(
            [("ledger_id", "=", self.ledger.id), ("code", "=", "SHOP")]
        )
        self.assertEqual(entry.name, "Counter Sales")
