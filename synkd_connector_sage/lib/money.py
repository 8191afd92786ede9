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
from odoo.addons.synkd_connector.lib.results import (
    CANDIDATES,
    NOT_FOUND,
    OK,
    BooksRecord,
    Result,
)
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
# Names of what a payment makes, in its allocations and in the parts that are kept. What
# takes the place of a difference has its name and a number behind it; what takes one
# back is named after its identity.
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
        # What tells it from another one that has its place later.
        "made": [RETURN if is_credit else INVOICE, given.account, amount],
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


def settled_of(parts):
    """Return the allocations of ours but those that take something back.

    :rtype: dict[tuple, dict]
    """
    over = {part["id"] for part in parts if part["kind"].startswith(REVERSAL)}
    held = held_of(parts).items()
    return {key: part for key, part in held if not over & {*key[:2]}}


def differences_of(parts):
    """Return the documents of differences that a payment ever made.

    :rtype: list[dict]
    """
    return [part for part in parts if part["kind"].startswith(DIFFERENCE)]


def live_of(parts):
    """Return what a payment made and nothing took back, by its name in the payload.

    :rtype: dict[str, dict]
    """
    over = {part["kind"].removeprefix(REVERSAL) for part in parts}
    made = [part for part in parts if part["kind"] == MONEY] + differences_of(parts)
    return {_name_of(part["kind"]): part for part in made if part["id"] not in over}


def parts_by_name(parts):
    """Return the identities of what a payment has in Sage, by name in the payload.

    :rtype: dict[str, str]
    """
    return {name: part["id"] for name, part in live_of(parts).items()}


def parts_of(member):
    """Return what is known of a payment.

    Who told which money in Sage it is told nothing else.

    :rtype: list[dict]
    """
    parts = list(member.parts)
    is_known = any(part["kind"] == MONEY for part in parts)
    told = member.external_id
    # Whoever reads it in Sage reads no letter.
    told = to_ref(RECEIPT, told) if told.isdigit() else told
    if not is_known and service_of(told) == RECEIPT:
        parts.append({"kind": MONEY, "id": told})
    return parts


def outdated_of(payload, parts):
    """Return the documents of differences that are not as they should be now.

    :rtype: list[dict]
    """
    wanted = {each["part"]: each["made"] for each in payload["differences"]}
    live = live_of(parts)
    return [
        part
        for part in differences_of(parts)
        if live.get(name := _name_of(part["kind"])) is not part
        or part.get("made") != wanted.get(name)
    ]


def _name_of(kind):
    return kind.partition(".")[0]


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
        held = settled_of(parts)
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
        money = self._find(member, MONEY)
        return money or member.external_id or _first(self.parts[member.res_id])

    def _prepare(self):
        """Override: with the money that somebody told."""
        self._begin()
        self.parts = {m.res_id: parts_of(m) for m in self.batch.members}

    def _settle(self, member):
        """Override: money and differences first, or the way back."""
        if member.payload["operation"] == VOID:
            self._void(member)
            return
        self._check_open(member)
        for part in outdated_of(member.payload, self.parts[member.res_id]):
            self._take_back(member, part)
        if member.payload["receipt"] and not self._find(member, MONEY):
            record = to_receipt(member)
            made = self._store(RECEIPT, self._with_currency(member, record))
            self._keep(member, MONEY, id=to_ref(RECEIPT, made["ID"]))
        for each in member.payload["differences"]:
            if each["part"] not in live_of(self.parts[member.res_id]):
                self._make(member, each)
        self._allocate(member)

    def _make(self, member, each):
        """Make the document of a difference; it says the how manieth in its place."""
        name, known = each["part"], differences_of(self.parts[member.res_id])
        before = sum(_name_of(part["kind"]) == name for part in known)
        again = f".{before}" if before else ""
        number = f"{each['element']['DocumentNumber']}{again}"
        mark = {MARK: f"{member.own_key} {name}{again}", "DocumentNumber": number}
        record = to_element(each["element"], self.items, **mark)
        record = self._with_currency(member, record)
        made = self._store(each["service"], record, PARAMS)
        ref = to_ref(each["service"], made["ID"])
        self._keep(member, f"{name}{again}", id=ref, made=each["made"])

    def _take_back(self, member, part):
        """Take back the document of a difference, what it settles first."""
        ref, parts = part["id"], self.parts[member.res_id]
        for key, settled in settled_of(parts).items():
            if ref in key:
                self._unset(member, settled)
        if len(reversal_of(parts, ref)) == 2:
            return
        if current := self.client.one(service_of(ref), number_of(ref)):
            day = member.payload["receipt"].get("Date", "")
            element = element_of(current, day)
            self._reverse(member, f"{REVERSAL}{ref}", ref, element)
        else:
            self._drop(member, part)

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
        """Take everything back, what settles first.

        What is to be void is told without its differences: those made are known.
        """
        for part in settled_of(self.parts[member.res_id]).values():
            self._unset(member, part)
        if receipt := self._find(member, MONEY):
            self._remove(RECEIPT, number_of(receipt))
            parts = self.parts[member.res_id]
            self.parts[member.res_id] = [p for p in parts if p["id"] != receipt]
        for part in differences_of(self.parts[member.res_id]):
            self._take_back(member, part)

    def _refuse(self, member, words, reason=""):
        """Override: what is open there is told as such."""
        kind, _blank, rest = words.partition(" ")
        if kind == EXCEEDS:
            words, reason = rest, EXCEEDS
        return super()._refuse(member, words, reason)


