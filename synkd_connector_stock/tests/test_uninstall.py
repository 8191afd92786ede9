# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import json

from odoo.tests import BaseCase, tagged
from odoo.tools import config

from odoo.addons.synkd_connector.tests.process_worker import Workers

# Documents of a customer who has all that the addons give him.
MAKE = """
from odoo import Command
company = env.company
if not env["account.journal"].search([("type", "=", "sale")], limit=1):
    env["account.chart.template"].try_loading(
        "generic_coa", company=company, install_demo=False)
carrier = env["res.partner"].create({"name": "Swift Haulage", "is_company": True})
partner = env["res.partner"].create({
    "name": "Leaving", "is_company": True, "transport_partner_id": carrier.id,
    "customer_warehouse_id": env["stock.warehouse"].search([], limit=1).id})
product = env["product.product"].create({"name": "Drum", "type": "consu"})
line = {"product_id": product.id, "price_unit": 100, "tax_ids": False}
orders = env["sale.order"].create([
    {"partner_id": partner.id, "order_line": [Command.create(line)]} for _n in "ab"])
orders[0].action_confirm()
env["repair.order"].create({"partner_id": partner.id, "move_ids": [Command.create({
    "product_id": product.id, "product_uom_qty": 1, "repair_line_type": "add"})]})
partner.action_synkd_hold("Cheque came back")
orders[0].picking_ids.action_synkd_permit("Paid")
env.cr.commit()
"""
# The process knows the addons as they were when it began.
FRESH = """
from odoo import api
from odoo.modules.registry import Registry
env = api.Environment(Registry.new(env.cr.dbname).cursor(), 1, {})
"""
UNINSTALL = """
env["ir.module.module"].search(
    [("name", "=", "%s")]).button_immediate_uninstall()
"""
# What nothing of ours may refuse any more.
GO_ON = {
    "synkd_connector_stock": """
picking = env["stock.picking"].search([("partner_id.name", "=", "Leaving")])
picking.move_ids.write({"quantity": 1, "picked": True})
picking.button_validate()
assert picking.state == "done"
""",
    "synkd_connector_repair": """
repair = env["repair.order"].search([("partner_id.name", "=", "Leaving")])
repair.action_validate()
assert repair.state == "confirmed"
""",
    "synkd_connector_pos": """
env["pos.order"].search([], limit=1).read()
assert "synkd_offline" not in env["pos.order"]._fields
""",
    "synkd_connector_sale": """
order = env["sale.order"].search(
    [("partner_id.name", "=", "Leaving"), ("state", "=", "draft")])
order.action_confirm()
assert order.state == "sale"
""",
}
TABLES = (
    *("res_partner", "sale_order", "sale_order_line", "stock_picking", "stock_move"),
    *("repair_order", "pos_order", "pos_payment", "account_move", "product_product"),
)
OURS = {"transport_partner_id", "customer_warehouse_id"}


@tagged("post_install", "-at_install")
class TestUninstall(BaseCase):
    """An addon that goes leaves Odoo's own data as found, and refuses no more."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.workers = Workers.open(cls, config["config"])

    def read_tables(self):
        """Return the rows of Odoo's tables, as dictionaries by table and id."""
        found = {}
        for table in TABLES:
            query = f"SELECT id, to_jsonb(t)::text FROM {table} t"
            for i, *row in self.workers.sql(query):
                found[table, i] = json.loads("|".join(row))
        return found

    def do(self, code):
        """Let a process do something; return its error, or ""."""
        return self.workers.do(code=FRESH + code)

    def test_each_leaves_what_is_odoos(self):
        self.assertEqual(self.workers.do(code=MAKE), "")
        for addon, go_on in GO_ON.items():
            with self.subTest(addon):
                before = self.read_tables()
                self.assertEqual(self.do(UNINSTALL % addon), "")
                after = self.read_tables()
                self.assertEqual(before.keys(), after.keys(), "no row came or went")
                for key, row in after.items():
                    kept = {name: before[key].get(name) for name in row}
                    self.assertEqual(row, kept, key)
                    gone = before[key].keys() - row.keys() - OURS
                    self.assertFalse([n for n in gone if not n.startswith("synkd_")])
                self.assertEqual(self.do(go_on), "")
        left = "SELECT name FROM ir_model_data WHERE module = ANY(ARRAY[%s])"
        names = ", ".join(f"'{addon}'" for addon in GO_ON)
        self.assertEqual(self.workers.sql(left % names), [])
