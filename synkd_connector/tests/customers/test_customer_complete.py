# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import UserError
from odoo.tests import tagged, users

from ..common import SynkdCommon, load_migration

LINKER = "base.group_user,base.group_partner_manager,synkd_connector.group_user"


@tagged("post_install", "-at_install")
class TestCustomerComplete(SynkdCommon):
    """What a customer lacks, and what that keeps from happening."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.synkd_only_complete = True
        cls.env.ref("base.EUR").active = True
        cls.env.ref("base.USD").active = True
        cls.linker = cls.create_user("linker", LINKER)
        cls.category = cls.env["synkd.customer.category"].create({"name": "Trade"})
        cls.terms = cls.env.ref("account.account_payment_term_30days")
        cls.whole = {
            "contact_name": "Anne",
            "customer_currency_id": cls.company.currency_id.id,
            "user_id": cls.linker.id,
            "customer_category_id": cls.category.id,
            "property_payment_term_id": cls.terms.id,
        }
        cls.pier = cls.create_partner("Pier", **cls.whole)
        cls.surf = cls.create_partner("Surf")
        cls.account = cls.create_account("Pier")

    def lacks(self, partner):
        """Return what a customer lacks, after a look at what the filter says."""
        partner.invalidate_recordset()
        found = self.env["res.partner"].search([("incomplete", "=", True)])
        self.assertEqual(partner in found, partner.incomplete)
        rest = self.env["res.partner"].search([("incomplete", "=", False)])
        self.assertEqual(partner in rest, not partner.incomplete)
        return partner.missing_text

    def test_each_field_is_missed_by_its_name(self):
        self.assertFalse(self.lacks(self.pier))
        self.assertEqual(
            self.lacks(self.surf),
            "Contact Person, Currency, Sales Rep, Category, and Terms",
        )
        for name, label in (
            ("customer_currency_id", "Currency"),
            ("user_id", "Sales Rep"),
            ("customer_category_id", "Category"),
            ("property_payment_term_id", "Terms"),
        ):
            self.pier[name] = False
            self.assertEqual(self.lacks(self.pier), label)
            self.pier[name] = self.whole[name]
        self.pier.child_ids.active = False
        self.assertEqual(self.lacks(self.pier), "Contact Person")

    def test_no_currency_is_asked_for_where_there_is_no_choice(self):
        self.pier.customer_currency_id = False
        others = self.env["res.currency"].search([]) - self.company.currency_id
        others.active = False
        self.assertFalse(self.lacks(self.pier))

    def test_a_sub_customer_has_what_the_main_one_has(self):
        branch = self.create_partner("Pier North", parent_id=self.pier.id)
        shop = self.create_partner("Pier North Shop", parent_id=branch.id)
        self.assertFalse(self.lacks(shop))
        self.pier.property_payment_term_id = False
        self.assertEqual(self.lacks(shop), "Terms")
        branch.property_payment_term_id = self.terms
        self.assertFalse(self.lacks(shop))

    def test_terms_are_those_of_the_company(self):
        other = self.env["res.company"].create({"name": "Other"})
        there = self.pier.with_company(other)
        self.assertEqual(there.missing_text, "Terms")
        found = there.search([("incomplete", "=", True), ("id", "=", self.pier.id)])
        self.assertEqual(found, self.pier)

    def test_people_addresses_and_strangers_are_not_incomplete(self):
        person = self.create_partner(
            "Bo", is_company=False, parent_id=self.surf.id, customer_rank=1
        )
        vendor = self.create_partner("Vendor", customer_rank=0)
        for partner in (person, vendor):
            self.assertFalse(self.lacks(partner))

    @users("linker")
    def test_every_way_to_link_refuses_who_is_incomplete(self):
        surf, links = self.surf.with_env(self.env), self.env["synkd.customer.link"]
        account = self.account.with_env(self.env)
        words = "Surf is incomplete, .* Missing: Contact Person, Currency, .* Terms"
        vals = {"partner_id": surf.id, "account_customer_id": account.id}
        mirror = {"name": "Surf", "mirror_partner_id": surf.id}
        for way in (
            lambda: surf.write({"account_customer_id": account.id}),
            lambda: links.create(vals),
            lambda: links.sudo()._link([(surf, account)]),
            lambda: surf.action_create_account_customer(),
            lambda: account.create(mirror),
        ):
            with self.assertRaisesRegex(UserError, words), self.cr.savepoint():
                way()
        surf.with_context(import_file=True).write(self.whole)
        surf.account_customer_id = account
        self.assertEqual(self.surf.account_customer_id, self.account)

    def test_a_match_is_accepted_for_complete_customers_only(self):
        match = self.env["synkd.match"].create(
            {
                "partner_id": self.surf.id,
                "account_customer_id": self.account.id,
                "ledger_id": self.ledger.id,
            }
        )
        with self.assertRaisesRegex(UserError, "Surf is incomplete"):
            match.action_accept()

    def test_walk_ins_need_nothing(self):
        self.surf.account_customer_id = self.counter
        self.assertEqual(self.surf.account_customer_id, self.counter)

    def test_who_is_linked_already_goes_on_with_another_one(self):
        self.pier.account_customer_id = self.account
        self.pier.user_id = False
        other = self.create_account("Pier Too")
        self.pier.account_customer_id = other
        self.assertEqual(self.pier.account_customer_id, other)

    def test_the_company_may_link_whom_it_likes(self):
        self.company.synkd_only_complete = False
        self.surf.account_customer_id = self.account
        self.assertTrue(self.surf.incomplete, "the filter still says so")

    def test_an_upgrade_leaves_companies_as_they_were(self):
        fresh = self.env["res.company"].create({"name": "Fresh"})
        self.assertTrue(fresh.synkd_only_complete)
        self.env.flush_all()
        script = load_migration("synkd_connector", "19.0.3.0.0", "post-complete")
        script.migrate(self.cr, "19.0.2.0.0")
        self.env.invalidate_all()
        self.assertFalse(fresh.synkd_only_complete)

    def test_200_customers_cost_as_many_queries_as_10(self):
        vals_list = [
            {"name": f"C{n}", "customer_rank": 1, "parent_id": self.pier.id}
            for n in range(210)
        ]
        partners = self.env["res.partner"].create(vals_list)
        counts = []
        for some in (partners[:10], partners[10:]):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            some.mapped("incomplete")
            counts.append(self.cr.sql_log_count - before)
        self.assertEqual(counts[0], counts[1])
