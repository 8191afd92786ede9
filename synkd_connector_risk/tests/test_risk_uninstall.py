# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.tests import BaseCase, tagged
from odoo.tools import config

from odoo.addons.synkd_connector.tests.process_worker import Workers

MAKE = """
from odoo import Command
partner = env["res.partner"].create({
    "name": "Leaving", "is_company": True, "risk_sale_order_limit": 50})
product = env["product.product"].create({"name": "Drum", "type": "service"})
line = {"product_id": product.id, "price_unit": 100, "tax_ids": False}
order = env["sale.order"].create({
    "partner_id": partner.id, "order_line": [Command.create(line)]})
try:
    order.action_confirm()
except Exception as error:
    assert "Financial Risk" in str(error)
else:
    raise AssertionError("confirmed")
env.cr.commit()
"""
UNINSTALL = """
env["ir.module.module"].search(
    [("name", "=", "synkd_connector_risk")]).button_immediate_uninstall()
"""
# The process knows the addons as they were when it began.
FRESH = """
from odoo import api
from odoo.modules.registry import Registry
env = api.Environment(Registry.new(env.cr.dbname).cursor(), 1, {})
"""
# Theirs acts again as it does without us, and ours too.
AFTER = """
order = env["sale.order"].search([("partner_id.name", "=", "Leaving")])
assert order.partner_id.risk_sale_order_limit == 50
assert order.action_confirm()["res_model"] == "partner.risk.exceeded.wiz"
assert order.state == "draft"
order.partner_id.action_synkd_hold("Cheque came back")
try:
    order.with_context(bypass_risk=True).action_confirm()
except Exception as error:
    assert "on hold" in str(error)
else:
    raise AssertionError("confirmed")
"""


@tagged("post_install", "-at_install")
class TestRiskUninstall(BaseCase):
    """In a database of its own."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.workers = Workers.open(cls, config["config"])

    def test_both_go_on_without_the_glue(self):
        self.assertEqual(self.workers.do(code=MAKE), "")
        tables = "SELECT to_jsonb(t)::text FROM {} t ORDER BY id"
        kept = ("res_partner", "sale_order", "sale_order_line", "synkd_credit_permit")
        before = [self.workers.sql(tables.format(table)) for table in kept]
        self.assertEqual(self.workers.do(code=UNINSTALL), "")
        after = [self.workers.sql(tables.format(table)) for table in kept]
        self.assertEqual(before, after)
        left = "SELECT name FROM ir_model_data WHERE module = 'synkd_connector_risk'"
        self.assertEqual(self.workers.sql(left), [])
        states = "SELECT state FROM ir_module_module WHERE name = '{}'"
        for name in ("synkd_connector_sale", "sale_financial_risk"):
            self.assertEqual(self.workers.sql(states.format(name)), [["installed"]])
        self.assertEqual(self.workers.do(code=FRESH + AFTER), "")
