# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Books that cannot allocate a posted payment otherwise: a person is asked."""

from dataclasses import replace
from unittest.mock import patch

from odoo.tests import tagged

from ..faults_common import FaultsCommon


@tagged("post_install", "-at_install")
class TestQueueFixed(FaultsCommon):
    def setUp(self):
        super().setUp()
        connector = self.env.registry["synkd.connector.demo"]
        real = connector._capabilities
        self.startPatcher(
            patch.object(
                connector,
                "_capabilities",
                lambda this, ledger: replace(real(this, ledger), reallocate=False),
            )
        )
        self.env.registry.clear_cache()
        self.addCleanup(self.env.registry.clear_cache)
        self.keep_entries()
        self.first, self.second = self.post_invoice(), self.post_invoice()
        self.payment = self.pay(self.first, amount=150)
        self.row = self.row_of(self.payment)
        self.post_all()
        self.assert_posted(self.payment)

    def test_what_settles_more_later_waits_for_a_person(self):
        calls = self.calls_made("write")
        self.settle(self.second, self.payment.move_id)
        self.post_all()
        self.assert_waits(self.row, "changed", "what it settles", "by hand")
        self.assertEqual(self.calls_made("write"), calls, "nothing was sent")
        self.assertEqual(self.stored_payments().unallocated, 35)

    def test_voided_it_is_posted_anew_as_it_settles_now(self):
        self.settle(self.second, self.payment.move_id)
        self.post_all()
        self.row.action_void()
        self.post_all()
        self.post_all(expect_ready=False)
        self.assertEqual(self.row.sync_state, "voided")
        self.assert_posted(self.payment)
        self.assert_settled(self.first, self.second)
        self.assertEqual(len(self.stored_payments()), 1)

    def test_left_as_it_is_it_asks_no_more(self):
        self.settle(self.second, self.payment.move_id)
        self.post_all()
        self.row.action_leave("Allocated over there by hand")
        self.post_all(expect_ready=False)
        self.assertEqual(self.row.sync_state, "synced")
        self.assertEqual(self.stored_payments().unallocated, 35)

    def test_back_as_it_was_nothing_is_to_do(self):
        calls = self.calls_made("write")
        self.settle(self.second, self.payment.move_id)
        lines = self.open_lines(self.second)
        lines.remove_move_reconcile()
        self.post_all()
        self.assertEqual(self.row.sync_state, "synced")
        self.assertEqual(self.calls_made("write"), calls)

    def test_back_as_it_was_after_a_person_was_asked(self):
        self.settle(self.second, self.payment.move_id)
        self.post_all()
        self.open_lines(self.second).remove_move_reconcile()
        self.post_all(expect_ready=False)
        self.assertEqual(self.row.sync_state, "synced")
