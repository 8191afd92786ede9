# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Invoices and credit notes: what is sent of them, and what became of it.

Sage deletes no invoice. One that is taken back is set against a document of the other
kind with the same lines, which carries the same key of ours.
"""

from decimal import Decimal

from odoo.addons.synkd_connector.lib.adapt import shorten
from odoo.addons.synkd_connector.lib.documents import VOID
from odoo.addons.synkd_connector.lib.identity import find_key
from odoo.addons.synkd_connector.lib.prices import Digits
from odoo.addons.synkd_connector.lib.results import NOT_FOUND, OK, BooksRecord, Result
from odoo.addons.synkd_connector_http.lib.dates import read_moment
from odoo.addons.synkd_connector_http.lib.lost import Look, tell
from odoo.addons.synkd_connector_http.lib.problems import REFUSED, ApiError
from odoo.addons.synkd_connector_http.lib.push import OneByOne

from . import push, reading
from .refs import INVOICE, KINDS, OPPOSITES, SERVICES, number_of, service_of, to_ref

CENT = Decimal("0.01")
NUMBER_LENGTH = REFERENCE_LENGTH = DESCRIPTION_LENGTH = 100
# How many decimals a company keeps is a setting of it; two it always does.
DIGITS = Digits(quantity=2, price=2, discount=2)
SEPARATOR = " / "
ITEM, ACCOUNT = 0, 1
MARK = "ExternalReference"
ALLOCATION = "Allocation"
ENDS = ("SourceDocumentId", "AllocatedToDocumentId")
# Our number is taken, and not the next one of Sage's.
PARAMS = {"useSystemDocumentNumber": "false"}
# Why a document was not sent; the sentences are in const.py.
PAID = "paid"
REVERSAL = "reversal"
# What the number of a document ends with that takes another one back.
OVER = "-V"
RATE = Decimal("0.000001")
# What is sent of a line.
LINE_FIELDS = (
    *("LineType", "Description", "Quantity", "UnitPriceExclusive"),
    *("UnitPriceInclusive", "DiscountPercentage"),
)


# === HERE TO SAGE === #


def to_payload(data, base_currency):
    """Return what is sent of a document, with identities as texts.

    :param DocumentData data: as Sage keeps it.
    :param str base_currency: of the company.
    :rtype: dict
    """
    element = {
        "CustomerId": data.customer,
        "Date": data.date,
        "DocumentNumber": data.number,
        "Reference": _to_reference(data),
        "Inclusive": data.tax_included,
        "Lines": [_to_line(line, data.tax_included) for line in data.lines],
    }
    if data.kind == "invoice":
        element["DueDate"] = data.due_date or data.date
    currency = "" if data.currency == base_currency else data.currency
    if currency and data.rate:
        element["Customer_ExchangeRate"] = to_rate(data.rate)
    return {
        "kind": data.kind,
        "operation": data.operation,
        "number": data.number,
        "total": data.total,
        "currency": currency,
        "element": element,
    }


def _to_reference(data):
    """Return our reference and the Sub Acc # behind it, which is not cut for that."""
    behind = shorten(data.sub_account, REFERENCE_LENGTH)
    left = REFERENCE_LENGTH - len(f"{SEPARATOR}{behind}" if behind else "")
    first = shorten(data.reference, left) if left > 0 else ""
    return SEPARATOR.join(filter(None, (first, behind)))


def to_rate(rate):
    """Return what one unit of a foreign currency is worth in the company's own.

    :param str rate: units of the foreign currency for one of ours.
    :rtype: str
    """
    return str((1 / Decimal(rate)).quantize(RATE))


def _to_line(line, tax_included):
    price = "UnitPriceInclusive" if tax_included else "UnitPriceExclusive"
    element = {
        "LineType": ITEM if line.item else ACCOUNT,
        "SelectionId": line.item or line.account,
        "TaxTypeId": line.tax_code,
        "Description": line.description or "-",
        "Quantity": line.quantity,
        price: line.price,
    }
    if Decimal(line.discount):
        element["DiscountPercentage"] = line.discount
    return element


def to_element(element, items, **others):
    """Return a document as it goes over the wire: identities are numbers.

    :param dict items: identities of items, by code.
    :rtype: dict
    """
    found = {**element, "CustomerId": number_of(element["CustomerId"]), **others}
    found["Lines"] = [
        {
            **line,
            "SelectionId": _selection(line, items),
            "TaxTypeId": number_of(line["TaxTypeId"]) if line["TaxTypeId"] else None,
        }
        for line in element["Lines"]
    ]
    return found


