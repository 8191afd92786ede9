# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What public methods do first with what a client gave them."""

import base64
import binascii
import gc
from datetime import date, datetime

from odoo import fields
from odoo.exceptions import UserError

# A date further away is a slip of the finger, such as 2206 for 2026.
MOST_YEARS = 10
# No sentence that a person types is longer.
LONGEST_TEXT = 2000
# No list that books export is larger; all of it is in memory while it is read.
MOST_UPLOAD = 20 * 1024 * 1024


def check_one(records):
    """Refuse an action on none, or on several records, where it takes one.

    :param recordset records: as a client named them.
    :raise UserError: says how many were named.
    """
    if len(records) != 1:
        env = records.env
        raise UserError(
            env._(
                "This works on one record (%(model)s) at a time, and %(count)s were"
                " chosen. Choose one, then try again.",
                model=env["ir.model"].sudo()._get(records._name).name,
                count=len(records),
            )
        )


def read_text(env, text):
    """Return a text that a client gave, without what a database cannot keep.

    :param Environment env: of whoever calls.
    :param text: anything; None and False stand for no text.
    :rtype: str
    :raise UserError: when it is no text, or longer than anybody reads.
    """
    if text is None or text is False:
        return ""
    if not isinstance(text, str):
        raise UserError(env._("%s is no text. Give a sentence.", repr(text)[:60]))
    # Lone surrogates and NUL come from programs; people cannot type them.
    text = text.encode("utf-8", "ignore").decode().replace("\x00", "").strip()
    if len(text) > LONGEST_TEXT:
        raise UserError(
            env._(
                "This text has %(length)s characters. Shorten it to %(longest)s.",
                length=len(text),
                longest=LONGEST_TEXT,
            )
        )
    return text


def read_moment(env, moment):
    """Return a moment that a client gave, in UTC.

    :param Environment env: of whoever calls.
    :param moment: anything; None and False stand for no moment.
    :rtype: datetime.datetime | bool
    :raise UserError: when it is no moment, or of another time.
    """
    if not moment:
        return False
    try:
        chosen = fields.Datetime.to_datetime(
            moment if isinstance(moment, (str, datetime)) else "?"
        )
    except ValueError:
        chosen = None
    if not chosen:
        shown = repr(moment)[:60].strip("'")
        raise UserError(
            env._("%s is no time. Give it as 2026-12-31 17:00:00, in UTC.", shown)
        )
    read_date(env, chosen.date())
    return chosen.replace(microsecond=0)


def read_date(env, day):
    """Return a date that a client gave.

    :param Environment env: of whoever calls.
    :param day: anything; None and False stand for no date.
    :rtype: datetime.date | bool
    :raise UserError: when it is no date, or of another time.
    """
    if day is None or day is False:
        return False
    try:
        chosen = fields.Date.to_date(day if isinstance(day, (str, date)) else "?")
    except ValueError:
        chosen = None
    if not chosen:
        raise UserError(
            env._("%s is no date. Give it as 2026-12-31.", repr(day)[:60].strip("'"))
        )
    if abs(chosen.year - fields.Date.today().year) > MOST_YEARS:
        raise UserError(
            env._(
                "%(day)s is more than %(years)s years away. Check the year, then try"
                " again.",
                day=fields.Date.to_string(chosen),
                years=MOST_YEARS,
            )
        )
    return chosen


def check_upload(env, coded):
    """Refuse a file that is too large before it is stored anywhere.

    :param Environment env: of whoever calls.
    :param coded: in base64, text or bytes; anything else stands for no file.
    :raise UserError: says how large it may be.
    """
    if isinstance(coded, (str, bytes)) and len(coded) // 4 * 3 > MOST_UPLOAD + 2:
        # A refused request and its error hold each other, with all that was sent, and
        # are few objects: nothing else would end them before many more are there.
        gc.collect()
        raise _too_large(env)


def read_upload(env, coded):
    """Return the bytes of a file that a client gave; b"" for none, and for no base64.

    :param Environment env: of whoever calls.
    :param coded: in base64.
    :rtype: bytes
    :raise UserError: when it is too large.
    """
    check_upload(env, coded)
    try:
        content = base64.b64decode(coded or b"", validate=True)
    except (binascii.Error, ValueError):
        return b""
    if len(content) > MOST_UPLOAD:
        raise _too_large(env)
    return content


def _too_large(env):
    """Return the refusal of a file that is too large."""
    return UserError(
        env._(
            "This file has more than %s MB, which no list of the books has. Export the"
            " list alone, or only the days that it is about.",
            MOST_UPLOAD // 1024**2,
        )
    )
