# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""E-mail addresses: Odoo takes several in one field, most books take one."""

import re

SEPARATORS = re.compile(r"[,;\s]+")


def split(text):
    """Return the addresses in a text, without the names of people.

    They may be separated by commas, semicolons or spaces. A text without an address is
    returned as it is, so that the books can say what is wrong with it.

    :rtype: list[str]
    """
    words = [word.strip("<>\"'") for word in SEPARATORS.split(text or "")]
    found = list(dict.fromkeys(word for word in words if "@" in word))
    plain = (text or "").strip()
    return found or [plain] * bool(plain)


def first(text):
    """Return the address that books get which take one; "" for none.

    :rtype: str
    """
    return next(iter(split(text)), "")
