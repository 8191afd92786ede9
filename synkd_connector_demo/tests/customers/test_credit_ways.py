# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Every way in which an invoice is posted asks what its customer's standing allows."""

import json
from datetime import timedelta

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from ..queue_common import QueueCommon

GROUPS = (
    "base.group_user,base.group_partner_manager,account.group_account_invoice,"
    "synkd_connector.group_user"
)
CHIEF = f"{GROUPS},synkd_connector.group_credit"
# What a client may send instead of what is meant.
ODD = (None, False, 0, 1.5, "", [], {}, [[]], ["x"], {"a": 1}, "x" * 3000, b"x")


class CreditCommon(QueueCommon):
    """A clerk, a credit manager, and customers in each kind of trouble."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.clerk = cls.create_user("ways-clerk", GROUPS)
        cls.chief = cls.create_user("ways-chief", CHIEF)

    def troubled(self, trouble):
        """Return a customer in some trouble, and a word of what is said about it."""
        if trouble == "new":
            self.company.synkd_customer_approval = True
            partner = self.create_partner("Zebra fresh", company_id=self.company.id)
            self.company.synkd_customer_approval = False
            return partner, "is not approved yet"
        partner = self.create_partner(f"Zebra {trouble}")
        return partner, self.trouble(partner, trouble)

    def trouble(self, partner, trouble):
        """Bring a customer into some trouble; return a word of what is said of it."""
        mine = partner.with_company(self.company)
        if trouble == "hold":
            partner.with_user(self.chief).action_synkd_hold("Two cheques bounced")
            return "Two cheques bounced"
        if trouble == "overdue":
            partner.overdue_since = fields.Date.today()
            return "is overdue"
        if trouble == "limit":
            mine.write({"credit_limit": 50, "limit_action": "reason"})
            return "above the credit limit"
        if trouble == "blocked":
            mine.write({"sales_limit": 50, "limit_action": "block"})
            return "above the sales limit"
        if trouble == "site":
            partner.site_ids = self.env["res.company"].create({"name": "Elsewhere"})
            return "is not served by"
        partner.active = False
        return "is inactive"


TROUBLES = ("hold", "overdue", "limit", "blocked", "new", "site", "archived")


class CreditWays:
    """Each trouble by each way to one kind of document: a part of a test.

    The test that inherits it, together with `CreditCommon`, says what each trouble
    does (``weights``: 0 nothing, 1 said, 2 a reason is wanted, 3 refused), who does
    such work (``worker``), and how such documents are made and gone on with.
    """

    weights = {}
    worker = None
    # Ways of customers themselves, who are not told why.
    own_ways = ()

    def make(self, partner):
        """Return a document of a customer, before it is gone on with."""
        raise NotImplementedError

    def ways(self, document):
        """Return how it is gone on with, by name of the way."""
        raise NotImplementedError

    def is_done(self, document):
        """Whether it was gone on with."""
        raise NotImplementedError

    def in_trouble(self, trouble):
        """Return a document whose customer came into trouble afterwards, and words."""
        if trouble == "new":
            partner, words = self.troubled("new")
            return self.make(partner), words
        partner = self.create_partner(f"Zebra {trouble}")
        document = self.make(partner)
        return document, self.trouble(partner, trouble)

    def test_each_trouble_by_each_way(self):
        self.assertEqual(set(self.weights), set(TROUBLES))
        for trouble, weight in self.weights.items():
            document, words = self.in_trouble(trouble)
            for way, go_on in self.ways(document.with_user(self.worker)).items():
                told = "Please contact" if way in self.own_ways else words
                with self.subTest(trouble=trouble, way=way):
                    self.try_it(document, go_on, told if weight > 1 else "")

    def try_it(self, document, go_on, words):
        """Go on with a document, expect a refusal or none, and take it all back."""
        if words:
            with self.assertRaisesRegex(UserError, words), self.env.cr.savepoint():
                go_on()
            self.assertFalse(self.is_done(document))
            return
        with self.env.cr.savepoint() as savepoint:
            go_on()
            self.assertTrue(self.is_done(document))
            savepoint.rollback()
        self.env.invalidate_all()

    def test_screens_say_what_would_be_refused(self):
        for trouble, weight in self.weights.items():
            document, words = self.in_trouble(trouble)
            mine = document.with_user(self.worker)
            with self.subTest(trouble):
                self.assertEqual(mine.synkd_credit_weight, weight)
                self.assertIn(words if weight else "", mine.synkd_credit_notice or "")

    def test_a_reason_by_group_and_company(self):
        """Credit managers of the document's company, where a reason helps."""
        elsewhere = self.env["res.company"].create({"name": "Elsewhere Ltd"})
        groups = "base.group_user,synkd_connector.group_credit"
        stranger = self.create_user(f"{self.worker.login}-far", groups, elsewhere)
        boss = self.create_user(f"{self.worker.login}-boss", groups)
        boss.group_ids |= self.worker.group_ids
        for trouble, weight in self.weights.items():
            document, _words = self.in_trouble(trouble)
            for user in self.worker, stranger:
                with (
                    self.subTest(trouble, user=user.login),
                    self.assertRaises(AccessError),
                ):
                    document.with_user(user).action_synkd_permit("I say so")
            mine = document.with_user(boss)
            with self.subTest(trouble, user=boss.login):
                if weight == 2:
                    mine.action_synkd_permit("The director agreed")
                    for go_on in self.ways(document.with_user(self.worker)).values():
                        self.try_it(document, go_on, "")
                else:
                    with self.assertRaisesRegex(UserError, "No reason has to be"):
                        mine.action_synkd_permit("The director agreed")

    def test_limits_are_those_of_the_documents_company(self):
        """Whatever another company allows its customers."""
        elsewhere = self.env["res.company"].create({"name": "Elsewhere Ltd"})
        partner = self.create_partner("Zebra Twice")
        document = self.make(partner)
        far = partner.with_company(elsewhere)
        far.write({"credit_limit": 1, "limit_action": "block"})
        self.env.invalidate_all()
        self.assertFalse(document.with_company(elsewhere).synkd_credit_weight)
        for go_on in self.ways(document.with_user(self.worker)).values():
            self.try_it(document, go_on, "")


