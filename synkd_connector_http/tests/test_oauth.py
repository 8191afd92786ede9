# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import json
from decimal import Decimal

from odoo.tests import BaseCase, tagged

from ..lib import body, oauth, wire

NUMBERS = frozenset(
    ("UnitAmount", "Quantity", "TaxAmount", "LineAmount", "DiscountRate", "Amount")
)


@tagged("post_install", "-at_install")
class TestOauth(BaseCase):
    def test_the_challenge_is_that_of_the_standard(self):
        verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
        expected = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
        self.assertEqual(oauth.challenge(verifier), expected)

    def test_secrets_are_long_and_never_the_same(self):
        made = {oauth.new_secret() for _number in range(50)}
        self.assertEqual(len(made), 50)
        self.assertTrue(all(43 <= len(secret) <= 128 for secret in made))

    def test_money_stays_exact(self):
        reply = wire.Reply(200, {}, b'{"Total": 0.1, "Count": 3}')
        self.assertEqual(body.read_json(reply)["Total"] * 3, Decimal("0.3"))

    def test_amounts_are_sent_as_numbers_of_the_same_digits(self):
        line = {
            "UnitAmount": "33.3300",
            "Quantity": "3",
            "TaxAmount": Decimal("0.10"),
            "LineAmount": "99999999999.99",
            "Description": "15.00",
            "DiscountRate": 12.5,
        }
        sent = {"Invoices": [{"Reference": "100", "LineItems": [line]}]}
        self.assertEqual(
            body.write_json(sent, NUMBERS).decode(),
            '{"Invoices": [{"Reference": "100", "LineItems": [{"UnitAmount": 33.33,'
            ' "Quantity": 3, "TaxAmount": 0.1, "LineAmount": 99999999999.99,'
            ' "Description": "15.00", "DiscountRate": 12.5}]}]}',
        )

    def test_what_no_number_says_exactly_stays_a_text(self):
        for text in ("12345678901234567.89", "", "ten", "NaN"):
            with self.subTest(text=text):
                sent = json.loads(body.write_json({"Amount": text}, NUMBERS))
                self.assertEqual(sent, {"Amount": text})
