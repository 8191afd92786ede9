# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import Form, tagged

from ..common_documents import DocumentsCommon


@tagged("post_install", "-at_install")
class TestRecordInvoices(DocumentsCommon):
    """What the customer record does at the invoice."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rep = cls.create_user("rep", "account.group_account_invoice")
        cls.branch = cls.create_partner("Hope North", parent_id=cls.partner.id)

    def set_rep(self, **values):
        """Give the customer a sales rep."""
        self.partner.rep_ids = [(5,), (0, 0, {"user_id": self.rep.id} | values)]

    def open_invoice(self, partner):
        """Return the form of a new invoice for a customer."""
        moves = self.env["account.move"].with_context(default_move_type="out_invoice")
        form = Form(moves)
        form.partner_id = partner
        form.invoice_user_id = self.rep
        return form

    # === DISCOUNT === #

    def test_typed_lines_have_the_discount_of_the_sales_rep(self):
        self.set_rep(discount=7.5)
        form = self.open_invoice(self.branch)
        with form.invoice_line_ids.new() as line:
            line.product_id = self.desk
            self.assertEqual(line.discount, 7.5)
        with form.invoice_line_ids.new() as line:
            line.discount = 3
            line.product_id = self.desk
        move = form.save()
        self.assertEqual(move.invoice_line_ids.mapped("discount"), [7.5, 3])

    def test_other_sales_people_and_vendors_give_none(self):
        self.set_rep(discount=7.5)
        form = self.open_invoice(self.branch)
        form.invoice_user_id = self.env.user
        with form.invoice_line_ids.new() as line:
            line.product_id = self.desk
            self.assertEqual(line.discount, 0)
