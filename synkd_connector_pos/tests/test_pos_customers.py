# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, HttpCase, tagged

from odoo.addons.synkd_connector.tests.common import load_migration

from .common import PosCommon

TILL = "base.group_user,point_of_sale.group_pos_user,base.group_partner_manager"


class CustomersCommon(PosCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.cashier = cls.create_user("till-cashier", TILL)
        cls.account.write({"class_id": cls.class_account.id, "code": "HOP001"})
        cls.links = cls.env["synkd.customer.link"]
        cls.new = cls.create_partner("Jabu Mthembu", is_company=False)

    def link(self, partner=None, account=None):
        """Link a customer: Hope Works to its account customer."""
        self.links._link([(partner or self.partner, account or self.account)])

    def as_till(self):
        """Return customers as a till of the cashier sees them."""
        partners = self.env["res.partner"].with_user(self.cashier)
        return partners.with_company(self.company).with_context(lang="en_US")

    def load(self, orders=(), **context):
        """Return what the till loads at its start, by id of the customer."""
        data = {"pos.order": [{"partner_id": partner.id} for partner in orders]}
        partners = self.as_till().with_context(**context)
        loaded = partners._load_pos_data_search_read(data, self.config)
        return {values["id"]: values for values in loaded}

    def told(self, partner=None):
        """Return the card of a customer."""
        partner = partner or self.partner
        self.env.invalidate_all()
        return self.as_till().browse(partner.id).synkd_card

    def find(self, text):
        """Return the ids that the till finds by what a cashier types."""
        names = ("name", "email", "barcode")
        domain = ["|"] * 2 + [[name, "ilike", text + "%"] for name in names]
        found = self.as_till().get_new_partner(self.config.id, domain, 0)
        return [values["id"] for values in found["res.partner"]]


@tagged("post_install", "-at_install")
class TestPosCard(CustomersCommon):
    """What the till knows of a customer is loaded with him."""

    def test_it_says_what_the_books_told(self):
        self.link()
        self.account.write(
            {"outstanding": 900, "overdue": 250, "credit_limit": 1000, "held": True}
        )
        self.ledger.balances_read_at = fields.Datetime.now()
        card = self.told()
        self.assertEqual(card["code"], "HOP001")
        self.assertEqual(card["class"], "Account")
        self.assertEqual(card["posting"], "account")
        money = card["balance"], card["overdue"], card["limit"]
        self.assertEqual(money, (900.0, 250.0, 1000.0))
        self.assertEqual(card["currency"], self.account.currency_id.id)
        self.assertTrue(card["hold"])
        self.assertIn("on hold in the books", card["notice"])
        self.assertTrue(card["refused"])
        self.assertNotIn("undecided", card)

    def test_before_the_books_told_anything_there_is_no_money(self):
        self.link()
        self.account.outstanding = 900
        self.ledger.balances_read_at = False
        self.assertFalse({"balance", "limit", "overdue", "told"} & set(self.told()))

    def test_what_others_owe_on_a_shared_account_is_not_told(self):
        self.counter.outstanding = 900
        self.ledger.balances_read_at = fields.Datetime.now()
        self.link(self.new, self.counter)
        card = self.told(self.new)
        self.assertEqual(card["posting"], "generic")
        self.assertNotIn("balance", card)

    def test_a_hold_by_a_person_says_until_when(self):
        until = fields.Datetime.add(fields.Datetime.now(), days=2)
        self.partner.write({"customer_status": "hold", "hold_until": until})
        person = self.create_partner("Ann", parent_id=self.partner.id)
        for partner in (self.partner, person):
            card = self.told(partner)
            self.assertTrue(card["hold"])
            self.assertIn(str(until.year), card["until"])
            self.assertIn("is on hold since", card["notice"])
            self.assertTrue(card["refused"])
            self.assertNotIn("Allow With", card["notice"], "no remedy of documents")

    def test_overdue_by_a_person_is_noticed(self):
        self.partner.overdue_since = fields.Date.today()
        card = self.told()
        self.assertIn("is overdue", card["notice"])
        self.assertTrue(card["refused"])

    def test_undecided_is_as_the_posting_decision_says(self):
        self.assertTrue(self.told(self.new)["undecided"])
        for posting, undecided in (("decide", True), ("generic", False)):
            self.account.class_id = self._get_class(posting)
            self.link()
            self.assertEqual(self.told().get("undecided", False), undecided)
        self.account.class_id = False
        self.assertTrue(self.told()["undecided"])

    def test_where_there_are_no_books_there_is_no_card_and_no_question(self):
        self.ledger.active = False
        self.assertFalse(self.told(self.new))
        self.assertEqual(self.find("Jabu"), self.new.ids)
        shop = self.config.with_user(self.cashier)
        self.assertEqual(shop.get_synkd_question(self.new.id), {})

    def test_one_statement_whatever_the_number(self):
        many = self.env["res.partner"].create(
            [{"name": f"Customer {n}"} for n in range(60)]
        )
        cards = self.env["synkd.till.card"]
        cards._get(self.company, self.partner.ids)
        for some in (many[:3], many):
            with self.assertQueryCount(1):
                cards._get(self.company, some.ids)

    def test_only_people_of_the_till_read_it(self):
        other = self.create_user("no-till", "base.group_user")
        with self.assertRaises(AccessError):
            self.partner.with_user(other).read(["synkd_card"])

    def test_a_till_that_was_loaded_before_reads_what_changed(self):
        self.link()
        self.config.company_id.partner_id.flush_recordset()
        later = "2100-01-01 00:00:00"
        self.assertFalse(self.load(pos_last_server_date=later))
        since = "2099-06-01 00:00:00"
        for table, record in (
            ("res_partner", self.partner),
            ("synkd_account_customer", self.account),
            ("synkd_customer_class", self.class_account),
            ("synkd_customer_link", self.links.search([], limit=1)),
        ):
            self.env.flush_all()
            query = f"UPDATE {table} SET write_date = %s WHERE id = %s"
            self.cr.execute(query, ["2100-01-01", record.id])
            with self.subTest(table):
                found = self.load([self.partner], pos_last_server_date=since)
                self.assertEqual(list(found), self.partner.ids)
            self.cr.execute(query, ["2020-01-01", record.id])


@tagged("post_install", "-at_install")
class TestPosShown(CustomersCommon):
    """Whom a till offers, and how he is found."""

    def test_ext_acc_no_finds_who_is_not_loaded(self):
        self.link()
        self.assertEqual(self.find("hop0"), self.partner.ids)
        self.assertEqual(self.find("Hope W"), self.partner.ids)
        self.assertFalse(self.find("NOBODY9"))

    def test_a_branch_is_found_by_the_code_of_its_main_customer(self):
        branch = self.create_partner("East Side", parent_id=self.partner.id)
        self.link()
        self.assertIn(branch.id, self.find("HOP001"))

    def test_whom_the_class_hides_is_neither_loaded_nor_found(self):
        self.link()
        self.assertIn(self.partner.id, self.load())
        self.class_account.show_pos = False
        self.assertNotIn(self.partner.id, self.load())
        self.assertIn(self.new.id, self.load())
        self.assertFalse(self.find("hop0"))
        self.assertFalse(self.find("Hope W"))
        self.env.invalidate_all()
        more = self.as_till().get_new_partner(self.config.id, [], 0)["res.partner"]
        self.assertNotIn(self.partner.id, [values["id"] for values in more])
        known = self.partner | self.new
        self.assertEqual(known._unrelevant_records(self.config), self.partner.ids)

    def test_an_order_that_names_him_still_loads_him_and_he_is_not_offered(self):
        self.link()
        self.class_account.show_pos = False
        loaded = self.load([self.partner])
        self.assertTrue(loaded[self.partner.id]["synkd_card"]["hidden"])

    def test_archived_ones_are_not_offered(self):
        self.assertIn(self.new.id, self.load())
        self.new.active = False
        self.assertNotIn(self.new.id, self.load())
        self.assertFalse(self.find("Jabu"))
        self.assertEqual(self.new._unrelevant_records(self.config), self.new.ids)


@tagged("post_install", "-at_install")
class TestPosQuestion(CustomersCommon):
    """A cashier says how sales to a customer are posted, and nothing else."""

    def ask(self, partner=None):
        """Return what the till may choose among."""
        shop = self.config.with_user(self.cashier)
        return shop.get_synkd_question((partner or self.new).id)

    def answer(self, partner=None, **chosen):
        """Answer as the cashier does."""
        shop = self.config.with_user(self.cashier)
        return shop.action_synkd_answer((partner or self.new).id, **chosen)

    def linked(self, partner=None):
        """Return what a customer is billed as now."""
        partner = (partner or self.new).with_company(self.company)
        partner.invalidate_recordset()
        return partner.account_customer_id

    def test_it_offers_the_classes_of_the_till(self):
        question = self.ask()
        self.assertIn("Jabu Mthembu has no account customer", question["text"])
        self.assertEqual([c["name"] for c in question["own"]], ["Account"])
        (shared,) = question["shared"]
        self.assertEqual(shared["target"], self.counter.name)
        self.class_generic.show_pos = False
        self.assertFalse(self.ask()["shared"])
        with self.assertRaisesRegex(UserError, "no longer among those"):
            self.answer(class_id=self.class_generic.id)

    def test_counter_sale(self):
        self.assertTrue(self.answer(class_id=self.class_generic.id))
        self.assertEqual(self.linked(), self.counter)
        link = self.links.search([("partner_id", "=", self.new.id)])
        self.assertEqual(link.linked_by_id, self.cashier)
        self.assertEqual(self.ask(), {})
        self.assertFalse(self.answer(class_id=self.class_account.id), "decided by now")
        self.assertEqual(self.linked(), self.counter)

    def test_create_one(self):
        self.answer(class_id=self.class_account.id)
        account = self.linked()
        self.assertEqual(account.name, "Jabu Mthembu")
        self.assertEqual(account.class_id, self.class_account)
        self.assertEqual(account.mirror_partner_id, self.new)

    def test_link_to_a_candidate(self):
        twin = self.create_partner("Hope Works Pty", email="pay@hope.example")
        self.account.email = "pay@hope.example"
        (candidate,) = self.ask(twin)["candidates"]
        self.assertEqual(candidate["id"], self.account.id)
        self.assertTrue(candidate["score"] and candidate["reasons"])
        self.assertTrue(candidate["posts"])
        self.answer(twin, account_id=candidate["id"])
        self.assertEqual(self.linked(twin), self.account)

    def test_a_candidate_without_a_class_gets_the_chosen_one(self):
        twin = self.create_partner("Hope Works")
        self.account.class_id = False
        (candidate,) = self.ask(twin)["candidates"]
        self.assertFalse(candidate["posts"])
        with self.assertRaisesRegex(UserError, "Choose the customer class"):
            self.answer(twin, account_id=candidate["id"])
        self.answer(twin, account_id=candidate["id"], class_id=self.class_account.id)
        self.assertEqual(self.account.class_id, self.class_account)

    def test_candidates_of_classes_that_are_not_shown_and_archived_ones_are_not(self):
        twin = self.create_partner("Hope Works")
        self.class_account.show_pos = False
        self.assertFalse(self.ask(twin)["candidates"])
        self.class_account.show_pos = True
        self.account.active = False
        self.assertFalse(self.ask(twin)["candidates"])

    def test_let_me_decide_is_answered_for_the_account_there_is(self):
        self.account.class_id = self.class_decide
        self.link()
        (candidate,) = self.ask(self.partner)["candidates"]
        self.assertEqual(candidate["id"], self.account.id)
        self.answer(
            self.partner, account_id=self.account.id, class_id=self.class_account.id
        )
        self.assertEqual(self.linked(self.partner), self.account)
        self.assertEqual(self.account.class_id, self.class_account)

    def test_a_person_of_a_company_is_decided_for_the_company(self):
        person = self.create_partner("Ann", parent_id=self.partner.id, is_company=False)
        self.partner.is_company = True
        self.answer(person, class_id=self.class_account.id)
        self.assertTrue(self.linked(self.partner))
        self.assertEqual(self.linked(person), self.linked(self.partner))

    def test_nothing_else_is_linked(self):
        stranger = self.create_account("Somebody Else", class_id=self.class_account.id)
        for chosen in (
            {"account_id": stranger.id},
            {"account_id": stranger.id, "class_id": self.class_account.id},
            {"class_id": self.class_decide.id},
            {"class_id": 10**8},
            {},
            {"class_id": "1; DROP", "account_id": [1]},
        ):
            with self.subTest(chosen), self.assertRaises(UserError):
                self.answer(**chosen)
        self.assertFalse(self.linked())

    def test_odd_customers(self):
        for partner_id in (10**8, 0, None, "x", [1]):
            with self.subTest(partner_id), self.assertRaisesRegex(UserError, "gone"):
                self.config.with_user(self.cashier).get_synkd_question(partner_id)

    def test_an_upgrade_gives_cashiers_nothing_new_to_decide(self):
        migrate = load_migration("synkd_connector_pos", "19.0.3.1.0", "post-cashiers")
        self.assertTrue(self.config.synkd_cashiers_answer)
        self.env.flush_all()
        migrate.migrate(self.env.cr, None)
        self.env.invalidate_all()
        self.assertTrue(self.config.synkd_cashiers_answer, "a new database")
        migrate.migrate(self.env.cr, "19.0.3.0.0")
        self.env.invalidate_all()
        self.assertFalse(self.config.synkd_cashiers_answer)

    def test_where_cashiers_do_not_answer(self):
        self.config.synkd_cashiers_answer = False
        for act in (self.ask, lambda: self.answer(class_id=self.class_generic.id)):
            with self.assertRaisesRegex(AccessError, "person of the books"):
                act()
        self.assertFalse(self.linked())

    def test_who_is_no_cashier_does_not_answer(self):
        other = self.create_user("no-till", "base.group_user")
        with self.assertRaises(AccessError):
            self.config.with_user(other).get_synkd_question(self.new.id)

    def test_an_incomplete_customer_is_refused_as_everywhere(self):
        self.company.synkd_only_complete = True
        with self.assertRaisesRegex(UserError, "incomplete"):
            self.answer(class_id=self.class_account.id)
        self.answer(class_id=self.class_generic.id)

    def test_what_waits_is_decided_again(self):
        order = self.sell(customer=self.new)
        row = self.row_of(order.account_move)
        self.assertEqual(row.reason, "not_linked")
        self.answer(class_id=self.class_generic.id)
        self.assertNotEqual(row.reason, "not_linked")
        self.assertEqual(row.account_customer_id, self.counter)

    def test_what_the_class_needs_is_asked_first(self):
        self.class_account.need_email = True
        with self.assertRaisesRegex(UserError, "lacks what customers of class Account"):
            self.answer(class_id=self.class_account.id)
        self.new.email = "jabu@example.com"
        self.assertTrue(self.answer(class_id=self.class_account.id))


@tagged("post_install", "-at_install")
class TestPosNeeds(CustomersCommon):
    """What is typed at a till is complete, as far as the class needs it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.class_account.write(
            {"need_names": True, "need_address": True, "need_email": True}
        )
        cls.config.new_customer_class_id = cls.class_account

    def typed(self):
        """Return customers as the form of the terminal saves them."""
        return self.as_till().with_context(synkd_till=self.config.id)

    def whole(self):
        """Return the values of a customer who lacks nothing."""
        return {
            "name": "Thandi Cele",
            "email": "thandi@example.com",
            "street": "1 Point Road",
            "city": "Durban",
            "zip": "4001",
            "country_id": self.env.ref("base.za").id,
        }

    def test_a_new_customer_is_whole(self):
        for name, value, missing in (
            ("name", "Thandi", "First and Last Name"),
            ("email", False, "e-mail address"),
            ("email", "thandi at example", "e-mail address"),
            ("email", "a@example.com, nonsense@", "e-mail address"),
            ("street", False, "Street"),
            ("city", False, "City"),
            ("zip", False, "ZIP"),
            ("country_id", False, "Country"),
        ):
            with (
                self.subTest(f"{name}={value}"),
                self.assertRaisesRegex(UserError, missing),
                self.cr.savepoint(),
            ):
                self.typed().create(self.whole() | {name: value})
        two = "thandi@example.com, pay@example.com"
        self.assertTrue(self.typed().create(self.whole() | {"email": two}))

    def test_the_state_is_asked_where_the_country_has_them(self):
        country = self.env.ref("base.us")
        self.assertTrue(country.state_required)
        with self.assertRaisesRegex(UserError, "State"):
            self.typed().create(self.whole() | {"country_id": country.id})

    def test_all_that_is_missing_is_told_at_once(self):
        with self.assertRaisesRegex(UserError, "Street.*City.*Country"):
            self.typed().create({"name": "Thandi Cele"})

    def test_a_company_needs_a_contact_and_the_billing_address_counts(self):
        company = self.whole() | {"name": "Cele Ltd", "is_company": True}
        with (
            self.assertRaisesRegex(UserError, "Contact Person"),
            self.cr.savepoint(),
        ):
            self.typed().create(company)
        billing = {"type": "invoice", "name": "Accounts", "street": False}
        with self.assertRaisesRegex(UserError, "Street"):
            self.typed().create(company | {"child_ids": [Command.create(billing)]})
        person = {"type": "contact", "name": "Thandi Cele"}
        made = self.typed().create(company | {"child_ids": [Command.create(person)]})
        self.assertEqual(made.child_ids.name, "Thandi Cele")

    def test_an_edited_customer_is_asked_by_his_own_class(self):
        self.link(self.new, self.counter)
        self.typed().browse(self.new.id).phone = "031 555 0102"
        self.link(self.new, self.account)
        with self.assertRaisesRegex(UserError, "Street"):
            self.typed().browse(self.new.id).phone = "031 555 0103"

    def test_who_has_no_class_is_asked_nothing(self):
        self.config.new_customer_class_id = False
        self.assertTrue(self.typed().create({"name": "Thandi"}))
        category = self.env["synkd.customer.category"].create(
            {"name": "Schools", "class_id": self.class_account.id}
        )
        with self.assertRaisesRegex(UserError, "lacks"):
            self.typed().create({"name": "Thandi", "customer_category_id": category.id})

    def test_elsewhere_nobody_is_asked(self):
        self.assertTrue(self.env["res.partner"].create({"name": "Thandi"}))
        odd = self.env["res.partner"].with_context(synkd_till="x")
        self.assertTrue(odd.create({"name": "Thandi"}))
        gone = self.env["res.partner"].with_context(synkd_till=10**8)
        self.assertTrue(gone.create({"name": "Thandi"}))

    def test_the_settings_of_the_shop_have_it(self):
        with Form(self.env["res.config.settings"]) as settings:
            settings.pos_config_id = self.config
            settings.pos_synkd_cashiers_answer = False
            settings.pos_new_customer_class_id = self.class_generic
        settings.save().execute()
        self.assertFalse(self.config.synkd_cashiers_answer)
        self.assertEqual(self.config.new_customer_class_id, self.class_generic)


class CustomerTours(CustomersCommon, HttpCase):
    """The terminal in a real browser, as a cashier uses it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.cashier.password = "till-cashier"
        cls.config.write({"limit_categories": False, "iface_print_auto": False})
        cls.config.payment_method_ids = [Command.set((cls.cash | cls.later).ids)]

    def play(self, tour):
        """Let the cashier sell a glue."""
        self.start_tour(f"/pos/ui/{self.config.id}", tour, login="till-cashier")

    def billed_as(self, partner):
        """Return the account customer of a customer, as it is now."""
        self.env.invalidate_all()
        return partner.with_company(self.company).account_customer_id


@tagged("post_install", "-at_install")
class TestPosCustomerTours(CustomerTours):
    def test_the_card(self):
        self.link()
        until = fields.Datetime.add(fields.Datetime.now(), days=2)
        self.partner.write(
            {
                "customer_status": "hold",
                "hold_since": fields.Datetime.now(),
                "hold_until": until,
            }
        )
        self.account.write({"outstanding": 900, "overdue": 250, "credit_limit": 1000})
        self.ledger.balances_read_at = fields.Datetime.now()
        hiding = self.class_account.copy({"name": "Web Only", "show_pos": False})
        hidden = self.create_partner("Hidden Traders")
        self.link(hidden, self.create_account("Hidden", class_id=hiding.id))
        self.env["ir.config_parameter"].set_param(
            "point_of_sale.limited_customer_count", "300"
        )
        far = self.create_partner("zz Far Away")
        for _sale in range(2):
            self.sell(customer=self.new, invoiced=False)
        self.link(
            far,
            self.create_account("Far", code="FAR777", class_id=self.class_generic.id),
        )
        loaded = self.env["res.partner"].search_count([("id", "!=", far.id)])
        self.env["ir.config_parameter"].set_param(
            "point_of_sale.limited_customer_count", str(loaded)
        )
        self.assertNotIn(far.id, self.load())
        self.play("synkd_card")

    def test_the_question_is_answered_with_a_shared_one(self):
        self.play("synkd_question_shared")
        self.assertEqual(self.billed_as(self.new), self.counter)
        self.assertEqual(self.pos_session.order_ids.partner_id, self.new)

    def test_the_question_is_answered_with_a_new_one_that_is_whole(self):
        self.class_account.need_email = True
        self.play("synkd_question_create")
        self.assertEqual(self.new.email, "jabu@example.com")
        self.assertEqual(self.billed_as(self.new).class_id, self.class_account)

    def test_the_question_is_answered_with_a_candidate(self):
        there = self.create_account(
            "Jabu Mthembu", code="JAB001", class_id=self.class_account.id
        )
        self.play("synkd_question_link")
        self.assertEqual(self.billed_as(self.new), there)

    def test_where_cashiers_do_not_answer_they_are_told(self):
        self.config.synkd_cashiers_answer = False
        self.play("synkd_question_told")
        self.assertFalse(self.billed_as(self.new))
        self.assertEqual(self.pos_session.order_ids.state, "paid")

    def test_without_a_connection_the_question_waits(self):
        self.play("synkd_question_offline")
        self.assertFalse(self.billed_as(self.new))
        order = self.pos_session.order_ids.filtered("partner_id")
        self.assertEqual((order.partner_id, order.state), (self.new, "paid"))

    def test_a_new_customer_is_asked_for_what_the_class_needs(self):
        self.class_account.write({"need_names": True, "need_email": True})
        self.config.new_customer_class_id = self.class_account
        self.play("synkd_new_customer")
        made = self.env["res.partner"].search([("name", "=", "Thandi Cele")])
        self.assertEqual(made.email, "thandi@example.com")


@tagged("post_install", "-at_install")
class TestPosCustomerPhone(CustomerTours):
    """The same on a phone."""

    browser_size = "390x844"
    touch_enabled = True

    def test_the_question_on_a_phone(self):
        self.play("synkd_question_phone")
        self.assertEqual(self.billed_as(self.new), self.counter)
