# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import os
from unittest.mock import patch

from odoo.tests import TransactionCase, tagged
from odoo.tools import config

from ...lib import vault
from ...lib.errors import MisconfiguredError
from ...models.ledger import synkd_vault

SECRET = "correct horse battery staple, 1952"
HERE = "database-1"


@tagged("post_install", "-at_install")
class TestVault(TransactionCase):
    def setUp(self):
        super().setUp()
        self.vault = self.env["synkd.vault"]
        self.ledger = self.env["synkd.ledger"].new({"name": "Cape books"})

    def unseal(self, sealed):
        """Open what was sealed."""
        return self.vault._unseal(sealed, self.ledger)

    def assert_shut(self, sealed):
        """Fail unless a person is told that it cannot be opened."""
        with self.assertRaisesRegex(MisconfiguredError, "Cape books cannot be opened"):
            self.unseal(sealed)

    def test_what_is_sealed_can_be_unsealed_and_is_not_readable(self):
        sealed = vault.seal(SECRET, "tökén", HERE)
        self.assertNotIn("tökén", sealed)
        self.assertEqual(vault.unseal(SECRET, sealed, HERE), "tökén")
        self.assertNotEqual(sealed, vault.seal(SECRET, "tökén", HERE), "it is salted")

    def test_another_secret_place_or_a_changed_text_is_refused(self):
        sealed = vault.seal(SECRET, "token", HERE)
        for secret, text, place in (
            ("other", sealed, HERE),
            (SECRET, sealed, "database-2"),
            (SECRET, sealed, ""),
            (SECRET, sealed.removeprefix(vault.BOUND), HERE),
            (SECRET, sealed.removeprefix(vault.BOUND), ""),
            (SECRET, sealed[:-6] + "AAAA==", HERE),
            (SECRET, "plain", HERE),
            (SECRET, "v2:ünicode", HERE),
            (SECRET, "", HERE),
        ):
            with (
                self.subTest(text=text, place=place),
                self.assertRaises(vault.VaultError),
            ):
                vault.unseal(secret, text, place)

    def test_the_database_has_a_key_of_its_own(self):
        sealed = self.vault._seal("token")
        self.assertEqual(self.unseal(sealed), "token")
        parameters = self.env["ir.config_parameter"]
        parameters.set_param("database.secret", "that of a copy")
        self.assert_shut(sealed)

    def test_a_duplicated_database_opens_nothing_although_it_has_the_secret(self):
        with patch.dict(os.environ, {"SYNKD_SECRET": SECRET}):
            sealed = self.vault._seal("token")
            self.assertEqual(self.unseal(sealed), "token")
            self.env["ir.config_parameter"].set_param("database.uuid", "of a copy")
            self.assert_shut(sealed)

    def test_the_environment_comes_before_the_database(self):
        with patch.dict(os.environ, {"SYNKD_SECRET": SECRET}):
            sealed = self.vault._seal("token")
        place = self.env["ir.config_parameter"].get_param("database.uuid")
        self.assertEqual(vault.unseal(SECRET, sealed, place), "token")
        self.assert_shut(sealed)

    def test_a_secret_that_can_be_guessed_seals_and_opens_nothing(self):
        sealed = self.vault._seal("token")
        weak = ("x", SECRET[:31], "ab" * 40, "0123456789a" * 3)
        for secret in weak:
            for place in (
                patch.dict(os.environ, {"SYNKD_SECRET": secret}),
                patch.dict(config.options, {synkd_vault.OPTION: secret}),
            ):
                with self.subTest(secret=secret), place:
                    for call in (self.vault._seal, self.unseal):
                        with self.assertRaises(MisconfiguredError) as caught:
                            call(sealed)
                        message = caught.exception.message
                        self.assertIn("32 or more random characters", message)
                        self.assertNotIn(f" {secret} ", message)
        with patch.dict(os.environ, {"SYNKD_SECRET": "0123456789ab" * 3}):
            self.assertEqual(self.unseal(self.vault._seal("token")), "token")

    def test_what_an_older_version_sealed_is_sealed_anew(self):
        secret = self.env["ir.config_parameter"].get_param("database.secret")
        old = vault._fernet(secret, "").encrypt(b"token").decode()
        self.assert_shut(old)
        sealed = self.vault._reseal(old)
        self.assertEqual(self.unseal(sealed), "token")
        self.assertEqual(self.vault._reseal(sealed), sealed, "once is enough")
        lost = vault._fernet("lost", "").encrypt(b"token").decode()
        self.assertEqual(self.vault._reseal(lost), lost)

    def test_nothing_stays_nothing(self):
        self.assertFalse(self.vault._seal(False))
        self.assertEqual(self.unseal(False), "")
