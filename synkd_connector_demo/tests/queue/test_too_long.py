# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What takes longer than workers live: given up, so that all else goes on."""

from contextlib import closing, suppress
from datetime import timedelta
from unittest.mock import patch

from odoo import SUPERUSER_ID, fields
from odoo.api import Environment
from odoo.tests import tagged

from odoo.addons.synkd_connector.lib.errors import RetryableError

from ..agreement_common import AgreementCommon

TRIES = 3


class WorkerKilledError(BaseException):
    """The server killed a worker that overstayed its time."""


@tagged("post_install", "-at_install")
class TestTooLong(AgreementCommon):
    def kill_in(self, model, method):
        """Let workers be killed whenever they are in a method."""
        killed = patch.object(
            type(self.env[model]), method, autospec=True, side_effect=WorkerKilledError
        )
        killed.start()
        self.addCleanup(killed.stop)
        return killed

    def work(self):
        """Let a worker take the ledger's run, until its end or that of the worker."""
        self.env.flush_all()
        with (
            self.enter_registry_test_mode(),
            closing(self.registry.cursor()) as cursor,
            suppress(WorkerKilledError),
        ):
            env = Environment(cursor, SUPERUSER_ID, {})
            self.ledger.with_env(env)._cron_run()
            cursor.commit()
        self.env.invalidate_all()
        return self.env["synkd.run"].search([("ledger_id", "=", self.ledger.id)])[:1]

    def work_until_given_up(self, phase):
        """Let workers die in a phase, then one live; return the run that it ended."""
        for _try in range(TRIES):
            run = self.work()
            self.assertEqual((run.state, run.phase), ("running", phase))
        run = self.work()
        self.assertEqual(run.state, "attention", run.message)
        self.assertIn("limit_time_real_cron", run.message)
        self.assertIn(self.ledger.name, run.message)
        return run

    def test_a_comparison_of_which_workers_die_keeps_nothing_from_the_books(self):
        self.ledger.agreement_nightly = True
        self.post_invoice()
        killed = self.kill_in("synkd.comparer", "_compare")
        first = self.work_until_given_up("agreement")
        self.assertFalse(self.ledger.agreement_open_id)
        late = self.post_invoice()
        run = self.work()
        self.assertNotEqual(run, first)
        self.assertEqual((run.state, run.message.count("limit")), ("done", 0))
        self.assertEqual(self.row_of(late).sync_state, "synced")
        killed.stop()
        yesterday = self.ledger.agreement_day - timedelta(days=1)
        self.ledger.sudo().agreement_day = yesterday
        self.assertEqual(self.work().state, "done")
        agreement = self.ledger.agreement_id
        self.assertEqual((agreement.state, agreement.difference_count), ("done", 0))
        told = [("ledger_id", "=", self.ledger.id), ("gone", "=", False)]
        self.assertEqual(self.env["synkd.books.posting"].search_count(told), 2)

    def test_lists_of_which_workers_die_keep_nothing_from_the_books(self):
        invoice = self.post_invoice()
        self.ledger.sudo().lists_pulled_at = False
        killed = self.kill_in("synkd.connector.demo", "_pull_lists")
        self.work_until_given_up("lists")
        self.assertEqual(self.row_of(invoice).sync_state, "synced")
        self.assertEqual(self.work().state, "done", "not again before tomorrow")
        killed.stop()
        self.ledger.action_pull_lists()
        self.assertEqual(self.work().state, "done")

    def test_lists_of_books_that_do_not_answer_are_not_given_up(self):
        self.ledger.sudo().lists_pulled_at = False
        connector = type(self.env["synkd.connector.demo"])
        with patch.object(connector, "_pull_lists", side_effect=RetryableError("Off")):
            for _try in range(TRIES + 2):
                self.assertEqual(self.work().state, "paused")
                self.ledger.sudo().paused_until = fields.Datetime.now()
        run = self.work()
        self.assertEqual(run.state, "done", run.message)
        self.assertTrue(self.ledger.lists_pulled_at)
