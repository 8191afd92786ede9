# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import psycopg2

from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.synkd_connector.tests.common import load_migration

from ..queue_common import QueueCommon

STATES = (
    "attention",
    "pending",
    "held",
    "sending",
    "synced",
    "voided",
    "credited",
    "excluded",
)
BOOKS = "BI000001"
# Method and arguments; the states that it leaves, and the one that it reaches.
# The second group are rows that the books have, with an identity there.
NOT_IN_THE_BOOKS = (
    ("_set_held", ("Why",), {"pending"}, "held"),
    ("_set_released", (), {"held"}, "pending"),
    ("_set_excluded", ("Why",), {"attention", "pending", "held"}, "excluded"),
    ("_set_withdrawn", (), {"attention", "pending", "held"}, "excluded"),
    ("_set_attention", ("Refused.",), {"pending", "sending"}, "attention"),
    ("_set_void_wanted", (), set(), None),
    ("_set_credited", (), set(), None),
    ("_set_changed", ("Changed.",), set(), None),
)
IN_THE_BOOKS = (
    ("_set_void_wanted", (), {"attention"}, "pending"),
    ("_set_credited", (), {"attention"}, "credited"),
    ("_set_changed", ("Changed.",), {"synced", "pending"}, "attention"),
    ("_set_excluded", ("Why",), set(), None),
    ("_set_withdrawn", (), set(), None),
)


@tagged("post_install", "-at_install")
class TestTransactionStates(QueueCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.row = cls.row_of(cls.post_invoice())

    def check(self, table, identity):
        """Try each method from each state."""
        for method, args, allowed, reached in table:
            for state in STATES:
                with self.subTest(method=method, state=state):
                    values = {"sync_state": state, "external_id": identity}
                    self.row.write(values | {"live": True, "operation": "post"})
                    getattr(self.row, method)(*args)
                    expected = reached if state in allowed else state
                    self.assertEqual(self.row.sync_state, expected)

    def test_an_upgrade_ends_the_state_that_no_row_has_any_more(self):
        """Who waited so is decided again; what the books have waits for a person."""
        migration = load_migration("synkd_connector", "19.0.2.0.0", "pre-states")
        other = self.row_of(self.post_invoice())
        other.external_id = BOOKS
        self.env.flush_all()
        rows = self.row | other
        ids = tuple(rows.ids)
        stuck = "UPDATE synkd_transaction SET sync_state = 'conflict' WHERE id IN %s"
        self.env.cr.execute(stuck, [ids])
        migration.migrate(self.env.cr, "19.0.1.0.0")
        self.env.invalidate_all()
        self.assertEqual(rows.mapped("sync_state"), ["attention"] * 2)
        self.assertEqual((other.reason, other.stale), ("changed", False))
        self.assertTrue(self.row.stale)
        self.env["synkd.transaction"]._decide_stale(self.ledger, 10)
        self.assertEqual(self.row.sync_state, "pending")

    def test_rows_that_were_never_sent_move_only_as_named(self):
        self.check(NOT_IN_THE_BOOKS, False)

    def test_rows_that_the_books_have_move_only_as_named(self):
        self.check(IN_THE_BOOKS, BOOKS)

    def test_a_void_that_the_books_took_ends_the_row(self):
        self.row.write({"sync_state": "sending", "operation": "void"})
        self.row._set_synced({"external_id": BOOKS})
        self.assertEqual((self.row.sync_state, self.row.live), ("voided", False))

    def test_the_database_allows_one_live_row_for_a_document(self):
        values = self.row.copy_data()[0]
        values |= {"res_id": self.row.res_id, "live": True}
        with (
            self.assertRaises(psycopg2.IntegrityError),
            mute_logger("odoo.sql_db"),
            self.env.cr.savepoint(),
        ):
            self.env["synkd.transaction"].create(values)
        self.row.live = False
        self.env.flush_all()
        self.env["synkd.transaction"].create(values)

    def test_rows_are_never_deleted(self):
        with self.assertRaisesRegex(Exception, "Exclude it instead"):
            self.row.unlink()


@tagged("post_install", "-at_install")
class TestLedgerQueue(QueueCommon):
    def test_the_first_day_is_told_from_the_cache_and_forgotten_when_it_changes(self):
        self.ledger.start_date = "2026-06-01"
        date = self.ledger._fields["start_date"].to_date
        self.assertFalse(self.ledger._takes(date("2026-05-31")))
        self.assertTrue(self.ledger._takes(date("2026-06-01")))
        self.env.flush_all()
        with self.assertQueryCount(0):
            self.ledger._takes(date("2026-06-02"))
        self.ledger.start_date = "2026-07-01"
        self.assertFalse(self.ledger._takes(date("2026-06-02")))

    def test_an_archived_ledger_takes_nothing(self):
        self.assertEqual(self.company._get_synkd_live_ledger(), self.ledger)
        self.ledger.active = False
        self.assertFalse(self.company._get_synkd_live_ledger())
        self.assertFalse(self.row_of(self.post_invoice()))

    def test_lists_are_read_when_asked_for_or_a_day_old(self):
        self.assertFalse(self.ledger._are_lists_due())
        self.ledger.lists_pulled_at = False
        self.assertTrue(self.ledger._are_lists_due())
        self.ledger.lists_pulled_at = "2020-01-01 00:00:00"
        self.assertTrue(self.ledger._are_lists_due())
