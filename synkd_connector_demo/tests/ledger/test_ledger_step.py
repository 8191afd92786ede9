# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from unittest.mock import patch

from lxml import etree

from odoo.exceptions import AccessError
from odoo.tests import Form, tagged
from odoo.tools.safe_eval import safe_eval

from ..common import DemoCommon

MANAGER = "base.group_user,synkd_connector.group_manager"


@tagged("post_install", "-at_install")
class TestLedgerStep(DemoCommon):
    """A ledger that cannot work yet says what is next; books without a login never."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = cls.create_user("step_manager", MANAGER)
        cls.boss = cls.create_user("step_boss", f"{MANAGER},base.group_system")
        cls.ledger.user_id = cls.boss

    def need(self, step="connect"):
        """Let the connector of these books need a step."""
        self.startPatcher(
            patch.object(
                type(self.ledger), "_get_next_step", lambda ledger: step, create=True
            )
        )
        self.ledger.invalidate_recordset()

    def seen_by(self, user):
        """Return the ledger as a user sees it."""
        return self.ledger.with_user(user).with_company(self.company)

    def test_books_without_a_login_need_nothing(self):
        self.assertFalse(self.ledger.next_step)
        self.assertFalse(self.ledger.step_text)
        self.assertNotEqual(self.ledger.state, "login")
        with Form(self.seen_by(self.manager)) as form:
            self.assertFalse(form.next_step)

    def test_a_step_is_the_state_of_the_ledger(self):
        self.need()
        self.assertEqual(
            (self.ledger.next_step, self.ledger.state), ("connect", "login")
        )

    def is_offered(self, view, button):
        """Return whether a view of the ledger shows a button to a manager."""
        ledger = self.seen_by(self.manager)
        arch = etree.fromstring(ledger.get_view(view_type=view)["arch"])
        [node] = arch.xpath(f"//button[@name='{button}']")
        names = ("id", "pause_reason", "next_step", "is_copy")
        return not safe_eval(node.get("invisible"), {n: ledger[n] for n in names})

    def test_a_run_is_offered_only_by_books_that_can_be_reached(self):
        for view in ("kanban", "form"):
            with self.subTest(view=view):
                self.assertTrue(self.is_offered(view, "action_run_now"))
        self.need()
        for view in ("kanban", "form"):
            with self.subTest(view=view):
                self.assertFalse(self.is_offered(view, "action_run_now"))

    def test_who_waits_for_a_person_says_so_first(self):
        self.ledger._set_paused("Mend it.", needs_person=True)
        self.need()
        self.assertEqual(self.ledger.state, "person")
        self.assertEqual(self.ledger.step_text, "Mend it.")

    def test_administrators_do_it_and_managers_ask(self):
        self.need()
        self.assertTrue(self.seen_by(self.boss).can_step)
        self.ledger.invalidate_recordset()
        self.assertFalse(self.seen_by(self.manager).can_step)
        told = self.seen_by(self.manager).action_ask_administrator()
        self.assertIn(self.boss.name, told["params"]["message"])
        self.assertEqual(self.ledger.activity_ids.user_id, self.boss)

    def test_what_the_books_say_is_text_in_what_is_asked(self):
        said = "<b>Pay</b> <a href=javascript:x>here</a> & <img src=x>"
        self.ledger._set_paused(said, needs_person=True)
        self.need()
        self.ledger.activity_ids.unlink()
        self.seen_by(self.manager).action_ask_administrator()
        note = self.ledger.activity_ids.note
        self.assertIn("&lt;b&gt;Pay&lt;/b&gt;", note)
        for tag in "<b>", "<a ", "<img":
            self.assertNotIn(tag, note)

    def test_those_without_the_books_ask_nothing(self):
        nobody = self.create_user("step_nobody", "base.group_user")
        with self.assertRaises(AccessError):
            self.seen_by(nobody).action_ask_administrator()