def reversal_of(parts, ref):
    """Return what took a document back: the other one, and that both are set off.

    :rtype: list[dict]
    """
    made = [part for part in parts if part["kind"] == f"{REVERSAL}{ref}"]
    over = {part["id"] for part in made}
    set_off = [p for p in parts if over & {p.get("source"), p.get("target")}]
    return [*made, *set_off]


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
    parts = [part for part in parts_of(member) if part["kind"] != ALLOCATION]
    if member.payload["operation"] == VOID:
        return _of_void(client, recent, member, parts)
    if member.payload["receipt"] and MONEY not in live_of(parts):
        money = _find_money(recent, member, say)
        if money.outcome not in (OK, NOT_FOUND):
            return money
        if money.outcome == OK:
            parts.append({"kind": MONEY, "id": money.external_id})
    parts += _find_differences(recent, member, parts)
    outdated = outdated_of(member.payload, parts)
    reversals = [_find_reversal(recent, member, part["id"]) for part in outdated]
    parts += [part for found in reversals for part in found if part not in parts]
    settled = _find_allocations(client, recent, member, parts)
    is_over = all(len(found) == 2 for found in reversals)
    is_there = is_over and is_made(member.payload, parts, settled)
    return _to_outcome(member, is_there, parts, settled)


def _to_outcome(member, is_there, *parts):
    """Return what became of a payment of which some parts are there."""
    found = tuple({part["id"]: part for some in parts for part in some}.values())
    id_ = member.external_id or _first(found)
    outcome, total = OK if is_there else NOT_FOUND, member.payload["amount"]
    return Result(member.res_id, outcome, id_, total=total, parts=found)


def is_made(payload, parts, settled):
    """Whether Sage has the money and the differences of a payment, and sets them off.

    :param list settled: the allocations, beside what else there is of it.
    :rtype: bool
    """
    wanted = {each["part"] for each in payload["differences"]}
    wanted |= {MONEY} if payload["receipt"] else set()
    asked = wanted_of(payload, parts_by_name(parts))
    is_settled = sorted(asked) == sorted(held_of(settled))
    return wanted <= live_of(parts).keys() and is_settled


def _find_reversal(recent, member, ref):
    return find_reversal(recent, member, f"{REVERSAL}{ref}", ref)


def _find_differences(recent, member, parts):
    """Return the documents of differences that are not known yet, by our key."""
    known, live, found = {part["id"] for part in parts}, live_of(parts), []
    for each in member.payload["differences"]:
        if live.get(each["part"], {}).get("made") == each["made"]:
            continue
        for record in recent.with_key(each["service"], member.own_key):
            kind = str(record.get(MARK)).partition(" ")[2]
            id_ = to_ref(each["service"], record["ID"])
            if _name_of(kind) == each["part"] and id_ not in known:
                found.append({"kind": kind, "id": id_, "made": each["made"]})
    return found