def _selection(line, items):
    """Return the identity of a line's item or account."""
    code = line["SelectionId"]
    return number_of(items.get(code, code) if line["LineType"] == ITEM else code)


# === SAGE TO HERE === #


def as_cents(value):
    """Return an amount to the cent.

    :rtype: Decimal
    """
    return Decimal(str(value or 0)).quantize(CENT)


def read_day(record):
    """Return the day of a document, ISO 8601; "" when it tells none.

    :rtype: str
    """
    moment = read_moment(record.get("Date"))
    return moment.date().isoformat() if moment else ""


def to_result(res_id, service, record, parts=None):
    """Return the result of a document that Sage has.

    :rtype: Result
    """
    return Result(
        res_id,
        OK,
        to_ref(service, record["ID"]),
        number=str(record.get("DocumentNumber") or ""),
        date=read_day(record),
        total=str(as_cents(record.get("Total"))),
        tax=str(as_cents(record.get("Tax"))),
        parts=parts,
    )


def to_record(service, record):
    """Return a document as a person tells it from others.

    :rtype: BooksRecord
    """
    found = to_result(0, service, record)
    name = str((record.get("Customer") or {}).get("Name") or "")
    return BooksRecord(found.external_id, found.number, found.date, found.total, name)


def key_of(record):
    """Return the key of ours on a document; "" for none.

    :rtype: str
    """
    return find_key(record.get(MARK))


# === WRITING === #


class Wire:
    """What documents, money and allocations need of a push: calls that are noted.

    Of each member it is noted what was made, so that what is refused halfway is gone on
    with later.
    """

    def __init__(self, client, batch, say, items):
        """Prepare.

        :param dict items: identities of items, by code.
        """
        super().__init__(client, batch, say)
        self.items = items

    def _begin(self):
        self.parts = {m.res_id: list(m.parts) for m in self.batch.members}
        self._currencies = None

    def _store(self, service, record, params=None):
        found = self.client.store(service, record, params)
        self.has_written = True
        return found

    def _remove(self, service, id_):
        self.client.remove(service, id_)
        self.has_written = True

    def _keep(self, member, kind, **values):
        self.parts[member.res_id].append({"kind": kind, **values})

    def _drop(self, member, part):
        self.parts[member.res_id].remove(part)

    def _find(self, member, kind):
        """Return the identity of what a member made of a kind; "" for nothing."""
        parts = self.parts[member.res_id]
        return next((part["id"] for part in parts if part["kind"] == kind), "")

    def _with_currency(self, member, element):
        """Return an element in the currency of its member, if that is a foreign one.

        :raise ApiError: REFUSED, when Sage has none of this code.
        """
        code = member.payload.get("currency")
        if not code:
            return element
        if self._currencies is None:
            self._currencies = push.read_currencies(self.client)
        found = [id_ for id_, known in self._currencies.items() if known == code]
        if not found:
            raise ApiError(REFUSED, push.NO_CURRENCY)
        return {**element, "Customer_CurrencyId": int(found[0])}

    def _set_off(self, member, source, target, amount):
        """Set credit against what is owed."""
        ends = zip(ENDS, (number_of(source), number_of(target)), strict=True)
        made = self._store(ALLOCATION, {**dict(ends), "Total": str(amount)})
        values = {"source": source, "target": target, "amount": str(amount)}
        self._keep(member, ALLOCATION, id=made["ID"], **values)

    def _reverse(self, member, kind, ref, element):
        """Take a document back by one of the other kind; whole, or what is missing.

        :param str kind: of the part that the other one becomes.
        :param str ref: of the document.
        :param dict element: as it was sent.
        """
        service = OPPOSITES[service_of(ref)]
        other = self._find(member, kind)
        if not other:
            record = to_reversal(element, self.items, member.own_key, ref)
            made = self._store(service, self._with_currency(member, record), PARAMS)
            other = to_ref(service, made["ID"])
            amount = str(as_cents(made.get("Total")))
            self._keep(member, kind, id=other, amount=amount)
        ends = reversal_ends(other, ref)
        held = {(p.get("source"), p.get("target")) for p in self.parts[member.res_id]}
        if ends not in held:
            parts = self.parts[member.res_id]
            amount = next(part["amount"] for part in parts if part["id"] == other)
            self._set_off(member, *ends, amount)

    def _refuse(self, member, words, reason=""):
        """Override: what was made before stays known."""
        if words in (PAID, push.NO_CURRENCY):
            words, reason = member.payload.get("currency") or "", words
        said = self.say(member, words, reason)
        parts = tuple(self.parts[member.res_id])
        id_ = self._identity(member)
        self.results[member.res_id] = Result(
            member.res_id, "rejected", id_, said, parts=parts or None
        )

    def _identity(self, member):
        return member.external_id


