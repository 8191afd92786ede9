# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import random

from odoo.tests import BaseCase, tagged
from odoo.tools import config

from odoo.addons.synkd_connector.tests.process_worker import Workers

MAKE = """
ledger = env["synkd.ledger"].search([], limit=1)
some_class = env["synkd.customer.class"].search([("posting", "=", "account")], limit=1)
env["synkd.account.customer"].create([
    {"ledger_id": ledger.id, "class_id": some_class.id, "name": f"Customer {number}"}
    for number in range(%s)])
"""
CREATE = """
ledger = env["synkd.ledger"].search([], limit=1)
some_class = env["synkd.customer.class"].search([("posting", "=", "account")], limit=1)
env["res.partner"].create([
    {"name": f"Created {number}", "ref": f"AD{number}", "customer_rank": 1}
    for number in range(%s)])
ledger._request_run({"create_class_id": some_class.id, "scoped": True,
    "partner_domain": [["ref", "like", "AD%%"]]})
"""
# As a request does: again when another transaction was quicker.
PRESS = """
from odoo.service.model import retrying
ledger = env["synkd.ledger"].search([], limit=1)
for _press in range(%s):
    retrying(ledger.action_run_now, env)
"""


class ProcessCase(BaseCase):
    """Each class has a database of its own; each test begins with empty books."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.workers = cls.open_workers()
        cls.ledger = int(cls.workers.sql("SELECT min(id) FROM synkd_ledger")[0][0])

    @classmethod
    def open_workers(cls):
        """Return the workers of this class, on a database of its own."""
        return Workers.open(cls, config["config"])

    def setUp(self):
        super().setUp()
        self.workers.sql(
            "DELETE FROM synkd_request; DELETE FROM synkd_match;"
            "UPDATE synkd_account_customer SET run_id = NULL, sync_state = 'synced',"
            " external_id = 'old' || id, code = 'OLD' || id, active = true;"
            "DELETE FROM synkd_run; DELETE FROM ir_cron_progress;"
            "DELETE FROM synkd_demo_customer; DELETE FROM synkd_demo_call;"
            "UPDATE synkd_ledger SET paused_until = NULL, needs_person = false,"
            " failures = 0, pause_reason = NULL, pull_cursor = NULL"
        )

    def make(self, code, number):
        """Execute one of the codes above in a process."""
        self.assertEqual(self.workers.do(code=code % number), "")

    def run_until_done(self, **job):
        """Call the ledger's cron in fresh processes until nothing is left to do."""
        for _call in range(20):
            self.assertEqual(self.workers.do(run=self.ledger, **job), "")
            live = self.value(
                "SELECT count(*) FROM synkd_run WHERE state IN ('waiting', 'running',"
                " 'paused')"
            )
            if live == "0" and self.unsent() == "0":
                return
            self.workers.sql(
                "UPDATE synkd_account_customer SET retry_at = NULL;"
                "UPDATE synkd_ledger SET paused_until = NULL"
            )
        self.fail("The run does not come to an end.")

    def value(self, query):
        """Return the one value of a query."""
        return self.workers.sql(query)[0][0]

    def unsent(self):
        """Return how many account customers are not in the books as they are here."""
        return self.value(
            "SELECT count(*) FROM synkd_account_customer WHERE sync_state != 'synced'"
        )

    def assert_each_once(self, number):
        """Fail unless the books hold exactly what is here, each customer once."""
        self.assertEqual(self.unsent(), "0")
        self.assertEqual(
            self.value(
                "SELECT count(*), count(DISTINCT name) FROM synkd_demo_customer"
            ),
            str(number),
        )
        self.assertEqual(
            self.workers.sql(
                "SELECT a.name FROM synkd_account_customer a LEFT JOIN"
                " synkd_demo_customer d ON d.number = a.external_id"
                " AND d.name = a.name WHERE d.id IS NULL AND a.code NOT LIKE 'OLD%'"
            ),
            [],
        )
        self.assertEqual(
            self.value("SELECT count(*) FROM synkd_request WHERE state = 'open'"), "0"
        )

    def kill_at(self, hook, **job):
        """Start a run, and kill -9 its process at a hook."""
        pid = self.workers.start(run=self.ledger, pause=hook, **job)
        self.assertEqual(self.workers.wait(pid, "paused", "ended"), "paused")
        self.workers.kill(pid)


