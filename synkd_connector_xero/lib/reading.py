# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Reading lists: what changed since a moment, some by id, some by number."""

from urllib.parse import quote

from ..http import problems
from ..http.address import part
from ..http.problems import ApiError
from . import dates
from .shape import ODD

PAGE_SIZE = 1000
# More ids make the address too long, which Xero answers with 404.
IDS = 40
GUID = 'guid("{}")'
# Length of a filter, as it travels, for the same reason.
FILTER_LENGTH = 1600


def chunks(values, size):
    """Yield lists of at most so many values.

    :param values: a sequence.
    """
    values = list(values)
    for start in range(0, len(values), size):
        yield values[start : start + size]


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
    found, page, is_last = [], 1, False
    while not is_last:
        params = {"page": page, "pageSize": PAGE_SIZE, "where": where}
        body = client.get(f"/{plural}", params)
        found += body.get(plural) or []
        is_last = _is_last(body, plural, page)
        page += 1
    return found


def _is_last(body, plural, page):
    """Whether no page comes after one; an empty one is the last, whatever it says."""
    pagination = body.get("pagination")
    count = pagination.get("pageCount") if isinstance(pagination, dict) else 1
    is_count = isinstance(count, int) and not isinstance(count, bool)
    is_empty = not body.get(plural) and ODD not in body
    return is_empty or page >= (count if is_count else 1)


def read_changed(client, plural, key, cursor, params=None, size=PAGE_SIZE):
    """Yield pages of what changed, oldest first, each with where the next one begins.

    Each page is asked for by the moment of the last record that was seen, so that a
    record which changes meanwhile, and so moves to the end, pushes no other out of
    sight. Moments are exact to the second over there: what was seen in the last ones
    is remembered and left out. Where more than a page changed within these, pages are
    numbered, and read again until they bring nothing new.

    :param str plural: name of the list, such as Contacts.
    :param str key: its id field, such as ContactID.
    :param dict cursor: of the last page; {} reads everything.
    :param dict params: more parameters.
    :param int size: records a page, at most PAGE_SIZE.
    """
    page, is_restless = 1, False
    while True:
        since = dates.read_moment(cursor.get("since"))
        asked = {"page": page, "pageSize": size, **(params or {})}
        body = client.get(f"/{plural}", asked, since)
        records = body.get(plural) or []
        seen = cursor.get("seen", {})
        fresh = [r for r in records if seen.get(r[key]) != _stamp(r)]
        before, cursor = cursor.get("since"), _advance(cursor, fresh, key)
        is_last = _is_last(body, plural, page)
        # What tells no moment comes again and again: it says nothing of the end.
        is_moving = any(dates.read_moment(_stamp(record)) for record in fresh)
        yield fresh, cursor
        if cursor.get("since") != before and not is_last:
            page, is_restless = 1, False
        elif not is_last:
            page, is_restless = page + 1, is_restless or is_moving
        elif page == 1 or not (is_restless or is_moving):
            return
        else:
            page, is_restless = 1, False


def _stamp(record):
    return str(record.get("UpdatedDateUTC") or "")


def _advance(cursor, records, key):
    """Return the cursor behind some more records."""
    moments = [dates.read_moment(_stamp(record)) for record in records]
    known = [moment for moment in moments if moment]
    if not known:
        return cursor
    # A second earlier: whether Xero tells of what changed in that very second is open.
    # Never in the future: a record that tells of one would hide what changes till then.
    since = min(max(known), dates.utc_now()).replace(microsecond=0) - dates.SECOND
    old = dates.read_moment(cursor.get("since"))
    since = max(since, old) if old else since
    seen = {
        id_: stamp
        for id_, stamp in cursor.get("seen", {}).items()
        if (moment := dates.read_moment(stamp)) and moment >= since
    }
    seen |= {
        record[key]: _stamp(record)
        for record, moment in zip(records, moments, strict=True)
        if moment and moment >= since
    }
    return {"since": dates.write_moment(since), "seen": seen}


def read_contacts(client, ids):
    """Return contacts with all their details, archived ones too.

    :param list ids: ContactIDs, any number.
    :rtype: list[dict]
    """
    found = []
    for some in chunks(ids, IDS):
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
