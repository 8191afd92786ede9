# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from decimal import Decimal

from odoo.exceptions import UserError
from odoo.tests import Form, tagged

from ...lib.credit_control import ORDER, Case
from ..common import SynkdCommon

PLACES = ("pos", "service", "web")


@tagged("-at_install", "post_install")
class TestShown(SynkdCommon):
    """Where customers are offered: each switch of a class acts."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.partner = cls.create_partner("Hope Works", email="hope@example.com")
        cls.branch = cls.create_partner("Hope East", parent_id=cls.partner.id)
        cls.other = cls.create_partner("Titan Group")
        cls.account = cls.create_account("Hope Works", class_id=cls.class_account.id)
        cls.env["synkd.customer.link"]._link([(cls.partner, cls.account)])
        cls.all = cls.partner | cls.branch | cls.other

    def shown(self, place, value=True):
        """Return which of the customers a search finds."""
        domain = [(f"shown_{place}", "=", value), ("id", "in", self.all.ids)]
        return self.all.search(domain)

    def test_all_are_shown_as_long_as_no_class_hides_them(self):
        for place in PLACES:
            self.assertEqual(self.shown(place), self.all)
            self.assertFalse(self.shown(place, False))
            self.assertTrue(all(self.all.mapped(f"shown_{place}")))

    def test_a_class_hides_its_customers_and_those_below_in_that_place_alone(self):
        for place in PLACES:
            self.class_account[f"show_{place}"] = False
            self.all.invalidate_recordset()
            for each in PLACES:
                hidden = self.partner | self.branch if each == place else self.all[:0]
                with self.subTest(switch=place, place=each):
                    self.assertEqual(self.shown(each), self.all - hidden)
                    self.assertEqual(self.shown(each, False), hidden)
                    found = self.all.filtered(lambda p, e=each: not p[f"shown_{e}"])
                    self.assertEqual(found, hidden)
            self.class_account[f"show_{place}"] = True

    def test_a_branch_with_a_class_of_its_own_goes_by_that(self):
        self.class_account.show_pos = False
        self.env["synkd.customer.link"]._link([(self.branch, self.counter)])
        self.assertEqual(self.shown("pos"), self.all - self.partner)

    def test_the_class_of_an_archived_account_customer_counts(self):
        self.class_account.show_service = False
        self.class_account.active = False
        self.account.active = False
        self.assertEqual(self.shown("service"), self.other)

    def test_odd_questions(self):
        self.class_account.show_pos = False
        both = [("shown_pos", "in", [True, False]), ("id", "in", self.all.ids)]
        self.assertEqual(self.all.search(both), self.all)
        self.assertEqual(self.shown("pos", None), self.partner | self.branch)
        self.assertTrue(self.env["res.partner"].new({"name": "New"}).shown_pos)

    def test_another_company_has_its_own_classes(self):
        self.class_account.show_pos = False
        other = self.env["res.company"].create({"name": "Elsewhere"})
        there = self.all.with_company(other)
        self.assertEqual(there.search([*self._mine(), ("shown_pos", "=", True)]), there)

    def _mine(self):
        return [("id", "in", self.all.ids)]

    def test_the_number_of_queries_does_not_grow(self):
        self.class_account.show_web = False
        self.all.mapped("shown_web")
        self.all.invalidate_recordset()
        few = self.partner | self.other
        with self.assertQueryCount(8):
            few.mapped("shown_web")
        self.all.invalidate_recordset()
        with self.assertQueryCount(8):
            self.all.mapped("shown_web")

    def test_who_is_not_shown_on_the_web_orders_nothing_there(self):
        case = Case(1, self.branch.id, Decimal(10), web=True)
        control = self.env["synkd.credit.control"]
        self.assertFalse(control._ask(self.company, ORDER, [case])[1].answer.refused)
        self.class_account.show_web = False
        answer = control._ask(self.company, ORDER, [case])[1]
        self.assertIn("customer class is not shown there", answer.text)
        self.assertTrue(answer.answer.refused)

    def test_who_is_not_shown_on_the_web_gets_no_login(self):
        asked = {"partner_ids": [(6, 0, self.partner.ids)]}
        line = self.env["portal.wizard"].create(asked).user_ids
        self.class_account.show_web = False
        self.partner.invalidate_recordset()
        with self.assertRaisesRegex(UserError, "Hope Works cannot have a login"):
            line.action_grant_access()
        self.class_account.show_web = True
        self.partner.invalidate_recordset()
        line.action_grant_access()
        self.assertTrue(self.partner.user_ids)

    def test_the_form_of_a_class_has_a_switch_for_each_place(self):
        form = Form(self.class_account)
        for place in PLACES:
            form[f"show_{place}"] = False
        form.save()
        for place in PLACES:
            self.assertEqual(self.shown(place), self.other)


@tagged("-at_install", "post_install")
class TestAnswerFor(SynkdCommon):
    """One customer is answered for, before any document asks."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.partner = cls.create_partner("Hope Works")
        cls.wizards = cls.env["synkd.resolve.wizard"]
        cls.nobody = cls.env["synkd.account.customer"]

    def answer(self, customer_class, account=None):
        """Answer for Hope Works; return what it is billed as."""
        account = account or self.nobody
        self.wizards._answer_for(self.ledger, self.partner, customer_class, account)
        self.partner.invalidate_recordset()
        return self.partner.account_customer_id

    def test_by_a_shared_one(self):
        self.assertEqual(self.answer(self.class_generic), self.counter)

    def test_by_a_new_one(self):
        made = self.answer(self.class_account)
        self.assertEqual((made.name, made.class_id), ("Hope Works", self.class_account))
        self.assertEqual(made.mirror_partner_id, self.partner)

    def test_by_one_that_is_there_and_gets_the_class(self):
        there = self.create_account("Hope Works", class_id=False)
        none = self.env["synkd.customer.class"]
        with self.assertRaisesRegex(UserError, "Choose the customer class"):
            self.answer(none, there)
        self.assertEqual(self.answer(self.class_account, there), there)
        self.assertEqual(there.class_id, self.class_account)
        self.assertEqual(self.answer(none, there), there, "its own class posts")

    def test_the_rules_of_the_dialog_count(self):
        there = self.create_account("Hope Works", active=False)
        with self.assertRaisesRegex(UserError, "is archived"):
            self.answer(self.class_account, there)
        with self.assertRaisesRegex(UserError, "generic account customer of a class"):
            self.answer(self.class_account, self.counter)
        with self.assertRaisesRegex(UserError, "Choose first how these"):
            self.answer(self.class_decide)
        self.assertFalse(self.partner.account_customer_id)
