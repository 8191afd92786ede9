# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged, users

from ..common import SynkdCommon

PARTNER_USER = "base.group_user,base.group_partner_manager,synkd_connector.group_user"


@tagged("post_install", "-at_install")
class TestPartner(SynkdCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.linker = cls.create_user("linker", PARTNER_USER)
        cls.seller = cls.create_user(
            "seller", "base.group_user,base.group_partner_manager"
        )
        cls.hope = cls.create_account("Hope Works")
        cls.storm = cls.create_account("Danny Storm")
        cls.group = cls.create_partner("Titan Group")
        cls.branch = cls.create_partner("Titan North", parent_id=cls.group.id)
        cls.shop = cls.create_partner("Titan North Shop", parent_id=cls.branch.id)
        cls.family = cls.group | cls.branch | cls.shop

    def links(self, partner):
        """Return the live links of a partner itself."""
        return self.env["synkd.customer.link"].search([("partner_id", "=", partner.id)])

    def found(self, *domain):
        """Return the family members that a search finds."""
        return self.env["res.partner"].search(
            [("id", "in", self.family.ids), *domain], order="id"
        )

    # === the account customer of a customer ===

    def test_branches_use_the_nearest_ancestors_account(self):
        self.assertFalse(self.shop.account_customer_id)
        self.group.account_customer_id = self.hope
        for partner in self.family:
            self.assertEqual(partner.account_customer_id, self.hope)
            self.assertEqual(partner.account_link_partner_id, self.group)
        self.branch.account_customer_id = self.storm
        self.assertEqual(self.shop.account_customer_id, self.storm)
        self.assertEqual(self.shop.account_code, self.storm.code)
        self.assertEqual(self.group.account_customer_id, self.hope)

    def test_grandchildren_follow_a_branch_that_moves_to_another_parent(self):
        other = self.create_partner("Other Group", account_customer_id=self.storm.id)
        self.group.account_customer_id = self.hope
        self.assertEqual(self.shop.account_customer_id, self.hope)
        self.branch.parent_id = other
        self.assertEqual(self.shop.account_customer_id, self.storm)
        self.assertEqual(self.shop.customer_class_id, self.class_account)

    def test_contacts_of_a_company_are_billed_as_the_company(self):
        self.group.account_customer_id = self.hope
        person = self.create_partner("Pat", is_company=False, parent_id=self.group.id)
        self.assertEqual(person.account_customer_id, self.hope)
        self.assertFalse(self.links(person))

    @users("linker")
    def test_choosing_the_inherited_account_makes_no_link_of_its_own(self):
        self.group.account_customer_id = self.hope
        branch = self.branch.with_env(self.env)
        branch.account_customer_id = self.hope
        self.assertFalse(self.links(branch))
        branch.account_customer_id = self.storm
        self.assertTrue(self.links(branch))
        branch.account_customer_id = self.hope
        self.assertFalse(self.links(branch), "it follows its parent again")
        self.assertEqual(branch.account_customer_id, self.hope)
        self.assertEqual(branch.account_link_partner_id, self.group)

    @users("linker")
    def test_clearing_ends_the_own_link_and_shows_the_inherited_one_again(self):
        self.group.account_customer_id = self.hope
        branch = self.branch.with_env(self.env)
        branch.account_customer_id = self.storm
        branch.account_customer_id = False
        self.assertEqual(branch.account_customer_id, self.hope)
        self.group.account_customer_id = False
        self.assertFalse(branch.account_customer_id)
        self.assertFalse(self.shop.account_customer_id)

    @users("linker")
    def test_changing_the_account_replaces_the_link_and_keeps_its_history(self):
        group = self.group.with_env(self.env)
        group.account_customer_id = self.hope
        group.account_customer_id = self.storm
        self.assertEqual(len(group.customer_link_ids), 2)
        ended = group.customer_link_ids.filtered(lambda link: not link.active)
        self.assertEqual(ended.account_customer_id, self.hope)
        self.assertEqual(ended.unlinked_by_id, self.linker)

    def test_many_customers_are_linked_in_one_write_and_in_one_create(self):
        self.family.write({"account_customer_id": self.hope.id})
        self.assertEqual(self.family.account_customer_id, self.hope)
        self.assertEqual(self.links(self.shop).account_customer_id, self.hope)
        made = self.env["res.partner"].create(
            [
                {"name": "One", "account_customer_id": self.hope.id},
                {"name": "Two", "account_customer_id": self.storm.id},
                {"name": "Three", "account_customer_id": False},
                {"name": "Four", "parent_id": self.group.id},
            ]
        )
        self.assertEqual(
            [partner.account_customer_id.id for partner in made],
            [self.hope.id, self.storm.id, False, self.hope.id],
        )

    @users("linker")
    def test_an_unsaved_form_shows_the_account_of_the_parent_it_has_now(self):
        self.group.account_customer_id = self.hope
        with Form(self.env["res.partner"]) as form:
            form.name = "Titan South"
            self.assertFalse(form.account_customer_id)
            form.parent_id = self.group.with_env(self.env)
            self.assertEqual(form.account_customer_id, self.hope)
        partner = form.record
        self.assertEqual(partner.account_customer_id, self.hope)
        self.assertFalse(self.links(partner), "inherited, not linked")

    def test_a_branch_company_uses_the_books_of_its_parent(self):
        site = self.env["res.company"].create(
            {"name": "Durban Site", "parent_id": self.company.id}
        )
        user = self.create_user("site", PARTNER_USER, company=site)
        self.group.account_customer_id = self.hope
        group = self.group.with_user(user).with_context(allowed_company_ids=site.ids)
        self.assertEqual(group.account_customer_id, self.hope)
        group.account_customer_id = self.storm
        self.assertEqual(self.group.account_customer_id, self.storm)

    def test_each_company_sees_the_account_of_its_own_books(self):
        other = self.env["res.company"].create({"name": "Other"})
        ledger = self.create_ledger(company_id=other.id)
        theirs = self.create_account("Titan", ledger_id=ledger.id, class_id=False)
        self.group.account_customer_id = self.hope
        there = self.group.with_context(allowed_company_ids=other.ids)
        self.assertFalse(there.account_customer_id)
        there.account_customer_id = theirs
        self.assertEqual(there.account_customer_id, theirs)
        self.assertEqual(self.group.account_customer_id, self.hope)
        self.assertEqual(len(self.links(self.group)), 2)

    def test_200_customers_cost_as_many_queries_as_one(self):
        partners = self.env["res.partner"].create(
            [{"name": f"Customer {n}", "parent_id": self.group.id} for n in range(200)]
        )
        self.group.account_customer_id = self.hope
        names = ["account_customer_id", "account_code", "account_sync_state"]
        counts = []
        for some in (partners[:1], partners):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            some.read([*names, "customer_class_id"])
            counts.append(self.cr.sql_log_count - before)
        self.assertEqual(counts[0], counts[1])

    def test_200_customers_with_links_of_their_own_cost_as_many_queries_as_two(self):
        names = [f"Customer {n}" for n in range(200)]
        partners = self.env["res.partner"].create([{"name": name} for name in names])
        accounts = self.env["synkd.account.customer"].create(
            [{"name": name, "ledger_id": self.ledger.id} for name in names]
        )
        self.env["synkd.customer.link"]._link(zip(partners, accounts, strict=True))
        counts = []
        for some in (partners, partners[:2]):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            some.read(["account_link_partner_id", "account_code", "account_overdue"])
            counts.append(self.cr.sql_log_count - before)
        self.assertEqual(counts[0], counts[1])

    def test_links_of_200_customers_in_one_write_cost_few_queries(self):
        partners = self.env["res.partner"].create(
            [{"name": f"Customer {n}"} for n in range(210)]
        )
        counts = []
        for some in (partners[:10], partners[10:]):
            self.env.flush_all()
            before = self.cr.sql_log_count
            some.write({"account_customer_id": self.hope.id})
            self.env.flush_all()
            counts.append(self.cr.sql_log_count - before)
        self.assertLess(counts[1], counts[0] + 10)

    # === search ===

    def test_search_by_account_finds_branches_too(self):
        self.group.account_customer_id = self.hope
        self.shop.account_customer_id = self.storm
        is_hope = self.group | self.branch
        for domain, expected in (
            ([("account_customer_id", "=", self.hope.id)], is_hope),
            ([("account_customer_id", "!=", self.hope.id)], self.shop),
            ([("account_customer_id", "in", self.hope.ids)], is_hope),
            ([("account_customer_id", "not in", self.hope.ids)], self.shop),
            ([("account_customer_id", "in", [False, self.storm.id])], self.shop),
            ([("account_customer_id", "=", False)], self.env["res.partner"]),
            ([("account_customer_id", "!=", False)], self.family),
            ([("account_customer_id", "ilike", "storm")], self.shop),
            ([("account_customer_id", "ilike", self.hope.code)], is_hope),
            ([("account_customer_id", "not ilike", "storm")], is_hope),
            ([("account_customer_id.name", "=", "Hope Works")], is_hope),
            (
                [("account_customer_id.class_id", "=", self.class_account.id)],
                self.family,
            ),
            ([("account_customer_id.sync_state", "=", "pending")], self.family),
            ([("account_customer_id.sync_state", "=", "synced")], self.family.browse()),
            ([("account_customer_id", "any", [("name", "=", "Hope Works")])], is_hope),
            (
                [("account_customer_id", "not any", [("name", "=", "Hope Works")])],
                self.shop,
            ),
            ([("account_code", "=", self.storm.code)], self.shop),
            ([("account_sync_state", "=", "pending")], self.family),
            ([("customer_class_id", "=", self.class_account.id)], self.family),
        ):
            with self.subTest(domain=domain):
                self.assertEqual(self.found(*domain), expected)

    def test_search_for_customers_without_an_account(self):
        self.branch.account_customer_id = self.hope
        self.assertEqual(self.found(("account_customer_id", "=", False)), self.group)
        self.assertEqual(
            self.found(("account_customer_id", "!=", False)), self.branch | self.shop
        )
        self.assertEqual(
            self.found(("account_customer_id", "not any", [("name", "=", "None")])),
            self.family,
        )

    def test_search_finds_customers_of_archived_accounts(self):
        self.group.account_customer_id = self.hope
        self.hope.active = False
        self.assertIn(
            self.group, self.found(("account_customer_id", "=", self.hope.id))
        )
        self.assertNotIn(self.group, self.found(("account_customer_id", "=", False)))

    @users("seller")
    def test_a_seller_without_books_opens_and_lists_customers(self):
        self.group.account_customer_id = self.hope
        partners = self.env["res.partner"]
        for kind in ("form", "list", "search"):
            arch = partners.get_view(view_type=kind)["arch"]
            self.assertNotIn("account_customer_id", arch)
        with Form(self.group.with_env(self.env)) as form:
            form.phone = "031 785 4785"
        self.assertEqual(self.group.phone, "031 785 4785")
        with self.assertRaises(AccessError):
            self.group.with_env(self.env).read(["account_customer_id"])

    # === copy, merge, archive, delete ===

    def test_a_copy_is_not_linked(self):
        self.group.account_customer_id = self.hope
        self.assertFalse(self.group.copy().account_customer_id)

    def merge(self, sources, target):
        """Merge customers as the wizard of Contacts does."""
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((sources | target).ids, target)

    def test_merging_brings_the_link_to_the_customer_that_stays(self):
        twin = self.create_partner("Titan")
        twin.account_customer_id = self.hope
        self.hope.mirror_partner_id = twin
        self.merge(twin, self.group)
        self.assertFalse(twin.exists())
        self.assertEqual(self.group.account_customer_id, self.hope)
        self.assertEqual(self.hope.mirror_partner_id, self.group)

    def test_merging_linked_customers_keeps_the_link_of_the_one_that_stays(self):
        twin = self.create_partner("Titan", account_customer_id=self.storm.id)
        third = self.create_partner("Titan Too", account_customer_id=self.storm.id)
        self.group.account_customer_id = self.hope
        self.merge(twin | third, self.group)
        self.assertEqual(self.group.account_customer_id, self.hope)
        history = self.group.customer_link_ids
        self.assertEqual(len(history), 3, "no link is lost")
        self.assertEqual(len(history.filtered("active")), 1)

    def test_a_linked_customer_is_archived_and_not_deleted(self):
        self.group.account_customer_id = self.hope
        with self.assertRaisesRegex(
            UserError, "Titan Group is or was linked .*Archive"
        ):
            self.group.unlink()
        self.family.action_archive()
        self.assertFalse(self.group.active)
        self.assertTrue(self.hope.active, "the books' customer is another matter")
        self.assertEqual(self.group.account_customer_id, self.hope)
        never = self.create_partner("Never linked")
        never.unlink()
        self.assertFalse(never.exists())

    # === why ===

    def why(self, partner):
        """Return the sentence of the Why? button."""
        return partner.action_synkd_why()["params"]["message"]

    @users("linker")
    def test_why_says_where_documents_go(self):
        group, branch = self.group.with_env(self.env), self.branch.with_env(self.env)
        self.assertIn("Titan Group has no account customer", self.why(group))
        group.account_customer_id = self.hope
        self.assertEqual(
            self.why(group),
            "Documents of Titan Group are posted to account customer"
            f" {self.hope.display_name}.",
        )
        self.assertRegex(self.why(branch), r"The link is that of Titan Group\.$")

    def test_why_says_what_stops_documents(self):
        self.group.account_customer_id = self.hope
        for values, sentence in (
            ({"class_id": False}, "has no class"),
            ({"class_id": self.class_decide.id}, "lets you decide"),
            ({"class_id": self.class_account.id, "held": True}, "is on hold"),
            ({"held": False, "active": False}, "is archived"),
        ):
            self.hope.write(values)
            self.assertIn(sentence, self.why(self.group))

    def test_why_says_that_the_books_refused_the_customer(self):
        self.group.account_customer_id = self.hope
        self.hope.sudo()._set_attention("Its name is odd.")
        self.assertIn("The books refused account customer", self.why(self.group))
        self.assertIn("Its name is odd.", self.why(self.group))
        self.hope.class_id = self.class_generic
        self.assertNotIn("refused", self.why(self.group))
        self.counter.sudo()._set_attention("Its code is odd.")
        self.assertIn("Its code is odd.", self.why(self.group))

    def test_why_answers_without_books(self):
        self.ledger.active = False
        self.assertIn("has no account customer", self.why(self.group))

    def test_why_names_the_shared_customer_of_a_generic_class(self):
        self.hope.class_id = self.class_generic
        self.group.account_customer_id = self.hope
        self.assertIn(
            f"posted to account customer {self.counter.display_name}",
            self.why(self.group),
        )
        self.counter.held = True
        self.assertIn(f"{self.counter.display_name} is on hold", self.why(self.group))

    def test_a_walk_in_linked_to_the_shared_customer_posts_to_it(self):
        self.group.account_customer_id = self.counter
        decision = self.group._synkd_decide()
        self.assertTrue(decision.ready)
        self.assertEqual(decision.target_id, self.counter.id)

    # === create new account customer ===

    @users("linker")
    def test_create_new_account_customer_is_prefilled_and_linked_on_save(self):
        group = self.group.with_env(self.env)
        self.group.write(
            {
                "email": "info@titan.co.za",
                "vat": "4010101010",
                "credit_limit": 75000000.0,
                "property_payment_term_id": self.env.ref(
                    "account.account_payment_term_30days"
                ).id,
            }
        )
        self.create_partner(
            "Anne Accounts", is_company=False, type="invoice", parent_id=self.group.id
        )
        self.create_partner(
            "Depot",
            is_company=False,
            type="delivery",
            parent_id=self.group.id,
            street="1 Dock Road",
        )
        action = group.action_create_account_customer()
        form = Form(self.env[action["res_model"]].with_context(**action["context"]))
        self.assertEqual(form.name, "Titan Group")
        account = form.save()
        self.assertEqual(account.email, "info@titan.co.za")
        self.assertEqual(account.contact_name, "Anne Accounts")
        self.assertEqual(account.delivery_street, "1 Dock Road")
        self.assertEqual(account.credit_limit, 75000000.0)
        self.assertEqual(account.payment_term_id.line_ids.nb_days, 30)
        self.assertEqual(group.account_customer_id, account)
        self.assertEqual(account.mirror_partner_id, group)
        with self.assertRaisesRegex(UserError, "linked to .* already. Unlink it first"):
            group.action_create_account_customer()

    def test_a_branch_is_not_the_contact_of_its_parent(self):
        vals = self.hope._prepare_from_partner(self.group)
        self.assertFalse(vals["contact_name"])

    def test_a_branch_that_inherits_can_get_an_account_of_its_own(self):
        self.group.account_customer_id = self.hope
        context = self.branch.action_create_account_customer()["context"]
        account = self.env["synkd.account.customer"].with_context(**context).create({})
        self.assertEqual(self.branch.account_customer_id, account)
        self.assertEqual(self.group.account_customer_id, self.hope)

    def test_a_company_without_books_is_told_so(self):
        other = self.env["res.company"].create({"name": "Bookless"})
        partner = self.group.with_context(allowed_company_ids=other.ids)
        with self.assertRaisesRegex(UserError, "Bookless has no ledger"):
            partner.action_create_account_customer()
        with self.assertRaisesRegex(UserError, "Bookless has no ledger"):
            partner.action_synkd_sync()

    def test_an_account_of_other_books_is_refused(self):
        other = self.env["res.company"].create({"name": "Other"})
        ledger = self.create_ledger(company_id=other.id, name="Other books")
        theirs = self.create_account("Titan", ledger_id=ledger.id, class_id=False)
        with self.assertRaisesRegex(UserError, "is in Other books"):
            self.group.account_customer_id = theirs
        user = self.linker
        with self.assertRaises(AccessError):
            self.group.with_user(user).account_customer_id = theirs.with_user(user)

    def test_a_parent_cycle_is_refused_and_one_in_the_database_does_not_hang(self):
        with self.assertRaises(ValidationError):
            self.group.parent_id = self.shop
        self.env.flush_all()
        self.cr.execute(
            "UPDATE res_partner SET parent_id = %s WHERE id = %s",
            [self.shop.id, self.group.id],
        )
        self.env.invalidate_all()
        self.assertFalse(self.shop.account_customer_id)
        self.env["synkd.customer.link"].sudo()._link([(self.branch, self.hope)])
        self.assertEqual(self.group.account_customer_id, self.hope)
        found = self.found(("account_customer_id", "=", self.hope.id))
        self.assertEqual(found, self.family)


@tagged("post_install", "-at_install")
class TestPartnerGroups(SynkdCommon):
    """Customers are grouped by the class of the account customer that they use."""

    def test_customers_are_grouped_by_class(self):
        account = self.create_account("Hope")
        mine = self.create_partner("Own link")
        branch = self.create_partner("Branch", parent_id=mine.id)
        counter = self.create_partner("Walk-in", parent_id=mine.id)
        none = self.create_partner("Not linked")
        self.env["synkd.customer.link"]._link(
            [(mine, account), (counter, self.counter)]
        )
        every = mine | branch | counter | none
        partners = self.env["res.partner"].with_company(self.company)
        domain = [("id", "in", every.ids)]
        groups = partners._read_group(domain, ["customer_class_id"], ["id:recordset"])
        self.assertEqual(
            {group.name: found for group, found in groups},
            {"Account": mine | branch, "Counter sales": counter, False: none},
        )
        web = partners.web_read_group(domain, ["customer_class_id"], ["__count"])
        for group in web["groups"]:
            found = partners.search([*domain, *group["__extra_domain"]])
            self.assertEqual(len(found), group["__count"], "what opens is what counts")

    def test_filter_is_on_the_customer_list(self):
        view = self.env.ref("base.view_res_partner_filter")
        arch = self.env["res.partner"].get_view(view.id, "search")["arch"]
        self.assertIn("by_customer_class", arch)
        fields = self.env["res.partner"].fields_get(
            ["customer_class_id"], ["groupable"]
        )
        self.assertTrue(fields["customer_class_id"]["groupable"])
