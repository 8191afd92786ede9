# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import tagged

from ..common import DemoCommon


@tagged("post_install", "-at_install")
class TestCategoryInBooks(DemoCommon):
    """The customer category where the books keep one, and the class it names."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        categories = cls.env["synkd.customer.category"]
        cls.trade = categories.create({"name": "Trade"})
        cls.partner = cls.create_partner("Pier", customer_category_id=cls.trade.id)
        context = cls.partner.action_create_account_customer()["context"]
        accounts = cls.env["synkd.account.customer"].with_context(**context)
        cls.account = accounts.create({})

    def in_books(self):
        """Return the category that the books have after a run."""
        self.run_ledger()
        return self.stored().filtered(lambda c: c.name == "Pier").category

    def test_it_goes_to_the_books_and_follows_each_change(self):
        self.assertEqual(self.in_books(), "Trade")
        self.trade.name = "Trade and Craft"
        self.assertEqual(self.account.sync_state, "pending")
        self.assertEqual(self.in_books(), "Trade and Craft")
        self.partner.customer_category_id = False
        self.assertFalse(self.in_books())
        self.partner.customer_category_id = self.trade
        self.assertEqual(self.in_books(), "Trade and Craft")

    def test_without_one_the_payload_is_what_it_was(self):
        self.partner.customer_category_id = False
        self.assertNotIn("category", self.account._get_payload())
        self.run_ledger()
        before = self.write_calls()
        self.account.mirror_partner_id = False
        self.account._queue()
        self.run_ledger()
        self.assertEqual(self.write_calls(), before)

    def test_books_without_categories_are_not_bothered(self):
        self.run_ledger()
        capable = type(self.env["synkd.connector.demo"])._capabilities

        def _capabilities(connector, ledger):
            return capable(connector, ledger).__class__(fields=("name",))

        self.patch(
            type(self.env["synkd.connector.demo"]), "_capabilities", _capabilities
        )
        self.trade.name = "Other"
        self.assertEqual(self.account.sync_state, "synced")
        self.assertEqual(self.account._to_data().category, "")
        self.assertIn("customer category", self.account.unkept)

    def test_sync_makes_account_customers_in_the_class_of_the_category(self):
        self.trade.class_id = self.class_decide
        walk_in = self.env["synkd.customer.category"].create(
            {"name": "Walk-ins", "class_id": self.class_generic.id}
        )
        trade = self.create_partner("Surf", customer_category_id=self.trade.id)
        counter = self.create_partner("Zoe", customer_category_id=walk_in.id)
        other = self.create_partner("Anchor Works")
        run = self.ledger._request_run(
            {
                "create_class_id": self.class_account.id,
                "partner_domain": [["id", "in", (trade | counter | other).ids]],
            }
        )
        self.run_ledger()
        self.assertEqual(run.state, "done")
        self.assertEqual(trade.account_customer_id.class_id, self.class_decide)
        self.assertEqual(other.account_customer_id.class_id, self.class_account)
        self.assertEqual(counter.account_customer_id, self.counter)
