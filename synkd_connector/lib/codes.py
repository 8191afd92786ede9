# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Customer codes (Ext Acc #): three letters of the name and a number."""

import unicodedata

STEM_LENGTH = 3
NUMBER_LENGTH = 3
FILLER = "X"


def stem(name, prefix="", length=15):
    """Return the letters that a generated code begins with.

    "Hope Works (Pty) Ltd" gives HOP; a name with fewer letters is filled with X.
    A prefix that would leave no room for one letter and the number is cut.

    :param str name: name of the customer, in any script.
    :param str prefix: put before the letters, e.g. "HO-".
    :param int length: longest code that the ledger takes.
    :rtype: str
    """
    room = max(length - NUMBER_LENGTH, 1)
    prefix = "".join((prefix or "").upper().split())[: room - 1]
    plain = unicodedata.normalize("NFKD", name or "").encode("ascii", "ignore").decode()
    letters = "".join(c for c in plain.upper() if c.isalnum())
    letters = letters.ljust(STEM_LENGTH, FILLER)[:STEM_LENGTH]
    return prefix + letters[: room - len(prefix)]


def build(code_stem, number, length=15):
    """Return stem and number as one code, shortening the stem when it must.

    :raise ValueError: when even the bare number is longer than ``length``.
    :rtype: str
    """
    digits = str(number).zfill(min(NUMBER_LENGTH, length))
    if len(digits) > length:
        raise ValueError(f"No code of {length} characters is left for {code_stem}")
    return code_stem[: length - len(digits)] + digits
