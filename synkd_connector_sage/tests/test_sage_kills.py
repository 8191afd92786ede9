# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Processes that send to Sage, killed at random points while Sage fails at random."""

import os
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
from .process_sage import SAGE_MAKE, SageBooks

# 60 invoices, 10 credit notes, 10 allocations and 30 payments.
COUNTS = {"invoices": 60, "credits": 10, "payments": 30}
DOCUMENTS = 110


@tagged("post_install", "-at_install")
class TestSageKills(BaseCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.startClassPatcher(patch.dict(os.environ, {LOOPBACK_OPTION: "1"}))
        cls.sage = cls.enterClassContext(Simulator())
        cls.sage.control.set_limits(minute=10**6)
        cls.workers = Workers.open(cls, config["config"])
        cls.books = SageBooks(cls.sage, cls.workers)
        error = cls.books.connect()
        assert not error, error
        cls.ledger = make_twins(cls.workers, COUNTS, SAGE_MAKE)
        cls.workers.sql("UPDATE synkd_transaction SET sync_state = 'held'")
        error = cls.workers.do(run=cls.ledger)
        assert not error, error

    def setUp(self):
        super().setUp()
        self.books.reset()
        self.assertEqual(self.workers.sql(UNSENT), [[str(DOCUMENTS)]])

    def test_all_documents_arrive_and_the_proofs_can_fail(self):
        self.assertTrue(run_until_done(self.workers, self.ledger, 20), "stuck")
        self.assertEqual(self.books.find_faults(), {})
        invoices = list(self.sage.world.tables["TaxInvoice"].values())
        (receipt, *_rest) = self.sage.world.tables["CustomerReceipt"].values()
        invoices[0]["ExternalReference"] = invoices[1]["ExternalReference"]
        receipt["Total"] += 1
        found = self.books.find_faults()
        self.assertEqual(found.keys(), {"documents", "payments"})

    def test_killed_and_failed_at_random_nothing_is_lost_or_doubled(self):
        phases = kill_again_and_again(
            self.books, self.ledger, kills=12, batch=10, longest=260
        )
        self.assertGreaterEqual(sum(phases.values()), 12)
        self.assertTrue(
            {"documents", "payments", "allocations"} & phases.keys(), phases
        )