def _find_money(recent, member, say):
    """Return what became of money that is not known yet.

    Of several receipts with our key a person says which is ours: the others are money
    too much.
    """
    look = Look(
        lambda record: find_key(record.get("Reference")),
        _differ,
        _is_like,
        lambda m, record: to_result(m.res_id, RECEIPT, record),
        _to_record,
        say,
    )
    made = recent.of(RECEIPT)
    ours = [e for e in made if member.own_key and look.key_of(e) == member.own_key]
    if len(ours) < 2:
        return tell(member, made, look)
    records = tuple(_to_record(record) for record in ours)
    said = say(member)
    return Result(member.res_id, CANDIDATES, message=said, candidates=records)


def _differ(member, record):
    """Return what of a receipt is otherwise than it was sent."""
    receipt = member.payload["receipt"]
    here = [str(as_cents(receipt["Total"])), receipt["CustomerId"], receipt["Date"]]
    owner = str(record.get("CustomerId"))
    there = [str(as_cents(record.get("Total"))), owner, read_day(record)]
    pairs = zip(("total", "customer", "date"), here, there, strict=True)
    return [pair for pair in pairs if pair[1] != pair[2]]


def _is_like(member, record):
    """Whether a receipt without a key is just what was to be made."""
    return not _differ(member, record)


def _to_record(record):
    """Return a receipt as a person tells it from others."""
    number = without_key(record.get("Reference"))
    total = str(as_cents(record.get("Total")))
    return BooksRecord(to_ref(RECEIPT, record["ID"]), number, read_day(record), total)


def _find_allocations(client, recent, member, parts):
    """Return what is set off for a payment: what is known, and what was asked for.

    Nothing else is taken for ours: it would be taken back. What is known and not wanted
    any more may have been taken back already; what is would count as there, were it
    wanted again.

    :rtype: list[dict]
    """
    wanted = wanted_of(member.payload, parts_by_name(parts))
    known = held_of(member.parts)
    ids = {part["id"] for part in known.values()}
    kept = settled_of([*parts, *known.values()])
    gone = [
        part["id"]
        for key, part in kept.items()
        if key not in wanted and not client.one(ALLOCATION, part["id"])
    ]
    found = recent.set_off_between([ends for *ends, _amount in wanted])
    ours = held_of(part for part in found if part["id"] not in ids)
    left = [part for part in kept.values() if part["id"] not in gone]
    return [*left, *(part for key, part in ours.items() if key in wanted)]


def _of_void(client, recent, member, parts):
    """Return what became of money that was to be taken back."""
    receipt = parts_by_name(parts).get(MONEY)
    is_gone = not receipt or client.one(RECEIPT, number_of(receipt)) is None
    reversals = []
    for part in differences_of(parts):
        ref = part["id"]
        reversals.append(_find_reversal(recent, member, ref))
        is_back = len(reversals[-1]) == 2 or not client.one(
            service_of(ref), number_of(ref)
        )
        is_gone = is_gone and is_back
    if is_gone:
        kept = [part for part in parts if part["kind"] != MONEY]
        return _to_outcome(member, True, kept, *reversals)
    settled = _find_allocations(client, recent, member, parts)
    return _to_outcome(member, False, parts, *reversals, settled)


def find_credit_outcomes(client, batch, _say):
    """Find out what some credit notes are set against, whose answer is unknown.

    :param Batch batch: as it was sent.
    :rtype: tuple[Result]
    """
    recent, results = Recent(client, batch), []
    for member in batch.members:
        found = _find_allocations(client, recent, member, [])
        wanted = wanted_of(member.payload, {})
        is_there = sorted(wanted) == sorted(held_of(found))
        document = member.payload["document"]
        id_ = document if is_there else member.external_id
        outcome = OK if is_there else NOT_FOUND
        results.append(Result(member.res_id, outcome, id_, parts=tuple(found)))
    return tuple(results)
