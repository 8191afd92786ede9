# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import subprocess
import threading
import time
from unittest.mock import patch

from odoo.tests import tagged

from odoo.addons.synkd_connector_http.lib import wire

from .fault_proxy import HALF, LOST_AFTER, LOST_BEFORE
from .test_odoo_flow import OdooFlowCommon

# Who waits for a lock in a database, and how often somebody looks.
WAITING = (
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
    " AND wait_event_type = 'Lock'"
)
PATIENCE = 30


class Lock:
    """Holds up whoever writes an external id over there, until it is released."""

    def __init__(self, remote):
        """Take the lock, and wait until it is held."""
        self.remote = remote
        self.psql = subprocess.Popen(
            ["psql", "-XAtq", "-d", remote.database],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.psql.stdin.write("BEGIN; LOCK TABLE ir_model_data IN EXCLUSIVE MODE;\n")
        self.psql.stdin.write("SELECT 'held';\n")
        self.psql.stdin.flush()
        assert self.psql.stdout.readline().strip() == "held"

    def wait(self, count=1):
        """Wait until so many wait for it."""
        end = time.monotonic() + PATIENCE
        while int(self.remote.sql(WAITING)[0][0]) < count:
            assert time.monotonic() < end, "nobody came to the lock"
        return self

    def release(self):
        """Let them go on."""
        self.psql.stdin.close()
        self.psql.wait()
        self.psql.stdout.close()


@tagged("post_install", "-at_install")
class TestOdooFaults(OdooFlowCommon):
    """Whatever call is lost, and whoever dies: each document is there once."""

    def make(self):
        """Make an invoice, a credit note that settles a part of it, and a payment."""
        invoice = self.create_invoice()
        credit = self.create_invoice(10.0, move_type="out_refund")
        lines = (invoice | credit).line_ids.filtered(
            lambda line: line.account_id.account_type == "asset_receivable"
        )
        lines.reconcile()
        self.pay(invoice, amount=40.0)
        return invoice, credit

    def finish(self):
        """Run until nothing waits any more."""
        for _run in range(6):
            self.ledger._set_resumed()
            for model in ("transaction", "request"):
                found = self.env[f"synkd.{model}"].search([("retry_at", "!=", False)])
                found.sudo().write({"retry_at": False})
            self.run_ledger()
            rows = self.env["synkd.transaction"].search([("live", "=", True)])
            if set(rows.mapped("sync_state")) == {"synced"}:
                break
        told = [(row.number, row.sync_state, row.reason_text) for row in rows]
        self.assertEqual(set(rows.mapped("sync_state")), {"synced"}, told)

    def assert_once(self, *moves):
        """Fail unless documents and money are there once, as they are here."""
        for move in moves:
            self.assert_same(move)
        money = self.remote.sql("SELECT count(*), sum(amount) FROM account_payment")
        self.assertEqual(money, [["1", "40.00"]])
        drafts = "SELECT count(*) FROM account_move WHERE state <> 'posted'"
        self.assertEqual(self.remote.sql(drafts), [["0"]])

    def break_nth(self, number, fault):
        """Let the number-th write meet a fault, once."""
        seen = iter(range(number + 1))

        def matches(_model, method):
            return method in ("load", "action_post") and next(seen, -1) == number

        self.proxy.break_calls(fault, matches, times=1)

    def walk(self, fault):
        """Lose each write call of a run in turn."""
        number, met = 0, True
        while met:
            with self.subTest(fault=fault, number=number):
                documents = self.make()
                self.break_nth(number, fault)
                self.run_ledger()
                met = not self.proxy.left
                self.proxy.break_calls(None)
                self.finish()
                self.assert_once(*documents)
            self.remote.reset()
            self.forget()
            number += 1
        self.assertGreaterEqual(number, 5, "each way of writing was met")

    def forget(self):
        """Begin anew on both sides."""
        self.partner = self.create_partner("Hope Works")
        self.account = self.create_account("Hope Works")
        self.env["synkd.customer.link"]._link([(self.partner, self.account)])
        self.run_ledger()

    def test_each_answer_that_is_lost_behind_the_books(self):
        self.walk(LOST_AFTER)

    def test_each_call_that_does_not_arrive(self):
        self.walk(LOST_BEFORE)

    def test_half_an_answer_is_asked_about(self):
        documents = self.make()
        self.proxy.break_calls(HALF, lambda _model, method: method == "load", times=1)
        self.run_ledger()
        self.finish()
        self.assert_once(*documents)

    def test_a_server_that_is_killed_in_the_middle_of_a_batch(self):
        documents = self.make()
        locks = []

        def kill(call):
            if call == ("account.move", "load") and not locks:
                locks.append(Lock(self.remote))
                threading.Thread(target=self.kill_at, args=locks).start()

        self.proxy.before = kill
        self.run_ledger()
        self.assertEqual(self.remote.sql("SELECT count(*) FROM account_move"), [["0"]])
        self.proxy.before = None
        self.remote.start()
        self.finish()
        self.assert_once(*documents)

    def kill_at(self, lock):
        """Kill the server when it is held up, and give the lock back."""
        lock.wait()
        self.remote.kill()
        lock.release()

    def test_a_call_that_still_runs_when_it_is_made_again(self):
        """The first one is held up over there; both end, and one of them wrote."""
        documents = self.make()
        loads, lock = [], Lock(self.remote)

        def release(call):
            if call == ("account.move", "load"):
                loads.append(call)
                if len(loads) == 2:
                    threading.Thread(target=self.release_at, args=(lock,)).start()

        self.proxy.before = release
        with patch.object(wire, "SECONDS", 3):
            self.run_ledger()
            self.assertEqual(self.ledger.failures, 1, "nobody answered in time")
        self.ledger._set_resumed()
        self.run_ledger()
        self.assertEqual(len(loads), 2, "it was made again while the first one ran")
        self.finish()
        self.assert_once(*documents)

    def release_at(self, lock):
        """Give the lock back when both wait for it."""
        lock.wait(2).release()
