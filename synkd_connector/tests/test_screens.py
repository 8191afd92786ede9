# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from lxml import etree

from odoo.exceptions import UserError
from odoo.tests import Form, tagged

from .common import SynkdCommon

# As many letters as a name in the search menu has room for.
ROOM = 19
MACHINES = {
    *("books_fingerprint", "channel", "external_id", "fingerprint", "key"),
    *("own_key", "res_id", "res_model", "revision", "copy_number"),
}


@tagged("post_install", "-at_install")
class TestScreens(SynkdCommon):
    """What people are offered on lists, cards and forms."""

    def arch_of(self, model, kind, xmlid=None):
        """Return the arch of a view, as a user gets it."""
        view = self.env.ref(xmlid).id if xmlid else None
        return etree.fromstring(self.env[model].get_view(view, kind)["arch"])

    def records_of_ours(self):
        """Return the models of the family that have lists."""
        return [
            model
            for name, model in self.env.items()
            if name.startswith("synkd.") and model._auto and not model._transient
        ]

    # === account customers === #

    def test_a_new_account_customer_shows_nothing_that_it_has_not_yet(self):
        with Form(self.env["synkd.account.customer"]) as form:
            form.name = "Hope Works"
            for name in ("outstanding", "overdue", "sync_state"):
                self.assertTrue(form._get_modifier(name, "invisible"), name)
        self.assertTrue(form.record.code)
        with Form(form.record) as form:
            for name in ("outstanding", "overdue", "sync_state"):
                self.assertFalse(form._get_modifier(name, "invisible"), name)

    # === customers === #

    def test_a_new_customer_is_told_how_to_get_an_account_customer(self):
        arch = self.arch_of("res.partner", "form", "base.view_partner_form")
        (hint,) = arch.xpath("//group[@invisible='id'][.//em]")
        words = " ".join(" ".join(hint.itertext()).split())
        self.assertIn("Save the customer first: then Create New Account", words)

    def test_the_customer_list_offers_what_the_books_say(self):
        arch = self.arch_of("res.partner", "list", "base.view_partner_tree")
        for name in ("held", "credit_limit", "outstanding", "overdue"):
            (field,) = arch.xpath(f"//field[@name='account_{name}']")
            self.assertEqual(field.get("optional"), "hide")

    def test_the_customer_list_shows_the_figures_of_the_account_customer(self):
        account = self.create_account("Hope Works", credit_limit=500, held=True)
        account.sudo().write({"outstanding": 240, "overdue": 40})
        partner = self.create_partner("Hope Works")
        partner.account_customer_id = account
        self.assertEqual(
            (
                partner.account_held,
                partner.account_credit_limit,
                partner.account_outstanding,
                partner.account_overdue,
            ),
            (True, 500, 240, 40),
        )

    def test_sync_is_reached_on_cards_as_on_the_list(self):
        for kind, xmlid in (
            ("list", "base.view_partner_tree"),
            ("kanban", "base.res_partner_kanban_view"),
        ):
            arch = self.arch_of("res.partner", kind, xmlid)
            (button,) = arch.xpath("/*/header/button[@name='action_synkd_sync']")
            self.assertEqual(button.get("display"), "always", kind)

    def test_customers_are_filtered_by_site(self):
        arch = self.arch_of("res.partner", "search", "base.view_res_partner_filter")
        self.env.user.group_ids |= self.env.ref("base.group_multi_company")
        arch = self.arch_of("res.partner", "search", "base.view_res_partner_filter")
        self.assertTrue(arch.xpath("//filter[@name='site']"))
        self.assertTrue(arch.xpath("//field[@name='company_id'][@string='Site']"))

    def test_names_of_filters_are_not_cut_off(self):
        arch = self.arch_of("res.partner", "search", "base.view_res_partner_filter")
        ours = ("not_linked", "no_class", "sync_attention", "sync_pending", "on_hold")
        names = {f.get("name"): f.get("string") for f in arch.iter("filter")}
        names = {name: names[name] for name in (*ours, "in_books", "overdue")}
        for model in self.records_of_ours():
            for node in self.arch_of(model._name, "search").iter("filter"):
                names[f"{model._name} {node.get('name')}"] = node.get("string")
        long = {name: text for name, text in names.items() if len(text or "") > ROOM}
        self.assertFalse(long)

    def test_an_empty_list_claims_nothing_about_what_a_filter_hides(self):
        ours = [("res_model", "=like", "synkd.%"), ("help", "!=", False)]
        for action in self.env["ir.actions.act_window"].search(ours):
            (title, *_more) = etree.HTML(action.help).xpath("//p")
            with self.subTest(action=action.name):
                self.assertIn("here", title.text.split())

    # === grouping and export === #

    def test_nobody_is_offered_to_group_by_what_machines_read(self):
        offered = {
            f"{model._name}.{name}"
            for model in self.records_of_ours()
            for name, field in model.fields_get(MACHINES, ["groupable"]).items()
            if field.get("groupable") and not model._name.startswith("synkd.demo.")
        }
        self.assertFalse(offered)
        kinds = self.env["synkd.transaction"].fields_get(["kind"], ["groupable"])
        self.assertTrue(kinds["kind"]["groupable"], "what people read stays")

    def test_exporting_is_given_by_persons_and_not_by_this_addon(self):
        allowed = self.env.ref("base.group_allow_export")
        ours = self.env["res.groups"].search([("privilege_id.name", "=", "Books")])
        self.assertEqual(len(ours), 3)
        accounting = self.env.ref("account.group_account_manager")
        self.assertNotIn(allowed, (ours | accounting).all_implied_ids)
        finance = self.create_user(
            "finance", accounting.get_external_id()[accounting.id]
        )
        ledger = self.env["synkd.ledger"].with_user(finance).browse(self.ledger.id)
        with self.assertRaises(UserError):
            ledger.export_data(["name"])
        finance.group_ids |= allowed
        self.assertEqual(ledger.export_data(["name"])["datas"], [[self.ledger.name]])

    # === the queue on a phone, the ledger's card === #

    def test_each_tab_of_the_queue_has_cards_for_a_phone(self):
        for action in (
            *("synkd_transaction_action_attention", "synkd_transaction_action_ready"),
            *("synkd_transaction_action_posted", "synkd_transaction_action"),
        ):
            action = self.env.ref(f"synkd_connector.{action}")
            self.assertIn("kanban", action.view_mode.split(","))
            self.assertEqual(action.mobile_view_mode, "kanban")
        arch = self.arch_of("synkd.transaction", "kanban")
        for name in ("number", "partner_id", "amount_company", "reason_text"):
            self.assertTrue(arch.xpath(f"//t[@t-name='card']//field[@name='{name}']"))
        for name in ("action_resolve", "action_post"):
            self.assertTrue(arch.xpath(f"//footer//button[@name='{name}']"), name)

    def test_lists_of_customers_have_cards_for_a_phone(self):
        for name, fields in (
            ("account_customer", ("name", "code", "outstanding", "sync_state")),
            ("match", ("partner_id", "account_customer_id", "reasons")),
        ):
            action = self.env.ref(f"synkd_connector.synkd_{name}_action")
            self.assertIn("kanban", action.view_mode.split(","))
            arch = self.arch_of(f"synkd.{name.replace('_', '.')}", "kanban")
            for field in fields:
                self.assertTrue(arch.xpath(f"//t[@t-name='card']//*[@name='{field}']"))

    def test_a_clerk_has_a_short_menu_of_the_books(self):
        books = self.env.ref("synkd_connector.synkd_books_menu")
        clerk = self.create_user("clerk", "account.group_account_invoice")
        everything = [("id", "child_of", books.id), ("action", "!=", False)]
        menus = self.env["ir.ui.menu"].with_user(clerk).search(everything)
        shown = menus._filter_visible_menus()
        self.assertLessEqual(len(shown), 8, shown.mapped("complete_name"))
        self.assertIn(self.env.ref("synkd_connector.synkd_ledger_menu"), shown)

    def test_numbers_of_a_ledgers_card_lead_somewhere_or_nowhere(self):
        arch = self.arch_of("synkd.ledger", "kanban")
        links = arch.xpath("//t[@t-name='card']//a[starts-with(@name, 'action_view')]")
        links = [link for link in links if "_till" not in link.get("name")]
        self.assertEqual(len(links), 9)
        for link in links:
            (field,) = link.iter("field")
            shown = f"record.{field.get('name')}.raw_value"
            # Where it is the first in its part, that part is not there without it.
            where = (link.get("t-if"), link.getparent().get("t-if"))
            self.assertIn(shown, where, "an empty list helps nobody")
