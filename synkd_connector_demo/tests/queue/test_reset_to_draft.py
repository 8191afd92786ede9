# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import UserError
from odoo.tests import Form, HttpCase, tagged

from .test_resolve_wizard import ResolveCommon


class ResetCommon(ResolveCommon):
    """An invoice and its payment that the books have."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ledger.user_id = cls.manager
        cls.invoice = cls.post_invoice()
        cls.payment = cls.pay(cls.invoice)

    def press(self, document, user=None):
        """Press Reset to Draft as the clerk, and return the dialog."""
        document = document.with_user(user or self.clerk).with_company(self.company)
        return self.dialog(document.action_synkd_reset_to_draft(), document)

    def asked(self, record):
        """Return the activities with a record that the manager has."""
        activities = record.activity_ids
        return activities.filtered(lambda one: one.user_id == self.manager)


@tagged("post_install", "-at_install")
class TestResetToDraft(ResetCommon):
    """A warning before what is in the books is reset, and whom to ask."""

    def test_button_warns_only_when_the_books_have_it(self):
        self.assertFalse(self.invoice.synkd_in_books, "it waits")
        self.post_all()
        for document in (self.invoice, self.payment):
            document.invalidate_recordset()
            self.assertTrue(document.synkd_in_books, document.display_name)
        with Form(self.invoice.with_user(self.clerk)) as form:
            self.assertTrue(form.synkd_in_books)

    def test_dialog_says_what_the_books_have_and_resets(self):
        self.post_all()
        wizard = self.press(self.invoice)
        number = self.row_of(self.invoice).books_number
        self.assertIn(
            f"as {number}. Resetting it to draft changes Odoo only", wizard.message
        )
        self.assertFalse(wizard.is_manager)
        self.assertEqual(self.invoice.state, "posted")
        wizard.action_confirm()
        self.assertEqual(self.invoice.state, "draft")

    def test_payment_is_warned_of_too(self):
        self.post_all()
        wizard = self.press(self.payment)
        self.assertIn("Resetting it to draft changes Odoo only", wizard.message)
        wizard.action_confirm()
        self.assertEqual(self.payment.state, "draft")

    def test_manager_is_asked_once_with_the_document(self):
        self.post_all()
        action = self.press(self.invoice).action_ask_manager()
        told = action["params"]["message"]
        self.assertTrue(told.startswith(f"{self.manager.name} was asked: "), told)
        activity = self.asked(self.invoice)
        self.assertEqual(activity.summary, f"{self.clerk.name} asks for your decision")
        self.assertIn("should be reset to draft", activity.note)
        again = self.press(self.invoice).action_ask_manager()
        self.assertIn("was asked already", again["params"]["message"])
        self.assertEqual(len(self.asked(self.invoice)), 1)
        self.assertEqual(self.invoice.state, "posted")

    def test_clerk_asks_from_what_changed_after_posting(self):
        self.post_all()
        row = self.row_of(self.invoice)
        self.invoice.button_draft()
        self.invoice.invoice_line_ids.price_unit = 250.0
        self.invoice.action_post()
        self.assertEqual(row.reason, "changed")
        wizard = self.open(row)
        self.assertFalse(wizard.is_manager)
        wizard.action_ask_manager()
        self.assertIn(row.reason_text.split()[0], self.asked(row).note)

    def test_nobody_to_ask_is_told(self):
        self.post_all()
        group = self.env.ref("synkd_connector.group_manager")
        group.all_user_ids.active = False
        with self.assertRaisesRegex(UserError, "There is nobody to ask: nobody else"):
            self.press(self.invoice).action_ask_manager()


@tagged("post_install", "-at_install")
class TestResetToDraftTour(ResetCommon, HttpCase):
    def test_clerk_is_warned_and_asks(self):
        self.post_all()
        url = f"/odoo/action-account.action_move_out_invoice_type/{self.invoice.id}"
        self.start_tour(url, "synkd_reset_to_draft", login="clerk")
        self.env.invalidate_all()
        self.assertEqual(self.invoice.state, "posted")
        self.assertEqual(len(self.asked(self.invoice)), 1)
