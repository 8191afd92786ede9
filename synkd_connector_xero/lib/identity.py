# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Our key on the records of Xero: where it stands, and how it is found again.

Invoices and bank transactions have it in Url, which people do not edit and see as a
link to Odoo; credit notes and payments, which have no Url, behind our text in
Reference; contacts in ContactNumber, which only programs write. Allocations have no
text at all: they are known by the document of ours that they belong to, and by the ids
kept of them.
"""

from datetime import timedelta

from odoo.addons.synkd_connector.lib.identity import find_key
from odoo.addons.synkd_connector_http.lib import dates as moments
from odoo.addons.synkd_connector_http.lib.marks import with_key

from . import dates, reading

REFERENCE_LENGTH = 255
# How much later than Xero's our clock may be.
SKEW = timedelta(hours=1)


def to_url(base, member):
    """Return the link to a row of the queue that carries its key.

    :param str base: where Odoo is reached.
    :param Member member: what is sent.
    :rtype: str
    """
    if "://" not in base:
        base = f"https://{base}"
    path = f"odoo/synkd.transaction/{member.res_id}"
    return f"{base.rstrip('/')}/{path}?key={member.own_key}"


def to_reference(text, key):
    """Return a reference that carries a key behind its text.

    :rtype: str
    """
    return with_key(text, key, REFERENCE_LENGTH)


def key_of(element):
    """Return the key on a record of Xero, "" when there is none.

    :param dict element: as Xero shows it.
    :rtype: str
    """
    return find_key(element.get("Url")) or find_key(element.get("Reference"))


def read_written(client, plural, key, batch, params=None):
    """Return all that was written in Xero since a batch was written down.

    Whatever people did to it since: it has changed, so it is told. The rest of the
    books is not read.

    :param str plural: name of the list, such as Invoices.
    :param str key: its id field, such as InvoiceID.
    :param Batch batch: whose answer is unknown.
    :param dict params: more parameters.
    :rtype: list[dict]
    """
    since = dates.read_moment(batch.since)
    cursor = {"since": moments.write_moment(since - SKEW)} if since else {}
    pages = reading.read_changed(client, plural, key, cursor, params)
    return list({r[key]: r for found, *_rest in pages for r in found}.values())
