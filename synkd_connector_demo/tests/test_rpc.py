# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import fields
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .common import DemoCommon

MANAGER = "base.group_user,base.group_partner_manager,synkd_connector.group_manager"


class RpcCommon(HttpCase):
    """Calls over the addresses of docs/rpc.md: a part of a test with a company."""

    keys = {}

    @classmethod
    def create_key(cls, login, groups):
        """Create a user and return an API key of his."""
        user = cls.create_user(login, groups)
        keys = cls.env["res.users.apikeys"].with_user(user)
        tomorrow = fields.Datetime.now() + timedelta(days=1)
        return keys.sudo()._generate("rpc", "synkd", tomorrow)

    def post(self, model, method, login="integrator", **params):
        """Call one method over HTTP as an integrator does."""
        return self.url_open(
            f"/json/2/{model}/{method}",
            json={"context": {}} | params,
            headers={"Authorization": f"bearer {self.keys[login]}"},
        )

    def call(self, model, method, login="integrator", **params):
        """Call one method and return its answer."""
        response = self.post(model, method, login, **params)
        self.assertEqual(response.status_code, 200, response.text)
        return response.json()

    def refused(self, status, sentence, *args, **params):
        """Call one method and expect a refusal in words, and no traceback."""
        with mute_logger("odoo.http", "odoo.sql_db"):
            response = self.post(*args, **params)
        self.assertEqual(response.status_code, status, response.text)
        self.assertRegex(response.json()["message"], sentence)


