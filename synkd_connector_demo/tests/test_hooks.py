# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import BaseCase, tagged
from odoo.tools import config, file_open

from odoo.addons.synkd_connector.tests.process_worker import Workers
from odoo.addons.synkd_connector_demo.hooks import post_init_hook

from .common import DemoCommon

# An account customer, a link, a run and a payment term of our own kind.
FILL = """
ledger = env["synkd.ledger"].search([], limit=1)
ledger.copy({"company_id": env["res.company"].create({"name": "Closed"}).id,
    "active": False})
some_class = env["synkd.customer.class"].search(
    [("company_id", "=", ledger.company_id.id), ("posting", "=", "account")], limit=1)
account = env["synkd.account.customer"].create({"ledger_id": ledger.id,
    "class_id": some_class.id, "name": "Hope Works"})
partner = env["res.partner"].create({"name": "Hope Works", "customer_rank": 1})
partner.account_customer_id = account
ledger._set_paused("The login expired.", needs_person=True)
ledger._set_resumed()
ledger._request_run()
term = env["account.payment.term"]._find_trading_term("current_month", 17)
term.name = "Seventeenth"
partner.property_payment_term_id = term
partner.message_post(body="Stays")
"""
UNINSTALL = """
module = env["ir.module.module"].search([("name", "=", "synkd_connector")])
module.button_immediate_uninstall()
"""


