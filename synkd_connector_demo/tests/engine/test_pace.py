# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from dataclasses import replace
from datetime import datetime, timedelta
from unittest.mock import patch

from freezegun import freeze_time

from odoo.tests import tagged

from odoo.addons.synkd_connector.lib.errors import RetryableError, ThrottledError
from odoo.addons.synkd_connector.lib.pace import Pace
from odoo.addons.synkd_connector.lib.results import Answer, Budget, Result

from ..common import DemoCommon

NOW = datetime(2026, 11, 23, 9, 0)


@tagged("post_install", "-at_install")
class TestPace(DemoCommon):
    """Books that tell no budget are called no faster than they said beforehand."""

    def setUp(self):
        super().setUp()
        self.engine = self.env["synkd.engine"]
        self.clock = self.startPatcher(freeze_time(NOW))
        self.times = []
        self.run_ledger()

    def set_pace(self, **values):
        """Let the demo books take one customer a call, tell nothing, and count."""
        connector = type(self.env["synkd.connector.demo"])
        capable, write = connector._capabilities, connector._push_customers

        def capabilities(model, ledger):
            pace = Pace(**values)
            return replace(capable(model, ledger), customer_batch=1, pace=pace)

        def push(model, ledger, batch):
            self.times.append(datetime.now())
            return replace(write(model, ledger, batch), budget=Budget())

        self.patch(connector, "_capabilities", capabilities)
        self.patch(connector, "_push_customers", push)

    def create_many(self, count):
        """Create so many account customers."""
        for number in range(count):
            self.create_account(f"Customer {number}")

    def go_on(self):
        """Let the time pass that the ledger waits for; return how long that was."""
        wait = self.ledger.paused_until - datetime.now()
        self.clock.tick(wait)
        return wait

    def test_a_minute_s_calls_are_made_and_the_next_waited_for(self):
        self.create_many(7)
        self.set_pace(minute=5)
        states = []
        while (run := self.run_ledger()).state == "paused":
            states.append(len(self.times))
            self.assertIn("take no more calls for now", run.message)
            self.assertFalse(self.ledger.needs_person)
            self.assertEqual(self.go_on(), timedelta(seconds=61))
        self.assertEqual(run.state, "done", run.message)
        self.assertEqual(len(self.times), 7)
        self.assertEqual(len(self.stored()), 7 + 1, "and Counter Sales")
        # Reading counts as well, so each minute takes fewer than five of them.
        self.assertGreaterEqual(len(states), 2)
        self.assertLessEqual(max(map(self.times.count, self.times)), 4)

    def test_a_second_is_waited_for_within_the_run(self):
        self.create_many(3)
        self.set_pace(second=2)
        rests = []

        def rest(_engine, seconds):
            rests.append(seconds)
            self.clock.tick(timedelta(seconds=seconds))

        with patch.object(type(self.engine), "_rest", rest):
            self.assertEqual(self.run_ledger().state, "done")
        gaps = [b - a for a, b in zip(self.times, self.times[1:], strict=False)]
        self.assertEqual(gaps, [timedelta(seconds=0.5)] * 2)
        self.assertEqual(set(rests), {0.5})

    def test_no_turn_is_waited_for_to_learn_that_no_page_follows(self):
        self.set_pace(minute=50)
        asked = []
        engine = type(self.engine)
        wait = engine._await_turn
        self.patch(
            engine, "_await_turn", lambda *args: asked.append(args) or wait(*args)
        )
        before = self.calls.search_count([])
        self.assertEqual(self.run_ledger().state, "done")
        made = self.calls.search_count([]) - before
        self.assertGreaterEqual(made, 2, "customers and balances are read")
        self.assertEqual(len(asked), made)
        self.assertEqual(sum(self.ledger.calls_made["seconds"].values()), made)

    def test_a_call_that_fails_counts_as_well(self):
        self.set_pace(minute=5)
        away = RetryableError("The books are away.")
        connector = type(self.env["synkd.connector.demo"])
        with patch.object(connector, "_pull_customers", side_effect=away):
            self.run_ledger()
        self.assertEqual(sum(self.ledger.calls_made["seconds"].values()), 2)

    def test_several_calls_of_one_answer_count_each(self):
        before = self.ledger.calls_made
        self.ledger._set_budget(Budget(calls=4))
        self.assertEqual(self.ledger.calls_made, before, "these books have no limit")
        self.set_pace(minute=5)
        self.ledger._set_budget(Budget(calls=4))
        self.assertEqual(sum(self.ledger.calls_made["seconds"].values()), 3)

    def test_a_call_that_was_not_needed_is_not_counted(self):
        self.set_pace(second=1, minute=5)
        self.ledger._note_calls(1)
        self.clock.tick(timedelta(seconds=1))
        self.ledger._set_budget(Budget(calls=0))
        for name in ("seconds", "hours"):
            self.assertEqual(set(self.ledger.calls_made[name].values()), {0})
        self.assertEqual(self.ledger._get_call_wait(), 0)

    def test_books_that_want_quiet_are_left_alone_until_then(self):
        until = NOW + timedelta(minutes=5)
        connector = type(self.env["synkd.connector.demo"])

        def push(_model, _ledger, batch):
            self.times.append(datetime.now())
            results = tuple(
                Result(member.res_id, "ok", f"X{member.res_id}")
                for member in batch.members
            )
            return Answer(results, Budget(until=until))

        with patch.object(connector, "_push_customers", push):
            self.create_many(1)
            run = self.run_ledger()
        self.assertEqual((run.state, self.times), ("paused", [NOW]))
        self.assertEqual(self.ledger.paused_until, until)
        account = self.env["synkd.account.customer"].search(
            [("ledger_id", "=", self.ledger.id), ("name", "=", "Customer 0")]
        )
        self.assertEqual(account.sync_state, "synced", "the answer counts")
        self.go_on()
        self.assertEqual(self.run_ledger().state, "done")

    def test_a_breach_costs_what_the_books_said_beforehand(self):
        self.set_pace(minute=5, breach=3600)
        connector = type(self.env["synkd.connector.demo"])
        shut = ThrottledError("The books take no more calls.")
        with patch.object(connector, "_pull_customers", side_effect=shut):
            self.run_ledger()
        self.assertEqual(self.ledger.paused_until, NOW + timedelta(hours=1))
