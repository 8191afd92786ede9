# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from lxml import etree

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..queue_common import QueueCommon

BUTTONS = ("action_post", "action_post_all", "action_retry", "action_release")
WORDS = ("action_hold", "action_exclude")


@tagged("post_install", "-at_install")
class TestTransactionSecurity(QueueCommon):
    """Who sees which rows, and who may press what."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.user = cls.create_user("queue_user", "account.group_account_invoice")
        cls.manager = cls.create_user(
            "queue_manager",
            "account.group_account_invoice,synkd_connector.group_manager",
        )
        cls.reader = cls.create_user("queue_reader", "account.group_account_readonly")
        cls.employee = cls.create_user("queue_employee", "base.group_user")
        company = cls.env["res.company"].create({"name": "Other Company"})
        cls.stranger = cls.create_user(
            "queue_stranger",
            "account.group_account_invoice,synkd_connector.group_manager",
            company,
        )
        cls.invoice = cls.post_invoice()
        cls.row = cls.row_of(cls.invoice)

    def as_user(self, user, row=None):
        """Return a row as a user of his own company has it."""
        row = row or self.row
        return row.with_user(user).with_context(
            allowed_company_ids=user.company_ids.ids
        )

    def put_in_books(self, row):
        """Let a row be in the books, as the engine does."""
        values = {
            "external_id": "INV-1",
            "fingerprint": "f",
            "sent_data": {"total": "1"},
        }
        row.sudo().write(values | {"sync_state": "sending"})
        row._set_synced({"books_number": "B1", "books_total": 115})

    # === ROWS === #

    def test_users_and_managers_of_the_company_see_rows(self):
        for user in self.user, self.manager:
            self.assertEqual(
                self.as_user(user).search([("id", "=", self.row.id)]), self.row
            )

    def test_other_companies_see_nothing(self):
        rows = self.as_user(self.stranger)
        self.assertFalse(rows.search([("id", "=", self.row.id)]))
        for button in (*BUTTONS, "action_preview", "action_view_document"):
            if button != "action_post_all":
                with self.subTest(button), self.assertRaises(AccessError):
                    getattr(rows, button)()

    def test_post_all_leaves_other_companies_alone(self):
        with self.assertRaisesRegex(UserError, "Nothing is Ready to Post"):
            self.as_user(self.stranger).browse().action_post_all()

    def test_employees_without_invoicing_see_nothing(self):
        with self.assertRaises(AccessError):
            self.as_user(self.employee).search([])

    def test_readers_see_what_was_posted_and_nothing_else(self):
        rows = self.as_user(self.reader)
        self.assertFalse(rows.search([("id", "=", self.row.id)]))
        self.put_in_books(self.row)
        seen = rows.search([("id", "=", self.row.id)])
        self.assertEqual(
            seen.read(["books_number", "books_total"])[0]["books_number"], "B1"
        )
        self.assertEqual(seen.action_view_document()["res_id"], self.invoice.id)
        shown = self.invoice.with_user(self.reader).action_view_synkd_transactions()
        self.assertEqual(shown["res_id"], self.row.id)

    def test_readers_open_the_form_of_a_posted_row(self):
        self.put_in_books(self.row)
        rows = self.as_user(self.reader)
        views = rows.get_views([(False, "form"), (False, "list"), (False, "search")])
        form = etree.fromstring(views["views"]["form"]["arch"])
        inner = set(form.xpath("//field//field"))
        names = {n.get("name") for n in form.iter("field") if n not in inner}
        self.assertIn("books_number", names)
        self.assertNotIn("request_line_ids", names)
        read = rows.web_read({name: {} for name in names})
        self.assertEqual(read[0]["books_number"], "B1")

    def test_readers_have_no_payload(self):
        self.put_in_books(self.row)
        rows = self.as_user(self.reader)
        with self.assertRaises(AccessError):
            rows.action_preview()
        with self.assertRaises(AccessError):
            rows.read(["sent_data"])
        with self.assertRaises(AccessError):
            rows.request_line_ids.search([]).read(["payload_text"])

    def test_readers_press_no_button(self):
        self.put_in_books(self.row)
        rows = self.as_user(self.reader)
        for button in (
            *BUTTONS,
            "action_resolve",
            "action_include",
            "action_void",
            "action_credit",
        ):
            with self.subTest(button), self.assertRaises(AccessError):
                getattr(rows, button)()
        for word in (*WORDS, "action_leave"):
            with self.subTest(word), self.assertRaises(AccessError):
                getattr(rows, word)("Because")

    # === NOBODY WRITES === #

    @mute_logger("odoo.models", "odoo.addons.base.models.ir_rule")
    def test_nobody_writes_by_rpc(self):
        for user in self.user, self.manager, self.reader, self.employee, self.stranger:
            row = self.as_user(user)
            for name, value in (
                ("sync_state", "synced"),
                ("reason", False),
                ("note", "x"),
                ("books_number", "x"),
                ("amount", 1.0),
            ):
                with (
                    self.subTest(user=user.login, name=name),
                    self.assertRaises(AccessError),
                ):
                    row.write({name: value})
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                row.create(self.row.copy_data()[0])
            with self.subTest(user=user.login), self.assertRaises(UserError):
                row.unlink()
        self.assertTrue(self.row.exists())

    def test_even_an_administrator_keeps_the_state(self):
        admin = self.create_user("queue_admin", "base.group_system")
        with self.assertRaises(AccessError):
            self.as_user(admin).write({"sync_state": "synced"})

    # === BUTTONS === #

    def test_users_hold_release_exclude_and_take_back(self):
        row = self.as_user(self.user)
        row.action_hold("Wait for the cheque")
        self.assertEqual(self.row.sync_state, "held")
        row.action_release()
        self.assertEqual(self.row.sync_state, "pending")
        row.action_exclude("Not ours")
        self.assertEqual(self.row.sync_state, "excluded")
        row.action_include()
        self.assertEqual(self.row.sync_state, "pending")

    def test_users_post_and_preview(self):
        row = self.as_user(self.user)
        self.assertEqual(row.action_preview()["res_model"], "synkd.preview.wizard")
        self.assertEqual(row.action_post()["tag"], "synkd_watch_run")
        run = self.row.run_id
        self.assertEqual(run.requested_by_id, self.user)
        self.assertTrue(run.scoped)

    def test_only_managers_take_back_what_was_posted(self):
        self.put_in_books(self.row)
        self.row._set_changed("It was edited.")
        user, manager = self.as_user(self.user), self.as_user(self.manager)
        for refused in (
            user.action_void,
            user.action_credit,
            lambda: user.action_leave("It is right"),
        ):
            with self.assertRaisesRegex(AccessError, "Only managers of the books"):
                refused()
        self.assertTrue(manager.action_leave("It is right"))
        self.assertEqual(self.row.sync_state, "synced")

    def test_who_did_what_is_in_the_history(self):
        tracked = {"tracking_disable": False, "mail_notrack": False}
        row = self.as_user(self.user).with_context(**tracked)
        row.action_hold("Wait for the cheque")
        self.flush_tracking()
        note = self.row.message_ids.tracking_value_ids.mapped("new_value_char")
        self.assertIn("Wait for the cheque", note)
        authors = self.row.message_ids.author_id
        self.assertIn(self.user.partner_id, authors)

    def flush_tracking(self):
        """Write down what tracking gathered, as the end of a request does."""
        self.env.flush_all()
        self.env.cr.precommit.run()
        self.env.invalidate_all()

    # === CHATTER === #

    def test_users_comment_follow_and_plan_activities(self):
        row = self.as_user(self.user)
        words = "Asked the customer."
        message = row.message_post(body=words)
        self.assertIn(message, row.message_ids)
        row.message_subscribe(self.user.partner_id.ids)
        self.assertIn(self.user.partner_id, row.message_partner_ids)
        activity = row.activity_schedule(
            "mail.mail_activity_data_todo", user_id=self.user.id, summary="Call"
        )
        mine = row.search([("activity_user_id", "=", self.user.id)])
        self.assertIn(self.row, mine)
        activity.action_feedback()
        self.assertFalse(row.activity_ids)

    def test_employees_do_not_comment(self):
        words = "Hello"
        with self.assertRaises(AccessError):
            self.as_user(self.employee).message_post(body=words)
