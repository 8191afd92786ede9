# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import Form, tagged

from .common import StockCommon


@tagged("post_install", "-at_install")
class TestDeliveryForm(StockCommon):
    """People of the warehouse see the notice, and not the button."""

    def test_the_form_of_each(self):
        picking = self.deliver()
        self.hold()
        for user, has_button in ((self.keeper, False), (self.chief, True)):
            mine = picking.with_user(user)
            with Form(mine) as form:
                self.assertIn("on hold", form.synkd_credit_notice)
            arch = mine.get_view(view_type="form")["arch"]
            self.assertEqual("action_synkd_open_permit" in arch, has_button)
            action = self.env["ir.actions.act_window"].with_user(user)
            action._for_xml_id("stock.action_picking_tree_all")
