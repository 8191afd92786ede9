# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from ...models.customers import synkd_change_mixin
from ..common import SynkdCommon

MANAGER = (
    "base.group_user,base.group_partner_manager,"
    "account.group_account_invoice,synkd_connector.group_manager"
)


class DataCommon(SynkdCommon):
    """Customers in the Data Manager, and a manager who modifies them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = cls.create_user("data_manager", MANAGER)
        cls.clerk = cls.create_user("data_clerk", "synkd_connector.group_user")
        cls.partners = cls.env["res.partner"].create(
            [
                {"name": f"Pier {n}", "customer_rank": 1, "is_company": True}
                for n in range(4)
            ]
        )
        cls.mine = cls.partners.with_user(cls.manager)
        cls.trade = cls.env["synkd.customer.category"].create({"name": "Trade"})
        cls.terms = cls.env.ref("account.account_payment_term_30days")

    def open_modify(self, records):
        """Open Modify Selected as the manager does."""
        action = records.action_synkd_modify()
        return records.env[action["res_model"]].browse(action["res_id"])

    def work(self):
        """Let the cron do what waits; return the last change."""
        with self.enter_registry_test_mode():
            self.env.ref(
                "synkd_connector.ir_cron_apply_changes"
            ).method_direct_trigger()
        self.env.invalidate_all()
        return self.env["synkd.bulk.change"].search([], limit=1)

    def modify(self, records, what, **values):
        """Modify some records, wait for it, and return the change."""
        wizard = self.open_modify(records)
        name = "account_what" if wizard.is_financial else "what"
        wizard.write({name: what} | values)
        wizard.action_confirm()
        return self.work()


@tagged("post_install", "-at_install")
class TestSelected(DataCommon):
    """The Selected list survives searches, and is each user's own."""

    def test_what_is_selected_stays_while_one_searches_for_more(self):
        self.mine[0].action_synkd_select()
        self.mine[2:].action_synkd_select()
        found = self.mine.search([("is_selected", "=", True)])
        self.assertEqual(found, self.mine[0] | self.mine[2:])
        self.assertEqual(self.mine.mapped("is_selected"), [True, False, True, True])
        self.mine[3].action_synkd_unselect()
        self.assertFalse(self.mine[3].is_selected)
        others = self.mine.search(
            [("is_selected", "=", False), ("id", "in", self.mine.ids)]
        )
        self.assertEqual(others, self.mine[1] | self.mine[3])
        self.mine.browse().action_synkd_unselect()
        self.assertFalse(self.mine.search([("is_selected", "=", True)]))

    def test_archived_ones_stay_on_the_list(self):
        self.mine[:2].action_synkd_select()
        self.mine[0].active = False
        action = self.mine.browse().action_synkd_selected()
        shown = self.mine.with_context(**action["context"])
        self.assertEqual(shown.search([("is_selected", "=", True)]), self.mine[:2])

    def test_it_is_each_users_own(self):
        other = self.create_user("data_other", MANAGER)
        self.mine[0].action_synkd_select()
        theirs = self.partners.with_user(other)
        self.assertFalse(theirs.search([("is_selected", "=", True)]))
        selections = self.env["synkd.selection"].with_user(other)
        self.assertFalse(selections.search([]))

    def test_clerks_select_modify_and_merge_nothing(self):
        theirs = self.partners.with_user(self.clerk)
        for press in (
            theirs.action_synkd_select,
            theirs.action_synkd_unselect,
            theirs.action_synkd_selected,
            theirs.action_synkd_modify,
            theirs.action_synkd_merge,
        ):
            with self.assertRaisesRegex(AccessError, "Only managers of the books"):
                press()

    def test_a_page_of_customers_costs_no_query_each(self):
        self.mine.action_synkd_select()
        counts = []
        for some in (self.mine[:1], self.mine[:1], self.mine):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            some.mapped("is_selected")
            counts.append(self.cr.sql_log_count - before)
        self.assertEqual(counts[1], counts[2])

    def test_the_list_asks_for_no_standing(self):
        """It shows limits with their currency: nothing has to be added up for that."""
        view = self.env.ref("synkd_connector.synkd_data_view_partner_list")
        shown = self.env["res.partner"].get_view(view.id, "list")["models"]
        control = type(self.env["synkd.credit.control"])
        self.partners[0].credit_limit = 500
        known = AssertionError("the list computes what customers owe")
        with patch.object(control, "_get_known", side_effect=known):
            (row, *_others) = self.partners.web_read(
                {name: {} for name in shown["res.partner"]}
            )
        self.assertEqual(row["own_credit_limit"], 500)
        self.assertEqual(row["credit_currency_id"], self.company.currency_id.id)


