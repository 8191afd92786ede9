# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Files made by real processes that are killed, and by two of them at once."""

import json

from odoo.tests import BaseCase, tagged
from odoo.tools import config

from odoo.addons.synkd_connector.tests.process_worker import Workers

from ..process_documents import MAKE

BATCH = 10
COUNTS = {"invoices": 30, "credits": 0, "payments": 0}
RESET = """
DELETE FROM ir_attachment WHERE res_model = 'synkd.request';
DELETE FROM synkd_request;
UPDATE synkd_transaction SET sync_state = 'pending', external_id = NULL, run_id = NULL,
       retry_at = NULL, attempts = 0, sync_message = NULL, sent_number = NULL;
UPDATE synkd_account_customer SET run_id = NULL;
DELETE FROM synkd_run; DELETE FROM ir_cron_progress;
UPDATE synkd_ledger SET paused_until = NULL, needs_person = false, failures = 0,
       pause_reason = NULL
"""
# All in one file, which a process then makes in spite of whatever died before.
FILES = """
SELECT r.state, count(DISTINCT f.id), count(DISTINCT i.id)
  FROM synkd_request r
  LEFT JOIN ir_attachment f ON f.res_model = 'synkd.request' AND f.res_id = r.id
  LEFT JOIN synkd_request_line i ON i.request_id = r.id AND i.state = 'handed'
 GROUP BY r.id ORDER BY r.id
"""
IN_FILES = "SELECT count(*) FROM synkd_transaction WHERE sync_state = 'in_file'"
TWICE = """
SELECT res_id FROM synkd_request_line WHERE state <> 'void'
 GROUP BY model, res_id HAVING count(*) > 1
"""
# What is in the file is what the request says, whoever made it.
CONTENT = """
import json
for request in env["synkd.request"].search([]):
    [file] = request.file_ids
    rows = [json.loads(line) for line in file.raw.decode().splitlines()]
    assert file.name == f"documents-{request.id:06}.json", file.name
    assert [r["data"] for r in rows] == request.line_ids.mapped("payload"), "payload"
    assert [r["key"] for r in rows] == request.line_ids.mapped("own_key"), "key"
"""


@tagged("post_install", "-at_install")
class TestFilesProcess(BaseCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.workers = Workers.open(cls, config["config"])
        error = cls.workers.do(code=MAKE % COUNTS)
        assert not error, error
        cls.ledger = int(cls.workers.sql("SELECT min(id) FROM synkd_ledger")[0][0])
        cls.workers.sql(
            "UPDATE synkd_ledger SET demo_answers = 'file';"
            "UPDATE synkd_account_customer SET sync_state = 'synced',"
            " external_id = coalesce(external_id, own_key)"
        )

    def setUp(self):
        super().setUp()
        self.workers.sql(RESET)

    def value(self, query):
        """Return the one value of a query."""
        return self.workers.sql(query)[0][0]

    def finish(self):
        """Let the rest be handed over, and prove that each is in one file only."""
        for _call in range(5):
            self.assertEqual(self.workers.do(run=self.ledger, batch=BATCH), "")
        self.assertEqual(self.value(IN_FILES), str(COUNTS["invoices"]))
        self.assertEqual(self.workers.sql(TWICE), [])
        requests = self.workers.sql(FILES)
        self.assertEqual({row[0] for row in requests}, {"handed"})
        self.assertEqual({row[1] for row in requests}, {"1"}, "one file each")
        self.assertEqual(self.workers.do(code=CONTENT), "")

    def test_killed_around_each_step_makes_one_file_each(self):
        # Before the connector is asked, before and after the file is kept, and before
        # and after its members are told.
        states = {"answered": "answered", "applied": "answered"}
        for hook in ("documents", "sent", "filed", "answered", "applied"):
            with self.subTest(hook=hook):
                self.workers.sql(RESET)
                pid = self.workers.start(run=self.ledger, batch=BATCH, pause=hook)
                self.assertEqual(self.workers.wait(pid, "paused", "ended"), "paused")
                self.workers.kill(pid)
                [(state, files, handed)] = self.workers.sql(FILES)
                self.assertEqual(state, states.get(hook, "open"))
                self.assertEqual(files, "1" if hook in states else "0")
                self.assertEqual(handed, "0")
                self.finish()

    def test_two_workers_at_once_hand_each_document_over_once(self):
        wake = f"env['synkd.ledger'].browse({self.ledger})._wake()"
        for _round in range(5):
            self.assertEqual(self.workers.do(code=wake), "")
            pids = [self.workers.start(jobs=True, batch=BATCH) for _n in range(2)]
            for pid in pids:
                self.assertEqual(self.workers.wait(pid, "ended"), "ended")
        self.finish()

    def test_two_who_say_it_at_once_say_it_once(self):
        self.finish()
        request = self.value("SELECT min(id) FROM synkd_request")
        say = f"""
from odoo.service.model import retrying
from odoo.exceptions import UserError
request = env["synkd.request"].browse({request})
try:
    retrying(request.action_%s_imported, env)
except UserError as error:
    raise RuntimeError(str(error))
"""
        pids = [self.workers.start(code=say % word) for word in ("all", "none")]
        told = sorted(self.workers.wait(pid, "ended") for pid in pids)
        self.assertEqual(told[0], "ended")
        self.assertIn("is cleared up already", told[1])
        states = self.workers.sql(
            f"SELECT state FROM synkd_request_line WHERE request_id = {request}"
            " GROUP BY state"
        )
        self.assertEqual(len(states), 1, json.dumps(states))
