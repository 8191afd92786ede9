# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import os
from unittest.mock import patch

from odoo.tests import TransactionCase, tagged

from ...lib import vault

SECRET = "correct horse"


@tagged("post_install", "-at_install")
class TestVault(TransactionCase):
    def setUp(self):
        super().setUp()
        self.vault = self.env["synkd.vault"]

    def test_what_is_sealed_can_be_unsealed_and_is_not_readable(self):
        sealed = vault.seal(SECRET, "tökén")
        self.assertNotIn("tökén", sealed)
        self.assertEqual(vault.unseal(SECRET, sealed), "tökén")
        self.assertNotEqual(sealed, vault.seal(SECRET, "tökén"), "it is salted")

    def test_another_secret_or_a_changed_text_is_refused(self):
        sealed = vault.seal(SECRET, "token")
        for secret, text in (
            ("other", sealed),
            (SECRET, sealed[:-6] + "AAAA=="),
            (SECRET, "plain"),
            (SECRET, ""),
        ):
            with self.subTest(text=text), self.assertRaises(vault.VaultError):
                vault.unseal(secret, text)

    def test_the_database_has_a_key_of_its_own(self):
        sealed = self.vault._seal("token")
        self.assertEqual(self.vault._unseal(sealed), "token")
        parameters = self.env["ir.config_parameter"]
        parameters.set_param("database.secret", "that of a copy")
        self.assertEqual(self.vault._unseal(sealed), "", "a copy cannot read it")

    def test_the_environment_comes_before_the_database(self):
        with patch.dict(os.environ, {"SYNKD_SECRET": SECRET}):
            sealed = self.vault._seal("token")
        self.assertEqual(vault.unseal(SECRET, sealed), "token")
        self.assertEqual(self.vault._unseal(sealed), "")

    def test_nothing_stays_nothing(self):
        self.assertFalse(self.vault._seal(False))
        self.assertEqual(self.vault._unseal(False), "")
