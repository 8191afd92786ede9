# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from decimal import Decimal

from odoo import Command
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import BaseCase, Form, tagged, users
from odoo.tools import mute_logger

from ...lib import suggest
from ...lib.documents import ListItem, Lists
from ...lib.obstacles import Need
from ..common_documents import ITEMS, DocumentsCommon


def tax(code, name, rate):
    """Return a tax of the books."""
    return ListItem("tax", code, code, name, rate)


class TestSuggest(BaseCase):
    TAXES = [
        tax("IN15", "Input VAT standard", "15.0000"),
        tax("OUT15", "Standard rate sales", "15.0000"),
        tax("OUT15C", "Standard rate capital goods", "15.0000"),
        tax("EX", "Export zero rated", "0.0000"),
        tax("NONE", "No VAT", "0"),
        tax("BAD", "Broken", ""),
    ]

    def find(self, kind, items, **known):
        """Return code and reason of a suggestion."""
        item, reason = suggest.find(suggest.Ours(kind, **known), items)
        return (item.code if item else None), reason

    def test_a_tax_is_found_by_its_rate_among_those_for_sales(self):
        found = self.find("tax", self.TAXES, name="VAT", rate=Decimal("15.0000"))
        self.assertEqual(found, ("OUT15", suggest.RATE))

    def test_several_taxes_of_one_rate_are_told_apart_by_name(self):
        found = self.find("tax", self.TAXES, name="Export", rate=Decimal(0))
        self.assertEqual(found, ("EX", suggest.RATE_NAME))

    def test_no_tax_is_found_by_what_it_says(self):
        found = self.find("tax", self.TAXES, rate=Decimal(0))
        self.assertEqual(found, ("NONE", suggest.RATE))

    def test_a_rate_that_the_books_do_not_have_is_never_guessed(self):
        for rate in (Decimal(14), None):
            found = self.find("tax", self.TAXES, name="Standard rate sales", rate=rate)
            self.assertEqual(found, (None, ""))

    def test_accounts_are_found_by_code_then_name_then_likeness(self):
        items = [
            ListItem("account", "1", "200", "Sales"),
            ListItem("account", "2", "400", "Cost of sales"),
            ListItem("account", "3", "710", "Rounding differences"),
        ]
        for known, expected in (
            ({"code": "4-00", "name": "Sales"}, ("400", suggest.CODE)),
            ({"code": "9", "name": "SALES "}, ("200", suggest.NAME)),
            ({"name": "Rounding difference"}, ("710", suggest.SIMILAR)),
            ({"name": "Petrol"}, (None, "")),
            ({}, (None, "")),
        ):
            with self.subTest(known=known):
                self.assertEqual(self.find("account", items, **known), expected)
        self.assertEqual(self.find("account", [], name="Sales"), (None, ""))

    def test_currencies_are_found_by_their_code(self):
        items = [ListItem("currency", "1", "usd", "Dollar")]
        found = self.find("currency", items, code="USD")
        self.assertEqual(found, ("usd", suggest.CODE))

    def test_likeness_is_between_nothing_and_all(self):
        self.assertEqual(suggest.likeness("Sales", "sales"), 1)
        self.assertEqual(suggest.likeness("Sales", "Petrol"), 0)
        self.assertEqual(suggest.likeness("", "Petrol"), 0)