@tagged("post_install", "-at_install")
class TestHooks(DemoCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.main = cls.env.ref("base.main_company")
        cls.ledgers = cls.env["synkd.ledger"].with_context(active_test=False)

    def main_ledgers(self):
        """Return all ledgers of the main company, archived ones as well."""
        return self.ledgers.search([("company_id", "=", self.main.id)])

    def neutralize(self):
        """Execute what Odoo executes in a copied database."""
        self.env.flush_all()
        with file_open("synkd_connector/data/neutralize.sql") as file:
            self.env.cr.execute(file.read())
        self.env.invalidate_all()

    def test_a_newcomer_finds_a_demo_ledger_that_posts(self):
        ledger = self.main_ledgers()
        self.assertEqual(len(ledger), 1)
        self.assertEqual(
            (ledger.connector, ledger.post_accounts, ledger.state), ("demo", True, "ok")
        )
        self.assertEqual(ledger.user_id, self.env.ref("base.user_admin"))
        postings = self.env["synkd.customer.class"].search(
            [("company_id", "=", self.main.id)]
        )
        self.assertEqual(
            set(postings.mapped("posting")), {"account", "generic", "decide"}
        )

    def test_installing_again_adds_nothing(self):
        before = self.main_ledgers()
        crons = self.env["ir.cron"].with_context(active_test=False)
        number = crons.search_count([])
        for active in (True, False):
            before.write({"active": active, "connector": False})
            post_init_hook(self.env)
            with self.subTest(active=active):
                self.assertEqual(self.main_ledgers(), before)
                self.assertFalse(before.connector, "what is set up stays as it is")
                self.assertEqual(crons.search_count([]), number)

    def test_a_main_company_without_ledger_gets_one_with_the_ready_made(self):
        other = self.env["res.company"].create({"name": "Empty"})
        data = self.env["ir.model.data"].search(
            [("module", "=", "base"), ("name", "=", "main_company")]
        )
        data.res_id = other.id
        self.env.flush_all()
        self.env.registry.clear_cache()
        post_init_hook(self.env)
        ledger = other._get_synkd_ledger()
        self.assertEqual(ledger.name, "Demo books")
        self.assertTrue(ledger.cron_id.active)
        post_init_hook(self.env)
        self.assertEqual(self.ledgers.search([("company_id", "=", other.id)]), ledger)

    def test_a_neutralized_copy_writes_to_no_real_books(self):
        companies = self.env["res.company"].create(
            [{"name": "Real"}, {"name": "None"}, {"name": "Off"}]
        )
        real, empty, archived = (
            self.create_ledger(company_id=company.id) for company in companies
        )
        archived.active = False
        empty.connector = False
        self.env.flush_all()
        # The code of a real connector lives in another addon.
        self.env.cr.execute(
            "UPDATE synkd_ledger SET is_outside = true WHERE id = ANY(%s)",
            [(real | archived).ids],
        )
        self.neutralize()
        ledgers = self.ledger | real | empty | archived
        self.assertEqual(ledgers.mapped("post_accounts"), [True, False, False, False])
        self.assertTrue(self.main_ledgers().post_accounts, "the demo goes on")
        self.create_account("Hope Works")
        self.run_ledger()
        self.assertIn("Hope Works", self.stored().mapped("name"))

    def test_a_database_is_neutralized_twice_without_harm(self):
        self.neutralize()
        before = self.ledgers.search([]).mapped("post_accounts")
        self.neutralize()
        self.assertEqual(self.ledgers.search([]).mapped("post_accounts"), before)


# The core alone: no ledger, no books to play with, nothing that runs; then one click.
CORE_ALONE = """
from odoo import api
from odoo.modules.registry import Registry
# This process may not have heard yet that the addons are gone.
Registry.new(env.cr.dbname)
env.transaction.reset()
def anew():
    return api.Environment(env.cr, env.uid, {})
env["ir.module.module"].search(
    [("name", "=", "synkd_connector")]).button_immediate_install()
env = anew()
def module(name):
    return env["ir.module.module"].search([("name", "=", name)]).state
def crons():
    return env["ir.cron"].search(
        [("model_id.model", "=", "synkd.ledger")]).mapped("cron_name")
assert module("synkd_connector") == "installed"
assert module("synkd_connector_demo") == "uninstalled"
ledgers = env["synkd.ledger"].with_context(active_test=False)
assert not ledgers.search([]), "no ledger"
assert not env["ir.ui.menu"].search([("name", "ilike", "demo books")]), "no menu"
assert not crons(), crons()
assert not ledgers._selection_connector()
offer = env["synkd.ledger"].get_empty_list_help("<p>No ledger yet</p>")
assert "No accounting system can be connected yet" in offer, offer
assert "action_install_demo_books" in offer, offer
env["synkd.ledger"].action_install_demo_books()
env = anew()
assert module("synkd_connector_demo") == "installed"
ledger = env["synkd.ledger"].search([])
assert ledger.connector == "demo" and ledger.state == "ok", ledger
assert len(crons()) == 2, crons()
offer = env["synkd.ledger"].get_empty_list_help("")
assert "default_connector" in offer and "install_demo" not in offer, offer
"""


@tagged("post_install", "-at_install")
class TestUninstall(BaseCase):
    """Install is in every test; here is its opposite, in a database of its own."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.workers = Workers.open(cls, config["config"])

    def rows(self, query):
        """Return the first column of a query."""
        return [row[0] for row in self.workers.sql(query)]

    def test_nothing_is_left_behind(self):
        self.assertEqual(self.workers.do(code=FILL), "")
        ledgers = self.rows("SELECT id FROM synkd_ledger WHERE cron_id IS NOT NULL")
        crons = self.rows("SELECT cron_id FROM synkd_ledger")
        self.assertEqual((len(ledgers), len(crons)), (2, 2))
        self.assertEqual(
            self.rows("SELECT count(*) FROM synkd_customer_link"), ["1"], "it is linked"
        )
        self.assertEqual(self.workers.do(code=UNINSTALL), "")
        self.assertEqual(
            self.rows(
                "SELECT state FROM ir_module_module WHERE name = 'synkd_connector'"
            ),
            ["uninstalled"],
        )
        for what, query in self.traces(crons).items():
            with self.subTest(what=what):
                self.assertEqual(self.rows(query), [])
        self.assert_others_are_kept()
        self.assertEqual(self.workers.do(code=CORE_ALONE), "")

    def traces(self, crons):
        """Return a query for each kind of trace; none may find anything."""
        return {
            "tables, sequences, indexes": "SELECT relname FROM pg_class"
            " WHERE relname LIKE '%synkd%'",
            "columns": "SELECT table_name || '.' || column_name"
            " FROM information_schema.columns WHERE column_name LIKE '%synkd%'"
            " OR (table_name = 'res_partner' AND (column_name LIKE 'account_customer%'"
            " OR column_name LIKE 'customer_class%'))",
            "constraints": "SELECT conname FROM pg_constraint"
            " WHERE conname LIKE '%synkd%'",
            "functions": "SELECT proname FROM pg_proc WHERE proname LIKE '%synkd%'",
            "models": "SELECT model FROM ir_model WHERE model LIKE 'synkd%'",
            "fields": "SELECT model || '.' || name FROM ir_model_fields"
            " WHERE model LIKE 'synkd%' OR relation LIKE 'synkd%'"
            " OR name LIKE '%synkd%'",
            "crons": "SELECT cron_name FROM ir_cron"
            f" WHERE id IN ({', '.join(crons)}) OR cron_name LIKE 'Ledger: %'",
            "actions": "SELECT name::text FROM ir_act_server"
            " WHERE code LIKE '%_cron_run%' OR code LIKE '%synkd%'",
            "windows": "SELECT name::text FROM ir_act_window"
            " WHERE res_model LIKE 'synkd%'",
            "external ids": "SELECT name FROM ir_model_data"
            " WHERE module = 'synkd_connector' OR model LIKE 'synkd%'",
            "views": "SELECT name FROM ir_ui_view"
            " WHERE model LIKE 'synkd%' OR arch_db::text LIKE '%synkd%'",
            "access": "SELECT name FROM ir_model_access WHERE name LIKE '%synkd%'",
            "messages": "SELECT id FROM mail_message WHERE model LIKE 'synkd%'",
            "activities": "SELECT id FROM mail_activity WHERE res_model LIKE 'synkd%'",
            "followers": "SELECT id FROM mail_followers WHERE res_model LIKE 'synkd%'",
            "attachments": "SELECT name FROM ir_attachment"
            " WHERE res_model LIKE 'synkd%'",
        }

    def assert_others_are_kept(self):
        """What belongs to the user is there, and works without the addon."""
        self.assertEqual(
            self.rows(
                "SELECT l.delay_type FROM account_payment_term t"
                " JOIN account_payment_term_line l ON l.payment_id = t.id"
                " WHERE t.name->>'en_US' = 'Seventeenth'"
            ),
            ["days_after"],
        )
        self.assertEqual(
            self.rows("SELECT name FROM res_partner WHERE name = 'Hope Works'"),
            ["Hope Works"],
        )
        self.assertEqual(
            self.rows("SELECT count(*) FROM mail_message WHERE body LIKE '%Stays%'"),
            ["1"],
        )
