# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged, users
from odoo.tools import mute_logger

from ...models.customers import synkd_change_mixin
from ..common import SynkdCommon

SELLER = "base.group_user,base.group_partner_manager"
MANAGER = f"{SELLER},account.group_account_invoice,synkd_connector.group_manager"


class CategoryCommon(SynkdCommon):
    """A category with all that a new customer takes."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.user.group_ids |= cls.env.ref("product.group_product_pricelist")
        cls.rep = cls.create_user("rep", SELLER)
        cls.manager = cls.create_user("manager", MANAGER)
        cls.terms = cls.env.ref("account.account_payment_term_30days")
        cls.later = cls.env.ref("account.account_payment_term_45days")
        cls.now = cls.env.ref("account.account_payment_term_immediate")
        cls.prices = cls.env["product.pricelist"].create({"name": "Trade prices"})
        cls.category = cls.create_category(
            "Wholesale",
            price_level="wholesale",
            pricelist_id=cls.prices.id,
            payment_term_id=cls.terms.id,
            user_id=cls.rep.id,
        )

    def assertTaken(self, words, model, values):
        """Check that the database refuses values, and what people read then."""
        with self.assertRaises(Exception) as caught, self.cr.savepoint():
            model.create(values)
        message = model._sql_error_to_message(caught.exception)
        self.assertIn(words, message)

    @classmethod
    def create_category(cls, name, **values):
        """Create a category that all companies share."""
        return cls.env["synkd.customer.category"].create({"name": name} | values)


@tagged("post_install", "-at_install")
class TestCustomerCategory(CategoryCommon):
    """What a category is, and what a new customer takes of it."""

    def test_new_customers_take_what_nobody_typed(self):
        taken, typed = self.env["res.partner"].create(
            [
                {"name": "Pier", "customer_category_id": self.category.id},
                {
                    "name": "Surf",
                    "customer_category_id": self.category.id,
                    "property_payment_term_id": self.now.id,
                    "property_product_pricelist": False,
                    "user_id": False,
                },
            ]
        )
        self.assertEqual(taken.property_payment_term_id, self.terms)
        self.assertEqual(taken.property_product_pricelist, self.prices)
        self.assertEqual(taken.user_id, self.rep)
        self.assertEqual(typed.property_payment_term_id, self.now)
        self.assertFalse(typed.user_id, "emptied on purpose")
        self.assertFalse(typed.specific_property_product_pricelist)

    def test_a_default_category_is_taken_as_a_typed_one(self):
        self.env["ir.default"].set(
            "res.partner", "customer_category_id", self.category.id
        )
        partner = self.create_partner("Pier")
        self.assertEqual(partner.customer_category_id, self.category)
        self.assertEqual(partner.property_payment_term_id, self.terms)
        mine = self.env["res.partner"].with_context(default_user_id=self.env.uid)
        self.assertEqual(mine.create({"name": "Surf"}).user_id, self.env.user)

    @users("manager")
    def test_the_form_shows_what_is_taken_and_changes_with_the_category(self):
        other = self.create_category("Retail", payment_term_id=self.later.id)
        with Form(self.env["res.partner"], "base.view_partner_form") as form:
            form.name = "Pier"
            form.customer_category_id = self.category.with_env(self.env)
            self.assertEqual(form.property_payment_term_id, self.terms)
            self.assertEqual(form.user_id, self.rep)
            form.customer_category_id = other.with_env(self.env)
            self.assertEqual(form.property_payment_term_id, self.later)
            self.assertFalse(form.user_id, "that was the first category's")
            form.property_payment_term_id = self.now.with_env(self.env)
            form.customer_category_id = self.category.with_env(self.env)
            self.assertEqual(form.property_payment_term_id, self.now, "typed")
        self.assertEqual(form.record.property_payment_term_id, self.now)
        self.assertEqual(form.record.property_product_pricelist, self.prices)

    def test_an_import_takes_the_category_for_empty_cells(self):
        partners = self.env["res.partner"].with_context(import_file=True)
        names = ["name", "customer_category_id", "property_payment_term_id", "user_id"]
        rows = [["Pier", "Wholesale", "", ""], ["Surf", "Wholesale", self.now.name, ""]]
        result = partners.load(names, rows)
        self.assertFalse(result["messages"])
        pier, surf = partners.browse(result["ids"])
        self.assertEqual(pier.property_payment_term_id, self.terms)
        self.assertEqual(surf.property_payment_term_id, self.now)
        self.assertEqual((pier | surf).user_id, self.rep)

    def test_a_category_without_anything_changes_nothing(self):
        bare = self.create_category("Bare")
        partner = self.create_partner("Pier", customer_category_id=bare.id)
        self.assertFalse(partner.property_payment_term_id)
        self.assertFalse(partner.specific_property_product_pricelist)

    def test_a_shared_category_has_terms_of_each_company(self):
        other = self.env["res.company"].create({"name": "Other"})
        there = self.category.with_company(other)
        self.assertFalse(there.payment_term_id)
        there.payment_term_id = self.now
        partners = self.env["res.partner"]
        here = partners.create({"name": "A", "customer_category_id": self.category.id})
        away = partners.with_company(other).create(
            {"name": "B", "customer_category_id": self.category.id}
        )
        self.assertEqual(here.property_payment_term_id, self.terms)
        self.assertEqual(away.property_payment_term_id, self.now)

    @mute_logger("odoo.sql_db")
    def test_names_are_unique_in_a_company(self):
        self.create_category("Wholesale", company_id=self.company.id)
        self.assertTaken("of this name already", self.category, {"name": "wholesale"})
        self.assertEqual(self.category.copy().name, "Wholesale (copy)")

    def test_a_category_of_another_company_is_refused(self):
        other = self.env["res.company"].create({"name": "Other"})
        theirs = self.create_category("Theirs", company_id=other.id)
        with self.assertRaises(UserError):
            self.create_partner(
                "Pier", company_id=self.company.id, customer_category_id=theirs.id
            )

    def test_categories_and_reps_of_another_company_are_invisible(self):
        other = self.env["res.company"].create({"name": "Other"})
        theirs = self.create_category("Theirs", company_id=other.id)
        theirs.rep_ids = [(0, 0, {"user_id": self.rep.id})]
        for record in (theirs, theirs.rep_ids):
            mine = record.with_user(self.manager)
            self.assertFalse(mine.search([("id", "=", record.id)]))
            with self.assertRaises(AccessError):
                mine.read(["display_name"])

    def test_a_category_in_use_is_archived_and_not_deleted(self):
        self.create_partner("Pier", customer_category_id=self.category.id, active=False)
        with self.assertRaisesRegex(UserError, "such as Pier, .*Archive it instead"):
            self.category.unlink()
        self.create_category("Unused").unlink()

    def test_sellers_read_categories_and_managers_change_them(self):
        mine = self.category.with_user(self.rep)
        self.assertEqual(mine.name, "Wholesale")
        with self.assertRaises(AccessError):
            mine.name = "Mine"
        self.category.with_user(self.manager).name = "Trade"
        self.assertEqual(self.category.customer_count, 0)

    def test_account_customers_are_made_in_the_class_of_the_category(self):
        self.category.class_id = self.class_decide
        head = self.create_partner("Pier", customer_category_id=self.category.id)
        branch = self.create_partner("Pier North", parent_id=head.id)
        other = self.create_partner("Surf")
        for partner, wanted in (
            (head, self.class_decide),
            (branch, self.class_decide),
            (other, self.class_account),
        ):
            context = partner.action_create_account_customer()["context"]
            self.assertEqual(context["default_class_id"], wanted.id)

    def test_200_new_customers_cost_no_query_each(self):
        partners = self.env["res.partner"]
        counts = []
        for number in (1, 10, 200):  # the first one fills the caches
            vals = {"customer_category_id": self.category.id}
            vals_list = [{"name": f"C{n}"} | vals for n in range(number)]
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            partners._take_category_values(vals_list)
            counts.append(self.cr.sql_log_count - before)
        self.assertEqual(counts[1], counts[2])


@tagged("post_install", "-at_install")
class TestCategoryApplied(CategoryCommon):
    """A changed category is offered to the customers that it has."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        vals = {"customer_category_id": cls.category.id, "is_company": True}
        cls.taken = cls.env["res.partner"].create(
            [vals | {"name": f"Taken {n}"} for n in range(3)]
        )
        cls.typed = cls.create_partner(
            "Typed", **vals | {"property_payment_term_id": cls.now.id}
        )
        cls.stranger = cls.create_partner("Stranger")
        cls.everybody = cls.taken | cls.typed

    def open_dialog(self):
        """Change the terms of the category, and open the dialog as a manager."""
        category = self.category.with_user(self.manager)
        category.payment_term_id = self.later
        action = category.action_apply()
        return category.env[action["res_model"]].browse(action["res_id"])

    def apply(self):
        """Let the cron apply what waits."""
        with self.enter_registry_test_mode():
            self.env.ref(
                "synkd_connector.ir_cron_apply_categories"
            ).method_direct_trigger()
        self.env.invalidate_all()
        return self.category.change_ids

    def test_the_dialog_tells_who_took_theirs_and_who_typed_another(self):
        self.assertFalse(self.category.changed)
        wizard = self.open_dialog()
        self.assertTrue(self.category.changed)
        lines = wizard.line_ids.sorted("count")
        self.assertEqual(lines.mapped("count"), [1, 3])
        self.assertEqual(lines.mapped("is_typed"), [True, False])
        self.assertEqual(lines.mapped("is_applied"), [False, True])
        self.assertEqual(lines[0].customers, "Typed")
        self.assertEqual(set(lines.mapped("label")), {"Terms"})
        self.assertEqual(lines[1].old_text, self.terms.display_name)
        self.assertEqual(lines[1].new_text, self.later.display_name)
        self.assertIn("change: 3 of 4", wizard.summary)
        action = lines[0].action_view_customers()
        self.assertEqual(self.env["res.partner"].search(action["domain"]), self.typed)

    def test_what_is_ticked_is_applied_in_the_background(self):
        wizard = self.open_dialog()
        with Form(wizard) as form:
            form.left_out_ids.add(self.taken[0].with_env(wizard.env))
            self.assertIn("change: 2 of 4", form.summary)
        cron = self.env.ref("synkd_connector.ir_cron_apply_categories")
        cron.write({"active": False, "lastcall": False})
        wizard.action_confirm()
        self.assertTrue(cron.active, "the first one switches it on")
        woken = self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)])
        self.assertEqual(len(woken), 1)
        self.assertEqual(self.taken.property_payment_term_id, self.terms, "not yet")
        change = self.apply()
        self.assertEqual(change.state, "done")
        self.assertEqual(change.user_id, self.manager)
        self.assertEqual(change.changed_count, 2)
        self.assertEqual(self.taken[1:].property_payment_term_id, self.later)
        self.assertEqual(self.taken[0].property_payment_term_id, self.terms)
        self.assertEqual(self.typed.property_payment_term_id, self.now)
        self.assertFalse(self.stranger.property_payment_term_id)
        self.assertFalse(self.category.changed, "offered, and answered")

    def test_those_who_typed_another_change_when_they_are_ticked(self):
        wizard = self.open_dialog()
        wizard.line_ids.is_applied = True
        self.assertIn("change: 4 of 4", wizard.summary)
        wizard.action_confirm()
        self.apply()
        self.assertEqual(self.everybody.property_payment_term_id, self.later)

    def test_nothing_ticked_or_nothing_to_apply_is_said(self):
        wizard = self.open_dialog()
        wizard.line_ids.is_applied = False
        with self.assertRaisesRegex(UserError, "Nothing is ticked"):
            wizard.action_confirm()
        bare = self.create_category("Bare")
        with self.assertRaisesRegex(UserError, "category Bare have its values already"):
            bare.action_apply()

    def test_a_killed_worker_goes_on_and_takes_each_customer_once(self):
        wizard = self.open_dialog()
        wizard.action_confirm()
        change = self.category.change_ids
        give = type(change)._give
        seen = []

        def give_some(changes, partners, vals):
            seen.extend(partners.ids)
            return give(changes, partners, vals)

        partners = change._get_next()
        change._apply(partners[:1])
        self.assertEqual(change._count_left(), 2)
        self.taken[0].property_payment_term_id = self.terms  # typed back meanwhile
        self.patch(type(change), "_give", give_some)
        with patch.object(synkd_change_mixin, "BATCH", 1):
            self.apply()
        self.assertEqual(seen, self.taken[1:].ids)
        self.assertEqual(self.taken[0].property_payment_term_id, self.terms)
        self.assertEqual(change.changed_count, 3)

    def test_one_customer_that_cannot_take_it_is_left_out_and_named(self):
        wizard = self.open_dialog()
        wizard.action_confirm()
        write, words = type(self.taken).write, "It is odd."

        def refuse(partners, vals):
            if self.taken[1] in partners:
                raise ValidationError(words)
            return write(partners, vals)

        self.patch(type(self.taken), "write", refuse)
        change = self.apply()
        self.assertEqual(change.state, "done")
        self.assertEqual(change.notes, "Taken 1: It is odd.")
        self.assertEqual(change.changed_count, 2)

    def test_only_customers_of_the_company_change(self):
        other = self.env["res.company"].create({"name": "Other"})
        self.taken[0].company_id = other
        self.taken[0].with_company(other).property_payment_term_id = self.terms
        wizard = self.open_dialog()
        wizard.action_confirm()
        self.apply()
        there = self.taken[0].with_company(other)
        self.assertEqual(there.property_payment_term_id, self.terms)
        self.assertEqual(self.taken[1:].property_payment_term_id, self.later)

    def test_only_managers_apply(self):
        with self.assertRaises(AccessError):
            self.category.with_user(self.rep).action_apply()


