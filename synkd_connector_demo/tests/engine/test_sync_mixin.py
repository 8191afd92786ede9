# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import datetime, timedelta
from unittest.mock import patch

from freezegun import freeze_time

from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tests import tagged

from odoo.addons.synkd_connector.models.engine.synkd_sync_mixin import (
    ENGINE_FIELDS,
    MOST_ATTEMPTS,
)

from ..common import DemoCommon

STATES = ("pending", "sending", "synced", "conflict", "attention")
LONG_AGO = datetime(2026, 1, 1)
NOW = datetime(2026, 11, 22, 12)
WAIT = 100

WAITS = {
    "sync_state": "pending",
    "queued_at": NOW,
    "retry_at": False,
    "sync_message": False,
}
EDITED = {"revision": 8, "attempts": 0}
SYNCED = {
    "sync_state": "synced",
    "sync_message": False,
    "retry_at": False,
    "attempts": 0,
    "books_data": False,
}
REFUSED = {
    "sync_state": "attention",
    "sync_message": "New words.",
    "retry_at": False,
    "attempts": 0,
}
CONFLICT = {
    "sync_state": "conflict",
    "sync_message": "New words.",
    "books_data": {"name": "New"},
}
UNSENT = WAITS | {"attempts": 4, "retry_at": NOW + timedelta(seconds=WAIT)}

# What to call, and what each state becomes by it; what is not named stays as it is.
MATRIX = (
    (
        "a change of what many have",
        lambda account: account._set_all_queued(Domain("id", "in", account.ids)),
        {
            "pending": WAITS | EDITED,
            "sending": EDITED,
            "synced": WAITS | EDITED,
            "conflict": EDITED,
            "attention": WAITS | EDITED,
        },
    ),
    (
        "an edit",
        lambda account: account._queue(),
        {
            "pending": WAITS | EDITED,
            "sending": EDITED,
            "synced": WAITS | EDITED,
            "conflict": EDITED,
            "attention": WAITS | EDITED,
        },
    ),
    (
        "_set_pending",
        lambda account: account._set_pending(),
        {"sending": WAITS, "attention": WAITS},
    ),
    (
        "_set_pending of attention",
        lambda account: account._set_pending(from_states=("attention",)),
        {"attention": WAITS},
    ),
    (
        "_set_sending",
        lambda account: account._set_sending(),
        {"pending": {"sync_state": "sending", "retry_at": False}},
    ),
    (
        "_set_synced",
        lambda account: account._set_synced(),
        dict.fromkeys(STATES, SYNCED),
    ),
    (
        "_set_synced with an identity",
        lambda account: account._set_synced({"external_id": "Y", "fingerprint": "g"}),
        dict.fromkeys(STATES, SYNCED | {"external_id": "Y", "fingerprint": "g"}),
    ),
    (
        "_set_attention",
        lambda account: account._set_attention("New words."),
        {"pending": REFUSED, "sending": REFUSED},
    ),
    (
        "_set_conflict",
        lambda account: account._set_conflict("New words.", {"name": "New"}),
        dict.fromkeys([state for state in STATES if state != "sending"], CONFLICT),
    ),
    ("_set_unsent", lambda account: account._set_unsent(), {"sending": UNSENT}),
)


