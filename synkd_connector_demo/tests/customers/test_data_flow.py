# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import UserError
from odoo.tests import tagged

from ..queue_common import QueueCommon

MANAGER = (
    "base.group_user,base.group_partner_manager,"
    "account.group_account_invoice,synkd_connector.group_manager"
)


@tagged("post_install", "-at_install")
class TestDataFlow(QueueCommon):
    """What modifying and merging does to the queue, and to the books."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = cls.create_user("flow_manager", MANAGER)
        cls.twin = cls.create_account("Hope Works Twin")
        cls.other = cls.create_partner("Hope Works Twin")
        cls.other.account_customer_id = cls.twin
        cls.both = (cls.partner | cls.other).with_user(cls.manager)
        cls.accounts = (cls.account | cls.twin).with_user(cls.manager)

    def open(self, records, button="action_synkd_merge", **values):
        """Press a button of the Data Manager, and fill in its dialog."""
        action = getattr(records, button)()
        wizard = records.env[action["res_model"]].browse(action["res_id"])
        wizard.write(values)
        return wizard

    def merge(self, records, **values):
        """Merge some records, and return the `synkd.merge`."""
        action = self.open(records, **values).action_confirm()
        self.env.invalidate_all()
        return records.env[action["res_model"]].browse(action["res_id"])

    def in_books(self, account):
        """Return the demo books' customer of an account customer."""
        return self.env["synkd.demo.customer"].search(
            [("code", "=", account.code), ("ledger_id", "=", self.ledger.id)]
        )

    # === MODIFY === #

    def test_a_change_says_what_waits_because_of_it(self):
        row = self.row_of(self.post_invoice(self.other))
        wizard = self.open(self.both, "action_synkd_modify")
        told = "Waiting documents that are decided again: 1"
        link = {"what": "link", "account_customer_id": self.account.id}
        for values in (link, {"what": "class", "class_id": self.class_decide.id}):
            wizard.write(values)
            self.assertIn(told, wizard.preview)
        wizard.write({"what": "archive", "archives_left": False})
        self.assertNotIn("Waiting documents", wizard.preview)
        wizard.archives_left = True
        self.assertIn(told, wizard.preview)
        wizard.write(link)
        wizard.action_confirm()
        with self.enter_registry_test_mode():
            self.env.ref(
                "synkd_connector.ir_cron_apply_changes"
            ).method_direct_trigger()
        self.env.invalidate_all()
        change = self.env["synkd.bulk.change"].search([], limit=1)
        self.assertFalse(change.notes)
        self.assertEqual(row.account_customer_id, self.account)

    # === MERGE: CUSTOMERS === #

    def test_waiting_documents_follow_the_one_that_stays_and_go_back(self):
        invoice = self.post_invoice(self.other)
        row = self.row_of(invoice)
        self.assertIn(
            "Documents of the queue: 1, of them waiting and decided again: 1",
            self.open(self.both).preview,
        )
        merge = self.merge(self.both)
        self.assertEqual((row.partner_id, row.sync_state), (self.partner, "pending"))
        self.assertEqual(row.account_customer_id, self.account)
        self.assertEqual(invoice.line_ids.partner_id, self.partner)
        merge.action_undo()
        self.env.invalidate_all()
        self.assertEqual(row.partner_id, self.other)
        self.assertEqual(row.account_customer_id, self.twin)
        self.assertEqual(invoice.line_ids.partner_id, self.other)

    def test_who_has_entries_that_nobody_may_change_stays(self):
        invoice = self.post_invoice(self.other)
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE account_move SET inalterable_hash = '$4$x' WHERE id = %s",
            [invoice.id],
        )
        self.env.invalidate_all()
        wizard = self.open(self.both)
        refused = self.assertRaisesRegex(UserError, f"{invoice.name}.*secured against")
        with refused, self.cr.savepoint():
            wizard.action_confirm()
        self.env.invalidate_all()
        self.assertTrue(self.other.active)
        self.assertEqual(invoice.partner_id, self.other)
        wizard = self.open(self.both, kept_partner_id=self.other.id)
        wizard.action_confirm()
        self.assertFalse(self.partner.active, "the other way round it can be")

    def test_what_was_posted_since_stays_with_whom_the_books_have(self):
        sent, waits = self.post_invoice(self.other), self.create_invoice(self.other)
        row = self.row_of(sent)
        merge = self.merge(self.both)
        self.post_all()
        self.assertEqual(row.sync_state, "synced")
        message = merge.action_undo()["params"]["message"]
        self.env.invalidate_all()
        self.assertEqual(sent.partner_id, self.partner, "as the books have it")
        self.assertEqual(row.partner_id, self.partner)
        self.assertEqual(sent.line_ids.partner_id, self.partner)
        self.assertEqual(waits.partner_id, self.other)
        self.assertIn(sent.name, message)
        self.assertNotIn(waits.display_name, message)

    def test_nothing_is_sent_twice_by_a_merge(self):
        invoice = self.post_invoice(self.other)
        self.post_all()
        self.merge(self.both)
        row = self.row_of(invoice)
        self.assertEqual(
            (row.sync_state, row.account_customer_id.id), ("synced", self.twin.id)
        )
        self.post_all(expect_ready=False)
        self.assertEqual(len(self.all_documents()), 1)

    def test_a_document_on_its_way_keeps_its_customer(self):
        row = self.row_of(self.post_invoice(self.other))
        row.sudo().sync_state = "sending"
        with self.assertRaisesRegex(UserError, "of Hope Works Twin is being sent"):
            self.merge(self.both)

    # === MERGE: ACCOUNT CUSTOMERS === #

    def test_the_books_archive_the_merged_one_and_take_it_back(self):
        self.run_ledger()
        self.assertFalse(self.in_books(self.twin).archived)
        row = self.row_of(self.post_invoice(self.other))
        self.assertIn("decided again: 1", self.open(self.accounts).preview)
        merge = self.merge(self.accounts)
        self.assertIn("archives them with the next run", merge.report)
        self.assertEqual(row.account_customer_id, self.account)
        self.run_ledger()
        self.assertTrue(self.in_books(self.twin).archived)
        merge.action_undo()
        self.env.invalidate_all()
        self.assertEqual(self.other.account_customer_id, self.twin)
        self.run_ledger()
        self.assertFalse(self.in_books(self.twin).archived)

    def test_what_is_open_in_the_books_keeps_its_customer_until_it_is_paid(self):
        invoice = self.post_invoice(self.other)
        self.post_all()
        preview = self.open(self.accounts).preview
        self.assertIn(
            "Documents in the books that stay there under the old ones: 1", preview
        )
        self.assertIn("Not settled in the books", preview)
        merge = self.merge(self.accounts)
        self.assertTrue(self.twin.active, "the money of the document goes to it")
        self.assertIn("has a to-do for the books", merge.report)
        self.assertIn(self.twin.display_name, self.account.activity_ids.note)
        self.assertEqual(self.other.account_customer_id, self.account)
        payment = self.row_of(self.pay(invoice))
        self.post_all()
        self.assertEqual((payment.sync_state, payment.reason), ("synced", False))
        merge.action_undo()
        self.env.invalidate_all()
        self.assertEqual(self.other.account_customer_id, self.twin)

    def test_money_that_is_not_sent_yet_finds_its_document(self):
        invoice = self.post_invoice(self.other)
        self.post_all()
        payment = self.row_of(self.pay(invoice))
        self.merge(self.accounts)
        self.assertTrue(self.twin.active)
        self.post_all()
        self.assertEqual((payment.sync_state, payment.reason), ("synced", False))

    def test_money_of_a_document_that_is_not_sent_yet_moves_with_it(self):
        invoice = self.post_invoice(self.other)
        payment = self.row_of(self.pay(invoice))
        self.merge(self.accounts)
        self.assertFalse(self.twin.active, "nothing of it is in the books")
        rows = payment | self.row_of(invoice)
        self.assertEqual(rows.account_customer_id, self.account)
        self.post_all()
        self.assertEqual(set(rows.mapped("sync_state")), {"synced"})
