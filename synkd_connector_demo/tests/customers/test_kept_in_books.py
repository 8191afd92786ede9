# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from dataclasses import replace

from odoo.tests import tagged

from odoo.addons.synkd_connector.lib.results import Email

from ..common import DemoCommon

PRICES = "specific_property_product_pricelist"


@tagged("post_install", "-at_install")
class TestKeptInBooks(DemoCommon):
    """What books keep of a customer besides what its account customer has."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.partner = cls.create_partner("Pier", email="pier@pier.example")
        context = cls.partner.action_create_account_customer()["context"]
        accounts = cls.env["synkd.account.customer"].with_context(**context)
        cls.account = accounts.create({})
        cls.prices = cls.env["product.pricelist"].create({"name": "Trade Prices"})
        cls.seller = cls.create_user("seller", "base.group_user")
        cls.seller.name = "Sally Seller"

    def setUp(self):
        super().setUp()
        self.run_ledger()

    def in_books(self, account=None):
        """Return the customer as the books have him after a run."""
        self.run_ledger()
        name = (account or self.account).name
        return self.stored().filtered(lambda c: c.name == name)

    def limit(self, **unable):
        """Let the books keep less."""
        connector = type(self.env["synkd.connector.demo"])
        original = connector._capabilities
        self.patch(
            connector,
            "_capabilities",
            lambda model, ledger: replace(original(model, ledger), **unable),
        )

    def person(self, name, **values):
        """Create a contact of the customer."""
        parent = {"parent_id": self.partner.id, "email": f"{name}@pier.example"}
        return self.env["res.partner"].create({"name": name} | parent | values)

    def test_each_change_reaches_books_that_keep_it(self):
        for field, value, kept, shown in (
            ("user_id", self.seller.id, "sales_rep", "Sally Seller"),
            (PRICES, self.prices.id, "price_list", "Trade Prices"),
            ("sub_account_code", "PIE-01", "sub_account", "PIE-01"),
        ):
            with self.subTest(field=field):
                self.partner[field] = value
                self.assertEqual(self.account.sync_state, "pending")
                self.assertIn(shown, self.in_books()[kept])
                self.assertEqual(self.account.sync_state, "synced")
                self.partner[field] = False
                self.assertFalse(self.in_books()[kept])

    def test_what_stays_the_same_queues_nothing(self):
        self.partner.user_id = self.seller
        self.run_ledger()
        self.partner.write({"user_id": self.seller.id, "sub_account_code": False})
        self.assertEqual(self.account.sync_state, "synced")

    def test_books_that_do_not_keep_it_are_not_bothered(self):
        names = ("sales_reps", "price_lists", "emails")
        self.limit(**dict.fromkeys(names, False), sub_accounts="")
        self.partner.write({"user_id": self.seller.id, "sub_account_code": "X"})
        self.partner[PRICES] = self.prices
        self.person("Ann", mail_invoices=True)
        self.assertEqual(self.account.sync_state, "synced")
        self.assertIn("sales rep or price list", self.account.unkept)
        self.assertEqual(self.account._to_data().emails, (Email("pier@pier.example"),))

    def test_a_new_name_of_many_sends_none_of_them(self):
        self.partner.write({"user_id": self.seller.id})
        self.partner[PRICES] = self.prices
        self.run_ledger()
        self.seller.name = "Sally Married"
        self.prices.name = "Other Prices"
        self.assertEqual(self.account.sync_state, "synced")
        self.partner.city = "Durban"
        stored = self.in_books()
        self.assertEqual(
            (stored.sales_rep, stored.price_list), ("Sally Married", "Other Prices")
        )

    def test_many_customers_are_queued_by_one_write_without_a_query_each(self):
        def queries(count):
            partners = self.env["res.partner"]
            for number in range(count):
                partners |= self.create_partner(f"Many {number} of {count}")
            for partner in partners:
                context = partner.action_create_account_customer()["context"]
                accounts = self.env["synkd.account.customer"]
                accounts.with_context(**context).create({})
            self.run_ledger()
            start = self.env.cr.sql_log_count
            partners.user_id = self.seller
            self.env.flush_all()
            states = partners.mapped("account_customer_id.sync_state")
            self.assertEqual(states, ["pending"] * count)
            return self.env.cr.sql_log_count - start

        queries(1)
        few, many = queries(2), queries(12)
        self.assertLessEqual(many, few + 4)

    # === whom mails go to ===

    def test_addresses_go_with_what_is_mailed_there(self):
        self.partner.email = "pier@pier.example, desk@pier.example"
        self.person("Ann", mail_invoices=True, mail_statements=True)
        self.person("Bob", mail_invoices=True)
        self.person("Cy")
        self.assertEqual(
            self.account._to_data().emails,
            (
                Email("pier@pier.example"),
                Email("desk@pier.example"),
                Email("Ann@pier.example", ("invoices", "statements")),
                Email("Bob@pier.example", ("invoices",)),
            ),
        )
        self.assertEqual(
            self.in_books().emails.splitlines(),
            [
                "desk@pier.example",
                "Ann@pier.example (invoices, statements)",
                "Bob@pier.example (invoices)",
            ],
        )
        self.assertNotIn("Left out", self.account._explain_next_push({}))

    def test_looking_up_whom_mails_go_to_costs_no_query_each(self):
        accounts, counts = self.account, []
        for number in range(12):
            partner = self.create_partner(f"Many {number}")
            context = partner.action_create_account_customer()["context"]
            accounts |= self.account.with_context(**context).create({})
            self.person(f"P{number}", parent_id=partner.id, mail_invoices=True)
        for some in (accounts, accounts[:3], accounts):
            self.env.flush_all()
            self.env.invalidate_all()
            start = self.env.cr.sql_log_count
            found = [account._get_emails() for account in some]
            counts.append(self.env.cr.sql_log_count - start)
            self.assertEqual(sum(map(len, found)), len(some))
        self.assertEqual(counts[1], counts[2], "the first one fills caches")

    def test_a_branch_is_mailed_as_its_main_customer_unless_it_says_otherwise(self):
        branch = self.create_partner("North", parent_id=self.partner.id)
        context = branch.action_create_account_customer()["context"]
        account = self.env["synkd.account.customer"].with_context(**context).create({})
        self.run_ledger()
        ann = self.person("Ann", mail_orders=True)
        self.assertEqual((account | self.account).mapped("sync_state"), ["pending"] * 2)
        told = "Ann@pier.example (orders)"
        self.assertEqual(self.in_books(account).emails, told)
        ann.parent_id = branch
        self.assertFalse(self.in_books().emails)
        self.assertEqual(self.in_books(account).emails, told)

    def test_every_change_of_a_contact_who_gets_mails_is_sent(self):
        ann = self.person("Ann", mail_invoices=True)
        self.assertEqual(self.in_books().emails, "Ann@pier.example (invoices)")
        ann.email = "ann@other.example"
        self.assertEqual(self.in_books().emails, "ann@other.example (invoices)")
        ann.active = False
        self.assertFalse(self.in_books().emails)
        bob = self.person("Bob", mail_orders=True)
        self.assertEqual(self.in_books().emails, "Bob@pier.example (orders)")
        bob.unlink()
        self.assertFalse(self.in_books().emails)

    def test_without_any_the_payload_is_what_it_was(self):
        names = {"emails", "sales_rep", "price_list", "sub_account"}
        self.assertFalse(names & set(self.account._get_payload()))

    def test_an_answer_that_was_lost_before_the_write_loses_none_of_it(self):
        self.ledger.demo_fault = "lost_before"
        self.partner.user_id = self.seller
        self.run_ledger()
        self.ledger.demo_fault = False
        self.ledger.sudo()._set_resumed()
        self.assertEqual(self.in_books().sales_rep, "Sally Seller")
