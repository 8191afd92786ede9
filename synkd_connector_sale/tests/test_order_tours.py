# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import Command
from odoo.tests import HttpCase, tagged

from odoo.addons.synkd_connector_demo.tests.queue_common import QueueCommon

SELLER = "base.group_user,sales_team.group_sale_salesman_all_leads"


@tagged("post_install", "-at_install")
class TestOrderTours(QueueCommon, HttpCase):
    """A seller and a credit manager, in a real browser."""

    def test_an_order_above_the_limit_with_a_reason(self):
        self.create_user("order-seller", SELLER)
        chief = self.create_user(
            "order-chief", f"{SELLER},synkd_connector.group_credit"
        )
        here = self.partner.with_company(self.company)
        here.write({"credit_limit": 50, "limit_action": "reason"})
        line = {"product_id": self.product.id, "price_unit": 100, "tax_ids": False}
        order = self.env["sale.order"].create(
            {
                "partner_id": self.partner.id,
                "company_id": self.company.id,
                "order_line": [Command.create(line)],
            }
        )
        url = f"/odoo/action-sale.action_quotations_with_onboarding/{order.id}"
        self.start_tour(url, "synkd_order_refused", login="order-seller")
        self.assertEqual(order.state, "draft")
        self.start_tour(url, "synkd_order_permit", login="order-chief")
        self.assertEqual(order.state, "sale")
        permit = self.partner.credit_permit_ids
        self.assertEqual(permit.reason, "Half is paid in advance")
        self.assertEqual(permit.user_id, chief)
