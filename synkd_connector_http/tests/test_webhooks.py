# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import base64
import hashlib
import hmac

from odoo.tests import BaseCase, tagged

from ..lib import webhooks


@tagged("post_install", "-at_install")
class TestWebhooks(BaseCase):
    def test_a_signature_is_that_of_the_standard(self):
        digest = hmac.new(b"key", b"body", hashlib.sha256).digest()
        expected = base64.b64encode(digest).decode()
        self.assertEqual(webhooks.sign(b"body", "key"), expected)
        self.assertTrue(webhooks.is_signed(b"body", "key", expected))

    def test_what_somebody_else_signed_is_not_signed(self):
        given = webhooks.sign(b"body", "key")
        for body, key, signature in (
            (b"body ", "key", given),
            (b"body", "other", given),
            (b"body", "key", given[:-1]),
            (b"body", "key", ""),
            (b"body", "key", "\ud800é"),
            (b"body", "", webhooks.sign(b"body", "")),
        ):
            self.assertFalse(webhooks.is_signed(body, key, signature))

    def test_records_are_read_out_of_whatever_comes(self):
        body = b'{"events": [{"id": 1}, 5, null, {"id": 2}]}'
        self.assertEqual(webhooks.read_records(body, "events"), [{"id": 1}, {"id": 2}])
        nested = "[" * 100_000
        for odd in (b"", b"[]", b"5", b'{"events": {}}', b"\xff", nested.encode()):
            self.assertEqual(webhooks.read_records(odd, "events"), [])

    def test_a_digest_tells_where_one_value_ends(self):
        self.assertEqual(len(webhooks.digest("a", "b")), 40)
        self.assertEqual(webhooks.digest("a", "b"), webhooks.digest("a", "b"))
        self.assertNotEqual(webhooks.digest("a", "b"), webhooks.digest("ab"))
