# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Credit notes set against invoices: what is sent of it, and what became of it."""

from odoo.addons.synkd_connector.lib.results import NOT_FOUND, OK, REJECTED, Result

from ..http import problems
from ..http.problems import ApiError
from . import elements
from .documents import KINDS, read_by_id
from .payment_push import put_allocations
from .payments import ZERO, as_cents

CREDIT_NOTE = KINDS["credit_note"]


def to_payload(data):
    """Return which invoices a credit note should be set against.

    :param CreditData data: the neutral record.
    :rtype: dict
    """
    return {
        "number": data.number,
        "document": data.document,
        "allocations": [
            {
                "Invoice": {"InvoiceID": each.document},
                "Amount": each.amount,
                "Date": data.date,
            }
            for each in data.allocations
        ],
    }


class CreditPush:
    """Sets one batch of credit notes against invoices, each by calls of its own.

    What the bookkeeper set a credit note against is left alone, unless it was set
    against something by us before: then all of it is what is wanted.
    """

    def __init__(self, client, batch, say):
        """Prepare.

        :param XeroClient client: talks.
        :param Batch batch: of the core's contract.
        :param callable say: makes a sentence of a member and Xero's words.
        """
        self.client = client
        self.batch = batch
        self.say = say
        self.results = []
        self.has_written = False

    def run(self):
        """Send the batch.

        :raise ApiError: when nothing was written.
        :rtype: tuple[Result]
        """
        found = _read(self.client, self.batch.members)
        try:
            for member in self.batch.members:
                self._send(member, found.get(member.payload["document"]) or {})
        except ApiError:
            if not self.has_written:
                raise
        return tuple(self.results)

    def _send(self, member, credit):
        """Take back what is not wanted any more, and set what is missing."""
        missing, stray = compare(member, credit)
        path = f"/CreditNotes/{member.payload['document']}"
        try:
            for allocation in stray:
                self.client.delete(f"{path}/Allocations/{allocation['AllocationID']}")
                self.has_written = True
            words = self._set(path, missing) if missing else ""
        except ApiError as error:
            if error.problem not in (problems.REFUSED, problems.NOT_FOUND):
                raise
            words = error.words
        self.results.append(self._result(member, words))

    def _set(self, path, missing):
        """Set credit against invoices; return Xero's words when it refuses.

        :rtype: str
        """
        answered = put_allocations(self.client, path, missing, self.batch.key)
        self.has_written = True
        refused = [each for each in answered if elements.is_refused(each)]
        return " ".join(word for each in refused for word in elements.find_errors(each))

    def _result(self, member, words):
        if words:
            said = self.say(member, words)
            return Result(member.res_id, REJECTED, member.external_id, said)
        return Result(member.res_id, OK, member.payload["document"])


def _read(client, members):
    """Return the credit notes of some members, by their id."""
    ids = [member.payload["document"] for member in members]
    return read_by_id(client, CREDIT_NOTE, ids)


def compare(member, credit):
    """Return what is to be set, and what is to be taken back.

    :param Member member: with a payload of this module.
    :param dict credit: the credit note as Xero shows it.
    :rtype: tuple[list, list]
    """
    wanted = {
        allocation["Invoice"]["InvoiceID"].lower(): allocation
        for allocation in member.payload["allocations"]
    }
    held = {}
    for allocation in credit.get("Allocations") or ():
        document = str(allocation["Invoice"]["InvoiceID"]).lower()
        held.setdefault(document, []).append(allocation)
    missing, stray = [], []
    for document in wanted | held:
        have = sum((as_cents(each["Amount"]) for each in held.get(document, ())), ZERO)
        want = as_cents((wanted.get(document) or {}).get("Amount"))
        if have == want:
            continue
        if document in wanted:
            missing.append(wanted[document])
        if document in wanted or member.external_id:
            stray += held.get(document, ())
    return missing, stray


def find_outcomes(client, members):
    """Find out what Xero has of some allocations whose answer is unknown.

    :param tuple members: ``Member`` of the core's contract.
    :return: OK when Xero has what was sent, NOT_FOUND when it must be sent again.
    :rtype: tuple[Result]
    """
    found = _read(client, members)
    return tuple(_outcome(member, found) for member in members)


def _outcome(member, found):
    document = member.payload["document"]
    credit = found.get(document)
    if credit and not any(compare(member, credit)):
        return Result(member.res_id, OK, document)
    return Result(member.res_id, NOT_FOUND, member.external_id)
