# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Go-Live pressed by real processes at the same moment."""

from odoo.tests import BaseCase, tagged
from odoo.tools import config

from odoo.addons.synkd_connector.tests.process_worker import Workers

from ..process_documents import MAKE

COUNTS = {"invoices": 30, "credits": 4, "payments": 0}
# Four credit notes settled four of the invoices.
OPEN = 26
BEFORE = """
DELETE FROM synkd_transaction;
UPDATE synkd_ledger SET start_date = '2026-07-01', opening_choice = %(choice)s,
       before_choice = %(before)s, opening_item_id = %(entry)s
"""
# What the person saw is from before the others pressed; again as a request does.
PRESS = """
if "pressed" not in globals():
    pressed = env["synkd.ledger"].search_count([])
    pause()
ledger = env["synkd.ledger"].search([], limit=1)
action = ledger.action_go_live()
wizard = env[action["res_model"]].browse(action["res_id"])
wizard.write({"opening_choice": "post", "before_choice": "credit",
    "opening_item_id": %(entry)s})
wizard.action_confirm()
"""
ROWS = """
SELECT count(*), count(DISTINCT move_id), count(DISTINCT own_key)
  FROM synkd_transaction WHERE opening_date = '2026-07-01' AND live
"""


@tagged("post_install", "-at_install")
class TestOpeningProcess(BaseCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.workers = Workers.open(cls, config["config"])
        error = cls.workers.do(code=MAKE % COUNTS)
        assert not error, error
        ((cls.entry,),) = cls.workers.sql(
            "SELECT min(id) FROM synkd_books_item WHERE kind = 'account'"
        )

    def press_together(self, people=4):
        """Let some people press at once; return the errors of those who met one."""
        code = PRESS % {"entry": self.entry}
        pids = [self.workers.start(code=code) for _person in range(people)]
        for pid in pids:
            self.assertEqual(self.workers.wait(pid, "paused", "ended"), "paused")
        for pid in pids:
            self.workers.go_on(pid)
        return [self.workers.wait(pid, "ended") for pid in pids]

    def test_each_is_queued_once_whoever_presses(self):
        chosen = {"choice": "'post'", "before": "'credit'", "entry": self.entry}
        nothing = dict.fromkeys(chosen, "NULL")
        # Where all was chosen before, pressing changes nothing on the ledger itself.
        for values in (nothing, chosen):
            with self.subTest(values):
                self.workers.sql(BEFORE % values)
                self.assertEqual(self.press_together(), ["ended"] * 4)
                rows = self.workers.sql(ROWS)
                self.assertEqual(rows, [[str(OPEN)] * 3])
                self.assertEqual(self.press_together(2), ["ended"] * 2)
                self.assertEqual(self.workers.sql(ROWS), rows, "nothing is left to do")
