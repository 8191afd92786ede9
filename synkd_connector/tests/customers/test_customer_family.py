# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged, users

from ..common_documents import DocumentsCommon

CLERK = "base.group_partner_manager,account.group_account_invoice"


@tagged("post_install", "-at_install")
class TestCustomerFamily(DocumentsCommon):
    """Main customers and their sub-customers."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.clerk = cls.create_user("clerk", CLERK)
        cls.category = cls.env["synkd.customer.category"].create({"name": "Trade"})
        cls.terms = cls.env.ref("account.account_payment_term_30days")
        cls.euro.active = True
        cls.partner.write(
            {
                "customer_category_id": cls.category.id,
                "customer_currency_id": cls.company.currency_id.id,
                "user_id": cls.clerk.id,
                "property_payment_term_id": cls.terms.id,
            }
        )
        cls.north = cls.create_partner("Hope North", parent_id=cls.partner.id)
        cls.shop = cls.create_partner("Hope North Shop", parent_id=cls.north.id)

    # === ADD === #

    @users("clerk")
    def test_a_sub_customer_begins_with_what_its_main_customer_has(self):
        action = self.north.with_env(self.env).action_add_sub_customer()
        partners = self.env["res.partner"].with_context(**action["context"])
        with Form(partners, "base.view_partner_form") as form:
            self.assertEqual(form.parent_id, self.north)
            self.assertEqual(form.customer_category_id, self.category)
            self.assertEqual(form.property_payment_term_id, self.terms)
            form.name = "Hope Harbour"
            form.sub_account_code = "03"
            form.street = "1 Dock Road"
        made = form.record
        self.assertTrue(made.is_company)
        self.assertEqual(made.customer_rank, 1)
        self.assertEqual(made.user_id, self.clerk)
        self.assertEqual(made.customer_currency_id, self.company.currency_id)
        self.assertEqual(made.account_customer_id, self.account, "inherited")
        self.assertFalse(self.north.street, "its address is its own")
        self.assertIn(made, self.north.sub_customer_ids)
        self.assertEqual(self.north.sub_customer_count, 2)

    def test_who_may_not_write_the_main_customer_adds_none(self):
        reader = self.create_user("reader", "base.group_user")
        with self.assertRaises(AccessError):
            self.partner.with_user(reader).action_add_sub_customer()
        with self.assertRaisesRegex(UserError, "one record .* at a time"):
            (self.north | self.shop).action_add_sub_customer()

    def test_an_address_of_its_own_is_kept_and_never_the_main_customers(self):
        self.partner.street = "1 Main Road"
        made = self.create_partner(
            "Hope Depot", parent_id=self.partner.id, street="9 Dock Road"
        )
        self.assertEqual(made.street, "9 Dock Road")
        self.assertEqual(self.partner.street, "1 Main Road")
        self.partner.street = "2 Main Road"
        self.assertEqual(made.street, "9 Dock Road")

    def test_another_currency_is_its_own(self):
        self.shop.customer_currency_id = self.euro
        moves = [
            self.create_invoice(post=False, partner_id=partner.id)
            for partner in (self.shop, self.north)
        ]
        self.assertEqual(moves[0].currency_id, self.euro)
        self.assertEqual(moves[1].currency_id, self.company.currency_id)

    def test_a_circle_is_refused_by_name(self):
        words = "Hope Works cannot be a sub-customer of Hope North Shop, which is below"
        with self.assertRaisesRegex(ValidationError, words):
            self.partner.parent_id = self.shop
        self.env.invalidate_all()

    # === BALANCE, TREE === #

    def test_the_family_balance_adds_up_all_below(self):
        self.assertEqual(self.partner.family_balance, 0)
        for partner, price in ((self.partner, 100), (self.shop, 1000)):
            self.create_invoice(
                self.line(self.desk, price, taxes=self.env["account.tax"]),
                partner_id=partner.id,
            )
        draft = self.line(self.desk, 50000)
        self.create_invoice(draft, partner_id=self.shop.id, post=False)
        self.env.invalidate_all()
        self.assertEqual(self.partner.family_balance, 1100)
        self.assertEqual(self.north.family_balance, 1000)
        self.assertEqual(self.shop.family_balance, 1000)
        other = self.env["res.company"].create({"name": "Other"})
        self.assertEqual(self.partner.with_company(other).family_balance, 0)

    def test_balances_of_200_cost_as_many_queries_as_those_of_10(self):
        partners = self.env["res.partner"].create(
            [{"name": f"C{n}", "parent_id": self.partner.id} for n in range(210)]
        )
        counts = []
        for some in (partners[:10], partners[10:]):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            some.mapped("family_balance")
            counts.append(self.cr.sql_log_count - before)
        self.assertEqual(counts[0], counts[1])

    @users("clerk")
    def test_the_tree_shows_the_whole_family(self):
        action = self.shop.with_env(self.env).action_view_family()
        self.assertEqual(action["view_mode"].split(",")[0], "hierarchy")
        found = self.env["res.partner"].search(action["domain"])
        self.assertEqual(found, self.partner | self.north | self.shop)
        self.north.contact_name = "Nomsa"
        rows = found.hierarchy_read(
            [("id", "=", self.north.id)],
            {"name": {}},
            "main_customer_id",
            "sub_customer_ids",
        )
        names = {row["name"] for row in rows}
        self.assertEqual(names, {"Hope Works", "Hope North", "Hope North Shop"})

    def test_main_customers_are_found_by_what_is_below_them(self):
        contact = self.create_partner("Anne", is_company=False, parent_id=self.north.id)
        mine = self.partner | self.north | self.shop | contact
        for domain, found in (
            ([("main_customer_id", "=", self.north.id)], self.shop),
            ([("main_customer_id", "=", False)], self.partner | contact),
            ([("main_customer_id", "!=", False)], self.north | self.shop),
            ([("main_customer_id", "ilike", "Hope North")], self.shop),
        ):
            domain = [("id", "in", mine.ids), *domain]
            self.assertEqual(self.env["res.partner"].search(domain), found)

    # === SUB ACC # === #

    def sub_account_of(self, move):
        """Return what a document tells the books of the part of the account."""
        return self.row_of(move)._to_data().as_dict().get("sub_account")

    def test_the_number_goes_to_books_that_have_a_place_for_it(self):
        self.map_all()
        self.shop.sub_account_code = " 01 "
        contact = self.create_partner("Anne", is_company=False, parent_id=self.shop.id)
        move = self.create_invoice(self.line(self.desk), partner_id=contact.id)
        self.assertIsNone(self.sub_account_of(move), "these have none")
        ledger = self.env.registry["synkd.ledger"]
        real = ledger._get_capabilities

        def _get_capabilities(ledger):
            return real(ledger).__class__(**vars(real(ledger)) | {"sub_accounts": "R"})

        self.patch(ledger, "_get_capabilities", _get_capabilities)
        self.assertEqual(self.sub_account_of(move), "01")
        head = self.create_invoice(self.line(self.desk))
        self.assertIsNone(self.sub_account_of(head), "its own, and it has none")
