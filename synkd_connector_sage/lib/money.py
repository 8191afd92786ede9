# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Payments, refunds and what credit settles: what Sage should have, and what it has.

Money is a receipt; money paid back is one below zero. What no money came for is a
credit note to the account that bears it, and what came too much is an invoice of it.
What settles what is said by allocations, each of a credit and something owed: they have
no text of ours, but stand on documents that do.
"""

from decimal import Decimal

from odoo.addons.synkd_connector.lib.documents import VOID
from odoo.addons.synkd_connector.lib.identity import find_key
from odoo.addons.synkd_connector.lib.results import NOT_FOUND, OK, BooksRecord, Result
from odoo.addons.synkd_connector_http.lib.lost import Look, tell
from odoo.addons.synkd_connector_http.lib.marks import with_key, without_key
from odoo.addons.synkd_connector_http.lib.problems import ApiError
from odoo.addons.synkd_connector_http.lib.push import DENIED, Push

from .documents import (
    ACCOUNT,
    ALLOCATION,
    MARK,
    PARAMS,
    Recent,
    Wire,
    as_cents,
    element_of,
    find_reversal,
    read_day,
    to_element,
    to_rate,
    to_result,
)
from .refs import INVOICE, RECEIPT, RETURN, number_of, service_of, to_ref

REFERENCE_LENGTH = 100
EFT = 4
ZERO = Decimal(0)
# Why money was not sent; the sentences are in const.py.
EXCEEDS = "exceeds"
OTHER_CURRENCY = "other_currency"
# Names of what a payment makes, in its allocations and in the parts that are kept.
MONEY, DIFFERENCE, REVERSAL = "receipt", "difference", "reversal-"


# === HERE TO SAGE === #


def to_payload(data, base_currency):
    """Return what Sage should have of a payment or refund.

    ``allocations`` names its own side, the other one, and an amount; what the payment
    makes is called by its part, other documents by their identity.

    :param PaymentData data: the neutral record.
    :param str base_currency: of the company.
    :rtype: dict
    """
    sign = -1 if data.kind == "refund" else 1
    currency = "" if data.currency == base_currency else data.currency
    receipt = {
        "CustomerId": data.customer,
        "Date": data.date,
        "Reference": data.number,
        "BankAccountId": data.account,
        "PaymentMethod": EFT,
        "Total": str(sign * Decimal(data.amount)),
        "Description": " ".join(filter(None, [data.number, data.remark])),
    }
    rate = {}
    if currency and data.rate:
        rate["Customer_ExchangeRate"] = to_rate(data.rate)
    receipt |= rate
    # At the rate of the money, so that they settle at what they are worth.
    numbers = range(len(data.differences))
    differences = [_to_difference(data, number, rate) for number in numbers]
    return {
        "kind": data.kind,
        "operation": data.operation,
        "number": data.number,
        "amount": data.amount,
        "customer": data.customer,
        "currency": currency,
        "receipt": receipt if Decimal(data.amount) else {},
        "differences": differences,
        "allocations": [] if data.operation == VOID else _split(data),
    }


def has_other_currency(data):
    """Whether a payment settles something in another currency than its own.

    :rtype: bool
    """
    return any(each.currency not in ("", data.currency) for each in data.allocations)


def _is_own_side(data, number):
    """Whether a difference settles as the money does; else it takes of the money."""
    return Decimal(data.differences[number].amount) > 0


def _to_difference(data, number, rate):
    """Return the document of a difference: part, service and element."""
    given = data.differences[number]
    is_credit = _is_own_side(data, number) == (data.kind == "payment")
    amount = str(abs(Decimal(given.amount)))
    line = {
        "LineType": ACCOUNT,
        "SelectionId": given.account,
        "TaxTypeId": "",
        "Description": data.number,
        "Quantity": "1",
        "UnitPriceExclusive": amount,
    }
    element = {
        "CustomerId": data.customer,
        "Date": data.date,
        "DueDate": data.date,
        "DocumentNumber": f"{data.number[:90]}-D{number + 1}",
        "Reference": data.number,
        "Inclusive": False,
        "Lines": [line],
        **rate,
    }
    return {
        "part": f"{DIFFERENCE}{number}",
        "service": RETURN if is_credit else INVOICE,
        "element": element,
        "amount": amount,
    }


def _split(data):
    """Return what settles what: money first, then what none came for.

    :rtype: list[list]
    """
    numbers = range(len(data.differences))
    ours = [[MONEY, Decimal(data.amount)]] if Decimal(data.amount) else []
    theirs = []
    for number in numbers:
        amount = abs(Decimal(data.differences[number].amount))
        side = ours if _is_own_side(data, number) else theirs
        side.append([f"{DIFFERENCE}{number}", amount])
    theirs += [[each.document, Decimal(each.amount)] for each in data.allocations]
    found = []
    for other, wanted in theirs:
        for source in ours:
            amount = min(source[1], wanted)
            if amount > 0:
                found.append([source[0], other, str(amount)])
                source[1] -= amount
                wanted -= amount
    return found


def to_credit_payload(data):
    """Return which invoices a credit note should be set against.

    :param CreditData data: the neutral record.
    :rtype: dict
    """
    return {
        "kind": "credit",
        "operation": "post",
        "number": data.number,
        "document": data.document,
        "currency": "",
        "allocations": [
            [data.document, e.document, e.amount] for e in data.allocations
        ],
    }


def wanted_of(payload, named):
    """Return what should be set off: source, target and amount of each.

    :param dict named: identities by part.
    :rtype: list[tuple]
    """
    is_credit = payload["kind"] != "refund"
    found = []
    for ours, theirs, amount in payload["allocations"]:
        ends = named.get(ours, ours), named.get(theirs, theirs)
        found.append((*(ends if is_credit else ends[::-1]), as_cents(amount)))
    return found


def held_of(parts):
    """Return the parts that are allocations of ours, by source, target and amount.

    :rtype: dict[tuple, dict]
    """
    return {
        (part["source"], part["target"], as_cents(part["amount"])): part
        for part in parts
        if part["kind"] == ALLOCATION
    }


def parts_by_name(parts):
    """Return the identities of what a payment made, by part.

    :rtype: dict[str, str]
    """
    return {part["kind"]: part["id"] for part in parts if part["kind"] != ALLOCATION}


def differences_of(parts):
    """Return the identities of the differences that a payment made, by part.

    :rtype: dict[str, str]
    """
    named = parts_by_name(parts)
    return {name: ref for name, ref in named.items() if name.startswith(DIFFERENCE)}


# === WRITING === #


class Settling(Wire, Push):
    """Sets off what is wanted, and takes back what is not; each by its own call."""

    def _prepare(self):
        """Override: begin with what is known of each."""
        self._begin()

    def _send(self):
        for member in self.batch.members:
            try:
                self._settle(member)
            except ApiError as error:
                if error.problem not in DENIED:
                    raise
                self._refuse(member, error.words)
            else:
                self._accept_all(member)

    def _settle(self, member):
        """Bring Sage to what a member wants.

        :raise ApiError: when a step of it was not taken.
        """
        self._allocate(member)

    def _allocate(self, member):
        parts = self.parts[member.res_id]
        wanted = wanted_of(member.payload, parts_by_name(parts))
        held = held_of(parts)
        for key, part in held.items():
            if key not in wanted:
                self._unset(member, part)
        for key in wanted:
            if key not in held:
                self._set_off(member, *key)

    def _unset(self, member, part):
        self._remove(ALLOCATION, part["id"])
        self._drop(member, part)

    def _accept_all(self, member):
        self.results[member.res_id] = Result(
            member.res_id,
            OK,
            self._identity(member),
            total=member.payload.get("amount", ""),
            parts=tuple(self.parts[member.res_id]),
        )


class CreditPush(Settling):
    """Sets one batch of credit notes against invoices."""

    def _identity(self, member):
        """Override: it is known by the credit note."""
        return member.payload["document"]


class PaymentPush(Settling):
    """Sends one batch of payments and refunds."""

    def _identity(self, member):
        """Override: by the money, else by the first thing that was made."""
        return member.external_id or _first(self.parts[member.res_id])

    def _settle(self, member):
        """Override: money and differences first, or the way back."""
        if member.payload["operation"] == VOID:
            self._void(member)
            return
        self._check_open(member)
        if member.payload["receipt"] and not self._find(member, MONEY):
            record = to_receipt(member)
            made = self._store(RECEIPT, self._with_currency(member, record))
            self._keep(member, MONEY, id=to_ref(RECEIPT, made["ID"]))
        for each in member.payload["differences"]:
            if not self._find(member, each["part"]):
                mark = {MARK: f"{member.own_key} {each['part']}"}
                record = to_element(each["element"], self.items, **mark)
                record = self._with_currency(member, record)
                made = self._store(each["service"], record, PARAMS)
                ref = to_ref(each["service"], made["ID"])
                self._keep(member, each["part"], id=ref)
        self._allocate(member)

    def _check_open(self, member):
        """Refuse money for what is settled already, before anything is made."""
        parts = self.parts[member.res_id]
        held = {}
        for part in held_of(parts).values():
            for end in (part["source"], part["target"]):
                held[end] = held.get(end, ZERO) + as_cents(part["amount"])
        wanted = {}
        for _ours, theirs, amount in member.payload["allocations"]:
            if not theirs.startswith(DIFFERENCE):
                wanted[theirs] = wanted.get(theirs, ZERO) + as_cents(amount)
        for ref, amount in wanted.items():
            if amount > held.get(ref, ZERO):
                self._check_one(member, ref, amount - held.get(ref, ZERO))

    def _check_one(self, member, ref, amount):
        current = self.client.one(service_of(ref), number_of(ref)) or {}
        due = as_cents(current.get("AmountDue"))
        if "AmountDue" in current and due < amount:
            number = current.get("DocumentNumber") or ""
            raise ApiError(DENIED[0], f"{EXCEEDS} {number} {due}")

    def _void(self, member):
        """Take everything back, what settles first."""
        for part in list(held_of(self.parts[member.res_id]).values()):
            if not self._is_of_reversal(member, part):
                self._unset(member, part)
        if receipt := self._find(member, MONEY):
            self._remove(RECEIPT, number_of(receipt))
            parts = self.parts[member.res_id]
            self.parts[member.res_id] = [p for p in parts if p["id"] != receipt]
        # What is to be void is told without its differences: those made are known.
        day = member.payload["receipt"].get("Date", "")
        for name, ref in differences_of(self.parts[member.res_id]).items():
            current = self.client.one(service_of(ref), number_of(ref))
            if current:
                element = element_of(current, day)
                self._reverse(member, f"{REVERSAL}{name}", ref, element)

    def _is_of_reversal(self, member, part):
        """Whether an allocation is what takes a difference back."""
        made = self.parts[member.res_id]
        others = {p["id"] for p in made if p["kind"].startswith(REVERSAL)}
        return bool(others & {part["source"], part["target"]})

    def _refuse(self, member, words, reason=""):
        """Override: what is open there is told as such."""
        kind, _blank, rest = words.partition(" ")
        if kind == EXCEEDS:
            words, reason = rest, EXCEEDS
        return super()._refuse(member, words, reason)


def _first(parts):
    """Return the identity of the first thing that a payment made."""
    return next((part["id"] for part in parts if part["kind"] != ALLOCATION), "")


def to_receipt(member):
    """Return the receipt of a payment as it goes over the wire, with our key on it.

    :rtype: dict
    """
    receipt = member.payload["receipt"]
    ids = {name: number_of(receipt[name]) for name in ("CustomerId", "BankAccountId")}
    mark = with_key(receipt["Reference"], member.own_key, REFERENCE_LENGTH)
    text = receipt["Description"][:REFERENCE_LENGTH]
    return {**receipt, **ids, "Reference": mark, "Description": text}


# === ASKING === #


def find_outcomes(client, batch, say):
    """Find out what Sage has of some payments whose answer is unknown.

    :param Batch batch: as it was sent.
    :param callable say: makes a sentence of a member and its differences.
    :rtype: tuple[Result]
    """
    recent = Recent(client, batch)
    return tuple(_outcome(client, recent, member, say) for member in batch.members)


def _outcome(client, recent, member, say):
    parts = [p for p in member.parts if p["kind"] != ALLOCATION]
    parts += _find_made(recent, member, parts)
    id_ = member.external_id or _first(parts)
    if not id_:
        return _of_nothing(recent, member, say)
    if member.payload["operation"] == VOID:
        return _of_void(client, recent, member, parts)
    allocations = _find_allocations(recent, member, parts)
    complete = {each["part"] for each in member.payload["differences"]}
    complete |= {MONEY} if member.payload["receipt"] else set()
    is_made = complete <= parts_by_name(parts).keys()
    wanted = wanted_of(member.payload, parts_by_name(parts))
    is_there = is_made and sorted(wanted) == sorted(held_of(allocations))
    total = member.payload["amount"]
    found = (*parts, *allocations)
    outcome = OK if is_there else NOT_FOUND
    return Result(member.res_id, outcome, id_, total=total, parts=found)


def _find_made(recent, member, known):
    """Return what a payment made that is not known yet, by its key."""
    names, found = parts_by_name(known), []
    if member.payload["receipt"] and MONEY not in names:
        mine = [e for e in recent.of(RECEIPT) if _is_mine(member, e)]
        found += [{"kind": MONEY, "id": to_ref(RECEIPT, e["ID"])} for e in mine[:1]]
    for each in member.payload["differences"]:
        if each["part"] in names:
            continue
        for record in recent.with_key(each["service"], member.own_key):
            if str(record.get(MARK)).endswith(f" {each['part']}"):
                id_ = to_ref(each["service"], record["ID"])
                found.append({"kind": each["part"], "id": id_})
    return found


def _is_mine(member, record):
    return member.own_key and find_key(record.get("Reference")) == member.own_key


def _of_nothing(recent, member, say):
    """Return what became of money of which nothing with our key is there."""
    if not member.payload["receipt"]:
        return Result(member.res_id, NOT_FOUND)
    look = Look(
        lambda record: find_key(record.get("Reference")),
        lambda _member, _record: [],
        _is_like,
        lambda m, record: to_result(m.res_id, RECEIPT, record),
        _to_record,
        say,
    )
    return tell(member, recent.of(RECEIPT), look)


def _is_like(member, record):
    """Whether a receipt without a key is just what was to be made."""
    receipt = member.payload["receipt"]
    return (
        as_cents(record.get("Total")) == as_cents(receipt["Total"])
        and str(record.get("CustomerId")) == receipt["CustomerId"]
        and read_day(record) == receipt["Date"]
    )


def _to_record(record):
    """Return a receipt as a person tells it from others."""
    number = without_key(record.get("Reference"))
    total = str(as_cents(record.get("Total")))
    return BooksRecord(to_ref(RECEIPT, record["ID"]), number, read_day(record), total)


def _find_allocations(recent, member, parts):
    """Return what is set off for a payment: what is known, and what was asked for.

    Nothing else is taken for ours: it would be taken back.

    :rtype: list[dict]
    """
    known = [part for part in member.parts if part["kind"] == ALLOCATION]
    ids = {part["id"] for part in known}
    wanted = wanted_of(member.payload, parts_by_name(parts))
    found = recent.set_off_between([ends for *ends, _amount in wanted])
    ours = held_of(part for part in found if part["id"] not in ids)
    return [*known, *(part for key, part in ours.items() if key in wanted)]


def _of_void(client, recent, member, parts):
    """Return what became of money that was to be taken back."""
    kept = [part for part in parts if part["kind"] != MONEY]
    receipt = parts_by_name(parts).get(MONEY)
    is_gone = not receipt or client.one(RECEIPT, number_of(receipt)) is None
    reversals = []
    for name, ref in differences_of(parts).items():
        found = find_reversal(recent, member, f"{REVERSAL}{name}", ref)
        is_back = len(found) == 2 or not client.one(service_of(ref), number_of(ref))
        is_gone = is_gone and is_back
        reversals += [part for part in found if part not in kept]
    total = member.payload["amount"]
    if is_gone:
        found = (*kept, *reversals)
        return Result(member.res_id, OK, member.external_id, total=total, parts=found)
    settled = _find_allocations(recent, member, parts)
    left = (*parts, *reversals, *(part for part in settled if part not in reversals))
    return Result(member.res_id, NOT_FOUND, member.external_id, parts=left)


def find_credit_outcomes(client, batch, _say):
    """Find out what some credit notes are set against, whose answer is unknown.

    :param Batch batch: as it was sent.
    :rtype: tuple[Result]
    """
    recent, results = Recent(client, batch), []
    for member in batch.members:
        found = _find_allocations(recent, member, [])
        wanted = wanted_of(member.payload, {})
        is_there = sorted(wanted) == sorted(held_of(found))
        document = member.payload["document"]
        id_ = document if is_there else member.external_id
        outcome = OK if is_there else NOT_FOUND
        results.append(Result(member.res_id, outcome, id_, parts=tuple(found)))
    return tuple(results)
