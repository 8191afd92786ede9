# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Processes that make files, killed at random points; a bookkeeper imports them."""

from odoo.tests import BaseCase, tagged
from odoo.tools import config

from odoo.addons.synkd_connector.tests.process_worker import Workers
from odoo.addons.synkd_connector_demo.tests.process_documents import (
    UNSENT,
    kill_again_and_again,
    make_twins,
    run_until_done,
)

from .process_pastel import CONNECT, PASTEL_MAKE, PastelBooks, PastelWorkers

# 60 invoices, 15 credit notes, 15 allocations and 30 payments.
COUNTS = {"invoices": 60, "credits": 15, "payments": 30}
DOCUMENTS = 120
BATCH = 10
KILLS = 12


@tagged("post_install", "-at_install")
class TestPastelKills(BaseCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        workers = Workers.open(cls, config["config"])
        cls.workers = PastelWorkers(workers, cls)
        cls.books = PastelBooks(cls.workers)
        error = workers.do(code=CONNECT)
        assert not error, error
        cls.ledger = make_twins(workers, COUNTS, PASTEL_MAKE)
        # The customers first, as a bookkeeper does; then all documents wait.
        workers.sql("UPDATE synkd_transaction SET sync_state = 'held'")
        error = cls.workers.do(run=cls.ledger)
        assert not error, error
        cls.books.customers = cls.workers.pastel.customers

    def setUp(self):
        super().setUp()
        self.books.reset()
        self.assertEqual(self.workers.sql(UNSENT), [[str(DOCUMENTS)]])

    def test_all_arrive_in_as_few_files_as_it_takes_and_the_proofs_can_fail(self):
        self.assertTrue(run_until_done(self.workers, self.ledger, 200), "stuck")
        self.assertEqual(self.books.find_faults(), {})
        requests = self.workers.sql("SELECT count(*) FROM synkd_request")
        self.assertEqual(requests, [["3"]])
        lost, doubled = self.books.pastel.documents[:2]
        self.books.pastel.documents.remove(lost)
        self.books.pastel.documents.append(doubled)
        self.books.pastel.entries[0].amount += 1
        found = self.books.find_faults()
        self.assertIn(("twice", doubled.key), found["documents"])
        self.assertIn(lost.key, [each[0] for each in found["documents"]])

    def test_killed_at_random_nothing_is_lost_or_doubled(self):
        phases = kill_again_and_again(
            self.books, self.ledger, kills=KILLS, batch=BATCH, longest=260
        )
        self.assertGreaterEqual(sum(phases.values()), KILLS)
        kinds = {"documents", "payments", "allocations"}
        self.assertTrue(kinds & phases.keys(), phases)
