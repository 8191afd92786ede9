# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

import psycopg2
from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from odoo.addons.synkd_connector.lib.errors import MisconfiguredError, NotSupportedError
from odoo.addons.synkd_connector.lib.results import Budget, Capabilities

from ..common import DemoCommon

WARNING = "mail.mail_activity_data_warning"


@tagged("post_install", "-at_install")
class TestLedger(DemoCommon):
    def test_a_company_has_one_live_ledger(self):
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(psycopg2.IntegrityError),
            self.env.cr.savepoint(),
        ):
            self.create_ledger(name="Second books")
        self.ledger.active = False
        self.env.flush_all()
        self.assertTrue(self.create_ledger(name="Second books").cron_id)

    def test_each_ledger_owns_its_cron(self):
        company = self.env["res.company"].create({"name": "Another Company"})
        other = self.create_ledger(company_id=company.id)
        self.assertNotEqual(other.cron_id, self.ledger.cron_id)
        self.assertIn(str(other.id), other.cron_id.code)

    def test_a_ledger_is_archived_and_never_deleted(self):
        with self.assertRaisesRegex(UserError, "Archive it instead"):
            self.ledger.unlink()
        self.ledger.active = False
        self.assertFalse(self.ledger.cron_id.active)

    def test_an_impossible_schedule_is_refused_in_words(self):
        with self.assertRaisesRegex(ValidationError, "every 1 minute or more"):
            self.ledger.write({"schedule": "interval", "interval_minutes": 0})
        with self.assertRaisesRegex(ValidationError, "between 00:00 and 23:59"):
            self.ledger.write({"schedule": "daily", "daily_time": 24})

    def test_the_counts_are_those_of_the_states(self):
        self.run_ledger()
        synced = self.ledger.synced_count
        self.create_account("Hope Works")
        bad = self.create_account("Bad Apple")
        bad._set_attention("It has a worm. Take another one.")
        self.env.flush_all()
        self.ledger.invalidate_recordset()
        self.assertEqual(self.ledger.pending_count, 1)
        self.assertEqual(self.ledger.attention_count, 1)
        self.assertEqual(self.ledger.synced_count, synced)

    def test_a_saved_customer_wakes_the_ledger_only_when_it_shall(self):
        triggers = self.env["ir.cron.trigger"]
        domain = [("cron_id", "=", self.ledger.cron_id.id)]
        self.create_account("Hope Works")
        self.assertFalse(triggers.search_count(domain))
        self.ledger.push_on_save = True
        self.create_account("Danny Storm")
        self.assertTrue(triggers.search_count(domain))

    def test_only_those_who_may_change_a_ledger_resume_it(self):
        user = self.create_user("clerk", "synkd_connector.group_user")
        with self.assertRaises(AccessError):
            self.ledger.with_user(user).action_resume()
        with self.assertRaises(AccessError):
            self.ledger.with_user(user).action_test_connection()

    def test_users_do_not_move_the_state_of_the_sync(self):
        manager = self.create_user("manager", "synkd_connector.group_manager")
        account = self.create_account("Hope Works").with_user(manager)
        for values in ({"sync_state": "synced"}, {"external_id": "X"}, {"revision": 1}):
            with self.assertRaisesRegex(AccessError, "Only runs move"):
                account.write(values)

    # === one live ledger per company ===

    def refused_by_index(self, act):
        """Return the sentence of the unique index that refuses an act."""
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(psycopg2.IntegrityError) as refused,
        ):
            act()
            self.env.flush_all()
        return self.ledger._sql_error_to_message(refused.exception)

    def test_a_second_live_ledger_is_refused_in_words(self):
        sentence = "This company has a live ledger already. Archive it first."
        said = self.refused_by_index(lambda: self.create_ledger(name="Second"))
        self.assertIn(sentence, said)
        other = self.create_ledger(name="Second", active=False)
        self.assertIn(sentence, self.refused_by_index(other.action_unarchive))
        self.ledger.action_archive()
        self.env.flush_all()
        other.action_unarchive()
        self.env.flush_all()
        self.assertEqual(self.company._get_synkd_ledger(), other)
        self.assertIn(sentence, self.refused_by_index(self.ledger.action_unarchive))

    def test_a_ledger_with_customers_does_not_move_to_another_company(self):
        company = self.env["res.company"].create({"name": "Another Company"})
        sentence = (
            "Ledger Test books has account customers already, so it cannot move to"
            " another company. Create a ledger there."
        )
        with self.assertRaises(ValidationError) as refused:
            self.ledger.company_id = company
        self.assertEqual(refused.exception.args[0], sentence)
        self.env.invalidate_all()
        self.assertEqual(self.counter.company_id, self.company)

    def test_branches_use_the_ledger_of_the_nearest_company(self):
        companies = self.env["res.company"]
        north, south = companies.create(
            [{"name": n, "parent_id": self.company.id} for n in ("North", "South")]
        )
        shop = companies.create({"name": "Shop", "parent_id": north.id})
        theirs = self.create_ledger(company_id=north.id, name="Books of the North")
        used = {c.name: c._get_synkd_ledger() for c in (north, south, shop)}
        self.assertEqual(used, {"North": theirs, "South": self.ledger, "Shop": theirs})
        self.assertEqual(self.company._get_synkd_ledger(), self.ledger)
        theirs.active = False
        self.assertEqual(shop._get_synkd_ledger(), self.ledger)
        self.ledger.active = False
        self.assertFalse(shop._get_synkd_ledger())
        theirs.active = True
        self.assertFalse(south._get_synkd_ledger())
        self.assertEqual(shop._get_synkd_ledger(), theirs)

    def test_a_branch_finds_its_ledger_for_a_user_who_sees_neither(self):
        branch = self.env["res.company"].create(
            {"name": "Branch", "parent_id": self.company.id}
        )
        user = self.create_user("seller", "base.group_user", company=branch)
        found = branch.with_user(user)._get_synkd_ledger()
        self.assertEqual(found, self.ledger)

    def test_a_company_without_books_is_told_what_is_missing(self):
        company = self.env["res.company"].create({"name": "Bookless"})
        said = company._no_synkd_ledger_error().args[0]
        self.assertRegex(said, "^Company Bookless has no ledger.*create one")
        self.create_ledger(company_id=company.id, name="Old books", active=False)
        said = company._no_synkd_ledger_error().args[0]
        self.assertRegex(said, "^Ledger Old books is archived.*restore it")

    def test_a_new_ledger_belongs_to_the_root_company_and_posts_nothing(self):
        company = self.env["res.company"].create({"name": "Root"})
        branch = self.env["res.company"].create(
            {"name": "Branch", "parent_id": company.id}
        )
        groups = "base.group_system,synkd_connector.group_manager"
        admin = self.create_user("admin2", groups, company=company)
        admin.company_ids |= branch
        ledgers = self.env["synkd.ledger"].with_user(admin)
        ledgers = ledgers.with_context(allowed_company_ids=[branch.id, company.id])
        with Form(ledgers) as form:
            form.name = "New books"
            form.connector = "demo"
        ledger = form.record
        self.assertEqual(ledger.company_id, company)
        self.assertEqual(ledger.user_id, admin)
        self.assertEqual((ledger.post_accounts, ledger.state), (False, "off"))
        self.assertTrue(ledger.sudo().cron_id.active)
        account = self.create_account("Hope", ledger_id=ledger.id, class_id=False)
        self.run_ledger(ledger)
        self.assertFalse(self.stored(ledger), "nothing was asked to be posted")
        self.assertEqual(account.sync_state, "pending")

    # === connector ===

    def test_the_connectors_are_those_that_are_installed(self):
        found = self.env["synkd.ledger"]._selection_connector()
        installed = [
            name
            for name in self.env.registry
            if name.startswith("synkd.connector.") and self.env[name]._connector_label
        ]
        self.assertIn(("demo", "Demo books (in this database)"), found)
        self.assertEqual(len(found), len(installed))

    def test_a_base_of_connectors_is_not_one(self):
        self.patch(type(self.env["synkd.connector.demo"]), "_connector_label", None)
        codes = dict(self.env["synkd.ledger"]._selection_connector())
        self.assertNotIn("demo", codes)
        self.ledger.invalidate_recordset(["state"])
        self.assertEqual(self.ledger.state, "setup")
        with self.assertRaisesRegex(MisconfiguredError, "has no connector"):
            self.ledger._get_connector()
        refused = self.env["synkd.connector.demo"]._not_supported("this")
        self.assertIn("is not supported by Connector: Demo", refused.message)

    def test_a_ledger_without_connector_says_so(self):
        for connector in (False, "gone"):
            with self.subTest(connector=connector):
                # As after the removal of the connector's addon.
                self.env.flush_all()
                self.env.cr.execute(
                    "UPDATE synkd_ledger SET connector = %s WHERE id = %s",
                    [connector or None, self.ledger.id],
                )
                self.env.invalidate_all()
                self.assertEqual(self.ledger.state, "setup")
                sentence = "Ledger Test books has no connector. Choose one"
                for act in (
                    self.ledger.action_run_now,
                    self.ledger.action_test_connection,
                ):
                    with self.assertRaises(UserError) as refused:
                        act()
                    self.assertIn(sentence, refused.exception.args[0])
                with self.assertRaises(MisconfiguredError) as missing:
                    self.ledger._get_connector()
                self.assertIn(sentence, str(missing.exception))
                self.assertEqual(self.ledger._get_capabilities(), Capabilities())
                self.assertFalse(self.ledger.run_ids)

    def test_what_a_connector_does_not_do_is_refused_in_words(self):
        contract = self.env["synkd.connector"]
        with self.assertRaises(NotSupportedError) as refused:
            contract._get_books_action(self.ledger)
        self.assertIn("is not supported by", str(refused.exception))

    def test_an_archived_ledger_refuses_runs(self):
        self.ledger.active = False
        for act in (self.ledger.action_run_now, self.ledger.action_test_connection):
            with self.assertRaises(UserError) as refused:
                act()
            self.assertRegex(
                refused.exception.args[0], "^Ledger Test books is archived.*Restore it"
            )
        self.assertFalse(self.ledger.run_ids)


