# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import psycopg2

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import SynkdCommon


@tagged("post_install", "-at_install")
class TestLedger(SynkdCommon):
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