@tagged("post_install", "-at_install")
class TestSyncMixin(DemoCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.linker = cls.create_user("linker", "synkd_connector.group_user")

    def setUp(self):
        super().setUp()
        self.patch(type(self.env["synkd.engine"]), "_backoff", lambda *_args: WAIT)

    def old_values(self, state):
        """Return values of the engine's fields that every move could change."""
        return {
            "sync_state": state,
            "sync_message": "Old words.",
            "external_id": False,
            "queued_at": LONG_AGO,
            "retry_at": LONG_AGO,
            "attempts": 3,
            "revision": 7,
            "fingerprint": "f",
            "books_fingerprint": "b",
            "books_data": {"name": "Old"},
        }

    def in_state(self, state, **values):
        """Create an account customer in a state."""
        account = self.create_account(f"Now {state}")
        account.write(self.old_values(state) | values)
        return account

    def snapshot(self, account):
        """Return the engine's fields as they are stored."""
        self.env.flush_all()
        account.invalidate_recordset()
        return {name: account[name] for name in self.old_values("")}

    def wakes(self, ledger=None):
        """Return how often the cron of a ledger was asked to run at once."""
        cron = (ledger or self.ledger).cron_id
        return self.env["ir.cron.trigger"].search_count([("cron_id", "=", cron.id)])

    # === what many have ===

    def test_a_class_of_many_is_queued_without_a_write_for_each(self):
        some = self.env["synkd.account.customer"]
        for _number in range(3):
            some |= self.in_state("synced", external_id=False)
        archived = self.in_state("synced", active=False)
        accounts, customer_class = type(some), self.class_account
        self.patch(type(customer_class), "_sent_fields", property(lambda _c: {"name"}))
        original, written = accounts.write, []

        def write(records, vals):
            written.extend(records.ids)
            return original(records, vals)

        self.env.flush_all()
        with patch.object(accounts, "write", write):
            customer_class.name = "Called otherwise"
        self.assertEqual(written, [])
        self.assertEqual(set(some.mapped("sync_state")), {"pending"})
        self.assertEqual(set(some.mapped("revision")), {8})
        self.assertEqual(archived.sync_state, "synced")
        self.assertFalse(self.wakes())
        self.ledger.push_on_save = True
        customer_class.name = "Called so again"
        self.assertEqual(self.wakes(), 1)

    # === the matrix ===

    @freeze_time(NOW)
    def test_each_move_from_each_state_changes_what_the_table_says(self):
        for name, move, becomes in MATRIX:
            for state in STATES:
                with self.subTest(move=name, state=state):
                    account = self.in_state(state)
                    move(account)
                    self.assertEqual(
                        self.snapshot(account),
                        self.old_values(state) | becomes.get(state, {}),
                    )
                    account._set_synced({"external_id": False})

    @freeze_time(NOW)
    def test_a_batch_of_mixed_states_moves_those_that_may(self):
        for name, move, becomes in MATRIX:
            with self.subTest(move=name):
                if "identity" in name:
                    continue
                accounts = self.counter.browse(self.in_state(s).id for s in STATES)
                move(accounts)
                for account, state in zip(accounts, STATES, strict=True):
                    self.assertEqual(
                        self.snapshot(account),
                        self.old_values(state) | becomes.get(state, {}),
                        state,
                    )

    def test_moves_tell_which_records_moved(self):
        accounts = self.counter.browse(self.in_state(state).id for state in STATES)
        pending, sending, _synced, _conflict, attention = accounts
        self.assertEqual(accounts._set_sending(), pending)
        self.assertEqual(accounts._set_pending(), pending + sending + attention)

    def test_nothing_moves_in_an_empty_set(self):
        self.ledger.push_on_save = True
        before = self.wakes()
        for _name, move, _becomes in MATRIX:
            move(self.counter.browse())
        self.assertEqual(self.wakes(), before)

    # === edits ===

    def test_only_what_the_books_keep_too_is_queued(self):
        for values, raised in (
            ({"name": "Hope & Sons"}, 1),
            ({"city": "Paarl", "zip": "7646"}, 1),
            ({"active": False}, 1),
            ({"class_id": False}, 0),
            ({"mirror_partner_id": False}, 0),
        ):
            with self.subTest(values=values):
                account = self.in_state("synced")
                account.with_user(self.linker).write(values)
                self.assertEqual(account.revision, 7 + raised)
                self.assertEqual(account.sync_state, "pending" if raised else "synced")

    def test_an_edit_while_sending_waits_for_the_answer_and_counts(self):
        account = self.in_state("sending")
        for name in ("First", "Second"):
            account.with_user(self.linker).name = name
        self.assertEqual((account.sync_state, account.revision), ("sending", 9))
        self.assertEqual(account.queued_at, LONG_AGO)

    def test_an_unchanged_save_costs_no_call(self):
        account = self.create_account("Hope Works", city="Paarl")
        self.run_ledger()
        calls = self.write_calls()
        account.with_user(self.linker).write({"name": "Hope Works", "city": "Paarl"})
        run = self.run_ledger()
        self.assertEqual(self.write_calls(), calls)
        self.assertEqual((run.unchanged, account.sync_state), (1, "synced"))

    def test_a_save_of_many_raises_each_revision_by_one(self):
        accounts = self.counter.browse(self.in_state(state).id for state in STATES)
        accounts.write({"city": "Paarl"})
        self.assertEqual(accounts.mapped("revision"), [8] * 5)
        self.assertEqual(
            accounts.mapped("sync_state"),
            ["pending", "sending", "pending", "conflict", "pending"],
        )

    # === attempts ===

    def test_the_first_lost_write_is_due_at_once_and_later_ones_wait(self):
        account = self.in_state("sending", attempts=0)
        account._set_unsent()
        self.assertEqual((account.attempts, account.retry_at), (1, False))
        account._set_sending()
        account._set_unsent()
        self.assertEqual(account.attempts, 2)
        self.assertTrue(account.retry_at)

    def test_backoff_grows_with_the_attempts_until_a_person_is_asked(self):
        asked = []
        self.patch(
            type(self.env["synkd.engine"]),
            "_backoff",
            lambda _engine, attempts: asked.append(attempts) or WAIT,
        )
        account = self.in_state("sending", attempts=0)
        for _round in range(MOST_ATTEMPTS):
            account._set_unsent()
            self.assertEqual(account.sync_state, "pending")
            account._set_sending()
        self.assertEqual(asked, list(range(MOST_ATTEMPTS)))
        account._set_unsent()
        self.assertEqual((account.sync_state, account.attempts), ("attention", 0))
        self.assertIn(f"failed {MOST_ATTEMPTS} times", account.sync_message)

    def test_an_edit_forgets_the_attempts(self):
        account = self.in_state("pending", attempts=MOST_ATTEMPTS)
        account.with_user(self.linker).name = "Mended"
        self.assertEqual((account.attempts, account.retry_at), (0, False))

    # === users ===

    def test_users_never_set_what_the_engine_sets(self):
        account = self.in_state("synced")
        before = self.snapshot(account)
        accounts = self.counter.with_user(self.linker)
        vals = {"name": "Mine", "ledger_id": self.ledger.id}
        values = self.old_values("attention")
        values |= {"external_id": "X", "own_key": "SKX", "books_version": "7"}
        self.assertGreaterEqual(set(values), ENGINE_FIELDS)
        for name, value in values.items():
            with self.subTest(field=name):
                with self.assertRaisesRegex(AccessError, "Only runs move"):
                    account.with_user(self.linker).write({name: value})
                with self.assertRaisesRegex(AccessError, "Only runs move"):
                    accounts.create([vals, vals | {name: value}])
                with self.assertRaisesRegex(AccessError, "Only runs move"):
                    accounts.with_context(**{f"default_{name}": value}).create(vals)
        self.assertEqual(self.snapshot(account), before)

    def test_a_copy_begins_its_own_life(self):
        account = self.in_state("conflict", external_id="X1")
        copy = account.with_user(self.linker).copy()
        self.assertEqual((copy.sync_state, copy.revision), ("pending", 0))
        for name in ("external_id", "fingerprint", "books_fingerprint", "books_data"):
            self.assertFalse(copy[name], name)

    # === waking ===

    def test_only_ledgers_that_push_at_once_are_woken(self):
        other = self.env["res.company"].create({"name": "Other"})
        eager = self.create_ledger(company_id=other.id, push_on_save=True)
        values = {"class_id": False}
        accounts = self.create_account("Slow") + self.create_account(
            "Fast", ledger_id=eager.id, **values
        )
        accounts._set_synced()
        self.env.cr.precommit.run()  # as each commit does
        before = self.wakes(), self.wakes(eager)
        accounts.write({"city": "Paarl"})
        self.assertEqual(self.wakes(), before[0])
        self.assertGreater(self.wakes(eager), before[1])

    def test_what_stays_where_it_is_wakes_nobody(self):
        self.ledger.push_on_save = True
        accounts = self.in_state("sending") + self.in_state("conflict")
        before = self.wakes()
        accounts.with_user(self.linker).write({"city": "Paarl"})
        self.assertEqual(self.wakes(), before)
