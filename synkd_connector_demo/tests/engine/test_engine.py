# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from dataclasses import is_dataclass, replace
from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.synkd_connector.lib.errors import (
    MisconfiguredError,
    RejectedError,
    RetryableError,
)
from odoo.addons.synkd_connector.lib.results import Answer, Budget, Result

from ..common import DemoCommon

LOGGER = "odoo.addons.synkd_connector.models"


class EngineCase(DemoCommon):
    """Helpers of the engine's tests: break the books, look at what was sent."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.counter._set_synced({"external_id": "counter"})
        cls.connector = type(cls.env["synkd.connector.demo"])
        cls.engine = cls.env["synkd.engine"]

    def patch_connector(self, name, function):
        """Replace a method of the demo connector until the test ends."""
        self.patch(self.connector, name, function)

    def patch_capabilities(self, **values):
        """Let the demo books be able to do something else."""
        original = self.connector._capabilities
        self.patch_connector(
            "_capabilities",
            lambda connector, ledger: replace(original(connector, ledger), **values),
        )

    def create_accounts(self, number, **values):
        """Create so many account customers."""
        accounts = self.env["synkd.account.customer"]
        for index in range(number):
            accounts |= self.create_account(f"Customer {index:03}", **values)
        return accounts

    def sent_sizes(self):
        """Return the number of members of each write call, oldest first."""
        domain = [("ledger_id", "=", self.ledger.id), ("kind", "=", "write")]
        return self.calls.search(domain, order="id").mapped("member_count")

    def requests(self):
        """Return the requests of the ledger, oldest first."""
        domain = [("ledger_id", "=", self.ledger.id)]
        return self.env["synkd.request"].search(domain, order="id")


@tagged("post_install", "-at_install")
class TestEngine(EngineCase):
    def test_a_request_is_written_down_before_it_is_sent(self):
        account = self.create_account("Hope Works")
        seen = []
        original = self.connector._push_customers

        def push(connector, ledger, batch):
            with connector.env.registry.cursor() as cr:
                cr.execute(
                    "SELECT l.res_id, l.payload->>'name', r.state FROM synkd_request r"
                    " JOIN synkd_request_line l ON l.request_id = r.id"
                    " WHERE r.key = %s",
                    [batch.key],
                )
                seen.extend(cr.fetchall())
            return original(connector, ledger, batch)

        self.patch_connector("_push_customers", push)
        self.run_ledger()
        self.assertEqual(seen, [(account.id, "Hope Works", "open")])

    def test_no_call_is_made_by_saving_or_by_a_button(self):
        with patch.object(self.connector, "_books", side_effect=AssertionError):
            account = self.create_account("Hope Works")
            account.name = "Hope Works & Sons"
            account.action_retry()
            self.ledger.action_run_now()
            self.ledger.action_test_connection()
        self.assertEqual(account.sync_state, "pending")

    def test_batches_are_as_large_as_the_books_take(self):
        self.patch_capabilities(customer_batch=4)
        self.create_accounts(10)
        run = self.run_ledger()
        self.assertEqual(self.sent_sizes(), [4, 4, 2])
        self.assertEqual(run.write_calls, 3)
        self.assertEqual((run.created, run.processed, run.total), (10, 10, 10))

    def test_queries_do_not_grow_with_the_batch(self):
        self.create_account("Warms the caches up")
        self.run_ledger()
        counts = {}
        for size in (20, 100):
            self.patch_capabilities(customer_batch=size)
            for rounds in ("created", "changed"):
                if rounds == "created":
                    accounts = self.create_accounts(size)
                else:
                    accounts.write({"city": "Paarl"})
                counts[size, rounds] = self._count_queries()
        self.assertEqual(counts[20, "created"], counts[100, "created"])
        self.assertEqual(counts[20, "changed"], counts[100, "changed"])

    def test_no_record_of_a_batch_is_written_alone(self):
        """Each call of ``write`` or ``create`` passes all overrides: one for all."""
        accounts = type(self.env["synkd.account.customer"])
        lines = type(self.env["synkd.request.line"])
        write, create = accounts.write, lines.create
        self.create_accounts(30)
        with (
            patch.object(
                accounts, "write", autospec=True, side_effect=write
            ) as written,
            patch.object(lines, "create", autospec=True, side_effect=create) as created,
        ):
            self.run_ledger()
        self.assertEqual(self.sent_sizes(), [30])
        self.assertLess(written.call_count + created.call_count, 15)

    def test_what_is_written_at_once_is_as_if_it_was_written_one_by_one(self):
        accounts = self.create_accounts(2)
        accounts.mapped("file_text")
        values = {"books_version": False, "books_data": {"a": 1}}
        each = {a.id: values | {"external_id": f"X{a.id}"} for a in accounts}
        accounts._set_synced(each=each)
        for account in accounts:
            self.assertEqual(account.external_id, f"X{account.id}")
            self.assertEqual((account.sync_state, account.attempts), ("synced", 0))
            self.assertEqual(account.books_data, {"a": 1})
            self.assertIs(account.books_version, False)

    def _count_queries(self):
        """Run once; return the queries of the one batch."""
        original, counts = type(self.engine)._push_batch, []

        def push_batch(engine, run, channel, size):
            before = self.env.cr.sql_log_count
            sent = original(engine, run, channel, size)
            if channel.name == "customers":
                counts.append((sent, self.env.cr.sql_log_count - before))
            return sent

        with patch.object(type(self.engine), "_push_batch", push_batch):
            self.run_ledger()
        self.assertEqual(len(counts), 2, "one batch, and nothing left")
        return counts[0][1]

    def test_a_run_with_nothing_to_do_asks_little(self):
        self.create_account("Hope Works")
        for _run in range(2):
            self.run_ledger()
        before = self.env.cr.sql_log_count
        self.run_ledger()
        self.assertLessEqual(self.env.cr.sql_log_count - before, 140)

    def test_what_is_due_is_counted_by_one_query(self):
        accounts = self.create_accounts(5)
        accounts[0].retry_at = "2020-01-01 00:00:00"
        accounts[1].retry_at = "2999-01-01 00:00:00"
        run = self.env["synkd.run"].create({"ledger_id": self.ledger.id})
        self.env.flush_all()
        before = self.env.cr.sql_log_count
        self.assertEqual(self.engine._count_due(run), 4)
        self.assertEqual(self.env.cr.sql_log_count - before, 1)

    def test_what_was_edited_while_it_was_sent_is_sent_again(self):
        account = self.create_account("Hope Works")
        original, calls = self.connector._push_customers, []

        def push(connector, ledger, batch):
            calls.append([member.payload["name"] for member in batch.members])
            if len(calls) == 1:
                connector.env[account._name].browse(account.id).name = "Hope & Sons"
            return original(connector, ledger, batch)

        self.patch_connector("_push_customers", push)
        self.run_ledger()
        self.assertEqual(calls, [["Hope Works"], ["Hope & Sons"]])
        self.assertEqual(account.sync_state, "synced")
        self.assertEqual(self.stored().mapped("name"), ["Hope & Sons"])

    def test_an_edit_and_its_undoing_cost_no_call(self):
        account = self.create_account("Hope Works")
        self.run_ledger()
        account.city = "Durban"
        account.city = False
        self.assertEqual(account.sync_state, "pending")
        run = self.run_ledger()
        self.assertEqual((run.unchanged, run.write_calls), (1, 0))
        self.assertEqual(account.sync_state, "synced")

    def test_a_refusal_in_the_middle_touches_only_itself(self):
        accounts = self.create_accounts(5)
        accounts[2].name = "Bad Apple"
        self.ledger.demo_refuse = "bad apple"
        run = self.run_ledger()
        self.assertEqual(accounts[2].sync_state, "attention")
        self.assertIn("Bad Apple", accounts[2].sync_message)
        self.assertEqual(set((accounts - accounts[2]).mapped("sync_state")), {"synced"})
        self.assertEqual((run.state, run.created, run.refused), ("attention", 4, 1))

    def test_a_batch_refused_as_a_whole_is_split_until_the_culprit_is_alone(self):
        accounts = self.create_accounts(8)
        accounts[5].name = "Bad Apple"
        self.ledger.write({"demo_fault": "batch", "demo_refuse": "Bad Apple"})
        run = self.run_ledger()
        self.assertEqual(accounts[5].sync_state, "attention")
        self.assertEqual(set((accounts - accounts[5]).mapped("sync_state")), {"synced"})
        # Which half it is in hangs on the second in which it was renamed.
        self.assertCountEqual(self.sent_sizes(), [8, 4, 4, 2, 2, 1, 1])
        self.assertEqual((run.created, run.refused), (7, 1))
        self.assertEqual(len(self.stored()), 7)

    def test_ten_poisoned_records_do_not_block_a_good_one(self):
        self.patch_capabilities(customer_batch=5)
        poison = self.create_accounts(10)
        for account in poison:
            account.name = f"Poison {account.id}"
        good = self.create_account("Hope Works")
        self.ledger.demo_refuse = "poison"
        self.run_ledger()
        self.assertEqual(good.sync_state, "synced")
        self.assertEqual(set(poison.mapped("sync_state")), {"attention"})
        before = self.write_calls()
        self.run_ledger()
        self.assertEqual(self.write_calls(), before, "nobody asks again by itself")

    def test_a_payload_that_cannot_be_made_touches_only_itself(self):
        good, bad = self.create_account("Hope Works"), self.create_account("Odd One")
        original = self.connector._customer_payload

        def payload(connector, ledger, data):
            return (
                {}["x"] if data.code == bad.code else original(connector, ledger, data)
            )

        self.patch_connector("_customer_payload", payload)
        with self.assertLogs(LOGGER, "ERROR"):
            self.run_ledger()
        self.assertEqual(good.sync_state, "synced")
        self.assertEqual(bad.sync_state, "attention")
        self.assertIn("Odd One", bad.sync_message)

    def test_two_answers_with_one_identity_do_not_stop_the_run(self):
        first, second = self.create_account("Hope"), self.create_account("Storm")

        def push(connector, ledger, batch):
            return Answer(tuple(Result(m.res_id, "ok", "X1") for m in batch.members))

        self.patch_connector("_push_customers", push)
        with self.assertLogs(LOGGER, "WARNING"):
            run = self.run_ledger()
        self.assertEqual(first.sync_state, "synced")
        self.assertEqual(second.sync_state, "attention")
        self.assertEqual(run.state, "attention")
        self.assertEqual(self.requests().mapped("state"), ["done"])

    def test_a_member_without_an_answer_is_asked_about_again(self):
        account = self.create_account("Hope Works")
        original = self.connector._push_customers

        def push(connector, ledger, batch):
            original(connector, ledger, batch)
            return Answer()

        self.patch_connector("_push_customers", push)
        self.run_ledger()
        request = self.requests()
        self.assertEqual((request.state, account.sync_state), ("open", "sending"))
        self.assertTrue(request.retry_at)
        self.assertEqual(self.run_ledger().state, "done", "not due yet")
        request.retry_at = False
        self.run_ledger()
        self.assertEqual((request.state, account.sync_state), ("done", "synced"))
        self.assertEqual(len(self.stored()), 1)

    def test_what_makes_the_books_fail_ends_up_alone_and_blocks_nobody(self):
        accounts = self.create_accounts(4)
        bad, original = accounts[1], self.connector._push_customers

        def push(connector, ledger, batch):
            if bad.id in [member.res_id for member in batch.members]:
                raise RetryableError("The books failed. The run goes on later.")
            return original(connector, ledger, batch)

        self.patch_connector("_push_customers", push)
        for _round in range(26):
            self.ledger._set_resumed()
            accounts.filtered("retry_at").write({"retry_at": False})
            self.run_ledger()
        self.assertEqual(set((accounts - bad).mapped("sync_state")), {"synced"})
        self.assertEqual(bad.sync_state, "attention")
        self.assertIn("failed 10 times", bad.sync_message)

    def test_post_accounts_off_writes_nothing_but_reads(self):
        self.ledger.post_accounts = False
        account = self.create_account("Hope Works")
        self.books.create(
            {"ledger_id": self.ledger.id, "code": "ZED001", "name": "Zed Traders"}
        )
        run = self.run_ledger()
        self.assertEqual(self.write_calls(), 0)
        self.assertEqual(account.sync_state, "pending")
        self.assertEqual((run.state, run.imported), ("done", 1))
        self.assertIn("Post Accounts is off", run.message)

    def test_an_open_request_is_cleared_up_while_posting_is_off(self):
        account = self.create_account("Hope Works")
        self.ledger.demo_fault = "lost_after"
        self.run_ledger()
        self.ledger.write({"demo_fault": False, "post_accounts": False})
        self.ledger._set_resumed()
        self.run_ledger()
        self.assertEqual(account.sync_state, "synced")
        self.assertEqual(self.write_calls(), 1)

    def test_a_member_archived_meanwhile_gets_its_answer(self):
        account = self.create_account("Hope Works")
        self.ledger.demo_fault = "lost_after"
        self.run_ledger()
        account.active = False
        self.ledger.demo_fault = False
        self.ledger._set_resumed()
        self.run_ledger()
        self.assertEqual(account.sync_state, "synced")
        self.assertEqual(self.stored().mapped("archived"), [True])
        self.assertEqual(len(self.stored()), 1)

    def test_the_budget_of_each_answer_is_stored(self):
        names = ("minute_remaining", "day_remaining", "day_limit")
        self.patch_connector("_budget", lambda *_args: Budget())
        for name in (
            *("_read_books", "_pull_customers", "_pull_lists"),
            *("_push_customers", "_pull_balances"),
        ):
            self.ledger.write(dict.fromkeys(names, -1) | {"lists_pulled_at": False})
            self.create_account(f"Customer of {name}")
            real = getattr(self.connector, name)
            tell = lambda *args, real=real: self.with_budget(real(*args))
            with self.subTest(name), patch.object(self.connector, name, tell):
                self.assertEqual(self.run_ledger().state, "done")
                told = [self.ledger[name] for name in names]
                self.assertEqual(told, [59, 4321, 5000])

    def with_budget(self, found):
        """Return what a connector's method gives, with a budget in it."""
        told = Budget(59, 4321, 5000)
        if is_dataclass(found):
            return replace(found, budget=told)
        return [replace(page, budget=told) for page in found]

    def test_backoff_doubles_with_jitter_and_has_an_end(self):
        for attempts, seconds in ((0, 30), (1, 60), (5, 960), (99, 6 * 3600)):
            waits = {self.engine._backoff(attempts) for _index in range(20)}
            self.assertGreater(len(waits), 10, "jitter")
            self.assertGreaterEqual(min(waits), 0.8 * seconds)
            self.assertLessEqual(max(waits), 1.2 * seconds)


