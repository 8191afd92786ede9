# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .test_resolve_wizard import ResolveCommon


@tagged("post_install", "-at_install")
class TestResolveLines(ResolveCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.category = cls.env["product.category"].create({"name": "Sundries"})
        cls.string, cls.paper = (
            cls.env["product.product"].create(
                {"name": name, "lst_price": 10, "categ_id": cls.category.id}
            )
            for name in ("String", "Paper")
        )
        cls.direct = cls.env["synkd.product.class"].search(
            [("company_id", "=", cls.company.id), ("posting", "=", "direct")]
        )

    def post(self, *products, texts=()):
        """Post an invoice with lines of products and of texts only."""
        lines = [{"product_id": product.id} for product in products]
        lines += [{"product_id": False, "name": text} for text in texts]
        return self.row_of(self.post_invoice(lines=lines))

    def choose(self, wizard, scope="always", product_class=None):
        """Answer all questions alike."""
        wizard.line_ids.write(
            {
                "scope": scope,
                "product_class_id": (product_class or self.product_class).id,
            }
        )

    def test_product_is_one_question_and_remembered(self):
        rows = self.post(self.string) | self.post(self.string, self.string)
        waiting = self.post(self.string)
        wizard = self.open(rows)
        self.assertEqual(wizard.section, "lines")
        self.assertIn("String", wizard.message)
        self.assertEqual(wizard.touched_count, 1)
        self.assertEqual(wizard.line_ids.label, "String")
        self.assertEqual(wizard.line_ids.line_count, 3)
        self.choose(wizard)
        self.confirm(wizard, ready=3)
        self.assertEqual(waiting.sync_state, "pending")
        template = self.string.product_tmpl_id.with_company(self.company)
        self.assertEqual(template.synkd_product_class_id, self.product_class)
        self.assertEqual(self.post(self.string).sync_state, "pending")

    def test_category_answers_for_all_its_products(self):
        row, other = self.post(self.string), self.post(self.paper)
        wizard = self.open(row)
        self.choose(wizard, "category")
        self.confirm(wizard, ready=2)
        self.assertEqual(other.sync_state, "pending")
        self.assertFalse(self.string.product_tmpl_id.synkd_product_class_id)

    def test_category_overrules_what_the_product_does_not_post(self):
        none = self.direct.copy({"name": "Never", "posting": "none"})
        self.string.product_tmpl_id.synkd_product_class_id = none
        wizard = self.open(self.post(self.string))
        self.choose(wizard, "category")
        self.confirm(wizard, ready=1)

    def test_only_these_lines_leave_the_next_document_waiting(self):
        row, other = self.post(self.string), self.post(self.string)
        wizard = self.open(row)
        self.choose(wizard, "line")
        self.assertEqual(wizard.touched_count, 0)
        self.confirm(wizard, ready=1)
        lines = row.move_id.invoice_line_ids
        self.assertEqual(lines.synkd_product_class_id, self.product_class)
        self.assertEqual(other.reason, "invalid_lines")

    def test_free_text_is_remembered_for_the_next_time(self):
        row = self.post(texts=["Delivery  to town"])
        wizard = self.open(row)
        self.assertEqual(wizard.line_ids.label, "Delivery to town")
        self.choose(wizard)
        self.confirm(wizard, ready=1)
        known = self.env["synkd.free.text"].search(
            [("company_id", "=", self.company.id)]
        )
        self.assertEqual(known.text, "Delivery to town")
        self.assertEqual(self.post(texts=["delivery to TOWN"]).sync_state, "pending")

    def test_count_of_others_is_of_the_same_product_or_text_only(self):
        row = self.post(self.string, texts=["Delivery\n to town"])
        self.post(self.paper, texts=["Something else"])
        wizard = self.open(row)
        self.assertEqual(wizard.touched_count, 0)
        self.post(texts=["delivery to TOWN "])
        self.assertEqual(self.open(row).touched_count, 1)
        self.post(self.string)
        wizard = self.open(row)
        self.assertEqual(wizard.touched_count, 2)
        product = wizard.line_ids.filtered("product_tmpl_id")
        product.scope = "category"
        self.assertEqual(wizard.touched_count, 3, "paper is of the same category")
        wizard.line_ids.scope = "line"
        self.assertEqual(wizard.touched_count, 0)

    def test_text_has_no_category(self):
        wizard = self.open(self.post(texts=["Delivery"]))
        self.choose(wizard, "category")
        with self.assertRaisesRegex(UserError, "has no category"):
            wizard.action_confirm()
        with Form(wizard.line_ids) as form:
            form.scope = "category"
            self.assertEqual(form.scope, "always")

    def test_several_products_and_texts_are_answered_apart(self):
        row = self.post(self.string, self.paper, texts=["Delivery"])
        wizard = self.open(row)
        labels = wizard.line_ids.mapped("label")
        self.assertEqual(labels, ["String", "Paper", "Delivery"])
        answered = wizard.line_ids[0] | wizard.line_ids[2]
        answered.product_class_id = self.product_class
        self.confirm(wizard, ready=0, left=1)
        self.assertIn("Paper", row.reason_text)
        self.assertNotIn("String", row.reason_text)

    def test_no_answer_and_a_class_that_posts_nothing_are_refused(self):
        wizard = self.open(self.post(self.string))
        wizard.line_ids.product_class_id = False
        with self.assertRaisesRegex(UserError, "Choose a product class"):
            wizard.action_confirm()
        none = self.direct.copy({"name": "Never", "posting": "none"})
        self.choose(wizard, product_class=none)
        with self.assertRaisesRegex(UserError, "Never posts nothing"):
            wizard.action_confirm()

    def test_class_of_a_line_decides_its_document_again(self):
        row = self.post(self.string)
        row.move_id.invoice_line_ids.synkd_product_class_id = self.product_class
        self.assertEqual(row.sync_state, "pending")


@tagged("post_install", "-at_install")
class TestResolveCauseAfterCause(ResolveCommon):
    """What is said between two causes: a new question must not look like a failure."""

    def post_two_causes(self):
        """Return the row of a walk-in's invoice with a free text."""
        lines = [{"product_id": False, "name": "Delivery"}]
        return self.row_of(self.post_invoice(self.stranger, lines=lines))

    def test_dialog_says_what_comes_next_and_then_what_was_done(self):
        wizard = self.open(self.post_two_causes())
        self.assertFalse(wizard.done_text)
        self.assertEqual(wizard.ahead_text, "Comes next: Invalid lines")
        wizard.action_answer_account()
        wizard.action_use_new()
        params = wizard.action_confirm()["params"]
        self.assertEqual(params["type"], "success")
        self.assertEqual(params["message"], "Documents with one more question: 1.")
        following = self.dialog(params["next"], wizard)
        self.assertEqual(
            following.done_text,
            "Not linked: done. Documents with one more question: 1.",
        )
        self.assertFalse(following.ahead_text)

    def test_documents_with_other_causes_are_announced_and_can_be_reached(self):
        self.account.class_id = self.class_decide
        decide = self.row_of(self.post_invoice())
        two = self.post_two_causes() | self.row_of(self.post_invoice(self.stranger))
        wizard = self.open(decide | two)
        self.assertEqual(wizard.row_ids, two)
        self.assertEqual(wizard.ahead_text, "Comes next: Let me decide, Invalid lines")
        following = self.dialog(wizard.action_skip(), wizard)
        self.assertEqual(following.row_ids, decide)
        self.assertFalse(following.done_text, "nothing was done")
        self.assertEqual(
            following.action_skip(), {"type": "ir.actions.act_window_close"}
        )

    def test_what_goes_on_waiting_for_the_same_is_a_warning(self):
        row = self.post_two_causes()
        self.confirm(self.open_account(row, new=True), ready=0, left=1)
        paper = self.env["product.product"].create({"name": "Paper"})
        lines = [{"product_id": paper.id}, {"product_id": False, "name": "Delivery"}]
        row = self.row_of(self.post_invoice(lines=lines))
        wizard = self.open(row)
        wizard.line_ids[0].product_class_id = self.product_class
        wizard.line_ids[1].product_class_id = False
        params = wizard.action_confirm()["params"]
        self.assertEqual(params["type"], "warning")
        self.assertIn("Still waiting: ", params["message"])

    def test_candidate_that_is_linked_already_is_no_candidate(self):
        self.account.class_id = self.class_decide
        wizard = self.open(self.row_of(self.post_invoice()))
        self.assertEqual(wizard.customer_ids.account_customer_id, self.account)
        self.assertNotIn(self.account, wizard.candidate_ids.account_customer_id)


@tagged("post_install", "-at_install")
class TestResolveOthers(ResolveCommon):
    # === MAPPING === #

    def unmap(self):
        """Forget what the sales tax is called in the books."""
        mappings = self.env["synkd.mapping"]
        found = mappings.search([("ledger_id", "=", self.ledger.id)])
        mapping = found.filtered(lambda m: m.kind == "tax" and m.tax_ids == self.tax)
        mapping.item_id = False
        return mapping

    def test_missing_mapping_is_shown_with_a_suggestion_and_mapped(self):
        mapping = self.unmap()
        row = self.row_of(self.post_invoice())
        other = self.row_of(self.post_invoice())
        wizard = self.open(row, self.manager)
        self.assertEqual(wizard.section, "mapping")
        self.assertEqual(wizard.touched_count, 1)
        need = wizard.need_ids
        self.assertEqual(need.mapping_id, mapping)
        self.assertIn("is not mapped to a tax", need.advice)
        self.assertEqual(need.item_id, mapping.suggested_item_id)
        self.assertTrue(need.suggestion_reason)
        self.confirm(wizard, ready=2)
        self.assertTrue(mapping.is_mapped)
        self.assertEqual(other.sync_state, "pending")

    def test_clerk_sees_what_is_missing_but_does_not_map(self):
        self.unmap()
        wizard = self.open(self.row_of(self.post_invoice()))
        self.assertFalse(wizard.can_map)
        self.assertTrue(wizard.need_ids.label)
        with self.assertRaisesRegex(UserError, "Only managers"):
            wizard.action_confirm()

    def test_mapping_screen_opens_on_what_is_missing(self):
        mapping = self.unmap()
        wizard = self.open(self.row_of(self.post_invoice()), self.manager)
        action = wizard.action_open_mapping()
        self.assertEqual(action["res_model"], "synkd.mapping")
        self.assertEqual(action["domain"], [("id", "in", mapping.ids)])

    def test_item_that_the_books_lack_is_told(self):
        direct = self.env["synkd.product.class"].search(
            [("company_id", "=", self.company.id), ("posting", "=", "direct")]
        )
        self.product.default_code = "NOSUCHITEM"
        self.product.product_tmpl_id.synkd_product_class_id = direct
        wizard = self.open(self.row_of(self.post_invoice()), self.manager)
        self.assertEqual(wizard.reason, "unmapped")
        self.assertFalse(wizard.has_mappings)
        self.assertIn("create it there", wizard.need_ids.advice)
        self.assertFalse(wizard.need_ids.item_hint, "nothing to choose here")
        with self.assertRaisesRegex(UserError, "Choose at least one item"):
            wizard.action_confirm()

    # === CLOSED PERIOD === #

    def test_first_open_day_is_proposed_and_taken(self):
        row = self.row_of(self.post_invoice())
        self.close_books("2026-06-30")
        wizard = self.open(row)
        self.assertEqual(wizard.section, "date")
        self.assertEqual(str(wizard.post_date), "2026-07-01")
        wizard.post_date = "2026-06-30"
        with self.assertRaisesRegex(UserError, "closed until 2026-06-30"):
            wizard.action_confirm()
        wizard.post_date = "2026-07-02"
        self.confirm(wizard, ready=1)
        self.assertEqual(str(row.post_date), "2026-07-02")
        self.assertEqual(str(row.date), "2026-06-15")

    # === REFUSED === #

    def refuse(self):
        """Post an invoice that the books refuse."""
        row = self.row_of(self.post_invoice())
        row._set_attention("The period of the books is odd.")
        return row

    def test_refused_document_is_tried_again(self):
        row = self.refuse()
        wizard = self.open(row)
        self.assertEqual(wizard.section, "refused")
        self.assertIn("The period of the books is odd", wizard.message)
        self.assertEqual(wizard.action_view_document()["res_id"], row.move_id.id)
        shown = wizard.action_view_account_customer()
        self.assertEqual(shown["res_id"], self.account.id)
        self.assertEqual(wizard.action_preview()["res_model"], "synkd.preview.wizard")
        self.confirm(wizard, ready=1)

    def test_a_refusal_that_names_its_document_is_said_as_it_is(self):
        row = self.refuse()
        self.assertIn(f"The books refused {row.display_name}: The", row.reason_text)
        row._set_pending()
        said = f"They refuse {row.number}: the period is odd. Correct it."
        row._set_attention(said)
        self.assertEqual(row.reason_text, said)

    def test_refused_customer_is_explained(self):
        row = self.row_of(self.post_invoice())
        self.account.sudo()._set_attention("Its name is odd.")
        self.env.cr.flush()
        wizard = self.open(row)
        self.assertEqual(wizard.section, "explain")
        self.assertIn("The books refused account customer", wizard.message)
        self.assertIn("They say: Its name is odd. The button", wizard.message)
        with self.assertRaisesRegex(UserError, "not resolved here"):
            wizard.action_confirm()

    # === IN THE BOOKS, BUT OTHERWISE === #

    def change(self):
        """Change an invoice after it was posted to the books."""
        invoice = self.post_invoice()
        self.post_all()
        row = self.row_of(invoice)
        self.assertEqual(row.sync_state, "synced", row.reason_text)
        invoice.button_draft()
        invoice.invoice_line_ids = [
            Command.update(invoice.invoice_line_ids.id, {"price_unit": 250.0})
        ]
        invoice.action_post()
        self.assertEqual(row.reason, "changed")
        return row

    def test_changed_document_is_shown_side_by_side(self):
        wizard = self.open(self.change(), self.manager)
        self.assertEqual(wizard.section, "posted")
        shown = {d.label: (d.ours, d.theirs) for d in wizard.difference_ids}
        self.assertEqual(shown["Total"], ("287.50", "115.00"))
        self.assertIn("250", shown["Line 1"][0])
        self.assertIn("100", shown["Line 1"][1])
        self.assertNotIn("Number", shown)
        self.assertIn("was changed in Odoo", wizard.message)

    def test_manager_voids_and_the_document_is_posted_anew(self):
        row = self.change()
        wizard = self.open(row, self.manager)
        self.assertTrue(wizard.can_void)
        wizard.action_void()
        self.assertEqual(row.operation, "void")
        self.run_ledger()
        self.assertEqual(row.sync_state, "voided")

    def test_manager_credits(self):
        row = self.change()
        wizard = self.open(row, self.manager)
        self.assertTrue(wizard.can_credit)
        wizard.action_credit()
        self.assertEqual(row.sync_state, "credited")
        self.assertEqual(self.row_of(row.move_id).number, f"{row.move_id.name}-2")

    def test_manager_leaves_with_a_reason_only(self):
        row = self.change()
        wizard = self.open(row, self.manager)
        with self.assertRaisesRegex(UserError, "Type the reason"):
            wizard.action_leave()
        wizard.note = "Agreed by phone"
        wizard.action_leave()
        self.assertEqual((row.sync_state, row.note), ("synced", "Agreed by phone"))

    def test_clerk_neither_voids_nor_credits_nor_leaves(self):
        row = self.change()
        wizard = self.open(row)
        wizard.note = "I like it"
        self.assertFalse(wizard.is_manager)
        for method in ("action_void", "action_credit", "action_leave"):
            with self.assertRaisesRegex(AccessError, "Only managers"):
                getattr(wizard, method)()
        self.assertEqual(row.reason, "changed")

    def test_taken_back_document_is_shown_as_such(self):
        row = self.change()
        row.move_id.button_draft()
        wizard = self.open(row, self.manager)
        self.assertIn("taken back", wizard.difference_ids.ours)

    def test_difference_of_totals_is_shown(self):
        row = self.row_of(self.post_invoice())
        row.external_id = "D1"
        data = {
            "our_total": "115.00",
            "books_total": "115.01",
            "our_tax": "15.00",
            "books_tax": "15.00",
        }
        row._set_changed("The totals differ.", "difference", data)
        wizard = self.open(row, self.manager)
        shown = [(d.label, d.ours, d.theirs) for d in wizard.difference_ids]
        self.assertEqual(shown, [("Total", "115.00", "115.01")])


@tagged("post_install", "-at_install")
class TestReasonWizard(ResolveCommon):
    def ask(self, rows, action, user=None):
        """Press a button that asks for a reason."""
        rows = rows.with_user(user or self.clerk).with_company(self.company)
        return self.dialog(getattr(rows, action)(), rows)

    def test_hold_back_asks_why_for_one_and_many(self):
        rows = self.row_of(self.post_invoice()) | self.row_of(self.post_invoice())
        wizard = self.ask(rows[:1], "action_hold")
        self.assertIn(rows[:1].number, wizard.message)
        with self.assertRaisesRegex(UserError, "Type the reason"):
            wizard.action_confirm()
        wizard.note = "Waits for the goods"
        wizard.action_confirm()
        self.assertEqual(rows.mapped("sync_state"), ["held", "pending"])
        rows |= self.row_of(self.post_invoice())
        wizard = self.ask(rows, "action_hold")
        self.assertIn("2 documents", wizard.message)
        self.assertIn("Of those selected 1 are left", wizard.message)

    def test_exclude_keeps_the_reason(self):
        row = self.row_of(self.post_invoice())
        wizard = self.ask(row, "action_exclude")
        wizard.note = "Typed in over there"
        wizard.action_confirm()
        self.assertEqual(row.sync_state, "excluded")
        self.assertIn("Typed in over there", row.reason_text)

    def test_leave_is_for_managers(self):
        row = self.row_of(self.post_invoice())
        wizard = self.ask(row, "action_leave")
        wizard.note = "Fine"
        with self.assertRaises(AccessError):
            wizard.action_confirm()

    def test_nobody_without_the_books_is_asked(self):
        row = self.row_of(self.post_invoice())
        nobody = self.create_user("nobody", "base.group_user")
        with self.assertRaises(AccessError):
            self.ask(row, "action_hold", nobody)
