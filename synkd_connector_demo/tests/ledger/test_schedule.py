# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import select
from contextlib import closing
from datetime import timedelta
from unittest.mock import patch

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import UserError, ValidationError
from odoo.sql_db import db_connect
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.base.models.ir_cron import CompletionStatus
from odoo.addons.synkd_connector.models.ledger import synkd_ledger_schedule

from ..common import DemoCommon

TRIGGER_AFTER = synkd_ledger_schedule.trigger_after

NOON = "2026-11-22 12:00:00"


@tagged("post_install", "-at_install")
class TestSchedule(DemoCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.cron = cls.ledger.cron_id

    def next_call(self, zone, daily_time, now):
        """Return when a daily ledger of a company in a time zone runs next."""
        self.company.partner_id.tz = zone
        with freeze_time(now):
            self.ledger.write({"schedule": "daily", "daily_time": daily_time})
        return fields.Datetime.to_string(self.cron.nextcall)

    def triggers(self):
        """Return the triggers of the ledger's cron."""
        domain = [("cron_id", "=", self.cron.id)]
        return self.env["ir.cron.trigger"].search(domain)

    # === the cron of a ledger ===

    def test_ledgers_created_together_get_a_cron_each(self):
        companies = self.env["res.company"].create(
            [{"name": "North"}, {"name": "South"}]
        )
        ledgers = self.env["synkd.ledger"].create(
            [
                {"name": c.name, "company_id": c.id, "interval_minutes": minutes}
                for c, minutes in zip(companies, (5, 30), strict=True)
            ]
        )
        crons = ledgers.cron_id
        self.assertEqual(len(crons), 2)
        self.assertEqual(crons.mapped("interval_number"), [5, 30])
        self.assertEqual(crons.mapped("name"), ["Ledger: North", "Ledger: South"])
        for ledger in ledgers:
            self.assertEqual(
                ledger.cron_id.code, f"model.browse({ledger.id})._cron_run()"
            )
            self.assertEqual(ledger.cron_id.model_id.model, "synkd.ledger")
            self.assertEqual(ledger.cron_id.user_id, self.env.ref("base.user_root"))

    def test_a_ledger_created_archived_has_a_cron_that_is_off(self):
        company = self.env["res.company"].create({"name": "Closed"})
        ledger = self.create_ledger(company_id=company.id, active=False)
        self.assertTrue(ledger.cron_id)
        self.assertFalse(ledger.cron_id.active)

    def test_a_copied_company_setup_does_not_share_the_cron(self):
        company = self.env["res.company"].create({"name": "Copy"})
        copy = self.ledger.copy({"company_id": company.id})
        self.assertTrue(copy.cron_id)
        self.assertNotEqual(copy.cron_id, self.cron)
        copy.interval_minutes = 3
        self.assertEqual(self.cron.interval_number, 15)

    def test_archive_switches_the_cron_off_and_restore_on(self):
        self.ledger.action_archive()
        self.assertFalse(self.cron.active)
        self.ledger.action_unarchive()
        self.assertTrue(self.cron.active)

    def test_a_new_name_is_the_name_of_the_cron(self):
        self.ledger.name = "Xero of the North"
        self.assertEqual(self.cron.name, "Ledger: Xero of the North")

    def test_what_the_schedule_does_not_depend_on_leaves_the_cron_alone(self):
        later = fields.Datetime.now() + timedelta(days=3)
        self.cron.nextcall = later
        self.ledger.write({"push_on_save": True, "keep_days": 5, "failures": 2})
        self.assertEqual(self.cron.nextcall, later.replace(microsecond=0))
        self.assertEqual(self.ledger.next_run, self.cron.nextcall)

    def test_a_manager_of_the_books_changes_the_schedule(self):
        user = self.create_user("manager", "synkd_connector.group_manager")
        self.assertFalse(self.env["ir.cron"].with_user(user).has_access("write"))
        self.ledger.with_user(user).interval_minutes = 42
        self.assertEqual(self.cron.interval_number, 42)

    # === times ===

    @freeze_time(NOON)
    def test_the_interval_counts_from_now(self):
        self.ledger.write({"schedule": "daily", "daily_time": 3})
        self.assertEqual(
            (self.cron.interval_number, self.cron.interval_type), (1, "days")
        )
        self.ledger.write({"schedule": "interval", "interval_minutes": 90})
        self.assertEqual(
            (self.cron.interval_number, self.cron.interval_type), (90, "minutes")
        )
        self.assertEqual(str(self.cron.nextcall), "2026-11-22 13:30:00")

    def test_the_daily_time_is_told_by_the_clock_of_the_company(self):
        for zone, daily_time, expected in (
            ("Africa/Johannesburg", 0, "2026-11-22 22:00:00"),
            ("Africa/Johannesburg", 14, "2026-11-23 12:00:00"),
            ("Africa/Johannesburg", 14.25, "2026-11-22 12:15:00"),
            ("Africa/Johannesburg", 23 + 59 / 60, "2026-11-22 21:59:00"),
            ("UTC", 11 + 59 / 60, "2026-11-23 11:59:00"),
            ("UTC", 12 + 1 / 60, "2026-11-22 12:01:00"),
            ("Pacific/Auckland", 0.5, "2026-11-23 11:30:00"),
            ("America/New_York", 6.5, "2026-11-23 11:30:00"),
        ):
            with self.subTest(zone=zone, daily_time=daily_time):
                self.assertEqual(self.next_call(zone, daily_time, NOON), expected)

    def test_the_daily_time_stays_when_the_clocks_change(self):
        zone = "Europe/Berlin"
        for now, expected in (
            ("2026-03-27 12:00:00", "2026-03-28 01:30:00"),
            ("2026-03-29 12:00:00", "2026-03-30 00:30:00"),
            ("2026-10-24 12:00:00", "2026-10-25 00:30:00"),
            ("2026-10-25 12:00:00", "2026-10-26 01:30:00"),
        ):
            with self.subTest(now=now):
                self.assertEqual(self.next_call(zone, 2.5, now), expected)

    def test_an_hour_that_the_clocks_skip_or_repeat_is_called_once(self):
        zone = "Europe/Berlin"
        # 02:30 does not exist on this day; at 03:10 of summer time it is yet to come.
        self.assertEqual(
            self.next_call(zone, 2.5, "2026-03-29 01:10:00"), "2026-03-29 01:30:00"
        )
        # 02:30 was there already; the clocks show 02:15 for the second time.
        self.assertEqual(
            self.next_call(zone, 2.5, "2026-10-25 01:15:00"), "2026-10-26 01:30:00"
        )

    def test_without_a_zone_of_the_company_that_of_the_responsible_counts(self):
        self.env.user.tz = "America/New_York"
        self.ledger.user_id = self.create_user("tokyo", "base.group_user")
        self.ledger.user_id.tz = "Asia/Tokyo"
        self.assertEqual(self.next_call(False, 22, NOON), "2026-11-22 13:00:00")
        self.ledger.user_id.tz = False
        self.assertEqual(self.next_call(False, 22, NOON), "2026-11-22 22:00:00")

    def reschedule(self, now):
        """Let Odoo reschedule the cron after a job, as its worker does."""
        self.env.flush_all()
        job = self.cron.read(["nextcall", "interval_type", "interval_number"])[0]
        crons = self.env["ir.cron"].with_user(self.cron.user_id)
        with freeze_time(now), self.patched_now(now):
            crons._reschedule_later(job)
        self.cron.invalidate_recordset()
        return fields.Datetime.to_string(self.cron.nextcall)

    def patched_now(self, now):
        """Let the database's clock stand at a time as well."""
        value = fields.Datetime.to_datetime(now)
        return patch.object(type(self.env.cr), "now", lambda cursor: value)

    def test_odoo_reschedules_a_daily_ledger_by_the_clock_of_its_company(self):
        days = (
            ("2026-03-28 01:30:20", "2026-03-29 01:30:00"),
            # This day has no 02:30, and the days after it have one again.
            ("2026-03-29 01:30:20", "2026-03-30 00:30:00"),
            ("2026-03-30 00:30:20", "2026-03-31 00:30:00"),
            ("2026-10-24 00:30:20", "2026-10-25 00:30:00"),
            ("2026-10-25 00:30:20", "2026-10-26 01:30:00"),
            ("2026-10-26 01:30:20", "2026-10-27 01:30:00"),
        )
        self.next_call("Europe/Berlin", 2.5, "2026-03-27 12:00:00")
        for now, expected in days:
            with self.subTest(now=now):
                self.assertEqual(self.reschedule(now), expected)

    def test_a_daily_ledger_that_a_button_woke_keeps_its_next_time(self):
        self.next_call("Africa/Johannesburg", 14, NOON)
        self.assertEqual(self.reschedule("2026-11-23 08:00:00"), "2026-11-23 12:00:00")

    def test_odoo_reschedules_an_interval_as_ever(self):
        with freeze_time(NOON):
            self.ledger.write({"schedule": "interval", "interval_minutes": 90})
        self.assertEqual(self.reschedule("2026-11-22 13:31:00"), "2026-11-22 15:00:00")

    def test_a_daily_time_close_to_midnight_is_the_last_minute(self):
        self.assertEqual(
            self.next_call("UTC", 23.995, "2026-11-22 12:00:00"), "2026-11-22 23:59:00"
        )

    def test_an_impossible_schedule_changes_nothing(self):
        before = self.cron.read(["interval_number", "interval_type", "nextcall"])
        minutes = "Ledger Test books must run every 1 minute or more. Type the minutes."
        for value in (0, -1):
            with self.assertRaises(ValidationError) as refused:
                self.ledger.interval_minutes = value
            self.assertEqual(refused.exception.args[0], minutes)
        time = "The daily time of ledger Test books must lie between 00:00 and 23:59."
        for value in (-0.01, 24, 1000):
            with self.assertRaises(ValidationError) as refused:
                self.ledger.daily_time = value
            self.assertEqual(refused.exception.args[0], time)
        with self.assertRaisesRegex(ValidationError, "every 1 minute or more"):
            self.create_ledger(name="Never", active=False, interval_minutes=0)
        self.env.invalidate_all()
        after = self.cron.read(["interval_number", "interval_type", "nextcall"])
        self.assertEqual(after, before)

    def test_minutes_do_not_matter_to_a_daily_ledger(self):
        self.ledger.write({"schedule": "daily", "interval_minutes": 0})
        self.assertEqual(self.cron.interval_number, 1)
        with self.assertRaisesRegex(ValidationError, "every 1 minute or more"):
            self.ledger.schedule = "interval"

    def test_a_schedule_is_not_changed_under_a_run(self):
        main = self.env.ref("base.main_company")
        ledger = self.env["synkd.ledger"].search([("company_id", "=", main.id)])
        before = ledger.read(["name", "interval_minutes"])
        with self.registry.cursor() as other:
            other.execute(
                "SELECT id FROM ir_cron WHERE id = %s FOR UPDATE", [ledger.cron_id.id]
            )
            with mute_logger("odoo.sql_db"), self.assertRaises(UserError) as refused:
                ledger.write({"interval_minutes": 77, "name": "Later"})
            self.assertIn("currently being executed", refused.exception.args[0])
            self.env.invalidate_all()
            self.assertEqual(ledger.read(["name", "interval_minutes"]), before)
            ledger.keep_days = 12
        ledger.interval_minutes = 77
        self.assertEqual(ledger.cron_id.interval_number, 77)

    # === waking and running ===

    @freeze_time(NOON)
    def test_waking_calls_the_cron_now(self):
        self.ledger._wake()
        self.assertEqual(
            self.triggers().mapped("call_at"), [fields.Datetime.to_datetime(NOON)]
        )

    def rung(self, at):
        """Wake the ledger at a time; return what its timers were set to."""
        self.cr.postcommit.clear()
        with patch.object(synkd_ledger_schedule, "trigger_after") as ring:
            self.ledger._wake_at(at)
            self.assertEqual(ring.call_count, 0, "not before the transaction ends")
            self.cr.postcommit.run()
        return [call.args for call in ring.call_args_list]

    @freeze_time(NOON)
    def test_what_is_due_soon_has_a_timer(self):
        soon = fields.Datetime.now() + timedelta(seconds=37)
        self.assertEqual(self.rung(soon), [(37.0, self.cr.dbname, self.cron.id)])
        self.assertEqual(self.triggers().mapped("call_at"), [soon])

    @freeze_time(NOON)
    def test_what_is_due_tomorrow_waits_for_a_look_of_the_workers(self):
        tomorrow = fields.Datetime.now() + timedelta(days=1)
        self.assertEqual(self.rung(tomorrow), [])
        self.assertEqual(self.triggers().mapped("call_at"), [tomorrow])

    def assert_rings(self, function, *args):
        """Check that workers which listen hear of this database."""
        with closing(db_connect("postgres").cursor()) as listener:
            listener.execute("LISTEN cron_trigger")
            listener.commit()
            function(*args)
            ready, _writable, _failed = select.select([listener._cnx], [], [], 30)
            self.assertTrue(ready, "nobody rang")
            listener._cnx.poll()
            told = {notice.payload for notice in listener._cnx.notifies}
        self.assertIn(self.cr.dbname, told)

    def test_a_timer_wakes_the_workers(self):
        """Its transaction is one of its own, so the cron has to be a committed one."""
        cron = self.env.ref("base.autovacuum_job")
        self.addCleanup(self.remove_triggers, cron.id, fields.Datetime.now())
        self.assert_rings(TRIGGER_AFTER, 0.01, self.cr.dbname, cron.id)

    def remove_triggers(self, cron_id, since):
        """Remove what the timer wrote down for good."""
        with self.registry.cursor() as other:
            other.execute(
                "DELETE FROM ir_cron_trigger WHERE cron_id = %s AND call_at >= %s",
                [cron_id, since],
            )

    def test_a_timer_of_a_cron_that_is_gone_does_nothing(self):
        with patch.object(type(self.env["ir.cron"]), "_trigger") as trigger:
            synkd_ledger_schedule.trigger_now(self.cr.dbname, 0)
        self.assertFalse(trigger.called)

    def test_a_ledger_whose_time_was_up_goes_on_at_once(self):
        self.create_account("Hope Works")
        self.env.flush_all()
        self.triggers().unlink()
        self.cr.postcommit.clear()
        crons = type(self.env["ir.cron"])
        up = patch.object(crons, "_commit_progress", return_value=0)
        with self.enter_registry_test_mode(), up:
            self.ledger._cron_run()
        self.assertEqual(self.ledger.run_ids.state, "running")
        self.assertEqual(len(self.triggers()), 1)
        self.assert_rings(self.cr.postcommit.run)

    # === what of Odoo's own this hangs on ===

    def process(self, status):
        """Let Odoo's worker process the ledger's cron, whose job ends in some way."""
        self.env.flush_all()
        crons = self.env.registry["ir.cron"]
        job = crons._acquire_one_job(self.cr, self.cron.id, include_not_ready=True)
        with patch.object(crons, "_run_job", return_value=status):
            crons._process_job(self.cr, job)
        self.cron.invalidate_recordset()

    def test_core_process_job_asks_reschedule_later_when_a_job_is_done(self):
        """`ir.cron._process_job` calls `_reschedule_later`, which we override."""
        self.ledger.write({"schedule": "daily", "daily_time": 2.5})
        for status in (CompletionStatus.FULLY_DONE, CompletionStatus.FAILED):
            at = fields.Datetime.to_datetime("2031-02-03 04:05:06")
            with patch.object(type(self.ledger), "_next_call", return_value=at):
                self.process(status)
            self.assertEqual(self.cron.nextcall, at, status)

    def test_core_reschedule_asap_leaves_a_trigger_and_nextcall(self):
        """`ir.cron._process_job` calls `_reschedule_asap` while work is left."""
        before = self.cron.nextcall
        self.process(CompletionStatus.PARTIALLY_DONE)
        self.assertEqual(self.cron.nextcall, before)
        self.assertTrue(self.triggers())

    def test_core_trigger_notifies_the_workers_of_what_is_due_now(self):
        """`ir.cron._trigger` tells the workers after the commit, with `at` later."""
        tomorrow = fields.Datetime.now() + timedelta(days=1)
        for at, told in ((None, True), (tomorrow, False)):
            self.cr.postcommit.clear()
            with patch.object(type(self.cron), "_notifydb") as notify:
                self.cron._trigger(at)
                self.cr.postcommit.run()
            self.assertEqual(notify.called, told)

    def test_a_ledger_is_woken_once_however_much_is_saved(self):
        self.ledger.push_on_save = True
        accounts = [self.create_account(f"Customer {index}") for index in range(3)]
        for account in accounts:
            account.city = "Paarl"
        self.ledger._wake()
        self.assertEqual(len(self.triggers()), 1)

    def test_what_was_rolled_back_does_not_keep_a_ledger_from_waking(self):
        with self.cr.savepoint() as savepoint:
            self.ledger._wake()
            savepoint.rollback()
        self.assertFalse(self.triggers())
        self.ledger._wake()
        self.assertEqual(len(self.triggers()), 1)

    def test_the_next_transaction_wakes_it_again(self):
        self.ledger._wake()
        self.env.cr.precommit.run()  # as each commit does
        self.ledger._wake()
        self.assertEqual(len(self.triggers()), 2)

    def test_an_archived_ledger_is_not_woken(self):
        self.ledger.active = False
        self.ledger._wake()
        self.assertFalse(self.triggers())

    def test_only_the_ledgers_that_are_woken_are_called(self):
        company = self.env["res.company"].create({"name": "Another Company"})
        other = self.create_ledger(company_id=company.id)
        other._wake()
        self.assertFalse(self.triggers())
        self.assertTrue(
            self.env["ir.cron.trigger"].search([("cron_id", "=", other.cron_id.id)])
        )

    def test_the_cron_makes_a_run_of_the_schedule(self):
        self.assertFalse(self.ledger.run_ids)
        account = self.create_account("Hope Works")
        run = self.run_ledger()
        self.assertEqual(self.ledger.run_ids, run)
        self.assertEqual((run.origin, run.state), ("schedule", "done"))
        self.assertFalse(run.requested_by_id)
        self.assertFalse(run.scoped)
        self.assertEqual(account.sync_state, "synced")

    def test_the_cron_takes_a_waiting_run_before_it_makes_one(self):
        asked = self.ledger._request_run()
        self.assertEqual(self.run_ledger(), asked)
        self.assertEqual((asked.origin, asked.state), ("user", "done"))
        scheduled = self.run_ledger()
        self.assertNotEqual(scheduled, asked)
        self.assertEqual(scheduled.origin, "schedule")

    def test_the_cron_of_an_archived_ledger_does_nothing(self):
        self.create_account("Hope Works")
        self.ledger.active = False
        self.assertFalse(self.run_ledger())
        self.assertFalse(self.stored())
