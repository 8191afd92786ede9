# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import TransactionCase, tagged

from ...lib.emails import first, split


@tagged("post_install", "-at_install")
class TestEmails(TransactionCase):
    def test_several_addresses_are_told_apart(self):
        for text, found in (
            ("a@x.com", ["a@x.com"]),
            ("a@x.com, b@x.com;c@x.com d@x.com", [f"{n}@x.com" for n in "abcd"]),
            ('"Smith, Ann" <a@x.com>; Ben <b@x.com>', ["a@x.com", "b@x.com"]),
            ("a@x.com;a@x.com;", ["a@x.com"]),
            (" ann ", ["ann"]),
            ("", []),
            (None, []),
            (False, []),
        ):
            with self.subTest(text):
                self.assertEqual(split(text), found)
                self.assertEqual(first(text), (found or [""])[0])
