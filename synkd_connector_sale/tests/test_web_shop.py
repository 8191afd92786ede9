# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import BaseCase, tagged
from odoo.tools import config

from odoo.addons.synkd_connector.tests.process_worker import Workers

SHOP = """
from odoo import Command, api
from odoo.exceptions import UserError
from odoo.modules.registry import Registry
env = api.Environment(Registry.new(env.cr.dbname).cursor(), 1, {})
website = env["website"].search([], limit=1)
visitor = env.ref("base.public_user")
product = env["product.product"].create({"name": "Drum", "type": "service"})
provider = env["payment.provider"].create({"name": "Test Pay", "code": "none"})
method = env["payment.method"].with_context(active_test=False).search([], limit=1)

def cart(partner):
    line = {"product_id": product.id, "price_unit": 100, "tax_ids": False}
    order = env["sale.order"].with_user(visitor).sudo().create({
        "partner_id": partner.id, "website_id": website.id,
        "company_id": website.company_id.id, "order_line": [Command.create(line)]})
    assert order.website_id and order.state == "draft"
    return order

def customer(name, **values):
    return env["res.partner"].create({"name": name, "is_company": True} | values)

def pay(order):
    return order.env["payment.transaction"].create({
        "provider_id": provider.id, "payment_method_id": method.id,
        "amount": order.amount_total, "currency_id": order.currency_id.id,
        "partner_id": order.partner_id.id, "sale_order_ids": [Command.set(order.ids)]})

def refuse(order, why):
    assert why in order.with_user(1).synkd_credit_notice
    for act in (lambda: pay(order), order.action_confirm):
        try:
            with env.cr.savepoint():
                act()
        except UserError as error:
            assert "cannot be placed online" in str(error), str(error)
            assert why not in str(error), "the customer is not told why"
        else:
            raise AssertionError(f"not refused: {why}")
    assert order.state == "draft"
"""
TROUBLES = {
    "closed": 'refuse(cart(customer("Zebra", web_sales=False)), "Web Sales is off")',
    "hold": """
partner = customer("Zebra")
order = cart(partner)
partner.action_synkd_hold("Two cheques bounced")
refuse(order, "Two cheques bounced")
""",
    "limit": """
partner = customer("Zebra", limit_action="block")
partner.with_company(website.company_id).credit_limit = 50
refuse(cart(partner), "above the credit limit")
""",
    "archived": """
partner = customer("Zebra")
order = cart(partner)
partner.active = False
refuse(order, "inactive")
""",
}
GOOD = """
order = cart(customer("Zebra"))
assert pay(order).sale_order_ids == order
order.action_confirm()
assert order.state == "sale"
"""


@tagged("post_install", "-at_install")
class TestWebShop(BaseCase):
    """Orders of Odoo's own web shop, in a database of its own that has one."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.workers = Workers.open(cls, config["config"])

    def test_each_trouble_is_refused_before_it_is_paid(self):
        self.assertEqual(self.workers.install("website_sale"), "")
        for trouble, code in TROUBLES.items():
            with self.subTest(trouble):
                self.assertEqual(self.workers.do(code=SHOP + code), "")
        self.assertEqual(self.workers.do(code=SHOP + GOOD), "")