@tagged("post_install", "-at_install")
class TestCreditWays(CreditCommon):
    def ways(self, invoice):
        """Yield the ways to post an invoice, by name."""
        mine = invoice.with_user(self.clerk)
        yield "form", mine.action_post
        yield (
            "list",
            lambda: (
                mine.env["validate.account.move"]
                .with_context(active_model="account.move", active_ids=mine.ids)
                .create({})
                .validate_move()
            ),
        )
        yield "server", lambda: invoice.sudo()._post(soft=False)

    def test_each_trouble_refuses_each_way(self):
        for trouble in TROUBLES:
            partner, words = self.troubled(trouble)
            invoice = self.create_invoice(partner)
            for way, post in self.ways(invoice):
                with (
                    self.subTest(trouble=trouble, way=way),
                    self.assertRaisesRegex(UserError, words),
                ):
                    post()
                self.assertEqual(invoice.state, "draft")

    def test_each_refusal_says_what_to_do(self):
        todo = {
            "hold": "Allow With a Reason",
            "overdue": "Allow With a Reason",
            "limit": "Allow With a Reason",
            "blocked": "raise the limit",
            "new": "Ask for Approval",
            "site": "add this one",
            "archived": "Restore the customer",
        }
        for trouble, words in todo.items():
            partner, _words = self.troubled(trouble)
            invoice = self.create_invoice(partner)
            with self.subTest(trouble), self.assertRaisesRegex(UserError, words):
                invoice.action_post()

    def test_which_troubles_a_reason_helps_in(self):
        for trouble in TROUBLES:
            partner, _words = self.troubled(trouble)
            invoice = self.create_invoice(partner).with_user(self.chief)
            helps = trouble in ("hold", "overdue", "limit")
            with self.subTest(trouble):
                self.assertEqual(invoice.synkd_credit_weight == 2, helps)
                if helps:
                    invoice.action_synkd_permit("The director agreed")
                    invoice.action_post()
                    self.assertEqual(invoice.state, "posted")
                else:
                    with self.assertRaisesRegex(UserError, "No reason has to be given"):
                        invoice.action_synkd_permit("The director agreed")

    def test_the_cron_that_posts_later_says_why_it_did_not(self):
        partner, _words = self.troubled("hold")
        yesterday = fields.Date.today() - timedelta(days=1)
        invoice = self.create_invoice(partner, invoice_date=yesterday, date=yesterday)
        invoice.auto_post = "at_date"
        good = self.create_invoice(invoice_date=yesterday, date=yesterday)
        good.auto_post = "at_date"
        with self.enter_registry_test_mode():
            self.env.ref(
                "account.ir_cron_auto_post_draft_entry"
            ).method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual((invoice.state, good.state), ("draft", "posted"))

    def test_the_form_of_a_draft_says_it_before(self):
        partner, words = self.troubled("hold")
        with Form(
            self.env["account.move"]
            .with_user(self.clerk)
            .with_context(default_move_type="out_invoice")
        ) as form:
            form.partner_id = partner
        invoice = form.save()
        self.assertIn(words, invoice.alerts["synkd_credit"]["message"])
        self.assertEqual(invoice.alerts["synkd_credit"]["level"], "danger")

    def test_what_is_posted_says_nothing(self):
        invoice = self.post_invoice()
        self.assertNotIn("synkd_credit", invoice.alerts or {})
        self.assertFalse(invoice.synkd_credit_notice)

    def test_bills_and_entries_are_not_asked_about(self):
        partner, _words = self.troubled("hold")
        bill = self.create_invoice(partner, move_type="in_invoice")
        bill.action_post()
        self.assertEqual(bill.state, "posted")

    def test_a_person_is_asked_about_by_his_company(self):
        partner, words = self.troubled("hold")
        person = self.create_partner("Ann", parent_id=partner.id, is_company=False)
        with self.assertRaisesRegex(UserError, words):
            self.create_invoice(person).action_post()

    def test_another_company_has_its_own_limits(self):
        partner, _words = self.troubled("limit")
        other = self.env["res.company"].create({"name": "Elsewhere"})
        self.assertFalse(partner.with_company(other).credit_limit_used)
        self.assertEqual(partner.with_company(self.company).credit_limit_used, 50)

    def test_a_hold_counts_in_every_company(self):
        partner, words = self.troubled("hold")
        other = self.env["res.company"].create({"name": "Elsewhere"})
        notice = partner.with_company(other).credit_notice
        self.assertIn(words, notice)

    def test_an_import_makes_customers_but_moves_no_status(self):
        partners = self.env["res.partner"].with_user(self.clerk)
        result = partners.load(
            ["name", "is_company"], [["Zebra Imported", "1"], ["Zebra Second", "1"]]
        )
        self.assertEqual(len(result["ids"]), 2, result["messages"])
        result = partners.load(
            ["name", "is_company", "customer_status"], [["Zebra Sly", "1", "On Hold"]]
        )
        self.assertFalse(result["ids"])
        self.assertIn("is changed with the buttons", result["messages"][0]["message"])

    def test_a_copy_starts_anew(self):
        partner, _words = self.troubled("hold")
        copied = partner.copy()
        self.assertEqual(copied.customer_status, "active")
        self.assertFalse(copied.hold_reason or copied.customer_status_ids)

    def test_a_limit_that_is_lowered_below_what_is_owed(self):
        partner = self.create_partner("Zebra Lowered")
        self.post_invoice(partner)
        mine = partner.with_user(self.chief).with_company(self.company)
        mine.own_credit_limit = 10
        self.assertIn("above the credit limit", mine.credit_notice)
        self.assertEqual(partner.with_company(self.company).credit_limit, 10)

    def test_paying_makes_room(self):
        partner, _words = self.troubled("limit")
        partner.with_company(self.company).credit_limit = 150
        first = self.post_invoice(partner)
        second = self.create_invoice(partner)
        with self.assertRaisesRegex(UserError, "above the credit limit"):
            second.action_post()
        self.pay(first)
        second.action_post()
        self.assertEqual(second.state, "posted")

    def test_several_lines_of_one_family_in_one_go(self):
        partner, _words = self.troubled("limit")
        partner.with_company(self.company).credit_limit = 250
        branch = self.create_partner("Branch", parent_id=partner.id)
        drafts = self.create_invoice(partner) | self.create_invoice(branch)
        drafts.action_post()
        self.assertEqual(set(drafts.mapped("state")), {"posted"})
        third = self.create_invoice(branch)
        with self.assertRaisesRegex(UserError, "Zebra limit would owe"):
            third.action_post()


