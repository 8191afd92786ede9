# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Reading what changed since a moment, page by page, so that nothing is missed."""

from datetime import timedelta

from . import dates

# What changed so long ago is seen by now, also where the clocks of both sides differ.
SETTLED = timedelta(minutes=5)


def chunks(values, size):
    """Yield lists of at most so many values.

    :param values: a sequence.
    """
    values = list(values)
    for start in range(0, len(values), size):
        yield values[start : start + size]


def read_changed(
    ask, key, stamp, cursor, read_moment=dates.read_moment, behind=dates.SECOND
):
    """Yield pages of what changed, oldest first.

    Each with where the next one begins, and whether no next one is asked for.

    Each page is asked for by the moment of the last record that was seen, so that a
    record which changes meanwhile, and so moves to the end, pushes no other out of
    sight. Books may be exact to the second only: what was seen in the last ones is
    remembered and left out. Where more than a page changed within these, pages are
    numbered, and read again until they bring nothing new.

    What is seen late is for the next reading, which begins that much earlier; this one
    goes on from the last record, or each page would bring all of that time again. So
    does one that was cut (``going`` of the cursor), however much changed in that time,
    unless it was cut among what changed just now.

    :param callable ask: gets a moment (naive UTC; None: from the beginning) and the
        number of a page, from 1; returns the records of it, oldest change first, and
        whether it is the last one.
    :param str key: name of the field with a record's identity.
    :param callable stamp: returns when a record changed, as the books write it.
    :param dict cursor: of the last page; {} reads everything.
    :param callable read_moment: makes a moment of a stamp, or None.
    :param timedelta behind: how long a change may take to be seen, at least a second.
    """
    going = cursor.get("going", {"at": cursor.get("since")})
    at, page = dates.read_moment(going["at"]), going.get("page", 1)
    is_restless, is_again = going.get("restless", False), "going" in cursor
    while True:
        records, is_last = ask(at, page)
        seen = cursor.get("seen", {})
        fresh = [r for r in records if seen.get(r[key]) != stamp(r)]
        if is_again and page > 1 and _is_shifted(records, fresh, stamp, read_moment):
            page, is_restless, is_again = 1, True, False
            continue
        if is_again and not (fresh or is_last):
            # It was asked for once more only to see that none moved.
            page, is_again = page + 1, False
            continue
        moments = [read_moment(stamp(record)) for record in fresh]
        named = [(record[key], stamp(record)) for record in fresh]
        marks = [(*pair, when) for pair, when in zip(named, moments, strict=True)]
        cursor = _advance(cursor, marks, read_moment, behind)
        before, at = at, _find_start(marks, at, dates.SECOND)
        # What tells no moment comes again and again: it says nothing of the end.
        is_moving = any(moments)
        is_end = is_last and (page == 1 or not (is_restless or is_moving))
        if is_last or at != before:
            page, is_restless = 1, False
        else:
            page, is_restless = page + 1, is_restless or is_moving
        is_again = False
        yield fresh, cursor | _go_on(at, page, is_restless, is_end, behind), is_end
        if is_end:
            return


def _is_shifted(records, fresh, stamp, read_moment):
    """Whether the page that was read last before a cut begins with what is new to us.

    Then so much left the pages before it that some may have moved there unseen.
    """
    return records[:1] == fresh[:1] and any(read_moment(stamp(r)) for r in records[:1])


def _go_on(at, page, is_restless, is_end, behind):
    """Return what a cursor says beside, for the case that its reading is cut.

    A numbered page is asked for once more then: who changed meanwhile left the pages
    before it, and all behind him moved up.

    :rtype: dict
    """
    if is_end or not _is_settled(at, behind):
        return {}
    start = dates.write_moment(at) if at else ""
    last = max(page - 1, 1)
    return {"going": {"at": start, "page": last, "restless": is_restless}}


def _is_settled(at, behind):
    """Whether all that changed before a moment is seen by now: nothing comes late.

    :param datetime at: naive UTC; None: the beginning.
    :param timedelta behind: how long a change may take to be seen.
    """
    return not at or at + behind + SETTLED <= dates.utc_now()


def _advance(cursor, marks, read_moment, behind):
    """Return the cursor behind some more records.

    :param list marks: identity, stamp and moment of each.
    """
    old = dates.read_moment(cursor.get("since"))
    since = _find_start(marks, old, behind)
    if not since:
        return {}
    seen = cursor.get("seen", {})
    if since != old:
        seen = {
            id_: stamp
            for id_, stamp in seen.items()
            if (moment := read_moment(stamp)) and moment >= since
        }
    seen = seen | {id_: stamp for id_, stamp, when in marks if when and when >= since}
    return {"since": dates.write_moment(since), "seen": seen}


def _find_start(marks, old, behind):
    """Return the moment from which what comes after some records is asked for.

    :param datetime old: before them; None: the beginning.
    :param timedelta behind: how much earlier than the last of them.
    """
    known = [moment for _id, _stamp, moment in marks if moment]
    if not known:
        return old
    # Some time earlier: whether books tell of what changed in that second is open.
    # Never in the future: a record that tells of one would hide what changes till then.
    start = min(max(known), dates.utc_now()).replace(microsecond=0) - behind
    return max(start, old) if old else start