@tagged("post_install", "-at_install")
class TestEngineErrors(EngineCase):
    def fail(self, fault):
        """Meet a fault of the demo books in a run with one customer."""
        self.ledger.demo_fault = fault
        self.account = self.create_account("Hope Works")
        return self.run_ledger()

    def activities(self):
        """Return the activities about the connection."""
        return self.env["mail.activity"].search(
            [("res_model", "=", "synkd.ledger"), ("res_id", "=", self.ledger.id)]
        )

    def triggers(self):
        """Return when the cron is called besides its schedule."""
        domain = [("cron_id", "=", self.ledger.cron_id.id)]
        return self.env["ir.cron.trigger"].search(domain).mapped("call_at")

    def test_offline_pauses_with_backoff_and_goes_on_by_itself(self):
        run = self.fail("offline")
        self.assertEqual((run.state, self.ledger.state), ("paused", "paused"))
        self.assertIn("offline", run.message)
        wait = (self.ledger.paused_until - fields.Datetime.now()).total_seconds()
        self.assertTrue(20 < wait < 40, wait)
        self.assertIn(self.ledger.paused_until, self.triggers())
        self.assertFalse(self.activities())
        self.run_ledger()
        self.assertEqual(
            self.env["synkd.run"].search_count([("ledger_id", "=", self.ledger.id)]), 1
        )
        self.ledger.write({"demo_fault": False, "paused_until": False})
        self.assertEqual(self.run_ledger(), run, "the same run goes on")
        self.assertEqual((run.state, self.account.sync_state), ("done", "synced"))
        self.assertEqual((self.ledger.failures, self.ledger.pause_reason), (0, False))

    def test_each_failure_waits_longer(self):
        waits = []
        self.fail("offline")
        for _round in range(4):
            wait = self.ledger.paused_until - fields.Datetime.now()
            waits.append(wait.total_seconds())
            self.ledger.paused_until = False
            self.run_ledger()
        self.assertEqual(waits, sorted(waits))
        self.assertGreater(waits[-1], 3 * waits[0])

    def test_a_minute_limit_pauses_for_a_minute(self):
        self._limit("minute", timedelta(minutes=2))

    def test_a_day_limit_pauses_until_the_time_told(self):
        self._limit("day", timedelta(hours=21))

    def _limit(self, fault, longest):
        run = self.fail(fault)
        now = fields.Datetime.now()
        self.assertEqual((run.state, self.ledger.state), ("paused", "paused"))
        self.assertTrue(now < self.ledger.paused_until < now + longest)
        self.assertIn(self.ledger.paused_until, self.triggers())
        self.assertEqual(self.account.sync_state, "pending", "nothing was written")
        self.assertEqual(self.requests().mapped("state"), ["void"])
        before = self.write_calls()
        self.run_ledger()
        self.assertEqual(self.write_calls(), before, "no call during the pause")

    def test_a_refused_login_pauses_until_a_person_resumes(self):
        run = self.fail("login")
        self.assertEqual((run.state, self.ledger.state), ("paused", "person"))
        self.assertIn("press Resume", self.ledger.pause_reason)
        self.assertEqual(len(self.activities()), 1)
        calls = self.calls.search_count([("ledger_id", "=", self.ledger.id)])
        for _round in range(3):
            self.run_ledger()
        self.assertEqual(len(self.activities()), 1, "one activity")
        self.assertEqual(
            self.calls.search_count([("ledger_id", "=", self.ledger.id)]), calls
        )
        self.ledger.demo_fault = False
        action = self.ledger.action_resume()
        self.assertEqual(action["params"]["id"], run.id, "the paused run is watched")
        self.assertFalse(self.activities())
        self.assertEqual(self.run_ledger(), run)
        self.assertEqual((run.state, self.account.sync_state), ("done", "synced"))

    def test_resuming_too_early_gives_one_activity_again(self):
        self.fail("login")
        for _round in range(2):
            self.ledger.action_resume()
            self.run_ledger()
        self.assertEqual(len(self.activities()), 1)

    def test_an_archived_responsible_does_not_lose_the_pause(self):
        user = self.create_user("gone", "synkd_connector.group_manager")
        self.ledger.user_id = user
        user.active = False
        self.fail("login")
        self.assertEqual(self.ledger.state, "person")
        self.assertEqual(len(self.activities()), 1)
        self.assertNotEqual(self.activities().user_id, user)

    def test_a_test_of_the_connection_is_made_even_while_a_person_is_waited_for(self):
        self.fail("login")
        self.ledger.demo_fault = False
        self.ledger.action_test_connection()
        self.run_ledger()
        self.assertEqual(self.ledger.check_message, "The connection works.")
        self.assertEqual(self.ledger.state, "ok")
        self.run_ledger()
        self.assertEqual(self.account.sync_state, "synced", "the paused run went on")

    def test_a_missing_setting_pauses_with_its_sentence(self):
        def push(connector, ledger, batch):
            raise MisconfiguredError("The tax code is missing. Set it on the ledger.")

        self.patch_connector("_push_customers", push)
        run = self.fail(False)
        self.assertEqual((run.state, self.ledger.state), ("paused", "person"))
        self.assertEqual(self.ledger.pause_reason, run.message)
        self.assertIn("tax code is missing", run.message)
        self.assertEqual(self.account.sync_state, "pending")

    def test_a_rejected_question_does_not_block_the_others(self):
        self.fail("lost_after")
        self.ledger.demo_fault = False
        self.ledger._set_resumed()

        def reconcile(connector, ledger, batch):
            raise RejectedError("The books do not understand the question.")

        self.patch_connector("_reconcile", reconcile)
        other = self.create_account("Danny Storm")
        self.run_ledger()
        self.assertEqual(other.sync_state, "synced")
        self.assertEqual(self.account.sync_state, "sending")
        self.assertIn("do not understand", self.requests()[0].message)
        self.assertTrue(self.requests()[0].retry_at)

    def test_a_fault_of_the_program_ends_the_run_with_a_sentence(self):
        def pull(connector, ledger, cursor):
            raise KeyError("secret")

        self.patch_connector("_pull_customers", pull)
        with self.assertLogs(LOGGER, "ERROR"):
            run = self.fail(False)
        self.assertEqual(run.state, "failed")
        self.assertIn("stopped unexpectedly", run.message)
        self.assertNotIn("secret", run.message)

    def test_when_the_end_cannot_be_written_the_run_still_ends(self):
        def set_paused(ledger, *args, **kwargs):
            raise UserError(ledger.env._("This cannot be written."))

        self.patch(type(self.ledger), "_set_paused", set_paused)
        with self.assertLogs(LOGGER, "ERROR"):
            run = self.fail("offline")
        self.assertEqual(run.state, "failed")

    def test_a_ledger_without_connector_says_so(self):
        self.create_account("Hope Works")
        self.ledger.connector = False
        run = self.run_ledger()
        self.assertEqual((run.state, self.ledger.state), ("paused", "setup"))
        self.assertIn("has no connector", run.message)
        with self.assertRaisesRegex(UserError, "has no connector"):
            self.ledger.action_run_now()

    def test_a_connector_that_was_uninstalled_says_so(self):
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE synkd_ledger SET connector = 'gone' WHERE id = %s", [self.ledger.id]
        )
        self.env.invalidate_all()
        run = self.run_ledger()
        self.assertIn("has no connector", run.message)

    def test_an_archived_ledger_does_nothing(self):
        account = self.create_account("Hope Works")
        self.ledger.active = False
        self.assertFalse(self.run_ledger())
        self.assertEqual(account.sync_state, "pending")
        with self.assertRaisesRegex(UserError, "is archived"):
            self.ledger.action_run_now()