@tagged("post_install", "-at_install")
class TestCreditDoors(CreditCommon):
    """What clients may send to the public methods."""

    def test_odd_arguments_are_refused_in_words(self):
        partner = self.partner.with_user(self.chief)
        for odd in ODD:
            with self.subTest(odd=odd):
                for call in (
                    partner.action_synkd_hold,
                    partner.action_synkd_send_back,
                ):
                    with self.assertRaises(UserError):
                        call(odd)
                if odd:
                    with self.assertRaises(UserError):
                        partner.action_synkd_hold("Wait", odd)
        self.assertEqual(self.partner.customer_status, "active")

    def test_an_employee_that_is_none(self):
        partner = self.partner.with_user(self.chief)
        partner.action_synkd_hold("Wait", None, 999999999)
        self.assertEqual(self.partner.hold_user_id, self.chief)

    def test_a_permit_of_a_document_the_user_cannot_read(self):
        other = self.env["res.company"].create({"name": "Elsewhere"})
        stranger = self.create_user("ways-stranger", CHIEF, other)
        invoice = self.create_invoice()
        with self.assertRaises(AccessError):
            invoice.with_user(stranger).action_synkd_permit("Mine")

    def test_one_document_at_a_time(self):
        drafts = self.create_invoice() | self.create_invoice()
        with self.assertRaisesRegex(UserError, "one record"):
            drafts.with_user(self.chief).action_synkd_permit("Both")

    def test_permits_and_history_are_nobodys_to_write(self):
        partner, _words = self.troubled("hold")
        invoice = self.create_invoice(partner).with_user(self.chief)
        invoice.action_synkd_permit("Agreed")
        admin = self.env.ref("base.user_admin")
        admin.company_ids |= self.company
        for records in (partner.credit_permit_ids, partner.customer_status_ids):
            for user in (self.clerk, self.chief, admin):
                mine = records.with_user(user)
                with self.assertRaises(AccessError):
                    mine.check_access("write")
                with self.assertRaises(AccessError):
                    mine.create({})
                with self.assertRaises(UserError):
                    mine.unlink()

    def test_turns_are_nobodys_business(self):
        with self.assertRaises(AccessError):
            self.env["synkd.credit.turn"].with_user(self.chief).search([])

    def test_clerks_see_standing_but_set_no_limits(self):
        partner = self.partner.with_user(self.clerk).with_company(self.company)
        self.assertIsInstance(partner.credit_exposure, float)
        for name in ("own_credit_limit", "overdue_since", "limit_action"):
            with self.assertRaises(AccessError):
                partner.read([name])
            with self.assertRaises(AccessError):
                partner.write({name: False})

    def test_the_dialog_of_one_user_is_not_anothers(self):
        mine = self.partner.with_user(self.chief).with_context(synkd_status_mode="hold")
        action = mine.action_synkd_open_status()
        dialog = self.env[action["res_model"]].browse(action["res_id"])
        with self.assertRaises(AccessError):
            dialog.with_user(self.clerk).read(["reason"])
        with self.assertRaises(AccessError):
            dialog.with_user(self.chief).write({"partner_ids": [Command.clear()]})

    def test_a_dialog_without_a_reason_changes_nothing(self):
        mine = self.partner.with_user(self.chief).with_context(synkd_status_mode="hold")
        action = mine.action_synkd_open_status()
        dialog = mine.env[action["res_model"]].browse(action["res_id"])
        with self.assertRaisesRegex(UserError, "Type the reason"):
            dialog.action_confirm()
        self.assertEqual(self.partner.customer_status, "active")

    def test_every_screen_opens_for_those_who_have_its_menu(self):
        for login, names in (
            (
                self.chief,
                (
                    "res_partner_action_hold",
                    "res_partner_action_approve",
                    "synkd_customer_status_action",
                    "synkd_credit_permit_action",
                ),
            ),
        ):
            for name in names:
                action = self.env["ir.actions.act_window"]._for_xml_id(
                    f"synkd_connector.{name}"
                )
                model = self.env[action["res_model"]].with_user(login)
                views = [(False, kind) for kind in action["view_mode"].split(",")]
                arch = model.get_views([*views, (False, "search")])
                self.assertTrue(json.dumps(list(arch["views"])))
                model.search([], limit=5).mapped("display_name")

    def test_the_form_opens_with_and_without_the_books(self):
        seller = self.create_user("ways-seller", "base.group_user")
        for user in (seller, self.clerk, self.chief):
            view = self.env["res.partner"].with_user(user).get_view(view_type="form")
            with self.subTest(user.login):
                self.assertEqual("own_credit_limit" in view["arch"], user == self.chief)


