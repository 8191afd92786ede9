# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from unittest.mock import patch

from odoo.tests import tagged

from odoo.addons.synkd_connector.lib.results import OK, REJECTED

from ..lib import lists, loading, reversal
from .test_odoo_pushing import (
    PushCase,
    as_move,
    document,
    find_items,
    receivable,
    say,
)


@tagged("post_install", "-at_install")
class TestReversing(PushCase):
    """What nobody can cancel is taken back by its opposite."""

    def setUp(self):
        super().setUp()
        self.odoo.company = 1
        days = dict.fromkeys(lists.LOCKS[14] + lists.LOCKS[18])
        self.odoo.tables["res.company"] = {1: days}
        seals = {"inalterable_hash": "abc", "restrict_mode_hash_table": True}
        record = {"id": 50, **as_move(state="posted"), **seals}
        self.odoo.tables["account.move"] = {50: record}
        line = {"name": "Tea", "quantity": 1.0, "price_unit": 100.0, "discount": 0.0}
        line |= {"product_id": [3, ""], "tax_ids": [15], "price_subtotal": 100.0}
        self.odoo.tables["account.move.line"] = {
            1: receivable(1, 50, 115.0) | line,
            9: receivable(9, 101, -115.0),
        }
        self.odoo.make = lambda model, row: as_move(move_type="out_refund")
        self.odoo.refuse = {("button_cancel", 50): "It is sealed"}
        self.settled = []
        self.odoo.reconcile = lambda model, ids: self.settled.append(ids)

    def void(self):
        batch = self.batch("documents", document(operation="void"), ids=["50"])
        pusher = reversal.VoidingPush(self.odoo, batch, say, find_items)
        (found,) = pusher.run()
        return found

    def reverse(self, **values):
        """Let there be what reverses the document already."""
        values = {"move_type": "out_refund", "name": "RINV/1", **values}
        self.odoo.tables["account.move"][101] = {"id": 101, **as_move(**values)}

        def find(client, model, keys):
            return {key: 101 for key in keys if key.endswith(reversal.REVERSAL)}

        self.startPatcher(patch.object(loading, "find_keys", find))

    def test_a_reversal_that_somebody_undid_is_told_and_not_made_again(self):
        for state in ("cancel", "draft"):
            self.reverse(state=state, posted_before=True)
            found = self.void()
            told = (found.outcome, found.message)
            self.assertEqual(told, (REJECTED, "undone:RINV/1"), state)
        self.assertEqual(self.odoo.tables["account.move"].keys(), {50, 101})
        self.odoo.tables["account.move"][50]["state"] = "cancel"
        self.assertEqual(self.void().outcome, OK, "it was cancelled itself meanwhile")

    def test_where_odoo_does_not_settle_it_by_itself_it_is_told_to(self):
        found = self.void()
        told = (found.outcome, found.external_id, found.message)
        self.assertEqual(told, (OK, "50", "reversed:INV/9"))
        self.assertEqual(self.settled, [[1, 9]])
        self.assertEqual(self.odoo.tables["account.move"][101]["state"], "posted")

    def test_what_cannot_be_settled_waits_for_a_person(self):
        self.odoo.refuse[("reconcile", 9)] = "Not so"
        found = self.void()
        self.assertEqual((found.outcome, found.message), (REJECTED, ":Not so"))

    def test_a_refusal_that_may_end_is_told_as_one(self):
        seals = {"inalterable_hash": False, "restrict_mode_hash_table": False}
        self.odoo.tables["account.move"][50] |= seals
        found = self.void()
        self.assertEqual((found.outcome, found.message), (REJECTED, ":It is sealed"))
        self.odoo.tables["res.company"][1]["sale_lock_date"] = "2026-03-05"
        self.assertEqual(self.void().outcome, OK, "its period is closed")

    def test_one_that_is_reversed_is_not_cancelled_as_well(self):
        self.odoo.refuse = {}
        self.odoo.tables["account.move"][50]["amount_residual"] = 0.0
        self.reverse(state="posted")
        self.assertEqual(self.void().outcome, OK)
        self.assertEqual(self.odoo.tables["account.move"][50]["state"], "posted")
        self.assertNotIn(("account.move", "button_cancel"), self.odoo.methods())
