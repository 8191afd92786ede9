# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Reading lists: what changed since a moment, some by id, some by number."""

from urllib.parse import quote

from odoo.addons.synkd_connector_http.lib import cursor as changed
from odoo.addons.synkd_connector_http.lib import problems
from odoo.addons.synkd_connector_http.lib.address import part
from odoo.addons.synkd_connector_http.lib.problems import ApiError
from odoo.addons.synkd_connector_http.lib.shapes import ODD

from . import dates

PAGE_SIZE = 1000
# So many times smaller are pages whose answers are too long.
SMALLER = 5
# More ids make the address too long, which Xero answers with 404.
IDS = 40
GUID = 'guid("{}")'
# Length of a filter, as it travels, for the same reason.
FILTER_LENGTH = 1600


def filters(field, values, template='"{}"'):
    """Yield filters that find records by one of some values, each short enough.

    :param str field: such as InvoiceNumber.
    :param values: texts, any number; empty ones are left out.
    :param str template: how a value is written: as text, or as an id (``GUID``).
    """
    some, length = [], 0
    for value in sorted({value for value in values if value}):
        text = value.replace("\\", "").replace('"', '\\"')
        term = f"{field}=={template.format(text)}"
        size = len(quote(f"{term} OR "))
        if some and length + size > FILTER_LENGTH:
            yield " OR ".join(some)
            some, length = [], 0
        some.append(term)
        length += size
    if some:
        yield " OR ".join(some)


def read_filtered(client, plural, field, values, template='"{}"'):
    """Return records by one of some values.

    :param str plural: name of the list, such as Payments.
    :rtype: list[dict]
    """
    found = []
    for where in filters(field, values, template):
        found += read_where(client, plural, where)
    return found


def read_where(client, plural, where):
    """Return all records that a filter finds, page by page.

    :param str where: as Xero takes it, short enough.
    :rtype: list[dict]
    """
    pages, found, page, is_last = Pages(client, plural, {"where": where}), [], 1, False
    while not is_last:
        records, is_last = pages.ask(None, page)
        found += records
        page += 1
    return found


class Pages:
    """Asks for pages of a list; for smaller ones where an answer would be too long.

    Of a document Xero tells all lines, and there may be any number of them.
    """

    def __init__(self, client, plural, params, size=PAGE_SIZE, without=()):
        """Prepare.

        :param dict params: more parameters.
        :param int size: records a page, at most PAGE_SIZE.
        :param without: names of what is not kept of the records.
        """
        self.client, self.plural, self.params = client, plural, params
        self.size, self.without, self.span = size, without, size

    def ask(self, since, page):
        """Return the records of a page, and whether it is the last one.

        :param datetime since: naive UTC; None: from the beginning.
        :param int page: from 1.
        :raise ApiError: BOUNDS when one record is too long.
        """
        found, start, is_last = [], (page - 1) * self.size, False
        while not is_last and start < page * self.size:
            number = start // self.span + 1
            asked = {"page": number, "pageSize": self.span, **self.params}
            try:
                body = self.client.get(f"/{self.plural}", asked, since)
            except ApiError as error:
                if error.problem != problems.BOUNDS or self.span == 1:
                    raise
                self.span = max(self.span // SMALLER, 1)
                continue
            found += [self._slim(record) for record in body.get(self.plural) or ()]
            is_last = _is_last(body, self.plural, number)
            start += self.span
        return found, is_last

    def _slim(self, record):
        return {k: value for k, value in record.items() if k not in self.without}


def _is_last(body, plural, page):
    """Whether no page comes after one; an empty one is the last, whatever it says."""
    pagination = body.get("pagination")
    count = pagination.get("pageCount") if isinstance(pagination, dict) else 1
    is_count = isinstance(count, int) and not isinstance(count, bool)
    is_empty = not body.get(plural) and ODD not in body
    return is_empty or page >= (count if is_count else 1)


def read_changed(client, plural, key, cursor, params=None, size=PAGE_SIZE, without=()):
    """Return pages of what changed, see ``synkd_connector_http.lib.cursor``.

    :param str plural: name of the list, such as Contacts.
    :param str key: its id field, such as ContactID.
    :param dict cursor: of the last page; {} reads everything.
    :param dict params: more parameters.
    :param int size: records a page, at most PAGE_SIZE.
    :param without: names of what is not kept of the records.
    """
    pages = Pages(client, plural, params or {}, size, without)
    return changed.read_changed(pages.ask, key, _stamp, cursor, dates.read_moment)


def _stamp(record):
    return str(record.get("UpdatedDateUTC") or "")


def read_contacts(client, ids):
    """Return contacts with all their details, archived ones too.

    :param list ids: ContactIDs, any number.
    :rtype: list[dict]
    """
    found = []
    for some in changed.chunks(ids, IDS):
        params = {"IDs": ",".join(some), "includeArchived": "true"}
        params |= {"page": 1, "pageSize": PAGE_SIZE}
        found += client.get("/Contacts", params).get("Contacts") or []
    return found


def read_contacts_by_number(client, numbers):
    """Return the contacts that have one of our ContactNumbers.

    :param list numbers: ContactNumbers, any number.
    :rtype: list[dict]
    """
    found = []
    for where in filters("ContactNumber", numbers):
        params = {"where": where, "includeArchived": "true"}
        params |= {"page": 1, "pageSize": PAGE_SIZE}
        try:
            found += client.get("/Contacts", params).get("Contacts") or []
        except ApiError as error:
            # Organisations with very many contacts refuse such filters.
            if error.problem != problems.REFUSED:
                raise
            some = [number for number in numbers if f'"{number}"' in where]
            found += _read_one_by_one(client, some)
    return found


def _read_one_by_one(client, numbers):
    found = []
    for number in numbers:
        try:
            found += client.get(f"/Contacts/{part(number)}").get("Contacts") or []
        except ApiError as error:
            if error.problem != problems.NOT_FOUND:
                raise
    return found
