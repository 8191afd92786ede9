# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import random
from decimal import Decimal

from odoo.tests import TransactionCase, tagged

from ...lib.prices import Digits, amount_of, cut, fit

XERO = Digits(quantity=4, price=4, discount=2)


@tagged("post_install", "-at_install")
class TestPrices(TransactionCase):
    """What books keep of a line comes to its amount."""

    def fit(self, quantity, price, discount, amount, digits=XERO, places=2):
        """Return quantity, price and discount as text."""
        line = tuple(Decimal(each) for each in (quantity, price, discount))
        found = fit(line, Decimal(amount), digits, places)
        return tuple(format(each.normalize(), "f") for each in found)

    def test_what_books_keep_goes_as_it_was_typed(self):
        self.assertEqual(self.fit("3", "33.3333", "10", "90"), ("3", "33.3333", "10"))
        self.assertEqual(self.fit("-2", "5", "0", "-10"), ("-2", "5", "0"))

    def test_a_discount_of_three_decimals_moves_into_the_price(self):
        quantity, price, discount = self.fit("1", "829", "96.019", "33.00")
        self.assertEqual((quantity, discount), ("1", "96.02"))
        self.assertNotEqual(price, "829")

    def test_a_quantity_of_many_decimals_is_cut(self):
        quantity, _price, _discount = self.fit("0.333333", "1234.567891", "0", "411.52")
        self.assertEqual(quantity, "0.3333")

    def test_a_quantity_that_nothing_is_left_of_is_one_piece(self):
        self.assertEqual(self.fit("0.00001", "500000", "0", "5"), ("1", "5", "0"))

    def test_a_discount_of_all_is_a_price_of_nothing(self):
        for discount in ("100", "99.999"):
            with self.subTest(discount):
                self.assertEqual(self.fit("3", "20", discount, "0"), ("3", "0", "0"))

    def test_discounts_that_books_do_not_know_move_into_the_price(self):
        self.assertEqual(self.fit("2", "10", "150", "-10"), ("2", "-5", "0"))
        self.assertEqual(self.fit("2", "10", "-50", "30"), ("2", "15", "0"))
        none = Digits(4, 4, -1)
        self.assertEqual(self.fit("2", "10", "50", "10", none), ("2", "5", "0"))

    def test_a_line_without_quantity_is_one_piece(self):
        self.assertEqual(self.fit("0", "10", "0", "0"), ("0", "10", "0"))
        self.assertEqual(self.fit("0", "10", "0", "0.01"), ("1", "0.01", "0"))

    def test_many_random_lines_keep_their_amount_and_the_books_decimals(self):
        chance = random.Random(20261128)
        for number in range(20000):
            digits = Digits(*(chance.randint(0, 6) for _n in range(2)), 2)
            if not number % 5:
                digits = Digits(digits.quantity, digits.price, -1)
            places = chance.choice((0, 2, 2, 2, 3))
            line = (
                self.draw(chance, 1000, 6),
                self.draw(chance, 10000, 6),
                chance.choice((Decimal(0), abs(self.draw(chance, 120, 3)))),
            )
            amount = amount_of(*line, places)
            amount += chance.choice((0, 0, 1, -1)) * Decimal(1).scaleb(-places)
            self.check(line, amount, digits, places)

    def draw(self, chance, most, places):
        """Return a random number of up to so many decimals."""
        value = Decimal(repr(chance.uniform(-most, most)))
        return cut(value, chance.randint(0, places))

    def check(self, line, amount, digits, places):
        """Fail unless what is sent comes to the amount with the books' decimals."""
        quantity, price, discount = fit(line, amount, digits, places)
        told = (line, amount, digits, places)
        self.assertEqual(amount_of(quantity, price, discount, places), amount, told)
        self.assertEqual(quantity, cut(quantity, digits.quantity), told)
        self.assertEqual(price, cut(price, max(digits.price, places)), told)
        self.assertEqual(discount, cut(discount, 2), told)
        self.assertTrue(0 <= discount < 100, told)
        self.assertTrue(not discount or digits.discount >= 0, told)