@tagged("post_install", "-at_install")
class TestLedgerState(DemoCommon):
    def activities(self):
        """Return the warnings of the ledger."""
        return self.ledger.activity_ids.filtered(
            lambda a: a.activity_type_id == self.env.ref(WARNING)
        )

    def test_the_state_in_each_situation(self):
        now = fields.Datetime.now()
        soon, past = now + timedelta(minutes=5), now - timedelta(minutes=5)
        for expected, values in (
            ("ok", {}),
            ("off", {"post_accounts": False}),
            ("paused", {"paused_until": soon}),
            ("paused", {"paused_until": soon, "post_accounts": False}),
            ("ok", {"paused_until": past}),
            ("person", {"needs_person": True}),
            ("person", {"needs_person": True, "paused_until": soon}),
            ("setup", {"connector": False}),
            ("setup", {"connector": False, "needs_person": True}),
        ):
            with self.subTest(values=values):
                neutral = {"paused_until": False, "needs_person": False}
                neutral |= {"post_accounts": True, "connector": "demo"}
                self.ledger.sudo().write(neutral | values)
                self.assertEqual(self.ledger.state, expected)

    def test_a_pause_ends_by_itself_to_the_second(self):
        with freeze_time("2026-11-22 12:00:00"):
            until = fields.Datetime.now() + timedelta(minutes=1)
            self.ledger._set_paused("The books are closed.", until)
            self.assertTrue(self.ledger._is_paused())
        with freeze_time("2026-11-22 12:00:59"):
            self.assertTrue(self.ledger._is_paused())
        with freeze_time("2026-11-22 12:01:00"):
            self.assertFalse(self.ledger._is_paused())
        triggers = self.env["ir.cron.trigger"].search(
            [("cron_id", "=", self.ledger.cron_id.id)]
        )
        self.assertIn(until, triggers.mapped("call_at"))
        self.assertFalse(self.activities(), "nobody has to do anything")

    def test_a_person_is_called_once_and_resume_clears_it(self):
        bookkeeper = self.create_user("clerk", "synkd_connector.group_manager")
        self.ledger.user_id = bookkeeper
        for _time in range(3):
            self.ledger._set_paused("The login expired.", needs_person=True)
        self.assertEqual(self.activities().user_id, bookkeeper)
        self.assertIn("The login expired.", self.activities().note)
        self.assertEqual((self.ledger.failures, self.ledger.state), (3, "person"))
        self.ledger.with_user(bookkeeper).action_resume()
        self.assertFalse(self.activities())
        self.assertEqual((self.ledger.failures, self.ledger.state), (0, "ok"))
        self.assertFalse(self.ledger.pause_reason)
        self.ledger._set_paused("Again.", needs_person=True)
        self.assertEqual(len(self.activities()), 1, "the next time calls again")

    def test_nobody_who_left_is_called(self):
        left = self.create_user("left", "synkd_connector.group_manager")
        self.ledger.user_id = left
        left.active = False
        self.ledger._set_paused("The login expired.", needs_person=True)
        self.assertEqual(self.activities().user_id, self.env.user)

    def test_resume_goes_on_with_the_paused_run_or_asks_for_one(self):
        action = self.ledger.action_resume()
        asked = self.ledger.run_ids
        self.assertEqual(action["params"]["id"], asked.id)
        self.assertEqual(asked.requested_by_id, self.env.user)
        asked._set_running()
        asked._set_paused("The books do not answer.")
        self.ledger._set_paused(
            "The books do not answer.", fields.Datetime.now() + timedelta(hours=1)
        )
        action = self.ledger.action_resume()
        self.assertEqual(action["params"]["id"], asked.id)
        self.assertEqual(self.ledger.run_ids, asked)
        self.run_ledger()
        self.assertEqual(asked.state, "done")

    def test_a_budget_is_kept_as_far_as_it_is_known(self):
        names = ("minute_remaining", "day_remaining", "day_limit")
        for budget, expected in (
            (Budget(), (-1, -1, -1)),
            (Budget(59, 4999, 5000), (59, 4999, 5000)),
            (Budget(day_remaining=4998), (59, 4998, 5000)),
            (Budget(minute_remaining=0), (0, 4998, 5000)),
            (Budget(), (0, 4998, 5000)),
        ):
            with self.subTest(budget=budget):
                self.ledger._set_budget(budget)
                self.assertEqual(tuple(self.ledger[n] for n in names), expected)

    def test_an_unchanged_budget_is_not_written(self):
        self.ledger._set_budget(Budget(59, 4999, 5000))
        self.env.flush_all()
        with self.assertQueryCount(0):
            self.ledger._set_budget(Budget(59, 4999, 5000))
            self.env.flush_all()

    def test_the_switch_of_posting_is_told_in_the_log(self):
        self.ledger = self.ledger.with_context(
            tracking_disable=False, mail_notrack=False
        )
        self.env.flush_all()
        self.cr.flush()
        before = self.ledger.message_ids
        self.ledger.post_accounts = False
        self.env.flush_all()
        self.cr.flush()
        told = (self.ledger.message_ids - before).sudo().tracking_value_ids
        self.assertEqual(told.field_id.name, "post_accounts")
        self.assertEqual((told.old_value_integer, told.new_value_integer), (1, 0))

    def test_days_are_kept_to_the_second(self):
        with self.assertRaisesRegex(ValidationError, "for 1 day or more"):
            self.ledger.keep_days = 0
        other = self.env["res.company"].create({"name": "Other"})
        archived = self.create_ledger(
            company_id=other.id, keep_days=1, active=False, connector=False
        )
        self.ledger.keep_days = 30
        run, theirs = self.env["synkd.run"].create(
            [{"ledger_id": self.ledger.id}, {"ledger_id": archived.id}]
        )
        for ended in run | theirs:
            ended._set_running()
            ended._set_ended("done", "")
        self.env.flush_all()
        made = run.create_date.replace(microsecond=0)
        with freeze_time(made + timedelta(days=30)):
            self.env["synkd.run"]._gc_runs()
        self.assertTrue(run.exists())
        self.assertFalse(theirs.exists(), "archived or not")
        with freeze_time(made + timedelta(days=30, seconds=1)):
            self.env["synkd.run"]._gc_runs()
        self.assertFalse(run.exists())


