# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import fields
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .test_resolve_wizard import ResolveCommon


@tagged("post_install", "-at_install")
class TestRpcResolve(ResolveCommon, HttpCase):
    """What docs/rpc.md promises about resolving, over the same addresses."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        tomorrow = fields.Datetime.now() + timedelta(days=1)
        keys = cls.env["res.users.apikeys"].with_user(cls.clerk).sudo()
        cls.key = keys._generate("rpc", "synkd", tomorrow)

    def post(self, model, method, **params):
        """Call one method over HTTP as the clerk."""
        return self.url_open(
            f"/json/2/{model}/{method}",
            json={"context": {}} | params,
            headers={"Authorization": f"bearer {self.key}"},
        )

    def call(self, model, method, **params):
        """Call one method and return its answer."""
        response = self.post(model, method, **params)
        self.assertEqual(response.status_code, 200, response.text)
        return response.json()

    def refused(self, status, sentence, *args, **params):
        """Call one method and expect a refusal in words."""
        with mute_logger("odoo.http", "odoo.sql_db"):
            response = self.post(*args, **params)
        self.assertEqual(response.status_code, status, response.text)
        self.assertRegex(response.json()["message"], sentence)

    def test_customer_is_resolved_from_outside(self):
        row = self.row_of(self.post_invoice(self.stranger))
        self.env.flush_all()
        found = self.call(
            "synkd.transaction",
            "search_read",
            domain=[["sync_state", "=", "attention"]],
            fields=["number", "reason", "reason_text"],
        )
        self.assertEqual(found[0]["reason"], "not_linked")
        action = self.call("synkd.transaction", "action_resolve", ids=[row.id])
        dialog = [action["res_id"]]
        shown = self.call(
            "synkd.resolve.wizard",
            "read",
            ids=dialog,
            fields=["reason", "answer", "customer_ids", "touched_count"],
        )[0]
        self.assertFalse(shown["answer"], "who calls chooses")
        self.call("synkd.resolve.wizard", "action_answer_account", ids=dialog)
        self.call(
            "synkd.resolve.customer",
            "write",
            ids=shown["customer_ids"],
            vals={"account_customer_id": self.account.id},
        )
        done = self.call("synkd.resolve.wizard", "action_confirm", ids=dialog)
        self.assertEqual(done["params"]["message"], "Ready to Post now: 1.")
        self.env.invalidate_all()
        self.assertEqual(row.account_customer_id, self.account)
        self.refused(
            422,
            "Nothing is left to resolve",
            "synkd.resolve.wizard",
            "action_confirm",
            ids=dialog,
        )

    def test_reasons_are_parameters(self):
        row = self.row_of(self.post_invoice())
        self.env.flush_all()
        ids = {"ids": [row.id]}
        self.refused(
            422, "Type the reason", "synkd.transaction", "hold", note="", **ids
        )
        self.assertTrue(self.call("synkd.transaction", "hold", note="Goods", **ids))
        self.assertTrue(self.call("synkd.transaction", "action_release", **ids))
        self.refused(
            403, "Only managers", "synkd.transaction", "leave", note="So what", **ids
        )

    def test_walk_in_is_answered_from_outside(self):
        row = self.row_of(self.post_invoice(self.stranger))
        self.env.flush_all()
        action = self.call("synkd.transaction", "action_resolve", ids=[row.id])
        dialog = [action["res_id"]]
        self.refused(
            422,
            "Choose first how these are billed",
            "synkd.resolve.wizard",
            "action_confirm",
            ids=dialog,
        )
        done = self.call("synkd.resolve.wizard", "action_answer_counter", ids=dialog)
        self.assertEqual(done["params"]["left"], 1)
        following = done["params"]["next"]["res_id"]
        pay = self.call("synkd.resolve.wizard", "action_pay", ids=[following])
        self.assertEqual(pay["res_model"], "account.payment.register")
        self.env.invalidate_all()
        self.assertEqual(self.stranger.account_customer_id, self.counter)

    def test_new_account_customer_is_asked_for_from_outside(self):
        row = self.row_of(self.post_invoice(self.stranger))
        self.env.flush_all()
        action = self.call("synkd.transaction", "action_resolve", ids=[row.id])
        wizard = self.env["synkd.resolve.wizard"].browse(action["res_id"])
        values = {"class_id": self.class_account.id}
        self.call("synkd.resolve.wizard", "write", ids=wizard.ids, vals=values)
        self.refused(
            422,
            "Nothing is chosen for Stranger Trading",
            "synkd.resolve.wizard",
            "action_confirm",
            ids=wizard.ids,
        )
        new = {"make_new": True, "new_code": "STR77"}
        lines = wizard.customer_ids.ids
        self.call("synkd.resolve.customer", "write", ids=lines, vals=new)
        self.call("synkd.resolve.wizard", "action_confirm", ids=wizard.ids)
        self.env.invalidate_all()
        self.assertEqual(self.stranger.account_customer_id.code, "STR77")

    def test_one_account_customer_is_pushed_from_outside(self):
        account = self.create_account("Push Me")
        self.env.flush_all()
        action = self.call("synkd.account.customer", "action_push_now", ids=account.ids)
        self.assertEqual(action["params"]["state"], "waiting")
        self.run_ledger()
        self.assertEqual(account.sync_state, "synced")
        self.refused(
            422,
            "is not sent, since its state is: In the books",
            "synkd.account.customer",
            "action_push_now",
            ids=account.ids,
        )

    def test_invoice_is_reset_to_draft_from_outside(self):
        invoice = self.post_invoice()
        self.post_all()
        self.env.flush_all()
        action = self.call(
            "account.move", "action_synkd_reset_to_draft", ids=invoice.ids
        )
        shown = self.call(
            "synkd.draft.wizard", "read", ids=[action["res_id"]], fields=["message"]
        )[0]
        self.assertIn("the books keep what they have", shown["message"])
        self.call("synkd.draft.wizard", "action_confirm", ids=[action["res_id"]])
        self.env.invalidate_all()
        self.assertEqual(invoice.state, "draft")
