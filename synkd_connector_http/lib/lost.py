# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What became of a document that books may have now: the answer was lost."""

from dataclasses import dataclass, replace
from typing import Any

from odoo.addons.synkd_connector.lib.results import (
    ALTERED,
    CANDIDATES,
    NOT_FOUND,
    Result,
)


@dataclass(frozen=True)
class Look:
    """How records of the books are told from each other.

    :param callable key_of: returns the key of ours on a record, "" for none.
    :param callable differ: gets a member and a record; returns what is otherwise there,
        [] when it is as it was sent.
    :param callable is_like: gets a member and a record without a key; whether it may be
        the one that was sent.
    :param callable to_result: gets a member and a record; makes a ``Result``.
    :param callable to_record: makes a ``BooksRecord`` of a record.
    :param callable say: makes a sentence of a member, and of differences.
    """

    key_of: Any
    differ: Any
    is_like: Any
    to_result: Any
    to_record: Any
    say: Any


def tell(member, written, look):
    """Return what became of a member that no identity of the books was kept of.

    :param Member member: what was sent.
    :param list written: records of the books since then, at least.
    :param Look look: how they are told from each other.
    :rtype: Result
    """
    key = member.own_key
    ours = [each for each in written if key and look.key_of(each) == key]
    as_sent = [each for each in ours if not look.differ(member, each)]
    if as_sent:
        return look.to_result(member, as_sent[0])
    if len(ours) == 1:
        said = look.say(member, look.differ(member, ours[0]))
        return replace(look.to_result(member, ours[0]), outcome=ALTERED, message=said)
    like = [e for e in written if not look.key_of(e) and look.is_like(member, e)]
    if not (ours or like):
        return Result(member.res_id, NOT_FOUND)
    records = tuple(look.to_record(each) for each in ours or like)
    return Result(
        member.res_id, CANDIDATES, message=look.say(member), candidates=records
    )
