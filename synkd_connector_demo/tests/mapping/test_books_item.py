# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date

from odoo.exceptions import AccessError
from odoo.tests import tagged, users

from odoo.addons.synkd_connector.lib.documents import ListItem, Lists
from odoo.addons.synkd_connector.tests.common_documents import ITEMS, DocumentsCommon

from ..common import DemoCommon


@tagged("post_install", "-at_install")
class TestBooksItem(DocumentsCommon, DemoCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.map_all()
        cls.create_user("manager", "synkd_connector.group_manager")
        cls.create_user("clerk", "synkd_connector.group_user")

    def take(self, *items, lock_date="", ledger=None):
        """Take lists over."""
        self.items._take(ledger or self.ledger, Lists(items, lock_date))

    def live(self, ledger=None):
        """Return the identities of the live items."""
        domain = [("ledger_id", "=", (ledger or self.ledger).id)]
        return set(self.items.search(domain).mapped("external_id"))

    def test_lists_are_taken_over(self):
        self.assertEqual(self.live(), {item.external_id for item in ITEMS})
        tax = self.item("t15")
        self.assertEqual((tax.kind, tax.code, tax.rate), ("tax", "OUT15", 15.0))
        self.assertEqual(tax.company_id, self.company)
        self.assertEqual(tax.display_name, "OUT15 · Standard rate sales")
        self.assertTrue(self.ledger.lists_pulled_at)
        self.assertFalse(self.ledger.lists_lock_date)

    def test_lists_of_a_kind_that_the_connector_names(self):
        category = ListItem("category", "cat1", "RET", "Retail")
        with self.assertLogs("odoo.addons.synkd_connector", "WARNING"):
            (left,) = self.items._take(self.ledger, Lists((*ITEMS, category)))
        self.assertEqual(left.name, "RET Retail")
        self.assertNotIn("cat1", self.live())
        connector = type(self.env["synkd.connector.demo"])
        self.patch(connector, "_list_kinds", (("category", "Customer Category"),))
        self.assertFalse(self.items._take(self.ledger, Lists((*ITEMS, category))))
        self.assertEqual(self.item("cat1").kind, "category")
        kinds = dict(self.items._fields["kind"]._description_selection(self.env))
        self.assertEqual(kinds["category"], "Customer Category")

    def test_the_end_of_the_closed_period_is_kept_and_lifted(self):
        self.take(*ITEMS, lock_date="2026-02-28")
        self.assertEqual(self.ledger.lists_lock_date, date(2026, 2, 28))
        self.take(*ITEMS)
        self.assertFalse(self.ledger.lists_lock_date)

    def test_a_renamed_entry_keeps_its_row_and_its_mappings(self):
        tax = self.item("t15")
        mapping = self.mappings.search([("item_id", "=", tax.id)])
        renamed = ListItem("tax", "t15", "S15", "Sales 15,5", "15.5000")
        self.take(*[e for e in ITEMS if e.external_id != "t15"], renamed)
        self.assertEqual((tax.code, tax.name, tax.rate), ("S15", "Sales 15,5", 15.5))
        self.assertEqual(mapping.item_id, tax)
        self.assertTrue(mapping.is_mapped)

    def test_a_removed_entry_is_archived_and_its_mapping_is_open_again(self):
        mapping = self.mappings.search([("kind", "=", "bank")])
        self.take(*[e for e in ITEMS if e.kind != "bank"])
        bank = self.item("b1")
        self.assertFalse(bank.active)
        self.assertFalse(mapping.is_mapped)
        self.assertEqual(self.mappings.search([("is_mapped", "=", False)]), mapping)
        self.take(*ITEMS)
        self.assertTrue(bank.active)
        self.assertTrue(mapping.is_mapped)

    def test_empty_lists_and_doubles_are_borne(self):
        self.take()
        self.assertFalse(self.live())
        self.take(ITEMS[0], ITEMS[0])
        self.assertEqual(self.live(), {ITEMS[0].external_id})

    def test_the_same_identity_in_two_lists_is_two_items(self):
        self.take(ListItem("account", "x", "1", "A"), ListItem("bank", "x", "1", "A"))
        self.assertEqual(len(self.item("x")), 2)

    def test_an_entry_without_code_is_named_by_its_identity(self):
        self.take(ListItem("item", "x9", "", ""))
        self.assertEqual(self.item("x9").code, "x9")

    def test_other_books_are_left_alone(self):
        company = self.env["res.company"].create({"name": "Other"})
        ledger = self.create_ledger(company_id=company.id, name="Theirs")
        self.take(ITEMS[0], ledger=ledger)
        self.assertEqual(self.live(ledger), {ITEMS[0].external_id})
        self.take(ledger=ledger)
        self.assertEqual(len(self.live()), len(ITEMS))

    def test_long_lists_cost_as_many_queries_as_short_ones(self):
        counts = []
        for size in (5, 10, 2000):
            items = [ListItem("item", f"n{n}", f"N{n}", "New") for n in range(size)]
            self.env.flush_all()
            before = self.cr.sql_log_count
            self.take(*ITEMS, *items)
            counts.append(self.cr.sql_log_count - before)
        self.assertEqual(*counts[1:])

    def test_taking_the_same_lists_again_writes_no_item(self):
        item = self.item("t15")
        self.cr.execute("UPDATE synkd_books_item SET write_date = '2026-01-01'")
        self.take(*ITEMS)
        self.assertEqual(item.write_date.date(), date(2026, 1, 1))

    def test_a_new_item_frees_the_waiting_documents(self):
        stool = self.create_product(
            "Stool", default_code="STOOL", synkd_product_class_id=self.direct.id
        )
        row = self.row_of(self.create_invoice(self.line(stool)))
        self.assertEqual((row.sync_state, row.reason), ("attention", "unmapped"))
        self.take(*ITEMS, ListItem("item", "i2", "Stool", "Stool"))
        self.assertEqual(row.sync_state, "pending")

    def test_entries_are_found_by_code_and_name(self):
        for text in ("OUT15", "Standard rate"):
            found = self.items.name_search(text, [("ledger_id", "=", self.ledger.id)])
            self.assertEqual([id_ for id_, _name in found], self.item("t15").ids)

    @users("manager")
    def test_nobody_edits_the_lists_by_hand(self):
        item = self.item("t15").with_env(self.env)
        self.assertEqual(item.code, "OUT15")
        for act in (
            lambda: item.write({"code": "MINE"}),
            lambda: item.create({"ledger_id": self.ledger.id, "code": "X"}),
            item.unlink,
        ):
            with self.assertRaises(AccessError):
                act()
        with self.assertRaises(AccessError):
            self.ledger.with_env(self.env).lists_lock_date = False

    @users("manager")
    def test_pull_lists_is_a_wish_for_the_next_run(self):
        ledger = self.ledger.with_env(self.env)
        action = ledger.action_pull_lists()
        self.assertFalse(ledger.lists_pulled_at)
        self.assertTrue(action)
        run = self.env["synkd.run"].search([("ledger_id", "=", ledger.id)], limit=1)
        self.assertEqual((run.state, run.requested_by_id), ("waiting", self.env.user))
        self.assertEqual(run.content, "lists")

    def test_pull_lists_reads_lists_and_says_what_it_read(self):
        account = self.create_account("Hope Works two")
        self.env["synkd.books.item"].search([]).sudo().active = False
        self.ledger.action_pull_lists()
        run = self.run_ledger()
        items = self.env["synkd.books.item"]
        taxes = [("ledger_id", "=", self.ledger.id), ("kind", "=", "tax")]
        self.assertEqual(run.state, "done")
        self.assertIn(f"Tax {items.search_count(taxes)}", run.message)
        self.assertNotIn("synchronisation", run.message)
        self.assertEqual(account.sync_state, "pending", "nobody asked to send it")
        self.assertTrue(self.ledger.lists_pulled_at)

    @users("clerk")
    def test_users_see_the_lists_and_do_not_pull_them(self):
        ledger = self.ledger.with_env(self.env)
        action = ledger.action_view_items()
        found = self.env["synkd.books.item"].search(action["domain"])
        self.assertEqual(len(found), len(ITEMS))
        with self.assertRaises(AccessError):
            ledger.action_pull_lists()

    def test_the_facts_of_the_rules_follow_the_ledger(self):
        facts = self.ledger._get_rule_facts()
        self.assertEqual(facts[:2], (self.company.id, self.company.id))
        with self.assertQueryCount(0):
            self.ledger._get_rule_facts()
        self.ledger.connector = False
        self.assertEqual(self.ledger._get_rule_facts()[2], frozenset())
