# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What credit notes settle in the other Odoo."""

from odoo.addons.synkd_connector.lib.results import NOT_FOUND, OK, Result

from . import settling
from .payments import to_parts
from .sending import UNKNOWN, Sending
from .settling import Accounts, Wish


def to_payload(data):
    """Return which documents a credit note settles; pure.

    :param CreditData data: the neutral record.
    :rtype: dict
    """
    names = ("number", "customer", "date")
    return {name: getattr(data, name) for name in names} | {
        # Of one that is deleted here only what was kept says which it was.
        "document": data.document or data.external_id,
        "allocations": settling.to_wishes(data),
    }


def _read(client, members):
    """Return the accounts that members are about, and what each wishes, by member."""
    books = Accounts(client)
    documents = {m.res_id: m.payload["document"] for m in members}
    moves = {int(id_) for id_ in documents.values() if id_.isdigit()}
    books.look_up(moves | settling.find_moves(members))
    wishes = {}
    for member in members:
        lines = books.lines[int(documents[member.res_id] or 0)]
        if lines:
            targets = settling.read_wishes(member.payload)
            wishes[member.res_id] = Wish(member, lines, targets)
    return books, wishes


class CreditPush(Sending):
    """Lets one batch of credit notes settle documents."""

    def _send(self):
        """Override: what is not wanted any more goes, what is missing comes."""
        books, wishes = _read(self.client, self.batch.members)
        words = settling.settle(self, books, wishes)
        for member in self.batch.members:
            wish = wishes.get(member.res_id)
            if not wish:
                self._refuse(member, member.payload["document"], UNKNOWN)
                continue
            parts, document = to_parts(wish.kept), member.payload["document"]
            if member.res_id in words:
                reason, said = words[member.res_id]
                told = self.say(member, said, reason)
                result = settling.rejected(member, member.external_id, told, parts)
            else:
                result = Result(member.res_id, OK, document, parts=parts)
            self.results[member.res_id] = result


def find_outcomes(client, batch):
    """Return what became of allocations whose answer is unknown.

    They have no text of ours, but stand on credit notes that are ours.

    :rtype: tuple[Result]
    """
    books, wishes = _read(client, batch.members)
    results = []
    for member in batch.members:
        wish = wishes.get(member.res_id)
        missing, stray = books.compare(wish) if wish else ([1], [])
        parts = to_parts([*wish.kept, *stray]) if wish else ()
        is_done = not (missing or stray)
        key = member.payload["document"] if is_done else member.external_id
        outcome = OK if is_done else NOT_FOUND
        results.append(Result(member.res_id, outcome, key, parts=parts))
    return tuple(results)
