# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import tagged
from odoo.tools import config

from odoo.addons.synkd_connector.tests.process_server import Server
from odoo.addons.synkd_connector.tests.process_worker import Workers, get_template

from .test_process import MAKE, ProcessCase


@tagged("post_install", "-at_install")
class TestRestart(ProcessCase):
    """The database server itself stops and starts again while a run is under way."""

    @classmethod
    def open_workers(cls):
        cls.server = Server()
        cls.addClassCleanup(cls.server.remove)
        cls.server.load(get_template(), "restarted")
        workers = Workers("restarted", config["config"], cls.server.env)
        cls.addClassCleanup(workers.close)
        return workers

    def restart_in_run(self, mode, **where):
        """Restart the server while a worker is at a place of its run."""
        pid = self.workers.start(run=self.ledger, batch=2, **where)
        self.assertEqual(self.workers.wait(pid, "paused", "ended"), "paused")
        self.server.restart(mode)
        self.workers.go_on(pid)
        told = self.workers.wait(pid, "ended")
        self.assertNotEqual(told, "ended", "the restart was not noticed")

    def check(self, mode, **where):
        """Restart, let the next runs finish, and compare both sides."""
        with self.subTest(mode=mode, **where):
            self.setUp()
            self.make(MAKE, 5)
            self.restart_in_run(mode, **where)
            self.run_until_done(batch=2)
            self.assert_each_once(5)

    def test_a_server_restarted_between_the_steps_of_a_batch(self):
        for hook in ("prepared", "sent", "answered", "applied"):
            for mode in ("fast", "immediate"):
                self.check(mode, pause=hook)

    def test_a_server_restarted_within_a_step(self):
        for number in (5, 45, 90):
            self.check("immediate", pause_at=number)
