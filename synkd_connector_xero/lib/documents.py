# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Invoices and credit notes: what is sent of them, and what became of it."""

from dataclasses import dataclass
from decimal import Decimal

from odoo.addons.synkd_connector.lib.documents import VOID
from odoo.addons.synkd_connector.lib.prices import Digits
from odoo.addons.synkd_connector.lib.results import (
    NOT_FOUND,
    OK,
    BooksRecord,
    Result,
)
from odoo.addons.synkd_connector_http.lib.cursor import chunks
from odoo.addons.synkd_connector_http.lib.lost import Look, tell
from odoo.addons.synkd_connector_http.lib.push import Push

from . import dates, elements, identity, reading
from .identity import key_of

CENT = Decimal("0.01")
# Decimals of quantities, prices and discounts that Xero keeps, and its longest text.
DIGITS = Digits(quantity=4, price=4, discount=2)
DESCRIPTION_LENGTH = 4000
# Four decimals of prices, and each element on its own feet.
PARAMS = {"summarizeErrors": "false", "unitdp": "4"}
OVER = ("VOIDED", "DELETED")
NUMBER_LENGTH = 255
AUTHORISED = "AUTHORISED"
# What a new document may be; only the last one can be paid.
STATUSES = ("DRAFT", "SUBMITTED", AUTHORISED)
# What Xero says of a number that another document has, and what we make of it.
UNIQUE, TAKEN, TWIN = "must be unique", "taken", "twin"
# Codes of lines that have no tax.
UNTAXED = ("", "NONE")


@dataclass(frozen=True)
class Kind:
    """What tells invoices from credit notes over there."""

    plural: str
    key: str
    number: str
    type: str
    # Where our key stands.
    mark: str


KINDS = {
    "invoice": Kind("Invoices", "InvoiceID", "InvoiceNumber", "ACCREC", "Url"),
    "credit_note": Kind(
        "CreditNotes", "CreditNoteID", "CreditNoteNumber", "ACCRECCREDIT", "Reference"
    ),
}


# === HERE TO XERO === #


def to_payload(data, base_currency, status=AUTHORISED):
    """Return what is sent of a document, and what finds it again.

    :param DocumentData data: the neutral record.
    :param str base_currency: of the organisation.
    :param str status: one of STATUSES, which a new document gets.
    :rtype: dict
    """
    payload = {
        "kind": data.kind,
        "operation": data.operation,
        "number": data.number,
        "total": data.total,
    }
    kind = KINDS[data.kind]
    payload["element"] = {
        "Type": kind.type,
        kind.number: data.number,
        # Whatever else stood in this block would change the contact itself.
        "Contact": {"ContactID": data.customer},
        "Date": data.date,
        "Status": status,
        "LineAmountTypes": _amount_types(data),
        "LineItems": [_to_line(data, line) for line in data.lines],
        "CurrencyCode": data.currency,
    }
    if data.kind == "invoice":
        payload["element"]["DueDate"] = data.due_date
    # Xero knows no parts of an account: people find them behind the reference.
    if reference := " / ".join(filter(None, (data.reference, data.sub_account))):
        payload["element"]["Reference"] = reference
    # Without a rate Xero takes its own of the day.
    if data.rate and data.currency != base_currency:
        payload["element"]["CurrencyRate"] = data.rate
    return payload


def _amount_types(data):
    """Return how the amounts of lines are meant; no tax at all is a way of its own."""
    if not any(
        line.tax_code not in UNTAXED or Decimal(line.tax) for line in data.lines
    ):
        return "NoTax"
    return "Inclusive" if data.tax_included else "Exclusive"


def _to_line(data, line):
    """Return one line; Xero checks that quantity and price make up its amount.

    The core has seen to it that they do, with the decimals of ``DIGITS``.
    """
    amount = Decimal(line.net) + (Decimal(line.tax) if data.tax_included else 0)
    element = {
        "Description": line.description or "-",
        "LineAmount": str(amount),
        "TaxAmount": line.tax,
        "TaxType": line.tax_code,
        "ItemCode": line.item,
        "AccountCode": line.account,
        "Quantity": line.quantity,
        "UnitAmount": line.price,
        "DiscountRate": line.discount if Decimal(line.discount) else "",
    }
    return {name: value for name, value in element.items() if value}


