# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.synkd_connector_demo.tests.customers.test_credit_ways import (
    CreditCommon,
    CreditWays,
)

SELLER = "base.group_user,sales_team.group_sale_salesman_all_leads"


@tagged("post_install", "-at_install")
class TestOrderWays(CreditWays, CreditCommon):
    """Every way in which an order is confirmed."""

    weights = {
        "hold": 2,
        "overdue": 1,
        "limit": 2,
        "blocked": 3,
        "new": 3,
        "site": 3,
        "archived": 3,
    }

    # By the link of his quotation, signed.
    own_ways = ("signed",)

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.worker = cls.create_user("ways-seller", SELLER)

    def make(self, partner):
        """Return a quotation over 100."""
        line = {"product_id": self.product.id, "price_unit": 100, "tax_ids": False}
        return self.env["sale.order"].create(
            {
                "partner_id": partner.id,
                "company_id": self.company.id,
                "order_line": [Command.create(line)],
            }
        )

    def ways(self, order):
        """Return how an order is confirmed."""
        other = self.make(self.partner).with_user(self.worker)
        portal = order.with_user(self.env.ref("base.public_user")).sudo()
        return {
            "form": order.action_confirm,
            "list": (order + other).action_confirm,
            "rpc": lambda: order.write({"state": "sale"}),
            "import": lambda: self.load(order),
            "signed": portal._validate_order,
        }

    def load(self, order):
        """Import a file that says that the order is confirmed."""
        told = order.load([".id", "state"], [[str(order.id), "Sales Order"]])
        if told["messages"]:
            raise UserError(told["messages"][0]["message"])

    def is_done(self, order):
        """Whether it is confirmed."""
        return order.state == "sale"
