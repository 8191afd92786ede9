# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import tagged

from .common import DemoCommon


@tagged("post_install", "-at_install")
class TestFlow(DemoCommon):
    def test_sync_creates_links_and_pushes_customers(self):
        partners = self.create_partner("Hope Works", ref="HOP001")
        partners |= self.create_partner("Danny Storm")
        action = partners.action_synkd_sync()
        wizard = self.env["synkd.sync.wizard"].browse(action["res_id"])
        self.assertEqual(wizard.unlinked_count, 2)
        wizard.mode = "create"
        watch = wizard.action_confirm()
        self.assertEqual(watch["tag"], "synkd_watch_run")
        run = self.run_ledger()
        self.assertEqual(run.state, "done", run.message)
        self.assertEqual(run.created, 2)
        self.assertEqual(set(self.stored().mapped("code")), {"HOP001", "DAN001"})
        self.assertEqual(partners.mapped("account_sync_state"), ["synced", "synced"])
        self.assertEqual(self.write_calls(), 1)
        self.assertEqual(self.counter.sync_state, "pending", "not asked for")

    def test_nothing_changed_costs_no_write_call(self):
        self.create_account("Hope Works")
        self.run_ledger()
        before = self.write_calls()
        run = self.run_ledger()
        self.assertEqual(self.write_calls(), before)
        self.assertEqual(run.write_calls, 0)
