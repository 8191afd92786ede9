# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import TransactionCase, tagged

from ...lib import codes


@tagged("post_install", "-at_install")
class TestCodes(TransactionCase):
    def test_a_stem_is_three_letters_of_the_name(self):
        for name, expected in (
            ("Hope Works (Pty) Ltd", "HOP"),
            ("  (the) Café", "THE"),
            ("Éclair Ünique", "ECL"),
            ("O'Brien", "OBR"),
            ("3M South Africa", "3MS"),
            ("A", "AXX"),
            ("X & Y", "XYX"),
            ("東京商事", "XXX"),
            ("Ωmega", "MEG"),
            ("", "XXX"),
            (None, "XXX"),
            ("ﬁne", "FIN"),
        ):
            with self.subTest(name=name):
                self.assertEqual(codes.stem(name), expected)

    def test_a_prefix_stands_before_the_letters_and_leaves_room(self):
        self.assertEqual(codes.stem("Hope", "ho-"), "HO-HOP")
        self.assertEqual(codes.stem("Hope", " h o "), "HOHOP")
        self.assertEqual(codes.stem("Hope", "HO-", 6), "HOH", "one letter is left")
        self.assertEqual(codes.stem("Hope", "LONGPREFIX", 6), "LOH")
        self.assertEqual(codes.stem("Hope", "", 4), "H")

    def test_a_code_is_never_longer_than_the_books_take(self):
        for length in range(3, 16):
            for number in (1, 99, 999):
                for prefix in ("", "HO-", "VERYLONGPREFIX"):
                    stem = codes.stem("Hope Works", prefix, length)
                    code = codes.build(stem, number, length)
                    self.assertLessEqual(len(code), length)
                    self.assertTrue(code.endswith(str(number)))

    def test_numbers_beyond_999_shorten_the_stem_only_when_they_must(self):
        self.assertEqual(codes.build("HOP", 1), "HOP001")
        self.assertEqual(codes.build("HOP", 1000), "HOP1000")
        self.assertEqual(codes.build("HOP", 1000, 6), "HO1000")
        self.assertEqual(codes.build("HOP", 999999, 6), "999999")

    def test_a_number_that_does_not_fit_is_an_error(self):
        with self.assertRaises(ValueError):
            codes.build("HOP", 1000000, 6)