def element_of(record, day):
    """Return a document that Sage has as it would be sent on a day.

    What is to be taken back is told without its lines.

    :param dict record: as Sage shows it.
    :param str day: ISO 8601.
    :rtype: dict
    """
    lines = [
        {name: line[name] for name in LINE_FIELDS if line.get(name) is not None}
        | {
            "SelectionId": str(line.get("SelectionId")),
            "TaxTypeId": str(line.get("TaxTypeId") or ""),
        }
        for line in record.get("Lines") or ()
    ]
    rate = Decimal(str(record.get("Customer_ExchangeRate") or 1))
    return {
        **({"Customer_ExchangeRate": str(rate)} if rate != 1 else {}),
        "CustomerId": str(record.get("CustomerId")),
        "Date": day or read_day(record),
        "DocumentNumber": str(record.get("DocumentNumber") or ""),
        "Inclusive": record.get("Inclusive") is True,
        "Lines": lines,
    }


def to_reversal(element, items, key, ref):
    """Return what takes a document back, without the currency; it says which one.

    :param dict items: identities of items, by code.
    :param str ref: of the document.
    :rtype: dict
    """
    number = element["DocumentNumber"]
    others = {
        "DocumentNumber": f"{number[: NUMBER_LENGTH - len(OVER)]}{OVER}",
        "Reference": f"{number[: REFERENCE_LENGTH - len(ref) - 1]} {ref}",
        "DueDate": element["Date"],
        MARK: key,
    }
    return to_element(element, items, **others)


class DocumentPush(Wire, OneByOne):
    """Sends one batch of invoices and credit notes, each by a call of its own."""

    def _prepare(self):
        """Override: nothing has to be known."""
        self._begin()

    def _save(self, member):
        """Override: save a new one; take back what is to be void."""
        service = KINDS[member.payload["kind"]]
        if member.payload["operation"] == VOID:
            return self._void(member, service)
        element = member.payload["element"]
        record = to_element(element, self.items, **{MARK: member.own_key})
        if member.external_id:
            record["ID"] = number_of(member.external_id)
        return self._store(service, self._with_currency(member, record), PARAMS)

    def calculate(self, member):
        """Let Sage work a document out, which it does not keep.

        :return: total and tax.
        :rtype: tuple[Decimal, Decimal]
        """
        self._begin()
        record = to_element(member.payload["element"], self.items)
        service = KINDS[member.payload["kind"]]
        record = self._with_currency(member, record)
        found = self.client.calculate(service, record)
        return as_cents(found["Total"]), as_cents(found.get("Tax"))

    def _void(self, member, service):
        """Take a document back; what is gone there is void already.

        :raise ApiError: REFUSED, when it is settled by something else.
        """
        current = self.client.one(service, number_of(member.external_id))
        if not current:
            return {"ID": number_of(member.external_id)}
        is_ours = self._find(member, REVERSAL)
        due, total = (as_cents(current.get(name)) for name in ("AmountDue", "Total"))
        if not is_ours and "AmountDue" in current and due != total:
            raise ApiError(REFUSED, PAID)
        day = member.payload["element"]["Date"]
        self._reverse(member, REVERSAL, member.external_id, element_of(current, day))
        return current

    def _accept(self, member, record, words=""):
        """Override: with what Sage made of it."""
        service = KINDS[member.payload["kind"]]
        parts = tuple(self.parts[member.res_id]) or None
        self.results[member.res_id] = to_result(member.res_id, service, record, parts)


# === ASKING === #


class Recent:
    """The records of lists since a batch was written down, each list read once."""

    def __init__(self, client, batch):
        """Read nothing yet.

        :param Batch batch: whose answer is unknown.
        """
        self._client, self._since = client, reading.since_of(batch)
        self._found = {}

    def of(self, service):
        """Return the records of a list.

        :rtype: list[dict]
        """
        if service not in self._found:
            found = reading.read_recent(self._client, service, self._since)
            self._found[service] = found
        return self._found[service]

    def with_key(self, service, key):
        """Return the documents with a key of ours.

        :rtype: list[dict]
        """
        return [each for each in self.of(service) if key and key_of(each) == key]

    def set_off_between(self, pairs):
        """Return what was set off between pairs of documents, as parts.

        Both ends have to be as asked for: of one end alone nobody knows whether it was
        ours, since kinds may share their numbers, and bookkeepers set off as well.

        :param pairs: identities of source and target.
        :rtype: list[dict]
        """
        wanted = {tuple(str(number_of(ref)) for ref in pair): pair for pair in pairs}
        found = []
        for each in self.of(ALLOCATION) if wanted else ():
            if pair := wanted.get(tuple(str(each.get(name)) for name in ENDS)):
                amount = str(as_cents(each.get("Total")))
                values = dict(zip(("source", "target"), pair, strict=True))
                part = {"kind": ALLOCATION, "id": each["ID"], "amount": amount}
                found.append({**part, **values})
        return found


