# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Two people merge the same customers at the same moment, in real transactions."""

from odoo.tests import BaseCase, tagged
from odoo.tools import config

from odoo.addons.synkd_connector.tests.process_worker import Workers

from ..process_documents import SET_UP

MAKE = (
    SET_UP
    + """
invoices = env["account.move"].create([{
    "move_type": "out_invoice", "partner_id": partner.id, "company_id": company.id,
    "invoice_date": "2026-06-15", "invoice_line_ids": [Command.create({
        "product_id": product.id, "quantity": 1, "price_unit": 10.0})]}
    for partner in partners[:4]])
invoices.action_post()
"""
)
# `pause()` may follow: what was done is not committed then.
MERGE = """
partners = env["res.partner"].browse(%s).with_company(
    env["synkd.ledger"].search([], limit=1).company_id)
env["synkd.merge"]._merge(partners[0], partners[1:])
env.flush_all()
"""
STATE = """
SELECT p.id, p.active, count(m.id) FROM res_partner p
  LEFT JOIN account_move m ON m.partner_id = p.id AND m.move_type = 'out_invoice'
 WHERE p.id IN (%s, %s) GROUP BY p.id ORDER BY p.id
"""


@tagged("post_install", "-at_install")
class TestMergeProcess(BaseCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.workers = Workers.open(cls, config["config"])
        error = cls.workers.do(code=MAKE)
        assert not error, error
        found = cls.workers.sql(
            "SELECT id FROM res_partner WHERE name LIKE 'Process _' ORDER BY id LIMIT 4"
        )
        cls.ids = [int(id_) for (id_,) in found]

    def press_both(self, first, second):
        """Let two people merge at once; return what the slower one is told, and then.

        :return: while the other one is not done, and when he tries again.
        :rtype: tuple[str, str]
        """
        fast = self.workers.start(code=MERGE % first + "pause()")
        self.assertEqual(self.workers.wait(fast, "paused", "ended"), "paused")
        slow = self.workers.start(code=MERGE % second)
        meanwhile = self.workers.wait(slow, "ended").partition(": ")[2]
        self.workers.go_on(fast)
        self.assertEqual(self.workers.wait(fast, "ended"), "ended")
        again = self.workers.start(code=MERGE % second)
        return meanwhile, self.workers.wait(again, "ended").partition(": ")[2]

    def assert_merged_once(self, kept, gone):
        """Check that all is with one of two customers."""
        ids = sorted((kept, gone))
        found = [tuple(row) for row in self.workers.sql(STATE % tuple(ids))]
        wanted = {kept: ("t", "2"), gone: ("f", "0")}
        self.assertEqual(found, [(str(id_), *wanted[id_]) for id_ in ids])
        merges = "SELECT count(*) FROM synkd_merge WHERE kept_partner_id IN (%s, %s)"
        self.assertEqual(self.workers.sql(merges % tuple(ids)), [["1"]])

    def test_the_same_two_are_merged_once(self):
        kept, gone = self.ids[:2]
        meanwhile, told = self.press_both([kept, gone], [kept, gone])
        self.assertIn("merging Process", meanwhile)
        self.assertIn("just now", meanwhile)
        self.assertIn("already", told)
        self.assert_merged_once(kept, gone)

    def test_they_do_not_swallow_each_other(self):
        one, two = self.ids[2:]
        meanwhile, told = self.press_both([one, two], [two, one])
        self.assertIn("just now", meanwhile)
        self.assertIn("archived, so nothing can be merged into it", told)
        self.assert_merged_once(one, two)
