# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.tests import BaseCase, tagged
from odoo.tools import config

from odoo.addons.synkd_connector.tests.process_worker import Workers

FILL = """
partner = env["res.partner"].create({"name": "Hope Works", "email": "a@hope.example"})
dialog = env["synkd.statement.wizard"]._create_dialog({
    "company_id": env.company.id, "partner_ids": partner.ids, "only_owing": False})
dialog.action_send()
assert env["synkd.statement"].search([]).state == "sent"
"""
UNINSTALL = """
module = env["ir.module.module"].search([("name", "=", "synkd_connector_statement")])
module.button_immediate_uninstall()
"""
# The report of OCA goes on as it is without us.
PRINT = """
partner = env["res.partner"].search([("name", "=", "Hope Works")])
page = env["ir.actions.report"]._render_qweb_html(
    "partner_statement.outstanding_statement", partner.ids)[0]
assert b"Statement of Account" in page and b"In Our Books" not in page
env["ir.module.module"].search(
    [("name", "=", "synkd_connector_statement")]).button_immediate_install()
"""


@tagged("post_install", "-at_install")
class TestStatementUninstall(BaseCase):
    """In a database of its own."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.workers = Workers.open(cls, config["config"])

    def rows(self, query):
        """Return the first column of a query."""
        return [row[0] for row in self.workers.sql(query)]

    def test_nothing_is_left_behind(self):
        self.assertEqual(self.workers.do(code=FILL), "")
        crons = "SELECT cron_name FROM ir_cron WHERE cron_name LIKE 'Books: send st%'"
        self.assertEqual(len(self.rows(crons)), 1)
        self.assertEqual(self.workers.do(code=UNINSTALL), "")
        for query in (
            "SELECT relname FROM pg_class WHERE relname LIKE 'synkd_statement%'",
            "SELECT model FROM ir_model WHERE model LIKE 'synkd.statement%'",
            "SELECT name FROM ir_model_data WHERE module = 'synkd_connector_statement'",
            "SELECT name FROM ir_ui_view WHERE arch_db::text LIKE '%synkd_statement%'",
            "SELECT name FROM ir_ui_view WHERE arch_db::text LIKE '%synkd_balances%'",
            "SELECT name::text FROM ir_act_server WHERE code LIKE '%synkd_statement%'",
            "SELECT name::text FROM mail_template WHERE model = 'synkd.statement'",
            crons,
        ):
            with self.subTest(query=query):
                self.assertEqual(self.rows(query), [])
        kept = "SELECT count(*) FROM ir_attachment WHERE name LIKE 'Statement Hope%'"
        self.assertEqual(self.rows(kept), ["1"], "what was sent stays in the chatter")
        states = "SELECT state FROM ir_module_module WHERE name = '{}'"
        for name in ("synkd_connector", "partner_statement"):
            self.assertEqual(self.rows(states.format(name)), ["installed"])
        self.assertEqual(self.workers.do(code=PRINT), "")
