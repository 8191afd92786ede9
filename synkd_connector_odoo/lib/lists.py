# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The lists of the other Odoo, as items that ours are mapped to."""

from decimal import Decimal
from itertools import chain

from odoo.addons.synkd_connector.lib.documents import (
    ACCOUNT,
    BANK,
    CURRENCY,
    ITEM,
    TAX,
    ListItem,
)

KINDS = (TAX, ACCOUNT, ITEM, BANK, CURRENCY)
ACTIVE = ("active", "=", True)
# Prices go without tax, so a tax that is in prices over there would be taken twice.
TAXES = [
    ("type_tax_use", "=", "sale"),
    ("amount_type", "in", ("percent", "group")),
    ("price_include", "=", False),
    ACTIVE,
]
BANKS = [("type", "in", ("bank", "cash")), ACTIVE]
ITEMS = [("default_code", "!=", False), ("sale_ok", "=", True), ACTIVE]
# Where periods are closed, by series from which on; the last day of all counts.
LOCKS = {14: ("fiscalyear_lock_date",), 18: ("sale_lock_date", "hard_lock_date")}
# Those that hold for money as well.
MONEY_LOCKS = {14: ("fiscalyear_lock_date",), 18: ("hard_lock_date",)}


def read_items(client):
    """Return all that documents can name.

    :rtype: tuple[ListItem]
    """
    active = [
        ("active" if client.series >= 19 else "deprecated", "=", client.series >= 19)
    ]
    sources = (
        (TAX, "account.tax", TAXES, "id", "amount"),
        (ACCOUNT, "account.account", active, "code", None),
        (ITEM, "product.product", ITEMS, "default_code", None),
        (BANK, "account.journal", BANKS, "code", None),
        (CURRENCY, "res.currency", [ACTIVE], "name", None),
    )
    return tuple(item for source in sources for item in _read(client, *source))


def _read(client, kind, model, domain, code, rate):
    """Yield the items of one list; of several with a code, the oldest."""
    names = {"name", code, rate} - {None, "id"}
    seen = set()
    pages = client.read_pages(model, domain, names)
    for record in chain.from_iterable(pages):
        own = str(record[code] or "").strip()
        if not own or own.upper() in seen:
            continue
        seen.add(own.upper())
        percent = f"{Decimal(str(record[rate])):.4f}" if rate else ""
        yield ListItem(kind, str(record["id"]), own, record["name"], percent)


def read_lock_date(client, locks):
    """Return the last day of the closed period of the user's company; "" for none.

    :param dict locks: names of the dates that count, by series from which on.
    :rtype: str
    """
    names = [n for since, some in locks.items() if client.series >= since for n in some]
    company = client.read_ids("res.company", [client.company], names)[client.company]
    return max(str(company[name] or "") for name in names)
