# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from freezegun import freeze_time

from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tests import tagged
from odoo.tools.translate import code_translations

from .queue_common import QueueCommon

GERMAN = "de_DE"
INSTALLED = Domain("state", "=", "installed")
# Computed texts in which no word is ours.
WORDLESS = {
    *("contact_name", "file_names", "own_key_field", "payload_text"),
    *("http_client_secret", "http_redirect_url", "http_scopes"),
    *("http_webhook_key", "http_webhook_url", "sage_password"),
}


@tagged("post_install", "-at_install")
class TestLanguages(QueueCommon):
    """What is translated arrives, to who speaks the language and to nobody else."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang(GERMAN)
        ours = Domain("name", "=like", "synkd_connector%")
        addons = cls.env["ir.module.module"].search(ours & INSTALLED).mapped("name")
        cls.env["ir.module.module"]._load_module_terms(addons, [GERMAN])
        cls.clerk = cls.create_user("clerk", "synkd_connector.group_manager")
        cls.clerk.lang = "en_US"
        cls.german = cls.create_user("schulz", "synkd_connector.group_manager")
        cls.german.lang = GERMAN
        cls.remind_holds = cls.env.ref("synkd_connector.ir_cron_remind_holds")
        cls.stranger = cls.create_partner("Stranger")

    def seen_by(self, records, user):
        """Return records as a user's web client asks for them."""
        return records.with_user(user).with_context(lang=user.lang)

    def assert_words(self, words, english, german):
        """Check what both users are told.

        :param callable words: a user -> text.
        """
        self.assertIn(english, words(self.clerk))
        self.assertNotIn(german, words(self.clerk))
        self.assertIn(german, words(self.german))
        self.assertNotIn(english, words(self.german))

    def test_labels_states_and_helps(self):
        def field(user, name):
            rows = self.seen_by(self.env["synkd.transaction"], user)
            return rows.fields_get([name])[name]

        self.assert_words(
            lambda user: field(user, "books_total")["string"],
            "Total in the Books",
            "Summe in den Büchern",
        )
        self.assert_words(
            lambda user: dict(field(user, "sync_state")["selection"])["attention"],
            "Requires Attention",
            "Klärung nötig",
        )
        self.assert_words(
            lambda user: field(user, "blocker_id")["help"],
            "Has to be in the books first.",
            "Muss vorher in den Büchern sein.",
        )

    def test_buttons_and_menus(self):
        view = self.env.ref("synkd_connector.synkd_transaction_view_list_attention")
        self.assert_words(
            lambda user: self.seen_by(self.env["synkd.transaction"], user).get_view(
                view.id, "list"
            )["arch"],
            'string="Resolve"',
            'string="Klären"',
        )
        menu = self.env.ref("synkd_connector.synkd_transaction_menu")
        self.assert_words(
            lambda user: self.seen_by(menu, user).name,
            "Transaction Queue",
            "Warteschlange",
        )

    def test_errors_name_the_record(self):
        row = self.row_of(self.post_invoice())

        def error(user):
            with self.assertRaises(UserError) as caught:
                self.seen_by(row, user).action_resolve()
            return str(caught.exception)

        self.assertEqual(row.display_name, "Invoice INV/2026/00001")
        self.assert_words(
            error,
            "Invoice INV/2026/00001 does not require attention.",
            "Rechnung INV/2026/00001 erfordert keine Klärung.",
        )

    def test_reasons_are_told_to_each_in_his_words(self):
        row = self.row_of(self.post_invoice(self.stranger))
        self.assert_words(
            lambda user: self.seen_by(row, user).reason_text,
            "Stranger has no account customer. Choose one",
            "Stranger hat keinen Debitor. Wählen Sie einen",
        )

    def test_computed_texts_are_kept_for_each_language(self):
        """Who asks second gets his own words, also in one transaction.

        Dialogs are left out: each is one user's.
        """
        fields = [
            (field, model.pool.field_depends_context[field])
            for model in self.env.values()
            if not model._abstract and not model._transient
            for field in model._fields.values()
            if field.compute and not field.store and not field.related
            if field.type in ("char", "text", "html") and field.name not in WORDLESS
            if (field._module or "").startswith("synkd_connector")
        ]
        mixed = [str(field) for field, context in fields if "lang" not in context]
        self.assertFalse(mixed)
        self.assertIn("synkd.transaction.reason_text", [str(f) for f, _c in fields])

    def test_selections_of_methods_are_translated(self):
        """Odoo translates the labels of lists, but not those that a method returns."""
        made = [
            field
            for model in self.env.values()
            if not model._abstract
            for field in model._fields.values()
            if field.type == "selection" and not field.related
            if not isinstance(field.selection, list)
            if (field._module or "").startswith("synkd_connector")
        ]
        german = self.env["res.lang"].with_context(lang=GERMAN).env
        for field in made:
            english = field._description_selection(self.env)
            self.assertNotEqual(field._description_selection(german), english, field)
        self.assertIn("synkd.books.item.kind", [str(field) for field in made])

    def test_the_web_client_has_its_words(self):
        for addon, text, german in (
            (
                "synkd_connector",
                "Posting to the books…",
                "Es wird in die Bücher gebucht …",
            ),
            ("synkd_connector", "Details", "Details"),
        ):
            words = code_translations.get_web_translations(addon, GERMAN)["messages"]
            self.assertIn({"id": text, "string": german}, words)

    def test_a_run_tells_what_stays_to_who_answers_for_the_ledger(self):
        self.ledger.demo_refuse = "Hope"
        for user, said in (
            (self.clerk, "The demo books refuse customer"),
            (self.german, "Die Demo-Bücher lehnen den Kunden"),
        ):
            self.ledger.user_id = user
            self.account.phone = user.login
            self.run_ledger()
            self.assertIn(said, self.account.sync_message)
            self.account.action_retry()

    def test_an_activity_is_in_the_words_of_who_gets_it(self):
        for user, said in (
            (self.clerk, "Release from hold?"),
            (self.german, "Sperre aufheben?"),
        ):
            partner = self.create_partner(f"Late {user.login}")
            with freeze_time("2026-06-01"):
                partner.sudo().action_synkd_hold("Late", user_id=user.id)
            with self.enter_registry_test_mode():
                self.remind_holds.method_direct_trigger()
            self.env.invalidate_all()
            self.assertEqual(partner.activity_ids.summary, said)

    def test_what_is_sent_hangs_on_no_reader(self):
        self.product.with_context(lang=GERMAN).name = "Leim"
        row = self.row_of(self.post_invoice(lines=[{"name": False}]))
        row.move_id.invoice_line_ids.name = False
        sent = [
            self.seen_by(row, u).sudo()._to_data() for u in self.clerk + self.german
        ]
        self.assertEqual(sent[0], sent[1])
        self.assertIn("Glue", sent[1].lines[0].description)
        self.company.partner_id.lang = GERMAN
        sent = self.seen_by(row, self.clerk).sudo()._to_data()
        self.assertIn("Leim", sent.lines[0].description)