# === XERO TO HERE === #


def to_result(res_id, kind, element, message=""):
    """Return the result of a document that Xero has.

    :param Kind kind: invoice or credit note.
    :param dict element: as Xero shows it.
    :rtype: Result
    """
    day = dates.read_day(element, "Date")
    return Result(
        res_id,
        OK,
        element.get(kind.key) or "",
        message,
        number=str(element.get(kind.number) or ""),
        date=day.isoformat() if day else "",
        total=_to_amount(element.get("Total")),
        tax=_to_amount(element.get("TotalTax")),
    )


def _to_amount(value):
    return "" if value in (None, "") else str(Decimal(str(value)).quantize(CENT))


# === WRITING === #


def signed(member, kind, base_url):
    """Return the element of a document with our key on it.

    :param Kind kind: one of KINDS; only invoices have a Url.
    :param str base_url: where Odoo is reached.
    :rtype: dict
    """
    element = member.payload["element"]
    if not member.own_key:
        return element
    if kind.mark == "Url":
        return {**element, "Url": identity.to_url(base_url, member)}
    text = element.get("Reference") or ""
    return {**element, "Reference": identity.to_reference(text, member.own_key)}


class DocumentPush(Push):
    """Sends one batch of invoices and credit notes.

    New ones are created with PUT, which refuses a number that is taken. What is void
    already is left alone.
    """

    def __init__(self, client, batch, base_url, say):
        """Prepare.

        :param XeroClient client: talks.
        :param Batch batch: of the core's contract.
        :param str base_url: where Odoo is reached.
        :param callable say: makes a sentence of a member and Xero's words.
        """
        super().__init__(client, batch, say)
        self.base_url = base_url

    def _send(self):
        for name, kind in KINDS.items():
            members = [m for m in self.batch.members if m.payload["kind"] == name]
            self._send_kind(kind, members)

    def _send_kind(self, kind, members):
        """Send the members of one kind: new ones, changed ones, and those to void."""
        void = [m for m in members if m.payload["operation"] == VOID]
        post = [m for m in members if m.payload["operation"] != VOID]
        fresh = [m for m in post if not m.external_id]
        new = [(m, signed(m, kind, self.base_url)) for m in fresh]
        self._write(kind, "PUT", "new", new)
        known = [
            (m, {kind.key: m.external_id, **signed(m, kind, self.base_url)})
            for m in post
            if m.external_id
        ]
        self._write(kind, "POST", "changed", known)
        self._write(kind, "POST", "void", self._to_void(kind, void))

    def _to_void(self, kind, members):
        """Return members and elements to void, without those that are void already.

        The number is set free, since the same document may be posted again.
        """
        found = read_by_id(self.client, kind, [m.external_id for m in members])
        pairs = []
        for member in members:
            current = found.get(member.external_id)
            if current and current.get("Status") in OVER:
                self._take(member, kind, current)
                continue
            is_draft = (current or {}).get("Status") in STATUSES[:2]
            number = member.payload["number"]
            mark = f" void {member.external_id[:8]}"
            element = {
                kind.key: member.external_id,
                kind.number: number[: NUMBER_LENGTH - len(mark)] + mark,
                "Status": "DELETED" if is_draft else "VOIDED",
            }
            pairs.append((member, element))
        return pairs

    def _write(self, kind, method, what, pairs):
        """Make one call, and note what became of each element."""
        if not pairs:
            return
        sent = [element for _member, element in pairs]
        key = f"{self.batch.key}:{kind.plural}:{what}"
        body = {kind.plural: sent}
        answer = self.client.save(method, f"/{kind.plural}", body, key, PARAMS)
        self.has_written = True
        answered = answer.get(kind.plural) or []
        found = elements.match(sent, answered, (kind.key, kind.mark, kind.number))
        for (member, _element), element in zip(pairs, found, strict=True):
            if element is None:
                continue
            if elements.is_refused(element):
                self._refuse(member, " ".join(elements.find_errors(element)))
            else:
                words = elements.find_warnings(element)
                self._take(member, kind, element, words)

    def _take(self, member, kind, element, words=""):
        self.results[member.res_id] = to_result(member.res_id, kind, element, words)

    def _refuse(self, member, words, reason=""):
        """Override: a number that another document has is a refusal of its own."""
        is_taken = UNIQUE in words.lower()
        why = self._find_taker(member) if is_taken else reason
        return super()._refuse(member, words, why)

    def _find_taker(self, member):
        """Return what has the number of a member: another one of this call, or not."""
        own = _numbered(member)
        others = (m for m in self.batch.members if m.res_id != member.res_id)
        return TWIN if any(_numbered(m) == own for m in others) else TAKEN