@tagged("post_install", "-at_install")
class TestProcessKilled(ProcessCase):
    def test_killed_between_the_books_commit_and_ours(self):
        self._kill("sent", in_books=7)

    def test_killed_between_writing_down_and_sending(self):
        self._kill("prepared", in_books=0)

    def test_killed_between_keeping_the_answer_and_applying_it(self):
        self._kill("answered", in_books=7)

    def test_killed_before_the_commit_of_what_was_applied(self):
        self._kill("applied", in_books=7)

    def _kill(self, hook, in_books):
        self.make(MAKE, 7)
        self.kill_at(hook)
        stored = self.value("SELECT count(*) FROM synkd_demo_customer")
        self.assertEqual(stored, str(in_books))
        self.assertEqual(self.unsent(), "7", "not known here yet")
        self.run_until_done()
        self.assert_each_once(7)

    def test_killed_while_it_takes_over_the_books_changes(self):
        self.workers.do(
            code="""
env["synkd.demo.customer"].create([
    {"ledger_id": %s, "code": f"ZED{number:03}", "name": f"Zed {number}"}
    for number in range(5)])"""
            % self.ledger
        )
        self.kill_at("pulled")
        imported = "SELECT count(*) FROM synkd_account_customer WHERE code ~ '^ZED'"
        self.assertEqual(self.value(imported), "0")
        self.run_until_done()
        self.assertEqual(self.value(imported), "5")
        self.assertEqual(self.value("SELECT count(*) FROM synkd_run"), "1")

    def test_killed_while_it_creates_account_customers(self):
        self.make(CREATE, 5)
        self.kill_at("created")
        linked = (
            "SELECT count(*), count(DISTINCT account_customer_id)"
            " FROM synkd_customer_link l JOIN res_partner p ON p.id = l.partner_id"
            " WHERE p.ref ~ '^AD' AND l.active"
        )
        self.assertEqual(self.workers.sql(linked), [["0", "0"]])
        self.run_until_done()
        self.assertEqual(self.workers.sql(linked), [["5", "5"]])
        self.assert_each_once(5)
        self.assertEqual(self.value("SELECT created FROM synkd_run"), "5")

    def test_killed_again_and_again_at_random(self):
        seed = random.randrange(10**6)
        dice, kills = random.Random(seed), 0
        self.make(MAKE, 200)
        for _round in range(60):
            pid = self.workers.start(
                run=self.ledger, batch=10, pause_at=dice.randint(1, 260)
            )
            if self.workers.wait(pid, "paused", "ended") == "paused":
                self.workers.kill(pid)
                kills += 1
            if kills >= 12:
                break
        self.assertGreaterEqual(kills, 10, f"seed {seed}")
        self.run_until_done(batch=10)
        self.assert_each_once(200)


