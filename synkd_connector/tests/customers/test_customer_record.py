# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged, users
from odoo.tools import mute_logger

from ..common import SynkdCommon

SELLER = "base.group_user,base.group_partner_manager"


@tagged("post_install", "-at_install")
class TestCustomerRecord(SynkdCommon):
    """The fields of the customer record, but for the category."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.create_user("seller", SELLER)
        cls.pier = cls.create_partner("Pier")
        cls.surf = cls.create_partner("Surf")

    # === TRACKING NUMBER === #

    @users("seller")
    def test_a_tracking_number_is_one_click_away(self):
        pier = self.pier.with_env(self.env)
        pier.action_generate_tracking()
        self.assertEqual(pier.tracking_number, "T000001")
        pier.action_generate_tracking()
        self.assertEqual(pier.tracking_number, "T000001", "it has one")
        self.surf.tracking_number = "t000002"
        third = self.env["res.partner"].create({"name": "Third"})
        third.action_generate_tracking()
        self.assertEqual(third.tracking_number, "T000003", "2 is taken")

    def test_any_pattern_by_sequence_and_automatic(self):
        sequence = self.env["ir.sequence"].create(
            {"name": "C", "prefix": "KDU-", "suffix": "/A", "padding": 3}
        )
        self.company.synkd_tracking_sequence_id = sequence
        self.company.synkd_tracking_automatic = True
        made = self.env["res.partner"].create(
            [
                {"name": "One", "customer_rank": 1},
                {"name": "Two", "customer_rank": 1, "tracking_number": " MINE "},
                {"name": "Vendor"},
                {"name": "Person", "customer_rank": 1, "parent_id": self.pier.id},
                {
                    "name": "Branch",
                    "customer_rank": 1,
                    "parent_id": self.pier.id,
                    "is_company": True,
                },
            ]
        )
        self.assertEqual(
            made.mapped("tracking_number"),
            ["KDU-001/A", "MINE", False, False, "KDU-002/A"],
        )
        self.assertFalse(made[0].copy().tracking_number == "KDU-001/A")

    @mute_logger("odoo.sql_db")
    def test_no_other_customer_of_the_company_has_it(self):
        other = self.env["res.company"].create({"name": "Other"})
        self.pier.write({"tracking_number": "K1", "company_id": self.company.id})
        self.create_partner("There", tracking_number="k1", company_id=other.id)
        words = "Tracking # k1 of Surf is that of Pier already"
        with self.assertRaisesRegex(ValidationError, words), self.cr.savepoint():
            self.surf.tracking_number = "k1"
        with self.assertRaises(ValidationError), self.cr.savepoint():
            self.create_partner("Third", tracking_number=" K1 ")
        with self.assertRaises(Exception) as caught, self.cr.savepoint():
            self.cr.execute(
                "UPDATE res_partner SET tracking_number = 'k1', company_id = %s"
                " WHERE id = %s",
                [self.company.id, self.surf.id],
            )
        message = self.surf._sql_error_to_message(caught.exception)
        self.assertIn("Another customer has this Tracking # already", message)

    def test_merged_customers_keep_one_number(self):
        self.surf.tracking_number = "S1"
        third = self.create_partner("Third", tracking_number="T1")
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((self.surf | self.pier).ids, self.pier)
        self.assertEqual(self.pier.tracking_number, "S1")
        wizard._merge((third | self.pier).ids, self.pier)
        self.assertEqual(self.pier.tracking_number, "S1")

    def test_merged_customers_keep_one_line_for_each_sales_rep(self):
        rep, other = (self.create_user(n, "base.group_user") for n in ("rep", "other"))
        self.pier.rep_ids = [(0, 0, {"user_id": rep.id, "commission": 5})]
        self.surf.rep_ids = [
            (0, 0, {"user_id": rep.id, "commission": 9}),
            (0, 0, {"user_id": other.id, "commission": 2}),
        ]
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((self.surf | self.pier).ids, self.pier)
        self.assertEqual(self.pier._get_rep(rep).commission, 5, "its own stays")
        self.assertEqual(len(self.pier._get_rep(rep)), 1)

    def test_numbers_are_found_by_index(self):
        numbers = """INSERT INTO res_partner
                (id, name, complete_name, type, autopost_bills, active, is_company,
                 tracking_number, sub_account_code)
           SELECT -n, 'C' || n, 'C' || n, 'contact', 'ask', true, true,
                  'X' || (1000000 + n), 'S' || (1000000 + n)
             FROM generate_series(1, 20000) n"""
        codes = """INSERT INTO synkd_account_customer
                (id, name, ledger_id, currency_id, code, active, sync_state, revision,
                 own_key, origin)
           SELECT -n, 'C' || n, 1, 1, 'E' || (1000000 + n), true, 'synced', 1,
                  'K' || n, 'here'
             FROM generate_series(1, 20000) n"""
        self.cr.execute("SET LOCAL enable_seqscan = off")
        for model, insert, names in (
            ("res.partner", numbers, ("tracking_number", "sub_account_code")),
            ("synkd.account.customer", codes, ("code",)),
        ):
            self.use_twin(self.env[model]._table, insert)
            for name in names:
                query = self.env[model]._search([(name, "ilike", "1012345")])
                self.cr.execute(f"EXPLAIN {self.as_text(query.select())}")
                plan = "\n".join(line for (line,) in self.cr.fetchall())
                self.assertIn(f"_{name}_idx", plan)

    def use_twin(self, table, insert):
        """Put a table of the same indexes before one: young indexes are not used.

        The server leaves a new index alone while older transactions run.
        """
        self.env.flush_all()
        self.cr.execute(
            f"CREATE TEMP TABLE {table} (LIKE public.{table} INCLUDING INDEXES)"
        )
        self.addCleanup(self.cr.execute, f"DROP TABLE pg_temp.{table}")
        self.cr.execute(insert)
        self.cr.execute(
            "SELECT indexname FROM pg_indexes WHERE tablename = %s AND schemaname LIKE"
            " 'pg_temp%%' AND indexdef LIKE '%%UNIQUE%%'",
            [table],
        )
        for (name,) in self.cr.fetchall():
            if not name.endswith("_pkey"):
                self.cr.execute(f"DROP INDEX pg_temp.{name}")
        self.cr.execute(f"ANALYZE {table}")

    def as_text(self, sql):
        """Return a statement with its parameters."""
        return self.cr.mogrify(sql.code, sql.params).decode()

    # === CONTACT === #

    @users("seller")
    def test_the_contact_is_the_first_person(self):
        pier = self.pier.with_env(self.env)
        self.assertFalse(pier.contact_name)
        pier.contact_name = "Anne"
        self.assertEqual(pier.child_ids.mapped("name"), ["Anne"])
        pier.contact_name = " Bo "
        self.assertEqual(pier.child_ids.mapped("name"), ["Bo"], "the same person")
        pier.contact_name = False
        self.assertEqual(pier.contact_name, "Bo", "nobody is deleted by an empty cell")
        person = self.env["res.partner"].create({"name": "Zoe"})
        self.assertEqual(person.contact_name, "Zoe")

    def test_branches_and_delivery_addresses_are_no_contact(self):
        self.create_partner("Pier North", parent_id=self.pier.id)
        for kind in ("delivery", "invoice"):
            vals = {"is_company": False, "parent_id": self.pier.id, "type": kind}
            self.create_partner(kind, **vals)
        self.assertEqual(self.pier.contact_name, "invoice")
        self.pier.contact_name = "invoice"
        self.assertEqual(len(self.pier.child_ids), 3)

    def test_customers_are_found_by_contact(self):
        self.pier.contact_name = "Anne"
        person = self.create_partner("Annette", is_company=False)
        mine = [("id", "in", (self.pier | self.surf | person).ids)]
        partners = self.env["res.partner"]
        for domain, found in (
            ([("contact_name", "ilike", "anne")], self.pier | person),
            ([("contact_name", "=", False)], self.surf),
            ([("contact_name", "!=", False)], self.pier | person),
        ):
            self.assertEqual(partners.search(mine + domain, order="id"), found)

    # === ADDRESSES === #

    def copy_address(self, source, target):
        """Copy an address by the dialog, and return what it said before."""
        action = self.pier.action_copy_address()
        wizard = self.env[action["res_model"]].browse(action["res_id"])
        wizard.write({"source": source, "target": target})
        said = wizard.copied, wizard.replaced
        wizard.action_confirm()
        return said

    def test_an_address_is_copied_to_another(self):
        self.pier.write({"street": "1 Dock Road", "city": "Durban"})
        copied, replaced = self.copy_address("main", "postal")
        self.assertIn("1 Dock Road", copied)
        self.assertIn("the address is new", replaced)
        postal = self.pier.child_ids
        self.assertEqual((postal.type, postal.street), ("postal", "1 Dock Road"))
        self.assertEqual(postal.type_address_label, "Postal Address")
        self.assertIn("Postal", postal.display_name)
        postal.write({"street": "Box 5", "zip": "4001"})
        self.assertEqual(self.pier.street, "1 Dock Road", "an address of its own")
        copied, replaced = self.copy_address("postal", "main")
        self.assertIn("Box 5", copied)
        self.assertIn("1 Dock Road", replaced)
        self.assertEqual((self.pier.street, self.pier.zip), ("Box 5", "4001"))

    def test_what_cannot_be_copied_is_said(self):
        with self.assertRaisesRegex(UserError, "Pier has no delivery address"):
            self.copy_address("delivery", "main")
        with self.assertRaisesRegex(UserError, "Main is chosen on both sides"):
            self.copy_address("main", "main")
        reader = self.create_user("reader", "base.group_user")
        with self.assertRaises(AccessError):
            self.pier.with_user(reader).action_copy_address()

    # === THE REST === #

    def test_nobody_factors_himself(self):
        with self.assertRaisesRegex(ValidationError, "Pier cannot be factored by itse"):
            self.pier.factor_id = self.pier

    def test_customers_of_a_site_are_filtered(self):
        site = self.env["res.company"].create(
            {"name": "Harbour", "parent_id": self.company.id}
        )
        self.surf.site_ids = site
        self.env.user.group_ids |= self.env.ref("base.group_multi_company")
        arch = self.env["res.partner"].get_view(view_type="search")["arch"]
        self.assertIn("site_ids", arch)
        self.assertTrue(self.pier.web_sales, "unless somebody says no")

    @users("seller")
    def test_a_seller_without_books_fills_the_record(self):
        with Form(self.env["res.partner"], "base.view_partner_form") as form:
            form.name = "Anchor"
            form.contact_name = "Anne"
            form.sub_account_code = "01"
            form.web_sales = False
            form.factor_id = self.surf.with_env(self.env)
        record = form.record
        self.assertEqual(record.contact_name, "Anne")
        self.assertEqual(record.factor_id, self.surf)
        self.assertTrue(record.properties is not None)
