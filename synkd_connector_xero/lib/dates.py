# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Moments and days as Xero writes them; ours are naive and in UTC."""

import re

from odoo.addons.synkd_connector_http.lib import dates

_WIRE = re.compile(r"^/Date\((-?\d+)(?:[+-]\d{4})?\)/$")


def read_moment(value):
    """Return a moment of an answer; None when it tells none.

    The offset behind the milliseconds is ignored, as they are UTC already.

    :param str value: "/Date(1439434356790)/", "/Date(1439434356790+0000)/", or
        ISO 8601 without a zone.
    :rtype: datetime.datetime
    """
    text = str(value or "")
    if match := _WIRE.match(text):
        return dates.read_milliseconds(match[1])
    return dates.read_moment(text)


def read_day(record, name):
    """Return a day of an answer, from its text twin where there is one.

    :param str name: such as "Date"; its twin is "DateString".
    :rtype: datetime.date
    """
    moment = read_moment(record.get(f"{name}String")) or read_moment(record.get(name))
    return moment and moment.date()


def write_filter_day(day):
    """Return a day as a filter of a list takes it.

    :param datetime.date day: a day.
    :rtype: str
    """
    return f"DateTime({day.year},{day.month},{day.day})"
