# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import tagged

from odoo.addons.synkd_connector_demo.tests.faults_common import FaultsCommon

from .common import SaleCommon


@tagged("post_install", "-at_install")
class TestDownPayments(SaleCommon, FaultsCommon):
    """Down payments and the final invoices that deduct them, without a person."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.product.write({"type": "service", "invoice_policy": "order"})

    def test_one_setting_posts_them_all_to_the_cent(self):
        self.ledger.down_payment_class_id = self.product_class
        for method in ("round_globally", "round_per_line"):
            with self.subTest(method):
                self.company.tax_calculation_rounding_method = method
                invoices = self.invoices(11191.82)
                for invoice in invoices:
                    row = self.row_of(invoice)
                    self.assertEqual(row.sync_state, "pending", row.reason_text)
                self.post_all()
                for invoice in invoices:
                    self.assert_posted(invoice)

    def test_the_setting_frees_what_waits_and_takes_it_back(self):
        invoices = self.invoices(1000)
        rows = [self.row_of(invoice) for invoice in invoices]
        self.assertEqual({row.reason for row in rows}, {"invalid_lines"})
        self.ledger.down_payment_class_id = self.product_class
        self.assertEqual({row.sync_state for row in rows}, {"pending"})
        self.ledger.down_payment_class_id = False
        self.assertEqual({row.reason for row in rows}, {"invalid_lines"})

    def test_other_free_lines_still_need_a_person(self):
        self.ledger.down_payment_class_id = self.product_class
        invoice = self.post_invoice(lines=[{"product_id": False, "name": "Call-out"}])
        self.assertEqual(self.row_of(invoice).reason, "invalid_lines")

    def test_a_class_of_the_line_itself_comes_first(self):
        self.ledger.down_payment_class_id = self.product_class
        invoice = self.invoice(self.order(1000), "percentage", 30)
        none = self.env["synkd.product.class"].search(
            [("company_id", "=", self.company.id), ("posting", "=", "none")], limit=1
        )
        invoice.invoice_line_ids.synkd_product_class_id = none
        self.env["synkd.transaction"]._redecide([("move_id", "=", invoice.id)])
        self.assertEqual(self.row_of(invoice).reason, "invalid_lines")

    def test_one_answer_is_enough_without_the_setting(self):
        first = self.invoice(self.order(1000), "percentage", 30)
        second = self.invoice(self.order(2000), "percentage", 25)
        final = self.invoice(
            second.invoice_line_ids.sale_line_ids.order_id, "delivered"
        )
        for invoice in (first, final):
            row = self.row_of(invoice)
            self.assertEqual(row.reason, "invalid_lines")
            action = row.action_resolve()
            wizard = self.env[action["res_model"]].browse(action["res_id"])
            self.assertEqual(set(wizard.line_ids.mapped("scope")), {"pattern"})
            wizard.line_ids.product_class_id = self.product_class
            wizard.action_confirm()
        third = self.order(3000)
        later = self.invoice(third, "percentage", 10) | self.invoice(third, "delivered")
        for invoice in first | second | final | later:
            row = self.row_of(invoice)
            self.assertEqual(row.sync_state, "pending", row.reason_text)
