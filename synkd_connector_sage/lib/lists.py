# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The lists of a company that documents refer to.

Items have codes, which are those of our products; accounts and taxes have none and are
named by their IDs, which are nothing in another company.
"""

from decimal import Decimal

from odoo.addons.synkd_connector.lib.documents import (
    ACCOUNT,
    BANK,
    CURRENCY,
    ITEM,
    TAX,
    ListItem,
)
from odoo.addons.synkd_connector_http.lib.dates import read_moment
from odoo.addons.synkd_connector_http.lib.marks import clean

from . import reading

SERVICES = {
    "TaxType": TAX,
    "Account": ACCOUNT,
    "Item": ITEM,
    "BankAccount": BANK,
    "Currency": CURRENCY,
}
KINDS = tuple(SERVICES.values())
RATE = Decimal("0.0001")


def read_items(client):
    """Read all lists: one call for a hundred records each.

    :rtype: tuple[ListItem]
    """
    found = []
    for service, kind in SERVICES.items():
        records = reading.read_all(client, service)
        live = [record for record in records if record.get("Active") is not False]
        read = lambda record, kind=kind: to_item(kind, record)
        found += client.read_each(service, live, read)
    return tuple(found)


def to_item(kind, record):
    """Return a record as an item of a list.

    A tax's percentage is a fraction of one, as far as is known: 0.15 is 15 %.

    :rtype: ListItem
    """
    code, id_ = clean(record.get("Code")), record["ID"]
    name = clean(record.get("Name")) or clean(record.get("Description"))
    if kind == CURRENCY:
        return ListItem(kind, id_, code.upper() or id_, name or code)
    rate = ""
    if kind == TAX:
        rate = str((Decimal(str(record.get("Percentage") or 0)) * 100).quantize(RATE))
    code = code if kind == ITEM and code else id_
    return ListItem(kind, id_, code, name or code, rate)


def read_lock_date(company):
    """Return the last day of the closed period, ISO 8601; "" for none.

    :param dict company: as Sage shows it.
    :rtype: str
    """
    moment = read_moment(company.get("LockProcessingDate"))
    is_locked = company.get("LockProcessing") is True and moment
    return moment.date().isoformat() if is_locked else ""