def _numbered(member):
    return member.payload["kind"], member.payload["number"].upper()


# === ASKING === #


def read_by_id(client, kind, ids):
    """Return documents by id.

    :param Kind kind: one of KINDS.
    :param list ids: of any number of documents.
    :rtype: dict[str, dict]
    """
    if kind.key == "InvoiceID":
        found = []
        for some in chunks(ids, reading.IDS):
            params = {"page": 1, "pageSize": reading.PAGE_SIZE, "IDs": ",".join(some)}
            found += client.get(f"/{kind.plural}", params).get(kind.plural) or []
    else:
        found = reading.read_filtered(client, kind.plural, kind.key, ids, reading.GUID)
    return {element[kind.key]: element for element in found}


def find_outcomes(client, batch, say):
    """Find out what Xero holds of some documents whose answer is unknown.

    They are known by the id that was kept, or by our key. What has neither, but may be
    ours, only a person can tell.

    :param Batch batch: as it was sent.
    :param callable say: makes a sentence of a member and its differences.
    :rtype: tuple[Result]
    """
    results = []
    for name, kind in KINDS.items():
        mine = [m for m in batch.members if m.payload["kind"] == name]
        known = [m for m in mine if m.external_id]
        lost = [m for m in mine if not m.external_id]
        by_id = read_by_id(client, kind, [m.external_id for m in known])
        results += [_of_known(m, kind, by_id.get(m.external_id)) for m in known]
        if lost:
            written = identity.read_written(client, kind.plural, kind.key, batch)
            look = _look(kind, say)
            results += [tell(member, written, look) for member in lost]
    return tuple(results)


def _look(kind, say):
    """Return how documents of a kind are told from each other.

    :rtype: Look
    """
    return Look(
        key_of,
        lambda member, element: find_differences(member, kind, element),
        lambda member, element: _is_like(member, kind, element),
        lambda member, element: to_result(member.res_id, kind, element),
        lambda element: _to_record(kind, element),
        say,
    )


def _of_known(member, kind, current):
    """Return what became of a document that Xero had before."""
    is_void = member.payload["operation"] == VOID
    if current and is_void and current.get("Status") in OVER:
        return to_result(member.res_id, kind, current)
    if current and not is_void and not find_differences(member, kind, current):
        return to_result(member.res_id, kind, current)
    return Result(member.res_id, NOT_FOUND, member.external_id)


def find_differences(member, kind, current):
    """Return what of a document is otherwise in Xero than it was sent.

    :param Kind kind: one of KINDS.
    :param dict current: as Xero shows it.
    :return: names of what differs (keys of const.DIFFERENCES), with what it is here
        and there.
    :rtype: list[tuple]
    """
    element, there = member.payload["element"], to_result(0, kind, current)
    contact = current.get("Contact") or {}
    pairs = {
        "number": (member.payload["number"], there.number),
        "date": (element["Date"], there.date),
        "total": (_to_amount(member.payload["total"]), there.total),
        "currency": (element["CurrencyCode"], current.get("CurrencyCode")),
    }
    found = [(name, *pair) for name, pair in pairs.items() if pair[0] != pair[1]]
    if contact.get("ContactID") != element["Contact"]["ContactID"]:
        found.append(("customer", "", contact.get("Name") or ""))
    if current.get("Status") in OVER:
        found.insert(0, ("void", "", ""))
    return found


def _is_like(member, kind, current):
    """Whether a document without a key may be the one that was sent."""
    names = {name for name, *_pair in find_differences(member, kind, current)}
    return "number" not in names or not names & {"customer", "date", "total"}


def _to_record(kind, element):
    """Return a document as a person tells it from others."""
    found = to_result(0, kind, element)
    name = (element.get("Contact") or {}).get("Name") or ""
    return BooksRecord(found.external_id, found.number, found.date, found.total, name)