@tagged("post_install", "-at_install")
class TestLedgerActions(DemoCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.counter._set_synced({"external_id": "counter"})
        cls.by_state = {}
        for state in ("pending", "sending", "synced", "attention", "conflict"):
            pair = cls.create_account(f"Live {state}")
            pair |= cls.create_account(f"Archived {state}")
            pair[1].active = False
            cls.by_state[state] = pair
        cls.env.flush_all()
        for state, pair in cls.by_state.items():
            cls.env.cr.execute(
                "UPDATE synkd_account_customer SET sync_state = %s WHERE id = ANY(%s)",
                [state, pair.ids],
            )
        cls.env.invalidate_all()
        other = cls.env["res.company"].create({"name": "Other"})
        cls.foreign = cls.create_ledger(company_id=other.id)
        cls.users = {
            "user": cls.create_user("user", "synkd_connector.group_user"),
            "manager": cls.create_user("boss", "synkd_connector.group_manager"),
            "foreign": cls.create_user(
                "foreign", "synkd_connector.group_manager", company=other
            ),
        }

    def opened(self, action):
        """Return the records that an action shows."""
        records = self.env[action["res_model"]].with_context(**action["context"])
        return records.search(action["domain"])

    def test_counts_and_lists_are_the_same_records(self):
        ledger = self.ledger.with_user(self.users["user"])
        for name, states, more in (
            ("pending", ("pending", "sending"), 0),
            ("attention", ("attention", "conflict"), 0),
            ("synced", ("synced",), 1),
        ):
            with self.subTest(list=name):
                found = self.opened(getattr(ledger, f"action_view_{name}")())
                expected = self.counter if more else self.counter.browse()
                for state in states:
                    expected |= self.by_state[state]
                self.assertEqual(found, found & expected)
                self.assertEqual(len(found), len(expected))
                self.assertEqual(ledger[f"{name}_count"], len(expected))
        self.assertEqual(self.foreign.attention_count, 0)
        self.assertEqual(self.foreign.pending_count, 1, "their counter sales")

    def test_matches_count_the_customers_of_the_books_once(self):
        partners = self.create_partner("One") | self.create_partner("Two")
        first, second = self.by_state["pending"]
        pairs = [(first, partners[0]), (first, partners[1]), (second, partners[0])]
        matches = self.env["synkd.match"].create(
            [{"account_customer_id": a.id, "partner_id": p.id} for a, p in pairs]
        )
        self.ledger.invalidate_recordset()
        self.assertEqual(self.ledger.match_count, 2)
        matches[2].state = "declined"
        self.ledger.invalidate_recordset()
        self.assertEqual(self.ledger.match_count, 1)
        self.assertEqual(self.foreign.match_count, 0)
        self.assertEqual(self.opened(self.ledger.action_view_matches()), matches)

    def test_the_last_run_is_the_last_that_began(self):
        self.assertFalse(self.ledger.last_run_id)
        runs = self.env["synkd.run"].create([{"ledger_id": self.ledger.id}] * 3)
        for run in runs[:2]:
            run._set_running()
        self.foreign._request_run()._set_running()
        self.ledger.invalidate_recordset()
        self.assertEqual(self.ledger.last_run_id, runs[1])
        self.assertEqual(self.opened(self.ledger.action_view_runs()), runs[::-1])

    def test_the_demo_books_open_with_their_customers_only(self):
        mine, _theirs = self.books.create(
            [
                {"ledger_id": ledger.id, "code": "HOP001", "name": "Hope Works"}
                for ledger in (self.ledger, self.foreign)
            ]
        )
        action = self.ledger.with_user(self.users["user"]).action_view_books()
        self.assertEqual(self.opened(action), mine)

    def test_who_may_press_what(self):
        asking = ("action_run_now", "action_test_connection", "action_resume")
        for name in asking:
            for role, user in self.users.items():
                with self.subTest(action=name, role=role):
                    before = self.ledger.run_ids
                    ledger = self.ledger.with_user(user).with_context(
                        allowed_company_ids=user.company_ids.ids
                    )
                    act = getattr(ledger, name)
                    if role == "manager":
                        run = self.env["synkd.run"].browse(act()["params"]["id"])
                        # Resume asks for what Run Now asked for: one run waits.
                        fresh = (
                            before
                            if name == "action_resume"
                            else (self.ledger.run_ids - before)
                        )
                        self.assertIn(run, fresh)
                        self.assertEqual(run.requested_by_id, user)
                        is_check = name == "action_test_connection"
                        self.assertEqual(run.origin, "check" if is_check else "user")
                    else:
                        with self.assertRaises(UserError):
                            act()
                        self.assertEqual(self.ledger.run_ids, before)

    def test_a_foreign_manager_neither_reads_nor_changes_a_ledger(self):
        user = self.users["foreign"]
        ledger = self.ledger.with_user(user).with_context(
            allowed_company_ids=user.company_ids.ids
        )
        with self.assertRaises(AccessError):
            ledger.read(["state"])
        with self.assertRaises(AccessError):
            ledger.post_accounts = False
        self.assertEqual(ledger.search([]).ids, self.foreign.ids)
        with self.assertRaises(AccessError):
            self.ledger.with_user(self.users["user"]).post_accounts = False
        self.ledger.with_user(self.users["manager"]).post_accounts = False
        self.assertEqual(self.ledger.state, "off")
