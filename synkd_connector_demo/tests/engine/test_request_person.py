# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from odoo.addons.synkd_connector.lib.errors import RejectedError

from .test_request import RequestCase

BUTTONS = ("action_ask_again", "action_in_books", "action_not_in_books")


@tagged("post_install", "-at_install")
class TestRequestPerson(RequestCase):
    """What a person does with a request that the books cannot clear up."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.user = cls.create_user("clerk", "synkd_connector.group_user")
        cls.manager = cls.create_user("manager", "synkd_connector.group_manager")

    def unclear(self, *accounts):
        """Return a request that the books were asked about in vain."""
        request = self.send(*accounts)
        request._set_waiting("The books are a mess.")
        return request.with_user(self.manager)

    def say_in_books(self, request, identity=False):
        """Press It Is in the Books, and confirm its dialog."""
        action = request.action_in_books()
        self.assertEqual(action["res_model"], "synkd.request.wizard")
        wizards = self.env["synkd.request.wizard"].with_user(request.env.user)
        wizard = wizards.browse(action["res_id"])
        wizard.external_id = identity
        return wizard.action_confirm()

    def triggers(self):
        """Return when the ledger's cron is called."""
        domain = [("cron_id", "=", self.ledger.cron_id.id)]
        return self.env["ir.cron.trigger"].search(domain).mapped("call_at")

    # === Ask a Manager ===

    def test_a_clerk_asks_a_manager_what_the_books_have(self):
        account = self.create_account("Hope Works")
        request = self.unclear(account).with_user(self.user)
        with self.assertRaisesRegex(UserError, "Only managers of the books say"):
            request.action_in_books()
        told = request.action_ask_manager()["params"]["message"]
        self.assertIn("was asked", told)
        self.assertIn("nobody knows whether", account.activity_ids.note)

    # === Ask Again ===

    def test_ask_again_lets_the_next_run_ask_at_once(self):
        account = self.create_account("Hope Works")
        request = self.unclear(account).with_user(self.user)
        self.assertGreater(request.retry_at, fields.Datetime.now())
        self.env["ir.cron.trigger"].search([]).unlink()
        self.env.cr.precommit.clear()
        self.assertTrue(request.action_ask_again())
        self.assertLessEqual(request.retry_at, fields.Datetime.now())
        self.assertEqual(len(self.triggers()), 1)
        self.assertEqual((request.state, request.attempts), ("open", 1))
        self.run_ledger()
        self.assertEqual(request.state, "done")
        self.assertEqual(self.stored().mapped("name").count("Hope Works"), 1)

    def test_what_the_books_still_cannot_tell_waits_longer(self):
        def confused(connector, ledger, batch):
            raise RejectedError("The books are a mess.")

        self.patch_connector("_reconcile", confused)
        account = self.create_account("Hope Works")
        request = self.unclear(account)
        request.action_ask_again()
        self.run_ledger()
        self.assertEqual((request.state, request.attempts), ("open", 2))
        soon = fields.Datetime.now() + timedelta(seconds=40)
        self.assertGreater(request.retry_at, soon)
        self.assertIn("on the request what he sees", account.sync_message)
        self.assertRegex(account.sync_message, r"after [-0-9]{10} [:0-9]{8} UTC;")

    # === It Is in the Books ===

    def test_in_the_books_with_the_identity_that_was_typed(self):
        account = self.create_account("Hope Works")
        request = self.unclear(account)
        self.say_in_books(request, " D777 ")
        self.assertEqual(request.state, "done")
        self.assertEqual(request.line_ids.state, "ok")
        self.assertEqual((account.sync_state, account.external_id), ("synced", "D777"))
        self.assertEqual(account.fingerprint, request.line_ids.fingerprint)
        self.assertFalse(account.sync_message)
        for text in (request.message, request.line_ids.message):
            self.assertIn(f"{self.manager.name} looked it up on", text)
        self.assertIn("The books are a mess.", request.message)
        self.assertIn("the books have this", account.message_ids[:1].body)

    def test_in_the_books_without_an_identity_is_found_by_its_code(self):
        account = self.create_account("Hope Works")
        request = self.unclear(account)
        payload = request.sudo().line_ids.payload
        stored = self.books.create(
            self.connector._to_vals(self.env["synkd.connector.demo"], payload)
            | {"ledger_id": self.ledger.id}
        )
        self.say_in_books(request)
        self.assertEqual((account.sync_state, account.external_id), ("synced", False))
        self.run_ledger()
        self.assertEqual(account.external_id, stored.number)
        self.assertEqual(account.sync_state, "synced")
        account.city = "Paarl"
        self.run_ledger()
        self.assertEqual(stored.city, "Paarl")
        self.assertEqual(self.stored().mapped("name").count("Hope Works"), 1)

    def test_what_the_books_changed_before_it_was_found_is_taken_over(self):
        account = self.create_account("Hope Works")
        request = self.unclear(account)
        payload = request.sudo().line_ids.payload | {"city": "Knysna"}
        self.books.create(
            self.connector._to_vals(self.env["synkd.connector.demo"], payload)
            | {"ledger_id": self.ledger.id}
        )
        self.say_in_books(request)
        self.run_ledger()
        self.assertEqual((account.sync_state, account.city), ("synced", "Knysna"))

    def test_several_members_are_found_each_by_its_code(self):
        accounts = self.create_accounts(2)
        request = self.unclear(*accounts)
        with self.assertRaisesRegex(UserError, "several members"):
            self.say_in_books(request, "D777")
        self.say_in_books(request)
        self.assertEqual(accounts.mapped("sync_state"), ["synced"] * 2)
        self.assertEqual(accounts.mapped("external_id"), [False] * 2)

    def test_what_was_edited_meanwhile_is_sent_again(self):
        account = self.create_account("Hope Works")
        request = self.unclear(account)
        account.city = "Paarl"
        self.say_in_books(request, "D777")
        self.assertEqual((account.sync_state, account.external_id), ("pending", "D777"))

    def test_the_identity_of_another_account_customer_is_refused(self):
        other = self.create_account("Pink Shoes")
        other._set_synced({"external_id": "D1"})
        other.active = False
        account = self.create_account("Hope Works")
        request = self.unclear(account)
        with self.assertRaisesRegex(UserError, "D1 is the identity of .*Pink Shoes"):
            self.say_in_books(request, "D1")
        self.assertEqual((request.state, account.sync_state), ("open", "sending"))

    # === It Is Not ===

    def test_not_in_the_books_is_sent_again_at_once(self):
        account = self.create_account("Hope Works")
        account.sudo().attempts = 5
        request = self.unclear(account)
        request.action_not_in_books()
        self.assertEqual(request.line_ids.state, "void")
        self.assertEqual((request.state, account.sync_state), ("done", "pending"))
        self.assertFalse(account.retry_at)
        for text in (request.message, request.line_ids.message):
            self.assertIn(f"{self.manager.name} looked it up on", text)
        self.assertIn("do not have this", account.message_ids[:1].body)
        self.run_ledger()
        self.assertEqual(account.sync_state, "synced")
        self.assertEqual(self.stored().mapped("name").count("Hope Works"), 1)

    def test_only_members_without_an_outcome_move(self):
        one, two = self.create_accounts(2)
        request = self.unclear(one, two)
        line = request.sudo().line_ids.filtered(lambda line: line.res_id == one.id)
        line.state = "rejected"
        one._set_attention("Its code is odd.")
        request.action_not_in_books()
        self.assertEqual(request.line_ids.mapped("state"), ["rejected", "void"])
        self.assertEqual((one.sync_state, two.sync_state), ("attention", "pending"))

    # === who may, and when ===

    def test_a_clerk_asks_but_does_not_decide(self):
        account = self.create_account("Hope Works")
        request = self.unclear(account).with_user(self.user)
        for button in BUTTONS[1:]:
            with self.assertRaisesRegex(UserError, "Only managers of the books"):
                getattr(request, button)()
        with self.assertRaises(AccessError):
            self.env["synkd.request.wizard"].with_user(self.user).create(
                {"request_id": request.id}
            )
        self.assertEqual(account.sync_state, "sending")

    def test_nobody_decides_for_the_books_of_another_company(self):
        company = self.env["res.company"].create({"name": "Other"})
        stranger = self.create_user(
            "stranger", "synkd_connector.group_manager", company
        )
        request = self.unclear(self.create_account("Hope Works"))
        for button in BUTTONS:
            with self.subTest(button=button), self.assertRaises(AccessError):
                getattr(request.with_user(stranger), button)()

    def test_what_is_under_way_or_cleared_up_is_not_decided(self):
        request = self.send(self.create_account("Hope Works"))
        request = request.with_user(self.manager)
        for button in BUTTONS:
            with self.assertRaisesRegex(UserError, "were not asked about Request"):
                getattr(request, button)()
        request.sudo()._set_waiting("The books are a mess.")
        action = request.action_in_books()
        request.action_not_in_books()
        for button in BUTTONS:
            with self.assertRaisesRegex(UserError, "is cleared up already"):
                getattr(request, button)()
        wizard = self.env["synkd.request.wizard"].with_user(self.manager)
        with self.assertRaisesRegex(UserError, "is cleared up already"):
            wizard.browse(action["res_id"]).action_confirm()
