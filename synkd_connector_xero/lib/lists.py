# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The lists of an organisation that documents refer to."""

from decimal import Decimal

from odoo.addons.synkd_connector.lib.documents import (
    ACCOUNT,
    BANK,
    CURRENCY,
    ITEM,
    TAX,
    ListEntry,
)

from . import dates
from .elements import is_true

KINDS = (TAX, ACCOUNT, ITEM, BANK, CURRENCY)
LOCKS = ("PeriodLockDate", "EndOfYearLockDate")
RATE = Decimal("0.0001")


def read_entries(client):
    """Read all lists: one call each.

    :rtype: tuple[ListEntry]
    """
    found = []
    for plural, to_entries in (
        ("TaxRates", _taxes),
        ("Accounts", _accounts),
        ("Items", _items),
        ("Currencies", _currencies),
    ):
        records = client.get(f"/{plural}").get(plural) or []
        live = [r for r in records if r.get("Status") in (None, "", "ACTIVE")]
        read = lambda record, to_entries=to_entries: list(to_entries(record))
        found += client.read_each(plural, live, read)
    return tuple(entry for entries in found for entry in entries)


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
    yield ListEntry(TAX, code, code, record.get("Name") or code, str(rate))


def _accounts(record):
    """An account takes lines, payments, or both; those of the system take neither."""
    code, name = record.get("Code") or "", record.get("Name") or ""
    is_bank = record.get("Type") == "BANK"
    if is_bank or is_true(record.get("EnablePaymentsToAccount")):
        # Some bank accounts have no code; payments may name them by their id.
        yield ListEntry(BANK, record["AccountID"], code or record["AccountID"], name)
    if code and not is_bank and not record.get("SystemAccount"):
        yield ListEntry(ACCOUNT, record["AccountID"], code, name)


def _items(record):
    code = record.get("Code") or ""
    yield ListEntry(ITEM, record["ItemID"], code, record.get("Name") or code)


def _currencies(record):
    code = record["Code"]
    yield ListEntry(CURRENCY, code, code, record.get("Description") or code)