def find_outcomes(client, batch, say):
    """Find out what Sage has of some documents whose answer is unknown.

    :param Batch batch: as it was sent.
    :param callable say: makes a sentence of a member and its differences.
    :rtype: tuple[Result]
    """
    recent = Recent(client, batch)
    return tuple(_outcome(client, recent, member, say) for member in batch.members)


def _outcome(client, recent, member, say):
    service = KINDS[member.payload["kind"]]
    if not member.external_id:
        look = Look(
            key_of,
            find_differences,
            _is_like,
            lambda m, record: to_result(m.res_id, service, record),
            lambda record: to_record(service, record),
            say,
        )
        return tell(member, recent.of(service), look)
    current = client.one(service, number_of(member.external_id))
    if member.payload["operation"] == VOID:
        return _of_void(recent, member, service, current)
    if current and not find_differences(member, current):
        return to_result(member.res_id, service, current)
    return Result(member.res_id, NOT_FOUND, member.external_id)


def _of_void(recent, member, service, current):
    """Return what became of a document that was to be taken back."""
    if not current:
        return to_result(member.res_id, service, {"ID": number_of(member.external_id)})
    parts = find_reversal(recent, member, REVERSAL, member.external_id)
    if len(parts) == 2:
        return to_result(member.res_id, service, current, tuple(parts))
    return Result(
        member.res_id, NOT_FOUND, member.external_id, parts=tuple(parts) or None
    )


def find_reversal(recent, member, kind, ref):
    """Return what took a document back: the other one, and that both are set off.

    The key alone does not tell: all differences of a payment carry it, too.

    :rtype: list[dict]
    """
    service = OPPOSITES[service_of(ref)]
    parts = [part for part in member.parts if part["kind"] == kind]
    if not parts:
        made = recent.with_key(service, member.own_key)
        parts = [
            {
                "kind": kind,
                "id": to_ref(service, each["ID"]),
                "amount": str(as_cents(each.get("Total"))),
            }
            for each in made
            if taken_back(each) == ref
        ][:1]
    refs = {part["id"] for part in parts}
    known = [p for p in member.parts if {p.get("source"), p.get("target")} & refs]
    pairs = [reversal_ends(part["id"], ref) for part in parts]
    return [*parts, *(known or recent.set_off_between(pairs))[:1]]


def reversal_ends(other, ref):
    """Return the credit and what is owed, of a document and what takes it back.

    :rtype: tuple[str, str]
    """
    return (ref, other) if service_of(other) == INVOICE else (other, ref)


def taken_back(record):
    """Return the identity of what a document of ours takes back; "" for nothing.

    :rtype: str
    """
    if not is_over(record):
        return ""
    ref = str(record.get("Reference") or "").rpartition(" ")[2]
    return ref if ref[:1] in SERVICES and ref[1:].isdigit() else ""


def is_over(record):
    """Whether a document only takes another one of ours back.

    :rtype: bool
    """
    number = str(record.get("DocumentNumber") or "")
    return number.endswith(OVER) and bool(key_of(record))


def find_differences(member, record):
    """Return what of a document is otherwise in Sage than it was sent.

    :return: names of what differs, with what it is here and there.
    :rtype: list[tuple]
    """
    element = member.payload["element"]
    pairs = {
        "number": (member.payload["number"], str(record.get("DocumentNumber") or "")),
        "date": (element["Date"], read_day(record)),
        "total": (
            str(as_cents(member.payload["total"])),
            str(as_cents(record.get("Total"))),
        ),
    }
    found = [(name, *pair) for name, pair in pairs.items() if pair[0] != pair[1]]
    if str(record.get("CustomerId")) != element["CustomerId"]:
        name = (record.get("Customer") or {}).get("Name")
        found.append(("customer", "", str(name or record.get("CustomerId") or "")))
    return found


def _is_like(member, record):
    """Whether a document without a key may be the one that was sent."""
    names = {name for name, *_pair in find_differences(member, record)}
    return "number" not in names or not names & {"customer", "date", "total"}
