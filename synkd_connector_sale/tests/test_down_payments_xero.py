# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import tagged

from odoo.addons.synkd_connector_xero.tests.test_xero_money import XeroMoneyCommon

from .common import SaleCommon


@tagged("post_install", "-at_install")
class TestDownPaymentsInXero(SaleCommon, XeroMoneyCommon):
    """Down payments and final invoices that deduct them, over HTTP to the cent."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.product = cls.widget
        cls.product.write({"type": "service", "invoice_policy": "order"})

    def setUp(self):
        super().setUp()
        income = self.product.product_tmpl_id.get_product_accounts()["income"]
        self.map("account", "200", income)

    def test_one_setting_posts_them_all_to_the_cent(self):
        self.ledger.down_payment_class_id = self.product.synkd_product_class_id
        for method in ("round_globally", "round_per_line"):
            with self.subTest(method):
                self.company.tax_calculation_rounding_method = method
                invoices = self.invoices(11191.82)
                self.assertEqual({self.row_of(i).reason for i in invoices}, {False})
                self.run_all()
                self.assert_in_xero(*invoices)
                # A cent too much was taken: the final invoice gives it back.
                self.assertEqual(invoices[-1].move_type, "out_refund")
                self.assertEqual(self.amounts_in_xero(), [-11191.82, 5595.91, 5595.91])

    def test_without_the_setting_nothing_goes_out(self):
        invoices = self.invoices(1000)
        self.run_ledger()
        rows = [self.row_of(invoice) for invoice in invoices]
        self.assertEqual({row.reason for row in rows}, {"invalid_lines"})
        self.assertFalse(self.in_xero("invoices"))
        self.ledger.down_payment_class_id = self.product.synkd_product_class_id
        self.run_all()
        self.assert_in_xero(*invoices)

    def amounts_in_xero(self):
        """Return the amounts of the lines of the last credit note, in their order."""
        last = self.in_xero("credit_notes")[-1]
        return sorted(float(line["LineAmount"]) for line in last["LineItems"])