@tagged("post_install", "-at_install")
class TestStanding(CreditCommon):
    """What the customer's page tells, and how it is found."""

    def test_searches_find_the_statuses(self):
        held, _words = self.troubled("hold")
        gone, _words = self.troubled("archived")
        partners = self.env["res.partner"].with_context(active_test=False)
        found = partners.search([("customer_status", "=", "hold")])
        self.assertIn(held, found)
        self.assertNotIn(gone, found)
        found = partners.search([("customer_status", "=", "inactive")])
        self.assertIn(gone, found)

    def test_groups_by_status(self):
        held, _words = self.troubled("hold")
        groups = self.env["res.partner"]._read_group(
            [("id", "in", (held | self.partner).ids)], ["customer_status"], ["__count"]
        )
        self.assertEqual(dict(groups), {"active": 1, "hold": 1})

    def test_a_list_costs_the_same_for_many(self):
        partners = self.env["res.partner"].create(
            [{"name": f"Listed {n}", "is_company": True} for n in range(40)]
        )
        names = ["credit_exposure", "credit_overdue", "credit_limit_used"]

        def count(some):
            self.env.flush_all()
            self.env.invalidate_all()
            start = self.env.cr.sql_log_count
            some.with_company(self.company).read(names)
            return self.env.cr.sql_log_count - start

        count(partners[:1])  # what is cached for good, such as whose books these are
        self.assertLessEqual(count(partners), count(partners[:4]))

    def test_a_cycle_in_the_database_does_not_hang(self):
        first, second = self.create_partner("First"), self.create_partner("Second")
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE res_partner SET parent_id = CASE id WHEN %s THEN %s ELSE %s END"
            " WHERE id IN (%s, %s)",
            [first.id, second.id, first.id, first.id, second.id],
        )
        self.env.invalidate_all()
        control = self.env["synkd.credit.control"]
        known = control._get_known(self.company, (first | second).ids)
        self.assertEqual(set(known), {first.id, second.id})

    def test_a_customer_that_is_gone_is_no_question(self):
        control = self.env["synkd.credit.control"]
        self.assertFalse(control._get_known(self.company, [999999999]))

    def test_a_document_without_customer_is_no_question(self):
        entry = self.env["account.move"].create(
            {"move_type": "out_invoice", "company_id": self.company.id}
        )
        entry._check_synkd_credit()
        self.assertFalse(entry.synkd_credit_notice)

    def test_a_company_without_books_has_limits_all_the_same(self):
        other = self.env["res.company"].create({"name": "No Books"})
        partner = self.create_partner("Zebra Limited")
        partner.with_company(other).credit_limit = 10
        known = self.env["synkd.credit.control"]._get_known(other, partner.ids)
        self.assertEqual(known[partner.id].standing.credit_limit, 10)

    def test_held_by_the_books(self):
        self.account.held = True
        notice = self.partner.with_user(self.clerk).credit_notice
        self.assertIn("on hold in the books", notice)
        with self.assertRaisesRegex(UserError, "on hold in the books"):
            self.create_invoice().action_post()
        self.account.held = False
        self.assertFalse(self.partner.credit_notice)

    def test_a_merge_keeps_permits_and_the_earliest_overdue(self):
        partner, _words = self.troubled("hold")
        invoice = self.create_invoice(partner).with_user(self.chief)
        invoice.action_synkd_permit("Agreed")
        early = fields.Date.today() - timedelta(days=30)
        partner.overdue_since = early
        target = self.create_partner("Zebra Target")
        target.overdue_since = fields.Date.today()
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((partner | target).ids, target)
        self.env.invalidate_all()
        self.assertEqual(target.overdue_since, early)
        self.assertEqual(target.credit_permit_ids.reason, "Agreed")
        self.assertEqual(target.customer_status, "hold")
