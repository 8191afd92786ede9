# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from .common import XeroCommon

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
# What Xero tells is in whole seconds, and so is our clock: one more of each.
SLACK = timedelta(seconds=3)
PASSES = 20


@tagged("post_install", "-at_install")
class TestXeroLimits(XeroCommon):
    """Runs that are larger than what Xero allows; the simulated clock stands still.

    Windows of the limits end only when the test moves the clock to the moment that the
    ledger waits for, so calls are counted and no time is.
    """

    def setUp(self):
        super().setUp()
        self.addCleanup(self.control.set_limits, 60, 5000, 10000, 5)
        self.addCleanup(self.control.set_scale, 1)
        self.control.set_scale(0)
        # Lists and balances are read once, so that they are not in the figures.
        self.run_ledger()
        self.control.log(clear=True)

    def create_many(self, count):
        """Create so many account customers."""
        base = {"ledger_id": self.ledger.id, "class_id": self.class_account.id}
        names = [f"Customer {number:04}" for number in range(count)]
        return self.env["synkd.account.customer"].create(
            [base | {"name": name} for name in names]
        )

    def taken(self):
        """Return the calls of the log that were not refused, and forget the log."""
        calls = self.http_calls()
        refused = [call for call in calls if call["status"] == 429]
        self.assertLessEqual(len(refused), 1, "one refusal tells enough")
        self.control.log(clear=True)
        return [call for call in calls if call["status"] != 429]

    def run_windows(self, longest):
        """Run until nothing is left; return the calls of each window of a limit.

        Between two passes the clock moves to the moment that the ledger waits for.

        :param timedelta longest: how long a limit may let it wait.
        """
        windows = []
        for _pass in range(PASSES):
            run = self.run_ledger()
            windows.append(self.taken())
            if run.state != "paused":
                self.assertEqual(run.state, "done", run.message)
                return windows
            wait = self.ledger.paused_until - fields.Datetime.now()
            self.assertLessEqual(wait, longest + SLACK)
            self.control.advance(seconds=wait.total_seconds())
            self.ledger.paused_until = False
        return self.fail("the run does not end")

    def writes(self, windows):
        """Return the calls of all windows that wrote contacts."""
        calls = [call for window in windows for call in window]
        return [call for call in calls if call["method"] == "PUT"]

    def test_a_minute_s_limit_costs_no_call_and_no_minute(self):
        customers = self.create_many(500)
        self.control.set_limits(minute=6)
        windows = self.run_windows(MINUTE)
        self.assertEqual(len(self.writes(windows)), 10, "500 customers, 50 a call")
        self.assertEqual(
            [len(window) for window in windows[:-1]],
            [6] * (len(windows) - 1),
            "each minute is used whole",
        )
        # Going on, the books are read before they are written to.
        reads = sum(len(window) for window in windows) - 10
        self.assertEqual(reads, len(windows) + 3, "and three lists, for the balances")
        self.assertEqual(set(customers.mapped("sync_state")), {"synced"})
        self.assertEqual(len(self.contacts()), 500 + 1, "and Counter Sales")

    def test_a_paused_run_says_so_and_when_it_goes_on(self):
        self.create_many(101)
        self.control.set_limits(minute=2)
        run = self.run_ledger()
        self.assertEqual((run.state, self.ledger.state), ("paused", "paused"))
        self.assertIn("no more calls for this organisation in this minute", run.message)
        self.assertFalse(self.ledger.needs_person)
        self.assertFalse(self.ledger.activity_ids, "nobody has to do anything")
        self.assertGreater(self.ledger.paused_until, fields.Datetime.now())
        before = len(self.http_calls())
        self.run_ledger()
        self.assertEqual(len(self.http_calls()), before, "no call while it waits")
        waiting = self.env["synkd.account.customer"].search_count(
            [("ledger_id", "=", self.ledger.id), ("sync_state", "=", "pending")]
        )
        self.assertEqual(waiting, 51, "what was refused waits, nothing is in between")

    def test_a_starter_s_day_ends_the_run_until_the_next(self):
        customers = self.create_many(500)
        self.control.set_limits(minute=10**6, day=1000)
        self.control.spend(day=7)
        run = self.run_ledger()
        self.assertEqual(run.state, "paused")
        self.assertIn("no more calls for this organisation today", run.message)
        self.assertEqual(len(self.taken()), 7)
        wait = self.ledger.paused_until - fields.Datetime.now()
        self.assertGreater(wait, MINUTE)
        self.assertLessEqual(wait, DAY + SLACK)
        calls = self.env["ir.cron.trigger"].search(
            [("cron_id", "=", self.ledger.cron_id.id)]
        )
        self.assertIn(self.ledger.paused_until, calls.mapped("call_at"))
        self.control.advance(seconds=wait.total_seconds())
        self.ledger.paused_until = False
        (rest,) = self.run_windows(DAY)
        self.assertEqual(len(self.writes([rest])), 10 - 6, "six were sent before")
        self.assertEqual(set(customers.mapped("sync_state")), {"synced"})
        self.assertEqual(self.ledger.day_limit, 1000)

    def test_with_nothing_new_customers_are_read_once_and_nothing_is_written(self):
        self.create_many(60)
        for _echo in range(2):
            self.run_ledger()
            self.control.advance(seconds=60)
        self.control.log(clear=True)
        run = self.run_ledger()
        self.assertEqual(run.state, "done")
        paths = [call["path"].rpartition("/")[2] for call in self.http_calls()]
        # The others tell whose balance changed, since contacts do not.
        lists = ["Contacts", "CreditNotes", "Invoices", "Payments"]
        self.assertEqual(sorted(paths), lists)
        self.assertEqual(self.write_calls(), 0)
