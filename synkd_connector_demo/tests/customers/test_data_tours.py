# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import tagged

from ..common import DemoCommon
from ..tours_common import ToursCommon

MANAGER = "synkd_data_manager"


@tagged("post_install", "-at_install")
class TestDataTours(DemoCommon, ToursCommon):
    """The Data Manager in a real browser."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = cls.create_user(
            MANAGER,
            "base.group_user,base.group_partner_manager,"
            "account.group_account_invoice,synkd_connector.group_manager",
        )
        cls.trade = cls.env["synkd.customer.category"].create({"name": "Trade"})
        cls.anchor = cls.create_partner("Anchor Works")
        cls.pier = cls.create_partner("Pier Works")

    def test_customers_of_two_searches_are_modified(self):
        self.start("/odoo/operational-data", "synkd_data_modify", MANAGER)
        with self.enter_registry_test_mode():
            self.env.ref(
                "synkd_connector.ir_cron_apply_changes"
            ).method_direct_trigger()
        self.env.invalidate_all()
        both = self.anchor | self.pier
        self.assertEqual(both.mapped("customer_category_id"), self.trade)
        self.assertEqual(len(both.filtered("customer_category_id")), 2)

    def test_duplicates_are_merged_and_the_merge_is_undone(self):
        self.start("/odoo/operational-data", "synkd_data_merge", MANAGER)
        merge = self.env["synkd.merge"].search([], limit=1)
        self.assertEqual(merge.kept_partner_id, self.anchor)
        self.assertEqual(merge.state, "undone")
        self.assertTrue(self.pier.active)

    def test_account_customers_are_merged(self):
        kept = self.create_account("Anchor Works")
        twin = self.create_account("Anchor Works Ltd")
        self.pier.account_customer_id = twin
        self.start("/odoo/financial-data", "synkd_data_merge_accounts", MANAGER)
        self.assertEqual(self.pier.account_customer_id, kept)
        self.assertFalse(twin.active)
