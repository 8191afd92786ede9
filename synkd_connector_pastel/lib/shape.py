# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What all files of Pastel have in common: texts, numbers, dates, periods, rows."""

import csv
import io
import unicodedata
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

ENCODING = "cp1252"
CODE, NAME, ADDRESS, PHONE = 6, 40, 30, 16
ACCOUNT, ITEM, TEXT, MESSAGE, SALES = 7, 15, 40, 30, 5
REFERENCE, ENTRY_TEXT = 8, 36
MOST_TAX_TYPE = 30
MOST_LINES = 500
# 12 places and 2 decimals.
MOST_AMOUNT = Decimal("999999999.99")
# Letters that do not fall apart into a plain one and its accent.
LETTERS = str.maketrans(
    {
        "ł": "l",
        "Ł": "L",
        "đ": "d",
        "Đ": "D",
        "ħ": "h",
        "ı": "i",
        "ŧ": "t",
        "−": "-",
        "‐": "-",
        "‑": "-",
        "″": "'",
        "′": "'",
        "\u2028": " ",
        # A quote ends a field, a bar a field of the SDK.
        '"': "'",
        "|": "/",
    }
)
UNKNOWN = "?"


class Misfit(ValueError):
    """Something does not fit into a file of Pastel.

    :param str reason: key of the sentence that says so, see const.
    :param dict facts: what the sentence names.
    """

    def __init__(self, reason, **facts):
        super().__init__(reason)
        self.reason, self.facts = reason, facts


@dataclass(frozen=True)
class Settings:
    """How one company of Pastel wants its files.

    :param str year_start: first day of the financial year that is open, ISO 8601.
    :param int periods: of that year; the thirteenth has no days of its own.
    :param int order_width: of order numbers.
    :param str currency: of its documents, ISO 4217.
    :param bool comma: decimals are behind a comma.
    :param str contra: ledger account that allocations go through, to nothing.
    """

    year_start: str = ""
    periods: int = 12
    order_width: int = 15
    currency: str = ""
    home: str = ""
    comma: bool = False
    sales_code: str = ""
    contra: str = ""


class Texts:
    """Texts as Pastel keeps them, and those that had to be changed for that."""

    def __init__(self):
        self.changed = []

    def plain(self, text):
        """Return a text in one line, of letters that Pastel has.

        :rtype: str
        """
        line = " ".join(text.split())
        found = "".join(map(_plain, line))
        if found != line:
            self.changed.append(f"{line} → {found}")
        return found

    def cut(self, text, width):
        """Return a text in one line, no longer than Pastel keeps it.

        :rtype: str
        """
        found = self.plain(text)
        if len(found) > width:
            self.changed.append(f"{found} → {found[:width].rstrip()}")
        return found[:width].rstrip()

    def phone(self, text):
        """Return a telephone number; its blanks go where there is no room for them.

        :rtype: str
        """
        found = self.plain(text)
        return found if len(found) <= PHONE else self.cut(found.replace(" ", ""), PHONE)

    def wrap(self, text, width):
        """Return a text in as many lines as it takes; words stay whole where they fit.

        :rtype: list[str]
        """
        lines = [""]
        for part in text.splitlines():
            for word in self.plain(part).split():
                if len(lines[-1]) + len(word) + bool(lines[-1]) > width:
                    lines.append("")
                while len(word) > width:
                    lines[-1:] = [word[:width], ""]
                    word = word[width:]
                lines[-1] = f"{lines[-1]} {word}".strip()
            lines.append("")
        return [line for line in lines if line] or [""]


def _plain(char):
    """Return a letter as Pastel has it."""
    char = char.translate(LETTERS)
    if char.isascii():
        return char if char.isprintable() else ""
    if is_kept(char):
        return char
    parts = unicodedata.normalize("NFKD", char)
    kept = "".join(part for part in parts if is_kept(part))
    if unicodedata.category(char) in ("Mn", "Cf"):
        return ""
    return kept.translate(LETTERS) or UNKNOWN


