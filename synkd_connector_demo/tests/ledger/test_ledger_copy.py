# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from dataclasses import replace
from unittest.mock import patch

from odoo.exceptions import AccessError
from odoo.tests import Form, tagged

from odoo.addons.synkd_connector.lib.errors import MisconfiguredError
from odoo.addons.synkd_connector.models.ledger import synkd_ledger_copy
from odoo.addons.synkd_connector.models.ledger.synkd_ledger_copy import PLACE
from odoo.addons.synkd_connector.tests.common import load_migration

from ..common import DemoCommon


@tagged("post_install", "-at_install")
class TestLedgerCopy(DemoCommon):
    """A ledger notes its database; elsewhere it waits for an administrator."""

    def move_books_outside(self):
        """Let the demo books count as books that are not in this database."""
        connector = type(self.env["synkd.connector.demo"])
        original = connector._capabilities
        patcher = patch.object(
            connector,
            "_capabilities",
            lambda model, ledger: replace(original(model, ledger), outside=True),
        )
        self.startPatcher(patcher)

    def copy_database(self, name="database.uuid", value="of a copy"):
        """Let this database differ from the one that the ledger knows."""
        self.env["ir.config_parameter"].set_param(name, value)
        self.env.invalidate_all()

    def test_books_in_the_database_are_copied_with_it(self):
        self.assertFalse(self.ledger._get_capabilities().outside)
        self.run_ledger()
        self.assertFalse(self.ledger.database_key)
        self.ledger.database_key = "of another"
        self.assertFalse(self.ledger.is_copy)
        self.create_account("Hope Works")
        self.assertEqual(self.run_ledger().state, "done")

    def test_connectors_tell_what_is_outside_for_copies_that_run_no_code(self):
        self.assertFalse(self.ledger.is_outside)
        self.env.flush_all()
        self.env.cr.execute("UPDATE synkd_ledger SET is_outside = NULL")
        self.env.invalidate_all()
        script = load_migration("synkd_connector", "19.0.2.0.0", "end-outside")
        script.migrate(self.env.cr, "19.0.1.0.0")
        query = "SELECT is_outside FROM synkd_ledger WHERE id = %s"
        self.env.cr.execute(query, [self.ledger.id])
        self.assertEqual(self.env.cr.fetchone(), (False,))
        self.ledger.connector = False
        self.assertTrue(self.ledger.is_outside, "nobody tells, so it may be real")

    def test_the_first_run_notes_the_database_and_the_next_ones_keep_it(self):
        self.move_books_outside()
        self.run_ledger()
        noted = self.ledger.database_key
        self.assertEqual(noted, self.ledger._get_database_key())
        self.assertEqual(len(noted), 64)
        self.copy_database()
        self.run_ledger()
        self.assertEqual(self.ledger.database_key, noted, "a copy does not note itself")

    def test_whatever_differs_is_a_copy(self):
        self.move_books_outside()
        self.run_ledger()
        self.assertFalse(self.ledger.is_copy)
        for name in ("database.uuid", "database.is_neutralized"):
            before = self.env["ir.config_parameter"].get_param(name)
            with self.subTest(name=name):
                self.copy_database(name, "true")
                self.assertTrue(self.ledger.is_copy)
                self.copy_database(name, before)
                self.assertFalse(self.ledger.is_copy)
        for part in ("current_database()", "d.oid::text", "system_identifier::text"):
            other = PLACE.replace(part, "'another'", 1)
            self.env.invalidate_all()
            with (
                self.subTest(part=part),
                patch.object(synkd_ledger_copy, "PLACE", other),
            ):
                self.assertTrue(self.ledger.is_copy)

    def test_a_copy_neither_reads_nor_writes_and_says_what_to_do(self):
        self.move_books_outside()
        self.run_ledger()
        account = self.create_account("Hope Works")
        calls = self.calls.search_count([])
        self.copy_database()
        for wish in ({}, {"origin": "check"}):
            with self.subTest(wish=wish):
                self.ledger._set_resumed()
                self.ledger._request_run(wish)
                self.run_ledger()
                self.assertTrue(self.ledger.needs_person)
                self.assertIn("Test books was set up in", self.ledger.pause_reason)
                self.assertIn("This Is the Live", self.ledger.pause_reason)
        self.assertEqual(self.calls.search_count([]), calls, "nobody was called")
        self.assertEqual(account.sync_state, "pending")
        self.assertEqual(len(self.ledger.activity_ids), 1)
        with self.assertRaisesRegex(MisconfiguredError, "restored or moved"):
            self.ledger._check_database()

    def test_an_administrator_says_that_it_is_the_live_one(self):
        self.move_books_outside()
        self.run_ledger()
        account = self.create_account("Hope Works")
        self.copy_database()
        self.run_ledger()
        manager = self.create_user("copy_man", "synkd_connector.group_manager")
        with self.assertRaisesRegex(AccessError, "Only an administrator"):
            self.ledger.with_user(manager).action_live_database()
        with self.assertRaises(AccessError):
            self.ledger.with_user(manager).write({"database_key": "x"})
        boss = self.create_user(
            "copy_boss", "base.group_system,synkd_connector.group_manager"
        )
        self.ledger.with_user(boss).action_live_database()
        self.assertFalse(self.ledger.is_copy)
        self.assertFalse(self.ledger.needs_person)
        said = self.ledger.message_ids.mapped("body")
        self.assertTrue(any("copy_boss" in s and "live database" in s for s in said))
        self.run_ledger()
        self.assertEqual(account.sync_state, "synced")

    def test_nothing_is_noted_twice(self):
        self.move_books_outside()
        self.run_ledger()
        before = self.ledger.message_ids
        self.ledger.action_live_database()
        self.assertEqual(self.ledger.message_ids, before)

    def test_one_button_for_each_kind_of_user(self):
        self.move_books_outside()
        self.run_ledger()
        self.copy_database()
        self.run_ledger()
        groups = "synkd_connector.group_manager"
        for login, more, button in (
            ("copy_man", "", "action_ask_administrator"),
            ("copy_boss", ",base.group_system", "action_live_database"),
        ):
            user = self.create_user(login, groups + more)
            with Form(self.ledger.with_user(user)) as form:
                self.assertTrue(form.is_copy)
                names = [
                    node.get("name")
                    for node in form._view["tree"].iter("button")
                    if node.get("invisible") == "not is_copy"
                ]
            self.assertEqual(names, [button])

    def test_the_database_of_the_upgrade_is_the_live_one(self):
        self.move_books_outside()
        self.assertFalse(self.ledger.database_key)
        load_migration("synkd_connector", "19.0.2.0.0", "post-database").migrate(
            self.env.cr, "19.0.1.0.0"
        )
        self.env.invalidate_all()
        self.assertTrue(self.ledger.database_key)
        self.assertEqual(self.run_ledger().state, "done")