@tagged("post_install", "-at_install")
class TestRpc(DemoCommon, RpcCommon):
    """What docs/rpc.md promises, over the same addresses."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.keys = {
            login: cls.create_key(login, groups)
            for login, groups in (
                ("integrator", MANAGER),
                ("clerk", "base.group_user,synkd_connector.group_user"),
                ("seller", "base.group_user,base.group_partner_manager"),
            )
        }
        cls.partner = cls.create_partner("Hope Works")

    def test_a_customer_is_held_and_released(self):
        ids = self.partner.ids
        why = {"ids": ids, "reason": "Cheque came back"}
        self.assertIs(self.call("res.partner", "action_synkd_hold", **why), True)
        self.env.invalidate_all()
        self.assertEqual(self.partner.customer_status, "hold")
        self.assertEqual(self.partner.hold_reason, "Cheque came back")
        end = {"ids": ids, "comment": "Paid in cash"}
        self.refused(
            *(403, "credit manager", "res.partner", "action_synkd_release", "seller"),
            **end,
        )
        self.assertIs(self.call("res.partner", "action_synkd_release", **end), True)
        self.env.invalidate_all()
        self.assertEqual(self.partner.customer_status, "active")
        self.refused(
            *(422, "Type the reason", "res.partner", "action_synkd_hold"),
            ids=ids,
            reason="",
        )

    def test_the_data_manager_is_scripted(self):
        twin = self.create_partner("Hope Works Ltd")
        both = [self.partner.id, twin.id]
        self.assertTrue(self.call("res.partner", "action_synkd_select", ids=both))
        found = self.call("res.partner", "search", domain=[("is_selected", "=", True)])
        self.assertEqual(sorted(found), both)
        action = self.call("res.partner", "action_synkd_modify", ids=[])
        dialog = {"ids": [action["res_id"]]}
        vals = {"what": "limit", "credit_limit": 500}
        self.call(action["res_model"], "write", **dialog, vals=vals)
        (told,) = self.call(action["res_model"], "read", **dialog, fields=["preview"])
        self.assertIn("0.00 → 500.00: 2", told["preview"])
        action = self.call(action["res_model"], "action_confirm", **dialog)
        (change,) = self.call(
            action["res_model"], "read", ids=[action["res_id"]], fields=["state"]
        )
        self.assertEqual(change["state"], "waiting")
        action = self.call("res.partner", "action_synkd_merge", ids=both)
        action = self.call(
            action["res_model"], "action_confirm", ids=[action["res_id"]]
        )
        self.env.invalidate_all()
        self.assertFalse(twin.active)
        self.call(action["res_model"], "action_undo", ids=[action["res_id"]])
        self.env.invalidate_all()
        self.assertTrue(twin.active)
        self.refused(
            403, "Only managers", "res.partner", "action_synkd_merge", "clerk", ids=both
        )

    def test_sync_is_opened_confirmed_and_read_back(self):
        action = self.call("res.partner", "action_synkd_sync", ids=self.partner.ids)
        self.assertEqual(action["res_model"], "synkd.sync.wizard")
        wizard = [action["res_id"]]
        counts = self.call(
            "synkd.sync.wizard", "read", ids=wizard, fields=["unlinked_count"]
        )
        self.assertEqual(counts[0]["unlinked_count"], 1)
        self.call("synkd.sync.wizard", "write", ids=wizard, vals={"mode": "create"})
        watch = self.call("synkd.sync.wizard", "action_confirm", ids=wizard)
        run_id = watch["params"]["id"]
        progress = self.call("synkd.run", "get_progress", ids=[run_id])[0]
        self.assertEqual(progress["state"], "waiting")
        self.run_ledger()
        progress = self.call("synkd.run", "get_progress", ids=[run_id])[0]
        self.assertEqual((progress["state"], progress["created"]), ("done", 1))
        self.assertEqual(progress["message"], "The synchronisation is complete.")
        customers = self.call(
            "res.partner",
            "search_read",
            domain=[("account_sync_state", "=", "synced")],
            fields=["account_code"],
        )
        self.assertEqual([c["account_code"] for c in customers], ["HOP001"])
        lines = self.call(
            "synkd.request.line",
            "search_read",
            domain=[("request_id.run_id", "=", run_id)],
            fields=["state", "message"],
        )
        self.assertEqual([line["state"] for line in lines], ["ok"])

    def test_a_customer_is_linked_and_unlinked(self):
        account = self.create_account("Hope")
        ids = self.partner.ids
        vals = {"account_customer_id": account.id}
        self.assertTrue(self.call("res.partner", "write", ids=ids, vals=vals))
        self.assertEqual(self.partner.account_customer_id, account)
        why = self.call("res.partner", "action_synkd_why", ids=ids)
        self.assertIn("are posted to account customer", why["params"]["message"])
        vals = {"account_customer_id": False}
        self.call("res.partner", "write", ids=ids, vals=vals)
        self.env.invalidate_all()
        self.assertFalse(self.partner.account_customer_id)

    def test_a_match_is_proposed_and_accepted(self):
        account = self.create_account("Hope Works (Pty) Ltd")
        self.call("synkd.match", "action_propose")
        found = self.call(
            "synkd.match",
            "search_read",
            domain=[("score", ">=", 60), ("state", "=", "proposed")],
            fields=["partner_id", "account_customer_id", "score", "reasons"],
        )
        self.assertEqual(found[0]["score"], 70)
        self.assertTrue(self.call("synkd.match", "action_accept", ids=[found[0]["id"]]))
        self.env.invalidate_all()
        self.assertEqual(self.partner.account_customer_id, account)

    def test_a_code_in_use_is_a_sentence_over_the_wire(self):
        self.create_account("Hope", code="HOP001")
        self.env.flush_all()
        vals = {"name": "Twin", "code": "hop001", "ledger_id": self.ledger.id}
        self.refused(
            422,
            "customer code is in use already in this ledger.*Type another code",
            "synkd.account.customer",
            "create",
            vals_list=[vals],
        )

    def test_a_key_without_the_rights_is_refused_in_words(self):
        ids = self.partner.ids
        self.refused(
            403, "not allowed", "res.partner", "action_synkd_sync", "seller", ids=ids
        )
        self.refused(
            403,
            "not allowed",
            "synkd.account.customer",
            "search_read",
            "seller",
            domain=[],
        )
        action = self.call("res.partner", "action_synkd_sync", "clerk", ids=ids)
        self.refused(
            422,
            "Only managers of the books may synchronise",
            "synkd.sync.wizard",
            "action_confirm",
            "clerk",
            ids=[action["res_id"]],
        )
        self.assertFalse(self.ledger.run_ids)

    def test_state_cannot_be_set_over_the_wire(self):
        account = self.create_account("Hope")
        for login in self.keys:
            if login == "seller":
                continue
            self.refused(
                403,
                "Only runs move the sync state",
                "synkd.account.customer",
                "write",
                login,
                ids=account.ids,
                vals={"sync_state": "synced"},
            )
        self.refused(403, "Private methods", "synkd.account.customer", "_set_synced")

    def test_a_wrong_key_is_refused(self):
        with mute_logger("odoo.http"):
            response = self.url_open(
                "/json/2/res.partner/search",
                json={"domain": []},
                headers={"Authorization": "bearer 0123456789"},
            )
        self.assertEqual(response.status_code, 401)