def is_kept(text):
    """Whether the character set of Pastel has each letter of a text.

    :rtype: bool
    """
    try:
        return bool(text.encode(ENCODING)) and text.isprintable()
    except UnicodeEncodeError:
        return False


def find_period(day, settings):
    """Return the number of the period that a day is in.

    :param str day: ISO 8601.
    :rtype: int
    :raise Misfit: when it is not in the year that is open.
    """
    start, wanted = date.fromisoformat(settings.year_start), date.fromisoformat(day)
    months = (wanted.year - start.year) * 12 + wanted.month - start.month
    if not 0 <= months < 12:
        raise Misfit("year", day=show_date(day), start=show_date(settings.year_start))
    return months * min(settings.periods, 12) // 12 + 1


def show_date(day):
    """Return a day as Pastel writes it.

    :param str day: ISO 8601.
    :rtype: str
    """
    year, month, number = day.split("-")
    return f"{number}/{month}/{year}"


def show_number(value, settings, places=2):
    """Return a number as Pastel reads it.

    :param Decimal value: any number.
    :rtype: str
    """
    text = f"{value:.{places}f}"
    return text.replace(".", ",") if settings.comma else text


def show_amount(value, settings):
    """Return an amount of money as Pastel reads it.

    :raise Misfit: when it is larger than Pastel keeps.
    :rtype: str
    """
    if abs(value) > MOST_AMOUNT:
        raise Misfit("amount", amount=f"{value:.2f}")
    return show_number(value, settings)


def show_rate(data, settings):
    """Return units of the home currency for one of a document's, and its rate.

    Only the company's currency and the one that its files are in are taken.

    :param data: a document or payment.
    :return: what one unit is worth, as number and as Pastel reads it.
    :rtype: tuple[Decimal, str]
    :raise Misfit: when it is in another currency.
    """
    if data.currency != settings.currency:
        theirs = settings.currency
        raise Misfit("currency", currency=data.currency, theirs=theirs)
    if settings.currency == settings.home:
        return Decimal(1), "1"
    if not data.rate:
        raise Misfit("rate", currency=data.currency)
    worth = 1 / Decimal(data.rate)
    return worth, show_number(worth, settings, 6)


def ledger_account(code):
    """Return the number of a ledger account, without its slash.

    :raise Misfit: when it is none.
    :rtype: str
    """
    plain = code.replace("/", "").replace(" ", "")
    if not (plain.isascii() and plain.isalnum() and len(plain) <= ACCOUNT):
        raise Misfit("account", code=code)
    return plain.upper().ljust(ACCOUNT, "0") if plain.isdigit() else plain.upper()


def tax_type(code):
    """Return the number of a tax type.

    :raise Misfit: when it is none.
    :rtype: str
    """
    if not (code.isascii() and code.isdigit() and int(code) <= MOST_TAX_TYPE):
        raise Misfit("tax", code=code)
    return str(int(code))


def customer_code(code):
    """Return the code of a customer.

    :raise Misfit: when Pastel has no such codes.
    :rtype: str
    """
    if not code:
        raise Misfit("no_code")
    if not (code.isascii() and code.isprintable()) or len(code) > CODE:
        raise Misfit("code", code=code, length=CODE)
    if {*code} & {*" \"'|&,;/"}:
        raise Misfit("code_letters", code=code)
    return code.upper()


def short_number(number):
    """Return what eight places show of a number: its last letters and digits.

    :rtype: str
    """
    return "".join(c for c in number.upper() if c.isascii() and c.isalnum())[-8:]


def write_rows(rows):
    """Return rows as a file: every field in quotes, lines as Windows ends them.

    :rtype: bytes
    """
    text = io.StringIO()
    csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\r\n").writerows(rows)
    return text.getvalue().encode(ENCODING)
