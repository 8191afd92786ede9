# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import tagged

from ..common import DemoCommon
from ..tours_common import ToursCommon

CUSTOMERS = "/odoo/action-account.res_partner_action_customer"
MANAGER = "synkd_record_manager"


@tagged("post_install", "-at_install")
class TestRecordTours(DemoCommon, ToursCommon):
    """The customer record in a real browser."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.synkd_only_complete = True
        cls.env.ref("base.ZAR").active = True
        cls.env.ref("base.EUR").active = True
        cls.manager = cls.create_user(
            MANAGER,
            "base.group_user,base.group_partner_manager,"
            "account.group_account_invoice,synkd_connector.group_manager",
        )
        cls.terms = cls.env.ref("account.account_payment_term_30days")
        cls.category = cls.env["synkd.customer.category"].create(
            {
                "name": "Trade",
                "payment_term_id": cls.terms.id,
                "user_id": cls.manager.id,
            }
        )

    def test_a_customer_is_made_with_a_category_and_completed(self):
        self.start(f"{CUSTOMERS}/new", "synkd_record_create", MANAGER)
        made = self.env["res.partner"].search([("name", "=", "Anchor Works")])
        self.assertEqual(made.customer_category_id, self.category)
        self.assertEqual(made.property_payment_term_id, self.terms)
        self.assertEqual(made.user_id, self.manager)
        self.assertEqual(made.child_ids.mapped("name"), ["Anne"])
        self.assertFalse(made.incomplete)

    def test_a_sub_customer_is_made_from_its_main_customer(self):
        head = self.create_partner("Hope Works", customer_category_id=self.category.id)
        self.start(f"{CUSTOMERS}/{head.id}", "synkd_record_sub_customer", MANAGER)
        made = head.sub_customer_ids
        self.assertEqual((made.name, made.sub_account_code), ("Hope Harbour", "HOP-01"))
        self.assertEqual(made.customer_category_id, self.category)

    def test_an_import_with_one_bad_row_is_tested_mended_and_imported(self):
        url = CUSTOMERS
        self.start(url, "synkd_record_import", MANAGER)
        names = ["Anchor Works", "Bridge Foundry", "Canal Mills"]
        made = self.env["res.partner"].search([("name", "in", names)])
        self.assertEqual(sorted(made.mapped("name")), names, "each once")
        self.assertEqual(made.customer_category_id, self.category)
        self.assertEqual(made.property_payment_term_id, self.terms)
        self.assertEqual(sorted(made.mapped("tracking_number")), ["T-1", "T-2", "T-3"])

    def test_a_changed_category_is_applied(self):
        vals = {"customer_category_id": self.category.id}
        hope = self.create_partner("Hope Works", **vals)
        now = self.env.ref("account.account_payment_term_immediate")
        other = self.create_partner("Pier", **vals, property_payment_term_id=now.id)
        self.category.payment_term_id = self.env.ref(
            "account.account_payment_term_45days"
        )
        url = f"/odoo/customer-categories/{self.category.id}"
        self.start(url, "synkd_category_apply", MANAGER)
        with self.enter_registry_test_mode():
            self.env.ref(
                "synkd_connector.ir_cron_apply_categories"
            ).method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual(hope.property_payment_term_id, self.category.payment_term_id)
        self.assertEqual(other.property_payment_term_id, now)
        self.assertEqual(self.category.change_ids.state, "done")
