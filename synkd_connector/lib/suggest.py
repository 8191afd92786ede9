# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Which item of the books' list is likely meant by one of ours.

A suggestion is shown with its reason; only a person turns it into a mapping.
"""

import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

CODE = "code"
NAME = "name"
RATE = "rate"
RATE_NAME = "rate_name"
SIMILAR = "similar"
# Reasons that leave nothing to choose.
SURE = frozenset((CODE, NAME, RATE))

# Share of common trigrams from which two names are called similar.
ENOUGH = 0.45
# Words of taxes that are not for sales, and of those for no tax at all.
BUYING = re.compile(
    r"\b(input|purchases?|expenses?|imports?|capital|bill)\b", re.IGNORECASE
)
NOTHING = re.compile(
    r"\b(none|no (tax|vat|gst)|exempt|not? registered)\b", re.IGNORECASE
)


@dataclass(frozen=True)
class Ours:
    """What is known of a record of ours.

    :param str kind: a kind of lib.documents.
    :param Decimal rate: percentage of a tax; None when it has none, and for other
        kinds.
    """

    kind: str
    code: str = ""
    name: str = ""
    rate: Decimal | None = None


def find(ours, items):
    """Return the likeliest item and why, or (None, "").

    :param Ours ours: the record of ours.
    :param list items: ``ListItem`` (or the like) of the fitting kinds.
    :return: item, and one of this module's reasons.
    :rtype: tuple
    """
    if ours.kind == "tax":
        return _find_tax(ours, items)
    code, name = _plain(ours.code), _plain(ours.name)
    for item in items:
        if code and code == _plain(item.code):
            return item, CODE
    for item in items:
        if name and name in (_plain(item.name), _plain(item.code)):
            return item, NAME
    return _closest(ours, items, ENOUGH)


def _find_tax(ours, items):
    """Return the tax of the same rate, by name where several have it."""
    if ours.rate is None:
        return None, ""
    same = [item for item in items if _rate(item.rate) == ours.rate]
    selling = [e for e in same if not BUYING.search(f"{e.code} {e.name}")] or same
    if not ours.name:
        none = [e for e in selling if NOTHING.search(f"{e.code} {e.name}")]
        selling = none or selling
    if not selling:
        return None, ""
    if len(selling) == 1:
        return selling[0], RATE
    best, _reason = _closest(ours, selling, 0)
    return best, RATE_NAME


def _closest(ours, items, enough):
    """Return the item with the likest name, if it is like enough."""
    scores = [(likeness(f"{ours.code} {ours.name}", _both(e)), e) for e in items]
    scores += [(likeness(ours.name, e.name), e) for e in items]
    score, best = max(scores, key=lambda pair: pair[0], default=(0, None))
    return (best, SIMILAR) if best and score >= enough else (None, "")


def likeness(one, other):
    """Return the share of trigrams that two texts have in common, 0 to 1.

    :rtype: float
    """
    ones, others = _trigrams(one), _trigrams(other)
    return len(ones & others) / len(ones | others) if ones and others else 0


def _trigrams(text):
    """Return the trigrams of a text's words."""
    words = re.findall(r"\w+", (text or "").lower())
    padded = [f"  {word} " for word in words]
    return {word[i : i + 3] for word in padded for i in range(len(word) - 2)}


def _plain(text):
    """Return letters and digits of a text only, in lower case."""
    return re.sub(r"[\W_]+", "", (text or "").lower())


def _both(item):
    """Return code and name of an item."""
    return f"{item.code} {item.name}"


def _rate(rate):
    """Return a rate as a number with four digits; None when there is none."""
    try:
        return round(Decimal(str(rate)), 4)
    except InvalidOperation:
        return None
