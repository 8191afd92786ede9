# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import Command
from odoo.exceptions import AccessError
from odoo.service.model import call_kw
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.synkd_connector_demo.tests.queue_common import QueueCommon

OURS = "synkd_connector"
CLERK = "account.group_account_invoice,synkd_connector.group_manager,base.group_system"


@tagged("post_install", "-at_install")
class TestDialogs(QueueCommon):
    """A dialog is its user's own, and what we fill in cannot be forged."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.victim = cls.create_user("victim", CLERK)
        cls.attacker = cls.create_user("attacker", CLERK)
        cls.other = cls.env["res.company"].create({"name": "Other"})
        cls.their_ledger = cls.create_ledger(company_id=cls.other.id)
        cls.their_class = cls.env["synkd.customer.class"].search(
            [("company_id", "=", cls.other.id), ("posting", "=", "generic")]
        )
        cls.unknown = cls.create_partner("Big Bargains")
        cls.row = cls.row_of(cls.post_invoice(cls.unknown))

    def dialogs(self):
        """Return the models of our addons that are dialogs or lines of them."""
        return [
            model
            for name in self.env
            for model in [self.env[name]]
            if model.is_transient() and model._original_module.startswith(OURS)
        ]

    def open_resolve(self, user):
        """Return the Resolve dialog as a user opens it by RPC."""
        rows = self.row.with_user(user)
        action = call_kw(rows.browse(), "action_resolve", [rows.ids], {})
        return self.env[action["res_model"]].with_user(user).browse(action["res_id"])

    # === EACH MODEL, ALSO THOSE TO COME === #

    def test_every_dialog_of_ours_is_its_users_own(self):
        dialogs = self.dialogs()
        self.assertGreaterEqual(len(dialogs), 15)
        for model in dialogs:
            with self.subTest(model=model._name):
                domain = str(model.with_user(self.attacker)._get_own_domain())
                self.assertIn(f"'create_uid', '=', {self.attacker.id}", domain)

    def test_nobody_reaches_a_dialog_of_somebody_else(self):
        for model in self.dialogs():
            columns = (f for f in model._fields.values() if f.column_type)
            for name in (f.name for f in columns if f.store and f.required):
                self.env.cr.execute(
                    f'ALTER TABLE "{model._table}" ALTER "{name}" DROP NOT NULL'
                )
            self.env.cr.execute(
                f'INSERT INTO "{model._table}" (create_uid) VALUES (%s) RETURNING id',
                [self.victim.id],
            )
            record = model.browse(self.env.cr.fetchone())
            self.assertEqual(record.create_uid, self.victim)
            theirs = record.with_user(self.attacker)
            with self.subTest(model=model._name):
                self.assertFalse(theirs.search([("id", "=", record.id)]))
                for operation in ("read", "write", "unlink"):
                    with self.assertRaises(AccessError):
                        theirs.check_access(operation)

    def test_what_we_fill_in_is_refused_from_clients(self):
        for model in self.dialogs():
            mine = model.with_user(self.attacker)
            for name, field in model._fields.items():
                lines = field.type == "many2one" and self.env[field.comodel_name]
                closed = lines is not False and lines.is_transient()
                if field.store and name != "id" and (field.readonly or closed):
                    with self.subTest(model=model._name, field=name):
                        with self.assertRaises(AccessError):
                            mine.create({name: False})
                        with self.assertRaises(AccessError):
                            mine.with_context(**{f"default_{name}": 1}).create({})

    def test_related_fields_of_dialogs_are_read_with_the_users_rights(self):
        for model in self.dialogs():
            for name, field in model._fields.items():
                if field.related:
                    with self.subTest(model=model._name, field=name):
                        self.assertFalse(field.compute_sudo)

    # === WHAT THE REVIEW DID === #

    def test_the_open_dialog_of_another_user_is_out_of_reach(self):
        dialog = self.open_resolve(self.victim)
        theirs = dialog.with_user(self.attacker)
        for act in (
            lambda: theirs.write({"class_id": self.class_generic.id}),
            lambda: dialog.customer_ids.with_user(self.attacker).write(
                {"new_name": "Mine"}
            ),
            lambda: theirs.read(["class_id"]),
            theirs.action_confirm,
        ):
            # As a request of its own, which knows nothing of this one's cache.
            self.env.invalidate_all()
            with self.assertRaisesRegex(AccessError, "opened by somebody else"):
                act()
        self.assertEqual(dialog.customer_ids.new_name, "Big Bargains")

    def test_no_line_gets_into_the_dialog_of_another_user(self):
        dialog = self.open_resolve(self.victim)
        lines = self.env["synkd.resolve.customer"].with_user(self.attacker)
        values = {"wizard_id": dialog.id, "partner_id": self.partner.id}
        with self.assertRaises(AccessError):
            lines.create(values)
        forged = lines.sudo().create(values)
        self.assertNotIn(forged, dialog.customer_ids)
        with self.assertRaises(AccessError):
            forged.with_user(self.attacker).read(["partner_id"])
        mine = self.open_resolve(self.attacker)
        with self.assertRaises(AccessError):
            mine.customer_ids.write({"wizard_id": dialog.id})
        with self.assertRaises(AccessError):
            mine.write({"customer_ids": [Command.link(dialog.customer_ids.id)]})

    def test_a_foreign_id_tells_nothing(self):
        mine = self.open_resolve(self.attacker)
        stranger = self.their_class.id
        with self.assertRaises(AccessError):
            mine.write({"class_id": stranger})
        account = self.their_class.generic_account_customer_id
        with self.assertRaises(AccessError):
            mine.write(
                {
                    "customer_ids": [
                        Command.update(
                            mine.customer_ids.id, {"account_customer_id": account.id}
                        )
                    ]
                }
            )
        spec = {"class_id": {"fields": {"display_name": {}}}, "posting": {}}
        for values in ({"class_id": stranger}, {"class_id": [stranger]}):
            with self.assertRaises(AccessError):
                mine.onchange(values, ["class_id"], spec)
        nested = [[1, mine.customer_ids.id, {"account_customer_id": account.id}]]
        with self.assertRaises(AccessError):
            mine.onchange({"customer_ids": nested}, ["customer_ids"], spec)
        with self.assertRaises(AccessError):
            empty = mine.browse().with_context(default_class_id=stranger)
            empty.onchange({}, [], spec)

    def test_its_user_fills_in_what_he_may(self):
        mine = self.open_resolve(self.attacker)
        line = mine.customer_ids
        new = {"new_name": "Bargains Ltd", "make_new": True}
        mine.write(
            {
                "answer": "account",
                "class_id": self.class_account.id,
                "customer_ids": [Command.update(line.id, new)],
            }
        )
        mine.action_confirm()
        account = self.unknown.account_customer_id
        self.assertEqual(account.name, "Bargains Ltd")

    def test_defaults_of_the_window_do_not_get_into_a_dialog(self):
        rows = self.row.with_user(self.attacker)
        context = {"default_done_text": "Pay me", "default_post_date": "2020-01-01"}
        action = rows.with_context(**context).action_resolve()
        dialog = self.env[action["res_model"]].browse(action["res_id"])
        self.assertFalse(dialog.done_text)
        self.assertFalse(dialog.post_date)

    @mute_logger("odoo.addons.base.models.ir_rule")
    def test_the_rule_of_other_models_is_odoos(self):
        user = self.create_user("nobody", "base.group_user")
        rules = self.env["ir.rule"].with_user(user)
        domain = rules._compute_domain("res.partner", "read")
        self.assertNotIn("create_uid", str(domain))
