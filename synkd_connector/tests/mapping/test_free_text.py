# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged, users
from odoo.tools import SQL, mute_logger

from ..common_documents import DocumentsCommon


@tagged("post_install", "-at_install")
class TestFreeText(DocumentsCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.map_all()
        cls.create_user("manager", "synkd_connector.group_manager")
        cls.create_user("clerk", "synkd_connector.group_user")
        cls.texts = cls.env["synkd.free.text"]

    def remember(self, text, product_class=None):
        """Remember one text as a manager types it."""
        return self.texts.create(
            {
                "text": text,
                "company_id": self.company.id,
                "product_class_id": (product_class or self.direct).id,
            }
        )

    @users("manager")
    def test_texts_are_kept_without_needless_spaces(self):
        made = self.texts.with_env(self.env).create(
            {"text": "  Call-out \n fee\u00a0", "product_class_id": self.direct.id}
        )
        self.assertEqual(made.text, "Call-out fee")
        self.assertEqual(made.company_id, self.company)
        made.text = "Travel \t per km "
        self.assertEqual(made.text, "Travel per km")

    @users("manager")
    def test_an_empty_text_is_refused(self):
        for text in (" ", "\n\t", "\u00a0"):
            refused = self.assertRaisesRegex(ValidationError, "empty text cannot")
            with self.subTest(text=text), refused, self.cr.savepoint():
                self.remember(text)

    @mute_logger("odoo.sql_db")
    def test_a_text_is_unique_in_its_company_whatever_its_case(self):
        self.remember("Call-out fee")
        with self.assertRaises(Exception) as caught, self.cr.savepoint():
            self.remember("CALL-OUT  FEE")
        message = self.texts._sql_error_to_message(caught.exception)
        self.assertIn("remembered already", message)
        other = self.env["res.company"].create({"name": "Other"})
        theirs = self.product_classes.create({"name": "T", "company_id": other.id})
        self.texts.create(
            {
                "text": "Call-out fee",
                "company_id": other.id,
                "product_class_id": theirs.id,
            }
        )

    def test_a_class_of_another_company_is_refused(self):
        other = self.env["res.company"].create({"name": "Other"})
        theirs = self.product_classes.create({"name": "T", "company_id": other.id})
        with self.assertRaisesRegex(UserError, "company"):
            self.remember("Call-out", theirs)

    def test_a_very_long_text_is_remembered(self):
        text = "word " * 3000
        self.texts._remember(self.department, [text])
        move = self.create_invoice(self.line(name=text))
        self.assertFalse(self.rules._find(self.ledger, {move.id: ""})[move.id])

    def test_remembering_again_changes_the_class(self):
        self.texts._remember(
            self.direct, ["Call-out", "Travel", "", False, "call-out "]
        )
        self.texts._remember(self.department, ["CALL-OUT", "Parts"])
        found = self.texts.search([("company_id", "=", self.company.id)])
        self.assertEqual(
            {text.text: text.product_class_id for text in found},
            {
                "Call-out": self.department,
                "Travel": self.direct,
                "Parts": self.department,
            },
        )

    def test_python_and_the_database_agree_on_spaces(self):
        for text in ("a\u00a0\u00a0b", " a\t\n\r\f\vb ", "\u00a0a b\u00a0", "a\u2003b"):
            query = SQL("SELECT %s", self.texts._normalised_sql(SQL("%s", text)))
            with self.subTest(text=text):
                ours = self.texts._normalise(text)
                self.assertEqual(self.env.execute_query(query)[0][0], ours)

    def test_a_remembered_text_frees_the_waiting_documents(self):
        rows = [
            self.row_of(self.create_invoice(self.line(name=name)))
            for name in ("Call-out", "call-OUT", "Travel")
        ]
        self.assertEqual({row.sync_state for row in rows}, {"attention"})
        text = self.remember("Call-out", self.department)
        states = [row.sync_state for row in rows]
        self.assertEqual(states, ["pending", "pending", "attention"])
        text.product_class_id = self.none
        self.assertEqual(rows[0].sync_state, "attention")

    def test_python_and_the_database_agree_on_patterns(self):
        for text, pattern in (
            ("Down payment of 30.0%", "Down payment of {#}%"),
            (
                "Down Payment: 06/15/2026 (INV/2026/00012)",
                "Down Payment: {#} (INV/{#})",
            ),
            ("S00012  1,000.50 - 2", "S{#} {#} - {#}"),
            ("Call-out", "Call-out"),
            ("{#} of 5", "{#} of {#}"),
        ):
            query = SQL("SELECT %s", self.texts._pattern_sql(SQL("%s", text)))
            with self.subTest(text=text):
                self.assertEqual(self.texts._to_pattern(text), pattern)
                self.assertEqual(self.env.execute_query(query)[0][0], pattern)

    def test_a_pattern_posts_whatever_the_numbers(self):
        rows = [
            self.row_of(self.create_invoice(self.line(name=name)))
            for name in (
                "Travel 12 km",
                "TRAVEL 7.5  km",
                "Travel km",
                "Travel 12 miles",
            )
        ]
        made = self.remember("Travel 3 km, from {#}")
        self.assertEqual(made.text, "Travel {#} km, from {#}")
        made.text = "Travel {#} km"
        states = [row.sync_state for row in rows]
        self.assertEqual(states, ["pending", "pending", "attention", "attention"])
        self.remember("Travel 12 km", self.none)
        states = [row.sync_state for row in rows[:2]]
        self.assertEqual(
            states, ["attention", "pending"], "the text itself comes first"
        )

    @users("clerk")
    def test_users_read_texts_and_do_not_change_them(self):
        text = self.remember("Call-out").with_env(self.env)
        self.assertEqual(text.display_name, "Call-out")
        for act in (
            lambda: text.write({"text": "Mine"}),
            lambda: text.create({"text": "X", "product_class_id": self.direct.id}),
            text.unlink,
        ):
            with self.assertRaises(AccessError):
                act()