@tagged("post_install", "-at_install")
class TestMapping(DocumentsCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.create_user("manager", "synkd_connector.group_manager")
        cls.create_user("clerk", "synkd_connector.group_user")

    def create_mapping(self, kind, **values):
        """Create a row of the mapping, as a manager does."""
        return self.mappings.create(
            {"ledger_id": self.ledger.id, "kind": kind} | values
        )

    def of(self, *sources, kind="tax"):
        """Return the row of some records of ours."""
        key = ",".join(str(id_) for id_ in sorted(source.id for source in sources))
        return self.mappings.search([("kind", "=", kind), ("key", "=", key)])

    # === rows ===

    @users("manager")
    def test_the_key_follows_what_a_person_chooses(self):
        city = self.create_tax("City", 2)
        rows = self.mappings.with_env(self.env)
        for values, key, name in (
            (
                {"kind": "tax", "tax_ids": [Command.set((city | self.tax15).ids)]},
                f"{self.tax15.id},{city.id}",
                None,
            ),
            ({"kind": "tax"}, "", "No tax"),
            (
                {"kind": "account", "account_id": self.income.id},
                str(self.income.id),
                None,
            ),
            ({"kind": "bank", "journal_id": self.bank.id}, str(self.bank.id), "Bank"),
            (
                {"kind": "currency", "currency_id": self.euro.id},
                str(self.euro.id),
                "EUR",
            ),
        ):
            row = rows.create(values)
            self.assertEqual(row.ledger_id, self.ledger)
            self.assertEqual(row.key or "", key)
            self.assertFalse(row.is_mapped)
            if name:
                self.assertEqual(row.display_name, name)

    @users("manager")
    def test_a_row_about_nothing_is_refused(self):
        for kind in ("account", "bank", "currency"):
            refused = self.assertRaisesRegex(ValidationError, "says nothing of ours")
            with self.subTest(kind=kind), refused, self.cr.savepoint():
                self.create_mapping(kind)

    @mute_logger("odoo.sql_db")
    def test_a_combination_is_mapped_once(self):
        city = self.create_tax("City", 2)
        self.create_mapping("tax", tax_ids=[Command.set((self.tax15 | city).ids)])
        with self.assertRaises(Exception) as caught, self.cr.savepoint():
            self.create_mapping("tax", tax_ids=[Command.set((city | self.tax15).ids)])
        message = self.mappings._sql_error_to_message(caught.exception)
        self.assertIn("is mapped in these books already", message)

    def test_an_entry_of_another_list_or_other_books_is_refused(self):
        row = self.create_mapping("account", account_id=self.income.id)
        row.item_id = self.item("a200")
        self.assertTrue(row.is_mapped)
        row.item_id = self.item("dep")
        company = self.env["res.company"].create({"name": "Other"})
        theirs = self.create_ledger(company_id=company.id, name="Theirs")
        self.items._take(theirs, Lists(ITEMS))
        for item in (self.item("b1"), self.item("a200", theirs)):
            refused = self.assertRaisesRegex(ValidationError, "cannot be mapped to")
            with self.subTest(item=item.display_name), refused, self.cr.savepoint():
                row.item_id = item

    # === suggestions ===

    def test_suggestions_name_entry_and_reason(self):
        self.items._take(
            self.ledger,
            Lists((*ITEMS, ListItem("bank", "b2", "BNK2", "Petty cash"))),
        )
        self.euro.active = True
        rows = self.mappings._ensure(
            self.ledger,
            {
                ("tax", str(self.tax15.id)),
                ("tax", ""),
                ("bank", str(self.bank.id)),
                ("currency", str(self.dollar.id)),
                ("currency", str(self.euro.id)),
            },
        )
        found = {
            row.display_name: (row.suggested_item_id.code, row.suggestion_reason)
            for row in rows
        }
        self.assertEqual(found["No tax"], ("NONE", "only sales tax of this rate"))
        self.assertEqual(found["Bank"], ("BANK", "same name"))
        self.assertEqual(found["USD"], ("USD", "same code"))
        self.assertEqual(found["EUR"], (False, ""))
        self.assertEqual(self.of(self.tax15).suggested_item_id, self.item("t15"))

    def test_what_several_taxes_add_up_to_counts(self):
        ten, five = self.create_tax("Ten", 10), self.create_tax("Five", 5)
        on_top = self.create_tax("Base", 10, include_base_amount=True, sequence=0)
        fixed = self.create_tax("Eco", 3, amount_type="fixed")
        included = self.create_tax("In", 15, price_include_override="tax_included")
        for taxes, code in (
            (ten | five, "t15"),
            (on_top | five, ""),
            (included, "t15"),
            (ten | fixed, ""),
        ):
            self.mappings._ensure(
                self.ledger, {("tax", ",".join(map(str, sorted(taxes.ids))))}
            )
            row = self.of(*taxes)
            with self.subTest(taxes=taxes.mapped("name")):
                self.assertEqual(row.suggested_item_id, self.item(code or "?"))

    def test_suggestions_cost_as_many_queries_for_many_rows(self):
        for number in range(10):
            self.create_tax(f"Tax {number}", 15)
        search = self.env["synkd.mapping.search"]
        rows = self.mappings._ensure(self.ledger, search._find_possible(self.ledger))
        self.assertGreater(len(rows), 10)
        counts = []
        for some in (rows[:2], rows):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            some.mapped("suggestion_reason")
            counts.append(self.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0] + 5)

    @users("manager")
    def test_nothing_is_mapped_before_a_person_accepts(self):
        rows = self.mappings._ensure(
            self.ledger, {("tax", str(self.tax15.id)), ("bank", str(self.bank.id))}
        ).with_env(self.env)
        self.assertFalse(rows.item_id)
        rows.action_accept_suggestion()
        self.assertEqual(rows.item_id, self.item("t15") | self.item("b1"))
        self.assertFalse(rows.suggested_item_id)

    @users("manager")
    def test_accepting_keeps_what_was_chosen_or_has_no_suggestion(self):
        chosen = self.map("bank", "b1", self.bank)
        lonely = self.create_mapping("currency", currency_id=self.euro.id)
        (chosen | lonely).with_env(self.env).action_accept_suggestion()
        self.assertEqual(chosen.item_id, self.item("b1"))
        self.assertFalse(lonely.item_id)

    # === what is missing ===

    @users("manager")
    def test_what_is_missing_lists_all_that_is_in_use(self):
        city = self.create_tax("City", 2)
        self.euro.active = True
        bought = self.create_tax("Bought", 15, type_tax_use="purchase")
        unused = self.create_tax("Export", 0)
        self.create_invoice(self.line(self.desk, taxes=self.tax15 | city))
        self.create_invoice(self.line(self.desk, taxes=self.tax15))
        action = self.ledger.with_env(self.env).action_find_missing()
        found = self.env["synkd.mapping"].search(action["domain"])
        self.assertTrue(self.of(self.tax15))
        self.assertTrue(self.of(self.tax15, city), "both are on a line")
        self.assertFalse(self.of(city) or self.of(bought) or self.of(unused))
        self.assertFalse(self.of(), "each line has a tax")
        self.assertFalse(found.journal_id, "nobody paid yet")
        self.assertIn(self.income, found.account_id)
        self.assertFalse(found.currency_id, "nothing is in a foreign currency")
        self.assertEqual(self.ledger.unmapped_count, len(found))
        self.ledger.with_env(self.env).action_find_missing()
        self.assertEqual(self.ledger.unmapped_count, len(found), "no row is doubled")

    def test_what_is_missing_follows_payments_and_currencies(self):
        self.euro.active = True
        invoice = self.create_invoice(self.line(self.desk), currency_id=self.euro.id)
        pay = self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=invoice.ids
        )
        pay.create({"journal_id": self.bank.id}).action_create_payments()
        found = self.mappings._create_missing(self.ledger)
        self.assertEqual(found.journal_id, self.bank)
        self.assertEqual(found.currency_id, self.euro)

    def test_what_is_missing_has_what_old_documents_wait_for(self):
        self.ledger.start_date = False
        city = self.create_tax("City", 2)
        row = self.row_of(
            self.create_invoice(
                self.line(self.desk, taxes=city), invoice_date="2020-02-03"
            )
        )
        self.assertEqual(row.reason, "unmapped")
        self.mappings._create_missing(self.ledger)
        self.assertTrue(self.of(city))

    @users("manager")
    def test_all_good_suggestions_are_accepted_at_once(self):
        city = self.create_tax("City", 2)
        good = self.mappings._ensure(
            self.ledger, {("tax", str(self.tax15.id)), ("bank", str(self.bank.id))}
        )
        lonely = self.mappings._ensure(self.ledger, {("tax", str(city.id))})
        rows = self.mappings.with_env(self.env)
        told = rows.action_accept_good()["params"]
        sure = good.filtered("suggestion_is_good") | good.filtered("item_id")
        self.assertEqual(sure.item_id, good.item_id)
        self.assertIn(self.item("t15"), good.item_id)
        self.assertFalse(lonely.item_id)
        self.assertEqual(told["type"], "warning")
        self.assertIn("Left to you", told["message"])

    @users("manager")
    def test_accepting_at_once_keeps_to_the_list_and_guesses_nothing(self):
        similar = self.mappings._ensure(self.ledger, {("bank", str(self.bank.id))})
        tax = self.mappings._ensure(self.ledger, {("tax", str(self.tax15.id))})
        self.item("b1").sudo().write({"code": "1", "name": f"{self.bank.name}s"})
        rows = self.mappings.with_env(self.env)
        rows.with_context(active_domain=[("kind", "=", "bank")]).action_accept_good()
        self.assertTrue(similar.suggested_item_id, "it is shown")
        self.assertFalse(similar.item_id or tax.item_id)
        told = rows.with_context(
            active_domain=[("kind", "=", "tax")]
        ).action_accept_good()
        self.assertEqual(tax.item_id, self.item("t15"))
        self.assertEqual(told["params"]["type"], "success")

    @users("clerk")
    def test_a_clerk_does_not_accept_suggestions(self):
        with self.assertRaises(AccessError):
            self.mappings.with_env(self.env).action_accept_good()

    @users("manager")
    def test_what_is_missing_names_journals_of_entries_that_settle(self):
        """A clerk set a customer's debt off in the journal of other entries."""
        general = (
            self.env["account.journal"]
            .sudo()
            .search(
                [("company_id", "=", self.company.id), ("type", "=", "general")],
                limit=1,
            )
        )
        self.map_all()
        invoice = self.create_invoice(self.line(self.desk)).sudo()
        debt = invoice.line_ids.filtered("date_maturity")
        vals = {"partner_id": self.partner.id, "name": "Set off"}
        entry = (
            self.env["account.move"]
            .sudo()
            .create(
                {
                    "move_type": "entry",
                    "journal_id": general.id,
                    "line_ids": [
                        Command.create(
                            vals | {"account_id": debt.account_id.id, "credit": 115.0}
                        ),
                        Command.create(
                            vals | {"account_id": self.income.id, "debit": 115.0}
                        ),
                    ],
                }
            )
        )
        entry.action_post()
        (debt | entry.line_ids.filtered("credit")).reconcile()
        row = self.row_of(entry)
        self.assertEqual((row.kind, row.reason), ("payment", "unmapped"))
        action = self.ledger.with_env(self.env).action_find_missing()
        found = self.env["synkd.mapping"].search(action["domain"])
        self.assertIn(general, found.journal_id)

    def test_lists_that_the_books_do_not_keep_are_not_asked_for(self):
        self.keep_lists("tax")
        search = self.env["synkd.mapping.search"]
        found = search._find_possible(self.ledger) | search._find_used(self.ledger)
        self.assertEqual({kind for kind, _key in found}, {"tax"})

    # === needs of documents ===

    def test_needs_are_opened_as_rows(self):
        row = self.row_of(self.create_invoice(self.line(self.desk)))
        self.assertEqual(row.reason, "unmapped")
        needs = [Need(**need) for need in row.reason_data["unmapped"]]
        action = self.mappings._open(self.ledger, needs)
        found = self.mappings.search(action["domain"])
        self.assertEqual(found, self.of(self.tax15))
        again = self.mappings._open(self.ledger, needs)
        self.assertEqual(again["domain"], action["domain"])
        found.action_accept_suggestion()
        self.assertEqual(row.sync_state, "pending")
        found.item_id = False
        self.assertEqual(row.sync_state, "attention")

    def test_needs_that_no_row_fills_open_lists_or_classes(self):
        action = self.mappings._open(self.ledger, [Need("item", "1", "[X] Y")])
        self.assertEqual(action["res_model"], "synkd.books.item")
        need = Need("class", str(self.department.id), "Furniture")
        action = self.mappings._open(self.ledger, [need])
        self.assertEqual(action["res_model"], "synkd.product.class")
        self.assertEqual(action["domain"], [("id", "in", self.department.ids)])

    def test_each_kind_of_need_has_its_sentence(self):
        kinds = ("tax", "account", "bank", "currency", "item", "class")
        needs = [Need(kind, "1", "[X] 100%") for kind in kinds]
        sentences = self.mappings._describe(needs)
        self.assertEqual(len(set(sentences)), len(kinds))
        for sentence in sentences:
            self.assertIn("[X] 100%", sentence)

    @users("clerk")
    def test_users_see_the_mapping_and_do_not_change_it(self):
        row = self.map("bank", "b1", self.bank).with_env(self.env)
        self.assertEqual(row.item_id.code, "BANK")
        action = self.ledger.with_env(self.env).action_view_mapping()
        self.assertEqual(self.env["synkd.mapping"].search(action["domain"]), row)
        for act in (
            lambda: row.write({"item_id": False}),
            lambda: row.create({"kind": "tax"}),
            row.unlink,
            row.action_accept_suggestion,
            self.ledger.with_env(self.env).action_find_missing,
        ):
            with self.assertRaises(AccessError):
                act()

    @users("manager")
    def test_the_list_opens_for_managers_without_accounting(self):
        self.euro.active = True
        search = self.env["synkd.mapping.search"].sudo()
        self.mappings._ensure(self.ledger, search._find_possible(self.ledger))
        rows = self.env["synkd.mapping"]
        arch = rows.get_view(view_type="list")
        names = list(arch["models"]["synkd.mapping"])
        spec = {name: {"fields": {"display_name": {}}} for name in names}
        for name in names:
            if rows._fields[name].type not in ("many2one", "many2many"):
                spec[name] = {}
        found = rows.web_search_read([("ledger_id", "=", self.ledger.id)], spec)
        journals = [row["journal_id"] for row in found["records"] if row["journal_id"]]
        self.assertIn("Bank", [journal["display_name"] for journal in journals])
        self.assertIn("tax_ids", names)

    @users("manager")
    def test_a_row_is_typed_in_the_list(self):
        with Form(self.env["synkd.mapping"], view=self.list_view()) as form:
            form.kind = "currency"
            form.currency_id = self.dollar
            self.assertEqual(form.suggested_item_id, self.item("c1"))
            form.item_id = self.item("c1")
        self.assertEqual(form.record.key, str(self.dollar.id))

    def list_view(self):
        """Return the list in which rows are typed."""
        return "synkd_connector.synkd_mapping_view_list"
