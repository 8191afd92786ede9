# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged, users
from odoo.tools import mute_logger

from ...lib.documents import Lists
from ..common_documents import ITEMS, DocumentsCommon

SPEC = {"posting": {}, "item_id": {}, "shop_item_id": {}}
MANAGER = "synkd_connector.group_manager"


@tagged("post_install", "-at_install")
class TestProductClass(DocumentsCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.map_all()
        cls.create_user("manager", MANAGER)
        cls.create_user("clerk", "synkd_connector.group_user")

    def create_class(self, name="Regular", **values):
        """Create a product class of the test company."""
        defaults = {"name": name, "company_id": self.company.id}
        return self.product_classes.create(defaults | values)

    def other_ledger(self):
        """Create a company with books that have lists, and return its ledger."""
        company = self.env["res.company"].sudo().create({"name": "Other"})
        ledger = self.create_ledger(company_id=company.id, name="Other books")
        self.items._take(ledger, Lists(ITEMS))
        return ledger

    def test_a_new_ledger_brings_the_ready_made_classes_once(self):
        ledger = self.other_ledger()
        domain = [("company_id", "=", ledger.company_id.id)]
        made = self.product_classes.search(domain)
        self.assertEqual(made.mapped("posting"), ["direct", "none"])
        ledger.active = False
        ledger.flush_recordset()
        self.create_ledger(company_id=ledger.company_id.id, name="Again")
        self.assertEqual(self.product_classes.search(domain), made)

    @users("manager")
    def test_departmental_without_an_entry_is_refused(self):
        with self.assertRaisesRegex(ValidationError, "Regular posts a departmental"):
            self.product_classes.with_env(self.env).create(
                {"name": "Regular", "posting": "department"}
            )
        with self.assertRaisesRegex(ValidationError, "press Pull Lists"):
            self.department.with_env(self.env).item_id = False

    @users("manager")
    def test_only_items_and_accounts_of_its_own_books_are_taken(self):
        mine = self.department.with_env(self.env)
        mine.item_id = self.item("a200")
        with self.assertRaisesRegex(ValidationError, "OUT15 .* is no item or account"):
            mine.item_id = self.item("t15")
        theirs = self.item("dep", self.other_ledger())
        for name in ("item_id", "shop_item_id", "service_item_id", "web_item_id"):
            with self.subTest(field=name), self.assertRaises(UserError):
                self.department[name] = theirs

    def test_each_source_has_its_item(self):
        self.department.write(
            {
                "service_item_id": self.item("i1").id,
                "web_item_id": self.item("a200").id,
            }
        )
        move = self.create_invoice(self.line(self.chair))
        for source, code in (
            ("", "DEP"),
            ("shop", "DEP-SHOP"),
            ("service", "desk"),
            ("web", "4000"),
        ):
            found = self.rules._get_postings(self.ledger, {move.id: source})
            (posting,) = found.values()
            self.assertEqual(posting.item or posting.account, code)

    @users("manager")
    def test_changing_the_posting_says_how_many_documents_it_touches(self):
        for _i in range(2):
            self.create_invoice(self.line(self.chair), self.line(self.chair))
        self.create_invoice(self.line(self.desk))
        chosen = self.department.with_env(self.env)
        self.assertEqual(chosen._count_waiting(), 2)
        answer = chosen.onchange({"posting": "none"}, ["posting"], SPEC)
        self.assertIn("2 waiting documents", answer["warning"]["message"])
        self.assertIn("Furniture", answer["warning"]["message"])
        self.assertEqual(answer["value"]["item_id"], False)
        answer = self.create_class().with_env(self.env)
        answer = answer.onchange({"posting": "direct"}, ["posting"], SPEC)
        self.assertNotIn("warning", answer)

    def test_a_changed_class_decides_waiting_documents_again(self):
        row = self.row_of(self.create_invoice(self.line(self.chair)))
        self.assertEqual(row.sync_state, "pending", row.reason_text)
        self.department.posting = "none"
        self.assertEqual((row.sync_state, row.reason), ("attention", "invalid_lines"))
        self.chair.product_tmpl_id.synkd_product_class_id = self.direct
        self.assertEqual((row.sync_state, row.reason), ("attention", "unmapped"))
        self.chair.default_code = "DESK"
        self.chair.product_tmpl_id.synkd_product_class_id = False
        self.chairs.synkd_product_class_id = self.direct
        self.assertEqual(row.sync_state, "pending")

    @users("manager")
    def test_the_form_drops_what_the_posting_does_not_use(self):
        form = Form(self.department.with_env(self.env))
        form.posting = "direct"
        form.save()
        self.assertFalse(self.department.item_id)
        self.assertFalse(self.department.shop_item_id)

    @users("manager")
    def test_a_class_in_use_is_archived_and_not_deleted(self):
        chosen = self.department.with_env(self.env)
        move = self.create_invoice(self.line(self.thing))
        with self.assertRaises(UserError), self.cr.savepoint():
            chosen.unlink()
        self.category.synkd_product_class_id = False
        move.invoice_line_ids.synkd_product_class_id = self.department
        with self.assertRaisesRegex(UserError, "Furniture is used by lines"):
            chosen.unlink()
        chosen.action_archive()
        row = self.row_of(move)
        self.assertFalse(self.rules._find(self.ledger, {move.id: ""})[move.id])
        self.assertTrue(row)
        unused = self.create_class("Unused").with_env(self.env)
        unused.unlink()
        self.assertFalse(unused.exists())

    @users("manager")
    @mute_logger("odoo.sql_db")
    def test_a_name_is_unique_in_its_company_whatever_its_case(self):
        with self.assertRaises(Exception) as caught, self.cr.savepoint():
            self.create_class("dIRECT")
        message = self.product_classes._sql_error_to_message(caught.exception)
        self.assertIn("product class of this name already", message)

    @users("manager")
    def test_a_copy_has_a_name_of_its_own(self):
        copy = self.department.with_env(self.env).copy()
        self.assertEqual(copy.name, "Furniture (copy)")
        self.assertEqual(copy.item_id, self.department.item_id)
        self.assertEqual(copy.copy({"name": "Mine"}).name, "Mine")

    @users("clerk")
    def test_users_read_classes_and_do_not_change_them(self):
        chosen = self.department.with_env(self.env)
        self.assertEqual(chosen.name, "Furniture")
        for act in (
            lambda: chosen.write({"name": "Mine"}),
            lambda: chosen.create({"name": "Mine"}),
            chosen.unlink,
        ):
            with self.assertRaises(AccessError):
                act()

    def test_classes_of_another_company_are_refused_on_a_line(self):
        theirs = self.product_classes.search(
            [("company_id", "=", self.other_ledger().company_id.id)], limit=1
        )
        move = self.create_invoice(self.line(self.thing))
        with self.assertRaises(UserError):
            move.invoice_line_ids.synkd_product_class_id = theirs

    def test_products_and_categories_are_found_by_their_class(self):
        categories = self.env["product.category"]
        domain = [("synkd_product_class_id", "=", self.department.id)]
        self.assertEqual(categories.search(domain), self.category)
        templates = self.env["product.template"]
        domain = [("synkd_product_class_id", "=", self.direct.id)]
        self.assertEqual(templates.search(domain), self.desk.product_tmpl_id)

    def test_the_class_is_on_the_forms_for_those_with_books_only(self):
        groups = "product.group_product_manager"
        for login, with_books in (("clerk2", True), ("seller2", False)):
            books = ",synkd_connector.group_user" if with_books else ""
            user = self.create_user(login, f"base.group_user,{groups}{books}")
            for model in ("product.template", "product.category"):
                with self.subTest(login=login, model=model):
                    arch = self.env[model].with_user(user).get_view(view_type="form")
                    self.assertEqual(
                        "synkd_product_class_id" in arch["arch"], with_books
                    )
                    Form(self.env[model].with_user(user))
