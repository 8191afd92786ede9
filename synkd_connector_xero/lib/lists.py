# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The lists of an organisation that documents refer to."""

from decimal import Decimal

from odoo.addons.synkd_connector.lib.documents import (
    ACCOUNT,
    BANK,
    CURRENCY,
    ITEM,
    TAX,
    ListItem,
)

from . import dates
from .elements import is_true

KINDS = (TAX, ACCOUNT, ITEM, BANK, CURRENCY)
LOCKS = ("PeriodLockDate", "EndOfYearLockDate")
RATE = Decimal("0.0001")
# Of these lists Xero has no pages: so long an answer is some 100,000 items.
MOST_BYTES = 96 * 1024 * 1024


def read_items(client):
    """Read all lists: one call each.

    :rtype: tuple[ListItem]
    """
    found = []
    for plural, to_items in (
        ("TaxRates", _taxes),
        ("Accounts", _accounts),
        ("Items", _items),
        ("Currencies", _currencies),
    ):
        records = client.get(f"/{plural}", most=MOST_BYTES).get(plural) or []
        live = [r for r in records if r.get("Status") in (None, "", "ACTIVE")]
        read = lambda record, to_items=to_items: list(to_items(record))
        found += client.read_each(plural, live, read)
    return tuple(item for items in found for item in items)


def read_lock_date(organisation):
    """Return the last day of the closed period, ISO 8601; "" for none.

    :rtype: str
    """
    days = [dates.read_day(organisation, name) for name in LOCKS]
    last = max((day for day in days if day), default=None)
    return last.isoformat() if last else ""


def _taxes(record):
    rate = Decimal(str(record.get("EffectiveRate") or 0)).quantize(RATE)
    code = record["TaxType"]
    yield ListItem(TAX, code, code, record.get("Name") or code, str(rate))


def _accounts(record):
    """An account takes lines, payments, or both; those of the system take neither."""
    code, name = record.get("Code") or "", record.get("Name") or ""
    is_bank = record.get("Type") == "BANK"
    if is_bank or is_true(record.get("EnablePaymentsToAccount")):
        # Some bank accounts have no code; payments may name them by their id.
        yield ListItem(BANK, record["AccountID"], code or record["AccountID"], name)
    if code and not is_bank and not record.get("SystemAccount"):
        yield ListItem(ACCOUNT, record["AccountID"], code, name)


def _items(record):
    code = record.get("Code") or ""
    yield ListItem(ITEM, record["ItemID"], code, record.get("Name") or code)


def _currencies(record):
    code = record["Code"]
    yield ListItem(CURRENCY, code, code, record.get("Description") or code)
