# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Countries and states: codes here, free text in many books."""

import unicodedata

OTHER_NAMES = {"USA": "US", "UK": "GB", "GREATBRITAIN": "GB", "ENGLAND": "GB"}
COUNTRY_LENGTH = 50


def plain(text):
    """Return the letters of a text, for comparing: "Côte d'Ivoire" gives COTEDIVOIRE.

    :rtype: str
    """
    spread = unicodedata.normalize("NFKD", str(text or "")).casefold()
    return "".join(each for each in spread if each.isalnum()).upper()


def country_text(name):
    """Return the English name of a country in letters and blanks, which all books take.

    :rtype: str
    """
    spread = unicodedata.normalize("NFKD", name)
    letters = (each if each.isalpha() else " " for each in _without_marks(spread))
    return " ".join("".join(letters).split())[:COUNTRY_LENGTH].strip()


class Places:
    """Names and codes of some countries and states.

    :param dict countries: English names by ISO 3166 alpha-2 code.
    :param dict states: names by (country code, state code).
    """

    def __init__(self, countries, states):
        self._countries = countries
        self._country_codes = {plain(name): code for code, name in countries.items()}
        self._country_codes |= {code: code for code in countries}
        self._state_codes = {}
        for (country, code), name in states.items():
            for text in (name, code):
                self._state_codes.setdefault((country, plain(text)), code)

    def country_code(self, text):
        """Return the code of a country that books show as text; "" when unknown.

        :rtype: str
        """
        name = plain(text)
        known = self._country_codes.get(name) or OTHER_NAMES.get(name) or ""
        return known if known in self._countries else self._by_letters(name)

    def _by_letters(self, name):
        """Find a country by what ``country_text`` makes of its name."""
        for code, known in self._countries.items() if name else ():
            if plain(country_text(known)) == name:
                return code
        return ""

    def state_code(self, country, text):
        """Return the code of a state of a country; "" when unknown.

        :rtype: str
        """
        return self._state_codes.get((country, plain(text)), "")


def _without_marks(text):
    return "".join(each for each in text if not unicodedata.combining(each))
