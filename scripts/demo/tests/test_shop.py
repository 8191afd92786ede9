# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The shop of the demo, made in a copy of the test database."""

from odoo.tests import tagged
from odoo.tools import convert_file

from odoo.addons.synkd_connector_demo.hooks import post_init_hook
from odoo.addons.synkd_connector_demo.tests.common import DemoCommon

from scripts.dev.inside import shop

ADDON = "synkd_connector_demo"
FILES = (
    "res_company_demo.xml",
    "synkd_customer_category_demo.xml",
    "res.partner.csv",
    "product_product_demo.xml",
    "synkd_demo_setup.xml",
)
COUNTED = (
    "res.users",
    "product.product",
    "pos.config",
    "pos.payment.method",
    "account.journal",
    "account.cash.rounding",
    "sale.order",
    "repair.order",
)


@tagged("post_install", "-at_install")
class TestShop(DemoCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.main = cls.env.ref("base.main_company")
        cls.env = cls.env(
            context={**cls.env.context, "allowed_company_ids": cls.main.ids}
        )
        post_init_hook(cls.env)
        for name in FILES:
            convert_file(cls.env, ADDON, f"demo/{name}", {}, "init", noupdate=True)
        shop.make(cls.env)
        cls.till = cls.made("till")

    @classmethod
    def made(cls, name):
        return cls.env.ref(f"{shop.PREFIX}.{name}")

    def count(self):
        return {
            model: self.env[model].with_context(active_test=False).search_count([])
            for model in COUNTED
        }

    def test_each_starts_where_the_readme_says(self):
        for login, name in shop.HOMES.items():
            user = self.made(f"user_{login}")
            action = self.env.ref(name)
            self.assertEqual(user.action_id.id, action.id)
            menus = self.env["ir.ui.menu"].with_user(user)
            mine = [("action", "=", f"{action._name},{action.id}")]
            self.assertTrue(menus.search(mine)._filter_visible_menus(), login)

    def test_a_second_time_makes_nothing_and_changes_nothing(self):
        before = self.count()
        self.till.name = "Renamed"
        self.made("user_clerk").name = "Another Person"
        shop.make(self.env)
        self.assertEqual(self.count(), before)
        self.assertEqual(self.till.name, "Renamed")
        self.assertEqual(self.made("user_clerk").name, "Another Person")

    def test_the_till_opens_for_the_cashier_with_three_ways_to_pay(self):
        cashier = self.made("user_cashier")
        till = self.till.with_user(cashier)
        till.open_ui()
        session = till.current_session_id
        session.set_opening_control(0, "")
        self.assertEqual(session.state, "opened")
        methods = till.payment_method_ids
        self.assertEqual(set(methods.mapped("type")), {"cash", "bank", "pay_later"})
        self.assertTrue(till.cash_rounding and till.only_round_cash_method)
        self.assertEqual(till.rounding_method.rounding, 0.1)
        on_sale = self.env["product.product"].search([("available_in_pos", "=", True)])
        self.assertLessEqual({"COF-1", "CAP-1"}, set(on_sale.mapped("default_code")))

    def test_each_login_is_what_it_says(self):
        books = {"cashier": None, "clerk": "user", "finance": "manager"}
        for login, right in books.items():
            with self.subTest(login):
                user = self.made(f"user_{login}")
                self.assertEqual(user.login, login)
                for group in ("user", "manager"):
                    has = user.has_group(f"synkd_connector.group_{group}")
                    self.assertEqual(has, right in (group, "manager"))
        self.assertFalse(self.made("user_clerk").has_group("base.group_system"))

    def test_an_order_and_a_repair_wait(self):
        self.assertEqual(self.made("order").state, "sale")
        self.assertEqual(self.made("order").currency_id, self.env.ref("base.ZAR"))
        self.assertEqual(self.made("order").invoice_status, "to invoice")
        self.assertEqual(self.made("repair").state, "confirmed")

    def test_customers_on_hold_overdue_and_above_the_limit_wait(self):
        words = {"held": "on hold", "late": "is overdue", "limit": "above the credit"}
        for key, word in words.items():
            self.assertIn(word, self.made(f"quotation_{key}").synkd_credit_notice)
        deliveries = self.made("order_held").picking_ids
        self.assertIn("on hold", deliveries.synkd_credit_notice)

    def test_the_books_know_every_journal_of_the_till(self):
        ledger = self.main._get_synkd_ledger()
        journals = self.till.payment_method_ids.journal_id
        mapped = self.env["synkd.mapping"].search(
            [("ledger_id", "=", ledger.id), ("item_id", "!=", False)]
        )
        self.assertEqual(len(journals), 2)
        self.assertLessEqual(set(journals), set(mapped.journal_id))
