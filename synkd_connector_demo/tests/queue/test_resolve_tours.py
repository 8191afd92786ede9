# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import Command
from odoo.tests import HttpCase, tagged

from ..faults_common import FaultsCommon
from .test_resolve_wizard import ResolveCommon

FORM = "/odoo/transaction-queue"


@tagged("post_install", "-at_install")
class TestResolveTours(ResolveCommon, FaultsCommon, HttpCase):
    """People at the dialog, in a real browser."""

    def start(self, row, tour, user="clerk"):
        """Run a tour on the form of one row."""
        self.start_tour(f"{FORM}/{row.id}", tour, login=user)
        self.env.invalidate_all()

    def test_candidate_is_used_for_all_waiting_documents(self):
        account = self.create_account("Stranger Trucks")
        row = self.row_of(self.post_invoice(self.stranger))
        self.post_invoice(self.stranger)
        self.start(row, "synkd_resolve_not_linked")
        self.assertEqual(self.stranger.account_customer_id, account)

    def test_walk_in_is_linked_to_the_generic_account_customer(self):
        invoice = self.post_invoice(self.stranger)
        self.pay(invoice)
        self.start(self.row_of(invoice), "synkd_resolve_generic")
        self.assertEqual(self.stranger.account_customer_id, self.counter)
        self.assertEqual(self.row_of(invoice).sync_state, "pending")

    def test_line_gets_a_class(self):
        product = self.env["product.product"].create({"name": "String"})
        lines = [{"product_id": product.id}]
        row = self.row_of(self.post_invoice(lines=lines))
        self.start(row, "synkd_resolve_lines")
        template = product.product_tmpl_id.with_company(self.company)
        self.assertEqual(template.synkd_product_class_id, self.product_class)

    def test_suggested_mapping_is_taken(self):
        mappings = self.env["synkd.mapping"].search(
            [("ledger_id", "=", self.ledger.id), ("kind", "=", "tax")]
        )
        mapping = mappings.filtered(lambda m: m.tax_ids == self.tax)
        mapping.item_id = False
        row = self.row_of(self.post_invoice())
        self.start(row, "synkd_resolve_mapping", "manager")
        self.assertTrue(mapping.is_mapped)

    def test_first_open_day_is_taken(self):
        row = self.row_of(self.post_invoice())
        self.close_books("2026-06-30")
        self.start(row, "synkd_resolve_closed")
        self.assertEqual(str(row.post_date), "2026-07-01")

    def test_held_account_customer_is_released(self):
        row = self.row_of(self.post_invoice())
        self.account.held = True
        self.start(row, "synkd_resolve_held")
        self.assertFalse(self.account.held)

    def test_archived_account_customer_is_restored(self):
        row = self.row_of(self.post_invoice())
        self.account.active = False
        self.start(row, "synkd_resolve_archived")
        self.assertTrue(self.account.active)

    def test_unpaid_walk_in_gets_a_class_that_bills(self):
        self.env["synkd.customer.link"]._link([(self.stranger, self.counter)])
        row = self.row_of(self.post_invoice(self.stranger))
        self.assertEqual(row.reason, "payment_required")
        self.start(row, "synkd_resolve_payment_required")
        self.assertEqual(row.sync_state, "pending")
        self.assertNotEqual(row.account_customer_id, self.counter)

    def test_unpaid_walk_in_is_paid_in_four_clicks(self):
        row = self.row_of(self.post_invoice(self.stranger))
        self.start_tour("/odoo/requires-attention", "synkd_resolve_pay", login="clerk")
        self.env.invalidate_all()
        self.assertEqual(row.sync_state, "pending")
        self.assertEqual(row.account_customer_id, self.counter)

    def test_thoughtless_clicks_make_and_link_nobody(self):
        row = self.row_of(self.post_invoice(self.stranger))
        before = self.env["synkd.account.customer"].search_count([])
        self.start(row, "synkd_resolve_thoughtless")
        self.assertEqual((row.sync_state, row.reason), ("attention", "not_linked"))
        after = self.env["synkd.account.customer"].search_count([])
        self.assertEqual(after, before)
        self.assertFalse(self.stranger.account_customer_id)

    def test_refused_document_is_tried_again(self):
        invoice = self.post_invoice(ref="Odd words")
        self.ledger.demo_refuse = "Odd words"
        self.post_all()
        row = self.row_of(invoice)
        self.assertEqual(row.reason, "refused")
        self.start(row, "synkd_resolve_refused")
        self.ledger.demo_refuse = False
        self.post_all()
        self.assertEqual(row.sync_state, "synced")

    def test_refused_customer_is_opened(self):
        self.ledger.demo_refuse = "Odd Traders"
        account = self.create_account("Odd Traders")
        self.env["synkd.customer.link"]._link([(self.stranger, account)])
        row = self.row_of(self.post_invoice(self.stranger))
        self.post_all()
        self.assertEqual(row.reason, "refused_customer", row.reason_text)
        self.start(row, "synkd_resolve_refused_customer")

    def test_payment_of_several_account_customers_is_opened(self):
        row = self.row_of(self.pay_for_two_customers())
        self.assertEqual((row.sync_state, row.reason), ("attention", "mixed"))
        self.start(row, "synkd_resolve_mixed")

    def test_changed_document_is_left_with_a_reason(self):
        invoice = self.post_invoice()
        self.post_all()
        row = self.row_of(invoice)
        invoice.button_draft()
        line = Command.update(invoice.invoice_line_ids.id, {"price_unit": 250.0})
        invoice.invoice_line_ids = [line]
        invoice.action_post()
        self.start(row, "synkd_resolve_changed", "manager")
        self.assertEqual(row.note, "Agreed by phone")

    def test_many_are_resolved_cause_after_cause(self):
        self.post_invoice(self.stranger)
        self.post_invoice(self.create_partner("Other"))
        self.post_invoice()
        self.account.class_id = self.class_decide
        self.start_tour("/odoo/requires-attention", "synkd_resolve_many", login="clerk")
        self.env.invalidate_all()
        rows = self.env["synkd.transaction"].search(
            [("ledger_id", "=", self.ledger.id)]
        )
        self.assertEqual(rows.mapped("sync_state"), ["pending"] * 3)

    def test_document_is_held_back_with_a_reason_and_released(self):
        row = self.row_of(self.post_invoice())
        self.start(row, "synkd_hold_back")
        self.assertEqual(row.sync_state, "pending")
