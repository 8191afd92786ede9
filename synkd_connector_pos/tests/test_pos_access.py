# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .test_pos_customers import TILL, CustomersCommon
from .test_summary import SummaryCommon


@tagged("post_install", "-at_install")
class TestPosAccess(SummaryCommon):
    """A cashier writes orders and sessions, and nothing of what they owe the books."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.cashier = cls.create_user("sly", TILL)

    def make_summary(self):
        """Return the document of a session that is closed, and open another one."""
        self.sell_plain()
        summary = self.close()
        self.open_new_session(0)
        return summary

    def assert_in_books(self, order, before):
        """An order goes to the books as if nothing had been said of it."""
        self.assertFalse(order.synkd_summary_id | order.synkd_out_id)
        summary = self.close()
        self.assertEqual(order.synkd_summary_id, summary)
        self.assertNotEqual(summary, before)
        self.assertEqual(summary.total, order.amount_total)

    def test_no_cashier_says_that_the_books_have_a_sale(self):
        before = self.make_summary()
        order = self.sell_plain()
        mine = order.with_user(self.cashier)
        mine.write({"synkd_summary_id": before.id, "synkd_out_id": before.id})
        mine.write({"synkd_said": "Nothing", "general_customer_note": "Wrapped"})
        self.assertEqual(
            (order.synkd_said, order.general_customer_note), (False, "Wrapped")
        )
        self.assert_in_books(order, before)

    def test_nor_by_how_it_is_sent(self):
        before = self.make_summary()
        orders = self.env["pos.order"].with_user(self.cashier)
        defaults = {"default_synkd_summary_id": before.id, "default_synkd_said": "-"}
        for sender in (orders.with_context(**defaults), orders.sudo()):
            data = self.create_ui_order_data([(self.product, 1)])
            data |= {"synkd_summary_id": before.id, "synkd_said": "Nothing"}
            sent = sender.sync_from_ui([data])["pos.order"]
            order = self.env["pos.order"].browse(sent[0]["id"])
            with self.subTest(su=sender.env.su):
                self.assertFalse(order.synkd_summary_id)
                self.assertFalse(order.synkd_said)
        self.env["ir.default"].with_user(self.cashier).set(
            "pos.order", "synkd_summary_id", before.id, user_id=True
        )
        data = self.create_ui_order_data([(self.product, 1)])
        sent = orders.sync_from_ui([data])["pos.order"]
        self.assertFalse(orders.browse(sent[0]["id"]).sudo().synkd_summary_id)

    def test_no_cashier_lets_a_session_be_forgotten(self):
        self.sell_plain()
        self.pos_session.post_closing_cash_details(100)
        self.pos_session.close_session_from_ui()
        self.assertTrue(self.pos_session.synkd_due)
        mine = self.pos_session.with_user(self.cashier)
        for name in ("synkd_due", "synkd_cash_difference"):
            with self.subTest(name), self.assertRaises(AccessError):
                mine.write({name: False})
        self.write_down()
        summary = self.pos_session.order_ids.synkd_summary_id
        self.assertEqual(summary.cash_difference, -15.0)


@tagged("post_install", "-at_install")
class TestPosAnswerAccess(CustomersCommon):
    def test_an_answer_takes_nothing_of_the_engines_from_the_cashier(self):
        hidden = {
            "sync_state": "synced",
            "external_id": "of-another",
            "outstanding": -1000.0,
        }
        context = {f"default_{name}": value for name, value in hidden.items()}
        shop = self.config.with_user(self.cashier).with_context(**context)
        defaults = self.env["ir.default"].with_user(self.cashier)
        for name, value in hidden.items():
            defaults.set("synkd.account.customer", name, value, user_id=True)
        shop.action_synkd_answer(self.new.id, class_id=self.class_account.id)
        made = self.new.with_company(self.company).account_customer_id
        self.assertEqual(made.name, self.new.name)
        self.assertEqual((made.sync_state, made.external_id), ("pending", False))
        self.assertEqual(made.outstanding, 0)
