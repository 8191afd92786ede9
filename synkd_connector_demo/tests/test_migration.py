# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import BaseCase, tagged
from odoo.tools import config

from odoo.addons.synkd_connector.tests.common import load_migration
from odoo.addons.synkd_connector.tests.process_worker import Workers

from .common import DemoCommon
from .process_documents import MAKE

# The state that an upgrade from the version before finds: one addon with everything.
ONE_ADDON = (
    """DELETE FROM ir_ui_view v USING ir_model_data d
        WHERE d.module = 'synkd_connector_demo' AND d.model = 'ir.ui.view'
          AND v.id = d.res_id AND v.inherit_id IS NOT NULL""",
    """DELETE FROM ir_model_data d USING ir_model_data core
        WHERE d.module = 'synkd_connector_demo' AND core.module = 'synkd_connector'
          AND d.name = core.name""",
    """UPDATE ir_model_data SET module = 'synkd_connector'
        WHERE module = 'synkd_connector_demo'""",
    *(
        f"""UPDATE {table} SET module = core.id
              FROM ir_module_module core, ir_module_module demo
             WHERE core.name = 'synkd_connector' AND demo.id = {table}.module
               AND demo.name = 'synkd_connector_demo'"""
        for table in ("ir_model_constraint", "ir_model_relation")
    ),
    """UPDATE ir_module_module SET state = 'uninstalled', latest_version = NULL
        WHERE name = 'synkd_connector_demo'""",
    """UPDATE ir_module_module SET latest_version = '19.0.1.0.0'
        WHERE name = 'synkd_connector'""",
    "ALTER TABLE synkd_ledger DROP COLUMN is_outside",
)
# Nobody plays with the books, and nothing is in them.
UNUSED = (
    """TRUNCATE synkd_demo_allocation, synkd_demo_call, synkd_demo_customer,
        synkd_demo_difference, synkd_demo_document, synkd_demo_entry, synkd_demo_line,
        synkd_demo_payment""",
    "UPDATE synkd_ledger SET active = false",
)
# What was renamed gets the name that it had.
RENAME_BACK = """
from odoo.addons.synkd_connector.tests.common import load_migration
script = load_migration("synkd_connector", "19.0.2.0.0", "pre-words")
for old, new in script.MODELS.items():
    script.rename_model(env.cr, new, old)
for model, names in script.FIELDS.items():
    for old, new in names.items():
        script.rename_field(env.cr, model, new, old)
env.cr.commit()
"""
# All that carries the name of what was renamed.
NAMES = {
    "relations": """SELECT relname, relkind FROM pg_class
        WHERE relname ~ '^synkd_(books|demo|ledger)_(item|entry)'""",
    "constraints": """SELECT conname FROM pg_constraint
        WHERE conname ~ '(item|entry)' AND conname ~ '^synkd'""",
    "columns": """SELECT table_name, column_name FROM information_schema.columns
        WHERE table_name = ANY('{synkd_mapping,synkd_product_class,synkd_request}')""",
    "fields": """SELECT id, model, name, relation FROM ir_model_fields
        WHERE model LIKE 'synkd.%'""",
    "models": "SELECT id, model FROM ir_model WHERE model LIKE 'synkd.%'",
    "ids": """SELECT name, model, res_id FROM ir_model_data
        WHERE module LIKE 'synkd%' AND name ~ '(_item|_entry|channel|kind)'""",
}
UPGRADE = """
env["ir.module.module"].search(
    [("name", "=", "synkd_connector")]).button_immediate_upgrade()
"""
RUN = """
ledger = env["synkd.ledger"].search([("connector", "=", "demo")], limit=1)
if ready := env["synkd.transaction"].search([("sync_state", "=", "pending")]):
    ready.action_post()
    env.cr.commit()
ledger.cron_id.method_direct_trigger()
"""
IDS = """
SELECT name, model, res_id FROM ir_model_data
 WHERE module = '{module}' AND model <> 'ir.ui.view'
   AND (name LIKE '%demo%') ORDER BY name
"""
KEPT = {
    "customers": "SELECT id, number, code, name, outstanding FROM synkd_demo_customer",
    "documents": "SELECT id, number, total, outstanding FROM synkd_demo_document",
    "lines": "SELECT id, document_id FROM synkd_demo_line",
    "payments": "SELECT id, number, amount FROM synkd_demo_payment",
    "allocations": "SELECT id, amount FROM synkd_demo_allocation",
    "lists": "SELECT id, code, name FROM synkd_demo_item",
    "queue": "SELECT id, own_key, external_id, sync_state FROM synkd_transaction",
    "links": "SELECT id, partner_id, account_customer_id FROM synkd_customer_link",
    "requests": "SELECT id, key, state FROM synkd_request",
    "ledgers": "SELECT id, connector, is_outside, demo_refuse FROM synkd_ledger",
    "crons": "SELECT id, cron_id FROM synkd_ledger",
}


