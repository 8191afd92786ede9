# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import file_open

from ..queue_common import QueueCommon
from .test_queue_files import QueueFilesCase

PERSONAL = "Hope Works"


def neutralize(env, ledger, is_outside):
    """Execute what Odoo executes in a copy, a ledger's books being outside or not."""
    env.flush_all()
    query = "UPDATE synkd_ledger SET is_outside = %s WHERE id = %s"
    env.cr.execute(query, [is_outside, ledger.id])
    with file_open("synkd_connector/data/neutralize.sql") as file:
        env.cr.execute(file.read())
    env.invalidate_all()


@tagged("post_install", "-at_install")
class TestNeutralize(QueueCommon):
    """What a neutralized copy keeps of the calls of its original: nothing."""

    def setUp(self):
        super().setUp()
        self.post_invoice()
        self.post_all()
        run = self.env["synkd.run"].search([("ledger_id", "=", self.ledger.id)])[:1]
        self.done = self.env["synkd.request"].search(
            [("ledger_id", "=", self.ledger.id)]
        )
        other = self.create_account("Under Way")
        self.row = self.row_of(self.post_invoice())
        self.way = [
            self._send(run, kind, record, state)
            for kind, record, state in (
                ("customers", other, "answered"),
                ("documents", self.row, "open"),
            )
        ]
        self.asked = self.create_account("Asked")
        self.way.append(self._send(run, "customers", self.asked, "asked"))
        self.sent = other | self.asked

    def _send(self, run, kind, record, state):
        """Write a request down, as if the power went away after that."""
        record._set_sending()
        members = [(record, {"name": PERSONAL}, "f", "b")]
        request = self.env["synkd.request"]._write_down(run, kind, members)
        request.state = state
        if state == "asked":
            request.line_ids.write({"state": "asked", "candidates": [[PERSONAL]]})
        if state == "answered":
            request.answer = [{"res_id": record.id, "message": PERSONAL}]
        return request

    def neutralize(self, is_outside):
        """Execute what Odoo executes in a copy, the books being outside or not."""
        neutralize(self.env, self.ledger, is_outside)

    def test_no_connector_is_named(self):
        with file_open("synkd_connector/data/neutralize.sql") as file:
            text = file.read()
        for code, _label in self.env["synkd.ledger"]._selection_connector():
            self.assertNotIn(f"'{code}'", text)

    def kept(self):
        """Return all that requests keep of what went over the wire, as text."""
        self.env.cr.execute(
            """SELECT string_agg(concat(i.payload, i.candidates, r.answer), ' ')
                 FROM synkd_request r JOIN synkd_request_line i ON i.request_id = r.id
                WHERE r.ledger_id = %s""",
            [self.ledger.id],
        )
        return self.env.cr.fetchone()[0]

    def test_nothing_is_kept_of_what_was_sent_and_nothing_is_under_way(self):
        self.env.flush_all()
        self.assertIn(PERSONAL, self.kept())
        self.neutralize(True)
        self.assertEqual(set(self.kept()), set("{} "))
        self.assertEqual(set(self.done.mapped("state")), {"done"}, "history stays")
        for request in self.way:
            self.assertEqual(request.state, "void")
            self.assertEqual(request.line_ids.state, "void")
        self.assertEqual(self.row.sync_state, "pending")
        self.assertEqual(set(self.sent.mapped("sync_state")), {"pending"})

    def test_demo_books_go_on_with_what_was_under_way(self):
        self.neutralize(False)
        self.assertEqual([r.state for r in self.way], ["answered", "open", "asked"])
        self.assertEqual(self.row.sync_state, "sending")
        self.assertIn(PERSONAL, self.kept())


@tagged("post_install", "-at_install")
class TestNeutralizeFiles(QueueFilesCase):
    """The file is the original's: from a copy nobody hands it over once more."""

    def setUp(self):
        super().setUp()
        self.invoice = self.post_invoice()
        self.request = self.hand_over(self.invoice)
        self.other = self.create_account("Pink Shoes")
        self.run_ledger()

    def neutralize(self, is_outside):
        """Execute what Odoo executes in a copy, the books being outside or not."""
        neutralize(self.env, self.ledger, is_outside)

    def test_nothing_is_in_a_file_and_no_file_is_left(self):
        self.assertEqual(len(self.handed()), 2)
        files = self.handed().sudo().file_ids
        self.neutralize(True)
        self.assertFalse(self.handed())
        self.assertFalse(files.exists())
        self.assertEqual(self.request.line_ids.mapped("state"), ["void"])
        self.assertEqual(self.row_of(self.invoice).sync_state, "pending")
        self.assertEqual(self.other.sync_state, "pending")
        with self.assertRaises(UserError):
            self.request.with_user(self.manager).action_all_imported()

    def test_a_run_in_the_copy_makes_no_file(self):
        self.neutralize(True)
        self.run_ledger()
        self.assertFalse(self.handed())
        self.assertEqual(self.row_of(self.invoice).sync_state, "pending")

    def test_demo_books_go_on(self):
        self.neutralize(False)
        self.assertEqual(len(self.handed()), 2)
        self.confirm_import(self.request)
        self.assertEqual(self.row_of(self.invoice).sync_state, "synced")
