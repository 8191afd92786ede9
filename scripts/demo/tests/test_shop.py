# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The shop of the demo, made in a copy of the test database."""

from uuid import uuid4

from odoo import Command
from odoo.exceptions import AccessError, UserError
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

    def test_the_books_know_every_journal_of_the_tills(self):
        ledger = self.main._get_synkd_ledger()
        mapped = self.env["synkd.mapping"].search(
            [("ledger_id", "=", ledger.id), ("item_id", "!=", False)]
        )
        for till in (self.till, self.made("kiosk")):
            journals = till.payment_method_ids.journal_id
            self.assertEqual(len(journals), 2)
            self.assertLessEqual(set(journals), set(mapped.journal_id))

    def test_the_cashier_is_asked_about_one_customer_and_does_not_see_another(self):
        cashier = self.made("user_cashier")
        lindiwe, hidden = self.made("customer_undecided"), self.made("customer_web")
        both = (lindiwe | hidden).with_user(cashier)
        self.assertTrue(both[0].synkd_card["undecided"])
        self.assertTrue(both[1].synkd_card["hidden"])
        question = self.till.with_user(cashier).get_synkd_question(lindiwe.id)
        self.assertTrue(question["own"] and question["shared"])
        with self.assertRaisesRegex(UserError, "Street.*e-mail"):
            self.till.with_user(cashier).action_synkd_answer(
                lindiwe.id, class_id=question["own"][0]["id"]
            )
        with self.assertRaises(AccessError):
            self.made("kiosk").with_user(cashier).get_synkd_question(lindiwe.id)

    def test_a_day_at_the_shop(self):
        """As the README tells it: what the cashier sold is Ready to Post."""
        self.till.open_ui()
        session = self.till.current_session_id
        session.set_opening_control(0, "")
        lindiwe = self.made("customer_undecided")
        shared = self.till.walk_in_class_id
        self.till.action_synkd_answer(lindiwe.id, class_id=shared.id)
        held = self.made("customer_held")
        for partner in (self.env["res.partner"], lindiwe, held):
            self.sell(session, partner)
        later = self.till.payment_method_ids.filtered(lambda m: m.type == "pay_later")
        with self.assertRaisesRegex(UserError, "on hold"), self.cr.savepoint():
            self.sell(session, held, later)
        cash = self.till.payment_method_ids.filtered("is_cash_count")
        session.post_closing_cash_details(
            sum(session.order_ids.payment_ids.mapped("amount"))
        )
        session.close_session_from_ui()
        self.assertEqual(session.state, "closed")
        with self.enter_registry_test_mode():
            self.env.ref("synkd_connector_pos.ir_cron_close").method_direct_trigger()
        self.assertEqual(session.order_ids.payment_ids.payment_method_id, cash)
        rows = self.env["synkd.transaction"].search(
            [("summary_id.session_id", "=", session.id), ("kind", "=", "invoice")]
        )
        mine = rows.filtered(lambda row: row.account_customer_id.id == self.shared().id)
        self.assertEqual(mine.mapped("sync_state"), ["pending"])
        self.assertEqual(mine.amount, 2 * 32.0)

    def shared(self):
        """Return the shared account customer of the walk-ins."""
        return self.till.walk_in_class_id.generic_account_customer_id

    def sell(self, session, partner, method=None):
        """Sell a cappuccino, for cash unless it is said otherwise."""
        product = self.made("product_cappuccino")
        product.taxes_id = False
        method = method or self.till.payment_method_ids.filtered("is_cash_count")
        uuid = str(uuid4())
        line = {
            "product_id": product.id,
            "qty": 1,
            "price_unit": 32.0,
            "price_subtotal": 32.0,
            "price_subtotal_incl": 32.0,
            "uuid": str(uuid4()),
        }
        paid = {"payment_method_id": method.id, "amount": 32.0}
        order = {
            "uuid": uuid,
            "name": uuid,
            "session_id": session.id,
            "company_id": self.main.id,
            "partner_id": partner.id,
            "user_id": self.env.uid,
            "state": "paid",
            "amount_total": 32.0,
            "amount_tax": 0.0,
            "amount_paid": 32.0,
            "amount_return": 0.0,
            "lines": [Command.create(line)],
            "payment_ids": [Command.create(paid)],
        }
        return self.env["pos.order"].sync_from_ui([order])
