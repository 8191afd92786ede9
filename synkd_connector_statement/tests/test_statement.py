# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from odoo.addons.synkd_connector_statement.wizards import synkd_statement_wizard

from .common import REPORT, StatementCommon


@tagged("post_install", "-at_install")
class TestStatement(StatementCommon):
    def amounts(self, statement):
        """Return the open amounts of a statement, in their order."""
        return [amount for _name, amount in self.listed(statement)]

    def html(self, dialog):
        """Return the statements as a page."""
        action = dialog.action_print()
        reports = dialog.env["ir.actions.report"]
        ids, data = action["data"]["partner_ids"], dict(action["data"])
        return reports._render_qweb_html(REPORT, ids, data=data)[0].decode()

    def test_open_items_and_their_age_from_odoo(self):
        self.owe(self.partner, 30, invoice_date=fields.Date.to_date("2026-01-05"))
        self.pay(self.owe(self.partner, 999))
        statement = self.printed(self.dialog(self.partner))[self.partner.id]
        self.assertEqual(self.amounts(statement), [30, 100])
        (currency,) = statement["currencies"].values()
        self.assertEqual(currency["amount_due"], 130)
        buckets = currency["buckets"]
        self.assertEqual((buckets["b_1_30"], buckets["b_60_90"]), (100, 30))
        self.assertEqual(buckets["balance"], 130)

    def test_the_balance_of_the_books_stands_beside_with_its_time(self):
        page = self.html(self.dialog(self.partner))
        for text in ("In Our Books", self.account.display_name, "250.50", "50.25"):
            self.assertIn(text, page)
        self.assertIn("03/31/2026 08:15:00 AM", page)

    def test_without_books_there_is_no_table_of_them(self):
        self.ledger.sudo().balances_read_at = False
        self.assertNotIn("In Our Books", self.html(self.dialog(self.partner)))
        self.ledger.sudo().balances_read_at = self.read_at
        self.account.external_id = False
        self.assertNotIn("In Our Books", self.html(self.dialog(self.partner)))

    def test_nobody_is_told_what_others_owe(self):
        """Neither by the shared account of walk-ins, nor by one of two families."""
        self.counter.write({"external_id": "counter", "outstanding": 77})
        self.owe(self.idle, 5)
        self.idle.account_customer_id = self.counter
        self.assertNotIn("In Our Books", self.html(self.dialog(self.idle)))
        self.idle.account_customer_id = self.account
        for partner in (self.idle, self.partner):
            self.assertNotIn("In Our Books", self.html(self.dialog(partner)))
        self.idle.account_customer_id = False
        self.assertIn("In Our Books", self.html(self.dialog(self.partner)))

    def test_who_may_not_see_the_books_is_not_told_their_balance(self):
        data = self.dialog(self.partner).action_print()["data"]
        seller = self.create_user("statement_seller", "base.group_user")
        report = self.env[f"report.{REPORT}"].with_user(seller)
        values = report._get_report_values(self.partner.ids, dict(data))
        self.assertEqual(values["data"][self.partner.id]["synkd_balances"], [])

    def test_sub_customers_are_left_out_unless_chosen(self):
        statements = self.printed(self.dialog(self.partner))
        self.assertEqual(list(statements), self.partner.ids)
        self.assertEqual(self.amounts(statements[self.partner.id]), [100])

    def test_sub_customers_stand_on_the_statement_of_their_main_customer(self):
        statements = self.printed(
            self.dialog(self.partner | self.north, sub_customers="together")
        )
        self.assertEqual(list(statements), self.partner.ids, "north is on it")
        statement = statements[self.partner.id]
        (first, *others) = self.listed(statement)
        self.assertEqual(first[1], 40, "oldest first")
        self.assertIn("Hope North: ", first[0])
        self.assertCountEqual([amount for _name, amount in others], [100, 7])
        (currency,) = statement["currencies"].values()
        self.assertEqual(currency["amount_due"], 147)
        self.assertEqual(currency["buckets"]["balance"], 147)
        self.assertEqual(currency["buckets"]["b_30_60"], 40)

    def test_each_account_customer_of_a_family_is_named_once(self):
        own = self.create_account("Hope North", external_id="north", outstanding=40)
        self.north.account_customer_id = own
        dialog = self.dialog(self.partner, sub_customers="together")
        balances = self.printed(dialog)[self.partner.id]["synkd_balances"]
        self.assertCountEqual(
            [(balance["name"], balance["outstanding"]) for balance in balances],
            [(self.account.display_name, 250.5), (own.display_name, 40)],
        )

    def test_sub_customers_have_statements_of_their_own(self):
        self.create_partner("Ann", parent_id=self.partner.id, is_company=False)
        statements = self.printed(self.dialog(self.partner, sub_customers="apart"))
        self.assertEqual(set(statements), set(self.family.ids))
        self.assertEqual(self.amounts(statements[self.north.id]), [40])

    def test_a_person_stands_for_his_company(self):
        ann = self.create_partner("Ann", parent_id=self.partner.id, is_company=False)
        self.assertEqual(list(self.printed(self.dialog(ann))), self.partner.ids)

    def test_who_owes_nothing_is_skipped_unless_wanted(self):
        both = self.partner | self.idle
        self.assertEqual(list(self.printed(self.dialog(both))), self.partner.ids)
        everybody = self.printed(self.dialog(both, only_owing=False))
        self.assertEqual(set(everybody), set(both.ids))
        with self.assertRaisesRegex(UserError, "has an open item as of 2026-03-31"):
            self.dialog(self.idle).action_print()

    def test_an_older_day_shows_what_was_open_then(self):
        self.pay(self.invoice)
        self.assertEqual(
            self.amounts(
                self.printed(self.dialog(self.partner, date_end="2026-03-15"))[
                    self.partner.id
                ]
            ),
            [100],
        )
        with self.assertRaisesRegex(UserError, "has an open item"):
            self.dialog(self.partner, date_end="2026-03-31").action_print()

    def test_too_many_are_not_printed_at_once(self):
        self.patch(synkd_statement_wizard, "MOST_PRINTED", 2)
        dialog = self.dialog(self.family)
        with self.assertRaisesRegex(UserError, "These are 3 statements, and at most 2"):
            dialog.action_print()

    def test_nothing_chosen_is_said(self):
        with self.assertRaisesRegex(UserError, "No customer is chosen"):
            self.dialog(self.env["res.partner"])

    def test_only_who_bills_opens_it(self):
        seller = self.create_user("statement_seller", "base.group_user")
        with self.assertRaises(AccessError):
            self.dialog(self.partner, user=seller)

    def test_customers_of_other_companies_are_not_in_it(self):
        other = self.env["res.company"].create({"name": "Other"})
        foreign = self.create_partner("Foreign", company_id=other.id)
        dialog = self.dialog(self.partner | foreign)
        self.assertEqual(dialog.partner_ids, self.partner)

    def test_queries_do_not_grow_with_the_customers(self):
        def queries(partners):
            dialog = self.dialog(partners)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.printed(dialog)
            return self.env.cr.sql_log_count - before

        many = self.env["res.partner"]
        for number in range(20):
            partner = self.create_partner(f"Many {number}")
            partner.account_customer_id = self.create_account(
                f"Many {number}", external_id=f"many{number}"
            )
            self.owe(partner, 5)
            many |= partner
        few = many[:2]
        # What both need once is read before.
        queries(many)
        queries(few)
        self.assertEqual(queries(many), queries(few))

    def test_each_currency_has_its_items_and_its_ages(self):
        self.euro.active = True
        self.create_rate(self.euro, 0.5)
        self.owe(self.north, 60, currency_id=self.euro.id)
        self.owe(self.south, 3, currency_id=self.euro.id)
        dialog = self.dialog(self.partner, sub_customers="together")
        currencies = self.printed(dialog)[self.partner.id]["currencies"]
        euro, own = currencies[self.euro.id], currencies[self.company.currency_id.id]
        self.assertEqual((euro["amount_due"], own["amount_due"]), (63, 147))
        self.assertEqual(euro["buckets"]["balance"], 63)
        self.assertEqual(own["buckets"]["balance"], 147)

    def test_the_dialog_counts_anew_with_each_choice(self):
        dialog = self.dialog(self.partner | self.idle)
        self.assertTrue(dialog.has_below)
        self.assertEqual(dialog.statement_count, 1)
        dialog.only_owing = False
        self.assertEqual(dialog.statement_count, 2)
        dialog.sub_customers = "apart"
        self.assertEqual(dialog.statement_count, 4)
        self.assertEqual(dialog.without_ids, self.north | self.south)
        dialog.sub_customers = "together"
        self.assertEqual(dialog.statement_count, 2)
        self.assertFalse(self.dialog(self.idle).has_below)

    def test_nobody_reads_the_dialog_of_another_one(self):
        dialog = self.dialog(self.partner)
        other = self.create_user(
            "other_clerk", "base.group_user,account.group_account_invoice"
        )
        with self.assertRaises(AccessError):
            dialog.with_user(other).action_print()
        with self.assertRaises(AccessError):
            dialog.write({"partner_ids": [(4, self.idle.id)]})

    def test_a_statement_of_a_sub_customer_names_the_account_that_it_uses(self):
        statements = self.printed(self.dialog(self.north))
        (balance,) = statements[self.north.id]["synkd_balances"]
        self.assertEqual(balance["name"], self.account.display_name)
        self.assertEqual(balance["read_at"], self.read_at)

    def test_the_statement_of_oca_itself_has_the_balance_too(self):
        wizard = self.env["outstanding.statement.wizard"].with_user(self.clerk)
        wizard = wizard.with_context(active_ids=self.partner.ids).create({})
        action = wizard.button_export_html()
        report = self.env[f"report.{REPORT}"].with_user(self.clerk)
        values = report._get_report_values(self.partner.ids, dict(action["data"]))
        (balance,) = values["data"][self.partner.id]["synkd_balances"]
        self.assertEqual(balance["outstanding"], 250.5)

    def test_screens_offer_it_to_those_who_bill(self):
        seller = self.create_user(
            "statement_seller", "base.group_user,base.group_partner_manager"
        )
        views = {"list": "base.view_partner_tree", "form": "base.view_partner_form"}
        for user, offered in ((self.clerk, True), (seller, False)):
            partners = self.env["res.partner"].with_user(user)
            for kind, name in views.items():
                with self.subTest(user=user.login, kind=kind):
                    arch = partners.get_view(self.env.ref(name).id, kind)["arch"]
                    self.assertEqual("action_synkd_statement" in arch, offered)
            bound = self.env["ir.actions.actions"].with_user(user)
            bound = bound.get_bindings("res.partner")["action"]
            with self.subTest(user=user.login, kind="action menu"):
                names = [action["name"] for action in bound]
                self.assertEqual("Statement" in names, offered)

    def test_the_list_of_statements_is_opened_by_those_who_bill(self):
        menu = self.env.ref("synkd_connector_statement.synkd_statement_menu")
        menus = self.env["ir.ui.menu"]
        self.assertIn(menu.id, menus.with_user(self.clerk)._visible_menu_ids())
        seller = self.create_user("statement_seller", "base.group_user")
        self.assertNotIn(menu.id, menus.with_user(seller)._visible_menu_ids())
        statements = self.env["synkd.statement"].with_user(self.clerk)
        self.assertIn("action_retry", statements.get_view(view_type="list")["arch"])
