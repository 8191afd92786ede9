# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import json
from datetime import datetime, timedelta
from unittest.mock import patch

import psycopg2
from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.synkd_connector.lib.fingerprint import fingerprint
from odoo.addons.synkd_connector.lib.results import (
    NOT_FOUND,
    OK,
    REJECTED,
    Answer,
    Member,
    Result,
)
from odoo.addons.synkd_connector.tests.common import load_migration

from .test_engine import EngineCase

NOW = datetime(2026, 11, 22, 12)
STATES = ("open", "answered", "asked", "done", "void")
COUNTERS = ("created", "changed", "refused", "unchanged", "imported", "skipped")

# What to call on a request whose member has no outcome yet; the states that move.
MOVES = (
    ("_set_answered", (Answer(),), {"open": "answered"}),
    ("_set_applied", (), {"answered": "open"}),
    ("_set_waiting", ("The books are busy.",), {"open": "open"}),
    ("_set_void", ("Nothing was written.",), {"open": "void"}),
)


class RequestCase(EngineCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.journal = cls.env["synkd.run"].create({"ledger_id": cls.ledger.id})
        cls.request_model = cls.env["synkd.request"]

    def send(self, *accounts):
        """Write a request for account customers down, as the engine does."""
        self.env.flush_all()
        members = []
        for account in accounts:
            payload = account._get_payload()
            back = account._get_books_fingerprint(account._to_data())
            members.append((account, payload, fingerprint(payload), back))
            account._set_sending()
        return self.request_model._write_down(self.journal, "customers", members)

    def answer(self, request, *results):
        """Let the books answer, and put the answer on the records."""
        request._set_answered(Answer(results))
        request._apply(self.journal)

    def counts(self):
        """Return the counters of the run that are not zero."""
        return {name: self.journal[name] for name in COUNTERS if self.journal[name]}

    def stored_values(self, request):
        """Return what the moves of a request could change."""
        self.env.flush_all()
        self.env.invalidate_all()
        names = ("state", "answer", "message", "attempts", "retry_at", "answered_at")
        return [request[n] for n in names] + request.line_ids.mapped("state")


@tagged("post_install", "-at_install")
class TestRequestStates(RequestCase):
    def test_a_request_holds_what_is_needed_to_ask_about_it_later(self):
        known, fresh = self.create_accounts(2)
        known._set_synced({"external_id": "X1"})
        known.city = "Paarl"
        request = self.send(known, fresh)
        self.env.flush_all()
        self.env.invalidate_all()
        lines = request.line_ids
        self.assertEqual((request.state, request.member_count), ("open", 2))
        self.assertEqual(lines.mapped("res_id"), [known.id, fresh.id])
        self.assertEqual(lines.account_customer_id, known + fresh)
        self.assertEqual(lines.mapped("external_id"), ["X1", False])
        self.assertEqual(lines.mapped("revision"), [known.revision, fresh.revision])
        self.assertEqual([line.payload["city"] for line in lines], ["Paarl", ""])
        for line in lines:
            self.assertEqual(line.fingerprint, fingerprint(line.payload))
        batch = request._as_batch()
        self.assertEqual(batch.key, request.key)
        self.assertEqual(
            batch.members,
            (
                Member(known.id, lines[0].payload, "X1", known.own_key),
                Member(fresh.id, lines[1].payload, "", fresh.own_key),
            ),
        )

    def test_every_request_has_a_key_of_its_own(self):
        vals = {"ledger_id": self.ledger.id, "channel": "customers"}
        requests = self.request_model.create([vals] * 20)
        self.assertEqual(len(set(requests.mapped("key"))), 20)
        self.assertGreaterEqual(min(len(key) for key in requests.mapped("key")), 32)

    @mute_logger("odoo.sql_db")
    def test_the_database_refuses_a_record_in_two_open_requests(self):
        account, other = self.create_accounts(2)
        request_lines = self.env["synkd.request.line"]
        first = self.send(account)
        for state in ("open", "answered"):
            first.state = state
            self.env.flush_all()
            with (
                self.subTest(state=state),
                self.assertRaises(psycopg2.IntegrityError) as caught,
                self.cr.savepoint(),
            ):
                self.send(other, account)
            self.assertEqual(
                request_lines._sql_error_to_message(caught.exception),
                "This record is in another request, or file, whose answer is unknown.",
            )
        self.assertEqual(self.requests(), first)
        self.assertTrue(self.send(other))

    def test_a_record_is_sent_again_after_each_kind_of_end(self):
        for outcome in (OK, REJECTED, NOT_FOUND, "void"):
            with self.subTest(outcome=outcome):
                account = self.create_account(f"Customer {outcome}")
                request = self.send(account)
                if outcome == "void":
                    request._set_void("Nothing was written.")
                else:
                    self.answer(request, Result(account.id, outcome, message="So."))
                self.assertEqual(self.send(account).state, "open")

    @freeze_time(NOW)
    def test_moves_from_other_states_change_nothing(self):
        for name, args, becomes in MOVES:
            for state in STATES:
                with self.subTest(move=name, state=state):
                    request = self.send(self.create_account("Hope Works"))
                    request.state = state
                    before = self.stored_values(request)
                    getattr(request, name)(*args)
                    after = self.stored_values(request)
                    self.assertEqual(after[0], becomes.get(state, state))
                    self.assertEqual(after != before, state in becomes)

    def test_a_call_that_wrote_nothing_voids_only_members_without_outcome(self):
        first, second = self.create_accounts(2)
        request = self.send(first, second)
        self.answer(request, Result(first.id, OK, "X1"))
        request._set_void("Nothing was written.")
        self.assertEqual(request.line_ids.mapped("state"), ["ok", "void"])
        self.assertEqual(
            (request.state, request.message), ("void", "Nothing was written.")
        )

    def test_it_knows_when_the_books_were_first_asked(self):
        request = self.send(self.create_account("Hope Works"))
        self.assertEqual(request._as_batch().asked, "")
        for hours in (0, 1):
            with freeze_time(NOW + timedelta(hours=hours)):
                request._note_asked()
        self.assertEqual(request.asked_at, NOW)
        self.assertEqual(request._as_batch().asked, NOW.isoformat())

    def test_an_upgrade_takes_the_last_answer_for_the_first(self):
        asked = self.send(self.create_account("Hope Works"))
        fresh = self.send(self.create_account("Danny Storm"))
        asked.write({"attempts": 2, "answered_at": NOW})
        self.env.flush_all()
        migrate = load_migration("synkd_connector", "19.0.4.0.0", "post-asked").migrate
        migrate(self.cr, "19.0.3.1.0")
        self.env.invalidate_all()
        self.assertEqual(asked.asked_at, NOW)
        self.assertFalse(fresh.asked_at)

    @freeze_time(NOW)
    def test_members_without_a_word_are_asked_about_less_and_less_often(self):
        self.patch(type(self.engine), "_backoff", lambda _engine, n: 10 * 2**n)
        told, silent = self.create_accounts(2)
        request = self.send(told, silent)
        self.answer(request, Result(told.id, OK, "X1"))
        waits = [(request.retry_at - NOW).total_seconds()]
        for _round in range(3):
            self.assertEqual((request.state, silent.sync_state), ("open", "sending"))
            self.assertEqual(
                [m.res_id for m in request._as_batch().members], silent.ids
            )
            self.answer(request)
            waits.append((request.retry_at - NOW).total_seconds())
        self.assertEqual(waits, [10, 20, 40, 80])
        self.assertIn("did not tell about all members", request.message)
        self.assertEqual(told.sync_state, "synced", "it does not wait for the others")
        self.answer(request, Result(silent.id, OK, "X2"))
        self.assertEqual((request.state, silent.sync_state), ("done", "synced"))
        self.assertEqual(self.counts(), {"created": 2})

    def test_an_answer_is_put_on_the_records_once(self):
        account = self.create_account("Hope Works")
        request = self.send(account)
        self.answer(request, Result(account.id, OK, "X1"))
        account.name = "Changed"
        for _again in range(2):
            request._apply(self.journal)
        self.assertEqual((request.state, account.sync_state), ("done", "pending"))
        self.assertEqual(self.counts(), {"created": 1})


@tagged("post_install", "-at_install")
class TestRequestResults(RequestCase):
    def test_what_was_taken_is_in_the_books_and_counted(self):
        account = self.create_account("Hope Works")
        request = self.send(account)
        self.answer(request, Result(account.id, OK, "X1", "Taken with a warning."))
        self.assertEqual((account.sync_state, account.external_id), ("synced", "X1"))
        self.assertEqual(account.fingerprint, request.line_ids.fingerprint)
        back = account._get_books_fingerprint(account._to_data())
        self.assertEqual(account.books_fingerprint, back)
        self.assertEqual(request.line_ids.message, "Taken with a warning.")
        account.city = "Paarl"
        self.answer(self.send(account), Result(account.id, OK))
        self.assertEqual(account.external_id, "X1", "not told again, and not lost")
        self.assertEqual(self.counts(), {"created": 1, "changed": 1})

    def test_what_was_refused_waits_for_a_person_with_the_books_words(self):
        good, bad = self.create_accounts(2)
        request = self.send(good, bad)
        self.answer(
            request,
            Result(bad.id, REJECTED, message="No tax number."),
            Result(good.id, OK, "X1"),
        )
        self.assertEqual((good.sync_state, bad.sync_state), ("synced", "attention"))
        self.assertEqual(bad.sync_message, "No tax number.")
        self.assertFalse(bad.external_id)
        self.assertEqual(request.line_ids.mapped("state"), ["ok", "rejected"])
        self.assertEqual(self.counts(), {"created": 1, "refused": 1})

    def test_what_never_arrived_waits_again_with_the_identity_it_has(self):
        absent, differs = self.create_accounts(2)
        request = self.send(absent, differs)
        self.answer(
            request,
            Result(absent.id, NOT_FOUND),
            Result(differs.id, NOT_FOUND, "X9"),
        )
        accounts = absent + differs
        self.assertEqual(accounts.mapped("sync_state"), ["pending", "pending"])
        self.assertEqual(accounts.mapped("external_id"), [False, "X9"])
        self.assertEqual(accounts.mapped("attempts"), [1, 1])
        self.assertEqual(set(request.line_ids.mapped("state")), {"void"})
        self.assertEqual((request.state, self.counts()), ("done", {}))
        again = self.send(absent, differs)
        self.assertEqual([m.external_id for m in again._as_batch().members], ["", "X9"])

    def test_what_was_edited_meanwhile_waits_again_whatever_the_answer(self):
        for outcome in (OK, REJECTED, NOT_FOUND):
            with self.subTest(outcome=outcome):
                account = self.create_account(f"Customer {outcome}")
                request = self.send(account)
                account.name = f"Mended {outcome}"
                self.answer(request, Result(account.id, outcome, f"X{outcome}", "So."))
                self.assertEqual(account.sync_state, "pending")
                self.assertFalse(account.sync_message)
                self.assertEqual(
                    self.send(account).line_ids.payload["name"], account.name
                )

    def test_a_lone_member_edited_while_the_call_is_refused_waits_again(self):
        account = self.create_account("Bad Apple")
        self.ledger.write({"demo_fault": "batch", "demo_refuse": "Bad Apple"})
        original = self.connector._push_customers

        def push(connector, ledger, batch):
            member = account.with_env(connector.env)
            if member.name == "Bad Apple":
                member.name = "Good Apple"
                connector.env.flush_all()
            return original(connector, ledger, batch)

        self.patch_connector("_push_customers", push)
        self.run_ledger()
        self.assertEqual(account.sync_state, "synced")
        self.assertEqual(self.stored().mapped("name"), ["Good Apple"])

    def test_what_was_archived_meanwhile_gets_its_identity_and_waits(self):
        account = self.create_account("Hope Works")
        request = self.send(account)
        account.active = False
        self.answer(request, Result(account.id, OK, "X1"))
        self.assertEqual((account.sync_state, account.external_id), ("pending", "X1"))
        self.assertEqual(request.state, "done")
        self.assertTrue(self.send(account).line_ids.payload["archived"])

    def test_results_for_strangers_are_ignored(self):
        account, stranger = self.create_accounts(2)
        before = stranger.sync_state, stranger.external_id
        request = self.send(account)
        self.answer(
            request,
            Result(stranger.id, REJECTED, message="Who?"),
            Result(2**31 - 1, OK, "X7"),
            Result(account.id, OK, "X1"),
        )
        self.assertEqual((stranger.sync_state, stranger.external_id), before)
        self.assertEqual((request.state, account.external_id), ("done", "X1"))
        self.assertEqual(self.counts(), {"created": 1})

    def test_an_identity_that_another_one_has_spoils_only_its_own_member(self):
        owner, *accounts = self.create_accounts(4)
        owner._set_synced({"external_id": "X0"})
        request = self.send(*accounts)
        results = [Result(a.id, OK, f"X{n}") for n, a in enumerate(accounts)]
        with self.assertLogs("odoo.addons.synkd_connector.models", "WARNING"):
            self.answer(request, *results)
        self.assertEqual(
            [a.sync_state for a in accounts], ["attention", "synced", "synced"]
        )
        self.assertIn("identity of another", accounts[0].sync_message)
        self.assertIn("identity of another", request.line_ids[0].message)
        self.assertEqual(self.counts(), {"created": 2, "refused": 1})
        self.assertEqual(request.state, "done")

    def test_an_answer_that_cannot_be_kept_says_why(self):
        account_class = type(self.env["synkd.account.customer"])
        for error, words in (
            (UserError("The month is closed."), "noted here: The month is closed."),
            (KeyError("secret"), "administrator to look into the server's log"),
        ):
            with self.subTest(error=error):
                account = self.create_account(f"Customer of {words[:9]}")
                request = self.send(account)
                spoiled = patch.object(account_class, "_set_synced", side_effect=error)
                logs = self.assertLogs("odoo.addons.synkd_connector.models", "WARNING")
                with spoiled, logs:
                    self.answer(request, Result(account.id, OK, f"X{account.id}"))
                self.assertEqual(account.sync_state, "attention")
                self.assertIn(words, account.sync_message)
                self.assertNotIn("secret", account.sync_message)
                self.assertEqual(request.line_ids.message, account.sync_message)

    # === what people see, and what is kept ===

    def test_people_see_what_was_sent_and_change_nothing(self):
        request = self.send(self.create_account("Hope Works"))
        for login, group in (
            ("boss", "synkd_connector.group_manager"),
            ("root2", "base.group_system"),
        ):
            user = self.create_user(login, group)
            mine = request.with_user(user)
            text = mine.line_ids.payload_text
            self.assertEqual(json.loads(text), request.line_ids.payload)
            self.assertIn('\n  "name": "Hope Works"', text)
            self.assertLess(text.index('"city"'), text.index('"code"'))
            for records, values in (
                (mine, {"state": "done"}),
                (mine.line_ids, {"state": "ok"}),
                (mine.line_ids, {"payload": {}}),
            ):
                with self.subTest(user=login, values=values):
                    with self.assertRaises(AccessError):
                        records.write(values)
                    with self.assertRaises(AccessError):
                        records.create({"ledger_id": self.ledger.id} | values)
                    with self.assertRaises(AccessError):
                        records.unlink()

    def test_each_request_has_a_key_of_its_own(self):
        request = self.send(self.create_account("Hope Works"))
        other = self.send(self.create_account("Pink Shoes"))
        unique = self.assertRaises(psycopg2.errors.UniqueViolation)
        with unique, mute_logger("odoo.sql_db"), self.cr.savepoint():
            other.key = request.key

    def test_the_vacuum_takes_old_closed_requests_and_nothing_else(self):
        self.ledger.keep_days = 30
        kept = {}
        for state in STATES:
            for days in (29, 31):
                request = self.send(self.create_account(f"Customer {state}"))
                request.state = state
                kept[state, days] = request
                self.env.flush_all()
                self.cr.execute(
                    "UPDATE synkd_request SET create_date = %s WHERE id = %s",
                    [fields.Datetime.now() - timedelta(days=days), request.id],
                )
        lines = {key: request.line_ids for key, request in kept.items()}
        self.env.invalidate_all()
        self.request_model._gc_requests()
        gone = {key for key, request in kept.items() if not request.exists()}
        self.assertEqual(gone, {("done", 31), ("void", 31)})
        self.assertEqual({k for k, found in lines.items() if not found.exists()}, gone)
