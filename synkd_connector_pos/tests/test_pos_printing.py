# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from unittest.mock import patch

from odoo.tests import tagged

from odoo.addons.base.models.ir_actions_report import IrActionsReport

from .common import PosCommon

PDF = b"%PDF-1.4"


@tagged("post_install", "-at_install")
class TestPosPrinting(PosCommon):
    def sell_where_printing_is(self, state):
        """Sell with an invoice on a server that prints for real, or cannot."""
        self.env = self.env(
            context={**self.env.context, "force_report_rendering": True}
        )
        printed = patch.object(
            IrActionsReport, "_run_wkhtmltopdf", lambda *_args, **_options: PDF
        )
        found = patch.object(
            IrActionsReport, "get_wkhtmltopdf_state", lambda _report: state
        )
        with printed, found:
            return self.sell().account_move

    def test_a_server_that_cannot_print_sells_all_the_same(self):
        for state in ("install", "broken"):
            with self.subTest(state):
                invoice = self.sell_where_printing_is(state)
                self.assertEqual(invoice.state, "posted")
                self.assertFalse(invoice.invoice_pdf_report_id)
                self.assertEqual(self.row_of(invoice).source, "shop")
                self.assertIn("wkhtmltopdf", invoice.message_ids[0].body)
                self.assertIn(invoice.name, invoice.message_ids[0].body)

    def test_a_server_that_can_print_does(self):
        invoice = self.sell_where_printing_is("ok")
        self.assertEqual(invoice.invoice_pdf_report_id.raw, PDF)
