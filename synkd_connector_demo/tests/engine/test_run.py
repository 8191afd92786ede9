# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta
from unittest.mock import patch

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import ConcurrencyError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .test_engine import EngineCase


@tagged("post_install", "-at_install")
class TestRun(EngineCase):
    def age(self, records, days):
        """Make records look as old as so many days."""
        self.env.flush_all()
        self.env.cr.execute(
            f"UPDATE {records._table} SET create_date = create_date - %s"
            " WHERE id = ANY(%s)",
            [timedelta(days=days), records.ids],
        )
        self.env.invalidate_all()

    def test_two_runs_asked_at_once_run_one_after_the_other(self):
        first = self.ledger._request_run()
        second = self.ledger._request_run({"content": "customers"})
        self.create_account("Hope Works")
        self.assertEqual(self.run_ledger(), second)
        self.assertEqual((first.state, second.state), ("done", "waiting"))
        self.run_ledger()
        self.assertEqual(second.state, "done")
        self.assertEqual(self.write_calls(), 1, "nothing happens twice")

    def test_pressing_again_shows_the_run_that_waits(self):
        user = self.create_user("presser", "synkd_connector.group_manager")
        other = self.create_user("presser2", "synkd_connector.group_manager")
        mine = [("ledger_id", "=", self.ledger.id)]
        ledgers = self.ledger.with_user(user), self.ledger.with_user(other)
        for _press in range(30):
            for ledger in ledgers:
                ledger.action_run_now()
                ledger.action_test_connection()
                ledger.action_pull_lists()
        runs = self.env["synkd.run"].search(mine)
        # Reading the lists is another wish than synchronising.
        self.assertEqual(sorted(runs.mapped("origin")), ["check", "user", "user"])
        shown = ledgers[1].action_run_now()["params"]["id"]
        self.assertIn(shown, runs.ids)

    def test_what_was_asked_for_tells_runs_apart(self):
        someone = self.create_user("someone", "synkd_connector.group_manager")
        ask = self.ledger._request_run
        one = {"partner_domain": [["id", "=", 1]], "scoped": True}
        two = {"partner_domain": [["id", "=", 2]], "scoped": True}
        runs = ask() | ask(one) | ask(two) | ask(one | {"scoped": False})
        runs |= ask({"content": "documents"})
        runs |= ask({"content": "documents", "scoped": True})
        runs |= ask({"create_class_id": self.class_account.id})
        # A filter finds what its user may read; the whole ledger is the same for all.
        runs |= self.ledger.with_user(someone).sudo()._request_run(one)
        self.assertEqual(len(runs), 8)
        self.assertEqual(ask(one) | ask(two) | ask(), runs & runs[:3])
        self.assertIn(self.ledger.with_user(someone).sudo()._request_run(), runs)

    def test_a_run_that_has_begun_is_not_what_is_asked_for(self):
        first = self.ledger._request_run()
        first._set_running()
        second = self.ledger._request_run()
        self.assertNotEqual(first, second)
        self.assertEqual(self.ledger._request_run(), second)

    @mute_logger("odoo.sql_db")
    def test_a_run_that_cannot_be_seen_yet_lets_the_request_be_tried_again(self):
        self.ledger._request_run()
        runs = type(self.env["synkd.run"])
        unseen = patch.object(runs, "_find_asked", lambda run, *_args: run.browse())
        with unseen, self.assertRaises(ConcurrencyError):
            self.ledger._request_run()

    def test_a_run_of_a_selection_sends_only_what_was_asked_for(self):
        partner = self.create_partner("Hope Works")
        asked = self.create_account("Hope Works", mirror_partner_id=partner.id)
        other = self.create_account("Danny Storm")
        domain = [("id", "=", partner.id)]
        self.ledger._request_run({"partner_domain": domain, "scoped": True})
        run = self.run_ledger()
        self.assertEqual((asked.sync_state, other.sync_state), ("synced", "pending"))
        self.assertEqual((run.total, run.processed), (1, 1))

    def test_a_run_goes_on_in_its_phase_when_its_time_is_up(self):
        self.patch_capabilities(customer_batch=2)
        self.create_accounts(5)
        original = type(self.env["ir.cron"])._commit_progress

        def no_time(cron, processed=0, **kwargs):
            original(cron, processed, **kwargs)
            return 0 if processed else 1

        loops = "odoo.addons.base.models.ir_cron.MIN_RUNS_PER_JOB"
        time = "odoo.addons.base.models.ir_cron.MIN_TIME_PER_JOB"
        states = []
        with (
            patch.object(type(self.env["ir.cron"]), "_commit_progress", no_time),
            patch(loops, 1),
            patch(time, 0),
        ):
            for _call in range(4):
                run = self.run_ledger()
                states.append((run.state, run.phase, run.processed))
        # The only page of balances was the last one: it is not read again.
        self.assertEqual(
            states,
            [
                ("running", "push", 2),
                ("running", "push", 4),
                ("running", "push", 5),
                ("done", "balances", 5),
            ],
        )
        self.assertEqual(self.sent_sizes(), [2, 2, 1])

    def test_ended_runs_and_requests_are_kept_for_the_set_time(self):
        self.create_account("Hope Works")
        old = self.run_ledger()
        self.create_account("Danny Storm")
        new = self.run_ledger()
        request = old.request_ids
        self.age(old | self.env["synkd.run"], 100)
        self.age(request, 100)
        self.env["synkd.request"]._gc_requests()
        self.env["synkd.run"]._gc_runs()
        self.assertFalse(request.exists())
        self.assertFalse(old.exists())
        self.assertTrue(new.exists())
        self.assertTrue(new.request_ids)

    def test_calls_to_the_demo_books_are_kept_for_the_set_time(self):
        self.create_account("Hope Works")
        self.run_ledger()
        calls = self.calls.search([("ledger_id", "=", self.ledger.id)])
        self.ledger.keep_days = 30
        self.age(calls[1:], 31)
        self.age(calls[0], 29)
        self.calls._gc_calls()
        self.assertEqual(calls.exists(), calls[0])

    def test_what_is_not_known_yet_is_never_removed(self):
        self.create_account("Hope Works")
        self.ledger.demo_fault = "lost_after"
        run = self.run_ledger()
        self.age(run, 1000)
        self.age(run.request_ids, 1000)
        self.env["synkd.request"]._gc_requests()
        self.env["synkd.run"]._gc_runs()
        self.assertTrue(run.exists())
        self.assertEqual(run.request_ids.state, "open")

    def test_the_interval_is_that_of_the_cron(self):
        self.ledger.write({"schedule": "interval", "interval_minutes": 7})
        cron = self.ledger.cron_id
        self.assertEqual((cron.interval_number, cron.interval_type), (7, "minutes"))
        wait = cron.nextcall - fields.Datetime.now()
        self.assertTrue(timedelta(minutes=6) < wait <= timedelta(minutes=7))

    @freeze_time("2026-11-22 12:00:00")
    def test_the_daily_time_is_that_of_the_company(self):
        self.company.partner_id.tz = "Africa/Johannesburg"
        self.ledger.write({"schedule": "daily", "daily_time": 2.5})
        self.assertEqual(
            fields.Datetime.to_string(self.ledger.cron_id.nextcall),
            "2026-11-23 00:30:00",
        )

    def test_what_is_due_later_wakes_the_cron_then(self):
        account = self.create_account("Hope Works")
        later = fields.Datetime.now() + timedelta(hours=1)
        account.retry_at = later
        self.run_ledger()
        triggers = self.env["ir.cron.trigger"].search(
            [("cron_id", "=", self.ledger.cron_id.id)]
        )
        self.assertIn(later.replace(microsecond=0), triggers.mapped("call_at"))
        self.assertEqual(account.sync_state, "pending")