class UpgradeCase(BaseCase):
    """Processes on a copy of the installed addons that is made old first."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.workers = Workers.open(cls, config["config"])

    def read_values(self, queries):
        """Return the rows of some queries, by name."""
        return {name: sorted(self.workers.sql(q)) for name, q in queries.items()}

    def make_old(self, statements=()):
        """Undo what made two addons of one, and the words of today."""
        self.assertEqual(self.workers.do(code=RENAME_BACK), "")
        for statement in (*ONE_ADDON, *statements):
            self.workers.sql(statement)

    def state(self):
        """Return the state of the demo books' addon."""
        return self.workers.sql(
            "SELECT state FROM ir_module_module WHERE name = 'synkd_connector_demo'"
        )[0][0]


@tagged("post_install", "-at_install")
class TestUpgradeOfUsedBooks(UpgradeCase):
    def test_books_in_use_are_kept_with_all_that_is_in_them(self):
        make = MAKE % {"invoices": 6, "credits": 2, "payments": 3}
        self.assertEqual(self.workers.do(code=make), "")
        self.assertEqual(self.workers.do(code=RUN), "")
        self.workers.sql("UPDATE synkd_ledger SET demo_refuse = 'Panda'")
        before = self.read_values(KEPT)
        for name, rows in before.items():
            self.assertTrue(rows, f"there are {name} to be kept")
        self.assertEqual({row[3] for row in before["queue"]}, {"synced"})
        self.assertEqual({row[2] for row in before["ledgers"]}, {"f"})
        ids = self.workers.sql(IDS.format(module="synkd_connector_demo"))
        names = self.read_values(NAMES)
        self.make_old()
        for what, rows in self.read_values(NAMES).items():
            self.assertNotEqual(rows, names[what], f"{what} had other names")
        self.assertEqual(self.workers.do(code=UPGRADE), "")
        self.assertEqual(self.state(), "installed")
        self.assertEqual(self.read_values(KEPT), before)
        self.assertEqual(self.read_values(NAMES), names)
        self.assertEqual(
            self.workers.sql(IDS.format(module="synkd_connector_demo")), ids
        )
        self.assertEqual(self.workers.sql(IDS.format(module="synkd_connector")), [])
        self.assertEqual(self.workers.do(code=RUN), "")
        after = self.read_values(KEPT)
        for name in ("documents", "payments", "allocations", "queue"):
            with self.subTest(what=name):
                self.assertEqual(after[name], before[name], "nothing is posted twice")
        # Those whom no document needed go with the first run of the schedule.
        customers = [row[:4] for row in after["customers"]]
        for row in before["customers"]:
            self.assertIn(row[:4], customers)
        codes = [row[2] for row in customers]
        self.assertEqual(len(codes), len(set(codes)), "none is there twice")


@tagged("post_install", "-at_install")
class TestUpgradeOfUnusedBooks(UpgradeCase):
    def test_books_that_nobody_used_go(self):
        self.make_old(UNUSED)
        self.assertEqual(self.workers.do(code=UPGRADE), "")
        self.assertEqual(self.state(), "uninstalled")
        self.assertEqual(
            self.workers.sql(
                "SELECT model FROM ir_model WHERE model LIKE 'synkd%demo%'"
            ),
            [],
        )
        self.assertEqual(self.workers.sql(IDS.format(module="synkd_connector")), [])


@tagged("post_install", "-at_install")
class TestPreDemo(DemoCommon):
    def migrate(self):
        """Run the script."""
        script = load_migration("synkd_connector", "19.0.2.0.0", "pre-demo")
        self.env.flush_all()
        script.migrate(self.env.cr, "19.0.1.0.0")
        self.env.invalidate_all()

    def ids(self):
        """Return how many external ids each of the two addons has."""
        data = self.env["ir.model.data"]
        modules = ("synkd_connector", "synkd_connector_demo")
        return [data.search_count([("module", "=", module)]) for module in modules]

    def test_an_addon_that_is_there_already_is_left_alone(self):
        before = self.ids()
        self.migrate()
        self.assertEqual(self.ids(), before)

    def test_books_are_not_lost_where_their_addon_is_missing(self):
        self.env["ir.module.module"].search(
            [("name", "=", "synkd_connector_demo")]
        ).name = "synkd_elsewhere"
        with self.assertRaisesRegex(RuntimeError, "on the addons path, then upgrade"):
            self.migrate()