@tagged("post_install", "-at_install")
class TestProcessTogether(ProcessCase):
    def test_two_workers_make_one_run(self):
        self.make(MAKE, 7)
        wake = f"env['synkd.ledger'].browse({self.ledger})._wake()"
        self.workers.do(code=wake)
        first = self.workers.start(jobs=True, pause="prepared")
        self.assertEqual(self.workers.wait(first, "paused", "ended"), "paused")
        self.workers.do(code=wake)
        self.assertEqual(self.workers.do(jobs=True), "")
        self.assertEqual(self.value("SELECT count(*) FROM synkd_run"), "1")
        self.assertEqual(self.value("SELECT count(*) FROM synkd_request"), "1")
        self.workers.go_on(first)
        self.assertEqual(self.workers.wait(first, "ended"), "ended")
        self.assert_each_once(7)
        writes = "SELECT count(*) FROM synkd_demo_call WHERE kind = 'write'"
        self.assertEqual(self.value(writes), "1")

    def test_a_run_that_is_under_way_cannot_be_started_by_hand(self):
        self.make(MAKE, 1)
        first = self.workers.start(run=self.ledger, pause="prepared")
        self.workers.wait(first, "paused")
        self.assertIn("already executing", self.workers.do(run=self.ledger))
        archive = f"env['synkd.ledger'].browse({self.ledger}).active = False"
        self.assertIn("currently being executed", self.workers.do(code=archive))
        self.workers.go_on(first)
        self.workers.wait(first, "ended")
        self.assert_each_once(1)

    def test_two_users_who_create_alike_names_get_different_codes(self):
        create = MAKE.replace("Customer {number}", "Twin") % 1
        first = self.workers.start(code=create + "\nenv.flush_all()\npause()")
        self.assertEqual(self.workers.wait(first, "paused", "ended"), "paused")
        second = self.workers.start(code=create)
        self._wait_for_lock(second)
        self.workers.go_on(first)
        self.assertEqual(self.workers.wait(second, "ended"), "ended")
        codes = self.workers.sql(
            "SELECT code FROM synkd_account_customer WHERE code ~ '^TWI' ORDER BY code"
        )
        self.assertEqual(len(codes), 2)
        self.assertNotEqual(*codes)

    def _wait_for_lock(self, pid):
        """Wait until a process waits for another one's row."""
        query = (
            "SELECT count(*) FROM pg_stat_activity, pg_sleep(0.02)"
            f" WHERE application_name = 'odoo-{pid}' AND wait_event_type = 'Lock'"
        )
        for _look in range(500):
            if self.value(query) != "0":
                return
        self.fail("The second user was not held up.")

    def test_what_a_user_saves_while_it_is_sent_is_sent_again(self):
        for hook in ("prepared", "sent", "answered"):
            with self.subTest(hook=hook):
                self.setUp()
                self.make(MAKE, 3)
                pid = self.workers.start(run=self.ledger, pause=hook)
                self.workers.wait(pid, "paused")
                edit = """
accounts = env["synkd.account.customer"]
account = accounts.search([("name", "=", "Customer 1")], order="id desc", limit=1)
account.name = "Edited"
"""
                self.assertEqual(self.workers.do(code=edit), "")
                self.workers.go_on(pid)
                self.assertEqual(self.workers.wait(pid, "ended"), "ended")
                self.run_until_done()
                self.assert_each_once(3)
                names = "SELECT name FROM synkd_demo_customer ORDER BY name"
                self.assertEqual(
                    self.workers.sql(names),
                    [["Customer 0"], ["Customer 2"], ["Edited"]],
                )

    def test_a_database_restarted_in_a_run_is_recovered(self):
        for hook in ("prepared", "sent", "answered", "applied"):
            with self.subTest(hook=hook):
                self.setUp()
                self.make(MAKE, 3)
                pid = self.workers.start(run=self.ledger, pause=hook)
                self.workers.wait(pid, "paused")
                self.workers.cut(pid)
                self.workers.go_on(pid)
                self.workers.wait(pid, "ended")
                self.run_until_done()
                self.assert_each_once(3)


@tagged("post_install", "-at_install")
class TestPresses(ProcessCase):
    def test_people_who_press_at_the_same_moment_get_one_run(self):
        pids = [self.workers.start(code=PRESS % 5) for _person in range(6)]
        for pid in pids:
            self.assertEqual(self.workers.wait(pid, "ended"), "ended")
        self.assertEqual(
            self.value("SELECT count(*) FROM synkd_run WHERE state = 'waiting'"), "1"
        )