@tagged("post_install", "-at_install")
class TestCustomerRep(CategoryCommon):
    """Commission and discount of sales reps."""

    def test_own_line_then_the_main_customers_then_the_category(self):
        head = self.create_partner("Pier", customer_category_id=self.category.id)
        branch = self.create_partner("Pier North", parent_id=head.id)
        self.assertFalse(branch._get_rep(self.rep))
        self.assertEqual(branch._get_rep_discount(self.rep), 0)
        self.category.rep_ids = [
            (0, 0, {"user_id": self.rep.id, "commission": 1, "discount": 2})
        ]
        self.assertEqual(branch._get_rep_discount(self.rep), 2)
        head.rep_ids = [
            (0, 0, {"user_id": self.rep.id, "commission": 5, "discount": 7.5})
        ]
        self.assertEqual(branch._get_rep_discount(self.rep), 7.5)
        branch.rep_ids = [(0, 0, {"user_id": self.rep.id})]
        self.assertEqual(branch._get_rep_discount(self.rep), 0, "0 was typed")
        self.assertFalse(branch._get_rep(self.manager))

    @mute_logger("odoo.sql_db")
    def test_odd_percentages_and_twins_are_refused(self):
        partner = self.create_partner("Pier")
        line = {"user_id": self.rep.id, "partner_id": partner.id}
        reps = self.env["synkd.customer.rep"]
        for name in ("commission", "discount"):
            for value in (-1, 100.5):
                words = "for Pier is .* from 0 to 100"
                with (
                    self.assertRaisesRegex(ValidationError, words),
                    self.cr.savepoint(),
                ):
                    reps.create(line | {name: value})
        reps.create(line)
        self.assertTaken("is in the list already", reps, line)
        nobody = {"user_id": self.manager.id}
        self.assertTaken("to one customer, or to one", reps, nobody)

    def test_a_seller_without_books_sees_no_commission(self):
        partner = self.create_partner("Pier")
        arch = partner.with_user(self.rep).get_view(view_type="form")["arch"]
        self.assertNotIn("rep_ids", arch)
        with self.assertRaises(AccessError):
            partner.with_user(self.rep).read(["rep_ids"])
