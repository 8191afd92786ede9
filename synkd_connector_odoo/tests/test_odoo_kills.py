# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Processes that send to a second Odoo, killed at random while answers get lost."""

import os
from collections import Counter
from decimal import Decimal
from unittest.mock import patch

from odoo.tests import BaseCase, tagged
from odoo.tools import config

from odoo.addons.synkd_connector.tests.process_worker import Workers
from odoo.addons.synkd_connector_demo.tests.process_documents import (
    DEMO_LISTS,
    EQUAL_MAKE,
    RESET,
    UNSENT,
    kill_again_and_again,
    make_twins,
)
from odoo.addons.synkd_connector_http.lib.address import LOOPBACK_OPTION

from .fault_proxy import HALF, LOST_AFTER, LOST_BEFORE
from .second_odoo import SecondOdoo

COUNTS = {"invoices": 12, "credits": 3, "payments": 6}
DOCUMENTS = 24  # with what the credit notes settle
CONNECT = """
ledger = env["synkd.ledger"].search([], limit=1)
ledger.write({"connector": "odoo", **%r})
"""
LISTS = """
lists = ledger._get_connector()._pull_lists(ledger)
env["synkd.books.item"]._take(ledger, lists)
def map_to(kind, name, record):
    item = env["synkd.books.item"].search([
        ("ledger_id", "=", ledger.id), ("kind", "=", kind),
        "|", ("code", "=", name), ("name", "=", name)], limit=1)
    env["synkd.mapping"]._ensure(ledger, {(kind, str(record.id))}).item_id = item
map_to("tax", "VAT 15", company.account_sale_tax_id)
map_to("bank", "BNK1", env["account.journal"].search(
    [("type", "=", "bank"), ("company_id", "=", company.id)], limit=1))
item = env["synkd.books.item"].search([
    ("ledger_id", "=", ledger.id), ("kind", "=", "item"), ("code", "=", "WIDGET")])
"""
OURS = """
SELECT t.own_key, m.amount_total, m.amount_tax, m.amount_residual
  FROM synkd_transaction t JOIN account_move m ON m.id = t.move_id
 WHERE t.channel = 'documents'
UNION ALL
SELECT t.own_key, p.amount, 0, 0 FROM synkd_transaction t
  JOIN account_payment p ON p.id = t.payment_id
"""
THEIRS = """
SELECT d.name, m.amount_total, m.amount_tax, m.amount_residual FROM account_move m
  LEFT JOIN ir_model_data d ON d.res_id = m.id AND d.model = 'account.move'
 WHERE m.move_type LIKE 'out_%'
UNION ALL
SELECT d.name, p.amount, 0, 0 FROM account_payment p
  LEFT JOIN ir_model_data d ON d.res_id = p.id AND d.model = 'account.payment'
"""


class OdooBooks:
    """The second Odoo and the processes that send to it: emptied, and proved."""

    def __init__(self, remote, workers):
        self.remote, self.workers = remote, workers

    def reset(self):
        """Let all documents wait again, and the books have none of them."""
        self.workers.sql(RESET)
        self.remote.proxy.reset()
        self.remote.sql(
            "DELETE FROM account_partial_reconcile; DELETE FROM account_full_reconcile;"
            "UPDATE account_move SET origin_payment_id = NULL;"
            "DELETE FROM account_payment; DELETE FROM account_move;"
            "DELETE FROM ir_model_data WHERE module = '__synkd__'"
            " AND model <> 'res.partner'"
        )

    def disturb(self, dice):
        """Let something go wrong in one of the next calls, most of the time."""
        fault = dice.choice((LOST_BEFORE, LOST_AFTER, HALF, "503", None))
        self.remote.proxy.break_calls(fault, times=1)

    def find_faults(self):
        """Return what is not the same on both sides, and what is there twice."""
        ours, theirs = (
            {row[0]: tuple(map(Decimal, row[1:])) for row in rows}
            for rows in (self.workers.sql(OURS), self.remote.sql(THEIRS))
        )
        counts = Counter(row[0] for row in self.remote.sql(THEIRS))
        found = [("twice", key) for key, count in counts.items() if count > 1]
        found += [
            (key, ours.get(key), theirs.get(key))
            for key in ours | theirs
            if ours.get(key) != theirs.get(key)
        ]
        stuck = self.workers.sql(UNSENT + " HAVING count(*) > 0")
        return {k: v for k, v in {"stuck": stuck, "differ": found}.items() if v}


@tagged("post_install", "-at_install")
class TestOdooKills(BaseCase):
    """Nothing is lost, doubled or stuck."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.startClassPatcher(patch.dict(os.environ, {LOOPBACK_OPTION: "1"}))
        remote = SecondOdoo.open(config["db_name"][0])
        remote.reset()
        cls.workers = Workers.open(cls, config["config"])
        cls.books = OdooBooks(remote, cls.workers)
        error = cls.workers.do(code=CONNECT % remote.reached)
        assert not error, error
        cls.ledger = make_twins(
            cls.workers, COUNTS, EQUAL_MAKE.replace(DEMO_LISTS, LISTS)
        )
        cls.workers.sql("UPDATE synkd_transaction SET sync_state = 'held'")
        error = cls.workers.do(run=cls.ledger)
        assert not error, error

    def test_killed_and_failed_at_random_nothing_is_lost_or_doubled(self):
        self.books.reset()
        self.assertEqual(self.workers.sql(UNSENT), [[str(DOCUMENTS)]])
        phases = kill_again_and_again(
            self.books, self.ledger, kills=5, batch=8, longest=120
        )
        self.assertGreaterEqual(sum(phases.values()), 5)
        one = "UPDATE account_move SET amount_tax = 1 WHERE move_type = 'out_invoice'"
        self.books.remote.sql(one)
        self.assertEqual(self.books.find_faults().keys(), {"differ"}, "it can fail")
