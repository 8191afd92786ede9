# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The identity of our own that every record carries into the books.

It is made when the record is written down, and no second record can have it: not a
number, which Odoo gives twice, and not the content, which may be equal.
"""

import base64
import secrets

# What every key begins with, so that people tell it from other texts of the books.
KEY_PREFIX = "SK"
# 16 letters of base32: A to Z and 2 to 7, which books and people copy without harm.
KEY_BYTES = 10
KEY_LENGTH = len(KEY_PREFIX) + KEY_BYTES * 8 // 5


def new_key():
    """Make a key that no other record has: 80 random bits.

    :rtype: str
    """
    random = base64.b32encode(secrets.token_bytes(KEY_BYTES)).decode()
    return f"{KEY_PREFIX}{random}"


def find_key(text):
    """Return the first key in a text that the books kept, or "".

    Books and people put other words around it, and may change the case.

    :param text: of the books; whatever they tell in place of a text has none.
    :rtype: str
    """
    for word in _words(text):
        if len(word) == KEY_LENGTH and word.startswith(KEY_PREFIX):
            return word
    return ""


def _words(text):
    """Return the runs of letters and digits in a text, in capitals."""
    plain = (
        char if char.isascii() and char.isalnum() else " " for char in str(text or "")
    )
    return "".join(plain).upper().split()
