# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from decimal import Decimal
from itertools import product

from odoo.tests import BaseCase, tagged

from ...lib import credit_control
from ...lib.credit_control import (
    CASH,
    DELIVER,
    INVOICE,
    JOB,
    NO,
    NOT_ON_WEB,
    ON_ACCOUNT,
    ON_HOLD,
    ORDER,
    OTHER_SITE,
    OVER_CREDIT,
    OVER_RISK,
    OVER_SALES,
    OVERDUE,
    PICK,
    QUOTE,
    REASON,
    SAY,
    YES,
    Room,
    Sale,
    Standing,
    judge,
    strictest,
)

ACTIONS = (QUOTE, ORDER, PICK, DELIVER, JOB, INVOICE, ON_ACCOUNT, CASH)


def weights(standing, sale=None):
    """Return how each action is answered, in the order of ``ACTIONS``."""
    return tuple(judge(action, standing, sale).weight for action in ACTIONS)


@tagged("-at_install", "post_install")
class TestCreditControl(BaseCase):
    def test_good_customers_get_everything(self):
        self.assertEqual(weights(Standing()), (YES,) * 8)

    def test_each_status_has_its_row(self):
        for status, row in (
            ("new", (SAY, NO, SAY, SAY, NO, NO, NO, YES)),
            ("to_approve", (SAY, NO, SAY, SAY, NO, NO, NO, YES)),
            ("hold", (SAY, REASON, SAY, REASON, REASON, REASON, REASON, SAY)),
            ("inactive", (NO, NO, SAY, SAY, NO, NO, NO, NO)),
        ):
            with self.subTest(status):
                self.assertEqual(weights(Standing(status=status)), row)

    def test_overdue_says_so_and_refuses_the_invoice(self):
        row = (YES, SAY, SAY, SAY, SAY, REASON, REASON, YES)
        self.assertEqual(weights(Standing(overdue=True)), row)

    def test_limits_act_as_they_say(self):
        for action, weight in (("notify", SAY), ("reason", REASON), ("block", NO)):
            standing = Standing(
                exposure=Decimal(900),
                credit_limit=Decimal(1000),
                limit_action=action,
            )
            with self.subTest(action):
                self.assertEqual(judge(ORDER, standing, Sale(Decimal(100))).weight, 0)
                answer = judge(ORDER, standing, Sale(Decimal("100.01")))
                self.assertEqual(answer.weight, weight)
                self.assertEqual(answer.findings, (OVER_CREDIT,))
                for free in (QUOTE, PICK, DELIVER, CASH):
                    self.assertFalse(judge(free, standing, Sale(Decimal(500))).weight)

    def test_the_sales_limit_counts_what_is_not_invoiced(self):
        standing = Standing(
            exposure=Decimal(5000),
            open_sales=Decimal(400),
            sales_limit=Decimal(500),
            limit_action="block",
        )
        self.assertFalse(judge(ORDER, standing, Sale(Decimal(100))).refused)
        self.assertEqual(
            judge(ORDER, standing, Sale(Decimal(101))).findings, (OVER_SALES,)
        )

    def test_what_another_addon_leaves(self):
        rooms = {ORDER: Room(Decimal(50), "Orders"), INVOICE: Room(Decimal(-1), "Late")}
        standing = Standing(rooms=rooms)
        self.assertFalse(judge(ORDER, standing, Sale(alone=Decimal(50))).weight)
        answer = judge(ORDER, standing, Sale(alone=Decimal(51)))
        self.assertEqual((answer.weight, answer.findings), (REASON, (OVER_RISK,)))
        self.assertEqual(answer.room.what, "Orders")
        self.assertTrue(judge(INVOICE, standing).refused, "nothing may be")
        begun = Sale(alone=Decimal(51), begun=True)
        self.assertEqual(judge(INVOICE, standing, begun).weight, SAY)
        allowed = Sale(alone=Decimal(51), permitted=True)
        self.assertEqual(judge(ORDER, standing, allowed).weight, SAY)
        for free in (QUOTE, PICK, DELIVER, CASH, JOB):
            self.assertFalse(judge(free, standing, Sale(alone=Decimal(99))).weight)

    def test_one_limit_is_said_once(self):
        """That of another addon where it is stricter than our own."""
        rooms = {ORDER: Room(Decimal(), "Orders")}
        for action, findings in {
            "notify": (OVER_RISK,),
            "reason": (OVER_CREDIT,),
            "block": (OVER_CREDIT,),
        }.items():
            standing = Standing(
                credit_limit=Decimal(1), limit_action=action, rooms=rooms
            )
            answer = judge(ORDER, standing, Sale(Decimal(2), Decimal(2)))
            with self.subTest(action):
                self.assertEqual(answer.findings, findings)

    def test_zero_is_no_limit(self):
        standing = Standing(exposure=Decimal("1e9"), limit_action="block")
        self.assertEqual(judge(ORDER, standing, Sale(Decimal("1e9"))).weight, YES)

    def test_what_was_begun_is_finished(self):
        begun = Sale(Decimal(10), begun=True)
        for status in ("inactive", "new"):
            answer = judge(INVOICE, Standing(status=status), begun)
            self.assertEqual(answer.weight, SAY)
        held = judge(INVOICE, Standing(status="hold"), begun)
        self.assertTrue(held.refused)
        over = Standing(
            exposure=Decimal(20), credit_limit=Decimal(5), limit_action="block"
        )
        self.assertEqual(judge(INVOICE, over, begun).weight, SAY)

    def test_a_reason_helps_where_one_may_be_given(self):
        permitted = Sale(Decimal(10), permitted=True)
        held = judge(ORDER, Standing(status="hold"), permitted)
        self.assertEqual((held.weight, held.findings), (SAY, (ON_HOLD,)))
        self.assertTrue(judge(ORDER, Standing(status="inactive"), permitted).refused)
        blocked = Standing(credit_limit=Decimal(1), limit_action="block")
        self.assertTrue(judge(ORDER, blocked, permitted).refused)

    def test_sites_and_the_web_shop(self):
        away = judge(ORDER, Standing(served=False))
        self.assertEqual((away.weight, away.findings), (NO, (OTHER_SITE,)))
        shut = Standing(on_web=False)
        self.assertFalse(judge(ORDER, shut).refused)
        web = judge(ORDER, shut, Sale(web=True))
        self.assertEqual((web.weight, web.findings), (NO, (NOT_ON_WEB,)))

    def test_the_gravest_comes_first(self):
        standing = Standing(status="hold", overdue=True, books_hold=True, served=False)
        answer = judge(ORDER, standing)
        self.assertEqual(answer.findings, (OTHER_SITE, ON_HOLD, OVERDUE))
        self.assertEqual(answer.weight, NO)

    def test_a_permission_never_makes_it_stricter(self):
        """Whatever is known, a reason given lets at least as much through."""
        for status, books, late, served, over, action in product(
            credit_control.STATUSES,
            *[(False, True)] * 4,
            credit_control.LIMIT_ACTIONS,
        ):
            standing = Standing(
                status,
                books,
                late,
                exposure=Decimal(2),
                credit_limit=Decimal(int(over)),
                limit_action=action,
                served=served,
            )
            for todo in ACTIONS:
                without = judge(todo, standing)
                allowed = judge(todo, standing, Sale(permitted=True))
                begun = judge(todo, standing, Sale(begun=True))
                self.assertLessEqual(allowed.weight, without.weight)
                self.assertLessEqual(begun.weight, without.weight)
                self.assertNotEqual(allowed.weight, REASON)

    def test_the_strictest_wins(self):
        self.assertEqual(strictest(["active", "hold", "new"]), "hold")
        self.assertEqual(strictest([]), "active")
