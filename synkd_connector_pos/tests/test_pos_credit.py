# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from contextlib import contextmanager
from decimal import Decimal

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, tagged

from .common import PosCommon

ON_HOLD = "is on hold since"
TILL = "base.group_user,point_of_sale.group_pos_user"


class CreditCommon(PosCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.product.taxes_id = False
        cls.chief = cls.create_user(
            "till-chief", f"{TILL},synkd_connector.group_credit"
        )
        cls.cashier = cls.create_user("till-cashier", TILL)

    def hold(self):
        """Put the customer on hold."""
        self.partner.with_user(self.chief).action_synkd_hold("Cheque came back")

    def limit(self, amount, action="reason"):
        """Give the customer a credit limit."""
        here = self.partner.with_company(self.company)
        here.write({"credit_limit": amount, "limit_action": action})

    def data(self, *payments, quantity=1, **values):
        """Return an order as a till sends it."""
        data = self.create_ui_order_data(
            [(self.product, quantity)],
            customer=self.partner,
            payments=list(payments) or None,
        )
        return data | values

    def send(self, data):
        """Let a till send an order, and return it as it was kept."""
        found = self.env["pos.order"].sync_from_ui([data])["pos.order"]
        return self.env["pos.order"].browse(found[0]["id"])

    def sell_later(self, quantity=1, invoiced=False):
        """Sell on account."""
        amount = 100.0 * quantity
        return self.sell((self.later, amount), invoiced=invoiced, quantity=quantity)

    @contextmanager
    def refused(self, text):
        """Expect a refusal, after which nothing is left of what was tried."""
        with self.assertRaisesRegex(UserError, text), self.env.cr.savepoint():
            yield

    def owed(self):
        """Return what the customer owes and has ordered."""
        control = self.env["synkd.credit.control"]
        known = control._get_known(self.company, self.partner.ids, money=True)
        return known[self.partner.id].owed

    def ask(self, amount, uuid="", partner=None):
        """Return what the server says to a till before it takes a payment."""
        orders = self.env["pos.order"].with_user(self.cashier)
        partner = partner or self.partner
        return orders.get_synkd_advice(self.config.id, partner.id, amount, uuid)


@tagged("post_install", "-at_install")
class TestPosCredit(CreditCommon):
    """The till sells to customers what their standing allows."""

    def test_on_hold_buys_for_cash_and_not_on_account(self):
        self.hold()
        for invoiced in (True, False):
            with self.subTest(invoiced=invoiced):
                order = self.sell((self.cash, 100.0), invoiced=invoiced)
                self.assertIn(order.state, ("paid", "done"))
                with self.refused(ON_HOLD):
                    self.sell_later(invoiced=invoiced)

    def test_a_part_on_account_is_on_account(self):
        self.hold()
        with self.refused(ON_HOLD):
            self.sell((self.cash, 60.0), (self.later, 40.0), invoiced=False)

    def test_every_way_to_paid_is_refused(self):
        order = self.send(self.data((self.later, 100.0), state="draft"))
        self.assertEqual(order.state, "draft")
        self.hold()
        order.invalidate_recordset(["synkd_credit_notice"])
        self.assertIn("on hold", order.synkd_credit_notice)
        for way, pay in {
            "paid": order.action_pos_order_paid,
            "write": lambda: order.write({"state": "paid"}),
            "saved again": lambda: order._process_saved_order(False),
            "posted": lambda: order.write({"state": "done"}),
        }.items():
            with self.subTest(way), self.refused(ON_HOLD):
                pay()
        self.assertEqual(order.state, "draft")

    def test_the_dialog_of_the_back_office_is_refused_too(self):
        order = self.send(self.data(state="draft"))
        order.payment_ids.unlink()
        self.hold()
        context = {"active_ids": order.ids, "active_id": order.id}
        wizard = self.env["pos.make.payment"].with_context(**context)
        wizard = wizard.create({"payment_method_id": self.later.id, "amount": 100.0})
        with self.refused(ON_HOLD):
            wizard.with_context(**context).check()

    def test_a_reason_lets_a_saved_order_be_sold(self):
        data = self.data((self.later, 100.0), state="draft")
        order = self.send(data)
        self.hold()
        self.assertTrue(self.ask(100.0, order.uuid)["refused"])
        with self.assertRaises(AccessError):
            order.with_user(self.cashier).action_synkd_permit("Go on")
        order.with_user(self.chief).action_synkd_permit("He pays tonight")
        self.assertFalse(self.ask(100.0, order.uuid)["refused"])
        self.assertTrue(self.ask(100.0, "")["refused"], "for that order alone")
        order.with_user(self.cashier).action_pos_order_paid()
        self.assertEqual(order.state, "paid")

    def test_archived_customers_are_gone_from_the_till_and_refused(self):
        self.assertIn(self.partner.id, self.offered())
        data = self.data((self.cash, 100.0))
        sold = self.sell((self.cash, 100.0), invoiced=False)
        self.partner.active = False
        self.assertNotIn(self.partner.id, self.offered())
        self.assertIn("inactive", self.ask(0)["text"])
        with self.refused("inactive"):
            self.send(data)
        refund = self.refund(sold)
        self.assertIn(refund.state, ("paid", "done"), "he gets his money back")

    def offered(self):
        """Return the ids of customers that a till is given and may look up."""
        partners = self.env["res.partner"].with_company(self.company)
        first = partners._load_pos_data_search_read({"pos.order": []}, self.config)
        name = [("name", "=", self.partner.name)]
        found = partners.get_new_partner(self.config.id, name, 0)
        return {values["id"] for values in first + found["res.partner"]}

    def test_overdue_is_said_for_cash_and_refused_on_account(self):
        self.partner.overdue_since = fields.Date.today()
        self.assertEqual(self.ask(0), {"refused": False, "text": ""})
        answer = self.ask(100.0)
        self.assertTrue(answer["refused"])
        self.assertIn("is overdue", answer["text"])
        with self.refused("is overdue"):
            self.sell_later()

    def test_a_limit_counts_each_sale_on_account_once(self):
        self.limit(250)
        self.sell_later()
        self.assertEqual(self.owed().debt, Decimal("100.0"))
        self.sell((self.cash, 900.0), invoiced=False, quantity=9)
        self.sell_later(invoiced=True)
        self.assertEqual(self.owed().debt, Decimal("200.0"), "one has an invoice")
        with self.refused(r"would owe .*300\.00"):
            self.sell_later()
        self.close()
        self.assertEqual(self.owed().exposure, Decimal("200.0"), "in entries now")
        self.open_new_session(0)
        with self.refused(r"would owe .*300\.00"):
            self.sell_later()

    def test_a_limit_that_notifies_and_one_that_blocks(self):
        self.limit(50, "notify")
        self.assertFalse(self.ask(100.0)["refused"])
        self.assertIn("above the credit limit", self.ask(100.0)["text"])
        self.sell_later()
        self.limit(50, "block")
        with self.refused("raise the limit"):
            self.sell_later()

    def test_a_sale_of_a_contact_counts_for_the_family(self):
        person = self.env["res.partner"].create(
            {"name": "Thandi", "parent_id": self.partner.id}
        )
        self.limit(150)
        self.sell((self.later, 100.0), invoiced=False, customer=person)
        self.assertEqual(self.owed().debt, Decimal("100.0"))
        with self.refused("above the credit limit"):
            self.sell_later()

    def test_what_comes_back_lowers_what_is_owed(self):
        sold = self.sell_later()
        self.hold()
        self.refund(sold, self.later)
        self.assertEqual(self.owed().debt, 0)

    def test_a_program_that_asks_nonsense_is_told(self):
        for amount in ("much", None, [1]):
            with self.assertRaisesRegex(UserError, "is no number"):
                self.ask(amount)
        unknown = self.env["res.partner"].browse(10**8)
        answer = {"refused": False, "text": ""}
        self.assertEqual(self.ask(1.0, partner=unknown), answer)

    def test_walk_ins_are_nobodys_question(self):
        walk_in = self.env["res.partner"]
        order = self.sell((self.cash, 100.0), invoiced=False, customer=walk_in)
        self.assertEqual(order.state, "paid")

    def test_each_company_has_its_own_till_and_limit(self):
        self.partner.company_id = False
        other = self.env["res.company"].create({"name": "Another Shop"})
        self.limit(150)
        self.sell_later()
        control = self.env["synkd.credit.control"]
        known = control._get_known(other, self.partner.ids, money=True)
        self.assertEqual(known[self.partner.id].owed.debt, 0)

    def test_what_the_till_hands_over_is_not_asked_about_again(self):
        """Goods that were paid for leave at once; what is shipped later asks."""
        self.hold()
        order = self.sell((self.cash, 100.0), invoiced=False)
        picking = order.picking_ids
        self.assertEqual(picking.mapped("state"), ["done"])
        shipped = self.send(
            self.data((self.cash, 100.0), shipping_date=str(fields.Date.today()))
        )
        later = shipped.picking_ids
        self.assertTrue(later)
        self.assertIn("on hold", later.synkd_credit_notice)


@tagged("post_install", "-at_install")
class TestPosOffline(CreditCommon):
    """What a till sold without a connection is kept, and requires attention."""

    def attention(self):
        """Return the orders on the list of those to look at."""
        return self.env["pos.order"].search(
            [("synkd_credit_breach", "!=", False), ("company_id", "=", self.company.id)]
        )

    def test_it_is_kept_and_marked(self):
        data = self.data((self.later, 100.0), synkd_offline=True)
        self.hold()
        order = self.send(data)
        self.assertEqual(order.state, "paid")
        self.assertEqual(self.attention(), order)
        self.assertIn("Cheque came back", order.synkd_credit_breach)
        self.assertNotIn("Allow With", order.synkd_credit_breach)
        self.assertIn("no connection", order.message_ids[0].body)
        told = self.partner.activity_ids
        self.assertEqual(told.user_id, self.chief, "who put him on hold")
        self.assertIn(order.pos_reference, told.note)

    def test_a_saved_order_that_is_paid_offline(self):
        draft = self.send(self.data((self.later, 100.0), state="draft"))
        self.hold()
        draft.write({"synkd_offline": True})
        draft.action_pos_order_paid()
        self.assertEqual(self.attention(), draft)

    def test_what_would_have_been_sold_is_not_marked(self):
        order = self.send(self.data((self.later, 100.0), synkd_offline=True))
        self.hold()
        cash = self.send(self.data((self.cash, 100.0), synkd_offline=True))
        self.assertEqual(order.state, cash.state, "paid")
        self.assertFalse(self.attention())

    def test_several_that_crossed_the_limit_together(self):
        self.limit(150)
        first = self.send(self.data((self.later, 100.0), synkd_offline=True))
        second = self.send(self.data((self.later, 100.0), synkd_offline=True))
        self.assertEqual(self.attention(), second)
        self.assertFalse(first.synkd_credit_breach)
        self.assertEqual(self.owed().debt, Decimal("200.0"))

    def test_what_speaks_against_the_tills_word_is_said(self):
        """A till that sent a later sale in between was connected."""
        self.hold()
        self.send(self.data((self.cash, 100.0)))
        earlier = fields.Datetime.subtract(fields.Datetime.now(), minutes=10)
        sale = {"synkd_offline": True, "date_order": str(earlier)}
        together = self.send(self.data((self.later, 100.0), **sale))
        self.assertNotIn("Ask the cashier", together.synkd_credit_breach)
        cash = self.pos_session.order_ids - together
        between = fields.Datetime.subtract(fields.Datetime.now(), minutes=5)
        self.env.cr.execute(
            "UPDATE pos_order SET create_date = %s WHERE id = %s", [between, cash.id]
        )
        self.env.invalidate_all()
        order = self.send(self.data((self.later, 100.0), **sale))
        self.assertEqual(self.attention(), together | order)
        self.assertIn("Ask the cashier", order.synkd_credit_breach)
        self.assertIn(cash.pos_reference, order.synkd_credit_breach)
        self.assertIn(
            order.user_id.name, " ".join(self.partner.activity_ids.mapped("note"))
        )

    def test_the_word_buys_no_silence(self):
        """Who sends the mark himself is known by name, and cannot take it away."""
        self.hold()
        data = self.data((self.later, 100.0), synkd_offline=True)
        orders = self.env["pos.order"].with_user(self.cashier)
        sent = orders.sync_from_ui([data])["pos.order"]
        order = self.env["pos.order"].browse(sent[0]["id"])
        self.assertEqual(self.attention(), order)
        mine = order.with_user(self.cashier)
        mine.write({"synkd_offline": False})
        for silence in (
            lambda: mine.write({"synkd_credit_breach": False}),
            mine.action_synkd_seen,
            mine.unlink,
        ):
            with self.assertRaises(UserError):
                silence()
        self.assertEqual(self.attention(), order)

    def test_a_credit_manager_takes_it_off_the_list(self):
        data = self.data((self.later, 100.0), synkd_offline=True)
        self.hold()
        order = self.send(data)
        with self.assertRaises(AccessError):
            order.with_user(self.cashier).action_synkd_seen()
        with self.assertRaises(AccessError):
            order.with_user(self.cashier).write({"synkd_credit_breach": False})
        order.with_user(self.chief).action_synkd_seen()
        self.assertFalse(self.attention())
        self.assertIn("Cheque came back", order.message_ids[0].body)

    def test_the_till_knows_the_mark_and_not_the_reason(self):
        order = self.send(self.data((self.cash, 100.0)))
        mine = order.with_user(self.cashier)
        values = mine._load_pos_data_read(mine, self.config)[0]
        self.assertIn("synkd_offline", values)
        self.assertNotIn("synkd_credit_breach", values)


@tagged("post_install", "-at_install")
class TestPosCreditTours(CreditCommon, HttpCase):
    """The cashier is told in a sentence, before the payment is taken."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.cashier.password = "till-cashier"
        cls.config.write({"limit_categories": False, "iface_print_auto": False})
        cls.config.payment_method_ids = [Command.set((cls.cash | cls.later).ids)]

    def play(self, tour):
        """Let the cashier sell a glue to Hope Works."""
        url = f"/pos/ui/{self.config.id}"
        self.start_tour(url, tour, login="till-cashier")

    def test_on_hold_is_told_and_pays_cash(self):
        self.hold()
        self.play("synkd_till_on_hold")
        order = self.pos_session.order_ids
        self.assertEqual(order.state, "paid")
        self.assertEqual(order.payment_ids.payment_method_id, self.cash)

    def test_without_a_connection_it_is_sold_and_marked(self):
        self.limit(50)
        self.play("synkd_till_offline")
        order = self.pos_session.order_ids.filtered("partner_id")
        self.assertEqual(order.state, "paid")
        self.assertTrue(order.synkd_offline)
        self.assertIn("above the credit limit", order.synkd_credit_breach)

    def test_without_a_connection_what_was_loaded_is_refused(self):
        self.hold()
        self.play("synkd_till_offline_hold")
        order = self.pos_session.order_ids.filtered("partner_id")
        self.assertEqual(order.state, "paid")
        self.assertEqual(order.payment_ids.payment_method_id, self.cash)
        self.assertFalse(order.synkd_credit_breach)

    def test_a_limit_is_asked_about_by_the_server_as_it_gets_the_sale(self):
        self.limit(50)
        self.play("synkd_till_limit")
        order = self.pos_session.order_ids
        self.assertEqual(order.state, "draft", "saved, so that it can be allowed")
        self.assertEqual(order.partner_id, self.partner)

    def test_an_ordinary_sale_costs_one_request_and_says_what_is_to_be_said(self):
        self.limit(50, "notify")
        self.play("synkd_till_notify")
        order = self.pos_session.order_ids
        self.assertEqual(order.state, "paid")
        self.assertIn("above the credit limit", order.synkd_said)
