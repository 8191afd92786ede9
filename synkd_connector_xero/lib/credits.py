# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Credit notes set against invoices: what is sent of it, and what became of it."""

from odoo.addons.synkd_connector.lib.results import NOT_FOUND, OK, REJECTED, Result
from odoo.addons.synkd_connector_http.lib.address import part
from odoo.addons.synkd_connector_http.lib.problems import ApiError
from odoo.addons.synkd_connector_http.lib.push import DENIED, Push

from . import elements
from .documents import KINDS, read_by_id
from .payment_push import put_allocations
from .payment_state import ALLOCATION, to_part
from .payments import ZERO, as_cents

CREDIT_NOTE = KINDS["credit_note"]


def to_payload(data):
    """Return which invoices a credit note should be set against.

    :param CreditData data: the neutral record.
    :rtype: dict
    """
    return {
        "number": data.number,
        # Of one that is deleted here only what was kept says which it was.
        "document": data.document or data.external_id,
        "allocations": [
            {
                "Invoice": {"InvoiceID": each.document},
                "Amount": each.amount,
                "Date": data.date,
            }
            for each in data.allocations
        ],
    }


class CreditPush(Push):
    """Sets one batch of credit notes against invoices, each by calls of its own.

    What the bookkeeper set a credit note against is left alone: only allocations whose
    ids we kept are taken back.
    """

    def _prepare(self):
        """Override: read what they are set against."""
        self._found = _read(self.client, self.batch.members)

    def _send(self):
        for member in self.batch.members:
            self._set_off(member, self._found.get(member.payload["document"]) or {})

    def _set_off(self, member, credit):
        """Take back what is not wanted any more, and set what is missing."""
        missing, stray, kept = compare(member, credit)
        path = f"/CreditNotes/{part(member.payload['document'])}"
        ids = [each["AllocationID"] for each in [*kept, *stray]]
        try:
            for allocation in stray:
                self.client.delete(
                    f"{path}/Allocations/{part(allocation['AllocationID'])}"
                )
                self.has_written = True
                ids.remove(allocation["AllocationID"])
            words = self._set(path, missing, ids) if missing else ""
        except ApiError as error:
            if error.problem not in DENIED:
                raise
            words = error.words
        self.results[member.res_id] = self._result(member, words, ids)

    def _set(self, path, missing, ids):
        """Set credit against invoices; return Xero's words when it refuses.

        :param list ids: of our allocations; the new ones are added.
        :rtype: str
        """
        answered = put_allocations(self.client, path, missing, self.batch.key)
        self.has_written = True
        refused = [each for each in answered if elements.is_refused(each)]
        ids += [e["AllocationID"] for e in answered if not elements.is_refused(e)]
        return " ".join(word for each in refused for word in elements.find_errors(each))

    def _result(self, member, words, ids):
        parts = to_parts(member, ids)
        if words:
            said = self.say(member, words)
            key = member.external_id
            return Result(member.res_id, REJECTED, key, said, parts=parts)
        return Result(member.res_id, OK, member.payload["document"], parts=parts)


def to_parts(member, ids):
    """Return what is kept: the credit note, and what it was set against by us.

    :param list ids: AllocationIDs.
    :rtype: tuple[dict]
    """
    document = to_part("credit_note", member.payload["document"])
    return (document, *(to_part(ALLOCATION, id_) for id_ in ids))


def _read(client, members):
    """Return the credit notes of some members, by their id."""
    ids = [member.payload["document"] for member in members]
    found = read_by_id(client, CREDIT_NOTE, ids)
    read = client.read_each(CREDIT_NOTE.plural, found.values(), _readable)
    return {credit[CREDIT_NOTE.key]: credit for credit in read}


def _readable(credit):
    """Return a credit note that tells of each allocation what it settles.

    :raise LookupError: it does not; nobody can say then what is missing.
    """
    for allocation in credit.get("Allocations") or ():
        _settled_by(allocation), allocation["AllocationID"]
        as_cents(allocation["Amount"])
    return credit


def _settled_by(allocation):
    """Return the id of the invoice that an allocation settles."""
    return str(allocation["Invoice"]["InvoiceID"]).lower()


def compare(member, credit):
    """Return what is to be set, what is to be taken back, and what of ours stays.

    :param Member member: with a payload of this module.
    :param dict credit: the credit note as Xero shows it.
    :rtype: tuple[list, list, list]
    """
    wanted = {
        allocation["Invoice"]["InvoiceID"].lower(): allocation
        for allocation in member.payload["allocations"]
    }
    held = {}
    for allocation in credit.get("Allocations") or ():
        held.setdefault(_settled_by(allocation), []).append(allocation)
    missing, stray, kept = [], [], []
    for document in wanted | held:
        some = held.get(document, [])
        ours = [each for each in some if _is_ours(member, each)]
        want = as_cents((wanted.get(document) or {}).get("Amount"))
        if _sum(some) == want:
            # As it is wanted, whoever set it: from now on it goes with ours.
            kept += some
            continue
        stray += ours
        rest = want - _sum(some) + _sum(ours)
        if rest > ZERO:
            missing.append({**wanted[document], "Amount": str(rest)})
    return missing, stray, kept


def _sum(allocations):
    return sum((as_cents(each["Amount"]) for each in allocations), ZERO)


def _is_ours(member, allocation):
    """Whether an allocation is ours; all are from before ids were kept."""
    if member.external_id and not member.parts:
        return True
    return any(part["id"] == allocation["AllocationID"] for part in member.parts)


def find_outcomes(client, batch, _say):
    """Find out what Xero has of some allocations whose answer is unknown.

    They have no text of ours, but stand on credit notes that are ours.

    :param Batch batch: as it was sent.
    :return: OK when Xero has what was sent, NOT_FOUND when it must be sent again.
    :rtype: tuple[Result]
    """
    found = _read(client, batch.members)
    return tuple(_outcome(member, found) for member in batch.members)


def _outcome(member, found):
    document = member.payload["document"]
    missing, stray, kept = compare(member, found.get(document) or {})
    parts = to_parts(member, [each["AllocationID"] for each in [*kept, *stray]])
    if document in found and not (missing or stray):
        return Result(member.res_id, OK, document, parts=parts)
    return Result(member.res_id, NOT_FOUND, member.external_id, parts=parts)
