# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import BaseCase, tagged

from ..lib.places import Places, country_text

PLACES = Places(
    {
        "ZA": "South Africa",
        "US": "United States",
        "CI": "Côte d'Ivoire",
        "HK": "Hong Kong S.A.R. (China)",
        "GB": "United Kingdom",
    },
    {("ZA", "KZN"): "KwaZulu-Natal", ("US", "CA"): "California"},
)


@tagged("post_install", "-at_install")
class TestPlaces(BaseCase):
    def test_countries_are_letters_and_blanks(self):
        self.assertEqual(country_text("Côte d'Ivoire"), "Cote d Ivoire")
        name = "Hong Kong S.A.R. (China)"
        self.assertEqual(country_text(name), "Hong Kong S A R China")
        self.assertEqual(country_text(""), "")

    def test_countries_come_back_in_many_spellings(self):
        for text, code in (
            ("South Africa", "ZA"),
            ("SOUTH  AFRICA", "ZA"),
            ("za", "ZA"),
            ("USA", "US"),
            ("UK", "GB"),
            ("Cote d Ivoire", "CI"),
            ("Hong Kong S A R China", "HK"),
            ("Zululand", ""),
            ("", ""),
            (None, ""),
        ):
            self.assertEqual(PLACES.country_code(text), code, text)

    def test_states_by_name_or_code_of_their_country(self):
        self.assertEqual(PLACES.state_code("ZA", "KWAZULU NATAL"), "KZN")
        self.assertEqual(PLACES.state_code("US", "ca"), "CA")
        self.assertEqual(PLACES.state_code("ZA", "California"), "")