@tagged("post_install", "-at_install")
class TestModify(DataCommon):
    """One thing of many customers is changed, in the background."""

    def test_it_says_who_gets_what_in_place_of_what(self):
        self.partners[0].customer_category_id = self.trade
        with Form(self.open_modify(self.mine)) as form:
            self.assertIn("Selected: 4", form.preview)
            form.what = "category"
            form.category_id = self.trade
            self.assertIn("Trade already: 1", form.preview)
            self.assertIn("none → Trade: 3 (Pier 1, Pier 2, Pier 3)", form.preview)

    def test_many_names_are_cut(self):
        vals = [{"name": f"Surf {n}", "customer_rank": 1} for n in range(7)]
        many = self.env["res.partner"].create(vals).with_user(self.manager)
        with Form(self.open_modify(many)) as form:
            form.what = "terms"
            form.payment_term_id = self.terms
            self.assertIn("and 2 more", form.preview)

    def test_the_selected_list_is_modified_when_nothing_is_ticked(self):
        self.mine[:2].action_synkd_select()
        change = self.modify(self.mine.browse(), "category", category_id=self.trade.id)
        self.assertEqual(self.partners.mapped("customer_category_id.name"), ["Trade"])
        self.assertFalse(self.partners[2:].customer_category_id)
        self.assertEqual((change.changed_count, change.total_count), (2, 2))
        self.assertEqual((change.state, change.progress), ("done", 100))
        self.assertTrue(self.mine[0].is_selected, "for the next change")

    def test_nothing_selected_is_said(self):
        with self.assertRaisesRegex(UserError, "Nothing is selected. Tick rows"):
            self.mine.browse().action_synkd_modify()

    def test_terms_limit_and_site(self):
        self.modify(self.mine, "terms", payment_term_id=self.terms.id)
        self.assertEqual(self.partners.property_payment_term_id, self.terms)
        change = self.modify(self.mine, "limit", credit_limit=750)
        self.assertEqual(set(self.partners.mapped("credit_limit")), {750})
        self.assertEqual(change.value_text, "750.00")
        self.modify(self.mine[:1], "site", site_id=self.company.id)
        self.assertEqual(self.partners[0].company_id, self.company)
        self.modify(self.mine[:1], "site")
        self.assertFalse(self.partners[0].company_id, "all sites again")

    def test_link_and_unlink(self):
        account = self.create_account("Harbour Estates")
        change = self.modify(self.mine, "link", account_customer_id=account.id)
        self.assertEqual(change.changed_count, 4)
        self.assertEqual(account.link_ids.partner_id, self.partners)
        self.assertEqual(account.link_ids.linked_by_id, self.manager)
        self.modify(self.mine[:1], "link")
        self.assertFalse(self.partners[0].account_customer_id)

    def test_ended_links_count_for_nothing_where_archived_ones_are_shown(self):
        first, second = self.create_account("First"), self.create_account("Second")
        shown = self.partners[0].with_context(active_test=False)
        for account in (first, second, first):
            shown.account_customer_id = account
            self.assertEqual(self.partners[0].account_customer_id, account)
        self.assertEqual(second.with_context(active_test=False).link_count, 0)
        shown.account_customer_id = False
        with self.assertRaisesRegex(UserError, "linked to it. Link Pier 0 first"):
            first.with_context(active_test=False).mirror_partner_id = shown

    def test_archive_and_restore(self):
        account = self.create_account("Harbour Estates")
        self.partners[:2].account_customer_id = account
        self.modify(self.mine[:1], "archive", archives_left=True)
        self.assertFalse(self.partners[0].active)
        self.assertTrue(account.active, "it bills another one as well")
        self.modify(self.mine[1:2], "archive", archives_left=True)
        self.assertFalse(account.active)
        history = self.partners[0].customer_status_ids
        self.assertEqual(history[0].user_id, self.manager, "he did it, not a cron")
        change = self.modify(self.mine, "restore")
        self.assertEqual(change.changed_count, 2, "the others were active")
        self.assertEqual(self.partners.mapped("active"), [True] * 4)

    def test_a_class_is_given_to_the_account_customers(self):
        account = self.create_account("Harbour Estates", class_id=False)
        self.partners[:2].account_customer_id = account
        self.partners[2].account_customer_id = self.counter
        wizard = self.open_modify(self.mine[:1] | self.mine[2:])
        wizard.write({"what": "class", "class_id": self.class_account.id})
        self.assertIn("whose class changes: 1", wizard.preview)
        self.assertIn("Other customers that are billed as these: 1", wizard.preview)
        self.assertIn("without an account customer of their own: 2", wizard.preview)
        wizard.action_confirm()
        change = self.work()
        self.assertEqual(account.class_id, self.class_account)
        self.assertEqual(self.counter.class_id, self.class_generic, "shared")
        self.assertEqual((change.changed_count, change.left_count), (1, 2))
        self.assertIn("Pier 3: Not linked", change.notes)
        self.assertIn("Pier 2: It is billed as", change.notes)

    def test_a_generic_class_links_to_its_shared_account_customer(self):
        wizard = self.open_modify(self.mine)
        wizard.write({"what": "class", "class_id": self.class_generic.id})
        self.assertIn("billed as", wizard.preview)
        wizard.action_confirm()
        self.work()
        self.assertEqual(self.partners.account_customer_id, self.counter)

    def test_financial_data(self):
        accounts = self.create_account("Pier", class_id=False)
        accounts |= self.create_account("Surf")
        mine = accounts.with_user(self.manager)
        with Form(self.open_modify(mine)) as form:
            form.account_what = "class"
            form.class_id = self.class_account.with_user(self.manager)
            self.assertIn(
                f"none → Account: 1 ({accounts[0].display_name})", form.preview
            )
            self.assertIn("Account already: 1", form.preview)
            self.assertIn("Waiting documents that are decided again: 0", form.preview)
        form.record.action_confirm()
        self.assertEqual(self.work().changed_count, 1)
        self.modify(mine, "limit", credit_limit=90)
        self.assertEqual(set(accounts.mapped("credit_limit")), {90})
        self.modify(mine, "archive")
        self.assertFalse(any(accounts.mapped("active")))

    def test_odd_wishes_are_refused(self):
        wizard = self.open_modify(self.mine)
        away = self.create_account("Gone", active=False)
        for values, words in (
            ({}, "Choose what to change"),
            ({"what": "class"}, "Choose the class"),
            ({"what": "limit", "credit_limit": -1}, "Type 0 for none"),
            ({"what": "link", "account_customer_id": away.id}, "Gone is archived"),
        ):
            wizard.write(values)
            with self.assertRaisesRegex(UserError, words):
                wizard.action_confirm()
        self.assertFalse(self.env["synkd.bulk.change"].search([]))

    def test_customers_of_another_company_are_left_out_and_counted(self):
        other = self.env["res.company"].create({"name": "Other"})
        self.manager.company_ids |= other
        self.partners[0].company_id = other
        both = self.mine.with_context(allowed_company_ids=(self.company | other).ids)
        wizard = self.open_modify(both)
        self.assertIn("therefore left out: 1", wizard.preview)
        with self.assertRaisesRegex(UserError, "belong to other companies"):
            both[0].action_synkd_modify()

    def test_what_cannot_change_is_left_out_and_named(self):
        other = self.env["res.company"].create({"name": "Other"})
        account = self.create_account("Harbour Estates")
        self.partners[2].account_customer_id = account
        self.manager.company_ids |= other
        both = self.mine.with_context(allowed_company_ids=(self.company | other).ids)
        change = self.modify(both[2:], "site", site_id=other.id)
        self.assertEqual((change.changed_count, change.left_count), (1, 1))
        self.assertIn("Pier 2", change.notes)
        self.assertIn("belongs to Other", change.notes)

    def test_a_killed_worker_goes_on_and_takes_each_once(self):
        wizard = self.open_modify(self.mine)
        wizard.write({"what": "category", "category_id": self.trade.id})
        wizard.action_confirm()
        change = self.env["synkd.bulk.change"].search([], limit=1)
        self.assertEqual((change.state, change.progress), ("waiting", 0))
        with patch.object(synkd_change_mixin, "BATCH", 1):
            change._apply(change._get_next())
            self.assertEqual(change.progress, 25)
            for user, may in ((self.manager, True), (self.clerk, False)):
                mine = change.with_user(user)
                if may:
                    self.assertTrue(mine.action_refresh())
                else:
                    self.assertRaises(AccessError, mine.action_refresh)
            self.assertEqual(change._count_left(), 3)
            self.partners[0].customer_category_id = False  # changed back meanwhile
            self.work()
        self.assertFalse(self.partners[0].customer_category_id)
        self.assertEqual(self.partners[1:].customer_category_id, self.trade)
        self.assertEqual(change.changed_count, 4)

    def test_who_lost_his_rights_meanwhile_changes_nothing(self):
        wizard = self.open_modify(self.mine)
        wizard.write({"what": "category", "category_id": self.trade.id})
        wizard.action_confirm()
        self.manager.group_ids = self.env.ref("base.group_user")
        change = self.work()
        self.assertEqual((change.changed_count, change.left_count), (0, 4))
        self.assertFalse(self.partners.customer_category_id)

    def test_thousands_take_no_query_each_to_preview(self):
        vals = [{"name": f"Many {n}", "customer_rank": 1} for n in range(1000)]
        many = self.env["res.partner"].create(vals).with_user(self.manager)
        counts = []
        for some in (many[:10], many[:10], many):
            wizard = self.open_modify(some)
            wizard.write({"what": "terms", "payment_term_id": self.terms.id})
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            self.assertIn(f"Selected: {len(some)}", wizard.preview)
            counts.append(self.cr.sql_log_count - before)
        self.assertEqual(counts[1], counts[2])
