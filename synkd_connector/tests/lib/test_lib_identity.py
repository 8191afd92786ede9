# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import BaseCase, tagged

from ...lib.identity import KEY_LENGTH, find_key, new_key


@tagged("post_install", "-at_install")
class TestIdentity(BaseCase):
    def test_a_key_is_short_plain_and_made_once(self):
        keys = {new_key() for _n in range(10000)}
        self.assertEqual(len(keys), 10000)
        for key in list(keys)[:100]:
            self.assertRegex(key, r"^SK[A-Z2-7]{16}$")
            self.assertEqual(len(key), KEY_LENGTH)

    def test_a_key_is_found_among_the_words_of_others(self):
        key = new_key()
        for text in (
            key,
            key.lower(),
            f"our order 12 / {key}",
            f"https://shop.example/books/{key}?x=1",
            f"({key}) paid",
        ):
            with self.subTest(text=text):
                self.assertEqual(find_key(text), key)

    def test_what_only_looks_like_a_key_is_none(self):
        key = new_key()
        for text in ("", None, "SK", f"x{key}", key[:-1], f"{key}A", f"é{key[1:]}"):
            with self.subTest(text=text):
                self.assertEqual(find_key(text), "")
