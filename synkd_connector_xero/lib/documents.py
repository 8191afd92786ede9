# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Invoices and credit notes: what is sent of them, and what became of it."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from odoo.addons.synkd_connector.lib.documents import VOID
from odoo.addons.synkd_connector.lib.results import NOT_FOUND, OK, REJECTED, Result

from ..http.problems import ApiError
from . import dates, elements, reading

CENT = Decimal("0.01")
UNIT = Decimal("0.0001")
# Four decimals of prices, and each element on its own feet.
PARAMS = {"summarizeErrors": "false", "unitdp": "4"}
OVER = ("VOIDED", "DELETED")
NUMBER_LENGTH = 255
AUTHORISED = "AUTHORISED"
# What a new document may be; only the last one can be paid.
STATUSES = ("DRAFT", "SUBMITTED", AUTHORISED)
# Codes of lines that have no tax.
UNTAXED = ("", "NONE")


@dataclass(frozen=True)
class Kind:
    """What tells invoices from credit notes over there."""

    plural: str
    key: str
    number: str
    type: str


KINDS = {
    "invoice": Kind("Invoices", "InvoiceID", "InvoiceNumber", "ACCREC"),
    "credit_note": Kind(
        "CreditNotes", "CreditNoteID", "CreditNoteNumber", "ACCRECCREDIT"
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
    if data.reference:
        payload["element"]["Reference"] = data.reference
    if data.currency != base_currency:
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
    """Return one line; Xero checks that quantity and price make up its amount."""
    amount = Decimal(line.net) + (Decimal(line.tax) if data.tax_included else 0)
    element = {
        "Description": line.description or "-",
        "LineAmount": str(amount),
        "TaxAmount": line.tax,
        "TaxType": line.tax_code,
        "ItemCode": line.item,
        "AccountCode": line.account,
        **_to_price(data, line, amount),
    }
    return {name: value for name, value in element.items() if value}


def _to_price(data, line, amount):
    """Return quantity, price and discount, or one piece where they do not add up.

    Credit notes take no discounts, and prices have four decimals at most.
    """
    price = Decimal(line.price).quantize(UNIT, ROUND_HALF_UP)
    discount = Decimal(line.discount)
    made = Decimal(line.quantity) * price * (100 - discount) / 100
    fits = made.quantize(CENT, ROUND_HALF_UP) == amount
    if not fits or discount and data.kind == "credit_note":
        return {"Quantity": "1", "UnitAmount": str(amount)}
    found = {"Quantity": line.quantity, "UnitAmount": str(price)}
    return found | ({"DiscountRate": line.discount} if discount else {})


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


class DocumentPush:
    """Sends one batch of invoices and credit notes.

    New ones are created with PUT, which refuses a number that is taken. What is void
    already is left alone. After the first write no error is raised any more: members
    without a result are asked about later.
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
        self.results = {}
        self.has_written = False

    def run(self):
        """Send the batch.

        :raise ApiError: when nothing was written.
        :rtype: tuple[Result]
        """
        try:
            for name, kind in KINDS.items():
                members = [m for m in self.batch.members if m.payload["kind"] == name]
                self._send(kind, members)
        except ApiError:
            if not self.has_written:
                raise
        return tuple(self.results.values())

    def _send(self, kind, members):
        """Send the members of one kind: new ones, changed ones, and those to void."""
        void = [m for m in members if m.payload["operation"] == VOID]
        post = [m for m in members if m.payload["operation"] != VOID]
        fresh = [m for m in post if not m.external_id]
        self._write(kind, "PUT", "new", [(m, m.payload["element"]) for m in fresh])
        known = [
            (m, {kind.key: m.external_id, **m.payload["element"]})
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
                self._accept(member, kind, current)
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
        found = elements.match(sent, answered, (kind.key, kind.number))
        for (member, _element), element in zip(pairs, found, strict=True):
            if element is None:
                continue
            if elements.is_refused(element):
                self._refuse(member, " ".join(elements.find_errors(element)))
            else:
                words = elements.find_warnings(element)
                self._accept(member, kind, element, words)

    def _accept(self, member, kind, element, words=""):
        self.results[member.res_id] = to_result(member.res_id, kind, element, words)

    def _refuse(self, member, words):
        self.results[member.res_id] = Result(
            member.res_id, REJECTED, member.external_id, self.say(member, words)
        )


# === ASKING === #


def read_by_id(client, kind, ids):
    """Return documents by id.

    :param Kind kind: one of KINDS.
    :param list ids: of any number of documents.
    :rtype: dict[str, dict]
    """
    if kind.key == "InvoiceID":
        found = []
        for some in reading.chunks(ids, reading.IDS):
            params = {"page": 1, "pageSize": reading.PAGE_SIZE, "IDs": ",".join(some)}
            found += client.get(f"/{kind.plural}", params).get(kind.plural) or []
    else:
        found = reading.read_filtered(client, kind.plural, kind.key, ids, reading.GUID)
    return {element[kind.key]: element for element in found}


def _read_by_number(client, kind, numbers):
    """Return live documents by number."""
    found = reading.read_filtered(client, kind.plural, kind.number, numbers)
    live = (element for element in found if element.get("Status") not in OVER)
    return {element[kind.number]: element for element in live}


def find_outcomes(client, members):
    """Find out what Xero holds of some documents whose answer is unknown.

    :param tuple members: ``Member`` of the core's contract.
    :return: OK when Xero has what was sent, NOT_FOUND when it must be sent again.
    :rtype: tuple[Result]
    """
    results = []
    for name, kind in KINDS.items():
        mine = [m for m in members if m.payload["kind"] == name]
        ids = [m.external_id for m in mine if m.external_id]
        numbers = [m.payload["number"] for m in mine if not m.external_id]
        by_id = read_by_id(client, kind, ids)
        by_number = _read_by_number(client, kind, numbers)
        for member in mine:
            current = by_id.get(member.external_id) or by_number.get(
                member.payload["number"]
            )
            results.append(_outcome(member, kind, current))
    return tuple(results)


def _outcome(member, kind, current):
    """Return what became of one document; another one's of the same number is not."""
    if current and _is_done(member, current):
        return to_result(member.res_id, kind, current)
    return Result(member.res_id, NOT_FOUND, member.external_id)


def _is_done(member, current):
    """Whether Xero has a document as it was sent."""
    if member.payload["operation"] == VOID:
        return current.get("Status") in OVER
    element, day = member.payload["element"], dates.read_day(current, "Date")
    contact = (current.get("Contact") or {}).get("ContactID")
    return (
        current.get("Status") not in OVER
        and contact == element["Contact"]["ContactID"]
        and _to_amount(current.get("Total")) == _to_amount(member.payload["total"])
        and (day and day.isoformat()) == element["Date"]
        and current.get("CurrencyCode") == element["CurrencyCode"]
    )
