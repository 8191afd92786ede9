# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import Command
from odoo.tests import tagged

from ...lib.obstacles import MOST_NAMED, Need, Obstacles
from ..common_documents import DocumentsCommon


@tagged("post_install", "-at_install")
class TestLineRule(DocumentsCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.map_all()

    def find(self, move, source=""):
        """Return the obstacles of an invoice."""
        return self.rules._find(self.ledger, {move.id: source})[move.id]

    def posted_item(self, move, source=""):
        """Return the item of the only line of an invoice, and its obstacles."""
        (posting,) = self.rules._get_postings(self.ledger, {move.id: source}).values()
        return posting.item or posting.account

    # === contract ===

    def test_an_invoice_that_can_be_posted_has_no_obstacles(self):
        move = self.create_invoice(self.line(self.desk), self.line(self.chair))
        self.assertEqual(self.find(move), Obstacles())
        self.assertFalse(self.find(move))
        self.assertEqual(self.rules._find(self.ledger, {}), {})
        self.assertEqual(self.rules._get_postings(self.ledger, {}), {})

    def test_the_number_of_queries_does_not_grow_with_the_documents(self):
        lines = (self.line(self.desk), self.line(self.thing), self.line())
        moves = [self.create_invoice(*lines) for _i in range(6)]
        self.env.flush_all()
        self.ledger._get_rule_facts()
        for count in (1, 6):
            sources = {move.id: "shop" for move in moves[:count]}
            with self.assertQueryCount(1):
                found = self.rules._find(self.ledger, sources)
            self.assertEqual(len(found), count)
            with self.assertQueryCount(1):
                self.rules._get_postings(self.ledger, sources)
        self.env.invalidate_all()
        with self.assertQueryCount(1):
            self.rules._find(self.ledger, sources)

    def test_each_document_is_told_its_own_obstacles(self):
        good = self.create_invoice(self.line(self.desk))
        bad = self.create_invoice(self.line(self.thing))
        found = self.rules._find(self.ledger, {good.id: "", bad.id: ""})
        self.assertEqual(found, {good.id: Obstacles(), bad.id: Obstacles(("Thing",))})

    # === which class a line has ===

    def test_a_line_without_class_is_named(self):
        move = self.create_invoice(
            self.line(self.thing), self.line(name="Call-out fee"), self.line(self.desk)
        )
        self.assertEqual(self.find(move).invalid, ("Thing", "Call-out fee"))

    def test_a_class_that_does_not_post_is_named(self):
        self.thing.product_tmpl_id.synkd_product_class_id = self.none
        move = self.create_invoice(self.line(self.thing))
        self.assertEqual(self.find(move).invalid, ("Thing",))

    def test_the_class_chosen_for_a_posted_line_comes_first(self):
        move = self.create_invoice(self.line(self.desk, 100))
        before = move.line_ids.mapped("balance")
        line = move.invoice_line_ids
        line.synkd_product_class_id = self.department
        self.assertEqual(self.posted_item(move), "DEP")
        line.synkd_product_class_id = self.none
        self.assertEqual(self.find(move).invalid, ("Desk",))
        self.assertEqual(move.state, "posted")
        self.assertEqual(move.line_ids.mapped("balance"), before)

    def test_a_line_of_a_closed_period_can_be_classed(self):
        move = self.create_invoice(self.line(self.thing))
        self.company.fiscalyear_lock_date = "2026-12-31"
        self.company.hard_lock_date = "2026-12-31"
        move.invoice_line_ids.synkd_product_class_id = self.department
        self.assertFalse(self.find(move))

    def test_a_reconciled_line_can_be_classed(self):
        move = self.create_invoice(self.line(self.desk))
        self.pay(move)
        state = move.payment_state
        move.invoice_line_ids.synkd_product_class_id = self.department
        self.assertEqual(move.payment_state, state)
        self.assertFalse(move.amount_residual)

    def test_a_credit_note_inherits_what_was_chosen(self):
        move = self.create_invoice(self.line(self.thing))
        move.invoice_line_ids.synkd_product_class_id = self.department
        credit = move._reverse_moves([{"invoice_date": "2026-03-11"}], cancel=False)
        credit.action_post()
        self.assertFalse(self.find(credit))

    def test_the_class_of_the_product_comes_before_its_category(self):
        self.desk.categ_id = self.chairs
        self.assertEqual(
            self.posted_item(self.create_invoice(self.line(self.desk))), "desk"
        )
        self.desk.product_tmpl_id.synkd_product_class_id = False
        self.assertEqual(
            self.posted_item(self.create_invoice(self.line(self.desk))), "DEP"
        )

    def test_the_nearest_category_counts(self):
        move = self.create_invoice(self.line(self.chair))
        self.assertEqual(self.posted_item(move), "DEP")
        self.chairs.synkd_product_class_id = self.none
        self.assertEqual(self.find(move).invalid, ("Chair",))
        self.chairs.write({"synkd_product_class_id": False, "parent_id": False})
        self.assertEqual(self.find(move).invalid, ("Chair",))

    def test_a_product_without_category_is_named(self):
        self.chair.categ_id = False
        move = self.create_invoice(self.line(self.chair))
        self.assertEqual(self.find(move).invalid, ("Chair",))

    def test_a_branch_uses_the_class_of_its_company_unless_it_has_its_own(self):
        branch = self.env["res.company"].create(
            {
                "name": "North",
                "parent_id": self.company.id,
                "country_id": self.env.ref("base.us").id,
            }
        )
        journal = self.env["account.journal"].create(
            {
                "name": "North",
                "type": "sale",
                "code": "N",
                "company_id": branch.id,
                "default_account_id": self.income.id,
            }
        )
        receivable = self.partner.property_account_receivable_id
        theirs = self.partner.with_company(branch)
        theirs.property_account_receivable_id = receivable
        self.env.user.company_ids |= branch
        env = self.env(context={"allowed_company_ids": [branch.id, self.company.id]})
        move = (
            self.env["account.move"]
            .with_env(env)
            .create(
                {
                    "move_type": "out_invoice",
                    "partner_id": self.partner.id,
                    "journal_id": journal.id,
                    "company_id": branch.id,
                    "invoice_date": "2026-03-10",
                    "invoice_line_ids": [self.line(self.chair)],
                }
            )
        )
        self.assertEqual(move.company_id, branch)
        self.assertEqual(self.posted_item(move), "DEP")
        self.chairs.with_company(branch).synkd_product_class_id = self.none
        self.assertEqual(self.find(move).invalid, ("Chair",))

    def test_a_class_of_another_company_counts_as_none(self):
        other = self.env["res.company"].create({"name": "Other"})
        theirs = self.product_classes.create(
            {"name": "Theirs", "company_id": other.id, "posting": "direct"}
        )
        move = self.create_invoice(self.line(self.desk))
        self.env.flush_all()
        self.cr.execute(
            "UPDATE account_move_line SET synkd_product_class_id = %s WHERE id = %s",
            (theirs.id, move.invoice_line_ids.id),
        )
        self.assertEqual(self.find(move).invalid, ("Desk",))

    def test_a_remembered_text_posts_lines_without_product_only(self):
        self.env["synkd.free.text"]._remember(
            self.department, ["Call-out  Fee", "Thing"]
        )
        names = ("call-out fee", "  CALL-OUT\nFEE ", "Call-out\u00a0fee")
        for name in names:
            move = self.create_invoice(self.line(name=name))
            with self.subTest(name=name):
                self.assertFalse(self.find(move))
        move = self.create_invoice(self.line(name="Call-out"), self.line(self.thing))
        self.assertEqual(self.find(move).invalid, ("Call-out", "Thing"))

    # === what counts ===

    def test_notes_and_empty_lines_never_count(self):
        move = self.create_invoice(
            Command.create({"display_type": "line_section", "name": "Section"}),
            Command.create({"display_type": "line_note", "name": "Note"}),
            self.line(name="Nothing", price=0, quantity=0),
            self.line(self.desk),
        )
        self.assertFalse(self.find(move))

    def test_long_and_many_names_are_cut(self):
        lines = [self.line(name=f"{n:02} " + "long " * 30) for n in range(13)]
        found = self.find(self.create_invoice(*lines))
        self.assertEqual(len(found.invalid), MOST_NAMED)
        self.assertEqual(found.more, 3)
        self.assertTrue(found.invalid[0].startswith("00 long long"))
        self.assertEqual(len(found.invalid[0]), 60)

    def test_a_line_that_says_nothing_is_named_all_the_same(self):
        move = self.create_invoice(self.line(name=False))
        self.assertEqual(self.find(move).invalid, ("(no description)",))

    # === what is not mapped ===

    def test_an_item_that_the_books_do_not_have_is_a_need(self):
        self.desk.default_code = "NEW"
        move = self.create_invoice(self.line(self.desk), self.line(self.desk))
        need = Need("item", str(self.desk.id), "[NEW] Desk")
        self.assertEqual(self.find(move).unmapped, (need,))
        self.desk.default_code = False
        self.assertEqual(self.find(move).unmapped[0].label, "Desk")

    def test_an_entry_that_the_books_removed_is_a_need(self):
        self.item("dep").sudo().active = False
        move = self.create_invoice(self.line(self.chair))
        need = Need("class", str(self.department.id), "Furniture")
        self.assertEqual(self.find(move).unmapped, (need,))
        self.assertFalse(self.find(move, "shop"), "the shop has an item of its own")

    def test_books_without_items_post_products_to_accounts(self):
        self.keep_lists("tax", "account", "bank", "currency")
        move = self.create_invoice(self.line(self.desk))
        self.assertEqual(self.posted_item(move), "4000")
        self.mappings.search([("kind", "=", "account")]).unlink()
        (need,) = self.find(move).unmapped
        self.assertEqual((need.kind, need.key), ("account", str(self.income.id)))
        self.assertIn(self.income.name, need.label)
        self.assertIn(self.income.code, need.label)

    def test_books_without_lists_need_no_mapping(self):
        self.keep_lists()
        self.mappings.search([]).unlink()
        self.euro.active = True
        self.create_rate(self.euro, 0.5)
        move = self.create_invoice(self.line(self.desk), currency_id=self.euro.id)
        self.assertFalse(self.find(move))
        payment = self.pay(move)
        row = (1, payment.move_id.id, payment.id)
        self.assertFalse(self.rules._find_payments(self.ledger, [row])[1])

    def test_a_combination_of_taxes_is_a_need_of_its_own(self):
        city = self.create_tax("City", 2)
        both = self.tax15 | city
        move = self.create_invoice(self.line(self.desk, taxes=both))
        (need,) = self.find(move).unmapped
        self.assertEqual(need.key, ",".join(str(id_) for id_ in sorted(both.ids)))
        self.assertEqual((need.kind, need.label), ("tax", "VAT 15 + City"))
        self.map("tax", "t15", *both)
        self.assertFalse(self.find(move))
        self.item("t15").sudo().active = False
        self.assertTrue(self.find(move), "the books removed the tax")

    def test_no_tax_is_mapped_as_well(self):
        none = self.env["account.tax"]
        move = self.create_invoice(self.line(self.desk, taxes=none))
        self.assertFalse(self.find(move))
        self.mappings.search([("key", "=", "")]).unlink()
        self.assertEqual(self.find(move).unmapped, (Need("tax", "", "no tax"),))

    def test_only_foreign_currencies_are_needs(self):
        self.euro.active = True
        move = self.create_invoice(self.line(self.desk), currency_id=self.euro.id)
        need = Need("currency", str(self.euro.id), "EUR")
        self.assertEqual(self.find(move).unmapped, (need,))
        self.map("currency", "c1", self.euro)
        self.assertEqual(self.find(move).rateless, "EUR")
        self.create_rate(self.euro, 1)
        self.assertFalse(self.find(move))

    def test_the_account_of_a_rounding_line_is_a_need(self):
        account = self.company.expense_currency_exchange_account_id
        rounding = self.env["account.cash.rounding"].create(
            {
                "name": "5 cents",
                "rounding": 0.05,
                "strategy": "add_invoice_line",
                "profit_account_id": account.id,
                "loss_account_id": account.id,
                "rounding_method": "HALF-UP",
            }
        )
        move = self.create_invoice(
            self.line(self.desk, 10.01), invoice_cash_rounding_id=rounding.id
        )
        (need,) = self.find(move).unmapped
        self.assertEqual((need.kind, need.key), ("account", str(account.id)))
        self.map("account", "a900", account)
        self.assertFalse(self.find(move))

    # === payments ===

    def test_what_a_payment_needs(self):
        self.euro.active = True
        self.create_rate(self.euro, 0.5)
        loss = self.company.expense_currency_exchange_account_id
        move = self.create_invoice(self.line(self.desk), currency_id=self.euro.id)
        payment = self.pay(
            move,
            amount=110,
            payment_difference_handling="reconcile",
            writeoff_account_id=loss.id,
        )
        self.mappings.search([("kind", "=", "bank")]).unlink()
        rows = [(7, 0, payment.id), (8, payment.move_id.id, 0)]
        self.env.flush_all()
        with self.assertQueryCount(1):
            found = self.rules._find_payments(self.ledger, rows)
        for key in (7, 8):
            needs = [(need.kind, need.key) for need in found[key].unmapped]
            self.assertEqual(
                needs,
                [
                    ("bank", str(self.bank.id)),
                    ("currency", str(self.euro.id)),
                    ("account", str(loss.id)),
                ],
            )
        self.map("bank", "b1", self.bank)
        self.map("currency", "c1", self.euro)
        self.map("account", "a900", loss)
        self.assertEqual(
            self.rules._find_payments(self.ledger, rows),
            {7: Obstacles(), 8: Obstacles()},
        )
        self.assertEqual(self.rules._find_payments(self.ledger, []), {})

    def test_obstacles_are_fit_for_json(self):
        need = Need("tax", "", "no tax")
        obstacles = Obstacles(("Thing",), 2, (need,), rateless="EUR")
        self.assertEqual(
            obstacles.as_dict(),
            {
                "invalid": ["Thing"],
                "more": 2,
                "unmapped": [{"kind": "tax", "key": "", "label": "no tax"}],
                "rateless": "EUR",
            },
        )
