# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Reading lists: whole, from their end, or as far as they changed.

Sage finds nothing for us: whether it filters by texts is disputed, so what is looked
for is compared here. What is certain is the order of the IDs, which grow, and a page of
at most a hundred records.
"""

from datetime import timedelta

from odoo.addons.synkd_connector_http.lib import dates

from .client import PAGE_SIZE

# Moments of Sage have no zone, and its clock is not ours: so much may lie between.
SKEW = timedelta(hours=26)
# Records that changed within this time before the newest are compared one by one, since
# they may have changed behind the reader's back: so much, or as long as the read took.
OVERLAP = timedelta(hours=1)
# A read that nobody went on with for longer goes on a page earlier, since what was
# deleted lets all behind it move up; and one of long ago begins anew.
LONGEST = timedelta(minutes=30)
LONG_AGO = timedelta(days=2)
# So many of a day's calls may go into reading whole lists.
DAY_CALLS = 1000
DAY = timedelta(days=1)
# Lists of so many pages are read at each run.
SHORT = 3


def read_all(client, service):
    """Return all records of a list.

    :param str service: such as TaxType.
    :rtype: list[dict]
    """
    found, skip, total = [], 0, 1
    while skip < total:
        records, count, total = client.page(service, skip)
        found += records
        skip += count or total
    return found


def read_recent(client, service, since):
    """Return the records of a list that were made since a moment, and some before.

    Read from the end, page by page, whatever is added or deleted meanwhile: what is
    deleted only lets pages overlap.

    :param datetime since: naive UTC; None: all.
    :rtype: list[dict]
    """
    records, count, total = client.page(service)
    found = {record["ID"]: record for record in records}
    skip, is_old = total, False
    while skip > count and not is_old:
        skip = max(skip - PAGE_SIZE, count)
        records, _count, _total = client.page(service, skip)
        found |= {record["ID"]: record for record in records}
        made = [dates.read_moment(record.get("Created")) for record in records]
        is_old = bool(since and made and all(made) and min(made) < since - SKEW)
    return list(found.values())


def since_of(batch):
    """Return when a batch was written down.

    :param Batch batch: of the core's contract.
    :return: naive UTC; None when nobody knows.
    :rtype: datetime
    """
    return dates.read_moment(batch.since)


def is_due(cursor, now):
    """Whether a list is to be read again; long ones are not at each run.

    :param dict cursor: of ``read_changed``.
    :param datetime now: naive UTC.
    :rtype: bool
    """
    done, pages = dates.read_moment(cursor.get("done")), cursor.get("pages", 0)
    if not done or pages <= SHORT:
        return True
    return now - done >= DAY * pages / DAY_CALLS


def read_changed(client, service, cursor):
    """Yield pages of the records that changed, each with the cursor behind it.

    The whole list is read, since nothing certain tells what changed in it; what was
    seen with the same stamp is left out.

    :param dict cursor: of the last page; {} for all.
    :rtype: Iterator[tuple[list, dict, bool]]
    """
    now = dates.utc_now()
    if "skip" not in cursor and not is_due(cursor, now):
        yield [], cursor, True
        return
    last = dates.read_moment(cursor.get("at"))
    if not last or now - last > LONG_AGO:
        start = {"skip": 0, "began": dates.write_moment(now)}
        cursor = {**cursor, **start}
    elif now - last > LONGEST:
        cursor = {**cursor, "skip": max(cursor["skip"] - PAGE_SIZE, 0)}
    is_last = False
    while not is_last:
        records, count, total = client.page(service, cursor["skip"])
        skip = cursor["skip"] + count
        is_last = not count or skip >= total
        fresh = [record for record in records if _is_fresh(record, cursor)]
        cursor = _behind(cursor, fresh, skip)
        cursor = _done(cursor, total) if is_last else cursor
        yield fresh, cursor, is_last


def _stamp(record):
    return str(record.get("Modified") or record.get("Created") or "")


def _is_fresh(record, cursor):
    """Whether a record changed since it was seen."""
    since, moment = cursor.get("since"), dates.read_moment(_stamp(record))
    if since and moment and moment < dates.read_moment(since):
        return False
    return cursor.get("seen", {}).get(record["ID"]) != _stamp(record)


def _behind(cursor, fresh, skip):
    """Return the cursor behind some more records."""
    seen = cursor.get("seen", {}) | {each["ID"]: _stamp(each) for each in fresh}
    after = {**cursor, "seen": seen, "skip": skip, "at": _now()}
    if not cursor.get("since"):
        # The first read tells of all: those of long ago need not be remembered.
        after["seen"], _since = _recent(after)
    return after


def _now():
    return dates.write_moment(dates.utc_now())


def _recent(cursor):
    """Return the stamps of what may have changed while it was read, and since when.

    :rtype: tuple[dict, datetime]
    """
    seen = cursor["seen"]
    moments = {id_: dates.read_moment(text) for id_, text in seen.items()}
    newest = max(filter(None, moments.values()), default=None)
    took = dates.utc_now() - dates.read_moment(cursor["began"])
    since = newest and newest - max(OVERLAP, took)
    old = dates.read_moment(cursor.get("since"))
    since = max(filter(None, (since, old)), default=None)
    kept = {
        id_: text
        for id_, text in seen.items()
        if not moments[id_] or moments[id_] >= since
    }
    return kept, since


def _done(cursor, total):
    """Return the cursor of a list that was read to its end."""
    seen, since = _recent(cursor)
    return {
        "since": since.isoformat() if since else "",
        "seen": seen,
        "done": _now(),
        "pages": -(-total // PAGE_SIZE),
    }
