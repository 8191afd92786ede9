# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import ast

from lxml import etree

from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tests import Form, tagged

from .test_data_manager import DataCommon


@tagged("post_install", "-at_install")
class TestDataSearch(DataCommon):
    """The lists of the Data Manager find a record by whatever is known of it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.country = cls.env.ref("base.za")
        cls.region = cls.env["res.country.state"].create(
            {"name": "Umhlanga", "code": "UM", "country_id": cls.country.id}
        )
        cls.address = {
            "phone": "031 555 0142",
            "website": "https://anchor.example.com",
            "vat": "4123456789",
            "street": "14 Lighthouse Road",
            "city": "Umhlanga Rocks",
            "zip": "4320",
            "state_id": cls.region.id,
            "country_id": cls.country.id,
        }

    def get_search(self, view):
        """Return the fields and filters of a search view, as the manager sees it."""
        view = self.env.ref(f"synkd_connector.{view}")
        model = self.env[view.model].with_user(self.manager)
        arch = etree.fromstring(model.get_view(view.id, "search")["arch"])
        fields = {
            node.get("name"): node.get("filter_domain") for node in arch.iter("field")
        }
        filters = {node.get("name"): node.get("domain") for node in arch.iter("filter")}
        return model, fields, filters

    def find(self, view, name, text):
        """Search as the search view does when somebody types a text for a field."""
        model, fields, _filters = self.get_search(view)
        self.assertIn(name, fields)
        if fields[name]:
            tree = ast.parse(fields[name].replace("self", repr(text)), mode="eval")
            domain = ast.literal_eval(tree)
        else:
            domain = [(name, "ilike", text)]
        return model.search(Domain(domain))

    def test_operational_customers_are_found_by_each_field(self):
        anchor = self.create_partner(
            "Anchor Works",
            ref="REF-77",
            comment="Prefers the side gate",
            property_payment_term_id=self.terms.id,
            customer_category_id=self.trade.id,
            tracking_number="T000077",
            sub_account_code="ANC-01",
            **self.address,
        )
        account = self.create_account("Anchor Account")
        anchor.account_customer_id = account
        for name, text in (
            ("ref", "REF-77"),
            ("vat", "4123456789"),
            ("phone", "555 0142"),
            ("street", "Lighthouse"),
            ("city", "Umhlanga Rocks"),
            ("zip", "4320"),
            ("state_id", "Umhlanga"),
            ("website", "anchor.example"),
            ("comment", "side gate"),
            ("customer_category_id", "Trade"),
            ("tracking_number", "T000077"),
            ("sub_account_code", "ANC-01"),
            ("account_customer_id", "Anchor Account"),
            ("account_code", account.code),
        ):
            with self.subTest(field=name):
                found = self.find("synkd_data_view_partner_search", name, text)
                self.assertEqual(found, anchor)
                none = self.find("synkd_data_view_partner_search", name, "Nothing")
                self.assertFalse(none)

    def test_account_customers_are_found_by_each_field(self):
        anchor = self.create_account(
            "Anchor Works",
            code="ANC9",
            contact_name="Anne Anchor",
            email="anne@anchor.example.com",
            payment_term_id=self.terms.id,
            **self.address,
        )
        self.partners[0].account_customer_id = anchor
        for name, text in (
            ("name", "Anchor Works"),
            ("code", "ANC9"),
            ("contact_name", "Anne"),
            ("email", "anne@anchor"),
            ("phone", "555 0142"),
            ("website", "anchor.example"),
            ("vat", "4123456789"),
            ("street", "Lighthouse"),
            ("city", "Umhlanga Rocks"),
            ("zip", "4320"),
            ("state_id", "Umhlanga"),
            ("country_id", self.country.name),
            ("payment_term_id", self.terms.name),
            ("link_ids", "Pier 0"),
        ):
            with self.subTest(field=name):
                found = self.find("synkd_data_view_account_search", name, text)
                self.assertEqual(found, anchor)
                none = self.find("synkd_data_view_account_search", name, "Nothing")
                self.assertFalse(none)

    def test_both_lists_have_the_filter_selected(self):
        for view in (
            "synkd_data_view_partner_search",
            "synkd_data_view_account_search",
        ):
            model, _fields, filters = self.get_search(view)
            domain = ast.literal_eval(filters["selected"])
            self.assertFalse(model.search(domain))
        self.mine[:2].action_synkd_select()
        self.assertEqual(self.mine.search(domain), self.mine[:2])

    def test_the_menus_open_the_lists_of_the_data_manager(self):
        for action, listed, button in (
            ("partners", "synkd_data_view_partner_list", "action_synkd_modify"),
            ("accounts", "synkd_data_view_account_list", "action_synkd_merge"),
        ):
            action = self.env.ref(f"synkd_connector.synkd_data_action_{action}")
            self.assertEqual(
                action.views[0][0], self.env.ref(f"synkd_connector.{listed}").id
            )
            model = self.env[action.res_model].with_user(self.manager)
            arch = model.get_view(action.views[0][0], "list")["arch"]
            self.assertIn(button, arch)


@tagged("post_install", "-at_install")
class TestDataCompanies(DataCommon):
    """What one company modified and merged is no business of another one."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = cls.env["res.company"].create({"name": "Other"})
        cls.stranger = cls.create_user(
            "data_stranger",
            "base.group_user,base.group_partner_manager,synkd_connector.group_manager",
            company=cls.other,
        )

    def seen(self, record):
        """Return a record as the manager of the other company sees it."""
        theirs = record.sudo(False).with_user(self.stranger)
        return theirs.with_context(allowed_company_ids=self.other.ids)

    def test_changes_and_merges_of_another_company_are_invisible(self):
        change = self.modify(self.mine, "category", category_id=self.trade.id)
        merge = self.env["synkd.merge"].with_user(self.manager)
        merge = merge._merge(self.mine[0], self.mine[1])
        self.mine[2:].action_synkd_select()
        selection = self.env["synkd.selection"].search([])
        for record in (change, merge, selection):
            theirs = self.seen(record)
            self.assertFalse(theirs.search([("id", "in", record.ids)]))
            with self.assertRaises(AccessError), self.cr.savepoint():
                theirs.read(["display_name"])

    def test_a_stranger_undoes_nothing(self):
        merge = self.env["synkd.merge"].with_user(self.manager)
        merge = merge._merge(self.mine[0], self.mine[1])
        with self.assertRaises(AccessError), self.cr.savepoint():
            self.seen(merge).action_undo()
        self.assertFalse(self.partners[1].active)

    def test_nobody_writes_what_was_modified_or_merged(self):
        change = self.modify(self.mine, "category", category_id=self.trade.id)
        merge = self.env["synkd.merge"].with_user(self.manager)
        merge = merge._merge(self.mine[0], self.mine[1])
        for record, values in (
            (change.with_user(self.manager), {"state": "waiting"}),
            (merge, {"moved": {}}),
            (merge, {"undo_until": "2030-01-01 00:00:00"}),
        ):
            with self.assertRaises(AccessError), self.cr.savepoint():
                record.write(values)

    def test_account_customers_of_another_company_are_out_of_reach(self):
        ledger = self.create_ledger(company_id=self.other.id)
        theirs = self.create_account("X", ledger_id=ledger.id, class_id=False)
        mine = theirs.with_user(self.manager)
        for press in (
            mine.action_synkd_select,
            mine.action_synkd_modify,
            mine.action_synkd_merge,
        ):
            with self.assertRaises(AccessError), self.cr.savepoint():
                press()

    def test_each_change_of_account_customers_is_shown_before(self):
        accounts = self.create_account("Pier") | self.create_account("Surf")
        wizard = self.open_modify(accounts.with_user(self.manager))
        for values, told in (
            ({"account_what": "archive"}, "Active → Archived: 2"),
            ({"account_what": "restore"}, "Active already: 2"),
            ({"account_what": "limit", "credit_limit": 75}, "0.00 → 75.00: 2"),
            (
                {"account_what": "terms", "payment_term_id": self.terms.id},
                f"none → {self.terms.display_name}: 2",
            ),
        ):
            with self.subTest(told=told), Form(wizard) as form:
                for name, value in values.items():
                    is_term = name == "payment_term_id"
                    setattr(
                        form,
                        name,
                        wizard.env[self.terms._name].browse(value)
                        if is_term
                        else value,
                    )
                self.assertIn(told, form.preview)
