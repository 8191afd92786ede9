# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Quantity, price and discount of a line, in the decimals that books keep.

Books work a line out again from what they keep of it, so what is sent has to come to
the amount of the line to the cent after it lost the decimals that they do not keep.
"""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

HUNDRED = Decimal(100)


@dataclass(frozen=True)
class Digits:
    """Places behind the point that books keep, and whether they take discounts.

    :param int quantity: of quantities.
    :param int price: of the price of one unit.
    :param int discount: of a discount in percent; -1: they take no discounts.
    """

    quantity: int = 6
    price: int = 6
    discount: int = 6


def cut(value, places):
    """Return a number rounded to so many places.

    :rtype: Decimal
    """
    return value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def amount_of(quantity, price, discount, places):
    """Return what a line comes to, as books work it out.

    :rtype: Decimal
    """
    return cut(quantity * price * (HUNDRED - discount) / HUNDRED, places)


def fit(line, amount, digits, places):
    """Return quantity, price and discount that books keep, and that make an amount.

    What was typed where it does; else another price for the same quantity and discount;
    else the price without the discount; else the whole as one piece. A discount of all
    or more, or below nothing, is never sent: the price says the same.

    :param tuple line: quantity, price and discount (percent) as they were typed.
    :param Decimal amount: what they have to come to.
    :param Digits digits: what the books keep.
    :param int places: decimals of the currency.
    :rtype: tuple[Decimal, Decimal, Decimal]
    """
    quantity, price, discount = line
    kept = cut(quantity, digits.quantity)
    none = Decimal(0)
    if 0 <= discount < HUNDRED and digits.discount >= 0:
        less = cut(discount, digits.discount)
        less = less if less < HUNDRED else none
    else:
        less = none
    tried = [(kept, cut(price, digits.price), less)] if less or not discount else []
    for taken in dict.fromkeys((less, none)):
        if units := kept * (HUNDRED - taken) / HUNDRED:
            tried.append((kept, cut(amount / units, digits.price), taken))
    tried.append((Decimal(1), amount, none))
    return next(one for one in tried if amount_of(*one, places) == amount)
