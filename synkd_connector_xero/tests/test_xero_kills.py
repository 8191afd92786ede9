# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Processes that send to Xero, killed at random points while Xero fails at random."""

import os
from collections import Counter
from unittest.mock import patch

from odoo.tests import BaseCase, tagged
from odoo.tools import config

from odoo.addons.synkd_connector.tests.process_worker import Workers
from odoo.addons.synkd_connector_demo.tests.process_documents import (
    UNSENT,
    kill_again_and_again,
    make_twins,
    run_until_done,
)
from odoo.addons.synkd_connector_http.lib.address import LOOPBACK_OPTION

from ..simulator import Simulator
from .process_xero import XERO_MAKE, XeroBooks

# 270 invoices, 40 credit notes, 40 allocations and 150 payments.
COUNTS = {"invoices": 270, "credits": 40, "payments": 150}
DOCUMENTS = 500
BATCH = 20
PLENTY = {"minute": 10**6, "day": 10**6, "app": 10**6}


@tagged("post_install", "-at_install")
class TestXeroKills(BaseCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        allowed = patch.dict(os.environ, {LOOPBACK_OPTION: "1"})
        allowed.start()
        cls.addClassCleanup(allowed.stop)
        cls.xero = cls.enterClassContext(Simulator())
        cls.xero.control.set_limits(**PLENTY)
        cls.workers = Workers.open(cls, config["config"])
        cls.books = XeroBooks(cls.xero, cls.workers)
        cls._make_documents()

    @classmethod
    def _make_documents(cls):
        """Make the documents, and let Xero have their customers."""
        error = cls.books.connect(seconds=10**6)
        assert not error, error
        cls.ledger = make_twins(cls.workers, COUNTS, XERO_MAKE)
        cls.workers.sql("UPDATE synkd_transaction SET sync_state = 'held'")
        error = cls.workers.do(run=cls.ledger)
        assert not error, error

    def setUp(self):
        super().setUp()
        self.books.reset()
        self.assertEqual(self.workers.sql(UNSENT), [[str(DOCUMENTS)]])

    def test_all_documents_arrive_in_as_few_calls_as_it_takes(self):
        self.assertTrue(run_until_done(self.workers, self.ledger, 50), "stuck")
        self.assertEqual(self.books.find_faults(), {})
        self.assertEqual(len(self.books.live("invoices")), COUNTS["invoices"])
        self.assertEqual(len(self.books.live("credit_notes")), COUNTS["credits"])
        writes = Counter(
            entry["path"].partition("?")[0].rpartition("/")[2]
            for entry in self.xero.control.log()
            if entry["method"] != "GET" and "/api.xro" in entry["path"]
        )
        # One for each kind in a batch; Xero takes each credit note's allocations apart.
        self.assertEqual(writes.pop("Allocations"), COUNTS["credits"])
        self.assertLessEqual(sum(writes.values()), 2 * DOCUMENTS / 50, writes)
        self._spoil()

    def _spoil(self):
        """The proofs are worth nothing unless they can fail."""
        lost, doubled, *others = self.books.live("invoices")
        paid = self.books.live("payments")[0]
        lost["Status"], doubled["Url"] = "VOIDED", others[0]["Url"]
        paid["Amount"] += 1
        found = self.books.find_faults()
        self.assertEqual(found.keys(), {"documents", "payments"})
        self.assertEqual(len(found["documents"]), 3)
        self.assertEqual(len(found["payments"]), 1)

    def test_killed_and_failed_at_random_nothing_is_lost_or_doubled(self):
        phases = kill_again_and_again(
            self.books, self.ledger, kills=20, batch=BATCH, longest=260
        )
        self.assertGreaterEqual(sum(phases.values()), 20)
        self.assertTrue(
            {"documents", "payments", "allocations"} & phases.keys(), phases
        )
